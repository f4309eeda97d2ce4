"""What is shown: a description by words, from which row masks are derived.

A filter holds what is left out of each facet, so that a value that appears later is shown.
What is filtered out is gone from every view and every count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from viewer.model import dates
from viewer.model.dossier import Dossier, Mask
from viewer.model.schema import (
    ACTOR_KIND_TITLES,
    ACTOR_KINDS,
    QUAD_TITLES,
    QUADS,
    SUPPORT_TITLES,
    SUPPORTS,
)

FACETS = ("quad", "kind", "source", "support")
FACET_TITLES = {
    "quad": "Interaction",
    "kind": "Actors",
    "source": "Sources",
    "support": "Support",
}
NONE = ""
"""The facet value of a row that has none."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What is left out, and the span of time that is looked at.

    Parameters
    ----------
    excluded : mapping of str to frozenset of str
        Facet (one of `FACETS`) → values left out.
    span : tuple of float, optional
        Earliest and latest moment in days since 1970-01-01; rows that cannot fall into it are
        left out. None: all time.
    """

    excluded: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    span: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        kept = {facet: values for facet, values in self.excluded.items() if values}
        object.__setattr__(self, "excluded", MappingProxyType(kept))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Filter):
            return NotImplemented
        return dict(self.excluded) == dict(other.excluded) and self.span == other.span

    def __hash__(self) -> int:
        return hash((frozenset(self.excluded.items()), self.span))

    def without(self, facet: str) -> frozenset[str]:
        """Return the values left out of `facet`."""
        return self.excluded.get(facet, frozenset())

    def toggled(self, facet: str, value: str) -> Filter:
        """Return this filter with one value left out or taken in again."""
        return self.with_excluded(facet, self.without(facet) ^ {value})

    def with_excluded(self, facet: str, values: Iterable[str]) -> Filter:
        """Return this filter with exactly `values` left out of `facet`."""
        return replace(self, excluded={**self.excluded, facet: frozenset(values)})

    @property
    def is_empty(self) -> bool:
        """Whether nothing is filtered."""
        return not self.excluded and self.span is None


@dataclass(frozen=True, eq=False)
class Shown:
    """Row masks of what passes a filter.

    Parameters
    ----------
    actors, places, events, relations : ndarray of bool
        One entry per row of the table.
    """

    actors: Mask
    places: Mask
    events: Mask
    relations: Mask

    def of(self, table: str) -> Mask:
        """Return the mask of a table by name."""
        mask: Mask = getattr(self, table)
        return mask


@dataclass(frozen=True, slots=True)
class FacetCount:
    """One value of a facet with the number of rows that show it.

    Parameters
    ----------
    facet, value, title : str
        The facet, the value as stored and as shown.
    count : int
        Rows that would be shown were all values of this facet taken in.
    on : bool
        Whether the value is taken in.
    """

    facet: str
    value: str
    title: str
    count: int
    on: bool


def within(bounds: NDArray[np.float64], span: tuple[float, float] | None) -> Mask:
    """Return which bounds (shape (n, 2), days) can overlap `span`; undated rows always do."""
    if span is None:
        return np.ones(len(bounds), dtype=bool)
    outside = (bounds[:, 1] <= span[0]) | (bounds[:, 0] >= span[1])
    return ~outside


def shown(dossier: Dossier, chosen: Filter) -> Shown:
    """Apply a filter.

    An event is shown when its quad class, its support and at least one of its sources are, and
    its date can fall into the span. An actor is shown when its kind is and, unless nothing but
    kinds is filtered, it takes part in a shown event or relation. A relation is shown when both
    ends are, its quad class is if it has one, and it can hold within the span. A place is shown
    when an event there is, or, while nothing is filtered, when nothing ever happened there.
    """
    events = _events(dossier, chosen)
    kinds = _kind_mask(dossier, chosen)
    ends = dossier.relation_ends
    relations = within(dossier.relation_bounds, chosen.span) & kinds[ends].all(axis=1)
    if quads := chosen.without("quad"):
        codes = [QUADS.index(value) for value in quads if value in QUADS]
        relations &= ~np.isin(dossier.relation_quads, codes)
    actors = kinds
    if set(chosen.excluded) - {"kind"} or chosen.span is not None:
        # An actor of which nothing is left to say under this filter would be a dot without ties.
        active = dossier.actors_of_event.reach(events)
        active[ends[relations].ravel()] = True
        idle = ~np.isin(np.arange(len(kinds)), _ever_active(dossier))
        actors = kinds & (active | idle)
    places = dossier.places_of_event.reach(events)
    used = dossier.places_of_event.reach(np.ones(len(events), dtype=bool))
    return Shown(actors, places | (~used & chosen.is_empty), events, relations)


def _ever_active(dossier: Dossier) -> NDArray[np.intp]:
    return np.union1d(dossier.actors_of_event.targets, dossier.relation_ends.ravel())


def _events(dossier: Dossier, chosen: Filter, leave: str = "") -> Mask:
    """Mask of the events that pass every facet but `leave`."""
    mask = within(dossier.event_bounds, chosen.span)
    if leave != "quad" and (out := chosen.without("quad")):
        codes = [QUADS.index(value) if value in QUADS else -1 for value in out]
        mask &= ~np.isin(dossier.event_quads, codes)
    if leave != "support" and (out := chosen.without("support")):
        codes = [SUPPORTS.index(value) for value in out if value in SUPPORTS]
        mask &= ~np.isin(dossier.event_support, codes)
    if leave != "source" and (out := chosen.without("source")):
        kept = np.array([key not in out for key in dossier.sources["id"]], dtype=bool)
        unsourced = np.diff(dossier.sources_of_event.starts) == 0
        mask &= dossier.sources_of_event.reverse.reach(kept) | unsourced
    return mask


def _kind_mask(dossier: Dossier, chosen: Filter) -> Mask:
    out = chosen.without("kind")
    return np.array([kind not in out for kind in dossier.actors["kind"]], dtype=bool)


def facet_counts(dossier: Dossier, chosen: Filter) -> dict[str, tuple[FacetCount, ...]]:
    """Count every value of every facet, each as if its own facet were not filtered.

    Returns
    -------
    dict of str to tuple of FacetCount
        By facet, in the order of `FACETS`; values nobody holds are left out.
    """
    out: dict[str, tuple[FacetCount, ...]] = {}

    def row(facet: str, value: str, title: str, count: int) -> FacetCount:
        return FacetCount(facet, value, title, count, value not in chosen.without(facet))

    events = _events(dossier, chosen, "quad")
    tally = np.bincount(dossier.event_quads[events] + 1, minlength=len(QUADS) + 1)
    held = np.bincount(dossier.event_quads + 1, minlength=len(QUADS) + 1)
    quads = [row("quad", q, QUAD_TITLES[i], int(tally[i + 1])) for i, q in enumerate(QUADS)]
    if held[0]:
        quads.append(row("quad", NONE, "No class", int(tally[0])))
    out["quad"] = tuple(quads)

    visible = shown(dossier, chosen.with_excluded("kind", ())).actors
    kinds = [kind for kind, on in zip(dossier.actors["kind"], visible, strict=True) if on]
    known = dict(zip(ACTOR_KINDS, ACTOR_KIND_TITLES, strict=True))
    present = set(dossier.actors["kind"])
    out["kind"] = tuple(
        row("kind", kind, known.get(kind, kind or "No kind"), kinds.count(kind))
        for kind in (*ACTOR_KINDS, *sorted(present - set(ACTOR_KINDS)))
        if kind in present
    )

    events = _events(dossier, chosen, "source")
    by_source = dossier.sources_of_event.reverse
    out["source"] = tuple(
        row("source", key, title or key, int(events[by_source.of(i)].sum()))
        for i, (key, title) in enumerate(
            zip(dossier.sources["id"], source_titles(dossier), strict=True)
        )
    )

    events = _events(dossier, chosen, "support")
    tally = np.bincount(dossier.event_support[events], minlength=len(SUPPORTS))
    held = np.bincount(dossier.event_support, minlength=len(SUPPORTS))
    out["support"] = tuple(
        row("support", value, SUPPORT_TITLES[i], int(tally[i]))
        for i, value in enumerate(SUPPORTS)
        if held[i] or value != "none"
    )
    return out


def source_titles(dossier: Dossier) -> tuple[str, ...]:
    """Return a short title for each source.

    It is the cell of the extra column ``short_title`` where there is one, else publisher and
    date, else the title. Two sources that would read the same are told apart by their titles.
    """
    table = dossier.sources
    own = table.columns.get("short_title", ("",) * len(table))
    short = []
    for name, publisher, date, title in zip(
        own, table["publisher"], table["date"], table["title"], strict=True
    ):
        when = dates.to_words(dates.parse_or_unknown(date)) if date else ""
        # A date alone would name no source.
        dated = ", ".join(part for part in (publisher, when) if part) if publisher else title
        short.append(name or dated)
    held = Counter(short)
    return tuple(
        name if held[name] == 1 else title
        for name, title in zip(short, table["title"], strict=True)
    )

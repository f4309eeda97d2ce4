"""What is shown: a description by words, from which row masks are derived.

A filter holds what is left out of each facet, so that a value that appears later is shown.
What is filtered out is gone from every view and every count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from viewer.model import dates
from viewer.model.columns import Codes
from viewer.model.derived import derived
from viewer.model.dossier import Dossier, Index, Links, Mask
from viewer.model.schema import (
    ACTOR_KIND_TITLES,
    ACTOR_KINDS,
    QUAD_TITLES,
    QUADS,
    SUPPORT_TITLES,
    SUPPORTS,
)
from viewer.model.tally import Clock, Cut, Span, Tally

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


@dataclass(frozen=True, eq=False)
class _Facts:
    """What filtering asks of a dossier, worked out once."""

    clock: Clock
    quads: Index
    support: Index
    sources: Links
    source_ids: tuple[str, ...]
    source_titles: tuple[str, ...]
    actors: Links
    places: Links
    kinds: tuple[Codes, tuple[str, ...]]
    relation_ends: Index
    relation_quads: Index
    relation_bounds: NDArray[np.float64]
    idle_actors: Mask
    idle_places: Mask
    held: Mapping[str, Index]

    @staticmethod
    def of(dossier: Dossier) -> _Facts:
        kinds = dossier.actors["kind"]
        busy = np.diff(dossier.actors_of_event.reverse.starts) > 0
        busy[dossier.relation_ends.ravel()] = True
        quads, support = dossier.event_quads + 1, dossier.event_support
        held = {
            "quad": np.bincount(quads, minlength=len(QUADS) + 1),
            "kind": np.bincount(kinds.codes + 1, minlength=len(kinds.vocabulary) + 1),
            "support": np.bincount(support, minlength=len(SUPPORTS)),
        }
        return _Facts(
            Clock(dossier.event_bounds),
            quads,
            support,
            dossier.sources_of_event,
            tuple(dossier.sources["id"]),
            source_titles(dossier),
            dossier.actors_of_event,
            dossier.places_of_event,
            (kinds.codes, tuple(kinds.vocabulary)),
            dossier.relation_ends,
            dossier.relation_quads,
            dossier.relation_bounds,
            ~busy,
            np.diff(dossier.places_of_event.reverse.starts) == 0,
            held,
        )


class _Sieve:
    """What passes the facets of a filter, ready for one span of time after another."""

    def __init__(self, facts: _Facts, chosen: Filter) -> None:
        self.facts = facts
        self.chosen = replace(chosen, span=None)
        self._last: tuple[object, tuple[Mask, Mask]] | None = None
        self._tests = {
            "quad": self._quads, "source": self._sources, "support": self._supports,
        }  # fmt: skip

    # -- masks of one facet ------------------------------------------------------------------

    def _quads(self, out: frozenset[str]) -> Mask:
        kept: Mask = np.array([value not in out for value in (NONE, *QUADS)])[self.facts.quads]
        return kept

    def _supports(self, out: frozenset[str]) -> Mask:
        kept: Mask = np.array([value not in out for value in SUPPORTS])[self.facts.support]
        return kept

    def _sources(self, out: frozenset[str]) -> Mask:
        kept = np.array([key not in out for key in self.facts.source_ids], dtype=bool)
        found = self.facts.sources
        passed: Mask = found.reverse.reach(kept) | (found.counts == 0)
        return passed

    def _events(self, leave: str = "") -> Mask:
        """Mask of the events that pass every facet but `leave`."""
        # All of them take no room.
        mask: Mask = np.broadcast_to(np.True_, len(self.facts.quads))
        for facet, test in self._tests.items():
            if facet != leave and (out := self.chosen.without(facet)):
                mask = mask & test(out)
        return mask

    @cached_property
    def events(self) -> Mask:
        """Events that pass every facet."""
        return self._events()

    def events_in(self, cut: Cut | None) -> Mask:
        """Events that pass every facet and a cut."""
        if cut is None:
            return self.events
        return self.events & cut.inside if self.chosen.excluded else cut.inside

    def _tally(self, groups: Index | Links, size: int, leave: str = "") -> Tally:
        own = leave and self.chosen.without(leave)
        return Tally(self.facts.clock, groups, size, self._events(leave) if own else self.events)

    # -- tallies -----------------------------------------------------------------------------

    @cached_property
    def actors(self) -> Tally:
        """Events by who takes part."""
        return self._tally(self.facts.actors, self.facts.actors.size)

    @cached_property
    def places(self) -> Tally:
        """Events by place."""
        return self._tally(self.facts.places, self.facts.places.size)

    @cached_property
    def by_quad(self) -> Tally:
        """Events by quad class, those without first, whatever classes are left out."""
        return self._tally(self.facts.quads, len(QUADS) + 1, "quad")

    @cached_property
    def by_source(self) -> Tally:
        """Events by source, whatever sources are left out."""
        return self._tally(self.facts.sources, self.facts.sources.size, "source")

    @cached_property
    def by_support(self) -> Tally:
        """Events by support, whatever support is left out."""
        return self._tally(self.facts.support, len(SUPPORTS), "support")

    # -- what passes -------------------------------------------------------------------------

    def ties(self, span: Span | None, out: frozenset[str]) -> tuple[Mask, Mask]:
        """Return masks of the relations and of the actors that pass.

        Parameters
        ----------
        span : tuple of float, optional
        out : frozenset of str
            Kinds of actor that are left out.
        """
        if self._last is None or self._last[0] != (span, out):
            kinds = self._kinds(out)
            relations = self._relations(span, kinds)
            self._last = (span, out), (relations, self._actors(span, kinds, relations))
        return self._last[1]

    def _kinds(self, out: frozenset[str]) -> Mask:
        codes, words = self.facts.kinds
        kept: Mask = np.array([*(kind not in out for kind in words), NONE not in out])[codes]
        return kept

    def _relations(self, span: Span | None, kinds: Mask) -> Mask:
        facts = self.facts
        one, other = facts.relation_ends.T
        passed: Mask = within(facts.relation_bounds, span) & kinds[one] & kinds[other]
        if out := self.chosen.without("quad"):
            codes = [QUADS.index(value) for value in out if value in QUADS]
            passed &= ~np.isin(facts.relation_quads, codes)
        return passed

    def _actors(self, span: Span | None, kinds: Mask, relations: Mask) -> Mask:
        if span is None and not set(self.chosen.excluded) - {"kind"}:
            return kinds
        # An actor of which nothing is left to say under this filter would be a dot without ties.
        active = self.actors.within(self.cut(span)) > 0
        active[self.facts.relation_ends[relations].ravel()] = True
        return kinds & (active | self.facts.idle_actors)

    def cut(self, span: Span | None) -> Cut | None:
        """Return where a span lies among the events; None for all time."""
        return None if span is None else self.facts.clock.cut(span)


@dataclass
class _Kept:
    """What is kept of a dossier; of sieves the last one, since a span is dragged."""

    facts: _Facts
    sieve: _Sieve | None = None


@derived(
    "events.id", "events.date", "events.quad", "event_places.event", "event_places.place",
    "participants.event", "participants.actor", "actors", "places", "relations", "sources",
    "claims",
)  # fmt: skip
def _kept(dossier: Dossier) -> _Kept:
    return _Kept(_Facts.of(dossier))


def _sieve(dossier: Dossier, chosen: Filter) -> _Sieve:
    """Return the sieve for a filter."""
    kept = _kept(dossier)
    if kept.sieve is None or kept.sieve.chosen.excluded != chosen.excluded:
        kept.sieve = _Sieve(kept.facts, chosen)
    return kept.sieve


def shown(dossier: Dossier, chosen: Filter) -> Shown:
    """Apply a filter.

    An event is shown when its quad class, its support and at least one of its sources are, and
    its date can fall into the span. An actor is shown when its kind is and, unless nothing but
    kinds is filtered, it takes part in a shown event or relation. A relation is shown when both
    ends are, its quad class is if it has one, and it can hold within the span. A place is shown
    when an event there is, or, while nothing is filtered, when nothing ever happened there.
    """
    sieve = _sieve(dossier, chosen)
    cut = sieve.cut(chosen.span)
    relations, actors = sieve.ties(chosen.span, chosen.without("kind"))
    return Shown(
        actors,
        (sieve.places.within(cut) > 0) | (sieve.facts.idle_places & chosen.is_empty),
        sieve.events_in(cut),
        relations,
    )


def facet_counts(dossier: Dossier, chosen: Filter) -> dict[str, tuple[FacetCount, ...]]:
    """Count every value of every facet, each as if its own facet were not filtered.

    Returns
    -------
    dict of str to tuple of FacetCount
        By facet, in the order of `FACETS`; values nobody holds are left out.
    """
    sieve = _sieve(dossier, chosen)
    facts = sieve.facts
    cut = sieve.cut(chosen.span)
    out: dict[str, tuple[FacetCount, ...]] = {}
    left_out = {facet: chosen.without(facet) for facet in FACETS}

    def row(facet: str, value: str, title: str, count: int) -> FacetCount:
        return FacetCount(facet, value, title, count, value not in left_out[facet])

    none, *tally = sieve.by_quad.within(cut).tolist()
    quads = [row("quad", q, QUAD_TITLES[i], tally[i]) for i, q in enumerate(QUADS)]
    if facts.held["quad"][0]:
        quads.append(row("quad", NONE, "No class", none))
    out["quad"] = tuple(quads)

    _, visible = sieve.ties(chosen.span, frozenset())
    codes, words = facts.kinds
    numbers = np.bincount(codes[visible] + 1, minlength=len(words) + 1)
    held, seen = Counter[str](), Counter[str]()
    for number, kind in enumerate((NONE, *words)):
        held[kind] += int(facts.held["kind"][number])
        seen[kind] += int(numbers[number])
    known = dict(zip(ACTOR_KINDS, ACTOR_KIND_TITLES, strict=True))
    out["kind"] = tuple(
        row("kind", kind, known.get(kind, kind or "No kind"), seen[kind])
        for kind in (*ACTOR_KINDS, *sorted(set(held) - set(ACTOR_KINDS)))
        if held[kind]
    )

    out["source"] = tuple(
        row("source", key, title or key, count)
        for key, title, count in zip(
            facts.source_ids, facts.source_titles, sieve.by_source.within(cut).tolist(),
            strict=True,
        )
    )  # fmt: skip

    tally = sieve.by_support.within(cut).tolist()
    out["support"] = tuple(
        row("support", value, SUPPORT_TITLES[i], tally[i])
        for i, value in enumerate(SUPPORTS)
        if facts.held["support"][i] or value != "none"
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

"""What the graph works out once for a dossier: its edges and names, and as of when it is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from weakref import WeakKeyDictionary

import numpy as np

from viewer.model import dates
from viewer.model.dates import Date
from viewer.model.dossier import Dossier, Index, Mask, Table
from viewer.model.graph import Edges, edges
from viewer.model.schema import Ref
from viewer.model.state import State
from viewer.scene.graph_names import short_names
from viewer.scene.primitives import DISC, SHAPES, Floats
from viewer.scene.style import KIND_SHAPES


@dataclass(frozen=True, eq=False)
class Plan:
    """What is worked out once for a dossier."""

    actors: Table
    edges: Edges
    names: tuple[str, ...]
    shapes: Index
    owner: Index
    member: Index
    disputed_events: Mask
    disputed_relations: Mask

    @cached_property
    def refs(self) -> tuple[Ref, ...]:
        """Every actor."""
        return tuple(Ref("actors", key) for key in self.actors["id"])

    @cached_property
    def spoken(self) -> tuple[list[str], list[str]]:
        """The names of actors on one line, and names with kinds as labels begin."""
        names = [" ".join(name.split()) for name in self.actors["name"]]
        kinds = (kind.replace("-", " ") for kind in self.actors["kind"])
        told = (", ".join(filter(None, both)) for both in zip(names, kinds, strict=True))
        return names, [f"{words}, " if words else "" for words in told]

    def event_counts(self, events: Mask) -> Index:
        """Return how many events of a mask stand behind each edge."""
        return np.bincount(self.owner[events[self.member]], minlength=len(self.edges))


_PLANS: WeakKeyDictionary[Dossier, Plan] = WeakKeyDictionary()


def plan_of(dossier: Dossier) -> Plan:
    """Return the plan of a dossier, made when first asked for."""
    plan = _PLANS.get(dossier)
    if plan is None:
        found = edges(dossier)
        kinds = [KIND_SHAPES.get(kind, DISC) for kind in dossier.actors["kind"]]
        plan = _PLANS[dossier] = Plan(
            dossier.actors,
            found,
            short_names(dossier),
            np.array([SHAPES.index(kind) for kind in kinds], dtype=np.intp),
            np.repeat(np.arange(len(found)), found.events.counts),
            found.events.targets,
            _disputed(dossier, "events"),
            _disputed(dossier, "relations"),
        )
    return plan


def _disputed(dossier: Dossier, table: str) -> Mask:
    out = np.zeros(len(dossier.tables[table]), dtype=bool)
    rows = dossier.tables[table].row_of
    out[[rows[ref.id] for ref in dossier.disputed if ref.table == table and ref.id in rows]] = True
    return out


def node_radii(degree: Index) -> Floats:
    """Return the radius of nodes in pixels by degree."""
    radii: Floats = np.clip(4.6 + 1.5 * np.sqrt(degree), 5.5, 13.0)
    return radii


def as_of(state: State) -> tuple[float, str]:
    """Return the moment for which ties are drawn, and its date in words.

    That is the day chosen, else the end of the span looked at, else the latest date in the
    dossier up to the date of its last source, no more exact than it is given there. A dossier
    without dates has an infinite moment and no words.
    """
    dossier, span = state.dossier, state.filter.span
    chosen = state.look.moment if span is None else span[1]
    if chosen is not None and np.isfinite(chosen):
        return chosen, dates.day_words(np.ceil(chosen) - 1)
    return latest_of(dossier)


@lru_cache(maxsize=4)
def latest_of(dossier: Dossier) -> tuple[float, str]:
    """Return the moment up to which a dossier tells anything, and its words: see `as_of`."""
    told = _latest([dates.parse_or_unknown(cell) for cell in dossier.sources["date"]])
    happened = _latest((*dossier.event_dates, *dossier.relation_dates))
    # What a source expects has not come about: nothing is known beyond the last of them.
    return min((found for found in (happened, told) if found), default=(np.inf, ""))


def _latest(known: Sequence[Date]) -> tuple[float, str] | None:
    """Return the end of the latest date, and in words the part of an interval that ends then."""
    bounds = dates.bounds_array(known)
    closed = np.isfinite(bounds[:, 1])
    ends = np.where(closed, bounds[:, 1], bounds[:, 0] + 1)
    ends[~np.isfinite(ends)] = -np.inf
    if not len(ends) or np.isinf(ends.max()):
        return None
    last = int(np.argmax(ends))
    first_part, _, last_part = known[last].text.rpartition("/")
    part = (last_part if closed[last] else first_part) or known[last].text
    return float(ends[last]), dates.to_words(dates.parse_or_unknown(part))

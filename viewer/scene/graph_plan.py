"""What the graph works out once for a dossier: its edges and names, and as of when it is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from weakref import WeakKeyDictionary

import numpy as np

from viewer.model import dates
from viewer.model.cells import Each
from viewer.model.dates import Date
from viewer.model.derived import derived
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
    disputed_events: Mask
    disputed_relations: Mask

    @cached_property
    def _member(self) -> Index:
        """The events behind all edges, edge by edge."""
        return self.edges.events.targets

    def ref(self, actor: int) -> Ref:
        """Return an actor by row."""
        return Ref("actors", self.actors["id"][actor])

    def name(self, actor: int) -> str:
        """Return the name of an actor on one line."""
        return " ".join(self.actors["name"][actor].split())

    def spoken(self, actor: int) -> str:
        """Return the name and kind of an actor as labels begin."""
        kind = self.actors["kind"][actor].replace("-", " ")
        told = ", ".join(filter(None, (self.name(actor), kind)))
        return f"{told}, " if told else ""

    def event_counts(self, events: Mask) -> Index:
        """Return how many events of a mask stand behind each edge."""
        before = np.zeros(len(self._member) + 1, dtype=np.intp)
        np.cumsum(events[self._member], out=before[1:])
        starts = self.edges.events.starts
        counts: Index = before[starts[1:]] - before[starts[:-1]]
        return counts

    def touched(self, edges: Index, events: Mask, relations: Mask) -> Mask:
        """Return behind which of some edges any of some rows stand."""
        # Edges of events have relation -1, which is the last.
        out: Mask = np.append(relations, False)[self.edges.relation[edges]]
        if events.any():
            out |= self.event_counts(events)[edges] > 0
        return out


_PLANS: WeakKeyDictionary[Dossier, Plan] = WeakKeyDictionary()


def plan_of(dossier: Dossier) -> Plan:
    """Return the plan of a dossier, made when first asked for."""
    plan = _PLANS.get(dossier)
    if plan is None:
        found = edges(dossier)
        shapes = dossier.actors["kind"].each(lambda kind: SHAPES.index(KIND_SHAPES.get(kind, DISC)))
        plan = _PLANS[dossier] = Plan(
            dossier.actors,
            found,
            short_names(dossier),
            shapes.array(np.intp),
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


@derived("events.date", "relations.date", "sources.date")
def latest_of(dossier: Dossier) -> tuple[float, str]:
    """Return the moment up to which a dossier tells anything, and its words: see `as_of`."""
    told = _latest(dossier.sources["date"].each(dates.parse_or_unknown))
    happened = _latest(dossier.event_dates), _latest(dossier.relation_dates)
    last = max((found for found in happened if found), key=itemgetter(0), default=None)
    # What a source expects has not come about: nothing is known beyond the last of them.
    return min((found for found in (last, told) if found), default=(np.inf, ""))


def _latest(known: Each[Date]) -> tuple[float, str] | None:
    """Return the end of the latest date, and in words the part of an interval that ends then."""
    bounds = dates.bounds_array(known.values)
    closed = np.isfinite(bounds[:, 1])
    ends = np.where(closed, bounds[:, 1], bounds[:, 0] + 1)
    ends[~np.isfinite(ends)] = -np.inf
    by_row = ends[known.codes]
    if not len(by_row) or np.isinf(by_row.max()):
        return None
    last = int(known.codes[np.argmax(by_row)])
    date = known.values[last]
    first_part, _, last_part = date.text.rpartition("/")
    part = (last_part if closed[last] else first_part) or date.text
    return float(ends[last]), dates.to_words(dates.parse_or_unknown(part))

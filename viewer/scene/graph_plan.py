"""What the graph works out once for a dossier: its edges, names and where the nodes stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from viewer.model import dates
from viewer.model.dates import Date
from viewer.model.dossier import Dossier, Index, Mask
from viewer.model.graph import Edges, edges
from viewer.model.state import Layout
from viewer.scene.graph_names import short_names
from viewer.scene.labels import ASCENT, DESCENT
from viewer.scene.layout import PORTRAIT, layout
from viewer.scene.primitives import DISC, SHAPES, Floats
from viewer.scene.style import KIND_SHAPES, SMALL
from viewer.scene.text import text_width

WIDEST_KEPT = 84.0
ASPECTS = (PORTRAIT, 1.0, 1.6)
"""Shapes of pane that have a layout of their own."""


@dataclass(frozen=True, eq=False)
class Plan:
    """What is worked out once for a dossier."""

    edges: Edges
    names: tuple[str, ...]
    shapes: Index
    owner: Index
    member: Index
    disputed_events: Mask
    disputed_relations: Mask
    layouts: dict[tuple[object, ...], Floats]

    def event_counts(self, events: Mask) -> Index:
        """Return how many events of a mask stand behind each edge."""
        return np.bincount(self.owner[events[self.member]], minlength=len(self.edges))


_PLANS: WeakKeyDictionary[Dossier, Plan] = WeakKeyDictionary()


def plan_of(dossier: Dossier) -> Plan:
    """Return the plan of a dossier, made when first asked for."""
    plan = _PLANS.get(dossier)
    if plan is None:
        found = edges(dossier)
        sizes = [len(rows) for rows in found.events]
        kinds = [KIND_SHAPES.get(kind, DISC) for kind in dossier.actors["kind"]]
        plan = _PLANS[dossier] = Plan(
            found,
            short_names(dossier),
            np.array([SHAPES.index(kind) for kind in kinds], dtype=np.intp),
            np.repeat(np.arange(len(found)), sizes),
            np.concatenate([*found.events, np.empty(0, dtype=np.intp)]),
            _disputed(dossier, "events"),
            _disputed(dossier, "relations"),
            {},
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


def positions(dossier: Dossier, chosen: Layout, aspect: float = PORTRAIT) -> Floats:
    """Return where every actor stands, in layout units with y up, shape (n, 2).

    All of the dossier is laid out whatever the filter, so that a filter never moves a node.

    Parameters
    ----------
    dossier : Dossier
    chosen : Layout
        Seed, and the nodes pinned by hand.
    aspect : float
        Width over height of the pane; the nearest of a few shapes is used.
    """
    plan = plan_of(dossier)
    aspect = min(ASPECTS, key=lambda shape: abs(np.log(shape / aspect)))
    key = (chosen.seed, aspect, tuple(sorted(chosen.pinned.items())))
    if key not in plan.layouts:
        rows = dossier.actors.row_of
        degree = np.bincount(plan.edges.ends.ravel(), minlength=len(dossier.actors))
        radii = node_radii(degree)
        # Room is kept for no more of a long name: it will find a place to one side or the other.
        widths = np.array([min(text_width(name, SMALL), WIDEST_KEPT) for name in plan.names])
        boxes = np.column_stack(
            (np.maximum(widths, 2 * radii), 2 * radii + (ASCENT + DESCENT) * SMALL + 4)
        )
        if len(plan.layouts) > 8:
            plan.layouts.clear()
        plan.layouts[key] = layout(
            len(dossier.actors),
            plan.edges.ends,
            np.array([max(len(events), 1) for events in plan.edges.events], dtype=float),
            chosen.seed,
            {rows[name]: spot for name, spot in chosen.pinned.items() if name in rows},
            aspect,
            boxes,
        )
    return plan.layouts[key]


def as_of(dossier: Dossier, span: tuple[float, float] | None) -> tuple[float, str]:
    """Return the moment for which ties are drawn, and its date in words.

    That is the end of the span looked at, else the latest date in the dossier up to the date of
    its last source, no more exact than it is given there. A dossier without dates has an
    infinite moment and no words.
    """
    if span is not None and np.isfinite(span[1]):
        return span[1], dates.day_words(np.ceil(span[1]) - 1)
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
    part = last_part if closed[last] else first_part
    return float(ends[last]), dates.to_words(dates.parse_or_unknown(part))

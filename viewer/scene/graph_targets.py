"""What can be pointed at in the graph, and what it is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from viewer.model import dates
from viewer.model.dossier import Dossier, Mask
from viewer.model.schema import QUAD_TITLES, Ref
from viewer.scene.graph_plan import Plan
from viewer.scene.graph_signs import SIGN
from viewer.scene.primitives import Floats
from viewer.scene.targets import Crowd, Target, inside_polygon, segment_distances
from viewer.scene.wording import counted

if TYPE_CHECKING:
    from viewer.model.filters import Shown
    from viewer.model.selection import Selection
    from viewer.scene.graph_parts import Parts

AROUND, REACH = 4.0, 5.0
"""Pixels around a node, and to either side of an edge, at which it is pointed at."""
AROUND_IN_CROWDS, REACH_IN_CROWDS = 1.0, 3.0
"""The same where edges are so many that hardly any ground is left between them."""
MOST_LIT = 100
"""Above so many edges, none is lit: those that light up are seen by their nodes."""
_CURVE = np.linspace(0.0, 1.0, 13)


class GraphTargets(Crowd):
    """Nodes, the best connected first, signs of disputes, and edges.

    Parameters
    ----------
    dossier : Dossier
    shown : Parts
        The plain lines of a crowd come after all else, where only a pointer finds them.
    """

    def __init__(self, dossier: Dossier, shown: Parts) -> None:
        super().__init__(dense=shown.crowded)
        drawn = shown.drawn
        self._dossier, self._shown = dossier, shown
        around = AROUND_IN_CROWDS if shown.crowded else AROUND
        self._nodes = np.argsort(-drawn.degree, kind="stable")
        self._edges = np.concatenate((shown.detail.edges, shown.plain))
        self._rows = drawn.edges[self._edges]
        self._lines = shown.detail.lines.at(_CURVE)
        self._discs = np.concatenate(
            (
                np.column_stack((drawn.xy, drawn.radii + around))[self._nodes],
                np.column_stack((shown.spots, np.full(len(shown.spots), SIGN + 3.0))),
            )
        )
        straight = drawn.straight[shown.plain]
        self._starts = np.concatenate((self._lines[:, :-1].reshape(-1, 2), straight[:, :2]))
        self._ends = np.concatenate((self._lines[:, 1:].reshape(-1, 2), straight[:, 2:]))
        self._across, self._slack = _across(self._starts, self._ends)

    def __len__(self) -> int:
        return len(self._discs) + len(self._shown.detail.edges)

    def make(self, position: int) -> Target:  # noqa: D102
        shown, plan, drawn = self._shown, self._shown.plan, self._shown.drawn
        if position < len(self._nodes):
            node = int(self._nodes[position])
            row = int(drawn.actors[node])
            x, y, reach = self._discs[position].tolist()
            label = f"{plan.spoken(row)}{counted(int(drawn.degree[node]), 'tie')}"
            return Target((plan.ref(row),), x, y, reach, label=label)
        if position < len(self._discs):
            i = int(shown.signed[position - len(self._nodes)])
            # The sign leads to what is disputed, not to all that is behind the tie.
            disputed = self._dossier.disputed
            refs = tuple(r for r in self._refs(i) if r in disputed)
            x, y, reach = self._discs[position].tolist()
            label = f"disputed: {self._edge_label(i, len(refs))}"
            return Target(refs, x, y, reach, label=label, action="sign")
        place = position - len(self._discs)
        i = int(self._edges[place])
        plain = place >= len(self._lines)
        line = drawn.straight[i].reshape(2, 2) if plain else self._lines[place]
        x, y = (shown.middles[i] if plain else line[len(line) // 2]).tolist()
        label = self._edge_label(i, int(drawn.counts[i]))
        return Target(self._refs(i), x, y, self._reach, line=line, label=label)

    @property
    def _reach(self) -> float:
        return REACH_IN_CROWDS if self.dense else REACH

    def _refs(self, i: int) -> tuple[Ref, ...]:
        return self._shown.plan.edges.refs(self._dossier, int(self._shown.drawn.edges[i]))

    def _edge_label(self, i: int, count: int) -> str:
        drawn = self._shown.drawn
        edge, maybe = int(drawn.edges[i]), bool(drawn.maybe[i])
        return _edge_label(self._dossier, self._shown.plan, edge, count, maybe)

    def nearest(self, x: float, y: float) -> int | None:  # noqa: D102
        away = np.hypot(self._discs[:, 0] - x, self._discs[:, 1] - y)
        reach = self._discs[:, 2]
        on = np.flatnonzero(away <= reach)
        if len(on):
            # A small mark over a large one wins, and the later of equals.
            shares = away[on] / np.maximum(reach[on], 1.0)
            return int(on[len(on) - 1 - np.argmin(shares[::-1])])
        r = self._reach
        # Few lie along a straight line that passes there; comparing with Python's own numbers
        # keeps to singles.
        right, down, offset = self._across
        beside = right * float(x)
        beside += down * float(y)
        beside -= offset
        near = np.flatnonzero(np.abs(beside, out=beside) <= r + self._slack)
        if not len(near):
            return None
        away = segment_distances(self._starts[near], self._ends[near], x, y)
        best = len(near) - 1 - int(np.argmin(away[::-1]))
        return None if away[best] > r else len(self._discs) + self._edge_of(int(near[best]))

    def _edge_of(self, segment: int) -> int:
        each = len(_CURVE) - 1
        bent = len(self._lines) * each
        return segment // each if segment < bent else segment - bent + len(self._lines)

    def marks_inside(self, corners: Floats) -> tuple[Ref, ...]:  # noqa: D102
        hit = inside_polygon(self._discs[: len(self._nodes), :2], corners)
        plan, actors = self._shown.plan, self._shown.drawn.actors[self._nodes[hit]]
        return tuple(plan.ref(row) for row in actors.tolist())

    def of(self, ref: Ref) -> tuple[Target, ...]:  # noqa: D102
        signs = range(len(self._nodes), len(self._discs))
        found = [target for target in map(self.at, signs) if ref in target.refs]
        row = self._shown.plan.actors.row_of.get(ref.id) if ref.table == "actors" else None
        if row is not None:
            places = np.flatnonzero(self._shown.drawn.actors[self._nodes] == row)
            found += map(self.at, places.tolist())
        return tuple(found)

    def touched(self, rows: Shown | Selection) -> Mask:  # noqa: D102
        shown, plan = self._shown, self._shown.plan
        n, m = len(self._nodes), len(self._discs)
        out = np.zeros(m + len(self._edges), dtype=bool)
        out[:n] = rows.actors[shown.drawn.actors[self._nodes]]
        out[m:] = plan.touched(self._rows, rows.events, rows.relations)
        if m > n:
            disputed = rows.events & plan.disputed_events, rows.relations & plan.disputed_relations
            out[n:m] = plan.touched(shown.drawn.edges[shown.signed], *disputed)
        return out

    def outlines(self, touched: Mask) -> tuple[tuple[Floats, ...], Floats]:  # noqa: D102
        edges = np.flatnonzero(touched[len(self._discs) :])
        if len(edges) > MOST_LIT and self.dense:
            edges = edges[:0]
        bent = len(self._lines)
        lines = (
            *self._lines[edges[edges < bent]],
            *self._shown.drawn.straight[self._edges[edges[edges >= bent]]].reshape(-1, 2, 2),
        )
        return lines, self._discs[touched[: len(self._discs)]]


def _across(starts: Floats, ends: Floats) -> tuple[NDArray[np.float32], float]:
    """Return how to tell how far a point is from the straight line that a segment is part of.

    Returns
    -------
    across : ndarray of float32, shape (3, n)
        The direction across each segment, right and down, and how far along it the segment lies.
        Singles will do, as they are looked through at every move of the pointer.
    slack : float
        Pixels by which a distance so found may be off.
    """
    right, down = (ends - starts).T
    length = np.maximum(np.hypot(right, down), 1e-9)
    normal = np.stack((-down, right)) / length
    offset = (normal * starts.T).sum(axis=0)
    farthest = float(np.abs(starts).max(initial=0.0)) + float(np.abs(ends).max(initial=0.0))
    slack = 8 * float(np.finfo(np.float32).eps) * (farthest + 1)
    return np.concatenate((normal, offset[None])).astype(np.float32), slack


def edge_words(dossier: Dossier, plan: Plan, edge: int, count: int) -> str:
    """Return what ties two actors, e.g. ``member`` or ``3 events``."""
    relation = int(plan.edges.relation[edge])
    if relation < 0:
        return counted(count, "event")
    return " ".join(dossier.relations["type"][relation].replace("-", " ").split())


def _edge_label(dossier: Dossier, plan: Plan, edge: int, count: int, maybe: bool) -> str:
    found = plan.edges
    a, b = found.pairs[edge].tolist()
    who = f"{plan.name(a)} {'→' if found.directed[edge] else '–'} {plan.name(b)}"
    relation = int(found.relation[edge])
    what = [edge_words(dossier, plan, edge, count)]
    if relation >= 0:
        date = dossier.relation_dates[relation]
        if np.isfinite((date.earliest, date.latest)).any():
            what.append(dates.to_words(date))
    if maybe:
        unsaid = "beginning not known" if relation >= 0 else "date not known"
        what += ["may hold"] if unsaid in what[-1] else [unsaid, "may hold"]
    quad = int(found.quads[edge])
    if quad >= 0:
        what.append(QUAD_TITLES[quad].lower())
    return f"{who}: {', '.join(part for part in what if part)}"

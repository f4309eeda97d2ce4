"""Which nodes and edges are in the picture of the graph, and how they look, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from viewer.model.dossier import Index, Mask
from viewer.scene.frame import Frame
from viewer.scene.graph_doubt import doubtful
from viewer.scene.graph_measures import Measured, measured
from viewer.scene.graph_plan import Plan, node_radii
from viewer.scene.primitives import SHAPES, Floats, outline

MANY_EDGES = 1500
"""Above so many in view, edges are plain lines unless they stand out."""
_HALF_WIDTHS = np.array(
    [1.0 if shape == "circle" else max(abs(x) for x, _ in outline(shape)) for shape in SHAPES]
)
"""Half the width of each symbol of radius 1."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """Nodes and edges that are in the picture, by position."""

    actors: Index
    xy: Floats
    radii: Floats
    shapes: Index
    degree: Index
    picked: Mask
    bright: Mask
    edges: Index
    ends: Index
    directed: Mask
    quads: NDArray[np.int8]
    counts: Index
    ended: Mask
    maybe: Mask
    disputed: Mask
    edge_bright: Mask
    dimming: bool
    measured: Measured

    @property
    def half_widths(self) -> Floats:
        """How far each node reaches to either side in pixels."""
        out: Floats = self.radii * _HALF_WIDTHS[self.shapes]
        return out

    @cached_property
    def straight(self) -> Floats:
        """Where each edge would run from middle to middle, shape (m, 4)."""
        return self.xy[self.ends].reshape(-1, 4)


def drawn(frame: Frame, plan: Plan, px: Floats, shrink: float, moment: float) -> Drawn:
    """Return what is in the picture.

    Parameters
    ----------
    frame : Frame
    plan : Plan
    px : ndarray of float64, shape (n, 2)
        All actors in pixels.
    shrink : float
        Factor of the radii.
    moment : float
        Day for which ties are drawn; see `graph_plan.as_of`.
    """
    state, shown, dossier = frame.state, frame.shown, frame.state.dossier
    found = plan.edges
    relation = found.relation
    tie = relation >= 0
    ties = state.look.ties
    happened = shown.events & ("events" in ties)
    if state.look.moment is not None:
        # What has no known beginning may have begun before any date.
        happened &= ~(dossier.event_bounds[:, 0] >= moment)
    counts = plan.event_counts(happened)
    ended = np.zeros(len(found), dtype=bool)
    bounds = dossier.relation_bounds[relation[tie]]
    holds = shown.relations[relation[tie]] & ("relations" in ties)
    counts[tie] = holds & (bounds[:, 0] < moment)
    # What ends with that day still holds on it.
    ended[tie] = bounds[:, 1] < moment
    unsure, unsure_ties = doubtful(state, moment)
    maybe = np.zeros(len(found), dtype=bool)
    if unsure.any():
        maybe = plan.event_counts(happened & ~unsure) == 0
    maybe[tie] = unsure_ties[relation[tie]]
    a, b = found.pairs.T
    here = np.flatnonzero((counts > 0) & shown.actors[a] & shown.actors[b])

    light = frame.highlight
    bright = plan.touched(here, light.events & happened, light.relations)
    disputed = plan.touched(here, plan.disputed_events & happened, plan.disputed_relations)
    actors = np.flatnonzero(shown.actors)
    node = np.full(len(dossier.actors), -1, dtype=np.intp)
    node[actors] = np.arange(len(actors))
    ends = node[found.ends[here]]
    degree = np.bincount(ends.ravel(), minlength=len(actors))
    by_measure = measured(frame)
    sized = by_measure.radii
    radii = node_radii(degree) if sized is None else sized[actors]
    return Drawn(
        actors,
        px[actors],
        radii * shrink,
        plan.shapes[actors],
        degree,
        state.selection.actors[actors],
        frame.highlight.actors[actors],
        here,
        ends,
        found.directed[here],
        found.quads[here],
        counts[here],
        ended[here],
        maybe[here],
        disputed,
        bright,
        frame.highlight.dimming,
        by_measure,
    )

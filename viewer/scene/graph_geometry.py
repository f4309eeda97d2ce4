"""The curves of a graph's edges, as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from viewer.model.arrays import numbered
from viewer.model.dossier import Index, Mask
from viewer.scene.primitives import Floats, Shape, outline

FAN = 13.0
"""Pixels between neighbouring parallel edges, in the middle."""
FAN_WIDEST = 60.0
BEND = 0.06
"""How far a single edge leaves the straight line, as a share of its length."""
LOOP = 20.0
CLEARANCE = 1.5
"""Pixels between a node's border and the end of an edge without arrowhead."""


@dataclass(frozen=True, eq=False)
class Paths:
    """Cubic Béziers from border to border, with the arrowheads at their ends.

    Parameters
    ----------
    controls : ndarray of float64, shape (n, 4, 2)
        Where an edge has an arrowhead, the curve ends inside of it.
    tips : ndarray of float64, shape (n, 2)
        Where an arrowhead points to: on the border of the second node.
    angles : ndarray of float64, shape (n,)
        Direction of the arrowhead, radians, clockwise on the screen.
    """

    controls: Floats
    tips: Floats
    angles: Floats

    def at(self, shares: Floats) -> Floats:
        """Return the points at shares of each curve's parameter, shape (n, len(shares), 2)."""
        t = shares[:, None]
        weights = np.concatenate(
            [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3], axis=1
        )
        points: Floats = weights @ self.controls
        return points


def border(shapes: Index, kinds: tuple[Shape, ...], radii: Floats, unit: Floats) -> Floats:
    """Return how far the border of each symbol is from its middle in a direction.

    Parameters
    ----------
    shapes : ndarray of intp, shape (n,)
        Position in `kinds` of each symbol.
    kinds : tuple of Shape
    radii : ndarray of float64, shape (n,)
        Pixels.
    unit : ndarray of float64, shape (n, 2)
        Unit vectors, y down.
    """
    out = np.ones(len(unit))
    for code, kind in enumerate(kinds):
        chosen = shapes == code
        if kind == "circle" or not chosen.any():
            continue
        corners = np.array(outline(kind))
        side = np.roll(corners, -1, axis=0) - corners
        normal = np.column_stack((side[:, 1], -side[:, 0]))
        # The ray leaves a convex polygon through the side that it meets first.
        depth = np.abs((normal * corners).sum(axis=1))
        normal *= np.sign((normal * corners).sum(axis=1))[:, None]
        facing = unit[chosen] @ normal.T
        out[chosen] = np.where(facing > 1e-9, depth / np.maximum(facing, 1e-9), np.inf).min(axis=1)
    return out * radii


def fan(ends: Index, xy: Floats) -> Floats:
    """Return how far each edge bulges to the left of the way from its lesser to its greater node.

    Parallel edges lie at even distances on both sides of the straight line; a single one bends
    a little, away from the middle of the graph.
    """
    low, high = ends.min(axis=1), ends.max(axis=1)
    _, group = numbered(low.astype(np.int64) * (int(high.max(initial=0)) + 1) + high)
    slot = _positions(group)
    many = np.bincount(group)[group]
    spacing = np.minimum(FAN, FAN_WIDEST / many)
    step = xy[high] - xy[low]
    middle = (xy[high] + xy[low]) / 2 - xy.mean(axis=0)
    outward = np.where(step[:, 0] * middle[:, 1] - step[:, 1] * middle[:, 0] < 0, -1.0, 1.0)
    single = outward * np.minimum(BEND * np.hypot(*step.T), FAN)
    return np.where(many == 1, single, (slot - (many - 1) / 2) * spacing)


def _positions(group: Index) -> Index:
    """Return how many members of its own group precede each member."""
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], group[order])
    out = np.empty(len(group), dtype=np.intp)
    out[order] = np.arange(len(group)) - starts
    return out


def paths(
    ends: Index,
    directed: Mask,
    xy: Floats,
    radii: Floats,
    shapes: Index,
    kinds: tuple[Shape, ...],
    heads: Floats,
) -> Paths:
    """Draw the edges from border to border.

    Parameters
    ----------
    ends : ndarray of intp, shape (m, 2)
    directed : ndarray of bool, shape (m,)
    xy : ndarray of float64, shape (n, 2)
        Nodes in pixels, y down.
    radii : ndarray of float64, shape (n,)
    shapes : ndarray of intp, shape (n,)
        Position in `kinds` of each node's symbol.
    kinds : tuple of Shape
    heads : ndarray of float64, shape (m,)
        Lengths of the arrowheads.
    """
    a, b = ends.T
    loop = a == b
    forward = np.where(a <= b, 1.0, -1.0)[:, None]
    step = (xy[b] - xy[a]) * forward
    length = np.maximum(np.hypot(*step.T), 1e-9)[:, None]
    normal = np.column_stack((-step[:, 1], step[:, 0])) / length
    # A cubic reaches three quarters of the way to its two control points.
    bulge = normal * (fan(ends, xy) * 4 / 3)[:, None]
    leave = (xy[b] - xy[a]) / 3 + bulge
    arrive = (xy[a] - xy[b]) / 3 + bulge
    # A loop leaves to the right and comes back from above, clear of the label below.
    leave[loop], arrive[loop] = (0.94, -0.34), (0.34, -0.94)
    # Two that stand on one spot, as all do before a layout begins, are tied by a line upwards.
    both = ~loop & (np.hypot(*leave.T) < 1e-9)
    leave[both] = arrive[both] = (0.0, -1.0)
    leave /= np.maximum(np.hypot(*leave.T), 1e-9)[:, None]
    arrive /= np.maximum(np.hypot(*arrive.T), 1e-9)[:, None]

    start = xy[a] + leave * (border(shapes[a], kinds, radii[a], leave) + CLEARANCE)[:, None]
    tips = xy[b] + arrive * border(shapes[b], kinds, radii[b], arrive)[:, None]
    inside = np.where(directed, 0.7 * heads, CLEARANCE)[:, None]
    end = tips + arrive * inside
    reach = np.hypot(*(end - start).T)[:, None] * 0.36
    turns = _positions(np.where(loop, a, -1))[loop]
    reach[loop, 0] = LOOP * (1 + 0.45 * turns)
    controls = np.stack((start, start + leave * reach, end + arrive * reach, end), axis=1)
    return Paths(controls, tips, np.arctan2(-arrive[:, 1], -arrive[:, 0]))

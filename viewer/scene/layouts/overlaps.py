"""Nodes with their labels kept off each other, off edges, and making way for what is put down."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from viewer.model.dossier import Index, Mask
from viewer.scene.layouts.network import Network, summed
from viewer.scene.layouts.rooms import Room
from viewer.scene.layouts.steps import Steps
from viewer.scene.primitives import Floats

ROUNDS = 45
SPACING = (5.0, 3.0)
"""Pixels kept free between boxes."""
LABEL_DROP = 8.0
"""How far below the node the middle of its box with label lies."""
STEP = 24.0
"""Pixels a node moves at most in one round."""
MOST_MOVERS = 300
"""When so many nodes are on the move, the rest are left where they are, covered or not."""
AT_ONCE = 500_000
"""Pairs looked at between one position yielded and the next."""
SYMBOL = 22.0
"""Pixels across that a node without its label takes at most."""
EVERYWHERE = np.array([-np.inf, -np.inf, np.inf, np.inf])


def separated(xy: Floats, pairs: Index, boxes: Floats, room: Room = EVERYWHERE) -> Steps:
    """Push apart boxes that overlap, and boxes off edges that run through them.

    Parameters
    ----------
    xy : ndarray of float64, shape (n, 2)
        Time grows with the square of the number of nodes.
    pairs : ndarray of intp, shape (k, 2)
        Edges to be kept free; none is fine.
    boxes : ndarray of float64, shape (n, 2)
        Width and height of each node with its label.
    room : ndarray of float64, shape (4,)
        What no node leaves.

    Yields
    ------
    ndarray of float64, shape (n, 2)
        Positions so far; once at least.
    """
    n = len(xy)
    i, j = np.triu_indices(n, 1)
    x, y = xy.T.copy()
    wide, high = ((boxes[i] + boxes[j]) / 2 + SPACING).T
    rounds_at_once = max(AT_ONCE // max(len(i) + n * len(pairs), 1), 1)
    for turn in range(ROUNDS):
        dx, dy = x[j] - x[i], y[j] - y[i]
        over_x, over_y = wide - np.abs(dx), high - np.abs(dy)
        hit = np.flatnonzero((over_x > 0) & (over_y > 0))
        over_x, over_y = over_x[hit], over_y[hit]
        # The way out is along the axis with the lesser overlap.
        across = over_x < over_y
        push_x = np.copysign(over_x * across, dx[hit]) * 0.3
        push_y = np.copysign(over_y * ~across, dy[hit]) * 0.3
        step_x = summed(j[hit], push_x, n) - summed(i[hit], push_x, n)
        step_y = summed(j[hit], push_y, n) - summed(i[hit], push_y, n)
        # Edges push now and then, for it is dear; overlaps have the last word.
        if len(pairs) and turn < ROUNDS * 2 // 3 and turn % 4 == 0:
            off_x, off_y = _off_edges(x, y, pairs, boxes)
            step_x, step_y = step_x + off_x, step_y + off_y
        elif not len(hit):
            break
        x = np.clip(x + np.clip(step_x, -STEP, STEP), room[0], room[2])
        y = np.clip(y + np.clip(step_y, -STEP, STEP), room[1], room[3])
        if turn % rounds_at_once == rounds_at_once - 1:
            yield np.column_stack((x, y))
    yield np.column_stack((x, y))


def _off_edges(x: Floats, y: Floats, pairs: Index, boxes: Floats) -> tuple[Floats, Floats]:
    """Return the step that takes each box away from edges of other nodes."""
    a, b = pairs.T
    along_x, along_y = x[b] - x[a], y[b] - y[a]
    square = np.maximum(along_x**2 + along_y**2, 1e-9)
    # The label hangs below the node, so the box's middle does too.
    to_x, to_y = x[:, None] - x[a], y[:, None] - LABEL_DROP - y[a]
    share = (to_x * along_x + to_y * along_y) / square
    away_x, away_y = to_x - share * along_x, to_y - share * along_y
    distance = np.sqrt(away_x**2 + away_y**2) + 1e-6
    need = 0.5 * boxes[:, 1, None]
    near = (distance < need) & (share > 0.02) & (share < 0.98)
    near[a, np.arange(len(a))] = near[b, np.arange(len(a))] = False
    node, edge = np.nonzero(near)
    distance = distance[node, edge]
    push = 0.5 * (need[node, 0] - distance) / distance
    return (
        summed(node, push * away_x[node, edge], len(x)),
        summed(node, push * away_y[node, edge], len(x)),
    )


def pinned(network: Network, xy: Floats, pins: Mapping[int, tuple[float, float]]) -> Floats:
    """Return positions with some nodes put where they are wanted.

    What hangs on a pinned node alone goes along, and what would be covered makes way; all the
    rest stays exactly where it is.

    Parameters
    ----------
    network : Network
    xy : ndarray of float64, shape (n, 2)
    pins : mapping of int to tuple of float
        Node → where it is to stand, in layout units. What is no number pins nothing.
    """
    pins = {node: spot for node, spot in pins.items() if np.isfinite(spot).all()}
    if not pins:
        return xy
    fixed = np.zeros(network.n, dtype=bool)
    fixed[list(pins)] = True
    moved = np.zeros_like(xy)
    for node, spot in pins.items():
        moved[node] = np.array(spot) - xy[node]
    pairs = network.pairs
    leaf = network.degree == 1
    for near, far in (pairs.T, pairs.T[::-1]):
        carried = fixed[near] & leaf[far] & ~fixed[far]
        moved[far[carried]] = moved[near[carried]]
    out = xy + moved
    if network.boxes is None:
        return out
    return made_way(out, network.boxes, (moved != 0).any(axis=1), fixed)


def made_way(xy: Floats, boxes: Floats, pushing: Mask, fixed: Mask) -> Floats:
    """Return positions at which nothing is covered by what was put down.

    Parameters
    ----------
    xy : ndarray of float64, shape (n, 2)
    boxes : ndarray of float64, shape (n, 2)
    pushing : ndarray of bool, shape (n,)
        What was put down. It pushes away what it covers; what is pushed may come to cover
        something else, but moving on from one to the next would stir all of a dense graph.
    fixed : ndarray of bool, shape (n,)
        What never moves.
    """
    xy = xy.copy()
    room = (boxes + SPACING) / 2
    movers = np.flatnonzero(pushing)[:MOST_MOVERS]
    for _ in range(ROUNDS):
        gap = xy[movers, None] - xy
        over = room[movers, None] + room - np.abs(gap)
        hit = (over > 1e-6).all(axis=2) & ~(fixed[movers, None] & fixed)
        hit[np.arange(len(movers)), movers] = False
        mover, other = np.nonzero(hit)
        if not len(mover):
            break
        over = over[mover, other]
        across = over[:, 0] < over[:, 1]
        push = np.where(np.column_stack((across, ~across)), over, 0.0)
        push = np.copysign(push, -gap[mover, other])
        # Two that push each other meet twice here; one that is fixed leaves all to the other.
        push *= np.where(fixed[movers[mover]] | fixed[other], 1.0, 0.5)[:, None]
        step = np.column_stack([np.bincount(other, push[:, axis], len(xy)) for axis in (0, 1)])
        step[fixed] = 0.0
        xy += np.clip(step, -STEP, STEP)
    return xy

"""In layers: who answers to whom, the highest at the top.

Sugiyama, Tagawa and Toda, "Methods for Visual Understanding of Hierarchical System Structures",
IEEE Trans. SMC 11(2), 1981: cycles are broken, nodes ranked, ordered within their ranks and
given coordinates, one after the other.
"""

from __future__ import annotations

import numpy as np

from viewer.model.dossier import Index, Mask
from viewer.scene.layouts import rooms
from viewer.scene.layouts.layers import arranged
from viewer.scene.layouts.network import Network
from viewer.scene.layouts.steps import Steps, Work, meanwhile, within

AT_ONCE = 4000
"""Nodes or edges looked at one by one between one position yielded and the next."""
LAYERS_AT_ONCE = 200


def layered(network: Network, aspect: float | None) -> Steps:
    """Lay out a graph in layers.

    Layers follow from the edges with an `order`; where none has one, from the distance to the
    node with the most neighbours. Nodes whose edges are without order stand in the layer their
    neighbours are in on average. A layer too wide for the pane has several rows, none of which
    reaches into the next layer. Nodes without ties stand in rows below.

    Parameters
    ----------
    network : Network
    aspect : float, optional
        Width over height of the pane to be filled; None: 1.

    Yields
    ------
    ndarray of float64, shape (n, 2)
        Positions so far.
    """
    xy = np.zeros((network.n, 2))
    yield from meanwhile(xy, network.prepared())
    if len(network.pairs):
        tied = np.flatnonzero(network.degree)
        part = network.part(tied)
        yield from meanwhile(xy, part.prepared())
        down = _downward(part)
        yield xy
        down = yield from meanwhile(xy, _acyclic(part.n, down))
        rank = yield from meanwhile(xy, _ranks(part, down))
        yield from within(xy, tied, arranged(part, rank, aspect or 1.0))
    yield rooms.loose_beneath(network, xy)


# -- ranks -----------------------------------------------------------------------------------


def _downward(network: Network) -> Index:
    """Return the edges that have an order, from upper to lower, each once, shape (k, 2)."""
    order = np.zeros(len(network.ends), np.int8) if network.order is None else network.order
    down = np.concatenate((network.ends[order > 0], network.ends[order < 0][:, ::-1]))
    if not len(down):
        busiest = int(network.degree.argmax())
        steps, _ = network.steps_from(busiest)
        away = steps[network.pairs]
        falling = network.pairs[away[:, 0] < away[:, 1]]
        rising = network.pairs[away[:, 0] > away[:, 1]][:, ::-1]
        down = np.concatenate((falling, rising))
    return _unique(network.n, down[down[:, 0] != down[:, 1]])


def _unique(n: int, edges: Index) -> Index:
    keys = np.sort(edges[:, 0] * n + edges[:, 1])
    return np.column_stack(np.divmod(keys[np.diff(keys, prepend=-1) > 0], n))


def _acyclic(n: int, down: Index) -> Work[Index]:
    """Return the edges with those turned round that close a cycle.

    A walk in depth from the nodes with the most below them and the fewest above turns round what
    leads back to where it came from.
    """
    starts, to = _rows(n, down)
    surplus = np.bincount(down[:, 0], minlength=n) - np.bincount(down[:, 1], minlength=n)
    state = bytearray(n)
    back = []
    done = 0
    for root in np.argsort(-surplus, kind="stable").tolist():
        if state[root]:
            continue
        trail = [(root, iter(to[starts[root] : starts[root + 1]].tolist()))]
        state[root] = 1
        while trail:
            node, below = trail[-1]
            for child in below:
                if not state[child]:
                    state[child] = 1
                    trail.append((child, iter(to[starts[child] : starts[child + 1]].tolist())))
                    break
                if state[child] == 1:
                    back.append(node * n + child)
            else:
                state[node] = 2
                trail.pop()
            done += 1
            if done % AT_ONCE == 0:
                yield
    yield
    keys = down[:, 0] * n + down[:, 1]
    turned = np.isin(keys, np.array(back, dtype=np.intp))
    return _unique(n, np.where(turned[:, None], down[:, ::-1], down))


def _rows(n: int, edges: Index) -> tuple[Index, Index]:
    """Return edges as compressed sparse rows."""
    starts = np.concatenate(([0], np.cumsum(np.bincount(edges[:, 0], minlength=n))))
    return starts, edges[np.argsort(edges[:, 0], kind="stable"), 1]


def _ranks(network: Network, down: Index) -> Work[Index]:
    """Return the layer of each node, 0 the highest."""
    n = network.n
    upper, lower = down.T
    rank = np.zeros(n, dtype=np.intp)
    starts, to = _rows(n, down)
    waiting = np.bincount(lower, minlength=n)
    front = np.flatnonzero(waiting == 0)
    # Layer by layer, whoever has nobody above left: that makes it the longest way from the top.
    level = 0
    while len(front):
        rank[front] = level
        counts = starts[front + 1] - starts[front]
        skipped = np.repeat(starts[front] - np.cumsum(counts) + counts, counts)
        below, times = np.unique(to[np.arange(counts.sum()) + skipped], return_counts=True)
        waiting[below] -= times
        front = below[waiting[below] == 0]
        level += 1
        if level % LAYERS_AT_ONCE == 0:
            yield
    yield
    # Whoever has nobody above stands right above the highest of their own, not at the top.
    ordered = np.zeros(n, dtype=bool)
    ordered[down.ravel()] = True
    top = ordered & (np.bincount(lower, minlength=n) == 0)
    highest = np.full(n, n, dtype=np.intp)
    np.minimum.at(highest, upper, rank[lower])
    rank[top] = highest[top] - 1
    return _joined(network, rank, ordered)


def _joined(network: Network, rank: Index, known: Mask) -> Index:
    """Return ranks with those that are not known as the average of their neighbours'."""
    rank, known = rank.copy(), known.copy()
    a, b = np.concatenate((network.pairs, network.pairs[:, ::-1])).T
    while True:
        reached = known[a] & ~known[b]
        if not reached.any():
            break
        count = np.bincount(b[reached], minlength=network.n)
        total = np.bincount(b[reached], rank[a[reached]], network.n)
        wave = np.flatnonzero(count)
        rank[wave] = np.round(total[wave] / count[wave])
        known[wave] = True
    # Components without any order stand in one row, at the top.
    _, rank = np.unique(rank, return_inverse=True)
    return rank.ravel()

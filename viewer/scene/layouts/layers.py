"""Nodes whose layers are known: their order within them, and where they stand.

The last steps of Sugiyama, Tagawa and Toda, IEEE Trans. SMC 11(2), 1981: each layer is ordered by
the averages of its neighbours, sweeping down and up; then nodes are drawn towards their
neighbours as far as order and width allow.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from viewer.model.dossier import Index
from viewer.scene.layouts.network import Network
from viewer.scene.layouts.rooms import AREA
from viewer.scene.layouts.steps import Steps
from viewer.scene.primitives import Floats

SWEEPS = 16
"""How often layers are ordered by their neighbours, down and up in turn."""
ALIGNMENTS = 12
"""How often nodes are drawn to their neighbours, down and up in turn."""
MOST_BENDS = 20_000
"""Up to so many places where edges cross a layer are kept clear; above, none."""
MOST_COMPARED = 2000
"""Up to so many edges crossings are counted among all, above among so many of them."""
LAYER_GAP = 46.0
"""Layout units between the last row of one layer and the first of the next."""
BEND = 12.0
"""Width of the place where an edge crosses a layer."""
SPACE = 12.0
"""Layout units between neighbours in a row."""
MOST_ROWS = 200
LAYERS_AT_ONCE = 100
"""Layers gone through between one position yielded and the next."""


def arranged(network: Network, rank: Index, aspect: float) -> Steps:
    """Draw nodes with their layers known, those of rank 0 at the top.

    Parameters
    ----------
    network : Network
        Of one node at least.
    rank : ndarray of intp, shape (n,)
        None between 0 and the highest is missing.
    aspect : float
        Width over height to come near to, by setting wide layers in several rows.

    Yields
    ------
    ndarray of float64, shape (n, 2)
        Positions so far.
    """
    n = network.n
    yield np.column_stack((np.zeros(n), -rank.astype(np.float64)))
    layer, edges = _with_bends(rank, network.pairs)
    widths = np.full(len(layer), BEND)
    widths[:n] = network.room[:, 0] + SPACE
    high = float(network.room[:, 1].max())
    rows = _rows_of_layers(np.bincount(layer, widths).astype(np.float64), aspect, high)
    # Neighbours in a layer of several rows stand in different ones, so they may be nearer.
    widths /= rows[layer]
    tops = np.concatenate(([0.0], np.cumsum(rows * high + LAYER_GAP)[:-1]))
    yield np.column_stack((np.zeros(n), -tops[rank]))

    layers = _Layers.of(layer, edges, np.arange(len(layer)))
    yield np.column_stack((np.zeros(n), -tops[rank]))
    share = np.empty(len(layer))
    for group in layers.groups:
        share[group] = _shares(len(group))
    best, fewest = share.copy(), np.inf
    across = float(np.bincount(layer, widths).max())
    for sweep in range(SWEEPS):
        for done, (group, mean, _) in enumerate(layers.averages(share, sweep % 2 == 0)):
            share[group[np.argsort(mean, kind="stable")]] = _shares(len(group))
            if done % LAYERS_AT_ONCE == LAYERS_AT_ONCE - 1:
                yield np.column_stack((share * across, -tops[layer]))[:n]
        crossed = _crossed(layer, share, edges)
        if crossed < fewest:
            best, fewest = share.copy(), crossed
        yield np.column_stack((share * across, -tops[layer]))[:n]

    layers = _Layers.of(layer, edges, best)
    x, y = np.empty(len(layer)), -tops[layer]
    for group, deep in zip(layers.groups, rows.tolist(), strict=True):
        x[group] = np.cumsum(widths[group]) - (widths[group].sum() + widths[group]) / 2
        nodes = group[group < n]
        y[nodes] -= np.arange(len(nodes)) % deep * high
    for turn in range(ALIGNMENTS):
        for done, (group, mean, count) in enumerate(layers.averages(x, turn % 2 == 0)):
            gaps = (widths[group[1:]] + widths[group[:-1]]) / 2
            offset = np.concatenate(([0.0], np.cumsum(gaps)))
            # Spaces taken out, all are to be as near as can be and none to fall behind.
            x[group] = _never_falling(mean - offset, (count + 0.1).astype(np.float64)) + offset
            if done % LAYERS_AT_ONCE == LAYERS_AT_ONCE - 1:
                yield np.column_stack((x, y))[:n]
        yield np.column_stack((x, y))[:n]


def _shares(count: int) -> Floats:
    """Return how far along its layer each of some stands, so that layers compare; 0 to 1."""
    out: Floats = (np.arange(count) + 0.5) / count
    return out


def _with_bends(rank: Index, pairs: Index) -> tuple[Index, Index]:
    """Return the layers of nodes and bends, and the edges from each layer to the next.

    An edge over several layers gets a bend in each it passes, numbered after the nodes. One
    within a layer gets nothing.
    """
    falls = rank[pairs[:, 0]] <= rank[pairs[:, 1]]
    upper = np.where(falls, pairs[:, 0], pairs[:, 1])
    lower = pairs.sum(axis=1) - upper
    span = rank[lower] - rank[upper]
    bends = np.maximum(span - 1, 0)
    if bends.sum() > MOST_BENDS:
        return rank, np.column_stack((upper, lower))[span == 1]
    owner = np.repeat(np.arange(len(pairs)), bends)
    first = np.cumsum(bends) - bends
    step = np.arange(len(owner)) - first[owner]
    own = len(rank) + np.arange(len(owner))
    before = np.where(step == 0, upper[owner], own - 1)
    last = np.where(bends > 0, len(rank) + first + bends - 1, upper)
    edges = np.vstack((np.column_stack((before, own)), np.column_stack((last, lower))[span > 0]))
    return np.concatenate((rank, rank[upper][owner] + 1 + step)), edges


def _rows_of_layers(total: Floats, aspect: float, high: float) -> Index:
    """Return how many rows each layer has, for the whole to fit a pane, or a larger one's shape."""
    pane = float(np.sqrt(AREA * aspect))
    rows = np.ones(len(total), dtype=np.intp)
    for parts in range(1, MOST_ROWS):
        across = total.max() / parts
        rows = np.ceil(total / across - 1e-9).astype(np.intp)
        if across <= max(aspect * (rows * high + LAYER_GAP).sum(), pane):
            break
    return rows


@dataclass(frozen=True, eq=False)
class _Layers:
    """What stands in each layer, and its edges to the layers above and below.

    Parameters
    ----------
    groups : list of ndarray of intp
    above, below : list of tuple of ndarray of intp
        For each layer, of each edge the place in the group and what it leads to.
    """

    groups: list[Index]
    above: list[tuple[Index, Index]]
    below: list[tuple[Index, Index]]

    @staticmethod
    def of(layer: Index, edges: Index, key: Floats | Index) -> _Layers:
        """Gather layers, each in the order of `key`."""
        count = int(layer.max()) + 1
        order = np.lexsort((key, layer))
        starts = np.searchsorted(layer[order], np.arange(count))
        place = np.empty(len(layer), dtype=np.intp)
        place[order] = np.arange(len(layer)) - starts[layer[order]]

        def links(own: Index, other: Index) -> list[tuple[Index, Index]]:
            by_layer = np.argsort(layer[own], kind="stable")
            own, other = own[by_layer], other[by_layer]
            cuts = np.searchsorted(layer[own], np.arange(1, count))
            return list(zip(np.split(place[own], cuts), np.split(other, cuts), strict=True))

        upper, lower = edges.T
        return _Layers(np.split(order, starts[1:]), links(lower, upper), links(upper, lower))

    def averages(self, values: Floats, downward: bool) -> Iterator[tuple[Index, Floats, Index]]:
        """Go through the layers; yield what stands there, and the mean of its neighbours' values.

        Neighbours are those in the layer before; who has none keeps its own value. Also their
        number is yielded. `values` may be changed on the way.
        """
        last = len(self.groups) - 1
        for k in range(1, last + 1) if downward else range(last - 1, -1, -1):
            group = self.groups[k]
            own, other = (self.above if downward else self.below)[k]
            count = np.bincount(own, minlength=len(group))
            total = np.bincount(own, values[other], len(group))
            yield group, np.where(count > 0, total / np.maximum(count, 1), values[group]), count


def _crossed(layer: Index, share: Floats, edges: Index) -> int:
    """Count the crossings between neighbouring layers, of all edges or of some evenly chosen."""
    edges = edges[:: len(edges) // MOST_COMPARED + 1]
    edges = edges[np.argsort(layer[edges[:, 0]], kind="stable")]
    count = 0
    for few in np.split(edges, np.flatnonzero(np.diff(layer[edges[:, 0]])) + 1):
        a, b = share[few].T
        count += int((((a[:, None] - a) * (b[:, None] - b)) < 0).sum()) // 2
    return count


def _never_falling(values: Floats, weights: Floats) -> Floats:
    """Return the nearest values, in weighted squares, of which none is less than the one before.

    By pooling what falls (Ayer and others, Annals of Mathematical Statistics 26(4), 1955).
    """
    pools: list[tuple[float, float, int]] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        size = 1
        while pools and pools[-1][0] >= value:
            before, heavy, more = pools.pop()
            value = (value * weight + before * heavy) / (weight + heavy)
            weight, size = weight + heavy, size + more
        pools.append((value, weight, size))
    return np.repeat([value for value, _, _ in pools], [size for _, _, size in pools])

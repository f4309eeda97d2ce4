"""The graph to be laid out, as arrays, with what every layout asks of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from viewer.model.dossier import Index
from viewer.scene.layouts.steps import Work
from viewer.scene.primitives import Floats

LABEL_BOX = (70.0, 32.0)
"""Width and height in layout units of a node with its label where nothing else is said."""


class Part(NamedTuple):
    """A connected component.

    Parameters
    ----------
    nodes : ndarray of intp, shape (k,)
    pairs : ndarray of intp, shape (e, 2)
        Its edges, as positions in `nodes`.
    strength : ndarray of float64, shape (e,)
    """

    nodes: Index
    pairs: Index
    strength: Floats


def summed(nodes: Index, values: Floats, n: int) -> Floats:
    """Return the sum of the values that fall to each of n nodes."""
    return np.asarray(np.bincount(nodes, values, n), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Network:
    """A graph with what its drawing depends on besides.

    Parameters
    ----------
    n : int
        Number of nodes.
    ends : ndarray of intp, shape (m, 2)
        Nodes of each edge; parallel edges and loops are allowed.
    weights : ndarray of float64, shape (m,), optional
        Strength of each edge; what is negative or no number counts as none. None: 1 each.
    boxes : ndarray of float64, shape (n, 2), optional
        Width and height in layout units of each node with the label below it. None: nodes are
        points that need no room of their own.
    order : ndarray of int8, shape (m,), optional
        1 where the first node of an edge stands above the second, -1 where below, 0 where
        neither is meant.
    spots : ndarray of float64, shape (n, 2), optional
        Where on a flat map each node belongs, x to the east and y to the north in one unit of
        any size; NaN where that is not known.
    times : ndarray of float64, shape (n,), optional
        When each node first appears, in days; NaN where that is not known.
    """

    n: int
    ends: Index
    weights: Floats | None = None
    boxes: Floats | None = None
    order: NDArray[np.int8] | None = None
    spots: Floats | None = None
    times: Floats | None = None

    @cached_property
    def _simple(self) -> tuple[Index, Floats]:
        weights = np.ones(len(self.ends)) if self.weights is None else self.weights
        weights = np.clip(np.nan_to_num(weights), 0.0, 1e9)
        kept = self.ends[:, 0] != self.ends[:, 1]
        low, high = self.ends[kept].min(axis=1), self.ends[kept].max(axis=1)
        keys = low * self.n + high
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        first = np.diff(keys, prepend=-1) > 0
        pairs = np.column_stack(np.divmod(keys[first], max(self.n, 1)))
        place = np.cumsum(first) - 1
        return pairs.astype(np.intp), summed(place, weights[kept][order], len(pairs))

    @property
    def pairs(self) -> Index:
        """Edges with parallel ones merged and without loops, shape (k, 2)."""
        return self._simple[0]

    @property
    def strength(self) -> Floats:
        """Sum of the weights of each of `pairs`, shape (k,)."""
        return self._simple[1]

    @cached_property
    def degree(self) -> Index:
        """Number of neighbours of each node."""
        return np.bincount(self.pairs.ravel(), minlength=self.n)

    @cached_property
    def neighbours(self) -> tuple[Index, Index]:
        """Neighbours as compressed sparse rows: those of i are ``to[starts[i]:starts[i + 1]]``."""
        near, far = np.concatenate((self.pairs, self.pairs[:, ::-1])).T
        starts = np.concatenate(([0], np.cumsum(np.bincount(near, minlength=self.n))))
        return starts, far[np.argsort(near, kind="stable")]

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The connected components of two nodes and more, the largest first."""
        root = np.arange(self.n)
        a, b = self.pairs.T
        while True:
            # Trees grow together at their roots, the lesser taking over, and are flattened.
            least = np.minimum(root[a], root[b])
            before = root.copy()
            np.minimum.at(root, before[a], least)
            np.minimum.at(root, before[b], least)
            while not np.array_equal(root, root[root]):
                root = root[root]
            if np.array_equal(root, before):
                break
        size = np.bincount(root, minlength=self.n)
        tied = np.flatnonzero(self.degree)
        nodes = tied[np.lexsort((tied, root[tied], -size[root[tied]]))]
        cuts = np.flatnonzero(np.diff(root[nodes])) + 1
        first = np.concatenate(([0], cuts))
        place = np.zeros(self.n, dtype=np.intp)
        place[nodes] = np.arange(len(nodes)) - np.repeat(first, np.diff([*first, len(nodes)]))
        rank = np.zeros(self.n, dtype=np.intp)
        rank[nodes] = np.repeat(np.arange(len(first)), np.diff([*first, len(nodes)]))
        by_part = np.argsort(rank[a], kind="stable")
        edge_cuts = np.searchsorted(rank[a[by_part]], np.arange(1, len(first)))
        if not len(nodes):
            return ()
        return tuple(
            Part(*found)
            for found in zip(
                np.split(nodes, cuts),
                np.split(place[self.pairs[by_part]], edge_cuts),
                np.split(self.strength[by_part], edge_cuts),
                strict=True,
            )
        )

    @cached_property
    def loose(self) -> Index:
        """Nodes without any neighbour."""
        return np.flatnonzero(self.degree == 0)

    def prepared(self) -> Work[None]:
        """Work out what every layout asks for, a little at a time."""
        for name in ("pairs", "degree", "parts", "loose"):
            getattr(self, name)
            yield

    @cached_property
    def room(self) -> Floats:
        """Width and height to be kept for each node, shape (n, 2)."""
        return np.tile(LABEL_BOX, (self.n, 1)) if self.boxes is None else self.boxes

    def part(self, nodes: Index) -> Network:
        """Return the graph of a few nodes, in the order given, with the edges among them."""
        place = np.full(self.n, -1, dtype=np.intp)
        place[nodes] = np.arange(len(nodes))
        inside = (place[self.ends] >= 0).all(axis=1)

        def of_nodes(values: Floats | None) -> Floats | None:
            return None if values is None else values[nodes]

        return Network(
            len(nodes),
            place[self.ends[inside]],
            None if self.weights is None else self.weights[inside],
            of_nodes(self.boxes),
            None if self.order is None else self.order[inside],
            of_nodes(self.spots),
            of_nodes(self.times),
        )

    def steps_from(self, source: int) -> tuple[Index, Index]:
        """Return how many edges away from `source` each node is, and over which neighbour.

        Both are -1 where there is no way; the neighbour is so for `source` too.
        """
        starts, to = self.neighbours
        steps = np.full(self.n, -1, dtype=np.intp)
        over = np.full(self.n, -1, dtype=np.intp)
        steps[source] = 0
        front = np.array([source], dtype=np.intp)
        for away in range(1, self.n):
            counts = starts[front + 1] - starts[front]
            skipped = np.repeat(starts[front] - np.cumsum(counts) + counts, counts)
            found = to[np.arange(counts.sum()) + skipped]
            fresh = steps[found] < 0
            found, via = found[fresh], np.repeat(front, counts)[fresh]
            if not len(found):
                break
            # The first of several ways to a node is the one that counts.
            steps[found] = away
            over[found[::-1]] = via[::-1]
            front = np.unique(found)
        return steps, over

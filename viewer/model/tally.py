"""Counting what falls in a span of time without looking at everything again.

The events stand in two orders, by when they begin and by when they end, and each order is cut
into cells of as many events each. How many of a group stand before each cell is counted once
(`Tally`); for any span there are then only the events between a moment and the nearest border of
a cell to look at. What has begun before the end of a span and has not ended before its start
falls into it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from viewer.model.arrays import Index, Mask, width
from viewer.model.links import Links

CELLS = 64
Span = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Edge:
    """A moment in an order of events.

    Parameters
    ----------
    cell : int
        The cell whose border is nearest: what stands before it is counted already.
    more : ndarray of integer
        Events between that border and the moment, ...
    sign : {1, -1}
        ... which come on top of what is counted, or are counted too much.
    """

    cell: int
    more: Index
    sign: int


class Order:
    """Events in the order of one of their bounds.

    Parameters
    ----------
    moments : ndarray of float64, shape (n,)
        The bound of each event in days; not NaN.
    """

    def __init__(self, moments: NDArray[np.float64]) -> None:
        size = len(moments)
        order = np.argsort(moments, kind="stable")
        self.order = order.astype(np.int32)
        self.starts = np.linspace(0, size, CELLS + 1).astype(np.intp)
        self._moments = moments[order[np.minimum(self.starts, size - 1)]] if size else moments
        self.cells = np.empty(size, dtype=np.uint8)
        self.cells[order] = np.repeat(np.arange(CELLS, dtype=np.uint8), np.diff(self.starts))

    def edge(self, moments: NDArray[np.float64], moment: float, closed: bool) -> Edge:
        """Return what lies before a moment, and what is at it too where `closed`.

        Parameters
        ----------
        moments : ndarray of float64
            The bounds that it was made from, in which NaN may stand again for what is infinite.
        """
        if not len(self.order):
            return Edge(0, self.order, 1)
        side: Literal["left", "right"] = "right" if closed else "left"
        cell = int(np.searchsorted(self._moments[:-1], moment, side)) - 1
        if cell < 0:
            return Edge(0, self.order[:0], 1)
        start, end = self.starts[cell : cell + 2].tolist()
        inside = moments[self.order[start:end]]
        passed = inside <= moment if closed else ~(inside >= moment)
        at = start + int(np.count_nonzero(passed))
        if 2 * at <= start + end:
            return Edge(cell, self.order[start:at], 1)
        return Edge(cell + 1, self.order[at:end], -1)


@dataclass(frozen=True, eq=False)
class Cut:
    """A span of time among the events.

    Parameters
    ----------
    begun, ended : Edge
        What has begun when the span ends, and what has ended when it starts.
    inside : ndarray of bool, shape (n,)
        Which events can fall into the span.
    """

    begun: Edge
    ended: Edge
    inside: Mask


class Clock:
    """The events of a dossier in the orders of time.

    Parameters
    ----------
    bounds : ndarray of float64, shape (n, 2)
        Earliest and latest moment of each event in days; NaN, which is always, where not known.
    """

    def __init__(self, bounds: NDArray[np.float64]) -> None:
        self._begins, self._ends = bounds[:, 0], bounds[:, 1]
        self.begun = Order(np.where(np.isnan(self._begins), -np.inf, self._begins))
        self.ended = Order(np.where(np.isnan(self._ends), np.inf, self._ends))
        self._last: tuple[Span, Cut] | None = None

    def cut(self, span: Span) -> Cut:
        """Return where a span begins and ends; the last one is kept."""
        if self._last is None or self._last[0] != span:
            begun = self.begun.edge(self._begins, span[1], closed=False)
            ended = self.ended.edge(self._ends, span[0], closed=True)
            inside = self.begun.cells < begun.cell
            inside[begun.more] = begun.sign > 0
            # Of those that the border of the cell would misjudge, what is right is put back.
            still = inside[ended.more] & (ended.sign < 0)
            inside &= self.ended.cells >= ended.cell
            inside[ended.more] = still
            self._last = span, Cut(begun, ended, inside)
        return self._last[1]


class Tally:
    """How many events of each group fall in a span.

    Parameters
    ----------
    clock : Clock
    groups : ndarray of integer, shape (n,), or Links
        Group of each event, or groups.
    size : int
        Number of groups.
    counted : ndarray of bool, shape (n,)
        Events that count at all.
    """

    def __init__(self, clock: Clock, groups: Index | Links, size: int, counted: Mask) -> None:
        self._clock, self._groups, self._size, self._counted = clock, groups, size, counted
        self._last: tuple[Cut, Index] | None = None
        self._all = bool(counted.all())
        if isinstance(groups, Links):
            weights = None if self._all else np.repeat(counted, groups.counts)
            members = groups.targets
        else:
            weights, members = counted, groups
        self.total = np.bincount(members if weights is None else members[weights], minlength=size)

    def within(self, cut: Cut | None) -> Index:
        """Return the count of each group, shape (size,); without a cut, of all time."""
        if cut is None:
            return self.total
        if self._last is None or self._last[0] is not cut:
            begun, ended = self._tables
            counts = self._before(begun, cut.begun) - self._before(ended, cut.ended)
            self._last = cut, counts
        return self._last[1]

    def _before(self, table: Index, edge: Edge) -> Index:
        events = edge.more if self._all else edge.more[self._counted[edge.more]]
        groups = self._groups
        members = groups.of_all(events) if isinstance(groups, Links) else groups[events]
        more = np.bincount(members, minlength=self._size)
        counts: Index = table[edge.cell] + edge.sign * more
        return counts

    @cached_property
    def _tables(self) -> tuple[Index, Index]:
        return self._table(self._clock.begun.cells), self._table(self._clock.ended.cells)

    def _table(self, cells: NDArray[np.uint8]) -> Index:
        """Count each group before each cell and in the end, shape (`CELLS` + 1, size)."""
        groups, size = self._groups, self._size
        at = cells.astype(np.int64) * size
        if isinstance(groups, Links):
            slots = np.repeat(np.where(self._counted, at, -1), groups.counts)
            keys = slots + groups.targets
            keys = keys[slots >= 0]
        else:
            keys = (at + groups)[self._counted]
        counts = np.bincount(keys, minlength=CELLS * size).reshape(CELLS, size)
        table = np.zeros((CELLS + 1, size), dtype=width(int(self.total.max(initial=0)) + 1))
        np.cumsum(counts, axis=0, out=table[1:])
        return table

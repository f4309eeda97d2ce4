"""Counting what falls in a span of time without looking at everything again.

The events are put into cells of time, so many to each. How many of a group have begun, and how
many have ended, by each border of the cells is counted once (`Tally`); for any span there are
then only the events of two cells to look at. What has begun before the end of a span and has
not ended before its start falls into it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewer.model.arrays import Index, Mask
from viewer.model.links import Links

CELLS = 32
Span = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Cut:
    """A span of time, and the events that begin or end in the cells it begins and ends in.

    Parameters
    ----------
    begun, ended : int
        Cell of the end and of the start of the span.
    late, early : ndarray of integer
        Events of those cells that begin within the one before the span ends, and that end
        within the other before it starts.
    inside : ndarray of bool
        Which events can fall into the span.
    """

    begun: int
    ended: int
    late: Index
    early: Index
    inside: Mask


class Clock:
    """The events of a dossier by the cells of time that they begin and end in.

    Parameters
    ----------
    bounds : ndarray of float64, shape (n, 2)
        Earliest and latest moment of each event in days; NaN, which is always, where not known.
    """

    def __init__(self, bounds: NDArray[np.float64]) -> None:
        self._begins, self._ends = bounds[:, 0], bounds[:, 1]
        finite = self._begins[np.isfinite(self._begins)]
        shares = np.linspace(0.0, 1.0, CELLS + 1)[1:-1]
        self._borders = np.unique(np.quantile(finite, shares)) if len(finite) else finite
        begun = np.searchsorted(self._borders, self._begins, "right")
        self.begun = np.where(np.isnan(self._begins), 0, begun).astype(np.uint8)
        self.ended = np.searchsorted(self._borders, self._ends, "right").astype(np.uint8)
        self._last: tuple[Span, Cut] | None = None

    def cut(self, span: Span) -> Cut:
        """Return where a span begins and ends."""
        if self._last is None or self._last[0] != span:
            ended, begun = np.searchsorted(self._borders, span, "right").tolist()
            late = np.flatnonzero(self.begun == begun)
            early = np.flatnonzero(self.ended == ended)
            after, before = self._begins[late] >= span[1], self._ends[early] <= span[0]
            inside = (self.begun <= begun) & (self.ended >= ended)
            inside[late[after]] = False
            inside[early[before]] = False
            self._last = span, Cut(begun, ended, late[~after], early[before], inside)
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
        self._tables: tuple[Index, Index] | None = None
        self._last: tuple[Cut, Index] | None = None
        if isinstance(groups, Links):
            weights = None if counted.all() else np.repeat(counted, groups.counts)
            members = groups.targets
        else:
            weights, members = counted, groups
        self.total = np.bincount(members if weights is None else members[weights], minlength=size)

    def within(self, cut: Cut | None) -> Index:
        """Return the count of each group, shape (size,); without a cut, of all time."""
        if cut is None:
            return self.total
        if self._tables is None:
            self._tables = self._table(self._clock.begun), self._table(self._clock.ended)
        if self._last is None or self._last[0] is not cut:
            begun, ended = self._tables
            counts = begun[cut.begun] - ended[cut.ended] + self._of(cut.late) - self._of(cut.early)
            self._last = cut, counts
        return self._last[1]

    def _of(self, events: Index) -> Index:
        events = events[self._counted[events]]
        groups = self._groups
        members = groups.of_all(events) if isinstance(groups, Links) else groups[events]
        return np.bincount(members, minlength=self._size)

    def _table(self, cells: NDArray[np.uint8]) -> NDArray[np.int32]:
        """Count each group by the cells before each cell, shape (`CELLS`, size)."""
        groups, size = self._groups, self._size
        at = cells.astype(np.int64) * size
        if isinstance(groups, Links):
            slots = np.repeat(np.where(self._counted, at, -1), groups.counts)
            keys = slots + groups.targets
            keys = keys[slots >= 0]
        else:
            keys = (at + groups)[self._counted]
        counts = np.bincount(keys, minlength=CELLS * size).reshape(CELLS, size)
        table = np.zeros((CELLS, size), dtype=np.int32)
        np.cumsum(counts[:-1], axis=0, out=table[1:])
        return table

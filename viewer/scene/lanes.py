"""Stacking marks and their labels in lanes above an axis.

Greedy interval packing, best marks first. A lane is `ROWS` rows high: a mark with a label takes a
lane, a dot alone half of one, a bar alone one row.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

ROWS = 4
SEARCHED = 120
"""With more items the labels are given out one by one, which is quicker but crosses more stems."""
CROSSING = 12 * ROWS
"""Rows that a mark is lifted rather than let a stem cross a label."""


@dataclass(frozen=True, slots=True)
class Item:
    """A mark that wants a place.

    Parameters
    ----------
    bare : tuple of float
        Left and right end of the mark alone in pixels.
    full : tuple of float
        The same with its label.
    stem : float
        Where it is tied to the axis; NaN for a bar.
    rows : int
        Rows the mark takes up without its label.
    """

    bare: tuple[float, float]
    full: tuple[float, float]
    stem: float
    rows: int


@dataclass(frozen=True, eq=False)
class Packing:
    """Where each item stands.

    Parameters
    ----------
    row : ndarray of intp, shape (n,)
        Lowest row of each item, 0 being next to the axis.
    labelled : ndarray of bool, shape (n,)
        Whether there is room for its label.
    beneath : ndarray of intp, shape (n,)
        How many marks it covers in part; 0 unless the lanes are overfull.
    """

    row: NDArray[np.intp]
    labelled: NDArray[np.bool_]
    beneath: NDArray[np.intp]


@lru_cache(maxsize=8)
def pack_all(items: tuple[Item, ...], lanes: int) -> Packing | None:
    """Stack items, all with their labels, so that no two overlap; None where that cannot be.

    Parameters
    ----------
    items : tuple of Item
    lanes : int
        Number of lanes.
    """
    board = _Board(items, frozenset(range(len(items))), lanes)
    return None if board.beneath.any() else board.packing()


@lru_cache(maxsize=8)
def pack_best(items: tuple[Item, ...], rank: tuple[int, ...], lanes: int) -> Packing:
    """Stack items, as many with a label as leave room for the marks of all.

    Parameters
    ----------
    items, lanes
        As for `pack_all`.
    rank : tuple of int
        Positions of items, the one that most needs its label first.
    """
    best = _Board(items, frozenset(), lanes)
    low, high = 0, 0 if best.beneath.any() or len(items) > SEARCHED else len(items)
    while low < high:
        tried = (low + high + 1) // 2
        board = _Board(items, frozenset(rank[:tried]), lanes)
        if board.beneath.any():
            high = tried - 1
        else:
            low, best = tried, board
    # Where one label had no room, a less needed one elsewhere may have.
    for i in rank[low:]:
        best.name(i)
    return best.packing()


class _Board:
    """Items put in their places one after the other, those in `named` with labels."""

    def __init__(self, items: tuple[Item, ...], named: frozenset[int], lanes: int) -> None:
        count = len(items)
        self.items, self.height = items, lanes * ROWS
        # Left, right, lowest row, row above; those not yet placed are NaN and touch nothing.
        self.boxes = np.full((count, 4), np.nan)
        self.stems = np.full((count, 2), np.nan)
        self.labels = np.full((count, 2), np.nan)
        self.beneath = np.zeros(count, dtype=np.intp)
        for i in sorted(range(count), key=lambda i: _turn(items[i], i in named)):
            row, load = self._place(i, i in named)
            self._put(i, row, i in named)
            self.beneath[i] = load

    def name(self, i: int) -> None:
        """Give an item its label, where there is room."""
        before = self.boxes[i].copy()
        self.boxes[i] = np.nan
        row, load = self._place(i, True)
        if load:
            self.boxes[i] = before
        else:
            self._put(i, row, True)
            self.beneath[i] = 0

    def packing(self) -> Packing:
        """Return where the items stand."""
        rows = self.boxes[:, 2].astype(np.intp)
        return Packing(rows, np.isfinite(self.labels[:, 0]), self.beneath)

    def _put(self, i: int, row: int, named: bool) -> None:
        item = self.items[i]
        span = item.full if named else item.bare
        self.boxes[i] = *span, row, row + (ROWS if named else item.rows)
        self.stems[i] = item.stem, row
        if named:
            self.labels[i] = span

    def _place(self, i: int, named: bool) -> tuple[int, int]:
        """Return the best row for an item, and how many others it would cover there."""
        item = self.items[i]
        low, high = item.full if named else item.bare
        rows = ROWS if named else item.rows
        steps = np.arange(0, self.height - rows + 1, rows)
        hit = self.boxes[(self.boxes[:, 0] < high) & (low < self.boxes[:, 1])]
        load = ((hit[:, 2] < steps[:, None] + rows) & (steps[:, None] < hit[:, 3])).sum(axis=1)
        # Labels that this stem rises through, and stems that rise through this label.
        over = (self.labels[:, 0] < item.stem) & (item.stem < self.labels[:, 1])
        crossed = (self.boxes[over, 2] < steps[:, None]).sum(axis=1)
        if named:
            through = self.stems[(self.stems[:, 0] > low) & (self.stems[:, 0] < high), 1]
            crossed = crossed + (through > steps[:, None] + rows - 1).sum(axis=1)
        best = int(np.argmin(load * 1e6 + crossed * CROSSING + steps))
        return int(steps[best]), int(load[best])


def _turn(item: Item, named: bool) -> tuple[int, float]:
    """Order of placing: bars without labels lie low, then dots from the last to the first.

    So a stem rises to the left of the labels beneath it, and labels read downwards in
    the order of time; labelled bars lie above.
    """
    if np.isnan(item.stem):
        length = item.bare[1] - item.bare[0]
        return (2, length) if named else (0, -length)
    return 1, -item.stem

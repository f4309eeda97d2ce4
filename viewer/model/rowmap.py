"""Which row an id stands in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count

import numpy as np

from viewer.model.arrays import Index, dropped, width
from viewer.model.cells import Codes, Column

_GUESSES = 8
"""Probes after which a search goes on by halves."""
_FEW = 4
"""Up to so many rows are taken out one by one."""


class Rows(Mapping[str, int]):
    """Id → row for a long column of ids; of equal ids the first wins.

    Four bytes an id: the rows in the order of the hashes of their ids, which are worked out again
    for the few that a search looks at.

    Parameters
    ----------
    ids : Column
    order : ndarray of integer, optional
        The rows in that order, where it is known.
    """

    def __init__(self, ids: Column, order: Codes | None = None) -> None:
        self._ids = ids
        if order is None:
            hashes = np.fromiter(map(hash, ids), np.int64, len(ids))
            order = np.argsort(hashes)
        self._order: Codes = order.astype(width(len(ids)), copy=False)

    def __reduce__(self) -> tuple[type[Rows], tuple[Column]]:
        # Another process hashes otherwise.
        return Rows, (self._ids,)

    def _at(self, wanted: int) -> int:
        """Return where the first hash stands that is no less.

        Hashes are spread evenly, so that the place of one is guessed well from those around it; a
        few guesses gone wrong, halves are as good.
        """
        order, ids = self._order, self._ids
        low, high, under, over = 0, len(order), -1 << 63, 1 << 63
        for turn in count():
            if low >= high:
                break
            if turn < _GUESSES and under < over:
                at = low + (wanted - under) * (high - low) // (over - under)
                at = min(max(at, low), high - 1)
            else:
                at = (low + high) // 2
            found = hash(ids[order.item(at)])
            if found < wanted:
                low, under = at + 1, found
            else:
                high, over = at, found
        return low

    def __getitem__(self, key: str) -> int:
        wanted, order = hash(key), self._order
        at = self._at(wanted)
        found: list[int] = []
        while at < len(order) and hash(cell := self._ids[row := order.item(at)]) == wanted:
            if cell == key:
                found.append(row)
            at += 1
        if not found:
            raise KeyError(key)
        return min(found)

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    # -- after an edit -----------------------------------------------------------------------

    def with_more(self, ids: Column) -> Rows:
        """Return the map of a column that goes on after this one."""
        old = len(self._ids)
        fresh = sorted(range(old, len(ids)), key=lambda row: hash(ids[row]))
        spots = [self._at(hash(ids[row])) for row in fresh]
        order = np.insert(self._order.astype(width(len(ids))), spots, fresh)
        return Rows(ids, order)

    def without(self, ids: Column, rows: Index) -> Rows:
        """Return the map of the column without some rows, given by rising positions."""
        order = self._order
        if len(rows) <= _FEW:
            for row in rows[::-1].tolist():
                order = dropped(order, np.flatnonzero(order == row))
                order = order - (order > row)
        else:
            keep = np.ones(len(self._ids), dtype=bool)
            keep[rows] = False
            moved = np.cumsum(keep, dtype=order.dtype) - 1
            order = moved[order[keep[order]]]
        return Rows(ids, order)

    def with_cell(self, ids: Column, row: int) -> Rows:
        """Return the map of the column with another id in one row."""
        rest = Rows(self._ids, self._order[self._order != row])
        return Rows(ids, np.insert(rest._order, rest._at(hash(ids[row])), row))


def dictionary(ids: Column) -> dict[str, int]:
    """Return id → row as a dictionary: quick to ask, but some hundred bytes an id."""
    # From the end, so that the first row of an id is the one that stays.
    return dict(zip(reversed(tuple(ids)), range(len(ids) - 1, -1, -1), strict=True))


def rows_in(cells: Column, known: Mapping[str, int]) -> Codes:
    """Return the row that each cell is the id of, -1 where it is none.

    Parameters
    ----------
    cells : Column
    known : mapping of str to int
        Id → row: `columns.rows_by_id` for a few words, `dictionary` for many.
    """
    return cells.each(lambda cell: known.get(cell, -1)).array(np.int32)

"""Columns of text, held compactly.

A `Column` reads like a tuple of str. Behind it stands a tuple while it is short; else words
that stand again and again are kept once, with a code for every row (`Coded`), and what hardly
repeats stands in blocks of text (`Texts`). A column of references is coded by the column of ids
it points into, so that its codes are rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, repeat

import numpy as np

from viewer.model.arrays import Index, Mask, starts_of, width
from viewer.model.cells import Coded, Codes, Column, Each, Short, code, known_places, place_of
from viewer.model.longtexts import Texts
from viewer.model.rowmap import Rows, dictionary, rows_in

__all__ = [
    "SHORT", "Coded", "Codes", "Column", "Each", "Rows", "Runs", "Short", "Texts", "column",
    "dictionary", "references", "rows_by_id", "rows_in",
]  # fmt: skip

SHORT = 4096
"""Up to so many rows a tuple is quicker, and small enough."""
_SAMPLE = 1 << 16


class Runs(Column):
    """A column of references that stand in the order of the ids they are.

    Parameters
    ----------
    starts : ndarray of integer, shape (n + 1,)
        The rows ``starts[i]`` to ``starts[i + 1]`` hold the id of row ``i``.
    ids : Column
    """

    def __init__(self, starts: Index, ids: Column) -> None:
        self.starts, self._ids = starts, ids

    @property
    def codes(self) -> Codes:
        """Row of each id; worked out anew each time, since room is what counts here."""
        size = len(self._ids)
        return np.repeat(np.arange(size, dtype=width(size)), np.diff(self.starts))

    @property
    def vocabulary(self) -> Sequence[str]:
        """The column of ids."""
        return self._ids

    def __len__(self) -> int:
        return int(self.starts[-1])

    def __iter__(self) -> Iterator[str]:
        return chain.from_iterable(map(repeat, self._ids, np.diff(self.starts).tolist()))

    def _owner(self, row: int) -> int:
        return int(self.starts.searchsorted(row, "right")) - 1

    def _cell(self, row: int) -> str:
        return self._ids[self._owner(row)]

    def holding(self, cell: str) -> Index:  # noqa: D102
        place = place_of(self._ids, cell)
        return self.coded(place) if place >= 0 else np.empty(0, dtype=np.intp)

    def coded(self, place: int) -> Index:
        """Return the rows that hold an id, given by its row; see `Coded.coded`."""
        return np.arange(*self.starts[place : place + 2].tolist())

    @property
    def nbytes(self) -> tuple[int, int]:  # noqa: D102
        return 0, self.starts.nbytes

    def take(self, rows: Index | Mask | slice) -> Column:  # noqa: D102
        return references(self.codes[rows], self._ids)

    def without(self, rows: Index) -> Column:  # noqa: D102
        owners = self.starts.searchsorted(rows, "right") - 1
        gone = np.zeros(len(self.starts), dtype=self.starts.dtype)
        np.add.at(gone, owners + 1, 1)
        return Runs(self.starts - np.cumsum(gone, dtype=gone.dtype), self._ids)

    def with_cells(self, rows: Index, cell: str) -> Column:  # noqa: D102
        return Coded(self.codes, self._ids).with_cells(rows, cell) if len(rows) else self

    def with_more(self, cells: Sequence[str]) -> Column:  # noqa: D102
        places = known_places(self._ids, cells)
        owners = [places.get(cell, -1) for cell in cells]
        last = self._owner(len(self) - 1) if len(self) else 0
        if not owners or owners != sorted(owners) or owners[0] < last:
            return Coded(self.codes, self._ids).with_more(cells)
        counts = np.bincount(np.array(owners) + 1, minlength=len(self.starts))
        return Runs(self.starts + np.cumsum(counts, dtype=self.starts.dtype), self._ids)

    def rebased(self, ids: Column, moved: Index | None = None) -> Column:
        """Return the references into another edition of the column of ids; see `Coded.rebased`.

        No row may lead to an id that is gone.
        """
        starts = self.starts
        if moved is not None:
            starts = np.append(starts[:-1][moved >= 0], starts[-1:])
        more = len(ids) + 1 - len(starts)
        return Runs(np.append(starts, np.repeat(starts[-1:], more)) if more else starts, ids)


def column(cells: Iterable[str]) -> Column:
    """Return cells as a column, held in the way that suits them."""
    if isinstance(cells, Column):
        return cells
    if not isinstance(cells, list | tuple):
        cells = tuple(cells)
    if len(cells) <= SHORT:
        return Short(cells)
    # What repeats does so soon.
    if 2 * len(set(cells[:_SAMPLE])) <= min(len(cells), _SAMPLE):
        codes, words = code(cells)
        if 2 * len(words) <= len(cells):
            return Coded(codes, words if len(words) <= SHORT else column(words))
    return Texts(cells)


def references(rows: Index, ids: Column) -> Column:
    """Return the column of the ids of `rows`; a negative row is an empty cell."""
    in_order = len(rows) > SHORT and rows[0] >= 0 and bool((rows[1:] >= rows[:-1]).all())
    return Runs(starts_of(rows, len(ids)), ids) if in_order else Coded(rows, ids)


def rows_by_id(ids: Column) -> Mapping[str, int]:
    """Return id → row; the first of two equal ids wins."""
    return Rows(ids) if len(ids) > SHORT else dictionary(ids)

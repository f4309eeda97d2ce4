"""Which rows of one table belong to each row of another."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from viewer.model.arrays import Index, Mask, first_of, row_type, slots, starts_of, width


class Links:
    """Which rows of one table belong to each row of another, as compressed sparse rows.

    Parameters
    ----------
    starts : ndarray of integer, shape (n + 1,)
        Row ``i`` owns ``targets[starts[i]:starts[i + 1]]``.
    targets : ndarray of integer
        Rows of the other table; kept in as few bytes as hold them.
    size : int
        Number of rows of the other table.
    """

    def __init__(self, starts: Index, targets: Index, size: int) -> None:
        self.starts, self.size = starts, size
        self._narrow = targets.astype(width(size), copy=False)

    @property
    def targets(self) -> Index:
        """Rows of the other table, wide enough to be reckoned with."""
        return self._narrow.astype(row_type(self.size), copy=False)

    @staticmethod
    def from_pairs(owners: Index, targets: Index, rows: int, size: int) -> Links:
        """Build links from pairs; their order is kept, and the first of equal ones.

        Parameters
        ----------
        owners, targets : ndarray of integer, shape (m,)
            Rows of the one and the other table; a pair in which one is negative is left out.
        rows, size : int
            Numbers of rows of the two tables.
        """
        known = (owners >= 0) & (targets >= 0)
        if not known.all():
            owners, targets = owners[known], targets[known]
        if (owners[1:] < owners[:-1]).any():
            order = np.argsort(owners, kind="stable")
            owners, targets = owners[order], targets[order]
        again = _repeated(owners.astype(np.int64) * size + targets)
        if len(again):
            owners, targets = np.delete(owners, again), np.delete(targets, again)
        return Links(starts_of(owners, rows), targets, size)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __iter__(self) -> Iterator[Index]:
        """Yield the rows linked to each row."""
        return map(self.of, range(len(self)))

    @property
    def counts(self) -> Index:
        """How many rows are linked to each row, shape (n,)."""
        return np.diff(self.starts)

    def of(self, row: int) -> Index:
        """Return the rows linked to `row`."""
        rows = self._narrow[self.starts[row] : self.starts[row + 1]]
        return rows.astype(row_type(self.size), copy=False)

    def of_all(self, rows: Index) -> Index:
        """Return the rows linked to each of `rows` in turn; what several share comes again."""
        found = self._narrow[slots(self.starts[rows], self.starts[rows + 1])]
        return found.astype(row_type(self.size), copy=False)

    def reach(self, mask: Mask) -> Mask:
        """Return the mask of the other table's rows linked to any row of `mask`."""
        rows = np.flatnonzero(mask)
        out = np.zeros(self.size, dtype=bool)
        if 4 * len(rows) < len(mask):
            out[self.of_all(rows)] = True
        elif len(rows) < len(mask):
            out[self._narrow[np.repeat(mask, self.counts)]] = True
        else:
            out[self._narrow] = True
        return out

    @cached_property
    def reverse(self) -> Links:
        """The same links seen from the other table."""
        owners = np.repeat(np.arange(len(self), dtype=row_type(len(self))), self.counts)
        # Of narrow integers it is a quick radix sort.
        order = np.argsort(self._narrow, kind="stable")
        return Links(starts_of(self._narrow[order], self.size), owners[order], len(self))


def _repeated(keys: NDArray[np.int64]) -> Index:
    """Return the positions of keys that have stood before."""
    ordered = np.sort(keys)
    twice: Index = ordered[1:][ordered[1:] == ordered[:-1]]
    if not len(twice):
        return twice
    # Few are: only those are gone into.
    at = np.minimum(np.searchsorted(twice, keys), len(twice) - 1)
    suspects: Index = np.flatnonzero(twice[at] == keys)
    again: Index = suspects[first_of(keys[suspects]) != np.arange(len(suspects))]
    return again

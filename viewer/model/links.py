"""Which rows of one table belong to each row of another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from viewer.model.arrays import Index, Mask, row_type, slots, starts_of


@dataclass(frozen=True, eq=False)
class Links:
    """Which rows of one table belong to each row of another, as compressed sparse rows.

    Parameters
    ----------
    starts : ndarray of integer, shape (n + 1,)
        Row ``i`` owns ``targets[starts[i]:starts[i + 1]]``.
    targets : ndarray of integer
        Rows of the other table.
    size : int
        Number of rows of the other table.
    """

    starts: Index
    targets: Index
    size: int

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
        return Links(starts_of(owners, rows), targets.astype(row_type(size), copy=False), size)

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
        return self.targets[self.starts[row] : self.starts[row + 1]]

    def of_all(self, rows: Index) -> Index:
        """Return the rows linked to each of `rows` in turn; what several share comes again."""
        return self.targets[slots(self.starts[rows], self.starts[rows + 1])]

    def reach(self, mask: Mask) -> Mask:
        """Return the mask of the other table's rows linked to any row of `mask`."""
        rows = np.flatnonzero(mask)
        out = np.zeros(self.size, dtype=bool)
        if 4 * len(rows) < len(mask):
            out[self.of_all(rows)] = True
        elif len(rows) < len(mask):
            out[self.targets[np.repeat(mask, self.counts)]] = True
        else:
            out[self.targets] = True
        return out

    @cached_property
    def reverse(self) -> Links:
        """The same links seen from the other table."""
        owners = np.repeat(np.arange(len(self), dtype=row_type(len(self))), self.counts)
        order = np.argsort(self.targets, kind="stable")
        return Links(starts_of(self.targets[order], self.size), owners[order], len(self))


def _repeated(keys: NDArray[np.int64]) -> Index:
    """Return the positions of keys that have stood before."""
    ordered = np.sort(keys)
    twice = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    if not len(twice):
        return twice
    at = np.minimum(np.searchsorted(twice, keys), len(twice) - 1)
    suspects = np.flatnonzero(twice[at] == keys)
    first = np.unique(keys[suspects], return_index=True)[1]
    return np.delete(suspects, first)

"""Small tools for arrays of rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

_Any = TypeVar("_Any", bound=np.generic)

Mask = NDArray[np.bool_]
Index = NDArray[np.integer[Any]]
_FEW = 64
"""Up to so many rows it is quicker to join what stands between them."""


def width(size: int) -> type[np.signedinteger[Any]]:
    """Return the smallest integer that holds -1 and the positions in so many words or rows."""
    return next((t for t in (np.int8, np.int16, np.int32) if size <= np.iinfo(t).max), np.int64)


def row_type(size: int) -> type[np.signedinteger[Any]]:
    """Return the integer for positions among so many rows.

    It is never as narrow as `width`: products and sums of rows are common, and narrow ones would
    overflow in silence.
    """
    return np.int32 if size <= np.iinfo(np.int32).max else np.int64


def starts_of(owners: Index, rows: int) -> Index:
    """Return where the run of each row begins in sorted `owners`, shape (rows + 1,)."""
    if not len(owners):
        return np.broadcast_to(np.int32(0), rows + 1)
    starts = np.zeros(rows + 1, dtype=row_type(len(owners)))
    np.cumsum(np.bincount(owners, minlength=rows), out=starts[1:])
    return starts


def slots(starts: Index, ends: Index) -> Index:
    """Return the positions of several slices, one slice after the other."""
    counts = (ends - starts).astype(np.intp)
    before = np.cumsum(counts) - counts
    return np.repeat(starts - before, counts) + np.arange(counts.sum())


def distinct(keys: NDArray[Any]) -> NDArray[Any]:
    """Return the keys there are, in order.

    As of `numpy.unique`, whose first call would import a good deal; and so for the two below.
    """
    ordered = np.sort(keys, axis=None)
    found: NDArray[Any] = ordered[np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]]
    return found


def numbered(keys: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Return the keys there are, in order, and which of them each one is."""
    found = distinct(keys)
    return found, np.searchsorted(found, keys)


def first_of(keys: Index) -> Index:
    """Return for every key, none being negative, where an equal one stands first."""
    order = np.argsort(keys, kind="stable")
    fresh = np.diff(keys[order], prepend=-1) != 0
    out = np.empty(len(keys), dtype=np.intp)
    out[order] = order[fresh][np.cumsum(fresh) - 1]
    return out


def dropped(values: NDArray[_Any], rows: Index) -> NDArray[_Any]:
    """Return values without those of some rows, given by rising positions."""
    if len(rows) > _FEW:
        keep = np.ones(len(values), dtype=bool)
        keep[rows] = False
        return values[keep]
    ends = rows.tolist()
    starts = [0, *(end + 1 for end in ends)]
    pieces = [values[start:end] for start, end in zip(starts, [*ends, len(values)], strict=True)]
    return np.concatenate(pieces)


class Numbers(Sequence[int]):
    """Whole numbers that read like a tuple, in little room.

    Parameters
    ----------
    array : ndarray of integer, shape (n,)
    """

    def __init__(self, array: Index) -> None:
        self._array = array

    @staticmethod
    def of(numbers: Sequence[int]) -> Index:
        """Return a sequence of whole numbers as an array."""
        if isinstance(numbers, Numbers):
            return numbers._array
        if isinstance(numbers, range):
            farthest = max(abs(numbers.start), abs(numbers.stop))
            return np.arange(numbers.start, numbers.stop, numbers.step, dtype=row_type(farthest))
        return np.asarray(numbers, dtype=np.int64)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return self._array if dtype is None and not copy else np.array(self._array, dtype=dtype)

    def __len__(self) -> int:
        return len(self._array)

    @overload
    def __getitem__(self, at: int) -> int: ...
    @overload
    def __getitem__(self, at: slice) -> Numbers: ...
    def __getitem__(self, at: int | slice) -> int | Numbers:
        return Numbers(self._array[at]) if isinstance(at, slice) else int(self._array[at])

    def __iter__(self) -> Iterator[int]:
        return iter(self._array.tolist())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return np.array_equal(self._array, Numbers.of(other))

    __hash__ = None  # type: ignore[assignment]

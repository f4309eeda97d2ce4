"""Small tools for arrays of rows."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Index = NDArray[np.integer[Any]]


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


def first_of(keys: Index) -> Index:
    """Return for every key, none being negative, where an equal one stands first.

    As of `numpy.unique`, whose first call would import a good deal.
    """
    order = np.argsort(keys, kind="stable")
    fresh = np.diff(keys[order], prepend=-1) != 0
    out = np.empty(len(keys), dtype=np.intp)
    out[order] = order[fresh][np.cumsum(fresh) - 1]
    return out

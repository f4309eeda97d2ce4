"""Well-known text and binary (OGC 06-103r4) of strangers, read one by one where need be.

GEOS raises for all of an array where one geometry has curves, and descends into collections
within collections till the stack is at its end, which takes the program with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    Read = Callable[..., Any]

_MOST_WITHIN = 100
"""Collections in one text; that many cannot be nested too deep."""
_COLLECTION = re.compile("geometrycollection", re.IGNORECASE)
_COLLECTED = 7

Objects = NDArray[np.object_]


def from_texts(texts: Sequence[str]) -> Objects:
    """Return the geometries of well-known texts.

    Parameters
    ----------
    texts : sequence of str

    Returns
    -------
    ndarray of shapely geometries or None, one for each text
        None: it is no well-known text, has curves, or is nested without reason.
    """
    import shapely

    # Counting costs little beside reading.
    fit = [
        text if sum(1 for _ in _COLLECTION.finditer(text)) <= _MOST_WITHIN else "" for text in texts
    ]
    return _read(shapely.from_wkt, np.array(fit, dtype=object))


def from_text(text: str) -> BaseGeometry | None:
    """Return the geometry of one well-known text; see `from_texts`."""
    found: BaseGeometry | None = from_texts([text])[0]
    return found


def from_binary(blobs: Sequence[bytes | None]) -> Objects:
    """Return the geometries of well-known binaries, of a file that is read in a process apart.

    None where there is no binary, it is damaged, or has curves.
    """
    import shapely

    cells = np.empty(len(blobs), dtype=object)
    cells[:] = blobs
    return _read(shapely.from_wkb, cells)


def _read(read: Read, cells: Objects) -> Objects:
    import shapely

    try:
        found: Objects = read(cells, on_invalid="ignore")
    except (NotImplementedError, shapely.errors.GEOSException):
        found = np.array([_one(read, cell) for cell in cells] + [None], dtype=object)[:-1]
    # Curves within a collection come to light when its vertices are asked for.
    for row in np.flatnonzero(shapely.get_type_id(found) == _COLLECTED).tolist():
        try:
            shapely.get_coordinates(found[row])
        except shapely.errors.GEOSException:
            found[row] = None
    return found


def _one(read: Read, cell: object) -> BaseGeometry | None:
    import shapely

    try:
        found: BaseGeometry | None = read(cell, on_invalid="ignore")
    except (NotImplementedError, shapely.errors.GEOSException):
        return None
    return found

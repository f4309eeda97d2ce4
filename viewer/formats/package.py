"""Which files make up a dossier in a folder, and where its ``datapackage.json`` says to look."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from viewer.model.schema import TABLES

PACKAGE = "datapackage.json"
FILES = {f"{name}.csv": name for name in TABLES}
"""File name → table."""
MOST_POINTS = 200
"""Points up to which an extent is noted: beyond, reading it would be no quick look."""
_LARGEST = 1 << 18


def matches(path: Path) -> bool:
    """Whether `path` is a folder, or a file that stands in the folder of a dossier."""
    return path.is_dir() or path.name == PACKAGE or path.name in FILES


def first_look(path: Path) -> NDArray[np.float64] | None:
    """Return the points that the map of a dossier is fitted to, without reading its tables.

    They are noted in the `PACKAGE` as ``{"entente": {"extent": [[lon, lat], …]}}``. Tables that
    were edited since may say otherwise, so this serves to show something early, no more.

    Parameters
    ----------
    path : Path
        What is about to be opened.

    Returns
    -------
    ndarray of float64, shape (n, 2), n > 0
        Longitude and latitude in degrees, EPSG:4326. None: there is no such note, or it is no
        list of places on the globe.
    """
    try:
        if not matches(path):
            return None
        file = (path if path.is_dir() else path.parent) / PACKAGE
        if not file.is_file() or file.stat().st_size > _LARGEST:
            return None
        package = json.loads(file.read_bytes())
        points = np.array(package["entente"]["extent"], dtype=np.float64)
    except (OSError, ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None
    if points.ndim != 2 or points.shape[1] != 2 or not 0 < len(points) <= MOST_POINTS:
        return None
    return points if (np.abs(points) <= (180.0, 90.0)).all() else None

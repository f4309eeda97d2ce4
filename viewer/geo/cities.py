"""Capitals and large cities: names to find one's way by on a map. They are no places of a dossier.

``assets/basemap/README.md`` tells where they come from; ``packaging/build_cities.py`` makes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from viewer.assets import asset
from viewer.errors import EntenteError
from viewer.geo.basemap import Floats, Indexes


@dataclass(frozen=True, eq=False)
class Cities:
    """Cities row by row, those that count for most first.

    Parameters
    ----------
    name : tuple of str
        English.
    names : dict of str to tuple of str
        Names by language (CLDR), empty where there is none but the English.
    lonlat : ndarray, shape (M, 2)
        Degrees, EPSG:4326.
    rank : ndarray, shape (M,), intp
        1 for the largest to 5 for the smallest.
    """

    name: tuple[str, ...]
    names: dict[str, tuple[str, ...]]
    lonlat: Floats
    rank: Indexes

    def called(self, row: int, language: str) -> str:
        """Return the name of a city in a language, or else in English."""
        return (language in self.names and self.names[language][row]) or self.name[row]


@cache
def cities() -> Cities:
    """Return the table of cities; it stays in memory."""
    import csv

    path = asset("basemap", "cities.csv")
    try:
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        columns = dict(zip(header, zip(*rows, strict=True), strict=True))
        return Cities(
            columns["name"],
            {n.removeprefix("name_"): columns[n] for n in header if n.startswith("name_")},
            np.array([columns["lon"], columns["lat"]], np.float64).T,
            np.array(columns["rank"], np.intp),
        )
    except (OSError, ValueError, KeyError) as error:
        raise EntenteError(
            f"{path}: the table of cities cannot be read ({error}); install Entente again"
        ) from error

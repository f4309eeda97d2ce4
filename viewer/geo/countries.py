"""Names of countries, and which country a position is in.

Codes are ISO 3166-1 alpha-3, as in a dossier's ``country`` column. Areas are those that ISO 3166
lists under a code, at 1:50 million: a position near a border or a coast can fall on the wrong
side by some kilometres. See ``assets/basemap/README.md``.
"""

from __future__ import annotations

import math
from functools import cache, lru_cache

import numpy as np

from viewer.geo.basemap import Floats, Ragged, countries, country_area, load
from viewer.geo.clip import Flags, contains, following
from viewer.geo.sphere import RADIUS, distance, vectors, wrap

_STEP = 10e3
"""Metres between the points that stand for a border."""
_BLOCK = 4_000_000
"""Pairs of positions and points of a border that are compared at once."""


def name(iso3: str, language: str = "en") -> str:
    """Return a country's name, in English if there is none in the language.

    Parameters
    ----------
    iso3 : str
        ISO 3166-1 alpha-3 code, or a ``code`` of the table of countries. A code that is not
        known is returned as it is.
    language : str
        ISO 639 code; what follows, as in ``fr-CA`` or ``fa_IR``, does not count.

    Examples
    --------
    >>> name("DEU"), name("DEU", "fr-CA"), name("ZZZ")
    ('Germany', 'Allemagne', 'ZZZ')
    """
    table = countries()
    if iso3 not in table.code:
        return iso3
    row = table.code.index(iso3)
    base = language.replace("_", "-").split("-")[0].lower()
    return table.names.get(base, table.names["en"])[row] or table.names["en"][row]


def iso3_at(lon: float, lat: float) -> str | None:
    """Return the code of the country at a position, in degrees (EPSG:4326).

    None at sea, for positions that are not finite, and in the few places that several states
    claim and ISO 3166 does not list.

    Examples
    --------
    >>> iso3_at(51.42, 35.69), iso3_at(-75.70, 45.41), iso3_at(-30.0, 40.0)
    ('IRN', 'CAN', None)
    """
    if not (math.isfinite(lon) and abs(lat) <= 90):
        return None
    point = (float(wrap(lon)), lat)
    rings, low, high = _boxes()
    near = rings.take(np.all((low <= point) & (high >= point), axis=1))
    rows, times = np.unique(near.group[contains(near, point)], return_counts=True)
    # In a hole a country is met twice.
    inside = rows[times % 2 == 1]
    return (countries().iso3[inside[0]] or None) if len(inside) else None


@cache
def _boxes() -> tuple[Ragged, Floats, Floats]:
    """Return the rings of all countries with their lower and upper corners."""
    rings = load("50m").countries
    first = rings.starts[:-1]
    return rings, np.minimum.reduceat(rings.xy, first), np.maximum.reduceat(rings.xy, first)


def distances_to_country(code: str, lonlat: Floats) -> Floats:
    """Return how far positions are from a country: large where one of the two must be wrong.

    Parameters
    ----------
    code : str
        ISO 3166-1 alpha-3 code.
    lonlat : ndarray of float64, shape (n, 2)
        Degrees, EPSG:4326.

    Returns
    -------
    ndarray of float64, shape (n,)
        Metres, 0 inside: too far by half a kilometre at 25 km and by 5 km beside the border at
        most. NaN where the position is not finite, and everywhere if the code is not known.
    """
    known = np.isfinite(lonlat).all(axis=1) & (len(country_area(code)) > 0)
    out = np.where(known, 0.0, np.nan)
    if not known.any():
        return out
    lonlat = np.column_stack((wrap(lonlat[:, 0]), lonlat[:, 1]))
    outside = np.flatnonzero(known & ~_inside(code, lonlat))
    border = _border(code)
    size = max(_BLOCK // max(border.shape[1], 1), 1)
    for start in range(0, len(outside), size):
        rows = outside[start : start + size]
        nearest = (vectors(lonlat[rows]).T @ border).max(axis=1)
        out[rows] = RADIUS * np.arccos(np.clip(nearest, -1.0, 1.0))
    return out


def _inside(code: str, lonlat: Floats) -> Flags:
    area = country_area(code)
    low, high = area.xy.min(axis=0), area.xy.max(axis=0)
    inside: Flags = np.all((lonlat >= low) & (lonlat <= high), axis=1)
    for row in np.flatnonzero(inside).tolist():
        inside[row] = np.count_nonzero(contains(area, lonlat[row])) % 2 == 1
    return inside


@lru_cache(maxsize=8)
def _border(code: str) -> Floats:
    """Return points along the border of a country as unit vectors, shape (3, n)."""
    area = country_area(code)
    start, end = area.xy, area.xy[following(area)]
    parts = np.maximum(np.ceil(distance(start, end) / _STEP), 1).astype(np.intp)
    segment = np.repeat(np.arange(len(start)), parts)
    share = np.arange(len(segment)) - np.repeat(np.cumsum(parts) - parts, parts)
    way = (share / parts[segment])[:, None]
    return vectors(start[segment] + way * (end - start)[segment])

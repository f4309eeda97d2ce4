"""Names of countries, and which country a position is in.

Codes are ISO 3166-1 alpha-3, as in a dossier's ``country`` column. Areas are those that ISO 3166
lists under a code, at 1:50 million: a position near a border or a coast can fall on the wrong
side by some kilometres. See ``assets/basemap/README.md``.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from viewer.geo.basemap import Floats, Ragged, countries, country_area, load
from viewer.geo.clip import contains, following
from viewer.geo.sphere import RADIUS, vectors, wrap


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


def distance_to_country(iso3: str, lon: float, lat: float) -> float:
    """Return how far a position is from a country: large where one of the two must be wrong.

    Parameters
    ----------
    iso3 : str
        ISO 3166-1 alpha-3 code.
    lon, lat : float
        Degrees, EPSG:4326.

    Returns
    -------
    float
        Metres, 0 inside; NaN if the code is not known or the position is not finite.
    """
    area = country_area(iso3)
    if not len(area) or not (math.isfinite(lon) and math.isfinite(lat)):
        return math.nan
    lon = float(wrap(lon))
    if np.count_nonzero(contains(area, (lon, lat))) % 2:
        return 0.0
    return _distance_to_rings(area, lon, lat)


def _distance_to_rings(area: Ragged, lon: float, lat: float) -> float:
    point = vectors((lon, lat))
    start = vectors(area.xy)
    end = start[:, following(area)]
    normal = np.cross(start, end, axis=0)
    length = np.linalg.norm(normal, axis=0)
    # Beside a segment the way goes straight to its great circle, elsewhere to its nearer end.
    beside = (np.sum(np.cross(normal, start, axis=0) * point, axis=0) > 0) & (
        np.sum(np.cross(end, normal, axis=0) * point, axis=0) > 0
    )
    beside &= length > 0
    sine = np.abs(np.sum(normal[:, beside] * point, axis=0)) / length[beside]
    chord = np.linalg.norm(start - point, axis=0).min()
    nearest = 2 * math.asin(min(chord / 2, 1.0))
    return RADIUS * min(nearest, float(np.arcsin(np.min(sine, initial=1.0))))

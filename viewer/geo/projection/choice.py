"""Which projection suits some data, and which part of it shows them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from viewer.geo.basemap import Floats
from viewer.geo.projection._azimuthal import Azimuthal, AzimuthalEqualArea, Orthographic
from viewer.geo.projection.base import Projection
from viewer.geo.projection.region import ConformalConic, Mercator, PlateCarree
from viewer.geo.projection.world import EqualEarth, Robinson
from viewer.geo.sphere import RADIUS, bounding_cap, wrap
from viewer.model.arrays import distinct

#: All projections by name.
KINDS: dict[str, type[Projection]] = {
    kind.name: kind
    for kind in (
        AzimuthalEqualArea,
        ConformalConic,
        Mercator,
        EqualEarth,
        Robinson,
        PlateCarree,
        Orthographic,
    )
}

WORLD_SPAN = 140.0
"""Degrees of arc across the data from which on the whole world is shown."""
REGION_SPAN = 25.0
"""Degrees up to which a conformal map has no visible distortion of area."""
_MARGIN = 0.1
_MIN_SPAN = 300_000.0
_LOWEST_CONE = 15.0
"""Latitude up to which the conic is so near to its limit, Mercator, that this is used."""
_HIGHEST_CONE = 75.0


def make(name: str, **params: float) -> Projection:
    """Return a projection by its ``name`` and ``params``.

    Examples
    --------
    >>> make("laea", lon0=10.0, lat0=50.0)
    AzimuthalEqualArea(lon0=10.0, lat0=50.0)
    """
    return KINDS[name](**params)


def fit(points: ArrayLike, name: str = "auto") -> Projection:
    """Choose a projection for data, or centre the one that was chosen on them.

    Parameters
    ----------
    points : array_like, shape (N, 2)
        Longitude and latitude in degrees, EPSG:4326; rows that are not finite do not count.
    name : str
        One of `KINDS`. With ``auto``, or any other name, the extent decides: the world gets Equal
        Earth; a continent or an ocean the azimuthal equal-area projection around it; a region the
        conformal conic, or Mercator near the equator, which is the conic's limit there.
    """
    points = finite(points)
    (lon0, lat0), radius = bounding_cap(points) if len(points) else ((0.0, 0.0), 180.0)
    # At least so much is shown around the data.
    span = max(2 * radius * (1 + 2 * _MARGIN), float(np.degrees(_MIN_SPAN / RADIUS)))
    lon0, lat0 = round(lon0, 2), round(lat0, 2)
    if name not in KINDS:
        name = _suited(2 * radius, span, lat0)
    if issubclass(KINDS[name], Azimuthal):
        return make(name, lon0=lon0, lat0=lat0)
    if 2 * radius > WORLD_SPAN:
        lon0 = _central_meridian(points[:, 0])
    if name == "lcc":
        return _cone(lon0, lat0, span)
    if name == "merc":
        return Mercator(lon0, float(np.clip(lat0, -_HIGHEST_CONE, _HIGHEST_CONE)))
    return make(name, lon0=lon0)


def _suited(across: float, span: float, lat0: float) -> str:
    if across > WORLD_SPAN:
        return "eqearth"
    if span > REGION_SPAN or abs(lat0) > _HIGHEST_CONE:
        return "laea"
    return "merc" if abs(lat0) < _LOWEST_CONE else "lcc"


def _cone(lon0: float, lat0: float, span: float) -> ConformalConic:
    """Return the conic whose true parallels lie a sixth of the height from the edges of the data.

    So Snyder (page 105) has it. On the equator there is no cone, and at a pole no second parallel.
    """
    side = 1.0 if lat0 >= 0 else -1.0
    lat0 = side * min(max(abs(lat0), _LOWEST_CONE), _HIGHEST_CONE)
    third = min(span / 3, abs(lat0) - 5.0, 85.0 - abs(lat0))
    return ConformalConic(lon0, lat0, round(lat0 - third, 2), round(lat0 + third, 2))


def finite(points: ArrayLike) -> Floats:
    """Return the rows of an array of shape (N, 2) that are finite."""
    array: Floats = np.reshape(points, (-1, 2)).astype(np.float64)
    return array[np.isfinite(array).all(axis=1)]


def _central_meridian(lon: Floats) -> float:
    """Return 0, or a meridian amid the data if it straddles the antimeridian."""
    lon = distinct(wrap(lon))
    if not len(lon):
        return 0.0
    gaps = np.append(lon[1:], lon[0] + 360) - lon
    widest = int(np.argmax(gaps))
    if widest == len(lon) - 1 or gaps[widest] < 60:
        return 0.0
    opposite = lon[widest] + gaps[widest] / 2 + 180
    return float(wrap(np.round(opposite, -1)))

"""Map projections of the sphere in closed form, and clipping that suits them.

Formulas: J. P. Snyder, *Map Projections: A Working Manual*, USGS Professional Paper 1395, 1987
(azimuthal, conic and cylindrical); B. Šavrič, T. Patterson, B. Jenny, "The Equal Earth map
projection", *International Journal of Geographical Information Science* 33 (2019), 454–465.

The Earth is a sphere of mean radius, which is at most 0.6 % off in distance: less than a pixel
is wide on any map that shows more than one country.

Areas are clipped by *retraction*: vertices outside are moved to the nearest point of the clip's
edge. What lay outside then has no area, the rest is what it was, and all of it is a few NumPy
operations on all vertices at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from viewer.geo.basemap import Ragged, level_for, offsets

__all__ = [
    "KINDS",
    "RADIUS",
    "Projection",
    "distance",
    "extent",
    "fit",
    "graticule",
    "great_circle",
    "great_circles",
    "level_for",
    "project_ragged",
    "projection",
    "scale_bar",
    "simplify",
]

Floats: TypeAlias = NDArray[np.float64]
Extent: TypeAlias = tuple[float, float, float, float]

#: Mean radius of the Earth (IUGG) in metres.
RADIUS = 6_371_008.8


# --- Projections ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Projection:
    """A projection of the sphere: degrees (EPSG:4326 order lon, lat) to metres, north up.

    Parameters
    ----------
    lon0, lat0 : float
        Centre in degrees; its image is (0, 0).
    """

    lon0: float = 0.0
    lat0: float = 0.0

    name: ClassVar[str]
    title: ClassVar[str]

    @property
    def params(self) -> dict[str, float]:
        """What besides the name defines the projection, in degrees."""
        return {"lon0": self.lon0, "lat0": self.lat0}

    def forward(self, lonlat: ArrayLike) -> Floats:
        """Project degrees, shape (N, 2), to metres east and north, shape (N, 2).

        Points that cannot be shown, such as the far side of the globe, become NaN.
        """
        raise NotImplementedError

    def inverse(self, xy: ArrayLike) -> Floats:
        """Turn metres, shape (N, 2), into degrees, shape (N, 2); NaN off the map."""
        raise NotImplementedError

    def clip(self, ragged: Ragged, kind: Kind) -> Ragged:
        """Project lines or rings in degrees, cut to what the projection shows."""
        raise NotImplementedError

    @property
    def outline(self) -> Ragged:
        """The edge of the map as one ring in metres: fill it as the sea."""
        raise NotImplementedError

    def scale_at(self, xy: ArrayLike) -> float:
        """Return metres on the map per metre on the ground, west–east, at one point in metres."""
        lon, lat = self.inverse(np.reshape(xy, (1, 2)))[0]
        step = 0.01
        lat = np.clip(lat, -89.9, 89.9)
        ends = np.array([(lon - step, lat), (lon + step, lat)])
        ground = float(distance(ends[0], ends[1]))
        return float(np.hypot(*np.diff(self.forward(ends), axis=0)[0])) / ground


Kind: TypeAlias = Literal["line", "area"]


def _wrap(lon: Floats) -> Floats:
    """Bring longitudes into [-180, 180)."""
    return (lon + 180.0) % 360.0 - 180.0


class _Azimuthal(Projection):
    """A projection around a point; shows the cap of angular radius `cap` degrees."""

    cap: ClassVar[float]

    @cached_property
    def _axes(self) -> Floats:
        """Rows: east, north and up at the centre as unit vectors of space."""
        lon, lat = np.radians((self.lon0, self.lat0))
        (sl, cl), (sp, cp) = (np.sin(lon), np.cos(lon)), (np.sin(lat), np.cos(lat))
        return np.array([(-sl, cl, 0.0), (-sp * cl, -sp * sl, cp), (cp * cl, cp * sl, sp)])

    def _turn(self, lonlat: ArrayLike) -> Floats:
        """East, north and up components seen from the centre, shape (3, N)."""
        return self._axes @ _vectors(lonlat)

    def _flat(self, east: Floats, north: Floats, up: Floats) -> Floats:
        raise NotImplementedError

    def _up(self, radius: Floats) -> Floats:
        """The up component of points `radius` Earth radii away on the map; NaN if off it."""
        raise NotImplementedError

    def forward(self, lonlat: ArrayLike) -> Floats:
        return self._flat(*self._turn(lonlat))

    def inverse(self, xy: ArrayLike) -> Floats:
        x, y = np.reshape(xy, (-1, 2)).T / RADIUS
        radius = np.hypot(x, y)
        up = self._up(radius)
        out = np.sqrt(np.maximum(1 - up * up, 0)) / np.where(radius > 0, radius, 1)
        return _lonlat(self._axes.T @ np.array([x * out, y * out, up]))

    def clip(self, ragged: Ragged, kind: Kind) -> Ragged:
        limit = np.cos(np.radians(self.cap))
        east, north, up = turned = self._turn(ragged.xy)
        outside = up < limit
        if not outside.any():
            return Ragged(self._flat(east, north, up), ragged.starts, ragged.group)
        if kind == "line":
            turned, outside, ragged = _cross(turned, up - limit, ragged, closed=False)
            cut = _split(Ragged(turned.T, ragged.starts, ragged.group), outside)
            return Ragged(self._flat(*cut.xy.T), cut.starts, cut.group)
        some = np.logical_or.reduceat(~outside, ragged.starts[:-1])
        if not some.all():
            whole, kept = ragged, some[ragged.part]
            ragged, turned, outside = ragged.take(some), turned[:, kept], outside[kept]
        else:
            whole = ragged
        turned, outside, ragged = _cross(turned, turned[2] - limit, ragged, closed=True)
        # Push what is outside to the rim, along the great circle through the centre …
        rim = np.sqrt(1 - limit * limit)
        reach = rim / np.maximum(np.hypot(turned[0], turned[1]), 1e-12)
        turned = np.where(outside, (turned[0] * reach, turned[1] * reach, np.full_like(reach, limit)), turned)
        shape = _along_rim(turned, outside, ragged)
        # … which is right unless the antipode is inside: then what is left over is meant.
        antipode = np.array([self.lon0 + 180, -self.lat0])
        groups = np.unique(whole.group[_contains(whole, antipode)])
        return _with_disc(shape, groups, limit, self)

    @property
    def outline(self) -> Ragged:
        turned = _rim(np.cos(np.radians(self.cap)))
        return Ragged(self._flat(*turned), np.array([0, turned.shape[1]], np.intp))

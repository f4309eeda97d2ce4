"""Projections around a point: they show a cap of the sphere.

Formulas: J. P. Snyder, *Map Projections: A Working Manual*, USGS Professional Paper 1395, 1987.
"""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from viewer.geo.basemap import Floats, Ragged
from viewer.geo.clip import STEP, Edge, Kind, contains, join
from viewer.geo.projection.base import Projection
from viewer.geo.sphere import RADIUS, lonlat, vectors, wrap


class Azimuthal(Projection):
    """Shows a cap of the sphere. Works on vectors (east, north, up) as seen at the centre."""

    cap: ClassVar[float]
    """Angular radius of what is shown, in degrees."""

    @cached_property
    def _axes(self) -> Floats:
        lon, lat = np.radians((self.lon0, self.lat0))
        east = (-np.sin(lon), np.cos(lon), 0.0)
        up = (np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat))
        return np.array([east, np.cross(up, east), up])

    @cached_property
    def _limit(self) -> float:
        return float(np.cos(np.radians(self.cap)))

    def _plane(self, turned: Floats) -> Floats:
        """Project vectors as columns, shape (3, N), to metres, shape (N, 2)."""
        raise NotImplementedError

    def _up(self, radius: Floats) -> Floats:
        """Return how far up a point is that lies this many Earth radii from the map's centre."""
        raise NotImplementedError

    def forward(self, lonlat: ArrayLike) -> Floats:
        turned = self._axes @ vectors(lonlat)
        turned[:, turned[2] < self._limit - 1e-12] = np.nan
        return self._plane(turned)

    def inverse(self, xy: ArrayLike) -> Floats:
        east, north = np.reshape(xy, (-1, 2)).T / RADIUS
        radius = np.hypot(east, north)
        up = self._up(radius)
        up = np.where(up < self._limit - 1e-9, np.nan, up)
        out = np.sqrt(np.maximum(1 - up * up, 0)) / np.where(radius > 0, radius, 1)
        return lonlat(self._axes.T @ np.stack((east * out, north * out, up)))

    def clip(self, ragged: Ragged, kind: Kind) -> Ragged:
        turned = Ragged((self._axes @ vectors(ragged.xy)).T, ragged.starts, ragged.group)
        edge = Edge(lambda v: v[:, 2] - self._limit, _azimuth, self._at_rim, closed=True)
        shown = edge.clip(turned, kind)
        if kind == "area" and shown is not turned:
            # Retraction to the rim is right unless the antipode lies inside the ring: then the
            # rest of the disc is meant, which the even-odd rule gives if the disc is added.
            beyond = turned.xy[:, 2] < self._limit
            cut = np.logical_or.reduceat(beyond, ragged.starts[:-1])
            cut &= ~np.logical_and.reduceat(beyond, ragged.starts[:-1])
            around = cut & contains(ragged, (float(wrap(self.lon0 + 180.0)), -self.lat0))
            rim = self._rim()
            discs = (Ragged(rim.xy, rim.starts, group[None]) for group in ragged.group[around])
            shown = join(shown, *discs)
        return Ragged(self._plane(shown.xy.T), shown.starts, shown.group)

    def _at_rim(self, azimuth: Floats) -> Floats:
        azimuth, cap = np.radians(azimuth), np.radians(self.cap)
        east, north = np.sin(cap) * np.sin(azimuth), np.sin(cap) * np.cos(azimuth)
        return np.column_stack((east, north, np.full_like(east, self._limit)))

    def _rim(self) -> Ragged:
        xy = self._at_rim(np.arange(0.0, 360.0, STEP))
        return Ragged(xy, np.array([0, len(xy)], np.intp))

    @cached_property
    def outline(self) -> Ragged:
        rim = self._rim()
        return Ragged(self._plane(rim.xy.T), rim.starts)


def _azimuth(turned: Floats) -> Floats:
    return np.degrees(np.arctan2(turned[:, 0], turned[:, 1]))


class AzimuthalEqualArea(Azimuthal):
    """Lambert azimuthal equal-area (Snyder, chapter 24)."""

    name = "laea"
    # Beyond this, shapes are stretched more than threefold.
    cap = 140.0

    def _plane(self, turned: Floats) -> Floats:
        east, north, up = turned
        k = RADIUS * np.sqrt(2 / (1 + up))
        return np.column_stack((k * east, k * north))

    def _up(self, radius: Floats) -> Floats:
        return 1 - radius * radius / 2


class Orthographic(Azimuthal):
    """The globe from far away (Snyder, chapter 20)."""

    name = "ortho"
    cap = 90.0

    def _plane(self, turned: Floats) -> Floats:
        return RADIUS * turned[:2].T

    def _up(self, radius: Floats) -> Floats:
        return np.sqrt(np.where(radius <= 1 + 1e-12, np.maximum(1 - radius * radius, 0), np.nan))

"""Projections around an axis: they are cut along the meridian opposite their centre."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from viewer.geo.basemap import Floats, Ragged
from viewer.geo.clip import Kind, clip_box, join
from viewer.geo.projection.base import Projection
from viewer.geo.sphere import wrap


class Axial(Projection):
    """Is cut along the meridian opposite its centre. Works on (longitude from centre, latitude)."""

    @property
    def _latitudes(self) -> tuple[float, float]:
        """The latitudes that are shown, in degrees."""
        return -90.0, 90.0

    def _plane(self, from_centre: Floats) -> Floats:
        """Project degrees east of the centre and north, shape (N, 2), to metres."""
        raise NotImplementedError

    def _degrees(self, xy: Floats) -> Floats:
        """Undo `_plane`."""
        raise NotImplementedError

    def forward(self, lonlat: ArrayLike) -> Floats:
        lon, lat = np.reshape(lonlat, (-1, 2)).T
        south, north = self._latitudes
        lat = np.where((lat >= south) & (lat <= north), lat, np.nan)
        return self._plane(np.column_stack((wrap(lon - self.lon0), lat)))

    def inverse(self, xy: ArrayLike) -> Floats:
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            lon, lat = self._degrees(np.reshape(xy, (-1, 2)).astype(float)).T
        south, north = self._latitudes
        shown = (np.abs(lon) <= 180 + 1e-9) & (lat >= south - 1e-9) & (lat <= north + 1e-9)
        lon = np.where(shown, wrap(lon + self.lon0), np.nan)
        return np.column_stack((lon, np.where(shown, lat, np.nan)))

    def clip(self, ragged: Ragged, kind: Kind) -> Ragged:
        lon0 = float(wrap(self.lon0))
        # The world as it lies, and what sticks out on one side once more on the other.
        turn = 360.0 if lon0 > 0 else -360.0
        shown = _shift(ragged, -lon0)
        beyond = shown.xy[:, 0] < -180 if lon0 > 0 else shown.xy[:, 0] > 180
        if beyond.any():
            some = np.logical_or.reduceat(beyond, shown.starts[:-1])
            every = np.logical_and.reduceat(beyond, shown.starts[:-1])
            shown = join(
                clip_box(shown.take(~every), 0, (-180.0, 180.0), kind),
                clip_box(_shift(shown.take(some), turn), 0, (-180.0, 180.0), kind),
            )
        shown = clip_box(shown, 1, self._latitudes, kind)
        return Ragged(self._plane(shown.xy), shown.starts, shown.group)

    @cached_property
    def outline(self) -> Ragged:
        south, north = self._latitudes
        lon, lat = np.linspace(-180, 180, 181)[:-1], np.linspace(south, north, 91)[:-1]
        sides = (
            np.column_stack((lon, np.full_like(lon, south))),
            np.column_stack((np.full_like(lat, 180.0), lat)),
            np.column_stack((-lon, np.full_like(lon, north))),
            np.column_stack((np.full_like(lat, -180.0), lat[::-1] + (lat[1] - lat[0]))),
        )
        xy = self._plane(np.concatenate(sides))
        return Ragged(xy, np.array([0, len(xy)], np.intp))


def _shift(ragged: Ragged, lon: float) -> Ragged:
    return Ragged(ragged.xy + (lon, 0.0), ragged.starts, ragged.group)

"""Projections for regions, and the plain grid of degrees.

Formulas: J. P. Snyder, *Map Projections: A Working Manual*, USGS Professional Paper 1395, 1987.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from viewer.geo.basemap import Floats
from viewer.geo.projection._axial import Axial
from viewer.geo.sphere import RADIUS


class PlateCarree(Axial):
    """Plate carrée (Snyder, chapter 12): degrees as they are, true along the equator."""

    name = "eqc"

    def _plane(self, from_centre: Floats) -> Floats:
        return RADIUS * np.radians(from_centre - (0.0, self.lat0))

    def _degrees(self, xy: Floats) -> Floats:
        return np.degrees(xy / RADIUS) + (0.0, self.lat0)


class Mercator(Axial):
    """Mercator (Snyder, chapter 7), true at the centre's latitude."""

    name = "merc"

    @property
    def _latitudes(self) -> tuple[float, float]:
        return -85.0, 85.0

    def _plane(self, from_centre: Floats) -> Floats:
        lon, lat = np.radians(from_centre.T)
        xy = np.column_stack((lon, np.arctanh(np.sin(lat))))
        phi = np.radians(self.lat0)
        return np.asarray(RADIUS * np.cos(phi) * (xy - (0.0, np.arctanh(np.sin(phi)))))

    def _degrees(self, xy: Floats) -> Floats:
        phi = np.radians(self.lat0)
        lon, y = (xy / (RADIUS * np.cos(phi)) + (0.0, np.arctanh(np.sin(phi)))).T
        return np.column_stack((np.degrees(lon), np.degrees(np.arcsin(np.tanh(y)))))


@dataclass(frozen=True)
class ConformalConic(Axial):
    """Lambert conformal conic (Snyder, chapter 15).

    Parameters
    ----------
    lat1, lat2 : float
        Standard parallels in degrees, on the centre's side of the equator on the whole;
        ``lat1 + lat2`` must not be 0, for which Mercator is the limit.
    """

    lat1: float = 30.0
    lat2: float = 60.0

    name = "lcc"

    @property
    def _latitudes(self) -> tuple[float, float]:
        # The far pole is infinitely far away.
        if self._cone[0] > 0:
            return max(self.lat0 - 70.0, -75.0), 90.0
        return -90.0, min(self.lat0 + 70.0, 75.0)

    @cached_property
    def _cone(self) -> tuple[float, float, float]:
        """The cone's constant, its factor, and the centre's distance from the apex, in radii."""
        one, two, centre = np.radians((self.lat1, self.lat2, self.lat0))
        if abs(one - two) < 1e-9:
            n = np.sin(one)
        else:
            n = np.log(np.cos(one) / np.cos(two)) / (
                np.arctanh(np.sin(two)) - np.arctanh(np.sin(one))
            )
        # tan(π/4 + φ/2) of the formulas is exp(artanh(sin φ)).
        factor = np.cos(one) * np.exp(n * np.arctanh(np.sin(one))) / n
        return float(n), float(factor), float(factor * np.exp(-n * np.arctanh(np.sin(centre))))

    def _plane(self, from_centre: Floats) -> Floats:
        n, factor, rho0 = self._cone
        lon, lat = np.radians(from_centre.T)
        sine = np.clip(np.sin(lat), -1 + 1e-15, 1 - 1e-15)
        rho = factor * np.exp(-n * np.arctanh(sine))
        return RADIUS * np.column_stack((rho * np.sin(n * lon), rho0 - rho * np.cos(n * lon)))

    def _degrees(self, xy: Floats) -> Floats:
        n, factor, rho0 = self._cone
        sign = np.sign(n)
        x, y = xy.T / RADIUS
        rho = sign * np.hypot(x, rho0 - y)
        lon = np.arctan2(sign * x, sign * (rho0 - y)) / n
        lat = np.arcsin(np.tanh(-np.log(rho / factor) / n))
        return np.column_stack((np.degrees(lon), np.degrees(lat)))

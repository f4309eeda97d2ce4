"""Projections of the whole world."""

from __future__ import annotations

from functools import cache
from typing import ClassVar

import numpy as np

from viewer.geo.basemap import Floats
from viewer.geo.projection._axial import Axial
from viewer.geo.sphere import RADIUS


class EqualEarth(Axial):
    """Equal Earth (Šavrič, Patterson, Jenny 2019): equal-area, for the whole world."""

    name = "eqearth"

    _A: ClassVar = (1.340264, -0.081106, 0.000893, 0.003796)

    def _sums(self, theta: Floats) -> tuple[Floats, Floats]:
        """Return y in Earth radii and its derivative."""
        a1, a2, a3, a4 = self._A
        t2 = theta * theta
        t6 = t2 * t2 * t2
        return (
            theta * (a1 + a2 * t2 + t6 * (a3 + a4 * t2)),
            a1 + 3 * a2 * t2 + t6 * (7 * a3 + 9 * a4 * t2),
        )

    def _plane(self, from_centre: Floats) -> Floats:
        lon, lat = np.radians(from_centre.T)
        theta = np.arcsin(np.sqrt(3) / 2 * np.sin(lat))
        y, slope = self._sums(theta)
        return RADIUS * np.column_stack((2 / np.sqrt(3) * lon * np.cos(theta) / slope, y))

    def _degrees(self, xy: Floats) -> Floats:
        x, y = xy.T / RADIUS
        theta = y / 1.3
        for _ in range(12):
            value, slope = self._sums(theta)
            theta = theta - (value - y) / slope
        sine = np.sin(theta) * 2 / np.sqrt(3)
        lat = np.arcsin(np.where(np.abs(sine) < 1 + 1e-9, np.clip(sine, -1, 1), np.nan))
        lon = x * np.sqrt(3) / 2 * self._sums(theta)[1] / np.cos(theta)
        return np.column_stack((np.degrees(lon), np.degrees(lat)))


class Robinson(Axial):
    """Robinson: neither equal-area nor conformal, but pleasing; for the whole world.

    Given by a table of the lengths and distances of parallels: A. H. Robinson, "A new map
    projection: its development and characteristics", *International Yearbook of Cartography* 14
    (1974), 145–155. Between its rows run cubic splines (C. Ipbuker, "A computational approach to
    the Robinson projection", *Survey Review* 38 (2005), 204–217, compares ways to fill them).
    """

    name = "robin"

    _STEP: ClassVar = 5.0
    _LENGTHS: ClassVar = (
        1.0, 0.9986, 0.9954, 0.99, 0.9822, 0.973, 0.96, 0.9427, 0.9216, 0.8962,
        0.8679, 0.835, 0.7986, 0.7597, 0.7186, 0.6732, 0.6213, 0.5722, 0.5322,
    )  # fmt: skip
    _DISTANCES: ClassVar = (
        0.0, 0.062, 0.124, 0.186, 0.248, 0.31, 0.372, 0.434, 0.4958, 0.5571,
        0.6176, 0.6769, 0.7346, 0.7903, 0.8435, 0.8936, 0.9394, 0.9761, 1.0,
    )  # fmt: skip

    def _plane(self, from_centre: Floats) -> Floats:
        lon, lat = from_centre.T
        away = np.abs(lat)
        x = 0.8487 * np.radians(lon) * _along(_spline(self._LENGTHS, 1), away / self._STEP)
        y = 1.3523 * np.sign(lat) * _along(_spline(self._DISTANCES, -1), away / self._STEP)
        return RADIUS * np.column_stack((x, y))

    def _degrees(self, xy: Floats) -> Floats:
        x, y = xy.T / RADIUS
        share = np.abs(y) / 1.3523
        parallels = _spline(self._DISTANCES, -1)
        row = np.interp(share, self._DISTANCES, np.arange(len(self._DISTANCES)))
        for _ in range(4):
            row = row - (_along(parallels, row) - share) / _along(parallels, row, slope=True)
        row = np.where(share <= 1 + 1e-9, row, np.nan)
        lon = x / (0.8487 * _along(_spline(self._LENGTHS, 1), row))
        return np.column_stack((np.degrees(lon), np.sign(y) * self._STEP * row))


@cache
def _spline(values: tuple[float, ...], symmetry: int) -> Floats:
    """Return the cubic spline through values one apart, shape (rows - 1, 4).

    The values go on to the other side of the first one, mirrored (`symmetry` 1) or turned (-1);
    the last two pieces are one cubic, as nothing is known of the bend at the end.
    """
    right = np.array(values)
    both = np.concatenate([symmetry * right[:0:-1], right])
    many = len(both)
    # Second derivatives, by the usual tridiagonal system.
    system = np.eye(many)
    inner = np.arange(1, many - 1)
    system[inner, inner] = 4.0
    system[inner, inner - 1] = system[inner, inner + 1] = 1.0
    system[0, 1:3] = system[-1, [-2, -3]] = (-2.0, 1.0)
    bend = np.zeros(many)
    bend[inner] = 6.0 * (both[2:] - 2 * both[1:-1] + both[:-2])
    bends = np.linalg.solve(system, bend)[len(values) - 1 :]
    slope = np.diff(right) - (2 * bends[:-1] + bends[1:]) / 6
    return np.column_stack((right[:-1], slope, bends[:-1] / 2, np.diff(bends) / 6))


def _along(spline: Floats, row: Floats, *, slope: bool = False) -> Floats:
    """Return a spline's values, or slopes, at rows of its table; beyond the end it runs on."""
    known = np.nan_to_num(row)
    knot = np.clip(known.astype(np.intp), 0, len(spline) - 1)
    a, b, c, d = spline[knot].T
    t = row - knot
    found: Floats = b + t * (2 * c + 3 * d * t) if slope else a + t * (b + t * (c + d * t))
    return found

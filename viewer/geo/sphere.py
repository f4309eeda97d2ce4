"""Distances, great circles and caps on the sphere; degrees in, metres out.

The Earth is a sphere of mean radius: at most 0.6 % off in distance against the ellipsoid
(C. F. F. Karney, "Algorithms for geodesics", *Journal of Geodesy* 87 (2013), 43–55), and great
circles lie within 0.1° of the geodesics of his algorithm, which is what the tests compare with.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from viewer.geo.basemap import Floats
from viewer.model.arrays import distinct, first_of

#: Mean radius of the Earth (IUGG) in metres.
RADIUS = 6_371_008.8
_STEP, _TURN, _LEAST = 1.0, 5.0, 33
"""Degrees of arc and of longitude between the points of a way, and how many it has at least."""


def wrap(lon: ArrayLike) -> Floats:
    """Bring longitudes in degrees into [-180, 180)."""
    return np.asarray((np.asarray(lon, np.float64) + 180.0) % 360.0 - 180.0)


def vectors(lonlat: ArrayLike) -> Floats:
    """Turn degrees, shape (N, 2), into unit vectors as columns, shape (3, N)."""
    # Sines of values that lie in a row take a third of the time.
    lon, lat = np.ascontiguousarray(np.reshape(lonlat, (-1, 2)).T) * (np.pi / 180)
    out = np.cos(lat)
    result = np.empty((3, len(lon)))
    np.multiply(out, np.cos(lon), out=result[0])
    np.multiply(out, np.sin(lon), out=result[1])
    np.sin(lat, out=result[2])
    return result


def lonlat(vector: Floats) -> Floats:
    """Turn vectors of any length as columns, shape (3, N), into degrees, shape (N, 2)."""
    x, y, z = vector
    lon, lat = np.arctan2(y, x), np.arctan2(z, np.hypot(x, y))
    return np.column_stack((np.degrees(lon), np.degrees(lat)))


def distance(a: ArrayLike, b: ArrayLike) -> Floats:
    """Return great-circle distances by the haversine formula.

    Parameters
    ----------
    a, b : array_like, shape (..., 2)
        Longitude and latitude in degrees, EPSG:4326; the two broadcast.

    Returns
    -------
    ndarray, shape (...)
        Metres.
    """
    a, b = np.radians(a), np.radians(b)
    half = np.sin((b - a) / 2) ** 2
    h = half[..., 1] + np.cos(a[..., 1]) * np.cos(b[..., 1]) * half[..., 0]
    return np.asarray(2 * RADIUS * np.arcsin(np.sqrt(np.clip(h, 0, 1))))


def great_circle(a: ArrayLike, b: ArrayLike) -> Floats:
    """Return the shortest way from `a` to `b`.

    Parameters
    ----------
    a, b : array_like, shape (2,)
        Longitude and latitude in degrees, EPSG:4326.

    Returns
    -------
    ndarray, shape (n, 2)
        Degrees, from one end to the other. Between two points the way is straight in degrees, in
        space and on any map to within 0.1°: they lie closer together near a pole.
        Longitudes jump where the way crosses ±180°, which `project_ragged` knows.
        Of the many ways between antipodes the one over the north pole is taken.
    """
    ends = np.array([a, b], np.float64)
    start, end = vectors(ends).T
    # The unit vector at a right angle to `start` towards `end`, by the north pole if that is open.
    across = end - (start @ end) * start
    length = float(np.linalg.norm(across))
    if length < 1e-9:
        across = np.array([-start[0] * start[2], -start[1] * start[2], 1 - start[2] ** 2])
        if start[2] ** 2 > 1 - 1e-15:
            across = np.array([1.0, 0.0, 0.0])
    across = across / np.linalg.norm(across)
    angle = float(np.arctan2(length, start @ end))
    turn = np.linspace(0.0, angle, max(int(np.degrees(angle) / _STEP) + 2, _LEAST))
    # Evenly spaced longitudes about the northernmost and southernmost points of the circle, by
    # Napier's rules; on a meridian these are the poles.
    top = float(np.arctan2(across[2], start[2]))
    nearest = min(np.hypot(across[2], start[2]), 1.0)
    by_lon = np.arctan(np.sqrt(1 - nearest**2) * np.tan(np.radians(np.arange(-85.0, 86.0, _TURN))))
    near_poles = np.concatenate([top + pole * np.pi + by_lon for pole in (-2, -1, 0, 1, 2)])
    near_poles = near_poles[(near_poles > 0) & (near_poles < angle)]
    turn = distinct(np.concatenate([turn, near_poles]))
    way = lonlat(np.outer(start, np.cos(turn)) + np.outer(across, np.sin(turn)))
    way[[0, -1]] = ends
    return way


def bounding_cap(points: ArrayLike, steps: int = 400) -> tuple[tuple[float, float], float]:
    """Return the smallest circle on the sphere around points.

    The centre of the smallest ball around the points in space (M. Bădoiu, K. L. Clarkson,
    "Smaller core-sets for balls", SODA 2003) lies above the circle's centre.

    Parameters
    ----------
    points : array_like, shape (N, 2)
        Longitude and latitude in degrees, EPSG:4326; N > 0, all finite.
    steps : int
        How long to search; the error shrinks as its inverse.

    Returns
    -------
    centre : (float, float)
        Longitude and latitude in degrees.
    radius : float
        Degrees of arc, to about 0.1° with 400 steps; 180 if the points are spread all around.
    """
    points = np.reshape(points, (-1, 2)).astype(float)
    if len(points) > 5_000:
        # One point for each cell of 0.1° is as good.
        cells = np.rint(points * 10).astype(np.int64) @ np.array([10_000, 1])
        points = points[distinct(first_of(cells - cells.min()))]
    space = vectors(points)
    ball = space.mean(axis=1)
    for step in range(2, steps):
        ball = ball + (space[:, np.argmin(ball @ space)] - ball) / step
    if np.linalg.norm(ball) < 0.02:
        return (0.0, 0.0), 180.0
    lon, lat = lonlat(ball[:, None])[0]
    radius = float(np.degrees(distance(points, (lon, lat)).max() / RADIUS))
    return (float(lon), float(lat)), radius

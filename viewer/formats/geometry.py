"""Geometry of other programs as the cells of places: longitude and latitude, or well-known text.

A point goes into ``lon`` and ``lat``. Everything else keeps its form in the extra column ``wkt``
(OGC 06-103r4), in degrees, EPSG:4326, longitude first, and has no position of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

DIGITS = 6
"""Decimals of degrees in well-known text: rounding moves a vertex by 8 cm at most."""
LONGEST = 1_000_000
"""Letters of well-known text that one cell holds."""
MOST_AROUND = 360.0
"""Degrees: longitudes from 180 up to here go on past the antimeridian."""
_NEAR_EDGE = 150.0
"""Degrees of longitude from which on an edge to the other side crosses the antimeridian."""
_TRIES = 12
_SLIGHT = 9
"""Decimals from which on a coordinate is the result of a calculation."""

Objects = NDArray[np.object_]
Floats = NDArray[np.float64]


@dataclass(slots=True)
class Placed:
    """Geometries as cells, each list of one length.

    Parameters
    ----------
    lon, lat, height, wkt : list of str
        Empty where there is none; `height` is that of a point, in what the file has it in.
    faults : dict of int to str
        Position → why a geometry was left out.
    doubts : dict of int to str
        Position → in what a geometry was changed.
    """

    lon: list[str]
    lat: list[str]
    height: list[str]
    wkt: list[str]
    faults: dict[int, str]
    doubts: dict[int, str]


def place(geometries: Objects, crs: Any = None) -> Placed:
    """Return geometries as the cells of places.

    Parameters
    ----------
    geometries : ndarray of shapely geometries or None
    crs : pyproj.CRS, optional
        What they are in, x before y whatever the axis order of the system is; None: degrees,
        EPSG:4326.
    """
    import shapely

    many = len(geometries)
    out = Placed([""] * many, [""] * many, [""] * many, [""] * many, {}, {})
    shapes = geometries.copy()
    shapes[shapely.is_empty(geometries)] = None
    _drop_measures(shapes, out.doubts)
    if crs is not None:
        shapes = _in_degrees(shapes, crs)
    _check(shapes, out.faults, projected=crs is not None)
    for row in out.faults:
        shapes[row] = None
    points = shapely.get_type_id(shapes) == 0
    xyz = shapely.get_coordinates(shapes[points], include_z=True)
    for row, (lon, lat, height) in zip(np.flatnonzero(points).tolist(), xyz.tolist(), strict=True):
        # Many programs write a height of 0 where they know none.
        out.height[row] = degrees(height) if np.isfinite(height) and height else ""
        out.lon[row], out.lat[row] = degrees(_wrapped(lon), crs), degrees(lat, crs)
    _spread_wide_edges(shapes, out.doubts)
    rest = np.flatnonzero(~points & ~shapely.is_missing(shapes))
    for row, text in zip(rest.tolist(), _texts(_round_the_world(shapes[rest])), strict=True):
        if len(text) > LONGEST:
            before = shapely.get_num_coordinates(shapes[row])
            text, after = _shortened(shapes[row])
            if not text:
                out.faults[row] = (
                    "has more vertices than a cell can hold; save its parts one by one"
                )
                continue
            out.doubts[row] = (
                f"has {before:,} vertices, more than a cell can hold: simplified to {after:,}; "
                "save its parts one by one to keep them all"
            )
        out.wkt[row] = text
    return out


def _drop_measures(shapes: Objects, doubts: dict[int, str]) -> None:
    """Take away the measures (M) of vertices, which no place on a map has."""
    import shapely

    measured = shapely.has_m(shapes)
    high = measured & shapely.has_z(shapes)
    shapes[measured & ~high] = shapely.force_2d(shapes[measured & ~high])
    shapes[high] = shapely.from_wkb(shapely.to_wkb(shapes[high], output_dimension=3))
    for row in np.flatnonzero(measured).tolist():
        doubts[row] = "has measures (M) beside its coordinates: they were left out"


def _in_degrees(shapes: Objects, crs: Any) -> Objects:
    """Return geometries in EPSG:4326; what cannot be brought there becomes infinite."""
    import shapely
    from pyproj import Transformer

    change = Transformer.from_crs(crs, 4326, always_xy=True)

    def moved(xyz: Floats) -> Floats:
        lon, lat = change.transform(xyz[:, 0], xyz[:, 1])
        return np.column_stack((lon, lat, xyz[:, 2]))

    heights = shapely.transform(shapes, moved, include_z=True)
    flat = ~shapely.has_z(shapes)
    heights[flat] = shapely.force_2d(heights[flat])
    out: Objects = heights
    return out


def _check(shapes: Objects, faults: dict[int, str], *, projected: bool) -> None:
    """Find the geometries of which a vertex does not lie on the globe."""
    import shapely

    xy, rows = shapely.get_coordinates(shapes, return_index=True)
    off = ~np.isfinite(xy).all(axis=1)
    for row in np.unique(rows[off]).tolist():
        faults[row] = (
            "lies where its coordinate system does not reach"
            if projected
            else "has a coordinate that is no number"
        )
    with np.errstate(invalid="ignore"):
        beyond = (np.abs(xy[:, 0]) > MOST_AROUND) | (np.abs(xy[:, 1]) > 90.0 + 1e-9)
    (spots,) = np.nonzero(beyond)
    found, first = np.unique(rows[spots], return_index=True)
    for row, at in zip(found.tolist(), spots[first].tolist(), strict=True):
        lon, lat = xy[at].tolist()
        if row not in faults:
            faults[row] = (
                f"{lon:.9g}, {lat:.9g} is no longitude and latitude; save the layer in WGS 84 "
                "(EPSG:4326)"
            )


def _spread_wide_edges(shapes: Objects, doubts: dict[int, str]) -> None:
    """Tell edges that span more than half the world from those that cross the antimeridian.

    Both look alike. One that ends near ±180° on either side crosses it, as uncut coastlines do;
    any other is meant as it is drawn on a flat map, and gets vertices between that say so.
    """
    import shapely

    xy, rows = shapely.get_coordinates(shapes, return_index=True)
    span = np.abs(np.diff(xy[:, 0]))
    reach = np.abs(xy[:, 0])
    # From −180° to 180° a map is drawn round; from 0° to 360° it must not fall in on itself.
    round_map = (span >= 360.0) & (np.maximum(reach[1:], reach[:-1]) <= 180.0)
    long = (rows[1:] == rows[:-1]) & (span > 180.0) & ~round_map
    if not long.any():
        return
    wide = long & (np.minimum(reach[1:], reach[:-1]) < _NEAR_EDGE)
    for row in np.unique(rows[1:][wide]).tolist():
        shapes[row] = shapely.segmentize(shapes[row], 90.0)
    for row in np.setdiff1d(rows[1:][long], rows[1:][wide]).tolist():
        doubts[row] = "jumps from one end of the world to the other: read as crossing ±180°"


def _wrapped(lon: float) -> float:
    return lon if abs(lon) <= 180.0 else round((lon + 180.0) % 360.0 - 180.0, _SLIGHT)


def degrees(value: float, crs: Any = None) -> str:
    """Return degrees with the digits that were given, or those that a calculation is good for."""
    text = repr(value if crs is None else round(value, DIGITS + 1))
    if "e" in text or len(text.partition(".")[2]) > 2 * _SLIGHT:
        text = f"{value:.{_SLIGHT}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _round_the_world(shapes: Objects) -> Objects:
    """Bring longitudes beyond ±180 back, vertex by vertex: what then jumps is cut when drawn."""
    import shapely

    if not len(shapes) or np.abs(shapely.get_coordinates(shapes)[:, 0]).max() <= 180.0:
        return shapes

    def back(xy: Floats) -> Floats:
        far = np.abs(xy[:, 0]) > 180.0
        xy[far, 0] = (xy[far, 0] + 180.0) % 360.0 - 180.0
        return xy

    out: Objects = shapely.transform(shapes, back)
    return out


def _texts(shapes: Objects) -> list[str]:
    """Return geometries as well-known text, with heights where any is given."""
    import shapely

    high = shapely.has_z(shapes)
    if high.any():
        z, rows = shapely.get_coordinates(shapes[high], include_z=True, return_index=True)
        some = np.zeros(int(high.sum()), bool)
        some[rows[np.isfinite(z[:, 2]) & (z[:, 2] != 0.0)]] = True
        level = np.flatnonzero(high)[~some]
        shapes[level] = shapely.force_2d(shapes[level])
    texts: list[str] = shapely.to_wkt(shapes, rounding_precision=DIGITS, trim=True).tolist()
    return texts


def _shortened(shape: BaseGeometry) -> tuple[str, int]:
    """Return a geometry with so few vertices that its text fits, and how many are left."""
    import shapely

    tolerance = 1e-5
    for _ in range(_TRIES):
        slim = shapely.force_2d(shapely.simplify(shape, tolerance, preserve_topology=False))
        text = _texts(_round_the_world(np.array([slim], dtype=object)))[0]
        if len(text) <= LONGEST:
            return text, int(shapely.get_num_coordinates(slim))
        tolerance *= 3.0
    return "", 0

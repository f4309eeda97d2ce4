"""Shapes of places: the lines and areas that a dossier holds in the column ``wkt`` of its places.

Well-known text (OGC 06-103r4) in degrees, EPSG:4326, longitude first. A polygon whose longitudes
jump by more than half the world crosses the antimeridian, as everywhere in `geo.cut`.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from viewer.geo.basemap import Floats, Indexes, Ragged, offsets
from viewer.geo.cut import ready
from viewer.geo.sphere import vectors, wrap
from viewer.geo.well_known import from_texts
from viewer.model.derived import derived
from viewer.model.schema import PRECISIONS

if TYPE_CHECKING:
    from viewer.model.dossier import Dossier, Mask
    from viewer.model.report import Report

COLUMN = "wkt"
_LINE, _POLYGON, _POINT = 1, 3, 0
_WAYS = 64


@dataclass(frozen=True, eq=False)
class Shapes:
    """The shapes of a dossier's places; `Ragged.group` is the row of the place.

    Parameters
    ----------
    rings : Ragged
        Areas in degrees; outer rings run counter-clockwise and holes clockwise.
    lines : Ragged
    points : Ragged
        Of places that are several points, each a part of its own.
    spot : ndarray of float64, shape (places, 2)
        A point of each shape, longitude and latitude: where its name and mark may stand. NaN
        where a place has no shape.
    bad : tuple of int
        Rows whose text cannot be read.
    """

    rings: Ragged
    lines: Ragged
    points: Ragged
    spot: Floats
    bad: tuple[int, ...] = ()

    @property
    def rows(self) -> Mask:
        """Which places have a shape."""
        known: Mask = np.isfinite(self.spot[:, 0])
        return known


@derived("places.wkt", "places.precision")
def place_shapes(dossier: Dossier) -> Shapes | None:
    """Return the shapes of a dossier's places; None where no place has one.

    A place of which nothing is known but that it is somewhere (precision ``unknown``) has none.
    """
    if COLUMN not in dossier.places.columns:
        return None
    texts = list(dossier.places[COLUMN])
    vague = dossier.places["precision"]
    unknown = PRECISIONS[-1]
    rows = [r for r, (t, p) in enumerate(zip(texts, vague, strict=True)) if t and p != unknown]
    if not rows:
        return None
    import shapely

    shapes = from_texts([texts[row] for row in rows])
    off = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    beyond, of = shapely.get_coordinates(shapes, return_index=True)
    off[of[(np.abs(beyond) > (180.0 + 1e-9, 90.0 + 1e-9)).any(axis=1)]] = True
    off[of[~np.isfinite(beyond).all(axis=1)]] = True
    bad = tuple(row for row, missing in zip(rows, off.tolist(), strict=True) if missing)
    shapes, at = shapes[~off], np.array(rows, dtype=np.intp)[~off]
    spot = np.full((len(texts), 2), np.nan)
    spot[at] = _spots(shapes)
    return Shapes(*_parts(shapes, at), spot, bad)


def _parts(shapes: NDArray[np.object_], rows: Indexes) -> tuple[Ragged, Ragged, Ragged]:
    """Return areas, lines and points of shapes, collections taken apart."""
    import shapely

    shapes = shapely.force_2d(shapes)
    while (shapely.get_type_id(shapes) > _POLYGON).any():
        shapes, of = shapely.get_parts(shapes, return_index=True)
        rows = rows[of]
    kind = shapely.get_type_id(shapes)
    areas = kind == _POLYGON
    # Holes run the other way round, so that areas can overlap and still have them.
    oriented = shapely.orient_polygons(shapes[areas], exterior_cw=False)
    rings, of = shapely.get_rings(oriented, return_index=True)
    lines = (kind == _LINE) | (kind == _LINE + 1)
    return (
        _ragged(rings, rows[areas][of], closed=True),
        _ragged(shapes[lines], rows[lines]),
        _ragged(shapes[kind == _POINT], rows[kind == _POINT]),
    )


def _ragged(parts: NDArray[np.object_], rows: Indexes, *, closed: bool = False) -> Ragged:
    import shapely

    xy, of = shapely.get_coordinates(parts, return_index=True)
    sizes = np.bincount(of, minlength=len(parts))
    if closed and len(xy):
        keep = np.ones(len(xy), bool)
        keep[np.cumsum(sizes)[sizes > 0] - 1] = False
        xy, sizes = xy[keep], sizes - (sizes > 0)
    ragged = Ragged(xy, offsets(sizes), rows.astype(np.intp))
    return ragged.take(sizes > (2 if closed else 0))


def _spots(shapes: NDArray[np.object_]) -> Floats:
    """Return a point of each shape, the one over ±180° counted on past it."""
    import shapely

    xy, of = shapely.get_coordinates(shapes, return_index=True)
    jumps = np.zeros(len(shapes), bool)
    step = (np.abs(np.diff(xy[:, 0])) > 180.0) & (of[1:] == of[:-1])
    jumps[of[1:][step]] = True

    def on(lonlat: Floats) -> Floats:
        return np.column_stack((lonlat[:, 0] % 360.0, lonlat[:, 1]))

    flat = shapely.force_2d(shapes)
    if jumps.any():
        flat[jumps] = shapely.transform(flat[jumps], on)
    largest = _largest(flat)
    spots: Floats = np.empty((0, 2))
    # An empty ring within a polygon makes no difference, and a warning.
    with suppress(shapely.errors.GEOSException), np.errstate(invalid="ignore"):
        spots = shapely.get_coordinates(shapely.point_on_surface(largest))
    if len(spots) != len(shapes):
        # One of them is so odd that it has no inside.
        spots = np.array([_inside(shape) for shape in largest]).reshape(-1, 2)
    spots[:, 0] = wrap(spots[:, 0])
    return spots


def _largest(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the part of each shape that is most of it: areas before lines before points."""
    import shapely

    parts, of = shapely.get_parts(shapes, return_index=True)
    while (shapely.get_type_id(parts) > _POLYGON).any():
        parts, deeper = shapely.get_parts(parts, return_index=True)
        of = of[deeper]
    order = np.lexsort((shapely.length(parts), shapely.area(parts), of))
    last = np.searchsorted(of[order], np.arange(len(shapes)), side="right") - 1
    largest: NDArray[np.object_] = parts[order][last]
    return largest


def _inside(shape: Any) -> tuple[float, float]:
    import shapely

    with suppress(shapely.errors.GEOSException), np.errstate(invalid="ignore"):
        point = shapely.point_on_surface(shape)
        if not point.is_empty:
            return point.x, point.y
    x, y = shapely.get_coordinates(shape)[0].tolist()
    return x, y


def extremes(shapes: Shapes, rows: Mask) -> Floats:
    """Return the vertices of some shapes that lie farthest out, in whichever direction.

    Parameters
    ----------
    shapes : Shapes
    rows : ndarray of bool, shape (places,)

    Returns
    -------
    ndarray of float64, shape (n, 2)
        Degrees; some dozens at most, which reach as far as all of them do.
    """
    parts = (shapes.rings, shapes.lines, shapes.points)
    lonlat = np.concatenate([part.xy[rows[part.group[part.part]]] for part in parts])
    if len(lonlat) <= _WAYS:
        return lonlat
    # Directions spread evenly over the sphere, by the golden angle.
    height = 1.0 - 2.0 * (np.arange(_WAYS) + 0.5) / _WAYS
    turn = np.arange(_WAYS) * np.pi * (3.0 - np.sqrt(5.0))
    across = np.sqrt(1.0 - height**2)
    ways = np.column_stack((across * np.cos(turn), across * np.sin(turn), height))
    at = vectors(lonlat)
    outer = [int((way @ at).argmax()) for way in ways]
    return lonlat[np.unique(outer)]


def along(shapes: Shapes) -> Floats:
    """Return positions on the edges of all shapes, none far from the next, in degrees."""
    rings, lines = ready(shapes.rings, "area"), ready(shapes.lines, "line")
    return np.concatenate([rings.xy, lines.xy, shapes.points.xy])


def check_shapes(dossier: Dossier, report: Report) -> None:
    """Report the shapes that cannot be read."""
    shapes = place_shapes(dossier)
    for row in () if shapes is None else shapes.bad:
        lines = dossier.places.lines
        report.add(
            "is no well-known text in degrees, longitude first: the shape is not drawn",
            "places", lines[row] if row < len(lines) else 0, COLUMN,
        )  # fmt: skip

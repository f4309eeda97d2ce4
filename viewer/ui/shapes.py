"""Paints shapes of world geometry, filled, hatched and outlined."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from weakref import WeakKeyDictionary

import numpy as np
from PySide6.QtCore import QByteArray, QDataStream, QIODevice, QLineF, QRectF, Qt
from PySide6.QtGui import QBrush, QImage, QPainter, QPainterPath, QTransform

from viewer.scene.primitives import Colour, Geometry, Shapes
from viewer.ui.pens import brush, pen
from viewer.ui.pixels import is_raster

_HATCH_STEP = 5.0
_LARGE_PIECE = 400
"""Points from which a group of rings is drawn as a piece of its own."""
_PIECES: WeakKeyDictionary[Geometry, tuple[_Piece, ...]] = WeakKeyDictionary()
_ELEMENT = np.dtype([("type", ">i4"), ("x", ">f8"), ("y", ">f8")])


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a geometry that is drawn in one go, with where it lies."""

    path: QPainterPath
    bounds: QRectF


def pieces_of(geometry: Geometry) -> tuple[_Piece, ...]:
    """Return geometry as paths in world coordinates, kept as long as the geometry lives.

    Large groups of rings are pieces of their own, so that those out of sight cost nothing.
    """
    pieces = _PIECES.get(geometry)
    if pieces is None:
        paths = (_build_path(part) for part in _parts(geometry))
        pieces = _PIECES[geometry] = tuple(
            _Piece(path, path.controlPointRect()) for path in paths if not path.isEmpty()
        )
    return pieces


def _parts(geometry: Geometry) -> list[Geometry]:
    """Split a geometry into its large groups and all the small ones together."""
    if geometry.groups is None or len(geometry.xy) < 2 * _LARGE_PIECE:
        return [geometry]
    lengths = np.diff(geometry.starts)
    large = np.bincount(geometry.groups, lengths) >= _LARGE_PIECE
    if (np.diff(geometry.groups) >= 0).all():
        return _runs(geometry)
    out = []
    for chosen in (~large[geometry.groups], *(geometry.groups == n for n in np.flatnonzero(large))):
        starts = np.concatenate([[0], np.cumsum(lengths[chosen])]).astype(np.intp)
        xy = geometry.xy[np.repeat(chosen, lengths)]
        out.append(Geometry(xy, starts, geometry.closed, winding=geometry.winding))
    return out


def _runs(geometry: Geometry) -> list[Geometry]:
    """Split a geometry whose groups stand in order into runs of groups that are large enough."""
    assert geometry.groups is not None
    starts = geometry.starts
    ends = np.append(np.flatnonzero(np.diff(geometry.groups)) + 1, len(geometry.groups))
    out, first = [], 0
    for last in ends.tolist():
        begin, end = int(starts[first]), int(starts[last])
        if end - begin >= _LARGE_PIECE or last == len(geometry.groups):
            own = starts[first : last + 1] - begin
            xy = geometry.xy[begin:end]
            out.append(Geometry(xy, own, geometry.closed, winding=geometry.winding))
            first = last
    return out


def _build_path(geometry: Geometry) -> QPainterPath:
    """Build a path through its serialised form, which takes an array instead of calls."""
    starts, xy = geometry.starts, geometry.xy
    path = QPainterPath()
    if len(starts) < 2 or not len(xy):
        return path
    if geometry.closed:
        # Repeat the first point of every ring at its end.
        lengths = np.diff(starts)
        full = lengths > 0
        order = np.insert(np.arange(len(xy)), starts[1:][full], starts[:-1][full])
        xy = xy[order]
        starts = np.concatenate([[0], np.cumsum(lengths[full] + 1)])
    elements = np.empty(len(xy), dtype=_ELEMENT)
    elements["type"] = 1
    elements["type"][starts[:-1][np.diff(starts) > 0]] = 0
    elements["x"], elements["y"] = xy[:, 0], xy[:, 1]
    head = np.array([len(elements)], dtype=">i4").tobytes()
    rule = Qt.FillRule.WindingFill if geometry.winding else Qt.FillRule.OddEvenFill
    tail = np.array([0, rule.value], dtype=">i4").tobytes()
    data = QByteArray(head + elements.tobytes() + tail)
    stream = QDataStream(data, QIODevice.OpenModeFlag.ReadOnly)
    stream >> path
    return path


def paint_shapes(painter: QPainter, item: Shapes) -> None:
    """Paint geometry, those pieces of it that are in sight."""
    if item.edge is not None:
        paint_shapes(painter, replace(item, stroke=None, edge=None))
        paint_shapes(painter, replace(item, geometry=item.edge, fill=None, hatch=None, edge=None))
        return
    sx, sy, dx, dy = item.transform
    world = QTransform(sx, 0, 0, sy, dx, dy)
    # What the window or picture shows, in world coordinates, with room for the pen.
    seen = painter.combinedTransform().inverted()[0].mapRect(QRectF(painter.viewport()))
    seen = world.inverted()[0].mapRect(seen.adjusted(-item.width, -item.width, 9.0, 9.0))
    for piece in pieces_of(item.geometry):
        if not _meet(seen, piece.bounds):
            continue
        if item.hatch is not None:
            _hatch(painter, world.map(piece.path), item.hatch)
        if item.dash == "solid" and is_raster(painter):
            painter.save()
            painter.setTransform(world, combine=True)
            if item.fill is not None:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing, item.smooth)
                painter.fillPath(piece.path, brush(item.fill))
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if item.stroke is not None:
                painter.strokePath(piece.path, pen(item.stroke, item.width, cosmetic=True))
            painter.restore()
            continue
        # A dash is counted along the drawn line, and a vector file has no pen apart from the
        # scale: these are drawn in pixels.
        path = world.map(piece.path)
        if item.fill is not None:
            painter.fillPath(path, brush(item.fill))
        if item.stroke is not None:
            painter.strokePath(path, pen(item.stroke, item.width, item.dash))


def _meet(a: QRectF, b: QRectF) -> bool:
    """Whether two rectangles touch; unlike Qt's, also when one of them is a line."""
    return (
        a.left() <= b.right()
        and b.left() <= a.right()
        and a.top() <= b.bottom()
        and b.top() <= a.bottom()
    )


def _hatch(painter: QPainter, path: QPainterPath, stroke: Colour) -> None:
    """Fill a path with diagonal lines."""
    if is_raster(painter):
        scale = max(math.hypot(painter.combinedTransform().m11(), 0.0), 1e-3)
        tile, ratio = _hatch_tile(stroke, round(scale * painter.device().devicePixelRatioF(), 3))
        texture = QBrush(tile)
        texture.setTransform(QTransform.fromScale(1 / ratio, 1 / ratio))
        # Its edge is nothing to look at, and a line is drawn along it.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.fillPath(path, texture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        return
    painter.setPen(pen(stroke, 1.0))
    painter.drawLines(_hatch_lines(path))


def _hatch_lines(path: QPainterPath) -> list[QLineF]:
    """Return the diagonal lines inside a path, by the even-odd rule.

    Clipping whole lines to the path would be simpler, but Qt's SVG files do not end a clip.
    """
    crossings: dict[int, list[float]] = {}
    for polygon in path.toSubpathPolygons():
        xy = np.array([polygon.at(i).toTuple() for i in range(polygon.size())])
        # Along a line of the hatching x + y stays the same; x - y tells where on it one is.
        level, along = xy.sum(axis=1) / _HATCH_STEP, xy[:, 0] - xy[:, 1]
        for (a, s), (b, t) in pairwise(zip(level.tolist(), along.tolist(), strict=True)):
            for k in range(math.ceil(min(a, b)), math.ceil(max(a, b))):
                crossings.setdefault(k, []).append(s + (k - a) / (b - a) * (t - s))
    lines = []
    for k, found in crossings.items():
        for start, end in _in_pairs(sorted(found)):
            total = k * _HATCH_STEP
            lines.append(
                QLineF(
                    (total + start) / 2, (total - start) / 2, (total + end) / 2, (total - end) / 2
                )
            )
    return lines


def _in_pairs(values: list[float]) -> Iterator[tuple[float, float]]:
    """Return the first and second of `values`, the third and fourth, and so on."""
    return zip(values[::2], values[1::2], strict=False)


@lru_cache(maxsize=64)
def _hatch_tile(stroke: Colour, scale: float) -> tuple[QImage, float]:
    """Return a tile of hatching that repeats without a seam, and its dots per logical pixel."""
    side = max(round(_HATCH_STEP * scale), 2)
    ratio = side / _HATCH_STEP
    tile = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    tile.fill(Qt.GlobalColor.transparent)
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(pen(stroke, ratio))
    for shift in (-side, 0, side):
        painter.drawLine(QLineF(shift - side, 2 * side, shift + 2 * side, -side))
    painter.end()
    return tile, ratio

"""Draws scenes with a QPainter: in the window, into images, SVG and PDF alike."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from PySide6.QtCore import (
    QByteArray,
    QDataStream,
    QIODevice,
    QLineF,
    QPointF,
    QRectF,
    Qt,
)
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QImage,
    QLinearGradient,
    QPaintEngine,
    QPainter,
    QPainterPath,
    QPen,
    QPolygonF,
    QTransform,
)

from viewer.errors import printable
from viewer.scene.primitives import (
    Arrows,
    Bars,
    Box,
    Colour,
    Curves,
    Dash,
    Dots,
    Geometry,
    Group,
    Item,
    Lines,
    Marks,
    Raster,
    Rect,
    Rings,
    Scene,
    Shapes,
    Text,
    outline,
)
from viewer.scene.text import reads_leftwards
from viewer.ui.fonts import font
from viewer.ui.masses import MANY, paint_bars, paint_lines, paint_sprites
from viewer.ui.pixels import is_raster, paint_dots, paint_raster

_HATCH_STEP = 5.0
_HALO = 3.0
_AROUND = tuple(
    (_HALO / 2 * math.cos(angle), _HALO / 2 * math.sin(angle))
    for angle in (math.pi / 4 * step for step in range(8))
)
_LARGE_PIECE = 400
"""Points from which a group of rings is drawn as a piece of its own."""
_PIECES: WeakKeyDictionary[Geometry, tuple[_Piece, ...]] = WeakKeyDictionary()
_ELEMENT = np.dtype([("type", ">i4"), ("x", ">f8"), ("y", ">f8")])
_DASHES = {"dashed": (5.0, 4.0), "dotted": (1.0, 2.5)}
_HAIRLINE = 1.2
"""Width up to which the ends and corners of a line cannot be told apart."""


def colour(value: Colour) -> QColor:
    """Return a colour as Qt's."""
    return QColor(*value)


def rect(value: Rect) -> QRectF:
    """Return a rectangle as Qt's."""
    return QRectF(*value)


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
    out = []
    for chosen in (~large[geometry.groups], *(geometry.groups == n for n in np.flatnonzero(large))):
        starts = np.concatenate([[0], np.cumsum(lengths[chosen])]).astype(np.intp)
        xy = geometry.xy[np.repeat(chosen, lengths)]
        out.append(Geometry(xy, starts, geometry.closed))
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
    tail = np.array([0, Qt.FillRule.OddEvenFill.value], dtype=">i4").tobytes()
    data = QByteArray(head + elements.tobytes() + tail)
    stream = QDataStream(data, QIODevice.OpenModeFlag.ReadOnly)
    stream >> path
    return path


def pen(
    stroke: Colour | None, width: float = 1.0, dash: Dash = "solid", *, cosmetic: bool = False
) -> QPen:
    """Return a pen; no pen at all for no colour."""
    if stroke is None or width <= 0:
        return QPen(Qt.PenStyle.NoPen)
    out = QPen(colour(stroke), width)
    out.setCosmetic(cosmetic)
    if dash != "solid":
        # Qt counts in pen widths, and its square ends make a dash longer by one; ours are pixels.
        on, off = _DASHES[dash]
        out.setDashPattern([max(on / width - 1, 0.01), off / width + 1])
    elif width > _HAIRLINE:
        out.setCapStyle(Qt.PenCapStyle.RoundCap)
        out.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return out


def brush(fill: Colour | None) -> QBrush:
    """Return a brush; no brush at all for no colour."""
    return QBrush() if fill is None else QBrush(colour(fill))


def paint(painter: QPainter, scene: Scene, *, ground: bool = True) -> None:
    """Paint a scene with its top left corner at the painter's origin.

    Parameters
    ----------
    painter : QPainter
    scene : Scene
    ground : bool
        Whether to fill the background first.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    if ground:
        painter.fillRect(QRectF(0, 0, scene.width, scene.height), colour(scene.background))
    for item in scene.items:
        _paint_item(painter, item)


def _paint_item(painter: QPainter, item: Item) -> None:
    _PAINTERS[type(item)](painter, item)


def _paint_shapes(painter: QPainter, item: Shapes) -> None:
    if item.edge is not None:
        _paint_shapes(painter, replace(item, stroke=None, edge=None))
        _paint_shapes(painter, replace(item, geometry=item.edge, fill=None, hatch=None, edge=None))
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


def _flat(stroke: QPen) -> QPen:
    """Return the pen with flat ends: round ones cost Qt ten times as much as the line itself."""
    if stroke.style() == Qt.PenStyle.SolidLine:
        # The ends of dashes are part of their length: without them dots vanish.
        stroke.setCapStyle(Qt.PenCapStyle.FlatCap)
    return stroke


def _paint_curves(painter: QPainter, item: Curves) -> None:
    painter.setBrush(QBrush())
    looks = zip(item.colours, item.widths, item.dashes, strict=True)
    # Neighbours that look alike share a pen, and straight lines a call.
    for look, run in groupby(zip(looks, item.points, strict=True), key=itemgetter(0)):
        stroke = pen(*look)
        painter.setPen(stroke)
        lines = []
        for _, points in run:
            if item.bezier:
                a, b, c, d = (QPointF(x, y) for x, y in points.tolist())
                path = QPainterPath(a)
                path.cubicTo(b, c, d)
                painter.drawPath(path)
            elif len(points) == 2:
                lines.append(QLineF(*points.ravel().tolist()))
            else:
                painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in points.tolist()]))
        if lines:
            painter.setPen(_flat(stroke))
            painter.drawLines(lines)


def _paint_lines(painter: QPainter, item: Lines) -> None:
    def set_pen(code: int) -> None:
        painter.setPen(_flat(pen(*item.looks[code])))

    paint_lines(painter, item, set_pen)


def _paint_bars(painter: QPainter, item: Bars) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    paint_bars(painter, item, lambda code: painter.setBrush(brush(item.fills[code])))


def _paint_marks(painter: QPainter, item: Marks) -> None:
    if len(item.radii) >= MANY and is_raster(painter):
        paint_sprites(painter, item, _paint_each_mark)
    else:
        _paint_each_mark(painter, item)


def _paint_each_mark(painter: QPainter, item: Marks) -> None:
    for (x, y), radius, shape, fill, stroke, width in zip(
        item.xy.tolist(),
        item.radii.tolist(),
        item.shapes,
        item.fills,
        item.strokes,
        item.widths.tolist(),
        strict=True,
    ):
        painter.setBrush(brush(fill))
        painter.setPen(pen(stroke, width))
        r = radius - (width / 2 if stroke is not None else 0.0)
        if shape == "circle":
            painter.drawEllipse(QPointF(x, y), r, r)
        elif shape == "square":
            s = 0.88 * r
            painter.drawRoundedRect(QRectF(x - s, y - s, 2 * s, 2 * s), 0.2 * r, 0.2 * r)
        else:
            corners = [QPointF(x + r * a, y + r * b) for a, b in outline(shape)]
            painter.drawPolygon(QPolygonF(corners))


def _paint_rings(painter: QPainter, item: Rings) -> None:
    for (x, y), outer, inner, shares, colours, hub in zip(
        item.xy.tolist(),
        item.outer.tolist(),
        item.inner.tolist(),
        item.shares.tolist(),
        item.colours,
        item.hub,
        strict=True,
    ):
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush(hub))
        painter.drawEllipse(QPointF(x, y), (outer + inner) / 2, (outer + inner) / 2)
        painter.setBrush(QBrush())
        middle = (outer + inner) / 2
        circle = QRectF(x - middle, y - middle, 2 * middle, 2 * middle)
        at = 90.0 * 16
        for share, stroke in zip(shares, colours, strict=True):
            if share <= 0:
                continue
            arc = QPen(colour(stroke), outer - inner)
            arc.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(arc)
            if share >= 0.9999:
                painter.drawEllipse(circle)
            else:
                painter.drawArc(circle, round(at), round(-share * 360 * 16))
            at -= share * 360 * 16


def _paint_arrows(painter: QPainter, item: Arrows) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    for (x, y), angle, size, fill in zip(
        item.tips.tolist(), item.angles.tolist(), item.sizes.tolist(), item.colours, strict=True
    ):
        painter.setBrush(brush(fill))
        cos, sin = math.cos(angle), math.sin(angle)
        corners = [(0.0, 0.0), (-size, 0.42 * size), (-0.78 * size, 0.0), (-size, -0.42 * size)]
        painter.drawPolygon(
            QPolygonF([QPointF(x + a * cos - b * sin, y + a * sin + b * cos) for a, b in corners])
        )


def _paint_box(painter: QPainter, item: Box) -> None:
    area = rect(item.rect)
    if item.fill is None or not (item.fade_left or item.fade_right):
        painter.setBrush(brush(item.fill))
    else:
        painter.setBrush(_fading(item, item.fill))
    painter.setPen(pen(item.stroke, item.width, item.dash))
    if item.stroke is not None:
        half = item.width / 2
        area.adjust(half, half, -half, -half)
    if item.radius:
        painter.drawRoundedRect(area, item.radius, item.radius)
    else:
        painter.drawRect(area)


def _fading(item: Box, fill: Colour) -> QBrush:
    length = max(item.rect.width, 1e-6)
    clear = colour(fill.faded(0.0))
    gradient = QLinearGradient(item.rect.x, 0, item.rect.right, 0)
    left = min(item.fade_left / length, 1.0)
    right = max(1.0 - item.fade_right / length, left)
    gradient.setColorAt(0.0, clear if item.fade_left else colour(fill))
    gradient.setColorAt(left, colour(fill))
    gradient.setColorAt(min(right, 1.0), colour(fill))
    gradient.setColorAt(1.0, clear if item.fade_right else colour(fill))
    return QBrush(gradient)


def _paint_text(painter: QPainter, item: Text) -> None:
    text = printable(item.text)
    if item.leftwards or (item.leftwards is None and reads_leftwards(text)):
        # An embedding: Qt would take the direction of the line from the window.
        text = f"\u202b{text}\u202c"
    face = font(item.size, item.weight, item.spacing)
    painter.setFont(face)
    x = item.x
    if item.align != "left":
        width = painter.fontMetrics().horizontalAdvance(text)
        x -= width / 2 if item.align == "centre" else width
    if item.halo is not None:
        if is_raster(painter):
            # Eight copies around the letters look the same and take a tenth of the time.
            painter.setPen(colour(item.halo))
            for dx, dy in _AROUND:
                painter.drawText(QPointF(x + dx, item.y + dy), text)
        else:
            outline = _letters(face, text).translated(x, item.y)
            painter.strokePath(outline, pen(item.halo, _HALO))
    engine = painter.paintEngine().type()
    if engine == QPaintEngine.Type.SVG or (item.spacing and not is_raster(painter)):
        # An SVG file cannot carry the font, and with another one names would be cut off; in a PDF
        # Qt gets the space between letters wrong.
        painter.fillPath(_letters(face, text).translated(x, item.y), brush(item.colour))
        return
    painter.setPen(colour(item.colour))
    painter.drawText(QPointF(x, item.y), text)


def _letters(face: QFont, text: str) -> QPainterPath:
    """Return a line of text as outlines."""
    out = QPainterPath()
    out.addText(0, 0, face, text)
    return out


def _paint_group(painter: QPainter, item: Group) -> None:
    before = painter.clipPath() if painter.hasClipping() else None
    painter.save()
    if item.clip is not None:
        if item.radius:
            clip = QPainterPath()
            clip.addRoundedRect(rect(item.clip), item.radius, item.radius)
            painter.setClipPath(clip, Qt.ClipOperation.IntersectClip)
        else:
            painter.setClipRect(rect(item.clip), Qt.ClipOperation.IntersectClip)
    painter.translate(item.dx, item.dy)
    painter.setOpacity(painter.opacity() * item.opacity)
    for child in item.items:
        _paint_item(painter, child)
    painter.restore()
    if item.clip is not None and not is_raster(painter):
        # Qt's SVG files end a clip only when told so.
        painter.setClipping(False)
        if before is not None:
            painter.setClipPath(before)


# Each takes the type that it stands under.
_PAINTERS: dict[type, Callable[[QPainter, Any], None]] = {
    Shapes: _paint_shapes,
    Curves: _paint_curves,
    Lines: _paint_lines,
    Bars: _paint_bars,
    Marks: _paint_marks,
    Rings: _paint_rings,
    Arrows: _paint_arrows,
    Box: _paint_box,
    Text: _paint_text,
    Dots: paint_dots,
    Raster: paint_raster,
    Group: _paint_group,
}


def render_image(scene: Scene, scale: float = 1.0) -> QImage:
    """Return a scene as an image.

    Parameters
    ----------
    scene : Scene
    scale : float
        Image pixels per logical pixel.

    Raises
    ------
    MemoryError
        When the image is too large to be made.
    """
    size = round(scene.width * scale), round(scene.height * scale)
    image = QImage(*size, QImage.Format.Format_ARGB32_Premultiplied)
    if image.isNull():
        raise MemoryError(f"an image of {size[0]}×{size[1]} pixels does not fit into memory")
    image.fill(colour(scene.background))
    painter = QPainter(image)
    painter.scale(scale, scale)
    paint(painter, scene)
    painter.end()
    return image

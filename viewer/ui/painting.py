"""Draws scenes with a QPainter: in the window, into images, SVG and PDF alike."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from PySide6.QtCore import (
    QLineF,
    QPointF,
    QRectF,
    Qt,
)
from PySide6.QtGui import (
    QBrush,
    QFont,
    QImage,
    QLinearGradient,
    QPaintDevice,
    QPaintEngine,
    QPainter,
    QPainterPath,
    QPen,
    QPolygonF,
)

from viewer.errors import printable
from viewer.progress import Progress, unheard
from viewer.scene.primitives import (
    Arrows,
    Bars,
    Box,
    Colour,
    Curves,
    Dots,
    Group,
    Item,
    Marks,
    Pixels,
    Raster,
    Rings,
    Scene,
    Shapes,
    Symbols,
    Text,
    outline,
)
from viewer.scene.text import reads_leftwards, text_width
from viewer.ui.fonts import font
from viewer.ui.masses import MANY, paint_bars, paint_sprites, paint_symbols
from viewer.ui.pens import brush, colour, flat, pen, rect
from viewer.ui.pixels import is_raster, paint_dots, paint_pixels, paint_raster
from viewer.ui.shapes import paint_shapes

SOFT = (
    QPainter.RenderHint.Antialiasing
    | QPainter.RenderHint.TextAntialiasing
    | QPainter.RenderHint.SmoothPixmapTransform
)
"""What a painter is to be asked for."""
_HALO = 3.0
_ROUND = 1.0
"""Pixels of a radius that can be seen in a corner without a line around it."""
CURVES_AT_ONCE = 20
HEADS_AT_ONCE = 100
"""How many of them are painted in one go."""
_AROUND = tuple(
    (_HALO / 2 * math.cos(angle), _HALO / 2 * math.sin(angle))
    for angle in (math.pi / 4 * step for step in range(8))
)


def paint(painter: QPainter, scene: Scene, *, ground: bool = True) -> None:
    """Paint a scene with its top left corner at the painter's origin.

    Parameters
    ----------
    painter : QPainter
    scene : Scene
    ground : bool
        Whether to fill the background first.
    """
    _prepare(painter, scene, ground)
    paint_items(painter, scene.items)


def paint_items(painter: QPainter, items: Iterable[Item]) -> None:
    """Paint some of the items of a scene, with a painter that was asked to be `SOFT`."""
    for item in items:
        more = _PAINTERS[type(item)](painter, item)
        if more is not None:
            for _ in more:
                pass


def _prepare(painter: QPainter, scene: Scene, ground: bool) -> None:
    painter.setRenderHints(SOFT)
    if ground:
        painter.fillRect(QRectF(0, 0, scene.width, scene.height), colour(scene.background))


def strokes(painter: QPainter, scene: Scene, *, ground: bool = True) -> Iterator[None]:
    """Paint a scene as `paint` does, and yield after every millisecond or two.

    The painter is to be left alone in between.
    """
    _prepare(painter, scene, ground)
    for item in scene.items:
        more = _PAINTERS[type(item)](painter, item)
        if more is not None:
            yield from more
        yield


def _paint_curves(painter: QPainter, item: Curves) -> Iterator[None]:
    painter.setBrush(QBrush())
    looks = zip(item.colours, item.widths, item.dashes, strict=True)
    # Neighbours that look alike share a pen, and straight lines a call.
    for look, run in groupby(zip(looks, item.points, strict=True), key=itemgetter(0)):
        stroke = pen(*look)
        painter.setPen(stroke)
        lines = []
        for number, (_, points) in enumerate(run, start=1):
            if item.bezier:
                a, b, c, d = (QPointF(x, y) for x, y in points.tolist())
                path = QPainterPath(a)
                path.cubicTo(b, c, d)
                painter.drawPath(path)
            elif len(points) == 2:
                lines.append(QLineF(*points.ravel().tolist()))
            else:
                painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in points.tolist()]))
            if number % CURVES_AT_ONCE == 0:
                yield
        if lines:
            painter.setPen(flat(stroke))
            painter.drawLines(lines)


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


def _paint_symbols(painter: QPainter, item: Symbols) -> Iterator[None]:
    if is_raster(painter):
        yield from paint_symbols(painter, item, _paint_each_mark)
        return
    for code in range(len(item.looks)):
        _paint_each_mark(painter, item.marks(code))
        yield


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


def _paint_arrows(painter: QPainter, item: Arrows) -> Iterator[None]:
    painter.setPen(Qt.PenStyle.NoPen)
    heads = zip(
        item.tips.tolist(), item.angles.tolist(), item.sizes.tolist(), item.colours, strict=True
    )
    for number, ((x, y), angle, size, fill) in enumerate(heads, start=1):
        if number % HEADS_AT_ONCE == 0:
            yield
        painter.setBrush(brush(fill))
        cos, sin = math.cos(angle), math.sin(angle)
        corners = [(0.0, 0.0), (-size, 0.42 * size), (-0.78 * size, 0.0), (-size, -0.42 * size)]
        painter.drawPolygon(
            QPolygonF([QPointF(x + a * cos - b * sin, y + a * sin + b * cos) for a, b in corners])
        )


def _paint_box(painter: QPainter, item: Box) -> None:
    area = rect(item.rect)
    if item.stroke is None and item.fill is not None and item.radius < _ROUND:
        fades = item.fade_left or item.fade_right
        # Many times as quick as a rectangle with a pen that draws nothing.
        painter.fillRect(area, _fading(item, item.fill) if fades else brush(item.fill))
        return
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
        width = _width(painter, item, text)
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


def _width(painter: QPainter, item: Text, text: str) -> float:
    """Return the width of a line in pixels."""
    if text.isascii():
        return text_width(text, max(round(item.size), 1), item.weight, item.spacing)
    return float(painter.fontMetrics().horizontalAdvance(text))


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
    paint_items(painter, item.items)
    painter.restore()
    if item.clip is not None and not is_raster(painter):
        # Qt's SVG files end a clip only when told so.
        painter.setClipping(False)
        if before is not None:
            painter.setClipPath(before)


# Each takes the type that it stands under; those of what may be very much paint in steps.
_PAINTERS: dict[type, Callable[[QPainter, Any], Iterator[None] | None]] = {
    Shapes: paint_shapes,
    Curves: _paint_curves,
    Bars: _paint_bars,
    Marks: _paint_marks,
    Symbols: _paint_symbols,
    Rings: _paint_rings,
    Arrows: _paint_arrows,
    Box: _paint_box,
    Text: _paint_text,
    Dots: paint_dots,
    Raster: paint_raster,
    Pixels: paint_pixels,
    Group: _paint_group,
}


def paint_on(
    device: QPaintDevice, scene: Scene, scale: float, progress: Progress = unheard
) -> bool:
    """Paint a scene on an image, a page or the like; return whether it took it all.

    Parameters
    ----------
    device : QPaintDevice
    scene : Scene
    scale : float
        Units of the device to a logical pixel.
    progress : Progress
        Asked after every few strokes whether to go on.
    """
    painter = QPainter(device)
    painter.scale(scale, scale)
    try:
        for _ in strokes(painter, scene):
            progress(0.5)
    finally:
        taken = painter.end()
    return taken


def render_image(scene: Scene, scale: float = 1.0, progress: Progress = unheard) -> QImage:
    """Return a scene as an image; in any thread.

    Parameters
    ----------
    scene : Scene
    scale : float
        Image pixels per logical pixel.
    progress : Progress
        Asked after every few strokes whether to go on.

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
    paint_on(image, scene, scale, progress)
    return image

"""Paints what is made of pixels: stamped dots and stretched pictures."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPaintEngine, QPainter

from viewer.scene.primitives import Dots, Pixels, Raster
from viewer.scene.stamps import Bytes, Transform, palette, stamp

_EMBEDDED = 4.0
"""Pixels per logical pixel of the dots in an SVG or PDF: 384 to the inch."""


def is_raster(painter: QPainter) -> bool:
    """Whether dots are painted, not the lines and letters of an SVG or PDF."""
    return painter.paintEngine().type() == QPaintEngine.Type.Raster


def paint_dots(painter: QPainter, item: Dots) -> None:
    """Stamp dots in the pixels of the window or picture; a vector file gets them as a picture."""
    sx, sy, dx, dy = item.transform
    target = QRectF(*item.rect)
    if not is_raster(painter):
        k, (left, top, width, height) = _EMBEDDED, item.rect
        transform = (sx * k, sy * k, (dx - left) * k, (dy - top) * k)
        painter.drawImage(target, _stamped(item, transform, (width * k, height * k), k))
        return
    world, ratio = painter.combinedTransform(), painter.device().devicePixelRatioF()
    device = QRect(0, 0, painter.device().width(), painter.device().height())
    seen = world.mapRect(target).toAlignedRect().intersected(device)
    if seen.isEmpty():
        return
    # In whole pixels of the device: none is drawn between two.
    k, left, top = world.m11(), world.dx() - seen.x(), world.dy() - seen.y()
    transform = (sx * k, sy * k, dx * k + left, dy * k + top)
    picture = _stamped(item, transform, (seen.width(), seen.height()), k)
    picture.setDevicePixelRatio(ratio)
    painter.save()
    painter.setClipRect(target, Qt.ClipOperation.IntersectClip)
    painter.resetTransform()
    painter.drawImage(QPointF(seen.x() / ratio, seen.y() / ratio), picture)
    painter.restore()


def paint_raster(painter: QPainter, item: Raster) -> None:
    """Stretch a picture over its rectangle."""
    painter.drawImage(QRectF(*item.rect), indexed(item.pixels, item.palette))


def paint_pixels(painter: QPainter, item: Pixels) -> None:
    """Stretch a picture in any colours over its rectangle."""
    height, width, _ = item.bgra.shape
    kind = QImage.Format.Format_ARGB32_Premultiplied
    painter.drawImage(QRectF(*item.rect), QImage(item.bgra.data, width, height, 4 * width, kind))


def _stamped(item: Dots, transform: Transform, size: tuple[float, float], k: float) -> QImage:
    shape = max(math.ceil(size[1]), 1), max(math.ceil(size[0]), 1)
    return indexed(stamp(item.points, transform, shape, item.radius * k), palette(item.colours))


def indexed(pixels: Bytes, colours: Bytes) -> QImage:
    """Return indices, shape (h, w), into a palette, shape (256, 4), as an image."""
    height, width = pixels.shape
    red, green, blue, opacity = colours.astype(np.uint32).T
    table = (opacity << 24 | red << 16 | green << 8 | blue).tolist()
    image = QImage(pixels.data, width, height, width, QImage.Format.Format_Indexed8)
    image.setColorTable(table)
    # An image of its own, and of the kind that is quick to paint.
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)

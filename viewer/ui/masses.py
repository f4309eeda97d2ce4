"""Paints very many rectangles and symbols in few calls, out of arrays.

Qt reads the arrays as they lie in memory: `QRectF` is four doubles and `QPainter.PixmapFragment`
ten.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np
import shiboken6
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap

from viewer.scene.primitives import Bars, Floats, Marks, Symbols

MANY = 400
"""Symbols from which on they are painted as sprites where the target is made of pixels."""
AT_ONCE = 5000
"""Symbols that are painted in one go: two milliseconds or so."""
_STEP = 0.5
"""Pixels to which the radii of sprites are rounded."""


def paint_bars(painter: QPainter, item: Bars, set_brush: Callable[[int], None]) -> None:
    """Paint rectangles, one call for each colour.

    Parameters
    ----------
    painter : QPainter
    item : Bars
    set_brush : callable
        Called with the position of a colour before its rectangles are drawn.
    """
    for code in range(len(item.fills)):
        rects = np.ascontiguousarray(item.rects[item.codes == code], dtype=np.float64)
        if len(rects):
            set_brush(code)
            first = shiboken6.wrapInstance(rects.ctypes.data, QRectF)
            painter.drawRects(first, len(rects))  # type: ignore[call-overload]


def paint_sprites(
    painter: QPainter, item: Marks, paint_one: Callable[[QPainter, Marks], None]
) -> None:
    """Paint symbols as copies of a few that are painted once.

    Parameters
    ----------
    painter : QPainter
        On pixels; a vector file keeps its symbols.
    item : Marks
    paint_one : callable
        Paints symbols one by one.
    """
    world = painter.combinedTransform()
    ratio = math.hypot(world.m11(), world.m12()) * painter.device().devicePixelRatioF()
    radii = np.maximum(np.rint(item.radii / _STEP) * _STEP, _STEP)
    kinds: dict[object, int] = {}
    looks = zip(item.shapes, item.fills, item.strokes, item.widths.tolist(), radii.tolist(),
                strict=True)  # fmt: skip
    code = np.fromiter((kinds.setdefault(look, len(kinds)) for look in looks), np.intp, len(radii))
    # Symbols keep their order: neighbours that look alike are drawn together.
    ends = np.flatnonzero(np.diff(code, append=-1)) + 1
    start = 0
    sprites: dict[int, QPixmap] = {}
    for end in ends.tolist():
        kind = int(code[start])
        sprite = sprites.get(kind)
        if sprite is None:
            one = Marks(
                np.zeros((1, 2)), radii[start : start + 1], item.shapes[start : start + 1],
                item.fills[start : start + 1], item.strokes[start : start + 1],
                item.widths[start : start + 1],
            )  # fmt: skip
            sprite = sprites[kind] = _sprite(one, ratio, paint_one)
        _stamp(painter, item.xy[start:end], sprite, ratio)
        start = end


def paint_symbols(
    painter: QPainter, item: Symbols, paint_one: Callable[[QPainter, Marks], None]
) -> Iterator[None]:
    """Paint symbols as copies of a few, one look after the other; yield now and then.

    Parameters
    ----------
    painter : QPainter
        On pixels; a vector file keeps its symbols.
    item : Symbols
    paint_one : callable
        Paints symbols one by one.
    """
    world = painter.combinedTransform()
    ratio = math.hypot(world.m11(), world.m12()) * painter.device().devicePixelRatioF()
    for code, look in enumerate(item.looks):
        radius, shape, fill, stroke, width = look
        one = Marks(
            np.zeros((1, 2)), np.array([radius]), (shape,), (fill,), (stroke,), np.array([width])
        )
        xy = item.xy[item.codes == code]
        if len(xy):
            sprite = _sprite(one, ratio, paint_one)
            for start in range(0, len(xy), AT_ONCE):
                _stamp(painter, xy[start : start + AT_ONCE], sprite, ratio)
                yield


def _sprite(one: Marks, ratio: float, paint_one: Callable[[QPainter, Marks], None]) -> QPixmap:
    side = 2 * math.ceil((float(one.radii[0]) * 1.2 + 1.5) * ratio)
    out = QPixmap(side, side)
    out.fill(Qt.GlobalColor.transparent)
    painter = QPainter(out)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(side / 2, side / 2)
    painter.scale(ratio, ratio)
    paint_one(painter, one)
    painter.end()
    return out


def _stamp(painter: QPainter, xy: Floats, sprite: QPixmap, ratio: float) -> None:
    fragments = np.zeros((len(xy), 10))
    fragments[:, :2] = xy
    fragments[:, 4] = fragments[:, 5] = sprite.width()
    fragments[:, 6] = fragments[:, 7] = 1 / ratio
    fragments[:, 9] = 1.0
    first = shiboken6.wrapInstance(fragments.ctypes.data, QPainter.PixmapFragment)
    painter.drawPixmapFragments(first, len(fragments), sprite)  # type: ignore[arg-type]

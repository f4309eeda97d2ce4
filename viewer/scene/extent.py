"""The part of a picture that items take up: what is to be painted again when they come or go."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from viewer.scene.primitives import (
    Arrows,
    Box,
    Curves,
    Floats,
    Item,
    Marks,
    Rect,
    Shapes,
    Symbols,
    Text,
)
from viewer.scene.text import text_width

NOTHING = Rect(0.0, 0.0, 0.0, 0.0)
EVERYTHING = Rect(-1e6, -1e6, 2e6, 2e6)
_SOFT = 2.0
"""Pixels by which smoothed edges, and corners of strokes and symbols, reach further."""


def extent(items: Iterable[Item]) -> Rect:
    """Return a rectangle outside of which nothing of some items is painted.

    It is no larger than it need be but for texts; of other kinds, and of what is at no place that
    is a number, it is `EVERYTHING`.
    """
    found = [box for box in map(_extent, items) if box != NOTHING]
    if not found:
        return NOTHING
    corners = np.array([(box.x, box.y, box.right, box.bottom) for box in found])
    left, top = corners[:, :2].min(axis=0).tolist()
    right, bottom = corners[:, 2:].max(axis=0).tolist()
    if not np.isfinite(corners).all():
        return EVERYTHING
    return Rect(left, top, right - left, bottom - top)


def _extent(item: Item) -> Rect:
    match item:
        case Box():
            return item.rect.inset(-item.width - _SOFT)
        case Text():
            wide = text_width(item.text, item.size, item.weight, item.spacing) + 2 * _SOFT
            return Rect(item.x - wide, item.y - 2 * item.size, 2 * wide, 3 * item.size)
        case Curves():
            # A Bézier curve stays between its four points.
            return _around(item.points, max(item.widths, default=0.0))
        case Marks():
            return _around((item.xy,), 1.5 * float(item.radii.max(initial=0.0)))
        case Symbols():
            return _around((item.xy,), 1.5 * max((look[0] for look in item.looks), default=0.0))
        case Arrows():
            return _around((item.tips,), float(item.sizes.max(initial=0.0)))
        case Shapes():
            sx, sy, dx, dy = item.transform
            parts = (item.geometry,) if item.edge is None else (item.geometry, item.edge)
            return _around([part.xy * (sx, sy) + (dx, dy) for part in parts], item.width)
    return EVERYTHING


def _around(points: Iterable[Floats], by: float) -> Rect:
    some = [xy for xy in points if len(xy)]
    if not some:
        return NOTHING
    xy = some[0] if len(some) == 1 else np.concatenate(some)
    left, top = xy.min(axis=0).tolist()
    right, bottom = xy.max(axis=0).tolist()
    return Rect(left, top, right - left, bottom - top).inset(-by - _SOFT)

"""Pens, brushes and rectangles as Qt has them."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPen

from viewer.scene.primitives import Colour, Dash, Rect

_DASHES = {"dashed": (5.0, 4.0), "dotted": (1.0, 2.5)}
_HAIRLINE = 1.2
"""Width up to which the ends and corners of a line cannot be told apart."""


def colour(value: Colour) -> QColor:
    """Return a colour as Qt's."""
    return QColor(*value)


def rect(value: Rect) -> QRectF:
    """Return a rectangle as Qt's."""
    return QRectF(*value)


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


@lru_cache(maxsize=1024)
def brush(fill: Colour | None) -> QBrush:
    """Return a brush; no brush at all for no colour."""
    return QBrush() if fill is None else QBrush(colour(fill))


def flat(stroke: QPen) -> QPen:
    """Return the pen with flat ends: round ones cost Qt ten times as much as the line itself."""
    if stroke.style() == Qt.PenStyle.SolidLine:
        # The ends of dashes are part of their length: without them dots vanish.
        stroke.setCapStyle(Qt.PenCapStyle.FlatCap)
    return stroke

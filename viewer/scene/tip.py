"""The words beside the pointer that say what it points at."""

from __future__ import annotations

from viewer.scene.primitives import Box, Item, Rect, Scene, Text
from viewer.scene.style import RADIUS, SMALL, Theme
from viewer.scene.text import elide, text_width

_LINES, _WIDEST, _LINE = 4, 320.0, 16.0
"""Lines at most, and pixels of the longest and of the height of one."""
_EDGE = 4.0
"""Pixels kept free at the sides of the view."""


def tip(label: str, x: float, y: float, scene: Scene, theme: Theme) -> tuple[Item, ...]:
    """Return a few lines of text in a box beside a point, inside a scene."""
    lines = [elide(line, _WIDEST, SMALL, 500) for line in label.splitlines()[:_LINES]]
    if not lines:
        return ()
    width = max(text_width(line, SMALL, 500) for line in lines) + 16
    height = _LINE * len(lines) + 8
    left = max(min(x + 14, scene.width - width - _EDGE), _EDGE)
    top = y + 18
    if top + height > scene.height - _EDGE:
        top = y - height - 10
    box = Box(Rect(left, max(top, _EDGE), width, height), theme.ground, theme.divider, RADIUS)
    texts = [
        Text(line, left + 8, box.rect.y + _LINE * (i + 1), theme.text, SMALL, 500)
        for i, line in enumerate(lines)
    ]
    return (box, *texts)

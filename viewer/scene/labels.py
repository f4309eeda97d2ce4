"""Placing labels so that no two overlap.

Greedy placement by priority over a few candidate positions around each mark, as in Imhof,
"Positioning Names on Maps", The American Cartographer 2 (1975), and Christensen, Marks and
Shieber, "An Empirical Study of Algorithms for Point-Feature Label Placement", ACM TOG 14 (1995).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from viewer.scene.primitives import Align, Floats, Rect, Text
from viewer.scene.text import text_width

PADDING = 2.0
ASCENT, DESCENT = 0.80, 0.24
"""Part of the font size that letters reach above and below the baseline."""

_SHARES: dict[Align, float] = {"left": 0.0, "centre": 0.5, "right": 1.0}
"""Part of a text's width that lies left of its anchor."""

Position = str
RIGHT_FIRST: tuple[Position, ...] = (
    "right", "left", "above", "below", "above-right", "below-right", "above-left", "below-left",
)  # fmt: skip
LEFT_FIRST: tuple[Position, ...] = (
    "left", "right", "above", "below", "above-left", "below-left", "above-right", "below-right",
)  # fmt: skip
BELOW_FIRST: tuple[Position, ...] = (
    "below", "above", "right", "left", "below-right", "below-left", "above-right", "above-left",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Request:
    """A label that wants a place beside a mark.

    Parameters
    ----------
    text : Text
        Text, size and colour; its anchor and alignment are decided here.
    x, y : float
        Centre of the mark in pixels.
    radius : float
        Distance kept from the centre.
    priority : float
        Higher ones are placed first.
    positions : tuple of str
        Where the label may stand, best first; ``centre`` covers the mark.
    required : bool
        Placed at its best position even where something is in the way of it being free,
        unless that would overlap another label.
    key : int, optional
        What it names, to tell it in another picture of the same.
    """

    text: Text
    x: float
    y: float
    radius: float
    priority: float = 0.0
    positions: tuple[Position, ...] = RIGHT_FIRST
    required: bool = False
    key: int | None = None


def text_box(text: Text) -> Rect:
    """Return the box that a placed line of text takes up."""
    width = text_width(text.text, text.size, text.weight, text.spacing)
    left = text.x - _SHARES[text.align] * width
    return Rect(left, text.y - ASCENT * text.size, width, (ASCENT + DESCENT) * text.size)


Candidate = tuple[float, float, Align, Rect]
"""Anchor, alignment and box of a label at one position."""


def candidates(request: Request) -> list[Candidate]:
    """Return anchor, alignment and box of a label at each of its positions, best first."""
    text = request.text
    size = text.size
    width = text_width(text.text, size, text.weight, text.spacing)
    out = []
    for position in request.positions:
        x, y, align = _anchor(request, position)
        left = x - _SHARES[align] * width
        box = Rect(left, y - ASCENT * size, width, (ASCENT + DESCENT) * size)
        out.append((x, y, align, box))
    return out


def _anchor(request: Request, position: Position) -> tuple[float, float, Align]:
    gap = request.radius + 4.0
    diagonal = request.radius * 0.7 + 3.0
    size = request.text.size
    x, y = request.x, request.y
    middle = y + (ASCENT - DESCENT) / 2 * size
    if position == "centre":
        return x, middle, "centre"
    if position == "right":
        return x + gap, middle, "left"
    if position == "left":
        return x - gap, middle, "right"
    if position == "above":
        return x, y - gap - DESCENT * size + 1, "centre"
    if position == "below":
        return x, y + gap + ASCENT * size - 1, "centre"
    down = diagonal + ASCENT * size if position.startswith("below") else -diagonal
    if position.endswith("right"):
        return x + diagonal, y + down, "left"
    return x - diagonal, y + down, "right"


def place(
    requests: Sequence[Request],
    bounds: Rect,
    obstacles: Iterable[Rect] = (),
    taken: Iterable[Rect] = (),
) -> list[tuple[Text, Rect] | None]:
    """Place labels.

    Parameters
    ----------
    requests : sequence of Request
    bounds : Rect
        Labels stay inside.
    obstacles : iterable of Rect
        Marks; a required label may cover them, no other may.
    taken : iterable of Rect
        Boxes that no label may touch.

    Returns
    -------
    list of (Text, Rect) or None
        One entry per request, in the order given; None where there was no room.
    """
    hard = [tuple(rect) for rect in taken]
    soft = np.array([tuple(rect) for rect in obstacles], dtype=float).reshape(-1, 4)
    boxes = np.empty((len(hard) + len(requests), 4))
    boxes[: len(hard)] = np.array(hard, dtype=float).reshape(-1, 4)
    filled = len(hard)
    out: list[tuple[Text, Rect] | None] = [None] * len(requests)
    order = sorted(range(len(requests)), key=lambda i: -requests[i].priority)
    for i in order:
        request = requests[i]
        fallback: tuple[Text, Rect] | None = None
        options = candidates(request)
        own = np.array([box for _, _, _, box in options]).reshape(-1, 4)
        barred = overlapping(boxes[:filled], own + (-PADDING, -PADDING, 2 * PADDING, 2 * PADDING))
        covering = overlapping(soft, own)
        for k, (x, y, align, box) in enumerate(options):
            if box.x < bounds.x or box.y < bounds.y:
                continue
            if box.right > bounds.right or box.bottom > bounds.bottom:
                continue
            if barred[k]:
                continue
            if covering[k]:
                if fallback is None:
                    fallback = replace(request.text, x=x, y=y, align=align), box
                continue
            out[i] = replace(request.text, x=x, y=y, align=align), box
            break
        if out[i] is None and request.required:
            out[i] = fallback
        placed = out[i]
        if placed is not None:
            boxes[filled] = placed[1]
            filled += 1
    return out


def overlapping(boxes: Floats, own: Floats) -> NDArray[np.bool_]:
    """Return which rectangles of `own`, shape (n, 4), share area with any of `boxes`."""
    left, top, width, height = own.T[:, :, None]
    meet = (boxes[:, 0] < left + width) & (left < boxes[:, 0] + boxes[:, 2])
    meet &= boxes[:, 1] < top + height
    meet &= top < boxes[:, 1] + boxes[:, 3]
    found: NDArray[np.bool_] = meet.any(axis=1)
    return found

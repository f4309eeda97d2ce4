"""The names beside the marks of the map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from viewer.model.dossier import Mask
from viewer.scene import labels, style
from viewer.scene.map_sites import Sites
from viewer.scene.primitives import SOLID, Curves, Floats, Item, Rect, Text
from viewer.scene.style import Theme

_STAND_OFF = (8.0, 16.0, 26.0, 38.0)
"""Pixels that a label moves away from its mark, one after the other, to find room."""
_MOST_STAND_OFF = 9


def name_sites(
    theme: Theme,
    requests: Sequence[labels.Request],
    sites: Sites,
    bounds: Rect,
    taken: list[Rect],
) -> tuple[list[tuple[Text, Rect]], list[Item]]:
    """Place the labels of marks; those without room beside theirs stand off, with a line to it.

    Parameters
    ----------
    theme : Theme
    requests : sequence of Request
    sites : Sites
        Their marks are not covered if that can be helped.
    bounds : Rect
        Labels stay inside.
    taken : list of Rect
        What no label may touch.

    Returns
    -------
    (list of (Text, Rect), list of Item)
        The labels, and the lines.
    """
    discs = np.array(sites.boxes(), dtype=float).reshape(-1, 4)
    blocked = np.array(taken, dtype=float).reshape(-1, 4)
    found: list[tuple[Text, Rect]] = []
    lines: list[Floats] = []
    tries = 0
    # The first that finds no room stands off, and those that matter less go round it.
    for request in sorted(requests, key=lambda request: -request.priority):
        options = labels.candidates(request)
        free, clear = _free(options, bounds, discs, blocked)
        chosen, line = options[int(clear.argmax())] if clear.any() else None, None
        # What has no event needs no name that badly.
        if chosen is None and request.text.size == style.BODY and tries < _MOST_STAND_OFF:
            tries += 1
            chosen, line = _stand_off(request, sites, bounds, discs, blocked)
        if chosen is None and request.required and free.any():
            chosen = options[int(free.argmax())]
        if chosen is None:
            continue
        x, y, align, box = chosen
        found.append((replace(request.text, x=x, y=y, align=align), box))
        blocked = np.vstack([blocked, box])
        if line is not None:
            lines.append(line)
            corner = _along(line) - 1.0
            blocked = np.vstack([blocked, np.column_stack([corner, np.full_like(corner, 2.0)])])
    many = len(lines)
    if not many:
        return found, []
    return found, [Curves(tuple(lines), (theme.muted,) * many, (0.8,) * many, (SOLID,) * many)]


def _stand_off(
    request: labels.Request, sites: Sites, bounds: Rect, discs: Floats, blocked: Floats
) -> tuple[labels.Candidate | None, Floats | None]:
    """Find the nearest room for a label to which a line from its mark crosses nothing."""
    others = np.hypot(*(sites.xy - (request.x, request.y)).T) > 1.0
    centres, radius = sites.xy[others], sites.radius[others] + 1.0
    low, high = blocked[:, :2], blocked[:, :2] + blocked[:, 2:]
    options = [
        option
        for farther in _STAND_OFF
        for option in labels.candidates(replace(request, radius=request.radius + farther))
    ]
    _, clear = _free(options, bounds, discs, blocked)
    for i in np.flatnonzero(clear).tolist():
        line = _line_to(request, options[i][3])
        along = _along(line)
        away = np.hypot(*(along[:, None] - centres).transpose(2, 0, 1))
        through = ((along[:, None] > low) & (along[:, None] < high)).all(axis=2)
        if not through.any() and (away > radius).all():
            return options[i], line
    return None, None


def _free(
    options: list[labels.Candidate], bounds: Rect, discs: Floats, blocked: Floats
) -> tuple[Mask, Mask]:
    """Return which labels lie within bounds and off all that is blocked; and off marks too."""
    x, y, width, height = np.array([option[3] for option in options]).T[:, :, None]
    pad = labels.PADDING
    left, top, right, bottom = x - pad, y - pad, x + width + pad, y + height + pad
    taken = np.concatenate([discs, blocked])
    low_x, low_y = taken[:, 0], taken[:, 1]
    hit = (left < low_x + taken[:, 2]) & (right > low_x)
    hit &= (top < low_y + taken[:, 3]) & (bottom > low_y)
    inside = (
        (left >= bounds.x) & (top >= bounds.y) & (right <= bounds.right) & (bottom <= bounds.bottom)
    )
    free: Mask = inside[:, 0] & ~hit[:, len(discs) :].any(axis=1)
    clear: Mask = free & ~hit[:, : len(discs)].any(axis=1)
    return free, clear


def _along(line: Floats) -> Floats:
    """Return points on a straight line, near enough to one another to meet a label."""
    points: Floats = line[0] + np.linspace(0.0, 1.0, 12)[:, None] * (line[1] - line[0])
    return points


def _line_to(request: labels.Request, box: Rect) -> Floats:
    """Return the line from the edge of a mark to the nearest point of its label."""
    mark = np.array([request.x, request.y])
    near = np.array(
        [min(max(request.x, box.x - 1), box.right + 1), min(max(request.y, box.y), box.bottom)]
    )
    way = near - mark
    return np.array([mark + way * request.radius / max(np.hypot(*way), 1e-6), near])

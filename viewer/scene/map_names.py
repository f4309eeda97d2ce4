"""The names beside the marks of the map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from viewer.model.dossier import Mask
from viewer.scene import labels, style
from viewer.scene.map_sites import Sites
from viewer.scene.primitives import SOLID, Align, Curves, Floats, Item, Rect, Text
from viewer.scene.style import Theme

_STAND_OFF = (8.0, 16.0, 26.0, 38.0)
"""Pixels that a label moves away from its mark, one after the other, to find room."""
_MOST_STAND_OFF = 9


_EASE = 0.5
"""Pixels by which what stood free may come nearer to something else before it has to move."""


class Stand(NamedTuple):
    """Where a label stands, seen from its mark: its anchor, and its alignment.

    `clear` says that it covers no mark, `line` that a line leads to it.
    """

    dx: float
    dy: float
    align: Align
    clear: bool
    line: bool

    def by(self, request: labels.Request) -> labels.Candidate:
        """Return the same beside a mark that has moved."""
        x, y = request.x + self.dx, request.y + self.dy
        return x, y, self.align, labels.text_box(replace(request.text, x=x, y=y, align=self.align))


@dataclass(eq=False)
class Names:
    """The labels of marks as placed, and the lines that lead to some of them.

    Parameters
    ----------
    labels : list of (Text, Rect)
    lines : list of ndarray of float64, shape (2, 2)
        From the edge of a mark to its label, in pixels.
    stands : dict of int to Stand
        By the key of what they name, in the order in which they were placed.
    """

    labels: list[tuple[Text, Rect]] = field(default_factory=list)
    lines: list[Floats] = field(default_factory=list)
    stands: dict[int, Stand] = field(default_factory=dict)

    def items(self, theme: Theme) -> list[Item]:
        """Return the lines as drawn."""
        many = len(self.lines)
        if not many:
            return []
        inks, widths = (theme.muted,) * many, (0.8,) * many
        return [Curves(tuple(self.lines), inks, widths, (SOLID,) * many)]


def name_sites(
    requests: Sequence[labels.Request],
    sites: Sites,
    bounds: Rect,
    taken: list[Rect],
    kept: Mapping[int, Stand],
) -> Names:
    """Place the labels of marks; those without room beside theirs stand off, with a line to it.

    Parameters
    ----------
    requests : sequence of Request
    sites : Sites
        Their marks are not covered if that can be helped.
    bounds : Rect
        Labels stay inside.
    taken : list of Rect
        What no label may touch.
    kept : mapping of int to Stand
        Where labels stood before the map was moved: they stay there while they can.

    Returns
    -------
    Names
    """
    discs = np.array(sites.boxes(), dtype=float).reshape(-1, 4)
    blocked = np.array(taken, dtype=float).reshape(-1, 4)
    names = Names()

    def put(
        request: labels.Request, chosen: labels.Candidate, clear: bool, line: Floats | None
    ) -> None:
        nonlocal blocked
        x, y, align, box = chosen
        names.labels.append((replace(request.text, x=x, y=y, align=align), box))
        blocked = np.vstack([blocked, box])
        if request.key is not None:
            offset = x - request.x, y - request.y
            names.stands[request.key] = Stand(*offset, align, clear, line is not None)
        if line is not None:
            names.lines.append(line)
            corner = _along(line) - 1.0
            blocked = np.vstack([blocked, np.column_stack([corner, np.full_like(corner, 2.0)])])

    wanted = {request.key: request for request in requests}
    for key, stand in kept.items():
        request = wanted.get(key)
        if request is None:
            continue
        option = stand.by(request)
        free, clear = _free([option], bounds, discs, blocked, labels.PADDING - _EASE)
        line = _line_to(request, option[3]) if stand.line else None
        if (clear if stand.clear else free)[0] and (
            line is None or _crosses_nothing(line, request, sites, blocked, _EASE)
        ):
            put(request, option, stand.clear, line)
    tries = len(names.lines)
    # The first that finds no room stands off, and those that matter less go round it.
    for request in sorted(requests, key=lambda request: -request.priority):
        if request.key in names.stands:
            continue
        options = labels.candidates(request)
        free, clear = _free(options, bounds, discs, blocked)
        chosen, line = options[int(clear.argmax())] if clear.any() else None, None
        # What has no event needs no name that badly.
        if chosen is None and request.text.size == style.BODY and tries < _MOST_STAND_OFF:
            tries += 1
            chosen, line = _stand_off(request, sites, bounds, discs, blocked)
        if chosen is not None:
            put(request, chosen, True, line)
        elif request.required and free.any():
            put(request, options[int(free.argmax())], False, None)
    return names


def _stand_off(
    request: labels.Request, sites: Sites, bounds: Rect, discs: Floats, blocked: Floats
) -> tuple[labels.Candidate | None, Floats | None]:
    """Find the nearest room for a label to which a line from its mark crosses nothing."""
    options = [
        option
        for farther in _STAND_OFF
        for option in labels.candidates(replace(request, radius=request.radius + farther))
    ]
    _, clear = _free(options, bounds, discs, blocked)
    for i in np.flatnonzero(clear).tolist():
        line = _line_to(request, options[i][3])
        if _crosses_nothing(line, request, sites, blocked):
            return options[i], line
    return None, None


def _crosses_nothing(
    line: Floats, request: labels.Request, sites: Sites, blocked: Floats, ease: float = 0.0
) -> bool:
    """Whether a line from a mark passes all other marks and what is blocked, but for `ease`."""
    others = np.hypot(*(sites.xy - (request.x, request.y)).T) > 1.0
    centres, radius = sites.xy[others], sites.radius[others] + 1.0 - ease
    low, high = blocked[:, :2] + ease, blocked[:, :2] + blocked[:, 2:] - ease
    along = _along(line)
    away = np.hypot(*(along[:, None] - centres).transpose(2, 0, 1))
    through = ((along[:, None] > low) & (along[:, None] < high)).all(axis=2)
    return bool(not through.any() and (away > radius).all())


def _free(
    options: list[labels.Candidate],
    bounds: Rect,
    discs: Floats,
    blocked: Floats,
    pad: float = labels.PADDING,
) -> tuple[Mask, Mask]:
    """Return which labels lie within bounds and off all that is blocked; and off marks too."""
    x, y, width, height = np.array([option[3] for option in options]).T[:, :, None]
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

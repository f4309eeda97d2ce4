"""What stands in the main strip of the timeline: marks with labels, or counts when too many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewer.errors import printable
from viewer.model import dates
from viewer.model.dates import Date
from viewer.model.schema import QUAD_TITLES, Ref
from viewer.scene import lanes
from viewer.scene.frame import Frame
from viewer.scene.labels import ASCENT, DESCENT, text_box
from viewer.scene.primitives import (
    Box,
    Colour,
    Curves,
    Floats,
    Group,
    Item,
    Marks,
    Rect,
    Target,
    Text,
)
from viewer.scene.spans import CLASSES, histogram, spans_of, weights_of
from viewer.scene.style import DIM, DIM_TEXT, GAP, SMALL, TINY
from viewer.scene.text import elide, text_width
from viewer.scene.ticks import Span, finest_unit, span_words

LANE = 17.0
LANE_MOST = 26.0
"""Height of a lane: in a tall strip lanes grow, so that it does not stand empty."""
BASE = 6.0
"""Space between the axis and the lowest lane."""
DOT = 4.0
RING = 7.0
BAR = 5.0
BAR_LEAST = 10.0
"""Least length of a bar: shorter, it would read as a dot, which is an exact day."""
CUT = 16.0
"""Length over which a bar fades that goes on beyond the window."""
STUB = 64.0
"""Length drawn for an end that is not known."""
SIGN = 12.0
"""Width of the sign of a dispute."""
LABEL_MOST = 260.0
BIN_LEAST = 7.0
REFS_MOST = 2000
"""So many events at most are named by the targets of a histogram."""


@dataclass(frozen=True)
class Strip:
    """What fills the main strip.

    Parameters
    ----------
    items, targets, labels
        As in `primitives.Scene`.
    """

    items: tuple[Item, ...]
    targets: tuple[Target, ...] = ()
    labels: tuple[tuple[Text, Rect], ...] = ()


@dataclass(frozen=True, slots=True)
class _Mark:
    """One event on the strip, in pixels: a dot (`stem` is a number) or a bar."""

    event: int
    left: float
    right: float
    fade_left: float
    fade_right: float
    stem: float
    text: str
    text_width: float
    where: str
    disputed: bool

    @property
    def is_bar(self) -> bool:
        return bool(np.isnan(self.stem))

    @property
    def label_left(self) -> float:
        """Left end of the label."""
        if self.where == "right":
            return self.right + GAP
        if self.where == "left":
            return self.left - GAP - self.text_width
        return self.left

    def label_span(self, limit: float) -> Span:
        """Return the ends of the label, moved left where it would reach beyond `limit`."""
        left = self.label_left
        if self.where == "above":
            left = max(min(left, limit - self.text_width), 0.0)
        return left, left + self.text_width


def marks(frame: Frame, window: Span, strip: Rect, corner: Rect | None) -> Strip:
    """Draw each event that falls into the window.

    Parameters
    ----------
    frame : Frame
    window : tuple of float
        Days.
    strip : Rect
        The strip; its lower edge is the axis.
    corner : Rect, optional
        Box at the top right that is kept free.
    """
    dossier, shown = frame.state.dossier, frame.shown
    bounds = dossier.event_bounds
    rows = np.flatnonzero(
        shown.events
        & ~np.isneginf(-bounds).all(axis=1)
        & (bounds[:, 1] > window[0])
        & (bounds[:, 0] < window[1])
        & np.isfinite(bounds).any(axis=1)
    )
    limit = strip.right + 2 * GAP
    found = [_mark(frame, int(row), window, strip, limit) for row in rows]
    placed = [mark for mark in found if mark.left < strip.right and mark.right > strip.x]
    if not placed:
        return Strip(())
    height = strip.height - BASE
    count = max(int(height // LANE), 1)
    items = [_lane_item(mark, limit) for mark in placed]
    taken = (corner.x - GAP, 1) if corner is not None else (np.inf, 0)
    packing = lanes.pack(items, _rank(frame, placed), count, taken)
    rows_high = np.where(packing.labelled, lanes.ROWS, [item.rows for item in items])
    used = float((packing.row + rows_high).max()) / lanes.ROWS
    spare = height - (LANE if corner is not None else 0.0)
    pitch = min(max(spare / used, LANE), LANE_MOST)
    return _drawn(frame, placed, packing, strip, pitch, limit)


def _mark(frame: Frame, event: int, window: Span, strip: Rect, limit: float) -> _Mark:
    dossier = frame.state.dossier
    date = dossier.event_dates[event]
    scale = strip.width / (window[1] - window[0])

    def x(moment: float) -> float:
        return strip.x + (moment - window[0]) * scale

    disputed = Ref("events", dossier.events["id"][event]) in dossier.disputed
    title = printable(dossier.events["title"][event] or dossier.events["id"][event])
    if date.end == "unknown" and date.start == "given":
        title += " (end not known)"
    stem = np.nan
    if is_exact(date):
        stem = x((date.earliest + date.latest) / 2)
        left, right, fades = stem - DOT, stem + DOT, (0.0, 0.0)
    else:
        left, right, fades = _extent(date, x, strip)
    room = max(limit - right, left - strip.x) - GAP - SIGN * disputed
    long = right - left > 80.0
    text = elide(title, min(LABEL_MOST, strip.width if long else max(room, 40.0)), SMALL, 600)
    width = text_width(text, SMALL, 600) + SIGN * disputed
    where = "above" if long else "right" if right + GAP + width <= limit else "left"
    return _Mark(event, left, right, *fades, stem, text, width, where, disputed)


def is_exact(date: Date) -> bool:
    """Whether a date is one day and nothing about it is in doubt."""
    doubtful = date.uncertain or date.approximate or date.one_of
    return date.latest - date.earliest == 1.0 and not doubtful


def _extent(date: Date, x: object, strip: Rect) -> tuple[float, float, tuple[float, float]]:
    raise NotImplementedError

"""The timeline as a histogram, for more events than can be drawn one by one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewer.model.schema import Ref
from viewer.scene.frame import Frame
from viewer.scene.labels import text_box
from viewer.scene.primitives import Box, Floats, Group, Item, Rect, Target, Text
from viewer.scene.spans import CLASSES, histogram, spans_of, weights_of
from viewer.scene.style import DIM, TINY
from viewer.scene.ticks import Span, finest_unit, span_words
from viewer.scene.timeline_strip import Strip
from viewer.scene.wording import counted

BIN_LEAST = 7.0
"""Least width of a bar in pixels."""
REFS_MOST = 2000
"""So many events at most are named by the targets of a histogram."""


def counts(frame: Frame, window: Span, strip: Rect) -> Strip:
    """Count events by calendar unit, stacked by quad class; what stands out is drawn in full.

    Parameters
    ----------
    frame : Frame
    window : tuple of float
        Days.
    strip : Rect
        The strip; its lower edge is the axis.
    """
    theme = frame.theme
    scale = strip.width / (window[1] - window[0])
    edges = finest_unit(BIN_LEAST / scale).edges(window)
    drawn = stacked(frame, edges, scale, window[0], strip, gap=1.0)
    grid: list[Item] = []
    texts: list[tuple[Text, Rect]] = []
    for value in np.arange(drawn.step, drawn.limit, drawn.step):
        y = round(strip.bottom - value / drawn.limit * strip.height)
        grid.append(Box(Rect(strip.x, y + 0.5, strip.width, 0.0), None, theme.divider))
        text = Text(f"{value:,.0f}", strip.x, y - 2.0, theme.muted, TINY, halo=theme.ground)
        if not texts or text_box(text).bottom < texts[-1][1].y:
            texts.append((text, text_box(text)))
    items = (*grid, Group(drawn.boxes, clip=strip), *(text for text, _ in texts))
    return Strip(
        items, _bin_targets(frame, edges, drawn.totals, scale, window, strip), tuple(texts)
    )


@dataclass(frozen=True)
class Stack:
    """Stacked bars: boxes, counts by bin, and the scale they are drawn to."""

    boxes: tuple[Box, ...]
    totals: Floats
    limit: float
    step: float


def stacked(
    frame: Frame, edges: Floats, scale: float, origin: float, strip: Rect, gap: float = 0.0
) -> Stack:
    """Draw a histogram of the shown events in `strip`, stacked by quad class.

    Parameters
    ----------
    frame : Frame
    edges : ndarray of float64
        Boundaries of the bins in days.
    scale : float
        Pixels per day.
    origin : float
        Moment at the left end of the strip.
    strip : Rect
        The tallest bar nearly fills it.
    gap : float
        Pixels between bars.
    """
    dossier, theme = frame.state.dossier, frame.theme
    spans = spans_of(dossier)
    every = histogram(spans, weights_of(dossier, frame.shown), edges)
    out = every
    if frame.highlight.dimming:
        out = histogram(spans, weights_of(dossier, frame.highlight), edges)
    totals = every.sum(axis=0)
    highest = max(float(totals.max(initial=0.0)), 1.0)
    power = 10.0 ** np.floor(np.log10(highest / 2))
    step = max(float(power * max(n for n in (1, 2, 5) if n * power <= highest / 2 + 1e-9)), 1.0)
    limit = highest * 1.06
    x = strip.x + (edges - origin) * scale
    boxes: list[Box] = []
    base = np.full(len(totals), strip.bottom)
    # What stands out is stacked first, so that its height reads against the axis.
    layers = [(out, 1.0), (every - out, DIM)] if frame.highlight.dimming else [(every, 1.0)]
    for part, strength in layers:
        for code in range(CLASSES):
            colour = theme.quad(code if code < CLASSES - 1 else -1).over(theme.ground, strength)
            height = part[code] / limit * strip.height
            for i in np.flatnonzero(height > 0.01):
                width = max(x[i + 1] - x[i] - gap, 0.5)
                boxes.append(Box(Rect(x[i], base[i] - height[i], width, height[i]), colour))
            base = base - height
    return Stack(tuple(boxes), totals, limit, step)


def _bin_targets(
    frame: Frame, edges: Floats, totals: Floats, scale: float, window: Span, strip: Rect
) -> tuple[Target, ...]:
    """One target per bin; it names its events unless these are too many to be picked one by one."""
    dossier = frame.state.dossier
    named: list[list[Ref]] = [[] for _ in totals]
    bounds = dossier.event_bounds
    rows: NDArray[np.intp] = np.flatnonzero(
        frame.shown.events & (bounds[:, 1] > edges[0]) & (bounds[:, 0] < edges[-1])
    )
    if len(rows) <= REFS_MOST:
        begin = np.where(np.isfinite(bounds[rows, 0]), bounds[rows, 0], bounds[rows, 1] - 1)
        at = np.clip(np.searchsorted(edges, begin, "right") - 1, 0, len(totals) - 1)
        for row, i in zip(rows, at, strict=True):
            named[i].append(dossier.ref("events", int(row)))
    out = []
    for i, total in enumerate(totals):
        if total < 0.005:
            continue
        left = max(strip.x + (edges[i] - window[0]) * scale, strip.x)
        right = min(strip.x + (edges[i + 1] - window[0]) * scale, strip.right)
        box = Rect(left, strip.y, right - left, strip.height)
        about = "" if abs(total - round(total)) < 0.005 else "about "
        words = span_words((float(edges[i]), float(edges[i + 1])))
        label = f"{words} · {about}{counted(round(total), 'event')}"
        middle = (left + right) / 2, strip.bottom - strip.height / 2
        out.append(Target(tuple(named[i]), *middle, rect=box, label=label))
    return tuple(out)

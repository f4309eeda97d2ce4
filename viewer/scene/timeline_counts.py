"""The timeline as a histogram, for more events than can be drawn one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from viewer.model.derived import kept_with_dossier
from viewer.model.dossier import Dossier
from viewer.model.schema import DISPUTED, Ref
from viewer.scene.frame import Frame
from viewer.scene.labels import text_box
from viewer.scene.primitives import Bars, Box, Colour, Floats, Group, Item, Rect, Text
from viewer.scene.spans import CLASSES, histogram, rows_in, shown_weights, spans_of, weights_of
from viewer.scene.style import DIM, TINY
from viewer.scene.targets import Later, Target
from viewer.scene.ticks import Span, finest_unit, span_words
from viewer.scene.timeline_strip import Strip
from viewer.scene.wording import counted

BIN_LEAST = 7.0
"""Least width of a bar in pixels."""
REFS_MOST = 2000
"""So many events at most are named by the targets of a histogram."""
SIGNS_MOST = 24
"""So many bars at most are marked as disputed."""


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
    disputed = _disputed(frame, edges)
    signs = _signs(frame, strip, (edges - window[0]) * scale, drawn, disputed, texts)
    items = (*grid, Group((drawn.bars,), clip=strip), *(text for text, _ in texts), *signs)
    totals = drawn.totals
    # At most steps of a drag nobody points at a bar.
    targets = Later(lambda: _bin_targets(frame, edges, totals, disputed, scale, window, strip))
    return Strip(items, targets, tuple(texts))


@dataclass(frozen=True)
class Stack:
    """Stacked bars, counts by bin, and the scale they are drawn to."""

    bars: Bars
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
    every = histogram(spans, shown_weights(frame), edges)
    out = every
    if frame.highlight.dimming:
        out = histogram(spans, weights_of(dossier, frame.highlight), edges)
    totals = every.sum(axis=0)
    highest = max(float(totals.max(initial=0.0)), 1.0)
    power = 10.0 ** np.floor(np.log10(highest / 2))
    step = max(float(power * max(n for n in (1, 2, 5) if n * power <= highest / 2 + 1e-9)), 1.0)
    limit = highest * 1.06
    x = strip.x + (edges - origin) * scale
    left, width = x[:-1], np.maximum(np.diff(x) - gap, 0.5)
    base = np.full(len(totals), strip.bottom)
    # What stands out is stacked first, so that its height reads against the axis.
    layers = [(out, 1.0), (every - out, DIM)] if frame.highlight.dimming else [(every, 1.0)]
    rects: list[Floats] = []
    fills: list[Colour] = []
    for part, strength in layers:
        for code, height in enumerate(part / limit * strip.height):
            colour = theme.quad(code if code < CLASSES - 1 else -1)
            fills.append(colour.over(theme.ground, strength))
            rects.append(np.column_stack((left, base - height, width, height)))
            base = base - height
    every_rect = np.concatenate(rects)
    codes = np.repeat(np.arange(len(fills)), len(totals))
    seen = every_rect[:, 3] > 0.01
    bars = Bars(every_rect[seen], codes[seen], tuple(fills))
    return Stack(bars, totals, limit, step)


def _bins(bounds: Floats, edges: Floats) -> NDArray[np.intp]:
    """Return the bin in which each event begins; without a beginning, the one in which it ends."""
    begin = np.where(np.isfinite(bounds[:, 0]), bounds[:, 0], bounds[:, 1] - 1)
    return np.clip(np.searchsorted(edges, begin, "right") - 1, 0, len(edges) - 2)


@kept_with_dossier(1)
def _all_disputed(dossier: Dossier) -> tuple[NDArray[np.intp], Floats]:
    """Return the rows of the events that are disputed, and their bounds."""
    rows = np.flatnonzero(dossier.event_support == DISPUTED)
    return rows, dossier.event_bounds[rows]


def _disputed(frame: Frame, edges: Floats) -> NDArray[np.intp]:
    """Return how many disputed events each bin holds, shape (bins,)."""
    rows, bounds = _all_disputed(frame.state.dossier)
    near = (bounds[:, 1] > edges[0]) & (bounds[:, 0] < edges[-1])
    held = near & frame.shown.events[rows]
    return np.bincount(_bins(bounds[held], edges), minlength=len(edges) - 1)


def _signs(
    frame: Frame,
    strip: Rect,
    x: Floats,
    drawn: Stack,
    disputed: NDArray[np.intp],
    labels: Sequence[tuple[Text, Rect]],
) -> list[Item]:
    """Mark bars that hold a disputed event by a sign above them, or below a label in its place."""
    out: list[Item] = []
    bins = np.flatnonzero(disputed)
    if len(bins) > SIGNS_MOST:
        # A sign on every bar would single out none; each bar says so when it is pointed at.
        return out
    for i in bins.tolist():
        middle = strip.x + float(np.clip((x[i] + x[i + 1]) / 2, 0.0, strip.width))
        top = strip.bottom - float(drawn.totals[i]) / drawn.limit * strip.height
        ink, ground = frame.theme.on_dispute, frame.theme.ground
        sign = Text("!", middle, top - 2.5, ink, TINY, 700, "centre", halo=ground)
        # Labels stand in order, the lowest first; above the highest there is no room.
        for _, label in labels[::-1]:
            if text_box(sign).intersects(label):
                sign = replace(sign, y=label.bottom + 0.9 * TINY)
        out.append(sign)
    return out


def _bin_targets(
    frame: Frame,
    edges: Floats,
    totals: Floats,
    disputed: NDArray[np.intp],
    scale: float,
    window: Span,
    strip: Rect,
) -> tuple[Target, ...]:
    """One target per bin; it names its events unless these are too many to be picked one by one."""
    dossier = frame.state.dossier
    named: list[list[Ref]] = [[] for _ in totals]
    covered = float(edges[0]), float(edges[-1])
    weights = shown_weights(frame)
    if weights[spans_of(dossier).touching(covered)].sum() <= REFS_MOST:
        rows = rows_in(dossier, frame.shown, covered)
        for row, i in zip(rows, _bins(dossier.event_bounds[rows], edges), strict=True):
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
        label += f" · {disputed[i]} disputed" * bool(disputed[i])
        middle = (left + right) / 2, strip.bottom - strip.height / 2
        out.append(Target(tuple(named[i]), *middle, rect=box, label=label))
    return tuple(out)

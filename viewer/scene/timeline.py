"""The timeline: a strip of events in lanes, and an overview with a window to drag."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from viewer.model.derived import kept_with_dossier
from viewer.model.dossier import Dossier
from viewer.model.schema import Ref
from viewer.scene.frame import Frame
from viewer.scene.labels import text_box
from viewer.scene.primitives import (
    Box,
    Curves,
    Group,
    Item,
    Rect,
    Scene,
    Text,
)
from viewer.scene.spans import (
    CLASSES,
    default_window,
    shown_weights,
    spans_of,
    weights_of,
    whole_span,
)
from viewer.scene.style import BODY, DIM, GAP, HEADING, MARGIN, RADIUS, SMALL, TINY, Theme
from viewer.scene.targets import Later, Target
from viewer.scene.text import elide, text_width
from viewer.scene.ticks import LABEL_OFFSET, Span, finest_unit, span_words, ticks
from viewer.scene.timeline_counts import REFS_MOST, counts, stacked
from viewer.scene.timeline_strip import Strip, marks

MOST_MARKS = 300
"""With more events in the window these are counted, not drawn one by one."""
MOST_TICKS = 2000
"""The same for the overview."""
SHORTEST = 2.0
"""Days that the window holds at least."""
HANDLE = 6.0
"""Pixels to either side of an edge of the overview's window by which it is dragged."""
HEADER = 34.0
INSET = 31.0
TICK_ROW = 13.0
"""Height of a second row of ticks."""
RESERVED = 220.0
"""Width at the right of the header that belongs to the play button."""
TRACK = 27.0
EXTENT_ROWS, EXTENT_PITCH = 3, 3.5
"""Imprecise dates lie in so many rows at the bottom of the overview."""

NOWHERE = Rect(0.0, 0.0, 1.0, 1.0)

Grip = Literal["move", "left", "right"]


@dataclass(frozen=True, eq=False)
class TimelineScene(Scene):
    """A picture of the timeline, and what the mouse needs to know about it.

    Parameters
    ----------
    window : tuple of float
        Span shown in the main strip, in days since 1970-01-01.
    full : tuple of float
        Span of the overview.
    main, overview : Rect
        The two strips.
    overview_window : Rect
        What marks the window in the overview.
    empty : bool
        Whether there is nothing to play or to filter by: no date, and no span that hides some.
    """

    window: Span = (0.0, 1.0)
    full: Span = (0.0, 1.0)
    main: Rect = NOWHERE
    overview: Rect = NOWHERE
    overview_window: Rect = NOWHERE
    empty: bool = False

    def moment_at(self, x: float) -> float:
        """Return the moment at a pixel of the main strip."""
        return _moment(x, self.main, self.window)

    def overview_moment_at(self, x: float) -> float:
        """Return the moment at a pixel of the overview."""
        return _moment(x, self.overview, self.full)

    def grip_at(self, x: float, y: float) -> Grip | None:
        """Return what a drag from a point does to the window: move it or one of its edges."""
        box = self.overview_window
        if not box.y - HANDLE <= y <= box.bottom + HANDLE:
            return None
        to_left, to_right = abs(x - box.x), abs(x - box.right)
        # In a narrow window the handles lie outside, so that it can still be moved.
        inner = min(HANDLE, box.width / 4)
        if to_left <= HANDLE and x - box.x <= inner and to_left <= to_right:
            return "left"
        if to_right <= HANDLE and box.right - x <= inner:
            return "right"
        return "move" if box.x <= x <= box.right else None

    def dragged(self, grip: Grip, from_x: float, to_x: float) -> Span:
        """Return the window after a drag in the overview that began on this scene."""
        by = self.overview_moment_at(to_x) - self.overview_moment_at(from_x)
        low, high = self.window
        if grip == "left":
            return max(min(low + by, high - SHORTEST), min(low, self.full[0])), high
        if grip == "right":
            return low, min(max(high + by, low + SHORTEST), max(high, self.full[1]))
        return self._kept(low + by, high + by)

    def centred(self, x: float) -> Span:
        """Return the window moved so that its middle is at a pixel of the overview."""
        middle, half = self.overview_moment_at(x), (self.window[1] - self.window[0]) / 2
        return self._kept(middle - half, middle + half)

    def panned(self, pixels: float) -> Span:
        """Return the window after the main strip was dragged `pixels` to the right."""
        by = self.moment_at(0.0) - self.moment_at(pixels)
        return self._kept(self.window[0] + by, self.window[1] + by)

    def zoomed(self, x: float, factor: float) -> Span:
        """Return the window `factor` times as long, the moment at pixel `x` staying in place."""
        fixed, (low, high) = self.moment_at(x), self.window
        longest = max(self.full[1] - self.full[0], high - low, SHORTEST)
        factor = float(np.clip(factor, SHORTEST / (high - low), longest / (high - low)))
        return self._kept(fixed - (fixed - low) * factor, fixed + (high - fixed) * factor)

    def _kept(self, low: float, high: float) -> Span:
        """Return a window moved back into the whole, as far as it fits."""
        length = high - low
        low = max(min(low, self.full[1] - length), self.full[0])
        return low, low + length


def _moment(x: float, strip: Rect, span: Span) -> float:
    return span[0] + (x - strip.x) / max(strip.width, 1.0) * (span[1] - span[0])


def _pixel(moment: float, strip: Rect, span: Span) -> float:
    share = (moment - span[0]) / (span[1] - span[0])
    return float(np.clip(strip.x + share * strip.width, strip.x, strip.right))


def build_timeline_scene(frame: Frame) -> TimelineScene:
    """Draw the timeline of a state.

    Parameters
    ----------
    frame : Frame
        The window is ``frame.state.window`` or, where that is None,
        `spans.default_window`.

    Returns
    -------
    TimelineScene
    """
    dossier, theme = frame.state.dossier, frame.theme
    full = whole_span(dossier)
    window = frame.state.window or default_window(dossier, frame.shown)
    spans = spans_of(dossier)
    undated = spans.undated[frame.shown.events[spans.undated]]
    weights = shown_weights(frame)
    if full is None or window is None or not weights.any():
        return _empty(frame, undated)
    window = window[0], max(window[1], window[0] + SHORTEST)
    main, overview = _strips(frame)

    header, header_targets = _header(frame, undated)
    inside = float(weights[spans.touching(window)].sum())
    strip = counts(frame, window, main) if inside > MOST_MARKS else marks(frame, window, main)
    if not strip.items:
        strip = _nothing(frame, main)
    mark = Rect(
        _pixel(window[0], overview, full) - 1.0,
        overview.y - 3.0,
        max(_pixel(window[1], overview, full) - _pixel(window[0], overview, full), 4.0) + 2.0,
        overview.height + 6.0,
    )
    axis, axis_labels = _ticks(theme, main, window, _rows(frame)[0])
    line = Rect(main.x, round(main.bottom) + 0.5, main.width, 0.0)
    years, year_labels = _ticks(theme, overview, full, _rows(frame)[1])
    items = (
        *header,
        *_outside(frame, main, window),
        Box(line, None, theme.faint.over(theme.ground, 0.5)),
        *axis,
        *strip.items,
        *_connector(frame, main, mark),
        Box(overview, theme.raised, None, RADIUS / 1.5),
        Group(_overview(frame, overview, full), clip=overview, radius=RADIUS / 1.5),
        *_outside(frame, overview, full),
        *years,
        Box(mark, theme.accent.faded(0.08), theme.accent, 4.0, 1.6),
    )
    total = round(float(weights.sum()))
    summary = (
        f"Timeline of {span_words(window)}: {round(inside):,} of {total:,} dated events"
        + (f", {len(undated):,} without a date" if len(undated) else "")
        + "."
    )
    headings = tuple((text, text_box(text)) for text in header)
    labels = (*headings, *axis_labels, *year_labels, *strip.labels)
    return TimelineScene(
        frame.width,
        frame.height,
        theme.ground,
        items,
        Later(lambda: (*strip.targets, *header_targets)),
        summary,
        labels,
        window,
        full,
        main,
        overview,
        mark,
    )


def _strips(frame: Frame) -> tuple[Rect, Rect]:
    """Return the boxes of the main strip and of the overview."""
    width = max(frame.width - 2 * INSET, 1.0)
    rows = _rows(frame)
    below = 20.0 + TICK_ROW * (rows[1] - 1)
    # In a very low pane the overview gives way first.
    track = TRACK if frame.height >= 170.0 else 12.0
    overview = Rect(INSET, frame.height - below - track, width, track)
    axis = overview.y - 28.0 - TICK_ROW * (rows[0] - 1)
    return Rect(INSET, HEADER, width, max(axis - HEADER, 1.0)), overview


def _rows(frame: Frame) -> tuple[int, int]:
    """Return how many rows of ticks stand under the main strip and under the overview."""
    second = frame.state.calendar == "persian"
    # In a low pane the events come first.
    return 1 + (second and frame.height >= 140.0), 1 + (second and frame.height >= 320.0)


def _header(frame: Frame, undated: np.ndarray) -> tuple[tuple[Text, ...], tuple[Target, ...]]:
    """Return the title, how many events have no date, and what time is filtered to."""
    dossier, theme, span = frame.state.dossier, frame.theme, frame.state.filter.span
    texts = [Text("Timeline", MARGIN, 23.0, theme.muted, HEADING, 600)]
    targets: list[Target] = []

    def put(words: str, least: float) -> Text | None:
        x = text_box(texts[-1]).right + 2 * GAP
        room = frame.width - RESERVED - x
        fitting = elide(words, room, SMALL) if room > least else ""
        if fitting:
            texts.append(Text(fitting, x, 23.0, theme.accent, SMALL))
        return texts[-1] if fitting else None

    if len(undated):
        words = f"{len(undated):,} without a date"
        text = put(words, text_width(words, SMALL))
        if text is not None:
            refs = _refs(dossier, tuple(undated[:REFS_MOST].tolist()))
            box = text_box(text)
            middle = box.x + box.width / 2, box.y + box.height / 2
            label = f"{len(undated):,} event{'' if len(undated) == 1 else 's'} without a date"
            targets.append(Target(refs, *middle, rect=box.inset(-3.0), label=label))
    if span is not None:
        put(f"filtered to {span_words(span)}", 40.0)
    return tuple(texts), tuple(targets)


# The same at every step of a drag.
@kept_with_dossier(2)
def _refs(dossier: Dossier, rows: tuple[int, ...]) -> tuple[Ref, ...]:
    return tuple(dossier.ref("events", row) for row in rows)


# Those of the overview are the same at every step of a drag.
@lru_cache(maxsize=4)
def _ticks(
    theme: Theme, strip: Rect, span: Span, rows: int
) -> tuple[tuple[Item, ...], tuple[tuple[Text, Rect], ...]]:
    """Return the ticks under a strip and their labels; the second row is the Persian calendar."""
    y = round(strip.bottom) + 0.5
    items: list[Item] = []
    texts: list[Text] = []
    found = ticks(span, strip.width, TINY, slack=INSET - GAP)
    for tick in found:
        x = round(strip.x + tick.x) + 0.5
        items.append(Box(Rect(x, y, 0.0, 4.0), None, theme.faint))
        texts.append(Text(tick.text, x + LABEL_OFFSET - 1.0, y + 12.5, theme.muted, TINY))
    if rows > 1:
        from viewer.scene.persian_ticks import persian_units

        # Quieter also means no more of them than there are Gregorian ones.
        least = 0.8 * (found[1].at - found[0].at) if len(found) > 1 else 0.0
        y += TICK_ROW
        for tick in ticks(span, strip.width, TINY, INSET - GAP, lambda: persian_units(least)):
            x = round(strip.x + tick.x)
            items.append(Box(Rect(x, y + 4.5, 1.0, 8.0), theme.faint.over(theme.ground, 0.7)))
            texts.append(Text(tick.text, x + LABEL_OFFSET - 0.5, y + 12.5, theme.muted, TINY))
    return (*items, *texts), tuple((text, text_box(text)) for text in texts)


def _connector(frame: Frame, main: Rect, mark: Rect) -> tuple[Item, ...]:
    """Lines from the ends of the main strip to the window in the overview."""
    colour = frame.theme.faint.over(frame.theme.ground, 0.4)
    lines = tuple(
        np.array([[end, main.bottom], [end, mark.y - 7.0], [to, mark.y]])
        for end, to in ((main.x, mark.x), (main.right, mark.right))
    )
    return (Curves(lines, (colour,) * 2, (1.0,) * 2, ("solid",) * 2),)


def _outside(frame: Frame, strip: Rect, span: Span) -> tuple[Item, ...]:
    """Shade what lies outside the filtered span."""
    chosen = frame.state.filter.span
    if chosen is None:
        return ()
    shade = frame.theme.muted.faded(0.12)
    left, right = (_pixel(moment, strip, span) for moment in chosen)
    boxes = (
        Rect(strip.x, strip.y, left - strip.x, strip.height),
        Rect(right, strip.y, strip.right - right, strip.height),
    )
    return tuple(Box(box, shade) for box in boxes if box.width > 0.5)


def _overview(frame: Frame, track: Rect, full: Span) -> tuple[Item, ...]:
    """Return one tick per span, imprecise ones as extents below; counts where they are many."""
    dossier, theme = frame.state.dossier, frame.theme
    scale = track.width / (full[1] - full[0])
    weights = shown_weights(frame)
    if weights.sum() > MOST_TICKS:
        edges = finest_unit(3.0 / scale).edges(full)
        return (stacked(frame, edges, scale, full[0], track).bars,)
    spans = spans_of(dossier)
    strong = weights > 0
    if frame.highlight.dimming:
        strong = weights_of(dossier, frame.highlight) > 0
    rows = np.flatnonzero(weights > 0)
    lines: list[Item] = []
    points: list[Item] = []
    free = [-np.inf] * EXTENT_ROWS
    for row in rows:
        code = int(spans.classes[row])
        colour = theme.quad(code if code < CLASSES - 1 else -1)
        colour = colour if strong[row] else colour.over(theme.raised, DIM)
        left, right = (
            track.x + (moment - full[0]) * scale for moment in (spans.low[row], spans.high[row])
        )
        if right - left <= 4.0:
            box = Rect((left + right) / 2 - 1.5, track.y + 4.0, 3.0, track.height - 8.0)
            (points if strong[row] else lines).append(Box(box, colour, None, 0.5))
            continue
        fade_left = fade_right = 0.0
        if np.isinf(left):
            left, fade_left = right - 3 * GAP, 3 * GAP
        if np.isinf(right):
            right, fade_right = left + 3 * GAP, 3 * GAP
        level = next((i for i, end in enumerate(free) if end <= left), int(np.argmin(free)))
        free[level] = max(free[level], right)
        y = track.bottom - 2.0 - EXTENT_PITCH * (level + 1)
        box = Rect(left, y, right - left, 2.5)
        shade = colour.faded(0.75)
        lines.append(Box(box, shade, None, 1.0, 1.0, fade_left, fade_right))
    return (*lines, *points)


def _nothing(frame: Frame, main: Rect) -> Strip:
    text = Text(
        elide("No events here: drag the window below, or scroll to zoom out.", main.width, BODY),
        main.x + main.width / 2,
        main.y + main.height / 2,
        frame.theme.muted,
        BODY,
        align="centre",
    )
    return Strip((text,), (), ((text, text_box(text)),))


def _empty(frame: Frame, undated: np.ndarray) -> TimelineScene:
    """Return the picture of a timeline without dated events: what to do."""
    dossier, theme = frame.state.dossier, frame.theme
    if len(undated):
        first = f"None of the {len(undated):,} events shown has a date"
        second = "Write dates such as 2020-01-03, 2020-01 or 2018/2020 into the events table."
        if len(undated) == 1:
            first = "The one event shown has no date"
    elif len(dossier.events):
        first = "No event passes the filter"
        second = "Reset the filter to see them all."
    else:
        first = "No events yet"
        second = "Open a dossier, or import a file with dated events."
        if len(dossier.actors) or len(dossier.places):
            first = "No events in this dossier"
            second = "Add events, or import a file of them, to see when they happened."
    middle = frame.width / 2, frame.height / 2
    room = max(frame.width - 2 * MARGIN, 1.0)
    lines = (
        Text(elide(first, room, HEADING, 600), middle[0], middle[1] - 4.0, theme.text, HEADING, 600,
             "centre"),
        Text(elide(second, room, BODY), middle[0], middle[1] + 16.0, theme.muted, BODY,
             align="centre"),
    )  # fmt: skip
    header, _ = _header(frame, undated[:0])
    main, overview = _strips(frame)
    refs = _refs(dossier, tuple(undated[:REFS_MOST].tolist()))
    box = text_box(lines[0])
    return TimelineScene(
        frame.width,
        frame.height,
        theme.ground,
        (*header, *lines),
        (Target(refs, *middle, rect=box.inset(-4.0), label=f"{first}."),) if refs else (),
        f"Timeline: {first}.",
        tuple((line, text_box(line)) for line in (*header, *lines)),
        main=main,
        overview=overview,
        overview_window=overview,
        # A span that leaves nothing can still be switched off.
        empty=frame.state.filter.span is None,
    )

"""Events in the main strip of the timeline: dots on stems and bars, in lanes, with labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from viewer.errors import printable
from viewer.model import dates
from viewer.model.dates import Date
from viewer.model.schema import DISPUTED, QUAD_TITLES
from viewer.scene import lanes
from viewer.scene.frame import Frame
from viewer.scene.labels import ASCENT, DESCENT, text_box
from viewer.scene.primitives import (
    DISC,
    SOLID,
    Box,
    Colour,
    Curves,
    Floats,
    Item,
    Marks,
    Rect,
    Text,
)
from viewer.scene.spans import rows_in
from viewer.scene.style import DIM, DIM_TEXT, GAP, SMALL
from viewer.scene.targets import Target
from viewer.scene.text import elide, text_width
from viewer.scene.ticks import Span
from viewer.scene.wording import dated

LANE = 17.0
LANE_MOST = 26.0
"""Height of a lane: in a tall strip lanes grow, so that it does not stand empty."""
BASE = 6.0
"""Space between the axis and the lowest lane."""
DOT = 4.0
RING = 7.0
BAR = 4.0
BAR_LEAST = 10.0
"""Least length of a bar: shorter, it would read as a dot, which is an exact day."""
CUT = 16.0
"""Length over which a bar fades that goes on beyond the window."""
STUB = 90.0
"""Length drawn for an end that is not known."""
SHIFT = 3.0
"""Pixels by which a dot moves aside that would lie on another one."""
SIGN = 12.0
"""Width of the sign of a dispute beside a label."""
BADGE = 4.5
"""Radius of the sign of a dispute on a mark without a label, where there is less room."""
LABEL_MOST = 320.0


@dataclass(frozen=True)
class Strip:
    """What fills the main strip.

    Parameters
    ----------
    items, targets, labels
        As in `primitives.Scene`.
    """

    items: tuple[Item, ...]
    targets: Sequence[Target] = ()
    labels: tuple[tuple[Text, Rect], ...] = ()


@dataclass(frozen=True, slots=True)
class _Mark:
    """An event on the strip, in pixels: a dot (`stem` is a number) or a bar.

    A bar may stand for several events of one date.
    """

    events: tuple[int, ...]
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
    def rows(self) -> int:
        """Rows of a lane that the mark takes up without its label."""
        return 1 if self.is_bar and not self.disputed else 2

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


def marks(frame: Frame, window: Span, strip: Rect) -> Strip:
    """Draw each event that falls into the window.

    Parameters
    ----------
    frame : Frame
    window : tuple of float
        Days.
    strip : Rect
        The strip; its lower edge is the axis.
    """
    limit = strip.right + 2 * GAP
    rows = rows_in(frame.state.dossier, frame.shown, window).tolist()
    found = [_mark(frame, (row,), window, strip, limit) for row in rows]
    found = [mark for mark in found if mark.left < strip.right and mark.right > strip.x]
    if not found:
        return Strip(())
    height = strip.height - BASE
    count = max(int(height // LANE), 1)
    items = tuple(_lane_item(mark, limit) for mark in found)
    packing = None
    if sum(item.full[1] - item.full[0] for item in items) <= count * (limit - strip.x):
        packing = lanes.pack_all(items, count)
    if packing is None:
        found = _bundled(frame, found, window, strip, limit)
        items = tuple(_lane_item(mark, limit) for mark in found)
        packing = lanes.pack_best(items, tuple(_rank(frame, found)), count)
    rows_high = np.where(packing.labelled, lanes.ROWS, [item.rows for item in items])
    used = float((packing.row + rows_high).max()) / lanes.ROWS
    pitch = min(max(height / used, LANE), LANE_MOST)
    return _Drawing(frame, strip, pitch, limit).draw(found, packing)


def _bundled(
    frame: Frame, found: Sequence[_Mark], window: Span, strip: Rect, limit: float
) -> list[_Mark]:
    """Gather bars of one date into one, those that stand out apart; what is picked stays alone."""
    dossier, picked = frame.state.dossier, frame.state.selection.events
    groups: dict[tuple[object, ...], list[int]] = {}
    out = []
    for mark in found:
        event = mark.events[0]
        if not mark.is_bar or picked[event]:
            out.append(mark)
            continue
        words = dates.to_words(dossier.event_dates[event])
        key = (mark.left, mark.right, words, bool(frame.highlight.events[event]))
        groups.setdefault(key, []).append(event)
    return out + [_mark(frame, tuple(events), window, strip, limit) for events in groups.values()]


def _mark(frame: Frame, events: tuple[int, ...], window: Span, strip: Rect, limit: float) -> _Mark:
    dossier = frame.state.dossier
    date = dossier.event_dates[events[0]]
    scale = strip.width / (window[1] - window[0])

    def x(moment: float) -> float:
        return strip.x + (moment - window[0]) * scale

    disputed = bool((dossier.event_support[list(events)] == DISPUTED).any())
    title = _title(frame, events[0])
    if len(events) > 1:
        title = f"{len(events)} events, {dates.to_words(date)}"
    elif date.end == "unknown" and date.start == "given":
        title += " (end not known)"
    stem = np.nan
    if is_exact(date):
        stem = x((date.earliest + date.latest) / 2)
        (left, right), fades = (stem - DOT, stem + DOT), (0.0, 0.0)
    else:
        (left, right), fades = _extent(date, x, strip)
    room = max(limit - right, left - strip.x) - GAP - SIGN * disputed
    long = right - left > 80.0
    text = elide(title, min(LABEL_MOST, strip.width if long else max(room, 40.0)), SMALL, 600)
    width = text_width(text, SMALL, 600) + SIGN * disputed
    where = "above" if long else "right" if right + GAP + width <= limit else "left"
    return _Mark(events, left, right, *fades, stem, text, width, where, disputed)


def is_exact(date: Date) -> bool:
    """Whether a date is one day and nothing about it is in doubt."""
    doubtful = date.uncertain or date.approximate or date.one_of
    return date.latest - date.earliest == 1.0 and not doubtful


def _extent(date: Date, x: Callable[[float], float], strip: Rect) -> tuple[Span, Span]:
    """Return the ends of a bar in pixels, cut at the strip, and how far each fades."""
    left, right = x(date.earliest), x(date.latest)
    solid = left, right
    if date.is_interval:
        # An end known to the day is as sharp as anything here; a coarser one fades.
        solid = (
            x(date.begin_latest) if date.begin_latest - date.earliest > 1.0 else left,
            x(date.end_earliest) if date.latest - date.end_earliest > 1.0 else right,
        )
    if np.isinf(left):
        anchor = solid[1] if np.isfinite(solid[1]) else right
        # What lasts without a beginning fills the strip; what merely began, or happened, at an
        # unknown time is drawn back from the last moment known.
        lasts = date.is_interval and date.start == "open"
        left = strip.x - 1.0 if lasts else anchor - STUB
        solid = (left, solid[1]) if lasts else (anchor, solid[1])
    if np.isinf(right):
        anchor = solid[0] if np.isfinite(solid[0]) else left
        lasts = date.is_interval and date.end == "open"
        right = strip.right + 1.0 if lasts else anchor + STUB
        solid = (solid[0], right) if lasts else (solid[0], anchor)
    lack = max(BAR_LEAST - (right - left), 0.0) / 2
    left, right = left - lack, right + lack
    # Where nothing is solid, as for an event at some time before a date, the known end is.
    fades = max(min(solid[0], right) - left, 0.0), max(right - max(solid[1], left), 0.0)
    if date.uncertain or date.approximate:
        soft = min(0.4 * (right - left), 2 * CUT)
        fades = max(fades[0], soft), max(fades[1], soft)
    cut_left, cut_right = left < strip.x - 0.5, right > strip.right + 0.5
    left, right = max(left, strip.x), min(right, strip.right)
    most = 0.45 * (right - left)
    return (left, right), (
        min(max(fades[0], CUT * cut_left), most),
        min(max(fades[1], CUT * cut_right), most),
    )


def _lane_item(mark: _Mark, limit: float) -> lanes.Item:
    ends = mark.left - 2.0, mark.right + 2.0
    bare = ends[0], ends[1] + 2 * BADGE * mark.disputed
    left, right = mark.label_span(limit)
    full = min(ends[0], left), max(ends[1], right + GAP)
    if not mark.is_bar:
        # A ring may be drawn around the dot.
        full = min(full[0], mark.stem - RING), full[1]
    return lanes.Item(bare, full, mark.stem, mark.rows)


def _rank(frame: Frame, found: Sequence[_Mark]) -> list[int]:
    """Order marks by how much they need their label."""
    dossier, highlight = frame.state.dossier, frame.highlight
    told_by = np.diff(dossier.sources_of_event.starts)

    def key(i: int) -> tuple[bool, bool, int, int, float]:
        events = list(found[i].events)
        refs = [dossier.ref("events", event) for event in events]
        return (
            not frame.state.selection.events[events].any(),
            not (highlight.dimming and highlight.events[events].any()),
            -int(told_by[events].max()),
            -max(len(dossier.claims_about.get(ref, ())) for ref in refs),
            found[i].left,
        )

    return sorted(range(len(found)), key=key)


def _title(frame: Frame, event: int) -> str:
    events = frame.state.dossier.events
    return printable(events["title"][event] or events["id"][event])


def mark_label(frame: Frame, events: Sequence[int]) -> str:
    """Return date, title and quad class of an event in one line; of several number and date."""
    dossier, event = frame.state.dossier, events[0]
    when = dated(frame.state, dossier.event_dates[event])
    disputed = int(np.count_nonzero(dossier.event_support[list(events)] == DISPUTED))
    if len(events) > 1:
        parts = [f"{len(events)} events, {when}"] + [f"{disputed} disputed"] * (disputed > 0)
        return " · ".join(parts)
    code = int(dossier.event_quads[event])
    parts = [when, _title(frame, event), QUAD_TITLES[code] if code >= 0 else "No class"]
    return " · ".join(parts + ["disputed"] * disputed)


class _Drawing:
    """Turns marks and their places into primitives."""

    def __init__(self, frame: Frame, strip: Rect, pitch: float, limit: float) -> None:
        self.frame, self.strip, self.pitch, self.limit = frame, strip, pitch, limit
        self.stems: list[tuple[bool, Floats, Colour]] = []
        self.bars: list[Item] = []
        self.dots: list[tuple[float, float, float, Colour | None, Colour | None, float]] = []
        self.signs: list[Item] = []
        self.labels: list[tuple[Text, Rect]] = []
        self.targets: list[tuple[tuple[float, float, int], Target]] = []

    def draw(self, found: Sequence[_Mark], packing: lanes.Packing) -> Strip:
        """Return the strip with every mark in its place."""
        for i, mark in enumerate(found):
            shift = SHIFT * int(packing.beneath[i])
            self._add(mark, int(packing.row[i]), bool(packing.labelled[i]), shift)
        items: list[Item] = []
        if self.stems:
            self.stems.sort(key=lambda stem: not stem[0])
            items.append(
                Curves(
                    tuple(points for _, points, _ in self.stems),
                    tuple(colour for _, _, colour in self.stems),
                    (1.0,) * len(self.stems),
                    (SOLID,) * len(self.stems),
                )
            )
        # Labels lie over the stems, which their halo parts, and under bars and dots.
        items += [text for text, _ in self.labels]
        items += self.bars
        if self.dots:
            x, y, radii, fills, strokes, widths = zip(*self.dots, strict=True)
            at = np.column_stack([x, y]).astype(np.float64)
            discs = (DISC,) * len(x)
            items.append(Marks(at, np.array(radii), discs, fills, strokes, np.array(widths)))
        items += self.signs
        ordered = sorted(self.targets, key=lambda pair: pair[0])
        return Strip(tuple(items), tuple(target for _, target in ordered), tuple(self.labels))

    def _add(self, mark: _Mark, row: int, labelled: bool, shift: float) -> None:
        frame, strip = self.frame, self.strip
        dossier, theme, highlight = frame.state.dossier, frame.theme, frame.highlight
        events = list(mark.events)
        picked = bool(frame.state.selection.events[events].any())
        dimmed = highlight.dimming and not highlight.events[events].any()
        stands_out = highlight.dimming and not dimmed
        ring = theme.pick if stands_out else None
        strength = DIM if dimmed else 1.0
        step = self.pitch / lanes.ROWS
        high = lanes.ROWS if labelled else mark.rows
        bottom = strip.bottom - BASE - row * step
        middle = bottom - high * step / 2
        x = (mark.left + mark.right) / 2
        if mark.is_bar:
            above = labelled and mark.where == "above"
            thick = BAR if labelled else step - 1.25
            top = bottom - (self.pitch - LANE) / 2 - thick if above else middle - thick / 2
            box = Rect(mark.left, top, mark.right - mark.left, thick)
            # Long outlines around all that merely stands out would drown what is picked.
            self._bar(mark, box, strength, ring if picked else None)
            box = box.inset(-2.0)
        else:
            above = False
            x = mark.stem + shift
            box = Rect(x - DOT, middle - DOT, 2 * DOT, 2 * DOT).inset(-1.0)
            colour = theme.quad(int(dossier.event_quads[events[0]]))
            line = np.array([[mark.stem, strip.bottom], [mark.stem, middle]])
            shade = colour.over(theme.ground, DIM if dimmed else 0.6)
            self.stems.append((dimmed, line, shade))
            if ring is not None and labelled:
                pen = 2.4 if picked else 1.6
                self.dots.append((x, middle, RING, theme.ground, ring, pen))
            fill = colour.over(theme.ground, strength)
            self.dots.append((x, middle, DOT, fill, None, 0.0))
            if ring is not None and not labelled:
                self.dots.append((x, middle, DOT, None, ring, 1.4))
        if labelled:
            baseline = middle + (ASCENT - DESCENT) / 2 * SMALL
            if above:
                baseline = box.y - 0.6
            ink = theme.text.over(theme.ground, DIM_TEXT if dimmed else 1.0)
            weight = 700 if picked else 600 if stands_out else 400
            box = _union(box, self._label(mark, baseline, ink, weight, dimmed))
        elif mark.disputed:
            # At the upper right of the mark, as far as its row reaches.
            y = min(middle, box.y + box.height / 2 - 1.0)
            right = mark.right if mark.is_bar else x + DOT
            box = _union(box, self._sign(right + BADGE - 0.5, y, BADGE, dimmed))
        refs = tuple(dossier.ref("events", event) for event in events)
        label = mark_label(frame, events)
        low, end = dossier.event_bounds[events[0]]
        self.targets.append(((low, end, events[0]), Target(refs, x, middle, rect=box, label=label)))

    def _bar(self, mark: _Mark, box: Rect, strength: float, ring: Colour | None) -> None:
        """Draw a bar; one of several events is striped by quad class, in proportion."""
        theme, codes = self.frame.theme, self.frame.state.dossier.event_quads
        tally = Counter(sorted(int(codes[event]) for event in mark.events))
        y = box.y
        for code, count in tally.items():
            fill = theme.quad(code).over(theme.ground, strength * 0.85)
            part = Rect(box.x, y, box.width, box.height * count / len(mark.events))
            radius = min(box.height / 2, 2.5) if len(tally) == 1 else 0.0
            self.bars.append(Box(part, fill, None, radius, 1.0, mark.fade_left, mark.fade_right))
            y = part.bottom
        if ring is not None:
            self.bars.append(Box(box.inset(-2.0), None, ring, 4.0, 1.6))

    def _label(self, mark: _Mark, baseline: float, ink: Colour, weight: int, dimmed: bool) -> Rect:
        theme = self.frame.theme
        left, right = mark.label_span(self.limit)
        sign = SIGN * mark.disputed
        text = Text(mark.text, left, baseline, ink, SMALL, weight, halo=theme.ground)
        if mark.where == "left":
            # What a lighter weight leaves free lies on the far side of the mark.
            text = replace(text, x=right - sign, align="right")
        box = text_box(text)
        self.labels.append((text, box))
        if mark.disputed:
            self._sign(box.right + SIGN / 2 + 1.0, box.y + box.height / 2, 5.0, dimmed)
        return Rect(box.x, box.y, box.width + sign, box.height)

    def _sign(self, x: float, y: float, radius: float, dimmed: bool) -> Rect:
        """Draw the sign of a dispute and return its box."""
        theme, size = self.frame.theme, 2 * radius
        share = DIM_TEXT if dimmed else 1.0
        pen = theme.on_dispute.over(theme.ground, share)
        disc = theme.dispute.over(theme.ground, share)
        box = Rect(x - radius, y - radius, size, size)
        self.signs += [
            Box(box, disc, pen, radius, 0.8),
            Text("!", x, y + 0.36 * size, pen, size, 700, "centre"),
        ]
        return box


def _union(a: Rect, b: Rect) -> Rect:
    x, y = min(a.x, b.x), min(a.y, b.y)
    return Rect(x, y, max(a.right, b.right) - x, max(a.bottom, b.bottom) - y)

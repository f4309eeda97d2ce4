"""The panel of facets: what is shown, how much of it there is, and what is left out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from viewer.model.filters import FACET_TITLES, FACETS, FacetCount, facet_counts
from viewer.model.schema import QUADS, Ref
from viewer.scene.frame import Frame
from viewer.scene.parts import Placed, line_of, together
from viewer.scene.primitives import (
    Box,
    Curves,
    Group,
    Item,
    Marks,
    Rect,
    Scene,
    Shape,
    Text,
)
from viewer.scene.style import BODY, GAP, HEADING, KIND_SHAPES, MARGIN, SMALL, Theme
from viewer.scene.targets import Target
from viewer.scene.text import elide, text_width

ROW = 24.0
HEADING_ROW = 36.0
HEADER = 42.0
FEWEST = 3
"""Rows that a facet in a picture has at least, if it has as many values."""
RESET_FROM = 200.0
"""Width from which on a picture has room for “Reset”."""
CHECK = 12.0
"""Width of a checkbox."""
TABLE = "facet"
RESET = Ref(TABLE, "reset")
"""What a click on “Reset” names."""


@dataclass(frozen=True, slots=True)
class FacetRow:
    """One row of the panel: the heading of a facet, or one of its values.

    Parameters
    ----------
    facet, value : str
        As in `filters.FacetCount`; a heading has no value of its own.
    title : str
    heading : bool
    on : bool
        Whether the value is taken in.
    count : int
    share : float
        Length of the bar, 1 for the most frequent value of the facet.
    quad : int, optional
        Quad class whose colour the row has; -1 is the grey of none.
    shape : Shape, optional
        Symbol of the kind of actor.
    """

    facet: str
    value: str
    title: str
    heading: bool = False
    on: bool = True
    count: int = 0
    share: float = 0.0
    quad: int | None = None
    shape: Shape | None = None

    @property
    def ref(self) -> Ref:
        """What a click on the row names: ``facet`` and ``quad=verbal-conflict``."""
        return Ref(TABLE, f"{self.facet}={self.value}")

    @property
    def label(self) -> str:
        """The row in words, for assistive technology."""
        if self.heading:
            return self.title
        return f"{self.title}, {self.count:,}, {'shown' if self.on else 'left out'}"


def facet_rows(frame: Frame) -> tuple[FacetRow, ...]:
    """Return the rows of the panel; a facet without values is left out with its heading."""
    counts = facet_counts(frame.state.dossier, frame.state.filter)
    out: list[FacetRow] = []
    for facet in FACETS:
        values = counts[facet]
        if not values:
            continue
        out.append(FacetRow(facet, "", FACET_TITLES[facet], heading=True))
        most = max(1, *(value.count for value in values))
        out += (_row(value, most) for value in values)
    return tuple(out)


# Asked for at every step of a drag.
_title = lru_cache(maxsize=1 << 12)(line_of)


def _row(value: FacetCount, most: int) -> FacetRow:
    quad = None
    if value.facet == "quad":
        quad = QUADS.index(value.value) if value.value in QUADS else -1
    return FacetRow(
        value.facet,
        value.value,
        _title(value.title),
        on=value.on,
        count=value.count,
        share=value.count / most,
        quad=quad,
        # Kinds that are not in the schema are drawn as circles in the graph.
        shape=KIND_SHAPES.get(value.value, "circle") if value.facet == "kind" else None,
    )


def header_words(frame: Frame) -> str:
    """Return how much is shown, e.g. ``Showing 31 of 38 events``."""
    total = len(frame.state.dossier.events)
    count = int(np.count_nonzero(frame.shown.events))
    if not total:
        return "No events"
    noun = "event" if total == 1 else "events"
    return (
        f"Showing all {total:,} {noun}"
        if count == total
        else f"Showing {count:,} of {total:,} {noun}"
    )


def header_scene(frame: Frame, width: float, reset: bool = True) -> Scene:
    """Draw how much is shown, and the link that ends all filtering unless `reset` is False."""
    theme, words = frame.theme, header_words(frame)
    right = width - MARGIN
    items: list[Item] = []
    targets: tuple[Target, ...] = ()
    room = right - MARGIN
    if reset and not frame.state.filter.is_empty:
        wide = text_width("Reset", BODY)
        items.append(Text("Reset", right, 28, theme.accent, BODY, align="right"))
        rect = Rect(right - wide - 4, 12, wide + 8, 24)
        middle = rect.x + rect.width / 2, rect.y + rect.height / 2
        targets = (Target((RESET,), *middle, rect=rect, label="Reset the filter"),)
        room -= wide + GAP
    short = words if text_width(words, HEADING, 600) <= room else words.removeprefix("Showing ")
    items.append(Text(elide(short, room, HEADING, 600), MARGIN, 28, theme.text, HEADING, 600))
    return Scene(width, HEADER, theme.ground, tuple(items), targets, words)


def heading_scene(row: FacetRow, theme: Theme, width: float) -> Scene:
    """Draw the heading of a facet."""
    title = elide(row.title, width - 2 * MARGIN, SMALL, 600)
    text = Text(title, MARGIN, 22, theme.muted, SMALL, 600)
    return Scene(width, HEADING_ROW, theme.ground, (text,), summary=row.title)


def row_scene(row: FacetRow, theme: Theme, width: float) -> Scene:
    """Draw one row of the panel."""
    if row.heading:
        return heading_scene(row, theme, width)
    left = MARGIN + 0.5 + CHECK + GAP + 24 * (row.quad is not None or row.shape is not None)
    right, count = width - MARGIN, f"{row.count:,}"
    title = elide(row.title, right - left - text_width(count, SMALL) - GAP, BODY)
    colour = theme.tie if row.quad is None else theme.quad(row.quad)
    items: list[Item] = [
        _still(title, row.on, row.quad, row.shape, theme, (left, right)),
        Text(
            count, right, ROW / 2 + 3.2, theme.muted if row.on else theme.faint, SMALL,
            align="right",
        ),
    ]  # fmt: skip
    if row.share > 0:
        bar = colour if row.on else colour.over(theme.ground, 0.5)
        items.append(
            Box(Rect(left, ROW - 3, (right - left) * row.share, 1.5), fill=bar, radius=0.75)
        )
    whole = Target((row.ref,), width / 2, ROW / 2, rect=Rect(0, 0, width, ROW), label=row.label)
    return Scene(width, ROW, theme.ground, tuple(items), (whole,), row.label)


@lru_cache(maxsize=1 << 8)
def _still(
    title: str,
    on: bool,
    quad: int | None,
    shape: Shape | None,
    theme: Theme,
    ends: tuple[float, float],
) -> Group:
    """Return what of a row stays while it is counted: at every step of a drag the same object."""
    left, right = ends
    middle = ROW / 2 - 1
    box = Rect(MARGIN + 0.5, middle - CHECK / 2, CHECK, CHECK)
    items: list[Item] = []
    if on:
        items.append(Box(box.inset(-0.5), fill=theme.accent, radius=3))
        tick = np.array([[3.0, 6.4], [5.2, 8.6], [9.2, 3.8]]) + (box.x, box.y)
        items.append(Curves((tick,), (theme.on_accent,), (1.7,), ("solid",)))
    else:
        items.append(Box(box, stroke=theme.faint, radius=3))
    at = box.right + GAP
    if quad is not None:
        items.append(Box(Rect(at - 1, middle - 1.5, 17, 3), fill=theme.quad(quad), radius=1.5))
    elif shape is not None:
        items.append(
            Marks(
                np.array([[at + 7.5, middle]]), np.array([6.0]), (shape,),
                (theme.node_plain,), (theme.muted,), np.array([1.2]),
            )
        )  # fmt: skip
    items += (
        Text(title, left, middle + 4.2, theme.text if on else theme.faint, BODY),
        Box(Rect(left, ROW - 3, right - left, 1.5), fill=theme.divider, radius=0.75),
    )
    return Group(tuple(items))


def facets_scene(frame: Frame, width: float, height: float) -> Scene:
    """Draw the panel for an exported picture.

    Where the height does not do, the longest facets are shortened and what they leave out is
    counted; the last facets are dropped where too little would be left of them.
    """
    rows = facet_rows(frame)
    groups = [
        [row for row in rows if row.facet == facet]
        for facet in dict.fromkeys(row.facet for row in rows)
    ]
    kept: list[int] = []
    for number in range(len(groups), 0, -1):
        room = int((height - HEADER - number * HEADING_ROW) // ROW)
        wanted = [len(group) - 1 for group in groups[:number]]
        kept = _shares(wanted, room)
        if all(k >= min(FEWEST, w) for k, w in zip(kept, wanted, strict=True)):
            break
    reset = width >= RESET_FROM
    parts = [Placed(header_scene(frame, width, reset), 0.0, 0.0)]
    y = HEADER
    for group, number in zip(groups, kept, strict=False):
        if not number:
            continue
        left_out = len(group) - 1 - number
        shown = group[: number + 1 - bool(left_out)]
        scenes = [row_scene(row, frame.theme, width) for row in shown]
        if left_out:
            scenes.append(_more_scene(left_out + 1, frame.theme, width))
        for scene in scenes:
            parts.append(Placed(scene, 0.0, y))
            y += scene.height
    out = together((width, height), frame.theme.ground, parts)
    return replace(out, summary=header_words(frame))


def _more_scene(number: int, theme: Theme, width: float) -> Scene:
    text = Text(f"{number:,} more", MARGIN + CHECK + GAP, ROW / 2 + 3, theme.muted, SMALL)
    return Scene(width, ROW, theme.ground, (text,))


def _shares(wanted: list[int], room: int) -> list[int]:
    """Share out rows: take from the longest until they fit."""
    kept = list(wanted)
    while sum(kept) > max(room, 0):
        kept[kept.index(max(kept))] -= 1
    return kept

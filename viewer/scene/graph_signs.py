"""The sign of a dispute on an edge, and the key that says what all signs of the graph mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from viewer.model.arrays import distinct
from viewer.model.dossier import Mask
from viewer.model.schema import ACTOR_KIND_TITLES, ACTOR_KINDS, QUAD_TITLES
from viewer.scene.frame import Frame
from viewer.scene.primitives import (
    DISC,
    Arrows,
    Box,
    Colour,
    Curves,
    Dash,
    Floats,
    Item,
    Marks,
    Rect,
    Text,
)
from viewer.scene.style import DIM_TEXT, GAP, KIND_SHAPES, MARGIN, RADIUS, TINY, TOOLS, Theme
from viewer.scene.text import elide, text_width

if TYPE_CHECKING:
    from viewer.scene.graph_parts import Parts

Sign = str | int | Colour
"""Kind of actor, name of a sign, code of a quad class, or fill of a node; empty: words alone."""
SHARE = 0.22
"""Share of the pane's height that the key takes at most."""
WIDE = 900.0
"""Width of a pane from which the groups of actors take one line of the key."""
SIGN = 5.5
"""Radius of the sign of a dispute."""
KEY_LINE = 15.0
KEY_COLOURS_FROM = 640.0
"""Width of a pane from which the key names the colours too; in the window the facets do."""


def signs(theme: Theme, xy: Floats, colours: Sequence[Colour], dim: Mask) -> list[Item]:
    """Draw the signs of edges behind which claims contradict each other."""
    count = len(xy)
    if not count:
        return []
    items: list[Item] = [
        Marks(
            xy,
            np.full(count, SIGN),
            (DISC,) * count,
            (theme.graph_ground,) * count,
            tuple(colours),
            np.full(count, 1.2),
        )
    ]
    for (x, y), off in zip(xy.tolist(), dim.tolist(), strict=True):
        ink = theme.text.over(theme.graph_ground, DIM_TEXT if off else 1.0)
        items.append(Text("!", x, y + 3.1, ink, 8.5, 700, "centre"))
    return items


@dataclass(frozen=True, eq=False)
class Key:
    """What the signs mean, in small type at the bottom left."""

    items: tuple[Item, ...]
    rect: Rect


def key_lines(frame: Frame) -> int:
    """Return how many lines the key is likely to take, before it is known what is drawn."""
    look = frame.state.look
    by_group = look.colour in ("component", "community")
    lines = 2 + (frame.width >= KEY_COLOURS_FROM)
    return lines + bool(look.size or look.colour) + (by_group and frame.width < WIDE)


def key(frame: Frame, shown: Parts) -> Key:
    """Return the key of what is in the picture."""
    theme, drawn, detailed = frame.theme, shown.drawn, shown.detail.edges
    kinds = frame.state.dossier.actors["kind"]
    present = {kinds.vocabulary[code] for code in distinct(kinds.codes[drawn.actors]).tolist()}
    entries: list[tuple[str, Sign]] = [
        (title, kind)
        for kind, title in zip(ACTOR_KINDS, ACTOR_KIND_TITLES, strict=True)
        if kind in present
    ]
    breaks = {len(entries)}
    if drawn.directed[detailed].any():
        entries.append(("Directed", "arrow"))
    if drawn.ended[detailed].any():
        entries.append(("Ended", "dash"))
    if drawn.maybe[detailed].any():
        entries.append(("May hold", "dots"))
    if len(shown.signed):
        entries.append(("Disputed", "sign"))
    if frame.width >= KEY_COLOURS_FROM:
        held = set(np.unique(drawn.quads).tolist())
        entries += [(title, code) for code, title in enumerate(QUAD_TITLES) if code in held]
    if shown.crowded:
        entries.append(("Stronger where more ties cross", ""))
    breaks.add(len(entries))
    entries += [(title, colour or "") for title, colour in drawn.measured.key]

    rows: list[list[tuple[float, str, Sign]]] = [[]]
    x, limit = MARGIN, frame.width - TOOLS
    for place_in_list, (title, sign) in enumerate(entries):
        lead = _sign_width(sign) + 4
        title = elide(title, limit - MARGIN - lead, TINY)
        width = lead + text_width(title, TINY)
        if x + width > limit or place_in_list in breaks:
            rows.append([])
            x = MARGIN
        rows[-1].append((x, title, sign))
        x += width + 1.5 * GAP
    # In a low pane the key gives way, from its end, to what it explains.
    rows = [row for row in rows if row][: max(int(SHARE * frame.height / KEY_LINE), 1)]
    items: list[Item] = []
    top = frame.height - GAP - KEY_LINE * len(rows)
    right = MARGIN
    for line, row in enumerate(rows):
        y = top + KEY_LINE * (line + 0.5)
        for x, title, sign in row:
            width = _sign_width(sign)
            items += _sign(theme, sign, x, y, width)
            items.append(Text(title, x + width + 4, y + 3.4, theme.muted, TINY))
            right = max(right, x + width + 4 + text_width(title, TINY))
    rect = Rect(MARGIN, top, right - MARGIN, KEY_LINE * len(rows))
    return Key((backing(theme, rect), *items), rect)


def _sign_width(sign: Sign) -> float:
    if sign == "":
        return -4.0
    if isinstance(sign, Colour) or sign in ACTOR_KINDS:
        return 9.0
    return 11.0 if sign == "sign" else 18.0


def _sign(theme: Theme, sign: Sign, x: float, y: float, width: float) -> list[Item]:
    if sign == "":
        return []
    middle = np.array([[x + width / 2, y]])
    if isinstance(sign, Colour):
        return [
            Marks(middle, np.array([4.5]), (DISC,), (sign,), (theme.node_stroke,), np.array([1.0]))
        ]
    if sign == "sign":
        return signs(theme, middle, [theme.tie], np.zeros(1, dtype=bool))
    if isinstance(sign, str) and sign in ACTOR_KINDS:
        return [
            Marks(
                middle,
                np.array([4.5]),
                (KIND_SHAPES[sign],),
                (theme.node,),
                (theme.node_stroke,),
                np.array([1.0]),
            )
        ]
    colour = theme.quad(sign) if isinstance(sign, int) else theme.tie
    line = np.array([[x, y], [x + width - (4.0 if sign == "arrow" else 0.0), y]])
    dash: Dash = "dashed" if sign == "dash" else "dotted" if sign == "dots" else "solid"
    out: list[Item] = [
        Curves((line,), (colour,), (2.0 if isinstance(sign, int) else 1.2,), (dash,))
    ]
    if sign == "arrow":
        tip = np.array([[x + width, y]])
        out.append(Arrows(tip, np.zeros(1), np.array([6.5]), (colour,)))
    return out


def backing(theme: Theme, rect: Rect) -> Box:
    """Keep what stands over the graph readable where nodes are moved under it."""
    return Box(rect.inset(-GAP / 2), theme.graph_ground.faded(0.85), radius=RADIUS)

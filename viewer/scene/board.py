"""Pictures to be handed on: views with a heading, a key to their signs, and the sources.

What goes out of the window alone must say itself what it is, what was left out and on whose
word it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from viewer.geo.shapes import place_shapes
from viewer.model import filters
from viewer.model.filters import FACET_TITLES, FACETS
from viewer.model.schema import PRECISIONS, QUAD_TITLES
from viewer.scene.evidence_words import covered_words
from viewer.scene.facets import header_words
from viewer.scene.frame import Frame
from viewer.scene.graph_signs import KEY_COLOURS_FROM
from viewer.scene.map_sites import disputed_places
from viewer.scene.parts import Placed, line_of, paragraph, together
from viewer.scene.primitives import SOLID, Box, Curves, Item, Marks, Rect, Rings, Scene, Text
from viewer.scene.style import GAP, HEADING, MARGIN, SHAPE_FILL, SMALL, TINY, TITLE, Theme
from viewer.scene.text import text_width
from viewer.scene.ticks import span_words

MADE_WITH = "Made with Entente"
LONGEST_FOOT = 0.25
"""Share of the picture's height that the sources may take up before they are counted only."""
MOST_NAMED = 3
"""Values left out of one facet that are named one by one."""
LINE = 16.0
SIGN = 18.0
"""Width of a sign in the key."""


# -- what is shown, in words -----------------------------------------------------------------


def shown_words(frame: Frame) -> str:
    """Say what a picture shows: how many events, what is picked, and what is left out."""
    state = frame.state
    parts = [header_words(frame)]
    span = state.filter.span
    if span is not None:
        parts.append(f"filtered to {span_words(span)}")
    elif covered := covered_words(state, frame.shown.events):
        parts.append(covered)
    if (active := state.selection.active) is not None:
        more = state.selection.count - 1
        parts.append(f"Selected: {state.dossier.name(active)}" + f" and {more:,} more" * (more > 0))
    parts += _left_out(frame)
    return line_of(" · ".join(part for part in parts if part))


def _left_out(frame: Frame) -> Iterator[str]:
    counts = filters.facet_counts(frame.state.dossier, frame.state.filter)
    for facet in FACETS:
        off = [value.title for value in counts[facet] if not value.on]
        if not off:
            continue
        named = ", ".join(off)
        if len(off) > MOST_NAMED:
            named = f"{len(off):,} of {len(counts[facet]):,}"
        yield f"{FACET_TITLES[facet]} left out: {named}"


def _sources(frame: Frame) -> list[str]:
    """Return short titles of the sources that are not left out."""
    dossier = frame.state.dossier
    out = frame.state.filter.without("source")
    titles = zip(dossier.sources["id"], filters.source_titles(dossier), strict=True)
    return [line_of(title) for key, title in titles if key not in out]


# -- the key ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Entry:
    """A sign and what it means; the sign is drawn into a box `SIGN` wide."""

    title: str
    draw: Callable[[Theme, float, float], tuple[Item, ...]]


def _line_sign(code: int) -> Callable[[Theme, float, float], tuple[Item, ...]]:
    def draw(theme: Theme, x: float, y: float) -> tuple[Item, ...]:
        return (Box(Rect(x, y - 1.5, SIGN, 3), fill=theme.quad(code), radius=1.5),)

    return draw


def _ring_sign(theme: Theme, x: float, y: float) -> tuple[Item, ...]:
    at = np.array([[x + SIGN / 2, y]])
    shares, colours = np.full((1, 4), 0.25), (theme.quads,)
    ring = Rings(at, np.array([6.5]), np.array([3.5]), shares, colours, (theme.ground,))
    return (ring,)


def _area_sign(theme: Theme, x: float, y: float) -> tuple[Item, ...]:
    box = Rect(x, y - 5.5, SIGN, 11)
    slants = tuple(
        np.array([[max(at, box.x), box.bottom - max(box.x - at, 0)],
                  [min(at + 11, box.right), box.y + max(at + 11 - box.right, 0)]])
        for at in np.arange(box.x - 8, box.right - 1, 4.5)
    )  # fmt: skip
    count = len(slants)
    colour = theme.tie.over(theme.ground, 0.7)
    hatch = Curves(slants, (colour,) * count, (0.8,) * count, (SOLID,) * count)
    return (hatch, Box(box, stroke=theme.tie, dash="dashed"))


def _shape_sign(theme: Theme, x: float, y: float) -> tuple[Item, ...]:
    return (
        Box(Rect(x, y - 5.5, SIGN, 11), fill=theme.shape.faded(SHAPE_FILL), stroke=theme.shape),
    )


def _fading_sign(theme: Theme, x: float, y: float) -> tuple[Item, ...]:
    return (Box(Rect(x, y - 3, SIGN, 6), fill=theme.tie, radius=2, fade_left=6, fade_right=6),)


def _dispute_sign(theme: Theme, x: float, y: float) -> tuple[Item, ...]:
    ink, middle = theme.on_dispute, x + SIGN / 2
    return (
        Marks(np.array([[middle, y]]), np.array([5.5]), ("circle",), (theme.dispute,), (ink,),
              np.array([0.8])),
        Text("!", middle, y + 3.4, ink, TINY, 700, "centre"),
    )  # fmt: skip


def _dimmed_sign(theme: Theme, x: float, y: float) -> tuple[Item, ...]:
    faded = theme.tie.over(theme.ground, 0.38)
    return (Box(Rect(x, y - 1.5, SIGN, 3), fill=faded, radius=1.5),)


def _entries(frame: Frame, view: str) -> list[_Entry]:
    """Return the key of a view: only signs that can stand in it, and none it explains itself."""
    dossier = frame.state.dossier
    events = dossier.event_quads[frame.shown.events]
    relations = dossier.relation_quads[frame.shown.relations]
    held = set(events.tolist())
    if view in ("graph", "board"):
        held |= set(relations.tolist())
    out = []
    # The graph brings a key of its own, with the colours where it is wide enough.
    if view != "graph" or frame.width < KEY_COLOURS_FROM:
        out = [_Entry(t, _line_sign(code)) for code, t in enumerate(QUAD_TITLES) if code in held]
        if -1 in held:
            out.append(_Entry("No class", _line_sign(-1)))
    if view in ("map", "board") and frame.shown.places.any():
        if frame.shown.events.any():
            out.append(_Entry("Events at a place, by class", _ring_sign))
        by_area = np.isin(
            dossier.place_precision, [PRECISIONS.index(p) for p in ("region", "country")]
        )
        if (by_area & frame.shown.places).any():
            out.append(_Entry("Known to the area only", _area_sign))
        shapes = place_shapes(dossier) if "shapes" in frame.state.layers else None
        if shapes is not None and (shapes.rows & frame.shown.places).any():
            out.append(_Entry("Shape that came with the data", _shape_sign))
    first, last = dossier.event_bounds[frame.shown.events].T
    inexact = (last - first > 1.0) | ~np.isfinite(first) | ~np.isfinite(last)
    if view in ("timeline", "board") and inexact.any():
        out.append(_Entry("Date not exact, or end not known", _fading_sign))
    marked = bool(dossier.disputes) and (
        view in ("timeline", "board")
        or (view == "map" and bool(disputed_places(dossier, frame.shown).any()))
    )
    if marked:
        out.append(_Entry("Disputed", _dispute_sign))
    if frame.highlight.dimming and view in ("map", "graph", "timeline", "board"):
        out.append(_Entry("Dimmed: not tied to what is selected", _dimmed_sign))
    return out


# -- heading and foot ------------------------------------------------------------------------


def _head(frame: Frame) -> Scene:
    theme = frame.theme
    box = Rect(MARGIN, MARGIN - 3, frame.width - 2 * MARGIN, 0)
    title = paragraph(frame.state.dossier.title, box, theme.text, TITLE, 700, lines=2)
    below = box._replace(y=title.bottom + 1)
    words = paragraph(shown_words(frame), below, theme.muted, SMALL, pitch=LINE)
    height = words.bottom + GAP
    items = (*title.items, *words.items, _rule(theme, 0, height - 1, frame.width))
    return Scene(frame.width, height, theme.ground, items, summary=shown_words(frame))


def _rule(theme: Theme, x: float, y: float, width: float, height: float = 1.0) -> Box:
    return Box(Rect(x, y, width, height), fill=theme.divider)


def _foot(frame: Frame, view: str) -> Scene:
    theme, right = frame.theme, frame.width - MARGIN
    items: list[Item] = [_rule(theme, 0, 0, frame.width)]
    x, y = MARGIN, GAP
    entries = _entries(frame, view)
    for entry in entries:
        wide = SIGN + 6 + text_width(entry.title, SMALL)
        if x > MARGIN and x + wide > right:
            x, y = MARGIN, y + LINE + 2
        items += entry.draw(theme, x, y + LINE / 2)
        items.append(Text(entry.title, x + SIGN + 6, y + LINE / 2 + 4, theme.text, SMALL))
        x += wide + 2 * GAP
    if entries:
        y += LINE + 4
    made = text_width(MADE_WITH, SMALL)
    box = Rect(MARGIN, y, frame.width - 2 * MARGIN, 0)
    most = max(int((frame.height * LONGEST_FOOT - y) // LINE), 1)
    block = paragraph(_credits(frame, box.width, most), box, theme.muted, SMALL, pitch=LINE)
    items += block.items
    last = block.items[-1]
    y = block.bottom - LINE
    assert isinstance(last, Text)
    if last.align == "right" or last.x + text_width(last.text, SMALL) + 2 * GAP > right - made:
        y += LINE
    items.append(Text(MADE_WITH, right, y + LINE / 2 + 3.1, theme.faint, SMALL, align="right"))
    return Scene(frame.width, y + LINE + GAP, theme.ground, tuple(items))


def _credits(frame: Frame, width: float, lines: int) -> str:
    """Name the sources, all of them if `lines` lines can hold them, else the first and a count."""
    titles = _sources(frame)
    if not titles:
        return "No sources recorded"

    def said(count: int) -> str:
        rest = len(titles) - count
        named = "; ".join(titles[:count])
        return "Sources: " + named + (f"; and {rest:,} more" if rest else "")

    # A text's share of the lines it may take is found without breaking it into lines.
    low, high = 1, len(titles)
    while low < high:
        middle = (low + high + 1) // 2
        if text_width(said(middle), SMALL) <= width * lines * 0.92:
            low = middle
        else:
            high = middle - 1
    return said(low)


def room_for(frame: Frame, view: str) -> tuple[float, float, float, float]:
    """Return how much heading, key and sources need around a view.

    Parameters
    ----------
    frame : Frame
        Its size is that of the whole picture.
    view : str
        ``map``, ``graph``, ``timeline``, ``evidence`` or ``board``.

    Returns
    -------
    tuple of float
        Left, top, right and bottom in pixels.
    """
    return 0.0, _head(frame).height, 0.0, _foot(frame, view).height


def framed(scene: Scene, frame: Frame, view: str) -> Scene:
    """Put a view between its heading and its foot.

    Parameters
    ----------
    scene : Scene
        The view, built at the size that `room_for` leaves.
    frame : Frame
        Its size is that of the whole picture.
    view : str
        As in `room_for`.
    """
    head, foot = _head(frame), _foot(frame, view)
    parts = [
        Placed(head, 0.0, 0.0),
        Placed(_titled(scene, frame.theme) if view == "map" else scene, 0.0, head.height),
        Placed(foot, 0.0, frame.height - foot.height),
    ]
    size = frame.width, frame.height
    summary = f"{frame.state.dossier.title}. {head.summary}. {scene.summary}"
    view_box = Rect(0.0, head.height, scene.width, scene.height)
    ground = [
        Box(Rect(0.0, 0.0, *size), fill=frame.theme.ground),
        Box(view_box, fill=scene.background),
    ]
    return together(size, frame.theme.ground, parts, ground, line_of(summary))


def _titled(scene: Scene, theme: Theme) -> Scene:
    """Return the map with its title, which the other views bring themselves."""
    title = Text("Map", MARGIN, 23.0, theme.muted, HEADING, 600, halo=theme.sea)
    return replace(scene, items=(*scene.items, title))


# -- the board -------------------------------------------------------------------------------


def board_layout(
    width: float, height: float, insets: tuple[float, float, float, float]
) -> dict[str, Rect]:
    """Return where the views stand on the board, as they do in the window.

    Parameters
    ----------
    width, height : float
        Size of the whole picture in pixels.
    insets : tuple of float
        Left, top, right and bottom pixels to be kept free.
    """
    left, top, right, bottom = insets
    inner = Rect(left, top, max(width - left - right, 5.0), max(height - top - bottom, 5.0))
    facets = min(max(0.148 * inner.width, 150.0), 250.0, inner.width * 0.2)
    evidence = min(max(0.22 * inner.width, 200.0), inner.width * 0.26)
    timeline = min(max(0.295 * inner.height, 130.0), 560.0, inner.height * 0.4)
    middle = inner.width - facets - evidence
    x, upper = inner.x + facets, inner.height - timeline
    map_width = middle * 0.555
    return {
        "facets": Rect(inner.x, inner.y, facets, inner.height),
        "map": Rect(x, inner.y, map_width, upper),
        "graph": Rect(x + map_width, inner.y, middle - map_width, upper),
        "timeline": Rect(x, inner.y + upper, middle, timeline),
        "evidence": Rect(inner.right - evidence, inner.y, evidence, inner.height),
    }


def build_board(frame: Frame, builders: Mapping[str, Callable[[Frame], Scene]]) -> Scene:
    """Draw all views in one picture, arranged as in the window.

    Parameters
    ----------
    frame : Frame
        Its size is that of the whole picture.
    builders : mapping of str to callable
        For each of ``facets``, ``map``, ``graph``, ``timeline`` and ``evidence`` what builds its
        scene for a frame of the size it gets.
    """
    insets = room_for(frame, "board")
    rects = board_layout(frame.width, frame.height, insets)
    theme = frame.theme
    scenes = {
        name: builders[name](frame.sized(rect.width, rect.height)) for name, rect in rects.items()
    }
    scenes["map"] = _titled(scenes["map"], theme)
    top = insets[1]
    parts = [Placed(scenes[name], rect.x, rect.y - top) for name, rect in rects.items()]
    rules = tuple(
        _rule(theme, *line)
        for line in (
            (rects["map"].x - 1, 0.0, 1.0, rects["facets"].height),
            (rects["graph"].x - 1, 0.0, 1.0, rects["graph"].height),
            (rects["evidence"].x, 0.0, 1.0, rects["evidence"].height),
            (rects["timeline"].x, rects["map"].height - 1, rects["timeline"].width, 1.0),
        )
    )
    size = frame.width, rects["facets"].height
    ground = [
        Box(rect._replace(y=rect.y - top), fill=scenes[name].background)
        for name, rect in rects.items()
    ]
    inner = together(size, theme.ground, parts, ground)
    return framed(replace(inner, items=(*inner.items, *rules)), frame, "board")

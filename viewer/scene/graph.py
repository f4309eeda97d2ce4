"""The graph of relationships as a scene: who is tied to whom, and how, at a date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from viewer.model.dossier import Index, Mask
from viewer.scene.frame import Camera, Frame
from viewer.scene.graph_drawn import MANY_EDGES, Drawn
from viewer.scene.graph_drawn import drawn as drawn_in
from viewer.scene.graph_geometry import Paths, paths
from viewer.scene.graph_labels import TITLE_HEIGHT, node_labels
from viewer.scene.graph_plan import as_of, plan_of, positions
from viewer.scene.graph_signs import KEY_LINE, SIGN, backing, signs
from viewer.scene.graph_signs import key as key_of
from viewer.scene.graph_targets import targets
from viewer.scene.labels import text_box
from viewer.scene.primitives import (
    SHAPES,
    Arrows,
    Colour,
    Curves,
    Dash,
    Floats,
    Item,
    Marks,
    Scene,
    Text,
)
from viewer.scene.style import BODY, DIM, GAP, HEADING, MARGIN, Theme
from viewer.scene.wording import counted

ONCE = 0.5
"""Strength of edges with one event or relation behind them when nothing is picked."""
_SIGN_SPOTS = np.array([0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74])
"""Shares of the way along an edge at which its sign may stand, the best first."""


@dataclass(frozen=True, eq=False)
class GraphScene(Scene):
    """A picture of the graph.

    Parameters
    ----------
    camera : Camera
        The part of the plane shown; world units are those of the layout.
    actors : ndarray of intp, shape (n,)
        Row of each node drawn.
    xy : ndarray of float64, shape (n, 2)
        Nodes in pixels.
    radii : ndarray of float64, shape (n,)
        Half the width of each node in pixels.
    edges : ndarray of intp, shape (m,)
        Which of `viewer.model.graph.edges` are drawn.
    ends : ndarray of intp, shape (m, 2)
        Nodes of each edge drawn, as positions in `actors`.
    tips : ndarray of float64, shape (m, 2)
        Where each edge meets the border of its second node.
    dimmed, ended : ndarray of bool, shape (m,)
        Which edges drawn are dimmed, and which are dashed because they no longer hold.
    as_of : str
        The date in words for which ties are drawn; empty in a dossier without dates.
    """

    camera: Camera = field(default_factory=lambda: Camera(0.0, 0.0, 1.0))
    actors: Index = field(default_factory=lambda: np.empty(0, dtype=np.intp))
    xy: Floats = field(default_factory=lambda: np.empty((0, 2)))
    radii: Floats = field(default_factory=lambda: np.empty(0))
    edges: Index = field(default_factory=lambda: np.empty(0, dtype=np.intp))
    ends: Index = field(default_factory=lambda: np.empty((0, 2), dtype=np.intp))
    tips: Floats = field(default_factory=lambda: np.empty((0, 2)))
    dimmed: Mask = field(default_factory=lambda: np.empty(0, dtype=bool))
    ended: Mask = field(default_factory=lambda: np.empty(0, dtype=bool))
    as_of: str = ""


def build_graph_scene(frame: Frame, camera: Camera | None = None) -> GraphScene:
    """Build the picture of the graph.

    Parameters
    ----------
    frame : Frame
    camera : Camera, optional
        Which part of the layout to show; None: all of it.
    """
    theme, state = frame.theme, frame.state
    dossier = state.dossier
    moment, words = as_of(dossier, state.filter.span)
    head = _heading(frame, words)
    if not frame.shown.actors.any():
        return _nothing(frame, head)
    plan = plan_of(dossier)
    world = positions(dossier, state.layout, max(frame.width, 1.0) / max(frame.height, 1.0))
    # Rows of the key are known only once the edges are; two are what it nearly always takes.
    if camera is None:
        extent = *world.min(axis=0), *world.max(axis=0)
        bottom = 2 * KEY_LINE + 4 * GAP
        camera = Camera.fit(extent, frame.width, frame.height, (36.0, TITLE_HEIGHT, 36.0, bottom))
    shrink = float(np.clip(camera.scale**-0.6, 0.3, 1.0))
    px = camera.to_pixels(world, frame.width, frame.height)
    drawn = drawn_in(frame, plan, px, shrink, moment)

    widths = _edge_widths(drawn)
    heads = 4.8 + 1.3 * widths
    lines = paths(drawn.ends, drawn.directed, drawn.xy, drawn.radii, drawn.shapes, SHAPES, heads)
    key = key_of(frame, drawn)
    spots = _dispute_spots(drawn, lines)
    labels = node_labels(frame, plan, drawn, lines, key.rect, spots)
    many = len(drawn.edges) > MANY_EDGES
    items: list[Item] = []
    dim = ~drawn.edge_bright & drawn.dimming
    colours = _edge_colours(theme, drawn, dim)
    for part in (dim, ~dim):
        chosen = np.flatnonzero(part)
        # Grey below colour, thin below thick; what looks alike in a row is painted at once.
        alike = drawn.ended[chosen], drawn.quads[chosen]
        chosen = chosen[np.lexsort((*alike, widths[chosen], drawn.quads[chosen] >= 0))]
        items += _edge_items(theme, drawn, lines, chosen, colours, widths, heads, many)
    items += _node_items(theme, drawn)
    marked = np.flatnonzero(drawn.disputed)
    items += signs(theme, spots, [colours[i] for i in marked.tolist()], dim[marked])
    items += [text for text, _ in labels]
    items += [*key.items, *head]
    return GraphScene(
        frame.width,
        frame.height,
        theme.graph_ground,
        tuple(items),
        targets(dossier, plan, drawn, lines, many),
        _summary(drawn, words),
        tuple(labels),
        camera=camera,
        actors=drawn.actors,
        xy=drawn.xy,
        radii=drawn.radii,
        edges=drawn.edges,
        ends=drawn.ends,
        tips=lines.tips,
        dimmed=dim,
        ended=drawn.ended,
        as_of=words,
    )


def _heading(frame: Frame, words: str) -> list[Item]:
    theme = frame.theme
    baseline = MARGIN + HEADING / 2
    texts = [Text("Relationships", MARGIN, baseline, theme.muted, HEADING, 600)]
    if words:
        right = frame.width - MARGIN
        texts.append(Text(f"as of {words}", right, baseline, theme.muted, BODY, align="right"))
    return [*(backing(theme, text_box(text)) for text in texts), *texts]


def _nothing(frame: Frame, head: Sequence[Item]) -> GraphScene:
    theme, middle = frame.theme, (frame.width / 2, frame.height / 2)
    lines = (
        Text("No actors to show.", middle[0], middle[1] - 4, theme.muted, HEADING, 600, "centre"),
        Text(
            "Widen the filter or open another dossier.",
            middle[0], middle[1] + 16, theme.muted, BODY, align="centre",
        ),
    )  # fmt: skip
    return GraphScene(
        frame.width, frame.height, theme.graph_ground, (*lines, *head),
        summary=" ".join(line.text for line in lines),
    )  # fmt: skip


def _summary(drawn: Drawn, words: str) -> str:
    out = f"{counted(len(drawn.actors), 'actor')} and {counted(len(drawn.edges), 'tie')}"
    if words:
        out += f" as of {words}"
    if drawn.dimming:
        out += f"; {counted(int(drawn.bright.sum()), 'actor')} stand out"
    return out + "."


# -- edges -----------------------------------------------------------------------------------


def _edge_widths(drawn: Drawn) -> Floats:
    """Return widths in pixels: 1 to 4, by the number of events."""
    classed = 1.2 + 0.75 * np.log2(np.maximum(drawn.counts, 1))
    widths: Floats = np.where(drawn.quads < 0, 1.0, np.minimum(classed, 4.0))
    return widths


def _edge_colours(theme: Theme, drawn: Drawn, dim: Mask) -> list[Colour]:
    ground = theme.graph_ground
    # When nothing is picked every edge is there: what happened once steps back a little.
    few = len(drawn.edges) <= MANY_EDGES
    once = 1.0 if drawn.dimming else ONCE if few else ONCE / 2
    strengths = np.where(dim, DIM * 0.8, np.where(drawn.counts > 1, 1.0, once))
    looks = list(zip(drawn.quads.tolist(), strengths.tolist(), strict=True))
    mixed = {(quad, share): theme.quad(quad).over(ground, share) for quad, share in set(looks)}
    return [mixed[look] for look in looks]


def _edge_items(
    theme: Theme,
    drawn: Drawn,
    lines: Paths,
    chosen: Index,
    colours: Sequence[Colour],
    widths: Floats,
    heads: Floats,
    many: bool,
) -> list[Item]:
    if not len(chosen):
        return []
    dashes: list[Dash] = ["dashed" if ended else "solid" for ended in drawn.ended[chosen]]
    own = tuple(colours[i] for i in chosen.tolist())
    controls = lines.controls[chosen]
    if many:
        curves = Curves(
            tuple(controls[:, [0, 3]]), own, tuple(widths[chosen].tolist()), tuple(dashes)
        )
    else:
        curves = Curves(tuple(controls), own, tuple(widths[chosen].tolist()), tuple(dashes), True)
    items: list[Item] = [curves]
    pointed = chosen[drawn.directed[chosen] & (not many)]
    if len(pointed):
        items.append(
            Arrows(
                lines.tips[pointed],
                lines.angles[pointed],
                heads[pointed],
                tuple(colours[i] for i in pointed.tolist()),
            )
        )
    return items


def _dispute_spots(drawn: Drawn, lines: Paths) -> Floats:
    """Return where disputed edges carry their sign: near the middle, clear of nodes."""
    marked = np.flatnonzero(drawn.disputed)
    # Among many edges no spot is clear, and looking for one takes long.
    shares = _SIGN_SPOTS if len(drawn.edges) <= MANY_EDGES else _SIGN_SPOTS[:1]
    points = lines.at(shares)[marked]
    if len(shares) == 1:
        return points[:, 0]
    apart = np.hypot(*(points[:, :, None] - drawn.xy).transpose(3, 0, 1, 2)) - drawn.radii
    clear = apart.min(axis=2, initial=np.inf) > SIGN + 2
    best: Floats = points[np.arange(len(marked)), np.argmax(clear, axis=1)]
    return best


# -- nodes -----------------------------------------------------------------------------------


def _node_items(theme: Theme, drawn: Drawn) -> list[Item]:
    items: list[Item] = []
    picked = np.flatnonzero(drawn.picked)
    if len(picked):
        items.append(_rings(drawn, picked, theme.pick, 4.5, 2.2))
    bright = drawn.bright | drawn.picked if drawn.dimming else np.ones(len(drawn.xy), dtype=bool)
    faded = theme.node_plain, theme.node_plain_stroke.over(theme.graph_ground, 0.8)
    for chosen, fill, stroke, width in (
        (np.flatnonzero(~bright), *faded, 1.2),
        (np.flatnonzero(bright), theme.node, theme.node_stroke, 1.4),
    ):
        # Small ones over large ones, so that none is hidden.
        chosen = chosen[np.argsort(-drawn.radii[chosen], kind="stable")]
        if len(chosen):
            items.append(
                Marks(
                    drawn.xy[chosen],
                    drawn.radii[chosen],
                    tuple(SHAPES[code] for code in drawn.shapes[chosen].tolist()),
                    (fill,) * len(chosen),
                    (stroke,) * len(chosen),
                    np.full(len(chosen), width),
                )
            )
    return items


def _rings(drawn: Drawn, chosen: Index, colour: Colour, gap: float, width: float) -> Marks:
    count = len(chosen)
    return Marks(
        drawn.xy[chosen],
        drawn.radii[chosen] + gap,
        tuple(SHAPES[code] for code in drawn.shapes[chosen].tolist()),
        (None,) * count,
        (colour,) * count,
        np.full(count, width),
    )

"""The nodes and edges of the graph as primitives, all of them or one lifted out to be dragged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from viewer.model.dossier import Index, Mask
from viewer.scene.frame import Camera, Frame
from viewer.scene.graph_drawn import MANY_EDGES, Drawn
from viewer.scene.graph_drawn import drawn as drawn_in
from viewer.scene.graph_geometry import Paths, paths
from viewer.scene.graph_labels import TITLE_HEIGHT
from viewer.scene.graph_layout import positions
from viewer.scene.graph_plan import Plan, as_of, plan_of
from viewer.scene.graph_signs import KEY_LINE, SIGN, key_lines, signs
from viewer.scene.primitives import SHAPES, Arrows, Colour, Curves, Dash, Floats, Item, Lines, Marks
from viewer.scene.style import DIM, GAP, Theme

ONCE = 0.5
"""Strength of edges with one event or relation behind them when nothing is picked."""
MAYBE = 0.85
"""Share of their strength that is left to edges that only may hold: dots are pale already."""
MAYBE_LEAST = 1.6
"""Least width of such edges in pixels: thinner dots are not seen."""
_SIGN_SPOTS = np.array([0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74])
"""Shares of the way along an edge at which its sign may stand, the best first."""


@dataclass(frozen=True, eq=False)
class Parts:
    """What a picture of the graph is put together from.

    Parameters
    ----------
    plan : Plan
    drawn : Drawn
    camera : Camera
    lines : Paths
    widths, heads : ndarray of float64, shape (m,)
        Widths of the edges and lengths of their arrowheads in pixels.
    dim : ndarray of bool, shape (m,)
    colours : list of Colour
        Of the edges.
    words : str
        The date as of which ties are drawn.
    """

    plan: Plan
    drawn: Drawn
    camera: Camera
    lines: Paths
    widths: Floats
    heads: Floats
    dim: Mask
    colours: list[Colour]
    words: str

    @property
    def many(self) -> bool:
        """Whether edges are so many that they are drawn plainly."""
        return len(self.drawn.edges) > MANY_EDGES


def aspect_of(frame: Frame) -> float:
    """Return the shape of the pane: its width over its height."""
    return max(frame.width, 1.0) / max(frame.height, 1.0)


def parts(frame: Frame, camera: Camera | None) -> Parts:
    """Work out what is in the picture and where.

    Parameters
    ----------
    frame : Frame
    camera : Camera, optional
        Which part of the layout to show; None: all of it.
    """
    theme, state = frame.theme, frame.state
    dossier = state.dossier
    moment, words = as_of(state)
    plan = plan_of(dossier)
    world = positions(dossier, state.layout, aspect_of(frame), frame.patience)
    if camera is None:
        extent = *world.min(axis=0), *world.max(axis=0)
        bottom = key_lines(frame) * KEY_LINE + 4 * GAP
        camera = Camera.fit(extent, frame.width, frame.height, (36.0, TITLE_HEIGHT, 36.0, bottom))
    shrink = float(np.clip(camera.scale**-0.6, 0.3, 1.0))
    px = camera.to_pixels(world, frame.width, frame.height)
    drawn = drawn_in(frame, plan, px, shrink, moment)

    widths = _edge_widths(drawn)
    heads = 4.8 + 1.3 * widths
    lines = paths(drawn.ends, drawn.directed, drawn.xy, drawn.radii, drawn.shapes, SHAPES, heads)
    dim = ~drawn.edge_bright & drawn.dimming
    colours = _edge_colours(theme, drawn, dim)
    return Parts(plan, drawn, camera, lines, widths, heads, dim, colours, words)


def edges_and_nodes(theme: Theme, shown: Parts, edges: Mask, nodes: Mask) -> list[Item]:
    """Return the primitives of some edges and nodes, edges below nodes, signs on top.

    Parameters
    ----------
    theme : Theme
    shown : Parts
    edges, nodes : ndarray of bool
        Which of those drawn, shapes (m,) and (n,).
    """
    drawn, lines, widths, dim = shown.drawn, shown.lines, shown.widths, shown.dim
    items: list[Item] = []
    for part in (dim, ~dim):
        chosen = np.flatnonzero(part & edges)
        # Grey below colour, thin below thick; what looks alike in a row is painted at once.
        alike = drawn.maybe[chosen], drawn.ended[chosen], drawn.quads[chosen]
        chosen = chosen[np.lexsort((*alike, widths[chosen], drawn.quads[chosen] >= 0))]
        items += _edge_items(theme, shown, chosen)
    items += _node_items(theme, drawn, nodes)
    marked = np.flatnonzero(drawn.disputed & edges)
    spots = dispute_spots(drawn, lines, marked)
    return items + signs(theme, spots, [shown.colours[i] for i in marked.tolist()], dim[marked])


def _edge_widths(drawn: Drawn) -> Floats:
    """Return widths in pixels: 1 to 4, by the number of events."""
    classed = 1.2 + 0.75 * np.log2(np.maximum(drawn.counts, 1))
    least = np.where(drawn.maybe, MAYBE_LEAST, 1.0)
    widths: Floats = np.where(drawn.quads < 0, least, np.clip(classed, least, 4.0))
    return widths


def _edge_colours(theme: Theme, drawn: Drawn, dim: Mask) -> list[Colour]:
    ground = theme.graph_ground
    # When nothing is picked every edge is there: what happened once steps back a little.
    few = len(drawn.edges) <= MANY_EDGES
    once = 1.0 if drawn.dimming else ONCE if few else ONCE / 2
    strengths = np.where(dim, DIM * 0.8, np.where(drawn.counts > 1, 1.0, once))
    strengths = np.where(drawn.maybe, MAYBE * strengths, strengths)
    looks = list(zip(drawn.quads.tolist(), strengths.tolist(), strict=True))
    mixed = {(quad, share): theme.quad(quad).over(ground, share) for quad, share in set(looks)}
    return [mixed[look] for look in looks]


def _edge_items(theme: Theme, shown: Parts, chosen: Index) -> list[Item]:
    drawn, lines, colours, widths = shown.drawn, shown.lines, shown.colours, shown.widths
    many = shown.many
    if not len(chosen):
        return []
    kinds: tuple[Dash, ...] = "solid", "dashed", "dotted"
    code = np.where(drawn.maybe, 2, drawn.ended)[chosen]
    dashes = [kinds[kind] for kind in code.tolist()]
    own = tuple(colours[i] for i in chosen.tolist())
    controls, wide = lines.controls[chosen], widths[chosen].tolist()
    if many:
        looks: dict[tuple[Colour, float, Dash], int] = {}
        alike = (looks.setdefault(look, len(looks)) for look in zip(own, wide, dashes, strict=True))
        codes = np.fromiter(alike, np.intp, len(chosen))
        return [Lines(controls[:, [0, 3]].reshape(-1, 4), codes, tuple(looks))]
    items: list[Item] = [Curves(tuple(controls), own, tuple(wide), tuple(dashes), True)]
    pointed = chosen[drawn.directed[chosen]]
    if len(pointed):
        items.append(
            Arrows(
                lines.tips[pointed],
                lines.angles[pointed],
                shown.heads[pointed],
                tuple(colours[i] for i in pointed.tolist()),
            )
        )
    return items


def dispute_spots(drawn: Drawn, lines: Paths, marked: Index) -> Floats:
    """Return where disputed edges carry their sign: near the middle, clear of nodes."""
    # Among many edges no spot is clear, and looking for one takes long.
    shares = _SIGN_SPOTS if len(drawn.edges) <= MANY_EDGES else _SIGN_SPOTS[:1]
    points = lines.at(shares)[marked]
    if len(shares) == 1:
        return points[:, 0]
    apart = np.hypot(*(points[:, :, None] - drawn.xy).transpose(3, 0, 1, 2)) - drawn.radii
    clear = apart.min(axis=2, initial=np.inf) > SIGN + 2
    best: Floats = points[np.arange(len(marked)), np.argmax(clear, axis=1)]
    return best


def _node_items(theme: Theme, drawn: Drawn, nodes: Mask) -> list[Item]:
    items: list[Item] = []
    picked = np.flatnonzero(drawn.picked & nodes)
    if len(picked):
        items.append(_rings(drawn, picked, theme.pick, 4.5, 2.2))
    bright = drawn.bright | drawn.picked if drawn.dimming else np.ones(len(drawn.xy), dtype=bool)
    faded = theme.node_plain, theme.node_plain_stroke.over(theme.graph_ground, 0.8)
    for chosen, fill, stroke, width in (
        (np.flatnonzero(~bright & nodes), *faded, 1.2),
        (np.flatnonzero(bright & nodes), theme.node, theme.node_stroke, 1.4),
    ):
        # Small ones over large ones, so that none is hidden.
        chosen = chosen[np.argsort(-drawn.radii[chosen], kind="stable")]
        if len(chosen):
            items.append(
                Marks(
                    drawn.xy[chosen],
                    drawn.radii[chosen],
                    tuple(SHAPES[code] for code in drawn.shapes[chosen].tolist()),
                    _fills(theme, drawn, chosen, fill),
                    (stroke,) * len(chosen),
                    np.full(len(chosen), width),
                )
            )
    return items


def _fills(theme: Theme, drawn: Drawn, chosen: Index, plain: Colour) -> tuple[Colour, ...]:
    """Return the fills of nodes: by a measure where one is chosen, paler where they are dimmed."""
    fills = drawn.measured.fills
    if fills is None:
        return (plain,) * len(chosen)
    dimmed = plain == theme.node_plain
    own = (fills[row] for row in drawn.actors[chosen].tolist())
    return tuple(fill.over(theme.graph_ground, DIM) if dimmed else fill for fill in own)


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

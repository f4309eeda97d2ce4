"""The edges and nodes of a graph as primitives: in full, or as what very many add up to."""

from __future__ import annotations

import numpy as np

from viewer.model.arrays import numbered
from viewer.model.dossier import Index, Mask
from viewer.progress import Progress, unheard
from viewer.scene.frame import Frame
from viewer.scene.graph_drawn import Drawn
from viewer.scene.graph_parts import MANY_NODES, Detail, Parts, edge_colours, in_view
from viewer.scene.graph_signs import signs
from viewer.scene.primitives import (
    SHAPES,
    Arrows,
    Colour,
    Curves,
    Dash,
    Item,
    Marks,
    Pixels,
    Rect,
    Symbols,
)
from viewer.scene.strands import woven
from viewer.scene.style import DIM, Theme

STRAND = 0.3
"""Opacity of a plain line."""
DIM_STRAND = 0.5
"""Share of it that is left to what is dimmed."""
FAINT = 0.5
"""How much a plain line counts that has ended, or only may hold."""
_STEP = 0.5
"""Pixels to which the radii of very many nodes are rounded."""


def edges_and_nodes(
    frame: Frame, shown: Parts, edges: Mask, nodes: Mask, progress: Progress = unheard
) -> list[Item]:
    """Return the primitives of some edges and nodes, edges below nodes, signs on top.

    Parameters
    ----------
    frame : Frame
    shown : Parts
    edges, nodes : ndarray of bool
        Which of those drawn, shapes (m,) and (n,).
    progress : Progress
        Asked again and again whether to go on.
    """
    theme, drawn, detail = frame.theme, shown.drawn, shown.detail
    plain = shown.plain[edges[shown.plain]]
    items: list[Item] = []
    for dim in (True, False):
        items += _strands(frame, drawn, plain[shown.dim[plain] == dim], dim, progress)
    for dim in (True, False):
        chosen = np.flatnonzero((shown.dim[detail.edges] == dim) & edges[detail.edges])
        items += edge_items(drawn, detail, chosen)
    if len(drawn.xy) > MANY_NODES:
        nodes = nodes & in_view(drawn, frame)
    items += node_items(theme, drawn, nodes)
    kept = edges[shown.signed]
    marked = shown.signed[kept]
    colours = edge_colours(theme, drawn, marked)
    return items + signs(theme, shown.spots[kept], colours, shown.dim[marked])


def _strands(
    frame: Frame, drawn: Drawn, chosen: Index, dim: bool, progress: Progress
) -> list[Item]:
    """Return plain lines as one picture."""
    if not len(chosen):
        return []
    theme, codes = frame.theme, drawn.quads[chosen].astype(np.intp) + 1
    inks = [(c.b, c.g, c.r) for c in map(theme.quad, range(-1, 4))]
    # Few steps: what counts alike is drawn together.
    shares = 1 + np.minimum(np.log2(np.maximum(drawn.counts[chosen], 1)) // 2, 2)
    shares *= np.where(drawn.ended[chosen] | drawn.maybe[chosen], FAINT, 1.0)
    shape = max(round(frame.height), 1), max(round(frame.width), 1)
    one = STRAND * (DIM_STRAND if dim else 1.0)
    lines = drawn.straight[chosen].T, codes, shares.astype(np.float32)
    picture, left, top = woven(*lines, inks, shape, one, progress)
    height, width, _ = picture.shape
    return [Pixels(picture, Rect(float(left), float(top), float(width), float(height)))]


def edge_items(drawn: Drawn, detail: Detail, chosen: Index) -> list[Item]:
    """Return edges drawn in full, by their positions in `detail`."""
    if not len(chosen):
        return []
    edges, lines, widths = detail.edges, detail.lines, detail.widths
    # Grey below colour, thin below thick; what looks alike in a row is painted at once.
    own = edges[chosen]
    alike = drawn.maybe[own], drawn.ended[own], drawn.quads[own]
    chosen = chosen[np.lexsort((*alike, widths[chosen], drawn.quads[own] >= 0))]
    own = edges[chosen]
    kinds: tuple[Dash, ...] = "solid", "dashed", "dotted"
    code = np.where(drawn.maybe[own], 2, drawn.ended[own])
    dashes = tuple(kinds[kind] for kind in code.tolist())
    colours = tuple(detail.colours[i] for i in chosen.tolist())
    wide = tuple(widths[chosen].tolist())
    items: list[Item] = [Curves(tuple(lines.controls[chosen]), colours, wide, dashes, True)]
    pointed = chosen[drawn.directed[own]]
    if len(pointed):
        tips, angles, heads = lines.tips[pointed], lines.angles[pointed], detail.heads[pointed]
        fills = tuple(detail.colours[i] for i in pointed.tolist())
        items.append(Arrows(tips, angles, heads, fills))
    return items


def node_items(theme: Theme, drawn: Drawn, nodes: Mask) -> list[Item]:
    """Return nodes, those that are picked with a ring."""
    items: list[Item] = []
    picked = np.flatnonzero(drawn.picked & nodes)
    if len(picked):
        items.append(_rings(drawn, picked, theme.pick, 4.5, 2.2))
    bright = drawn.bright | drawn.picked if drawn.dimming else np.ones(len(drawn.xy), dtype=bool)
    faded = theme.node_plain, theme.node_plain_stroke.over(theme.graph_ground, 0.8)
    many = np.count_nonzero(nodes) > MANY_NODES
    for chosen, fill, stroke, width in (
        (np.flatnonzero(~bright & nodes), *faded, 1.2),
        (np.flatnonzero(bright & nodes), theme.node, theme.node_stroke, 1.4),
    ):
        # Small ones over large ones, so that none is hidden.
        chosen = chosen[np.argsort(-drawn.radii[chosen], kind="stable")]
        palette, fills = _fills(theme, drawn, chosen, fill)
        if many and len(chosen):
            items.append(_symbols(drawn, chosen, palette, fills, stroke, width))
        elif len(chosen):
            items.append(
                Marks(
                    drawn.xy[chosen],
                    drawn.radii[chosen],
                    tuple(SHAPES[code] for code in drawn.shapes[chosen].tolist()),
                    tuple(palette[code] for code in fills.tolist()),
                    (stroke,) * len(chosen),
                    np.full(len(chosen), width),
                )
            )
    return items


def _symbols(
    drawn: Drawn,
    chosen: Index,
    palette: tuple[Colour, ...],
    fills: Index,
    stroke: Colour,
    width: float,
) -> Symbols:
    """Return very many nodes, with finer lines where they are small."""
    steps = np.maximum(np.rint(drawn.radii[chosen] / _STEP), 2).astype(np.intp)
    # The greatest first.
    key = ((steps.max() - steps) * len(SHAPES) + drawn.shapes[chosen]) * len(palette) + fills
    kinds, codes = numbered(key)
    looks = []
    for kind in kinds.tolist():
        rest, fill = divmod(kind, len(palette))
        down, shape = divmod(rest, len(SHAPES))
        radius = float(steps.max() - down) * _STEP
        looks.append((radius, SHAPES[shape], palette[fill], stroke, min(width, 0.3 * radius)))
    return Symbols(drawn.xy[chosen], codes, tuple(looks))


def _fills(
    theme: Theme, drawn: Drawn, chosen: Index, plain: Colour
) -> tuple[tuple[Colour, ...], Index]:
    """Return the fills of nodes: by a measure where one is chosen, paler where they are dimmed."""
    measured = drawn.measured
    if measured.fills is None:
        return (plain,), np.zeros(len(chosen), dtype=np.intp)
    palette = measured.palette
    if plain == theme.node_plain:
        palette = tuple(fill.over(theme.graph_ground, DIM) for fill in palette)
    return palette, measured.fills[drawn.actors[chosen]]


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

"""What is in a picture of the graph and where, as arrays.

Of many edges only those that can be told apart are drawn in full, with bends, arrowheads, dashes
and signs: all of them where there are few in view, else those that stand out. The rest are plain
lines that add up; see `graph_strands`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from viewer.model.dossier import Index, Mask
from viewer.progress import Progress, unheard
from viewer.scene.frame import Camera, Frame
from viewer.scene.graph_drawn import MANY_EDGES, Drawn
from viewer.scene.graph_drawn import drawn as drawn_in
from viewer.scene.graph_geometry import Paths, paths
from viewer.scene.graph_labels import TITLE_HEIGHT
from viewer.scene.graph_layout import positions
from viewer.scene.graph_plan import Plan, as_of, plan_of
from viewer.scene.graph_signs import KEY_LINE, SIGN, key_lines
from viewer.scene.primitives import SHAPES, Colour, Floats
from viewer.scene.strands import clipped
from viewer.scene.style import DIM, GAP, Theme

ONCE = 0.5
"""Strength of edges with one event or relation behind them when nothing is picked."""
MAYBE = 0.85
"""Share of their strength that is left to edges that only may hold: dots are pale already."""
MAYBE_LEAST = 1.6
"""Least width of such edges in pixels: thinner dots are not seen."""
MOST_SIGNS = 100
"""Signs of disputes among many edges."""
MANY_NODES = 1000
"""Nodes in view from which on they make room for what lies between them."""
CROWDED = 0.1
"""Share of the pane that so many nodes cover at most."""
_SIGN_SPOTS = np.array([0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74])
"""Shares of the way along an edge at which its sign may stand, the best first."""
_HALFWAY = np.array([0.5])


@dataclass(frozen=True, eq=False)
class Detail:
    """Edges that are drawn in full.

    Parameters
    ----------
    edges : ndarray of intp, shape (k,)
        Which of those drawn, in order.
    lines : Paths
    widths, heads : ndarray of float64, shape (k,)
        Widths of the edges and lengths of their arrowheads in pixels.
    colours : list of Colour
    """

    edges: Index
    lines: Paths
    widths: Floats
    heads: Floats
    colours: list[Colour]


@dataclass(frozen=True, eq=False)
class Parts:
    """What a picture of the graph is put together from.

    Parameters
    ----------
    plan : Plan
    drawn : Drawn
    camera : Camera
    detail : Detail
        Edges drawn in full.
    plain : ndarray of intp
        Which of the edges drawn are plain lines in view.
    middles : ndarray of float64, shape (m, 2)
        Halfway along each edge.
    signed : ndarray of intp, shape (s,)
        Which of the edges drawn carry the sign of a dispute.
    spots : ndarray of float64, shape (s, 2)
        Where these signs stand.
    dim : ndarray of bool, shape (m,)
    words : str
        The date as of which ties are drawn.
    """

    plan: Plan
    drawn: Drawn
    camera: Camera
    detail: Detail
    plain: Index
    middles: Floats
    signed: Index
    spots: Floats
    dim: Mask
    words: str

    @property
    def crowded(self) -> bool:
        """Whether there are more edges than can be told apart."""
        return len(self.plain) > 0


def aspect_of(frame: Frame) -> float:
    """Return the shape of the pane: its width over its height."""
    return max(frame.width, 1.0) / max(frame.height, 1.0)


def parts(frame: Frame, camera: Camera | None, progress: Progress = unheard) -> Parts:
    """Work out what is in the picture and where.

    Parameters
    ----------
    frame : Frame
    camera : Camera, optional
        Which part of the layout to show; None: all of it.
    progress : Progress
        Asked now and then whether to go on.
    """
    state = frame.state
    dossier = state.dossier
    moment, words = as_of(state)
    plan = plan_of(dossier)
    world = positions(dossier, state.layout, aspect_of(frame), frame.patience)
    if camera is None:
        extent = *world.min(axis=0), *world.max(axis=0)
        bottom = key_lines(frame) * KEY_LINE + 4 * GAP
        camera = Camera.fit(extent, frame.width, frame.height, (36.0, TITLE_HEIGHT, 36.0, bottom))
        if extent[:2] == extent[2:]:
            # Of one node there is nothing to fit; others are about to come beside it.
            camera = replace(camera, scale=1.0)
    shrink = float(np.clip(camera.scale**-0.6, 0.3, 1.0))
    px = camera.to_pixels(world, frame.width, frame.height)
    progress(0.0)
    drawn = _thinned(drawn_in(frame, plan, px, shrink, moment), frame)
    progress(0.0)
    whole, plain = _told_apart(drawn, frame)
    progress(0.0)
    detail = detailed(frame.theme, drawn, whole)
    middles = (drawn.straight[:, :2] + drawn.straight[:, 2:]) * 0.5
    middles[whole] = detail.lines.at(_HALFWAY)[:, 0]
    signed, spots = signs_of(drawn, detail, plain, middles)
    dim = ~drawn.edge_bright & drawn.dimming
    return Parts(plan, drawn, camera, detail, plain, middles, signed, spots, dim, words)


def in_view(drawn: Drawn, frame: Frame) -> Mask:
    """Return which nodes can be seen."""
    x, y = drawn.xy.T
    out: Mask = (x > -drawn.radii) & (x < frame.width + drawn.radii)
    out &= (y > -drawn.radii) & (y < frame.height + drawn.radii)
    return out


def _thinned(drawn: Drawn, frame: Frame) -> Drawn:
    """Return the same with smaller nodes where there are very many."""
    seen = np.flatnonzero(in_view(drawn, frame))
    if len(seen) <= MANY_NODES:
        return drawn
    covered = np.pi * float((drawn.radii[seen] ** 2).sum()) / (frame.width * frame.height)
    return replace(drawn, radii=drawn.radii * min(np.sqrt(CROWDED / covered), 1.0))


def _told_apart(drawn: Drawn, frame: Frame) -> tuple[Index, Index]:
    """Return which edges are drawn in full and which as plain lines; the rest are out of view."""
    count = len(drawn.edges)
    if count <= MANY_EDGES:
        return np.arange(count), np.empty(0, dtype=np.intp)
    seen, _ = clipped(drawn.straight.T, frame.width, frame.height)
    if len(seen) <= MANY_EDGES:
        return seen, seen[:0]
    bright = drawn.edge_bright[seen] & drawn.dimming
    if np.count_nonzero(bright) > MANY_EDGES:
        bright[:] = False
    return seen[bright], seen[~bright]


def detailed(theme: Theme, drawn: Drawn, chosen: Index) -> Detail:
    """Return some edges as they are drawn in full."""
    classed = 1.2 + 0.75 * np.log2(np.maximum(drawn.counts[chosen], 1))
    least = np.where(drawn.maybe[chosen], MAYBE_LEAST, 1.0)
    widths = np.where(drawn.quads[chosen] < 0, least, np.clip(classed, least, 4.0))
    heads = 4.8 + 1.3 * widths
    nodes = drawn.xy, drawn.radii, drawn.shapes
    lines = paths(drawn.ends[chosen], drawn.directed[chosen], *nodes, SHAPES, heads)
    return Detail(chosen, lines, widths, heads, edge_colours(theme, drawn, chosen))


def edge_colours(theme: Theme, drawn: Drawn, chosen: Index) -> list[Colour]:
    """Return the colours of some edges."""
    ground = theme.graph_ground
    dim = ~drawn.edge_bright[chosen] & drawn.dimming
    # When nothing is picked every edge is there: what happened once steps back a little.
    once = 1.0 if drawn.dimming else ONCE
    strengths = np.where(dim, DIM * 0.8, np.where(drawn.counts[chosen] > 1, 1.0, once))
    strengths = np.where(drawn.maybe[chosen], MAYBE * strengths, strengths)
    looks = list(zip(drawn.quads[chosen].tolist(), strengths.tolist(), strict=True))
    mixed = {(quad, share): theme.quad(quad).over(ground, share) for quad, share in set(looks)}
    return [mixed[look] for look in looks]


def signs_of(drawn: Drawn, detail: Detail, plain: Index, middles: Floats) -> tuple[Index, Floats]:
    """Return which edges carry the sign of a dispute, and where: clear of nodes if possible."""
    disputed = drawn.disputed[detail.edges]
    marked = detail.edges[disputed]
    if len(drawn.edges) > MANY_EDGES:
        # Among many edges no spot is clear, and looking for one takes long.
        also = plain[drawn.disputed[plain]]
        strongest = np.argsort(-drawn.counts[also], kind="stable")[:MOST_SIGNS]
        marked = np.concatenate((marked[:MOST_SIGNS], also[strongest]))
        return marked, middles[marked]
    points = detail.lines.at(_SIGN_SPOTS)[disputed]
    apart = np.hypot(*(points[:, :, None] - drawn.xy).transpose(3, 0, 1, 2)) - drawn.radii
    clear = apart.min(axis=2, initial=np.inf) > SIGN + 2
    best: Floats = points[np.arange(len(marked)), np.argmax(clear, axis=1)]
    return marked, best

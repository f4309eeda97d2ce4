"""The graph of relationships as a scene: who is tied to whom, and how, at a date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from viewer.model.dossier import Index, Mask
from viewer.scene.frame import Camera, Frame
from viewer.scene.graph_drawn import Drawn
from viewer.scene.graph_geometry import paths
from viewer.scene.graph_labels import node_labels
from viewer.scene.graph_parts import Parts, dispute_spots, edges_and_nodes, parts
from viewer.scene.graph_plan import as_of
from viewer.scene.graph_signs import backing
from viewer.scene.graph_signs import key as key_of
from viewer.scene.graph_targets import targets
from viewer.scene.labels import text_box
from viewer.scene.primitives import SHAPES, Floats, Item, Scene, Text
from viewer.scene.style import BODY, HEADING, MARGIN, SMALL
from viewer.scene.wording import counted


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
    dimmed, ended, maybe : ndarray of bool, shape (m,)
        Which edges drawn are dimmed, which are dashed because they no longer hold, and which are
        dotted because nobody says whether they hold yet.
    as_of : str
        The date in words for which ties are drawn; empty in a dossier without dates.
    wanting : tuple of str
        Measures that take so long that they are to be worked out apart.
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
    maybe: Mask = field(default_factory=lambda: np.empty(0, dtype=bool))
    as_of: str = ""
    wanting: tuple[str, ...] = ()


def build_graph_scene(
    frame: Frame, camera: Camera | None = None, lifted: int | None = None
) -> GraphScene:
    """Build the picture of the graph.

    Parameters
    ----------
    frame : Frame
    camera : Camera, optional
        Which part of the layout to show; None: all of it.
    lifted : int, optional
        Row of an actor left out with all its ties, because it is being dragged; see `Lifted`.
    """
    theme, dossier = frame.theme, frame.state.dossier
    if not frame.shown.actors.any():
        return _nothing(frame, _heading(frame, as_of(frame.state)[1]))
    shown = parts(frame, camera)
    drawn, lines, words = shown.drawn, shown.lines, shown.words
    kept = drawn.actors != (-1 if lifted is None else lifted)
    items = edges_and_nodes(theme, shown, np.all(kept[drawn.ends], axis=1), kept)
    key = key_of(frame, drawn)
    spots = dispute_spots(drawn, lines, np.flatnonzero(drawn.disputed))
    labels = node_labels(frame, shown.plan, drawn, lines, key.rect, spots)
    if lifted is not None:
        labels = [found for found in labels if found[0].text != shown.plan.names[lifted]]
    items += [text for text, _ in labels]
    items += [*key.items, *_heading(frame, words)]
    return GraphScene(
        frame.width,
        frame.height,
        theme.graph_ground,
        tuple(items),
        targets(dossier, shown.plan, drawn, lines, spots, shown.many),
        _summary(drawn, words),
        tuple(labels),
        camera=shown.camera,
        actors=drawn.actors,
        xy=drawn.xy,
        radii=drawn.radii,
        edges=drawn.edges,
        ends=drawn.ends,
        tips=lines.tips,
        dimmed=shown.dim,
        ended=drawn.ended,
        maybe=drawn.maybe,
        as_of=words,
        wanting=drawn.measured.wanting,
    )


def _heading(frame: Frame, words: str) -> list[Item]:
    theme = frame.theme
    baseline = MARGIN + HEADING / 2
    texts = [Text("Relationships", MARGIN, baseline, theme.muted, HEADING, 600)]
    if words:
        right = frame.width - MARGIN
        date = Text(f"as of {words}", right, baseline, theme.muted, BODY, align="right")
        if text_box(date).x < text_box(texts[0]).right + MARGIN:
            # In a narrow pane the date says more than the name of the view.
            texts.clear()
        texts.append(date)
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


class Lifted:
    """One node taken out of the picture, to be drawn with its ties wherever it is dragged.

    Parameters
    ----------
    frame : Frame
    camera : Camera, optional
    actor : int
        Its row.
    """

    def __init__(self, frame: Frame, camera: Camera | None, actor: int) -> None:
        self._frame = frame
        self._shown: Parts = parts(frame, camera)
        drawn = self._shown.drawn
        (found,) = np.flatnonzero(drawn.actors == actor)
        self._node = int(found)
        self._own = np.flatnonzero((drawn.ends == self._node).any(axis=1))
        self._nodes = np.arange(len(drawn.actors)) == self._node

    def items_at(self, x: float, y: float) -> tuple[Item, ...]:
        """Return the node and its ties with its middle at a pixel."""
        theme, whole = self._frame.theme, self._shown
        drawn, own = whole.drawn, self._own
        xy = drawn.xy.copy()
        xy[self._node] = x, y
        ends, heads = drawn.ends[own], whole.heads[own]
        lines = paths(ends, drawn.directed[own], xy, drawn.radii, drawn.shapes, SHAPES, heads)
        part = replace(
            whole,
            drawn=replace(
                drawn,
                xy=xy,
                edges=drawn.edges[own],
                ends=ends,
                directed=drawn.directed[own],
                quads=drawn.quads[own],
                counts=drawn.counts[own],
                ended=drawn.ended[own],
                maybe=drawn.maybe[own],
                disputed=drawn.disputed[own],
                edge_bright=drawn.edge_bright[own],
            ),
            lines=lines,
            widths=whole.widths[own],
            heads=heads,
            dim=whole.dim[own],
            colours=[whole.colours[i] for i in own.tolist()],
        )
        items = edges_and_nodes(theme, part, np.ones(len(own), dtype=bool), self._nodes)
        name = whole.plan.names[drawn.actors[self._node]]
        below = y + drawn.radii[self._node] + SMALL + 4
        label = Text(name, x, below, theme.text, SMALL, 600, "centre", halo=theme.graph_ground)
        return (*items, label)

"""The graph of relationships as a scene: who is tied to whom, and how, at a date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from viewer.model.dossier import Index, Mask
from viewer.progress import Progress, unheard
from viewer.scene.frame import Camera, Frame
from viewer.scene.graph_drawn import Drawn
from viewer.scene.graph_labels import node_labels
from viewer.scene.graph_parts import Parts, detailed, edge_colours, parts, signs_of
from viewer.scene.graph_plan import as_of
from viewer.scene.graph_signs import backing, signs
from viewer.scene.graph_signs import key as key_of
from viewer.scene.graph_strands import edge_items, edges_and_nodes, node_items
from viewer.scene.graph_targets import GraphTargets
from viewer.scene.labels import text_box
from viewer.scene.primitives import SOLID, Curves, Floats, Item, Scene, Text
from viewer.scene.style import BODY, HEADING, MARGIN, SMALL
from viewer.scene.wording import counted

MOST_LIFTED = 120
"""Ties of a node that are drawn while it is dragged."""


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
    parts : Parts, optional
        What it is put together from; None where nothing is shown.
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
    parts: Parts | None = None


def build_graph_scene(
    frame: Frame,
    camera: Camera | None = None,
    lifted: int | None = None,
    progress: Progress = unheard,
) -> GraphScene:
    """Build the picture of the graph.

    Parameters
    ----------
    frame : Frame
    camera : Camera, optional
        Which part of the layout to show; None: all of it.
    lifted : int, optional
        Row of an actor left out with all its ties, because it is being dragged; see `Lifted`.
    progress : Progress
        Asked again and again whether to go on.
    """
    theme, dossier = frame.theme, frame.state.dossier
    if not frame.shown.actors.any():
        return _nothing(frame, _heading(frame, as_of(frame.state)[1]))
    shown = parts(frame, camera, progress)
    drawn, words = shown.drawn, shown.words
    kept = drawn.actors != (-1 if lifted is None else lifted)
    a, b = drawn.ends.T
    items = edges_and_nodes(frame, shown, kept[a] & kept[b], kept, progress)
    key = key_of(frame, shown)
    progress(0.0)
    labels = node_labels(frame, shown, key.rect)
    progress(0.0)
    if lifted is not None:
        labels = [found for found in labels if found[0].text != shown.plan.names[lifted]]
    items += [text for text, _ in labels]
    items += [*key.items, *_heading(frame, words)]
    tips = drawn.straight[:, 2:]
    tips[shown.detail.edges] = shown.detail.lines.tips
    return GraphScene(
        frame.width,
        frame.height,
        theme.graph_ground,
        tuple(items),
        GraphTargets(dossier, shown),
        _summary(drawn, words),
        tuple(labels),
        camera=shown.camera,
        actors=drawn.actors,
        xy=drawn.xy,
        radii=drawn.radii,
        edges=drawn.edges,
        ends=drawn.ends,
        tips=tips,
        dimmed=shown.dim,
        ended=drawn.ended,
        maybe=drawn.maybe,
        as_of=words,
        wanting=drawn.measured.wanting,
        parts=shown,
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
    shown : Parts, optional
        What is in the picture, where that is known already.
    """

    def __init__(
        self, frame: Frame, camera: Camera | None, actor: int, shown: Parts | None = None
    ) -> None:
        self._frame = frame
        self._shown: Parts = parts(frame, camera) if shown is None else shown
        drawn = self._shown.drawn
        (found,) = np.flatnonzero(drawn.actors == actor)
        self._node = int(found)
        a, b = drawn.ends.T
        own = np.flatnonzero((a == self._node) | (b == self._node))
        # Of very many ties the strongest will do, as long as the hand moves.
        self._own = np.sort(own[np.argsort(-drawn.counts[own], kind="stable")][:MOST_LIFTED])

    def items_at(self, x: float, y: float) -> tuple[Item, ...]:
        """Return the node and its ties with its middle at a pixel."""
        theme, whole = self._frame.theme, self._shown
        xy = whole.drawn.xy.copy()
        xy[self._node] = x, y
        drawn = replace(whole.drawn, xy=xy)
        detail = detailed(theme, drawn, self._own)
        items: list[Item] = []
        if whole.crowded:
            count, lines = len(self._own), drawn.xy[drawn.ends[self._own]]
            items.append(
                Curves(tuple(lines), tuple(detail.colours), (1.0,) * count, (SOLID,) * count)
            )
        else:
            for dim in (True, False):
                items += edge_items(drawn, detail, np.flatnonzero(whole.dim[self._own] == dim))
        items += node_items(theme, drawn, np.arange(len(xy)) == self._node)
        marked, spots = signs_of(drawn, detail, self._own[:0], whole.middles)
        items += signs(theme, spots, edge_colours(theme, drawn, marked), whole.dim[marked])
        name = whole.plan.names[drawn.actors[self._node]]
        below = y + drawn.radii[self._node] + SMALL + 4
        label = Text(name, x, below, theme.text, SMALL, 600, "centre", halo=theme.graph_ground)
        return (*items, label)

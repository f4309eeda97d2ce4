"""Where the names of nodes go: clear of each other, of nodes and, where possible, of edges."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from viewer.model.dossier import Index
from viewer.scene.frame import Frame
from viewer.scene.graph_signs import SIGN
from viewer.scene.graph_targets import edge_words
from viewer.scene.labels import ASCENT, BELOW_FIRST, DESCENT, Position, Request, place
from viewer.scene.primitives import Floats, Rect, Text
from viewer.scene.style import BODY, DIM_TEXT, SMALL, TINY
from viewer.scene.text import elide, text_width

if TYPE_CHECKING:
    from viewer.scene.graph_parts import Parts

MOST_LABELS = 300
MOST_IN_CROWDS = 120
NODE_WEIGHT = 8
"""Points of edges that one node counts for, where a label would cover them."""
CELL = 3.0
"""Pixels: how finely it is known where edges run, to find free room for labels."""
PROMINENT = 12
"""Number of nodes whose names are set larger when nothing is picked."""
TITLE_HEIGHT = 44.0
WIDEST_WORDS = 110.0
"""Pixels the name of an edge may take."""
_CURVE = np.linspace(0.0, 1.0, 13)[1:-1]


def node_labels(frame: Frame, shown: Parts, key: Rect) -> list[tuple[Text, Rect]]:
    """Return the names that find a place, each with the box it takes up."""
    plan, drawn = shown.plan, shown.drawn
    theme, ground = frame.theme, frame.theme.graph_ground
    prominent = np.zeros(len(drawn.xy), dtype=bool)
    ranked = np.argsort(-drawn.degree, kind="stable")
    prominent[ranked[:PROMINENT]] = drawn.degree[ranked[:PROMINENT]] > 2
    strong = drawn.bright | drawn.picked if drawn.dimming else prominent
    priority = drawn.degree + 1e6 * (drawn.bright & drawn.dimming) + 2e6 * drawn.picked
    x, y = drawn.xy.T
    inside = (x > 0) & (x < frame.width) & (y > 0) & (y < frame.height)
    order = np.argsort(-priority, kind="stable")
    chosen = order[inside[order]][: MOST_IN_CROWDS if shown.crowded else MOST_LABELS]
    # On a ground of many lines muted letters would be lost.
    quiet = theme.text if shown.crowded else theme.muted
    quiet = quiet.over(ground, DIM_TEXT) if drawn.dimming else quiet
    texts = [
        Text(
            plan.names[drawn.actors[i]],
            0.0,
            0.0,
            theme.text if strong[i] else quiet,
            BODY if prominent[i] else SMALL,
            600 if strong[i] else 400,
            halo=ground,
        )
        for i in chosen.tolist()
    ]
    sides = _sides(frame, shown, chosen, texts)
    requests = [
        Request(
            text,
            float(x[i]),
            float(y[i]),
            # Labels stand close to their nodes, but clear of the ring around a picked one.
            radius=float(drawn.half_widths[i]) - 2.0 + 4.0 * bool(drawn.picked[i]),
            priority=float(priority[i]),
            positions=side,
            required=bool(strong[i]),
        )
        for i, text, side in zip(chosen.tolist(), texts, sides, strict=True)
    ]
    # In a crowd a name may cover nodes, but none that has a name.
    kept = chosen if shown.crowded else np.arange(len(drawn.xy))
    marks = np.vstack((drawn.xy[kept], shown.spots))
    around = np.concatenate((drawn.half_widths[kept], np.full(len(shown.spots), SIGN)))
    obstacles = [
        Rect(x - r, y - r, 2 * r, 2 * r)
        for (x, y), r in zip(marks.tolist(), around.tolist(), strict=True)
    ]
    bounds = Rect(4.0, TITLE_HEIGHT - 14.0, frame.width - 8.0, frame.height - TITLE_HEIGHT + 10.0)
    if frame.state.look.words:
        requests += _edge_requests(frame, shown)
    placed = place(requests, bounds, obstacles, [key])
    return [found for found in placed if found is not None]


def _edge_requests(frame: Frame, shown: Parts) -> list[Request]:
    """Return the names of edges: those that stand out, the strongest first, and after all nodes."""
    theme, dossier, plan, drawn = frame.theme, frame.state.dossier, shown.plan, shown.drawn
    # Where none can be told apart, the strongest have to do.
    candidates = shown.detail.edges if len(shown.detail.edges) else shown.plain
    if drawn.dimming:
        candidates = candidates[drawn.edge_bright[candidates]]
    chosen = candidates[np.argsort(-drawn.counts[candidates], kind="stable")][:MOST_LABELS]
    spots = shown.middles[chosen].tolist()
    out = []
    for rank, (i, (x, y)) in enumerate(zip(chosen.tolist(), spots, strict=True)):
        words = edge_words(dossier, plan, int(drawn.edges[i]), int(drawn.counts[i]))
        text = Text(elide(words, WIDEST_WORDS, TINY), 0.0, 0.0, theme.muted, TINY,
                    halo=theme.graph_ground)  # fmt: skip
        # A little off the line, and on it where there is no room beside.
        sides = ("above", "below", "right", "left", "centre")
        out.append(Request(text, x, y, 0.0, -1.0 - rank, sides))
    return out


def _sides(
    frame: Frame, shown: Parts, chosen: Index, texts: Sequence[Text]
) -> list[tuple[Position, ...]]:
    """Return for each label its positions, those with the fewest edges behind them first."""
    drawn = shown.drawn
    along = shown.detail.lines.at(_CURVE).reshape(-1, 2)
    # To cover a node is as bad as to cover many edges, one that stands out worse still.
    weight = np.where(drawn.bright & drawn.dimming, 5 * NODE_WEIGHT, NODE_WEIGHT)
    nodes = np.repeat(drawn.xy, weight, axis=0)
    crowd = _summed(np.vstack((along, nodes)), frame.width, frame.height)
    width = np.array([text_width(t.text, t.size, t.weight) for t in texts])
    height = np.array([(ASCENT + DESCENT) * t.size for t in texts])
    x, y = drawn.xy[chosen].T
    gap = drawn.half_widths[chosen] + 2.0
    left = np.column_stack((x - width / 2, x - width / 2, x + gap, x - gap - width))
    top = np.column_stack((y + gap, y - gap - height, y - height / 2, y - height / 2))

    def below_left(across: Floats, down: Floats) -> Index:
        column = np.clip(across / CELL, 0, crowd.shape[0] - 1).astype(np.intp)
        row = np.clip(down / CELL, 0, crowd.shape[1] - 1).astype(np.intp)
        found: Index = crowd[column, row]
        return found

    right, bottom = left + width[:, None], top + height[:, None]
    behind = (
        below_left(right, bottom)
        - below_left(left, bottom)
        - below_left(right, top)
        + below_left(left, top)
    )
    # Below is where labels are looked for: another side must be clearly better.
    order = np.argsort(behind + np.array([0.0, 1.5, 1.5, 2.0]), axis=1, kind="stable")
    return [(*(BELOW_FIRST[k] for k in row), *BELOW_FIRST[4:]) for row in order.tolist()]


def _summed(points: Floats, width: float, height: float) -> Index:
    """Return how many points lie to the left of and above each corner of a grid over the pane."""
    columns, rows = int(width / CELL) + 2, int(height / CELL) + 2
    cell = np.floor(points / CELL).astype(np.intp) + 1
    cell = cell[((cell > 0) & (cell < (columns, rows))).all(axis=1)]
    counts = np.bincount(cell[:, 0] * rows + cell[:, 1], minlength=columns * rows)
    return counts.reshape(columns, rows).cumsum(axis=0).cumsum(axis=1)

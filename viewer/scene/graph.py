"""The graph of relationships as a scene: who is tied to whom, and how, at a date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from viewer.model import dates
from viewer.model.dates import Date
from viewer.model.dossier import Dossier, Index, Mask
from viewer.model.graph import Edges, edges
from viewer.model.schema import ACTOR_KIND_TITLES, ACTOR_KINDS, QUAD_TITLES
from viewer.model.selection import Highlight
from viewer.model.state import Layout
from viewer.scene.frame import Camera, Frame
from viewer.scene.graph_geometry import Paths, paths
from viewer.scene.graph_names import short_names
from viewer.scene.labels import ASCENT, BELOW_FIRST, DESCENT, Position, Request, place, text_box
from viewer.scene.layout import PORTRAIT, layout
from viewer.scene.primitives import (
    DISC,
    SHAPES,
    Arrows,
    Box,
    Colour,
    Curves,
    Dash,
    Floats,
    Item,
    Marks,
    Rect,
    Scene,
    Target,
    Text,
    outline,
)
from viewer.scene.style import (
    BODY,
    DIM,
    DIM_TEXT,
    GAP,
    HEADING,
    KIND_SHAPES,
    MARGIN,
    RADIUS,
    SMALL,
    TINY,
    Theme,
)
from viewer.scene.text import text_width
from viewer.scene.wording import counted

MANY_EDGES = 1500
"""Above so many, edges are straight, and cannot be pointed at unless they stand out."""
MOST_LABELS = 300
NODE_WEIGHT = 8
"""Points of edges that one node counts for, where a label would cover them."""
WIDEST_KEPT = 84.0
CELL = 3.0
"""Pixels: how finely it is known where edges run, to find free room for labels."""
PROMINENT = 12
"""Number of nodes whose names are set larger when nothing is picked."""
ASPECTS = (PORTRAIT, 1.0, 1.6)
"""Shapes of pane that have a layout of their own."""
REACH = 5.0
"""Pixels to either side at which an edge is pointed at."""
TITLE_HEIGHT = 44.0
KEY_LINE = 15.0
KEY_COLOURS_FROM = 640.0
"""Width of a pane from which the key names the colours too; in the window the facets do."""
ONCE = 0.5
"""Strength of edges with one event or relation behind them when nothing is picked."""

SIGN = 5.5
"""Radius of the sign of a dispute."""

_HALF_WIDTHS = np.array(
    [1.0 if shape == "circle" else max(abs(x) for x, _ in outline(shape)) for shape in SHAPES]
)
"""Half the width of each symbol of radius 1."""
_SIGN_SPOTS = np.array([0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74])
_CURVE = np.linspace(0.0, 1.0, 13)


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


# -- what depends on the dossier alone -------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Plan:
    """What is worked out once for a dossier."""

    edges: Edges
    names: tuple[str, ...]
    shapes: Index
    owner: Index
    member: Index
    disputed_events: Mask
    disputed_relations: Mask
    layouts: dict[tuple[object, ...], Floats]

    def event_counts(self, events: Mask) -> Index:
        """Return how many events of a mask stand behind each edge."""
        return np.bincount(self.owner[events[self.member]], minlength=len(self.edges))


_PLANS: WeakKeyDictionary[Dossier, _Plan] = WeakKeyDictionary()


def _plan(dossier: Dossier) -> _Plan:
    plan = _PLANS.get(dossier)
    if plan is None:
        found = edges(dossier)
        sizes = [len(rows) for rows in found.events]
        kinds = [KIND_SHAPES.get(kind, DISC) for kind in dossier.actors["kind"]]
        plan = _PLANS[dossier] = _Plan(
            found,
            short_names(dossier),
            np.array([SHAPES.index(kind) for kind in kinds], dtype=np.intp),
            np.repeat(np.arange(len(found)), sizes),
            np.concatenate([*found.events, np.empty(0, dtype=np.intp)]),
            _disputed(dossier, "events"),
            _disputed(dossier, "relations"),
            {},
        )
    return plan


def _disputed(dossier: Dossier, table: str) -> Mask:
    out = np.zeros(len(dossier.tables[table]), dtype=bool)
    rows = dossier.tables[table].row_of
    out[[rows[ref.id] for ref in dossier.disputed if ref.table == table and ref.id in rows]] = True
    return out


def _sizes(degree: Index) -> Floats:
    """Return the radius of nodes in pixels by degree."""
    radii: Floats = np.clip(4.6 + 1.5 * np.sqrt(degree), 5.5, 13.0)
    return radii


def positions(dossier: Dossier, chosen: Layout, aspect: float = PORTRAIT) -> Floats:
    """Return where every actor stands, in layout units with y up, shape (n, 2).

    All of the dossier is laid out whatever the filter, so that a filter never moves a node.

    Parameters
    ----------
    dossier : Dossier
    chosen : Layout
        Seed, and the nodes pinned by hand.
    aspect : float
        Width over height of the pane; the nearest of a few shapes is used.
    """
    plan = _plan(dossier)
    aspect = min(ASPECTS, key=lambda shape: abs(np.log(shape / aspect)))
    key = (chosen.seed, aspect, tuple(sorted(chosen.pinned.items())))
    if key not in plan.layouts:
        rows = dossier.actors.row_of
        degree = np.bincount(plan.edges.ends.ravel(), minlength=len(dossier.actors))
        radii = _sizes(degree)
        # Room is kept for no more of a long name: it will find a place to one side or the other.
        widths = np.array([min(text_width(name, SMALL), WIDEST_KEPT) for name in plan.names])
        boxes = np.column_stack(
            (np.maximum(widths, 2 * radii), 2 * radii + (ASCENT + DESCENT) * SMALL + 4)
        )
        if len(plan.layouts) > 8:
            plan.layouts.clear()
        plan.layouts[key] = layout(
            len(dossier.actors),
            plan.edges.ends,
            np.array([max(len(events), 1) for events in plan.edges.events], dtype=float),
            chosen.seed,
            {rows[name]: spot for name, spot in chosen.pinned.items() if name in rows},
            aspect,
            boxes,
        )
    return plan.layouts[key]


def as_of(dossier: Dossier, span: tuple[float, float] | None) -> tuple[float, str]:
    """Return the moment for which ties are drawn, and its date in words.

    That is the end of the span looked at, else the latest date in the dossier up to the date of
    its last source, no more exact than it is given there. A dossier without dates has an
    infinite moment and no words.
    """
    if span is not None and np.isfinite(span[1]):
        return span[1], dates.day_words(np.ceil(span[1]) - 1)
    told = _latest([dates.parse_or_unknown(cell) for cell in dossier.sources["date"]])
    happened = _latest((*dossier.event_dates, *dossier.relation_dates))
    # What a source expects has not come about: nothing is known beyond the last of them.
    return min((found for found in (happened, told) if found), default=(np.inf, ""))


def _latest(known: Sequence[Date]) -> tuple[float, str] | None:
    """Return the end of the latest date, and in words the part of an interval that ends then."""
    bounds = dates.bounds_array(known)
    closed = np.isfinite(bounds[:, 1])
    ends = np.where(closed, bounds[:, 1], bounds[:, 0] + 1)
    ends[~np.isfinite(ends)] = -np.inf
    if not len(ends) or np.isinf(ends.max()):
        return None
    last = int(np.argmax(ends))
    first_part, _, last_part = known[last].text.rpartition("/")
    part = last_part if closed[last] else first_part
    return float(ends[last]), dates.to_words(dates.parse_or_unknown(part))


# -- what is drawn ---------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Drawn:
    """Nodes and edges that are in the picture, by position."""

    actors: Index
    xy: Floats
    radii: Floats
    shapes: Index
    degree: Index
    picked: Mask
    bright: Mask
    edges: Index
    ends: Index
    directed: Mask
    quads: NDArray[np.int8]
    counts: Index
    ended: Mask
    disputed: Mask
    edge_bright: Mask
    dimming: bool

    @property
    def half_widths(self) -> Floats:
        """How far each node reaches to either side in pixels."""
        out: Floats = self.radii * _HALF_WIDTHS[self.shapes]
        return out


def _draw(frame: Frame, plan: _Plan, px: Floats, shrink: float, moment: float) -> _Drawn:
    state, shown, dossier = frame.state, frame.shown, frame.state.dossier
    found = plan.edges
    relation = found.relation
    tie = relation >= 0
    counts = plan.event_counts(shown.events)
    ended = np.zeros(len(found), dtype=bool)
    bounds = dossier.relation_bounds[relation[tie]]
    counts[tie] = shown.relations[relation[tie]] & (bounds[:, 0] < moment)
    ended[tie] = bounds[:, 1] <= moment
    here = np.flatnonzero((counts > 0) & shown.actors[found.ends].all(axis=1))

    def touched(rows: Highlight) -> Mask:
        out = plan.event_counts(rows.events & shown.events) > 0
        out[tie] = rows.relations[relation[tie]]
        return out[here]

    disputed = plan.event_counts(plan.disputed_events & shown.events) > 0
    disputed[tie] = plan.disputed_relations[relation[tie]]
    actors = np.flatnonzero(shown.actors)
    node = np.full(len(dossier.actors), -1, dtype=np.intp)
    node[actors] = np.arange(len(actors))
    ends = node[found.ends[here]]
    degree = np.bincount(ends.ravel(), minlength=len(actors))
    return _Drawn(
        actors,
        px[actors],
        _sizes(degree) * shrink,
        plan.shapes[actors],
        degree,
        state.selection.actors[actors],
        frame.highlight.actors[actors],
        here,
        ends,
        found.directed[here],
        found.quads[here],
        counts[here],
        ended[here],
        disputed[here],
        touched(frame.highlight),
        frame.highlight.dimming,
    )


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
    plan = _plan(dossier)
    world = positions(dossier, state.layout, max(frame.width, 1.0) / max(frame.height, 1.0))
    # Rows of the key are known only once the edges are; two are what it nearly always takes.
    if camera is None:
        extent = *world.min(axis=0), *world.max(axis=0)
        bottom = 2 * KEY_LINE + 4 * GAP
        camera = Camera.fit(extent, frame.width, frame.height, (36.0, TITLE_HEIGHT, 36.0, bottom))
    shrink = float(np.clip(camera.scale**-0.6, 0.3, 1.0))
    px = camera.to_pixels(world, frame.width, frame.height)
    drawn = _draw(frame, plan, px, shrink, moment)

    widths = _edge_widths(drawn)
    heads = 4.8 + 1.3 * widths
    lines = paths(drawn.ends, drawn.directed, drawn.xy, drawn.radii, drawn.shapes, SHAPES, heads)
    key = _key(frame, drawn)
    spots = _dispute_spots(drawn, lines)
    labels = _labels(frame, plan, drawn, lines, key.rect, spots)
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
    items += _signs(theme, spots, [colours[i] for i in marked.tolist()], dim[marked])
    items += [text for text, _ in labels]
    items += [*key.items, *head]
    return GraphScene(
        frame.width,
        frame.height,
        theme.graph_ground,
        tuple(items),
        _targets(dossier, plan, drawn, lines, many),
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
    return [*(_backing(theme, text_box(text)) for text in texts), *texts]


def _backing(theme: Theme, rect: Rect) -> Box:
    """Keep what stands over the graph readable where nodes are moved under it."""
    return Box(rect.inset(-GAP / 2), theme.graph_ground.faded(0.85), radius=RADIUS)


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


def _summary(drawn: _Drawn, words: str) -> str:
    out = f"{counted(len(drawn.actors), 'actor')} and {counted(len(drawn.edges), 'tie')}"
    if words:
        out += f" as of {words}"
    if drawn.dimming:
        out += f"; {counted(int(drawn.bright.sum()), 'actor')} stand out"
    return out + "."


# -- edges -----------------------------------------------------------------------------------


def _edge_widths(drawn: _Drawn) -> Floats:
    """Return widths in pixels: 1 to 4, by the number of events."""
    classed = 1.2 + 0.75 * np.log2(np.maximum(drawn.counts, 1))
    widths: Floats = np.where(drawn.quads < 0, 1.0, np.minimum(classed, 4.0))
    return widths


def _edge_colours(theme: Theme, drawn: _Drawn, dim: Mask) -> list[Colour]:
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
    drawn: _Drawn,
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


def _dispute_spots(drawn: _Drawn, lines: Paths) -> Floats:
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


def _signs(theme: Theme, xy: Floats, colours: Sequence[Colour], dim: Mask) -> list[Item]:
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


# -- nodes -----------------------------------------------------------------------------------


def _node_items(theme: Theme, drawn: _Drawn) -> list[Item]:
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


def _rings(drawn: _Drawn, chosen: Index, colour: Colour, gap: float, width: float) -> Marks:
    count = len(chosen)
    return Marks(
        drawn.xy[chosen],
        drawn.radii[chosen] + gap,
        tuple(SHAPES[code] for code in drawn.shapes[chosen].tolist()),
        (None,) * count,
        (colour,) * count,
        np.full(count, width),
    )


def _labels(
    frame: Frame, plan: _Plan, drawn: _Drawn, lines: Paths, key: Rect, signs: Floats
) -> list[tuple[Text, Rect]]:
    theme, ground = frame.theme, frame.theme.graph_ground
    prominent = np.zeros(len(drawn.xy), dtype=bool)
    ranked = np.argsort(-drawn.degree, kind="stable")
    prominent[ranked[:PROMINENT]] = drawn.degree[ranked[:PROMINENT]] > 2
    strong = drawn.bright | drawn.picked if drawn.dimming else prominent
    priority = drawn.degree + 1e6 * (drawn.bright & drawn.dimming) + 2e6 * drawn.picked
    x, y = drawn.xy.T
    inside = (x > 0) & (x < frame.width) & (y > 0) & (y < frame.height)
    order = np.argsort(-priority, kind="stable")
    chosen = order[inside[order]][:MOST_LABELS]
    quiet = theme.muted.over(ground, DIM_TEXT) if drawn.dimming else theme.muted
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
    sides = _sides(frame, drawn, lines, chosen, texts)
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
    marks = np.vstack((drawn.xy, signs))
    around = np.concatenate((drawn.half_widths, np.full(len(signs), SIGN)))
    obstacles = [
        Rect(x - r, y - r, 2 * r, 2 * r)
        for (x, y), r in zip(marks.tolist(), around.tolist(), strict=True)
    ]
    bounds = Rect(4.0, TITLE_HEIGHT - 14.0, frame.width - 8.0, frame.height - TITLE_HEIGHT + 10.0)
    placed = place(requests, bounds, obstacles, [key])
    return [found for found in placed if found is not None]


def _sides(
    frame: Frame, drawn: _Drawn, lines: Paths, chosen: Index, texts: Sequence[Text]
) -> list[tuple[Position, ...]]:
    """Return for each label its positions, those with the fewest edges behind them first."""
    along = lines.at(_CURVE[1:-1]).reshape(-1, 2)
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


# -- key -------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Key:
    """What the signs mean, in small type at the bottom left."""

    items: tuple[Item, ...]
    rect: Rect


def _key(frame: Frame, drawn: _Drawn) -> _Key:
    theme = frame.theme
    kinds = frame.state.dossier.actors["kind"]
    present = {kinds[row] for row in drawn.actors.tolist()}
    entries: list[tuple[str, str | int]] = [
        (title, kind)
        for kind, title in zip(ACTOR_KINDS, ACTOR_KIND_TITLES, strict=True)
        if kind in present
    ]
    breaks = len(entries)
    if drawn.directed.any():
        entries.append(("Directed", "arrow"))
    if drawn.ended.any():
        entries.append(("Ended", "dash"))
    if drawn.disputed.any():
        entries.append(("Disputed", "sign"))
    if frame.width >= KEY_COLOURS_FROM:
        held = set(drawn.quads.tolist())
        entries += [(title, code) for code, title in enumerate(QUAD_TITLES) if code in held]

    rows: list[list[tuple[float, str, str | int]]] = [[]]
    x = MARGIN
    for place_in_list, (title, sign) in enumerate(entries):
        width = _sign_width(sign) + 4 + text_width(title, TINY) + 1.5 * GAP
        if x + width > frame.width - MARGIN or place_in_list == breaks:
            rows.append([])
            x = MARGIN
        rows[-1].append((x, title, sign))
        x += width
    rows = [row for row in rows if row]
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
    return _Key((_backing(theme, rect), *items), rect)


def _sign_width(sign: str | int) -> float:
    return 9.0 if sign in ACTOR_KINDS else 11.0 if sign == "sign" else 18.0


def _sign(theme: Theme, sign: str | int, x: float, y: float, width: float) -> list[Item]:
    middle = np.array([[x + width / 2, y]])
    if sign == "sign":
        return _signs(theme, middle, [theme.tie], np.zeros(1, dtype=bool))
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
    out: list[Item] = [
        Curves((line,), (colour,), (2.0 if isinstance(sign, int) else 1.2,),
               ("dashed" if sign == "dash" else "solid",))
    ]  # fmt: skip
    if sign == "arrow":
        tip = np.array([[x + width, y]])
        out.append(Arrows(tip, np.zeros(1), np.array([6.5]), (colour,)))
    return out


# -- targets ---------------------------------------------------------------------------------


def _targets(
    dossier: Dossier, plan: _Plan, drawn: _Drawn, lines: Paths, many: bool
) -> tuple[Target, ...]:
    kinds = dossier.actors["kind"]
    names = [" ".join(name.split()) for name in dossier.actors["name"]]
    out = []
    for i in np.argsort(-drawn.degree, kind="stable").tolist():
        row = int(drawn.actors[i])
        kind = kinds[row].replace("-", " ")
        label = ", ".join(
            part for part in (names[row], kind, counted(int(drawn.degree[i]), "tie")) if part
        )
        x, y = drawn.xy[i].tolist()
        out.append(
            Target((dossier.ref("actors", row),), x, y, float(drawn.radii[i]) + 4.0, label=label)
        )
    reachable = np.arange(len(drawn.edges))
    if many:
        standing_out = drawn.edge_bright if drawn.dimming else np.zeros(len(reachable), dtype=bool)
        reachable = np.flatnonzero(standing_out)[:MANY_EDGES]
    points = lines.at(_CURVE)
    for i in reachable.tolist():
        edge = int(drawn.edges[i])
        line = points[i]
        x, y = line[len(line) // 2].tolist()
        label = _edge_label(dossier, plan, edge, int(drawn.counts[i]), names)
        refs = plan.edges.refs(dossier, edge)
        out.append(Target(refs, x, y, REACH, line=line, label=label))
    return tuple(out)


def _edge_label(dossier: Dossier, plan: _Plan, edge: int, count: int, names: Sequence[str]) -> str:
    found = plan.edges
    a, b = found.ends[edge].tolist()
    who = f"{names[a]} {'→' if found.directed[edge] else '–'} {names[b]}"
    relation = int(found.relation[edge])
    if relation < 0:
        what = [counted(count, "event")]
    else:
        what = [dossier.relations["type"][relation].replace("-", " ")]
        date = dossier.relation_dates[relation]
        if np.isfinite((date.earliest, date.latest)).any():
            what.append(dates.to_words(date))
    quad = int(found.quads[edge])
    if quad >= 0:
        what.append(QUAD_TITLES[quad].lower())
    return f"{who}: {', '.join(part for part in what if part)}"

"""The layer of imported shapes: lines and areas that places came with.

Projecting and thinning them takes a while, drawing them must not: as with the ground of the map
the geometry is made for scales that are powers of two and for stretches of the plane, and kept. A
shape too small to be seen as one is a dot, so that none vanishes.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from viewer.geo.anchors import used
from viewer.geo.basemap import Indexes, Ragged, offsets, ranges
from viewer.geo.clip import Kind, simplify
from viewer.geo.cut import cut_rings, outlines
from viewer.geo.projection import Projection, project_ragged
from viewer.geo.shapes import Shapes as PlaceShapes
from viewer.geo.shapes import place_shapes
from viewer.model.dossier import Index, Mask
from viewer.scene import labels, style
from viewer.scene.frame import Frame
from viewer.scene.kept import kept
from viewer.scene.map_basemap import (
    Box,
    cropped,
    geometry_bytes,
    ragged_bytes,
    step_of,
    stretch,
)
from viewer.scene.map_marks import DISPUTED, events, place_names, place_refs
from viewer.scene.map_places import Looks
from viewer.scene.map_sites import Panel, disputed_places, place_counts
from viewer.scene.primitives import Colour, Dots, Floats, Geometry, Group, Item, Shapes, Text
from viewer.scene.stamps import Points
from viewer.scene.targets import Target, segment_distances
from viewer.scene.text import text_width

LINE, PICKED_LINE = 1.0, 2.2
_ROUTE = 1.7
"""Pixels: the outline of an area, of one that is picked, and a line that is no outline."""
_DETAIL = 0.5
"""Pixels that a line may leave out at a scale that is a power of two; see `simplify`."""
_TILE = 64.0
"""Pixels of the squares by which areas are painted: very many at once take far longer."""
_TINY, _SMALL = 3.0, 6.0
"""Pixels below which a shape is a dot, and where more than `_MANY` would be none."""
_MANY = 20_000
_MOST_SEEN = 2_000
_DOT = 1.4
_REACH = 5.0
"""Pixels from a line or dot within which it is pointed at."""
_FAR = 2.0**26
_MOST_TARGETS = 200
_MOST_LABELS = 60
_FEW = 12
"""Shapes in sight up to which each has its name, be there room in it or not."""
_SLACK = 0.8
"""Part of its name's width that a shape has to have for the name to stand in it."""


@dataclass(frozen=True, eq=False)
class ShapeLayer:
    """The shapes on a map, each of which can be pointed at.

    Parameters
    ----------
    items : tuple of Item
    targets : tuple of (float, Target)
        The largest in sight, for the keyboard, each with its number of events.
    requests : tuple of Request
        For the names of those that have no mark.
    rows : ndarray of bool, shape (places,)
        Which places are drawn.
    """

    frame: Frame
    panel: Panel
    flat: _Flat
    items: tuple[Item, ...]
    rows: Mask
    targets: tuple[tuple[float, Target], ...] = ()
    requests: tuple[labels.Request, ...] = ()
    _made: dict[int, Target] = field(default_factory=dict)

    def at(self, x: float, y: float) -> Target | None:
        """Return the smallest shape under a pixel, if there is any."""
        (at,) = self.panel.metres(np.array([(x, y)], dtype=np.float64))
        reach = _REACH * self.panel.camera.scale
        flat = self.flat
        with np.errstate(invalid="ignore"):
            near = ((flat.low <= at + reach) & (flat.high >= at - reach)).all(axis=1)
        rows = np.flatnonzero(near & self.rows)
        size = (flat.high[rows] - flat.low[rows]).max(axis=1)
        for row in rows[np.argsort(size, kind="stable")].tolist():
            if flat.touches(row, at, reach):
                if row not in self._made:
                    self._made[row] = _target(self.frame, row, x, y)
                return self._made[row]
        return None


@dataclass(frozen=True, eq=False)
class _Flat:
    """The shapes of a dossier in projected metres; groups are rows of places.

    `low` and `high` are the bounds of each place, shape (places, 2), NaN where it is not on the
    map, and `largest` is the longer side of the largest part of it; `edges` are what is drawn
    around areas, None where that is simply the rings.
    """

    rings: Ragged
    edges: Ragged | None
    lines: Ragged
    points: Ragged
    low: Floats
    high: Floats
    largest: Floats

    def touches(self, row: int, at: Floats, reach: float) -> bool:
        """Whether a point lies inside a place's areas, or near to its lines or points."""
        if (self.high[row] - self.low[row]).max() <= reach:
            return True
        inside = 0
        for ring in _only(self.rings, row).pieces():
            after = np.roll(ring, -1, axis=0)
            above = ring[:, 1] > at[1]
            (across,) = np.nonzero(above != (after[:, 1] > at[1]))
            a, b = ring[across], after[across]
            crossing = a[:, 0] + (at[1] - a[:, 1]) / (b[:, 1] - a[:, 1]) * (b[:, 0] - a[:, 0])
            inside += int(np.count_nonzero(crossing > at[0]))
        if inside % 2:
            return True
        x, y = at.tolist()
        return any(
            float(segment_distances(line[:-1], line[1:], x, y).min(initial=np.inf)) <= reach
            for line in _only(self.lines, row).pieces()
        ) or any(
            float(np.hypot(*(point - at).T).min()) <= reach
            for point in _only(self.points, row).pieces()
        )


def draw_shapes(
    frame: Frame, looks: Looks, panel: Panel, *, among: bool = True
) -> ShapeLayer | None:
    """Draw the shapes of the places shown.

    Parameters
    ----------
    frame : Frame
    looks : Looks
    panel : Panel
    among : bool
        Whether there is to be something to point at, and names.

    Returns
    -------
    ShapeLayer or None
        None where no place shown has a shape.
    """
    dossier, theme = frame.state.dossier, frame.theme
    shapes = place_shapes(dossier)
    if shapes is None or not (rows := shapes.rows & looks.shown).any():
        return None
    box = stretch(panel.projection, panel.camera, panel.rect.width, panel.rect.height)
    flat = _flat(shapes, panel.projection)
    strong, weak = theme.shape, theme.shape.over(theme.land, style.DIM)
    dimming = bool((rows & ~looks.lit).any())
    items = _drawn(panel, box, shapes, rows, weak if dimming else strong)
    if dimming:
        items += _drawn(panel, box, shapes, rows & looks.lit, strong)
    if (picked := rows & looks.picked).any():
        items += _drawn(panel, box, shapes, picked, theme.pick, wider=PICKED_LINE - LINE)
    if not among:
        return ShapeLayer(frame, panel, flat, tuple(items), rows)
    sight = _in_sight(flat, rows, panel)
    return ShapeLayer(
        frame, panel, flat, tuple(items), rows,
        tuple(_targets(frame, shapes, panel, box, sight[:_MOST_TARGETS])),
        tuple(_requests(frame, looks, shapes, flat, panel, sight)),
    )  # fmt: skip


def _drawn(
    panel: Panel,
    box: Box | None,
    shapes: PlaceShapes,
    rows: Mask,
    colour: Colour,
    wider: float = 0.0,
) -> list[Item]:
    """Return some shapes in one colour."""
    if not rows.any():
        return []
    key = np.packbits(rows).tobytes()
    pieces = _pieces(shapes, panel.projection, key, step_of(panel.camera.scale), box)
    items: list[Item] = []
    if pieces.areas is not None:
        # A line along it smooths the edge of the fill; where areas overlap it is no darker.
        fill = Shapes(pieces.areas, panel.transform, fill=colour, smooth=False)
        items.append(Group((fill,), opacity=style.SHAPE_FILL))
        edge = pieces.edges or pieces.areas
        items.append(Shapes(edge, panel.transform, stroke=colour, width=LINE + wider))
    if pieces.lines is not None:
        items.append(Shapes(pieces.lines, panel.transform, stroke=colour, width=_ROUTE + wider))
    if len(pieces.dots):
        radius = _DOT + wider / 2
        classes = np.zeros(len(pieces.dots), dtype=np.uint8)
        points = Points.of(pieces.dots, classes)
        items.append(Dots(points, panel.transform, panel.rect, radius, (colour,)))
    return items


# -- geometry --------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Pieces:
    areas: Geometry | None
    edges: Geometry | None
    lines: Geometry | None
    dots: Floats


def _flat_bytes(flat: _Flat) -> int:
    parts = flat.rings, flat.edges, flat.lines, flat.points
    return sum(ragged_bytes(part) for part in parts if part is not None) + 5 * flat.low.nbytes


def _pieces_bytes(pieces: _Pieces) -> int:
    parts = pieces.areas, pieces.edges, pieces.lines
    drawn = sum(geometry_bytes(part) for part in parts if part is not None)
    return drawn + pieces.dots.nbytes


def _one_bytes(one: tuple[Geometry | None, Floats | None]) -> int:
    area, line = one
    return (geometry_bytes(area) if area else 0) + (0 if line is None else line.nbytes)


@kept(96, _flat_bytes)
def _flat(shapes: PlaceShapes, projection: Projection) -> _Flat:
    """Project the shapes of a dossier."""
    rings = project_ragged(projection, shapes.rings, "area")
    edges = None
    if len(rings.xy) != len(shapes.rings.xy):
        # Something was cut: where, no line is to be drawn.
        edges = project_ragged(projection, outlines(cut_rings(shapes.rings)), "line")
        edges = _by_group(edges)
    lines = _by_group(project_ragged(projection, shapes.lines, "line"))
    points = shapes.points
    xy = projection.forward(points.xy)
    known: Mask = np.all(np.isfinite(xy), axis=1)
    points = Ragged(xy, points.starts, points.group).take(known)
    low = np.full((len(shapes.spot), 2), np.inf)
    high, largest = -low, np.zeros(len(low))
    for part in (rings, lines, points):
        if len(part):
            least, most = _bounds(part)
            np.minimum.at(low, part.group, least)
            np.maximum.at(high, part.group, most)
            np.maximum.at(largest, part.group, (most - least).max(axis=1))
    missing = ~np.isfinite(low).all(axis=1)
    low[missing] = high[missing] = largest[missing] = np.nan
    return _Flat(_by_group(rings), edges, lines, _by_group(points), low, high, largest)


def _bounds(ragged: Ragged) -> tuple[Floats, Floats]:
    """Return the bounds of each part."""
    first = ragged.starts[:-1]
    return np.minimum.reduceat(ragged.xy, first), np.maximum.reduceat(ragged.xy, first)


def _by_group(ragged: Ragged) -> Ragged:
    """Put parts in the order of their groups, so that those of one stand together."""
    if (np.diff(ragged.group) >= 0).all():
        return ragged
    order = np.argsort(ragged.group, kind="stable")
    sizes = np.diff(ragged.starts)[order]
    vertices = ranges(ragged.starts[:-1][order], sizes)
    return Ragged(ragged.xy[vertices], offsets(sizes), ragged.group[order])


def _only(ragged: Ragged, group: int) -> Ragged:
    """Return the parts of one group."""
    first, last = np.searchsorted(ragged.group, (group, group + 1)).tolist()
    starts = ragged.starts[first : last + 1]
    return Ragged(ragged.xy[starts[0] : starts[-1]], starts - starts[0], ragged.group[first:last])


@kept(64, _pieces_bytes)
def _pieces(
    shapes: PlaceShapes, projection: Projection, key: bytes, step: int, box: Box | None
) -> _Pieces:
    """Return some shapes as they are seen at scale ``2**step``."""
    flat = _flat(shapes, projection)
    rows = np.unpackbits(np.frombuffer(key, np.uint8), count=len(flat.low)).astype(bool)
    with np.errstate(invalid="ignore"):
        large = rows & (flat.largest >= _TINY * 2.0**step)
        if _within(flat, large, box).sum() > _MANY:
            large = rows & (flat.largest >= _SMALL * 2.0**step)
    tiny = rows & ~large
    dots = [flat.points.xy[rows[flat.points.group]]]
    few = [part.take(tiny[part.group]) for part in (flat.rings, flat.lines)]
    dots += [np.add(*_bounds(part)) / 2 for part in few if len(part)]

    def seen(ragged: Ragged | None, closed: bool) -> Geometry | None:
        if ragged is None:
            return None
        part = _thin(ragged.take(large[ragged.group]), step, box, "area" if closed else "line")
        if not len(part):
            return None
        # What lies in one square is painted together, a place never in parts.
        tile = np.floor((flat.low + flat.high)[part.group] / (2.0 * _TILE * 2.0**step))
        _, tiles = np.unique(tile[:, 0] * _FAR + tile[:, 1], return_inverse=True)
        part = _by_group(Ragged(part.xy, part.starts, tiles.astype(np.intp)))
        return Geometry(part.xy, part.starts, closed, part.group, winding=closed)

    areas = seen(flat.rings, True)
    edges = seen(flat.edges, False) if areas is not None else None
    return _Pieces(areas, edges, seen(flat.lines, False), np.concatenate(dots))


# -- what can be pointed at ------------------------------------------------------------------


def _within(flat: _Flat, rows: Mask, box: Box | None) -> Mask:
    """Return which of some places touch a stretch of the plane; None: all of it."""
    if box is None:
        return rows
    with np.errstate(invalid="ignore"):
        seen = (flat.low <= box[2:]).all(axis=1) & (flat.high >= box[:2]).all(axis=1)
    out: Mask = seen & rows
    return out


def _in_sight(flat: _Flat, rows: Mask, panel: Panel) -> Indexes:
    """Return the places of which something is in sight, the largest first."""
    view = panel.camera.extent(panel.rect.width, panel.rect.height)
    found = np.flatnonzero(_within(flat, rows, view))
    size = flat.largest[found]
    most = min(_MOST_SEEN, len(found))
    found = found[np.argpartition(-size, most - 1)[:most]] if most else found
    return found[np.argsort(-flat.largest[found], kind="stable")]


def _targets(
    frame: Frame, shapes: PlaceShapes, panel: Panel, box: Box | None, rows: Index
) -> list[tuple[float, Target]]:
    """Return targets that stand in the shapes, for the keyboard and what lights up."""
    dossier = frame.state.dossier
    xy = panel.pixels(panel.projection.forward(shapes.spot[rows]))
    totals = place_counts(dossier, frame.shown).sum(axis=1)
    step = step_of(panel.camera.scale)
    out = []
    for row, (x, y) in zip(rows.tolist(), xy.tolist(), strict=True):
        if not np.isfinite((x, y)).all() or not panel.rect.contains(x, y):
            continue
        target = _target(frame, row, x, y)
        area, line = _one(shapes, panel.projection, row, step, box)
        if area is not None:
            target = replace(target, reach=0.0, area=Shapes(area, panel.transform))
        elif line is not None:
            target = replace(target, line=panel.pixels(line))
        out.append((float(totals[row]), target))
    return out


@kept(16, _one_bytes)
def _one(
    shapes: PlaceShapes, projection: Projection, row: int, step: int, box: Box | None
) -> tuple[Geometry | None, Floats | None]:
    """Return the area of a place, or the longest of its lines, as it is seen at ``2**step``."""
    flat = _flat(shapes, projection)
    if len(rings := _thin(_only(flat.rings, row), step, box, "area")):
        return Geometry(rings.xy, rings.starts, True, winding=True), None
    lines = _thin(_only(flat.lines, row), step, box, "line").pieces()
    return None, max(lines, key=len, default=None)


def _thin(ragged: Ragged, step: int, box: Box | None, kind: Kind) -> Ragged:
    """Return lines or rings as they are seen at scale ``2**step`` in a stretch of the plane."""
    part = cropped(ragged, box) if box is not None else ragged
    return simplify(part, _DETAIL * 2.0**step, kind)


def _target(frame: Frame, row: int, x: float, y: float) -> Target:
    dossier, shown = frame.state.dossier, frame.shown
    total = int(place_counts(dossier, shown)[row].sum())
    said = place_names(dossier)[row] + (f" · {events(total)}" if total else "")
    said += DISPUTED * bool(disputed_places(dossier, shown)[row])
    return Target((place_refs(dossier)[row],), x, y, _REACH, label=said)


def _requests(
    frame: Frame, looks: Looks, shapes: PlaceShapes, flat: _Flat, panel: Panel, rows: Indexes
) -> list[labels.Request]:
    """Ask for the names of shapes in sight that have no mark with a name beside it."""
    dossier, theme = frame.state.dossier, frame.theme
    named = used(dossier) | np.isfinite(dossier.place_lonlat).all(axis=1)
    out: list[labels.Request] = []
    rows = rows[~named[rows]]
    spots = panel.pixels(panel.projection.forward(shapes.spot[rows]))
    areas = np.zeros(len(named), bool)
    areas[shapes.rings.group] = True
    for row, (x, y) in zip(rows.tolist(), spots.tolist(), strict=True):
        if len(out) == _MOST_LABELS:
            break
        picked, lit = bool(looks.picked[row]), bool(looks.lit[row])
        name = place_names(dossier)[row]
        across = float(flat.largest[row]) / panel.camera.scale
        weight = 600 if picked else 500
        fits = across >= _SLACK * text_width(name, style.SMALL, weight)
        if not np.isfinite((x, y)).all() or not panel.rect.contains(x, y):
            continue
        if not (fits or picked or len(rows) <= _FEW):
            continue
        colour = theme.text if lit else theme.text.over(theme.land, style.DIM_TEXT)
        text = Text(name, 0, 0, colour, style.SMALL, weight, halo=theme.land)
        # Below what has events; among themselves the larger ones first.
        priority = 1e9 * picked + 1e6 * lit + min(across / 1e6, 0.9)
        ways = ("centre",) if areas[row] and fits else labels.RIGHT_FIRST
        out.append(labels.Request(text, x, y, 0.0, priority, ways, required=picked))
    return out

"""The marks on the map: places and clusters of them, areas, and who went where."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from viewer.geo import basemap
from viewer.geo.basemap import Ragged
from viewer.geo.projection import Projection, great_circle, project_ragged
from viewer.model.dossier import Dossier, Index, Mask
from viewer.model.filters import Shown
from viewer.model.schema import QUAD_TITLES, Ref
from viewer.scene import labels, style
from viewer.scene.frame import Camera, Frame
from viewer.scene.map_basemap import area_geometry
from viewer.scene.map_gather import Counts, gather, radii, tally
from viewer.scene.map_places import AREA, NOWHERE, POINT, ROUGH, Looks, anchors, routes, world
from viewer.scene.primitives import (
    Arrows,
    Colour,
    Curves,
    Floats,
    Item,
    Marks,
    Rect,
    Rings,
    Shapes,
    Target,
    Text,
)
from viewer.scene.style import Theme
from viewer.scene.text import text_width

HUB = 0.6
"""Part of a ring's radius that is hub."""
_MOST_LABELS = 160
_VAGUE = 25e3
"""Radius in metres of the disc drawn for a place known by its region only: a sign, no measure."""


@dataclass(frozen=True, eq=False)
class Panel:
    """A map in a rectangle of the scene.

    Parameters
    ----------
    rect : Rect
        Pixels.
    projection : Projection
    camera : Camera
        World units are projected metres.
    """

    rect: Rect
    projection: Projection
    camera: Camera

    @property
    def transform(self) -> tuple[float, float, float, float]:
        """``(sx, sy, dx, dy)``: pixel = world * (sx, sy) + (dx, dy)."""
        sx, sy, dx, dy = self.camera.transform(self.rect.width, self.rect.height)
        return sx, sy, dx + self.rect.x, dy + self.rect.y

    def pixels(self, xy: Floats) -> Floats:
        """Return projected metres, shape (n, 2), as pixels of the scene."""
        sx, sy, dx, dy = self.transform
        return xy * (sx, sy) + (dx, dy)

    def metres(self, xy: Floats) -> Floats:
        """Return pixels of the scene, shape (n, 2), as projected metres."""
        sx, sy, dx, dy = self.transform
        return (xy - (dx, dy)) / (sx, sy)


@dataclass(frozen=True, eq=False)
class Sites:
    """Places as they are gathered on the screen: one site, one mark.

    Parameters
    ----------
    of_place : ndarray of intp, shape (places,)
        Site of each place; -1 where it is not on this map.
    members : tuple of ndarray of intp
        Places of each site, what stands out most first.
    lead : ndarray of intp, shape (n,)
        The place each site stands at.
    xy : ndarray of float64, shape (n, 2)
        Pixels.
    radius : ndarray of float64, shape (n,)
        Pixels.
    counts : ndarray of intp, shape (n, 5)
        Events by quad class, the last column those without one.
    form : ndarray of int8, shape (n,)
    picked, lit, glow : ndarray of bool, shape (n,)
    """

    of_place: Index
    members: tuple[Index, ...]
    lead: Index
    xy: Floats
    radius: Floats
    counts: Counts
    form: np.ndarray
    picked: Mask
    lit: Mask
    glow: Mask

    @property
    def totals(self) -> Counts:
        """Number of events of each site."""
        return self.counts.sum(axis=1)

    def boxes(self) -> list[Rect]:
        """Return the square around each mark."""
        reach = self.radius + np.where(self.picked, 4.5, 1.0)
        corner = self.xy - reach[:, None]
        return [
            Rect(x, y, 2 * r, 2 * r)
            for (x, y), r in zip(corner.tolist(), reach.tolist(), strict=True)
        ]

    def within(self, rect: Rect) -> Mask:
        """Return which sites stand in a rectangle."""
        low, high = (rect.x, rect.y), (rect.right, rect.bottom)
        inside: Mask = ((self.xy >= low) & (self.xy <= high)).all(axis=1)
        return inside


@dataclass(eq=False)
class Drawn:
    """What a part of the map adds to the scene."""

    items: list[Item] = field(default_factory=list)
    targets: list[tuple[float, Target]] = field(default_factory=list)
    """With the number of events, which gives the order for the keyboard."""
    requests: list[labels.Request] = field(default_factory=list)


@lru_cache(maxsize=4)
def place_counts(dossier: Dossier, shown: Shown) -> Counts:
    """Count the shown events at each place by quad class, shape (places, 5)."""
    every = np.arange(len(dossier.places))
    return tally(dossier, shown.events, every, len(every))


def find_sites(
    frame: Frame, looks: Looks, panel: Panel, among: Mask, *, shrink: bool = False
) -> Sites:
    """Gather the places of `among` as they fall together on the panel.

    Parameters
    ----------
    frame : Frame
    looks : Looks
    panel : Panel
    among : ndarray of bool, shape (places,)
        Places wanted; those without a position are left out.
    shrink : bool
        Make neighbours small enough to stand apart rather than gather them early: for insets.
    """
    dossier = frame.state.dossier
    anchored, xy = anchors(dossier), world(dossier, panel.projection)
    rows = np.flatnonzero(among & (anchored.form != NOWHERE) & np.isfinite(xy).all(axis=1))
    totals = place_counts(dossier, frame.shown).sum(axis=1)
    fixed = xy[rows] / panel.camera.scale
    vague = (anchored.form[rows] != POINT).astype(np.intp)
    closeness = 0.34 if shrink else 0.75
    leads, site = np.unique(
        gather(fixed, totals[rows], vague, closeness), return_inverse=True
    )
    lead = rows[leads]
    order = np.lexsort((-totals[rows], ~looks.lit[rows], ~looks.picked[rows], site))
    members = np.split(rows[order], np.cumsum(np.bincount(site, minlength=len(lead)))[:-1])
    of_place = np.full(len(dossier.places), -1, dtype=np.intp)
    of_place[rows] = site
    counts = tally(dossier, frame.shown.events, of_place, len(lead))
    pixels = panel.pixels(xy[lead])
    size = radii(counts.sum(axis=1), int(counts.sum(axis=1).max(initial=0)))

    def any_of(mask: Mask) -> Mask:
        return np.bincount(site, weights=mask[rows], minlength=len(lead)) > 0

    return Sites(
        of_place,
        tuple(members) if len(lead) else (),
        lead,
        pixels,
        _apart(pixels, size) if shrink else size,
        counts,
        anchored.form[lead],
        any_of(looks.picked),
        any_of(looks.lit),
        any_of(looks.glow),
    )


def _apart(xy: Floats, size: Floats) -> Floats:
    """Make discs that would overlap as small as it takes, but not smaller than a dot."""
    if len(xy) < 2:
        return size
    away = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    np.fill_diagonal(away, np.inf)
    share = size[:, None] / (size[:, None] + size[None])
    return np.minimum(size, np.maximum((away * share).min(axis=1), 4.0))


# -- places ----------------------------------------------------------------------------------


def draw_sites(frame: Frame, sites: Sites, view: Rect) -> Drawn:
    """Draw the marks that stand within `view`, and ask for their labels."""
    dossier, theme = frame.state.dossier, frame.theme
    out = Drawn()
    totals = sites.totals
    (near,) = np.nonzero(sites.within(view.inset(-20)))
    # What matters most is drawn last; a small mark lies over a large one.
    near = near[np.lexsort((-totals[near], sites.lit[near], sites.picked[near]))]
    for lit in (False, True):
        out.items.extend(_marks(theme, sites, near[sites.lit[near] == lit], lit))
    order = sorted(
        near.tolist(), key=lambda i: (bool(sites.picked[i]), bool(sites.lit[i]), totals[i])
    )
    for position, i in enumerate(reversed(order)):
        name = site_name(dossier, sites, i)
        x, y = sites.xy[i].tolist()
        total, radius, picked = int(totals[i]), float(sites.radius[i]), bool(sites.picked[i])
        refs = tuple(dossier.ref("places", row) for row in sites.members[i].tolist())
        said = ", ".join(dossier.name(ref) for ref in refs[:6])
        said += f" and {len(refs) - 6} more" if len(refs) > 6 else ""
        reach = max(radius + 3.0, 8.0)
        out.targets.append((total, Target(refs, x, y, reach, label=f"{said} · {events(total)}")))
        if position < _MOST_LABELS and view.contains(x, y):
            strong = bool(sites.lit[i])
            if total and not _count_fits(total, radius):
                name += f" · {total:,}"
            colour = theme.text if strong else theme.text.over(theme.land, style.DIM_TEXT)
            text = Text(
                name, 0, 0, colour, style.BODY if total else style.SMALL,
                600 if picked else 500, halo=theme.land,
            )  # fmt: skip
            # A picked mark has a ring around it.
            gap = radius + (4.0 if picked else 0.0)
            priority = 1e9 * picked + 1e6 * strong + total
            out.requests.append(
                labels.Request(text, x, y, gap, priority, required=picked or position < 12)
            )
    return out


def events(count: int) -> str:
    """Return ``1 event``, ``7 events`` or ``no event shown``."""
    return f"{count:,} event{'s' * (count != 1)}" if count else "no event shown"


def site_name(dossier: Dossier, sites: Sites, site: int) -> str:
    """Return what stands beside a mark: two names if they are short, else one and a number."""
    rows = sites.members[site].tolist()
    names = list(dict.fromkeys(dossier.name(dossier.ref("places", row)) for row in rows[:2]))
    if len(rows) <= 2 and sum(map(len, names)) <= 24:
        return ", ".join(names)
    return f"{names[0]} +{len(rows) - 1}"


def _count_fits(total: int, radius: float) -> bool:
    return _count_size(total, radius) >= 7.0


def _count_size(total: int, radius: float) -> float:
    """Font size at which a number fits into the hub."""
    width = text_width(f"{total}", 1.0, 600)
    return min(9.5, 1.9 * HUB * radius / max(width, 0.9))


def _marks(theme: Theme, sites: Sites, chosen: Index, lit: bool) -> list[Item]:
    if not len(chosen):
        return []
    totals = sites.totals[chosen]
    full = chosen[totals > 0]
    palette = (*theme.quads, theme.tie)
    if not lit:
        palette = tuple(colour.over(theme.land, style.DIM) for colour in palette)
    ink = theme.text if lit else theme.text.over(theme.ground, style.DIM_TEXT)
    items: list[Item] = []
    around = [
        (i, extra, fill, stroke, width)
        for mask, extra, fill, stroke, width in (
            (sites.totals > 0, 1.2, theme.land, None, 0.0),
            (sites.picked, 4.5, theme.land, theme.pick, 2.0),
            (sites.glow & ~sites.picked, 3.0, theme.land, theme.accent, 2.0),
        )
        for i in chosen[mask[chosen]].tolist()
    ]
    if around:
        rows, extra, fills, strokes, widths = zip(*around, strict=True)
        items.append(_circles(sites, np.array(rows), np.array(extra), fills, strokes, widths))
    if len(full):
        outer = sites.radius[full]
        items.append(
            Rings(
                sites.xy[full],
                outer,
                outer * HUB,
                sites.counts[full] / sites.counts[full].sum(axis=1, keepdims=True),
                (palette,) * len(full),
                (theme.ground,) * len(full),
            )
        )
    empty = chosen[totals == 0]
    if len(empty):
        stroke = theme.muted if lit else theme.muted.over(theme.land, style.DIM)
        many = len(empty)
        items.append(
            _circles(sites, empty, np.zeros(many), (theme.ground,) * many, (stroke,) * many,
                     (1.2,) * many)
        )  # fmt: skip
    for i in full.tolist():
        total = int(sites.totals[i])
        size = _count_size(total, float(sites.radius[i]))
        if _count_fits(total, float(sites.radius[i])):
            x, y = sites.xy[i].tolist()
            items.append(Text(f"{total}", x, y + 0.36 * size, ink, size, 600, "centre"))
    return items


def _circles(
    sites: Sites,
    rows: Index,
    extra: Floats,
    fills: Sequence[Colour | None],
    strokes: Sequence[Colour | None],
    widths: Sequence[float],
) -> Marks:
    return Marks(
        sites.xy[rows],
        sites.radius[rows] + extra,
        ("circle",) * len(rows),
        tuple(fills),
        tuple(strokes),
        np.array(widths),
    )


# -- areas -----------------------------------------------------------------------------------


def draw_areas(frame: Frame, looks: Looks, sites: Sites, panel: Panel) -> Drawn:
    """Draw places known by their country or region only: as areas, never as points.

    Small areas are hatched, large ones barely, so that the map is not drowned; what is picked
    shows more.
    """
    dossier, theme = frame.state.dossier, frame.theme
    out = Drawn()
    counts = place_counts(dossier, frame.shown)
    form = anchors(dossier).form
    pane = panel.rect.width * panel.rect.height
    table = basemap.countries()
    rows = np.flatnonzero((sites.of_place >= 0) & (form == AREA)).tolist()
    for row in sorted(rows, key=lambda r: (bool(looks.picked[r]), bool(looks.lit[r]))):
        code = dossier.places["country"][row]
        share = table.area[table.rows[code]].sum() / panel.camera.scale**2 / pane
        strong = bool(looks.picked[row] or looks.glow[row])
        colour = _dominant(theme, counts[row])
        hatch = 0.5 / (1.0 + 60.0 * float(share))
        line = 0.85 if share < 0.03 else 0.55
        if strong:
            hatch, line = max(hatch, 0.35), 1.0
        elif not looks.lit[row]:
            hatch, line = hatch * style.DIM, line * style.DIM
        shapes = Shapes(
            area_geometry(panel.projection, code, panel.camera.scale),
            panel.transform,
            stroke=colour.over(theme.land, line),
            width=1.6 if strong else 1.1,
            dash="dashed",
            hatch=colour.over(theme.land, hatch),
        )
        out.items.append(shapes)
        site = int(sites.of_place[row])
        x, y = sites.xy[site].tolist()
        total = int(counts[row].sum())
        name = dossier.places["name"][row]
        target = Target(
            (dossier.ref("places", row),), x, y, 0.0, label=f"{name} · {events(total)}", area=shapes
        )
        # Kept after all marks: the keyboard meets the area at its mark.
        out.targets.append((total if len(sites.members[site]) > 1 else -1.0, target))
    for i in np.flatnonzero(sites.form == ROUGH).tolist():
        _vague_disc(theme, sites, i, panel, out)
    return out


def _vague_disc(theme: Theme, sites: Sites, i: int, panel: Panel, out: Drawn) -> None:
    radius = max(float(sites.radius[i]) + 6.0, _VAGUE / panel.camera.scale)
    turn = np.linspace(0.0, 2 * math.pi, 49)
    circle = sites.xy[i] + radius * np.column_stack([np.cos(turn), np.sin(turn)])
    strength = 1.0 if sites.lit[i] else style.DIM
    colour = _dominant(theme, sites.counts[i])
    soft = Marks(
        sites.xy[i : i + 1], np.array([radius]), ("circle",),
        (colour.faded(0.10 * strength),), (None,), np.zeros(1),
    )  # fmt: skip
    ring = Curves((circle,), (colour.over(theme.land, 0.6 * strength),), (1.0,), ("dashed",))
    out.items.extend((soft, ring))


def _dominant(theme: Theme, counts: Counts) -> Colour:
    best = int(counts.argmax())
    return theme.quad(best) if counts[best] and best < len(theme.quads) else theme.tie


# -- flows -----------------------------------------------------------------------------------


@lru_cache(maxsize=2048)
def _arc(
    projection: Projection, start: tuple[float, float], end: tuple[float, float]
) -> tuple[Floats, ...]:
    """Return the geodesic between two points of the sphere in metres, cut where the map is."""
    line = great_circle(start, end)
    whole = Ragged(line, np.array([0, len(line)], np.intp))
    return tuple(project_ragged(projection, whole, "line").pieces())


def draw_flows(frame: Frame, sites: Sites, panel: Panel) -> Drawn:
    """Draw events that went from one place to another as great circles.

    Those of one quad class between the same two sites are one arc, as wide as they are many.
    Arcs between the same two sites lie side by side; a single one is the geodesic itself.
    """
    out = Drawn()
    dossier, theme = frame.state.dossier, frame.theme
    legs = routes(dossier)
    legs = legs[frame.shown.events[legs[:, 0]]]
    ends = sites.of_place[legs[:, 1:]]
    kept = (ends >= 0).all(axis=1) & (ends[:, 0] != ends[:, 1])
    legs, ends = legs[kept], ends[kept]
    if not len(legs):
        return out
    keys = np.column_stack([ends, dossier.event_quads[legs[:, 0]]])
    groups, group = np.unique(keys, axis=0, return_inverse=True)
    group = group.ravel()
    bends = _side_by_side(groups)
    dimmed = ~np.isin(np.arange(len(groups)), group[frame.highlight.events[legs[:, 0]]])
    glowing = np.zeros(len(groups), dtype=bool)
    if frame.glow is not None:
        glowing[group[frame.glow.events[legs[:, 0]]]] = True
    if not frame.highlight.dimming:
        dimmed[:] = False
    points: list[Floats] = []
    colours: list[Colour] = []
    widths: list[float] = []
    tips: list[Floats] = []
    angles: list[float] = []
    sizes: list[float] = []
    heads: list[Colour] = []
    lonlat = anchors(dossier).lonlat
    for i in np.lexsort((glowing, ~dimmed)).tolist():
        start, end, quad = groups[i].tolist()
        rows = np.unique(legs[group == i, 0]).tolist()
        width = min(1.3 + 0.5 * (len(rows) - 1), 3.5) + 1.0 * glowing[i]
        colour = theme.quad(quad)
        if dimmed[i]:
            colour = colour.over(theme.land, style.DIM)
        places = sites.lead[[start, end]]
        pieces = [
            panel.pixels(piece)
            for piece in _arc(panel.projection, *(tuple(lonlat[p].tolist()) for p in places))
        ]
        pieces = _bent(pieces, float(bends[i]))
        head = 5.0 + 1.6 * width
        gap = sites.radius[[start, end]] + np.where(sites.picked[[start, end]], 5.0, 1.5)
        stop = sites.xy[end]
        tip = _clear_of(pieces[-1][::-1], stop, float(gap[1]))
        pieces[-1] = _clear_of(tip, stop, float(gap[1]) + 0.7 * head)[::-1]
        pieces[0] = _clear_of(pieces[0], sites.xy[start], float(gap[0]))
        pieces = [piece for piece in pieces if len(piece) > 1]
        if not pieces or len(tip) < 2:
            continue
        points.extend(pieces)
        colours.extend([colour] * len(pieces))
        widths.extend([width] * len(pieces))
        east, south = tip[0] - _at_distance(tip, head)
        tips.append(tip[0])
        angles.append(math.atan2(south, east))
        sizes.append(head)
        heads.append(colour)
        names = " → ".join(site_name(dossier, sites, site) for site in (start, end))
        title = QUAD_TITLES[quad].lower() if quad >= 0 else "no class"
        refs = tuple(dossier.ref("events", row) for row in rows)
        label = f"{names} · {events(len(rows))}, {title}"
        for piece in pieces:
            x, y = piece[len(piece) // 2].tolist()
            target = Target(refs, x, y, max(width, 4.0), line=piece, label=label)
            out.targets.append((len(rows), target))
    if points:
        curves = Curves(tuple(points), tuple(colours), tuple(widths), ("solid",) * len(points))
        arrows = Arrows(np.array(tips), np.array(angles), np.array(sizes), tuple(heads))
        out.items = [curves, arrows]
    return out


def _side_by_side(groups: Index) -> Floats:
    """Return how far each arc bends aside in pixels, those between two sites evenly spread."""
    pair = np.sort(groups[:, :2], axis=1)
    _, which = np.unique(pair, axis=0, return_inverse=True)
    which = which.ravel()
    out = np.zeros(len(groups))
    for number in np.unique(which).tolist():
        (same,) = np.nonzero(which == number)
        spread = (np.arange(len(same)) - (len(same) - 1) / 2) * 9.0
        # Seen from the other end, aside is on the other side.
        out[same] = np.where(groups[same, 0] > groups[same, 1], -spread, spread)
    return out


def _bent(pieces: list[Floats], bend: float) -> list[Floats]:
    """Push an arc aside in its middle, by `bend` pixels; its ends stay."""
    if not bend:
        return pieces
    whole = np.concatenate(pieces)
    along = np.linspace(0.0, 1.0, len(whole))
    step = np.gradient(whole, axis=0)
    step /= np.maximum(np.hypot(*step.T), 1e-9)[:, None]
    aside = np.column_stack([-step[:, 1], step[:, 0]]) * np.sin(np.pi * along)[:, None]
    moved = whole + bend * aside
    return np.split(moved, np.cumsum([len(piece) for piece in pieces])[:-1])


def _clear_of(line: Floats, centre: Floats, radius: float) -> Floats:
    """Return the line without the beginning that lies within `radius` of `centre`."""
    away = np.hypot(*(line - centre).T) - radius
    (outside,) = np.nonzero(away > 0)
    if not len(outside) or outside[0] == 0:
        return line if len(outside) else line[:0]
    first = int(outside[0])
    share = away[first - 1] / (away[first - 1] - away[first])
    entry = line[first - 1] + share * (line[first] - line[first - 1])
    return np.vstack([entry, line[first:]])


def _at_distance(line: Floats, length: float) -> Floats:
    """Return the point `length` pixels along the line, or its end."""
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    return np.array([np.interp(length, along, line[:, 0]), np.interp(length, along, line[:, 1])])

"""The marks on the map: places and clusters of them, areas, and who went where."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from viewer.geo import basemap
from viewer.geo.basemap import Ragged
from viewer.geo.projection import Projection, great_circle, project_ragged
from viewer.model.dossier import Dossier, Index, Mask
from viewer.model.filters import Shown
from viewer.model.schema import QUAD_TITLES
from viewer.scene import labels, style
from viewer.scene.frame import Camera, Frame
from viewer.scene.map_basemap import area_geometry
from viewer.scene.map_gather import CLOSENESS, Counts, gather, radii, tally
from viewer.scene.map_places import (
    AREA,
    NOWHERE,
    POINT,
    ROUGH,
    Looks,
    anchors,
    interior,
    routes,
    world,
)
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

INSET_CLOSENESS = 0.22
_MOST_ASIDE = 80
HUB = 0.6
"""Part of a ring's radius that is hub."""
_MOST_LABELS = 160
_STAND_OFF = (8.0, 16.0, 26.0, 38.0)
"""Pixels that a label moves away from its mark, one after the other, to find room."""
_MOST_STAND_OFF = 9
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
class Gathered:
    """Places as they fall together at one scale, wherever the map is moved.

    Parameters
    ----------
    rows, site : ndarray of intp
        The places on the map, and the site of each.
    lead : ndarray of intp, shape (n,)
        The place each site stands at.
    lonlat, xy : ndarray of float64, shape (n, 2)
        Where the sites are, in degrees and in projected metres.
    of_place : ndarray of intp, shape (places,)
        Site of each place; -1 where it is not on this map.
    counts : ndarray of intp, shape (n, 5)
        Events by quad class, the last column those without one.
    """

    rows: Index
    site: Index
    lead: Index
    lonlat: Floats
    xy: Floats
    of_place: Index
    counts: Counts


@dataclass(frozen=True, eq=False)
class Sites:
    """Places as they are gathered on the screen: one site, one mark.

    Parameters
    ----------
    gathered : Gathered
    members : tuple of ndarray of intp
        Places of each site, what stands out most first.
    at, xy : ndarray of float64, shape (n, 2)
        Pixels: where the place is, and where its mark is drawn; they differ only in insets.
    radius : ndarray of float64, shape (n,)
        Pixels.
    form : ndarray of int8, shape (n,)
    picked, lit, glow : ndarray of bool, shape (n,)
    """

    gathered: Gathered
    members: tuple[Index, ...]
    at: Floats
    xy: Floats
    radius: Floats
    form: NDArray[np.int8]
    picked: Mask
    lit: Mask
    glow: Mask

    @property
    def of_place(self) -> Index:
        """Site of each place, shape (places,); -1 where it is not on this map."""
        return self.gathered.of_place

    @property
    def counts(self) -> Counts:
        """Events of each site by quad class, shape (n, 5)."""
        return self.gathered.counts

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
    frame: Frame, looks: Looks, panel: Panel, among: Index | None = None, *, inset: bool = False
) -> Sites:
    """Gather the places shown as they fall together on the panel.

    Parameters
    ----------
    frame : Frame
    looks : Looks
    panel : Panel
    among : ndarray of intp, optional
        Places of an inset: gathered only where they all but coincide, and moved apart where
        they are close. None: all that are shown.
    """
    dossier, shown = frame.state.dossier, frame.shown
    form = anchors(dossier).form
    inset = None
    if among is not None:
        inset = tuple(among.tolist()), panel.camera.extent(panel.rect.width, panel.rect.height)
    found = _gathered(dossier, shown, panel.projection, panel.camera.scale, inset)
    totals = place_counts(dossier, shown).sum(axis=1)
    rows, site, lead = found.rows, found.site, found.lead
    order = np.lexsort((-totals[rows], ~looks.lit[rows], ~looks.picked[rows], site))
    members = np.split(rows[order], np.cumsum(np.bincount(site, minlength=len(lead)))[:-1])
    at = panel.pixels(found.xy)
    size = radii(found.counts.sum(axis=1), int(found.counts.sum(axis=1).max(initial=0)))

    def any_of(mask: Mask) -> Mask:
        return np.bincount(site, weights=mask[rows], minlength=len(lead)) > 0

    picked = any_of(looks.picked)
    return Sites(
        found,
        tuple(members) if len(lead) else (),
        at,
        _apart(at, size + 4.5 * picked) if inset is not None else at,
        size,
        form[lead],
        picked,
        any_of(looks.lit),
        any_of(looks.glow),
    )


@lru_cache(maxsize=16)
def _gathered(
    dossier: Dossier,
    shown: Shown,
    projection: Projection,
    scale: float,
    inset: tuple[tuple[int, ...], tuple[float, float, float, float]] | None,
) -> Gathered:
    """Gather places; the same for as long as the map is only moved."""
    form = anchors(dossier).form
    xy = world(dossier, projection)
    here = shown.places & (form != NOWHERE) & np.isfinite(xy).all(axis=1)
    rows = np.flatnonzero(here)
    if inset is not None:
        rows = np.array([row for row in inset[0] if here[row]], dtype=np.intp)
    totals = place_counts(dossier, shown).sum(axis=1)
    at = _areas_aside(dossier, projection, scale, rows, totals, xy, inset and inset[1])
    vague = (form[rows] != POINT).astype(np.intp)
    closeness = CLOSENESS if inset is None else INSET_CLOSENESS
    leads, site = np.unique(gather(at / scale, totals[rows], vague, closeness), return_inverse=True)
    of_place = np.full(len(dossier.places), -1, dtype=np.intp)
    of_place[rows] = site
    counts = tally(dossier, shown.events, of_place, len(leads))
    lead = rows[leads]
    lonlat = anchors(dossier).lonlat[lead]
    areas = form[lead] == AREA
    lonlat[areas] = projection.inverse(at[leads][areas])
    return Gathered(rows, site, lead, lonlat, at[leads], of_place, counts)


def _areas_aside(
    dossier: Dossier,
    projection: Projection,
    scale: float,
    rows: Index,
    totals: Counts,
    xy: Floats,
    view: tuple[float, float, float, float] | None,
) -> Floats:
    """Let the marks of countries give way to those of places, as far as their areas reach.

    A country's mark may stand anywhere in it: where it does is no statement.
    """
    at = xy[rows].copy()
    is_area = anchors(dossier).form[rows] == AREA
    (areas,) = np.nonzero(is_area)
    if not 0 < len(areas) <= _MOST_ASIDE or len(rows) > 10 * _MOST_ASIDE:
        return at
    size = radii(totals[rows], int(totals[rows].max(initial=0))) * scale
    settled = ~is_area
    for i in areas[np.argsort(-totals[rows[areas]], kind="stable")].tolist():
        if settled.any():
            options = _interior(projection, dossier.places["country"][rows[i]])
            if view is not None:
                pad = 24.0 * scale
                low, high = np.array(view[:2]) + pad, np.array(view[2:]) - pad
                seen = options[((options > low) & (options < high)).all(axis=1)]
                options = seen if len(seen) else at[i : i + 1]
            away = np.hypot(*(options[:, None] - at[settled]).transpose(2, 0, 1))
            free = (away - 1.15 * (size[settled] + size[i])).min(axis=1)
            open_ = np.flatnonzero(free >= 0)
            at[i] = options[open_[0] if len(open_) else int(free.argmax())]
        settled[i] = True
    return at


@lru_cache(maxsize=512)
def _interior(projection: Projection, iso3: str) -> Floats:
    points = projection.forward(interior(iso3))
    return points[np.isfinite(points).all(axis=1)]


def _apart(xy: Floats, size: Floats) -> Floats:
    """Move discs apart as little as it takes for none to touch another."""
    moved = xy.copy()
    if not 1 < len(xy) <= 200:
        return moved
    for _ in range(40):
        gap = moved[:, None] - moved[None]
        away = np.hypot(gap[..., 0], gap[..., 1])
        np.fill_diagonal(away, np.inf)
        lack = np.maximum(size[:, None] + size[None] + 2.5 - away, 0.0)
        if not (lack > 0.05).any():
            break
        moved += (gap * (0.5 * lack / np.maximum(away, 1e-6))[..., None]).sum(axis=1)
    return moved


# -- places ----------------------------------------------------------------------------------


def draw_sites(frame: Frame, sites: Sites, view: Rect) -> Drawn:
    """Draw the marks that stand within `view`, and ask for their labels."""
    dossier, theme = frame.state.dossier, frame.theme
    out = Drawn()
    totals = sites.totals
    (near,) = np.nonzero(sites.within(view.inset(-20)))
    # What matters most is drawn last; a small mark lies over a large one.
    near = near[np.lexsort((-totals[near], sites.lit[near], sites.picked[near]))]
    out.items.extend(_leaders(theme, sites, near))
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
            out.requests.append(labels.Request(text, x, y, gap, priority, required=picked))
    return out


def name_sites(
    theme: Theme, drawn: Drawn, sites: Sites, bounds: Rect, taken: list[Rect]
) -> tuple[list[tuple[Text, Rect]], list[Item]]:
    """Place the labels of marks; those without room beside theirs stand off, with a line to it.

    Parameters
    ----------
    theme : Theme
    drawn : Drawn
        What asks for labels.
    sites : Sites
        Their marks are not covered if that can be helped.
    bounds : Rect
        Labels stay inside.
    taken : list of Rect
        What no label may touch.

    Returns
    -------
    (list of (Text, Rect), list of Item)
        The labels, and the lines.
    """
    discs = np.array(sites.boxes(), dtype=float).reshape(-1, 4)
    blocked = np.array(taken, dtype=float).reshape(-1, 4)
    found: list[tuple[Text, Rect]] = []
    lines: list[Floats] = []
    tries = 0
    # The first that finds no room stands off, and those that matter less go round it.
    for request in sorted(drawn.requests, key=lambda request: -request.priority):
        options = labels.candidates(request)
        free = _free(options, bounds, blocked)
        clear = free & _free(options, bounds, discs)
        chosen, line = options[int(clear.argmax())] if clear.any() else None, None
        # What has no event needs no name that badly.
        if chosen is None and request.text.size == style.BODY and tries < _MOST_STAND_OFF:
            tries += 1
            chosen, line = _stand_off(request, sites, bounds, discs, blocked)
        if chosen is None and request.required and free.any():
            chosen = options[int(free.argmax())]
        if chosen is None:
            continue
        x, y, align, box = chosen
        found.append((replace(request.text, x=x, y=y, align=align), box))
        blocked = np.vstack([blocked, box])
        if line is not None:
            lines.append(line)
            corner = _along(line) - 1.0
            blocked = np.vstack([blocked, np.column_stack([corner, np.full_like(corner, 2.0)])])
    many = len(lines)
    if not many:
        return found, []
    return found, [Curves(tuple(lines), (theme.muted,) * many, (0.8,) * many, ("solid",) * many)]


def _stand_off(
    request: labels.Request, sites: Sites, bounds: Rect, discs: Floats, blocked: Floats
) -> tuple[labels.Candidate | None, Floats | None]:
    """Find the nearest room for a label to which a line from its mark crosses nothing."""
    others = np.hypot(*(sites.xy - (request.x, request.y)).T) > 1.0
    centres, radius = sites.xy[others], sites.radius[others] + 1.0
    low, high = blocked[:, :2], blocked[:, :2] + blocked[:, 2:]
    options = [
        option
        for farther in _STAND_OFF
        for option in labels.candidates(replace(request, radius=request.radius + farther))
    ]
    room = _free(options, bounds, blocked) & _free(options, bounds, discs)
    for i in np.flatnonzero(room).tolist():
        line = _line_to(request, options[i][3])
        along = _along(line)
        away = np.hypot(*(along[:, None] - centres).transpose(2, 0, 1))
        through = ((along[:, None] > low) & (along[:, None] < high)).all(axis=2)
        if not through.any() and (away > radius).all():
            return options[i], line
    return None, None


def _free(options: list[labels.Candidate], bounds: Rect, taken: Floats) -> Mask:
    """Return which labels lie within bounds and off the boxes that are taken, shape (n, 4)."""
    boxes = np.array([option[3] for option in options])
    low, high = boxes[:, :2] - labels.PADDING, boxes[:, :2] + boxes[:, 2:] + labels.PADDING
    hit = (low[:, None] < taken[:, :2] + taken[:, 2:]) & (high[:, None] > taken[:, :2])
    free: Mask = (
        (low >= (bounds.x, bounds.y)).all(axis=1)
        & (high <= (bounds.right, bounds.bottom)).all(axis=1)
        & ~hit.all(axis=2).any(axis=1)
    )
    return free


def _along(line: Floats) -> Floats:
    """Return points on a straight line, near enough to one another to meet a label."""
    return line[0] + np.linspace(0.0, 1.0, 12)[:, None] * (line[1] - line[0])


def _line_to(request: labels.Request, box: Rect) -> Floats:
    """Return the line from the edge of a mark to the nearest point of its label."""
    mark = np.array([request.x, request.y])
    near = np.array(
        [min(max(request.x, box.x - 1), box.right + 1), min(max(request.y, box.y), box.bottom)]
    )
    way = near - mark
    return np.array([mark + way * request.radius / max(np.hypot(*way), 1e-6), near])


def _leaders(theme: Theme, sites: Sites, chosen: Index) -> list[Item]:
    """Draw a line from where a place is to its mark, where that had to be moved."""
    moved = [i for i in chosen.tolist() if np.hypot(*(sites.xy[i] - sites.at[i])) > 1.5]
    if not moved:
        return []
    many = len(moved)
    lines = tuple(np.array([sites.at[i], sites.xy[i]]) for i in moved)
    dots = Marks(
        sites.at[moved], np.full(many, 2.0), ("circle",) * many, (theme.muted,) * many,
        (None,) * many, np.zeros(many),
    )  # fmt: skip
    return [Curves(lines, (theme.muted,) * many, (1.0,) * many, ("solid",) * many), dots]


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
        hatch = max(0.5 / (1.0 + 60.0 * float(share)), 0.09)
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
    circle = sites.at[i] + radius * np.column_stack([np.cos(turn), np.sin(turn)])
    strength = 1.0 if sites.lit[i] else style.DIM
    colour = _dominant(theme, sites.counts[i])
    soft = Marks(
        sites.at[i : i + 1], np.array([radius]), ("circle",),
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
    for i in np.lexsort((glowing, ~dimmed)).tolist():
        start, end, quad = groups[i].tolist()
        rows = np.unique(legs[group == i, 0]).tolist()
        width = min(1.3 + 0.5 * (len(rows) - 1), 3.5) + 1.0 * glowing[i]
        colour = theme.quad(quad)
        if dimmed[i]:
            colour = colour.over(theme.land, style.DIM)
        way = (tuple(sites.gathered.lonlat[site].tolist()) for site in (start, end))
        pieces = [panel.pixels(piece) for piece in _arc(panel.projection, *way)]
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

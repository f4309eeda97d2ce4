"""Who went where: great circles between the marks of the map."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from viewer.geo.basemap import Ragged
from viewer.geo.projection import Projection, project_ragged
from viewer.geo.sphere import distance, great_circle
from viewer.model.arrays import distinct, numbered
from viewer.model.dossier import Index, Mask
from viewer.model.schema import QUAD_TITLES
from viewer.scene import style
from viewer.scene.frame import Frame
from viewer.scene.map_marks import Drawn, events, site_name
from viewer.scene.map_places import routes
from viewer.scene.map_sites import Panel, Sites
from viewer.scene.primitives import SOLID, Arrows, Colour, Curves, Floats, Rect
from viewer.scene.targets import Rows, Target

MOST = 150
"""Flows that are drawn; of the rest only the number is told."""
_PLENTY = 5.4
"""Events of a flow that is drawn at full width where none has more."""
_WEAK, _WEAK_SHARE = 0.1, 0.55
"""Share of the strongest flow's events below which one steps back, and its strength then."""
_NEAR = 3.0
"""Pixels from its mark within which a way has reached a place."""
_FINE = 3.0


@lru_cache(maxsize=2048)
def _arc(
    projection: Projection, start: tuple[float, float], end: tuple[float, float]
) -> tuple[Floats, ...]:
    """Return the geodesic between two points of the sphere in metres, cut where the map is."""
    line = great_circle(start, end)
    whole = Ragged(line, np.array([0, len(line)], np.intp))
    pieces = [piece for piece in project_ragged(projection, whole, "line").pieces() if len(piece)]
    pieces.sort(key=lambda piece: float(distance(projection.inverse(piece[1:2])[0], start)))
    joined: list[Floats] = []
    for piece in pieces:
        # A piece that goes on where the last one ended was cut for nothing.
        if joined and np.hypot(*(piece[0] - joined[-1][-1])) < 1.0:
            joined[-1] = np.vstack([joined[-1], piece[1:]])
        else:
            joined.append(piece)
    return tuple(joined)


def draw_flows(frame: Frame, sites: Sites, panel: Panel) -> Drawn:
    """Draw events that went from one place to another as great circles.

    Those of one quad class between the same two sites are one arc, as wide as they are many.
    Arcs between the same two sites lie side by side, the middle one on the geodesic.
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
    groups, members = _grouped(ends, dossier.event_quads[legs[:, 0]])
    bright = frame.highlight.events[legs[:, 0]]
    dimmed = np.array([not bright[rows].any() for rows in members]) & frame.highlight.dimming
    if len(groups) > MOST:
        # Beyond these nothing could be told apart; what stands out is kept before what is strong.
        weight = np.array([len(rows) for rows in members])
        kept_groups = np.sort(np.lexsort((-weight, dimmed))[:MOST])
        out.left = len(groups) - MOST
        groups, dimmed = groups[kept_groups], dimmed[kept_groups]
        members = [members[i] for i in kept_groups.tolist()]
    bends = _side_by_side(groups)
    strongest = max((len(rows) for rows in members), default=1)
    points: list[Floats] = []
    colours: list[Colour] = []
    widths: list[float] = []
    tips: list[Floats] = []
    angles: list[float] = []
    sizes: list[float] = []
    heads: list[Colour] = []
    for i in np.argsort(~dimmed, kind="stable").tolist():
        start, end, quad = groups[i].tolist()
        rows = distinct(legs[members[i], 0])
        # Two events are twice one; where some flows have hundreds, the others step back.
        width = min(1.3 + 0.5 * (len(rows) - 1) * min(_PLENTY / strongest, 1.0), 3.5)
        colour = theme.quad(quad)
        if dimmed[i]:
            colour = colour.over(theme.land, style.DIM)
        elif len(rows) < _WEAK * strongest and not frame.highlight.dimming:
            colour = colour.over(theme.land, _WEAK_SHARE)
        way = (tuple(sites.gathered.lonlat[site].tolist()) for site in (start, end))
        pieces = [panel.pixels(piece) for piece in _arc(panel.projection, *way)]
        if not pieces:
            continue
        arrives = bool(np.hypot(*(pieces[-1][-1] - sites.at[end])) < _NEAR)
        pieces = _bent(pieces, float(bends[i]))
        head = 5.0 + 1.6 * width
        gap = sites.radius[[start, end]] + np.where(sites.picked[[start, end]], 5.0, 1.5)
        # A way whose end the map does not show has no head there.
        tip = _clear_of(pieces[-1][::-1], sites.xy[end], float(gap[1])) if arrives else pieces[-1]
        if arrives:
            last = _clear_of(tip, sites.xy[end], float(gap[1]) + 0.7 * head)
            pieces[-1] = last[::-1]
        pieces[0] = _clear_of(pieces[0], sites.xy[start], float(gap[0]))
        pieces = [piece for piece in pieces if len(piece) > 1]
        if not pieces or len(tip) < 2:
            continue
        points.extend(pieces)
        colours.extend([colour] * len(pieces))
        widths.extend([width] * len(pieces))
        if arrives:
            east, south = tip[0] - _at_distance(tip, head)
            tips.append(tip[0])
            angles.append(math.atan2(south, east))
            sizes.append(head)
            heads.append(colour)
        names = " → ".join(site_name(dossier, sites, site) for site in (start, end))
        title = QUAD_TITLES[quad].lower() if quad >= 0 else "no class"
        refs = Rows("events", dossier.events["id"], rows)
        label = f"{names} · {events(len(rows))}, {title}"
        for piece in pieces:
            x, y = piece[len(piece) // 2].tolist()
            target = Target(refs, x, y, max(width, 4.0), line=piece, label=label)
            out.targets.append((len(rows), target))
    if points:
        curves = Curves(tuple(points), tuple(colours), tuple(widths), (SOLID,) * len(points))
        at = np.array(tips).reshape(-1, 2)
        arrows = Arrows(at, np.array(angles), np.array(sizes), tuple(heads))
        out.items = [curves, arrows]
    return out


def _grouped(ends: Index, quads: Index) -> tuple[Index, list[Index]]:
    """Return start, end and quad class of each flow, in that order, and the legs that make it up.

    The first is of shape (n, 3).
    """
    size = int(ends.max()) + 1
    key = (ends[:, 0].astype(np.int64) * size + ends[:, 1]) * (len(QUAD_TITLES) + 1) + quads + 1
    order = np.argsort(key, kind="stable")
    begins = np.flatnonzero(np.diff(key[order], prepend=-1))
    first = order[begins]
    groups = np.column_stack((ends[first], quads[first])).astype(np.intp)
    return groups, np.split(order, begins[1:])


def uncovered(target: Target, boxes: Sequence[Rect]) -> list[Target]:
    """Return a flow's target in the pieces of it that no box lies over."""
    line = target.line
    if line is None:
        return [target]
    for box in boxes:
        low, high = np.array([box.x, box.y]), np.array([box.right, box.bottom])
        if (line.max(axis=0) < low).any() or (line.min(axis=0) > high).any():
            continue
        along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
        fine = np.linspace(0.0, along[-1], int(along[-1] / _FINE) + 2)
        line = np.column_stack([np.interp(fine, along, line[:, k]) for k in (0, 1)])
        free: Mask = np.any((line < low) | (line > high), axis=1)
        runs = np.split(line, np.flatnonzero(np.diff(free)) + 1)
        others = [other for other in boxes if other is not box]
        out: list[Target] = []
        for run in runs[0 if free[0] else 1 :: 2]:
            if len(run) > 1:
                x, y = run[len(run) // 2].tolist()
                out += uncovered(replace(target, line=run, x=x, y=y), others)
        return out
    return [target]


def _side_by_side(groups: Index) -> Floats:
    """Return how far each arc bends aside in pixels, those between two sites evenly spread."""
    first, second = np.sort(groups[:, :2], axis=1).T
    pairs, which = numbered(first * (int(groups.max(initial=0)) + 1) + second)
    out = np.zeros(len(groups))
    for number in range(len(pairs)):
        (same,) = np.nonzero(which == number)
        # The middle one is the geodesic, of an even number the first of the two in the middle.
        spread = (np.arange(len(same)) - (len(same) - 1) // 2) * min(9.0, 36.0 / len(same))
        # Seen from the other end, aside is on the other side.
        out[same] = np.where(groups[same, 0] > groups[same, 1], -spread, spread)
    return out


def _bent(pieces: list[Floats], bend: float) -> list[Floats]:
    """Push an arc aside in the middle of each piece, by `bend` pixels; ends and cuts stay."""
    if not bend:
        return pieces
    out = []
    for piece in pieces:
        if len(piece) > 1:
            along = np.linspace(0.0, 1.0, len(piece))
            step = np.gradient(piece, axis=0)
            step /= np.maximum(np.hypot(*step.T), 1e-9)[:, None]
            aside = np.column_stack([-step[:, 1], step[:, 0]])
            piece = piece + bend * aside * np.sin(np.pi * along)[:, None]
        out.append(piece)
    return out


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

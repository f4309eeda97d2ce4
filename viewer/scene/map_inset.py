"""Insets: a dense corner of the map, magnified in a box of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from viewer.geo import basemap
from viewer.geo.anchors import AREA, NOWHERE, SHAPE, anchors
from viewer.geo.countries import name as country_name
from viewer.geo.projection import Projection, fit
from viewer.model.arrays import distinct
from viewer.model.derived import kept_with_dossier
from viewer.model.dossier import Dossier, Index
from viewer.model.filters import Shown
from viewer.scene.frame import Camera, Frame
from viewer.scene.map_gather import Gathered, gather
from viewer.scene.map_places import Looks
from viewer.scene.map_sites import (
    INSET_CLOSENESS,
    Panel,
    Sites,
    place_counts,
)
from viewer.scene.primitives import Floats, Rect

PAD = 12.0
TITLE_HEIGHT = 24.0
MOST = 2
"""Insets on one map."""
_CANDIDATES = 12
_PLACES = 200
_MARGINS = (40.0, 36.0, 40.0, 44.0)
"""Left, top, right and bottom pixels of an inset kept free of marks, for labels."""
_CLOSEST = 25.0
"""Metres per pixel beyond which nothing is magnified: the ground has no more to show."""


@dataclass(frozen=True, eq=False)
class Inset:
    """A magnified part of the map.

    Parameters
    ----------
    panel : Panel
        Where it is on the scene, with a projection and camera of its own.
    among : ndarray of intp
        Places it shows.
    title : str
        The country, or the place that the others are near.
    """

    panel: Panel
    among: Index
    title: str


@dataclass(frozen=True, eq=False)
class _Plan:
    rows: Index
    gain: int
    events: int
    title: str


def plan_insets(
    frame: Frame, looks: Looks, sites: Sites, panel: Panel, taken: Sequence[Rect]
) -> list[Inset]:
    """Choose what to magnify and where to put it.

    A cluster is worth an inset when its places fall apart there; the other places of the same
    country come along if that costs nothing. A map that is crowded all over gets none: one
    zooms in there.

    Parameters
    ----------
    frame : Frame
    looks : Looks
    sites : Sites
        As gathered on the main map.
    panel : Panel
        The main map.
    taken : sequence of Rect
        Boxes that an inset may not cover.
    """
    view = panel.rect
    dossier = frame.state.dossier
    size = width, height = (
        min(max(0.39 * view.width, 150.0), 300.0), min(max(0.30 * view.height, 140.0), 270.0)
    )  # fmt: skip
    inside = sites.within(view)
    crowded = np.flatnonzero(inside & (np.diff(sites.members.starts) > 1)).tolist()
    if not 0 < len(crowded) <= _CANDIDATES or width > 0.6 * view.width:
        return []
    plans = [
        plan
        for i in crowded
        if (plan := _plan(dossier, frame.shown, sites.gathered, i, *size)).gain > 0
    ]
    plans.sort(key=lambda plan: (plan.gain, plan.events), reverse=True)
    insets: list[Inset] = []
    shown: set[int] = set()
    for plan in plans:
        if len(insets) == MOST or shown & set(plan.rows.tolist()):
            continue
        boxes = [*taken, *(inset.panel.rect for inset in insets)]
        chosen = frame.state.insets.get(plan.title)
        if chosen is None:
            rect = _corner(sites, view, width, height, boxes)
        else:
            rect = _put(chosen, view, width, height, boxes)
        if rect is None:
            break
        shown.update(plan.rows.tolist())
        insets.append(_inset(dossier, looks, plan, rect))
    return insets


@kept_with_dossier(2 * _CANDIDATES)
def _plan(
    dossier: Dossier, shown: Shown, gathered: Gathered, site: int, width: float, height: float
) -> _Plan:
    """Find what a cluster falls into when it, or one country of it, is magnified."""
    anchored = anchors(dossier)
    # Where the mark of a country or shape stands says nothing: there is no need to see it apart.
    precise = (gathered.of_place >= 0) & ~np.isin(anchored.form, (AREA, SHAPE))
    totals = place_counts(dossier, shown).sum(axis=1)
    members = gathered.rows[gathered.site == site]
    members = members[np.argsort(-totals[members], kind="stable")]
    members = members[precise[members]][:_PLACES]
    best = _Plan(members, 0, 0, "")
    if len(members) < 2:
        return best
    countries = dossier.places["country"]
    names = [dossier.places["name"][row] for row in members.tolist()]
    options = [(members, ", ".join(names[:2]) + "…" * (len(names) > 2))]
    for code, many in Counter(countries[row] for row in members.tolist()).items():
        if code and many > 1:
            here = np.array([countries[row] == code for row in members.tolist()])
            title = country_name(code) if code in basemap.countries().rows else options[0][1]
            options.append((members[here], title))
            rows = np.array([c == code for c in countries]) & precise
            if rows.sum() <= _PLACES:
                options.append((np.flatnonzero(rows), title))
    for rows, title in reversed(options):
        local = _local(anchored.lonlat[rows])
        scale = _camera(local, width, height).scale
        zeros = np.zeros(len(rows), dtype=np.intp)
        leads = gather(local / scale, totals[rows], zeros, INSET_CLOSENESS)
        gain = len(distinct(leads)) - len(distinct(gathered.of_place[rows]))
        if gain > best.gain:
            best = _Plan(rows, gain, int(totals[rows].sum()), title)
    return best


def _local(lonlat: Floats) -> Floats:
    """Return points in metres around the first one, near enough for planning."""
    away = lonlat - lonlat[0]
    away[:, 0] = (away[:, 0] + 180.0) % 360.0 - 180.0
    squeeze = np.cos(np.radians(lonlat[:, 1].mean()))
    metres: Floats = away * (111_195.0 * squeeze, 111_195.0)
    return metres


def _camera(xy: Floats, width: float, height: float) -> Camera:
    extent = (*xy.min(axis=0).tolist(), *xy.max(axis=0).tolist())
    camera = Camera.fit(extent, width, height, _MARGINS)
    return camera if camera.scale > _CLOSEST else Camera(camera.x, camera.y, _CLOSEST)


def _put(
    at: tuple[float, float], view: Rect, width: float, height: float, taken: Sequence[Rect]
) -> Rect:
    """Return the place chosen by hand, within the view and as near as may be off what is taken."""
    across, down = (min(max(share, 0.0), 1.0) for share in at)
    x, y = view.x + across * (view.width - width), view.y + down * (view.height - height)
    return Rect(x, _clear(x, y, width, height, taken), width, height)


def placed_at(rect: Rect, view: Rect) -> tuple[float, float]:
    """Return where an inset is, as `State.insets` has it."""
    room = max(view.width - rect.width, 1.0), max(view.height - rect.height, 1.0)
    across, down = (rect.x - view.x) / room[0], (rect.y - view.y) / room[1]
    return min(max(across, 0.0), 1.0), min(max(down, 0.0), 1.0)


def _corner(
    sites: Sites, view: Rect, width: float, height: float, taken: Sequence[Rect]
) -> Rect | None:
    """Return the corner with the least under it, the lower left one rather than the others.

    The upper right one is left to the buttons that the window has there.
    """
    left, right = view.x + PAD, view.right - PAD - width
    top, bottom = view.y + PAD, view.bottom - PAD - height
    corners = [
        Rect(x, _clear(x, y, width, height, taken), width, height)
        for x, y in ((left, bottom), (left, top), (right, bottom))
    ]
    weight = sites.totals + 1e6 * sites.picked
    costs = [
        (float(weight[sites.within(corner.inset(-12.0))].sum()), i)
        for i, corner in enumerate(corners)
        if view.contains(corner.x, corner.y)
        and view.contains(corner.right, corner.bottom)
        and not any(corner.intersects(box) for box in taken)
    ]
    return corners[min(costs)[1]] if costs else None


def _clear(x: float, y: float, width: float, height: float, taken: Sequence[Rect]) -> float:
    """Move a box up or down, off what stands at the edge of the map."""
    for box in taken:
        if Rect(x, y, width, height).intersects(box):
            y = box.bottom + PAD / 2 if box.y < y + height / 2 else box.y - PAD / 2 - height
    return y


@kept_with_dossier(16)
def _projection(dossier: Dossier, rows: tuple[int, ...]) -> Projection:
    return fit(anchors(dossier).lonlat[list(rows)])


def _inset(dossier: Dossier, looks: Looks, plan: _Plan, rect: Rect) -> Inset:
    anchored = anchors(dossier)
    projection = _projection(dossier, tuple(plan.rows.tolist()))
    xy = projection.forward(anchored.lonlat[plan.rows])
    panel = Panel(rect, projection, _camera(xy, rect.width, rect.height))
    # Whatever else lies there is shown too.
    rows = np.flatnonzero(looks.shown & (anchored.form != NOWHERE))
    pixels = panel.pixels(projection.forward(anchored.lonlat[rows]))
    low = (rect.x + 12.0, rect.y + TITLE_HEIGHT + 8.0)
    high = (rect.right - 12.0, rect.bottom - 12.0)
    among = rows[((pixels > low) & (pixels < high)).all(axis=1)]
    return Inset(panel, among, plan.title)


def locator(inset: Inset, panel: Panel) -> Floats:
    """Return the outline of what an inset shows on the main map, in pixels; shape (k, 2)."""
    rect = inset.panel.rect
    share = np.linspace(0.0, 1.0, 9)[:-1]
    flat, full = np.zeros(8), np.ones(8)
    x = np.concatenate([share, full, 1 - share, flat, [0.0]])
    y = np.concatenate([flat, share, full, 1 - share, [0.0]])
    corners = np.column_stack([rect.x + x * rect.width, rect.y + y * rect.height])
    lonlat = inset.panel.projection.inverse(inset.panel.metres(corners))
    return panel.pixels(panel.projection.forward(lonlat))

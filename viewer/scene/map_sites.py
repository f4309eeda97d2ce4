"""Places as they fall together on the screen: which marks there are, and where."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from viewer.geo.anchors import AREA, NOWHERE, POINT, SHAPE, anchors, interior, used
from viewer.geo.projection import Projection
from viewer.model.arrays import numbered
from viewer.model.derived import kept_with_dossier
from viewer.model.dossier import Dossier, Index, Links, Mask
from viewer.model.filters import Shown
from viewer.model.schema import DISPUTED
from viewer.scene.frame import Camera, Frame
from viewer.scene.map_gather import CLOSENESS, LARGEST, Counts, Gathered, gather, radii, tally
from viewer.scene.map_places import Looks, world
from viewer.scene.map_spread import apart, fanned, opened
from viewer.scene.primitives import Floats, Rect

INSET_CLOSENESS = 0.22
BADGE = 4.6
"""Radius of the sign of a dispute, at the edge of a ring."""
_WAYS = np.radians([45.0, 90.0, 0.0, 135.0, -45.0, 180.0, -135.0, -90.0])
"""Where around a ring the sign may stand, counter-clockwise from the right; best first."""
_MOST_BADGES = 200
_MOST_ASIDE = 80
CROWDED = 400
"""Places in view from which on each is a dot, and only what weighs more gets a mark of its own."""
DOT = 2.8
"""Radius of a dot in pixels."""
_SLIGHT = 10
"""Events from which on a single place has a mark nevertheless."""
_ALL_FINE = 2000
"""Places up to which those out of sight are gathered as finely as those in sight."""
_SQUARE, _BEYOND = 1024.0, 64.0


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
    rect : Rect
        The panel in pixels.
    gathered : Gathered
    members : Links
        Site → places, what stands out most first.
    at, xy : ndarray of float64, shape (n, 2)
        Pixels: where the place is, and where its mark is drawn; they differ in insets, and where
        places that no zoom parts have been opened.
    radius : ndarray of float64, shape (n,)
        Pixels.
    crowded : bool
        Whether so many places are in view that all of them are dots, with marks on some.
    dots : ndarray of bool, shape (n,)
        Which sites are a dot and no more.
    form : ndarray of int8, shape (n,)
    picked, lit, disputed : ndarray of bool, shape (n,)
    """

    rect: Rect
    gathered: Gathered
    members: Links
    at: Floats
    xy: Floats
    radius: Floats
    crowded: bool
    dots: Mask
    form: NDArray[np.int8]
    picked: Mask
    lit: Mask
    disputed: Mask

    @property
    def of_place(self) -> Index:
        """Site of each place, shape (places,); -1 where it is not on this map."""
        return self.gathered.of_place

    @property
    def counts(self) -> Counts:
        """Events of each site by quad class, shape (n, 5)."""
        return self.gathered.counts

    @cached_property
    def totals(self) -> Counts:
        """Number of events of each site."""
        totals: Counts = self.counts.sum(axis=1)
        return totals

    @cached_property
    def badges(self) -> Floats:
        """Where the sign of a dispute stands beside each mark, in pixels, shape (n, 2).

        At its upper right edge, or where else around it no other mark is in the way.
        """
        # Off the hub, in which the count stands; and off the ring around what is picked.
        away = self.radius + np.where(self.picked, 5.0, 2.0)
        ways = np.column_stack([np.cos(_WAYS), -np.sin(_WAYS)])
        out: Floats = self.xy + away[:, None] * ways[0]
        marked = np.flatnonzero(self.disputed)
        size = self.radius + np.where(self.picked, 5.0, 0.0)
        if len(marked) > _MOST_BADGES:
            return out
        for at, i in enumerate(marked.tolist()):
            options = self.xy[i] + away[i] * ways
            others = np.concatenate([np.delete(self.xy, i, axis=0), out[marked[:at]]])
            reach = np.concatenate([np.delete(size, i), np.full(at, BADGE)])
            gaps = np.hypot(*(options[:, None] - others).transpose(2, 0, 1)) - reach - BADGE
            clear = gaps.min(axis=1, initial=np.inf)
            out[i] = options[int(np.argmax(np.minimum(clear, 0.0)))]
        return out

    def boxes(self) -> list[Rect]:
        """Return the square around each mark in sight, and around each sign of a dispute."""
        seen = self.within(self.rect.inset(-2.0 * LARGEST))
        signed = seen & self.disputed
        reach = (self.radius + np.where(self.picked, 4.5, 1.0))[seen]
        centres = np.concatenate([self.xy[seen], self.badges[signed]])
        reach = np.concatenate([reach, np.full(int(signed.sum()), BADGE + 0.5)])
        corner = centres - reach[:, None]
        return [
            Rect(x, y, 2 * r, 2 * r)
            for (x, y), r in zip(corner.tolist(), reach.tolist(), strict=True)
        ]

    def gap(self, site: int) -> float:
        """Return how far from the centre of a mark its label may begin, in pixels."""
        gap = float(self.radius[site]) + (4.0 if self.picked[site] else 0.0)
        if self.disputed[site]:
            gap = max(gap, abs(float(self.badges[site, 0] - self.xy[site, 0])) + BADGE - 2.0)
        return gap

    def within(self, rect: Rect) -> Mask:
        """Return which sites stand in a rectangle."""
        low, high = (rect.x, rect.y), (rect.right, rect.bottom)
        inside: Mask = np.all((self.xy >= low) & (self.xy <= high), axis=1)
        return inside


@kept_with_dossier(4)
def place_counts(dossier: Dossier, shown: Shown) -> Counts:
    """Count the shown events at each place by quad class, shape (places, 5)."""
    every = np.arange(len(dossier.places))
    return tally(dossier, shown, every, len(every))


@kept_with_dossier(4)
def disputed_places(dossier: Dossier, shown: Shown) -> Mask:
    """Return at which places something that is shown is disputed, or said of the place itself."""
    events, places = _disputed(dossier)
    out = places.copy()
    out[dossier.places_of_event.of_all(events[shown.events[events]])] = True
    return out & shown.places


@kept_with_dossier(1)
def _disputed(dossier: Dossier) -> tuple[Index, Mask]:
    """Return the rows of the events that are disputed, whatever is shown, and which places are."""
    places = np.zeros(len(dossier.places), bool)
    rows = dossier.places.row_of
    found = (rows.get(ref.id, -1) for ref in dossier.disputed if ref.table == "places")
    places[[row for row in found if row >= 0]] = True
    return np.flatnonzero(dossier.event_support == DISPUTED), places


def find_sites(frame: Frame, looks: Looks, panel: Panel, among: Index | None = None) -> Sites:
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
    scale = panel.camera.scale
    region = _region(panel) if inset is None else None
    found = _gathered(dossier, shown, panel.projection, scale, inset, region)
    found, fans = opened(dossier, shown, found, looks.picked)
    totals = place_counts(dossier, shown).sum(axis=1)
    rows, site, lead = found.rows, found.site, found.lead
    order = np.lexsort((-totals[rows], ~looks.lit[rows], ~looks.picked[rows], site))
    many = np.bincount(site, minlength=len(lead))
    starts = np.concatenate([[0], np.cumsum(many)])
    members = Links(starts.astype(np.intp), rows[order], len(dossier.places))

    def any_of(mask: Mask) -> Mask:
        return np.bincount(site, weights=mask[rows], minlength=len(lead)) > 0

    picked = any_of(looks.picked)
    at = panel.pixels(found.xy)
    counted = found.counts.sum(axis=1)
    size = radii(counted, int(counted.max(initial=0)))
    crowded = inset is None and len(dots_within(dossier, found, panel)) > CROWDED
    dots = crowded & (many == 1) & (counted < _SLIGHT) & (form[lead] == POINT) & ~picked
    size[dots] = DOT
    xy = apart(at, size + 4.5 * picked) if inset is not None else at.copy()
    for fan in fans:
        xy[fan] += fanned(size[fan] + 4.5 * picked[fan])
    return Sites(
        panel.rect,
        found,
        members,
        at,
        xy,
        size,
        crowded,
        dots,
        form[lead],
        picked,
        any_of(looks.lit),
        any_of(disputed_places(dossier, shown)),
    )


def dots_within(dossier: Dossier, found: Gathered, panel: Panel) -> Index:
    """Return the rows of the places in a panel that are known to a point."""
    points = found.rows[anchors(dossier).form[found.rows] == POINT]
    x, y = panel.pixels(world(dossier, panel.projection)[points]).T
    rect = panel.rect
    inside = (x >= rect.x) & (x <= rect.right) & (y >= rect.y) & (y <= rect.bottom)
    seen: Index = points[inside]
    return seen


def _region(panel: Panel) -> tuple[int, int, int, int]:
    """Return the large squares of a fixed grid that a panel can show a mark of."""
    xmin, ymin, xmax, ymax = panel.camera.extent(panel.rect.width, panel.rect.height)
    low = ((side / panel.camera.scale - _BEYOND) // _SQUARE for side in (xmin, ymin))
    high = ((side / panel.camera.scale + _BEYOND) // _SQUARE + 1 for side in (xmax, ymax))
    left, bottom, right, top = map(int, (*low, *high))
    return left, bottom, right, top


@kept_with_dossier(16)
def _gathered(
    dossier: Dossier,
    shown: Shown,
    projection: Projection,
    scale: float,
    inset: tuple[tuple[int, ...], tuple[float, float, float, float]] | None,
    region: tuple[int, int, int, int] | None,
) -> Gathered:
    """Gather places; the same for as long as the map is moved within a region only."""
    form = anchors(dossier).form
    xy = world(dossier, projection)
    here = shown.places & (form != NOWHERE) & np.isfinite(xy).all(axis=1)
    # A shape needs no mark but for the events there.
    here &= (form != SHAPE) | used(dossier)
    rows = np.flatnonzero(here)
    if inset is not None:
        rows = np.array([row for row in inset[0] if here[row]], dtype=np.intp)
    totals = place_counts(dossier, shown).sum(axis=1)
    at = _areas_aside(dossier, projection, scale, rows, totals, xy, inset and inset[1])
    vague = (form[rows] != POINT).astype(np.intp)
    closeness = CLOSENESS if inset is None else INSET_CLOSENESS
    near: Mask | None = None
    if region is not None and len(rows) > _ALL_FINE:
        square = at / scale / _SQUARE
        near = np.all((square >= region[:2]) & (square < region[2:]), axis=1)
    lead = gather(at / scale, totals[rows], vague, closeness, near)
    leads, site = numbered(lead)
    of_place = np.full(len(dossier.places), -1, dtype=np.intp)
    of_place[rows] = site
    counts = tally(dossier, shown, of_place, len(leads))
    lead = rows[leads]
    lonlat = anchors(dossier).lonlat[lead]
    areas = form[lead] == AREA
    moved = projection.inverse(at[leads][areas])
    lonlat[areas] = np.where(np.isnan(moved), lonlat[areas], moved)
    return Gathered(rows, site, lead, lonlat, at[leads], of_place, counts, projection)


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
            nearest = np.argsort(np.hypot(*(options - at[i]).T), kind="stable")
            options = np.concatenate([at[i : i + 1], options[nearest]])
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

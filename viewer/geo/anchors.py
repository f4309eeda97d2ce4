"""Where on the globe the places of a dossier are marked, and which of them a map is fitted to.

A place is known to a point, a region or a country only, or by its shape, and is marked as what it
is. Where nobody says how well a point is known, it stands where it is given.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from viewer.geo import basemap
from viewer.geo.basemap import Floats
from viewer.geo.shapes import extremes, place_shapes
from viewer.geo.sphere import RADIUS, bounding_cap, distance
from viewer.model.arrays import distinct
from viewer.model.derived import derived
from viewer.model.schema import PRECISIONS

if TYPE_CHECKING:
    from viewer.model.dossier import Dossier, Mask

NOWHERE, POINT, ROUGH, AREA, SHAPE = range(5)
"""How a place is drawn: not at all, as a point, as a vague disc, as its country's area, as the
shape that it has instead of a position."""
VAST = 3e12
"""Square metres from which a country is too large to be told by its middle."""
CLEARANCE = 500e3
"""Metres that the mark of a vast country keeps from the places of the dossier."""
SLIGHT = 0.02
"""Share of all events up to which a far country does not count for the first view of a map."""
FAR = 0.95
"""It is far when the map is this much smaller without it."""
EVENTS_AT = ("events.id", "places.id", "event_places.event", "event_places.place")
"""Columns that say which places have an event."""
_MOST_LEFT_OUT, _MOST_TRIED, _STEPS = 4, 10, 80


@dataclass(frozen=True, eq=False)
class Anchors:
    """Where the marks of a dossier's places stand.

    Parameters
    ----------
    lonlat : ndarray of float64, shape (places, 2)
        Degrees; for a country the point of its area where a label fits best, for a shape a point
        of it. NaN: nowhere.
    form : ndarray of int8, shape (places,)
        `NOWHERE`, `POINT`, `ROUGH`, `AREA` or `SHAPE`.
    """

    lonlat: Floats
    form: NDArray[np.int8]


@derived("places", *EVENTS_AT)
def anchors(dossier: Dossier) -> Anchors:
    """Decide by its precision how each place is drawn; none is made more precise than it is."""
    precision = dossier.place_precision
    lonlat = dossier.place_lonlat.copy()
    located = np.isfinite(lonlat).all(axis=1)
    word = np.array([PRECISIONS.index(name) for name in ("region", "country", "unknown")])
    form = np.where(located, POINT, NOWHERE).astype(np.int8)
    form[located & np.isin(precision, word[:2])] = ROUGH
    stated = dossier.places["precision"].each(bool).array(np.bool_)
    form[(precision == word[2]) & stated] = NOWHERE
    countries = basemap.countries()
    for row in np.flatnonzero(precision == word[1]).tolist():
        found = countries.rows.get(dossier.places["country"][row])
        if found is not None:
            form[row] = AREA
            lonlat[row] = countries.label[found[0]]
    lonlat[form == NOWHERE] = np.nan
    shapes = place_shapes(dossier)
    if shapes is not None:
        alone = shapes.rows & (form == NOWHERE)
        form[alone] = SHAPE
        lonlat[alone] = shapes.spot[alone]
    _draw_near(dossier, lonlat, form)
    return Anchors(lonlat, form)


def _draw_near(dossier: Dossier, lonlat: Floats, form: NDArray[np.int8]) -> None:
    """Move the marks of vast countries to the side on which the rest of the dossier lies.

    Where in a country its mark stands says nothing, and from the middle of a continent it would
    stretch the map for nothing.
    """
    countries = basemap.countries()
    codes = dossier.places["country"]
    vast = [
        row
        for row in np.flatnonzero((form == AREA) & used(dossier)).tolist()
        if countries.area[countries.rows[codes[row]][0]] > VAST
    ]
    others = used(dossier) & (form != NOWHERE)
    others[vast] = False
    if not vast or others.sum() < 2:
        return
    centre, _ = bounding_cap(lonlat[others], steps=60)
    spots: dict[str, Floats] = {}
    near = distinct(lonlat[others] @ (1.0, 1.0j))
    near = np.column_stack([near.real, near.imag])
    for row in vast:
        code = codes[row]
        if code not in spots:
            options = interior(code)
            clear = distance(options[:, None], near[None]).min(axis=1) > CLEARANCE
            options = options[clear] if clear.any() else options
            spots[code] = options[distance(options, centre).argmin()]
        lonlat[row] = spots[code]


@derived(*EVENTS_AT)
def used(dossier: Dossier) -> Mask:
    """Return which places have an event, whatever the filter."""
    return dossier.places_of_event.reach(np.ones(len(dossier.events), dtype=bool))


@derived("places", *EVENTS_AT)
def fitted_points(dossier: Dossier) -> Floats:
    """Return the longitudes and latitudes that a map of the dossier is fitted to.

    These are the places with an event, and the extremes of all shapes. A country far from all the
    rest with next to no events would shrink the map to the size of a stamp: it is left out, and
    pointed to at the edge.
    """
    anchored, shapes = anchors(dossier), place_shapes(dossier)
    around = np.empty((0, 2)) if shapes is None else extremes(shapes, shapes.rows)
    located = np.isfinite(anchored.lonlat).all(axis=1) & (anchored.form != SHAPE)
    wanted = located & used(dossier)
    if not wanted.any():
        return np.concatenate([anchored.lonlat[located], around])
    links = np.diff(dossier.places_of_event.reverse.starts)
    slight = wanted & (anchored.form == AREA) & (links <= SLIGHT * links.sum())
    centre, radius = bounding_cap(anchored.lonlat[wanted], steps=_STEPS)
    for _ in range(_MOST_LEFT_OUT):
        outer = distance(anchored.lonlat, centre) > 0.85 * np.radians(radius) * RADIUS
        rows = np.flatnonzero(slight & wanted & outer)[:_MOST_TRIED].tolist()
        if not rows or wanted.sum() < 3:
            break
        caps = []
        for row in rows:
            without = wanted & (np.arange(len(wanted)) != row)
            cap = bounding_cap(anchored.lonlat[without], steps=_STEPS)
            caps.append((cap[1], row, cap[0]))
        smaller, row, middle = min(caps)
        if smaller > FAR * radius:
            break
        wanted[row], radius, centre = False, smaller, middle
    return np.concatenate([anchored.lonlat[wanted], around])


@lru_cache(maxsize=512)
def interior(iso3: str) -> Floats:
    """Return points inside a country's largest part, the best one for a label first.

    Returns
    -------
    ndarray of float64, shape (n, 2)
        Degrees; the mark of a country may stand at any of them.
    """
    countries = basemap.countries()
    label = countries.label[countries.rows[iso3][:1]]
    area = basemap.country_area(iso3, "110m")
    around = [ring for ring in area.pieces() if _inside(ring, label)[0]]
    if not around:
        return label
    ring = max(around, key=len)
    low, high = ring.min(axis=0), ring.max(axis=0)
    share = np.linspace(0.1, 0.9, 9)
    grid = np.stack(np.meshgrid(*(low + np.outer(share, high - low)).T), axis=-1).reshape(-1, 2)
    grid = grid[_inside(ring, grid)]
    squeeze = np.cos(np.radians(label[0, 1]))
    away = np.hypot(*((grid - label) * (squeeze, 1.0)).T)
    return np.concatenate([label, grid[np.argsort(away, kind="stable")]])


def _inside(ring: Floats, points: Floats) -> Mask:
    """Return which points, shape (n, 2), lie in a ring, by the even-odd rule."""
    after = np.roll(ring, -1, axis=0)
    x, y = points.T[:, :, None]
    (ax, ay), (bx, by) = ring.T, after.T
    across = (ay > y) != (by > y)
    with np.errstate(divide="ignore", invalid="ignore"):
        crossing = ax + (y - ay) / (by - ay) * (bx - ax)
    inside: Mask = ((across & (crossing > x)).sum(axis=1) % 2).astype(bool)
    return inside

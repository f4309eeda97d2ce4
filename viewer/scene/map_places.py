"""What the map says of the places of a dossier, before anything is put on the screen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from viewer.geo import basemap
from viewer.geo.projection import Projection
from viewer.geo.sphere import bounding_cap, distance
from viewer.model.dossier import Dossier, Index, Mask
from viewer.model.schema import PRECISIONS
from viewer.scene.frame import Frame
from viewer.scene.primitives import Floats

NOWHERE, POINT, ROUGH, AREA = range(4)
"""How a place is drawn: not at all, as a point, as a vague disc, as its country's area."""
VAST = 3e12
"""Square metres from which a country is too large to be told by its middle."""
CLEARANCE = 500e3
"""Metres that the mark of a vast country keeps from the places of the dossier."""
_OFF_THE_MAP = 1e8
"""Metres, farther than any projection reaches."""


@dataclass(frozen=True, eq=False)
class Anchors:
    """Where the marks of a dossier's places stand.

    Parameters
    ----------
    lonlat : ndarray of float64, shape (places, 2)
        Degrees; for a country the point of its area where a label fits best. NaN: nowhere.
    form : ndarray of int8, shape (places,)
        `NOWHERE`, `POINT`, `ROUGH` or `AREA`.
    """

    lonlat: Floats
    form: NDArray[np.int8]


@lru_cache(maxsize=4)
def anchors(dossier: Dossier) -> Anchors:
    """Decide by its precision how each place is drawn; none is made more precise than it is."""
    precision = dossier.place_precision
    lonlat = dossier.place_lonlat.copy()
    located = np.isfinite(lonlat).all(axis=1)
    word = np.array([PRECISIONS.index(name) for name in ("region", "country", "unknown")])
    form = np.where(located, POINT, NOWHERE).astype(np.int8)
    form[located & np.isin(precision, word[:2])] = ROUGH
    form[precision == word[2]] = NOWHERE
    countries = basemap.countries()
    for row in np.flatnonzero(precision == word[1]).tolist():
        found = countries.rows.get(dossier.places["country"][row])
        if found is not None:
            form[row] = AREA
            lonlat[row] = countries.label[found[0]]
    lonlat[form == NOWHERE] = np.nan
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
    for row in vast:
        options = interior(codes[row])
        clear = distance(options[:, None], lonlat[others][None]).min(axis=1) > CLEARANCE
        options = options[clear] if clear.any() else options
        lonlat[row] = options[distance(options, centre).argmin()]


@lru_cache(maxsize=8)
def world(dossier: Dossier, projection: Projection) -> Floats:
    """Return the anchors in projected metres, shape (places, 2).

    What the projection cannot show lies far off the map, in the direction in which one would
    set out for it from the centre.
    """
    lonlat = anchors(dossier).lonlat
    xy = projection.forward(lonlat)
    (lost,) = np.nonzero(np.isnan(xy).any(axis=1) & np.isfinite(lonlat).all(axis=1))
    if len(lost):
        east, lat = np.radians(lonlat[lost] - (projection.lon0, 0.0)).T
        lat0 = np.radians(projection.lat0)
        across = np.cos(lat) * np.sin(east)
        up = np.cos(lat0) * np.sin(lat) - np.sin(lat0) * np.cos(lat) * np.cos(east)
        length = np.maximum(np.hypot(across, up), 1e-9)
        xy[lost] = _OFF_THE_MAP * np.column_stack([across / length, up / length])
    return xy


@lru_cache(maxsize=4)
def used(dossier: Dossier) -> Mask:
    """Return which places have an event, whatever the filter."""
    return dossier.places_of_event.reach(np.ones(len(dossier.events), dtype=bool))


@dataclass(frozen=True, eq=False)
class Looks:
    """How the places stand out.

    Parameters
    ----------
    shown, picked, lit, glow : ndarray of bool, shape (places,)
        What passes the filter, what is picked, what is not dimmed, what is under the pointer.
    """

    shown: Mask
    picked: Mask
    lit: Mask
    glow: Mask

    @staticmethod
    def of(frame: Frame) -> Looks:
        """Return the looks of the places of a frame."""
        highlight, glow = frame.highlight, frame.glow
        return Looks(
            frame.shown.places,
            frame.state.selection.places,
            highlight.places if highlight.dimming else np.ones(len(frame.shown.places), bool),
            np.zeros(len(frame.shown.places), bool) if glow is None else glow.places,
        )


@lru_cache(maxsize=4)
def routes(dossier: Dossier) -> Index:
    """Return who went where as rows of (event, from place, to place), shape (n, 3).

    An event with several places on both sides does not say which of them belong together, so
    it has no route.
    """
    ends: dict[int, tuple[list[int], list[int]]] = {}
    table = dossier.tables["event_places"]
    for event, place, role in zip(table["event"], table["place"], table["role"], strict=True):
        if role in {"from", "to"}:
            row, at = dossier.events.row_of.get(event), dossier.places.row_of.get(place)
            if row is not None and at is not None:
                ends.setdefault(row, ([], []))[role == "to"].append(at)
    legs = [
        (event, start, end)
        for event, (starts, stops) in ends.items()
        if min(len(starts), len(stops)) == 1
        for start in starts
        for end in stops
        if start != end
    ]
    return np.array(legs, dtype=np.intp).reshape(-1, 3)


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

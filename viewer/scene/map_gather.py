"""Gathering places whose marks would lie upon one another.

Marks are discs whose area grows with the number of events. Two that come closer than
`CLOSENESS` of the sum of their radii become one, which stands where the weightier of the two
stands; zooming in parts them again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewer.geo.projection import Projection
from viewer.model.arrays import distinct, first_of, numbered
from viewer.model.derived import kept_with_dossier
from viewer.model.dossier import Dossier, Index, Mask
from viewer.model.filters import Shown
from viewer.model.schema import QUADS
from viewer.scene.primitives import Floats

CLOSENESS = 0.75
SMALLEST, LARGEST = 6.5, 13.0
EMPTY = 3.0
"""Radius of a place at which no event is shown."""
FULL = 14
"""Number of events at which a mark is as large as it gets, unless a place has more."""
_DIGITS = (10, 100, 1000)
_ROOM = (0.0, 9.0, 13.0, 15.5)
"""Radius that one digit, two, three, and a rounded number of thousands ask for."""
_MANY = 400
_FINE, _COARSE = 8.0, 40.0
_BLOCK = 160.0
_DENSE = 12.0

Counts = NDArray[np.intp]


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
    projection : Projection
    """

    rows: Index
    site: Index
    lead: Index
    lonlat: Floats
    xy: Floats
    of_place: Index
    counts: Counts
    projection: Projection


@dataclass(frozen=True, eq=False)
class _Links:
    """The events shown with their places: those at one place counted, the others listed."""

    counts: Counts
    event: Index
    place: Index
    quad: Index


@kept_with_dossier(4)
def _links(dossier: Dossier, shown: Shown) -> _Links:
    links = dossier.places_of_event
    event = np.repeat(np.arange(len(links), dtype=np.int32), links.counts)
    chosen = shown.events[event]
    event, place = event[chosen], links.targets[chosen]
    quad = dossier.event_quads[event].astype(np.intp)
    quad[quad < 0] = len(QUADS)
    alone = links.counts[event] == 1
    counts = _counted(place[alone].astype(np.intp), quad[alone], links.size)
    return _Links(counts, event[~alone], place[~alone], quad[~alone])


def _counted(site: Index, quad: Index, sites: int) -> Counts:
    width = len(QUADS) + 1
    return np.bincount(site * width + quad, minlength=sites * width).reshape(-1, width)


def tally(dossier: Dossier, shown: Shown, site: Index, sites: int) -> Counts:
    """Count the events shown at each site by quad class, an event at two places of a site once.

    Parameters
    ----------
    dossier : Dossier
    shown : Shown
    site : ndarray of integer, shape (places,)
        Site each place belongs to; -1: none.
    sites : int
        Number of sites.

    Returns
    -------
    ndarray of intp, shape (sites, 5)
        Columns as in `schema.QUADS`; the last one counts events without a class.
    """
    links = _links(dossier, shown)
    on = site >= 0
    out = np.empty((sites, len(QUADS) + 1), dtype=np.intp)
    for column, counts in zip(out.T, links.counts[on].T, strict=True):
        column[:] = np.bincount(site[on], counts, sites)
    event, at = links.event, site[links.place]
    fresh = at >= 0
    # Places of an event stand next to each other: of two at one site the second does not count.
    fresh[1:] &= (event[1:] != event[:-1]) | (at[1:] != at[:-1])
    (third,) = np.nonzero(event[2:] == event[:-2])
    if len(third):
        several = np.flatnonzero(fresh & np.isin(event, event[third]))
        pairs = at[several].astype(np.int64) * len(dossier.events) + event[several]
        fresh[several] = False
        fresh[several[distinct(first_of(pairs))]] = True
    return out + _counted(at[fresh].astype(np.intp), links.quad[fresh], sites)


def radii(totals: Counts, most: int) -> Floats:
    """Return the radius in pixels of marks for `totals` events, `most` being the largest.

    The area grows with the number, and all its digits have room.
    """
    grown = SMALLEST + (LARGEST - SMALLEST) * np.sqrt(totals / max(most, FULL))
    room = np.array(_ROOM)[np.searchsorted(_DIGITS, totals, "right")]
    return np.where(totals > 0, np.maximum(np.minimum(grown, LARGEST), room), EMPTY)


def gather(
    xy: Floats,
    totals: Counts,
    rank: Counts,
    closeness: float = CLOSENESS,
    near: Mask | None = None,
) -> Index:
    """Say for each mark which mark it is gathered into.

    Parameters
    ----------
    xy : ndarray of float64, shape (n, 2)
        Where the marks are, in pixels from any fixed origin: the grouping of a great many is on
        a grid that is fixed to that origin, so that it holds still while the map is moved.
    totals : ndarray of intp, shape (n,)
        Events of each mark.
    rank : ndarray of intp, shape (n,)
        Marks of a lower rank stand where they are, others come to them; then `totals` decides.
    closeness : float
        Share of the sum of two radii below which they are gathered.
    near : ndarray of bool, shape (n,), optional
        Which marks can be seen: of a great many, the others are gathered on the grid alone.

    Returns
    -------
    ndarray of intp, shape (n,)
        Position of the mark that each one is drawn at: its own where it stands alone.
    """
    count = len(xy)
    order = np.lexsort((np.arange(count), -totals, rank))
    precedence = np.empty(count, dtype=np.intp)
    precedence[order] = np.arange(count)
    lead: Index = np.arange(count, dtype=np.intp)
    if count > _MANY:
        lead = _binned(xy, order, _FINE)
        # A carpet of marks says less than one in every square.
        block = _cells(xy, _BLOCK)
        leads = distinct(lead)
        crowded = np.bincount(block[leads], minlength=count) > _DENSE
        lead = np.where(crowded[block], _binned(xy, order, _COARSE), lead)
        # One that leads a fine square may stand in a coarse one.
        lead = lead[lead]
    near = np.ones(count, dtype=bool) if near is None else near
    while True:
        leads = distinct(lead)
        weight = np.bincount(lead, weights=totals, minlength=count)[leads].astype(np.intp)
        size = radii(weight, int(weight.max(initial=0)))
        close = np.flatnonzero(near[leads])
        a, b = _close_pairs(xy[leads[close]], size[close], closeness)
        if not len(a):
            return lead
        lead = _absorb(leads[close], a, b, precedence)[lead]


def _absorb(leads: Index, a: Index, b: Index, precedence: Index) -> Index:
    """Let the marks that come first take in their neighbours; return the new lead of each."""
    new = np.arange(len(precedence), dtype=np.intp)
    first, second = leads[a], leads[b]
    swap = precedence[first] > precedence[second]
    first, second = np.where(swap, second, first), np.where(swap, first, second)
    taken: set[int] = set()
    for i in np.lexsort((precedence[second], precedence[first])).tolist():
        host, guest = int(first[i]), int(second[i])
        if host not in taken and guest not in taken:
            new[guest] = host
            taken.add(guest)
    return new


def _binned(xy: Floats, order: Index, side: float) -> Index:
    """Gather what shares a small square of a fixed grid at what comes first there."""
    out = np.empty(len(xy), dtype=np.intp)
    out[order] = order[first_of(_cells(xy, side)[order])]
    return out


def _cells(xy: Floats, side: float) -> Index:
    """Number the squares of a fixed grid that hold points, for each point."""
    at = np.floor(xy / side).astype(np.int64)
    at -= at.min(axis=0, initial=0)
    return numbered(at[:, 0] * (at[:, 1].max(initial=0) + 1) + at[:, 1])[1]


def _close_pairs(xy: Floats, size: Floats, closeness: float) -> tuple[Index, Index]:
    """Return the pairs of discs nearer than a share of the sum of their radii."""
    cell = max(2 * size.max(initial=1.0) * closeness, 1.0)
    at = np.floor(xy / cell).astype(np.int64)
    at -= at.min(axis=0, initial=0)
    span = int(at[:, 1].max(initial=0)) + 3
    key = at[:, 0] * span + at[:, 1] + 1
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    firsts: list[Index] = []
    seconds: list[Index] = []
    # A square and half of its neighbours: every pair is met once.
    for step in (0, 1, span - 1, span, span + 1):
        low = np.searchsorted(ordered, ordered + step, "left")
        if step == 0:
            low = np.arange(1, len(ordered) + 1)
        high = np.searchsorted(ordered, ordered + step, "right")
        lengths = np.maximum(high - low, 0)
        firsts.append(order[np.repeat(np.arange(len(order)), lengths)])
        within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        seconds.append(order[np.repeat(low, lengths) + within])
    a, b = np.concatenate(firsts), np.concatenate(seconds)
    away = np.hypot(*(xy[a] - xy[b]).T)
    near = away < (size[a] + size[b]) * closeness
    return a[near], b[near]

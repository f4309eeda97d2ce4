"""Gathering places whose marks would lie upon one another.

Marks are discs whose area grows with the number of events. Two that come closer than
`CLOSENESS` of the sum of their radii become one, which stands where the weightier of the two
stands; zooming in parts them again.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewer.model.dossier import Dossier, Index, Mask
from viewer.model.schema import QUADS
from viewer.scene.primitives import Floats

CLOSENESS = 0.75
SMALLEST, LARGEST = 6.5, 13.0
EMPTY = 3.0
"""Radius of a place at which no event is shown."""
FULL = 14
"""Number of events at which a mark is as large as it gets, unless a place has more."""
_MANY = 400
_FINE, _COARSE = 8.0, 40.0
_BLOCK = 160.0
_DENSE = 12.0

Counts = NDArray[np.intp]


def tally(dossier: Dossier, events: Mask, site: Index, sites: int) -> Counts:
    """Count events at each site by quad class, an event at two places of a site once.

    Parameters
    ----------
    dossier : Dossier
    events : ndarray of bool
        The events to be counted.
    site : ndarray of intp, shape (places,)
        Site each place belongs to; -1: none.
    sites : int
        Number of sites.

    Returns
    -------
    ndarray of intp, shape (sites, 5)
        Columns as in `schema.QUADS`; the last one counts events without a class.
    """
    links = dossier.places_of_event
    event = np.repeat(np.arange(len(events)), np.diff(links.starts))
    at = site[links.targets]
    chosen = events[event] & (at >= 0)
    pairs = np.unique(at[chosen] * max(len(events), 1) + event[chosen])
    at, event = np.divmod(pairs, max(len(events), 1))
    quads = dossier.event_quads[event]
    width = len(QUADS) + 1
    cells = at * width + np.where(quads < 0, len(QUADS), quads)
    return np.bincount(cells, minlength=sites * width).reshape(-1, width)


def radii(totals: Counts, most: int) -> Floats:
    """Return the radius in pixels of marks for `totals` events, `most` being the largest."""
    grown = SMALLEST + (LARGEST - SMALLEST) * np.sqrt(totals / max(most, FULL))
    return np.where(totals > 0, np.minimum(grown, LARGEST), EMPTY)


def gather(xy: Floats, totals: Counts, rank: Counts, closeness: float = CLOSENESS) -> Index:
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
        lead = _binned(xy, precedence, _FINE)
        blocks = len(np.unique(np.floor(xy / _BLOCK), axis=0))
        if len(np.unique(lead)) > _DENSE * blocks:
            # A carpet of marks says less than one in every square.
            lead = _binned(xy, precedence, _COARSE)
    while True:
        leads = np.unique(lead)
        weight = np.bincount(lead, weights=totals, minlength=count)[leads]
        size = radii(weight.astype(np.intp), int(weight.max(initial=0)))
        a, b = _close_pairs(xy[leads], size, closeness)
        if not len(a):
            return lead
        lead = _absorb(leads, a, b, precedence)[lead]


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


def _binned(xy: Floats, precedence: Index, side: float) -> Index:
    """Gather what shares a small square of a fixed grid."""
    cell = np.floor(xy / side).astype(np.int64)
    by_cell = np.lexsort((precedence, cell[:, 1], cell[:, 0]))
    fresh = np.append(True, (np.diff(cell[by_cell], axis=0) != 0).any(axis=1))
    leads = by_cell[np.flatnonzero(fresh)]
    out = np.empty(len(xy), dtype=np.intp)
    out[by_cell] = leads[np.cumsum(fresh) - 1]
    return out


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

"""Marks moved away from where their places are, so that none lies upon another."""

from __future__ import annotations

import numpy as np

from viewer.model.arrays import distinct
from viewer.model.derived import kept_with_dossier
from viewer.model.dossier import Dossier, Index, Mask
from viewer.model.filters import Shown
from viewer.scene.map_gather import CLOSENESS, LARGEST, Gathered, tally
from viewer.scene.map_places import world
from viewer.scene.map_view import CLOSEST
from viewer.scene.primitives import Floats

_GAP = 2.5
_MOST = 200
_MOST_OPENED = 24
"""Places at one spot that have room around it; of more there is but the list of their events."""
_PARTED = 2.0 * CLOSENESS * LARGEST * CLOSEST
"""Metres within which no zoom parts two marks."""


def apart(xy: Floats, size: Floats) -> Floats:
    """Move discs apart as little as it takes for none to touch another.

    Parameters
    ----------
    xy : ndarray of float64, shape (n, 2)
    size : ndarray of float64, shape (n,)
        Radii.

    Returns
    -------
    ndarray of float64, shape (n, 2)
        As they were, where there are too many.
    """
    moved = xy.copy()
    if not 1 < len(xy) <= _MOST:
        return moved
    for _ in range(40):
        gap = moved[:, None] - moved[None]
        away = np.hypot(gap[..., 0], gap[..., 1])
        np.fill_diagonal(away, np.inf)
        lack = np.maximum(size[:, None] + size[None] + _GAP - away, 0.0)
        if not (lack > 0.05).any():
            break
        moved += (gap * (0.5 * lack / np.maximum(away, 1e-6))[..., None]).sum(axis=1)
    return moved


def fanned(size: Floats) -> Floats:
    """Return where discs stand on a circle around the spot that they share, shape (n, 2).

    Parameters
    ----------
    size : ndarray of float64, shape (n,)
        Radii; the first one stands at the top, the others follow clockwise.
    """
    along = 2 * size + 4 * _GAP
    radius = max(along.sum() / (2 * np.pi), size.max() + 5 * _GAP)
    turn = 2 * np.pi * (np.cumsum(along) - along / 2 - along[0] / 2) / along.sum()
    spots: Floats = radius * np.column_stack([np.sin(turn), -np.cos(turn)])
    return spots


def opened(
    dossier: Dossier, shown: Shown, found: Gathered, picked: Mask
) -> tuple[Gathered, tuple[Index, ...]]:
    """Open what is picked and no zoom can part: a site for each of its places.

    Parameters
    ----------
    dossier : Dossier
    shown : Shown
    found : Gathered
    picked : ndarray of bool, shape (places,)

    Returns
    -------
    (Gathered, tuple of ndarray of intp)
        The sites; and those that share a spot and are to stand around it, for each such spot.
    """
    many = np.bincount(found.site, minlength=len(found.lead))
    sites = distinct(found.site[picked[found.rows]])
    sites = sites[(many[sites] > 1) & (many[sites] <= _MOST_OPENED)]
    xy = world(dossier, found.projection)
    ones = [
        one
        for one in sites.tolist()
        if np.hypot(*np.ptp(xy[found.rows[found.site == one]], axis=0)) <= _PARTED
    ]
    return _open(dossier, shown, found, tuple(ones)) if ones else (found, ())


@kept_with_dossier(8)
def _open(
    dossier: Dossier, shown: Shown, found: Gathered, sites: tuple[int, ...]
) -> tuple[Gathered, tuple[Index, ...]]:
    site, lead, fans = found.site.copy(), found.lead, []
    origin = np.arange(len(lead))
    for one in sites:
        others = np.flatnonzero((site == one) & (found.rows != lead[one]))
        added = len(lead) + np.arange(len(others))
        site[others] = added
        lead = np.concatenate([lead, found.rows[others]])
        origin = np.concatenate([origin, np.full(len(others), one)])
        fans.append(np.concatenate([[one], added]))
    of_place = found.of_place.copy()
    of_place[found.rows] = site
    counts = tally(dossier, shown, of_place, len(lead))
    lonlat, xy = found.lonlat[origin], found.xy[origin]
    parted = Gathered(found.rows, site, lead, lonlat, xy, of_place, counts, found.projection)
    return parted, tuple(fans)

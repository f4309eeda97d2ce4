"""By time: from left to right in the order in which nodes first appear."""

from __future__ import annotations

import numpy as np

from viewer.scene.layouts import rooms
from viewer.scene.layouts.free import free
from viewer.scene.layouts.network import Network
from viewer.scene.layouts.steps import Steps, within
from viewer.scene.primitives import Floats

LANED = 3000
"""Up to so many nodes have lanes in which nothing covers another; more stand as they fall."""
WIDER = 1.3
"""How much wider than the pane's shape asks: there is more to be read along the time."""


def by_time(network: Network, seed: int, aspect: float | None) -> Steps:
    """Lay out a graph along a time axis.

    x is the time itself, true to scale. Across it, each node takes the lane nearest to where
    the free layout had it among those that are open at its time, so that neighbours stay near
    and nothing covers another. Nodes without a time stand in rows below.

    Parameters
    ----------
    network : Network
        With `times`; without, no time is known.
    seed : int
    aspect : float, optional
        Width over height of the pane to be filled; None: 1.

    Yields
    ------
    ndarray of float64, shape (n, 2)
        Positions so far.
    """
    n = network.n
    times = np.full(n, np.nan) if network.times is None else network.times
    dated = np.flatnonzero(np.isfinite(times))
    undated = np.setdiff1d(np.arange(n), dated)
    boxes = network.room
    xy = np.zeros((n, 2))
    yield from within(xy, dated, free(network.part(dated), seed, aspect or 1.0))
    if len(dated):
        left, bottom, right, top = rooms.pane(boxes[dated], WIDER * (aspect or 1.0))
        span = max(float(np.ptp(times[dated])), 1e-9)
        share = (times[dated] - times[dated].min()) / span if span > 1e-9 else 0.5
        xy[dated, 0] = left + share * (right - left)
        if len(dated) <= LANED:
            xy[dated, 1] = _lanes(xy[dated], boxes[dated], top - bottom)
        yield xy
    yield rooms.loose_beneath(network, xy, undated)


def _lanes(xy: Floats, boxes: Floats, across: float) -> Floats:
    """Return the middle of each node's lane, as near to its y as its neighbours in time allow."""
    n = len(xy)
    x, y = xy.T
    high = float(boxes[:, 1].max())
    rank: Floats = np.argsort(np.argsort(-y, kind="stable")).astype(np.float64)
    taken = np.full(max(int(across / high), 1), -np.inf)
    wanted = rank / n * len(taken)
    lane = np.zeros(n, dtype=np.intp)
    for i in np.lexsort((rank, x)).tolist():
        open_lanes = np.flatnonzero(taken <= x[i] - boxes[i, 0] / 2)
        if not len(open_lanes):
            # A new lane below the others.
            open_lanes = np.array([len(taken)])
            taken = np.append(taken, -np.inf)
        lane[i] = open_lanes[np.abs(open_lanes - wanted[i]).argmin()]
        taken[lane[i]] = x[i] + boxes[i, 0] / 2
    out: Floats = (len(taken) / 2 - 0.5 - lane) * high
    return out

"""Graticule and scale bar."""

from __future__ import annotations

import numpy as np

from viewer.geo.basemap import Ragged, offsets
from viewer.geo.projection.base import Extent, Projection
from viewer.geo.projection.drawing import pointed_poles, project_ragged, seen
from viewer.geo.sphere import RADIUS, wrap

_MOST = 90
"""Meridians at most."""
_WIDER = (1, 2, 5, 10, 20, 50, 100)
_STEPS = (30.0, 20.0, 10.0, 5.0, 2.0, 1.0, 0.5, 0.2, 0.1)


def graticule(projection: Projection, view: Extent, step: float | None = None) -> Ragged:
    """Return meridians and parallels that cross a view.

    Parameters
    ----------
    projection : Projection
        The map.
    view : (xmin, ymin, xmax, ymax)
        Metres.
    step : float, optional
        Degrees between lines; by default some five lines cross the view. Between meridians
        they are a multiple of it where there would be very many.

    Returns
    -------
    Ragged
        Lines in metres; group 0 are meridians, 1 parallels.
    """
    none = Ragged(np.empty((0, 2)), np.zeros(1, np.intp))
    west, south, east, north = seen(projection, view)
    if not west < east:
        return none
    if step is None:
        side = np.degrees(min(view[2] - view[0], view[3] - view[1]) / RADIUS)
        step = min(_STEPS, key=lambda s: abs(np.log(side / 5 / s)))
    # Around a pole a view shows all meridians: as many as elsewhere will do.
    wide = step * next(n for n in _WIDER if (east - west) / (n * step) <= _MOST)
    lon = np.linspace(west, east, int((east - west) / min(wide / 5, 1.0)) + 2)
    lat = np.linspace(south, north, int((north - south) / min(step / 5, 1.0)) + 2)
    # At a pole that is a point meridians would run together: only every 90° one goes all the way.
    low, high = np.where(pointed_poles(projection), 90 - min(step, 10.0), 90.0) * (-1, 1)
    clear = lat[(lat >= low) & (lat <= high)]
    parts = [
        np.column_stack((np.full(len(along), wrap(at)), along))
        for at in np.arange(np.ceil(west / wide) * wide, min(east, west + 359.999), wide)
        for along in (lat if at % 90 == 0 else clear,)
    ]
    meridians = len(parts)
    parts += [
        np.column_stack((wrap(lon), np.full(len(lon), at)))
        for at in np.arange(np.ceil(south / step) * step, north + 1e-9, step)
        if abs(at) < 90 - 1e-9
    ]
    if not parts:
        # From close by a view may lie between two lines.
        return none
    sizes = np.array([len(part) for part in parts])
    group = (np.arange(len(parts)) >= meridians).astype(np.intp)
    lines = Ragged(np.concatenate(parts), offsets(sizes), group)
    return project_ragged(projection, lines.take(sizes > 1))


def scale_bar(
    projection: Projection, view: Extent, width_px: float, max_px: float = 120.0
) -> tuple[float, float]:
    """Return a round length for the scale bar, true at the middle of the view.

    Parameters
    ----------
    projection : Projection
        The map.
    view : (xmin, ymin, xmax, ymax)
        Metres.
    width_px : float
        Width of the view in pixels.
    max_px : float
        Longest bar in pixels.

    Returns
    -------
    length : float
        Metres on the ground: 1, 2 or 5 times a power of ten.
    pixels : float
        Length of the bar.
    """
    xmin, ymin, xmax, ymax = view
    scale = projection.scale_at(((xmin + xmax) / 2, (ymin + ymax) / 2))
    ground = (xmax - xmin) / width_px / scale
    longest = ground * max_px
    power = 10 ** np.floor(np.log10(longest))
    length = float(power * max(n for n in (1, 2, 5) if n * power <= longest * (1 + 1e-9)))
    return length, float(length / ground)

"""What of the world a map shows: lines and rings in metres, and the bounds of a view."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewer.geo.basemap import Ragged
from viewer.geo.clip import Kind
from viewer.geo.cut import ready
from viewer.geo.projection.base import Extent, Projection
from viewer.geo.sphere import wrap


def project_ragged(projection: Projection, ragged: Ragged, kind: Kind = "line") -> Ragged:
    """Project lines or rings, cut to what the projection shows.

    Parameters
    ----------
    projection : Projection
        The map.
    ragged : Ragged
        Degrees, EPSG:4326; lines and rings may jump over ±180°, as in `viewer.geo.cut`.
    kind : {"line", "area"}
        Lines are broken where the map is, so that none runs across it. Rings are closed along
        the edge of the map.

    Returns
    -------
    Ragged
        Metres. A part may become several, of the same group; the order of parts may change.
    """
    return projection.clip(ready(ragged, kind), kind) if len(ragged) else ragged


def pointed_poles(projection: Projection) -> NDArray[np.bool_]:
    """Return whether the south and the north pole are points of the map, rather than lines."""
    ends = projection.forward([(projection.lon0 + x, y) for y in (-90.0, 90.0) for x in (-60, 60)])
    return np.asarray(np.hypot(*(ends[::2] - ends[1::2]).T) < 1.0)


def seen(projection: Projection, view: Extent) -> tuple[float, float, float, float]:
    """Return bounds of what a view shows.

    Parameters
    ----------
    projection : Projection
        The map.
    view : (xmin, ymin, xmax, ymax)
        Metres.

    Returns
    -------
    (west, south, east, north)
        Degrees, EPSG:4326, a little more than is seen. West may be below -180 or east above
        180; all are 0 if the view shows nothing.
    """
    xmin, ymin, xmax, ymax = view
    x, y = np.meshgrid(np.linspace(xmin, xmax, 41), np.linspace(ymin, ymax, 41))
    shown = projection.inverse(np.column_stack((x.ravel(), y.ravel())))
    shown = shown[np.isfinite(shown).all(axis=1)]
    if not len(shown):
        return 0.0, 0.0, 0.0, 0.0
    # Between the samples there is some more to see.
    low, high = shown[:, 1].min(), shown[:, 1].max()
    spare = (high - low) / 20
    south, north = max(low - spare, -90.0), min(high + spare, 90.0)
    poles = projection.forward([(projection.lon0, -90.0), (projection.lon0, 90.0)])
    at_pole = np.all((poles > (xmin, ymin)) & (poles < (xmax, ymax)), axis=1)
    south, north = (-90.0 if at_pole[0] else south), (90.0 if at_pole[1] else north)
    middle = projection.inverse([((xmin + xmax) / 2, (ymin + ymax) / 2)])[0, 0]
    middle = projection.lon0 if np.isnan(middle) else float(middle)
    around = wrap(shown[:, 0] - middle)
    spare = (around.max() - around.min()) / 20
    west, east = max(around.min() - spare, -180.0), min(around.max() + spare, 180.0)
    if (at_pole & pointed_poles(projection)).any():
        west, east = -180.0, 180.0
    return float(middle + west), float(south), float(middle + east), float(north)

"""Where a map looks: its projection, and the part of the plane that it shows at first."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from viewer.geo.anchors import fitted_points
from viewer.geo.projection import KINDS, Projection, fit, make
from viewer.scene.frame import Camera
from viewer.scene.primitives import Floats

if TYPE_CHECKING:
    from viewer.model.dossier import Dossier
    from viewer.model.state import State

MARGINS = (48.0, 56.0, 64.0, 64.0)
"""Left, top, right and bottom pixels kept free around the data, for marks and labels."""
SMALLEST_VIEW = 400e3
"""Metres that the first view of a map shows at least."""
_EDGE = 14.0


def map_projection(state: State) -> Projection:
    """Return the projection of a state's map.

    It is fitted to all places that have an event, whether or not they pass the filter, so that
    the map holds still while one filters.
    """
    return _projection(state.dossier, state.projection)


@lru_cache(maxsize=16)
def _projection(dossier: Dossier, name: str) -> Projection:
    fitted = fit(fitted_points(dossier))
    if name not in KINDS or name == fitted.name:
        return fitted
    centre = {"lon0": fitted.lon0, "lat0": fitted.lat0}
    try:
        return make(name, **centre)
    except TypeError:
        return make(name, lon0=fitted.lon0)


def default_camera(state: State, width: float, height: float) -> Camera:
    """Return the camera that shows all places with an event; without any, the whole map."""
    return camera_on(fitted_points(state.dossier), map_projection(state), width, height)


def camera_on(points: Floats, projection: Projection, width: float, height: float) -> Camera:
    """Return the camera that shows points; without any that can be shown, the whole map.

    Parameters
    ----------
    points : ndarray of float64, shape (n, 2)
        Longitude and latitude in degrees, EPSG:4326.
    projection : Projection
    width, height : float
        Pixels.
    """
    xy = projection.forward(points)
    xy = xy[np.isfinite(xy).all(axis=1)]
    if not len(xy):
        rim = projection.outline.xy
        extent = (*rim.min(axis=0).tolist(), *rim.max(axis=0).tolist())
        return Camera.fit(extent, width, height, (_EDGE, 40.0, _EDGE, 40.0))
    low, high = xy.min(axis=0), xy.max(axis=0)
    margins = tuple(
        min(margin, 0.2 * side) for margin, side in zip(MARGINS, (width, height) * 2, strict=True)
    )
    grow = np.maximum(SMALLEST_VIEW - (high - low), 0.0) / 2
    low, high = low - grow, high + grow
    return Camera.fit((*low.tolist(), *high.tolist()), width, height, margins)  # type: ignore[arg-type]

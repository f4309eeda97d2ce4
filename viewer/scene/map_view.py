"""Where a map looks: its projection, and the part of the plane that it shows at first."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING

import numpy as np

from viewer.geo.anchors import EVENTS_AT, fitted_points
from viewer.geo.projection import Projection, fit
from viewer.model.derived import derived
from viewer.scene.frame import Camera
from viewer.scene.primitives import Floats

if TYPE_CHECKING:
    from viewer.model.dossier import Dossier
    from viewer.model.state import State

MARGINS = (48.0, 56.0, 64.0, 64.0)
"""Left, top, right and bottom pixels kept free around the data, for marks and labels."""
SMALLEST_VIEW = 200e3
"""Metres that the first view of a map shows at least."""
_EDGE = 14.0


def map_projection(state: State) -> Projection:
    """Return the projection of a state's map.

    It is fitted to all places that have an event, whether or not they pass the filter, so that
    the map holds still while one filters.
    """
    return _projections(state.dossier)(state.projection)


@derived("places", *EVENTS_AT)
def _projections(dossier: Dossier) -> Callable[[str], Projection]:
    """Return a function that fits the projection of a name, and keeps it."""
    return cache(partial(fit, fitted_points(dossier)))


def default_camera(state: State, width: float, height: float) -> Camera:
    """Return the camera that shows all places with an event; without any, the whole map."""
    return camera_on(fitted_points(state.dossier), map_projection(state), width, height)


def camera_on(points: Floats, projection: Projection, width: float, height: float) -> Camera:
    """Return the camera that shows points; the whole map where it cannot show all of them.

    Parameters
    ----------
    points : ndarray of float64, shape (n, 2)
        Longitude and latitude in degrees, EPSG:4326.
    projection : Projection
    width, height : float
        Pixels.
    """
    xy = projection.forward(points)
    if not len(xy) or not np.isfinite(xy).all():
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


def carried(camera: Camera, before: Projection, after: Projection) -> Camera | None:
    """Return the camera that shows on another map what one showed on the first, as large.

    Returns
    -------
    Camera or None
        None where the middle of the view is on neither map.
    """
    middle = before.inverse([(camera.x, camera.y)])
    xy = after.forward(middle)
    if not np.isfinite(xy).all():
        return None
    x, y = xy[0].tolist()
    # Both maps at the same metres on the ground per pixel.
    ground = camera.scale / before.scale_at((camera.x, camera.y))
    return Camera(x, y, ground * after.scale_at((x, y)))


CLOSEST = 1.0
"""Metres of the map per pixel below which there is nothing more to see."""
_SMALLEST_MAP = 0.5
"""Part of the view that the whole map fills at least."""


def bounded(camera: Camera, projection: Projection, width: float, height: float) -> Camera:
    """Return the camera moved and zoomed as little as it takes for the map to be in view."""
    low, high = projection.outline.xy.min(axis=0), projection.outline.xy.max(axis=0)
    farthest = float(max((high - low) / (width, height))) / _SMALLEST_MAP
    x, y = np.clip((camera.x, camera.y), low, high).tolist()
    return Camera(x, y, min(max(camera.scale, CLOSEST), farthest))

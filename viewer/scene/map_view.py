"""Where a map looks: its projection, and the part of the plane that it shows at first."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from viewer.geo.projection import KINDS, Projection, fit, make
from viewer.geo.sphere import RADIUS, bounding_cap, distance
from viewer.model.dossier import Dossier
from viewer.model.state import State
from viewer.scene.frame import Camera
from viewer.scene.map_places import AREA, anchors, used
from viewer.scene.primitives import Floats

MARGINS = (48.0, 56.0, 64.0, 64.0)
"""Left, top, right and bottom pixels kept free around the data, for marks and labels."""
SMALLEST_VIEW = 400e3
"""Metres that the first view of a map shows at least."""
SLIGHT = 0.03
"""Share of all events up to which a far country does not count for the first view."""
FAR = 0.95
"""It is far when the map is this much smaller without it."""
_MOST_LEFT_OUT, _MOST_TRIED, _STEPS = 4, 10, 80
_EDGE = 14.0


def map_projection(state: State) -> Projection:
    """Return the projection of a state's map.

    It is fitted to all places that have an event, whether or not they pass the filter, so that
    the map holds still while one filters.
    """
    return _projection(state.dossier, state.projection)


@lru_cache(maxsize=16)
def _projection(dossier: Dossier, name: str) -> Projection:
    fitted = fit(_points(dossier))
    if name not in KINDS or name == fitted.name:
        return fitted
    centre = {"lon0": fitted.lon0, "lat0": fitted.lat0}
    try:
        return make(name, **centre)
    except TypeError:
        return make(name, lon0=fitted.lon0)


@lru_cache(maxsize=4)
def _points(dossier: Dossier) -> Floats:
    """Return the longitudes and latitudes that a map of the dossier is fitted to.

    These are the places with an event. A country far from all the rest with next to no events
    would shrink the map to the size of a stamp: it is left out, and pointed to at the edge.
    """
    anchored = anchors(dossier)
    located = np.isfinite(anchored.lonlat).all(axis=1)
    wanted = located & used(dossier)
    if not wanted.any():
        return anchored.lonlat[located]
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
    return anchored.lonlat[wanted]


def default_camera(state: State, width: float, height: float) -> Camera:
    """Return the camera that shows all places with an event; without any, the whole map."""
    projection = map_projection(state)
    xy = projection.forward(_points(state.dossier))
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

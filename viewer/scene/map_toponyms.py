"""Names of the ground: countries, and cities for reference."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from viewer.geo import basemap
from viewer.geo.projection import Projection
from viewer.scene import labels
from viewer.scene.frame import Camera
from viewer.scene.primitives import Floats, Rect, Text
from viewer.scene.style import Theme
from viewer.scene.text import text_width

NAME_SIZE = 9.0
NAME_SPACING = 1.0


def country_names(
    theme: Theme,
    view: Rect,
    projection: Projection,
    camera: Camera,
    taken: list[Rect],
    without: frozenset[str] = frozenset(),
) -> list[tuple[Text, Rect]]:
    """Place the names of countries with room for them, the largest countries first.

    Parameters
    ----------
    theme : Theme
    view : Rect
        Where the map is, in pixels.
    projection : Projection
    camera : Camera
    taken : list of Rect
        What no name may touch.
    without : frozenset of str
        ISO 3166-1 alpha-3 codes of countries that bear a label already.
    """
    countries = basemap.countries()
    xy = camera.to_pixels(_label_points(projection), view.width, view.height) + (view.x, view.y)
    side = np.sqrt(countries.area) / camera.scale
    inside = ((xy > (view.x, view.y)) & (xy < (view.right, view.bottom))).all(axis=1)
    requests = []
    for row in np.flatnonzero(inside & (side > 26.0)).tolist():
        name = countries.labels[row].upper()
        if countries.code[row] in without:
            continue
        if text_width(name, NAME_SIZE, 500, NAME_SPACING) > 1.5 * side[row]:
            continue
        # The halo is thin land, so that a border does not run through a letter.
        text = Text(name, 0, 0, theme.country_name, NAME_SIZE, 500, "centre", spacing=NAME_SPACING)
        x, y = xy[row].tolist()
        request = labels.Request(text, x, y, 0.0, float(side[row]), ("centre", "below", "above"))
        requests.append(request)
    placed = labels.place(requests, view.inset(4), taken=taken)
    return [label for label in placed if label is not None]


@lru_cache(maxsize=16)
def _label_points(projection: Projection) -> Floats:
    return projection.forward(basemap.countries().label)

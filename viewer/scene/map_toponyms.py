"""Names of the ground: countries, and cities for reference."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from viewer.geo import basemap
from viewer.geo.cities import cities
from viewer.geo.projection import Projection
from viewer.scene import labels, style
from viewer.scene.frame import Camera
from viewer.scene.map_sites import Panel
from viewer.scene.primitives import DISC, Floats, Marks, Rect, Text
from viewer.scene.style import Theme
from viewer.scene.text import text_width

NAME_SIZE = 9.0
NAME_SPACING = 1.0
_LEAST_SIDE = 26.0
"""Pixels across a country from which it is named."""
_FAINTEST = 0.5
CITY_SCALES = (8000.0, 5000.0, 3200.0, 2000.0, 1300.0)
"""Metres per pixel from which cities of rank 1, 2, … are shown."""
_DOT = 1.6
_OWN = 18.0
"""Pixels from a mark of the dossier within which no city is named."""


def country_names(
    theme: Theme,
    view: Rect,
    projection: Projection,
    camera: Camera,
    taken: list[Rect],
    without: frozenset[str] = frozenset(),
    language: str = "en",
) -> list[tuple[Text, Rect]]:
    """Place the names of countries with room for them, the largest countries first.

    A name fades in as its country grows.

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
    language : str
        ISO 639-1 code; where there is no name in it, the English one is used.
    """
    countries = basemap.countries()
    xy = camera.to_pixels(_label_points(projection), view.width, view.height) + (view.x, view.y)
    side = np.sqrt(countries.area) / camera.scale
    inside = ((xy > (view.x, view.y)) & (xy < (view.right, view.bottom))).all(axis=1)
    requests = []
    for row in np.flatnonzero(inside & (side > _LEAST_SIDE)).tolist():
        # Natural Earth's English names are shortened for maps.
        name = (language != "en" and countries.names.get(language, {row: ""})[row]) or ""
        name = (name or countries.labels[row]).upper()
        if countries.code[row] in without:
            continue
        if text_width(name, NAME_SIZE, 500, NAME_SPACING) > 1.5 * side[row]:
            continue
        # The halo is thin land, so that a border does not run through a letter.
        share = _fading(float(np.log2(side[row] / _LEAST_SIDE)))
        colour = theme.country_name.over(theme.land, share)
        text = Text(name, 0, 0, colour, NAME_SIZE, 500, "centre", spacing=NAME_SPACING)
        x, y = xy[row].tolist()
        request = labels.Request(text, x, y, 0.0, float(side[row]), ("centre", "below", "above"))
        requests.append(request)
    placed = labels.place(requests, view.inset(4), taken=taken)
    return [label for label in placed if label is not None]


@lru_cache(maxsize=16)
def _label_points(projection: Projection) -> Floats:
    return projection.forward(basemap.countries().label)


def _fading(octaves: float) -> float:
    """Return the strength of what came into view so many doublings of the scale ago."""
    return _FAINTEST + (1 - _FAINTEST) * float(np.clip(octaves, 0.0, 1.0))


@dataclass(frozen=True, eq=False)
class CityNames:
    """Dots and names of cities, as placed."""

    dots: tuple[Marks, ...] = ()
    labels: tuple[tuple[Text, Rect], ...] = ()


def city_names(
    theme: Theme,
    panel: Panel,
    marks: Floats,
    taken: list[Rect],
    without: frozenset[str] = frozenset(),
    language: str = "en",
) -> CityNames:
    """Name large cities where there is room, by rank: the smaller, the nearer one must be.

    Parameters
    ----------
    theme : Theme
    panel : Panel
        The map.
    marks : ndarray of float64, shape (n, 2)
        Pixels of the dossier's own places, which are left alone.
    taken : list of Rect
        What no name may touch.
    without : frozenset of str
        Names, case folded, that the dossier itself tells of.
    language : str
        ISO 639-1 code; where there is no name in it, the English one is used.
    """
    scale, view = panel.camera.scale, panel.rect.inset(5.0)
    if scale > CITY_SCALES[0]:
        return CityNames()
    found = cities()
    xy = panel.pixels(_city_points(panel.projection))
    seen = ((xy > (view.x, view.y)) & (xy < (view.right, view.bottom))).all(axis=1)
    rows = np.flatnonzero(seen & (np.array(CITY_SCALES)[found.rank - 1] >= scale))
    if len(marks) and len(rows):
        away = np.hypot(*(xy[rows, None] - marks[None]).transpose(2, 0, 1)).min(axis=1)
        rows = rows[away > _OWN]
    requests = []
    for row in rows.tolist():
        name = found.called(row, language)
        if name.casefold() in without or found.name[row].casefold() in without:
            continue
        rank = int(found.rank[row])
        share = _fading(float(np.log2(CITY_SCALES[rank - 1] / scale)))
        text = Text(name, 0, 0, theme.country_name.over(theme.land, share), style.TINY, 400)
        x, y = xy[row].tolist()
        requests.append(labels.Request(text, x, y, _DOT, -float(row)))
    placed = labels.place(requests, view, taken=taken)
    shown = [(r, label) for r, label in zip(requests, placed, strict=True) if label is not None]
    if not shown:
        return CityNames()
    many = len(shown)
    dots = Marks(
        np.array([(request.x, request.y) for request, _ in shown]),
        np.full(many, _DOT),
        (DISC,) * many,
        tuple(request.text.colour for request, _ in shown),
        (None,) * many,
        np.zeros(many),
    )
    return CityNames((dots,), tuple(label for _, label in shown))


@lru_cache(maxsize=16)
def _city_points(projection: Projection) -> Floats:
    return projection.forward(cities().lonlat)

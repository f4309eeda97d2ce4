"""The ground of the map: sea, land, borders, graticule, country names, scale bar.

Projecting and thinning the basemap takes tens of milliseconds, drawing it must not: so the
geometry is made for scales that are powers of two, for square stretches of the plane, and kept.
While the map is moved the same objects come back, with another transform.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from viewer.geo import basemap
from viewer.geo.basemap import LevelName, Ragged
from viewer.geo.clip import Kind
from viewer.geo.projection import (
    Projection,
    graticule,
    level_for,
    project_ragged,
    scale_bar,
    simplify,
)
from viewer.scene import labels, style
from viewer.scene.frame import Camera
from viewer.scene.primitives import Curves, Floats, Geometry, Item, Rect, Shapes, Text
from viewer.scene.style import Theme
from viewer.scene.text import text_width

NAME_SIZE = 9.0
NAME_SPACING = 1.0
_AREA_DETAIL = 1.5
"""Pixels that the outline of a hatched area may leave out: dashes along a fjord say nothing."""
_CROP = 60.0
"""Largest width in degrees of a stretch that the basemap is cropped to before projection."""

LAYERS = frozenset({"borders", "graticule"})
"""Of `state.LAYERS`, those that the ground has."""
_CLOSED = frozenset({"land", "lakes"})

Box = tuple[float, float, float, float]


def build_ground_scene(
    theme: Theme,
    width: float,
    height: float,
    projection: Projection,
    camera: Camera,
    layers: frozenset[str],
    corner: tuple[float, float] = (0.0, 0.0),
) -> tuple[Item, ...]:
    """Draw the ground of a map.

    Parameters
    ----------
    theme : Theme
    width, height : float
        Pixels.
    projection : Projection
    camera : Camera
        World units are projected metres.
    layers : frozenset of str
        Visible layers; those in `LAYERS` matter here.
    corner : tuple of float
        Pixel of the top left corner.

    Returns
    -------
    tuple of Item
        The geometry is the same object for as long as scale and place are about the same.
    """
    sx, sy, dx, dy = camera.transform(width, height)
    transform = sx, sy, dx + corner[0], dy + corner[1]
    level = level_for(camera.scale)
    step = _step(camera.scale)
    box = _stretch(projection, camera, width, height)

    def shapes(layer: str, **pens: object) -> Shapes:
        return Shapes(_layer(projection, level, layer, step, box), transform, **pens)  # type: ignore[arg-type]

    items: list[Item] = [Shapes(_outline(projection), transform, fill=theme.sea)]
    if "graticule" in layers:
        lines = _graticule(projection, _spacing(camera.scale), step, box)
        items.append(Shapes(lines, transform, stroke=theme.graticule))
    items.append(shapes("land", fill=theme.land))
    items.append(shapes("lakes", fill=theme.lake))
    if "borders" in layers:
        items.append(shapes("borders", stroke=theme.border))
        items.append(shapes("disputed", stroke=theme.border, dash="dashed"))
    items.append(shapes("coast", stroke=theme.coast))
    return tuple(items)


# -- geometry --------------------------------------------------------------------------------


def _step(scale: float) -> int:
    """Return the power of two of the scale for which geometry is made: the nearest."""
    return int(np.round(np.log2(scale)))


def _stretch(projection: Projection, camera: Camera, width: float, height: float) -> Box | None:
    """Return the square of the plane around the view, or None where that is all of the map."""
    side = max(width, height)
    unit = 2.0 ** (_step(camera.scale) + np.ceil(np.log2(side / 2)))
    view = side * camera.scale
    west, south, east, north = _plane(projection)
    if view > 0.8 * max(east - west, north - south):
        return None
    reach = (np.ceil(view / 2 / unit)) * unit
    x, y = np.floor(camera.x / unit) * unit, np.floor(camera.y / unit) * unit
    return float(x - reach), float(y - reach), float(x + unit + reach), float(y + unit + reach)


@lru_cache(maxsize=32)
def _plane(projection: Projection) -> Box:
    rim = projection.outline.xy
    return (*rim.min(axis=0).tolist(), *rim.max(axis=0).tolist())


@lru_cache(maxsize=32)
def _outline(projection: Projection) -> Geometry:
    return _geometry(projection.outline, closed=True)


@lru_cache(maxsize=96)
def _layer(
    projection: Projection, level: LevelName, layer: str, step: int, box: Box | None
) -> Geometry:
    """Return a layer in metres, without what half a pixel at scale ``2**step`` cannot show."""
    kind: Kind = "area" if layer in _CLOSED else "line"
    crop = None if box is None else _lonlat_box(projection, box)
    if crop is None:
        flat = _whole(projection, level, layer)
    else:
        ragged = _cropped(_degrees(level, layer), crop)
        flat = project_ragged(projection, ragged, kind)
    if box is not None:
        flat = _cropped(flat, box)
    return _geometry(simplify(flat, 0.5 * 2.0**step, kind), kind == "area")


@lru_cache(maxsize=12)
def _whole(projection: Projection, level: LevelName, layer: str) -> Ragged:
    kind: Kind = "area" if layer in _CLOSED else "line"
    return project_ragged(projection, _degrees(level, layer), kind)


@lru_cache(maxsize=16)
def _degrees(level: LevelName, layer: str) -> Ragged:
    loaded = basemap.load(level)
    if layer in {"borders", "disputed"}:
        borders = loaded.borders
        return borders.take((borders.group == 1) == (layer == "disputed"))
    ragged: Ragged = getattr(loaded, layer)
    return ragged


def _geometry(ragged: Ragged, closed: bool) -> Geometry:
    return Geometry(ragged.xy, ragged.starts, closed, ragged.group if closed else None)


def _lonlat_box(projection: Projection, box: Box) -> Box | None:
    """Return the degrees that a square of the plane covers; None if that is much or unclear."""
    west, south, east, north = box
    x, y = np.meshgrid(np.linspace(west, east, 17), np.linspace(south, north, 17))
    lonlat = projection.inverse(np.column_stack([x.ravel(), y.ravel()]))
    if np.isnan(lonlat).any():
        return None
    low, high = lonlat.min(axis=0), lonlat.max(axis=0)
    low, high = low - 0.1 * (high - low), high + 0.1 * (high - low)
    # A square over the antimeridian or a pole spans all longitudes.
    if (high - low).max() > _CROP or np.abs([low[1], high[1]]).max() > 88.0:
        return None
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _cropped(ragged: Ragged, box: Box) -> Ragged:
    """Return the parts that touch a box, what lies outside moved to its edge.

    The edge is out of sight, so lines that run along it do no harm.
    """
    if not len(ragged):
        return ragged
    low, high = box[:2], box[2:]
    first = ragged.starts[:-1]
    least, most = np.minimum.reduceat(ragged.xy, first), np.maximum.reduceat(ragged.xy, first)
    ragged = ragged.take(np.all((least <= high) & (most >= low), axis=1))
    xy = np.clip(ragged.xy, low, high)
    kept = np.append(True, (np.diff(xy, axis=0) != 0).any(axis=1)) if len(xy) else np.zeros(0, bool)
    kept[ragged.starts[:-1]] = True
    before = np.concatenate([[0], np.cumsum(kept)])
    return Ragged(xy[kept], before[ragged.starts].astype(np.intp), ragged.group)


@lru_cache(maxsize=128)
def _area(projection: Projection, iso3: str, level: LevelName, step: int) -> Geometry:
    flat = project_ragged(projection, basemap.country_area(iso3, level), "area")
    return _geometry(simplify(flat, _AREA_DETAIL * 2.0**step), closed=True)


def area_geometry(projection: Projection, iso3: str, scale: float) -> Geometry:
    """Return a country's area in projected metres; the same object at about the same scale."""
    # The finest level is for a close look at coasts; for a hatched area 50m will do.
    level: LevelName = "50m" if level_for(scale) == "10m" and scale > 400 else level_for(scale)
    return _area(projection, iso3, level, _step(scale))


# -- graticule -------------------------------------------------------------------------------


def _spacing(scale: float) -> float:
    """Return the degrees between lines so that they are some 60 to 150 pixels apart."""
    wanted = 80 * scale / 111_195.0
    steps = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
    return next((step for step in steps if step >= wanted), 15.0)


@lru_cache(maxsize=32)
def _graticule(projection: Projection, spacing: float, step: int, box: Box | None) -> Geometry:
    lines = graticule(projection, box or _plane(projection), spacing)
    return _geometry(simplify(lines, 0.5 * 2.0**step, "line"), closed=False)


# -- names -----------------------------------------------------------------------------------


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


# -- scale bar -------------------------------------------------------------------------------


def draw_scale_bar(
    theme: Theme, view: Rect, projection: Projection, camera: Camera, longest: float = 95.0
) -> tuple[Curves, tuple[Text, Rect], Rect]:
    """Draw the scale bar, which is true in the middle of the view.

    Parameters
    ----------
    theme : Theme
    view : Rect
        The bar ends at its lower right corner.
    projection : Projection
    camera : Camera
    longest : float
        Pixels.

    Returns
    -------
    (Curves, (Text, Rect), Rect)
        The bar, its label, and the box around the bar.
    """
    seen = camera.extent(view.width, view.height)
    metres, length = scale_bar(projection, seen, view.width, longest)
    title = f"{metres / 1000:,.0f} km" if metres >= 1000 else f"{metres:,.0f} m"
    right, y = view.right, view.bottom - 4.0
    ticks = [
        np.array([(right - length, y - 4.0), (right - length, y + 4.0)]),
        np.array([(right - length, y), (right, y)]),
        np.array([(right, y - 4.0), (right, y + 4.0)]),
    ]
    halo = theme.land.faded(0.8)
    bar = Curves(
        (*ticks, *ticks), (halo,) * 3 + (theme.muted,) * 3, (3.5,) * 3 + (1.2,) * 3, ("solid",) * 6
    )
    text = Text(
        title, right - length / 2, y - 7.0, theme.muted, style.TINY, 400, "centre", theme.land
    )
    return bar, (text, labels.text_box(text)), Rect(right - length, y - 4.0, length, 8.0)


def attribution(theme: Theme, view: Rect, projection: Projection) -> tuple[Text, Rect]:
    """Return the line that says where the ground is from and how it is projected."""
    line = f"Natural Earth · {projection.title}"
    text = Text(line, view.right, view.bottom, theme.faint, style.TINY, 400, "right", theme.land)
    return text, labels.text_box(text)

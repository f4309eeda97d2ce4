"""The ground of the map: sea, land, water, borders, graticule.

Projecting and thinning the basemap takes tens of milliseconds, drawing it must not: so the
geometry is made for scales that are powers of two, for square stretches of the plane, and kept.
While the map is moved the same objects come back, with another transform.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from viewer.geo import basemap
from viewer.geo.basemap import LevelName, Ragged, level_for
from viewer.geo.clip import Kind, simplify
from viewer.geo.cut import outlines
from viewer.geo.projection import Projection, graticule, project_ragged
from viewer.scene.frame import Camera
from viewer.scene.kept import kept
from viewer.scene.primitives import Geometry, Item, Shapes
from viewer.scene.style import Theme

_DETAIL = 0.5
"""Pixels that a line may leave out at a scale that is a power of two; see `simplify`."""
_AREA_DETAIL = 1.5
"""Pixels that the outline of a hatched area may leave out: dashes along a fjord say nothing."""
_CROP = 60.0
"""Largest width in degrees of a stretch that the basemap is cropped to before projection."""

LAYERS = frozenset({"borders", "graticule"})
"""Of `state.LAYERS`, those that the first picture of the ground has; rivers come with the rest."""
RIVERS = 150.0, 14_000.0
"""Metres per pixel between which rivers are drawn: nearer they are too coarse, farther too many."""
_CLOSED = frozenset({"land", "lakes"})
_FINEST: LevelName = "10m"
_AHEAD = 2.0
"""How much closer a map may be looked at before long."""
_DRAWN = ("land", "lakes", "rivers", "borders", "disputed", "coast")

Box = tuple[float, float, float, float]


def build_ground_scene(
    theme: Theme,
    width: float,
    height: float,
    projection: Projection,
    camera: Camera,
    layers: frozenset[str],
    corner: tuple[float, float] = (0.0, 0.0),
    level: LevelName | None = None,
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
        Visible layers; of these borders, graticule and rivers matter here.
    corner : tuple of float
        Pixel of the top left corner.
    level : {"110m", "50m", "10m"}, optional
        Of the basemap; by default what suits the scale.

    Returns
    -------
    tuple of Item
        The geometry is the same object for as long as scale and place are about the same.
    """
    sx, sy, dx, dy = camera.transform(width, height)
    transform = sx, sy, dx + corner[0], dy + corner[1]
    level = level or level_for(camera.scale)
    step = step_of(camera.scale)
    box = stretch(projection, camera, width, height)

    def shapes(layer: str, **pens: object) -> Shapes:
        return Shapes(_layer(projection, level, layer, step, box), transform, **pens)  # type: ignore[arg-type]

    items: list[Item] = [Shapes(_outline(projection), transform, fill=theme.sea)]
    items.append(shapes("land", fill=theme.land, smooth=False))
    items.append(shapes("lakes", fill=theme.lake))
    if "graticule" in layers:
        lines = _graticule(projection, _spacing(camera.scale), step, box)
        items.append(Shapes(lines, transform, stroke=theme.graticule))
    strength = _fade(camera.scale, RIVERS)
    if "rivers" in layers and strength:
        items.append(shapes("rivers", stroke=theme.river.over(theme.land, strength)))
    if "borders" in layers:
        items.append(shapes("borders", stroke=theme.border))
        items.append(shapes("disputed", stroke=theme.border, dash="dashed"))
    items.append(shapes("coast", stroke=theme.coast))
    items.append(Shapes(_outline(projection), transform, stroke=theme.coast))
    return tuple(items)


def _fade(scale: float, between: tuple[float, float]) -> float:
    """Return 1 well between two scales, less towards them, 0 beyond."""
    nearest = min(scale / between[0], between[1] / scale)
    return float(np.clip(np.log2(max(nearest, 1e-9)), 0.0, 1.0))


# -- geometry --------------------------------------------------------------------------------


def geometry_bytes(geometry: Geometry) -> int:
    """Return the bytes that a geometry takes, and the path that is drawn for it."""
    return 40 * len(geometry.xy) + 16 * len(geometry.starts)


def ragged_bytes(ragged: Ragged) -> int:
    """Return the bytes that lines or rings take."""
    return ragged.xy.nbytes + ragged.starts.nbytes + ragged.group.nbytes


def step_of(scale: float) -> int:
    """Return the power of two of the scale for which geometry is made: the nearest."""
    return int(np.round(np.log2(scale)))


def stretch(projection: Projection, camera: Camera, width: float, height: float) -> Box | None:
    """Return the square of the plane around the view, or None where that is all of the map."""
    side = max(width, height)
    unit = 2.0 ** (step_of(camera.scale) + np.ceil(np.log2(side / 2)))
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


@kept(24, geometry_bytes)
def _layer(
    projection: Projection, level: LevelName, layer: str, step: int, box: Box | None
) -> Geometry:
    """Return a layer in metres, without what is not seen at scale ``2**step``."""
    kind: Kind = "area" if layer in _CLOSED else "line"
    crop = None if box is None else _lonlat_box(projection, box)
    if crop is None:
        flat = _whole(projection, level, _together(level, layer))[layer]
    else:
        ragged = cropped(_degrees(level, layer), crop)
        flat = _flat(projection, ragged, kind)
    if box is not None:
        flat = cropped(flat, box)
    return _geometry(simplify(flat, _DETAIL * 2.0**step, kind), kind == "area")


def _bytes_of_all(layers: dict[str, Ragged]) -> int:
    return sum(ragged_bytes(ragged) for ragged in layers.values())


def _together(level: LevelName, layer: str) -> tuple[str, ...]:
    """Return the layers that are projected with one: the finest come all at once, or not at all."""
    return _DRAWN if level == _FINEST else (layer,)


@kept(20, _bytes_of_all)
def _whole(projection: Projection, level: LevelName, layers: tuple[str, ...]) -> dict[str, Ragged]:
    return {
        layer: _flat(projection, _degrees(level, layer), "area" if layer in _CLOSED else "line")
        for layer in layers
    }


def _flat(projection: Projection, ragged: Ragged, kind: Kind) -> Ragged:
    """Project a layer of the basemap, which is made ready for that when it is built."""
    return projection.clip(ragged, kind) if len(ragged) else ragged


@kept(64, ragged_bytes)
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


def cropped(ragged: Ragged, box: Box) -> Ragged:
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


@kept(6, geometry_bytes)
def _area(projection: Projection, iso3: str, level: LevelName, step: int) -> Geometry:
    flat = project_ragged(projection, basemap.country_area(iso3, level), "area")
    return _geometry(simplify(flat, _AREA_DETAIL * 2.0**step), closed=True)


@kept(6, geometry_bytes)
def _edge(projection: Projection, iso3: str, level: LevelName, step: int) -> Geometry:
    flat = project_ragged(projection, outlines(basemap.country_area(iso3, level)), "line")
    return _geometry(simplify(flat, _AREA_DETAIL * 2.0**step, "line"), closed=False)


def near_level(scale: float) -> LevelName:
    """Return the level for what is seen at a glance: the finest one from close by only."""
    return "50m" if level_for(scale) == "10m" and scale > 400 else level_for(scale)


def area_geometry(projection: Projection, iso3: str, scale: float) -> Geometry:
    """Return a country's area in projected metres; the same object at about the same scale."""
    return _area(projection, iso3, near_level(scale), step_of(scale))


@lru_cache(maxsize=512)
def area_extent(projection: Projection, iso3: str) -> Box | None:
    """Return what a country's coarsest outline covers in projected metres; None for nothing."""
    flat = project_ragged(projection, basemap.country_area(iso3, "110m"), "area")
    if not len(flat.xy):
        return None
    return (*flat.xy.min(axis=0).tolist(), *flat.xy.max(axis=0).tolist())


def area_edge(projection: Projection, iso3: str, scale: float) -> Geometry:
    """Return the lines around a country's area, without those where its rings had to be cut."""
    return _edge(projection, iso3, near_level(scale), step_of(scale))


# -- what takes a while ----------------------------------------------------------------------


@dataclass(frozen=True)
class Detail:
    """What a picture of the ground has to do without at first, as it takes a while to make.

    Parameters
    ----------
    projection : Projection, optional
        The one that all of the finest level is projected to; None: of what is near it is quick.
    """

    projection: Projection | None

    def make(self) -> None:
        """Make it; may be called in a thread."""
        if self.projection is not None:
            _whole(self.projection, _FINEST, _DRAWN)
        for layer in _DRAWN:
            _degrees(_FINEST, layer)

    @property
    def is_made(self) -> bool:
        """Whether it is there."""
        if self.projection is not None:
            return (self.projection, _FINEST, _DRAWN) in _whole
        return all((_FINEST, layer) in _degrees for layer in _DRAWN)


def missing_detail(
    projection: Projection, camera: Camera, width: float, height: float
) -> Detail | None:
    """Return what a picture of the ground would have to wait for; None: for nothing.

    It is wanted a little before it is needed, so that it is there when one zooms in.
    """
    if level_for(camera.scale / _AHEAD) != _FINEST:
        return None
    box = stretch(projection, camera, width, height)
    near = box is not None and _lonlat_box(projection, box) is not None
    detail = Detail(None if near else projection)
    return None if detail.is_made else detail


def level_without(detail: Detail | None, scale: float) -> LevelName:
    """Return the level to draw as long as a detail is missing."""
    level = level_for(scale)
    return "50m" if detail is not None and level == _FINEST else level


# -- graticule -------------------------------------------------------------------------------


def _spacing(scale: float) -> float:
    """Return the degrees between lines so that they are some 60 to 150 pixels apart."""
    wanted = 80 * scale / 111_195.0
    steps = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
    return next((step for step in steps if step >= wanted), 15.0)


@kept(4, geometry_bytes)
def _graticule(projection: Projection, spacing: float, step: int, box: Box | None) -> Geometry:
    lines = _lines(projection, spacing, box)
    return _geometry(simplify(lines, _DETAIL * 2.0**step, "line"), closed=False)


@lru_cache(maxsize=32)
def _lines(projection: Projection, spacing: float, box: Box | None) -> Ragged:
    return graticule(projection, box or _plane(projection), spacing)


def graticule_lines(
    projection: Projection, camera: Camera, width: float, height: float
) -> tuple[Ragged, float]:
    """Return meridians (group 0) and parallels (1) in projected metres, and the degrees between."""
    spacing = _spacing(camera.scale)
    return _lines(projection, spacing, stretch(projection, camera, width, height)), spacing

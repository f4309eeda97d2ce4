"""Map projections of the sphere in closed form, chosen and clipped to suit the data.

Formulas: J. P. Snyder, *Map Projections: A Working Manual*, USGS Professional Paper 1395, 1987
(azimuthal, conic and cylindrical); B. Šavrič, T. Patterson, B. Jenny, "The Equal Earth map
projection", *International Journal of Geographical Information Science* 33 (2019), 454–465.

Positions go in as degrees, longitude before latitude (EPSG:4326), and come out as metres east
and north of the projection's origin on a sphere of the Earth's mean radius.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import ClassVar, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from viewer.geo.basemap import Floats, Ragged, level_for, offsets
from viewer.geo.clip import (
    STEP,
    Edge,
    Kind,
    contains,
    cut_jumps,
    join,
    simplify,
)
from viewer.geo.sphere import (
    RADIUS,
    bounding_cap,
    distance,
    great_circle,
    great_circles,
    lonlat,
    vectors,
    wrap,
)

__all__ = [
    "KINDS",
    "RADIUS",
    "AzimuthalEqualArea",
    "ConformalConic",
    "EqualEarth",
    "Extent",
    "Mercator",
    "Orthographic",
    "PlateCarree",
    "Projection",
    "distance",
    "extent",
    "fit",
    "graticule",
    "great_circle",
    "great_circles",
    "level_for",
    "make",
    "project_ragged",
    "scale_bar",
    "seen",
    "simplify",
]


#: West, south, east and north edge in metres.
Extent: TypeAlias = tuple[float, float, float, float]


@dataclass(frozen=True)
class Projection:
    """A projection of the sphere; equal parameters make equal projections.

    Parameters
    ----------
    lon0, lat0 : float
        Centre in degrees. Its image is (0, 0), and north is up there.
    """

    lon0: float = 0.0
    lat0: float = 0.0

    name: ClassVar[str]
    title: ClassVar[str]

    @property
    def params(self) -> dict[str, float]:
        """What besides the name defines the projection, in degrees; see `make`."""
        return asdict(self)

    def forward(self, lonlat: ArrayLike) -> Floats:
        """Project degrees, shape (N, 2), to metres, shape (N, 2); NaN for what is not shown."""
        raise NotImplementedError

    def inverse(self, xy: ArrayLike) -> Floats:
        """Turn metres, shape (N, 2), into degrees, shape (N, 2); NaN off the map."""
        raise NotImplementedError

    def clip(self, ragged: Ragged, kind: Kind) -> Ragged:
        """Project lines or rings; see `project_ragged`."""
        raise NotImplementedError

    @cached_property
    def outline(self) -> Ragged:
        """The edge of the map as one ring in metres: what is inside and not land is sea."""
        raise NotImplementedError

    def scale_at(self, xy: ArrayLike) -> float:
        """Return metres on the map per metre on the ground, along the map's x axis, at a point.

        Parameters
        ----------
        xy : array_like, shape (2,)
            Metres. Off the map the result is 1.
        """
        half = 500.0
        ends = self.inverse(np.add(xy, [(-half, 0.0), (half, 0.0)]))
        ground = float(distance(*ends))
        return float(2 * half / ground) if ground > 0 else 1.0


# --- Around a point ---------------------------------------------------------------------------


class _Azimuthal(Projection):
    """Shows a cap of the sphere. Works on vectors (east, north, up) as seen at the centre."""

    cap: ClassVar[float]
    """Angular radius of what is shown, in degrees."""

    @cached_property
    def _axes(self) -> Floats:
        lon, lat = np.radians((self.lon0, self.lat0))
        east = (-np.sin(lon), np.cos(lon), 0.0)
        up = (np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat))
        return np.array([east, np.cross(up, east), up])

    @cached_property
    def _limit(self) -> float:
        return float(np.cos(np.radians(self.cap)))

    def _plane(self, turned: Floats) -> Floats:
        """Project vectors as columns, shape (3, N), to metres, shape (N, 2)."""
        raise NotImplementedError

    def _up(self, radius: Floats) -> Floats:
        """Return how far up a point is that lies this many Earth radii from the map's centre."""
        raise NotImplementedError

    def forward(self, lonlat: ArrayLike) -> Floats:
        turned = self._axes @ vectors(lonlat)
        turned[:, turned[2] < self._limit - 1e-12] = np.nan
        return self._plane(turned)

    def inverse(self, xy: ArrayLike) -> Floats:
        east, north = np.reshape(xy, (-1, 2)).T / RADIUS
        radius = np.hypot(east, north)
        up = self._up(radius)
        up = np.where(up < self._limit - 1e-9, np.nan, up)
        out = np.sqrt(np.maximum(1 - up * up, 0)) / np.where(radius > 0, radius, 1)
        return lonlat(self._axes.T @ np.stack((east * out, north * out, up)))

    def clip(self, ragged: Ragged, kind: Kind) -> Ragged:
        turned = Ragged((self._axes @ vectors(ragged.xy)).T, ragged.starts, ragged.group)
        edge = Edge(lambda v: v[:, 2] - self._limit, _azimuth, self._at_rim, closed=True)
        shown = edge.clip(turned, kind)
        if kind == "area" and shown is not turned:
            # Retraction to the rim is right unless the antipode lies inside the ring: then the
            # rest of the disc is meant, which the even-odd rule gives if the disc is added.
            beyond = turned.xy[:, 2] < self._limit
            cut = np.logical_or.reduceat(beyond, ragged.starts[:-1])
            cut &= ~np.logical_and.reduceat(beyond, ragged.starts[:-1])
            around = cut & contains(ragged, (float(wrap(self.lon0 + 180.0)), -self.lat0))
            rim = self._rim()
            discs = (Ragged(rim.xy, rim.starts, group[None]) for group in ragged.group[around])
            shown = join(shown, *discs)
        return Ragged(self._plane(shown.xy.T), shown.starts, shown.group)

    def _at_rim(self, azimuth: Floats) -> Floats:
        azimuth, cap = np.radians(azimuth), np.radians(self.cap)
        east, north = np.sin(cap) * np.sin(azimuth), np.sin(cap) * np.cos(azimuth)
        return np.column_stack((east, north, np.full_like(east, self._limit)))

    def _rim(self) -> Ragged:
        xy = self._at_rim(np.arange(0.0, 360.0, STEP))
        return Ragged(xy, np.array([0, len(xy)], np.intp))

    @cached_property
    def outline(self) -> Ragged:
        rim = self._rim()
        return Ragged(self._plane(rim.xy.T), rim.starts)


def _azimuth(turned: Floats) -> Floats:
    return np.degrees(np.arctan2(turned[:, 0], turned[:, 1]))


class AzimuthalEqualArea(_Azimuthal):
    """Lambert azimuthal equal-area (Snyder, chapter 24)."""

    name = "laea"
    title = "Lambert azimuthal equal-area"
    # Beyond this, shapes are stretched more than threefold.
    cap = 140.0

    def _plane(self, turned: Floats) -> Floats:
        east, north, up = turned
        k = RADIUS * np.sqrt(2 / (1 + up))
        return np.column_stack((k * east, k * north))

    def _up(self, radius: Floats) -> Floats:
        return 1 - radius * radius / 2


class Orthographic(_Azimuthal):
    """The globe from far away (Snyder, chapter 20)."""

    name = "ortho"
    title = "Orthographic"
    cap = 90.0

    def _plane(self, turned: Floats) -> Floats:
        return RADIUS * turned[:2].T

    def _up(self, radius: Floats) -> Floats:
        return np.sqrt(np.where(radius <= 1 + 1e-12, np.maximum(1 - radius * radius, 0), np.nan))


# --- Around an axis ---------------------------------------------------------------------------


class _Axial(Projection):
    """Is cut along the meridian opposite its centre. Works on (longitude from centre, latitude)."""

    @property
    def _latitudes(self) -> tuple[float, float]:
        """The latitudes that are shown, in degrees."""
        return -90.0, 90.0

    def _plane(self, from_centre: Floats) -> Floats:
        """Project degrees east of the centre and north, shape (N, 2), to metres."""
        raise NotImplementedError

    def _degrees(self, xy: Floats) -> Floats:
        """Undo `_plane`."""
        raise NotImplementedError

    def forward(self, lonlat: ArrayLike) -> Floats:
        lon, lat = np.reshape(lonlat, (-1, 2)).T
        south, north = self._latitudes
        lat = np.where((lat >= south) & (lat <= north), lat, np.nan)
        return self._plane(np.column_stack((wrap(lon - self.lon0), lat)))

    def inverse(self, xy: ArrayLike) -> Floats:
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            lon, lat = self._degrees(np.reshape(xy, (-1, 2)).astype(float)).T
        south, north = self._latitudes
        shown = (np.abs(lon) <= 180 + 1e-9) & (lat >= south - 1e-9) & (lat <= north + 1e-9)
        lon = np.where(shown, wrap(lon + self.lon0), np.nan)
        return np.column_stack((lon, np.where(shown, lat, np.nan)))

    def clip(self, ragged: Ragged, kind: Kind) -> Ragged:
        if kind == "line":
            ragged = cut_jumps(ragged)
        lon0 = float(wrap(self.lon0))
        # The world as it lies, and what sticks out on one side once more on the other.
        turn = 360.0 if lon0 > 0 else -360.0
        shown = _shift(ragged, -lon0)
        beyond = shown.xy[:, 0] < -180 if lon0 > 0 else shown.xy[:, 0] > 180
        if beyond.any():
            some = np.logical_or.reduceat(beyond, shown.starts[:-1])
            every = np.logical_and.reduceat(beyond, shown.starts[:-1])
            shown = join(
                _clip_box(shown.take(~every), 0, (-180.0, 180.0), kind),
                _clip_box(_shift(shown.take(some), turn), 0, (-180.0, 180.0), kind),
            )
        shown = _clip_box(shown, 1, self._latitudes, kind)
        return Ragged(self._plane(shown.xy), shown.starts, shown.group)

    @cached_property
    def outline(self) -> Ragged:
        south, north = self._latitudes
        lon, lat = np.linspace(-180, 180, 181)[:-1], np.linspace(south, north, 91)[:-1]
        sides = (
            np.column_stack((lon, np.full_like(lon, south))),
            np.column_stack((np.full_like(lat, 180.0), lat)),
            np.column_stack((-lon, np.full_like(lon, north))),
            np.column_stack((np.full_like(lat, -180.0), lat[::-1] + (lat[1] - lat[0]))),
        )
        xy = self._plane(np.concatenate(sides))
        return Ragged(xy, np.array([0, len(xy)], np.intp))


def _shift(ragged: Ragged, lon: float) -> Ragged:
    return Ragged(ragged.xy + (lon, 0.0), ragged.starts, ragged.group)


def _clip_box(ragged: Ragged, axis: int, bounds: tuple[float, float], kind: Kind) -> Ragged:
    for bound, sign in zip(bounds, (1, -1), strict=True):
        ragged = _straight(axis, bound, sign).clip(ragged, kind)
    return ragged


def _straight(axis: int, bound: float, sign: int) -> Edge:
    """Return the edge ``xy[:, axis] == bound``; `sign` is where the inside is."""

    def at(place: Floats) -> Floats:
        columns = [np.full_like(place, bound), place]
        return np.column_stack(columns if axis == 0 else columns[::-1])

    return Edge(lambda xy: sign * (xy[:, axis] - bound), lambda xy: xy[:, 1 - axis], at)


class EqualEarth(_Axial):
    """Equal Earth (Šavrič, Patterson, Jenny 2019): equal-area, for the whole world."""

    name = "eqearth"
    title = "Equal Earth"

    _A: ClassVar = (1.340264, -0.081106, 0.000893, 0.003796)

    def _sums(self, theta: Floats) -> tuple[Floats, Floats]:
        """Return y in Earth radii and its derivative."""
        a1, a2, a3, a4 = self._A
        t2 = theta * theta
        t6 = t2 * t2 * t2
        return (
            theta * (a1 + a2 * t2 + t6 * (a3 + a4 * t2)),
            a1 + 3 * a2 * t2 + t6 * (7 * a3 + 9 * a4 * t2),
        )

    def _plane(self, from_centre: Floats) -> Floats:
        lon, lat = np.radians(from_centre.T)
        theta = np.arcsin(np.sqrt(3) / 2 * np.sin(lat))
        y, slope = self._sums(theta)
        return RADIUS * np.column_stack((2 / np.sqrt(3) * lon * np.cos(theta) / slope, y))

    def _degrees(self, xy: Floats) -> Floats:
        x, y = xy.T / RADIUS
        theta = y / 1.3
        for _ in range(12):
            value, slope = self._sums(theta)
            theta = theta - (value - y) / slope
        sine = np.sin(theta) * 2 / np.sqrt(3)
        lat = np.arcsin(np.where(np.abs(sine) < 1 + 1e-9, np.clip(sine, -1, 1), np.nan))
        lon = x * np.sqrt(3) / 2 * self._sums(theta)[1] / np.cos(theta)
        return np.column_stack((np.degrees(lon), np.degrees(lat)))


class PlateCarree(_Axial):
    """Plate carrée (Snyder, chapter 12): degrees as they are, true along the equator."""

    name = "eqc"
    title = "Plate carrée"

    def _plane(self, from_centre: Floats) -> Floats:
        return RADIUS * np.radians(from_centre - (0.0, self.lat0))

    def _degrees(self, xy: Floats) -> Floats:
        return np.degrees(xy / RADIUS) + (0.0, self.lat0)


class Mercator(_Axial):
    """Mercator (Snyder, chapter 7), true at the centre's latitude."""

    name = "merc"
    title = "Mercator"

    @property
    def _latitudes(self) -> tuple[float, float]:
        return -85.0, 85.0

    def _plane(self, from_centre: Floats) -> Floats:
        lon, lat = np.radians(from_centre.T)
        xy = np.column_stack((lon, np.arctanh(np.sin(lat))))
        phi = np.radians(self.lat0)
        return np.asarray(RADIUS * np.cos(phi) * (xy - (0.0, np.arctanh(np.sin(phi)))))

    def _degrees(self, xy: Floats) -> Floats:
        phi = np.radians(self.lat0)
        lon, y = (xy / (RADIUS * np.cos(phi)) + (0.0, np.arctanh(np.sin(phi)))).T
        return np.column_stack((np.degrees(lon), np.degrees(np.arcsin(np.tanh(y)))))


@dataclass(frozen=True)
class ConformalConic(_Axial):
    """Lambert conformal conic (Snyder, chapter 15).

    Parameters
    ----------
    lat1, lat2 : float
        Standard parallels in degrees, on the centre's side of the equator on the whole;
        ``lat1 + lat2`` must not be 0, for which Mercator is the limit.
    """

    lat1: float = 30.0
    lat2: float = 60.0

    name = "lcc"
    title = "Lambert conformal conic"

    @property
    def _latitudes(self) -> tuple[float, float]:
        # The far pole is infinitely far away.
        if self._cone[0] > 0:
            return max(self.lat0 - 70.0, -75.0), 90.0
        return -90.0, min(self.lat0 + 70.0, 75.0)

    @cached_property
    def _cone(self) -> tuple[float, float, float]:
        """The cone's constant, its factor, and the centre's distance from the apex, in radii."""
        one, two, centre = np.radians((self.lat1, self.lat2, self.lat0))
        if abs(one - two) < 1e-9:
            n = np.sin(one)
        else:
            n = np.log(np.cos(one) / np.cos(two)) / (
                np.arctanh(np.sin(two)) - np.arctanh(np.sin(one))
            )
        # tan(π/4 + φ/2) of the formulas is exp(artanh(sin φ)).
        factor = np.cos(one) * np.exp(n * np.arctanh(np.sin(one))) / n
        return float(n), float(factor), float(factor * np.exp(-n * np.arctanh(np.sin(centre))))

    def _plane(self, from_centre: Floats) -> Floats:
        n, factor, rho0 = self._cone
        lon, lat = np.radians(from_centre.T)
        sine = np.clip(np.sin(lat), -1 + 1e-15, 1 - 1e-15)
        rho = factor * np.exp(-n * np.arctanh(sine))
        return RADIUS * np.column_stack((rho * np.sin(n * lon), rho0 - rho * np.cos(n * lon)))

    def _degrees(self, xy: Floats) -> Floats:
        n, factor, rho0 = self._cone
        sign = np.sign(n)
        x, y = xy.T / RADIUS
        rho = sign * np.hypot(x, rho0 - y)
        lon = np.arctan2(sign * x, sign * (rho0 - y)) / n
        lat = np.arcsin(np.tanh(-np.log(rho / factor) / n))
        return np.column_stack((np.degrees(lon), np.degrees(lat)))


#: All projections by name.
KINDS: dict[str, type[Projection]] = {
    kind.name: kind
    for kind in (
        AzimuthalEqualArea,
        EqualEarth,
        ConformalConic,
        Mercator,
        PlateCarree,
        Orthographic,
    )
}


def make(name: str, **params: float) -> Projection:
    """Return a projection by its ``name`` and ``params``.

    Examples
    --------
    >>> make("laea", lon0=10.0, lat0=50.0).title
    'Lambert azimuthal equal-area'
    """
    return KINDS[name](**params)


# --- Choosing ---------------------------------------------------------------------------------

WORLD_SPAN = 140.0  # degrees of arc across the data: from here on the whole world is shown
REGION_SPAN = 25.0  # up to here a conformal map has no visible distortion of area


def fit(points: ArrayLike, margin: float = 0.1, min_span: float = 300_000.0) -> Projection:
    """Choose a projection for data.

    The world gets Equal Earth; a continent or an ocean the azimuthal equal-area projection
    around it; a region the conformal conic, or Mercator near the equator, which is the conic's
    limit there.

    Parameters
    ----------
    points : array_like, shape (N, 2)
        Longitude and latitude in degrees, EPSG:4326; rows that are not finite do not count.
    margin : float
        Share of the span that is shown around the data.
    min_span : float
        Metres that are shown at least.
    """
    points = _finite(points)
    if not len(points):
        return EqualEarth()
    (lon0, lat0), radius = bounding_cap(points)
    span = max(2 * radius * (1 + 2 * margin), float(np.degrees(min_span / RADIUS)))
    if 2 * radius > WORLD_SPAN:
        return EqualEarth(_central_meridian(points[:, 0]))
    lon0, lat0 = round(lon0, 2), round(lat0, 2)
    if span > REGION_SPAN or abs(lat0) > 75:
        return AzimuthalEqualArea(lon0, lat0)
    if abs(lat0) < 15:
        return Mercator(lon0, lat0)
    # The parallels that are true lie a sixth of the height from the edges (Snyder, page 105).
    return ConformalConic(lon0, lat0, round(lat0 - span / 3, 2), round(lat0 + span / 3, 2))


def _finite(points: ArrayLike) -> Floats:
    array: Floats = np.reshape(points, (-1, 2)).astype(np.float64)
    return array[np.isfinite(array).all(axis=1)]


def _central_meridian(lon: Floats) -> float:
    """Return 0, or a meridian amid the data if it straddles the antimeridian."""
    lon = np.sort(wrap(lon))
    gaps = np.append(lon[1:], lon[0] + 360) - lon
    widest = int(np.argmax(gaps))
    if widest == len(lon) - 1 or gaps[widest] < 60:
        return 0.0
    opposite = lon[widest] + gaps[widest] / 2 + 180
    return float(wrap(np.round(opposite, -1)))


def extent(
    projection: Projection, points: ArrayLike, margin: float = 0.1, min_span: float = 300_000.0
) -> Extent:
    """Return the part of the map that shows points, with a margin.

    Parameters
    ----------
    projection : Projection
        The map.
    points : array_like, shape (N, 2)
        Longitude and latitude in degrees, EPSG:4326. If none can be shown, the result is the
        whole map.
    margin : float
        Share of the larger side that is added on each side.
    min_span : float
        Smallest width and height in metres, so that a single place has surroundings.

    Returns
    -------
    (xmin, ymin, xmax, ymax)
        Metres.
    """
    xy = _finite(projection.forward(_finite(points)))
    if not len(xy):
        xy, min_span = projection.outline.xy, 0.0
    low, high = xy.min(axis=0), xy.max(axis=0)
    centre, size = (low + high) / 2, high - low
    half = np.maximum(size + 2 * margin * size.max(), min_span) / 2
    return (*map(float, centre - half), *map(float, centre + half))  # type: ignore[return-value]


def project_ragged(
    projection: Projection, ragged: Ragged, kind: Kind = "line", view: Extent | None = None
) -> Ragged:
    """Project lines or rings, cut to what the projection shows.

    Parameters
    ----------
    projection : Projection
        The map.
    ragged : Ragged
        Degrees, EPSG:4326. Rings must be cut at ±180° as those of the basemap are; lines may
        jump there. Segments of more than about 2° are not curved.
    kind : {"line", "area"}
        Lines are broken where the map is, so that none runs across it. Rings are closed along
        the edge of the map.
    view : (xmin, ymin, xmax, ymax), optional
        Metres. If given, parts that lie clear of it may be left out, which is much faster for
        the 10m level in a small view; a view of the same size beside it would show gaps.

    Returns
    -------
    Ragged
        Metres. A part may become several, of the same group; the order of parts may change.
    """
    if view is not None:
        west, south, east, north = seen(projection, view)
        # Bounds that run over ±180° would need two pieces: such views are few, leave them whole.
        bounds = (west, east) if west > -180 and east < 180 else (-180.0, 180.0)
        ragged = _clip_box(_clip_box(ragged, 1, (south, north), kind), 0, bounds, kind)
    return projection.clip(ragged, kind) if len(ragged) else ragged


# --- Furniture --------------------------------------------------------------------------------

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
        Degrees between lines; by default some five lines cross the view.

    Returns
    -------
    Ragged
        Lines in metres; group 0 are meridians, 1 parallels.
    """
    west, south, east, north = seen(projection, view)
    if not west < east:
        return Ragged(np.empty((0, 2)), np.zeros(1, np.intp))
    if step is None:
        side = np.degrees(min(view[2] - view[0], view[3] - view[1]) / RADIUS)
        step = min(_STEPS, key=lambda s: abs(np.log(side / 5 / s)))
    fine = min(step / 5, 1.0)
    lon = np.linspace(west, east, int((east - west) / fine) + 2)
    lat = np.linspace(south, north, int((north - south) / fine) + 2)
    # Near a pole the meridians would run together: only every 90° one goes all the way.
    clear = lat[np.abs(lat) <= 90 - min(step, 10.0)]
    parts = [
        np.column_stack((np.full(len(along), wrap(at)), along))
        for at in np.arange(np.ceil(west / step) * step, min(east, west + 359.999), step)
        for along in (lat if at % 90 == 0 else clear,)
    ]
    meridians = len(parts)
    parts += [
        np.column_stack((wrap(lon), np.full(len(lon), at)))
        for at in np.arange(np.ceil(south / step) * step, north + 1e-9, step)
        if abs(at) < 90 - 1e-9
    ]
    sizes = np.array([len(part) for part in parts])
    group = (np.arange(len(parts)) >= meridians).astype(np.intp)
    lines = Ragged(np.concatenate(parts), offsets(sizes), group)
    return project_ragged(projection, lines.take(sizes > 1))


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
    shown = _finite(projection.inverse(np.column_stack((x.ravel(), y.ravel()))))
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
    if at_pole.any():
        west, east = -180.0, 180.0
    return float(middle + west), float(south), float(middle + east), float(north)


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

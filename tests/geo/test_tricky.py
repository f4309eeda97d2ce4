"""Shapes that flat maps get wrong, in every projection and from several sides."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from viewer.geo import projection as geo
from viewer.geo.basemap import Ragged
from viewer.geo.cut import dense, outlines, ready
from viewer.geo.sphere import RADIUS, distance, great_circle, vectors

Points = list[tuple[float, float]]

CENTRES = [(0.0, 0.0), (-170.0, -40.0), (100.0, 75.0), (180.0, 30.0)]
MAPS = [
    geo.fit([(lon - 3, max(lat - 3, -90)), (lon + 3, min(lat + 3, 90))], kind)
    for kind in geo.KINDS
    for lon, lat in CENTRES
]


def name(projection: geo.Projection) -> str:
    return f"{projection.name} {projection.lon0:g} {projection.lat0:g}"


AREAS: dict[str, Points] = {
    "over the antimeridian": [(170, -10), (-165, -10), (-165, 20), (170, 20)],
    "Fiji": [(177.2, -17.3), (179.4, -16.1), (-179.8, -16.2), (-179.9, -17.0), (178.7, -19.1)],
    "Chukotka": [(160, 62), (175, 62), (-173, 64), (-169.7, 66.1), (180, 69), (170, 70), (160, 69)],
    "Antarctica, as it lies": [(lon, -70 + 5 * np.sin(lon)) for lon in range(-180, 180, 5)],
    "Antarctica, closed along the pole": [
        (-180, -90), *[(lon, -72.0) for lon in range(-180, 181, 4)], (180, -90),
    ],
    "over the north pole": [(-120, 80), (0, 78), (120, 82)],
    "round the north pole, clockwise": [(120, 82), (0, 78), (-120, 80)],
    "touches the antimeridian": [(150, 0), (180, 5), (180, 15), (150, 20)],
    "touches it from the east": [(-180, -30), (-160, -30), (-160, -10), (-180, -20)],
    "clockwise": [(10, 50), (30, 60), (40, 45)],
    "counter-clockwise": [(40, 45), (30, 60), (10, 50)],
    "wide": [(-100, -20), (70, -20), (70, 30), (-100, 30)],
    "to the pole and back": [(30, 60), (50, 60), (50, 90), (30, 90)],
}  # fmt: skip
LINES: dict[str, Points] = {
    "along 180": [(180, lat) for lat in range(-80, 81, 10)],
    "along -180": [(-180, lat) for lat in range(-80, 81, 10)],
    "along 180 in turns": [(180 - 360 * (i % 2), 5.0 * i) for i in range(12)],
    "up to the pole": [(25, 0), (25, 90)],
    "over the pole": [(25, 60), (25, 90), (-155, 90), (-155, 60)],
    "round the world": [(lon, 35.0) for lon in [*range(0, 180, 20), *range(-180, 1, 20)]],
    "zero length": [(12, 34), (12, 34)],
    "a point off in the void": [(0, 0), (np.nan, 5), (10, 0), (20, 0)],
}  # fmt: skip
ROUTES = {
    "Tokyo – San Francisco": ((139.7, 35.7), (-122.4, 37.8)),
    "Auckland – Santiago": ((174.8, -36.8), (-70.7, -33.4)),
    "pole to pole": ((0.0, 90.0), (0.0, -90.0)),
    "antipodes": ((10.0, 20.0), (-170.0, -20.0)),
    "along the equator": ((170.0, 0.0), (-100.0, 0.0)),
    "to where it is": ((44.4, 33.3), (44.4, 33.3)),
    "next door": ((44.4, 33.3), (44.4001, 33.3)),
    "along 180": ((180.0, -50.0), (-180.0, 50.0)),
}


def ragged(*parts: Points) -> Ragged:
    xy = np.array([point for part in parts for point in part], float)
    return Ragged(xy, np.cumsum([0, *map(len, parts)]))


def nearest(points: np.ndarray, to: np.ndarray) -> np.ndarray:
    """Degrees of arc from each point to the nearest of others."""
    return np.degrees(np.arccos(np.clip((vectors(points).T @ vectors(to)).max(axis=1), -1, 1)))


def rounded(points: Points, closed: bool) -> np.ndarray:
    """The outline of a shape as it lies on the globe, a vertex every degree and a half."""
    xy = np.array(points, float)
    xy = xy[np.isfinite(xy).all(axis=1)]
    if closed:
        xy = np.vstack([xy, xy[:1]])
    out = [xy[:1]]
    for a, b in pairwise(xy):
        step = b - a
        if abs(step[0]) > 180 and (abs(step[0]) < 360 or not closed):
            step[0] -= np.sign(step[0]) * 360
        share = np.linspace(0, 1, int(np.abs(step).max()) + 2)[1:, None]
        out.append(a + share * step)
    return np.concatenate(out)


def on_rim(projection: geo.Projection, xy: np.ndarray) -> np.ndarray:
    """Which points lie on the edge of the map, as far as its corners tell."""
    rim = np.vstack([projection.outline.xy, projection.outline.xy[:1]])
    a, step = rim[:-1], np.diff(rim, axis=0)
    square = np.maximum((step**2).sum(axis=1), 1e-9)
    along = np.clip(((xy[:, None] - a) * step).sum(axis=2) / square, 0, 1)
    away = np.hypot(*(xy[:, None] - a - along[..., None] * step).transpose(2, 0, 1)).min(axis=1)
    return away < 0.004 * np.ptp(rim, axis=0).max()


def check(projection: geo.Projection, shown: Ragged, truth: np.ndarray, closed: bool) -> None:
    """Every segment drawn lies where the shape does, or along the edge of the map."""
    assert np.isfinite(shown.xy).all()
    for part in shown.pieces():
        ends = np.vstack([part, part[:1]]) if closed else part
        spots = np.concatenate([ends[:-1] + t * np.diff(ends, axis=0) for t in (0.25, 0.5, 0.75)])
        rim = on_rim(projection, spots)
        if not closed:
            rim[:] = False
        lonlat = projection.inverse(spots[~rim])
        # Where a chord leaves a curved edge of the map there is no ground under it.
        lonlat = lonlat[np.isfinite(lonlat).all(axis=1)]
        if closed:
            # Two pieces of one shape meet where it was cut: filled together, that does not show.
            lonlat = lonlat[(np.abs(lonlat) < (179.6, 88.0)).all(axis=1)]
        if len(lonlat):
            assert nearest(lonlat, truth).max() < 1.6


@pytest.mark.parametrize("projection", MAPS, ids=name)
@pytest.mark.parametrize("shape", AREAS)
def test_areas_have_no_stray_edge(projection: geo.Projection, shape: str) -> None:
    shown = geo.project_ragged(projection, ragged(AREAS[shape]), "area")
    check(projection, shown, rounded(AREAS[shape], closed=True), closed=True)


@pytest.mark.parametrize("projection", MAPS, ids=name)
@pytest.mark.parametrize("shape", [key for key in AREAS if "touches" not in key])
def test_outlines_of_areas_do_not_show_where_they_were_cut(
    projection: geo.Projection, shape: str
) -> None:
    lines = outlines(ready(ragged(AREAS[shape]), "area"))
    truth = rounded(AREAS[shape], closed=True)
    if "closed along" in shape:
        truth = truth[truth[:, 1] > -89]
    check(projection, geo.project_ragged(projection, lines), truth, closed=False)


@pytest.mark.parametrize("projection", MAPS, ids=name)
@pytest.mark.parametrize("shape", LINES)
def test_lines_do_not_stray(projection: geo.Projection, shape: str) -> None:
    shown = geo.project_ragged(projection, ragged(LINES[shape]), "line")
    check(projection, shown, rounded(LINES[shape], closed=False), closed=False)


@pytest.mark.parametrize("projection", MAPS, ids=name)
@pytest.mark.parametrize("route", ROUTES)
def test_routes_do_not_stray(projection: geo.Projection, route: str) -> None:
    way = great_circle(*ROUTES[route])
    shown = geo.project_ragged(projection, Ragged(way, np.array([0, len(way)])))
    assert np.isfinite(shown.xy).all()
    check(projection, shown, way, closed=False)
    if projection.name in {"eqearth", "robin", "eqc"}:
        # Nothing of the way is lost on a map of the whole world.
        assert not len(shown.xy) or nearest(way, projection.inverse(shown.xy)).max() < 0.01


def sphere_area(points: Points) -> float:
    """Area on the sphere of a ring of straight lines in degrees, in square metres."""
    xy = rounded(points, closed=True)
    lon, lat = np.radians(xy).T
    step = (np.diff(lon) + np.pi) % (2 * np.pi) - np.pi
    area = np.sum(step * (np.sin(lat[:-1]) + np.sin(lat[1:])) / 2)
    if abs(step.sum()) > 1:
        area = 2 * np.pi - abs(area)
    return float(abs(area)) * RADIUS**2


def flat_area(shown: Ragged) -> float:
    shapely = pytest.importorskip("shapely")
    shape = shapely.Polygon()
    for ring in shown.pieces():
        shape = shape.symmetric_difference(shapely.Polygon(ring).buffer(0))
    return float(shape.area)


def shows_all_of(projection: geo.Projection, shape: str) -> bool:
    """Whether no part of an area lies beyond what a map shows."""
    centre = projection.lon0, projection.lat0
    away = distance(rounded(AREAS[shape], closed=True), centre) / RADIUS
    return bool(np.degrees(away.max()) <= getattr(projection, "cap", 180.0))


@pytest.mark.parametrize(
    ("projection", "shape"),
    [
        pytest.param(projection, shape, id=f"{name(projection)}-{shape}")
        for projection in MAPS
        if projection.name in {"laea", "eqearth"}
        for shape in AREAS
        if shows_all_of(projection, shape)
    ],
)
def test_equal_area_maps_keep_areas(projection: geo.Projection, shape: str) -> None:
    points = AREAS[shape]
    shown = geo.project_ragged(projection, ragged(points), "area")
    expected = sphere_area(points)
    if "Antarctica, closed" in shape:
        expected = 2 * np.pi * RADIUS**2 * (1 - np.sin(np.radians(72)))
    assert flat_area(shown) == pytest.approx(expected, rel=0.02)


@pytest.mark.parametrize("centre", CENTRES)
def test_the_globe_hides_its_far_side(centre: tuple[float, float]) -> None:
    globe = geo.Orthographic(*centre)
    spots = np.array([(lon, lat) for lon in range(-180, 180, 15) for lat in range(-90, 91, 15)])
    arc = np.degrees(distance(spots, centre) / RADIUS)
    xy = globe.forward(spots)
    assert np.isfinite(xy[arc < 89.9]).all()
    assert np.isnan(xy[arc > 90.1]).all()


# Between antipodes there is more than one geodesic.
@pytest.mark.parametrize("route", sorted(set(ROUTES) - {"pole to pole", "antipodes"}))
def test_routes_follow_the_geodesic(route: str) -> None:
    pyproj = pytest.importorskip("pyproj")
    start, end = ROUTES[route]
    geod = pyproj.Geod(a=RADIUS, b=RADIUS)
    way = great_circle(start, end)
    theirs = np.array([start, *geod.npts(*start, *end, 2000), end])
    assert nearest(way, theirs).max() < 0.1


def across(start: tuple[float, float], end: tuple[float, float]) -> np.ndarray:
    """The axis of the great circle through two points; over the north pole between antipodes."""
    a, b = vectors([start, end]).T
    axis = np.cross(a, b)
    if np.linalg.norm(axis) < 1e-9:
        axis = np.cross(a, (0.0, 0.0, 1.0) if abs(a[2]) < 0.999 else (1.0, 0.0, 0.0))
    return axis / np.linalg.norm(axis)


@pytest.mark.parametrize("projection", MAPS, ids=name)
def test_a_route_is_drawn_within_a_tenth_of_a_degree(projection: geo.Projection) -> None:
    for route, (start, end) in ROUTES.items():
        if start == end:
            continue
        way = great_circle(start, end)
        shown = geo.project_ragged(projection, Ragged(way, np.array([0, len(way)])))
        for part in shown.pieces():
            middles = projection.inverse((part[1:] + part[:-1]) / 2)
            # At the very edge of the globe a pixel is many degrees deep.
            rim = np.hypot(*((part[1:] + part[:-1]) / 2).T) > 0.99 * RADIUS
            middles = middles[
                np.isfinite(middles).all(axis=1) & ~(rim & (projection.name == "ortho"))
            ]
            off = np.degrees(np.arcsin(np.abs(across(start, end) @ vectors(middles))))
            assert off.max(initial=0.0) < 0.1, route


def test_holes_stay_holes_over_the_antimeridian() -> None:
    outer = [(170, -20), (-170, -20), (-170, 20), (170, 20)]
    inner = [(175, -10), (-175, -10), (-175, 10), (175, 10)]
    shown = geo.project_ragged(geo.EqualEarth(), ragged(outer, inner), "area")
    expected = sphere_area(outer) - sphere_area(inner)
    assert flat_area(shown) == pytest.approx(expected, rel=0.02)
    assert set(shown.group.tolist()) == {0}


def test_shapes_that_need_nothing_are_left_as_they_are() -> None:
    small = ragged([(1.0, 1.0), (2.0, 1.0), (2.0, 2.0)])
    assert dense(small, "area") is small

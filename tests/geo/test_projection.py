"""Projections against PROJ, and whole basemaps through each of them."""

from __future__ import annotations

import time
from itertools import product

import numpy as np
import pytest

from viewer.geo import projection as geo
from viewer.geo.basemap import LEVELS, Ragged, level_for, load
from viewer.geo.sphere import RADIUS, distance, great_circle

R = RADIUS
RNG = np.random.default_rng(7)
WORLD = np.column_stack(
    (RNG.uniform(-180, 180, 4000), np.degrees(np.arcsin(RNG.uniform(-1, 1, 4000))))
)

CASES = {
    "laea": (geo.AzimuthalEqualArea(8.7, 57.2), f"+proj=laea +lat_0=57.2 +lon_0=8.7 +R={R}"),
    "laea-south": (geo.AzimuthalEqualArea(-170, -90), f"+proj=laea +lat_0=-90 +lon_0=-170 +R={R}"),
    "ortho": (geo.Orthographic(-60, 20), f"+proj=ortho +lat_0=20 +lon_0=-60 +R={R}"),
    "eqearth": (geo.EqualEarth(-170), f"+proj=eqearth +lon_0=-170 +R={R}"),
    "lcc": (
        geo.ConformalConic(44, 34, 32, 36),
        f"+proj=lcc +lat_0=34 +lon_0=44 +lat_1=32 +lat_2=36 +R={R}",
    ),
    "lcc-south": (
        geo.ConformalConic(-65, -35, -30, -30),
        f"+proj=lcc +lat_0=-35 +lon_0=-65 +lat_1=-30 +R={R}",
    ),
    "robin": (geo.Robinson(-170), f"+proj=robin +lon_0=-170 +R={R}"),
    "merc": (geo.Mercator(110, 0), f"+proj=merc +lon_0=110 +R={R}"),
    "eqc": (geo.PlateCarree(30), f"+proj=eqc +lon_0=30 +R={R}"),
}
CENTRES = [(0.0, 0.0), (8.7, 57.2), (-170.0, 10.0), (179.99, 65.0), (100.0, 80.0), (-60.0, -75.0)]


def maps() -> list[geo.Projection]:
    kinds = [kind for name, kind in geo.KINDS.items() if name != "lcc"]
    conics = [geo.ConformalConic(lon, 40, 35, 45) for lon, _ in CENTRES]
    return [kind(*centre) for kind in kinds for centre in CENTRES if kind.name != "merc" or
            abs(centre[1]) < 60] + conics + [geo.ConformalConic(150, -30, -40, -20)]  # fmt: skip


def name(projection: geo.Projection) -> str:
    return f"{projection.name} {projection.lon0:g} {projection.lat0:g}"


@pytest.mark.parametrize("case", CASES)
def test_forward_is_what_proj_says(case: str) -> None:
    pyproj = pytest.importorskip("pyproj")
    ours, definition = CASES[case]
    xy = ours.forward(WORLD)
    shown = np.isfinite(xy).all(axis=1)
    assert shown.sum() > 1000
    theirs = np.column_stack(pyproj.Proj(definition)(*WORLD[shown].T))
    # Robinson is given by a table, and PROJ fills it by splines of its own.
    wide = {"atol": 10.0} if case == "robin" else {"atol": 0.001, "rtol": 1e-9}
    np.testing.assert_allclose(xy[shown], theirs, **wide)


@pytest.mark.parametrize("case", CASES)
def test_round_trip(case: str) -> None:
    projection, _ = CASES[case]
    points = np.vstack([WORLD, [(projection.lon0, projection.lat0)]])
    xy = projection.forward(points)
    shown = np.isfinite(xy).all(axis=1)
    assert distance(projection.inverse(xy[shown]), points[shown]).max() < 0.1
    np.testing.assert_allclose(
        projection.forward([(projection.lon0, projection.lat0)]),
        [(0, projection.forward([(projection.lon0, projection.lat0)])[0, 1])],
        atol=1e-6,
    )


@pytest.mark.parametrize("projection", maps(), ids=name)
def test_inverse_is_nan_off_the_map(projection: geo.Projection) -> None:
    assert np.isnan(projection.inverse([(9e7, 9e7), (-9e7, 3e7)])).all()


@pytest.mark.parametrize("kind", [geo.AzimuthalEqualArea, geo.ConformalConic, geo.Mercator])
def test_north_is_up_and_distances_are_true_at_the_centre(kind: type[geo.Projection]) -> None:
    params = {"lat1": 35.0, "lat2": 35.0} if kind is geo.ConformalConic else {}
    projection = kind(51.4, 35.0, **params)
    (x0, y0), (x1, y1), (x2, _) = projection.forward([(51.4, 35), (51.4, 35.1), (51.5, 35)])
    assert (x0, y0) == pytest.approx((0, 0), abs=1e-6)
    assert x1 == pytest.approx(0, abs=1e-6)
    assert y1 == pytest.approx(float(distance((51.4, 35), (51.4, 35.1))), rel=1e-3)
    assert x2 == pytest.approx(float(distance((51.4, 35), (51.5, 35))), rel=1e-4)
    assert projection.scale_at((0, 0)) == pytest.approx(1, abs=1e-4)


# --- Whole basemaps ---------------------------------------------------------------------------


def segments(ragged: Ragged, closed: bool) -> np.ndarray:
    if closed:
        steps = [np.roll(part, -1, axis=0) - part for part in ragged.pieces()]
    else:
        steps = [np.diff(part, axis=0) for part in ragged.pieces()]
    return np.hypot(*np.concatenate(steps).T)


@pytest.mark.parametrize("projection", maps(), ids=name)
@pytest.mark.parametrize("level", ["110m", "50m"])
def test_no_segment_crosses_the_map(projection: geo.Projection, level: str) -> None:
    source, width = load(level), np.ptp(projection.outline.xy, axis=0).max()
    low, high = projection.outline.xy.min(0) - 1, projection.outline.xy.max(0) + 1
    for layer, kind in (
        ("land", "area"), ("lakes", "area"), ("countries", "area"),
        ("coast", "line"), ("borders", "line"), ("rivers", "line"),
    ):  # fmt: skip
        shown = geo.project_ragged(projection, getattr(source, layer), kind)
        assert np.isfinite(shown.xy).all(), layer
        assert (shown.xy >= low).all() and (shown.xy <= high).all(), layer
        assert np.diff(shown.starts).min() >= 2, layer
        assert shown.starts[-1] == len(shown.xy) and len(shown.group) == len(shown)
        assert segments(shown, kind == "area").max() < 0.05 * width, layer


def doubled_area(xy: np.ndarray) -> float:
    x, y = xy.T
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))


def area(ragged: Ragged) -> float:
    """Area under the even-odd rule, for rings that nest or lie apart."""
    shapely = pytest.importorskip("shapely")
    total = 0.0
    for group in np.unique(ragged.group):
        shape = shapely.Polygon()
        for ring in ragged.take(ragged.group == group).pieces():
            shape = shape.symmetric_difference(shapely.Polygon(ring).buffer(0))
        total += shape.area
    return total


def test_equal_area_maps_keep_the_area_of_the_land() -> None:
    expected = area(geo.project_ragged(geo.EqualEarth(), load("110m").land, "area"))
    assert expected == pytest.approx(147e12, rel=0.02)
    for lon in (-170.0, -100.0, 30.0, 179.9):
        shown = geo.project_ragged(geo.EqualEarth(lon), load("110m").land, "area")
        assert area(shown) == pytest.approx(expected, rel=2e-3)


@pytest.mark.parametrize("centre", [(20, 10), (8.7, 57.2), (100, 80), (0, 90), (-120, -20)])
def test_the_cap_shows_the_land_within_it(centre: tuple[float, float]) -> None:
    """Also when the antipode is on land, as of (100, 80) and the north pole in Antarctica."""
    projection = geo.AzimuthalEqualArea(*centre)
    land = load("110m").land
    shown = geo.project_ragged(projection, land, "area")
    z = RNG.uniform(np.cos(np.radians(projection.cap)), 1, 3000)
    azimuth = RNG.uniform(0, 2 * np.pi, 3000)
    radius = RADIUS * np.sqrt(2 * (1 - z))
    points = np.column_stack((radius * np.sin(azimuth), radius * np.cos(azimuth)))
    disc = np.pi * np.hypot(*projection.outline.xy.T).max() ** 2
    on_land = [odd(land, point) for point in projection.inverse(points)]
    differ = np.mean(np.array(on_land) != [odd(shown, point) for point in points])
    assert differ < 0.004
    assert area(shown) / disc == pytest.approx(np.mean(on_land), abs=0.03)


def odd(ragged: Ragged, point: np.ndarray) -> bool:
    from viewer.geo.clip import contains

    return bool(contains(ragged, point).sum() % 2)


@pytest.mark.parametrize("lon0", [0.0, 30.0, 178.0, -170.0])
def test_areas_at_the_antimeridian_are_where_they_belong(lon0: float) -> None:
    projection = geo.EqualEarth(lon0)
    shown = geo.project_ragged(projection, load("50m").land, "area")
    inside = [
        (178, -17.8),
        (-179.9, 68),
        (179.9, 68),
        (179.99, 67),
        (0, -89),
        (-175, -85),
        (100, 60),
    ]
    outside = [(-179, 0), (179, 0), (0, 0), (-30, 40), (170, 80)]
    assert [odd(shown, xy) for xy in projection.forward(inside)] == [True] * len(inside)
    assert [odd(shown, xy) for xy in projection.forward(outside)] == [False] * len(outside)


def test_projecting_is_quick() -> None:
    source, projection = load("50m"), geo.AzimuthalEqualArea(8.7, 57.2)
    layers = ((source.land, "area"), (source.coast, "line"), (source.borders, "line"))
    taken = []
    for _ in range(7):
        start = time.perf_counter()
        for ragged, kind in layers:
            geo.project_ragged(projection, ragged, kind)
        taken.append(time.perf_counter() - start)
    # 40 ms is the budget, kept by the benchmarks; a busy machine gets some grace here.
    assert min(taken) < 0.12


# --- Choosing ---------------------------------------------------------------------------------

OTTAWA, TEHRAN, BAGHDAD, ERBIL = (-75.70, 45.41), (51.42, 35.69), (44.40, 33.34), (44.01, 36.19)
OMAN, MUNICH, TOKYO, FRISCO = (57.0, 21.0), (11.58, 48.14), (139.7, 35.7), (-122.4, 37.8)


def test_fit_picks_by_extent() -> None:
    first = geo.fit([OTTAWA, TEHRAN, BAGHDAD, ERBIL, OMAN, MUNICH])
    assert first.name == "laea"
    assert distance((first.lon0, first.lat0), (-75.7, 45.4)) < 6.5e6
    assert geo.fit([BAGHDAD, ERBIL]).name == "lcc"
    assert geo.fit([BAGHDAD]).name == "lcc"
    assert geo.fit([(106.8, -6.2), (103.8, 1.3)]).name == "merc"
    assert geo.fit([(15.6, 78.2)]).name == "laea"
    assert geo.fit([TOKYO, FRISCO]).name == "laea"
    assert geo.fit([OTTAWA, TEHRAN, (151, -34), (-58, -34), (18, -34)]) == geo.EqualEarth()
    assert geo.fit([]) == geo.EqualEarth()
    assert geo.fit([(np.nan, 1)]) == geo.EqualEarth()


def test_fit_centres_data_about_the_pacific() -> None:
    projection = geo.fit([(130, 35), (150, -38), (-75, -50), (-75, 45), (-149, 62), (115, -32)])
    assert projection.name == "eqearth"
    assert abs(projection.lon0) > 120
    laea = geo.fit([TOKYO, FRISCO])
    assert abs(laea.lon0) > 160


def test_fit_does_not_depend_on_order_and_takes_many_points() -> None:
    points = RNG.normal((45, 33), (2, 2), (200_000, 2))
    start = time.perf_counter()
    projection = geo.fit(points)
    assert time.perf_counter() - start < 1
    assert projection.name == "lcc"
    assert distance((projection.lon0, projection.lat0), (45, 33)) < 150_000


def test_bounding_cap_is_the_smallest() -> None:
    from viewer.geo.sphere import bounding_cap

    (lon, lat), radius = bounding_cap([(-10, 0), (10, 0), (0, 3)])
    assert (lon, lat) == pytest.approx((0, 0), abs=0.2)
    assert radius == pytest.approx(10, abs=0.1)


def test_make_restores_name_and_params() -> None:
    for projection in (geo.ConformalConic(44, 34, 32, 36), geo.EqualEarth(10), geo.fit([OTTAWA])):
        assert geo.make(projection.name, **projection.params) == projection


# --- Great circles, graticule, scale bar ------------------------------------------------------


def test_great_circle_is_near_the_geodesic() -> None:
    pyproj = pytest.importorskip("pyproj")
    geod = pyproj.Geod(ellps="WGS84")
    for a, b in ((OTTAWA, TEHRAN), (TOKYO, FRISCO), (BAGHDAD, ERBIL), ((-70, -33), (151, -34))):
        ours = great_circle(a, b)
        theirs = np.array([a, *geod.npts(*a, *b, 5000), b])
        # The nearest of theirs to each of ours, across the way.
        off = [distance(theirs, point).min() for point in ours]
        assert np.degrees(max(off) / R) < 0.1
        _, _, length = geod.inv(*a, *b)
        assert distance(a, b) == pytest.approx(length, rel=0.006)


def test_tokyo_to_san_francisco_goes_over_the_pacific() -> None:
    way = great_circle(TOKYO, FRISCO)
    assert tuple(way[0]) == TOKYO and tuple(way[-1]) == FRISCO
    assert 45 < way[:, 1].max() < 50
    assert (np.abs(way[:, 0]) > 120).all()
    lines = Ragged(way, np.array([0, len(way)]))
    for projection in (
        geo.EqualEarth(),
        geo.PlateCarree(),
        geo.EqualEarth(180),
        geo.EqualEarth(-100),
    ):
        shown = geo.project_ragged(projection, lines)
        assert segments(shown, closed=False).max() < 0.02 * 4e7
        ends = np.vstack([shown.xy[shown.starts[:-1]], shown.xy[shown.starts[1:] - 1]])
        for place in (TOKYO, FRISCO):
            assert np.hypot(*(ends - projection.forward([place])).T).min() < 1
    whole = geo.project_ragged(geo.EqualEarth(180), lines)
    total = np.concatenate([np.diff(part, axis=0) for part in whole.pieces()])
    assert np.hypot(*total.T).sum() > 8e6


def around(projection: geo.Projection, points: list[tuple[float, float]]) -> geo.Extent:
    xy = projection.forward(points)
    low, high = xy.min(axis=0) - 2e5, xy.max(axis=0) + 2e5
    return (*low.tolist(), *high.tolist())


@pytest.mark.parametrize(
    ("points", "low", "high"),
    [([BAGHDAD, ERBIL], 3, 40), ([OTTAWA, TEHRAN], 6, 60), ([OTTAWA, (151, -34), TEHRAN], 8, 60)],
)
def test_graticule_has_a_few_lines(points: list[tuple[float, float]], low: int, high: int) -> None:
    projection = geo.fit(points)
    view = around(projection, points)
    lines = geo.graticule(projection, view)
    assert low <= len(lines) <= high
    assert set(lines.group.tolist()) == {0, 1}
    assert segments(lines, closed=False).max() < 0.04 * np.ptp(projection.outline.xy, axis=0).max()


@pytest.mark.parametrize("projection", maps(), ids=name)
def test_graticule_of_the_whole_map(projection: geo.Projection) -> None:
    outline = projection.outline.xy
    lines = geo.graticule(projection, (*outline.min(0), *outline.max(0)), 30)
    assert np.isfinite(lines.xy).all()
    assert 10 <= len(lines) <= 60
    assert segments(lines, closed=False).max() < 0.05 * np.ptp(outline, axis=0).max()


def test_graticule_lines_are_at_multiples_of_the_step() -> None:
    projection = geo.Mercator(178, 3)
    lines = geo.graticule(projection, (-8e5, -8e5, 8e5, 8e5), 2)
    for part, group in zip(lines.pieces(), lines.group, strict=True):
        value = projection.inverse(part)[:, group]
        off = (value + 1) % 2 - 1
        assert np.abs(off).max() < 1e-6


def maps_with_poles() -> list[tuple[geo.Projection, float]]:
    """Return maps with a latitude next to a pole that they show."""
    both = product(maps(), (-89.9, 89.9))
    return [(p, lat) for p, lat in both if np.isfinite(p.forward([(p.lon0 + 1, lat)])).all()]


@pytest.mark.parametrize(("projection", "latitude"), maps_with_poles())
def test_at_a_pole_the_graticule_has_no_more_lines_than_elsewhere(
    projection: geo.Projection, latitude: float
) -> None:
    x, y = projection.forward([(projection.lon0 + 1, latitude)])[0].tolist()
    lines = geo.graticule(projection, (x - 1e5, y - 1e5, x + 1e5, y + 1e5), 0.1)
    assert len(lines.xy) < 80_000
    assert np.bincount(lines.group, minlength=2).max() <= 200
    for part, group in zip(lines.pieces(), lines.group, strict=True):
        lonlat = projection.inverse(part)
        # At the pole itself every longitude is right.
        off = (lonlat[np.abs(lonlat[:, 1]) < 89.99, group] + 0.05) % 0.1 - 0.05
        assert np.abs(off).max(initial=0.0) < 1e-3


def test_between_two_lines_there_is_no_graticule() -> None:
    projection = geo.Mercator(0, 0)
    x, y = projection.forward([(0.5, 0.5)])[0].tolist()
    assert len(geo.graticule(projection, (x - 50, y - 50, x + 50, y + 50), 1)) == 0


def test_scale_bar_is_round_and_true() -> None:
    projection = geo.EqualEarth()
    lon, lat = 25.0, 60.0
    x, y = projection.forward([(lon, lat)])[0]
    view = (x - 1e6, y - 6e5, x + 1e6, y + 6e5)
    length, pixels = geo.scale_bar(projection, view, 1000, max_px=150)
    assert str(round(length)).strip("0") in {"1", "2", "5"}
    assert 150 / 2.5 - 1 <= pixels <= 150
    metres = pixels * 2000
    ends = projection.inverse([(x - metres / 2, y), (x + metres / 2, y)])
    assert distance(*ends) == pytest.approx(length, rel=0.01)


def test_scale_bar_off_the_map_still_is_one() -> None:
    length, pixels = geo.scale_bar(geo.EqualEarth(), (8e7, 8e7, 9e7, 9e7), 1000)
    assert length > 0 and 0 < pixels <= 120


def test_finer_levels_for_smaller_pixels() -> None:
    sizes = [100, 1_000, 2_000, 10_000, 30_000, 100_000]
    found = [LEVELS.index(level_for(size)) for size in sizes]
    assert found == sorted(found, reverse=True)
    assert {0, 1, 2} == set(found)

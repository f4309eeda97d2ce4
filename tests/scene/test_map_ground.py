"""Projections, furniture and names of the map, as a user meets them."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from tests.dossiers import make
from tests.scenes import words
from viewer.commands import actions
from viewer.commands.builtin import registry
from viewer.commands.registry import Context
from viewer.geo.basemap import level_for
from viewer.geo.cities import cities
from viewer.geo.projection import KINDS, fit
from viewer.geo.sphere import RADIUS, distance
from viewer.model.dossier import Dossier
from viewer.model.schema import Ref
from viewer.model.state import LAYERS, PROJECTIONS
from viewer.model.store import Store
from viewer.scene.frame import Camera, Frame
from viewer.scene.map import MapScene, build_map_scene, lonlat_at
from viewer.scene.map_basemap import build_ground_scene
from viewer.scene.map_furniture import draw_scale_bar
from viewer.scene.map_sites import Panel
from viewer.scene.map_toponyms import CITY_SCALES, city_names, country_names
from viewer.scene.map_view import bounded, carried, default_camera, map_projection
from viewer.scene.primitives import Arrows, Rect, Shapes
from viewer.scene.style import LIGHT

Spot = tuple[str, float, float]

PACIFIC: list[Spot] = [
    ("tokyo", 139.7, 35.7), ("frisco", -122.4, 37.8), ("suva", 178.4, -18.1),
    ("auckland", 174.8, -36.8), ("vladivostok", 131.9, 43.1),
]  # fmt: skip
POLAR: list[Spot] = [
    ("svalbard", 15.6, 78.2), ("alert", -62.3, 82.5), ("mcmurdo", 166.7, -77.85),
    ("murmansk", 33.1, 68.97),
]  # fmt: skip
IRAQ: list[Spot] = [("mosul", 43.13, 36.34), ("basra", 47.8, 30.5), ("rutba", 40.28, 33.04)]
KINDS_BY_USER = [name for name in PROJECTIONS if name != "auto"]


def dossier_of(spots: list[Spot], *ways: tuple[str, str]) -> Dossier:
    return make(
        places=[
            {"id": key, "name": key.title(), "lon": str(lon), "lat": str(lat), "precision": "city"}
            for key, lon, lat in spots
        ],
        events=[{"id": f"at-{key}", "at": key} for key, _, _ in spots]
        + [{"id": f"{a}-{b}", "from": a, "to": b} for a, b in ways],
    )


def store_of(spots: list[Spot], projection: str = "auto", *ways: tuple[str, str]) -> Store:
    store = Store(dossier_of(spots, *ways))
    if projection != "auto":
        actions.set_projection(store, projection)
    return store


def scene_of(
    store: Store, camera: Camera | None = None, size: tuple[int, int] = (900, 640)
) -> MapScene:
    return build_map_scene(Frame.of(store, LIGHT, *size), camera)


# -- choosing --------------------------------------------------------------------------------


def test_every_projection_has_a_title_and_can_be_chosen() -> None:
    assert set(PROJECTIONS) == {"auto", *KINDS}
    store = store_of(PACIFIC)
    for name, title in PROJECTIONS.items():
        actions.set_projection(store, name)
        scene = scene_of(store)
        if name != "auto":
            assert scene.projection.name == name
            assert title in words(scene)
    actions.set_projection(store, "robin")
    assert store.undo_label == "Use Robinson Projection"
    store.undo()
    assert store.state.projection == "ortho"


def test_commands_choose_the_projection() -> None:
    store = store_of(PACIFIC)
    context = Context(store, None)  # type: ignore[arg-type]
    commands = registry()
    for name in PROJECTIONS:
        commands[f"projection.{name}"].run(context)
        assert store.state.projection == name
        checked = [c.id for c in commands if c.id.startswith("projection.") and c.checked
                   and c.checked(context)]  # fmt: skip
        assert checked == [f"projection.{name}"]


@pytest.mark.parametrize("projection", KINDS_BY_USER)
@pytest.mark.parametrize("spots", [PACIFIC, IRAQ], ids=["pacific", "iraq"])
def test_every_place_is_on_the_map(projection: str, spots: list[Spot]) -> None:
    scene = scene_of(store_of(spots, projection))
    for key, _, _ in spots:
        (target,) = [t for t in scene.targets if Ref("places", key) in t.refs and t.line is None]
        assert 0 <= target.x <= 900 and 0 <= target.y <= 640


@pytest.mark.parametrize("projection", ["eqearth", "robin", "eqc", "merc"])
def test_a_map_of_the_pacific_is_not_torn_in_two(projection: str) -> None:
    store = store_of(PACIFIC, projection)
    xy = map_projection(store.state).forward([(lon, lat) for _, lon, lat in PACIFIC])
    assert np.ptp(xy[:, 0]) < 0.4 * 2 * np.pi * RADIUS


def test_the_far_side_of_the_globe_is_neither_drawn_nor_clickable() -> None:
    spots: list[Spot] = [("tehran", 51.4, 35.7), ("baghdad", 44.4, 33.3), ("tahiti", -149.6, -17.5)]
    store = store_of(spots, "ortho", ("tehran", "tahiti"))
    globe = map_projection(store.state)
    hidden = [key for key, lon, lat in spots if np.isnan(globe.forward([(lon, lat)])).any()]
    scene = scene_of(store)
    for target in scene.targets:
        if target.line is None and hidden and target.refs[0].id in hidden:
            assert "beyond the edge" in target.label
        if target.line is not None:
            lonlat = globe.inverse(scene.panel.metres(target.line))
            assert np.isfinite(lonlat[1:-1]).all()
    if hidden:
        heads = [len(item.tips) for item in scene.items if isinstance(item, Arrows)]
        assert sum(heads) <= len(hidden)


@pytest.mark.parametrize("after", KINDS_BY_USER)
def test_another_projection_looks_at_the_same_spot_as_near(after: str) -> None:
    store = store_of(PACIFIC)
    before = map_projection(store.state)
    x, y = before.forward([(150.0, 30.0)])[0].tolist()
    camera = Camera(x, y, 2000.0)
    actions.set_projection(store, after)
    now = map_projection(store.state)
    moved = carried(camera, before, now)
    assert moved is not None
    assert now.inverse([(moved.x, moved.y)])[0] == pytest.approx((150.0, 30.0), abs=1e-6)
    ground = [c.scale / p.scale_at((c.x, c.y)) for c, p in ((camera, before), (moved, now))]
    assert ground[1] == pytest.approx(ground[0], rel=0.01)


def test_what_the_other_map_does_not_show_cannot_be_carried_over() -> None:
    camera = Camera(*fit([], "eqc").forward([(180.0, 0.0)])[0].tolist(), 5000.0)
    assert carried(camera, fit([], "eqc"), fit([(0, 0)], "ortho")) is None


def test_the_map_cannot_be_lost_from_view() -> None:
    projection = fit([], "eqearth")
    far = bounded(Camera(9e9, -9e9, 1e9), projection, 900, 640)
    low, high = projection.outline.xy.min(0), projection.outline.xy.max(0)
    assert (low - 1 <= (far.x, far.y)).all() and ((far.x, far.y) <= high + 1).all()
    assert (high - low)[0] / far.scale >= 0.3 * 900
    assert bounded(Camera(0, 0, 1e-9), projection, 900, 640).scale == 1.0


# -- scale, coordinates, degrees -------------------------------------------------------------


@pytest.mark.parametrize("projection", KINDS_BY_USER)
@pytest.mark.parametrize("spots", [PACIFIC, IRAQ], ids=["pacific", "iraq"])
def test_the_scale_bar_is_true_at_the_centre(projection: str, spots: list[Spot]) -> None:
    pyproj = pytest.importorskip("pyproj")
    geod = pyproj.Geod(a=RADIUS, b=RADIUS)
    store = store_of(spots, projection)
    scene = scene_of(store)
    bar, (text, _), _ = draw_scale_bar(LIGHT, Rect(0, 0, 900, 640), scene.projection, scene.camera)
    number, unit = text.text.split()
    said = float(number.replace(",", "")) * (1000 if unit == "km" else 1)
    length = float(bar.points[1][1][0] - bar.points[1][0][0])
    # A small part of it around the very centre: the scale changes along a long bar.
    share = min(1.0, 4.0 / length)
    ends = [lonlat_at(scene, 450 + side * share * length / 2, 320) for side in (-1, 1)]
    assert ends[0] is not None and ends[1] is not None
    _, _, metres = geod.inv(*ends[0], *ends[1])
    assert metres == pytest.approx(said * share, rel=0.01)


@pytest.mark.parametrize("projection", KINDS_BY_USER)
def test_coordinates_under_the_pointer(projection: str) -> None:
    store = store_of(POLAR, projection)
    scene = scene_of(store)
    for key, lon, lat in POLAR:
        site = scene.sites.of_place[store.state.dossier.places.row_of[key]]
        x, y = scene.sites.xy[site].tolist()
        if 0 <= x <= 900 and 0 <= y <= 640 and (scene.sites.of_place == site).sum() == 1:
            found = lonlat_at(scene, x, y)
            assert found is not None
            assert float(distance(found, (lon, lat))) < 5.0
    whole = Camera(0.0, 0.0, 1e6)
    assert lonlat_at(scene_of(store, whole), 5, 5) is None


@pytest.mark.parametrize("projection", KINDS_BY_USER)
@pytest.mark.parametrize("spots", [PACIFIC, IRAQ, POLAR, []], ids=["pacific", "iraq", "polar", ""])
def test_degrees_are_right_and_touch_nothing(projection: str, spots: list[Spot]) -> None:
    scene = scene_of(store_of(spots, projection))
    for (a, box), (b, other) in combinations(scene.labels, 2):
        assert not box.intersects(other), (a.text, b.text)
    named = [(t, box) for t, box in scene.labels if "°" in t.text]
    assert len(named) >= 4
    assert len({text.text for text, _ in named}) == len(named)
    for text, box in named:
        assert box.x >= 0 and box.right <= 900 and box.y >= 0 and box.bottom <= 640
        value, _, letter = text.text.partition("° ")
        degrees = float(value.rstrip("°")) * (-1 if letter in ("W", "S") else 1)
        axis = 1 if letter in ("N", "S") else 0
        # Near the label, the line it names.
        grid = np.array([(box.x + i, box.y + j) for i in range(-8, int(box.width) + 9, 2)
                         for j in range(-8, 22, 2)])  # fmt: skip
        found = scene.projection.inverse(scene.panel.metres(grid))[:, axis]
        found = found[np.isfinite(found)]
        if letter and len(found):
            off = (found - degrees + 180) % 360 - 180
            # A pixel at the rim of the globe is some degrees wide.
            slack = 3.0 if projection == "ortho" else 0.6
            assert off.min() <= slack and off.max() >= -slack, text.text


def test_the_graticule_can_be_left_out_with_its_degrees() -> None:
    store = store_of(IRAQ)
    actions.toggle_layer(store, "graticule")
    assert "°" not in words(scene_of(store))


# -- the ground ------------------------------------------------------------------------------


@pytest.mark.parametrize("projection", ["eqearth", "robin", "ortho"])
def test_the_sea_has_an_edge(projection: str) -> None:
    ground = build_ground_scene(
        LIGHT, 900, 640, fit([], projection), Camera(0, 0, 5e4), frozenset()
    )
    last = ground[-1]
    assert isinstance(last, Shapes) and last.stroke == LIGHT.coast and last.geometry.closed


def test_rivers_are_there_where_they_make_sense() -> None:
    def rivers(scale: float) -> bool:
        items = build_ground_scene(LIGHT, 900, 640, fit([(44.4, 33.3)]), Camera(0, 0, scale),
                                   frozenset({"rivers"}))  # fmt: skip
        return any(isinstance(i, Shapes) and i.stroke and i.stroke[:3] != LIGHT.coast[:3]
                   and len(i.geometry.xy) for i in items)  # fmt: skip

    assert rivers(1000.0) and rivers(4000.0)
    assert not rivers(20.0) and not rivers(40_000.0)


@pytest.mark.parametrize(("coarse", "fine"), [("50m", "10m"), ("110m", "50m")])
def test_changing_the_level_moves_lines_by_less_than_a_pixel(coarse: str, fine: str) -> None:
    """Half of the coast by a third of a pixel at most, and nearly all of it by one."""
    from viewer.geo.basemap import load
    from viewer.geo.sphere import vectors

    limit = next(s for s in np.geomspace(1e5, 500, 400) if level_for(float(s)) == fine)
    rng = np.random.default_rng(1)
    some = load(coarse).coast.xy  # type: ignore[arg-type]
    some = vectors(some[rng.integers(0, len(some), 300)]).T
    # A vertex of the finer coast every few hundred metres: nearest ones will do.
    other = vectors(load(fine).coast.xy)  # type: ignore[arg-type]
    off = RADIUS * np.sqrt(np.maximum(2 - 2 * (some @ other).max(axis=1), 0))
    assert np.median(off) < limit / 2
    assert np.percentile(off, 90) < 1.2 * limit


# -- names -----------------------------------------------------------------------------------


def panel_at(lon: float, lat: float, scale: float) -> Panel:
    return Panel(Rect(0, 0, 900, 640), fit([(lon, lat)]), Camera(0, 0, scale))


def test_cities_come_into_view_by_rank() -> None:
    names = {}
    for scale in (9000.0, 6000.0, 1000.0):
        placed = city_names(LIGHT, panel_at(51.4, 35.7, scale), np.empty((0, 2)), [])
        names[scale] = {text.text for text, _ in placed.labels}
    assert not names[9000.0]
    assert "Tehran" in names[6000.0] and "Qom" not in names[6000.0]
    assert {"Tehran", "Qom"} <= names[1000.0]


def test_cities_are_named_in_a_language_where_it_has_a_name() -> None:
    placed = city_names(LIGHT, panel_at(51.4, 35.7, 900.0), np.empty((0, 2)), [], language="fa")
    assert "تهران" in {text.text for text, _ in placed.labels}
    placed = city_names(LIGHT, panel_at(51.4, 35.7, 900.0), np.empty((0, 2)), [], language="xx")
    assert "Tehran" in {text.text for text, _ in placed.labels}


def test_countries_are_named_in_a_language() -> None:
    projection = fit([(44.4, 33.3)])
    view, camera = Rect(0, 0, 900, 640), Camera(0, 0, 3000.0)
    for language, name in (("fa", "عراق"), ("de", "IRAK"), ("en", "IRAQ"), ("xx", "IRAQ")):
        found = country_names(LIGHT, view, projection, camera, [], language=language)
        assert name in {text.text for text, _ in found}


def test_cities_keep_off_the_places_of_the_dossier() -> None:
    store = store_of(IRAQ)
    scene = scene_of(store)
    texts = [text.text for text, _ in scene.labels]
    assert texts.count("Mosul") == 1 and texts.count("Basra") == 1
    assert "Baghdad" in texts
    assert "GeoNames, CC BY 4.0" in words(scene)
    assert "Baghdad" not in [t.label for t in scene.targets]
    actions.toggle_layer(store, "cities")
    without = scene_of(store)
    assert "Baghdad" not in words(without) and "GeoNames" not in words(without)


def test_the_table_of_cities_is_sound() -> None:
    table = cities()
    assert 500 < len(table.name) < 800 and (np.diff(CITY_SCALES) < 0).all()
    assert np.isfinite(table.lonlat).all() and (np.abs(table.lonlat) <= (180, 90)).all()
    assert set(table.rank.tolist()) == {1, 2, 3, 4, 5}
    assert all(len(names) == len(table.name) for names in table.names.values())


# -- insets ----------------------------------------------------------------------------------

CROWDED: list[Spot] = [
    ("baghdad", 44.40, 33.34), ("besmaya", 44.60, 33.19), ("erbil", 44.01, 36.19),
    ("ottawa", -75.7, 45.4),
]  # fmt: skip


def test_an_inset_goes_where_it_is_put() -> None:
    store = store_of(CROWDED)
    scene = scene_of(store)
    (inset,) = scene.insets
    grip = next(t for t in scene.targets if "drag to move" in t.label)
    assert grip.rect is not None and inset.panel.rect.contains(grip.x, grip.y)
    for to in ((0.0, 0.0), (1.0, 1.0), (0.5, 0.2)):
        actions.move_inset(store, inset.title, to)
        (moved,) = scene_of(store).insets
        rect = moved.panel.rect
        # Off the title and the scale bar, which stand in corners too.
        assert rect.x == pytest.approx(to[0] * (900 - rect.width))
        assert rect.y == pytest.approx(to[1] * (640 - rect.height), abs=60)
        assert rect.y >= 0 and rect.bottom <= 640
        labels = scene_of(store).labels
        assert not any(a.intersects(b) for (_, a), (_, b) in combinations(labels, 2))
    actions.free_insets(store)
    assert scene_of(store).insets[0].panel.rect == inset.panel.rect
    store.undo()
    assert scene_of(store).insets[0].panel.rect != inset.panel.rect


def test_no_flow_lights_up_over_an_inset() -> None:
    store = store_of(CROWDED, "auto", ("ottawa", "baghdad"))
    title = scene_of(store).insets[0].title
    line = next(t.line for t in scene_of(store).targets if t.line is not None and len(t.line) > 20)
    x, y = line[len(line) // 2].tolist()
    actions.move_inset(store, title, ((x - 150) / 600, (y - 100) / 440))
    scene = scene_of(store)
    (inset,) = scene.insets
    crossed = [t for t in scene.targets if t.line is not None]
    outer = [t for t in crossed if not inset.panel.rect.contains(t.x, t.y)]
    assert outer
    for target in outer:
        assert target.line is not None
        assert not any(inset.panel.rect.contains(*point) for point in target.line.tolist())


def test_insets_can_be_switched_off() -> None:
    store = store_of(CROWDED)
    store.update("off", layers=frozenset(LAYERS) - {"inset"})
    assert not scene_of(store).insets


def test_the_default_view_shows_all_there_is() -> None:
    for projection in KINDS_BY_USER:
        store = store_of(PACIFIC, projection)
        camera = default_camera(store.state, 900, 640)
        assert np.isfinite([camera.x, camera.y, camera.scale]).all()

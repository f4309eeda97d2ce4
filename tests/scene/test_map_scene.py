"""The map as a user meets it: what is shown, where, how many, and what can be clicked."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from itertools import combinations

import numpy as np
import pytest

from tests.dossiers import claim, make
from viewer.assets import shipped_dossier
from viewer.formats import open_dossier
from viewer.geo.sphere import RADIUS, distance
from viewer.model.dossier import Dossier
from viewer.model.filters import Filter
from viewer.model.schema import Ref
from viewer.model.selection import Selection
from viewer.model.store import Store
from viewer.scene.frame import Camera, Frame
from viewer.scene.map import (
    MapScene,
    build_ground_scene,
    build_map_scene,
    default_camera,
    format_lonlat,
    lonlat_at,
    map_projection,
)
from viewer.scene.map_sites import BADGE
from viewer.scene.primitives import Curves, Item, Rect, Rings, Shapes, Text
from viewer.scene.style import BODY, DARK, LIGHT
from viewer.scene.targets import Target

SIZES = ((560, 650), (1600, 1000), (900, 400), (320, 300))


def dossier_of(places: Sequence[dict[str, str]], stays: Iterable[tuple[str, ...]] = ()) -> Dossier:
    """Make a dossier; each stay is an event: its quad class, then `place` or `role:place`."""
    events = []
    for number, (quad, *where) in enumerate(stays):
        event = {"id": f"e{number}", "quad": quad}
        for entry in where:
            role, _, key = entry.rpartition(":")
            event[role or "at"] = f"{event.get(role or 'at', '')} {key}"
        events.append(event)
    return make(places=places, events=events)


def place(key: str, lon: float, lat: float, precision: str = "city", **more: str) -> dict[str, str]:
    return {
        "id": key, "name": key.title(), "lon": str(lon), "lat": str(lat),
        "precision": precision, **more,
    }  # fmt: skip


def scene_of(
    dossier: Dossier,
    size: tuple[float, float] = (560, 650),
    camera: Camera | None = None,
    **changes: object,
) -> MapScene:
    store = Store(dossier)
    if changes:
        store.update("test", **changes)
    return build_map_scene(Frame.of(store, LIGHT, *size), camera)


def targets_of(scene: MapScene, key: str) -> list[Target]:
    return [t for t in scene.targets if Ref("places", key) in t.refs]


def flows(scene: MapScene) -> list[Target]:
    return [t for t in scene.targets if t.line is not None]


def geometries(items: Iterable[Item]) -> list[Shapes]:
    return [item for item in items if isinstance(item, Shapes)]


@pytest.fixture(scope="module")
def iran_canada() -> Dossier:
    return open_dossier(shipped_dossier())


BAGHDAD = place("baghdad", 44.40, 33.34, country="IRQ")
BESMAYA = place("besmaya", 44.60, 33.19, country="IRQ")
ERBIL = place("erbil", 44.01, 36.19, country="IRQ")
OTTAWA = place("ottawa", -75.70, 45.41, country="CAN")
OMAN = place("oman", 57.3, 22.1, "country", country="OMN")
WORLDLY = dossier_of(
    [BAGHDAD, BESMAYA, ERBIL, OTTAWA, OMAN],
    [
        ("material-conflict", "baghdad"),
        ("material-conflict", "baghdad"),
        ("verbal-cooperation", "baghdad"),
        ("material-cooperation", "besmaya"),
        ("", "erbil"),
        ("verbal-conflict", "ottawa"),
        ("verbal-cooperation", "oman"),
        ("material-cooperation", "from:ottawa", "to:erbil"),
    ],
)


# -- the shipped dossier ---------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("picked", [None, "baghdad", "oman"])
def test_no_two_labels_overlap(
    iran_canada: Dossier, size: tuple[int, int], picked: str | None
) -> None:
    refs = [Ref("places", picked)] if picked else []
    scene = scene_of(iran_canada, size, selection=Selection.of(iran_canada, refs))
    assert len(scene.labels) > 3
    for (a, box), (b, other) in combinations(scene.labels, 2):
        assert not box.intersects(other), (a.text, b.text)


@pytest.mark.parametrize("size", [(560, 650), (1600, 1000)])
def test_labels_of_places_keep_off_the_rings(iran_canada: Dossier, size: tuple[int, int]) -> None:
    scene = scene_of(iran_canada, size)
    for text, box in scene.labels:
        for x, y in scene.sites.xy.tolist():
            covered = any(inset.panel.rect.contains(x, y) for inset in scene.insets)
            assert covered or not box.contains(x, y), text.text


@pytest.mark.parametrize("size", [(560, 650), (1600, 1000)])
def test_every_used_place_can_be_reached(iran_canada: Dossier, size: tuple[int, int]) -> None:
    scene = scene_of(iran_canada, size)
    for key in set(iran_canada.tables["event_places"]["place"]):
        found = targets_of(scene, key)
        assert found, key
        assert any(0 <= t.x <= size[0] and 0 <= t.y <= size[1] for t in found), key


@pytest.mark.parametrize("size", [(560, 650), (1600, 1000)])
def test_iraq_is_told_apart_in_an_inset(iran_canada: Dossier, size: tuple[int, int]) -> None:
    scene = scene_of(iran_canada, size)
    inset = next(inset for inset in scene.insets if inset.title == "Iraq")
    spots = []
    for key in ("baghdad", "besmaya", "erbil"):
        inside = [
            t
            for t in targets_of(scene, key)
            if inset.panel.rect.contains(t.x, t.y) and t.line is None and len(t.refs) == 1
        ]
        assert len(inside) == 1
        assert scene.at(inside[0].x, inside[0].y) is inside[0]
        spots.append((inside[0].x, inside[0].y))
        assert any(
            text.text.startswith(key.title()) and inset.panel.rect.contains(box.x, box.y)
            for text, box in scene.labels
        )
    for a, b in combinations(spots, 2):
        assert np.hypot(a[0] - b[0], a[1] - b[1]) > 13


@pytest.mark.parametrize("size", [(560, 650), (1600, 1000)])
def test_an_inset_hides_no_mark(iran_canada: Dossier, size: tuple[int, int]) -> None:
    scene = scene_of(iran_canada, size)
    for inset in scene.insets:
        assert not scene.sites.within(inset.panel.rect).any()


def test_oman_is_an_area_and_no_point(iran_canada: Dossier) -> None:
    scene = scene_of(iran_canada)
    (target,) = [t for t in targets_of(scene, "oman") if t.area is not None]
    assert target.area is not None
    assert target.area.hatch is not None and target.area.dash == "dashed"
    inland = np.array([(56.5, 22.5)])
    x, y = scene.panel.pixels(scene.projection.forward(inland))[0].tolist()
    hit = scene.at(x, y)
    assert hit is not None and Ref("places", "oman") in hit.refs
    at_sea = np.array([(62.0, 18.0)])
    x, y = scene.panel.pixels(scene.projection.forward(at_sea))[0].tolist()
    missed = scene.at(x, y)
    assert missed is None or Ref("places", "oman") not in missed.refs


# -- counts ----------------------------------------------------------------------------------


def test_counts_are_those_of_the_events_shown(iran_canada: Dossier) -> None:
    store = Store(iran_canada)
    for chosen in (Filter(), Filter().with_excluded("quad", {"verbal-cooperation"})):
        store.update("filter", filter=chosen)
        scene = build_map_scene(Frame.of(store, LIGHT, 1600, 1000))
        links = iran_canada.places_of_event.reverse
        for site, count in enumerate(scene.sites.totals):
            members = scene.sites.members.of(site)
            here = np.unique(np.concatenate([links.of(row) for row in members]))
            assert count == store.shown.events[here].sum()


def test_a_filter_changes_counts_and_leaves_the_map_where_it_is() -> None:
    everything = scene_of(WORLDLY)
    less = scene_of(WORLDLY, filter=Filter().with_excluded("quad", {"material-conflict"}))
    assert any("Baghdad" in t.label and "4 events" in t.label for t in everything.targets) or any(
        "Baghdad · 3 events" in t.label for t in everything.targets
    )
    assert any("Baghdad · 1 event" in t.label for t in less.targets)
    assert less.projection == everything.projection
    assert less.camera == everything.camera


def test_an_event_at_two_places_of_a_cluster_counts_once() -> None:
    near = dossier_of(
        [place("a", 10.0, 50.0), place("b", 10.01, 50.0), place("far", 60.0, 30.0)],
        [("verbal-conflict", "a", "b"), ("verbal-conflict", "far")],
    )
    scene = scene_of(near)
    assert sorted(scene.sites.totals.tolist()) == [1, 1]


def test_rings_are_split_by_quad_class() -> None:
    scene = scene_of(WORLDLY, camera=Camera(*_forward(WORLDLY, 44.40, 33.34), 500.0))
    site = scene.sites.of_place[WORLDLY.places.row_of["baghdad"]]
    assert scene.sites.counts[site].tolist() == [2, 0, 1, 0, 0]
    rings = [item for item in scene.items if isinstance(item, Rings)]
    shares = np.concatenate([ring.shares for ring in rings])
    assert (np.abs(shares - [2 / 3, 0, 1 / 3, 0, 0]).max(axis=1) < 1e-9).any()


# -- gathering -------------------------------------------------------------------------------


def _forward(dossier: Dossier, lon: float, lat: float) -> tuple[float, float]:
    xy = map_projection(Store(dossier).state).forward(np.array([(lon, lat)]))[0]
    return float(xy[0]), float(xy[1])


def test_zooming_in_parts_a_cluster_and_ends_the_inset() -> None:
    first = scene_of(WORLDLY)
    assert first.insets
    together = first.sites.of_place[[WORLDLY.places.row_of[k] for k in ("baghdad", "besmaya")]]
    assert together[0] == together[1]
    close = scene_of(WORLDLY, camera=Camera(*_forward(WORLDLY, 44.4, 34.5), 600.0))
    apart = close.sites.of_place[
        [WORLDLY.places.row_of[k] for k in ("baghdad", "besmaya", "erbil")]
    ]
    assert len(set(apart.tolist())) == 3
    assert not close.insets


def test_without_the_inset_layer_there_is_none() -> None:
    assert not scene_of(WORLDLY, layers=frozenset({"names", "borders"})).insets


def test_places_at_one_spot_are_one_mark_with_all_names() -> None:
    same = dossier_of(
        [place("court", 2.35, 48.85), place("prison", 2.35, 48.85), place("x", 9.0, 45.0)],
        [("verbal-conflict", "court"), ("", "prison"), ("", "x")],
    )
    scene = scene_of(same, camera=Camera(*_forward(same, 2.35, 48.85), 5.0))
    (target,) = targets_of(scene, "court")
    assert target.refs == (Ref("places", "court"), Ref("places", "prison"))
    assert "Court, Prison" in [text.text for text, _ in scene.labels]


def test_twenty_thousand_places_are_gathered_so_that_no_two_marks_coincide() -> None:
    rng = np.random.default_rng(3)
    spots = rng.uniform((-20, 30), (60, 65), (20_000, 2))
    many = dossier_of(
        [place(f"p{i}", lon, lat) for i, (lon, lat) in enumerate(spots.tolist())],
        [("verbal-conflict", f"p{i}") for i in range(20_000)],
    )
    sites = scene_of(many, (1600, 1000)).sites
    assert sites.totals.sum() == 20_000
    away = np.hypot(*(sites.xy[:, None] - sites.xy[None]).transpose(2, 0, 1))
    np.fill_diagonal(away, np.inf)
    assert (away >= 0.74 * (sites.radius[:, None] + sites.radius[None])).all()


# -- flows -----------------------------------------------------------------------------------


def test_an_arc_follows_the_geodesic() -> None:
    scene = scene_of(WORLDLY)
    (flow,) = flows(scene)
    assert flow.line is not None
    lonlat = scene.projection.inverse(scene.panel.metres(flow.line))
    lon, lat = np.radians(lonlat).T
    space = np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    ends = np.radians([[-75.70, 45.41], [44.40, 33.34]])
    site = scene.sites.of_place[WORLDLY.places.row_of["erbil"]]
    ends[1] = np.radians(scene.sites.gathered.lonlat[site])
    a, b = (np.array([np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)]) for x, y in ends)
    normal = np.cross(a, b) / np.linalg.norm(np.cross(a, b))
    assert np.abs(normal @ space).max() * RADIUS < scene.camera.scale


def test_an_arrow_ends_at_the_ring() -> None:
    scene = scene_of(WORLDLY)
    (flow,) = flows(scene)
    assert flow.line is not None
    site = scene.sites.of_place[WORLDLY.places.row_of["erbil"]]
    gap = np.hypot(*(flow.line[-1] - scene.sites.xy[site])) - scene.sites.radius[site]
    assert 0 < gap < 15


def test_where_an_event_took_place_makes_no_arc() -> None:
    two = dossier_of(
        [place("a", 0.0, 50.0), place("b", 20.0, 50.0)], [("verbal-conflict", "a", "b")]
    )
    assert not flows(scene_of(two))


def test_many_to_many_is_not_paired() -> None:
    keys = {"a": 0.0, "b": 20.0, "c": 40.0, "d": 60.0}
    four = dossier_of(
        [place(key, lon, 50.0) for key, lon in keys.items()],
        [("verbal-conflict", "from:a", "from:b", "to:c", "to:d")],
    )
    assert not flows(scene_of(four))


def test_an_arc_over_the_antimeridian_does_not_run_round_the_world() -> None:
    pacific = dossier_of(
        [place("fiji", 178.0, -18.0), place("samoa", -172.0, -13.8)],
        [("verbal-cooperation", "from:fiji", "to:samoa")],
    )
    scene = scene_of(pacific)
    lines = [flow.line for flow in flows(scene) if flow.line is not None]
    assert lines
    for line in lines:
        assert np.hypot(*np.diff(line, axis=0).T).max() < 60
    fiji, samoa = (
        scene.sites.xy[scene.sites.of_place[pacific.places.row_of[key]]]
        for key in ("fiji", "samoa")
    )
    assert fiji[0] < samoa[0]
    (line,) = lines
    assert np.hypot(*(line[0] - fiji)) < 20 and np.hypot(*(line[-1] - samoa)) < 25
    assert 0 < fiji[0] < 560 and 0 < samoa[0] < 560


def test_the_world_map_breaks_an_arc_at_its_edge() -> None:
    pacific = dossier_of(
        [place("tokyo", 139.7, 35.7), place("lima", -77.0, -12.0)],
        [("verbal-cooperation", "from:tokyo", "to:lima")],
    )
    scene = scene_of(pacific, (1000, 600), projection="equal-earth")
    for flow in flows(scene):
        assert flow.line is not None
        assert np.hypot(*np.diff(flow.line, axis=0).T).max() < 100


# -- edges -----------------------------------------------------------------------------------


def test_the_poles_are_on_the_map() -> None:
    poles = dossier_of(
        [place("north", 0.0, 90.0), place("alert", -62.3, 82.5)],
        [("verbal-cooperation", "north"), ("", "alert")],
    )
    scene = scene_of(poles)
    assert targets_of(scene, "north") and targets_of(scene, "alert")
    assert np.isfinite(scene.sites.xy).all()
    south = dossier_of([place("south", 0.0, -90.0)], [("", "south")])
    assert targets_of(scene_of(south), "south")


@pytest.mark.parametrize("size", SIZES)
def test_an_empty_dossier_says_what_to_do(size: tuple[int, int]) -> None:
    scene = scene_of(Dossier.empty(), size)
    assert "No places yet" in [text.text for text, _ in scene.labels]
    assert geometries(scene.items)
    assert not scene.targets


def test_a_graph_without_places_is_not_called_empty() -> None:
    said = [text.text for text, _ in scene_of(make(actors=["a", "b"])).labels]
    assert "No places in this dossier" in said
    assert any("Relationships" in text for text in said)


def test_a_filter_that_leaves_nothing_says_so() -> None:
    scene = scene_of(WORLDLY, filter=Filter(span=(0.0, 1.0)).with_excluded("quad", [
        "material-conflict", "verbal-conflict", "verbal-cooperation", "material-cooperation", "",
    ]))  # fmt: skip
    assert any("filter" in text.text for text, _ in scene.labels)


def test_places_without_coordinates_are_counted_not_drawn() -> None:
    vague = dossier_of(
        [
            place("a", 10.0, 50.0),
            {"id": "b", "name": "B", "precision": "unknown"},
            place("c", 10.0, 40.0, "unknown"),
        ],
        [("", "a"), ("", "b"), ("", "c")],
    )
    scene = scene_of(vague)
    (note,) = targets_of(scene, "b")
    assert note.label == "1 place without coordinates, 1 place of unknown precision"
    assert note.refs == (Ref("places", "b"), Ref("places", "c"))
    assert len(scene.sites.xy) == 1


def test_a_region_is_no_point() -> None:
    vague = dossier_of(
        [place("delta", 47.0, 31.0, "region"), place("city", 60.0, 40.0)],
        [("verbal-conflict", "delta"), ("", "city")],
    )
    scene = scene_of(vague)
    assert any("dashed" in item.dashes for item in scene.items if isinstance(item, Curves))


def test_a_far_country_with_next_to_no_events_is_pointed_to() -> None:
    lopsided = dossier_of(
        [
            place("paris", 2.3, 48.9),
            place("berlin", 13.4, 52.5),
            place("australia", 134.0, -24.0, "country", country="AUS"),
        ],
        [("", "paris")] * 30 + [("", "berlin")] * 30 + [("", "australia")],
    )
    scene = scene_of(lopsided)
    assert scene.camera.scale < 6000
    pointers = [t for t in targets_of(scene, "australia") if "beyond the edge" in t.label]
    assert len(pointers) == 1
    assert 0 <= pointers[0].x <= 560 and 0 <= pointers[0].y <= 650


def test_names_in_any_script_and_of_any_length_stay_on_the_map() -> None:
    odd = dossier_of(
        [
            place("a", 10.0, 50.0) | {"name": "محمدجواد ظریف"},
            place("b", 11.0, 50.0) | {"name": "x" * 300},
            place("c", 12.0, 50.0) | {"name": ""},
        ],
        [("", "a"), ("", "b"), ("", "c")],
    )
    scene = scene_of(odd)
    for _, box in scene.labels:
        assert box.x >= 0 and box.right <= 560


# -- ground ----------------------------------------------------------------------------------


def test_moving_the_map_keeps_the_geometry() -> None:
    state = Store(WORLDLY).state
    projection, camera = map_projection(state), default_camera(state, 560, 650)
    moved = Camera(camera.x + 3 * camera.scale, camera.y, camera.scale)
    first, second = (
        build_ground_scene(LIGHT, 560, 650, projection, at, state.layers) for at in (camera, moved)
    )
    for a, b in zip(geometries(first), geometries(second), strict=True):
        assert a.geometry is b.geometry
        assert b.transform[2] - a.transform[2] == pytest.approx(-3)


def test_layers_can_be_left_out() -> None:
    state = Store(WORLDLY).state
    projection, camera = map_projection(state), default_camera(state, 560, 650)
    every = build_ground_scene(LIGHT, 560, 650, projection, camera, state.layers)
    fewer = build_ground_scene(LIGHT, 560, 650, projection, camera, frozenset())
    assert len(fewer) < len(every)
    names = {text.text for text, _ in scene_of(WORLDLY).labels}
    bare = {text.text for text, _ in scene_of(WORLDLY, layers=frozenset()).labels}
    assert {"RUSSIA", "GREENLAND"} & names
    assert not any(name.isupper() for name in bare)
    assert not flows(scene_of(WORLDLY, layers=frozenset()))


@pytest.mark.parametrize("zoom", [1.0, 0.2, 0.02, 0.001])
def test_the_land_is_where_it_belongs_at_every_scale(zoom: float) -> None:
    camera = default_camera(Store(WORLDLY).state, 560, 650)
    x, y = _forward(WORLDLY, 44.40, 33.34)
    near = Camera(x, y, camera.scale * zoom)
    state = Store(WORLDLY).state
    items = build_ground_scene(LIGHT, 560, 650, map_projection(state), near, frozenset())
    land = next(s for s in geometries(items) if s.fill == LIGHT.land)
    inside = Target((), 280, 325, 0.0, area=land)
    assert np.isfinite(inside.distance(280.5, 325.5))


def test_the_scale_bar_is_true_at_the_centre() -> None:
    scene = scene_of(WORLDLY)
    text = next(t for t, _ in scene.labels if t.text.endswith(" km"))
    kilometres = float(text.text.removesuffix(" km").replace(",", ""))
    bars = [c for c in scene.items if isinstance(c, Curves) and len(c.points) == 6]
    (a, b) = bars[0].points[1]
    pixels = b[0] - a[0]
    ends = lonlat_at(scene, 280 - pixels / 2, 325), lonlat_at(scene, 280 + pixels / 2, 325)
    assert ends[0] is not None and ends[1] is not None
    assert float(distance(ends[0], ends[1])) / 1000 == pytest.approx(kilometres, rel=0.08)


def test_coordinates_under_the_pointer() -> None:
    scene = scene_of(WORLDLY)
    site = scene.sites.of_place[WORLDLY.places.row_of["ottawa"]]
    found = lonlat_at(scene, *scene.sites.xy[site].tolist())
    assert found == pytest.approx((-75.70, 45.41), abs=1e-6)
    inset = scene.insets[0].panel
    spot = inset.pixels(inset.projection.forward(np.array([(44.60, 33.19)])))[0]
    assert lonlat_at(scene, *spot.tolist()) == pytest.approx((44.60, 33.19), abs=1e-6)
    assert format_lonlat(44.36, 33.31) == "33.31° N, 44.36° E"
    assert format_lonlat(-75.7, -45.41) == "45.41° S, 75.70° W"


# -- looks -----------------------------------------------------------------------------------


def test_what_is_picked_is_bold_and_the_rest_dimmed() -> None:
    picked = Selection.of(WORLDLY, [Ref("places", "ottawa")])
    for theme in (LIGHT, DARK):
        store = Store(WORLDLY)
        store.update("pick", selection=picked)
        scene = build_map_scene(Frame.of(store, theme, 560, 650))
        by_name = {text.text: text for text, _ in scene.labels}
        assert by_name["Ottawa"].weight == 600
        assert by_name["Ottawa"].colour == theme.text
        assert by_name["Oman"].colour != theme.text


def test_the_keyboard_meets_the_busiest_place_first() -> None:
    close = scene_of(WORLDLY, camera=Camera(*_forward(WORLDLY, 44.4, 34.5), 600.0))
    assert close.targets[0].refs == (Ref("places", "baghdad"),)


# -- disputes --------------------------------------------------------------------------------


def disputed_at(*spots: tuple[str, float, float], disputed: Iterable[str]) -> Dossier:
    return make(
        places=[place(key, lon, lat) for key, lon, lat in spots],
        events=[{"id": f"e-{key}", "at": key} for key, *_ in spots],
        claims=[
            claim(f"{key}-{value}", f"e-{key}", value, prop="deaths")
            for key in disputed
            for value in ("63", "57")
        ],
    )


def signs(scene: MapScene) -> list[tuple[float, float]]:
    return [(text.x, text.y) for text in scene.items if isinstance(text, Text) and text.text == "!"]


def test_a_place_with_a_dispute_carries_a_sign_and_says_so() -> None:
    dossier = disputed_at(("here", 10, 50), ("there", 40, 30), disputed=["here"])
    scene = scene_of(dossier)
    (here,), (there,) = targets_of(scene, "here"), targets_of(scene, "there")
    assert here.label == "Here · 1 event · disputed"
    assert there.label == "There · 1 event"
    ((x, y),) = signs(scene)
    assert 0 < x - here.x < 15
    assert 0 < here.y - y < 15


def test_what_is_filtered_out_is_not_disputed_on_the_map() -> None:
    dossier = disputed_at(("here", 10, 50), ("there", 40, 30), disputed=["here"])
    scene = scene_of(dossier, filter=Filter().with_excluded("support", ["disputed"]))
    assert signs(scene) == []
    assert not any("disputed" in target.label for target in scene.targets)


def test_a_cluster_and_an_area_carry_the_sign_of_what_is_in_them() -> None:
    cluster = disputed_at(("a", 10, 50), ("b", 10.001, 50), ("c", 60, 20), disputed=["b"])
    scene = scene_of(cluster)
    assert any(
        "disputed" in target.label and len(target.refs) == 2 for target in targets_of(scene, "b")
    )
    area = make(
        places=[place("iran", 53, 32, "country", country="IRN")],
        events=[{"id": "e", "at": "iran"}],
        claims=[claim("x", "e", "1"), claim("y", "e", "2")],
    )
    assert {target.label for target in scene_of(area).targets} == {"Iran · 1 event · disputed"}
    own = make(
        places=[place("here", 10, 50)],
        claims=[claim("x", "here", "1", kind="place"), claim("y", "here", "2", kind="place")],
    )
    assert len(signs(scene_of(own))) == 1


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("picked", [(), ("baghdad",)])
def test_signs_cover_no_name_and_no_count(
    iran_canada: Dossier, size: tuple[float, float], picked: Sequence[str]
) -> None:
    selection = Selection.of(iran_canada, [Ref("places", key) for key in picked])
    scene = scene_of(iran_canada, size, selection=selection)
    sites = scene.sites
    spots = sites.badges[sites.disputed]
    assert len(spots)
    for x, y in spots.tolist():
        sign = Rect(x - BADGE, y - BADGE, 2 * BADGE, 2 * BADGE)
        named = [text for text, box in scene.labels if box.inset(1.0).intersects(sign)]
        assert [text.text for text in named if text.size == BODY] == []
        away = np.hypot(*(sites.xy - (x, y)).T)
        assert (away > 0.4 * sites.radius + BADGE).all()


def test_thousands_of_disputed_places_are_drawn_in_time() -> None:
    spots = [(f"p{i}", i % 170 - 85.0, i // 170 - 40.0) for i in range(4000)]
    dossier = disputed_at(*spots, disputed=[key for key, *_ in spots])
    begun = time.process_time()
    assert signs(scene_of(dossier))
    assert time.process_time() - begun < 8

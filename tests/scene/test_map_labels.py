"""The names on the map: apart from one another, led to their marks, and still while it is moved."""

from __future__ import annotations

from functools import cache
from itertools import combinations, pairwise

import numpy as np
import pytest

from tests.dossiers import make
from viewer.assets import shipped_dossier
from viewer.formats import open_dossier
from viewer.geo.anchors import AREA
from viewer.geo.basemap import countries
from viewer.geo.countries import distances_to_country
from viewer.model.dossier import Dossier
from viewer.model.store import Store
from viewer.scene.frame import Camera, Frame
from viewer.scene.labels import PADDING
from viewer.scene.map import MapScene, build_map_scene
from viewer.scene.map_names import Stand
from viewer.scene.map_places import routes
from viewer.scene.primitives import Rect
from viewer.scene.style import LIGHT

SIZES = ((560, 650), (1000, 700))
STEP, STEPS = 10.0, 20
PANS = (((560, 650), (1.0, -0.4)), ((1000, 700), (-0.7, 0.7)), ((1000, 700), (0.1, 1.0)))
"""Sizes of the map, and which way it is moved."""
DOSSIERS = ("shipped", "crowd of 40", "crowd of 300", "crowd of 20000")
EDGE = 5.0
"""Pixels that names keep from the edge of the map."""


@cache
def dossier_of(name: str) -> Dossier:
    if name == "shipped":
        return open_dossier(shipped_dossier())
    many = int(name.rpartition(" ")[2])
    draw = np.random.default_rng(many)
    lonlat = np.column_stack([draw.normal(10, 12, many), draw.normal(48, 6, many)])
    places = [
        {"id": f"p{row}", "name": f"Place {'x' * (row % 9)}{row}", "precision": "city",
         "lon": f"{lon:.4f}", "lat": f"{lat:.4f}"}
        for row, (lon, lat) in enumerate(lonlat.tolist())
    ]  # fmt: skip
    events = [
        {"id": f"e{row}", "quad": "verbal-conflict", "at": f"p{at}"}
        for row, at in enumerate(draw.integers(0, many, 2 * many).tolist())
    ]
    events += [
        {"id": f"f{row}", "quad": "material-cooperation", "from": f"p{a}", "to": f"p{b}"}
        for row, (a, b) in enumerate(draw.integers(0, many, (12, 2)).tolist())
        if a != b
    ]
    return make(places=places, events=events)


@cache
def panned(name: str, pan: int) -> tuple[MapScene, ...]:
    """Return the map at every step of a pan, each scene following the one before."""
    size, way = PANS[pan]
    frame = Frame.of(Store(dossier_of(name)), LIGHT, *size)
    scenes = [build_map_scene(frame)]
    start, scale = scenes[0].camera, scenes[0].camera.scale
    for step in range(1, STEPS + 1):
        dx, dy = (share * step * STEP * scale for share in way)
        camera = Camera(start.x + dx, start.y + dy, scale)
        scenes.append(build_map_scene(frame, camera, scenes[-1]))
    return tuple(scenes)


def marks(scene: MapScene) -> dict[int, tuple[float, float]]:
    """Return where the mark of each lead place is."""
    leads, xy = scene.sites.gathered.lead.tolist(), scene.sites.xy.tolist()
    return {lead: (x, y) for lead, (x, y) in zip(leads, xy, strict=True)}


def boxes(scene: MapScene) -> dict[int, Rect]:
    """Return the box of the label of each lead place."""
    held = zip(scene.names.stands, scene.names.labels, strict=True)
    return {key: box for key, (_, box) in held}


def moved(box: Rect, before: tuple[float, float], after: tuple[float, float]) -> Rect:
    return box._replace(x=box.x + after[0] - before[0], y=box.y + after[1] - before[1])


def crossed(line: np.ndarray, box: Rect) -> bool:
    """Whether a straight line passes through a box."""
    along = line[0] + np.linspace(0.0, 1.0, 200)[:, None] * (line[1] - line[0])
    x, y = along.T
    inside = (x > box.x) & (x < box.right) & (y > box.y) & (y < box.bottom)
    return bool(inside.any())


# -- still while the map is moved --------------------------------------------------------------


@pytest.mark.parametrize("pan", range(len(PANS)))
@pytest.mark.parametrize("name", DOSSIERS)
def test_a_label_in_view_keeps_its_side_while_the_map_is_moved(name: str, pan: int) -> None:
    stayed = 0
    view = Rect(0.0, 0.0, *map(float, PANS[pan][0])).inset(EDGE)
    for last, scene in pairwise(panned(name, pan)):
        was, now = marks(last), marks(scene)
        for key, box in boxes(last).items():
            if key not in now or not view.contains(*now[key]):
                continue
            stand, old = scene.names.stands.get(key), last.names.stands[key]
            if stand is not None and np.allclose(stand[:2], old[:2], atol=1e-6):
                assert stand.align == old.align
                stayed += 1
                continue
            # It had to give way to what does not move along, or to the edge.
            spot = moved(box, was[key], now[key])
            assert in_the_way(scene, spot, old, view), (key, stand, old)
    assert stayed > STEPS


def in_the_way(scene: MapScene, spot: Rect, old: Stand, view: Rect) -> bool:
    """Whether something but another name stands where a label would stand."""
    if not (view.contains(spot.x, spot.y) and view.contains(spot.right, spot.bottom)):
        return True
    own = boxes(scene)
    others = [box for _, box in scene.labels if box not in own.values()]
    others += [inset.panel.rect for inset in scene.insets]
    others += [Rect(*rect) for rect in scene.sites.boxes()]
    near = spot.inset(-PADDING - 10.0)
    return old.line or any(near.intersects(other) for other in others)


def test_another_filter_or_scale_places_all_labels_anew() -> None:
    frame = Frame.of(Store(dossier_of("crowd of 40")), LIGHT, *PANS[0][0])
    last = panned("crowd of 40", 0)[-1]
    nearer = Camera(last.camera.x, last.camera.y, last.camera.scale / 1.5)
    fresh = build_map_scene(frame, nearer)
    assert build_map_scene(frame, nearer, last).names.stands == fresh.names.stands


# -- leaders -----------------------------------------------------------------------------------


@pytest.mark.parametrize("pan", range(len(PANS)))
@pytest.mark.parametrize("name", DOSSIERS)
def test_a_label_away_from_its_mark_has_a_leader(name: str, pan: int) -> None:
    for scene in panned(name, pan):
        check_leaders(scene)


def test_there_are_leaders_at_all() -> None:
    assert sum(len(panned(name, 0)[0].names.lines) for name in DOSSIERS) > 3


def check_leaders(scene: MapScene) -> None:
    at, own = marks(scene), boxes(scene)
    radius = dict(zip(scene.sites.gathered.lead.tolist(), scene.sites.radius, strict=True))
    lines = iter(scene.names.lines)
    for key, stand in scene.names.stands.items():
        box, (x, y) = own[key], at[key]
        away = np.hypot(max(box.x - x, x - box.right, 0.0), max(box.y - y, y - box.bottom, 0.0))
        if not stand.line:
            # Next to its mark nothing leads to it.
            assert away <= scene.sites.gap(place_of(scene, key)) + 8.0
            continue
        line = next(lines)
        start = float(np.hypot(*(line[0] - (x, y))))
        assert radius[key] - 1.0 <= start <= scene.sites.gap(place_of(scene, key)) + 1.0
        end = line[1]
        assert max(box.x - end[0], end[0] - box.right, box.y - end[1], end[1] - box.bottom) <= 1.5
        for other, rect in own.items():
            assert other == key or not crossed(line, rect.inset(0.5))
        for other, spot in at.items():
            if other != key:
                gone = np.hypot(*(np.linspace(line[0], line[1], 50) - spot).T).min()
                assert gone >= radius[other] - 1.0
    assert next(lines, None) is None


def place_of(scene: MapScene, key: int) -> int:
    return int(np.flatnonzero(scene.sites.gathered.lead == key)[0])


# -- numbers that hold for every map -----------------------------------------------------------


def build(name: str, size: tuple[int, int]) -> MapScene:
    return build_map_scene(Frame.of(Store(dossier_of(name)), LIGHT, *size))


@pytest.mark.parametrize("pan", range(len(PANS)))
@pytest.mark.parametrize("name", DOSSIERS)
def test_no_two_label_boxes_intersect(name: str, pan: int) -> None:
    for scene in panned(name, pan):
        held = [box for _, box in scene.labels if not inside_an_inset(scene, box)]
        for one, other in combinations(held, 2):
            assert not one.intersects(other)
        for inset in scene.insets:
            held = [box for _, box in scene.labels if inset.panel.rect.contains(box.x, box.y)]
            for one, other in combinations(held, 2):
                assert not one.intersects(other)


def inside_an_inset(scene: MapScene, box: Rect) -> bool:
    return any(inset.panel.rect.contains(box.x, box.y) for inset in scene.insets)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", DOSSIERS)
def test_no_mark_can_be_pointed_at_outside_the_map(name: str, size: tuple[int, int]) -> None:
    view = Rect(0.0, 0.0, *map(float, size)).inset(-40.0)
    for target in build(name, size).targets:
        if target.line is None and target.area is None:
            assert view.contains(target.x, target.y)


@pytest.mark.parametrize("name", DOSSIERS)
def test_the_middle_one_of_parallel_flows_follows_the_geodesic(name: str) -> None:
    scene = build(name, (1000, 700))
    dossier = dossier_of(name)
    spots, site = scene.sites.gathered.lonlat, scene.sites.of_place
    legs = {leg[0]: leg[1:] for leg in routes(dossier).tolist()}
    least: dict[frozenset[int], float] = {}
    for target in scene.targets:
        if target.line is None or "→" not in target.label:
            continue
        start, end = site[legs[dossier.row(target.refs[0])]].tolist()
        lonlat = scene.projection.inverse(scene.panel.metres(target.line))
        off = float(off_the_way(spots[start], spots[end], lonlat).max())
        pair = frozenset((start, end))
        least[pair] = min(off, least.get(pair, np.inf))
    assert least
    assert max(least.values()) <= 0.1


def test_of_parallel_flows_the_middle_one_is_the_geodesic_and_the_others_lie_beside() -> None:
    quads = ("verbal-conflict", "material-conflict", "verbal-cooperation")
    ends = [("tokyo", 139.7, 35.7), ("paris", 2.3, 48.9)]
    places = [
        {"id": key, "name": key.title(), "lon": str(lon), "lat": str(lat), "precision": "city"}
        for key, lon, lat in ends
    ]
    spots = np.array([spot for _, *spot in ends])
    for many in (1, 2, 3):
        events = [
            {"id": f"e{row}", "quad": quad, "from": "tokyo", "to": "paris"}
            for row, quad in enumerate(quads[:many])
        ]
        scene = build_map_scene(
            Frame.of(Store(make(places=places, events=events)), LIGHT, 900, 600)
        )
        lines = [target.line for target in scene.targets if target.line is not None]
        off = [
            float(
                off_the_way(
                    spots[0], spots[1], scene.projection.inverse(scene.panel.metres(line))
                ).max()
            )
            for line in lines
        ]
        assert sum(one <= 0.1 for one in off) == 1
        assert len(off) == many


@pytest.mark.parametrize("size", SIZES)
def test_the_mark_of_a_country_stands_in_it(size: tuple[int, int]) -> None:
    codes = sorted(countries().rows)
    crowd = [
        {"id": code, "name": code, "country": code, "precision": "country", "lon": "0", "lat": "0"}
        for code in np.random.default_rng(5).choice(codes, 40, replace=False).tolist()
    ]
    events = [{"id": f"e{place['id']}", "at": place["id"]} for place in crowd]
    for dossier in (make(places=crowd, events=events), dossier_of("shipped")):
        scene = build_map_scene(Frame.of(Store(dossier), LIGHT, *size))
        sites = scene.sites
        checked = 0
        for site in np.flatnonzero(sites.form == AREA).tolist():
            row = int(sites.gathered.lead[site])
            spot = scene.projection.inverse(scene.panel.metres(sites.xy[[site]]))
            code = dossier.places["country"][row]
            # Outlines as drawn leave out a pixel and a half.
            assert distances_to_country(code, spot)[0] <= 2.0 * scene.camera.scale, code
            checked += 1
        assert checked


def off_the_way(start: np.ndarray, end: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Return how far points lie off a great circle, in degrees."""

    def vector(lonlat: np.ndarray) -> np.ndarray:
        lon, lat = np.radians(lonlat).T
        return np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])

    pole = np.cross(vector(start), vector(end))
    pole /= np.linalg.norm(pole)
    off: np.ndarray = np.degrees(np.abs(np.arcsin(np.clip(pole @ vector(points), -1.0, 1.0))))
    return off

"""The layer of imported shapes, as it is seen and pointed at on the map."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest

from tests.dossiers import make
from tests.scenes import words
from viewer.model.dossier import Dossier
from viewer.model.filters import Filter
from viewer.model.schema import Ref
from viewer.model.selection import Selection
from viewer.model.state import FIRST_LAYERS
from viewer.model.store import Store
from viewer.scene.frame import Camera, Frame
from viewer.scene.map import MapScene, build_map_scene
from viewer.scene.primitives import Colour, Dots, Group, Item, Rings, Shapes
from viewer.scene.style import DARK, LIGHT, PRINT, Theme

SIZE = (1200.0, 800.0)
ZONE = "POLYGON ((40 30, 44 30, 44 34, 40 34, 40 30), (41 31, 41 32, 42 32, 42 31, 41 31))"
OVER = "POLYGON ((43 33, 48 33, 48 35, 43 35, 43 33))"
ROAD = "LINESTRING (44.4 33.3, 44 36.2, 51.4 35.7)"


def zones(**more: object) -> Dossier:
    return make(
        places=[
            {"id": "zone", "name": "Zone", "wkt": ZONE},
            {"id": "over", "name": "Over", "wkt": OVER},
            {"id": "road", "name": "Road", "wkt": ROAD},
        ],
        **more,  # type: ignore[arg-type]
    )


def scene_of(dossier: Dossier, camera: Camera | None = None, **changes: object) -> MapScene:
    theme = changes.pop("theme", LIGHT)
    store = Store(dossier)
    store.update("test", **changes)
    return build_map_scene(Frame.of(store, theme, *SIZE), camera)  # type: ignore[arg-type]


def flat(items: Iterable[Item]) -> Iterable[Item]:
    for item in items:
        yield from flat(item.items) if isinstance(item, Group) else (item,)


def coloured(scene: MapScene, colour: Colour) -> list[Shapes]:
    found = [item for item in flat(scene.items) if isinstance(item, Shapes)]
    return [item for item in found if colour in (item.fill, item.stroke)]


def pixel(scene: MapScene, lon: float, lat: float) -> tuple[float, float]:
    panel = scene.panel
    x, y = panel.pixels(panel.projection.forward([(lon, lat)]))[0].tolist()
    return x, y


@pytest.mark.parametrize("theme", [LIGHT, DARK, PRINT], ids=lambda theme: theme.name)
def test_areas_are_filled_and_outlined_in_a_colour_of_their_own(theme: Theme) -> None:
    scene = scene_of(zones(), theme=theme)
    assert coloured(scene, theme.shape)
    fixed = {theme.land, theme.sea, theme.coast, theme.border, theme.tie, *theme.quads}
    assert theme.shape not in fixed
    assert {"Zone", "Over", "Road"} <= set(words(scene).split("\n"))
    assert scene.summary == "Map of 3 places with 0 events."


def test_the_map_shows_all_of_the_shapes() -> None:
    scene = scene_of(zones())
    for lon, lat in ((40, 30), (44, 34), (48, 35), (51.4, 35.7), (44.4, 33.3)):
        x, y = pixel(scene, lon, lat)
        assert 0 < x < SIZE[0] and 0 < y < SIZE[1]


def test_the_layer_can_be_switched_off() -> None:
    scene = scene_of(zones(), layers=FIRST_LAYERS - {"shapes"})
    assert not coloured(scene, LIGHT.shape) and scene.at(*pixel(scene, 40.5, 33)) is None


@pytest.mark.parametrize(
    ("lon", "lat", "found"),
    [(40.5, 33, "zone"), (47, 34, "over"), (43.5, 33.5, "zone"), (47.7, 35.95, "road"),
     (41.6, 31.7, None), (38, 30, None)],
)  # fmt: skip
def test_what_lies_under_the_pointer_is_picked_but_not_through_a_hole(
    lon: float, lat: float, found: str | None
) -> None:
    scene = scene_of(zones())
    target = scene.at(*pixel(scene, lon, lat))
    assert (target.refs[0].id if target else None) == found


def test_keys_reach_every_shape_at_a_point_inside_of_it() -> None:
    scene = scene_of(zones())
    reached = {ref.id: target for target in scene.targets for ref in target.refs}
    assert set(reached) == {"zone", "over", "road"}
    assert reached["zone"].label == "Zone"


def test_a_shape_has_a_mark_only_for_the_events_there() -> None:
    events = [{"id": "clash", "date": "2014", "at": "zone"}, {"id": "talk", "date": "2015"}]
    scene = scene_of(zones(events=events))
    rings = [item for item in flat(scene.items) if isinstance(item, Rings)]
    assert sum(len(item.xy) for item in rings) == 1
    assert len(scene.sites.xy) == 1


def test_shapes_are_filtered_like_places_are() -> None:
    dossier = zones(events=[{"id": "clash", "date": "2014", "at": "zone"}])
    span = (0.0, 1.0)
    scene = scene_of(dossier, filter=Filter(span=span))
    assert scene.shapes is None


def test_what_is_picked_stands_out_and_the_rest_is_dimmed() -> None:
    dossier = zones()
    plain = scene_of(dossier)
    picked = scene_of(dossier, selection=Selection.of(dossier, [Ref("places", "zone")]))
    assert coloured(picked, LIGHT.pick) and not coloured(plain, LIGHT.pick)
    assert len(coloured(plain, LIGHT.shape)) > 0
    outline = coloured(picked, LIGHT.pick)[-1].geometry
    assert outline.starts.tolist() == [0, 4, 8] or len(outline.starts) == 3


def test_a_shape_too_small_to_be_seen_is_a_dot() -> None:
    small = "POLYGON ((10 10, 10.001 10, 10.001 10.001, 10 10))"
    scene = scene_of(make(places=[{"id": "far", "wkt": OVER}, {"id": "small", "wkt": small}]))
    dots = [item for item in flat(scene.items) if isinstance(item, Dots)]
    assert sum(len(item.points.x) for item in dots) == 1
    target = scene.at(*pixel(scene, 10.0005, 10.0005))
    assert target is not None and target.refs == (Ref("places", "small"),)


def test_the_same_geometry_is_handed_out_while_the_map_moves() -> None:
    dossier = zones()
    first = scene_of(dossier)
    camera = first.camera
    moved = scene_of(dossier, Camera(camera.x + 5 * camera.scale, camera.y, camera.scale))
    again = {id(item.geometry) for item in coloured(moved, LIGHT.shape)}
    assert again == {id(item.geometry) for item in coloured(first, LIGHT.shape)}


def test_far_fewer_vertices_are_drawn_from_afar_and_all_from_near_by() -> None:
    turn = np.linspace(0, 2 * np.pi, 20_001)[:-1]
    xy = np.column_stack((20 + np.cos(turn), 50 + np.sin(turn))).tolist()
    ring = ", ".join(f"{x:.6f} {y:.6f}" for x, y in [*xy, xy[0]])
    dossier = make(places=[{"id": "round", "wkt": f"POLYGON (({ring}))"}])
    whole = scene_of(dossier)
    (drawn,) = {len(item.geometry.xy) for item in coloured(whole, LIGHT.shape)}
    assert 20 < drawn < 2000
    x, y = whole.projection.forward([(21.0, 50.0)])[0].tolist()
    near = scene_of(dossier, Camera(x, y, 5.0))
    assert max(len(item.geometry.xy) for item in coloured(near, LIGHT.shape)) > 20


@pytest.mark.parametrize("projection", ["laea", "merc", "eqearth", "ortho"])
def test_a_shape_over_the_antimeridian_is_one_and_no_bar_across_the_map(projection: str) -> None:
    text = "POLYGON ((175 -10, -175 -10, -175 10, 175 10, 175 -10))"
    scene = scene_of(make(places=[{"id": "sea", "wkt": text}]), projection=projection)
    for lon, inside in ((178, True), (-178, True), (170, False), (-170, False)):
        at = pixel(scene, lon, 3.0)
        if np.isfinite(at).all():
            assert (scene.at(*at) is not None) is inside


def test_labels_of_shapes_meet_no_other_label() -> None:
    names = [
        {"id": f"p{i}", "name": f"Province {i}", "wkt": ZONE.replace("40 ", f"{40 - i / 9:.3f} ")}
        for i in range(30)
    ]
    boxes = [box for _, box in scene_of(make(places=names)).labels]
    assert not any(a.intersects(b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])

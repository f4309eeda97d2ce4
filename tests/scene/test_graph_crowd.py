"""A graph with more ties than can be told apart: what is seen, pointed at and lit."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable

import numpy as np
import pytest

from tests.dossiers import make
from viewer.commands import actions
from viewer.model.dossier import Dossier
from viewer.model.schema import Ref
from viewer.model.selection import Selection
from viewer.model.store import Store
from viewer.scene.frame import Camera, Frame
from viewer.scene.graph import GraphScene, Lifted, build_graph_scene
from viewer.scene.graph_layout import keep
from viewer.scene.graph_parts import MANY_NODES
from viewer.scene.graph_targets import MOST_LIT, GraphTargets
from viewer.scene.lights import Lights
from viewer.scene.primitives import Arrows, Curves, Item, Marks, Pixels, Symbols, Text
from viewer.scene.style import LIGHT
from viewer.scene.targets import Target

WIDTH, HEIGHT = 900.0, 700.0
NODES, EDGES = 1500, 6000


def crowd(nodes: int = NODES, edges: int = EDGES) -> Dossier:
    rng = np.random.default_rng(1)
    first = rng.integers(1, nodes, edges)
    second = (first * rng.random(edges) ** 2).astype(int)
    kinds = ("person", "state", "organisation", "armed-group", "community")
    dossier = make(
        actors=[{"id": f"a{i}", "name": f"Actor {i}", "kind": kinds[i % 5]} for i in range(nodes)],
        relations=[
            {"id": f"r{k}", "source": f"a{a}", "target": f"a{b}", "type": "peer",
             "directed": "yes" if k % 2 else "no"}
            for k, (a, b) in enumerate(zip(first.tolist(), second.tolist(), strict=True))
        ],
    )  # fmt: skip
    # Where they stand is not what is tested, and to lay it out takes its time.
    state = Store(dossier).state
    keep(dossier, state.layout, WIDTH / HEIGHT, rng.normal(0.0, 400.0, (nodes, 2)))
    return dossier


@pytest.fixture(scope="module")
def dossier() -> Dossier:
    return crowd()


def drawn(
    dossier: Dossier, *picked: Ref, camera: Camera | None = None, lifted: int | None = None
) -> GraphScene:
    store = Store(dossier)
    if picked:
        store.update(selection=Selection.of(dossier, picked))
    return build_graph_scene(Frame.of(store, LIGHT, WIDTH, HEIGHT), camera, lifted)


def of(scene: GraphScene, kind: type) -> list[Item]:
    return [item for item in scene.items if isinstance(item, kind)]


def crowd_of(scene: GraphScene) -> GraphTargets:
    assert isinstance(scene.targets, GraphTargets)
    return scene.targets


def middles(scene: GraphScene) -> np.ndarray:
    return scene.xy[scene.ends].mean(axis=1)


def test_ties_that_cannot_be_told_apart_are_one_picture(dossier: Dossier) -> None:
    scene = drawn(dossier)
    (picture,) = of(scene, Pixels)
    assert isinstance(picture, Pixels)
    assert picture.bgra.shape[0] > HEIGHT / 2
    assert picture.bgra[:, :, 3].any()
    assert not of(scene, Arrows)
    assert len(scene.items) < 200
    said = [item.text for item in scene.items if isinstance(item, Text)]
    # The key explains what is drawn, and nothing else.
    assert "Stronger where more ties cross" in said
    assert "Directed" not in said


def test_every_actor_in_view_has_a_symbol(dossier: Dossier) -> None:
    scene = drawn(dossier)
    (symbols,) = of(scene, Symbols)
    assert isinstance(symbols, Symbols)
    assert len(symbols.xy) == NODES > MANY_NODES
    covered = np.pi * (scene.radii**2).sum() / (WIDTH * HEIGHT)
    assert covered < 0.15
    largest_first = [look[0] for look in symbols.looks]
    assert largest_first == sorted(largest_first, reverse=True)


def test_looked_at_closely_ties_are_drawn_in_full(dossier: Dossier) -> None:
    whole = drawn(dossier)
    x, y = whole.camera.to_world(whole.xy[[700]], WIDTH, HEIGHT)[0].tolist()
    scene = drawn(dossier, camera=Camera(x, y, whole.camera.scale / 200))
    assert not of(scene, Pixels)
    assert of(scene, Curves)
    assert of(scene, Arrows)
    assert "Directed" in [item.text for item in scene.items if isinstance(item, Text)]


def test_ties_of_what_is_picked_stand_out_in_full(dossier: Dossier) -> None:
    ref = Ref("actors", "a700")
    scene = drawn(dossier, ref)
    row = dossier.row(ref)
    own = int((scene.actors[scene.ends] == row).any(axis=1).sum())
    lines = [line for item in scene.items if isinstance(item, Curves) and item.bezier
             for line in item.points]  # fmt: skip
    assert len(lines) >= own > 0
    assert of(scene, Pixels)


def test_every_tie_can_be_pointed_at(dossier: Dossier) -> None:
    scene = drawn(dossier)
    spots, found = middles(scene), 0
    for edge in range(0, len(scene.edges), 97):
        x, y = spots[edge].tolist()
        target = scene.at(x, y)
        assert target is not None
        if target.line is None:
            continue
        found += 1
        (ref,) = target.refs
        line = scene.xy[scene.ends[int(ref.id[1:])]]
        assert target.distance(x, y) < np.inf
        assert np.allclose(np.sort(target.line[[0, -1]], axis=0), np.sort(line, axis=0))
        assert target.label.startswith("Actor ")
    assert found > 10
    assert scene.at(2.0, HEIGHT / 2) is None


def test_what_is_under_a_point_is_what_is_nearest(dossier: Dossier) -> None:
    scene = drawn(dossier, Ref("actors", "a700"))
    targets = crowd_of(scene)
    everything = [targets.at(position) for position in range(len(targets))]
    for x, y in np.random.default_rng(2).uniform((150, 100), (750, 600), (60, 2)).tolist():
        near = [(target.distance(x, y), -i) for i, target in enumerate(everything)]
        best, at = min(near)
        found = scene.at(x, y)
        if best <= 1.0:
            assert found is everything[-at]
        elif found is not None:
            assert found.line is not None
            assert found.distance(x, y) <= best


def test_targets_are_stepped_through_by_degree_and_stay_the_same(dossier: Dossier) -> None:
    targets = crowd_of(drawn(dossier))
    assert len(targets) == NODES
    degrees = [int(target.label.split()[-2]) for target in targets[:40]]
    assert degrees == sorted(degrees, reverse=True)
    assert targets[3] is targets[3]
    assert targets[-1] is targets[NODES - 1]
    with pytest.raises(IndexError):
        targets[NODES]


def test_a_lasso_takes_what_stands_inside(dossier: Dossier) -> None:
    scene = drawn(dossier)
    corners = np.array([(300.0, 200.0), (620.0, 260.0), (420.0, 520.0)])
    refs = scene.inside(corners)
    a, b, c = corners
    rows = {dossier.row(ref) for ref in refs}

    def side(p: np.ndarray, q: np.ndarray) -> np.ndarray:
        return (q[0] - p[0]) * (scene.xy[:, 1] - p[1]) - (q[1] - p[1]) * (scene.xy[:, 0] - p[0]) > 0

    inside = (side(a, b) == side(b, c)) & (side(b, c) == side(c, a))
    assert rows == set(scene.actors[inside].tolist())
    assert len(rows) > 20


def test_marks_are_found_by_their_row(dossier: Dossier) -> None:
    scene = drawn(dossier)
    (mark,) = scene.marks_of(Ref("actors", "a12"))
    at = scene.actors.tolist().index(dossier.actors.row_of["a12"])
    assert (mark.x, mark.y) == tuple(scene.xy[at])
    assert scene.marks_of(Ref("relations", "r1")) == ()


def lights(dossier: Dossier, scene: GraphScene, ref: Ref) -> tuple[Item, ...]:
    store = Store(dossier)
    actions.hover(store, ref)
    return Lights.of(scene, dossier).over(store.glow, store.state.selection, LIGHT)


def test_a_hovered_actor_lights_up_with_its_ties(dossier: Dossier) -> None:
    scene = drawn(dossier)
    ref = Ref("actors", "a700")
    items = lights(dossier, scene, ref)
    lines = [line for item in items if isinstance(item, Curves) for line in item.points]
    own = int((scene.actors[scene.ends] == dossier.row(ref)).any(axis=1).sum())
    assert len(lines) >= own
    rings = sum(len(item.xy) for item in items if isinstance(item, Marks | Symbols))
    assert rings > 1


def test_a_hub_lights_up_by_its_neighbours_alone(dossier: Dossier) -> None:
    scene = drawn(dossier)
    items = lights(dossier, scene, Ref("actors", "a0"))
    assert sum(len(item.xy) for item in items if isinstance(item, Marks | Symbols)) > MOST_LIT
    assert not [item for item in items if isinstance(item, Curves)]


def test_a_hovered_tie_lights_up_though_it_is_one_of_many(dossier: Dossier) -> None:
    scene = drawn(dossier)
    items = lights(dossier, scene, Ref("relations", "r77"))
    lines = [line for item in items if isinstance(item, Curves) for line in item.points]
    ends = scene.xy[scene.ends[77]]
    assert any(np.allclose(line, ends) for line in lines)


def test_a_lifted_hub_follows_the_pointer_with_some_of_its_ties(dossier: Dossier) -> None:
    scene = drawn(dossier)
    row = dossier.actors.row_of["a0"]
    frame = Frame.of(Store(dossier), LIGHT, WIDTH, HEIGHT)
    items = Lifted(frame, scene.camera, row, scene.parts).items_at(123.0, 77.0)
    (marks,) = [item for item in items if isinstance(item, Marks)]
    assert marks.xy.tolist() == [[123.0, 77.0]]
    lines = [line for item in items if isinstance(item, Curves) for line in item.points]
    assert 0 < len(lines) <= 120
    assert all([123.0, 77.0] in line.tolist() for line in lines)


def test_a_lifted_node_is_not_in_the_picture(dossier: Dossier) -> None:
    row = dossier.actors.row_of["a700"]
    (symbols,) = of(drawn(dossier, lifted=row), Symbols)
    assert isinstance(symbols, Symbols)
    assert len(symbols.xy) == NODES - 1


def test_a_scene_is_made_of_few_objects_however_many_ties() -> None:
    def grown(make_scene: Callable[[], GraphScene]) -> int:
        make_scene()
        tracemalloc.start()
        scene = make_scene()
        count = sum(part.count for part in tracemalloc.take_snapshot().statistics("filename"))
        tracemalloc.stop()
        assert len(scene.edges)
        return count

    few, many = crowd(1500, 4000), crowd(1500, 16000)
    assert grown(lambda: drawn(many)) < grown(lambda: drawn(few)) + 1000


def test_actors_on_one_spot_are_drawn_without_a_word() -> None:
    actors = [{"id": f"a{i}", "kind": "state"} for i in range(4)]
    ties = [{"id": f"r{i}", "source": "a0", "target": f"a{i + 1}", "directed": "yes"}
            for i in range(3)]  # fmt: skip
    heap = make(actors=actors, relations=ties)
    keep(heap, Store(heap).state.layout, WIDTH / HEIGHT, np.zeros((4, 2)))
    scene = drawn(heap)
    assert np.isfinite(scene.tips).all()
    for item in scene.items:
        if isinstance(item, Curves):
            assert all(np.isfinite(line).all() for line in item.points)


def test_a_target_made_is_a_target_like_any_other(dossier: Dossier) -> None:
    target = drawn(dossier).targets[0]
    assert isinstance(target, Target)
    assert target.refs[0].table == "actors"

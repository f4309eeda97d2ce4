"""What lights up under the pointer, over scenes that stay as they are."""

from __future__ import annotations

import numpy as np
import pytest

from tests.dossiers import small
from viewer.commands import actions
from viewer.model.schema import Ref
from viewer.model.store import Store
from viewer.scene.frame import Frame
from viewer.scene.graph import build_graph_scene
from viewer.scene.lights import Lights
from viewer.scene.map import build_map_scene
from viewer.scene.primitives import Curves, Item, Marks, Scene
from viewer.scene.style import LIGHT
from viewer.scene.timeline import build_timeline_scene

BUILDERS = (build_map_scene, build_graph_scene, build_timeline_scene)


def scene_of(store: Store, build) -> Scene:  # type: ignore[no-untyped-def]
    return build(Frame.of(store, LIGHT, 700.0, 500.0))


def lights(store: Store, scene: Scene) -> tuple[Item, ...]:
    state = store.state
    return Lights.of(scene, state.dossier).over(store.glow, state.selection, LIGHT)


def discs(items: tuple[Item, ...]) -> set[tuple[float, float]]:
    """Return where rings are drawn."""
    marks = [item for item in items if isinstance(item, Marks)]
    return {tuple(xy) for item in marks for xy in item.xy.tolist()}


@pytest.mark.parametrize("build", BUILDERS)
def test_nothing_lights_up_without_a_pointer(build) -> None:  # type: ignore[no-untyped-def]
    store = Store(small())
    assert lights(store, scene_of(store, build)) == ()


def test_a_hovered_actor_and_its_ties_light_up_in_the_graph() -> None:
    store = Store(small())
    scene = scene_of(store, build_graph_scene)
    actions.hover(store, Ref("actors", "nato"))
    items = lights(store, scene)
    own = next(t for t in scene.targets if t.refs == (Ref("actors", "nato"),) and t.line is None)
    assert (own.x, own.y) in discs(items)
    dossier, glow = store.state.dossier, store.glow
    assert glow is not None
    lit = {dossier.actors["id"][row] for row in glow.actors.nonzero()[0]}
    assert len(discs(items)) == len(lit)


@pytest.mark.parametrize("build", BUILDERS)
def test_an_event_lights_up_in_every_view(build) -> None:  # type: ignore[no-untyped-def]
    store = Store(small())
    dossier = store.state.dossier
    row = next(
        row
        for row in range(len(dossier.events))
        if len(dossier.places_of_event.of(row))
        and len(dossier.actors_of_event.of(row))
        and np.isfinite(dossier.event_bounds[row]).all()
    )
    first, last = dossier.event_bounds[row].tolist()
    actions.set_window(store, (first - 20, last + 20))
    actions.hover(store, dossier.ref("events", row))
    assert lights(store, scene_of(store, build))


def test_what_is_picked_keeps_its_own_ring() -> None:
    store = Store(small())
    ref = Ref("actors", "iran")
    actions.select(store, (ref,))
    scene = scene_of(store, build_graph_scene)
    actions.hover(store, ref)
    own = next(t for t in scene.targets if t.refs == (ref,) and t.line is None)
    assert (own.x, own.y) not in discs(lights(store, scene))


def test_a_hovered_tie_is_lit_along_its_line() -> None:
    store = Store(small())
    scene = scene_of(store, build_graph_scene)
    tie = next(t for t in scene.targets if t.line is not None)
    actions.hover(store, tie.refs[0])
    curves = [item for item in lights(store, scene) if isinstance(item, Curves)]
    lit = [line for item in curves for line in item.points]
    assert tie.line is not None
    assert any(np.array_equal(line, tie.line) for line in lit)

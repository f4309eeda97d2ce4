"""Graphs for tests of the graph, and how they are drawn and read."""

from __future__ import annotations

import numpy as np

from tests.dossiers import make
from viewer.model.dossier import Dossier
from viewer.model.schema import Ref
from viewer.model.selection import Selection
from viewer.model.store import Store
from viewer.scene.frame import Camera, Frame
from viewer.scene.graph import GraphScene, build_graph_scene
from viewer.scene.primitives import Text
from viewer.scene.style import KIND_SHAPES, LIGHT, Theme


def drawn(
    dossier: Dossier,
    *picked: Ref,
    hover: Ref | None = None,
    theme: Theme = LIGHT,
    size: tuple[float, float] = (450, 650),
    camera: Camera | None = None,
    **changes: object,
) -> GraphScene:
    store = Store(dossier)
    if picked:
        changes["selection"] = Selection.of(dossier, picked)
    if hover:
        changes["hover"] = hover
    if changes:
        store.update(**changes)
    return build_graph_scene(Frame.of(store, theme, *size), camera)


def texts(scene: GraphScene) -> list[str]:
    return [item.text for item in scene.items if isinstance(item, Text)]


def shown_ids(scene: GraphScene, dossier: Dossier) -> set[str]:
    return {dossier.actors["id"][row] for row in scene.actors}


def spot(scene: GraphScene, dossier: Dossier, key: str) -> tuple[float, float]:
    at = scene.actors.tolist().index(dossier.actors.row_of[key])
    x, y = scene.xy[at]
    return float(x), float(y)


def crowd(n: int, m: int) -> Dossier:
    rng = np.random.default_rng(0)
    kinds = tuple(KIND_SHAPES)
    first = rng.integers(0, n, m)
    second = (first * rng.random(m) ** 2).astype(int)
    return make(
        actors=[
            {"id": f"a{i}", "name": f"Given Family{i}", "kind": kinds[i % 5]} for i in range(n)
        ],
        relations=[
            {
                "id": f"r{i}",
                "source": f"a{a}",
                "target": f"a{b}",
                "directed": "yes" if i % 2 else "",
            }
            for i, (a, b) in enumerate(zip(first, second, strict=True))
        ],
    )


def ties(*dates: str) -> Dossier:
    return make(
        actors=[{"id": "a", "name": "A", "kind": "state"}, {"id": "b", "name": "B"}],
        relations=[
            {"id": f"r{i}", "source": "a", "target": "b", "date": date}
            for i, date in enumerate(dates)
        ],
    )

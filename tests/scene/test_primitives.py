"""What lies under a point of a scene."""

from __future__ import annotations

import numpy as np

from viewer.model.schema import Ref
from viewer.scene.primitives import Colour, Geometry, Rect, Scene, Shapes
from viewer.scene.targets import Target

WHITE = Colour(255, 255, 255)
SQUARE = Geometry(
    np.array([[0.0, 0.0], [100.0, 0.0], [100.0, 100.0], [0.0, 100.0]]), np.array([0, 4]), True
)


def ref(name: str) -> tuple[Ref, ...]:
    return (Ref("events", name),)


def scene(*targets: Target) -> Scene:
    return Scene(400.0, 400.0, WHITE, (), targets)


def test_every_kind_of_target_is_found_and_nothing_beside_it() -> None:
    line = np.array([[200.0, 10.0], [300.0, 60.0], [200.0, 110.0]])
    found = scene(
        Target(ref("disc"), 350.0, 350.0, 10.0),
        Target(ref("rect"), 0.0, 0.0, rect=Rect(150.0, 200.0, 20.0, 10.0)),
        Target(ref("line"), 300.0, 60.0, 5.0, line=line),
        Target(ref("area"), 50.0, 50.0, 0.0, area=Shapes(SQUARE, (1.0, 1.0, 0.0, 0.0))),
    )
    for name, x, y in (
        ("disc", 343.0, 350.0),
        ("rect", 150.0, 210.0),
        ("line", 250.0, 37.0),
        ("area", 3.0, 97.0),
    ):
        target = found.at(x, y)
        assert target is not None
        assert target.refs == ref(name)
    assert found.at(343.0, 343.0 - 1.0) is None
    assert found.at(149.0, 205.0) is None
    assert found.at(210.0, 60.0) is None
    assert found.at(3.0, 103.0) is None


def test_the_nearest_is_the_one_of_all_however_many() -> None:
    rng = np.random.default_rng(1)
    targets = [
        Target(ref(str(i)), x, y, reach)
        for i, (x, y, reach) in enumerate((rng.random((500, 3)) * (400, 400, 20)).tolist())
    ]
    crowded = scene(*targets)
    for x, y in (rng.random((200, 2)) * 400).tolist():
        distances = [target.distance(x, y) for target in targets]
        target = crowded.at(x, y)
        if np.isinf(min(distances)):
            assert target is None
        else:
            assert target is not None
            assert target.distance(x, y) == min(distances)


def test_nothing_is_found_where_nothing_can_be_pointed_at() -> None:
    assert scene().at(10.0, 10.0) is None

"""Many bars and symbols painted in few calls look as if each had been painted by itself."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from pytestqt.qtbot import QtBot

from viewer.scene.primitives import (
    SHAPES,
    Bars,
    Box,
    Colour,
    Group,
    Item,
    Marks,
    Pixels,
    Rect,
    Scene,
    Shape,
    Symbols,
)
from viewer.scene.style import LIGHT
from viewer.ui import painting
from viewer.ui.masses import MANY

Look = tuple[float, Shape, Colour | None, Colour | None, float]


def picture(item: Item, scale: float) -> NDArray[np.int16]:
    image = painting.render_image(Scene(300, 200, LIGHT.ground, (item,)), scale)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    return rows.astype(np.int16)


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_symbols_look_the_same_as_one_by_one(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, scale: float
) -> None:
    rng = np.random.default_rng(5)
    count = MANY + 50
    marks = Marks(
        rng.uniform((10, 10), (290, 190), (count, 2)).round(),
        rng.choice([4.0, 6.5, 9.0], count),
        tuple(SHAPES[i % len(SHAPES)] for i in range(count)),
        tuple(LIGHT.quads[i % 4] for i in range(count)),
        (LIGHT.node_stroke,) * count,
        np.full(count, 1.4),
    )
    quick = picture(marks, scale)
    monkeypatch.setattr(painting, "MANY", count + 1)
    slow = picture(marks, scale)
    assert np.abs(quick - slow).mean() < 2.0
    # The later ones lie on top in both.
    assert (np.abs(quick - slow).max(axis=2) > 120).mean() < 0.002


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_symbols_of_few_looks_are_the_marks_they_stand_for(qtbot: QtBot, scale: float) -> None:
    rng = np.random.default_rng(6)
    looks: tuple[Look, ...] = (
        (9.0, "square", LIGHT.quads[0], LIGHT.node_stroke, 1.4),
        (6.0, "circle", LIGHT.quads[1], LIGHT.node_stroke, 1.2),
        (4.0, "circle", None, LIGHT.accent, 1.8),
    )
    xy = rng.uniform((10, 10), (290, 190), (90, 2)).round()
    symbols = Symbols(xy, rng.integers(0, len(looks), 90), looks)
    quick = picture(symbols, scale)
    slow = picture(Group(tuple(symbols.marks(code) for code in range(len(looks)))), scale)
    assert np.abs(quick - slow).mean() < 1.0


def test_pixels_are_seen_through_as_far_as_they_are_clear(qtbot: QtBot) -> None:
    bgra = np.zeros((20, 30, 4), dtype=np.uint8)
    bgra[:, :15] = 0, 0, 255, 255
    bgra[:, 15:20] = 0, 0, 128, 128
    image = picture(Pixels(bgra, Rect(100.0, 50.0, 30.0, 20.0)), 1.0)
    ground = LIGHT.ground
    assert image[60, 105, :3].tolist() == [0, 0, 255]
    assert image[60, 125, :3].tolist() == [ground.b, ground.g, ground.r]
    assert image[60, 117, 2] > image[60, 117, 0]
    assert image[10, 10, :3].tolist() == [ground.b, ground.g, ground.r]


def test_bars_are_the_boxes_they_stand_for(qtbot: QtBot) -> None:
    rng = np.random.default_rng(7)
    rects = rng.uniform((0, 0, 5, 5), (280, 180, 40, 40), (100, 4))
    codes = np.sort(rng.integers(0, 3, 100))
    fills = LIGHT.quads[:3]
    quick = picture(Bars(rects, codes, fills), 2.0)
    boxes = zip(rects.tolist(), codes.tolist(), strict=True)
    slow = picture(Group(tuple(Box(Rect(*box), fills[code]) for box, code in boxes)), 2.0)
    assert np.abs(quick - slow).max() <= 1

"""Many lines and symbols painted in few calls look as if each had been painted by itself."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from pytestqt.qtbot import QtBot

from viewer.scene.primitives import (
    SHAPES,
    Bars,
    Box,
    Curves,
    Group,
    Item,
    Lines,
    Marks,
    Rect,
    Scene,
)
from viewer.scene.style import LIGHT
from viewer.ui import painting
from viewer.ui.masses import MANY


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


def test_lines_are_where_they_are_and_later_looks_on_top(qtbot: QtBot) -> None:
    rng = np.random.default_rng(6)
    ends = rng.uniform((0, 0, 0, 0), (300, 200, 300, 200), (200, 4))
    codes = np.sort(rng.integers(0, 2, 200))
    looks = ((LIGHT.tie, 1.0, "solid"), (LIGHT.quads[0], 2.0, "solid"))
    quick = picture(Lines(ends, codes, looks), 1.0)
    colours = tuple(looks[code][0] for code in codes)
    widths = tuple(looks[code][1] for code in codes)
    points = tuple(line.reshape(2, 2) for line in ends)
    slow = picture(Curves(points, colours, widths, ("solid",) * 200), 1.0)
    assert np.abs(quick - slow).mean() < 1.0


def test_bars_are_the_boxes_they_stand_for(qtbot: QtBot) -> None:
    rng = np.random.default_rng(7)
    rects = rng.uniform((0, 0, 5, 5), (280, 180, 40, 40), (100, 4))
    codes = np.sort(rng.integers(0, 3, 100))
    fills = LIGHT.quads[:3]
    quick = picture(Bars(rects, codes, fills), 2.0)
    boxes = zip(rects.tolist(), codes.tolist(), strict=True)
    slow = picture(Group(tuple(Box(Rect(*box), fills[code]) for box, code in boxes)), 2.0)
    assert np.abs(quick - slow).max() <= 1

"""Dashed and dotted lines on the screen, straight ones like bent ones."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from viewer.scene.primitives import Colour, Curves, Dash, Item, Scene
from viewer.ui.painting import render_image

INK, GROUND = Colour(0, 0, 0), Colour(255, 255, 255)


def straight(dash: Dash, width: float) -> Item:
    return Curves((np.array([[10.0, 10.0], [90.0, 10.0]]),), (INK,), (width,), (dash,))


def bent(dash: Dash, width: float) -> Item:
    points = np.array([[10.0, 10.0], [30.0, 10.0], [70.0, 10.0], [90.0, 10.0]])
    return Curves((points,), (INK,), (width,), (dash,), True)


def ink(item: Item) -> float:
    image = render_image(Scene(100.0, 20.0, GROUND, (item,)), scale=2.0)
    total = sum(255 - image.pixelColor(x, y).red() for x in range(image.width()) for y in range(40))
    return total / 255 / 4


@pytest.mark.parametrize("width", [1.0, 1.2, 2.0, 4.0])
@pytest.mark.parametrize("line", [straight, bent])
def test_dots_and_dashes_are_seen_and_are_less_than_a_line(
    qtbot: QtBot, line: Callable[[Dash, float], Item], width: float
) -> None:
    dots, dashes, whole = (ink(line(dash, width)) for dash in ("dotted", "dashed", "solid"))
    assert 0.15 * whole < dots < 0.85 * whole
    assert 0.4 * whole < dashes < 0.85 * whole

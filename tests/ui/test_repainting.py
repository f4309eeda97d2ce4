"""Only what changes is painted again, and the picture is the same as painted whole."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from viewer.commands import actions
from viewer.scene.extent import EVERYTHING, extent
from viewer.scene.primitives import (
    DISC,
    SHAPES,
    Arrows,
    Box,
    Colour,
    Curves,
    Geometry,
    Item,
    Marks,
    Rect,
    Scene,
    Shapes,
    Text,
)
from viewer.ui import painting
from viewer.ui.surface import Surface
from viewer.ui.views import SceneView
from viewer.ui.window import MainWindow


def seen(view: Surface) -> NDArray[np.uint8]:
    """Return what is on the screen of a view now, shape (h, w, 4)."""
    shot = view.screen().grabWindow(view.window().winId()).toImage()
    shot = shot.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(shot.constBits(), np.uint8).reshape(shot.height(), shot.width(), 4)
    corner = view.viewport().mapTo(view.window(), QPoint(0, 0))
    x, y = corner.toTuple()
    return pixels[y : y + view.viewport().height(), x : x + view.viewport().width()].copy()


def assert_as_painted_whole(view: Surface, what: str) -> None:
    # What is on its way is not left over.
    QApplication.processEvents()
    QApplication.processEvents()
    found = seen(view)
    view.viewport().repaint()
    rows, columns = np.nonzero((found != seen(view)).any(axis=2))
    assert not len(rows), f"{what}: left over around {columns[0]}, {rows[0]}"


@pytest.mark.parametrize("name", ["map", "graph", "timeline"])
def test_pointing_leaves_nothing_behind(window: MainWindow, qtbot: QtBot, name: str) -> None:
    view = window.desk.views[name]
    assert isinstance(view, SceneView) and view.scene_shown is not None
    port, targets = view.viewport(), list(view.scene_shown.targets)
    inside = [t for t in targets if port.rect().contains(QPoint(round(t.x), round(t.y)))]
    for target in inside[:: max(len(inside) // 12, 1)]:
        # On it, a little further on it, and beside it.
        for away in (0, 2, 60):
            QTest.mouseMove(port, QPoint(round(target.x) + away, round(target.y)))
            qtbot.wait(20)
            assert_as_painted_whole(view, f"{target.label} {away}")
    for target in inside[:3]:
        # What another view points at lights up here.
        actions.hover(window.store, target.refs[0])
        qtbot.wait(20)
        assert_as_painted_whole(view, target.label)


def test_the_words_beside_the_pointer_go_when_a_button_is_pressed(
    window: MainWindow, qtbot: QtBot
) -> None:
    view = window.desk.views["map"]
    scene = view.scene_shown
    target = next(t for t in scene.targets if t.label.startswith("Tehran"))
    at, port = QPoint(round(target.x), round(target.y)), view.viewport()
    QTest.mouseMove(port, at - QPoint(200, 0))
    qtbot.wait(30)
    before = seen(view)
    QTest.mouseMove(port, at)
    qtbot.wait(30)
    assert view._tip
    said = seen(view)
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=at)
    qtbot.wait(30)
    assert not view._tip
    pressed = seen(view)
    assert (said != before).sum() > (pressed != before).sum()
    assert_as_painted_whole(view, "pressed")
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=at)
    qtbot.wait(100)
    assert_as_painted_whole(view, "released")


LINE = np.array([[40.0, 150.0], [60.0, 40.0], [150.0, 160.0], [160.0, 60.0]])
SPOTS = np.array([[50.0, 60.0], [140.0, 120.0]])
RED, BLUE = Colour(200, 0, 0), Colour(0, 0, 200)
LIGHTS: dict[str, Item] = {
    "box": Box(Rect(50, 60, 40, 30), BLUE, RED, 4.0, 3.0),
    "text": Text("Where it is", 100, 90, RED, 14.0, 600, "centre", halo=BLUE),
    "text from the left": Text("Where it is", 60, 90, RED, 14.0),
    "text to the right": Text("Where it is", 150, 90, RED, 14.0, 700, "right"),
    "bezier": Curves((LINE,), (RED,), (6.5,), ("solid",), bezier=True),
    "lines": Curves((LINE, LINE[::2]), (RED, BLUE), (6.5, 1.0), ("dashed", "solid")),
    "arrows": Arrows(SPOTS, np.array([0.3, 2.0]), np.array([14.0, 9.0]), (RED, BLUE)),
    "areas": Shapes(
        Geometry(LINE, np.array([0, 4]), closed=True), (1.0, 1.0, 3.0, 4.0), stroke=RED, width=1.8
    ),
} | {
    shape: Marks(SPOTS, np.array([9.0, 14.0]), (shape,) * 2, (BLUE,) * 2, (RED,) * 2, np.full(2, 2))
    for shape in SHAPES
}  # fmt: skip


@pytest.mark.parametrize("name", LIGHTS)
def test_nothing_of_an_item_is_painted_outside_its_extent(qapp: QApplication, name: str) -> None:
    picture = QImage(200, 200, QImage.Format.Format_RGB32)
    painter = QPainter(picture)
    painting.paint(painter, Scene(200, 200, Colour(255, 255, 255), (LIGHTS[name],)))
    painter.end()
    painted = np.frombuffer(picture.constBits(), np.uint8).reshape(200, 200, 4)[..., :3]
    rows, columns = np.nonzero((painted < 255).any(axis=2))
    box = extent((LIGHTS[name],))
    assert box.x <= columns.min() and columns.max() + 1 <= box.right
    assert box.y <= rows.min() and rows.max() + 1 <= box.bottom
    # It is not all of the picture either.
    assert box.width * box.height < 0.8 * 200 * 200


def test_what_is_at_no_place_may_be_anywhere() -> None:
    nowhere = Marks(SPOTS * np.nan, np.full(2, 5.0), (DISC,) * 2, (RED,) * 2, (None,) * 2, SPOTS[0])
    assert extent((LIGHTS["box"], nowhere)) == EVERYTHING


def test_what_is_far_away_is_painted_again_all_the_same(window: MainWindow, qtbot: QtBot) -> None:
    view = window.desk.views["map"]
    for far in (3e9, -3e12):
        ends = np.array([[far, 100.0], [300.0, 120.0], [-far, 130.0]])
        view.light_up((Curves((ends,), (RED,), (3.0,), ("solid",)),))
        assert_as_painted_whole(view, str(far))
        view.light_up(())
        assert_as_painted_whole(view, str(far))

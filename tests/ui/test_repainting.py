"""Only what changes is painted again, and the picture is the same as painted whole."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from viewer.commands import actions
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

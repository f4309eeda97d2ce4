"""The graph under mouse and keys: nodes are dragged, ties are dated."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from viewer.scene.graph import GraphScene
from viewer.ui.window import MainWindow


def scene_of(window: MainWindow) -> GraphScene:
    scene = window.desk.views["graph"].scene_shown
    assert isinstance(scene, GraphScene)
    return scene


def spot_of(window: MainWindow, actor: str) -> QPoint:
    scene = scene_of(window)
    row = window.store.state.dossier.actors.row_of[actor]
    x, y = scene.xy[scene.actors.tolist().index(row)]
    return QPoint(round(x), round(y))


def drag(window: MainWindow, qtbot: QtBot, start: QPoint, end: QPoint) -> None:
    port = window.desk.views["graph"].viewport()
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 5):
        QTest.mouseMove(port, start + (end - start) * step / 4)
        qtbot.wait(10)
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=end)
    qtbot.wait(80)


def test_a_node_is_dragged_and_stays_and_the_others_too(window: MainWindow, qtbot: QtBot) -> None:
    before, start = scene_of(window).xy.copy(), spot_of(window, "champagne")
    end = start + QPoint(-60, 45)
    drag(window, qtbot, start, end)
    assert (spot_of(window, "champagne") - end).manhattanLength() <= 3
    moved = np.hypot(*(scene_of(window).xy - before).T) > 8
    assert moved.sum() < 0.2 * len(moved)
    assert window.store.undo_label == "Move François-Philippe Champagne"
    assert not window.store.state.selection.count
    window.store.undo()
    qtbot.wait(80)
    assert (spot_of(window, "champagne") - start).manhattanLength() <= 3


def test_escape_puts_a_dragged_node_back(window: MainWindow, qtbot: QtBot) -> None:
    view = window.desk.views["graph"]
    start = spot_of(window, "champagne")
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 4):
        QTest.mouseMove(view.viewport(), start + QPoint(20 * step, 0))
        qtbot.wait(10)
    QTest.keyClick(view, Qt.Key.Key_Escape)
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=start + QPoint(60, 0))
    qtbot.wait(80)
    assert not window.store.state.layout.pinned
    assert (spot_of(window, "champagne") - start).manhattanLength() <= 1


def test_moved_nodes_are_released(window: MainWindow, qtbot: QtBot) -> None:
    start = spot_of(window, "champagne")
    drag(window, qtbot, start, start + QPoint(50, 30))
    command = window.desk.registry["graph.release"]
    assert command.enabled(window.desk.context)
    command.run(window.desk.context)
    qtbot.wait(80)
    assert not window.store.state.layout.pinned


def test_a_slider_dates_the_ties(window: MainWindow, qtbot: QtBot) -> None:
    everything = len(scene_of(window).edges)
    window.desk.registry["graph.moment"].run(window.desk.context)
    bar = window.desk.date_bar
    assert bar.isVisible()
    bar.slider.setFocus()
    QTest.keyClick(bar.slider, Qt.Key.Key_Home)
    qtbot.wait(80)
    assert len(scene_of(window).edges) < everything
    QTest.keyClick(bar.slider, Qt.Key.Key_End)
    qtbot.wait(80)
    window.desk.registry["graph.moment"].run(window.desk.context)
    qtbot.wait(80)
    assert not bar.isVisible()
    assert window.store.state.look.moment is None
    assert len(scene_of(window).edges) == everything

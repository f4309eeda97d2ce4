"""The graph under mouse and keys: nodes are dragged, ties are dated."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFrame
from pytestqt.qtbot import QtBot

from tests.dossiers import make
from tests.ui.conftest import open_window
from viewer.commands.editing import edit
from viewer.model import edits
from viewer.scene.graph import GraphScene
from viewer.scene.labels import text_box
from viewer.scene.primitives import Text
from viewer.scene.style import TINY
from viewer.ui.measures import MeasuresDialog
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


def test_a_node_let_go_of_after_another_dossier_was_opened_is_let_go(
    window: MainWindow, qtbot: QtBot
) -> None:
    port, start = window.desk.views["graph"].viewport(), spot_of(window, "champagne")
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 4):
        QTest.mouseMove(port, start + QPoint(20 * step, 0))
    window.store.open(make())
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=start + QPoint(60, 0))
    qtbot.wait(80)
    assert not window.store.state.layout.pinned


def test_what_is_gone_meanwhile_is_not_asked_for(window: MainWindow) -> None:
    registry, context = window.desk.registry, window.desk.context
    for command in registry:
        if not command.enabled(context):
            # A menu or a key may have offered it a moment ago.
            command.run(context)
    assert registry["edit.merge"].enabled(context) is False


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


def test_nodes_are_sized_and_coloured_by_measures(window: MainWindow, qtbot: QtBot) -> None:
    context = window.desk.context
    window.desk.registry["graph.size.betweenness"].run(context)
    window.desk.registry["graph.colour.community"].run(context)

    def told() -> list[str]:
        return [item.text for item in scene_of(window).items if isinstance(item, Text)]

    # Its library is loaded when it is first asked for.
    qtbot.waitUntil(lambda: any(text.startswith("Community 1 (") for text in told()))
    assert "Size: betweenness" in told()
    scene = scene_of(window)
    assert window.store.undo_label == "Colour Actors by Community"
    iran = scene.actors.tolist().index(window.store.state.dossier.actors.row_of["iran-state"])
    assert scene.radii[iran] > np.median(scene.radii)


def test_the_table_of_measures_sorts_and_picks(window: MainWindow, qtbot: QtBot) -> None:
    window.desk.registry["graph.table"].run(window.desk.context)
    qtbot.waitUntil(lambda: bool(window.findChildren(MeasuresDialog)))
    (dialog,) = window.findChildren(MeasuresDialog)
    dialog.table.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    model = dialog.table.model()
    degrees = [int(model.index(row, 1).data()) for row in range(model.rowCount())]
    assert degrees == sorted(degrees, reverse=True)
    dialog.table.selectRow(0)
    qtbot.wait(60)
    active = window.store.state.selection.active
    assert window.store.state.dossier.name(active) == model.index(0, 0).data()
    assert dialog.text().startswith("Actor\tDegree\t")
    dialog.reject()


@pytest.fixture
def crowd(qtbot: QtBot, tmp_path: Path) -> MainWindow:
    """A dossier whose graph takes longer to lay out than a picture may."""
    rng = np.random.default_rng(3)
    names = "".join(f"a{i},Actor {i},person\n" for i in range(900))
    (tmp_path / "actors.csv").write_text(f"id,name,kind\n{names}", encoding="utf-8")
    ties = "".join(
        f"r{k},a{a},a{int(a * rng.random() ** 2)},peer\n"
        for k, a in enumerate(rng.integers(1, 900, 2500).tolist())
    )
    (tmp_path / "relations.csv").write_text(f"id,source,target,type\n{ties}", encoding="utf-8")
    return open_window(qtbot, tmp_path)


def test_a_large_graph_is_laid_out_while_it_is_looked_at_and_stops(
    crowd: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = crowd.desk.graph_view
    qtbot.waitUntil(lambda: not view.laying_out)
    # So little patience that any layout is unfinished.
    monkeypatch.setattr("viewer.ui.views.PATIENCE", 0.0)
    crowd.desk.registry["graph.again"].run(crowd.desk.context)
    qtbot.waitUntil(lambda: view.laying_out)
    command = crowd.desk.registry["graph.stop"]
    assert command.enabled(crowd.desk.context)
    command.run(crowd.desk.context)
    qtbot.waitUntil(lambda: not view.laying_out, timeout=1_000)
    qtbot.waitUntil(lambda: view.settled_down)
    stopped = scene_of(crowd).xy.copy()
    qtbot.wait(150)
    assert np.array_equal(scene_of(crowd).xy, stopped)


def test_the_graph_cannot_be_lost_from_sight(window: MainWindow, qtbot: QtBot) -> None:
    view = window.desk.graph_view
    for factor, dx in ((1e-9, 0.0), (1.0, 1e9), (1.0, -1e9)):
        view.zoom(factor)
        view.pan(dx, dx)
        qtbot.waitUntil(lambda: view.moved_to() is None)
        assert view.camera is not None
        scene = scene_of(window)
        inside = (scene.xy > 0) & (scene.xy < (scene.width, scene.height))
        assert inside.all(axis=1).any()
        assert np.ptp(scene.xy, axis=0).max() > 40
    view.zoom(1e12)
    qtbot.waitUntil(lambda: view.moved_to() is None)
    assert np.ptp(scene_of(window).xy, axis=0).max() < 1e7


def test_an_actor_added_beside_the_only_one_is_seen_with_it(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "actors.csv").write_text("id,name,kind\nada,Ada,person\n", encoding="utf-8")
    window = open_window(qtbot, tmp_path)
    dossier = window.store.state.dossier
    edit(window.store, "Add Bo", edits.insert(dossier, "actors", {"name": "Bo", "kind": "person"}))
    view = window.desk.graph_view
    qtbot.waitUntil(lambda: len(scene_of(window).actors) == 2 and view.settled_down)
    scene = scene_of(window)
    assert (np.ptp(scene.xy, axis=0) < (scene.width, scene.height)).all()
    assert np.hypot(*np.diff(scene.xy, axis=0).T) > 20


@pytest.mark.parametrize("kind", ["layered", "circular", "radial", "places", "time"])
def test_every_layout_shows_every_actor(window: MainWindow, qtbot: QtBot, kind: str) -> None:
    before = scene_of(window).xy.copy()
    window.desk.registry[f"graph.layout.{kind}"].run(window.desk.context)
    qtbot.wait(100)
    qtbot.waitUntil(lambda: not window.desk.graph_view.laying_out)
    scene = scene_of(window)
    assert len(scene.xy) == len(before)
    assert not np.allclose(scene.xy, before)
    assert (scene.xy >= 0).all()
    assert (scene.xy <= (scene.width, scene.height)).all()


def test_the_key_stays_clear_of_the_buttons(window: MainWindow, qtbot: QtBot) -> None:
    view = window.desk.views["graph"]
    state = window.store.state
    window.store.update(look=replace(state.look, size="degree", colour="community"))
    qtbot.wait(80)
    (tools,) = view.findChildren(QFrame, "tools")
    stand = tools.geometry()
    said = [item for item in scene_of(window).items if isinstance(item, Text)]
    assert any(text.text.startswith("Community") for text in said)
    for text in said:
        if text.size == TINY and text.text != "!":
            assert not stand.intersects(QRectF(*text_box(text)).toAlignedRect()), text.text

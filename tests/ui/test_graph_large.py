"""A graph of very many ties in its view: its picture arrives, and it answers to the mouse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from tests.dossiers import make
from viewer.commands import actions
from viewer.model.schema import Ref
from viewer.model.store import Store
from viewer.scene.graph import GraphScene, build_graph_scene
from viewer.scene.graph_layout import keep
from viewer.scene.primitives import Scene
from viewer.scene.style import DARK, LIGHT, Theme
from viewer.ui import scene_run
from viewer.ui.graph_view import GraphView
from viewer.ui.painting import render_image

WIDTH, HEIGHT = 700, 500
NODES, EDGES = 600, 4000


@pytest.fixture
def view(qtbot: QtBot) -> Iterator[GraphView]:
    rng = np.random.default_rng(1)
    ends = rng.integers(0, NODES, (EDGES, 2)).tolist()
    dossier = make(
        actors=[{"id": f"a{i}", "name": f"Actor {i}", "kind": "person"} for i in range(NODES)],
        relations=[{"id": f"r{k}", "source": f"a{a}", "target": f"a{b}", "type": "peer"}
                   for k, (a, b) in enumerate(ends)],
    )  # fmt: skip
    store = Store(dossier)
    keep(dossier, store.state.layout, WIDTH / HEIGHT, rng.normal(0.0, 300.0, (NODES, 2)))
    view = GraphView(store, LIGHT)
    # As in the program it is part of a window: pyqtgraph's own close() leaves nothing to delete.
    holder = QMainWindow()
    holder.setCentralWidget(view)
    holder.resize(WIDTH, HEIGHT)
    qtbot.addWidget(holder)
    soon = QTimer(view, interval=0, singleShot=True)
    soon.timeout.connect(view.refresh)
    store.subscribe(
        lambda _state, changes: view.show_hover() if changes == {"hover"} else soon.start()
    )
    with qtbot.waitExposed(holder):
        holder.show()
    view.refresh()
    settle(view, qtbot)
    yield view
    view.end()


def settle(view: GraphView, qtbot: QtBot) -> GraphScene:
    qtbot.wait(5)
    qtbot.waitUntil(lambda: view.scene_shown is not None and view.settled_down)
    qtbot.wait(5)
    return scene_of(view)


def scene_of(view: GraphView) -> GraphScene:
    scene = view.scene_shown
    assert isinstance(scene, GraphScene)
    return scene


def far_from_nodes(scene: GraphScene) -> tuple[int, QPoint]:
    """Return an edge, and a point on it that no node is near."""
    spots = scene.xy[scene.ends].mean(axis=1)
    away = np.hypot(*(spots[:, None] - scene.xy).transpose(2, 0, 1)).min(axis=1)
    inside = (spots > 60).all(axis=1) & (spots < (WIDTH - 60, HEIGHT - 60)).all(axis=1)
    edge = int(np.argmax(np.where(inside, away, 0)))
    return edge, QPoint(*np.rint(spots[edge]).astype(int).tolist())


def test_the_picture_arrives_and_is_what_an_export_shows(view: GraphView) -> None:
    scene = scene_of(view)
    assert len(scene.edges) == EDGES
    assert not view.at_once()
    shown = view.grab().toImage()
    painted = render_image(build_graph_scene(view.frame_now()))
    for x in range(100, WIDTH - 100, 37):
        for y in range(60, HEIGHT - 120, 29):
            assert shown.pixelColor(x, y) == painted.pixelColor(x, y), (x, y)


def test_a_tie_among_thousands_lights_up_and_is_picked(view: GraphView, qtbot: QtBot) -> None:
    scene = scene_of(view)
    _, spot = far_from_nodes(scene)
    QTest.mouseMove(view.viewport(), spot)
    qtbot.wait(20)
    hover = view.store.state.hover
    assert hover is not None
    assert hover.table == "relations"
    tip = view.target_at(QPointF(spot))
    assert tip is not None
    assert tip.label.startswith("Actor ")
    before = view.grab().toImage()
    QTest.mouseMove(view.viewport(), QPoint(3, 200))
    qtbot.wait(20)
    assert view.store.state.hover is None
    assert view.grab().toImage() != before
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert view.store.state.selection.active == hover
    scene = settle(view, qtbot)
    assert scene.dimmed.sum() > EDGES / 2


def test_a_node_is_picked_among_thousands_of_ties(view: GraphView, qtbot: QtBot) -> None:
    scene = scene_of(view)
    spot = QPoint(*np.rint(scene.xy[300]).astype(int).tolist())
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    active = view.store.state.selection.active
    assert active is not None
    assert active.table == "actors"


def test_a_drag_that_begins_on_a_tie_draws_a_lasso(view: GraphView, qtbot: QtBot) -> None:
    _, spot = far_from_nodes(scene_of(view))
    port = view.viewport()
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=spot)
    for x, y in ((60, 0), (60, 60), (0, 60), (-60, 60), (-60, -60)):
        QTest.mouseMove(port, spot + QPoint(x, y))
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=spot + QPoint(-60, -60))
    assert view.store.state.selection.actors.sum() > 1


def test_the_last_picture_moves_at_once_and_a_fresh_one_follows(
    view: GraphView, qtbot: QtBot
) -> None:
    old = scene_of(view)
    x, y = old.xy[300].tolist()
    before = view.grab().toImage().copy(round(x) - 8, round(y) - 8, 16, 16)
    view.pan(60, 30)
    assert view.scene_shown is old
    moved = view.grab().toImage().copy(round(x) + 52, round(y) + 22, 16, 16)
    assert moved == before
    # What is pointed at has moved along.
    target = view.target_at(QPointF(x + 60, y + 30))
    assert target is not None
    assert target is old.at(x, y)
    fresh = settle(view, qtbot)
    assert fresh is not old
    assert np.allclose(fresh.xy, old.xy + (60, 30))
    assert view.moved_to() is None


def test_a_picture_of_a_state_gone_by_is_never_shown(
    view: GraphView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    # However slow the machine is.
    monkeypatch.setattr(scene_run, "OVERDUE", 60.0)
    shown: list[object] = []
    hang = view.show_scene

    def watched(scene: Scene, theme: Theme, picture: QPixmap | None = None) -> None:
        shown.append(scene)
        hang(scene, theme, picture)

    monkeypatch.setattr(view, "show_scene", watched)
    for name in ("a1", "a2", "a3"):
        actions.select(view.store, (Ref("actors", name),))
        qtbot.wait(8)
    scene = settle(view, qtbot)
    assert shown[-1] is scene
    assert len(shown) == 1
    row = view.store.state.dossier.actors.row_of["a3"]
    own = (scene.actors[scene.ends] == row).any(axis=1)
    assert not scene.dimmed[own].any()


def test_a_node_is_dragged_among_thousands_of_ties(view: GraphView, qtbot: QtBot) -> None:
    scene = scene_of(view)
    node = int(np.argmin(np.hypot(*(scene.xy - (350, 200)).T)))
    start = QPoint(*np.rint(scene.xy[node]).astype(int).tolist())
    target = view.target_at(QPointF(start))
    assert target is not None
    ref, end = target.refs[0], start + QPoint(-70, 90)
    port = view.viewport()
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 5):
        QTest.mouseMove(port, start + (end - start) * step / 4)
        qtbot.wait(5)
    held = view.grab().toImage()
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=end)
    # It stays in sight until it is in the picture.
    assert view.grab().toImage().pixelColor(end) == held.pixelColor(end)
    fresh = settle(view, qtbot)
    at = fresh.actors.tolist().index(view.store.state.dossier.row(ref))
    assert np.hypot(*(fresh.xy[at] - end.toTuple())) < 2
    assert ref.id in view.store.state.layout.pinned
    assert view.store.undo_label is not None


def test_escape_puts_it_back(view: GraphView, qtbot: QtBot) -> None:
    start = QPoint(*np.rint(scene_of(view).xy[300]).astype(int).tolist())
    port = view.viewport()
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(port, start + QPoint(40, 40))
    QTest.keyClick(view, Qt.Key.Key_Escape)
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=start + QPoint(40, 40))
    settle(view, qtbot)
    assert not view.store.state.layout.pinned


def test_another_theme_and_size_and_filter_are_followed(view: GraphView, qtbot: QtBot) -> None:
    view.set_theme(DARK)
    qtbot.wait(5)
    assert settle(view, qtbot).background == DARK.graph_ground
    view.window().resize(WIDTH - 100, HEIGHT)
    qtbot.wait(5)
    assert settle(view, qtbot).width == WIDTH - 100
    look = replace(view.store.state.look, ties=frozenset({"events"}))
    view.store.update(look=look)
    scene = settle(view, qtbot)
    assert len(scene.edges) == 0
    assert len(scene.actors) == NODES

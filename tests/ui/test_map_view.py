"""The map under the mouse: moved, zoomed, laid flat otherwise, insets dragged."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from viewer.commands import actions
from viewer.errors import EntenteError
from viewer.scene import map_basemap
from viewer.scene.map import MapScene, handle, lonlat_at
from viewer.scene.map_basemap import Detail
from viewer.scene.primitives import Shapes
from viewer.ui.views import MapView
from viewer.ui.window import MainWindow


def map_of(window: MainWindow, qtbot: QtBot) -> MapView:
    """Return the map, wide enough for insets."""
    window.resize(1700, 1000)
    view = window.desk.views["map"]
    assert isinstance(view, MapView)
    settle(view, qtbot)
    return view


def settle(view: MapView, qtbot: QtBot) -> None:
    """Wait until the map shows the current state where it looks now."""
    qtbot.wait(150)
    qtbot.waitUntil(lambda: view.moved_to() is None)


def shown(view: MapView) -> MapScene:
    assert isinstance(view.scene_shown, MapScene)
    return view.scene_shown


def middle(view: MapView) -> tuple[float, float]:
    found = lonlat_at(shown(view), view.width() / 2, view.height() / 2)
    assert found is not None
    return found


def test_the_last_picture_moves_along_at_once(window: MainWindow, qtbot: QtBot) -> None:
    view = map_of(window, qtbot)
    before = shown(view)
    view.pan(40, -25)
    away = view.moved_to()
    assert shown(view) is before and away is not None
    assert (away.x, away.y) == pytest.approx((40, -25), abs=1)
    view.zoom(2.0, QPointF(0, 0))
    away = view.moved_to()
    assert away is not None and away.width == pytest.approx(2 * before.width, rel=0.01)
    assert (away.x, away.y) == pytest.approx((80, -50), abs=2)
    view.grab()
    settle(view, qtbot)
    assert shown(view).camera.scale == pytest.approx(before.camera.scale / 2)


@pytest.mark.parametrize("name", ["map", "graph"])
@pytest.mark.parametrize(("pixels", "zoom"), [(3e3, 1.0), (1e12, 1.0), (0.0, 1e9), (40.0, 1e12)])
def test_far_from_what_was_drawn_the_ground_is_seen(
    window: MainWindow, qtbot: QtBot, name: str, pixels: float, zoom: float
) -> None:
    view = window.desk.views[name]
    view.grab()
    view.bounded = lambda camera: camera
    view.pan(pixels, 0)
    view.zoom(zoom)
    seen = view.grab().toImage()
    if zoom == 1.0:
        ground = view.scene_shown.background[:3]
        assert seen.pixelColor(seen.width() // 2, seen.height() // 2).getRgb()[:3] == ground


@pytest.mark.parametrize("name", ["ortho", "robin", "merc"])
def test_another_projection_keeps_the_spot(window: MainWindow, qtbot: QtBot, name: str) -> None:
    view = map_of(window, qtbot)
    view.zoom(3.0)
    settle(view, qtbot)
    spot = middle(view)
    actions.set_projection(window.store, name)
    settle(view, qtbot)
    assert shown(view).projection.name == name
    assert middle(view) == pytest.approx(spot, abs=0.05)
    window.store.undo()
    settle(view, qtbot)
    assert middle(view) == pytest.approx(spot, abs=0.05)


def test_the_map_cannot_be_zoomed_away(window: MainWindow, qtbot: QtBot) -> None:
    view = map_of(window, qtbot)
    for _ in range(20):
        view.zoom(0.3)
    settle(view, qtbot)
    rim = shown(view).projection.outline.xy
    across = (rim.max(axis=0) - rim.min(axis=0)) / shown(view).camera.scale
    assert across.max() > 0.2 * view.width()


def test_an_inset_is_dragged_by_its_title(window: MainWindow, qtbot: QtBot) -> None:
    view = map_of(window, qtbot)
    inset = shown(view).insets[0]
    before, grip = inset.panel.rect, handle(inset)
    start = QPoint(round(grip.x + grip.width / 2), round(grip.y + grip.height / 2))
    picked = window.store.state.selection
    port = view.viewport()
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 6):
        QTest.mouseMove(port, start + QPoint(20 * step, -30 * step))
        qtbot.wait(10)
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=start + QPoint(100, -150))
    settle(view, qtbot)
    after = next(i for i in shown(view).insets if i.title == inset.title).panel.rect
    assert (after.x - before.x, after.y - before.y) == pytest.approx((100, -150), abs=3)
    assert window.store.state.selection is picked
    window.store.undo()
    settle(view, qtbot)
    assert shown(view).insets[0].panel.rect == before
    QTest.mouseClick(port, Qt.MouseButton.LeftButton, pos=start)
    assert window.store.state.selection is picked


def test_the_finest_level_comes_when_it_is_made(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = map_of(window, qtbot)
    # As at the start: nothing of it was made before.
    monkeypatch.setattr(map_basemap._whole, "_results", {})
    monkeypatch.setattr(map_basemap._whole, "bytes", 0)
    view.camera = replace(shown(view).camera, scale=2_500.0)
    view.refresh()
    first = shown(view)
    assert first.wanting is not None, "the window waits for the finest level"
    qtbot.waitUntil(lambda: shown(view).wanting is None)
    assert shown(view).camera == first.camera
    assert points_of(shown(view)) > 1.5 * points_of(first) > 0


def test_a_level_that_cannot_be_made_is_told_once_and_others_are_made(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = map_of(window, qtbot)
    torn = shown(view).projection
    whole, tried = Detail.make, []

    def make(detail: Detail) -> None:
        tried.append(detail.projection)
        if detail.projection == torn:
            raise EntenteError("land.bin is torn")
        whole(detail)

    monkeypatch.setattr(map_basemap._whole, "_results", {})
    monkeypatch.setattr(map_basemap._whole, "bytes", 0)
    monkeypatch.setattr(Detail, "make", make)
    with qtbot.captureExceptions() as told:
        view.camera = replace(shown(view).camera, scale=2_500.0)
        view.refresh()
        qtbot.waitUntil(lambda: bool(told))
        view.refresh()
        settle(view, qtbot)
    assert [str(error) for _, error, _ in told] == ["land.bin is torn"]
    assert shown(view).wanting is not None
    actions.set_projection(window.store, "robin")
    settle(view, qtbot)
    view.camera = replace(shown(view).camera, scale=2_500.0)
    view.refresh()
    qtbot.waitUntil(lambda: shown(view).wanting is None)
    assert shown(view).projection in tried


def points_of(scene: MapScene) -> int:
    """Return the points of all lines and areas of a picture."""
    return sum(len(item.geometry.xy) for item in scene.items if isinstance(item, Shapes))

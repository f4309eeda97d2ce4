"""The window: four views of one state, driven with mouse and keys."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QListView,
    QTreeWidget,
)
from pytestqt.qtbot import QtBot

from tests.scenes import texts
from tests.ui.conftest import open_window
from viewer.assets import shipped_dossier
from viewer.commands import actions
from viewer.model.dossier import Dossier
from viewer.model.find import Index
from viewer.model.schema import Ref
from viewer.scene.targets import Target
from viewer.ui import window as window_module
from viewer.ui.canvas import Canvas
from viewer.ui.window import MainWindow

BAGHDAD = Ref("places", "baghdad")


def view(window: MainWindow, name: str) -> Canvas:
    """Return one of the drawn views."""
    return window.desk.views[name]


def target_of(canvas: Canvas, ref: Ref) -> Target:
    """Return where a row can be clicked that nothing else covers."""
    scene = canvas.scene_shown
    assert scene is not None
    for target in scene.targets:
        hit = scene.at(target.x, target.y)
        if target.refs == (ref,) and hit is not None and hit.refs == (ref,):
            return target
    raise AssertionError(f"{ref} cannot be clicked")


def click(canvas: Canvas, ref: Ref, modifier: Qt.KeyboardModifier | None = None) -> None:
    """Click a row's mark with the mouse."""
    target = target_of(canvas, ref)
    QTest.mouseClick(
        canvas.viewport(),
        Qt.MouseButton.LeftButton,
        modifier or Qt.KeyboardModifier.NoModifier,
        QPointF(target.x, target.y).toPoint(),
    )


def settle(qtbot: QtBot) -> None:
    """Wait until all views show the current state."""
    qtbot.wait(160)


def evidence_of(window: MainWindow) -> str:
    """Return what the evidence panel says."""
    return str(window.desk.evidence.text())


@pytest.mark.parametrize("place", ["tehran", "ottawa", "baghdad", "erbil", "besmaya", "munich"])
def test_a_click_on_a_place_brings_its_events_in_order_of_date(
    window: MainWindow, qtbot: QtBot, place: str
) -> None:
    ref = Ref("places", place)
    click(view(window, "map"), ref)
    settle(qtbot)
    dossier = window.store.state.dossier
    assert window.store.state.selection.refs(dossier) == (ref,)
    text = evidence_of(window)
    assert text.startswith(dossier.name(ref))
    rows = dossier.places_of_event.reverse.of(dossier.row(ref))
    titles = [dossier.events["title"][row] for row in rows]
    assert titles
    assert all(title in text for title in titles)
    bounds = dossier.event_bounds
    shown = [row for kind, row in window.desk.evidence._cards if kind == "events"]
    days = [bounds[row, 0] for row in shown if bounds[row, 0] > float("-inf")]
    assert days == sorted(days)


def test_oman_is_an_area_and_brings_the_meeting(window: MainWindow, qtbot: QtBot) -> None:
    click(view(window, "map"), Ref("places", "oman"))
    settle(qtbot)
    assert "Champagne and Zarif meet in Oman" in evidence_of(window)


def test_what_belongs_to_the_place_stands_out_in_every_view(
    window: MainWindow, qtbot: QtBot
) -> None:
    click(view(window, "map"), BAGHDAD)
    settle(qtbot)
    dossier, lit = window.store.state.dossier, window.store.highlight
    assert lit.dimming
    assert lit.actors[dossier.actors.row_of["soleimani"]]
    assert lit.events[dossier.events.row_of["soleimani-killing"]]
    assert not lit.actors[dossier.actors.row_of["rock"]]


@pytest.mark.parametrize(
    ("name", "ref"),
    [
        ("graph", Ref("actors", "zarif")),
        ("timeline", Ref("events", "oman-meeting")),
        ("timeline", Ref("events", "munich-meeting")),
    ],
)
def test_the_same_from_a_node_and_from_a_mark_on_the_timeline(
    window: MainWindow, qtbot: QtBot, name: str, ref: Ref
) -> None:
    click(view(window, name), ref)
    settle(qtbot)
    dossier = window.store.state.dossier
    assert window.store.state.selection.refs(dossier) == (ref,)
    assert dossier.name(ref) in evidence_of(window)


def test_the_same_from_an_event_in_the_panel(window: MainWindow, qtbot: QtBot) -> None:
    cards = window.desk.evidence.list
    first = cards.model().index(0, 0)
    qtbot.waitUntil(lambda: cards.visualRect(first).width() == cards.viewport().width())
    settle(qtbot)
    QTest.mouseClick(
        cards.viewport(), Qt.MouseButton.LeftButton, pos=cards.visualRect(
            cards.model().index(0, 0)).topLeft() + QPoint(30, 12),
    )  # fmt: skip
    settle(qtbot)
    active = window.store.state.selection.active
    assert active is not None
    assert active.table == "events"


def test_shift_adds_ctrl_toggles_esc_clears(window: MainWindow, qtbot: QtBot) -> None:
    graph, dossier = view(window, "graph"), window.store.state.dossier
    iran, canada = Ref("actors", "iran-state"), Ref("actors", "canada-state")
    click(graph, iran)
    settle(qtbot)
    click(graph, canada, Qt.KeyboardModifier.ShiftModifier)
    settle(qtbot)
    assert set(window.store.state.selection.refs(dossier)) == {iran, canada}
    click(graph, iran, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot)
    assert window.store.state.selection.refs(dossier) == (canada,)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    settle(qtbot)
    assert window.store.state.selection.count == 0


def test_hover_lights_up_and_goes_out(window: MainWindow, qtbot: QtBot) -> None:
    canvas = view(window, "map")
    target = target_of(canvas, BAGHDAD)
    QTest.mouseMove(canvas.viewport(), QPointF(target.x, target.y).toPoint())
    settle(qtbot)
    assert window.store.state.hover == BAGHDAD
    glow = window.store.glow
    assert glow is not None
    assert glow.actors[window.store.state.dossier.actors.row_of["soleimani"]]
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    settle(qtbot)
    assert window.store.state.hover is None


def test_hover_changes_no_picture_but_draws_over_it(window: MainWindow, qtbot: QtBot) -> None:
    canvases = [view(window, name) for name in ("map", "graph", "timeline")]
    settle(qtbot)
    scenes = [canvas.scene_shown for canvas in canvases]
    pictures = [canvas.viewport().grab().toImage() for canvas in canvases[:2]]
    actions.hover(window.store, BAGHDAD)
    settle(qtbot)
    assert [canvas.scene_shown for canvas in canvases] == scenes
    lit = [canvas.viewport().grab().toImage() for canvas in canvases[:2]]
    assert all(one != two for one, two in zip(pictures, lit, strict=True))
    actions.hover(window.store, None)
    settle(qtbot)
    assert [canvas.viewport().grab().toImage() for canvas in canvases[:2]] == pictures


def test_a_lasso_selects_what_it_encloses(window: MainWindow, qtbot: QtBot) -> None:
    canvas = view(window, "graph")
    size = canvas.viewport().size()
    corners = [(2, 2), (size.width() - 3, 2), (size.width() - 3, size.height() - 3),
               (2, size.height() - 3), (2, 40)]  # fmt: skip
    points = [QPoint(*corner) for corner in corners]
    QTest.mousePress(canvas.viewport(), Qt.MouseButton.LeftButton, pos=points[0])
    for point in points[1:]:
        QTest.mouseMove(canvas.viewport(), point)
        qtbot.wait(5)
    QTest.mouseRelease(canvas.viewport(), Qt.MouseButton.LeftButton, pos=points[-1])
    settle(qtbot)
    picked = window.store.state.selection
    assert picked.actors.sum() > 0.8 * len(picked.actors)
    assert not picked.events.any()


def test_the_wheel_zooms_at_the_pointer_and_show_everything_returns(
    window: MainWindow, qtbot: QtBot
) -> None:
    canvas = view(window, "map")
    before = canvas.scene_shown.camera
    at = QPointF(target_of(canvas, BAGHDAD).x, target_of(canvas, BAGHDAD).y)
    none = Qt.KeyboardModifier.NoModifier
    wheel = QWheelEvent(
        at, canvas.mapToGlobal(at.toPoint()).toPointF(), QPoint(), QPoint(0, 600),
        Qt.MouseButton.NoButton, none, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas.viewport(), wheel)
    settle(qtbot)
    after = canvas.scene_shown.camera
    assert after.scale < before.scale / 2
    size = float(canvas.viewport().width()), float(canvas.viewport().height())
    xy = np.array([[at.x(), at.y()]])
    assert np.allclose(before.to_world(xy, *size), after.to_world(xy, *size), atol=after.scale)
    window.desk.registry["view.fit"].run(window.desk.context)
    settle(qtbot)
    assert canvas.scene_shown.camera == before


def test_a_facet_taken_out_is_gone_from_views_and_counts(window: MainWindow, qtbot: QtBot) -> None:
    total = window.store.shown.events.sum()
    panel = window.desk.facets
    row = next(i for i, r in enumerate(panel._rows) if r.value == "material-conflict")
    area = panel.list.visualRect(panel.list.model().index(row, 0))
    QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=area.center())
    settle(qtbot)
    left = window.store.shown.events.sum()
    assert left < total
    assert f"{left} of {total} events" in window.desk.status.text()
    refs = {ref for t in view(window, "timeline").scene_shown.targets for ref in t.refs}
    assert Ref("events", "soleimani-killing") not in refs


def test_find_brings_what_is_typed(window: MainWindow, qtbot: QtBot) -> None:
    window.desk.registry["edit.find"].run(window.desk.context)
    QTest.keyClicks(window.desk.find_field, "zarif")
    assert any("Zarif" in title for title in window.desk.find_field.results())
    QTest.keyClick(window.desk.find_field, Qt.Key.Key_Return)
    settle(qtbot)
    assert window.store.state.selection.active == Ref("actors", "zarif")


def test_find_knows_persian_and_commands(window: MainWindow, qtbot: QtBot) -> None:
    window.desk.find_field.setFocus()
    window.desk.find_field.setText("")
    window.desk.find_field.textEdited.emit("ظریف")
    assert any("Zarif" in title for title in window.desk.find_field.results())
    window.desk.find_field.textEdited.emit("dark")
    assert any("Appearance: Dark" in title for title in window.desk.find_field.results())


def test_find_says_that_it_is_still_indexing_and_then_finds(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    field, go_on = window.desk.find_field, threading.Event()
    index_of = Index.of

    def slowly(dossier: Dossier) -> Index:
        go_on.wait(5)
        return index_of(dossier)

    monkeypatch.setattr(Index, "of", staticmethod(slowly))
    window.store.open(replace(window.store.state.dossier))
    field.setFocus()
    QTest.keyClicks(field, "zarif")
    assert [title.split(" — ")[0] for title in field.results()] == ["Still indexing…"]
    QTest.keyClick(field, Qt.Key.Key_Return)
    QTest.keyClicks(field, "zarif")
    assert window.store.state.selection.active is None
    go_on.set()
    qtbot.waitUntil(lambda: any("Zarif" in title for title in field.results()))
    assert not any("indexing" in title for title in field.results())


def test_find_looks_through_the_dossier_that_is_open_now(window: MainWindow, qtbot: QtBot) -> None:
    field = window.desk.find_field
    window.store.open(Dossier.empty())
    field.setFocus()
    QTest.keyClicks(field, "zarif")
    assert [title.split(" — ")[0] for title in field.results()] == ["Nothing found"]


def test_undo_takes_back_a_selection(window: MainWindow, qtbot: QtBot) -> None:
    click(view(window, "map"), BAGHDAD)
    settle(qtbot)
    assert window.desk.top_bar.actions_by_id["edit.undo"].text() == "Undo Select Baghdad"
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot)
    assert window.store.state.selection.count == 0


def test_dark_theme_reaches_every_view(window: MainWindow, qtbot: QtBot) -> None:
    window.desk.set_theme("dark")
    settle(qtbot)
    image = window.grab().toImage()
    dark = sum(
        image.pixelColor(x, y).lightness() < 90
        for x in range(5, image.width(), 97)
        for y in range(5, image.height(), 61)
    )
    total = len(range(5, image.width(), 97)) * len(range(5, image.height(), 61))
    assert dark > 0.85 * total


def test_a_view_hidden_and_shown_again_shows_the_same_state(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.desk.set_view_visible("graph", False)
    assert not window.desk.view_visible("graph")
    actions.select(window.store, (BAGHDAD,))
    settle(qtbot)
    window.desk.set_view_visible("graph", True)
    settle(qtbot)
    summary = view(window, "graph").scene_shown.summary
    assert "stand out" in summary


def test_a_window_can_be_dragged_along_the_overview(window: MainWindow, qtbot: QtBot) -> None:
    timeline = window.desk.views["timeline"]
    scene = timeline.timeline
    box = scene.overview_window
    middle = QPoint(round(box.x + box.width / 2), round(box.y + box.height / 2))
    QTest.mousePress(timeline.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    for step in range(1, 6):
        QTest.mouseMove(timeline.viewport(), middle - QPoint(40 * step, 0))
        qtbot.wait(5)
    QTest.mouseRelease(timeline.viewport(), Qt.MouseButton.LeftButton, pos=middle - QPoint(200, 0))
    settle(qtbot)
    assert timeline.timeline.window[0] < scene.window[0] - 100
    window.store.undo()
    assert window.store.state.window is None


def test_every_view_follows_a_drag_over_time(window: MainWindow, qtbot: QtBot) -> None:
    store, views = window.store, window.desk.views
    whole = views["timeline"].timeline.full
    actions.filter_by_window(store, whole)
    settle(qtbot)
    before = {name: len(view.scene_shown.targets) for name, view in views.items()}
    for share in range(1, 40):
        end = whole[1] - share / 40 * (whole[1] - whole[0])
        actions.set_window(store, (whole[0], end), "drag")
        qtbot.wait(1)
    shown = int(store.shown.events.sum())
    assert shown < len(store.state.dossier.events) / 2
    cards = window.desk.evidence
    qtbot.waitUntil(lambda: [kind for kind, _ in cards._cards].count("events") == shown)
    for name in ("map", "graph"):
        qtbot.waitUntil(lambda name=name: len(views[name].scene_shown.targets) < before[name])
    assert f"{shown} of " in window.desk.status.text()


def test_what_is_picked_is_revealed_amid_a_drag(window: MainWindow, qtbot: QtBot) -> None:
    store, zarif = window.store, Ref("actors", "zarif")
    actions.filter_by_window(store, window.desk.views["timeline"].timeline.full)
    qtbot.wait(1)
    window.desk.go(zarif)
    graph = window.desk.views["graph"]
    assert any(zarif in target.refs for target in graph.scene_shown.targets)
    assert evidence_of(window).startswith("Mohammad Javad Zarif")


def test_a_missing_file_says_so_in_a_banner_and_leaves_the_dossier_open(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window.open_path(tmp_path / "nothing-here")
    assert "no such file or folder" in window.desk.banner.text
    assert window.store.state.dossier.title == "Iran–Canada relations"


def test_a_large_dossier_opens_in_a_thread_and_is_ready_for_every_view(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window_module, "_LARGE", 0)
    before = window.store.state.dossier
    window.open_path(shipped_dossier(), remember=False)
    assert window.store.state.dossier is before
    qtbot.waitUntil(lambda: window.store.state.dossier is not before)
    settle(qtbot)
    assert "events" in window.desk.status.text()
    assert window.desk.views["timeline"].timeline.targets


def test_a_dossier_with_faults_opens_with_what_is_sound(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "places.csv").write_text(
        "id,name,lon,lat,precision\nhere,Here,12.5,41.9,city\nthere,There,abc,95,city\n",
        encoding="utf-8",
    )
    (tmp_path / "events.csv").write_text(
        "id,title,type,quad,date\ngood,A meeting,CONSULT,verbal-cooperation,2020-01-05\n"
        "bad,No date,CONSULT,verbal-cooperation,next week\n",
        encoding="utf-8",
    )
    window = open_window(qtbot, tmp_path)
    assert "places" in window.desk.banner.text
    assert ":3:" in window.desk.banner.text
    assert len(window.store.state.dossier.places) == 2
    assert len(window.store.state.dossier.events) == 2
    window.desk.show_problems()
    (dialog,) = window.findChildren(QDialog)
    (tree,) = dialog.findChildren(QTreeWidget)
    told = [tree.topLevelItem(i).text(4) for i in range(tree.topLevelItemCount())]
    assert any("next week" in line for line in told)
    dialog.close()


def test_a_folder_dropped_on_the_window_opens(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "actors.csv").write_text("id,name,kind\na,Ada,person\n", encoding="utf-8")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    drop = QDropEvent(
        QPointF(50, 50), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    window.dropEvent(drop)
    settle(qtbot)
    assert window.store.state.dossier.actors["name"] == ("Ada",)
    assert window.settings.recent[0] == str(tmp_path)


def test_markup_in_data_is_shown_as_it_is(qtbot: QtBot, tmp_path: Path) -> None:
    name = "<b>Bold</b><img src='/dev/zero'>"
    (tmp_path / "actors.csv").write_text(f"id,name,kind\na,{name},person\n", encoding="utf-8")
    window = open_window(qtbot, tmp_path)
    actions.select(window.store, (Ref("actors", "a"),))
    settle(qtbot)
    assert name in evidence_of(window)
    plain = Qt.TextFormat.PlainText
    assert all(label.textFormat() == plain for label in window.findChildren(QLabel))


def test_every_control_has_an_accessible_name(window: MainWindow) -> None:
    controls = [
        widget
        for kind in (QAbstractButton, QLineEdit, QListView, Canvas)
        for widget in window.findChildren(kind)
        if widget.isVisible()
    ]
    assert len(controls) > 10
    nameless = [w for w in controls if not (w.accessibleName() or getattr(w, "text", str)())]
    assert nameless == []


def test_arrow_keys_step_and_enter_selects(window: MainWindow, qtbot: QtBot) -> None:
    canvas = view(window, "map")
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    settle(qtbot)
    assert window.store.state.selection.count >= 1


def test_what_the_window_was_is_remembered(window: MainWindow, qtbot: QtBot) -> None:
    from viewer.settings import Settings

    window.sides.setSizes([300, 800, 500])
    sizes = window.sides.sizes()
    window.close()
    assert Settings.load().splitters["sides"] == sizes


def test_persian_dates_appear_everywhere_at_once_and_are_remembered(
    window: MainWindow, qtbot: QtBot
) -> None:
    from viewer.settings import Settings

    actions.select(window.store, (Ref("events", "munich-meeting"),))
    settle(qtbot)
    assert "1398" not in evidence_of(window)
    window.desk.registry["view.persian"].run(window.desk.context)
    settle(qtbot)
    assert "14 Feb 2020 · 25 Bahman 1398" in evidence_of(window)
    assert any("Bahman" in text.text for text in texts(view(window, "timeline").scene_shown.items))
    window.close()
    assert Settings.load().calendar == "persian"
    again = MainWindow(Settings.load())
    qtbot.addWidget(again)
    assert again.store.state.calendar == "persian"
    again.close()


def test_a_calendar_that_is_not_known_is_the_gregorian_one(qtbot: QtBot) -> None:
    from viewer.settings import Settings

    window = MainWindow(Settings(calendar="mayan"))
    qtbot.addWidget(window)
    assert window.store.state.calendar == "gregorian"


def test_playing_moves_the_window_and_filters(window: MainWindow, qtbot: QtBot) -> None:
    window.desk.toggle_play()
    assert window.desk.playing()
    first = window.store.state.filter.span
    qtbot.waitUntil(lambda: window.store.state.filter.span != first)
    window.desk.toggle_play()
    assert not window.desk.playing()
    assert window.store.shown.events.sum() < len(window.store.state.dossier.events)


def test_the_dossier_is_checked_on_request(window: MainWindow, qtbot: QtBot) -> None:
    window.desk.registry["file.check"].run(window.desk.context)
    qtbot.waitUntil(lambda: bool(_listed(window)))
    (dialog,) = _listed(window)
    assert "Neither errors nor warnings." in [label.text() for label in dialog.findChildren(QLabel)]
    dialog.close()


def _listed(window: MainWindow) -> list[QDialog]:
    return [d for d in window.findChildren(QDialog) if d.windowTitle() == "Problems"]

"""Rows are written in forms: what is wrong is said as one types, and OK makes one step."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from viewer.commands import actions
from viewer.commands.editing import edit
from viewer.model import edits
from viewer.model.schema import Ref
from viewer.ui.desk import Desk
from viewer.ui.forms.fields import DateLine, Line
from viewer.ui.forms.form import RowForm
from viewer.ui.forms.members import Members
from viewer.ui.forms.merge import MergeDialog
from viewer.ui.forms.paste import PasteDialog
from viewer.ui.forms.reference import Reference
from viewer.ui.forms.spot import SpotPicker
from viewer.ui.window import MainWindow

EVENT = "ps752-downing"


@pytest.fixture
def desk(window: MainWindow) -> Desk:
    assert window.desk is not None
    return window.desk


def run(desk: Desk, command: str) -> None:
    """Run a command as its menu entry does."""
    found = desk.registry[command]
    assert found.enabled(desk.context), f"{command} is not to be had"
    found.run(desk.context)


def form_now(table: str) -> RowForm:
    (form,) = [
        w
        for w in QApplication.topLevelWidgets()
        if isinstance(w, RowForm) and w.isVisible() and w.table == table
    ]
    return form


def line(form: RowForm, column: str) -> QLineEdit:
    field = form.fields[column]
    assert isinstance(field, Line | Reference)
    return field.line


def write(form: RowForm, column: str, text: str) -> None:
    line(form, column).selectAll()
    QTest.keyClicks(line(form, column), text)


def leave(form: RowForm) -> None:
    form._sure = True
    form.reject()


def first_event(desk: Desk) -> Ref:
    return desk.store.state.dossier.ref("events", 0)


def test_a_title_is_changed_and_undone_by_the_edit_menu(desk: Desk, qtbot: QtBot) -> None:
    ref = first_event(desk)
    before = desk.store.state.dossier.name(ref)
    actions.select(desk.store, (ref,))
    cameras = {name: view.camera for name, view in desk.views.items()}
    run(desk, "edit.row")
    form = form_now("events")
    assert before[:20] in form.windowTitle()
    assert not form.ok.isEnabled()
    write(form, "title", "Quite another title")
    assert form.ok.isEnabled()
    form.activateWindow()
    qtbot.waitUntil(form.isActiveWindow)
    QTest.keyClick(form, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "Quite another title" in desk.evidence.text())
    assert desk.store.undo_label == f"Change Title of Event “{before}”"
    assert desk.registry["edit.undo"].name(desk.context).startswith("Undo Change Title of Event")
    assert all(view.camera is not None for view in (desk.views["map"], desk.views["graph"]))
    assert cameras.keys() == desk.views.keys()
    run(desk, "edit.undo")
    qtbot.waitUntil(lambda: "Quite another title" not in desk.evidence.text())
    assert desk.store.state.dossier.name(ref) == before


def test_what_is_wrong_is_said_and_keeps_ok_from_being_pressed(desk: Desk) -> None:
    desk.editor.edit(first_event(desk))
    form = form_now("events")
    date = form.fields["date"]
    assert isinstance(date, DateLine)
    write(form, "date", "2012/09/07")
    assert "write 2012-09-07" in form._messages["date"].text()
    assert "2012-09-07" in form.reason.text()
    assert not form.ok.isEnabled()
    write(form, "date", "2012-09-07")
    assert form._messages["date"].text() == "7 Sep 2012"
    assert form.reason.text() == ""
    assert form.ok.isEnabled()
    write(form, "title", " ")
    assert form.reason.text() == "Title is missing"
    leave(form)


def test_a_new_event_has_who_took_part_and_where(desk: Desk, qtbot: QtBot) -> None:
    actions.select(desk.store, (Ref("actors", "trudeau"),))
    run(desk, "edit.new.events")
    form = form_now("events")
    assert form.reason.text() == "Title is missing"
    write(form, "title", "A meeting of two")
    people = form.fields["participants"]
    assert isinstance(people, Members)
    assert people.entries() == [("trudeau", "participant")]
    people.add.click()
    member = people.members[-1]
    QTest.keyClicks(member.line, "zarif")
    popup = member.line.completer().popup()
    assert popup is not None
    qtbot.waitUntil(popup.isVisible)
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Return)
    assert member.line.text() == "Mohammad Javad Zarif"
    assert people.entries()[1][0] == "zarif"
    form.accept()
    dossier = desk.store.state.dossier
    assert desk.store.state.selection.active == Ref("events", "a-meeting-of-two")
    assert len(edits.members(dossier, "participants", "a-meeting-of-two")) == 2
    assert desk.store.undo_label == "Add Event “A meeting of two”"
    desk.store.undo()
    assert "a-meeting-of-two" not in desk.store.state.dossier.events.row_of


def test_of_one_row_there_is_one_form(desk: Desk) -> None:
    ref = first_event(desk)
    desk.editor.edit(ref)
    desk.editor.edit(ref)
    leave(form_now("events"))
    desk.editor.edit(ref)
    leave(form_now("events"))


def test_a_form_notices_what_happens_meanwhile(desk: Desk) -> None:
    store, ref = desk.store, first_event(desk)
    desk.editor.edit(ref)
    form = form_now("events")
    write(form, "title", "Mine")
    actions_label = "Elsewhere"
    dossier = store.state.dossier
    store.update(
        actions_label,
        dossier=edits.change(dossier, "events", 0, {"title": "Theirs", "date": "1999"}),
    )
    assert "Changed elsewhere meanwhile: Title" in form._told.text()
    assert line(form, "title").text() == "Mine"
    assert line(form, "date").text() == "1999"
    store.undo()
    desk.editor.ask_remove((ref,))
    assert desk.editor.question is not None
    answer = next(b for b in desk.editor.question.buttons() if b.text() == "Delete")
    answer.click()
    assert ref.id not in store.state.dossier.events.row_of
    assert "removed meanwhile" in form._told.text()
    assert not form.ok.isEnabled()
    store.undo()
    assert form.ok.isEnabled()
    leave(form)


def test_leaving_asks_before_anything_is_lost(desk: Desk) -> None:
    desk.editor.add("sources")
    form = form_now("sources")
    write(form, "title", "Half a title")
    QTest.keyClick(form, Qt.Key.Key_Escape)
    assert form.isVisible()
    leave(form)
    desk.editor.add("sources")
    form = form_now("sources")
    QTest.keyClick(form, Qt.Key.Key_Escape)
    assert not form.isVisible()


def test_a_place_is_set_by_a_click_on_the_map(desk: Desk) -> None:
    desk.editor.add("places")
    form = form_now("places")
    write(form, "name", "Somewhere")
    form._ask_spot()
    assert not form.isVisible()
    viewport = desk.views["map"].viewport()
    (picker,) = viewport.findChildren(SpotPicker)
    assert "Somewhere" in picker.accessibleName()
    QTest.keyClick(picker, Qt.Key.Key_Escape)
    assert form.isVisible()
    assert form._cells()["lon"] == ""
    form._ask_spot()
    picker = viewport.findChildren(SpotPicker)[-1]
    middle = QPoint(viewport.width() // 2, viewport.height() // 2)
    QTest.mouseClick(picker, Qt.MouseButton.LeftButton, pos=middle)
    assert form.isVisible()
    cells = form._cells()
    assert -180 <= float(cells["lon"]) <= 180
    # No finer than a pixel of the map.
    assert len(cells["lat"].partition(".")[2]) <= 2
    form.accept()
    assert desk.store.state.selection.active == Ref("places", "somewhere")


def test_a_claim_is_added_from_the_form_of_what_it_is_about(desk: Desk) -> None:
    ref = first_event(desk)
    desk.editor.edit(ref)
    form = form_now("events")
    assert form.claims is not None
    before = form.claims.list.count()
    form._add_claim()
    claim = form_now("claims")
    assert claim.fields["about"].cells() == {"about_kind": "event", "about": ref.id}
    write(claim, "value", "seen by nobody")
    claim.accept()
    assert form.claims.list.count() == before + 1
    assert any("seen by nobody" in form.claims.list.item(row).text() for row in range(before + 1))
    leave(form)


def test_markup_in_a_row_is_shown_as_it_is(desk: Desk) -> None:
    name = "<b>bold</b><img src=/dev/zero>"
    dossier = edits.insert(desk.store.state.dossier, "actors", {"id": "x", "name": name})
    edit(desk.store, "Add", dossier)
    desk.editor.edit(Ref("actors", "x"))
    form = form_now("actors")
    assert line(form, "name").text() == name
    leave(form)


def test_two_actors_are_merged(desk: Desk) -> None:
    run_on = (Ref("actors", "zarif"), Ref("actors", "champagne"))
    actions.select(desk.store, run_on)
    run(desk, "edit.merge")
    dialog = desk.editor.dialog
    assert isinstance(dialog, MergeDialog)
    assert dialog.ok.isEnabled()
    assert "Undo parts them again" in dialog.words.text()
    dialog.accept()
    dossier = desk.store.state.dossier
    assert "zarif" not in dossier.actors.row_of
    assert "Mohammad Javad Zarif" in dossier.aliases(Ref("actors", "champagne"))
    desk.store.undo()
    assert "zarif" in desk.store.state.dossier.actors.row_of


def test_one_actor_is_merged_with_one_that_is_looked_up(desk: Desk) -> None:
    desk.editor.ask_merge((Ref("actors", "zarif"),))
    dialog = desk.editor.dialog
    assert isinstance(dialog, MergeDialog)
    assert not dialog.ok.isEnabled()
    assert dialog.reason.text() == "Add the other actor"
    dialog.other.set_key("champagne")
    dialog.other.chosen.emit()
    assert dialog.ok.isEnabled()
    dialog.reject()


def test_rows_are_pasted(desk: Desk) -> None:
    QGuiApplication.clipboard().setText("name\tlon\tlat\nMuscat\t58,4\t23.6\n")
    run(desk, "edit.paste")
    dialog = desk.editor.dialog
    assert isinstance(dialog, PasteDialog)
    assert dialog.table.currentData() == "places"
    assert not dialog.ok.isEnabled()
    assert "1 to mend" in dialog.reason.text()
    dialog.text.setPlainText("name\tlon\tlat\nMuscat\t58.4\t23.6\n")
    dialog.read()
    dialog.accept()
    assert desk.store.state.selection.active == Ref("places", "muscat")
    assert desk.store.undo_label == "Paste 1 Row into Places"


def test_nodes_stay_where_they_stand(desk: Desk) -> None:
    from viewer.scene.graph_layout import positions

    before, layout = desk.store.state.dossier, desk.store.state.layout
    stood = positions(before, layout)
    dossier = edits.insert(before, "actors", {"name": "Newcomer"})
    dossier = edits.insert(dossier, "relations", {"source": "newcomer", "target": "zarif"})
    edit(desk.store, "Add", dossier)
    now = positions(dossier, layout)[: len(stood)]
    moved = ((now - stood) ** 2).sum(axis=1) ** 0.5
    across = max(stood.max(axis=0) - stood.min(axis=0))
    assert moved.max() < 0.05 * across

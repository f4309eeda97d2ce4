"""Forms in corner cases: what is open elsewhere, gone, twice there, half said or too much."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from tests.dossiers import claim, make
from tests.ui.conftest import open_window
from viewer.commands import actions
from viewer.commands.editing import edit
from viewer.model import edits
from viewer.model.schema import Ref
from viewer.ui.desk import Desk
from viewer.ui.forms.form import RowForm
from viewer.ui.forms.merge import MOST, MergeDialog
from viewer.ui.forms.paste import PasteDialog
from viewer.ui.forms.sheet import Sheet
from viewer.ui.measures import MeasuresDialog
from viewer.ui.properties import PropertiesDialog
from viewer.ui.sources import SourcesDialog


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    """Return the desk of a window on a dossier of a few odd rows."""
    window = open_window(qtbot)
    twice = {"event": "talks", "actor": "ali", "role": "source"}
    window.store.open(
        make(
            actors=[{"id": "ali", "name": "علی"}, {"id": "nameless", "name": ""}, "carol"],
            places=[{"id": "port", "name": "Port"}],
            events=[{"id": "talks", "title": "Talks", "date": "2013"}, "more"],
            participants=[{**twice, "note": "first"}, {**twice, "note": "second"}],
            relations=[{"id": "tie", "source": "ali", "target": "nameless"}],
            claims=[claim("c1", "talks", "yes")],
        )
    )
    assert window.desk is not None
    yield window.desk
    for sheet in window.findChildren(Sheet):
        sheet.discard()


def opened(desk: Desk, ref: Ref) -> RowForm:
    desk.editor.edit(ref)
    return desk.editor.forms[-1]


def write(form: RowForm, column: str, text: str) -> None:
    """Type over what stands in a line."""
    line = form.fields[column].findChild(QLineEdit)
    line.selectAll()
    QTest.keyClicks(line, text)


def cells(desk: Desk, ref: Ref) -> dict[str, str]:
    dossier = desk.store.state.dossier
    return dossier.tables[ref.table].row(dossier.row(ref))


def test_a_form_of_a_row_that_is_gone_is_not_that_of_the_next_one(desk: Desk) -> None:
    store = desk.store
    edit(store, "Add", edits.insert(store.state.dossier, "actors", {"name": "Dora"}))
    form = opened(desk, Ref("actors", "dora"))
    write(form, "name", "Dorothea")
    store.undo()
    assert "removed" in form._told.text()
    edit(store, "Add", edits.insert(store.state.dossier, "actors", {"name": "Emil"}))
    assert form.fields["name"].cells() == {"name": "Dorothea"}
    assert not form.ok.isEnabled()
    other = opened(desk, Ref("actors", "emil"))
    assert other is not form
    assert other.fields["name"].cells() == {"name": "Emil"}


def test_rows_that_say_the_same_twice_stay_when_something_else_is_changed(desk: Desk) -> None:
    form = opened(desk, Ref("events", "talks"))
    write(form, "title", "Talks in spring")
    form.accept()
    held = desk.store.state.dossier.tables["participants"]
    assert list(held["note"]) == ["first", "second"]


def test_half_a_pair_of_coordinates_is_not_taken(desk: Desk) -> None:
    form = opened(desk, Ref("places", "port"))
    write(form, "lon", "51.4")
    assert not form.ok.isEnabled()
    assert "lat" in form.reason.text()
    line = form.fields["lat"].findChildren(QLineEdit)[1]
    QTest.keyClicks(line, "35.7")
    assert form.ok.isEnabled()


def test_spaces_around_what_is_pasted_into_a_line_are_no_fault(desk: Desk) -> None:
    form = opened(desk, Ref("actors", "carol"))
    write(form, "country", " IRN ")
    assert form.ok.isEnabled()
    form.accept()
    assert cells(desk, Ref("actors", "carol"))["country"] == "IRN"


def test_tab_goes_through_the_fields_before_it_comes_to_what_ends_the_form(desk: Desk) -> None:
    form = opened(desk, Ref("actors", "carol"))
    chain = [form.nextInFocusChain()]
    while chain[-1] is not form:
        chain.append(chain[-1].nextInFocusChain())
    stops = [w for w in chain if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isVisible()]
    assert form.fields["name"].isAncestorOf(stops[0])
    assert stops[-2:] == [form._cancel, form.ok]


def test_an_edit_of_a_row_leaves_the_open_claim_open(desk: Desk, qtbot: QtBot) -> None:
    actions.select(desk.store, (Ref("events", "talks"),))
    qtbot.wait(40)
    desk.evidence.open_claim("c1")
    assert desk.evidence._open_claim == "c1"
    picked = desk.store.state.selection
    edit(
        desk.store, "Change", edits.change(desk.store.state.dossier, "events", 0, {"date": "2014"})
    )
    qtbot.wait(40)
    assert desk.store.state.selection is picked
    assert desk.evidence._open_claim == "c1"


def test_what_commands_name_follows_an_id_that_was_changed(desk: Desk) -> None:
    actions.select(desk.store, (Ref("events", "more"), Ref("events", "talks")))
    assert Ref("events", "more") in desk.editor.targets()
    edit(desk.store, "Change", edits.change(desk.store.state.dossier, "events", 1, {"id": "less"}))
    assert Ref("events", "less") in desk.editor.targets()


def test_many_rows_can_be_removed_at_once(desk: Desk) -> None:
    store = desk.store
    store.open(make(events=[f"e{at}" for at in range(2000)]))
    actions.select_all_shown(store)
    command = desk.registry["edit.delete"]
    assert command.enabled(desk.context)
    assert "2,000" in command.name(desk.context)
    command.run(desk.context)
    next(b for b in desk.editor.question.buttons() if b.text() == "Delete").click()
    assert not len(store.state.dossier.events)


def test_more_than_can_be_merged_at_a_time_is_said(desk: Desk) -> None:
    desk.store.open(make(actors=[f"a{at}" for at in range(MOST + 2)]))
    refs = tuple(Ref("actors", key) for key in desk.store.state.dossier.actors["id"])
    desk.editor.ask_merge(refs[:MOST])
    dialog = desk.editor.dialog
    assert isinstance(dialog, MergeDialog)
    assert dialog.reason.text() == ""
    dialog.other.set_key(refs[-1].id)
    dialog.other.chosen.emit()
    assert f"{MOST} at a time" in dialog.reason.text()
    assert len(dialog.refs) == MOST
    dialog.reject()
    desk.editor.ask_merge(refs)
    assert f"{MOST} at a time" in desk.editor.dialog.reason.text()


def test_actors_without_a_name_are_called_by_their_id(desk: Desk) -> None:
    form = opened(desk, Ref("relations", "tie"))
    assert "علی" in form.windowTitle()
    assert "nameless" in form.windowTitle()
    desk.editor.ask_merge((Ref("actors", "nameless"), Ref("actors", "ali")))
    desk.editor.dialog.accept()
    assert "nameless" in desk.store.undo_label


def test_what_was_written_over_pasted_rows_is_not_thrown_away_unasked(desk: Desk) -> None:
    QApplication.clipboard().setText("")
    desk.editor.ask_paste()
    dialog = desk.editor.dialog
    assert isinstance(dialog, PasteDialog)
    QTest.keyClicks(dialog.text, "something")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert not desk.editor.leave()
    assert dialog.isVisible()


def test_a_description_that_was_written_is_not_thrown_away_unasked(desk: Desk) -> None:
    desk.document.ask_properties()
    dialog = desk.window.findChild(PropertiesDialog)
    dialog.description.setPlainText("On what was said in the port")
    dialog.reject()
    assert dialog.isVisible()
    dialog.title.setText(" ")
    assert not dialog.ok.isEnabled()
    assert dialog.reason.text() == "Title is missing"
    dialog.title.setText("Port")
    dialog.ok.click()
    assert desk.store.state.dossier.description == "On what was said in the port"


def test_selecting_all_of_nothing_is_no_step(desk: Desk) -> None:
    actions.select_all_shown(desk.store)
    label = desk.store.undo_label
    actions.clear_selection(desk.store)
    actions.select_all_shown(desk.store)
    actions.select_all_shown(desk.store)
    desk.store.undo()
    assert desk.store.undo_label == "Clear Selection"
    desk.store.open(make())
    actions.select_all_shown(desk.store)
    actions.select_disputed(desk.store)
    assert label is not None
    assert desk.store.undo_label is None


def test_measures_of_what_was_changed_meanwhile_are_not_shown(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.show_measures()
    edit(desk.store, "Delete", edits.remove(desk.store.state.dossier, "actors", (0,)))
    qtbot.waitUntil(lambda: "meanwhile" in desk.banner.text)
    assert desk.window.findChild(MeasuresDialog) is None


def test_a_name_is_offered_however_many_other_rows_hold_its_words(desk: Desk, qtbot: QtBot) -> None:
    events = [{"id": f"e{at}", "title": f"Zanj speaks {at}"} for at in range(2000)]
    desk.store.open(
        make(actors=[{"id": "q", "name": "Q", "aliases": "Lord of the Zanj"}], events=events)
    )
    desk.find_field.prepare().result(10)
    assert [key for key, *_ in desk.editor.found("actors", "zanj")] == ["q"]


def test_many_pasted_rows_do_not_hold_up_the_window(desk: Desk, qtbot: QtBot) -> None:
    many = 4000
    text = "title\tdate\n" + "".join(f"Event number {at}\t2013\n" for at in range(many))
    QApplication.clipboard().setText(text)
    desk.editor.ask_paste()
    dialog = desk.editor.dialog
    assert isinstance(dialog, PasteDialog)
    dialog.accept()
    assert not dialog.ok.isEnabled()
    qtbot.waitUntil(dialog.ok.isEnabled)
    assert "4,000" in dialog.ok.text()
    before = len(desk.store.state.dossier.events)
    dialog.accept()
    assert len(desk.store.state.dossier.events) == before + many


def test_a_source_is_edited_and_removed_from_the_list_of_sources(desk: Desk, qtbot: QtBot) -> None:
    store = desk.store
    for title in ("Morning paper", "Evening paper"):
        edit(store, "Add", edits.insert(store.state.dossier, "sources", {"title": title}))
    actions.select(store, (Ref("events", "talks"),))
    desk.go(Ref("sources", "evening-paper"))
    assert store.state.selection.active == Ref("events", "talks")
    dialog = desk.window.findChild(SourcesDialog)
    assert dialog.source() == "evening-paper"
    dialog.edit_button.click()
    form = desk.editor.forms[-1]
    qtbot.waitUntil(form.isActiveWindow)
    # As from the keyboard: a window behind a modal one would not get it.
    form.fields["title"].setFocus()
    QTest.keyClick(form.windowHandle(), Qt.Key.Key_End)
    QTest.keyClick(form.windowHandle(), Qt.Key.Key_1)
    assert form.fields["title"].cells() == {"title": "Evening paper1"}
    form.accept()
    assert dialog.tree.currentItem().text(0) == "Evening paper1"
    dialog.delete_button.click()
    next(b for b in desk.editor.question.buttons() if b.text() == "Delete").click()
    assert list(store.state.dossier.sources["id"]) == ["morning-paper"]
    assert dialog.tree.topLevelItemCount() == 1
    dialog.reject()

"""The file behind the window: what is unsaved, saving, closing, and what a crash left."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from tests.dossiers import small
from tests.ui.conftest import open_window
from viewer.commands.editing import edit
from viewer.formats import open_dossier
from viewer.formats.folder import write_folder
from viewer.formats.geopackage.recovery import found
from viewer.formats.geopackage.writing import write_file
from viewer.model import edits
from viewer.ui import document as document_module
from viewer.ui.choosing import ONE_FILE
from viewer.ui.window import MainWindow

pytestmark = pytest.mark.usefixtures("own_data")


def rename(window: MainWindow, title: str = "Renamed") -> None:
    """Change the title of the first event."""
    dossier = window.store.state.dossier
    after = edits.change(dossier, "events", 0, {"title": title})
    edit(window.store, "Change Title of Event", after)


def answer(window: MainWindow, words: str) -> None:
    """Press a button of the question that is on the screen."""
    box = window.desk.document.question
    assert box is not None, "nothing is asked"
    for button in box.findChildren(QPushButton):
        if button.text() == words:
            button.click()
            return
    raise AssertionError(f"no answer {words}")


def title_in(path: Path) -> str:
    """Return the title of the first event of what is in a file."""
    return open_dossier(path).events["title"][0]


def save(window: MainWindow, qtbot: QtBot) -> None:
    """Save and wait until it is done."""
    window.desk.document.save()
    qtbot.waitUntil(lambda: not window.desk.document.saving and not window.isWindowModified())


def test_the_title_bar_says_what_is_unsaved_till_it_is_saved(
    opened: MainWindow, file: Path, qtbot: QtBot
) -> None:
    assert not opened.isWindowModified()
    rename(opened)
    assert opened.isWindowModified()
    assert opened.desk.document.unsaved_words == "1 event changed"
    save(opened, qtbot)
    assert not opened.isWindowModified()
    assert title_in(file) == "Renamed"
    assert file.with_name("small.gpkg.bak").exists()


def test_undoing_an_edit_leaves_nothing_to_save(opened: MainWindow) -> None:
    rename(opened)
    opened.store.undo()
    assert not opened.isWindowModified()
    opened.store.redo()
    assert opened.isWindowModified()


def test_closing_asks_and_cancel_keeps_the_window(opened: MainWindow, file: Path) -> None:
    rename(opened)
    assert not opened.close()
    answer(opened, "Cancel")
    assert opened.isVisible()
    assert title_in(file) != "Renamed"


def test_closing_can_save_first(opened: MainWindow, file: Path, qtbot: QtBot) -> None:
    rename(opened)
    opened.close()
    answer(opened, "Save")
    qtbot.waitUntil(lambda: not opened.isVisible())
    assert title_in(file) == "Renamed"
    assert found() == ()


def test_closing_without_saving_leaves_nothing_to_recover(
    opened: MainWindow, file: Path, qtbot: QtBot
) -> None:
    before = file.read_bytes()
    rename(opened)
    opened.close()
    answer(opened, "Don't Save")
    qtbot.waitUntil(lambda: not opened.isVisible())
    assert file.read_bytes() == before
    assert found() == ()


def test_opening_another_dossier_asks_too(
    opened: MainWindow, file: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    write_folder(replace(small(), title="Other"), tmp_path / "other")
    rename(opened)
    opened.open_path(tmp_path / "other")
    answer(opened, "Save")
    qtbot.waitUntil(lambda: opened.store.state.dossier.title == "Other")
    assert title_in(file) == "Renamed"


def test_revert_goes_back_to_what_was_saved(opened: MainWindow, file: Path, qtbot: QtBot) -> None:
    first = title_in(file)
    rename(opened)
    opened.desk.document.ask_revert()
    answer(opened, "Revert")
    qtbot.waitUntil(lambda: opened.store.state.dossier.events["title"][0] == first)
    assert not opened.isWindowModified()
    assert found() == ()


def test_a_file_changed_by_another_program_is_not_replaced_unasked(
    opened: MainWindow, file: Path, qtbot: QtBot
) -> None:
    rename(opened)
    write_file(replace(small(), title="Theirs"), file, overwrite=True)
    opened.desk.document.save()
    qtbot.waitUntil(lambda: opened.desk.document.question is not None)
    assert open_dossier(file).title == "Theirs"
    answer(opened, "Replace")
    qtbot.waitUntil(lambda: not opened.desk.document.unsaved)
    assert title_in(file) == "Renamed"
    assert open_dossier(file.with_name("small.gpkg.bak")).title == "Theirs"


def test_the_shipped_dossier_is_saved_under_a_name_of_its_own(
    window: MainWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def name(*arguments: object) -> tuple[str, str]:
        asked.append(arguments)
        return str(tmp_path / "mine"), ONE_FILE

    monkeypatch.setattr(QFileDialog, "getSaveFileName", name)
    rename(window)
    save(window, qtbot)
    assert len(asked) == 1
    assert title_in(tmp_path / "mine.dossier.gpkg") == "Renamed"
    # From now on it is saved there.
    rename(window, "Again")
    save(window, qtbot)
    assert len(asked) == 1
    assert title_in(tmp_path / "mine.dossier.gpkg") == "Again"


def test_a_new_dossier_is_empty_and_titled_by_its_properties(
    opened: MainWindow, qtbot: QtBot
) -> None:
    opened.desk.document.new()
    assert not any(map(len, opened.store.state.dossier.tables.values()))
    opened.desk.document.ask_properties()
    dialog = QApplication.activeModalWidget()
    dialog.title.setText("Border talks")
    dialog.ok.click()
    assert opened.store.state.dossier.title == "Border talks"
    assert opened.windowTitle().startswith("Border talks")
    assert opened.isWindowModified()
    opened.store.undo()
    assert not opened.isWindowModified()


def test_work_of_a_program_that_was_killed_is_offered_and_kept_till_discarded(
    qtbot: QtBot, file: Path
) -> None:
    _edit_and_die(file)
    window = open_window(qtbot)
    document = window.desk.document
    qtbot.waitUntil(lambda: document.recoverable)
    dialog = QApplication.activeModalWidget()
    assert "1 event changed" in dialog.tree.topLevelItem(0).text(2)
    assert "Change Title" in dialog.edits.toPlainText()
    dialog.reject()
    assert document.recoverable
    document.show_recovered()
    QApplication.activeModalWidget().open_button.click()
    qtbot.waitUntil(lambda: window.store.state.dossier.events["title"][0] == "Kept")
    assert document.unsaved
    assert window.isWindowModified()
    assert not document.recoverable
    save(window, qtbot)
    assert title_in(file) == "Kept"
    assert found() == ()


def test_recovered_work_can_be_discarded(qtbot: QtBot, file: Path) -> None:
    _edit_and_die(file)
    window = open_window(qtbot)
    document = window.desk.document
    qtbot.waitUntil(lambda: document.recoverable)
    dialog = QApplication.activeModalWidget()
    dialog.discard_button.click()
    box = QApplication.activeModalWidget()
    next(b for b in box.findChildren(QPushButton) if b.text() == "Discard").click()
    qtbot.waitUntil(lambda: not document.recoverable)
    assert found() == ()


def test_data_can_be_exported_for_another_program(
    opened: MainWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def name(*arguments: str) -> tuple[str, str]:
        return str(tmp_path / "out"), next(k for k in arguments[3].split(";;") if "graphml" in k)

    monkeypatch.setattr(QFileDialog, "getSaveFileName", name)
    opened.desk.document.ask_export_data()
    qtbot.waitUntil((tmp_path / "out.graphml").exists)
    assert len(open_dossier(tmp_path / "out.graphml").actors) == len(small().actors)


def _edit_and_die(file: Path) -> None:
    """Edit a dossier in a program that is killed before it can save."""
    code = """
        import os, signal, sys
        from pathlib import Path
        from viewer.formats import open_dossier
        from viewer.formats.geopackage.working import WorkingCopy
        from viewer.model import edits
        path = Path(sys.argv[1])
        dossier = open_dossier(path)
        working = WorkingCopy.begin(dossier, path, "geopackage")
        after = edits.change(dossier, "events", 0, {"title": "Kept"})
        working.follow(after, "Change Title of Event")
        os.kill(os.getpid(), signal.SIGKILL)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), str(file)],
        cwd=Path(document_module.__file__).parents[2],
        check=False,
    )
    assert done.returncode == -9


def test_a_form_with_something_written_in_it_keeps_the_window_open(
    opened: MainWindow, qtbot: QtBot
) -> None:
    opened.desk.editor.edit(opened.store.state.dossier.ref("events", 0))
    form = next(iter(opened.desk.editor.forms))
    field = form.fields["title"].findChild(QLineEdit) or form.fields["title"]
    field.setFocus()
    qtbot.keyClicks(field, "More ")
    assert not opened.close()
    assert opened.isVisible()
    assert form.isVisible()
    box = QApplication.activeModalWidget()
    next(b for b in box.findChildren(QPushButton) if b.text() == "Discard").click()
    qtbot.waitUntil(lambda: not opened.desk.editor.forms)
    assert opened.close()

"""Work is not lost where opening, saving or the disk itself fails half-way."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QProgressDialog
from pytestqt.qtbot import QtBot

from tests.dossiers import small
from tests.ui.conftest import open_window
from tests.ui.test_document import answer, rename, save, title_in
from viewer.assets import shipped_dossier
from viewer.errors import EntenteError
from viewer.formats import open_dossier
from viewer.formats.geopackage.locks import lock_of
from viewer.formats.geopackage.recovery import Recovered, found
from viewer.formats.geopackage.working import WorkingCopy
from viewer.formats.geopackage.writing import write_file
from viewer.settings import Settings
from viewer.ui.choosing import FOLDER
from viewer.ui.forms.form import RowForm
from viewer.ui.recovered import RecoveredDialog
from viewer.ui.window import MainWindow

pytestmark = pytest.mark.usefixtures("own_data")


@pytest.fixture
def slow_save(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Hold every save until the event returned is set."""
    may, put = threading.Event(), WorkingCopy.save

    def save(self: WorkingCopy, *arguments: object, **more: object) -> None:
        may.wait(10)
        put(self, *arguments, **more)

    monkeypatch.setattr(WorkingCopy, "save", save)
    yield may
    may.set()


@pytest.fixture(params=["_make", "follow"])
def slow_copy(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[threading.Event]:
    """Hold the making of every working copy, or all edits to it, until the event is set.

    As of a large folder, or on a slow disk.
    """
    may, do = threading.Event(), getattr(WorkingCopy, request.param)

    def held(self: WorkingCopy, *arguments: object) -> None:
        may.wait(60)
        do(self, *arguments)

    monkeypatch.setattr(WorkingCopy, request.param, held)
    monkeypatch.setattr("viewer.ui.document.PATIENCE", 0.05)
    yield may
    may.set()


def full_disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Have no edit kept from now on; what is returned makes room again."""
    follow = WorkingCopy.follow

    def refuse(self: WorkingCopy, *_arguments: object) -> None:
        raise EntenteError("/data: the disk is full; make room, or save what you changed")

    monkeypatch.setattr(WorkingCopy, "follow", refuse)
    return lambda: monkeypatch.setattr(WorkingCopy, "follow", follow)


def title_now(window: MainWindow) -> str:
    return window.store.state.dossier.events["title"][0]


# -- saving ----------------------------------------------------------------------------------


def test_saving_that_takes_long_cannot_be_left_half_done(
    opened: MainWindow, file: Path, qtbot: QtBot, slow_save: threading.Event
) -> None:
    rename(opened)
    opened.desk.document.save()
    dialog = opened.findChild(QProgressDialog)
    qtbot.waitUntil(dialog.isVisible)
    dialog.cancel()
    dialog.close()
    slow_save.set()
    qtbot.waitUntil(lambda: not opened.desk.document.saving)
    assert not opened.isWindowModified()
    rename(opened, "Again")
    save(opened, qtbot)
    assert title_in(file) == "Again"


def test_a_window_that_is_closed_while_it_saves_closes_when_it_is_saved(
    opened: MainWindow, file: Path, qtbot: QtBot, slow_save: threading.Event
) -> None:
    rename(opened)
    opened.desk.document.save()
    assert not opened.close()
    assert opened.desk.document.question is None
    slow_save.set()
    qtbot.waitUntil(lambda: not opened.isVisible())
    assert title_in(file) == "Renamed"


def test_what_was_to_be_done_after_a_save_that_failed_is_not_done_later(
    opened: MainWindow, file: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    may, put = threading.Event(), WorkingCopy.save
    calls: list[bool] = []

    def refuse_once(self: WorkingCopy, *arguments: object, **more: object) -> None:
        calls.append(True)
        if len(calls) > 1:
            put(self, *arguments, **more)
            return
        may.wait(10)
        raise EntenteError("the disk is full")

    monkeypatch.setattr(WorkingCopy, "save", refuse_once)
    rename(opened)
    document = opened.desk.document
    document.save()
    document.save()
    may.set()
    qtbot.waitUntil(lambda: not document.saving and "full" in opened.desk.banner.text)
    assert len(calls) == 1
    save(opened, qtbot)
    qtbot.wait(100)
    assert len(calls) == 2
    assert title_in(file) == "Renamed"


def test_the_first_edits_do_not_wait_for_the_working_copy(
    opened: MainWindow, file: Path, qtbot: QtBot, slow_copy: threading.Event
) -> None:
    document = opened.desk.document
    rename(opened)
    rename(opened, "Renamed again")
    assert title_now(opened) == "Renamed again"
    assert opened.isWindowModified()
    assert not document.kept
    slow_copy.set()
    qtbot.waitUntil(lambda: document.kept)
    assert document.unsaved_words == "1 event changed"
    save(opened, qtbot)
    assert title_in(file) == "Renamed again"


def test_a_save_while_the_working_copy_is_made_is_done_after_it(
    opened: MainWindow, file: Path, qtbot: QtBot, slow_copy: threading.Event
) -> None:
    rename(opened)
    opened.desk.document.save()
    assert title_in(file) != "Renamed"
    slow_copy.set()
    qtbot.waitUntil(lambda: not opened.isWindowModified())
    assert title_in(file) == "Renamed"


def test_a_working_copy_that_cannot_be_made_is_said_after_the_edit(
    opened: MainWindow,
    file: Path,
    qtbot: QtBot,
    slow_copy: threading.Event,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_self: WorkingCopy) -> None:
        slow_copy.wait(60)
        raise EntenteError("/data: the disk is full; make room, or save what you changed")

    monkeypatch.setattr(WorkingCopy, "_make", refuse)
    rename(opened)
    slow_copy.set()
    qtbot.waitUntil(lambda: "the disk is full" in opened.desk.banner.text)
    assert opened.isWindowModified()
    save(opened, qtbot)
    assert title_in(file) == "Renamed"


def test_what_is_saved_while_the_copy_is_tried_in_vain_is_saved_once_that_is_over(
    opened: MainWindow,
    file: Path,
    qtbot: QtBot,
    slow_copy: threading.Event,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_self: WorkingCopy) -> None:
        # Every time it takes longer than anybody waits for it.
        slow_copy.wait(60)
        time.sleep(0.2)
        raise EntenteError("/data: the disk is full; make room, or save what you changed")

    monkeypatch.setattr(WorkingCopy, "_make", refuse)
    rename(opened)
    opened.desk.document.save()
    slow_copy.set()
    qtbot.waitUntil(lambda: not opened.isWindowModified())
    assert title_in(file) == "Renamed"


def test_another_dossier_can_be_opened_while_the_working_copy_is_made(
    opened: MainWindow, file: Path, qtbot: QtBot, slow_copy: threading.Event
) -> None:
    rename(opened)
    opened.desk.document.new()
    answer(opened, "Save")
    slow_copy.set()
    qtbot.waitUntil(lambda: not len(opened.store.state.dossier.events))
    assert title_in(file) == "Renamed"


def test_what_cannot_be_kept_is_said_to_be_unsaved_and_can_be_saved(
    opened: MainWindow, file: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_room = full_disk(monkeypatch)
    desk = opened.desk
    desk.editor.edit(opened.store.state.dossier.ref("events", 0))
    (form,) = (f for f in opened.findChildren(RowForm) if f.isVisible())
    form.fields["title"].set_cells({"title": "Renamed"})
    form.accept()
    assert title_now(opened) == "Renamed"
    assert "the disk is full" in desk.banner.text
    assert opened.isWindowModified()
    assert "not kept safe" in desk.document.safety_words
    opened.close()
    answer(opened, "Cancel")
    save(opened, qtbot)
    assert title_in(file) == "Renamed"
    assert desk.banner.text == ""
    rename(opened, "Again")
    assert "the disk is full" in desk.banner.text
    make_room()
    rename(opened, "Kept")
    assert desk.document.kept
    save(opened, qtbot)
    assert title_in(file) == "Kept"


def test_a_dossier_is_saved_where_the_program_may_write_nothing_of_its_own(
    file: Path, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a file").touch()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "a file"))
    opened = open_window(qtbot, file)
    desk = opened.desk
    rename(opened, "First")
    assert "cannot be written" in desk.banner.text
    assert "save what you changed" in desk.banner.text
    save(opened, qtbot)
    rename(opened, "Second")
    chosen = str(tmp_path / "other.gpkg"), ""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: chosen)
    desk.document.ask_save_as()
    qtbot.waitUntil(lambda: not opened.isWindowModified())
    assert title_in(file) == "First"
    assert title_in(tmp_path / "other.gpkg") == "Second"


def test_saving_as_a_folder_makes_a_folder_whatever_the_name(
    opened: MainWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = str(tmp_path / "mine.dossier.gpkg"), FOLDER
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: chosen)
    rename(opened)
    opened.desk.document.ask_save_as()
    qtbot.waitUntil(lambda: not opened.desk.document.saving and not opened.isWindowModified())
    assert (tmp_path / "mine" / "events.csv").is_file()
    assert not (tmp_path / "mine.dossier.gpkg").exists()


def test_a_name_that_was_chosen_for_what_is_no_longer_open_is_not_given_to_another(
    opened: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other.gpkg"
    write_file(replace(small(), title="Other"), other)

    def meanwhile(*_: object) -> tuple[str, str]:
        opened.show_dossier(open_dossier(other), opened.origin.at(other))
        return str(tmp_path / "chosen.gpkg"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", meanwhile)
    opened.desk.document.ask_save_as()
    assert not opened.desk.document.saving
    assert "nothing was saved" in opened.desk.banner.text
    assert not (tmp_path / "chosen.gpkg").exists()


# -- opening ---------------------------------------------------------------------------------


def test_what_is_open_stays_whole_when_another_file_cannot_be_opened(
    opened: MainWindow, file: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    rename(opened)
    opened.open_path(tmp_path / "nowhere.gpkg")
    answer(opened, "Don't Save")
    qtbot.waitUntil(lambda: "nowhere" in opened.desk.banner.text)
    assert opened.isWindowModified()
    rename(opened, "Again")
    save(opened, qtbot)
    assert title_in(file) == "Again"


def test_revert_keeps_what_there_is_when_the_file_is_gone(
    opened: MainWindow, file: Path, qtbot: QtBot
) -> None:
    rename(opened)
    file.rename(file.with_name("moved.gpkg"))
    opened.desk.document.ask_revert()
    answer(opened, "Revert")
    qtbot.waitUntil(lambda: "small.gpkg" in opened.desk.banner.text)
    assert title_now(opened) == "Renamed"
    assert opened.desk.document.unsaved


def test_revert_waits_for_a_form_with_something_written_in_it(
    opened: MainWindow, qtbot: QtBot
) -> None:
    rename(opened)
    opened.desk.editor.add("sources")
    form = opened.findChild(RowForm)
    form.fields["title"].set_cells({"title": "Half a title"})
    opened.desk.document.ask_revert()
    answer(opened, "Revert")
    assert form.isVisible()
    assert opened.desk.document.unsaved
    form.discard()


def test_a_file_before_that_is_as_bad_is_said_to_be(opened: MainWindow, tmp_path: Path) -> None:
    bad = tmp_path / "bad.gpkg"
    write_file(small(), bad)
    data = bytearray(bad.read_bytes())
    data[len(data) // 2] ^= 0xFF
    bad.write_bytes(data)
    bad.with_name("bad.gpkg.bak").write_bytes(data)
    opened.open_path(bad)
    first = opened.desk.document.question
    answer(opened, "Open the One Before")
    second = opened.desk.document.question
    assert second is not first
    assert second.isVisible()
    assert second.informativeText().startswith(str(bad.with_name("bad.gpkg.bak")))
    answer(opened, "Cancel")


def test_an_edit_made_before_all_views_answer_is_unsaved(qtbot: QtBot, file: Path) -> None:
    window = MainWindow(Settings(theme="light"))
    qtbot.addWidget(window)
    window.open_first(file)
    with qtbot.waitSignal(window.ready):
        window.show()
        window.build_views()
        rename(window)
    qtbot.wait(20)
    assert window.isWindowModified()
    save(window, qtbot)
    assert title_in(file) == "Renamed"


def test_a_dossier_opened_before_all_views_answer_is_the_users_own(
    qtbot: QtBot, file: Path
) -> None:
    window = MainWindow(Settings(theme="light"))
    qtbot.addWidget(window)
    window.open_first(None)
    with qtbot.waitSignal(window.ready):
        window.show()
        window.build_views()
        window.open_path(file)
    rename(window)
    save(window, qtbot)
    assert title_in(file) == "Renamed"


def test_a_window_does_not_wait_long_for_the_lock_of_its_file(
    qtbot: QtBot, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = open_window(qtbot, file)
    may, claim = threading.Event(), WorkingCopy.claim

    def held(self: WorkingCopy) -> None:
        may.wait(60)
        claim(self)

    monkeypatch.setattr(WorkingCopy, "claim", held)
    monkeypatch.setattr("viewer.ui.document.PATIENCE", 0.05)
    second = open_window(qtbot, file)
    assert not second.desk.banner.text
    may.set()
    qtbot.waitUntil(lambda: "is open in another window" in second.desk.banner.text)
    # A window that leaves the file before it has the lock keeps nobody from it.
    first.open_path(shipped_dossier(), remember=False)
    may.clear()
    second.open_path(file)
    second.open_path(shipped_dossier(), remember=False)
    may.set()

    def free() -> bool:
        lock = lock_of(file)
        taken = lock.take()
        lock.release()
        return taken and not any(t.name == "entente-close" for t in threading.enumerate())

    qtbot.waitUntil(free)


# -- what a crash left -----------------------------------------------------------------------


def recovered(file: Path, monkeypatch: pytest.MonkeyPatch, why: str = "") -> Recovered:
    """Return work on a file whose program is gone; `why` it cannot be opened, if it cannot."""
    from viewer.formats import open_dossier
    from viewer.model import edits

    dossier = open_dossier(file)
    working = WorkingCopy.begin(dossier, file, "geopackage")
    working.follow(edits.change(dossier, "events", 0, {"title": "Kept"}), "Change Title")
    working.close(discard=False)
    (work,) = found()
    if why:

        def refuse(self: Recovered) -> None:
            raise EntenteError(why)

        monkeypatch.setattr(Recovered, "open", refuse)
    return work


def test_a_window_does_not_wait_long_for_what_a_crash_left(
    qtbot: QtBot, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = recovered(file, monkeypatch)
    may = threading.Event()

    def held() -> tuple[Recovered, ...]:
        may.wait(60)
        return found()

    monkeypatch.setattr("viewer.formats.geopackage.recovery.found", held)
    monkeypatch.setattr("viewer.ui.document.PATIENCE", 0.05)
    window = open_window(qtbot, file)
    window.desk.document.ask_properties()
    dialog = QApplication.activeModalWidget()
    may.set()
    # It is not put before the user while another dialog is.
    qtbot.wait(700)
    assert QApplication.activeModalWidget() is dialog
    dialog.reject()
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), RecoveredDialog))
    QApplication.activeModalWidget().reject()
    assert window.desk.document.recoverable
    work.discard()


def test_what_is_open_stays_whole_when_recovered_work_cannot_be_opened(
    qtbot: QtBot, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = recovered(file, monkeypatch, "it is torn")
    window = open_window(qtbot, file)
    document = window.desk.document
    QApplication.activeModalWidget().reject()
    rename(window)
    document.leave(lambda: document._recover(work))
    answer(window, "Don't Save")
    qtbot.waitUntil(lambda: "torn" in window.desk.banner.text)
    assert window.isWindowModified()
    assert title_now(window) == "Renamed"
    save(window, qtbot)
    assert title_in(file) == "Renamed"
    work.discard()


def test_recovered_work_on_the_file_that_is_open_is_saved_to_it(
    qtbot: QtBot, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recovered(file, monkeypatch)
    window = open_window(qtbot, file)
    QApplication.activeModalWidget().open_button.click()
    qtbot.waitUntil(lambda: title_now(window) == "Kept")
    save(window, qtbot)
    assert title_in(file) == "Kept"


def test_the_list_of_what_was_changed_tells_undo_from_the_edit_before(
    opened: MainWindow,
) -> None:
    rename(opened)
    opened.store.undo()
    opened.store.redo()
    labels = [one.label for one in opened.desk.document.working.edits]
    assert labels == [
        "Change Title of Event",
        "Undo Change Title of Event",
        "Redo Change Title of Event",
    ]


def test_work_that_another_window_has_taken_is_not_discarded(
    opened: MainWindow, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened.desk.document.let_go()
    work = recovered(file, monkeypatch)
    dossier, working = work.open()
    with pytest.raises(EntenteError, match="working on it"):
        work.discard()
    assert work.room.is_dir()
    assert dossier.events["title"][0] == "Kept"
    working.close(discard=True)


def test_work_that_another_window_saved_is_no_longer_offered(
    qtbot: QtBot, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = recovered(file, monkeypatch)
    window = open_window(qtbot, file)
    offered = QApplication.activeModalWidget()
    _, working = work.open()
    working.close(discard=True)
    offered.open_button.click()
    qtbot.waitUntil(lambda: not window.desk.document.recoverable)
    assert window.desk.banner.text.startswith(f"{small().title}: ")


def test_work_that_cannot_be_discarded_is_said_and_still_offered(
    qtbot: QtBot, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = recovered(file, monkeypatch)
    window = open_window(qtbot, file)
    QApplication.activeModalWidget().reject()
    lock = work.room / "owner.lock"
    lock.unlink()
    lock.mkdir()
    window.desk.document._discard(work)
    qtbot.waitUntil(lambda: "cannot be removed" in window.desk.banner.text)
    assert window.desk.document.recoverable
    lock.rmdir()
    work.discard()


def test_a_window_that_was_closed_offers_nothing(
    qtbot: QtBot, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = recovered(file, monkeypatch)
    may = threading.Event()

    def held() -> tuple[Recovered, ...]:
        may.wait(60)
        return found()

    monkeypatch.setattr("viewer.formats.geopackage.recovery.found", held)
    monkeypatch.setattr("viewer.ui.document.PATIENCE", 0.05)
    window = open_window(qtbot, file)
    assert window.close()
    may.set()
    qtbot.wait(500)
    assert not [one for one in QApplication.topLevelWidgets() if one.isVisible()]
    work.discard()


# -- forms -----------------------------------------------------------------------------------


def test_a_form_that_waits_for_a_click_on_the_map_is_asked_too(
    opened: MainWindow, qtbot: QtBot
) -> None:
    opened.desk.editor.add("places")
    form = opened.findChild(RowForm)
    line = form.fields["name"].findChild(QLineEdit)
    line.setText("Somewhere")
    form._ask_spot()
    assert not form.isVisible()
    assert not opened.close()
    assert opened.isVisible()
    assert form.isVisible()
    form.discard()


def test_signals_of_windows_that_are_gone_reach_nobody(opened: MainWindow) -> None:
    """A form closed in whatever way no longer hears of changes."""
    before = len(opened.store._listeners)
    desk = opened.desk
    desk.editor.add("places")
    opened.findChild(RowForm)._ask_spot()
    desk.editor.leave()
    desk.editor.ask_merge((opened.store.state.dossier.ref("actors", 0),))
    desk.editor.ask_paste()
    desk.editor.leave()
    assert len(opened.store._listeners) == before
    assert isinstance(opened, QObject)


def test_what_is_saved_after_save_as_does_not_take_its_place(
    opened: MainWindow, file: Path, tmp_path: Path, qtbot: QtBot, slow_copy: threading.Event
) -> None:
    before, document = title_in(file), opened.desk.document
    rename(opened)
    document._write(tmp_path / "other.gpkg", None, overwrite=True)
    document.save()
    slow_copy.set()
    qtbot.waitUntil(lambda: not document.saving and not opened.isWindowModified())
    assert title_in(tmp_path / "other.gpkg") == "Renamed"
    assert title_in(file) == before


def test_a_save_ends_before_another_dossier_takes_its_place(
    opened: MainWindow, file: Path, tmp_path: Path, qtbot: QtBot, slow_save: threading.Event
) -> None:
    other = tmp_path / "other.gpkg"
    write_file(replace(small(), title="Other"), other)
    rename(opened)
    opened.desk.document.save()
    opened.show_dossier(open_dossier(other), opened.origin.at(other))
    slow_save.set()
    qtbot.waitUntil(lambda: not opened.desk.document.saving)
    assert title_in(file) == "Renamed"
    assert opened.origin.path == other
    qtbot.waitUntil(lambda: not any("entente-close" in each.name for each in threading.enumerate()))
    assert not found()

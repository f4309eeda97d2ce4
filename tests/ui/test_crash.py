"""What the user sees of a fault of the program: once, with a report, and with a way on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from tests.dossiers import small
from tests.ui.conftest import open_window
from viewer.commands.editing import edit
from viewer.errors import EntenteError
from viewer.formats.geopackage.writing import write_file
from viewer.model import edits
from viewer.ui import crash
from viewer.ui.crash import Reporter
from viewer.ui.fault_dialog import FaultDialog
from viewer.ui.recovered import RecoveredDialog
from viewer.ui.window import MainWindow
from viewer.watch import WATCH, Watch

SECRET = "zarif"
ROOT = Path(__file__).resolve().parents[2]
CRASHING = """
import os
from viewer.watch import WATCH
WATCH.begin()
WATCH.note("file.save")
os.abort()
"""
PAINTING = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QPushButton
from viewer.__main__ import main
from viewer.ui import fault_dialog, views, window

def fails(self, event):
    self.update()
    raise ValueError("secret")

def look():
    found = [w for w in QApplication.topLevelWidgets() if isinstance(w, fault_dialog.FaultDialog)]
    print(len([w for w in found if w.isVisible()]))
    (quit,) = [b for b in found[0].findChildren(QPushButton) if b.text() == "Quit"]
    quit.click()

def making(self, settings):
    make(self, settings)
    self.ready.connect(lambda: QTimer.singleShot(2000, look))

make = window.MainWindow.__init__
window.MainWindow.__init__ = making
views.MapView.paintEvent = fails
print(main([]))
"""


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "data" / "entente"


@pytest.fixture
def reporter(qapp: QApplication) -> Reporter:
    watch = Watch()
    watch.note("file.save")
    return Reporter(watch)


def fail(reporter: Reporter, error: Exception | None = None) -> None:
    """Have an error caught as Python hands it to its hook."""
    try:
        raise error or ValueError(SECRET)
    except Exception:  # noqa: BLE001
        reporter.report(*sys.exc_info())  # type: ignore[arg-type]


def dialogs(kind: type = FaultDialog) -> list[FaultDialog]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()]


def the_dialog(qtbot: QtBot) -> FaultDialog:
    qtbot.waitUntil(lambda: len(dialogs()) == 1)
    return dialogs()[0]


def press(dialog: FaultDialog, words: str) -> None:
    (button,) = [b for b in dialog.findChildren(QPushButton) if b.text() == words]
    button.click()


def reports(data: Path) -> list[Path]:
    return sorted((data / "reports").glob("crash-*.txt"))


def test_a_fault_is_told_once_however_often_it_comes(
    qtbot: QtBot, opened: MainWindow, reporter: Reporter, data: Path, capsys
) -> None:
    def again() -> None:
        for _ in range(100):
            fail(reporter)

    again()
    dialog = the_dialog(qtbot)
    (report,) = reports(data)
    assert dialog.path.text() == str(report)
    assert " file.save\n" in report.read_text(encoding="utf-8")
    assert SECRET not in report.read_text(encoding="utf-8")
    assert capsys.readouterr().err.splitlines() == [
        f"entente: something went wrong (ValueError); a report is in {report}"
    ]
    press(dialog, "Go On")
    qtbot.waitUntil(lambda: not dialogs())
    # It is known by now; after a while the window says that it goes on.
    again()
    qtbot.wait(50)
    assert (dialogs(), opened.desk.banner.text, reports(data)) == ([], "", [report])
    reporter._said = -crash._QUIET
    fail(reporter)
    qtbot.waitUntil(lambda: "The same went wrong again (ValueError)" in opened.desk.banner.text)
    assert str(report) in opened.desk.banner.text
    # Another one is news.
    try:
        _ = {}["x"]
    except KeyError:
        reporter.report(*sys.exc_info())  # type: ignore[arg-type]
    assert "KeyError" in Path(the_dialog(qtbot).path.text()).read_text(encoding="utf-8")
    press(the_dialog(qtbot), "Go On")
    qtbot.waitUntil(lambda: not dialogs())


def test_faults_without_end_do_not_fill_the_folder(
    qtbot: QtBot, reporter: Reporter, data: Path, capsys
) -> None:
    for i in range(50):
        try:
            exec("\n" * i + "raise ValueError")
        except ValueError:
            reporter.report(*sys.exc_info())  # type: ignore[arg-type]
    assert len(reports(data)) == crash._MOST
    press(the_dialog(qtbot), "Go On")
    qtbot.waitUntil(lambda: not dialogs())


def test_a_fault_in_a_thread_is_told_in_the_window(
    qtbot: QtBot, reporter: Reporter, data: Path, capsys
) -> None:
    thread = threading.Thread(target=fail, args=(reporter,), name="entente-layout")
    thread.start()
    thread.join()
    press(the_dialog(qtbot), "Go On")
    assert "what: ValueError in entente-layout" in reports(data)[0].read_text(encoding="utf-8")
    qtbot.waitUntil(lambda: not dialogs())


def test_what_is_unsaved_is_said_to_be_safe_only_where_it_is(
    qtbot: QtBot, opened: MainWindow, reporter: Reporter, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    document = opened.desk.document
    assert document.safety_words == "Nothing is unsaved."
    dossier = opened.store.state.dossier
    edit(opened.store, "Change", edits.change(dossier, "events", 0, {"title": "Renamed"}))
    assert document.safety_words.startswith("Not saved yet: 1 event changed. That is safe")
    fail(reporter)
    dialog = the_dialog(qtbot)
    words = " ".join(part.text() for part in dialog.findChildren(type(dialog.answer)))
    assert "1 event changed" in words
    assert "Nothing was sent anywhere" in words
    press(dialog, "Go On")
    qtbot.waitUntil(lambda: not dialogs())

    def full(*_: object) -> None:
        raise EntenteError("the disk is full")

    monkeypatch.setattr(document.working, "follow", full)
    dossier = opened.store.state.dossier
    edit(opened.store, "Change", edits.change(dossier, "events", 0, {"title": "Again"}))
    assert "not kept safe" in document.safety_words


def test_the_dialog_hands_out_the_report(
    qtbot: QtBot, reporter: Reporter, monkeypatch: pytest.MonkeyPatch, data: Path, capsys
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(
        QDesktopServices, "openUrl", lambda url: shown.append(url.toLocalFile()) or False
    )
    fail(reporter)
    dialog = the_dialog(qtbot)
    press(dialog, "Copy Report")
    assert QApplication.clipboard().text() == reports(data)[0].read_text(encoding="utf-8")
    assert dialog.answer.text() == "The report is on the clipboard."
    press(dialog, "Show in Folder")
    assert shown == [str(data / "reports")]
    assert str(data / "reports") in dialog.answer.text()
    dialog.path.selectAll()
    assert dialog.path.selectedText() == str(reports(data)[0])
    left: list[int] = []
    monkeypatch.setattr(QApplication, "exit", left.append)
    press(dialog, "Quit")
    assert left == [2]
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not dialogs())


def test_a_report_that_could_not_be_written_can_be_copied(
    qtbot: QtBot, reporter: Reporter, data: Path, capsys
) -> None:
    data.parent.mkdir()
    data.write_text("a file where the folder should be", encoding="utf-8")
    fail(reporter)
    dialog = the_dialog(qtbot)
    assert "could not be written" in dialog.path.text()
    press(dialog, "Copy Report")
    assert "ValueError" in QApplication.clipboard().text()
    press(dialog, "Go On")
    qtbot.waitUntil(lambda: not dialogs())


def test_commands_and_changes_are_noted_without_what_they_are_about(opened: MainWindow) -> None:
    desk = opened.desk
    WATCH.actions.clear()
    desk.registry["edit.select_all"].run(desk.context)
    noted = [line.partition(" ")[2] for line in WATCH.actions]
    assert noted == ["edit.select_all", "changed: selection"]


def test_ctrl_c_in_the_terminal_is_no_fault(
    reporter: Reporter, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[int] = []
    monkeypatch.setattr(QApplication, "exit", left.append)
    reporter.report(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert (left, reports(data)) == ([2], [])


# -- the next start ------------------------------------------------------------------------------


def test_the_next_start_tells_of_a_crash_and_then_offers_the_work(
    qtbot: QtBot, tmp_path: Path, data: Path
) -> None:
    write_file(small(), tmp_path / "small.gpkg")
    before = open_window(qtbot, tmp_path / "small.gpkg")
    dossier = before.store.state.dossier
    edit(before.store, "Change", edits.change(dossier, "events", 0, {"title": "Renamed"}))
    # As a process that is gone leaves it.
    before.desk.document.working.close(discard=False)
    before.desk.document.working = None
    before.close()
    done = subprocess.run([sys.executable, "-c", CRASHING], cwd=ROOT, capture_output=True)
    assert done.returncode != 0

    window = open_window(qtbot, tmp_path / "small.gpkg")
    dialog = the_dialog(qtbot)
    assert not dialogs(RecoveredDialog)
    words = " ".join(part.text() for part in dialog.findChildren(type(dialog.answer)))
    assert "ended unexpectedly last time" in words
    assert "Aborted" in words
    assert "is offered as soon as you close this" in words
    (report,) = reports(data)
    assert dialog.path.text() == str(report)
    assert " file.save\n" in report.read_text(encoding="utf-8")
    press(dialog, "Close")
    qtbot.waitUntil(lambda: len(dialogs(RecoveredDialog)) == 1)
    offered = dialogs(RecoveredDialog)[0]
    assert offered.tree.topLevelItem(0).text(2) == "1 event changed"
    offered.reject()
    window.desk.document.working.close(discard=True)
    window.desk.document.working = None
    qtbot.waitUntil(lambda: not dialogs(RecoveredDialog))


def run(script: str, tmp_path: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a script in a process of its own, which has no screen."""
    homes = {f"XDG_{kind}_HOME": str(tmp_path / kind.lower()) for kind in ("CONFIG", "DATA")}
    return subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT, env={**os.environ, **homes, "QT_QPA_PLATFORM": "offscreen", **more},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_a_view_that_cannot_be_painted_opens_one_dialog(tmp_path: Path, data: Path) -> None:
    done = run(PAINTING, tmp_path)
    assert done.stdout.split() == ["1", "2"]
    assert done.stderr.count("entente: ") == 1, done.stderr
    assert len(reports(data)) == 1
    assert [*(data / "running").iterdir()] == []


# -- no window -----------------------------------------------------------------------------------


@pytest.mark.parametrize("module", ["numpy", "PySide6.QtWidgets"])
def test_a_library_that_is_missing_is_said_in_one_line(
    tmp_path: Path, data: Path, module: str
) -> None:
    script = f"import sys; sys.modules['{module}'] = None\nfrom viewer.__main__ import main\n"
    done = run(f"{script}sys.exit(main([]))", tmp_path)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    (report,) = reports(data)
    assert line.startswith("entente: the program could not start (ModuleNotFoundError: import of ")
    assert line.endswith(f"; a report is in {report}")


def test_qt_without_a_screen_leaves_its_last_words(tmp_path: Path, data: Path) -> None:
    start = "import sys\nfrom viewer.__main__ import main\nsys.exit(main([]))"
    screenless = {"QT_QPA_PLATFORM": "xcb", "DISPLAY": "", "WAYLAND_DISPLAY": ""}
    assert run(start, tmp_path, **screenless).returncode < 0
    trace = {"ENTENTE_STARTUP_TRACE": str(tmp_path / "trace")}
    assert run(start, tmp_path, **trace).returncode == 0
    (report,) = reports(data)
    assert "no Qt platform plugin could be initialized" in report.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "settings",
    [
        {"splitters": {"sides": ["a", None]}, "hidden_views": [["x"]], "geometry": "ä"},
        {"splitters": {"sides": [1e300]}, "hidden_views": ["nothing"], "recent": [1]},
        {"theme": "pink", "calendar": "maya", "splitters": {"sides": [10**30]}},
    ],
)
def test_settings_that_make_no_sense_are_no_fault(tmp_path: Path, data: Path, settings) -> None:
    config = tmp_path / "config" / "entente"
    config.mkdir(parents=True)
    (config / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
    start = "import sys\nfrom viewer.__main__ import main\nsys.exit(main([]))"
    done = run(start, tmp_path, ENTENTE_STARTUP_TRACE=str(tmp_path / "trace"))
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "trace").read_text(encoding="utf-8").count("\n") == 3
    assert reports(data) == []


@pytest.mark.skipif(sys.platform != "linux", reason="what Linux desktops have")
@pytest.mark.parametrize("name", ["zenity", "kdialog", "xmessage"])
def test_a_desktop_without_a_terminal_is_told_as_well(
    tmp_path: Path, data: Path, name: str
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    said = tmp_path / "said"
    messenger = programs / name
    messenger.write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$@" > {said}.new\n/bin/mv {said}.new {said}\n'
    )
    messenger.chmod(0o755)
    script = (
        "import sys; sys.modules['numpy'] = None\n"
        "from viewer.__main__ import main\nsys.exit(main([]))"
    )
    # Nothing else that could tell it is found.
    screen = {"QT_QPA_PLATFORM": "xcb", "DISPLAY": ":no", "PATH": str(programs)}
    done = run(script, tmp_path, **screen)
    assert done.returncode == 2
    for _ in range(100):
        if said.exists():
            break
        time.sleep(0.05)
    words = said.read_text(encoding="utf-8")
    assert "Entente could not start: ModuleNotFoundError" in words
    assert str(reports(data)[0]) in words

"""What was pointed at, asked for or begun is gone when its turn comes: nothing goes wrong then."""

from __future__ import annotations

import threading
import time

import pytest
import shiboken6
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.dossiers import make, small
from viewer.commands import actions
from viewer.model.schema import Ref
from viewer.progress import Progress
from viewer.scene.primitives import Scene
from viewer.scene.style import LIGHT
from viewer.ui.forms.spot import SpotPicker
from viewer.ui.jobs import Job
from viewer.ui.scene_run import SceneRun
from viewer.ui.sources import SourcesDialog
from viewer.ui.window import MainWindow

HOVERED = Ref("events", "oman-meeting")


def test_what_is_hovered_over_may_be_gone_with_its_dossier(
    window: MainWindow, qtbot: QtBot
) -> None:
    actions.hover(window.store, HOVERED)
    qtbot.wait(60)
    assert window.store.glow is not None
    window.store.open(small())
    qtbot.wait(160)
    assert "Talks in Munich" in window.desk.evidence.text()


def test_a_mark_of_the_dossier_before_lights_nothing_up(window: MainWindow, qtbot: QtBot) -> None:
    window.store.open(small())
    actions.hover(window.store, HOVERED)
    qtbot.wait(160)
    assert window.store.glow is None


def test_a_hidden_view_that_shows_another_dossier_is_left_in_peace(
    window: MainWindow, qtbot: QtBot
) -> None:
    for view in ("graph", "evidence"):
        window.desk.set_view_visible(view, False)
    window.store.open(make(events=[{"id": f"e{i}", "title": "It"} for i in range(3)]))
    qtbot.wait(60)
    actions.hover(window.store, Ref("events", "e2"))
    qtbot.wait(60)
    window.desk.set_view_visible("evidence", True)
    qtbot.wait(60)
    assert window.desk.evidence.text().count("It") == 3


def test_a_dialog_closed_by_a_double_click_is_closed(window: MainWindow, qtbot: QtBot) -> None:
    window.desk.show_sources()
    dialog = window.findChild(SourcesDialog)
    assert dialog is not None
    close = next(b for b in dialog.findChildren(QPushButton) if b.text() == "Close")
    for _ in range(2):
        QTest.mouseClick(close, Qt.MouseButton.LeftButton)
    qtbot.wait(20)
    assert window.findChild(SourcesDialog) is None
    actions.select(window.store, (HOVERED,))


@pytest.mark.parametrize("tells", [True, False])
def test_a_window_may_go_while_a_job_runs(qtbot: QtBot, tells: bool) -> None:
    window, gone, ended = QWidget(), threading.Event(), threading.Event()
    results: list[int] = []

    def work(progress: Progress) -> int:
        gone.wait(5)
        try:
            if tells:
                progress(0.5)
            return 1
        finally:
            ended.set()

    Job(window, "Counting", work, results.append, lambda line: pytest.fail(line)).start()
    shiboken6.delete(window)
    gone.set()
    assert ended.wait(5)
    qtbot.wait(50)
    assert results == []


def test_a_question_to_the_map_goes_with_who_asked_it(window: MainWindow, qtbot: QtBot) -> None:
    owner, answers = QWidget(), []
    assert window.desk.ask_spot(owner, "Click where it is", answers.append)
    view = window.desk.views["map"]
    assert view.findChild(SpotPicker) is not None
    shiboken6.delete(owner)
    qtbot.wait(20)
    assert view.findChild(SpotPicker) is None
    assert answers == []


def test_what_a_picture_is_made_for_may_go_meanwhile(qtbot: QtBot) -> None:
    shown: list[Scene] = []

    def build(_progress: Progress) -> Scene:
        time.sleep(0.001)
        return Scene(10, 10, LIGHT.ground, ())

    for turn in range(1000):
        owner = QObject()
        SceneRun(owner, lambda scene, _picture: shown.append(scene)).ask(build, 1.0)
        if turn % 3:
            time.sleep(0.0005 * (turn % 5))
        owner.deleteLater()
        qtbot.wait(1)
    qtbot.wait(20)
    assert not shown


def test_what_is_measured_for_a_window_that_is_closed_opens_no_other(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.desk.show_measures()
    job = window.findChild(Job)
    assert job is not None
    # It is done by the time the window is closed, and its table is about to open.
    job._thread.join()
    with qtbot.waitSignal(job.destroyed):
        window.close()
    assert not [w for w in QApplication.topLevelWidgets() if w.isVisible()]

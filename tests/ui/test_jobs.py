"""Work in a thread: its dialog, its result, its end."""

from __future__ import annotations

import threading
import time
import traceback

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QProgressBar, QProgressDialog, QWidget
from pytestqt.qtbot import QtBot

from viewer.progress import Progress
from viewer.ui import jobs
from viewer.ui.jobs import Job


def test_long_work_shows_how_far_it_is_and_ends(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    seen: list[int] = []
    results: list[object] = []

    far_seen = threading.Event()

    def work(progress: Progress) -> str:
        for step in range(14):
            progress(step / 14)
            time.sleep(0.1)
            if step == 10:
                far_seen.wait(60)
        return "read"

    job = Job(window, "Opening", work, results.append, lambda line: None)
    job.start()
    dialog = window.findChild(QProgressDialog)
    assert dialog is not None
    qtbot.waitUntil(dialog.isVisible)
    bar = dialog.findChild(QProgressBar)
    qtbot.waitUntil(lambda: seen.append(bar.value()) or bar.value() > 60)
    with qtbot.waitSignal(job.destroyed):
        far_seen.set()
    assert results == ["read"]
    assert sorted(seen) == seen
    assert not window.findChildren(QProgressDialog)


def test_the_result_comes_when_nothing_else_is_under_way(qtbot: QtBot) -> None:
    """Handled while the bar is being set, the end would delete the dialog under it."""
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    callers: list[str] = []

    def work(progress: Progress) -> None:
        for step in range(200):
            progress(step / 200)
            time.sleep(0.005)

    def done(_result: object) -> None:
        stack = traceback.extract_stack()
        callers.extend(frame.name for frame in stack if frame.filename == jobs.__file__)

    job = Job(window, "Opening", work, done, lambda line: None)
    gone: list[bool] = []
    job.destroyed.connect(lambda: gone.append(True))
    job.start()
    end = time.monotonic() + 10
    while not gone and time.monotonic() < end:
        # Reports pile up while the program is busy, and are handled all at once.
        time.sleep(0.3)
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert callers == ["_end"]


def test_what_takes_no_longer_than_one_waits_for_is_done_at_once(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    came: list[str] = []
    Job(window, "Quick", lambda _: "at once", came.append, came.append).start(patience=30)
    assert came == ["at once"]
    may = threading.Event()
    Job(window, "Slow", lambda _: may.wait(30), came.append, came.append).start(patience=0.05)
    assert came == ["at once"]
    may.set()
    qtbot.waitUntil(lambda: came == ["at once", True])

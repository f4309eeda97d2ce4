"""What every test stands on: no screen, no trace of the user's own settings, nothing left over."""

from __future__ import annotations

import gc
import logging
import os
import re
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

_HOME = tempfile.TemporaryDirectory(prefix="entente-tests-")
for _kind in ("CONFIG", "DATA"):
    os.environ[f"XDG_{_kind}_HOME"] = str(Path(_HOME.name, _kind.lower()))

# How long a thread may take to end after its test.
PATIENCE = 20.0


@pytest.fixture(scope="session")
def sources_dir() -> Path:
    """Return the folder of the source texts, which are not part of the repository."""
    folder = os.environ.get("ENTENTE_SOURCES")
    if not folder:
        pytest.skip("ENTENTE_SOURCES is not set: it names the folder with the source texts")
    assert Path(folder).is_dir(), f"ENTENTE_SOURCES is {folder}, which is not a folder"
    return Path(folder)


@pytest.fixture(scope="session")
def test_display() -> str:
    """Return the X display on which the program may be driven, e.g. ``:7``: one per process."""
    displays = os.environ.get("ENTENTE_TEST_DISPLAY", "").split()
    if not displays:
        pytest.skip("ENTENTE_TEST_DISPLAY is not set: packaging/dev.py test starts a screen")
    return displays[int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))]


@pytest.fixture(autouse=True)
def no_stray_logs(
    request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> Iterator[None]:
    """Fail a test that logs a warning or an error, unless marked ``expects_log(pattern)``."""
    yield
    expected = [str(mark.args[0]) for mark in request.node.iter_markers("expects_log")]
    logged = [
        f"{record.levelname} {record.name}: {record.getMessage()}"
        for when in ("setup", "call")
        for record in caplog.get_records(when)
        if record.levelno >= logging.WARNING
    ]
    stray = [line for line in logged if not any(re.search(e, line) for e in expected)]
    absent = [e for e in expected if not any(re.search(e, line) for line in logged)]
    if stray:
        pytest.fail("logged unexpectedly:\n" + "\n".join(stray), pytrace=False)
    if absent:
        pytest.fail(f"expected but not logged: {', '.join(absent)}", pytrace=False)


@pytest.fixture(autouse=True)
def no_leaked_windows() -> Iterator[None]:
    """Fail a test after which a window is open, or a main window or dialog is alive."""
    before = _windows()
    yield
    _settle()
    if _windows() - before:
        # Reference cycles are no leak as long as they can be collected.
        gc.collect()
        _settle()
    leaked = _windows() - before
    if leaked:
        pytest.fail(f"left windows behind: {', '.join(sorted(map(repr, leaked)))}", pytrace=False)


@pytest.fixture(autouse=True)
def no_leaked_threads() -> Iterator[None]:
    """Fail a test whose threads outlive it."""
    before = set(threading.enumerate())
    yield
    end = time.monotonic() + PATIENCE
    for thread in set(threading.enumerate()) - before:
        if not isinstance(thread, threading._DummyThread):
            thread.join(max(0.0, end - time.monotonic()))
    leaked = [
        thread.name
        for thread in set(threading.enumerate()) - before
        if thread.is_alive() and not isinstance(thread, threading._DummyThread)
    ]
    if "PySide6.QtCore" in sys.modules:
        from PySide6.QtCore import QThreadPool

        pool = QThreadPool.globalInstance()
        if not pool.waitForDone(max(1, int((end - time.monotonic()) * 1000))):
            leaked.append(f"{pool.activeThreadCount()} in Qt's thread pool")
    if leaked:
        pytest.fail(f"left threads behind: {', '.join(leaked)}", pytrace=False)


def _windows() -> set[object]:
    """Return the open windows, and the main windows and dialogs that are hidden but alive."""
    if "PySide6.QtWidgets" not in sys.modules:
        return set()
    from PySide6.QtWidgets import QApplication, QDialog, QMainWindow

    if QApplication.instance() is None:
        return set()
    return {
        widget
        for widget in QApplication.topLevelWidgets()
        if widget.isVisible() or isinstance(widget, QDialog | QMainWindow)
    }


def _settle() -> None:
    """Let Qt carry out the deletions it has put off."""
    if "PySide6.QtWidgets" not in sys.modules:
        return
    from PySide6.QtCore import QCoreApplication, QEvent

    if QCoreApplication.instance() is not None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()

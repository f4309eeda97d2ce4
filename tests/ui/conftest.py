"""Windows with all views painted: on the shipped dossier, and on a small one in one file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.dossiers import small
from viewer.assets import shipped_dossier
from viewer.formats.geopackage.writing import write_file
from viewer.settings import Settings
from viewer.ui.window import MainWindow

PATIENCE = 60_000
"""Milliseconds that a machine with other work may take for what must come."""


class PatientBot(QtBot):
    """Waits for what must come as long as a slow machine takes."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = PATIENCE) -> None:
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: object, *, timeout: int = PATIENCE, **more: Any) -> Any:
        return super().waitSignal(signal, timeout=timeout, **more)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> PatientBot:
    return PatientBot(request)


@pytest.fixture(autouse=True)
def first_edit_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a dossier read and an edit on the disk when the next line of a test runs."""
    monkeypatch.setattr("viewer.ui.document.PATIENCE", 60.0)
    monkeypatch.setattr("viewer.ui.window.PATIENCE", 60.0)


@pytest.fixture(autouse=True)
def panels_in_one_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every panel up to date after one turn of the event loop, however slow the machine is."""
    monkeypatch.setattr("viewer.ui.desk.LONGEST", 60.0)


def open_window(qtbot: QtBot, path: Path | None = None) -> MainWindow:
    """Return a window that shows a dossier, once all its views answer."""
    window = MainWindow(Settings(theme="light"))
    qtbot.addWidget(window)
    window.open_first(path)
    with qtbot.waitSignal(window.ready):
        window.show()
        window.build_views()
    return window


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    yield open_window(qtbot, shipped_dossier())


@pytest.fixture
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep working copies and reports apart from those of other tests."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def file(own_data: None, tmp_path: Path) -> Path:
    """Return a dossier in one file."""
    write_file(small(), tmp_path / "small.gpkg")
    return tmp_path / "small.gpkg"


@pytest.fixture
def opened(qtbot: QtBot, file: Path) -> Iterator[MainWindow]:
    """Open a window on that file."""
    window = open_window(qtbot, file)
    yield window
    # What a test leaves unsaved is not what it is about.
    if window.desk is not None and window.desk.document.working is not None:
        window.desk.document.working.close(discard=True)
        window.desk.document.working = None

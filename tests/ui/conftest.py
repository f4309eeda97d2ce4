"""A window on the shipped dossier, with all views painted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from viewer.assets import shipped_dossier
from viewer.settings import Settings
from viewer.ui.window import MainWindow


def open_window(qtbot: QtBot, path: Path | None = None) -> MainWindow:
    """Return a window that shows a dossier, once all its views answer."""
    window = MainWindow(Settings(theme="light"))
    qtbot.addWidget(window)
    window.open_first(path)
    with qtbot.waitSignal(window.ready, timeout=20_000):
        window.show()
        window.build_views()
    return window


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    yield open_window(qtbot, shipped_dossier())

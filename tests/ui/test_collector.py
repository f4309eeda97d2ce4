"""What Python finds to be garbage goes in the GUI thread, whichever thread made it."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from viewer.ui.collector import Collector


class Knot:
    """Holds itself, and notes in which thread it goes."""

    def __init__(self, gone: list[threading.Thread]) -> None:
        self.self, self.gone = self, gone

    def __del__(self) -> None:
        self.gone.append(threading.current_thread())


@pytest.fixture
def collector() -> Iterator[None]:
    owner = QObject()
    Collector(owner).start()
    yield
    owner.deleteLater()
    gc.unfreeze()
    gc.enable()


def test_cycles_made_in_a_thread_are_freed_in_the_gui_thread(qtbot: QtBot, collector: None) -> None:
    gone: list[threading.Thread] = []
    work = threading.Thread(target=lambda: [Knot(gone) for _ in range(5000)])
    work.start()
    work.join()
    assert not gone
    qtbot.waitUntil(lambda: len(gone) == 5000)
    assert set(gone) == {threading.main_thread()}

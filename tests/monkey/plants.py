"""Faults committed on purpose, which a monkey that can see must report."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer, qWarning
from PySide6.QtWidgets import QWidget

from tests.monkey import world
from tests.monkey.things import TEMPORARY

_HOARD: list[bytearray] = []


def _exception(number: int, _scratch: Path) -> None:
    def fail() -> None:
        raise ZeroDivisionError("planted")

    if number == 20:
        QTimer.singleShot(0, fail)


def _stall(number: int, _scratch: Path) -> None:
    if number == 30:
        # Long enough to stand out on a machine that takes pauses of its own.
        QTimer.singleShot(0, lambda: time.sleep(2))


def _widget(_number: int, _scratch: Path) -> None:
    QWidget(world.main_window())


def _memory(_number: int, _scratch: Path) -> None:
    _HOARD.append(bytearray(b"x" * 1_000_000))


def _warning(number: int, _scratch: Path) -> None:
    if number == 40:
        qWarning("planted")


def _file(number: int, scratch: Path) -> None:
    if number == 50:
        (scratch / TEMPORARY / "planted").touch()


PLANTS: dict[str, Callable[[int, Path], None]] = {
    "exception": _exception,
    "stall": _stall,
    "widget": _widget,
    "memory": _memory,
    "warning": _warning,
    "file": _file,
}
"""Name → what is done after each action, given its number and the scratch folder."""

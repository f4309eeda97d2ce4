"""What happens with an error nobody expected: a report in a file, one line, and on we go."""

from __future__ import annotations

import faulthandler
import sys
import threading
import time
from types import TracebackType
from typing import IO

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from viewer.settings import state_dir, write_report

_QUIET = 5.0
"""Seconds in which further errors are only counted."""


class _Reporter:
    """Writes reports, at most one in a while: a failing paint would write hundreds."""

    def __init__(self) -> None:
        self._last = -_QUIET
        self._native: IO[str] | None = None

    def watch_native(self) -> None:
        """Have crashes below Python written to a file; a windowed build has no stderr."""
        try:
            state_dir().mkdir(parents=True, exist_ok=True)
            self._native = (state_dir() / "native-crash.txt").open("w", encoding="utf-8")
            faulthandler.enable(self._native)
        except OSError:
            faulthandler.enable()

    def report(
        self,
        kind: type[BaseException],
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Write a report and say where it is."""
        now = time.monotonic()
        if now - self._last < _QUIET:
            return
        self._last = now
        import traceback

        where = write_report("".join(traceback.format_exception(kind, error, trace)))
        line = f"entente: something went wrong ({kind.__name__}); {where}"
        if sys.stderr is not None:
            sys.stderr.write(line + "\n")
        app = QApplication.instance()
        if isinstance(app, QApplication):
            QTimer.singleShot(0, app, lambda: _tell(app, where))


def _tell(app: QApplication, where: str) -> None:
    for window in app.topLevelWidgets():
        say = getattr(window, "say", None)
        if say is not None:
            say(f"Something went wrong in the program; {where}. Nothing was sent anywhere.")
            return


_REPORTER = _Reporter()


def install() -> None:
    """Report errors in slots, timers, paint events and threads instead of ending the program."""
    _REPORTER.watch_native()
    sys.excepthook = _REPORTER.report
    threading.excepthook = lambda args: _REPORTER.report(
        args.exc_type, args.exc_value, args.exc_traceback
    )

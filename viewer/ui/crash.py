"""What happens with an error nobody expected: a report in a file, a dialog, and on we go."""

from __future__ import annotations

import sys
import threading
import time
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    Qt,
    QtMsgType,
    Signal,
    qFormatLogMessage,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication, QMainWindow

from viewer import faults, messenger
from viewer.faults import Fault
from viewer.watch import WATCH, Watch

if TYPE_CHECKING:
    from viewer.ui.fault_dialog import FaultDialog

_QUIET = 5.0
"""Seconds in which the window says no more of a fault that comes again and again."""
_MOST = 10
"""So many different faults of one run are reported; a program that is past help makes no more."""


class Reporter(QObject):
    """Writes a report on each fault, once, and tells the user: a failing paint raises hundreds.

    Parameters
    ----------
    watch : Watch
        Has noted what was done last.
    """

    _happened = Signal(object)
    _again = Signal(object)

    def __init__(self, watch: Watch) -> None:
        super().__init__()
        self._watch = watch
        self._known: dict[object, Fault] = {}
        self._said = -_QUIET
        self._dialog: FaultDialog | None = None
        # An error may come from any thread, and in the middle of a paint event.
        self._happened.connect(self._tell, Qt.ConnectionType.QueuedConnection)
        self._again.connect(self._remind, Qt.ConnectionType.QueuedConnection)

    def report(
        self,
        kind: type[BaseException],
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Write a report and tell the user; take the place of `sys.excepthook`."""
        if issubclass(kind, KeyboardInterrupt):
            QApplication.exit(2)
            return
        error = kind() if error is None else error
        one = kind, _place(trace)
        if one in self._known:
            self._again.emit(self._known[one])
        elif len(self._known) < _MOST:
            here = threading.current_thread()
            thread = "" if here is threading.main_thread() else here.name
            fault = faults.report_on(error, tuple(self._watch.actions), thread)
            self._known[one] = fault
            if sys.stderr is not None:
                line = f"entente: something went wrong ({kind.__name__}); {fault.where}"
                print(line, file=sys.stderr)  # noqa: T201 - a terminal is told too
            self._happened.emit(fault)

    def _tell(self, fault: Fault) -> None:
        """Show the dialog, unless one is being read."""
        from viewer.ui.fault_dialog import went_wrong

        if self._dialog is None:
            window = _window()
            self._dialog = went_wrong(window, fault, _safety(window))
            self._dialog.finished.connect(self._answered)
            self._dialog.show()

    def _answered(self, _result: int) -> None:
        self._dialog = None
        self._said = time.monotonic()

    def _remind(self, fault: Fault) -> None:
        """Say along the top of the window that it was not the first time."""
        say = getattr(_window(), "say", None)
        now = time.monotonic()
        if self._dialog is not None or say is None or now - self._said < _QUIET:
            return
        self._said = now
        say(f"The same went wrong again ({fault.what}); {fault.where}. Start Entente anew")


def _place(trace: TracebackType | None) -> object:
    """Return where an error was raised, to tell one fault from another."""
    if trace is None:
        return None
    while trace.tb_next is not None:
        trace = trace.tb_next
    return trace.tb_frame.f_code, trace.tb_lineno


def _window() -> QMainWindow | None:
    """Return the main window, if there is one yet."""
    found = (w for w in QApplication.topLevelWidgets() if isinstance(w, QMainWindow))
    return next(found, None)


def _safety(window: QMainWindow | None) -> str:
    """Return words on what becomes of unsaved changes; what is broken may be just that."""
    try:
        return str(window.desk.document.safety_words)  # type: ignore[union-attr]
    except Exception:  # noqa: BLE001
        return ""


def _hear_qt(kind: QtMsgType, context: QMessageLogContext, words: str) -> None:
    """Note why Qt ends the program; what it says goes where it went before."""
    if kind == QtMsgType.QtFatalMsg:
        WATCH.note_end(words)
        if _window() is None:
            messenger.show(f"Entente could not start. {words}")
    if sys.stderr is not None:
        print(qFormatLogMessage(kind, context, words), file=sys.stderr)  # noqa: T201


def install() -> None:
    """Report errors in slots, timers, paint events and threads instead of ending the program.

    To be called before Qt starts: what it misses then, it says by ending the program.
    """
    WATCH.begin()
    reporter = Reporter(WATCH)
    sys.excepthook = reporter.report
    threading.excepthook = lambda args: reporter.report(
        args.exc_type, args.exc_value, args.exc_traceback
    )
    qInstallMessageHandler(_hear_qt)


def uninstall() -> None:
    """Leave errors to Python again: the program ends as it should."""
    sys.excepthook, threading.excepthook = sys.__excepthook__, threading.__excepthook__
    qInstallMessageHandler(None)
    WATCH.end()

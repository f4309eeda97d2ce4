"""Long work off the GUI thread: a plain function of frozen inputs, with progress and cancel."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QProgressBar, QProgressDialog, QWidget

from viewer.errors import EntenteError, printable
from viewer.progress import Cancelled, Progress
from viewer.ui.plain import label

_PATIENCE = 500
"""Milliseconds before a dialog with progress is shown."""


class Job(QObject):
    """One piece of work in a thread of its own.

    Parameters
    ----------
    parent : QWidget
        The window it is done for.
    title : str
        Shown when it takes long.
    work : callable
        Called with a `Progress` in the thread; what it returns goes to `done`.
    done, failed : callable
        Called in the GUI thread with the result or the error's one line.
    cancellable : bool
        Whether the user may stop it: not what is to end in either way, as saving does.
    """

    _finished = Signal(object)
    _failed = Signal(str)
    _share = Signal(int)
    _over = Signal()

    def __init__(
        self,
        parent: QWidget,
        title: str,
        work: Callable[[Progress], Any],
        done: Callable[[Any], None],
        failed: Callable[[str], None],
        *,
        cancellable: bool = True,
    ) -> None:
        super().__init__(parent)
        self._work = work
        self._percent = 0
        self._cancelled = threading.Event()
        self._title = title
        self._dialog = QProgressDialog("", "Cancel", 0, 100, parent)
        # A bar of our own: the dialog's setValue() handles events while it runs, the one that
        # deletes the dialog too.
        bar = QProgressBar()
        bar.setValue(0)
        self._dialog.setBar(bar)
        # A label of our own: the dialog's would read markup in a file name.
        self._dialog.setLabel(label(printable(title)))
        self._dialog.setWindowTitle("Entente")
        self._dialog.setWindowModality(Qt.WindowModality.WindowModal)
        self._dialog.setMinimumDuration(_PATIENCE)
        self._dialog.setAutoReset(False)
        if cancellable:
            self._dialog.canceled.connect(self._cancelled.set)
        else:
            self._dialog.setCancelButton(None)
        self._finished.connect(done)
        self._failed.connect(failed)
        self._share.connect(bar.setValue)
        self._over.connect(self._end)
        self._thread = threading.Thread(target=self._run, name="entente-job", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def cancel(self) -> None:
        """Stop at the next occasion; the result is dropped."""
        self._cancelled.set()

    def _progress(self, share: float) -> None:
        if self._cancelled.is_set():
            raise Cancelled
        percent = round(share * 100)
        if percent == self._percent:
            return
        self._percent = percent
        try:
            self._share.emit(percent)
        except RuntimeError:
            # The window is gone, and the job with it.
            raise Cancelled from None

    def _run(self) -> None:
        result, line = None, ""
        try:
            result = self._work(self._progress)
        except Cancelled:
            self._cancelled.set()
        except EntenteError as error:
            line = str(error)
        except Exception as error:  # noqa: BLE001
            sys.excepthook(type(error), error, error.__traceback__)
            line = (
                f"{self._title}: something went wrong, and a report was written; try it once more"
            )
        # The window may have gone meanwhile.
        with suppress(RuntimeError):
            if line:
                self._failed.emit(line)
            elif not self._cancelled.is_set():
                self._finished.emit(result)
            self._over.emit()

    def _end(self) -> None:
        self._dialog.deleteLater()
        self.deleteLater()

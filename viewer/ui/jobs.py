"""Long work off the GUI thread: a plain function of frozen inputs, with progress and cancel."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QProgressBar, QProgressDialog, QWidget

from viewer.errors import EntenteError, printable
from viewer.progress import Cancelled, Progress
from viewer.ui.plain import label
from viewer.ui.post import Post

_PATIENCE = 500
"""Milliseconds before a dialog with progress is shown."""


def cancel_all(window: QWidget) -> None:
    """Stop what is being done for a window: nothing may open once it is closed."""
    for job in window.findChildren(Job):
        job.cancel()


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
        self._work, self._done, self._failed = work, done, failed
        self._post, self._last_post = Post(self), Post(self)
        self._outcome: Callable[[], None] | None = None
        self._percent = 0
        self.title = title
        self._dialog = QProgressDialog("", "Cancel", 0, 100, parent)
        # A bar of our own: the dialog's setValue() handles events while it runs, the one that
        # deletes the dialog too.
        self._bar = QProgressBar()
        self._bar.setValue(0)
        self._dialog.setBar(self._bar)
        # A label of our own: the dialog's would read markup in a file name.
        self._dialog.setLabel(label(printable(title)))
        self._dialog.setWindowTitle("Entente")
        self._dialog.setWindowModality(Qt.WindowModality.WindowModal)
        self._dialog.setMinimumDuration(_PATIENCE)
        self._dialog.setAutoReset(False)
        if cancellable:
            self._dialog.canceled.connect(self.cancel)
        else:
            self._dialog.setCancelButton(None)
        self._thread = threading.Thread(target=self._run, name="entente-job", daemon=True)

    def start(self, patience: float = 0.0) -> None:
        """Begin.

        Parameters
        ----------
        patience : float
            Seconds to wait for the end: what takes no longer is done when this returns.
        """
        self._thread.start()
        if patience:
            self._thread.join(patience)
            if not self._thread.is_alive():
                self._end()

    def cancel(self) -> None:
        """Stop at the next occasion; the result is dropped."""
        self._post.drop()

    def _progress(self, share: float) -> None:
        if not self._post.reaches:
            # The user thinks better of it, or the window is gone and the job with it.
            raise Cancelled
        percent = round(share * 100)
        if percent != self._percent:
            self._percent = percent
            self._post(partial(self._bar.setValue, percent))

    def _run(self) -> None:
        try:
            self._outcome = partial(self._done, self._work(self._progress))
        except Cancelled:
            self._post.drop()
        except EntenteError as error:
            self._outcome = partial(self._failed, str(error))
        except Exception as error:  # noqa: BLE001
            sys.excepthook(type(error), error, error.__traceback__)
            line = f"{self.title}: something went wrong, and a report was written; try it once more"
            self._outcome = partial(self._failed, line)
        self._last_post(self._end)

    def _end(self) -> None:
        """Say what came of it, once, unless it was given up."""
        outcome, self._outcome = self._outcome, None
        self._last_post.drop()
        self._dialog.deleteLater()
        self.deleteLater()
        if outcome is not None and self._post.reaches:
            outcome()

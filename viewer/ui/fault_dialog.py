"""The dialogs that say what went wrong in the program, where the report is, and what to do."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from viewer import faults
from viewer.faults import Fault
from viewer.ui.guard import guarded
from viewer.ui.plain import Dialog, label

_WIDTH = 560
_ICON = 32
_PROMISE = (
    "Nothing was sent anywhere. The report names versions, your last actions and places in the "
    "program; it quotes nothing from your material. Hand it on to whoever can mend the fault:"
)


class FaultDialog(Dialog):
    """Says that something went wrong, and offers the report.

    Parameters
    ----------
    parent : QWidget, optional
    heading : str
    words : sequence of str
        Paragraphs: what follows from it, and what to do.
    fault : Fault
    close : str
        What the button says that closes the dialog, which Return and Esc press.
    """

    def __init__(
        self,
        parent: QWidget | None,
        heading: str,
        words: Sequence[str],
        fault: Fault,
        close: str = "Close",
    ) -> None:
        super().__init__(parent)
        self._fault = fault
        self.setWindowTitle("Entente")
        self.setWindowModality(Qt.WindowModality.ApplicationModal)
        self.setFixedWidth(_WIDTH)
        sign = label()
        warning = QStyle.StandardPixmap.SP_MessageBoxWarning
        sign.setPixmap(self.style().standardIcon(warning).pixmap(_ICON, _ICON))
        title = label(heading, wrap=True)
        title.setObjectName("heading")
        self.path = QLineEdit(str(fault.path or f"It could not be written to {faults.folder()}"))
        self.path.setReadOnly(True)
        self.path.setCursorPosition(0)
        self.path.setAccessibleName("Report")
        self.answer = label(" ")
        self.answer.setObjectName("advice")

        self._buttons = QHBoxLayout()
        self._buttons.addStretch()
        show = self._add_button("Show in Folder", self._show_folder, at=0)
        show.setEnabled(fault.path is not None)
        self._add_button("Copy Report", self._copy, at=1)
        self.close_button = self._add_button(close, self.accept)
        self.close_button.setDefault(True)

        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(sign)
        head.addWidget(title, 1)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(18, 18, 18, 15)
        column.setSpacing(10)
        column.addLayout(head)
        for paragraph in (*words, _PROMISE):
            column.addWidget(label(paragraph, wrap=True))
        column.addWidget(self.path)
        column.addWidget(self.answer)
        column.addLayout(self._buttons)
        self.close_button.setFocus()

    @guarded(lambda: None)
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Lines that break are not counted before the fonts are known.
        self.setFixedHeight(self._column.totalHeightForWidth(_WIDTH))

    def offer_quit(self) -> None:
        """Add a button that ends the program at once, as it stands."""
        # Not by closing the window: what is broken may be just that.
        quit_button = self._add_button("Quit", lambda: QApplication.exit(2), at=3)
        quit_button.setAccessibleDescription("What is not saved is offered at the next start")

    def _add_button(self, text: str, does: Callable[[], object], at: int = -1) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.clicked.connect(does)
        self._buttons.insertWidget(at, button)
        return button

    def _show_folder(self) -> None:
        folder = faults.folder()
        shown = QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
        self.answer.setText("" if shown else f"No file manager answers. The folder is {folder}")

    def _copy(self) -> None:
        QApplication.clipboard().setText(self._fault.report)
        self.answer.setText("The report is on the clipboard.")


def went_wrong(window: QWidget | None, fault: Fault, safety: str) -> FaultDialog:
    """Return the dialog for an error after which the program may go on.

    Parameters
    ----------
    window : QWidget, optional
    fault : Fault
    safety : str
        What becomes of unsaved work.
    """
    advice = (
        "What you did last may have been done only in part. You can go on; where something looks "
        "wrong, quit and start Entente again."
    )
    words = [advice, safety] if safety else [advice]
    # What is open over the window would hide it.
    parent = QApplication.activeModalWidget() or window
    dialog = FaultDialog(parent, "Something went wrong in Entente", words, fault, "Go On")
    dialog.offer_quit()
    return dialog


def ended_last_time(window: QWidget, crashes: Sequence[Fault], *, work_left: bool) -> FaultDialog:
    """Return the dialog that tells of crashes of the program since it was started last.

    Parameters
    ----------
    window : QWidget
    crashes : sequence of Fault
        The latest last.
    work_left : bool
        Whether unsaved work was left, which is offered afterwards.
    """
    fault = crashes[-1]
    told = f"The reason given for it: {fault.what}."
    if len(crashes) > 1:
        told += f" It happened {len(crashes)} times; the reports are in one folder."
    offered = "What you had not saved is offered as soon as you close this."
    words = (told, offered if work_left else "Nothing was left unsaved.")
    return FaultDialog(window, "Entente ended unexpectedly last time", words, fault)


def tell_there_is_no_window(fault: Fault, words: Sequence[str]) -> None:
    """Show the dialog for a program that cannot start, and wait until it is read."""
    # Kept for as long as it is on the screen.
    app = QApplication.instance() or QApplication(sys.argv[:1])
    FaultDialog(None, "Entente could not start", words, fault).exec()
    app.processEvents()

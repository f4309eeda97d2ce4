"""What dialogs share in which something is written: how they end, and what leaving would lose."""

from __future__ import annotations

from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLayout, QPushButton, QVBoxLayout, QWidget

from viewer.model.state import State
from viewer.model.store import OPENED, Changes, Store
from viewer.ui.asking import ask
from viewer.ui.guard import guarded
from viewer.ui.plain import Dialog, label


class Sheet(Dialog):
    """A dialog beside the window in which something is written.

    Below what it shows stands why it cannot end yet (`reason`) and what ends it: Cancel and `ok`,
    which Ctrl+Return presses too. It asks before what was written is thrown away, and goes when
    another dossier is opened.

    Parameters
    ----------
    parent : QWidget
    store : Store
    ok : str
        What stands on the button.
    """

    def __init__(self, parent: QWidget, store: Store, ok: str = "OK") -> None:
        super().__init__(parent)
        self.store = store
        self.setModal(False)
        self._sure = False
        self.reason = label(wrap=True)
        self.reason.setObjectName("fault")
        self.reason.setAccessibleName("What is missing or wrong")
        self.ok = QPushButton(ok)
        self.ok.setObjectName("primary")
        self.ok.setDefault(True)
        self.ok.clicked.connect(self.accept)
        self._cancel = QPushButton("Cancel")
        self._cancel.setAutoDefault(False)
        self._cancel.clicked.connect(self.reject)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self.ok.click)
        unsubscribe = store.subscribe(self._on_change)
        self.finished.connect(lambda _result: unsubscribe())

    def set_body(self, *parts: QWidget | QLayout, main: int) -> None:
        """Show parts under one another, and below them what ends it, where Tab comes to last.

        Parameters
        ----------
        *parts : QWidget or QLayout
        main : int
            Which of them gets the room that is left.
        """
        column, foot = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(15, 15, 15, 12)
        column.setSpacing(10)
        foot.setSpacing(9)
        foot.addWidget(self.reason, 1)
        foot.addWidget(self._cancel)
        foot.addWidget(self.ok)
        for at, part in enumerate((*parts, foot)):
            if isinstance(part, QLayout):
                column.addLayout(part, int(at == main))
            else:
                column.addWidget(part, int(at == main))

    def touched(self) -> bool:
        """Whether something was written that leaving would lose."""
        return False

    def follow(self) -> None:
        """Take in that the dossier was edited."""

    def _on_change(self, _state: State, changes: Changes) -> None:
        if OPENED in changes:
            self.discard()
        elif "dossier" in changes:
            self.follow()

    def discard(self) -> None:
        """Leave without a word."""
        self._sure = True
        self.reject()

    def reject(self) -> None:
        """Leave; ask before what was written is thrown away."""
        if self._sure or not self.touched():
            super().reject()
            return
        ask(
            self, "Entente", "Leave without keeping what you have written?",
            "", {"Keep Writing": None, "Discard": self.discard},
        )  # fmt: skip

    @guarded(lambda: None)
    def closeEvent(self, event: QCloseEvent) -> None:
        if self._sure or not self.touched():
            super().closeEvent(event)
        else:
            event.ignore()
            self.reject()

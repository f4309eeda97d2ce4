"""The dialog that offers work which was not saved when the program ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QDateTime, Signal
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QHeaderView,
    QPlainTextEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from viewer.errors import printable
from viewer.ui.asking import ask
from viewer.ui.plain import Dialog, label, tooltip_of

if TYPE_CHECKING:
    from viewer.formats.geopackage.recovery import Recovered

_INTRO = (
    "This was changed but not saved when the program ended. Open it to go on where you were; "
    "what you leave here stays until you discard it, under File ▸ Recovered Work."
)
_COLUMNS = ("Dossier", "Last change", "Not saved")


class RecoveredDialog(Dialog):
    """Lists work that can be had back.

    Parameters
    ----------
    parent : QWidget
    works : tuple of Recovered

    Signals
    -------
    wanted, discarded
        What the user chose: the `Recovered`.
    """

    wanted = Signal(object)
    discarded = Signal(object)

    def __init__(self, parent: QWidget, works: tuple[Recovered, ...]) -> None:
        super().__init__(parent)
        self.setWindowTitle("Recovered Work")
        self.resize(720, 420)
        self._works = list(works)
        self.tree = QTreeWidget()
        self.tree.setAccessibleName("Recovered work")
        self.tree.setRootIsDecorated(False)
        self.tree.setHeaderLabels(list(_COLUMNS))
        for work in works:
            when = QDateTime.fromSecsSinceEpoch(int(work.when)).toString("d MMMM yyyy, HH:mm")
            item = QTreeWidgetItem([printable(cell) for cell in (work.title, when, work.words)])
            item.setToolTip(0, tooltip_of(str(work.target or "never saved")))
            self.tree.addTopLevelItem(item)
        header = self.tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.edits = QPlainTextEdit()
        self.edits.setReadOnly(True)
        self.edits.setAccessibleName("What was changed")
        self.tree.currentItemChanged.connect(lambda *_: self._show())
        buttons = QDialogButtonBox()
        roles = QDialogButtonBox.ButtonRole
        self.open_button = buttons.addButton("Open", roles.AcceptRole)
        self.discard_button = buttons.addButton("Discard…", roles.DestructiveRole)
        later = buttons.addButton("Later", roles.RejectRole)
        for button in (self.discard_button, later):
            button.setAutoDefault(False)
        self.open_button.setDefault(True)
        self.open_button.clicked.connect(self._open)
        self.discard_button.clicked.connect(self._ask_discard)
        later.clicked.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(15, 15, 15, 12)
        layout.addWidget(label(_INTRO, wrap=True))
        layout.addWidget(self.tree, 1)
        layout.addWidget(label("What was changed, the latest last"))
        layout.addWidget(self.edits, 1)
        layout.addWidget(buttons)
        self.tree.setCurrentIndex(self.tree.model().index(0, 0))

    @property
    def _chosen(self) -> Recovered | None:
        row = self.tree.currentIndex().row()
        return self._works[row] if 0 <= row < len(self._works) else None

    def _show(self) -> None:
        work = self._chosen
        self.edits.setPlainText("" if work is None else "\n".join(map(printable, work.labels)))
        for button in (self.open_button, self.discard_button):
            button.setEnabled(work is not None)

    def _open(self) -> None:
        work = self._chosen
        self.accept()
        if work is not None:
            self.wanted.emit(work)

    def _ask_discard(self) -> None:
        work = self._chosen
        if work is None:
            return

        def discard() -> None:
            self.tree.takeTopLevelItem(self._works.index(work))
            self._works.remove(work)
            self.discarded.emit(work)
            if not self._works:
                self.reject()

        text = f"Discard what was changed in “{work.title}”?"
        detail = f"Lost for good: {work.words}."
        ask(self, "Recovered Work", text, detail, {"Discard": discard, "Cancel": None})

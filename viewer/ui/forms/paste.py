"""Rows from a spreadsheet, looked at before they are taken in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
)

from viewer.commands.editing import NOUNS, edit
from viewer.errors import printable
from viewer.model.edits_paste import Pasted, guessed_table, paste
from viewer.model.schema import TABLES, Ref
from viewer.ui.forms.fields import Combo
from viewer.ui.plain import Dialog, label

if TYPE_CHECKING:
    from viewer.ui.forms.editor import Editor

_TITLES = {
    **{table: f"{noun}s" for table, noun in NOUNS.items()},
    "event_places": "Places of Events",
    "participants": "Participants of Events",
}
_SHOWN = 200
"""Rows and faults that are listed."""
_WIDEST = 280
"""Pixels of a column at most."""
_PAUSE = 250
"""Milliseconds without a key after which a text is read."""
_INTRO = (
    "Paste rows of a spreadsheet below. A first row may name the columns; without it they are "
    "taken in the order shown. Names of actors, places and sources do instead of ids."
)


class PasteDialog(Dialog):
    """A text, what it comes to as rows of a table, and what is wrong with it.

    Parameters
    ----------
    editor : Editor
    text : str
        What is on the clipboard.
    """

    def __init__(self, editor: Editor, text: str) -> None:
        super().__init__(editor.window)
        self.editor, self.store = editor, editor.store
        self.setModal(False)
        self.setWindowTitle("Paste Rows")
        self.resize(860, 620)
        self.table = Combo("Table", tuple((name, _TITLES[name]) for name in TABLES))
        self.table.activated.connect(lambda _at: self.read())
        self.order = label(wrap=True)
        self.order.setObjectName("advice")
        self.text = QPlainTextEdit()
        self.text.setAccessibleName("Rows to paste")
        self.text.setTabChangesFocus(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setPlainText(text)
        self.outcome = QTreeWidget()
        self.outcome.setAccessibleName("What it comes to")
        self.outcome.setRootIsDecorated(False)
        self.outcome.setUniformRowHeights(True)
        self.reason = label(wrap=True)
        self.reason.setAccessibleName("Outcome")
        self.ok = QPushButton("Add Rows")
        self.ok.setObjectName("primary")
        self.ok.clicked.connect(self.accept)
        cancel = QPushButton("Cancel")
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        head, foot = QHBoxLayout(), QHBoxLayout()
        title = label("Rows of")
        title.setObjectName("field")
        title.setBuddy(self.table)
        head.setSpacing(9)
        head.addWidget(title)
        head.addWidget(self.table)
        head.addWidget(self.order, 1)
        foot.setSpacing(9)
        foot.addWidget(self.reason, 1)
        foot.addWidget(cancel)
        foot.addWidget(self.ok)
        column = QVBoxLayout(self)
        column.setContentsMargins(15, 15, 15, 12)
        column.setSpacing(10)
        column.addWidget(label(_INTRO, wrap=True))
        column.addLayout(head)
        column.addWidget(self.text, 2)
        column.addWidget(self.outcome, 3)
        column.addLayout(foot)
        QShortcut(QKeySequence("Ctrl+Return"), self).activated.connect(self.ok.click)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_PAUSE)
        self._soon.timeout.connect(self.read)
        self.text.textChanged.connect(self._soon.start)
        self.table.setCurrentIndex(self.table.findData(guessed_table(text)))
        unsubscribe = self.store.subscribe(
            lambda _state, changes: self.read() if "dossier" in changes else None
        )
        self.finished.connect(lambda _result: unsubscribe())
        self.read()
        self.text.setFocus()

    def read(self) -> None:
        """Show what the text comes to."""
        self._soon.stop()
        table = str(self.table.currentData())
        found = self.found = paste(self.store.state.dossier, table, self.text.toPlainText())
        self.order.setText(", ".join(TABLES[table]))
        self.outcome.clear()
        if found.faults:
            self._list(("Row", "Column", "What is wrong"), [
                (str(fault.row or ""), fault.column, fault.message)
                for fault in found.faults[:_SHOWN]
            ])  # fmt: skip
            self.outcome.setColumnWidth(0, 60)
            self.outcome.setColumnWidth(1, 130)
        else:
            rows = [tuple(row.get(c, "") for c in found.columns) for row in found.rows[:_SHOWN]]
            self._list(found.columns, rows)
            for column in range(len(found.columns)):
                self.outcome.resizeColumnToContents(column)
                width = self.outcome.columnWidth(column) + 12
                self.outcome.setColumnWidth(column, min(width, _WIDEST))
        self.ok.setEnabled(found.dossier is not None)
        self.ok.setText(f"Add {len(found.rows):,} Rows" if len(found.rows) != 1 else "Add 1 Row")
        self.reason.setObjectName("fault" if found.faults else "advice")
        self.reason.style().polish(self.reason)
        self.reason.setText(_said(found))

    def _list(self, titles: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
        self.outcome.setHeaderLabels([printable(title) for title in titles])
        self.outcome.setColumnCount(max(len(titles), 1))
        self.outcome.addTopLevelItems(
            [QTreeWidgetItem([printable(cell) for cell in row]) for row in rows]
        )

    def accept(self) -> None:
        """Take all rows in."""
        self.read()
        after, table = self.found.dossier, str(self.table.currentData())
        if after is None:
            return
        count = len(self.found.rows)
        active: Ref | None = None
        if "id" in TABLES[table]:
            active = after.ref(table, len(after.tables[table]) - 1)
        super().accept()
        edit(self.store, f"Paste {count:,} {_TITLES[table]}", after, active)
        self.editor.desk.tell(f"Added {count:,} rows. Undo takes them out again.")


def _said(found: Pasted) -> str:
    if found.faults:
        more = " or more" if len(found.faults) > _SHOWN else ""
        return f"{len(found.faults):,}{more} to mend; nothing is added until all is well."
    return "" if found.rows else "No rows yet."

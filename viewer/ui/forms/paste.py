"""Rows from a spreadsheet, looked at before they are taken in."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QTreeWidget, QTreeWidgetItem

from viewer.commands.editing import NOUNS, edit
from viewer.errors import printable
from viewer.model.edits_paste import MOST_PROBLEMS, Pasted, guessed_table, paste
from viewer.model.schema import TABLES, Ref
from viewer.scene.wording import counted
from viewer.ui.forms.fields import Combo
from viewer.ui.forms.sheet import Sheet
from viewer.ui.jobs import Job
from viewer.ui.plain import label

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
_QUICK = 50_000
"""Letters of the text, and rows of a table, that are read without keeping anybody waiting."""
_PAUSE = 250
"""Milliseconds without a key after which a text is read."""
_INTRO = (
    "Paste rows of a spreadsheet below. A first row may name the columns; without it they are "
    "taken in the order shown. Names of actors, places and sources do instead of ids."
)


class PasteDialog(Sheet):
    """A text, what it comes to as rows of a table, and what is wrong with it.

    Parameters
    ----------
    editor : Editor
    text : str
        What is on the clipboard.
    """

    def __init__(self, editor: Editor, text: str) -> None:
        super().__init__(editor.window, editor.store, "Add Rows")
        self.editor, self._begun = editor, text
        self.found: Pasted | None = None
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
        self.reason.setAccessibleName("Outcome")
        head = QHBoxLayout()
        title = label("Rows of")
        title.setObjectName("field")
        title.setBuddy(self.table)
        head.setSpacing(9)
        head.addWidget(title)
        head.addWidget(self.table)
        head.addWidget(self.order, 1)
        self.set_body(label(_INTRO, wrap=True), head, self.text, self.outcome, main=3)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_PAUSE)
        self._soon.timeout.connect(self.read)
        self.text.textChanged.connect(self._soon.start)
        self.table.setCurrentIndex(self.table.findData(guessed_table(text)))
        self.read()
        self.text.setFocus()

    def touched(self) -> bool:
        return self.text.toPlainText() not in ("", self._begun)

    def follow(self) -> None:
        self.read()

    def read(self) -> None:
        """Show what the text comes to; that takes a thread where there is much to look through."""
        self._soon.stop()
        dossier, table = self.store.state.dossier, str(self.table.currentData())
        wanted = self._wanted = dossier, table, self.text.toPlainText()
        self.found = None
        self.order.setText(", ".join(TABLES[table]))
        self.outcome.clear()
        self.ok.setEnabled(False)
        self._say("Reading the rows…", "advice")
        if max(len(wanted[2]), *map(len, dossier.tables.values())) <= _QUICK:
            self._show(paste(*wanted))
            return

        def done(found: Pasted) -> None:
            if self._wanted is wanted:
                self._show(found)

        work = partial(paste, *wanted)
        Job(
            self, "Reading the rows", lambda progress: work(progress=progress), done,
            partial(self._say, how="fault"), cancellable=False,
        ).start()  # fmt: skip

    def _say(self, text: str, how: str) -> None:
        self.reason.setObjectName(how)
        self.reason.style().polish(self.reason)
        self.reason.setText(printable(text))

    def _show(self, found: Pasted) -> None:
        self.found = found
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
        self._say(_said(found), "fault" if found.faults else "advice")

    def _list(self, titles: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
        self.outcome.setHeaderLabels([printable(title) for title in titles])
        self.outcome.setColumnCount(max(len(titles), 1))
        self.outcome.addTopLevelItems(
            [QTreeWidgetItem([printable(cell) for cell in row]) for row in rows]
        )

    def accept(self) -> None:
        """Take all rows in."""
        if self._soon.isActive():
            self.read()
        if self.found is None or (after := self.found.dossier) is None:
            return
        count, table = len(self.found.rows), self._wanted[1]
        active: Ref | None = None
        if "id" in TABLES[table]:
            active = after.ref(table, len(after.tables[table]) - 1)
        super().accept()
        edit(self.store, f"Paste {counted(count, 'Row')} into {_TITLES[table]}", after, active)
        self.editor.desk.tell(f"Added {counted(count, 'row')}. Undo takes out what was added.")


def _said(found: Pasted) -> str:
    if found.faults:
        many = len(found.faults)
        more = " or more" if many >= MOST_PROBLEMS else ""
        listed = f", of which the first {_SHOWN} are listed" if many > _SHOWN else ""
        return f"{many:,}{more} to mend{listed}; nothing is added until all is well."
    return "" if found.rows else "No rows yet."

"""Two or more actors, or places, side by side, to be made one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QWidget

from viewer.commands.editing import NOUNS, called, edit, merging_words
from viewer.errors import printable
from viewer.model.edits_merge import NOTED, POSITION, merge, merging
from viewer.model.schema import Ref
from viewer.ui.forms.fields import Combo
from viewer.ui.forms.reference import ReferenceLine
from viewer.ui.forms.sheet import Sheet
from viewer.ui.plain import label

if TYPE_CHECKING:
    from viewer.ui.forms.editor import Editor

MOST = 6
"""Rows that are merged at a time."""
_WIDTH, _TALLEST = 780, 0.86
_JOINED = frozenset({"id", "name", "aliases", "description", NOTED})
"""Columns of which nothing has to be chosen: all that is said is kept in them."""


class MergeDialog(Sheet):
    """Which of some rows is kept, and what becomes of the others.

    Parameters
    ----------
    editor : Editor
    refs : tuple of Ref
        Rows of one table; of one alone the other is asked for.
    """

    def __init__(self, editor: Editor, refs: tuple[Ref, ...]) -> None:
        super().__init__(editor.window, editor.store, "Merge")
        self.editor = editor
        self.table = refs[0].table
        # The one picked last is the one that is kept, unless another is chosen.
        self.refs = list(dict.fromkeys(reversed(refs)))[:MOST]
        self._too_many = len(refs) > MOST
        self.chosen: dict[str, str] = {}
        noun = NOUNS[self.table].lower()
        self.setWindowTitle(f"Merge {NOUNS[self.table]}s")
        self.keep = Combo("Keep", ())
        self.keep.activated.connect(self._keep_other)
        article = "an" if noun[0] in "aeiou" else "a"
        self.other = ReferenceLine(
            f"Another {noun} that is the same", f"{article} {noun} that is the same", self.table,
            editor,
        )  # fmt: skip
        self.other.chosen.connect(self._add)
        head = QHBoxLayout()
        head.setSpacing(9)
        for text, widget, stretch in (("Keep", self.keep, 1), ("Add", self.other, 1)):
            title = label(text)
            title.setObjectName("field")
            title.setBuddy(widget)
            head.addWidget(title)
            head.addWidget(widget, stretch)
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.words = label(wrap=True)
        self.words.setAccessibleName("What follows")
        self.set_body(head, self._area, self.words, main=1)
        self.refresh()
        if len(self.refs) == 1:
            self.other.setFocus()

    def follow(self) -> None:
        """Go: what was compared is no longer what there is."""
        self.reject()

    def _add(self) -> None:
        key = self.other.key
        ref = Ref(self.table, key)
        if not self.editor.name(ref) or ref in self.refs:
            return
        self._too_many = len(self.refs) == MOST
        if not self._too_many:
            self.refs.append(ref)
            self.other.set_key("")
        self.refresh()

    def _keep_other(self, at: int) -> None:
        self.refs.insert(0, self.refs.pop(at))
        self.chosen.clear()
        self.refresh()

    def _choose(self, column: str, box: Combo, _at: int) -> None:
        self.chosen[column] = str(box.currentData())
        self._tell()

    # -- showing -----------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show the rows side by side, and what they come to."""
        dossier = self.store.state.dossier
        self.keep.clear()
        for ref in self.refs:
            self.keep.addItem(printable(f"{dossier.name(ref)} ({ref.id})"))
        self.keep.setEnabled(len(self.refs) > 1)
        rows = [dossier.tables[self.table].row(dossier.row(ref)) for ref in self.refs]
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 10, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(7)
        for at, ref in enumerate(self.refs):
            title = label(dossier.name(ref), wrap=True)
            title.setObjectName("title")
            grid.addWidget(title, 0, at + 1)
            grid.setColumnStretch(at + 1, 3)
        if len(rows) > 1:
            title = label("Becomes")
            title.setObjectName("title")
            grid.addWidget(title, 0, len(rows) + 1)
            grid.setColumnStretch(len(rows) + 1, 4)
        self._becoming: dict[str, QWidget] = {}
        for column in rows[0]:
            cells = [row[column] for row in rows]
            if not any(cells):
                continue
            line = grid.rowCount()
            name = label(column.replace("_", " ").capitalize())
            name.setObjectName("field")
            grid.addWidget(name, line, 0, Qt.AlignmentFlag.AlignTop)
            for at, cell in enumerate(cells):
                grid.addWidget(label(cell, wrap=True), line, at + 1, Qt.AlignmentFlag.AlignTop)
            if len(rows) > 1:
                out = self._outcome(column, cells)
                grid.addWidget(out, line, len(rows) + 1, Qt.AlignmentFlag.AlignTop)
        grid.setRowStretch(grid.rowCount(), 1)
        self._area.setWidget(inside)
        self._tell()
        wanted = inside.sizeHint().height() + 190
        most = round(self.editor.window.height() * _TALLEST)
        self.resize(_WIDTH, min(wanted, most))

    def _outcome(self, column: str, cells: list[str]) -> QWidget:
        """Return what shows the cell of the one row, or lets one of several be chosen."""
        different = list(dict.fromkeys(filter(None, cells)))
        if column in _JOINED or column in POSITION or len(different) < 2:
            out: QWidget = label(wrap=True)
        else:
            box = Combo(column.capitalize(), tuple((cell, printable(cell)) for cell in different))
            box.setCurrentIndex(box.findData(self.chosen.get(column, different[0])))
            box.activated.connect(partial(self._choose, column, box))
            out = box
        self._becoming[column] = out
        return out

    def _tell(self) -> None:
        dossier = self.store.state.dossier
        self.ok.setEnabled(len(self.refs) > 1)
        noun = NOUNS[self.table].lower()
        self.reason.setText("" if len(self.refs) > 1 else f"Add the other {noun}")
        if self._too_many:
            self.reason.setText(f"{MOST} at a time: merge these, and then the others into it")
        if len(self.refs) < 2:
            self.words.setText("Say which other one is the same. Both are then shown side by side.")
            return
        keep, *others = (dossier.row(ref) for ref in self.refs)
        found = merging(dossier, self.table, keep, others, self.chosen)
        for column, widget in self._becoming.items():
            if not isinstance(widget, Combo):
                widget.setText(printable(found.cells.get(column, "")))  # type: ignore[attr-defined]
        self.words.setText(printable(merging_words(dossier, found)))

    def accept(self) -> None:
        """Make them one."""
        if not self.ok.isEnabled():
            return
        before = self.store.state.dossier
        keep, *others = (before.row(ref) for ref in self.refs)
        after = merge(before, self.table, keep, others, self.chosen)
        ref = self.refs[0]
        names = " and ".join(called(before, other) for other in self.refs[1:3])
        more = f" and {len(others) - 2} more" if len(others) > 2 else ""
        super().accept()
        edit(self.store, f"Merge {names}{more} into {called(before, ref)}", after, ref)
        self.editor.desk.tell(f"Merged into {called(after, ref)}. Undo parts them again.")

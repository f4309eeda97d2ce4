"""A field that holds the id of another row and shows its name, found as one types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QLineEdit

from viewer.errors import printable
from viewer.model.alike import folded
from viewer.model.schema import ABOUT_TABLES, Ref
from viewer.ui.forms.fields import Combo, Field
from viewer.ui.forms.spec import Spec

_ID = Qt.ItemDataRole.UserRole
_NAME = Qt.ItemDataRole.UserRole + 1


class Names(Protocol):
    """Where names are looked up."""

    def name(self, ref: Ref) -> str:
        """Return what a row is called; empty where there is none."""

    def found(self, table: str, query: str) -> list[tuple[str, str, str]]:
        """Return id, name and details of the rows that a query finds."""


class ReferenceLine(QLineEdit):
    """A line that offers the rows of one table.

    Signals
    -------
    chosen
        Another row, or none, is meant now.
    """

    chosen = Signal()

    def __init__(self, title: str, hint: str, table: str, names: Names) -> None:
        super().__init__()
        self.table, self._names = table, names
        self._id, self._shown = "", ""
        self.setAccessibleName(title)
        self.setPlaceholderText(hint)
        self.setClearButtonEnabled(False)
        self._items = QStandardItemModel(self)
        completer = QCompleter(self._items, self)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        completer.setCompletionRole(_NAME)
        completer.setMaxVisibleItems(10)
        completer.activated[QModelIndex].connect(self._take)  # type: ignore[index]
        self.setCompleter(completer)
        self._completer = completer
        self.textEdited.connect(self._offer)
        self.editingFinished.connect(self._settle)

    @property
    def key(self) -> str:
        """The id of the row meant; of what is none the text itself."""
        text = self.text().strip()
        return self._id if self._id and text == self._shown else text

    def set_key(self, key: str) -> None:
        """Mean another row."""
        name = self._names.name(Ref(self.table, key)) if key else ""
        self._id, self._shown = (key, name.strip()) if name else ("", "")
        self.setText(name or key)
        self.setCursorPosition(0)

    def _offer(self, text: str) -> None:
        self._items.clear()
        for key, name, detail in self._names.found(self.table, text.strip()):
            item = QStandardItem(printable(f"{name} — {detail}" if detail else name))
            item.setData(key, _ID)
            item.setData(" ".join(name.split()), _NAME)
            item.setEditable(False)
            self._items.appendRow(item)
        self.chosen.emit()

    def _take(self, index: QModelIndex) -> None:
        self.set_key(str(index.data(_ID)))
        self.chosen.emit()

    def _settle(self) -> None:
        """Mean the one row whose name was written out in full."""
        text = self.text().strip()
        if not text or self.key == self._id or self._names.name(Ref(self.table, text)):
            if text and self.key != self._id:
                self.set_key(text)
                self.chosen.emit()
            return
        found = self._names.found(self.table, text)
        same = [key for key, name, _ in found if folded(name) == folded(text)]
        if len(same) == 1:
            self.set_key(same[0])
            self.chosen.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Down shows what there is; once it is shown, the list takes the keys first.
        if event.key() == Qt.Key.Key_Down:
            self._offer("" if self.key == self._id else self.text())
            self._completer.complete()
            return
        super().keyPressEvent(event)


class Reference(Field):
    """The id of a row of one table."""

    def __init__(self, spec: Spec, names: Names) -> None:
        super().__init__(spec)
        self.line = ReferenceLine(spec.title, spec.hint, spec.to, names)
        self.line.chosen.connect(self.edited)
        self.row.addWidget(self.line, 1)
        self.setFocusProxy(self.line)

    def cells(self) -> dict[str, str]:
        return {self.spec.columns[0]: self.line.key}

    def set_cells(self, cells: Mapping[str, str]) -> None:
        self.line.set_key(cells.get(self.spec.columns[0], ""))


class About(Field):
    """What a claim is about: a kind of row, and the row."""

    def __init__(self, spec: Spec, names: Names) -> None:
        super().__init__(spec)
        self.box = Combo("About which kind", spec.words)
        self.line = ReferenceLine(spec.title, spec.hint, "events", names)
        self.box.activated.connect(lambda _index: self._other_kind())
        self.line.chosen.connect(self.edited)
        self.row.addWidget(self.box)
        self.row.addWidget(self.line, 1)
        self.setFocusProxy(self.line)

    def _other_kind(self) -> None:
        self.line.table = ABOUT_TABLES.get(str(self.box.currentData()), "events")
        self.line.set_key("")
        self.edited.emit()

    def cells(self) -> dict[str, str]:
        kind, about = self.spec.columns
        return {kind: str(self.box.currentData() or ""), about: self.line.key}

    def set_cells(self, cells: Mapping[str, str]) -> None:
        kind, about = self.spec.columns
        word = cells.get(kind, "") or "event"
        if self.box.findData(word) < 0:
            self.box.addItem(word, word)
        self.box.setCurrentIndex(self.box.findData(word))
        self.line.table = ABOUT_TABLES.get(word, "events")
        self.line.set_key(cells.get(about, ""))

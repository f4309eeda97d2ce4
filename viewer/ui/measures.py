"""The measures of all actors as a table that can be sorted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialogButtonBox,
    QHeaderView,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from viewer.commands import actions
from viewer.model.analysis import MEASURES, Values, values_for
from viewer.model.filters import Shown
from viewer.model.state import State
from viewer.model.store import Store
from viewer.progress import Progress
from viewer.scene.graph_measures import figure
from viewer.scene.parts import line_of
from viewer.ui.guard import guarded
from viewer.ui.plain import Dialog, label

_Index = QModelIndex | QPersistentModelIndex
_NAME_WIDTH = 230


class _Model(QAbstractTableModel):
    """Actors with their measures, sorted by any column."""

    def __init__(self, names: list[str], rows: list[int], values: dict[str, Values]) -> None:
        super().__init__()
        self._names, self._values = names, values
        self.order = np.array(rows, dtype=np.intp)

    @guarded(int)
    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.order)

    @guarded(int)
    def columnCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else 1 + len(self._values)

    @guarded(lambda: None)
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return "Actor" if section == 0 else MEASURES[self._key(section)].title

    @guarded(lambda: None)
    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column():
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return self.text(index.row(), index.column())

    def text(self, row: int, column: int) -> str:
        """Return what stands in a cell."""
        actor = int(self.order[row])
        if column == 0:
            return self._names[actor]
        key = self._key(column)
        value = float(self._values[key][actor])
        if MEASURES[key].kind == "category":
            return str(int(value) + 1) if value >= 0 else ""
        return "" if np.isnan(value) else figure(value)

    def _key(self, column: int) -> str:
        return list(self._values)[column - 1]

    @guarded(lambda: None)
    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.layoutAboutToBeChanged.emit()
        down = order == Qt.SortOrder.DescendingOrder
        if column == 0:
            ranked = sorted(self.order.tolist(), key=lambda a: self._names[a].casefold())
            self.order = np.array(ranked[::-1] if down else ranked, dtype=np.intp)
        else:
            values = np.asarray(self._values[self._key(column)], dtype=float)[self.order]
            ranks = np.argsort(-values if down else values, kind="stable")
            self.order = self.order[ranks]
        self.layoutChanged.emit()


def values_of(
    state: State, shown: Shown, wanted: Sequence[str], progress: Progress
) -> dict[str, Values]:
    """Return measures of what is shown; for a thread."""

    def part(at: int) -> Progress:
        return lambda share: progress((at + share) / len(wanted))

    return {key: values_for(state, shown, key, part(at)) for at, key in enumerate(wanted)}


class MeasuresDialog(Dialog):
    """Stays open beside the window; rows picked are picked in all views.

    Parameters
    ----------
    parent : QWidget
    store : Store
    values : dict of str to ndarray
        Measure → a value for each actor row.
    """

    def __init__(self, parent: QWidget, store: Store, values: dict[str, Values]) -> None:
        super().__init__(parent)
        self.setWindowTitle("Measures of the Network")
        self.resize(840, 560)
        self._store, self._dossier = store, store.state.dossier
        names = [line_of(name) for name in self._dossier.actors["name"]]
        self._model = _Model(names, np.flatnonzero(store.shown.actors).tolist(), values)
        self.table = QTableView()
        self.table.setAccessibleName("Measures of actors")
        self.table.setModel(self._model)
        self.table.setSortingEnabled(True)
        self.table.sortByColumn(1, Qt.SortOrder.DescendingOrder)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setColumnWidth(0, _NAME_WIDTH)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(header.count() - 1, QHeaderView.ResizeMode.Stretch)
        self.table.selectionModel().selectionChanged.connect(self._on_selected)
        said = "  ".join(f"{m.title}: {m.says[:1].lower()}{m.says[1:]}." for m in MEASURES.values())
        buttons = QDialogButtonBox()
        copy = buttons.addButton("Copy", QDialogButtonBox.ButtonRole.ActionRole)
        copy.setAutoDefault(False)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text()))
        close = buttons.addButton("Close", QDialogButtonBox.ButtonRole.RejectRole)
        close.setAutoDefault(False)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(15, 15, 15, 12)
        layout.addWidget(label(said, wrap=True))
        layout.addWidget(self.table)
        layout.addWidget(buttons)
        self.table.setFocus()
        unsubscribe = store.subscribe(self._on_change)
        self.finished.connect(lambda _result: unsubscribe())

    def text(self) -> str:
        """Return the table as it is sorted, tabs between columns, for a spreadsheet."""
        columns = range(self._model.columnCount())
        flat = Qt.Orientation.Horizontal
        lines = ["\t".join(str(self._model.headerData(c, flat)) for c in columns)]
        lines += (
            "\t".join(self._model.text(row, c) for c in columns)
            for row in range(self._model.rowCount())
        )
        return "\n".join(lines) + "\n"

    def _on_selected(self) -> None:
        rows = self.table.selectionModel().selectedRows()
        refs = tuple(
            self._dossier.ref("actors", int(self._model.order[index.row()])) for index in rows
        )
        if refs:
            actions.select(self._store, refs)

    def _on_change(self, _state: object, changes: frozenset[str]) -> None:
        if "dossier" in changes or "filter" in changes:
            # The values are those of what was shown; a new table says what is shown now.
            self.reject()

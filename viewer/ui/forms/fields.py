"""The fields of a form: each stands for one cell or a few, and says when it is edited."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from viewer.model import dates
from viewer.ui.forms.spec import Spec, Words

_LINES = 4
"""Lines of prose that are seen at a time."""
_NOTHING = "—"


class Field(QWidget):
    """One field of a form.

    Signals
    -------
    edited
        What stands in it has been changed by the user.
    """

    edited = Signal()

    def __init__(self, spec: Spec) -> None:
        super().__init__()
        self.spec = spec
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(6)

    def cells(self) -> dict[str, str]:
        """Return column → cell."""
        raise NotImplementedError

    def set_cells(self, cells: Mapping[str, str]) -> None:
        """Show other cells."""
        raise NotImplementedError

    def note(self) -> str:
        """Return a few words on how its text is understood, while nothing is wrong."""
        return ""


class Line(Field):
    """One line of text."""

    def __init__(self, spec: Spec) -> None:
        super().__init__(spec)
        self.line = QLineEdit()
        self.line.setAccessibleName(spec.title)
        self.line.setPlaceholderText(spec.hint)
        self.line.textEdited.connect(lambda _text: self.edited.emit())
        self.row.addWidget(self.line)
        self.setFocusProxy(self.line)

    def cells(self) -> dict[str, str]:
        return {self.spec.columns[0]: self.line.text().strip()}

    def set_cells(self, cells: Mapping[str, str]) -> None:
        self.line.setText(cells.get(self.spec.columns[0], ""))
        self.line.setCursorPosition(0)


class DateLine(Line):
    """A date in EDTF, and how it is read."""

    def note(self) -> str:
        text = self.line.text().strip()
        known = dates.parse_or_unknown(text) if text else dates.UNKNOWN
        return "" if known is dates.UNKNOWN else dates.to_words(known)


class Prose(Field):
    """Several lines of text."""

    def __init__(self, spec: Spec) -> None:
        super().__init__(spec)
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(spec.title)
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(self.text.fontMetrics().lineSpacing() * _LINES + 16)
        self.text.textChanged.connect(self.edited)
        self.row.addWidget(self.text)
        self.setFocusProxy(self.text)

    def cells(self) -> dict[str, str]:
        return {self.spec.columns[0]: self.text.toPlainText()}

    def set_cells(self, cells: Mapping[str, str]) -> None:
        self.text.blockSignals(True)
        self.text.setPlainText(cells.get(self.spec.columns[0], ""))
        self.text.blockSignals(False)


class Combo(QComboBox):
    """A box that the wheel scrolls past, so that a form can be scrolled without changing it."""

    def __init__(self, title: str, words: Words) -> None:
        super().__init__()
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContentsOnFirstShow)
        for cell, shown in words:
            self.addItem(shown, cell)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, super().minimumSizeHint().height())

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class FreeCombo(Combo):
    """A box that offers words and takes others."""

    def __init__(self, title: str, words: Words, hint: str = "") -> None:
        super().__init__(title, words)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        line = self.lineEdit()
        assert line is not None
        line.setAccessibleName(title)
        line.setPlaceholderText(hint)
        completer = self.completer()
        assert completer is not None
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setCurrentIndex(-1)


class Choice(Field):
    """One of a few words, or none."""

    def __init__(self, spec: Spec) -> None:
        super().__init__(spec)
        self.box = Combo(spec.title, (("", _NOTHING), *spec.words))
        self.box.activated.connect(lambda _index: self.edited.emit())
        self.row.addWidget(self.box)
        self.row.addStretch(1)
        self.setFocusProxy(self.box)

    def cells(self) -> dict[str, str]:
        return {self.spec.columns[0]: str(self.box.currentData() or "")}

    def set_cells(self, cells: Mapping[str, str]) -> None:
        cell = cells.get(self.spec.columns[0], "")
        if self.box.findData(cell) < 0:
            self.box.addItem(cell, cell)
        self.box.setCurrentIndex(self.box.findData(cell))


class Free(Field):
    """A word out of those offered, or any other."""

    def __init__(self, spec: Spec) -> None:
        super().__init__(spec)
        self.box = FreeCombo(spec.title, spec.words, spec.hint)
        self.box.editTextChanged.connect(lambda _text: self.edited.emit())
        self.row.addWidget(self.box, 1)
        self.setFocusProxy(self.box)

    def offer(self, words: list[str]) -> None:
        """Offer words; what is written stays."""
        text = self.box.currentText()
        self.box.blockSignals(True)
        self.box.clear()
        self.box.addItems(words)
        self.box.setEditText(text)
        self.box.blockSignals(False)

    def cells(self) -> dict[str, str]:
        return {self.spec.columns[0]: self.box.currentText().strip()}

    def set_cells(self, cells: Mapping[str, str]) -> None:
        self.box.blockSignals(True)
        self.box.setEditText(cells.get(self.spec.columns[0], ""))
        self.box.blockSignals(False)


class Spot(Field):
    """Longitude and latitude, written or set by a click on the map.

    Signals
    -------
    wanted
        The map is to be clicked.
    """

    wanted = Signal()

    def __init__(self, spec: Spec) -> None:
        super().__init__(spec)
        self.lines: dict[str, QLineEdit] = {}
        for name, hint in zip(
            spec.columns, ("longitude, east +", "latitude, north +"), strict=True
        ):
            line = QLineEdit()
            line.setAccessibleName(hint.partition(",")[0].capitalize())
            line.setPlaceholderText(hint)
            line.textEdited.connect(lambda _text: self.edited.emit())
            self.lines[name] = line
            self.row.addWidget(line, 1)
        self.button = QPushButton("Set on the Map…")
        self.button.setAutoDefault(False)
        self.button.clicked.connect(self.wanted)
        self.row.addWidget(self.button)
        self.setFocusProxy(self.lines[spec.columns[0]])

    def cells(self) -> dict[str, str]:
        return {name: line.text().strip() for name, line in self.lines.items()}

    def set_cells(self, cells: Mapping[str, str]) -> None:
        for name, line in self.lines.items():
            line.setText(cells.get(name, ""))


class Stack(QWidget):
    """Widgets under one another without space around them."""

    def __init__(self) -> None:
        super().__init__()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(6)

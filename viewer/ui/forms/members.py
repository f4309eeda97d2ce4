"""Lists inside a form: who took part in an event and where it was, and what is said of a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from viewer.errors import printable
from viewer.scene.style import Theme
from viewer.ui import theming
from viewer.ui.forms.fields import Field, FreeCombo, Stack
from viewer.ui.forms.reference import Names, ReferenceLine
from viewer.ui.forms.spec import Spec
from viewer.ui.plain import tooltip

Entry = tuple[str, str]
_CLAIMS_SHOWN = 5


class _Member(QWidget):
    """One entry: a row and its role."""

    edited = Signal()
    dropped = Signal()

    def __init__(self, spec: Spec, names: Names) -> None:
        super().__init__()
        noun = spec.hint
        self.line = ReferenceLine(spec.title, noun, spec.to, names)
        self.role = FreeCombo(f"Role of {noun}", spec.words, "role")
        self.role.setFixedWidth(118)
        self.drop = QToolButton()
        self.drop.setAccessibleName(f"Remove {noun}")
        tooltip(self.drop, "Remove")
        self.line.chosen.connect(self.edited)
        self.role.editTextChanged.connect(lambda _text: self.edited.emit())
        self.drop.clicked.connect(self.dropped)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.line, 1)
        row.addWidget(self.role)
        row.addWidget(self.drop)

    @property
    def entry(self) -> Entry:
        return self.line.key, self.role.currentText().strip()


class Members(Field):
    """Who or what belongs to an event, each with a role."""

    def __init__(self, spec: Spec, names: Names, theme: Theme) -> None:
        super().__init__(spec)
        self._names, self._theme = names, theme
        self.members: list[_Member] = []
        self._stack = Stack()
        noun = spec.hint.partition(" ")[2]
        self.add = QPushButton(f"Add {noun.capitalize()}")
        self.add.setAutoDefault(False)
        self.add.clicked.connect(self._on_add)
        outer = QVBoxLayout()
        outer.setSpacing(6)
        outer.addWidget(self._stack)
        outer.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)
        self.row.addLayout(outer, 1)
        self.setFocusProxy(self.add)

    def _append(self, entry: Entry) -> _Member:
        member = _Member(self.spec, self._names)
        member.line.set_key(entry[0])
        member.role.setEditText(entry[1])
        member.drop.setIcon(theming.icon("close", self._theme.muted))
        member.edited.connect(self.edited)
        member.dropped.connect(lambda: self._drop(member))
        self.members.append(member)
        self._stack.column.addWidget(member)
        self._stack.setVisible(True)
        self._set_tabs()
        return member

    def _set_tabs(self) -> None:
        """Let the button that adds come after the entries."""
        chain = [w for member in self.members for w in (member.line, member.role, member.drop)]
        for before, after in zip(chain, [*chain[1:], self.add], strict=False):
            QWidget.setTabOrder(before, after)

    def _on_add(self) -> None:
        first = self.spec.words[0][0] if self.spec.to == "places" else "participant"
        self._append(("", first)).line.setFocus()
        self.edited.emit()

    def _drop(self, member: _Member) -> None:
        at = self.members.index(member)
        self.members.remove(member)
        self._stack.column.removeWidget(member)
        member.hide()
        member.deleteLater()
        self._stack.setVisible(bool(self.members))
        (self.members[min(at, len(self.members) - 1)].line if self.members else self.add).setFocus()
        self.edited.emit()

    def entries(self) -> list[Entry]:
        """Return id and role of each entry that names somebody."""
        return [member.entry for member in self.members if member.entry[0]]

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """Show other entries."""
        for member in self.members:
            self._stack.column.removeWidget(member)
            member.hide()
            member.deleteLater()
        self.members = []
        for entry in entries:
            self._append(entry)
        self._stack.setVisible(bool(self.members))

    def cells(self) -> dict[str, str]:
        return {}

    def set_cells(self, cells: Mapping[str, str]) -> None:
        """Do nothing: entries are rows of another table."""


class _Lines(QListWidget):
    """A list whose Enter opens."""

    opened = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit()
            return
        super().keyPressEvent(event)


class Claims(QWidget):
    """What is said of a row, each claim a line that opens its own form.

    Parameters
    ----------
    add, edit : callable
        Called for a new claim, and with the id of one.
    """

    def __init__(self, add: Callable[[], None], edit: Callable[[str], None]) -> None:
        super().__init__()
        self._edit = edit
        self.list = _Lines()
        self.list.setAccessibleName("Claims")
        self.list.setObjectName("lines")
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.opened.connect(self._open)
        self.list.itemDoubleClicked.connect(lambda _item: self._open())
        new, self._open_button = QPushButton("Add Claim…"), QPushButton("Edit Claim…")
        new.clicked.connect(add)
        self._open_button.clicked.connect(self._open)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        for button in (new, self._open_button):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.list)
        column.addLayout(buttons)

    def show_claims(self, claims: Sequence[tuple[str, str]]) -> None:
        """Show claims, each by id and words."""
        at = max(self.list.currentRow(), 0)
        self.list.clear()
        for key, words in claims:
            item = QListWidgetItem(printable(words))
            item.setData(Qt.ItemDataRole.UserRole, key)
            item.setToolTip("")
            self.list.addItem(item)
        self.list.setCurrentRow(min(at, len(claims) - 1))
        height = max(self.list.sizeHintForRow(0), 22) if claims else 22
        shown = min(max(len(claims), 1), _CLAIMS_SHOWN)
        self.list.setFixedHeight(height * shown + 8)
        self.list.setVisible(bool(claims))
        self._open_button.setEnabled(bool(claims))

    def _open(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self._edit(str(item.data(Qt.ItemDataRole.UserRole)))

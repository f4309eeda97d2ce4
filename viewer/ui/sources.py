"""The dialog that lists sources and the texts attached to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from viewer.errors import printable
from viewer.model import dates
from viewer.model.filters import source_titles
from viewer.model.schema import Ref
from viewer.model.store import OPENED, Store
from viewer.model.texts import is_same_text
from viewer.ui.plain import Dialog, label

if TYPE_CHECKING:
    from viewer.ui.texts import SourceTexts

_COLUMNS = ("Source", "Publisher", "Date", "Reliability", "Claims", "Text")
_WIDTHS = (270, 120, 130, 80, 60)
_INTRO = (
    "A text stays on this machine and never becomes part of a dossier. Once it is attached, an "
    "opened claim shows the passage it was read in."
)


class SourcesDialog(Dialog):
    """Which sources there are, and of which the text is at hand.

    Parameters
    ----------
    parent : QWidget
    store : Store
    texts : SourceTexts
        What the buttons ask for.
    """

    def __init__(self, parent: QWidget, store: Store, texts: SourceTexts) -> None:
        super().__init__(parent)
        self.setWindowTitle("Sources and Their Texts")
        self.resize(900, 420)
        self.store, self._texts = store, texts
        self._chosen: Callable[[str], None] | None = None
        self._intro = label(_INTRO, wrap=True)
        self.tree = QTreeWidget()
        self.tree.setAccessibleName("Sources")
        self.tree.setRootIsDecorated(False)
        self.tree.setUniformRowHeights(True)
        self.tree.setHeaderLabels(list(_COLUMNS))
        for column, width in enumerate(_WIDTHS):
            self.tree.setColumnWidth(column, width)
        self.tree.currentItemChanged.connect(self._enable)
        self.tree.itemActivated.connect(self._on_activated)
        buttons = QDialogButtonBox()
        self.attach_button = self._button(buttons, "Attach Text…", self._attach)
        self.detach_button = self._button(buttons, "Detach", self._detach)
        self.read_button = self._button(buttons, "Read", self._read)
        self.edit_button = self._button(buttons, "Edit…", self._edit)
        self.delete_button = self._button(buttons, "Delete…", self._delete)
        close = buttons.addButton("Close", QDialogButtonBox.ButtonRole.RejectRole)
        close.setAutoDefault(False)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(15, 15, 15, 12)
        layout.addWidget(self._intro)
        layout.addWidget(self.tree)
        layout.addWidget(buttons)
        self._fill()
        unsubscribe = store.subscribe(self._on_change)
        self.finished.connect(lambda _result: unsubscribe())

    @staticmethod
    def _button(buttons: QDialogButtonBox, title: str, run: Callable[[], None]) -> QPushButton:
        out = buttons.addButton(title, QDialogButtonBox.ButtonRole.ActionRole)
        out.setAutoDefault(False)
        out.clicked.connect(run)
        return out

    def ask(self, name: str, chosen: Callable[[str], None]) -> None:
        """Ask which source a file is the text of.

        Parameters
        ----------
        name : str
            Of the file.
        chosen : callable
            Called with the id of the source.
        """
        self._chosen = chosen
        self._intro.setText(printable(f"Which source is {name} the text of?"))
        self.attach_button.setText("Attach to This")
        for button in (
            self.detach_button, self.read_button, self.edit_button, self.delete_button
        ):  # fmt: skip
            button.hide()

    def _fill(self) -> None:
        state = self.store.state
        sources, claims = state.dossier.sources, Counter(state.dossier.claims["source"])
        current = self.tree.currentItem()
        at = 0 if current is None else max(self.tree.indexOfTopLevelItem(current), 0)
        self.tree.clear()
        titles = source_titles(state.dossier)
        for row, key in enumerate(sources["id"]):
            text = state.texts.get(key)
            held = "not attached"
            if text is not None:
                same = is_same_text(sources["file_sha256"][row], text)
                held = text.name if same else f"another file: {text.name}"
            date = sources["date"][row]
            known = dates.parse_or_unknown(date)
            cells = (
                titles[row],
                sources["publisher"][row],
                date if known is dates.UNKNOWN else dates.to_words(known),
                sources["reliability"][row],
                f"{claims[key]:,}",
                held,
            )
            item = QTreeWidgetItem([printable(cell) for cell in cells])
            item.setData(0, Qt.ItemDataRole.UserRole, key)
            self.tree.addTopLevelItem(item)
        if (chosen := self.tree.topLevelItem(at)) is not None:
            self.tree.setCurrentItem(chosen)
        self._enable()

    def pick(self, source: str) -> None:
        """Pick a source, where there is one of that id."""
        row = self.store.state.dossier.sources.row_of.get(source)
        if row is not None and (item := self.tree.topLevelItem(row)) is not None:
            self.tree.setCurrentItem(item)

    def source(self) -> str:
        """Return the id of the source that is picked, empty where there is none."""
        item = self.tree.currentItem()
        return "" if item is None else str(item.data(0, Qt.ItemDataRole.UserRole))

    def _enable(self) -> None:
        source = self.source()
        attached = source in self.store.state.texts
        self.attach_button.setEnabled(bool(source))
        self.detach_button.setEnabled(attached)
        self.read_button.setEnabled(attached)
        self.edit_button.setEnabled(bool(source))
        self.delete_button.setEnabled(bool(source))

    def _on_change(self, _state: object, changes: frozenset[str]) -> None:
        if OPENED in changes:
            self.reject()
        elif changes & {"texts", "dossier"}:
            self._fill()

    def _on_activated(self) -> None:
        if self._chosen is not None or self.source() not in self.store.state.texts:
            self._attach()
        else:
            self._read()

    def _attach(self) -> None:
        if self._chosen is not None:
            chosen, source = self._chosen, self.source()
            self.accept()
            chosen(source)
        else:
            self._texts.attach(self.source())

    def _detach(self) -> None:
        self._texts.detach(self.source())

    def _read(self) -> None:
        source = self.source()
        self.accept()
        self._texts.read(source)

    def _edit(self) -> None:
        self._texts.desk.editor.edit(Ref("sources", self.source()))

    def _delete(self) -> None:
        self._texts.desk.editor.ask_remove((Ref("sources", self.source()),))

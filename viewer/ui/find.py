"""One field that finds actors, places, events, claims and commands as one types."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    QTimer,
)
from PySide6.QtGui import QAction, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
)

from viewer.commands.registry import Context, Registry
from viewer.errors import printable
from viewer.model.dossier import Dossier
from viewer.model.find import Index
from viewer.model.schema import Ref
from viewer.scene.style import BODY, RADIUS, SMALL, Theme
from viewer.ui import theming
from viewer.ui.fonts import font
from viewer.ui.guard import guarded
from viewer.ui.pens import brush, colour

_INVITATION = "Find an actor, place, event or claim, or run a command"
_ROOMY = 420
"""Width from which on there is room for that."""
WIDTH = 480
_ROW = 30
_MOST = 12
_PATIENCE = 0.04
"""Seconds that a key press waits for the index: that of most dossiers is there by then."""
_LOOK = 100
"""Milliseconds between two looks whether it is there at last."""
_KINDS = {
    "actors": "Actor",
    "places": "Place",
    "events": "Event",
    "relations": "Relation",
    "sources": "Source",
    "claims": "Claim",
}


@dataclass(frozen=True, slots=True)
class _Entry:
    title: str
    detail: str
    run: Callable[[], None]


def _nothing() -> None:
    """Do what choosing a mere remark does."""


class _Delegate(QStyledItemDelegate):
    """Paints a result: what it is called, and what it is."""

    theme: Theme

    def sizeHint(
        self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(WIDTH, _ROW)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        from PySide6.QtWidgets import QStyle

        entry: _Entry = index.data(Qt.ItemDataRole.UserRole)
        area = QRectF(option.rect)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(brush(self.theme.accent.over(self.theme.ground, 0.12)))
            painter.drawRoundedRect(area.adjusted(4, 1, -4, -1), RADIUS, RADIUS)
        small, body = font(SMALL), font(BODY, 500)
        detail = printable(entry.detail)
        width = min(QFontMetricsF(small).horizontalAdvance(detail), area.width() * 0.45)
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        painter.setFont(small)
        painter.setPen(colour(self.theme.muted))
        right = QRectF(area.right() - width - 14, area.y(), width, area.height())
        text = QFontMetricsF(small).elidedText(detail, Qt.TextElideMode.ElideRight, width + 1)
        painter.drawText(right, int(middle), text)
        painter.setFont(body)
        painter.setPen(colour(self.theme.text))
        room = area.width() - width - 40
        text = QFontMetricsF(body).elidedText(
            printable(entry.title), Qt.TextElideMode.ElideRight, room
        )
        painter.drawText(QRectF(area.x() + 14, area.y(), room, area.height()), int(middle), text)


class FindField(QLineEdit):
    """The find field and the list of results under it.

    Parameters
    ----------
    registry : Registry
        Commands are found by their titles.
    context : Context
    dossier : callable
        Returns the dossier to look into.
    go : callable
        Called with the row chosen.
    """

    def __init__(
        self,
        registry: Registry,
        context: Context,
        dossier: Callable[[], Dossier],
        go: Callable[[Ref], None],
    ) -> None:
        super().__init__()
        self._registry, self._context = registry, context
        self._dossier, self._go = dossier, go
        self._index: tuple[Dossier, Future[Index]] | None = None
        self._look = QTimer(self)
        self._look.setSingleShot(True)
        self._look.setInterval(_LOOK)
        self._look.timeout.connect(self._look_again)
        self._glass: QAction | None = None
        self._theme: Theme | None = None
        self._popup: QFrame | None = None
        self.setPlaceholderText(_INVITATION)
        self.setAccessibleName("Find")
        self.setMinimumWidth(150)
        self.setMaximumWidth(WIDTH)
        self.setFixedHeight(28)
        self.textEdited.connect(self._search)

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, 28)

    @guarded(lambda: None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        roomy = event.size().width() >= _ROOMY
        self.setPlaceholderText(_INVITATION if roomy else "Find")

    def set_theme(self, theme: Theme) -> None:
        """Draw in a theme's colours."""
        self._theme = theme
        glass = theming.icon("search", theme.muted)
        if self._glass is None:
            self._glass = self.addAction(glass, QLineEdit.ActionPosition.LeadingPosition)
            for button in self.findChildren(QToolButton):
                button.setAccessibleName("Find")
        self._glass.setIcon(glass)
        if self._popup is not None:
            self._delegate.theme = theme

    def _make_popup(self) -> QFrame:
        """Make the list when it is first needed; it lives in the window, above its views."""
        popup = QFrame(self.window())
        popup.setObjectName("popup")
        self._list = QListWidget(popup)
        self._list.setAccessibleName("Results")
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._delegate = _Delegate(self._list)
        assert self._theme is not None
        self._delegate.theme = self._theme
        self._list.setItemDelegate(self._delegate)
        self._list.itemClicked.connect(self._choose)
        column = QVBoxLayout(popup)
        column.setContentsMargins(1, 4, 1, 4)
        column.addWidget(self._list)
        window = self.window()
        window.installEventFilter(self)
        return popup

    @guarded(bool)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.close_results()
        return False

    def prepare(self) -> Future[Index]:
        """Return what will be the index of the dossier at hand.

        It is made in a thread; that of another dossier is forgotten.
        """
        dossier = self._dossier()
        if self._index is None or self._index[0] is not dossier:
            self._index = dossier, Future()
            threading.Thread(
                target=_make, args=self._index, name="entente-index", daemon=True
            ).start()
        return self._index[1]

    def _look_again(self) -> None:
        if self._popup is not None and self._popup.isVisible():
            self._search(self.text())

    def results(self) -> list[str]:
        """Return the titles of the results shown."""
        if self._popup is None or not self._popup.isVisible():
            return []
        return [self._list.item(row).text() for row in range(self._list.count())]

    def _entries(self, query: str) -> list[_Entry]:
        try:
            hits = self.prepare().result(_PATIENCE).find(query, _MOST)
            remark = _Entry("Nothing found", "Try fewer letters, or another spelling", _nothing)
        except NotYet:
            hits = ()
            remark = _Entry("Still indexing…", "What you look for appears here soon", _nothing)
            self._look.start()
        found = [
            _Entry(
                hit.title,
                " · ".join(p for p in (_KINDS.get(hit.ref.table, ""), hit.detail) if p),
                lambda ref=hit.ref: self._go(ref),  # type: ignore[misc]
            )
            for hit in hits
        ]
        for command in self._registry.find(query, self._context)[:5]:
            if command.enabled(self._context):
                keys = command.shortcut.split(", ")[0]
                found.append(
                    _Entry(
                        command.name(self._context),
                        f"Command · {keys}" if keys else "Command",
                        lambda command=command: command.run(self._context),  # type: ignore[misc]
                    )
                )
        return found if found and not self._look.isActive() else [*found, remark]

    def _search(self, query: str) -> None:
        if not query.strip():
            self.close_results()
            return
        if self._popup is None:
            self._popup = self._make_popup()
        self._look.stop()
        self._list.clear()
        entries = self._entries(query)
        for entry in entries:
            item = QListWidgetItem(f"{entry.title} — {entry.detail}")
            item.setData(Qt.ItemDataRole.UserRole, entry)
            self._list.addItem(item)
        self._list.setCurrentRow(0)
        below = self.mapTo(self.window(), self.rect().bottomLeft())
        height = min(len(entries), _MOST) * _ROW + 10
        self._popup.setGeometry(below.x(), below.y() + 4, self.width(), height)
        self._popup.raise_()
        self._popup.show()

    def close_results(self) -> None:
        """Hide the list."""
        if self._popup is not None:
            self._popup.hide()

    def _choose(self, item: QListWidgetItem) -> None:
        entry: _Entry = item.data(Qt.ItemDataRole.UserRole)
        self.close_results()
        self.clear()
        self.clearFocus()
        entry.run()

    @guarded(bool)
    def event(self, event: QEvent) -> bool:
        # While the field has the focus Esc is its own, not the window's command.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
        ):
            event.accept()
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.text() or self.hasFocus() or self._theme is None:
            return
        painter = QPainter(self)
        painter.setFont(font(SMALL))
        painter.setPen(colour(self._theme.faint))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(self.rect().adjusted(0, 0, -10, 0), right, "Ctrl K")
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        open_now = self._popup is not None and self._popup.isVisible()
        if event.key() == Qt.Key.Key_Escape:
            self.close_results()
            self.clear()
            self.clearFocus()
        elif open_now and event.key() in steps:
            row = self._list.currentRow() + steps[Qt.Key(event.key())]
            self._list.setCurrentRow(row % self._list.count())
        elif open_now and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            item = self._list.currentItem()
            if item is not None:
                self._choose(item)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: object) -> None:
        super().focusOutEvent(event)  # type: ignore[arg-type]
        self.close_results()


def _make(dossier: Dossier, outcome: Future[Index]) -> None:
    try:
        index = Index.of(dossier)
        # What the first search works out for all others is then there.
        index.find("a", 1)
        outcome.set_result(index)
    except BaseException as error:  # noqa: BLE001 - raised again where it is asked for
        outcome.set_exception(error)

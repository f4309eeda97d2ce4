"""A list whose rows are scenes: only those in sight are drawn, and all can be read aloud."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any
from weakref import WeakKeyDictionary

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    QSizeF,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from viewer.model.selection import Mode
from viewer.scene.primitives import Group, Rect, Scene
from viewer.scene.style import LIGHT, RADIUS, Theme
from viewer.scene.targets import Target
from viewer.ui import painting
from viewer.ui.guard import guarded
from viewer.ui.modifiers import mode_of
from viewer.ui.pens import pen

_FIRST, _CHUNK = 8, 24
"""Rows that are worked out at once, and as soon as those are seen; more follow as the list is
scrolled to its end."""
_FEW = 4
"""Rows that are painted anew one by one."""
_SEEN = 100
"""Milliseconds after which they are."""

_Index = QModelIndex | QPersistentModelIndex


class _Model(QAbstractListModel):
    """Rows by position; what they are called is asked for when needed."""

    def __init__(self, text: Callable[[int], str], parent: QWidget) -> None:
        super().__init__(parent)
        self._text = text
        self.keys: Sequence[Any] = ()
        self._fetched = 0

    def set_keys(self, keys: Sequence[Any]) -> bool:
        """Show other rows; return whether they are. The keys are kept: they must not change."""
        if keys == self.keys:
            return False
        self.beginResetModel()
        self.keys, self._fetched = keys, min(_FIRST, len(keys))
        self.endResetModel()
        return True

    def fetch_to(self, row: int) -> None:
        """Make the rows up to `row` part of the list."""
        wanted = min(row + 1, len(self.keys))
        if wanted > self._fetched:
            self.beginInsertRows(QModelIndex(), self._fetched, wanted - 1)
            self._fetched = wanted
            self.endInsertRows()

    @guarded(bool)
    def canFetchMore(self, parent: _Index) -> bool:
        return not parent.isValid() and self._fetched < len(self.keys)

    @guarded(lambda: None)
    def fetchMore(self, _parent: _Index) -> None:
        self.fetch_to(self._fetched + _CHUNK - 1)

    @guarded(int)
    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else self._fetched

    @guarded(lambda: None)
    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if index.isValid() and role in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.AccessibleTextRole,
        ):
            return self._text(index.row())
        return None


class _Delegate(QStyledItemDelegate):
    def __init__(self, view: SceneList) -> None:
        super().__init__(view)
        self._view = view

    @guarded(lambda: QSize(10, 10))
    def sizeHint(self, _option: QStyleOptionViewItem, index: _Index) -> QSize:
        return self._view.size_of(index.row())

    @guarded(lambda: None)
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        area: QRect = option.rect
        painter.save()
        painter.translate(area.topLeft())
        self._view.paint_row(painter, self._view.scene_at(index.row()))
        # Not asked of the option, whose flags take a while to load when the program starts.
        focused = self._view.hasFocus() and index == self._view.currentIndex()
        if focused and self._view.by_keyboard:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(pen(self._view.theme.accent, 1.5, "dotted"))
            frame = QRect(2, 1, area.width() - 4, area.height() - 3)
            link = self._view.link_rect(index.row())
            if link is None:
                painter.drawRoundedRect(frame, RADIUS, RADIUS)
            else:
                painter.drawRoundedRect(QRectF(*link.inset(-2)), RADIUS / 2, RADIUS / 2)
        painter.restore()


class SceneList(QListView):
    """A list of scenes.

    Parameters
    ----------
    name : str
        For assistive technology.
    build : callable
        Returns the scene of a row for a width in pixels.
    text : callable
        Returns a row as plain text.

    Signals
    -------
    picked
        A target was clicked, or Enter pressed on a row: target and mode.
    pointed
        The target under the pointer has changed: target or None.
    """

    picked = Signal(object, str)
    pointed = Signal(object)

    def __init__(
        self, name: str, build: Callable[[int, float], Scene], text: Callable[[int], str]
    ) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.theme: Theme = LIGHT
        self.by_keyboard = False
        self._build = build
        self._scenes: dict[int, Scene] = {}
        self._sizes: dict[int, QSize] = {}
        self._kept: WeakKeyDictionary[Group, QPixmap] = WeakKeyDictionary()
        self._tip: Target | None = None
        self._link = 0
        self._rows = _Model(text, self)
        self.setModel(self._rows)
        self.setItemDelegate(_Delegate(self))
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.verticalScrollBar().setSingleStep(24)
        self._fill = QTimer(self)
        self._fill.setSingleShot(True)
        self._fill.timeout.connect(lambda: self._rows.fetch_to(_CHUNK - 1))
        self._relayout = QTimer(self)
        self._relayout.setSingleShot(True)
        self._relayout.timeout.connect(self._lay_out)

    def show_rows(self, keys: Sequence[Any], theme: Theme, *, to_top: bool = False) -> None:
        """Show rows; the keys tell whether they are the same rows as before."""
        self.theme = theme
        before, self._scenes = self._scenes, {}
        others = self._rows.set_keys(keys)
        if others:
            self._fill.start(_SEEN)
        if to_top:
            self.scrollToTop()
        # Rows as high as they were stay where they are: to lay them out would paint them twice.
        if others or any(self.scene_at(row).height != was.height for row, was in before.items()):
            self._lay_out()
            return
        self.viewport().update()
        self.announce()

    @property
    def keys(self) -> Sequence[Any]:
        """Which rows these are."""
        return self._rows.keys

    def announce(self) -> None:
        """Let assistive technology know that rows read otherwise now."""
        from PySide6.QtGui import QAccessible, QAccessibleTableModelChangeEvent

        if QAccessible.isActive():
            told = QAccessibleTableModelChangeEvent.ModelChangeType.DataChanged
            QAccessible.updateAccessibility(QAccessibleTableModelChangeEvent(self, told))

    def reveal(self, row: int) -> None:
        """Scroll to a row, however far down."""
        self._rows.fetch_to(row)
        self.setCurrentIndex(self._rows.index(row, 0))
        self.scrollTo(self._rows.index(row, 0))

    def redraw(self, rows: Iterable[int]) -> None:
        """Make the scenes of rows anew; their heights stay."""
        others = [row for row in rows if self._scenes.pop(row, None) is not None]
        if len(others) > _FEW:
            # To ask where each of them lies would take longer than to paint all in sight.
            self.viewport().update()
            return
        for row in others:
            self.update(self._rows.index(row, 0))

    def _lay_out(self) -> None:
        self._scenes.clear()
        self._sizes.clear()
        self.scheduleDelayedItemsLayout()
        self.viewport().update()

    def scene_at(self, row: int) -> Scene:
        """Return the scene of a row, made when first asked for."""
        scene = self._scenes.get(row)
        if scene is None:
            # Room for the bar is always kept: rows made anew whenever it came or went would jump.
            width = self.width() - self.verticalScrollBar().sizeHint().width()
            scene = self._scenes[row] = self._build(row, float(width))
        return scene

    def size_of(self, row: int) -> QSize:
        """Return the pixels of a row, which Qt asks for every time that it paints one."""
        size = self._sizes.get(row)
        if size is None:
            scene = self.scene_at(row)
            size = self._sizes[row] = QSize(int(scene.width), round(scene.height))
        return size

    def paint_row(self, painter: QPainter, scene: Scene) -> None:
        """Paint the scene of a row; a group it begins with is painted once and kept."""
        first = scene.items[0] if scene.items else None
        if not isinstance(first, Group):
            painting.paint(painter, scene, ground=False)
            return
        painter.setRenderHints(painting.SOFT)
        painter.drawPixmap(QPointF(0, 0), self._kept_of(first, scene))
        painting.paint_items(painter, scene.items[1:])

    def _kept_of(self, group: Group, scene: Scene) -> QPixmap:
        ratio = self.devicePixelRatioF()
        kept = self._kept.get(group)
        if kept is None or kept.devicePixelRatio() != ratio:
            kept = QPixmap((QSizeF(scene.width, scene.height) * ratio).toSize())
            kept.setDevicePixelRatio(ratio)
            inside = QPainter(kept)
            painting.paint(inside, replace(scene, items=(group,)))
            inside.end()
            self._kept[group] = kept
        return kept

    def link_rect(self, row: int) -> Rect | None:
        """Return where the link lies that the keyboard stands on, None for the row itself."""
        targets = self.scene_at(row).targets
        return targets[self._link].rect if 0 < self._link < len(targets) else None

    def currentChanged(self, current: _Index, previous: _Index) -> None:
        super().currentChanged(current, previous)
        self._link = 0

    def _step_link(self, by: int) -> None:
        """Go on to the next link on a row, or back; say which it is."""
        row = self.currentIndex().row()
        targets = self.scene_at(row).targets
        self._link = min(max(self._link + by, 0), max(len(targets) - 1, 0))
        if targets:
            self.setAccessibleDescription(targets[self._link].label)
        rect = self.link_rect(row)
        if rect is not None:
            # A long card does not fit whole: the link itself must be in sight.
            top = self.visualRect(self.currentIndex()).top()
            over = top + rect.bottom + 8 - self.viewport().height()
            under = top + rect.y - 8
            if over > 0 or under < 0:
                bar = self.verticalScrollBar()
                bar.setValue(round(bar.value() + (over if over > 0 else under)))
        self.viewport().update()

    @guarded(lambda: None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._relayout.start(0)

    def _target(self, at: QPointF) -> Target | None:
        index = self.indexAt(at.toPoint())
        if not index.isValid():
            return None
        corner = self.visualRect(index).topLeft()
        scene = self.scene_at(index.row())
        x, y = at.x() - corner.x(), at.y() - corner.y()
        # Later targets lie on top of earlier ones: a link on a card.
        hits = [t for t in scene.targets if t.rect is not None and t.rect.contains(x, y)]
        return hits[-1] if hits else scene.at(x, y)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(self._target(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point(None)

    def _point(self, target: Target | None) -> None:
        hand = Qt.CursorShape.PointingHandCursor
        leads = target is not None and bool(target.refs or target.action)
        self.viewport().setCursor(hand if leads else Qt.CursorShape.ArrowCursor)
        if (target and target.refs) != (self._tip and self._tip.refs):
            self._tip = target
            self.pointed.emit(target)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.by_keyboard = False
        index = self.indexAt(event.position().toPoint())
        self.setCurrentIndex(index)
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            target = self._target(event.position())
            if target is not None:
                self.picked.emit(target, mode_of(event.modifiers()))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if event.key() in keys and self.currentIndex().isValid():
            targets = self.scene_at(self.currentIndex().row()).targets
            if targets:
                mode: Mode = mode_of(event.modifiers())
                self.picked.emit(targets[min(self._link, len(targets) - 1)], mode)
            return
        self.by_keyboard = True
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right) and self.currentIndex().isValid():
            self._step_link(1 if event.key() == Qt.Key.Key_Right else -1)
            return
        if event.key() in (Qt.Key.Key_Escape,):
            event.ignore()
            return
        super().keyPressEvent(event)

"""The panel of facets on the left: what is shown, how much of it, and what is left out."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from viewer.commands import actions
from viewer.model.selection import Mode
from viewer.model.store import Store
from viewer.scene.facets import RESET, FacetRow, facet_rows, header_scene, row_scene
from viewer.scene.frame import Frame
from viewer.scene.primitives import Scene
from viewer.scene.style import Theme
from viewer.scene.targets import Target
from viewer.ui.heading import Heading
from viewer.ui.scenelist import SceneList


class _Header(Heading):
    """How much is shown, with the link that resets the filter."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        target = self.target_at(event.position())
        if target is not None and RESET in target.refs:
            self.clicked.emit()


class FacetsPanel(QWidget):
    """Facets with counts; a click leaves a value out or takes it in again.

    Parameters
    ----------
    store : Store
    theme : Theme
    """

    def __init__(self, store: Store, theme: Theme) -> None:
        super().__init__()
        self.store, self._theme = store, theme
        self._frame = Frame.of(store, theme, 1.0, 1.0)
        self._rows: tuple[FacetRow, ...] = ()
        self._header = _Header("Shown", lambda width: header_scene(self._frame, width))
        self._header.clicked.connect(lambda: actions.reset_filter(store))
        self.list = SceneList("Filters", self._build, lambda row: self._rows[row].label)
        self.list.picked.connect(self._on_picked)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._ask)
        self.setMinimumWidth(180)
        self.setFocusProxy(self.list)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._header)
        column.addWidget(self.list, 1)

    def refresh(self) -> None:
        """Count again."""
        self._frame = Frame.of(self.store, self._theme, float(self.width()), 1.0)
        before, self._rows = self._rows, facet_rows(self._frame)
        self._header.refresh()
        keys = tuple((row.facet, row.value, row.heading) for row in self._rows)
        if keys == self.list.keys and self._theme is self.list.theme:
            pairs = enumerate(zip(before, self._rows, strict=True))
            self.list.redraw(row for row, (was, now) in pairs if was != now)
            self.list.announce()
        else:
            self.list.show_rows(keys, self._theme)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        self.refresh()

    def _build(self, row: int, width: float) -> Scene:
        return row_scene(self._rows[row], self._theme, width)

    def _on_picked(self, target: Target, mode: Mode) -> None:
        row = next((row for row in self._rows if not row.heading and row.ref in target.refs), None)
        if row is None:
            return
        if mode == "toggle":
            self._only(row)
        else:
            actions.toggle_facet(self.store, row.facet, row.value, row.title)

    def _only(self, row: FacetRow) -> None:
        values = tuple(r.value for r in self._rows if r.facet == row.facet and not r.heading)
        actions.only_facet(self.store, row.facet, row.value, values, row.title)

    def _all(self, row: FacetRow) -> None:
        chosen = self.store.state.filter
        self.store.update("Show All Values", filter=chosen.with_excluded(row.facet, ()))

    def _ask(self, at: QPoint) -> None:
        index = self.list.indexAt(at)
        if not index.isValid() or self._rows[index.row()].heading:
            return
        row = self._rows[index.row()]
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        title = row.title.replace("&", "&&")
        menu.addAction(f"Show Only {title}").triggered.connect(partial(self._only, row))
        menu.addAction("Show All").triggered.connect(partial(self._all, row))
        menu.popup(self.list.viewport().mapToGlobal(at))

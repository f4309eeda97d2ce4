"""A slider over the graph for the day as of which its ties are shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QSlider, QStyle, QStyleOptionSlider, QWidget

from viewer.commands import graph
from viewer.model.dossier import Dossier
from viewer.model.filters import Filter
from viewer.model.state import Look, State
from viewer.model.store import Store
from viewer.scene.graph_plan import as_of
from viewer.ui.graph_view import GraphView
from viewer.ui.guard import guarded
from viewer.ui.plain import tooltip

_WIDTH = 190
_BESIDE = 150
"""Pixels to its right for the date in words, which the scene writes."""
_PAGES = 40
"""Page keys from one end to the other."""


def days(state: State) -> tuple[int, int] | None:
    """Return the first day of anything that is dated and that of the latest ties.

    Days count from 1970-01-01; None where nothing is dated.
    """
    dossier = state.dossier
    bounds = np.concatenate((dossier.event_bounds.ravel(), dossier.relation_bounds.ravel()))
    bounds = bounds[np.isfinite(bounds)]
    plain = replace(state, look=Look(), filter=Filter())
    latest, _ = as_of(plain)
    if not len(bounds) or not np.isfinite(latest):
        return None
    return int(np.floor(bounds.min())), int(np.ceil(latest)) - 1


class _Slider(QSlider):
    """A slider whose groove takes the handle to where it is clicked."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        style, option = self.style(), QStyleOptionSlider()
        self.initStyleOption(option)
        part = QStyle.ComplexControl.CC_Slider
        handle = style.subControlRect(part, option, QStyle.SubControl.SC_SliderHandle, self)
        if event.button() == Qt.MouseButton.LeftButton and not handle.contains(event.pos()):
            at, room = event.pos().x() - handle.width() // 2, self.width() - handle.width()
            low, high = self.minimum(), self.maximum()
            self.setValue(QStyle.sliderValueFromPosition(low, high, at, room))
        super().mousePressEvent(event)


class DateBar(QWidget):
    """The slider; it stands in the graph's heading.

    Parameters
    ----------
    view : GraphView
    store : Store
    """

    def __init__(self, view: GraphView, store: Store) -> None:
        super().__init__(view)
        self._view, self._store = view, store
        self._dossier: Dossier | None = None
        self.slider = _Slider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName("Date as of which ties are shown")
        self.slider.setFixedWidth(_WIDTH)
        tooltip(self.slider, "The day as of which ties are shown: arrow keys go by days")
        self.slider.valueChanged.connect(self._on_moved)
        self.slider.sliderReleased.connect(store.end_merge)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.slider)
        view.installEventFilter(self)
        self.hide()

    def set_on(self, on: bool) -> None:
        """Offer the slider, or take it away and show the latest ties again."""
        self.setVisible(on)
        if on:
            self.refresh()
            self.slider.setFocus()
        else:
            graph.set_moment(self._store, None)
            self._view.setFocus()

    def refresh(self) -> None:
        """Follow the state."""
        state = self._store.state
        if state.dossier is not self._dossier:
            self._dossier = state.dossier
            low, high = days(state) or (0, 0)
            self._quietly(lambda: self.slider.setRange(low, high))
            self.slider.setPageStep(max((high - low) // _PAGES, 1))
        span_known = self.slider.maximum() > self.slider.minimum()
        # Where time is filtered, the end of that span is the date.
        self.slider.setEnabled(state.filter.span is None and span_known)
        moment = state.look.moment
        day = self.slider.maximum() if moment is None else int(np.ceil(moment)) - 1
        self._quietly(lambda: self.slider.setValue(day))
        self._place()

    def _quietly(self, change: Callable[[], None]) -> None:
        before = self.slider.blockSignals(True)
        change()
        self.slider.blockSignals(before)

    def _on_moved(self, day: int) -> None:
        graph.set_moment(self._store, day + 1.0, "moment")

    def _place(self) -> None:
        self.adjustSize()
        self.move(self._view.width() - self.width() - _BESIDE, 8)

    @guarded(bool)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._view and event.type() == QEvent.Type.Resize:
            self._place()
        return False

"""A slider over the graph for the day as of which its ties are shown."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from viewer.commands import graph
from viewer.model.dossier import Dossier
from viewer.model.store import Store
from viewer.ui.graph_view import GraphView
from viewer.ui.plain import tooltip

_WIDTH = 190
_BESIDE = 150
"""Pixels to its right for the date in words, which the scene writes."""
_MONTH = 30


def days(dossier: Dossier) -> tuple[int, int] | None:
    """Return the first and the last day of anything that is dated, since 1970-01-01."""
    bounds = np.concatenate((dossier.event_bounds.ravel(), dossier.relation_bounds.ravel()))
    bounds = bounds[np.isfinite(bounds)]
    if not len(bounds):
        return None
    return int(np.floor(bounds.min())), int(np.ceil(bounds.max())) - 1


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
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName("Date as of which ties are shown")
        self.slider.setPageStep(_MONTH)
        self.slider.setFixedWidth(_WIDTH)
        tooltip(self.slider, "Show the ties as of a day: arrow keys by days, Page keys by months")
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

    def refresh(self) -> None:
        """Follow the state."""
        state = self._store.state
        if state.dossier is not self._dossier:
            self._dossier = state.dossier
            span = days(state.dossier)
            self._quietly(lambda: self.slider.setRange(*(span or (0, 0))))
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

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._view and event.type() == QEvent.Type.Resize:
            self._place()
        return False

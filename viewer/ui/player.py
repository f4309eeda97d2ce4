"""Plays the timeline: its window runs through the dossier, and the other views with it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from viewer.commands import actions
from viewer.model.store import Store
from viewer.scene.style import Theme
from viewer.scene.ticks import span_words
from viewer.scene.timeline import TimelineScene
from viewer.ui import theming
from viewer.ui.guard import guarded
from viewer.ui.plain import tooltip
from viewer.ui.views import TimelineView

_SECONDS = 20.0
"""How long playing from one end to the other takes."""
_TICK = 40
"""Milliseconds between two steps."""
_SHARE = 0.12
"""Length of the playing window, when all time was shown before, as a share of all time."""


class PlayBar(QWidget):
    """Play, the span of the window in words, and the switch that filters by it.

    Parameters
    ----------
    view : TimelineView
        It stands in the view's top right corner.
    store : Store
    """

    def __init__(self, view: TimelineView, store: Store) -> None:
        super().__init__(view)
        self._view, self._store = view, store
        self._play = QToolButton()
        self._play.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._play.setIconSize(QSize(12, 12))
        self._play.clicked.connect(self.toggle)
        tooltip(self._play, "Run the time window through the dossier (Ctrl+P)")
        self._filter = QToolButton()
        self._filter.setCheckable(True)
        self._filter.setIconSize(QSize(14, 14))
        self._filter.setAccessibleName("Filter by the time window")
        tooltip(self._filter, "Leave out of every view what did not happen in this window (Ctrl+T)")
        self._filter.clicked.connect(self._toggle_filter)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(self._play)
        row.addWidget(self._filter)
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK)
        self._timer.timeout.connect(self._step)
        view.installEventFilter(self)
        self.set_theme(view.theme)
        self.show()

    @property
    def playing(self) -> bool:
        """Whether the window is running."""
        return self._timer.isActive()

    def toggle(self) -> None:
        """Start, or stop where it is."""
        if self.playing:
            self.stop()
            return
        scene = self._scene()
        if scene is None or scene.empty:
            return
        low, high = scene.full
        start, end = scene.window
        length = end - start if end - start < 0.5 * (high - low) else _SHARE * (high - low)
        if end >= high - 1e-6 or end - start > length:
            start = low
        actions.filter_by_window(self._store, (start, start + length))
        self._timer.start()
        self.refresh()

    def stop(self) -> None:
        """Stop; the window stays where it is."""
        self._timer.stop()
        self._store.end_merge()
        self.refresh()

    def _scene(self) -> TimelineScene | None:
        scene = self._view.scene_shown
        return scene if isinstance(scene, TimelineScene) else None

    def _step(self) -> None:
        scene = self._scene()
        if scene is None:
            return
        low, high = scene.full
        start, end = scene.window
        step = (high - low) / (_SECONDS * 1000 / _TICK)
        if end + step >= high:
            self._view.set_window((high - (end - start), high), "play")
            self.stop()
            return
        self._view.set_window((start + step, end + step), "play")

    def _toggle_filter(self) -> None:
        scene, span = self._scene(), self._store.state.filter.span
        if scene is not None and not scene.empty:
            actions.filter_by_window(self._store, scene.window if span is None else None)

    def refresh(self) -> None:
        """Say what the window spans now."""
        scene = self._scene()
        if scene is None:
            return
        self.setVisible(not scene.empty)
        words = span_words(scene.window)
        verb = "Pause" if self.playing else "Play"
        self._play.setText(f"{verb}  {words}")
        self._play.setAccessibleName(f"{verb} the timeline")
        self._play.setIcon(theming.icon(verb.lower(), self._theme.text))
        self._filter.setChecked(self._store.state.filter.span is not None)
        self._place()

    def set_theme(self, theme: Theme) -> None:
        """Draw in a theme's colours."""
        self._theme = theme
        self._filter.setIcon(theming.icon("filter", theme.text))
        self.refresh()

    def _place(self) -> None:
        self.adjustSize()
        self.move(self._view.width() - self.width() - 10, 5)

    @guarded(bool)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._view and event.type() == QEvent.Type.Resize:
            self._place()
        return False

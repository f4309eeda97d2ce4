"""The main window: it lays out the views, keeps them on one state, and carries out commands."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QByteArray, QEvent, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QHBoxLayout,
    QMainWindow,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from viewer.assets import shipped_dossier
from viewer.commands import actions
from viewer.commands.builtin import VIEWS, registry
from viewer.commands.registry import Context
from viewer.errors import EntenteError, Problem
from viewer.formats import open_dossier
from viewer.model.dossier import Dossier
from viewer.model.schema import Ref
from viewer.model.state import State
from viewer.model.store import Changes, Store
from viewer.scene.evidence_words import span_words
from viewer.scene.map import build_ground_scene, default_camera, map_projection
from viewer.scene.primitives import Scene
from viewer.scene.style import Theme
from viewer.settings import Settings
from viewer.ui import painting, theming
from viewer.ui.banner import Banner
from viewer.ui.find import FindField
from viewer.ui.plain import label
from viewer.ui.topbar import TopBar

if TYPE_CHECKING:
    from viewer.ui.jobs import Job
    from viewer.ui.views import SceneView

SIZE = (1600, 1000)
_PANES = {"sides": [236, 1010, 346], "rows": [650, 275], "planes": [560, 450]}
"""Sizes of the panes in pixels, before the user has moved a divider."""


_LARGE = 4_000_000
"""Bytes above which a dossier is read in a thread, with progress."""


def _bytes_at(path: Path) -> int:
    """Return the size of a file, or of the files in a folder; 0 where there is nothing."""
    try:
        if path.is_dir():
            return sum(child.stat().st_size for child in path.iterdir() if child.is_file())
        return path.stat().st_size
    except OSError:
        return 0


class FirstPicture(QWidget):
    """The basemap alone, on the screen while everything else is still being loaded."""

    painted = Signal()

    def __init__(self, store: Store, theme: Theme) -> None:
        super().__init__()
        self._store, self._theme = store, theme
        self._was_painted = False

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        width, height = float(self.width()), float(self.height())
        state = self._store.state
        camera = default_camera(state, width, height)
        items = build_ground_scene(
            self._theme, width, height, map_projection(state), camera, state.layers
        )
        painter = QPainter(self)
        painting.paint(painter, Scene(width, height, self._theme.sea, items))
        painter.end()
        if not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self.painted.emit)


class MainWindow(QMainWindow):
    """The program's window. It is the `Shell` that commands act on.

    Parameters
    ----------
    settings : Settings

    Signals
    -------
    basemap_painted, views_painted
        The first picture, and the first picture of all views, are on the screen.
    """

    basemap_painted = Signal()
    views_painted = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.store = Store()
        self.registry = registry()
        self.context = Context(self.store, self)
        self._theme = theming.theme_of(settings.theme)
        self._pending: set[str] = set()
        self._refresh_soon = QTimer(self)
        self._refresh_soon.setSingleShot(True)
        self._refresh_soon.setInterval(0)
        self._refresh_soon.timeout.connect(self._refresh)
        self.store.subscribe(self._on_change)
        self._views: dict[str, SceneView] = {}
        self._panels: dict[str, QWidget] = {}
        self._hand = False
        self._unpainted: set[str] = set()
        self._job: Job | None = None
        self._player = None
        self.setAcceptDrops(True)
        self.setMinimumSize(760, 480)
        self._build_frame()
        self._restore()

    # -- layout ------------------------------------------------------------------------------

    def _build_frame(self) -> None:
        """Make everything that stands before the views are there."""
        self.find_field = FindField(
            self.registry, self.context, lambda: self.store.state.dossier, self._go
        )
        self.top_bar = TopBar(
            self.registry,
            self.context,
            self.find_field,
            lambda: self.settings.recent,
            lambda path: self.open_path(Path(path)),
        )
        for action in self.top_bar.actions_by_id.values():
            self.addAction(action)
        self.banner = Banner(self.show_problems)
        self._sides = self._splitter("sides", Qt.Orientation.Horizontal)
        self._rows = self._splitter("rows", Qt.Orientation.Vertical)
        self._planes = self._splitter("planes", Qt.Orientation.Horizontal)
        self._first = FirstPicture(self.store, self._theme)
        self._first.painted.connect(self.basemap_painted)
        for splitter, panes in (
            (self._planes, (self._first, QWidget())),
            (self._rows, (self._planes, QWidget())),
            (self._sides, (QWidget(), self._rows, QWidget())),
        ):
            for pane in panes:
                splitter.addWidget(pane)
            splitter.setSizes(self.settings.splitters.get(splitter.objectName(), []) or
                              _PANES[splitter.objectName()])
        self._sides.setStretchFactor(1, 1)
        for side in (0, 2):
            self._sides.setStretchFactor(side, 0)
        self._rows.setStretchFactor(0, 1)
        self._rows.setStretchFactor(1, 0)
        self._status = label()
        self._status.setObjectName("status")
        self._status.setAccessibleName("Status")
        self._where = label()
        self._where.setObjectName("status")
        hint = label("Click: select   Shift-click: add   Double-click: focus   Esc: clear")
        hint.setObjectName("hint")
        bar = QWidget()
        bar.setObjectName("statusbar")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        bar.setFixedHeight(26)
        row = QHBoxLayout(bar)
        row.setContentsMargins(15, 0, 15, 0)
        row.addWidget(self._status)
        row.addStretch()
        row.addWidget(self._where)
        row.addSpacing(18)
        row.addWidget(hint)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.top_bar, self.banner, self._sides, bar):
            column.addWidget(widget, 1 if widget is self._sides else 0)
        centre = QWidget()
        centre.setLayout(column)
        self.setCentralWidget(centre)
        self._dress()

    @staticmethod
    def _splitter(name: str, orientation: Qt.Orientation) -> QSplitter:
        out = QSplitter(orientation)
        out.setObjectName(name)
        out.setHandleWidth(1)
        out.setChildrenCollapsible(False)
        return out

    def build_views(self) -> None:
        """Make the views; pyqtgraph is imported here, after the first picture."""
        if self._views:
            return
        from viewer.ui.evidence import EvidencePanel
        from viewer.ui.facets import FacetsPanel
        from viewer.ui.player import PlayBar
        from viewer.ui.views import GraphView, MapView, TimelineView

        map_view = MapView(self.store, self._theme)
        graph = GraphView(self.store, self._theme)
        timeline = TimelineView(self.store, self._theme)
        evidence = EvidencePanel(self.store, self._theme, self._go)
        facets = FacetsPanel(self.store, self._theme)
        self._evidence = evidence
        self._views = {"map": map_view, "graph": graph, "timeline": timeline}
        self._panels = {**self._views, "evidence": evidence, "facets": facets}
        self._player = PlayBar(timeline, self.store)
        self._unpainted = set(self._views)
        for name, view in self._views.items():
            view.hand = self._hand
            view.pointing.connect(self._where.setText)
            view.painted.connect(lambda name=name: self._on_painted(name))
        for splitter, at, widget in (
            (self._planes, 0, map_view),
            (self._planes, 1, graph),
            (self._rows, 1, timeline),
            (self._sides, 0, facets),
            (self._sides, 2, evidence),
        ):
            old = splitter.replaceWidget(at, widget)
            old.deleteLater()
            widget.setVisible(True)
        for name in self.settings.hidden_views:
            if name in self._panels:
                self._panels[name].hide()
        self._unpainted -= set(self.settings.hidden_views)
        self._set_tab_order()
        self._pending.update(("dossier",))
        self._refresh()

    def _set_tab_order(self) -> None:
        order = [self.find_field, *(self._panels[name] for name in ("facets", *self._views))]
        order.append(self._panels["evidence"])
        for before, after in zip(order, order[1:], strict=False):
            QWidget.setTabOrder(before, after)
        order[1].setFocus()

    def _on_painted(self, name: str) -> None:
        self._unpainted.discard(name)
        if not self._unpainted:
            self.views_painted.emit()

    def _restore(self) -> None:
        self.resize(*SIZE)
        if self.settings.geometry:
            self.restoreGeometry(QByteArray.fromBase64(self.settings.geometry.encode()))

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        self.settings.geometry = bytes(self.saveGeometry().toBase64().data()).decode()
        for splitter in (self._sides, self._rows, self._planes):
            self.settings.splitters[splitter.objectName()] = splitter.sizes()
        self.settings.save()
        if self._player is not None:
            self._player.stop()
        event.accept()

    # -- opening -----------------------------------------------------------------------------

    def open_first(self, path: Path | None) -> None:
        """Open what the program was started with, or the shipped dossier."""
        self.open_path(path or shipped_dossier(), remember=path is not None)

    def open_path(self, path: Path, *, remember: bool = True) -> None:
        """Open a dossier; what is open stays when it cannot be read."""

        def opened(dossier: Dossier) -> None:
            if remember:
                self.settings.opened(str(path))
                self.settings.save()
            self.show_dossier(dossier)

        def failed(line: str) -> None:
            if str(path) in self.settings.recent:
                self.settings.recent.remove(str(path))
            self.say(line)

        if self._job is not None:
            self._job.cancel()
            self._job = None
        if _bytes_at(path) > _LARGE:
            from viewer.ui.jobs import Job

            title = f"Opening {path.name}"
            work = partial(open_dossier, path)
            self._job = Job(self, title, work, opened, failed)
            self._job.destroyed.connect(self._forget_job)
            self._job.start()
            return
        try:
            dossier = open_dossier(path)
        except EntenteError as error:
            failed(str(error))
        else:
            opened(dossier)

    def _forget_job(self) -> None:
        self._job = None

    def show_dossier(self, dossier: Dossier) -> None:
        """Show a dossier and what was wrong with its files."""
        self.store.open(dossier)
        for view in self._views.values():
            view.camera = None
        problems = dossier.problems
        if problems:
            # What could not be read matters more than what is merely odd.
            first = str(min(problems, key=lambda problem: problem.severity != "error"))
            rest = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
            self.say(first + rest, more=True)
        else:
            self.banner.hide()

    def say(self, text: str, *, more: bool = False) -> None:
        """Show a message along the top."""
        self.banner.say(text, more=more)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.open_path(Path(paths[0]))

    # -- showing the state -------------------------------------------------------------------

    def _on_change(self, _state: State, changes: Changes) -> None:
        self._pending.update(changes)
        self._refresh_soon.start()

    def _refresh(self) -> None:
        """Bring every view up to date, once for all changes since the last time."""
        changes, self._pending = frozenset(self._pending), set()
        self._refresh_soon.stop()
        if not changes or not self._views:
            self._say_state()
            return
        if changes == {"hover"}:
            for view in self._views.values():
                if view.isVisible():
                    view.refresh()
            self._evidence.light_up()
            return
        self._say_state()
        for panel in self._panels.values():
            if not panel.isHidden():
                panel.refresh()  # type: ignore[attr-defined]
        if self._player is not None:
            self._player.refresh()
        self.top_bar.refresh()

    def _say_state(self) -> None:
        state, shown = self.store.state, self.store.shown
        dossier = state.dossier
        counts = [
            f"{shown.events.sum()} of {len(dossier.events)} events",
            f"{shown.actors.sum()} actors",
            f"{shown.places.sum()} places",
            f"{shown.relations.sum()} relationships",
        ]
        if state.selection.count:
            counts.append(f"{state.selection.count} selected")
        self._status.setText(" · ".join(counts))
        sources = len(dossier.sources)
        everything = np.ones(len(dossier.events), dtype=bool)
        parts = [f"{sources} source{'' if sources == 1 else 's'}", span_words(dossier, everything)]
        self.top_bar.set_titles(dossier.title, " · ".join(part for part in parts if part))
        self.setWindowTitle(f"{dossier.title} — Entente")

    def _dress(self) -> None:
        """Give every part the theme."""
        for part in (self.top_bar, self.find_field, self.banner):
            part.set_theme(self._theme)
        for panel in self._panels.values():
            panel.set_theme(self._theme)  # type: ignore[attr-defined]
        if self._player is not None:
            self._player.set_theme(self._theme)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.ThemeChange and self.settings.theme == "system":
            self.set_theme("system")

    def _go(self, ref: Ref) -> None:
        """Pick a row that was found or pointed at in words, and bring it into view."""
        if ref.table == "claims":
            self._panels["evidence"].open_claim(ref.id)  # type: ignore[attr-defined]
            return
        actions.select(self.store, (ref,))
        self.reveal(ref)

    # -- what commands ask for: see commands.registry.Shell ------------------------------------

    def ask_open(self) -> None:
        start = self.settings.folder or str(Path.home())
        chosen = QFileDialog.getExistingDirectory(self, "Open a Dossier", start)
        if chosen:
            self.settings.folder = str(Path(chosen).parent)
            self.open_path(Path(chosen))

    def open_shipped(self) -> None:
        self.open_path(shipped_dossier(), remember=False)

    def ask_export(self) -> None:
        from viewer.ui.export import ExportDialog

        cameras = {name: view.camera for name, view in self._views.items()}
        ExportDialog(self, self.store, self._theme, cameras, self.settings).open()

    def copy_evidence(self) -> None:
        evidence = self._panels.get("evidence")
        if evidence is not None:
            QApplication.clipboard().setText(evidence.text())  # type: ignore[attr-defined]

    def find(self) -> None:
        self.find_field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.find_field.selectAll()

    def fit(self, view: str = "") -> None:
        for name, canvas in self._views.items():
            if view in ("", name):
                canvas.fit()

    def zoom(self, factor: float) -> None:
        focused = [view for view in self._views.values() if view.hasFocus()]
        for view in focused or [self._views["map"]]:
            view.zoom(factor)

    def hand(self) -> bool:
        return self._hand

    def set_hand(self, on: bool) -> None:
        self._hand = on
        for view in self._views.values():
            view.hand = on

    def theme(self) -> str:
        return self.settings.theme

    def set_theme(self, name: str) -> None:
        self.settings.theme = name
        self._theme = theming.theme_of(name)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theming.apply(app, self._theme)
        self._dress()

    def set_view_visible(self, view: str, visible: bool) -> None:
        panel = self._panels.get(view)
        if panel is None:
            return
        panel.setVisible(visible)
        self._planes.setVisible(any(not self._views[name].isHidden() for name in ("map", "graph")))
        hidden = [name for name in VIEWS if self._panels[name].isHidden()]
        self.settings.hidden_views = hidden
        if visible:
            panel.refresh()  # type: ignore[attr-defined]

    def view_visible(self, view: str) -> bool:
        panel = self._panels.get(view)
        return panel is not None and not panel.isHidden()

    def toggle_play(self) -> None:
        if self._player is not None:
            self._player.toggle()

    def playing(self) -> bool:
        return self._player is not None and self._player.playing

    def show_problems(self) -> None:
        from viewer.ui.dialogs import problems_dialog

        problems: tuple[Problem, ...] = self.store.state.dossier.problems
        problems_dialog(self, problems).open()

    def show_shortcuts(self) -> None:
        from viewer.ui.dialogs import shortcuts_dialog

        shortcuts_dialog(self, self.registry, self.context).open()

    def show_about(self) -> None:
        from viewer.ui.dialogs import about_box

        about_box(self).open()

    def toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def reveal(self, ref: Ref) -> None:
        """Move the views that do not show a row's marks so that they do."""
        for view in self._views.values():
            view.refresh()
            scene = view.scene_shown
            if scene is None:
                continue
            for target in scene.targets:
                if ref in target.refs and target.line is None:
                    inside = QRectF(0, 0, view.width(), view.height())
                    if not inside.contains(target.x, target.y):
                        view.centre_on(target, 1.0)
                    break

    def quit(self) -> None:
        self.close()

"""The main window: what is on the screen first, and what opens, closes and remembers.

It comes up with the basemap alone and imports little. What fills it, `desk.Desk`, is loaded once
that picture is painted.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow, QSplitter, QVBoxLayout, QWidget

from viewer.assets import shipped_dossier
from viewer.errors import EntenteError
from viewer.formats import open_dossier
from viewer.model.dossier import Dossier
from viewer.model.store import Store
from viewer.scene.frame import Frame
from viewer.scene.map_basemap import build_ground_scene
from viewer.scene.map_view import default_camera, map_projection
from viewer.scene.primitives import Scene
from viewer.settings import Settings
from viewer.ui import looks
from viewer.ui.still import Still

if TYPE_CHECKING:
    from viewer.ui.desk import Desk
    from viewer.ui.jobs import Job

SIZE = (1600, 1000)
TOP, BOTTOM = 48, 26
"""Heights of the bars along the top and the bottom, in pixels."""
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


def ground(frame: Frame) -> Scene:
    """Return the basemap alone, as the map will show it."""
    state = frame.state
    camera = default_camera(state, frame.width, frame.height)
    size = frame.width, frame.height
    items = build_ground_scene(frame.theme, *size, map_projection(state), camera, state.layers)
    return Scene(*size, frame.theme.sea, items)


def _splitter(name: str, *panes: QWidget, upright: bool = False) -> QSplitter:
    out = QSplitter()
    # By number: naming it would load all of Qt's enumerations before the first picture.
    out.setProperty("orientation", 2 if upright else 1)
    out.setObjectName(name)
    out.setHandleWidth(1)
    out.setChildrenCollapsible(False)
    for pane in panes:
        out.addWidget(pane)
    return out


class MainWindow(QMainWindow):
    """The program's window.

    Parameters
    ----------
    settings : Settings

    Signals
    -------
    basemap_painted
        The first picture is on the screen.
    views_painted
        All views are on the screen.
    ready
        All views answer to mouse and keys.
    """

    basemap_painted = Signal()
    views_painted = Signal()
    ready = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.store = Store()
        self.desk: Desk | None = None
        self._job: Job | None = None
        self._message: tuple[str, bool] | None = None
        self.setAcceptDrops(True)
        self.setMinimumSize(760, 480)
        self.first = Still(self.store, looks.theme_of(settings.theme), ground)
        self.first.painted.connect(self.basemap_painted)
        self.planes = _splitter("planes", self.first, QWidget())
        self.rows = _splitter("rows", self.planes, QWidget(), upright=True)
        self.sides = _splitter("sides", QWidget(), self.rows, QWidget())
        for splitter in self.splitters:
            name = splitter.objectName()
            splitter.setSizes(settings.splitters.get(name) or _PANES[name])
        for splitter, index in ((self.sides, 1), (self.rows, 0)):
            for other in range(splitter.count()):
                splitter.setStretchFactor(other, int(other == index))
        self._column = QVBoxLayout()
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addSpacing(TOP)
        self._column.addWidget(self.sides, 1)
        self._column.addSpacing(BOTTOM)
        centre = QWidget()
        centre.setLayout(self._column)
        self.setCentralWidget(centre)
        self.resize(*SIZE)
        if settings.geometry:
            self.restoreGeometry(QByteArray.fromBase64(settings.geometry.encode()))

    @property
    def splitters(self) -> tuple[QSplitter, ...]:
        """The dividers between the panes."""
        return self.sides, self.rows, self.planes

    def build_views(self) -> None:
        """Fill the window; what is heavy is imported here, after the first picture."""
        if self.desk is not None:
            return
        from viewer.ui.desk import Desk

        self.desk = Desk(self)
        self.desk.painted.connect(self.views_painted)
        self.desk.ready.connect(self.ready)
        if self._message is not None:
            self.desk.say(self._message[0], more=self._message[1])

    def frame_with(self, top: QWidget, banner: QWidget, bottom: QWidget) -> None:
        """Put the bars where room was kept for them."""
        self._column.takeAt(2)
        self._column.takeAt(0)
        self._column.insertWidget(0, top)
        self._column.insertWidget(1, banner)
        self._column.addWidget(bottom)

    def say(self, text: str, *, more: bool = False) -> None:
        """Show a message along the top, as soon as there is a place for it."""
        self._message = text, more
        if self.desk is not None:
            self.desk.say(text, more=more)

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
            self._job = Job(self, title, partial(open_dossier, path), opened, failed)
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
        problems = dossier.problems
        if problems:
            # What could not be read matters more than what is merely odd.
            first = str(min(problems, key=lambda problem: problem.severity != "error"))
            rest = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
            self.say(first + rest, more=True)
            return
        self._message = None
        if self.desk is not None:
            self.desk.banner.hide()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.open_path(Path(paths[0]))

    # -- remembering -------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        self.settings.geometry = bytes(self.saveGeometry().toBase64().data()).decode()
        for splitter in self.splitters:
            self.settings.splitters[splitter.objectName()] = splitter.sizes()
        self.settings.save()
        if self.desk is not None:
            self.desk.close()
        event.accept()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if self.desk is None or self.settings.theme != "system":
            return
        if event.type() == QEvent.Type.ThemeChange:
            self.desk.set_theme("system")

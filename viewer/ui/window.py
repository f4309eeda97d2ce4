"""The main window: what is on the screen first, and what opens, closes and remembers.

It comes up with the basemap alone and imports little. What fills it, `desk.Desk`, is loaded once
that picture is painted.
"""

from __future__ import annotations

from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PySide6.QtCore import QByteArray, QEvent, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow, QSplitter, QVBoxLayout, QWidget

from viewer.assets import shipped_dossier
from viewer.errors import EntenteError
from viewer.formats.package import first_look
from viewer.geo.projection import fit
from viewer.scene.map_basemap import LAYERS, build_ground_scene
from viewer.scene.map_view import camera_on
from viewer.scene.primitives import Floats, Scene
from viewer.scene.style import Theme
from viewer.settings import Settings
from viewer.ui import looks
from viewer.ui.guard import guarded
from viewer.ui.still import Picture

if TYPE_CHECKING:
    from collections.abc import Callable

    from viewer.formats.geopackage.working import WorkingCopy
    from viewer.model.dossier import Dossier
    from viewer.model.store import Store
    from viewer.progress import Progress
    from viewer.ui.desk import Desk
    from viewer.ui.jobs import Job

    Reader = Callable[[Path, Progress], Dossier]
    Opened = tuple[Dossier, str, bool] | EntenteError
    """A dossier with the name of its form and whether that is one of ours, or why there is none."""

SIZE = (1600, 1000)
TOP, BOTTOM = 48, 26
"""Heights of the bars along the top and the bottom, in pixels."""
_PANES = {"sides": [236, 1010, 346], "rows": [650, 275], "planes": [560, 450]}
"""Sizes of the panes in pixels, before the user has moved a divider."""
PATIENCE = 0.3
"""Seconds that the window waits for a small dossier to be read; then it goes on meanwhile."""
_LARGE = 4_000_000
"""Bytes above which what the views need of a dossier is worked out before it is shown."""


def _bytes_at(path: Path) -> int:
    """Return the size of a file, or of the files in a folder; 0 where there is nothing."""
    try:
        if path.is_dir():
            return sum(child.stat().st_size for child in path.iterdir() if child.is_file())
        return path.stat().st_size
    except OSError:
        return 0


def _is_quick(path: Path) -> bool:
    """Whether it takes no time to read a path, or to say why it cannot be."""
    from viewer.formats.registry import form_of

    try:
        # What is imported is read by another process.
        return form_of(path).own and _bytes_at(path) <= _LARGE
    except EntenteError:
        return True


def _open(path: Path, how: Reader | None, progress: Progress) -> Opened:
    """Open what is at a path; the error is handed on as it is, since there may be a way out."""
    from viewer.formats.registry import form_of, open_dossier

    try:
        if how is not None:
            return how(path, progress), "", False
        form = form_of(path)
        return open_dossier(path, progress), form.name, form.own
    except EntenteError as error:
        return error


def _prepared(read: Callable[[Progress], Opened], progress: Progress) -> Opened:
    """Open a large dossier and do all that the window would stall for."""
    from viewer.scene.beforehand import work_out

    opened = read(lambda share: progress(share / 2))
    if not isinstance(opened, EntenteError):
        work_out(opened[0], lambda share: progress(0.5 + share / 2))
    return opened


class Origin(NamedTuple):
    """Where what is open came from.

    Parameters
    ----------
    path : Path, optional
        What was opened; None: nothing, it is new.
    form : str
        Name of its `Format`; empty for what is new.
    target : Path, optional
        Where Save goes; None: it has to be asked, since this is a file of another program, the
        dossier shipped, or new.
    """

    path: Path | None = None
    form: str = ""
    target: Path | None = None

    def at(self, target: Path | None) -> Origin:
        """Return the origin of what was saved to `target`."""
        form = "geopackage" if target is not None and target.suffix.lower() == ".gpkg" else "folder"
        return self if target is None else Origin(target, form, target)


def ground(points: Floats, theme: Theme, width: float, height: float) -> Scene:
    """Return the basemap alone, as a map fitted to points will show it.

    Parameters
    ----------
    points : ndarray of float64, shape (n, 2)
        Longitude and latitude in degrees, EPSG:4326; none: the whole world.
    theme : Theme
    width, height : float
        Pixels.
    """
    projection = fit(points)
    camera = camera_on(points, projection, width, height)
    items = build_ground_scene(theme, width, height, projection, camera, LAYERS)
    return Scene(width, height, theme.sea, items)


def _splitter(name: str, *panes: QWidget, upright: bool = False) -> QSplitter:
    out = QSplitter(Qt.Orientation.Vertical if upright else Qt.Orientation.Horizontal)
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
        self.desk: Desk | None = None
        self._looks_at: Floats = np.empty((0, 2))
        self._unread: Callable[[], None] | None = None
        self._job: Job | None = None
        self._message: tuple[str, bool] | None = None
        self.origin = Origin()
        self._may_close = False
        self.setAcceptDrops(True)
        self.setMinimumSize(760, 480)
        theme = looks.theme_of(settings.theme)
        self.first = Picture(lambda *size: ground(self._looks_at, theme, *size))
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

    @cached_property
    def store(self) -> Store:
        """What all views show; made when it is first asked for, after the first picture."""
        from viewer.model.state import CALENDARS
        from viewer.model.store import Store

        store = Store()
        if self.settings.calendar in CALENDARS:
            store.update(calendar=self.settings.calendar)
        return store

    @property
    def splitters(self) -> tuple[QSplitter, ...]:
        """The dividers between the panes."""
        return self.sides, self.rows, self.planes

    def build_views(self) -> None:
        """Fill the window; what is heavy is imported here, after the first picture."""
        if self.desk is not None:
            return
        if self._unread is not None:
            self._unread()
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
        """Open what the program was started with, or the shipped dossier.

        Where it notes what its map shows, that is shown first and the rest is read by
        `build_views`.
        """
        self._unread = partial(self.open_path, path or shipped_dossier(), remember=path is not None)
        noted = first_look(path or shipped_dossier())
        if noted is None:
            self._unread()
        else:
            self._looks_at = noted

    def open_path(self, path: Path, *, remember: bool = True) -> None:
        """Open a dossier or a file of another program; what is open stays when it cannot be read.

        Parameters
        ----------
        path : Path
        remember : bool
            Whether it is the user's own: listed among the recent ones, and saved to.
        """
        if self.desk is None:
            self.read(path, remember=remember)
        else:
            self.desk.document.leave(lambda: self.read(path, remember=remember))

    def read(self, path: Path, how: Reader | None = None, *, remember: bool = True) -> None:
        """Open what is at a path in the place of what is open, in a thread where that takes long.

        Parameters
        ----------
        path : Path
        how : callable, optional
            Reads it into what is no longer tied to the file; None: as its form is read.
        remember : bool
            As in `open_path`.
        """
        self._unread = None
        read = partial(_open, path, how)

        def done(opened: Opened) -> None:
            if isinstance(opened, EntenteError):
                failed(opened)
                return
            dossier, form, own = opened
            if remember:
                self.settings.opened(str(path))
                self.settings.save()
            mine = own and remember and path.resolve() != shipped_dossier().resolve()
            self.show_dossier(dossier, Origin(path, form, path if mine else None))

        def failed(error: EntenteError) -> None:
            if str(path) in self.settings.recent:
                self.settings.recent.remove(str(path))
            if self.desk is None or not self.desk.document.offer_help(path, error):
                self.say(str(error))

        if self._job is not None:
            self._job.cancel()
            self._job = None
        from viewer.ui.jobs import Job

        quick = _is_quick(path)
        title = f"Opening {path.name}"
        work = read if quick else partial(_prepared, read)
        job = self._job = Job(self, title, work, done, self.say)

        def forget() -> None:
            if self._job is job:
                self._job = None

        job.destroyed.connect(forget)
        # Even what is small may be on a slow disk.
        job.start(PATIENCE if quick else 0.0)

    def show_dossier(
        self, dossier: Dossier, origin: Origin | None = None, working: WorkingCopy | None = None
    ) -> None:
        """Show a dossier and what was wrong with its files.

        Parameters
        ----------
        dossier : Dossier
        origin : Origin, optional
            None: it is new.
        working : WorkingCopy, optional
            What its unsaved changes are in already; None: there are none.
        """
        from viewer.geo.anchors import fitted_points

        self.origin = origin or Origin()
        if self.desk is not None:
            self.desk.document.let_go()
        self.store.open(dossier)
        self._looks_at = fitted_points(dossier)
        self._message = None
        if self.desk is not None:
            self.desk.banner.hide()
            self.desk.document.adopt(working)
        problems = dossier.problems
        if problems:
            # What could not be read matters more than what is merely odd.
            first = str(min(problems, key=lambda problem: problem.severity != "error"))
            many = f"{len(problems):,} problems; the first: " if len(problems) > 1 else ""
            self.say(many + first, more=True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self._take_in(Path(paths[0]))

    def _take_in(self, path: Path) -> None:
        """Open a dossier that was dropped, or attach the text of a source."""
        from viewer.formats.texts import SUFFIXES

        if self.desk is not None and path.suffix.casefold() in SUFFIXES and path.is_file():
            self.desk.texts.attach_file(path)
        else:
            self.open_path(path)

    # -- remembering -------------------------------------------------------------------------

    @guarded(lambda: None)
    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._may_close and not self._may_leave():
            event.ignore()
            return
        self.settings.geometry = bytes(self.saveGeometry().toBase64().data()).decode()
        for splitter in self.splitters:
            self.settings.splitters[splitter.objectName()] = splitter.sizes()
        self.settings.save()
        if self.desk is not None:
            from viewer.ui.jobs import cancel_all

            cancel_all(self)
            self.desk.close()
        event.accept()

    def _may_leave(self) -> bool:
        """Whether the dossier can go at once; else the user is asked, and it closes after that."""
        if self.desk is None:
            return True
        asked, free = False, False

        def leave() -> None:
            nonlocal free
            free = True
            if asked:
                self._may_close = True
                self.close()

        self.desk.document.leave(leave)
        asked = True
        return free

    @guarded(lambda: None)
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if self.desk is None or self.settings.theme != "system":
            return
        if event.type() == QEvent.Type.ThemeChange:
            self.desk.set_theme("system")

"""Starting the program: from nothing to a window that shows a dossier."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from PySide6.QtCore import QSettings, QTimer
from PySide6.QtWidgets import QApplication

from viewer.settings import NAME, Settings
from viewer.ui import heap, looks
from viewer.ui.ahead import Ahead
from viewer.ui.collector import Collector
from viewer.ui.crash import install, uninstall
from viewer.ui.window import MainWindow
from viewer.watch import WATCH

TRACE = "ENTENTE_STARTUP_TRACE"
"""Environment variable: names a file that gets the moments of the first paints and when the views
answer; the program ends then. For measuring start-up and for trying a packaged program."""


def run(path: Path | None) -> int:
    """Open the window and stay until it is closed.

    Parameters
    ----------
    path : Path, optional
        What to open; None: the dossier shipped with the program.

    Returns
    -------
    int
        Exit status.
    """
    # Before Qt: what that cannot do without, it says by ending the program.
    install()
    try:
        return _run(path)
    finally:
        uninstall()


def _run(path: Path | None) -> int:
    heap.share()
    _spare_the_disk()
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("Entente")
    # As packaging/linux has it: the window belongs to that entry and takes its icon.
    app.setDesktopFileName("io.github.entente.entente")
    settings = Settings.load()
    looks.colour_widgets(app, looks.theme_of(settings.theme))
    window = MainWindow(settings)
    trace = os.environ.get(TRACE)
    if trace:
        window.basemap_painted.connect(lambda: _note(trace, "basemap"))
        window.views_painted.connect(lambda: _note(trace, "views"))
        window.ready.connect(lambda: _note(trace, "ready"))
        window.ready.connect(app.quit)
    window.open_first(path)
    window.show()
    window.ready.connect(Collector(window).start)
    window.ready.connect(lambda: WATCH.note("ready"))
    # The basemap is on the screen before anything heavy is imported for the rest.
    window.basemap_painted.connect(lambda: QTimer.singleShot(0, window.build_views))
    ahead = Ahead()
    window.ready.connect(ahead.start)
    try:
        return app.exec()
    finally:
        ahead.stop()


def _spare_the_disk() -> None:
    """Have Qt keep what it notes of its own in memory, for as long as the user is logged in.

    Each time a file was asked for, it forces that to the disk twice and the window waits: up to
    0.8 s were seen. The folder and all that is worth it are in the program's settings.
    """
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if runtime.startswith("/"):
        own, user = QSettings.Format.NativeFormat, QSettings.Scope.UserScope
        QSettings.setPath(own, user, str(Path(runtime, NAME)))


def _note(path: str, moment: str) -> None:
    with Path(path).open("a", encoding="utf-8") as file:
        file.write(f"{moment} {time.time()}\n")

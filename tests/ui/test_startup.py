"""What is loaded until the first pictures are on the screen, which is what start-up waits for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

FOR_THE_BASEMAP = (
    "viewer.ui.desk", "viewer.scene.map", "viewer.scene.graph", "viewer.scene.timeline",
    "viewer.model.dossier", "viewer.formats.folder",
)  # fmt: skip
"""What comes after the first picture, the basemap."""
FOR_THE_VIEWS = (
    "pyqtgraph", "scipy", "networkx", "rustworkx", "pandas", "geopandas", "shapely", "pyproj",
    "pyogrio", "matplotlib", "PIL", "sqlite3", "xml.etree", "numpy.ma", "numpy.testing",
    "multiprocessing", "viewer.ui.views", "viewer.ui.canvas", "viewer.ui.export",
)  # fmt: skip
"""What comes after the first pictures of all views."""

LOADED = """
import sys
from viewer.ui import application, window

build, before, after = window.MainWindow.build_views, [], []

def noting(self):
    self.views_painted.connect(lambda: after.extend(sys.modules))
    before.extend(sys.modules)
    build(self)

window.MainWindow.build_views = noting
application.run(None)
print(*before)
print(*after)
"""
GARBAGE = """
import threading
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from viewer.__main__ import main
from viewer.ui import window

make, gone = window.MainWindow.__init__, set()

class Knot:
    def __init__(self):
        self.self = self

    def __del__(self):
        gone.add(threading.current_thread().name)
        QApplication.instance().quit()

def ready():
    threading.Thread(target=lambda: [Knot() for _ in range(5000)]).start()

def making(self, settings):
    make(self, settings)
    self.ready.connect(lambda: QTimer.singleShot(0, ready))

window.MainWindow.__init__ = making
main([])
print(*gone)
"""
AHEAD = """
import sys
import threading
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from viewer.ui import application, window

make, late = window.MainWindow.__init__, []

def use(self):
    if any(each.name == "entente-ahead" for each in threading.enumerate()):
        QTimer.singleShot(20, lambda: use(self))
        return
    before = set(sys.modules)
    for id in ("file.properties", "file.export", "graph.table", "help.about"):
        self.desk.top_bar.actions_by_id[id].trigger()
    late.extend(sorted(set(sys.modules) - before))
    QTimer.singleShot(300, QApplication.instance().quit)

def making(self, settings):
    make(self, settings)
    self.ready.connect(lambda: QTimer.singleShot(100, lambda: use(self)))

window.MainWindow.__init__ = making
application.run(None)
print("persiantools.jdatetime" in sys.modules)
print(*late)
"""


def run(script: str, tmp_path: Path, **more: str) -> list[str]:
    """Run a script in a process of its own; return the lines it prints."""
    homes = {f"XDG_{kind}_HOME": str(tmp_path / kind) for kind in ("CONFIG", "DATA")}
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**os.environ, **homes, "QT_QPA_PLATFORM": "offscreen", **more},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout.splitlines()


def test_nothing_heavy_is_loaded_before_the_first_pictures(tmp_path: Path) -> None:
    lines = run(LOADED, tmp_path, ENTENTE_STARTUP_TRACE=str(tmp_path / "trace"))
    basemap, views = (set(line.split()) for line in lines)
    assert not basemap & {*FOR_THE_BASEMAP, *FOR_THE_VIEWS}
    assert not views & set(FOR_THE_VIEWS)


def test_garbage_is_collected_once_the_window_answers(tmp_path: Path) -> None:
    assert run(GARBAGE, tmp_path) == ["MainThread"]


def test_the_rest_is_loaded_while_the_window_is_in_use(tmp_path: Path) -> None:
    loaded, late = run(AHEAD, tmp_path)
    assert loaded == "True"
    assert not [name for name in late.split() if name.startswith("viewer")]

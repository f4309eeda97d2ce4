"""A window is killed while edits are made in it, and while it puts them on the disk in a thread.

An edit counts as acknowledged when the window says that it would be there again after a crash.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.faults import Fault, Outcome
from tests.faults._common import OLD, edition, last_edit
from viewer.formats.geopackage import recovery
from viewer.formats.geopackage.working import rooms
from viewer.formats.geopackage.writing import write_file

KEPT, MADE = "kept", "made"
"""When an edit is acknowledged: ours, and that of the control."""


def edit_without_end(path: Path, when: str) -> None:
    """Edit in a window, a title each turn; say which edit was acknowledged last."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from viewer.commands.editing import edit
    from viewer.model import edits
    from viewer.settings import Settings
    from viewer.ui import document
    from viewer.ui.window import MainWindow

    # Most edits are under way when the next one comes, as on a slow disk.
    document.PATIENCE = 0.0
    app = QApplication(sys.argv)
    window = MainWindow(Settings(theme="light"))
    window.open_first(path)
    number = -1

    def turn() -> None:
        nonlocal number
        kept = window.desk.document.kept
        if number >= 0 and (kept or when == MADE):
            os.write(1, number.to_bytes(4))
        if kept or when == MADE or random.random() < 0.3:
            number += 1
            before = window.store.state.dossier
            row = number % len(before.events)
            after = edits.change(before, "events", row, {"title": f"Edit {number}"})
            edit(window.store, "Change Title", after)

    timer = QTimer()
    timer.timeout.connect(turn)
    window.ready.connect(timer.start)
    window.show()
    window.build_views()
    app.exec()


def kills_of_a_window(when: str, times: int) -> Outcome:
    out, rng = Outcome(), random.Random(3)
    with tempfile.TemporaryDirectory() as name:
        target = Path(name, "a.gpkg")
        write_file(edition(OLD), target)
        before = target.read_bytes()
        for _ in range(times):
            shutil.rmtree(rooms(), ignore_errors=True)
            last = _edited(target, when, rng.uniform(0, 1))
            out.tried += 1
            left = recovery.found()
            if target.read_bytes() != before:
                out.wrong.append("the file was touched")
            if len(left) != 1:
                out.wrong.append(f"{len(left)} offers after {last + 1} edits")
                continue
            held = last_edit(left[0])
            out.counts["the last acknowledged edit is there"] += held >= last
            if held < last:
                out.wrong.append(f"edit {last} was acknowledged, {held} is the last that is there")
    return out


def _edited(target: Path, when: str, after: float) -> int:
    """Have a window edit until it is killed; return the last edit it acknowledged."""
    with subprocess.Popen(
        [sys.executable, "-m", __name__, str(target), when],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        first = child.stdout.read(4)
        if not first:
            raise RuntimeError(f"there was no window: {child.stderr.read().decode()[-300:]}")
        time.sleep(after)
        child.send_signal(signal.SIGKILL)
        every = first + child.stdout.read()
    return int.from_bytes(every[-4:])


FAULTS = (
    Fault(
        "window",
        lambda times: kills_of_a_window(KEPT, times),
        lambda times: kills_of_a_window(MADE, times),
        50,
        3,
    ),
)

if __name__ == "__main__":
    edit_without_end(Path(sys.argv[1]), sys.argv[2])

"""Asking for a file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

_ASK = """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog

from viewer.ui.application import _spare_the_disk

_spare_the_disk()
app = QApplication([])
QTimer.singleShot(200, lambda: app.activeModalWidget().reject())
QFileDialog.getOpenFileName(options=QFileDialog.Option.DontUseNativeDialog)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Qt keeps its notes elsewhere there")
@pytest.mark.parametrize("logged_in", [True, False])
def test_what_qt_notes_of_a_dialog_is_kept_in_memory(tmp_path: Path, logged_in: bool) -> None:
    run, config = tmp_path / "run", tmp_path / "config"
    env = {**os.environ, "XDG_CONFIG_HOME": str(config), "QT_QPA_PLATFORM": "offscreen"}
    env["XDG_RUNTIME_DIR"] = str(run) if logged_in else ""
    run.mkdir(mode=0o700)
    subprocess.run([sys.executable, "-c", _ASK], env=env, check=True, timeout=60)
    assert any(run.rglob("QtProject.conf")) == logged_in
    assert any(config.rglob("QtProject.conf")) != logged_in

"""From the start of the process to the first pictures, against windows that hold nothing.

Told a file by ``ENTENTE_STARTUP_TRACE``, the program appends ``basemap TIME`` once its window
with the basemap has been painted and ``views TIME`` once all four views of the first dossier
have, and ends. The peers append ``painted TIME``. All run on the offscreen platform, or on the
X display named by ``ENTENTE_TEST_DISPLAY``.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from tests.bench import Bench

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60
OURS = ("-m", "viewer")
PEER = str(Path(__file__).with_name("peer_startup.py"))
SETTINGS = tempfile.TemporaryDirectory(prefix="entente-bench-settings-")


def start(*arguments: str, until: str) -> float:
    """Start Python with `arguments`; return the milliseconds until it notes `until`."""
    with tempfile.TemporaryDirectory(prefix="entente-bench-") as folder:
        trace = Path(folder, "trace")
        began = time.time()
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=environment() | {"ENTENTE_STARTUP_TRACE": str(trace)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        lines = trace.read_text(encoding="utf-8").splitlines() if trace.exists() else []
    for line in lines:
        name, _, moment = line.partition(" ")
        if name == until:
            return (float(moment) - began) * 1000
    last = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
    raise RuntimeError(f"{' '.join(arguments)} did not note {until!r}: {last}")


def environment() -> dict[str, str]:
    """Return variables that give both the same screen and none of the user's settings."""
    display = os.environ.get("ENTENTE_TEST_DISPLAY")
    screen = {"QT_QPA_PLATFORM": "xcb", "DISPLAY": display} if display else None
    homes = {
        f"XDG_{kind}_HOME": str(Path(SETTINGS.name, kind.lower())) for kind in ("CONFIG", "DATA")
    }
    return {**os.environ, **homes, **(screen or {"QT_QPA_PLATFORM": "offscreen"})}


BENCHES = (
    Bench(
        "startup.basemap",
        ours=partial(start, *OURS, until="basemap"),
        peer=partial(start, PEER, "window", until="painted"),
        against="bare QMainWindow",
        budget=2.5,
        runs=7,
    ),
    Bench(
        "startup.views",
        ours=partial(start, *OURS, until="views"),
        peer=partial(start, PEER, "plot", until="painted"),
        against="bare window with an empty pyqtgraph plot",
        budget=1.5,
        runs=7,
    ),
)

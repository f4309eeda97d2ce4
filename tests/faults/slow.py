"""A disk that takes its time: a thread waits for it, the rest of the program does not.

Every call that waits for a disk is held up by strace while a thread works with a working copy.
The main thread looks at the clock meanwhile: where it cannot, a library has kept the interpreter
for itself while it waited, and a window would have stood still.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from tests.faults import Fault, Outcome

HELD_UP = 0.3
"""Seconds that the disk takes for each call."""
ALWAYS = "fsync,fdatasync,ftruncate,unlink,unlinkat,rename,rmdir"
NOW_AND_THEN = "pwrite64"  # there are too many of them

Step = Callable[[str, Callable[[], object]], None]
"""Given its name and what to do."""


def as_the_program_does(folder: Path, step: Step) -> None:
    """Edit, save, go on from what was left behind, and throw it away."""
    from tests.bench.masses import make
    from viewer.formats import open_dossier
    from viewer.formats.geopackage import recovery
    from viewer.formats.geopackage.working import WorkingCopy
    from viewer.formats.geopackage.writing import write_file
    from viewer.model.dossier import Dossier

    def edited(dossier: Dossier, title: str) -> Dossier:
        titles = [title, *dossier.events["title"][1:]]
        events = dossier.events.with_columns({"title": titles})
        return replace(dossier, tables={**dossier.tables, "events": events})

    path = folder / "a.gpkg"
    step("write", lambda: write_file(make(20, 5, 5, claims=True), path))
    dossier = open_dossier(path)
    copy = WorkingCopy.begin(dossier, path, "geopackage")
    step("first edit", lambda: copy.follow(edited(dossier, "one"), "Edit"))
    step("second edit", lambda: copy.follow(edited(dossier, "two"), "Edit"))
    step("save", copy.save)
    step("third edit", lambda: copy.follow(edited(dossier, "three"), "Edit"))
    step("close", lambda: copy.close(discard=False))
    left: list[WorkingCopy] = []
    step("recover", lambda: left.append(recovery.found()[0].open()[1]))
    step("discard", lambda: left[0].close(discard=True))


def as_is_usual(folder: Path, step: Step) -> None:
    """Use SQLite as everybody does."""
    import apsw

    connection = apsw.Connection(str(folder / "a.db"))
    connection.execute("PRAGMA journal_mode = WAL").fetchall()
    connection.execute("CREATE TABLE t (a)")

    def edit() -> None:
        with connection:
            connection.execute("INSERT INTO t VALUES (1)")

    step("edit", edit)
    step("close", connection.close)


def stood_still(work: Callable[[Path, Step], None], folder: Path) -> dict[str, float]:
    """Work in a thread; return for how many seconds at most nothing else could run, by step."""
    out: dict[str, float] = {}
    doing: list[str] = []

    def step(name: str, what: Callable[[], object]) -> None:
        out[name] = 0.0
        doing.append(name)
        what()
        # The main thread is to notice what it missed before something else is done.
        time.sleep(0.05)

    thread = ThreadPoolExecutor(1)
    worked = thread.submit(work, folder, step)
    thread.shutdown(wait=False)
    last = time.monotonic()
    while not worked.done():
        time.sleep(0.002)
        now = time.monotonic()
        if doing:
            out[doing[-1]] = max(out[doing[-1]], now - last)
        last = now
    worked.result()
    return out


def held_up(work: Callable[[Path, Step], None], times: int) -> Outcome:
    """Work on a slow disk. What keeps the interpreter does so each time, so the least counts."""
    if shutil.which("strace") is None:
        raise RuntimeError("strace is not installed; it holds up what waits for the disk")
    out, found = Outcome(), defaultdict[str, list[float]](list)
    delay = f"delay_enter={HELD_UP * 1e6:.0f}"
    for _ in range(times):
        with tempfile.TemporaryDirectory() as name:
            done = subprocess.run(
                ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={ALWAYS},{NOW_AND_THEN}",
                 "-e", f"inject={ALWAYS}:{delay}", "-e", f"inject={NOW_AND_THEN}:{delay}:when=1+29",
                 sys.executable, "-m", __name__, work.__name__, name],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            if done.returncode:
                raise RuntimeError(f"it could not be traced: {done.stderr.strip()[-300:]}")
            for step, seconds in json.loads(done.stdout).items():
                found[step].append(seconds)
    for step, all_of_it in found.items():
        out.tried += 1
        still = min(all_of_it) > HELD_UP / 2
        out.counts["stood still" if still else "went on"] += 1
        if still:
            out.wrong.append(f"{step}: nothing else could run for {min(all_of_it):.2f} s")
    return out


FAULTS = (
    Fault(
        "slow",
        lambda times: held_up(as_the_program_does, times),
        lambda times: held_up(as_is_usual, times),
        3,
        2,
    ),
)

if __name__ == "__main__":
    print(json.dumps(stood_still(globals()[sys.argv[1]], Path(sys.argv[2]))))

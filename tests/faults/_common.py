"""Dossiers to break, and how to tell which one a file holds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

from tests.bench.masses import make
from viewer.errors import EntenteError
from viewer.formats import open_dossier
from viewer.formats.geopackage.recovery import Recovered
from viewer.formats.geopackage.working import WorkingCopy
from viewer.formats.geopackage.writing import write_file
from viewer.model.dossier import Dossier

OLD, NEW = "as it was", "as it is now"


@cache
def base() -> Dossier:
    """Return a dossier of some hundred kilobytes."""
    return make(800, 100, 60, claims=True)


def edition(word: str) -> Dossier:
    """Return the dossier with a word in every row of two tables, so that a mixture shows."""
    tables = dict(base().tables)
    for name in ("events", "claims"):
        cells = {"description" if name == "events" else "value": [word] * len(tables[name])}
        tables[name] = tables[name].with_columns(cells)
    return replace(base(), title=word, tables=tables)


def holds(path: Path) -> str:
    """Return which edition a file holds; otherwise what is wrong with it."""
    try:
        dossier = open_dossier(path)
    except EntenteError as error:
        return f"unreadable: {error}"
    words = {dossier.title, *dossier.events["description"], *dossier.claims["value"]}
    whole = len(dossier.events) == len(base().events) and len(dossier.claims) == len(base().claims)
    if words == {OLD} and whole and not dossier.problems:
        return OLD
    if words == {NEW} and whole and not dossier.problems:
        return NEW
    return f"mixed: {sorted(words)[:3]}"


def ready(path: Path) -> WorkingCopy:
    """Write the old edition and return a working copy that holds the new one."""
    copy = unedited(path)
    copy.follow(edition(NEW), "Edit")
    return copy


def unedited(path: Path) -> WorkingCopy:
    """Write the old edition and begin to work on it."""
    write_file(edition(OLD), path, overwrite=True)
    path.with_name(f"{path.name}.bak").unlink(missing_ok=True)
    copy = WorkingCopy.begin(open_dossier(path), path, "geopackage")
    copy.claim()
    return copy


def last_edit(left: Recovered) -> int:
    """Return the number of the last edit that recovered work holds, which is thrown away; or -1."""
    dossier, copy = left.open()
    copy.close(discard=True)
    numbers = [int(t.split()[1]) for t in dossier.events["title"] if t.startswith("Edit ")]
    return max(numbers, default=-1)


class Child:
    """A process forked from this one, which saves us the start of a new one each time."""

    def __init__(self, work: Callable[[], None]) -> None:
        self.pid = os.fork()
        if self.pid == 0:
            try:
                work()
                os._exit(0)
            except BaseException:  # noqa: BLE001 - whatever it is must not go on as the parent
                os._exit(1)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> int:
        return os.waitpid(self.pid, 0)[1]


def run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a script in a Python of its own."""
    return subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=False
    )

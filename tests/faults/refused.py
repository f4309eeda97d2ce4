"""The disk refuses one call while edits are made, or while they are saved: each in turn, by strace.

What was refused is done once more, as the window and its user do. Then the program is gone: edits
that were acknowledged are to be offered again, a file is to be whole at every moment.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.faults import Fault, Outcome
from tests.faults._common import NEW, OLD, edition, holds, ready
from viewer.errors import EntenteError
from viewer.formats import open_dossier
from viewer.formats.geopackage import recovery
from viewer.formats.geopackage.working import WorkingCopy, rooms
from viewer.formats.geopackage.writing import write_file
from viewer.model.dossier import Dossier

EDITS_MADE = 4
CALLS = (
    "openat,write,pwrite64,sendfile,copy_file_range,ftruncate,fsync,fdatasync,rename,link,unlink,"
    "mkdir"
)
_LINE = re.compile(r"^(\w+)\((.*)")
_BEGIN, _END = "here it begins", "here it ends"

Make = Callable[[Path, bool], None]
"""Given the file, and whether what is refused is done once more."""


def edit(path: Path, again: bool) -> None:
    """Edit; say which edits were acknowledged and what was refused."""
    dossier = open_dossier(path)
    copy = WorkingCopy.begin(dossier, path, "geopackage")
    say(_BEGIN)
    for number in range(EDITS_MADE):
        titles = [f"Edit {number}", *dossier.events["title"][1:]]
        table = dossier.events.with_columns({"title": titles})
        dossier = Dossier(dossier.title, dossier.path, {**dossier.tables, "events": table})
        try:
            copy.follow(dossier, f"Edit {number}")
        except EntenteError as error:
            say(f"refused {error}")
            if not again:
                say(f"done {number}")
                break
            copy.follow(dossier, f"Edit {number}")
        say(f"done {number}")


def save(path: Path, again: bool) -> None:
    """Save, as the program does or over the old file; say what was refused, and what is there."""
    copy = ready(path)
    say(_BEGIN)
    try:
        if again:
            copy.save()
        else:
            content = path.with_name("new.gpkg").read_bytes()
            with path.open("wb") as file:
                file.write(content)
                os.fsync(file.fileno())
    except (EntenteError, OSError) as error:
        say(f"refused {error}")
        say(f"there {holds(path)}")
        say(f"strays {len([one for one in path.parent.iterdir() if 'tmp' in one.name])}")
        if again:
            copy.save()
    say(_END)
    say(f"done {holds(path)}")


def say(words: str) -> None:
    """Tell the trial something; what is said is in the record of calls, too."""
    os.write(1, f"{words}\n".encode())


@dataclass(frozen=True)
class Call:
    """A call of the system: its name, as which of this name it comes, how it is refused."""

    name: str
    number: int
    error: str


def refusals(make: Make, again: bool, times: int) -> Outcome:
    """Have every call refused once, of those that write a page as many as there are times."""
    if shutil.which("strace") is None:
        raise RuntimeError("strace is not installed; it has calls refused")
    out = Outcome()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_file(edition(OLD), folder / "old.gpkg")
        write_file(edition(NEW), folder / "new.gpkg")
        before, os.environ["XDG_DATA_HOME"] = os.environ.get("XDG_DATA_HOME"), f"{folder}/data"
        try:
            calls = _made(_traced(folder, make, again, None)[1], folder)
            random.Random(6).shuffle(calls)
            # Of the many that write a page any will do.
            calls.sort(key=lambda call: call.name == "pwrite64")
            for call in calls[:times]:
                said, traced = _traced(folder, make, again, call)
                hit = [line for line in traced.splitlines() if "(INJECTED)" in line]
                if not hit or str(folder) not in hit[0]:
                    out.counts["another call than meant"] += 1
                    continue
                out.tried += 1
                refused = any(line.startswith("refused ") for line in said)
                out.counts["said so, and went on" if refused else "went on"] += 1
                if wrong := (_lost if make is edit else _harmed)(folder, said):
                    out.wrong.append(f"{call}: {wrong}")
        finally:
            del os.environ["XDG_DATA_HOME"]
            if before is not None:
                os.environ["XDG_DATA_HOME"] = before
    return out


def _lost(folder: Path, said: list[str]) -> str:
    """Return what is wrong with the edits that were left; empty where nothing is."""
    if not said[-1].startswith("done "):
        return f"it ended with {said[-1]}"
    last = int(said[-1].split()[1])
    left = recovery.found()
    if len(left) != 1:
        return f"{len(left)} offers after edit {last}"
    if left[0].labels != tuple(f"Edit {number}" for number in range(last + 1)):
        return f"after edit {last} what is noted is {left[0].labels}"
    dossier, copy = left[0].open()
    copy.save()
    copy.close(discard=True)
    titles = {one.events["title"][0] for one in (dossier, open_dossier(folder / "a.gpkg"))}
    return "" if titles == {f"Edit {last}"} else f"after edit {last} there is {titles}"


def _harmed(folder: Path, said: list[str]) -> str:
    """Return what is wrong with a file that was saved; empty where nothing is."""
    told = dict(line.split(" ", 1) for line in said if " " in line)
    if told.get("there", OLD) not in (OLD, NEW):
        return f"when it was refused there was {told['there']}"
    if told.get("strays", "0") != "0":
        return f"{told['strays']} files were left lying about"
    return "" if said[-1] == f"done {NEW}" else f"it ended with {said[-1]}"


def _traced(folder: Path, make: Make, again: bool, refuse: Call | None) -> tuple[list[str], str]:
    """Edit or save in a program of its own; return what it said, and what strace saw."""
    shutil.rmtree(rooms(), ignore_errors=True)
    for old in folder.glob("*a.gpkg*"):
        old.unlink()
    path, log = folder / "a.gpkg", folder / "calls"
    shutil.copy(folder / "old.gpkg", path)
    words = ["strace", "-qq", "-y", "-s", "64", "-o", str(log), "-e", f"trace={CALLS}"]
    if refuse is not None:
        words += ["-e", f"inject={refuse.name}:error={refuse.error}:when={refuse.number}"]
    words += [sys.executable, "-m", __name__, make.__name__, str(path), str(int(again))]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if refuse is None and done.returncode:
        raise RuntimeError(f"it could not be traced: {done.stderr.strip()[-300:]}")
    said = done.stdout.splitlines()
    if done.returncode:
        said.append(done.stderr.strip()[-300:])
    return said, log.read_text(errors="replace")


def _made(traced: str, folder: Path) -> list[Call]:
    """Return the calls about files in a folder, from where the work begins to where it ends."""
    out, seen, begun = [], dict[str, int](), False
    for line in traced.splitlines():
        if found := _LINE.match(line):
            name, rest = found.groups()
            seen[name] = seen.get(name, 0) + 1
            if begun and str(folder) in rest:
                grows = name not in ("fsync", "fdatasync", "openat", "unlink") or "O_CREAT" in rest
                out.append(Call(name, seen[name], "ENOSPC" if grows else "EIO"))
            if _BEGIN in rest or _END in rest:
                begun = _BEGIN in rest
    return out


FAULTS = (
    Fault(
        "refused",
        lambda times: refusals(edit, True, times),
        lambda times: refusals(edit, False, times),
        120,
        6,
    ),
    Fault(
        "unsaved",
        lambda times: refusals(save, True, times),
        lambda times: refusals(save, False, times),
        120,
        6,
    ),
)

if __name__ == "__main__":
    globals()[sys.argv[1]](Path(sys.argv[2]), sys.argv[3] == "1")
    # As if it were killed.
    os._exit(0)

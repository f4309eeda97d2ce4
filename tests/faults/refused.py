"""The disk refuses one call while edits are made: each of them in turn, by strace.

Where an edit is refused it is given once more, as the window does. Then the program is gone, and
what it acknowledged is to be offered again, and to be saved.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.faults import Fault, Outcome
from tests.faults._common import OLD, edition
from viewer.errors import EntenteError
from viewer.formats import open_dossier
from viewer.formats.geopackage import recovery, working
from viewer.formats.geopackage.working import EDITS, FILE, MANIFEST, WorkingCopy
from viewer.formats.geopackage.writing import write_file
from viewer.model.dossier import Dossier

GIVEN_AGAIN, TAKEN_FOR_DONE = "given again", "taken for done"
"""What is done with an edit that was refused: ours, and what the control does."""
EDITS_MADE = 4
CALLS = "openat,write,pwrite64,sendfile,copy_file_range,ftruncate,fsync,fdatasync,rename,mkdir"
_ROOM = "room"
_LINE = re.compile(r"^(\w+)\((.*)")


def edit_in_vain(path: Path, then: str) -> None:
    """Edit; say which edits were acknowledged and what was refused; be gone."""
    working.token_hex = lambda _: _ROOM
    opened = dossier = open_dossier(path)
    copy = WorkingCopy.begin(opened, path, "geopackage")
    for number in range(EDITS_MADE):
        titles = [f"Edit {number}", *dossier.events["title"][1:]]
        table = dossier.events.with_columns({"title": titles})
        dossier = Dossier(dossier.title, dossier.path, {**dossier.tables, "events": table})
        try:
            copy.follow(dossier, f"Edit {number}")
        except EntenteError as error:
            print("refused", error, flush=True)
            if then == TAKEN_FOR_DONE:
                print("kept", number, flush=True)
                break
            copy.follow(dossier, f"Edit {number}")
        print("kept", number, flush=True)
    os._exit(0)


def refusals(then: str, times: int) -> Outcome:
    """Have every call refused once, or some of them where `times` are fewer."""
    if shutil.which("strace") is None:
        raise RuntimeError("strace is not installed; it has calls refused")
    out = Outcome()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_file(edition(OLD), folder / "old.gpkg")
        calls = _made(_edited(folder, then, None)[1])
        if len(calls) > times:
            calls = random.Random(6).sample(calls, times)
        for call in calls:
            said, traced = _edited(folder, then, call)
            if "(INJECTED)" not in traced:
                out.counts["not reached"] += 1
                continue
            out.tried += 1
            refused = [line for line in said if line.startswith("refused ")]
            out.counts["went on without a word" if not refused else "said so, and went on"] += 1
            if wrong := _lost(folder, said):
                out.wrong.append(f"{' '.join(call)}: {wrong}")
    return out


def _lost(folder: Path, said: list[str]) -> str:
    """Return what is wrong with what was left; empty where nothing is."""
    if not said or not said[-1].startswith("kept "):
        return f"it ended with {said[-1:]}"
    last = f"Edit {said[-1].split()[1]}"
    os.environ["XDG_DATA_HOME"], before = str(folder / "data"), os.environ.get("XDG_DATA_HOME")
    try:
        left = recovery.found()
        if len(left) != 1:
            return f"{len(left)} offers after {last}"
        dossier, copy = left[0].open()
        copy.save()
        copy.close(discard=True)
    finally:
        if before is None:
            del os.environ["XDG_DATA_HOME"]
        else:
            os.environ["XDG_DATA_HOME"] = before
    if dossier.events["title"][0] != last:
        return f"{last} was acknowledged, {dossier.events['title'][0]} is there"
    if open_dossier(folder / "a.gpkg").events["title"][0] != last:
        return f"{last} was not saved"
    done = tuple(f"Edit {number}" for number in range(int(last.split()[1]) + 1))
    return "" if left[0].labels == done else f"after {last} what is noted is {left[0].labels}"


def _edited(folder: Path, then: str, refuse: tuple[str, str, str] | None) -> tuple[list[str], str]:
    """Edit in a program of its own; return what it said, and what strace saw."""
    shutil.rmtree(folder / "data", ignore_errors=True)
    for old in folder.glob("a.gpkg*"):
        old.unlink()
    path, log = folder / "a.gpkg", folder / "calls"
    shutil.copy(folder / "old.gpkg", path)
    room = folder / "data" / "entente" / "working" / _ROOM
    names = (FILE, f"{FILE}-wal", f"{FILE}-shm", EDITS, MANIFEST, f"{MANIFEST}.new")
    words = ["strace", "-qq", "-o", str(log), "-e", f"trace={CALLS}", "-P", str(room)]
    for one in names:
        words += ["-P", str(room / one)]
    if refuse is not None:
        words += ["-e", "inject={}:error={}:when={}".format(*refuse)]
    words += [sys.executable, "-m", __name__, str(path), then]
    env = {**os.environ, "XDG_DATA_HOME": str(folder / "data")}
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=env)
    if refuse is None and done.returncode:
        raise RuntimeError(f"it could not be traced: {done.stderr.strip()[-300:]}")
    return done.stdout.splitlines() or [done.stderr[-300:]], log.read_text(errors="replace")


def _made(traced: str) -> list[tuple[str, str, str]]:
    """Return the calls that were seen, each with an error and as which of its name it came."""
    out, seen = [], dict[str, int]()
    for line in traced.splitlines():
        if found := _LINE.match(line):
            name, rest = found.groups()
            seen[name] = seen.get(name, 0) + 1
            grows = name not in ("fsync", "fdatasync", "openat") or "O_CREAT" in rest
            out.append((name, "ENOSPC" if grows else "EIO", str(seen[name])))
    return out


FAULTS = (
    Fault(
        "refused",
        lambda times: refusals(GIVEN_AGAIN, times),
        lambda times: refusals(TAKEN_FOR_DONE, times),
        1000,
        6,
    ),
)

if __name__ == "__main__":
    edit_in_vain(Path(sys.argv[1]), sys.argv[2])

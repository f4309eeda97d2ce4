"""The program is killed while it saves, and while it edits."""

from __future__ import annotations

import os
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tests.faults import Fault, Outcome
from tests.faults._common import NEW, OLD, Child, edition, holds, last_edit
from viewer.formats import open_dossier
from viewer.formats.geopackage import recovery
from viewer.formats.geopackage.database import look_at
from viewer.formats.geopackage.working import FILE, WorkingCopy, rooms
from viewer.formats.geopackage.writing import write_file
from viewer.model.dossier import Dossier

Save = Callable[[Path, Path], None]
"""Given the database to save, and where to."""


# -- while saving ------------------------------------------------------------------------------


def sealed(database: Path, target: Path) -> None:
    """Save as the program does."""
    from viewer.formats.geopackage.writing import put

    with closing(look_at(database)) as connection:
        put(connection, target)


def over_the_old_file(database: Path, target: Path) -> None:
    """Save as many do: the old file is overwritten."""
    content = database.read_bytes()
    with target.open("wb", buffering=0) as file:
        for start in range(0, len(content), 4096):
            file.write(content[start : start + 4096])
            os.fsync(file.fileno())


def kills_while_saving(save: Save, times: int) -> Outcome:
    out, rng = Outcome(), random.Random(1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "mine")
        folder.mkdir()
        database, old = Path(name, FILE), Path(name, "old.gpkg")
        write_file(edition(OLD), old)
        write_file(edition(NEW), database)
        if save is sealed:
            _unseal(database)
        target = folder / "a.gpkg"
        lasts = [_once(save, database, old, target, None)[1] for _ in range(5)]
        while out.tried < times:
            if out.tried + len(lasts) > 10 * times + 100:
                out.wrong.append(f"only {out.tried} of {times} kills came while it saved")
                break
            # A slow disk for a while must not have most kills come when all is over.
            after = rng.uniform(0, 1.2 * statistics.median(lasts[-15:]))
            ended, took = _once(save, database, old, target, after)
            found = holds(target)
            if ended:
                lasts.append(took)
            else:
                out.tried += 1
            out.counts[f"{'ended' if ended else 'killed'}: {found.partition(':')[0]}"] += 1
            backup = folder / "a.gpkg.bak"
            strays = [path.name for path in folder.iterdir() if path not in (target, backup)]
            if found not in (OLD, NEW):
                out.wrong.append(found)
            if backup.exists() and holds(backup) != OLD:
                out.wrong.append(f"the backup is {holds(backup)}")
            if len(strays) > 1:
                out.wrong.append(f"left lying about: {strays}")
            out.counts["with a stray file"] += bool(strays)
    return out


def _unseal(database: Path) -> None:
    import apsw

    from viewer.formats.geopackage.changes import reset

    with closing(apsw.Connection(str(database))) as connection:
        reset(connection, edition(NEW))


def _once(
    save: Save, database: Path, old: Path, target: Path, after: float | None
) -> tuple[bool, float]:
    """Save in a child, which is killed after so long; return whether it ended, and how long."""
    for path in target.parent.iterdir():
        path.unlink()
    shutil.copy(old, target)
    heard, said = os.pipe()

    def work() -> None:
        os.write(said, b"!")
        save(database, target)

    child = Child(work)
    os.read(heard, 1)
    start = time.perf_counter()
    if after is not None:
        time.sleep(after)
        child.kill()
    status = child.wait()
    took = time.perf_counter() - start
    os.close(heard)
    os.close(said)
    return status == 0, took


# -- while editing -----------------------------------------------------------------------------

Follow = Callable[[WorkingCopy, Dossier, int], None]


def at_once(copy: WorkingCopy, dossier: Dossier, number: int) -> None:
    """Put an edit on the disk as the program does."""
    copy.follow(dossier, f"Edit {number}")


def now_and_then(copy: WorkingCopy, dossier: Dossier, number: int) -> None:
    """Put every fiftieth edit on the disk, as autosave does elsewhere."""
    if number % 50 == 0:
        copy.follow(dossier, f"Edit {number}")
    else:
        # As one thinks between edits: most kills come between two autosaves.
        time.sleep(0.001)


def kills_while_editing(follow: Follow, times: int) -> Outcome:
    out, rng = Outcome(), random.Random(2)
    with tempfile.TemporaryDirectory() as name:
        target = Path(name, "a.gpkg")
        write_file(edition(OLD), target)
        before = target.read_bytes()
        opened = open_dossier(target)
        for _ in range(times):
            shutil.rmtree(rooms(), ignore_errors=True)
            last = _edit(follow, opened, target, rng.uniform(0.005, 0.12))
            out.tried += 1
            left = recovery.found()
            if target.read_bytes() != before:
                out.wrong.append("the file was touched")
            if last < 0:
                out.counts["killed before the first edit"] += 1
                continue
            if len(left) != 1:
                out.wrong.append(f"{len(left)} offers after {last + 1} edits")
                continue
            held = last_edit(left[0])
            out.counts["the last acknowledged edit is there"] += held >= last
            if held < last:
                out.wrong.append(f"edit {last} was acknowledged, {held} is the last that is there")
    return out


def _edit(follow: Follow, opened: Dossier, target: Path, after: float) -> int:
    """Edit in a child until it is killed; return the last edit it acknowledged."""
    heard, said = os.pipe()

    def work() -> None:
        copy = WorkingCopy.begin(opened, target, "geopackage")
        dossier = opened
        for number in range(10_000):
            titles = list(dossier.events["title"])
            titles[number % len(titles)] = f"Edit {number}"
            table = dossier.events.with_columns({"title": titles})
            dossier = Dossier(dossier.title, dossier.path, {**dossier.tables, "events": table})
            follow(copy, dossier, number)
            os.write(said, number.to_bytes(4))

    child = Child(work)
    os.close(said)
    first = os.read(heard, 4)
    time.sleep(after)
    child.kill()
    child.wait()
    every = first + os.read(heard, 1 << 20)
    os.close(heard)
    return int.from_bytes(every[-4:]) if every else -1


FAULTS = (
    Fault(
        "kills",
        lambda times: kills_while_saving(sealed, times),
        lambda times: kills_while_saving(over_the_old_file, times),
        1000,
        25,
    ),
    Fault(
        "editing",
        lambda times: kills_while_editing(at_once, times),
        lambda times: kills_while_editing(now_and_then, times),
        200,
        8,
    ),
)

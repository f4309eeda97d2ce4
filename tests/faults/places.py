"""A disk that is full, read-only or gone; a file that others change; two windows on one file."""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from tests.faults import Fault, Outcome
from tests.faults._common import NEW, OLD, edition, holds, ready
from viewer.errors import EntenteError
from viewer.formats import open_dossier
from viewer.formats.geopackage.database import build_in
from viewer.formats.geopackage.profile import FINE
from viewer.formats.geopackage.working import WorkingCopy
from viewer.formats.geopackage.writing import build, write_file


def full(folder: Path, rng: random.Random) -> Iterator[None]:
    """Let the file not be written to its end, as a full disk does at any moment."""
    return no_larger(rng.randrange(1, (folder / "a.gpkg").stat().st_size))


def no_larger(size: int) -> Iterator[None]:
    """Let no file grow beyond a size."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def read_only(folder: Path, rng: random.Random) -> Iterator[None]:
    """Make the folder one that nobody can write to, root included."""
    del rng
    if os.geteuid() == 0:
        # Permissions are nothing to root; a disk that is read-only is.
        try:
            subprocess.run(["mount", "--bind", folder, folder], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise RuntimeError("root may write anywhere, and nothing can be mounted") from error
        try:
            subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)
            yield
        finally:
            # SQLite may hold on to what it opened meanwhile, till it is done with all else.
            subprocess.run(["umount", "-l", folder], check=True)
        return
    folder.chmod(0o555)
    try:
        yield
    finally:
        folder.chmod(0o755)


def vanished(folder: Path, rng: random.Random) -> Iterator[None]:
    """Take the drive away, and leave the empty folder it was mounted on, or none."""
    away = folder.with_name("away")
    folder.rename(away)
    left = rng.random() < 0.7
    if left:
        folder.mkdir()
    try:
        yield
    finally:
        if left:
            shutil.rmtree(folder)
        away.rename(folder)


def changed(folder: Path, rng: random.Random) -> Iterator[None]:
    """Let another program change the file, or put another one there; it stays so."""
    path = folder / "a.gpkg"
    match rng.randrange(3):
        case 0:
            with closing(sqlite3.connect(path)) as other:
                other.execute("UPDATE events SET title = 'theirs' WHERE fid = 1")
                other.commit()
        case 1:
            write_file(replace(edition(OLD), title="theirs"), folder / "b.gpkg")
            (folder / "b.gpkg").replace(path)
        case _:
            path.write_bytes(path.read_bytes()[:-1] + b"x")
    yield


def opened_twice(folder: Path, rng: random.Random) -> Iterator[None]:
    """Nothing else: the copy that saves is the second one, see `hindered`."""
    del folder, rng
    yield


def ours(copy: WorkingCopy, path: Path) -> None:
    """Save as the program does."""
    del path
    copy.save()


def naive(copy: WorkingCopy, path: Path) -> None:
    """Write over what is there, and go on whatever happens."""
    with closing(build_in(None, FINE)) as connection:
        build(connection, copy._held)
        content = connection.serialize("main")
    with suppress(OSError):
        path.write_bytes(content)


def hindered(
    by: Callable[[Path, random.Random], Iterator[None]],
    save: Callable[[WorkingCopy, Path], None],
    times: int,
) -> Outcome:
    """Save while something is in the way, then again when it is not."""
    out, rng = Outcome(), random.Random(5)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "mine")
        folder.mkdir()
        path = folder / "a.gpkg"
        for _ in range(times):
            copy = ready(path)
            first = None
            if by is opened_twice:
                # The first window is the one that has the lock.
                first, copy = copy, WorkingCopy.begin(open_dossier(path), path, "geopackage")
                copy.follow(edition(NEW), "Edit")
            before = path.read_bytes()
            out.tried += 1
            with contextmanager(by)(folder, rng):
                there = path.read_bytes() if by is changed else before
                try:
                    save(copy, path)
                    out.wrong.append("it said that it had saved")
                except EntenteError as error:
                    said = str(error)
                    out.counts[said.partition(": ")[2].replace(name, "")[:44]] += 1
                    if "\n" in said or not said.startswith(str(path)):
                        out.wrong.append(f"not one line that names the file: {said}")
                except Exception as error:  # noqa: BLE001 - this is what is looked for
                    out.wrong.append(repr(error))
            if path.read_bytes() != there:
                out.wrong.append("the file was touched")
            left = sorted(entry.name for entry in folder.iterdir())
            if left != ["a.gpkg"]:
                out.wrong.append(f"left lying about: {left}")
            if first is not None:
                first.close(discard=True)
            try:
                copy.save(overwrite=by is changed)
            except EntenteError as error:
                out.wrong.append(f"the next save failed: {error}")
            if holds(path) != NEW:
                out.wrong.append(f"after the next save: {holds(path)}")
            copy.close(discard=True)
    return out


def _fault(
    name: str, by: Callable[[Path, random.Random], Iterator[None]], times: int, short: int
) -> Fault:
    return Fault(
        name,
        lambda count: hindered(by, ours, count),
        lambda count: hindered(by, naive, count),
        times,
        short,
    )


FAULTS = (
    _fault("full", full, 100, 4),
    _fault("readonly", read_only, 20, 2),
    _fault("vanished", vanished, 50, 4),
    _fault("changed", changed, 60, 6),
    _fault("windows", opened_twice, 20, 2),
)

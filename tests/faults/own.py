"""The disk of the program's own files is full, read-only or gone, while the user's file is fine."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults import Fault, Outcome
from tests.faults._common import NEW, OLD, edition, holds, ready, unedited
from tests.faults.places import no_larger, read_only
from viewer.errors import EntenteError
from viewer.formats.geopackage import recovery
from viewer.formats.geopackage.working import WorkingCopy
from viewer.model.dossier import Dossier
from viewer.settings import data_dir


def full(folder: Path, rng: random.Random) -> Iterator[None]:
    """Let no file grow beyond some size."""
    del folder
    return no_larger(rng.randrange(1, 200_000))


def gone(folder: Path, rng: random.Random) -> Iterator[None]:
    """Take the folder away, and put a file in its place."""
    del rng
    away = folder.with_name("away")
    folder.rename(away)
    folder.touch()
    try:
        yield
    finally:
        folder.unlink()
        away.rename(folder)


def ours(copy: WorkingCopy, now: Dossier, kept: bool) -> None:
    """Save as the program does."""
    copy.save(edition=None if kept else now)


def of_copy(copy: WorkingCopy, now: Dossier, kept: bool) -> None:
    """Save what the copy holds, whatever it lacks."""
    del now, kept
    copy.save()


def keepless(save: Callable[[WorkingCopy, Dossier, bool], None], times: int) -> Outcome:
    """Edit while little or nothing can be kept, save what there is, and go on when all is well."""
    out, rng = Outcome(), random.Random(7)
    with tempfile.TemporaryDirectory() as name:
        path = Path(name, "a.gpkg")
        for number in range(times):
            by = (full, read_only, gone)[number % 3]
            # Whether the copy was made while its disk was fine.
            copy = ready(path) if rng.random() < 0.5 else unedited(path)
            data_dir().mkdir(parents=True, exist_ok=True)
            out.tried += 1
            kept, last = True, edition(OLD)
            with contextmanager(by)(data_dir(), rng):
                for word in (NEW, OLD, NEW):
                    last = edition(word)
                    try:
                        copy.follow(last, "Edit")
                        kept = True
                    except EntenteError as error:
                        kept = False
                        out.counts[str(error).partition(": ")[2][:34]] += 1
                        if "\n" in str(error):
                            out.wrong.append(f"not one line: {error}")
                if by is not full:
                    _save(save, copy, last, kept, out)
            if by is full:
                _save(save, copy, last, kept, out)
            if (found := holds(path)) != NEW:
                out.wrong.append(f"{by.__name__}: after the save there is {found}")
            for word in (OLD, NEW):
                copy.follow(edition(word), "Edit later")
            copy.save()
            if (found := holds(path)) != NEW:
                out.wrong.append(f"{by.__name__}: after the next save there is {found}")
            copy.close(discard=False)
            left = {one.name for one in path.parent.iterdir()}
            if strays := sorted(left - {path.name, f"{path.name}.bak"}):
                out.wrong.append(f"left lying about: {strays}")
            if offers := recovery.found():
                out.wrong.append(f"{by.__name__}: what was saved is offered: {offers[0].words}")
    return out


def _save(
    save: Callable[[WorkingCopy, Dossier, bool], None],
    copy: WorkingCopy,
    now: Dossier,
    kept: bool,
    out: Outcome,
) -> None:
    try:
        save(copy, now, kept)
    except EntenteError as error:
        out.wrong.append(f"it could not be saved: {error}")


FAULTS = (
    Fault(
        "own",
        lambda times: keepless(ours, times),
        lambda times: keepless(of_copy, times),
        90,
        6,
    ),
)

"""Work whose program is gone: found at the next start, and kept till the user says otherwise."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from viewer.errors import EntenteError
from viewer.formats.geopackage.database import refusals, work_in
from viewer.formats.geopackage.editlog import Edit, EditLog
from viewer.formats.geopackage.reading import read_rows
from viewer.formats.geopackage.standing import Standing
from viewer.formats.geopackage.working import (
    EDITS,
    FILE,
    LOCK,
    MANIFEST,
    Manifest,
    WorkingCopy,
    rooms,
    throw_away,
)
from viewer.locks import Lock
from viewer.model.dossier import Dossier


@dataclass(frozen=True, slots=True)
class Recovered:
    """Unsaved work of a program that is gone.

    Parameters
    ----------
    room : Path
        Where it lies.
    manifest : Manifest
    edits : tuple of Edit
        All since the last save.
    """

    room: Path
    manifest: Manifest
    edits: tuple[Edit, ...]

    @property
    def title(self) -> str:
        """Title of the dossier."""
        return self.manifest.title

    @property
    def target(self) -> Path | None:
        """File or folder that it is of."""
        return Path(self.manifest.target) if self.manifest.target else None

    @property
    def when(self) -> float:
        """Time of the last edit, in seconds since 1970."""
        return self.edits[-1].at

    @property
    def words(self) -> str:
        """What changed since the last save, as ``2 events changed, 1 claim added``."""
        return self.edits[-1].words

    @property
    def labels(self) -> tuple[str, ...]:
        """What was done since the last save, first things first."""
        return tuple(edit.label for edit in self.edits)

    def open(self) -> tuple[Dossier, WorkingCopy]:
        """Go on with it.

        Raises
        ------
        EntenteError
            It cannot be read, or another window has taken it; it stays where it is.
        """
        with refusals(self.room, "read", "try again"):
            own = self._taken()
            try:
                # Another window may have saved it since it was found, or thrown it away.
                log, manifest = EditLog.read(self.room / EDITS), _manifest(self.room)
                if log.empty:
                    throw_away(self.room)
                if not log.edits:
                    raise EntenteError(
                        f"{self.title}: was saved or discarded by another window; open it from "
                        "its file"
                    )
                connection = work_in(self.room / FILE)
                try:
                    dossier = read_rows(connection, Path(manifest.target or manifest.title))
                    return dossier, WorkingCopy.again(
                        dossier, manifest, log, self.room, own, connection
                    )
                except BaseException:
                    connection.close()
                    raise
            except BaseException:
                own.release()
                raise

    def discard(self) -> None:
        """Throw it away.

        Raises
        ------
        EntenteError
            Another window has taken it, or the disk does not let go of it.
        """
        with refusals(self.room, "removed", "try again"):
            own = self._taken()
            try:
                throw_away(self.room)
            finally:
                own.release()

    def _taken(self) -> Lock:
        own = Lock(self.room / LOCK)
        if not own.take():
            raise EntenteError(f"{self.title}: another Entente is working on it already")
        return own


def found() -> tuple[Recovered, ...]:
    """Return all unsaved work whose program is gone, the latest first.

    What such a program has left behind that holds no unsaved work is removed.
    """
    out = []
    with suppress(OSError):
        for room in rooms().iterdir():
            with suppress(OSError):
                if (left := _look(room)) is not None:
                    out.append(left)
    return tuple(sorted(out, key=lambda one: -one.when))


def _look(room: Path) -> Recovered | None:
    own = Lock(room / LOCK)
    if not room.is_dir() or not own.take():
        return None
    try:
        log = EditLog.read(room / EDITS)
        if log.empty:
            throw_away(room)
        # Another version of the program may read what this one cannot.
        return Recovered(room, _manifest(room), log.edits) if log.edits else None
    finally:
        own.release()


def _manifest(room: Path) -> Manifest:
    with suppress(OSError, ValueError, TypeError, KeyError):
        said = json.loads((room / MANIFEST).read_bytes())
        where = said["standing"]
        if where is not None:
            stamp = tuple((*one[:4], bytes.fromhex(one[4])) for one in where["stamp"])
            where = Standing(tuple(where["room"]), stamp, where["digest"])
        return Manifest(said["title"], said["target"], said["begun"], where)
    # Its rows are there all the same.
    return Manifest("Untitled", "", 0.0, None)

"""The working copy: every edit is on the disk before the next one, the user's file only on Save.

It lies in the program's own folder, a room for each. Nothing is written when a dossier is opened:
the copy is made at the first edit, or in a thread when one seems near (`WorkingCopy.prepare`). From
a file it is copied byte for byte, rows that were not sound included; anything else is written anew.
Each edit is one transaction of the rows that differ.
"""

from __future__ import annotations

import json
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

from viewer.errors import EntenteError
from viewer.formats.durable import sync
from viewer.formats.geopackage import standing
from viewer.formats.geopackage.changes import apply, insert_left_out, reset
from viewer.formats.geopackage.database import build_in, look_at, refusals, transaction, work_in
from viewer.formats.geopackage.editlog import Edit, EditLog
from viewer.formats.geopackage.locks import lock_of
from viewer.formats.geopackage.profile import FINE, is_ours, page_for, sql_names
from viewer.formats.geopackage.reading import read_raw
from viewer.formats.geopackage.rows import read_tables
from viewer.formats.geopackage.seal import State, read_seal
from viewer.formats.geopackage.standing import Stamp, Standing
from viewer.formats.geopackage.trouble import ChangedElsewhere
from viewer.formats.geopackage.writing import build, put
from viewer.locks import Lock
from viewer.model.difference import among, difference, words
from viewer.model.dossier import Dossier, Table
from viewer.model.report import Report
from viewer.model.schema import TABLES
from viewer.progress import unheard
from viewer.settings import data_dir

if TYPE_CHECKING:
    import apsw

FILE, LOCK, MANIFEST, EDITS = "dossier.gpkg", "owner.lock", "manifest.json", "edits.jsonl"

_TRIES = 8
_UNSAFE = "save what you changed: it is not kept safe till then"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is known of a working copy besides its rows.

    Parameters
    ----------
    title : str
        Of the dossier, when it was opened or saved.
    target : str
        Where Save goes; empty: nowhere yet.
    begun : float
        Seconds since 1970.
    standing : Standing, optional
        What stood at the target when it was opened or saved.
    """

    title: str
    target: str
    begun: float
    standing: Standing | None


def rooms() -> Path:
    """Return the folder of all working copies."""
    return data_dir() / "working"


class WorkingCopy:
    """An open dossier with the edits made to it; see the package for how to use it."""

    def __init__(
        self, dossier: Dossier, manifest: Manifest, saved: Dossier | None, room: Path, own: Lock
    ) -> None:
        self._held, self._saved = dossier, saved
        # What words of change start from: what was saved last, or what was recovered.
        self._base = dossier
        self._touched: dict[str, set[int]] = {}
        self._manifest, self._room, self._own = manifest, room, own
        self._log = EditLog(room / EDITS)
        self._since = self._words = ""
        self._connection: apsw.Connection | None = None
        self._making: Future[None] | None = None
        # A form that opens while a save makes the copy begins it, too.
        self._mutex = threading.Lock()
        # Whether the manifest on the disk is not what is known here.
        self._outdated = False
        self._under_way: Future[None] | None = None
        self._left_out = False
        self._lock = lock_of(Path(manifest.target)) if manifest.target else None
        self._gave_way = False
        # What a save wrote last, though it may not have come to its end.
        self._wrote: Stamp = ()
        # All rows, those that are not sound included, where no copy holds them.
        self._rest: Mapping[str, Table] | None = None
        # Copies that were given up and are ours still.
        self._old: list[tuple[Path, Lock]] = []
        self.elsewhere = ""

    def claim(self) -> None:
        """Be the one that may save to the target, or note in `elsewhere` who is."""
        # Where no lock can be made a dossier can be looked at all the same.
        with suppress(OSError):
            taken = self._lock is None or self._lock.take()
            self.elsewhere = "" if taken or self._lock is None else self._lock.holder()
        if self._gave_way:
            self.give_way()

    def claiming(self) -> Future[None]:
        """Begin to `claim` in a thread, since the disk may be slow; done when it is."""
        return self._apart(self.claim)

    @staticmethod
    def begin(dossier: Dossier, target: Path | None, form: str = "") -> WorkingCopy:
        """Begin to work on a dossier that was just opened; nothing is written yet.

        Parameters
        ----------
        dossier : Dossier
            As it was opened.
        target : Path, optional
            Where Save goes. None: it has no file of its own yet.
        form : str
            Name of the form it was opened in; one that is not the program's own has no target.
        """
        if form not in ("", "folder", "geopackage"):
            target = None
        where = None
        if target is not None:
            if target.is_file() and not is_ours(target):
                target = target.parent
            with suppress(OSError):
                where = standing.noted(target) if target.is_file() else Standing.of(target)
        room = rooms() / token_hex(8)
        manifest = Manifest(
            dossier.title, str(target.resolve()) if target else "", time.time(), where
        )
        return WorkingCopy(dossier, manifest, dossier, room, Lock(room / LOCK))

    @staticmethod
    def again(
        dossier: Dossier,
        manifest: Manifest,
        log: EditLog,
        room: Path,
        own: Lock,
        connection: apsw.Connection,
    ) -> WorkingCopy:
        """Go on with a working copy whose program is gone; see `recovery`."""
        out = WorkingCopy(dossier, manifest, None, room, own)
        out._log, out._connection = log, connection
        out._since = out._words = out.edits[-1].words
        out._base = dossier
        out._left_out = out._holds_more(connection)
        return out

    # -- what it is ------------------------------------------------------------------------

    @property
    def target(self) -> Path | None:
        """Where Save goes."""
        return Path(self._manifest.target) if self._manifest.target else None

    @property
    def edits(self) -> tuple[Edit, ...]:
        """What was done since the last save, undone or not."""
        return self._log.edits

    @property
    def unsaved(self) -> bool:
        """Whether the dossier is another than was saved last."""
        return self._saved is None or bool(self._words)

    def changes(self) -> str:
        """Say what is other than was saved last; empty where nothing is."""
        return self._words

    # -- editing ---------------------------------------------------------------------------

    def prepare(self) -> None:
        """Begin to make the copy in a thread, so that the first edit need not wait for it."""
        making = self._making
        failed = making is not None and making.done() and making.exception() is not None
        if self._connection is None and (making is None or failed):
            self._making = self._apart(self._make)

    def following(self, dossier: Dossier, label: str) -> Future[None]:
        """Begin to `follow` in a thread, since the disk may be slow.

        Returns
        -------
        Future of None
            Done when the edit is on the disk; raises what `follow` does.
        """
        self.prepare()
        return self._apart(self.follow, dossier, label)

    def _apart(self, work: Callable[..., None], *words: object) -> Future[None]:
        """Do something in a thread, after what is being done in one already."""
        before, thread = self._under_way, ThreadPoolExecutor(1, "entente-working-copy")

        def in_turn() -> None:
            if before is not None:
                wait((before,))
            work(*words)

        self._under_way = thread.submit(in_turn)
        thread.shutdown(wait=False)
        return self._under_way

    def follow(self, dossier: Dossier, label: str) -> None:
        """Put an edit, undo or redo on the disk.

        Parameters
        ----------
        dossier : Dossier
            As it is now.
        label : str
            What was done, as the Edit menu says it.

        Raises
        ------
        EntenteError
            The disk does not take it, or not all of it: give it once more.
        """
        found = difference(self._held, dossier)
        if not found:
            self._held = dossier
            with self._refusals():
                # The disk may have taken the rows the last time, and not the line on them.
                self._write_down()
            return
        connection = self._ready()
        with self._refusals():
            with transaction(connection):
                apply(connection, self._held, dossier, found, self._left_out)
            self._held = dossier
            for name, one in found.tables.items():
                touched = self._touched.setdefault(name, set())
                for keys in (one.added, one.removed, one.changed):
                    touched.update(keys.tolist())
            since = words(among(self._base, self._held, self._touched))
            self._words = "; then ".join(filter(None, (self._since, since)))
            self._log.add(Edit(time.time(), label, self._words))
            self._write_down()

    def _refusals(self) -> AbstractContextManager[None]:
        return refusals(self._room, instead=_UNSAFE)

    def _write_down(self) -> None:
        """Put on the disk what was done; before that where it is to be saved."""
        if self._outdated:
            self._note()
        self._log.write()

    def _ready(self) -> apsw.Connection:
        """Return the connection to the copy, which is made where it is not there."""
        if self._connection is None:
            if self._making is None:
                self._make()
            else:
                try:
                    self._making.result()
                finally:
                    self._making = None
        assert self._connection is not None
        return self._connection

    def _make(self) -> None:
        with self._mutex:
            if self._connection is None:
                self._make_now()

    def _make_now(self) -> None:
        with self._refusals():
            self._enter()
            file = self._room / FILE
            for suffix in ("", "-wal", "-shm", "-journal"):
                # What a try that failed has left of a log would be taken in by the next file.
                Path(f"{file}{suffix}").unlink(missing_ok=True)
            raw = None
            if not self._copied(file):
                raw = self._raw()
                with closing(build_in(file, FINE)) as connection:
                    build(connection, self._held)
                    if raw is not None:
                        insert_left_out(connection, raw, self._held)
            with file.open("r+b") as opened:
                os.fsync(opened.fileno())
            connection = work_in(file)
            try:
                with transaction(connection):
                    reset(connection, self._held)
                self._left_out = self._holds_more(connection)
                self._note()
                sync(self._room.parent)
            except BaseException:
                connection.close()
                raise
            self._connection, self._rest = connection, None

    def _enter(self) -> None:
        """Make the room, and lock it."""
        for _ in range(_TRIES):
            with suppress(FileNotFoundError):
                if self._own.take():
                    return
            # Before it was locked, another start took it for what a dead program had left.
            self._move()
        raise EntenteError(f"{rooms()}: is in use by other programs; close them, and try again")

    def _move(self) -> None:
        """Have another room."""
        self._room = rooms() / token_hex(8)
        self._own, self._log = Lock(self._room / LOCK), EditLog(self._room / EDITS)

    def _holds_more(self, connection: apsw.Connection) -> bool:
        """Whether there are rows in the copy that are not sound."""
        return any(
            connection.execute(f'SELECT count(*) FROM "{name}"').get != len(table)
            for name, table in self._held.tables.items()
        )

    def _copied(self, file: Path) -> bool:
        """Copy the file that was opened, where it is still the same; return whether it was."""
        target, known = self.target, self._manifest.standing
        if target is None or known is None or not known.digest or not target.is_file():
            return False
        with suppress(OSError):
            shutil.copyfile(target, file)
            seal = read_seal(file)
            if seal.state is State.SEALED and seal.digest == known.digest:
                return True
        file.unlink(missing_ok=True)
        return False

    def _raw(self) -> Mapping[str, Table] | None:
        """Return the tables with all their rows, of the target where it is what was opened."""
        if self._rest is not None:
            return self._rest
        target, known = self.target, self._manifest.standing
        if target is None or known is None or not self._held.problems:
            return None
        with suppress(EntenteError, OSError):
            if known.still(target):
                return raw_tables(target)
        return None

    def _note(self) -> None:
        """Write the manifest, in one step."""
        between = self._room / f"{MANIFEST}.new"
        with between.open("wb") as file:
            file.write(json.dumps(asdict(self._manifest), default=bytes.hex).encode())
            file.flush()
            os.fsync(file.fileno())
        between.replace(self._room / MANIFEST)
        sync(self._room)
        self._outdated = False

    # -- saving ----------------------------------------------------------------------------

    def save(
        self, target: Path | None = None, overwrite: bool = False, edition: Dossier | None = None
    ) -> None:
        """Save, or save as.

        Parameters
        ----------
        target : Path, optional
            Where to; ``.gpkg`` is one file, anything else a folder. None: where it is from.
        overwrite : bool
            Whether what stands there is replaced, whatever it is.
        edition : Dossier, optional
            As it is now, where the disk of the copy does not take it: it is saved all the same,
            and the copy given up. None: what the copy holds.

        Raises
        ------
        ChangedElsewhere
            What stands there is not what was opened; nothing was touched.
        EntenteError
            It is open elsewhere, or the disk does not take it; the old file is as it was.
        """
        goal = target or self.target
        if goal is None:
            raise EntenteError("this dossier has no file of its own yet; choose a name for it")
        if self._under_way is not None:
            wait((self._under_way,))
        goal = goal.resolve()
        same = goal == self.target
        lock = self._lock if same else lock_of(goal)
        with refusals(goal):
            if lock is not None and not _may_write(lock):
                raise EntenteError(f"{goal}: is open in {lock.holder()}; choose another name")
            try:
                where = self._put(goal, same, overwrite, edition)
            except BaseException:
                if not same and lock is not None:
                    lock.release()
                raise
        if not same and self._lock is not None:
            self._lock.release()
        self._lock, self.elsewhere = lock, ""
        standing.note(goal, where)
        if edition is not None:
            self._give_up(edition)
        # A copy that a form has begun meanwhile is made with what is known before or after this.
        with self._mutex:
            self._manifest = replace(
                self._manifest, title=self._held.title, target=str(goal), standing=where
            )
            self._saved = self._base = self._held
            self._since, self._words, self._touched = "", "", {}
            if self._connection is not None:
                self._outdated = True
                # It is saved, whatever becomes of this. In this order: what was saved is not
                # offered again. What the disk refuses now is done before the next edit is
                # written down.
                with suppress(OSError):
                    self._log.clear()
                    self._note()

    def _put(self, goal: Path, same: bool, overwrite: bool, edition: Dossier | None) -> Standing:
        def allowed(fresh: Path | None = None) -> None:
            if not overwrite:
                self._check(goal, same)
            if fresh is not None:
                self._wrote = standing.stamp(fresh)

        allowed()
        if goal.suffix.lower() != ".gpkg":
            tables = None
            if self._left_out or self._held.problems:
                with self._whole(edition) as connection:
                    tables = _tables(connection, edition or self._held)
            # What only a folder needs is loaded for one.
            from viewer.formats.folder import write_folder

            write_folder(
                edition or self._held, goal, overwrite=True, tables=tables, allowed=allowed
            )
            return Standing.of(goal)
        if goal.is_dir():
            raise EntenteError(f"{goal}: a folder of this name is in the way; choose another name")
        with self._whole(edition) as connection:
            seal = put(connection, goal, allowed)
        return Standing.of_file(goal, standing.stamp(goal), seal.digest)

    @contextmanager
    def _whole(self, edition: Dossier | None) -> Iterator[apsw.Connection]:
        """Give a database of all that is to be saved, rows that are not sound included.

        That is the copy or, where the disk does not take that, one in memory.
        """
        if edition is None:
            try:
                self._ready()
            except EntenteError:
                edition = self._held
        if edition is None:
            with closing(look_at(self._room / FILE)) as connection:
                yield connection
            return
        base, raw = self._kept_rows()
        page = page_for(sum(map(len, (raw or edition.tables).values())))
        with closing(build_in(None, page)) as connection:
            build(connection, base)
            if raw is not None:
                insert_left_out(connection, raw, base)
            with transaction(connection):
                apply(connection, base, edition, difference(base, edition), raw is not None)
            yield connection
            if raw is not None:
                self._rest = _tables(connection, edition)

    def _kept_rows(self) -> tuple[Dossier, Mapping[str, Table] | None]:
        """Return an edition, and its tables with the rows that are not sound where there are any.

        That is what the copy holds or, where that cannot be read, what was saved last.
        """
        if not self._left_out:
            return self._held, self._raw() if self._connection is None else None
        try:
            with closing(look_at(self._room / FILE)) as connection:
                return self._held, _tables(connection, self._held)
        except Exception:
            saved, raw = self._saved, self._raw()
            if saved is None or raw is None:
                raise
            return saved, raw

    def _give_up(self, dossier: Dossier) -> None:
        """Give the copy up, since what it lacks was saved; the next edit makes another."""
        with self._mutex:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
            # Its disk may not even let go of it now.
            throw_away(self._room)
            self._old.append((self._room, self._own))
            self._move()
            self._held, self._making = dossier, None
            self._left_out = self._outdated = False

    def _check(self, goal: Path, same: bool) -> None:
        """See that what stands at the target may be replaced."""
        known = self._manifest.standing
        if standing.renamed(self._wrote, goal):
            # The last save was refused when it had put it there, and is done once more.
            return
        if not same or known is None:
            if goal.exists() and (not goal.is_dir() or any(goal.iterdir())):
                raise ChangedElsewhere(
                    f"{goal}: is there already; replace it, or choose another name"
                )
            return
        if standing.room_of(goal) != known.room:
            raise ChangedElsewhere(
                f"{goal}: its folder is not the one it was opened from; is a drive missing? "
                "Bring it back, or save under another name"
            )
        if not known.still(goal):
            what = "was changed by another program" if goal.exists() else "was moved or removed"
            raise ChangedElsewhere(
                f"{goal}: {what} since it was opened; replace it, or save under another name"
            )

    def give_way(self) -> None:
        """Let others save to the target, for good."""
        self._gave_way = True
        if self._lock is not None:
            self._lock.release()

    def close(self, discard: bool) -> None:
        """Stop working on it; may be done in any thread, since the disk may be slow.

        Parameters
        ----------
        discard : bool
            Whether unsaved edits are given up; else they are offered again at the next start.
        """
        if self._under_way is not None:
            wait((self._under_way,))
        kept = not discard and self.unsaved
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if not kept:
            self._old.append((self._room, self._own))
        for room, own in self._old:
            throw_away(room)
            own.release()
        self._own.release()
        self.give_way()


def _may_write(lock: Lock) -> bool:
    try:
        return lock.take()
    except OSError:
        # Where none can be had, what stands there is looked at all the same.
        return True


def throw_away(room: Path) -> None:
    """Remove the folder of a working copy, given its lock.

    The edits go first: whoever looks in when the lock is gone finds nothing to recover.
    """
    with suppress(OSError):
        (room / EDITS).unlink(missing_ok=True)
    shutil.rmtree(room, ignore_errors=True)


def _tables(connection: apsw.Connection, dossier: Dossier) -> dict[str, Table]:
    columns = {name: sql_names(dossier.tables[name].columns) for name in TABLES}
    return read_tables(connection, columns, unheard, Report(""))


def raw_tables(path: Path) -> Mapping[str, Table]:
    """Return the tables of a file or folder with all their rows, sound or not."""
    if path.is_dir():
        from viewer.formats.folder import read_tables as of_folder

        return of_folder(path, Report(str(path)))
    return read_raw(path)

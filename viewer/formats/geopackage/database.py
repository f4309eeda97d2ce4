"""Connections to SQLite, each with the guards its purpose asks for; errors in the user's words."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from viewer.errors import EntenteError

if TYPE_CHECKING:
    import apsw

    from viewer.formats.geopackage.content import Content

_LONGEST = 512 << 20
"""Bytes of one text, joined ones too."""


def look_into(content: Content) -> apsw.Connection:
    """Open the bytes of a file that may come from a stranger, to read and nothing else.

    Nothing in them can run.
    """
    import apsw

    from viewer.formats.geopackage.content import connect

    connection = connect(content)
    for option in (apsw.SQLITE_DBCONFIG_ENABLE_TRIGGER, apsw.SQLITE_DBCONFIG_ENABLE_VIEW):
        connection.config(option, 0)
    connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)
    connection.config(apsw.SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0)
    connection.limit(apsw.SQLITE_LIMIT_LENGTH, _LONGEST)
    connection.limit(apsw.SQLITE_LIMIT_ATTACHED, 0)
    connection.limit(apsw.SQLITE_LIMIT_SQL_LENGTH, 1 << 20)
    _set(connection, query_only="ON", cell_size_check="ON", temp_store="MEMORY")
    return connection


def build_in(path: Path | None, page: int) -> apsw.Connection:
    """Open a new file to fill, without any safety: who fills it makes it durable afterwards.

    Parameters
    ----------
    path : Path, optional
        None: it is built in memory.
    page : int
        Bytes of a page, which what is in memory keeps wherever it is saved.
    """
    import apsw

    connection = apsw.Connection(":memory:" if path is None else str(path))
    _set(connection, page_size=page, journal_mode="OFF", synchronous="OFF")
    return connection


def work_in(path: Path) -> apsw.Connection:
    """Open a working copy: what is committed is on the disk."""
    import apsw

    connection = apsw.Connection(str(path))
    _closes_at_once(connection)
    _set(connection, journal_mode="WAL", synchronous="FULL")
    return connection


def look_at(path: Path) -> apsw.Connection:
    """Open a working copy to read all of it at once."""
    import apsw

    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    _closes_at_once(connection)
    # Nobody else cuts this file short while it is mapped.
    _set(connection, synchronous="OFF", mmap_size=1 << 40)
    return connection


def _set(connection: apsw.Connection, **pragmas: object) -> None:
    """Set pragmas, each to its end: one that answers would keep those after it waiting."""
    for name, value in pragmas.items():
        connection.execute(f"PRAGMA {name} = {value}").fetchall()


def _closes_at_once(connection: apsw.Connection) -> None:
    """Leave the log where it is when a connection closes.

    All threads of the program wait for a connection that closes, however slow the disk is. Who
    opens the file next takes the log in, as after a crash.
    """
    import apsw

    connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)


@contextmanager
def transaction(connection: apsw.Connection) -> Iterator[None]:
    """Do all that is done within, or nothing of it.

    apsw's own way, ``with connection``, has all threads of the program wait until the disk has
    taken it in; this one has not.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # After some errors SQLite has done so itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def refusals(
    path: Path, doing: str = "written", instead: str = "choose another place"
) -> Iterator[None]:
    """Turn what the disk or SQLite refuses into one line.

    Parameters
    ----------
    path : Path
    doing : str
        What was to be done with it.
    instead : str
        What the user can do about it.
    """
    import apsw

    try:
        yield
    except apsw.FullError as error:
        raise EntenteError(f"{path}: {_words(errno.ENOSPC, doing, instead)}") from error
    except apsw.Error as error:
        # SQLite hides the system's own reason.
        code = _reason(path)
        said = (
            _words(code, doing, instead)
            if code
            else f"cannot be {doing} ({error}); make room, or {instead}"
        )
        raise EntenteError(f"{path}: {said}") from error
    except OSError as error:
        raise EntenteError(f"{path}: {_words(error.errno, doing, instead)}") from error


def _reason(path: Path) -> int | None:
    """Return why nothing can be written at a path, as far as the system tells when asked."""
    if not path.parent.is_dir():
        return errno.ENOENT
    if hasattr(os, "statvfs") and os.statvfs(path.parent).f_flag & os.ST_RDONLY:
        return errno.EROFS
    return None if os.access(path.parent, os.W_OK) else errno.EACCES


def _words(code: int | None, doing: str, instead: str) -> str:
    if code in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return f"the disk is full; make room, or {instead}"
    if code == errno.EROFS:
        return f"cannot be {doing}: the disk is read-only; {instead}"
    if code in (errno.EACCES, errno.EPERM):
        return f"cannot be {doing}: the folder is not yours to write; {instead}"
    if code in (errno.ENOENT, errno.ENOTDIR):
        return f"cannot be {doing}: its folder is gone; {instead}"
    said = os.strerror(code) if code else "the system does not say why"
    return f"cannot be {doing} ({said}); {instead}"

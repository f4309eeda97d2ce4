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
    connection.execute(
        "PRAGMA query_only = ON; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY"
    )
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
    connection.execute(
        f"PRAGMA page_size = {page}; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF"
    )
    return connection


def work_in(path: Path) -> apsw.Connection:
    """Open a working copy: what is committed is on the disk."""
    import apsw

    connection = apsw.Connection(str(path))
    connection.execute(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 16384"
    )
    return connection


@contextmanager
def refusals(path: Path, doing: str = "written") -> Iterator[None]:
    """Turn what the disk or SQLite refuses into one line."""
    import apsw

    try:
        yield
    except apsw.FullError as error:
        raise EntenteError(f"{path}: {_words(errno.ENOSPC, doing)}") from error
    except apsw.Error as error:
        # SQLite hides the system's own reason.
        code = _reason(path)
        said = (
            _words(code, doing)
            if code
            else f"cannot be {doing} ({error}); make room, or choose another place"
        )
        raise EntenteError(f"{path}: {said}") from error
    except OSError as error:
        raise EntenteError(f"{path}: {_words(error.errno, doing)}") from error


def _reason(path: Path) -> int | None:
    """Return why nothing can be written at a path, as far as the system tells when asked."""
    if not path.parent.is_dir():
        return errno.ENOENT
    if hasattr(os, "statvfs") and os.statvfs(path.parent).f_flag & os.ST_RDONLY:
        return errno.EROFS
    return None if os.access(path.parent, os.W_OK) else errno.EACCES


def _words(code: int | None, doing: str) -> str:
    if code in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return "the disk is full; make room, or choose another place"
    if code == errno.EROFS:
        return f"cannot be {doing}: the disk is read-only; choose another place"
    if code in (errno.EACCES, errno.EPERM):
        return f"cannot be {doing}: the folder is not yours to write; choose another place"
    if code in (errno.ENOENT, errno.ENOTDIR):
        return f"cannot be {doing}: its folder is gone; choose another place"
    said = os.strerror(code) if code else "the system does not say why"
    return f"cannot be {doing} ({said}); choose another place"

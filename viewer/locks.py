"""Locks that die with the program that holds them."""

from __future__ import annotations

import json
import os
import platform
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

_MARK = 1 << 30
"""Where the locked byte stands on Windows, which would keep others from reading what is locked."""


class Lock:
    """A lock on a file of its own, which says who holds it.

    Parameters
    ----------
    path : Path
        The file; made where there is none. It stays, since two programs might lock two files of
        one name otherwise.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: int | None = None
        self._mutex = threading.Lock()

    def take(self) -> bool:
        """Return whether the lock is ours now.

        Raises
        ------
        OSError
            None can be had there: the disk is full or read-only, or knows no locks.
        """
        if self._file is not None:
            return True
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        opened = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            taken = _lock(opened) and _stands(self.path, opened)
        except OSError:
            os.close(opened)
            raise
        if not taken:
            os.close(opened)
            return False
        said = {"pid": os.getpid(), "host": platform.node(), "since": time.time()}
        # On a disk that is full it is locked all the same; who holds it is not said then.
        with suppress(OSError):
            os.ftruncate(opened, 0)
            os.write(opened, json.dumps(said).encode())
        self._file = opened
        return True

    def holder(self) -> str:
        """Say who holds a lock that could not be taken."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            said = json.loads(self.path.read_bytes()[:4096])
            since = time.strftime("%H:%M", time.localtime(said["since"]))
            if said["pid"] == os.getpid():
                return f"another window, since {since}"
            return f"another Entente (process {said['pid']}), since {since}"
        return "another Entente"

    def release(self) -> None:
        """Give the lock up; may be done in two threads at once."""
        with self._mutex:
            opened, self._file = self._file, None
        if opened is not None:
            os.close(opened)


def _stands(path: Path, opened: int) -> bool:
    """Whether a file was not removed since it was opened: others would lock another one."""
    with suppress(FileNotFoundError):
        return os.path.samestat(path.stat(), os.fstat(opened))
    return False


if sys.platform == "win32":
    import msvcrt

    def _lock(opened: int) -> bool:
        os.lseek(opened, _MARK, os.SEEK_SET)
        try:
            msvcrt.locking(opened, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        os.lseek(opened, 0, os.SEEK_SET)
        return True
else:
    import fcntl

    def _lock(opened: int) -> bool:
        try:
            # A lock of the open file, not of the process: two windows of one program differ.
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

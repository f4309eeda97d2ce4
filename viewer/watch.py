"""Notes of the running program, from which the next start learns that it crashed.

What crashes below Python cannot write a report. So the program keeps a file of notes as it goes:
what it is, what was done last, and at the very end, by `faulthandler`, where it broke. A program
that ends properly removes its notes; one that was killed leaves notes without a crash in them.
"""

from __future__ import annotations

import faulthandler
import os
import shutil
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from viewer import faults
from viewer.faults import Fault
from viewer.locks import Lock
from viewer.settings import data_dir

LATEST = 30
"""So many actions stand in a report."""
_NOTES, _LOCK = "notes.txt", "owner.lock"
_QT = "Qt: "
_BROKEN = ("Fatal Python error: ", "Windows fatal exception: ", _QT)
"""How the end of the notes begins when the program broke."""
_LONGEST = 60_000
"""Bytes of notes after which only the latest actions are kept."""
_YOUNG = 60.0
"""Seconds in which a program may not have taken its lock yet."""


class Watch:
    """The notes of this program."""

    def __init__(self) -> None:
        self.actions: deque[str] = deque(maxlen=LATEST)
        self._last = ""
        self._lock: Lock | None = None
        self._file: BinaryIO | None = None
        self._head = b""
        self._written = 0

    def begin(self) -> None:
        """Begin to take notes; where that cannot be, crashes below Python leave no trace."""
        room = _rooms() / f"{time.time_ns():x}-{os.getpid()}"
        lock = Lock(room / _LOCK)
        with suppress(OSError):
            lock.take()
            self._lock = lock
            # Whoever writes, `faulthandler` too, writes at the end.
            self._file = (room / _NOTES).open("ab", buffering=0)
            self._head = f"{faults.head()}\n".encode()
            self._write(self._head)
            faulthandler.enable(self._file)

    def note(self, action: str) -> None:
        """Note what is being done, in words that name nothing of the user's."""
        if action == self._last:
            return
        self._last = action
        line = f"{time.strftime('%H:%M:%S')} {action}"
        self.actions.append(line)
        if self._written > _LONGEST and self._file is not None:
            with suppress(OSError):
                self._file.truncate(0)
            self._written = 0
            self._write(self._head + "".join(f"{old}\n" for old in self.actions).encode())
        else:
            self._write(f"{line}\n".encode())

    def note_end(self, words: str) -> None:
        """Note the last words of Qt, which ends the program now."""
        self._write(f"{_QT}{words.strip()}\n".encode())

    def end(self) -> None:
        """Remove the notes: the program ends as it should."""
        if self._file is not None:
            faulthandler.disable()
            self._file.close()
            self._file = None
        if self._lock is not None:
            self._lock.release()
            shutil.rmtree(self._lock.path.parent, ignore_errors=True)
            self._lock = None

    def _write(self, data: bytes) -> None:
        if self._file is not None:
            with suppress(OSError):
                self._written += self._file.write(data) or 0


WATCH = Watch()
"""That of this process; it takes notes once `begin` was called."""


def crashes() -> tuple[Fault, ...]:
    """Return what became of programs that broke since this was asked last, the latest last.

    A report is written for each, and all notes whose program is gone are removed.
    """
    return tuple(sorted(_crashes(), key=lambda fault: str(fault.path)))


def _crashes() -> Iterator[Fault]:
    with suppress(OSError):
        for room in _rooms().iterdir():
            with suppress(OSError):
                fault = _look(room)
                if fault is not None:
                    yield fault


def _look(room: Path) -> Fault | None:
    """Return what is told by notes whose program is gone, and remove them."""
    notes = room / _NOTES
    if time.time() - room.stat().st_mtime < _YOUNG and not notes.exists():
        return None
    lock = Lock(room / _LOCK)
    if not lock.take():
        return None
    try:
        return _told(notes) if notes.exists() else None
    finally:
        lock.release()
        shutil.rmtree(room, ignore_errors=True)


def _told(notes: Path) -> Fault | None:
    """Write the report for a program that broke; None for one that was killed."""
    head, _, rest = notes.read_text(encoding="utf-8", errors="replace").partition("\n\n")
    lines = rest.splitlines()
    broken = next((at for at, line in enumerate(lines) if line.startswith(_BROKEN)), None)
    if broken is None:
        return None
    actions, trace = lines[:broken][-LATEST:], "\n".join(lines[broken:])
    what = lines[broken].partition(": ")[2]
    return faults.write(what, f"{head}\n", actions, f"{trace}\n", notes.stat().st_mtime)


def _rooms() -> Path:
    return data_dir() / "running"

"""The bytes of a file in memory, which SQLite reads like any other file.

They are the very bytes that are held against the seal: no file is made beside theirs, and none
that changes meanwhile does any harm.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import apsw
import numpy as np
from numpy.typing import NDArray

from viewer.formats.geopackage.words import ROOM

_NAME = "entente-memory"
_SECTOR = 4096
_JOURNAL = slice(18, 20)


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of a file.

    Parameters
    ----------
    padded : ndarray of uint8
        They, and `ROOM` bytes more.
    size : int
        How many they are.
    """

    padded: NDArray[np.uint8]
    size: int

    @staticmethod
    def of(path: Path) -> Content | None:
        """Read a file; None where it is shorter than the system says.

        Raises
        ------
        OSError
        """
        size = path.stat().st_size
        padded = np.empty(size + ROOM, dtype=np.uint8)
        padded[size:] = 0
        left = padded[:size].data
        with path.open("rb", buffering=0) as file:
            while left and (count := file.readinto(left)):
                left = left[count:]
        return None if left else Content(padded, size)

    @property
    def whole(self) -> memoryview:
        """The bytes of the file alone."""
        return self.padded[: self.size].data


class _File:
    """One of them, as far as SQLite asks for it: it is never written."""

    def __init__(self, content: Content) -> None:
        self._whole = content.whole

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802
        found = bytes(self._whole[offset : offset + amount])
        # What is in memory has no log beside it; a program that left the file so had finished.
        if offset or len(found) < _JOURNAL.stop:
            return found
        return found[: _JOURNAL.start] + b"\1\1" + found[_JOURNAL.stop :]

    def xFileSize(self) -> int:  # noqa: N802
        return len(self._whole)

    def xFileControl(self, op: int, pointer: int) -> bool:  # noqa: N802
        return False

    def xSectorSize(self) -> int:  # noqa: N802
        return _SECTOR

    def xDeviceCharacteristics(self) -> int:  # noqa: N802
        return apsw.SQLITE_IOCAP_IMMUTABLE

    def xClose(self) -> None:  # noqa: N802
        pass


class _Files(apsw.VFS):
    """Where SQLite finds what is in memory, by names that are given for the time being."""

    def __init__(self) -> None:
        super().__init__(_NAME, base="")
        self.given: dict[str | None, Content] = {}

    def xFullPathname(self, name: str) -> str:  # noqa: N802
        return name

    def xAccess(self, pathname: str, flags: int) -> bool:  # noqa: N802
        return False

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> Any:  # noqa: N802
        found = self.given.get(name.filename() if isinstance(name, apsw.URIFilename) else name)
        if found is None:
            raise apsw.CantOpenError("nothing is written beside what is in memory")
        return _File(found)


@cache
def _files() -> _Files:
    return _Files()


def connect(content: Content) -> apsw.Connection:
    """Return a connection to the bytes of a file; nothing is copied."""
    files, name = _files(), str(id(content))
    files.given[name] = content
    try:
        return apsw.Connection(name, flags=apsw.SQLITE_OPEN_READONLY, vfs=_NAME)
    finally:
        del files.given[name]

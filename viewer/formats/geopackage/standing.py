"""Where a file stands: whether what is about to be replaced is what was opened."""

from __future__ import annotations

import os
import re
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from viewer.formats.geopackage.seal import read_seal
from viewer.formats.package import FILES, PACKAGE

_TEMPORARY = ".entente-tmp"
Stamp = tuple[tuple[str, int, int, int, bytes], ...]
"""For each file its name, number, size, time of change and the counter of changes in its header.

Stamps only tell that nothing has happened; that something has is for the digest to say."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What stood at a path when it was opened or saved.

    Parameters
    ----------
    room : tuple of int
        Device and number of the folder it is in: a drive that is gone leaves another one behind.
    stamp : tuple
        See `Stamp`; empty where nothing was there.
    digest : str
        As of `Seal`; empty for a folder.
    """

    room: tuple[int, int]
    stamp: Stamp
    digest: str = ""

    @staticmethod
    def of(path: Path) -> Standing:
        """Return what stands at a path, without reading all of it."""
        return Standing(room_of(path), stamp(path))

    @staticmethod
    def of_file(path: Path, found: Stamp, digest: str) -> Standing:
        """Return what was read."""
        return Standing(room_of(path), found, digest)

    def still(self, path: Path) -> bool:
        """Whether the same stands there, be it copied or touched meanwhile."""
        now = stamp(path)
        if now == self.stamp:
            return True
        if not now or not self.stamp or not self.digest or not path.is_file():
            return False
        return read_seal(path).digest == self.digest


def room_of(path: Path) -> tuple[int, int]:
    """Return device and number of the folder that a path is in."""
    found = path.resolve().parent.stat()
    return found.st_dev, found.st_ino


def stamp(path: Path) -> Stamp:
    """Return the stamp of a file or of the folder of a dossier; empty where there is none."""
    files = [path] if not path.is_dir() else [path / name for name in (PACKAGE, *FILES)]
    out = []
    for file in files:
        with suppress(FileNotFoundError, NotADirectoryError):
            found = file.stat()
            with file.open("rb") as opened:
                head = opened.read(28)[24:]
            out.append((file.name, found.st_ino, found.st_size, found.st_mtime_ns, head))
    return tuple(out)


def renamed(found: Stamp, path: Path) -> bool:
    """Whether what a stamp was taken of stands at a path now, under another name or the same."""
    return bool(found) and [one[1:] for one in stamp(path)] == [one[1:] for one in found]


_noted: dict[Path, Standing] = {}


def note(path: Path, found: Standing) -> None:
    """Remember what was read at a path, for whoever begins to work on it."""
    _noted[path.resolve()] = found


def noted(path: Path) -> Standing:
    """Return what was read at a path last, else what stands there."""
    return _noted.get(path.resolve()) or Standing.of(path)


# -- files of a save that was cut short --------------------------------------------------------


def temporary(target: Path) -> Path:
    """Return a name beside a target for what will take its place."""
    return target.with_name(
        f".{target.name}.{socket.gethostname()}.{os.getpid()}.{token_hex(4)}{_TEMPORARY}"
    )


def sweep(target: Path) -> None:
    """Remove what saves to a target have left behind whose program is gone."""
    ours = re.compile(
        rf"\..*\.{re.escape(socket.gethostname())}\.(\d+)\.[0-9a-f]+{_TEMPORARY}(-journal)?"
    )
    with suppress(OSError):
        for path in target.resolve().parent.glob(f".*{_TEMPORARY}*"):
            found = ours.fullmatch(path.name)
            if found and _gone(int(found[1])):
                path.unlink(missing_ok=True)


def _gone(process: int) -> bool:
    if sys.platform == "win32":
        # A file that is open cannot be removed there.
        return process != os.getpid()
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False

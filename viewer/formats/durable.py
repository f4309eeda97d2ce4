"""Making sure that what was written is on the disk."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from viewer.errors import EntenteError
from viewer.formats.registry import why_not


def write_through(path: Path, content: bytes) -> None:
    """Write a new file whose bytes outlast a power failure."""
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sync(folder: Path) -> None:
    """Make sure that names in a folder outlast a power failure, where the system can."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_lines(path: Path, lines: Iterable[str]) -> None:
    """Write a file of UTF-8, all of it or nothing, in place of what is there.

    Raises
    ------
    EntenteError
        The disk does not take it, or something of this name is in the way.
    """
    if path.is_dir():
        raise EntenteError(f"{path}: a folder of this name is in the way; choose another name")
    # Only writing needs it, and the program starts sooner without.
    import tempfile

    fresh = ""
    try:
        # Beside the target, since a rename does not lead from one disk to another.
        handle, fresh = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.resolve().parent)
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace", newline="\n") as file:
            file.writelines(f"{line}\n" for line in lines)
            file.flush()
            os.fsync(file.fileno())
        Path(fresh).chmod(0o666 & ~_umask())
        Path(fresh).replace(path.resolve())
        sync(path.resolve().parent)
    except OSError as error:
        raise EntenteError(f"{path}: cannot be written: {why_not(error)}") from error
    finally:
        if fresh:
            with suppress(OSError):
                Path(fresh).unlink()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask

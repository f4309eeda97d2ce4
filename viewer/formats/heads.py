"""The first part of a file, by which its kind is told."""

from __future__ import annotations

from pathlib import Path

from viewer.formats.text_plain import MARKS

SOME = 1 << 16


def first_bytes(path: Path, size: int = SOME) -> bytes:
    """Return the first bytes of a file; none of a folder, or where it cannot be read."""
    try:
        if not path.is_file():
            return b""
        with path.open("rb") as file:
            return file.read(size)
    except OSError:
        return b""


def head(path: Path) -> str:
    """Return the beginning of a text file; letters that are no UTF-8 do not matter here."""
    data = first_bytes(path)
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    return data.decode("utf-8", "replace")

"""The first part of a file, by which its kind is told."""

from __future__ import annotations

import codecs
from pathlib import Path

SOME = 1 << 16
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


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
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    return data.decode("utf-8", "replace")

"""A zip archive from a stranger, looked at before anything in it is unpacked."""

from __future__ import annotations

import io
from zipfile import BadZipFile, LargeZipFile, ZipFile, ZipInfo

MOST_ENTRIES = 10_000
LARGEST = 512 << 20
"""Bytes of all entries, unpacked."""
DENSEST = 250
"""Unpacked bytes for each packed one; XML packs to a tenth, and hardly to a hundredth."""
_SMALL = 1 << 20
"""Bytes below which an entry may be as dense as it likes."""


class BadArchive(Exception):  # noqa: N818 - the file is at fault
    """An archive that is not opened; the message says why and what to do."""


def open_zip(data: bytes) -> ZipFile:
    """Return the archive in `data`, having compared the sizes in its directory with the bounds.

    Raises
    ------
    BadArchive
        It is damaged, protected, or unpacks to more than a document of its size does.
    """
    try:
        archive = ZipFile(io.BytesIO(data))
    except (BadZipFile, LargeZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise BadArchive(_DAMAGED) from error
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > LARGEST:
        raise BadArchive(
            "unpacks to far more than a document holds and was not opened; "
            "have it sent again from somewhere you trust"
        )
    if any(map(_bomb, entries)):
        raise BadArchive(
            "is packed as no program packs a document, so as to flood the memory, and was not "
            "opened; have it sent again from somewhere you trust"
        )
    if any(entry.flag_bits & 1 for entry in entries):
        raise BadArchive("is protected by a password; save a copy without one")
    return archive


def read_entry(archive: ZipFile, name: str) -> bytes | None:
    """Return an entry, unpacked; None where there is none of that name.

    Raises
    ------
    BadArchive
        It is damaged.
    """
    try:
        # No more than the directory says is ever unpacked.
        return archive.read(name)
    except KeyError:
        return None
    except Exception as error:  # zlib, lzma and bz2 raise each their own
        raise BadArchive(_DAMAGED) from error


def _bomb(entry: ZipInfo) -> bool:
    return entry.file_size > max(_SMALL, DENSEST * entry.compress_size)


_DAMAGED = "is damaged or was cut short; copy it again from where it came"

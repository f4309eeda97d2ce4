"""The seal of a file: whether its bytes are those that were saved."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from io import RawIOBase
from pathlib import Path

from viewer.formats.geopackage.profile import (
    CHANGES,
    COARSE,
    SEAL_NAME,
    UNSEALED,
    page_of,
    seal_at,
)

_BLOCK = 1 << 20
_HEAD = 2 * COARSE
"""Bytes that tell how long the pages are."""
_COUNTER, _COOKIE, _VALID_FOR = slice(24, 28), slice(40, 44), slice(92, 96)


class State(Enum):
    """What a seal says of its file."""

    SEALED = "whole"
    EDITED = "changed by another program"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Seal:
    """What was found of a file.

    Parameters
    ----------
    state : State
    digest : str
        SHA-256 of its bytes with noughts in place of the seal; two files with one digest hold
        the same.
    """

    state: State
    digest: str


def read_seal(path: Path) -> Seal:
    """Hold the bytes of a file against its seal, without keeping them.

    Raises
    ------
    OSError
        It cannot be read.
    """
    with path.open("rb", buffering=0) as file:
        head = _begins(file)
        block = bytearray(_BLOCK)
        return _judge(head, (memoryview(block)[:n] for n in iter(lambda: file.readinto(block), 0)))


def seal_of(content: memoryview) -> Seal:
    """Hold the bytes of a file against its seal."""
    end = seal_at(page_of(bytes(content[:_HEAD]))) + len(UNSEALED)
    return _judge(bytes(content[:end]), (content[end:],))


def _begins(file: RawIOBase) -> bytes:
    """Read the first two pages of a file, at whose end the seal stands."""
    head = file.read(_HEAD) or b""
    end = seal_at(page_of(head)) + len(UNSEALED)
    file.seek(0)
    return file.read(end) or b""


def _judge(begins: bytes, rest: Iterable[memoryview]) -> Seal:
    head = bytearray(begins)
    at = seal_at(page_of(begins))
    said = bytes(head[at:])
    if len(said) == len(UNSEALED):
        head[at:] = UNSEALED.encode()
    digest = sha256(head)
    for block in rest:
        digest.update(block)
    found = digest.hexdigest()
    if said == found.encode():
        return Seal(State.SEALED, found)
    # SQLite writes the counter of changes twice, at two ends of its header.
    counter = bytes(head[_COUNTER])
    edited = counter == head[_VALID_FOR] and int.from_bytes(counter) > CHANGES
    return Seal(State.EDITED if edited else State.DAMAGED, found)


def set_seal(path: Path) -> Seal:
    """Seal a file just built, and see it safely on the disk.

    What its header counts is set first, so that the same content has the same bytes.
    """
    with path.open("r+b", buffering=0) as file:
        head = bytearray(_begins(file))
        at = seal_at(page_of(head))
        if head[at - len(SEAL_NAME) :] != (SEAL_NAME + UNSEALED).encode():
            raise AssertionError("the seal does not stand where it belongs")
        for where in (_COUNTER, _VALID_FOR, _COOKIE):
            head[where] = CHANGES.to_bytes(4)
        digest = sha256(head)
        block = bytearray(_BLOCK)
        while count := file.readinto(block):
            digest.update(memoryview(block)[:count])
        found = digest.hexdigest()
        head[at:] = found.encode()
        file.seek(0)
        file.write(head)
        os.fsync(file.fileno())
    return Seal(State.SEALED, found)

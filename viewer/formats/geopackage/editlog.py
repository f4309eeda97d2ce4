"""What was done to a working copy since the last save: one line of JSON for each edit."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from viewer.formats.durable import sync


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit since the last save.

    Parameters
    ----------
    at : float
        Seconds since 1970.
    label : str
        As the Edit menu says it.
    words : str
        All that had changed since the last save by then: ``2 events changed``.
    """

    at: float
    label: str
    words: str


class EditLog:
    """Edits, in order, and the file that they are written down in.

    Parameters
    ----------
    path : Path
        The file; what stands there is `read`, or replaced by the first edit.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._edits: list[Edit] = []
        # How many of them stand in whole lines, and where the last of these ends.
        self._written = self._end = 0
        # Whether the disk has the name of the file, too.
        self._named = False

    @staticmethod
    def read(path: Path) -> EditLog:
        """Return what a file holds, nothing where there is none.

        Raises
        ------
        OSError
            The disk does not give it.
        """
        out = EditLog(path)
        with suppress(FileNotFoundError):
            content = path.read_bytes()
            out._end = content.rfind(b"\n") + 1
            for line in content.splitlines(keepends=True):
                # The last line may have been cut short.
                with suppress(ValueError, TypeError):
                    out._edits.append(Edit(**json.loads(line)))
                    out._written += line.endswith(b"\n")
        return out

    @property
    def edits(self) -> tuple[Edit, ...]:
        """All of them, the first one first."""
        return tuple(self._edits)

    @property
    def empty(self) -> bool:
        """Whether no edit was ever written down, not even one that cannot be read here."""
        return not self._edits and not self._end

    def add(self, edit: Edit) -> None:
        """Note an edit; it is on the disk after the next `write`."""
        self._edits.append(edit)

    def write(self) -> None:
        """Put on the disk what is not there yet.

        Raises
        ------
        OSError
            The disk does not take it; the next time it is tried again.
        """
        new = self._edits[self._written :]
        if not new and (self._named or not self._edits):
            return
        lines = b"".join(json.dumps(asdict(edit)).encode() + b"\n" for edit in new)
        with self._path.open("ab") as file:
            # After a line that was cut short nothing could be read.
            file.truncate(self._end)
            file.write(lines)
            file.flush()
            os.fsync(file.fileno())
        self._written, self._end = len(self._edits), self._end + len(lines)
        if not self._named:
            sync(self._path.parent)
            self._named = True

    def clear(self) -> None:
        """Forget all of it: it was saved.

        Raises
        ------
        OSError
            The file cannot be removed.
        """
        self._edits = []
        self._written = self._end = 0
        self._named = False
        self._path.unlink(missing_ok=True)

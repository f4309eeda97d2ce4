"""A process beside the program that tells when the machine itself stood still.

A machine that is shared takes pauses in which nothing runs at all, this process no more than the
program. It has next to nothing to do: where it is late, so is everybody.
"""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import time

_STEP = 0.005
"""Seconds it sleeps at a time."""
_LATE = 0.05
"""Seconds by which it is late when it tells."""
_PAUSE = struct.Struct("dd")


class Bystander:
    """Starts the process, and hears from it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__], stdout=subprocess.PIPE, stdin=subprocess.PIPE
        )
        assert self._process.stdout is not None
        self._told = self._process.stdout
        os.set_blocking(self._told.fileno(), False)

    def paused(self, since: float, until: float) -> float:
        """Return for how many seconds the machine stood still between two moments.

        Parameters
        ----------
        since, until : float
            By `time.monotonic`; later than those asked for before.
        """
        # It may have been late for the same reason, and must get a turn to say so.
        time.sleep(2 * _STEP)
        told = self._told.read() or b""
        pauses = _PAUSE.iter_unpack(told[: len(told) // _PAUSE.size * _PAUSE.size])
        return sum(max(0.0, min(end, until) - max(start, since)) for start, end in pauses)

    def stop(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()


def _watch() -> None:
    before = time.monotonic()
    # Whose parent is gone has nobody to tell.
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(_STEP)
        now = time.monotonic()
        if now - before > _LATE:
            os.write(1, _PAUSE.pack(before + _STEP, now))
        before = now


if __name__ == "__main__":
    _watch()

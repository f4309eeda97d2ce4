"""The memory of all threads in one heap."""

from __future__ import annotations

import ctypes
import sys

_ARENA_MAX = -8
"""The option of glibc's ``mallopt`` for the most heaps there may be."""


def share() -> None:
    """Have all threads that are still to come use one heap.

    Left to itself glibc gives each thread a heap of its own, and what is freed there is neither
    used by others nor given back: tens of megabytes after every import or large picture. Other
    systems do without.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        mallopt(_ARENA_MAX, 1)

"""The lock on a dossier that is open for writing."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

from viewer.locks import Lock
from viewer.settings import data_dir


def lock_of(target: Path) -> Lock:
    """Return the lock on a dossier; it stands among the program's own files, not beside it."""
    called = os.path.normcase(str(target.resolve()))
    return Lock(data_dir() / "locks" / f"{sha256(called.encode()).hexdigest()[:32]}.lock")

"""Where the files that are shipped with the program lie."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path


@cache
def _root() -> Path:
    bundled = getattr(sys, "_MEIPASS", None)
    if bundled is not None:
        return Path(bundled)
    here = Path(__file__).resolve().parent
    # A wheel carries both folders inside the package; a checkout has them beside it.
    return here / "_shipped" if (here / "_shipped").is_dir() else here.parent


def asset(*parts: str) -> Path:
    """Return the path of a shipped asset, e.g. ``asset("fonts", "Inter-Regular.ttf")``."""
    return _root().joinpath("assets", *parts)


def shipped_dossier(name: str = "iran-canada") -> Path:
    """Return the folder of a dossier that is shipped with the program."""
    return _root() / "data" / name

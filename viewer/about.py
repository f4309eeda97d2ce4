"""What this program is: its version, its commit and the libraries it stands on."""

from __future__ import annotations

import json
import os
import platform
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from viewer import __version__
from viewer.assets import asset

BUILT = "build.json"
"""Asset of a packaged program: what `libraries` and `commit` returned where it was built."""
NOTICE = "THIRD-PARTY.txt"
"""Asset of a packaged program: the licences of all that is shipped with it."""


def versions(*, load: bool = True) -> dict[str, str]:
    """Return what a report on a fault should name: name → version, in this order.

    ``commit`` is absent where it is not known, a library where the program does without it.

    Parameters
    ----------
    load : bool
        Whether, from source, git is asked and the libraries are imported to be asked, which takes
        a second; else only those are named that are loaded already.
    """
    built = asset(BUILT)
    if built.is_file():
        known = json.loads(built.read_text(encoding="utf-8"))
    else:
        known = {"commit": commit() if load else "", **libraries(load=load)}
    found = {"commit": known.pop("commit", ""), "Python": platform.python_version(), **known}
    return {"entente": __version__} | {name: word for name, word in found.items() if word}


def versions_from_outside() -> dict[str, str]:
    """Return `versions` as another process finds them.

    What it takes to ask a library stays loaded for good, and holds up the window while it loads.
    """
    if asset(BUILT).is_file():
        return versions()
    import subprocess

    ask = "import json; from viewer.about import versions; print(json.dumps(versions()))"
    root = Path(__file__).resolve().parents[1]
    try:
        done = subprocess.run(
            [sys.executable, "-c", ask], cwd=root,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30, check=True,
        )  # fmt: skip
        found: dict[str, str] = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.SubprocessError):
        return versions(load=False)
    return found


def version_line() -> str:
    """Return `versions` in one line, as ``--version`` prints it."""
    (name, number), *others = versions().items()
    return f"{name} {number} ({', '.join(f'{what} {which}' for what, which in others)})"


def notice() -> str:
    """Return the licences of all that is shipped; from source, where they are to be found."""
    shipped = asset(NOTICE)
    if shipped.is_file():
        return shipped.read_text(encoding="utf-8")
    return (
        "Entente is under the Apache License 2.0: see LICENSE. README.md lists the licences of "
        "what it is built on; an installed package carries the text of each."
    )


def commit() -> str:
    """Return the commit of a checkout; empty where it cannot be told."""
    root = Path(__file__).resolve().parents[1]
    if not (root / ".git").exists():
        return ""
    # Not for every start of the program.
    import subprocess

    words = "describe", "--always", "--abbrev=12", "--exclude=*", "--dirty= with changes"
    try:
        # Without locks: looking writes nothing.
        done = subprocess.run(
            ["git", "-C", str(root), *words],
            env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"},
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=10, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()


def libraries(*, load: bool = True) -> dict[str, str]:
    """Return the versions of Qt, PROJ and GDAL, as far as they are installed.

    Parameters
    ----------
    load : bool
        Whether those are imported that are not loaded yet.
    """
    found = {}
    # By name, so that a package does not get them for being asked here alone. PySide6 is numbered
    # like the Qt inside, and does not load it by itself.
    for name, module, attribute in (
        ("Qt", "PySide6", "__version__"),
        ("PROJ", "pyproj", "proj_version_str"),
        ("GDAL", "pyogrio", "__gdal_version_string__"),
    ):
        with suppress(ImportError):
            asked = import_module(module) if load else sys.modules.get(module)
            if asked is not None:
                found[name] = str(getattr(asked, attribute))
    return found

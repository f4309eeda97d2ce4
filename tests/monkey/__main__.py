"""Let the monkey at the program: ``python -m tests.monkey [--actions N] [--seed S] …``."""

from __future__ import annotations

import argparse
import atexit
import os
import random
import shutil
import sys
import tempfile
from pathlib import Path


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.monkey", description=__doc__)
    parser.add_argument("--actions", type=int, default=5_000, metavar="N")
    parser.add_argument("--seed", type=int, metavar="S", help="chance, to be had again")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="do what a log says instead")
    parser.add_argument("--dossier", type=Path, metavar="PATH", help="what the window opens first")
    parser.add_argument(
        "--stall", type=float, default=500, metavar="MS",
        help="milliseconds that the window may be held up, default %(default)s",
    )  # fmt: skip
    parser.add_argument("--log", type=Path, metavar="FILE", help="where actions are written down")
    parser.add_argument("--plant", default="", help=argparse.SUPPRESS)
    return parser.parse_args()


def _surround(scratch: Path) -> None:
    """Give the program a home of its own, before it is imported."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    for kind in ("CONFIG", "DATA", "CACHE"):
        os.environ[f"XDG_{kind}_HOME"] = str(scratch / kind.lower())
    os.environ["HOME"] = str(scratch / "home")
    os.environ["TMPDIR"] = tempfile.tempdir = str(scratch / "temporary")
    os.environ["XDG_RUNTIME_DIR"] = _in_memory()


def _in_memory() -> str:
    """Return a new folder that is in memory, as a desktop gives one to who is logged in."""
    memory = Path("/dev/shm")
    out = tempfile.mkdtemp(prefix="entente-monkey-", dir=memory if memory.is_dir() else None)
    atexit.register(shutil.rmtree, out, ignore_errors=True)
    return out


def main() -> int:
    """Return 0 where nothing was found."""
    options = _options()
    scratch = Path(tempfile.mkdtemp(prefix="entente-monkey-"))
    for name in ("log", "replay", "dossier"):
        if getattr(options, name) is not None:
            setattr(options, name, getattr(options, name).resolve())
    _surround(scratch)
    seed = random.SystemRandom().randrange(10**6) if options.seed is None else options.seed

    from tests.monkey.run import run

    log = options.log or scratch / "actions.log"
    found = run(scratch, log, seed, options)
    if found and options.log is None:
        print(f"the actions are in {log}")
    if not found:
        shutil.rmtree(scratch)
    return int(found)


if __name__ == "__main__":
    sys.exit(main())

"""Make the archive for Windows that runs from wherever it is unpacked."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "build" / "program" / "entente"


def make(facts: dict[str, str]) -> list[Path]:
    """Return the path of the archive."""
    out = ROOT / "dist" / f"entente-{facts['version']}-windows-x64.zip"
    moment = time.gmtime(int(facts["epoch"]))[:6]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(PROGRAM.rglob("*")):
            if path.is_file():
                name = f"entente-{facts['version']}/{path.relative_to(PROGRAM).as_posix()}"
                archive.writestr(zipfile.ZipInfo(name, moment), path.read_bytes(),
                                 zipfile.ZIP_DEFLATED)  # fmt: skip
    return [out]

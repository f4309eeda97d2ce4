"""Make the installer for Windows, with NSIS.

ENTENTE_SIGN_COMMAND is a command line that signs the file whose name is put in the place of {};
with it the program and the installer are signed, e.g.
``signtool sign /fd sha256 /tr http://timestamp.example /td sha256 /n "The name" {}``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from dev import fail

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "build" / "program" / "entente"
SCRIPT = ROOT / "packaging" / "windows" / "installer.nsi"
MAKENSIS = ("makensis", r"C:\Program Files (x86)\NSIS\makensis.exe")


def make(facts: dict[str, str]) -> list[Path]:
    """Return the path of the installer."""
    makensis = next(filter(None, map(shutil.which, MAKENSIS)), None)
    if makensis is None:
        fail("NSIS is missing: install it from nsis.sourceforge.io, then start again")
    for program in PROGRAM.glob("*.exe"):
        sign(program)
    out = ROOT / "dist" / f"entente-{facts['version']}-windows-x64-setup.exe"
    size = sum(path.stat().st_size for path in PROGRAM.rglob("*") if path.is_file())
    defines = {
        "VERSION": facts["version"],
        "FOUR": f"{facts['number']}.0",
        "PROGRAM": PROGRAM,
        "ICON": ROOT / "build" / "generated" / "entente.ico",
        "LICENCE": ROOT / "LICENSE",
        "KILOBYTES": size // 1024,
        "OUT": out,
    }
    # On Windows options begin with a slash; on Linux, where the script is tried, with a dash.
    dash = "/" if sys.platform == "win32" else "-"
    words = [f"{dash}D{name}={value}" for name, value in defines.items()]
    subprocess.run([makensis, f"{dash}V2", f"{dash}WX", *words, str(SCRIPT)], check=True)
    sign(out)
    return [out]


def sign(file: Path) -> None:
    """Sign a file, if it is told how."""
    command = os.environ.get("ENTENTE_SIGN_COMMAND")
    if command:
        subprocess.run(command.replace("{}", f'"{file}"'), check=True, shell=True)  # noqa: S602

"""Make the archive that runs from wherever it is unpacked, on Linux with glibc 2.34 or later."""

from __future__ import annotations

import lzma
import shutil
from pathlib import Path

import linux_files


def make(facts: dict[str, str]) -> list[Path]:
    """Return the path of the archive."""
    name = f"entente-{facts['version']}-linux-{linux_files.machine()}"
    folder = linux_files.ROOT / "build" / "tar" / name
    linux_files.lay_out(folder, facts)
    for file in ("LICENSE", "CHANGELOG.md"):
        shutil.copyfile(linux_files.ROOT / file, folder / file)
    start = folder / "entente"
    shutil.copyfile(linux_files.SOURCES / "entente.sh", start)
    linux_files.set_modes(folder, {start, folder / "lib/entente/entente"})
    out = linux_files.ROOT / "dist" / f"{name}.tar.xz"
    with lzma.open(out, "wb", preset=9) as compressed:
        linux_files.pack(folder, compressed, int(facts["epoch"]))
    return [out]

"""Make an AppImage: one file that runs on any Linux, where its runtime is at hand.

The runtime is a program of the AppImage project that unpacks the rest of the file when started.
No package registry has it; ENTENTE_APPIMAGE_RUNTIME names a file of it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import linux_files
from dev import fail, install, say

RUNTIME = "ENTENTE_APPIMAGE_RUNTIME"


def make(facts: dict[str, str]) -> list[Path]:
    """Return the path of the AppImage; of nothing where there is no runtime."""
    named = os.environ.get(RUNTIME)
    if not named:
        say(f"no AppImage: {RUNTIME} names no file with the runtime of AppImage")
        return []
    if not Path(named).is_file():
        fail(f"{RUNTIME} is {named}, which is no file")
    if not shutil.which("mksquashfs"):
        install("programs to build with", [("squashfs-tools",) * 3])
    folder = linux_files.ROOT / "build" / "appimage" / "AppDir"
    usr = folder / "usr"
    linux_files.lay_out(usr, facts)
    (folder / "AppRun").symlink_to("usr/lib/entente/entente")
    desktop = f"{linux_files.ID}.desktop"
    (folder / desktop).symlink_to(f"usr/share/applications/{desktop}")
    for icon in (f"{linux_files.ID}.png", ".DirIcon"):
        source = usr / "share/icons/hicolor/256x256/apps" / f"{linux_files.ID}.png"
        shutil.copyfile(source, folder / icon)
    linux_files.set_modes(folder, {usr / "lib/entente/entente"})
    image = folder.with_suffix(".squashfs")
    image.unlink(missing_ok=True)
    # SOURCE_DATE_EPOCH sets all times.
    subprocess.run(
        ["mksquashfs", folder, image, "-root-owned", "-noappend", "-no-xattrs", "-comp", "zstd",
         "-Xcompression-level", "19", "-quiet", "-no-progress"],
        check=True,
    )  # fmt: skip
    name = f"Entente-{facts['version']}-{linux_files.machine()}.AppImage"
    out = linux_files.ROOT / "dist" / name
    out.write_bytes(Path(named).read_bytes() + image.read_bytes())
    out.chmod(0o755)
    return [out]

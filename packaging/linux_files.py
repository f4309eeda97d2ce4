"""What every package for Linux holds: the program and what ties it into a desktop."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import tarfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parent.parent
GENERATED = ROOT / "build" / "generated"
PROGRAM = ROOT / "build" / "program" / "entente"
SOURCES = ROOT / "packaging" / "linux"
ID = "io.github.entente.entente"
SIZES = (16, 24, 32, 48, 64, 128, 256, 512)


@dataclass(frozen=True)
class Release:
    """A heading of the changelog with its points.

    Parameters
    ----------
    version : str
    date : str
        As 2026-11-22; empty where it is not out yet.
    points : tuple of str
    """

    version: str
    date: str
    points: tuple[str, ...]


def releases() -> Iterator[Release]:
    """Yield the releases of CHANGELOG.md, newest first."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    for section in re.split(r"(?m)^## ", text)[1:]:
        heading, _, body = section.partition("\n")
        found = re.match(r"\[(.+?)\] – (\d{4}-\d\d-\d\d)?", heading)
        if found:
            points = re.findall(r"(?m)^- ((?:.+\n?(?:  .+\n?)*))", body)
            plain = (" ".join(point.split()).replace("`", "") for point in points)
            yield Release(found[1], found[2] or "", tuple(plain))


def metainfo(facts: dict[str, str]) -> str:
    """Return AppStream's description of the program."""
    today = time.strftime("%Y-%m-%d", time.gmtime(int(facts["epoch"])))
    entries = []
    for release in releases():
        kind, day = ("stable", release.date) if release.date else ("development", today)
        points = "".join(f"          <li>{escape(point)}</li>\n" for point in release.points)
        entries.append(
            f'    <release version="{release.version}" date="{day}" type="{kind}">\n'
            f"      <description>\n        <ul>\n{points}        </ul>\n      </description>\n"
            "    </release>"
        )
    text = (SOURCES / f"{ID}.metainfo.xml.in").read_text(encoding="utf-8")
    return text.replace("@releases@", "\n".join(entries)).replace("@number@", facts["number"])


def lay_out(prefix: Path, facts: dict[str, str]) -> None:
    """Put the program and all its files below a prefix, as ``/usr`` is one."""
    shutil.rmtree(prefix, ignore_errors=True)
    shutil.copytree(PROGRAM, prefix / "lib" / "entente", symlinks=True)
    share = prefix / "share"
    copies = {
        SOURCES / f"{ID}.desktop": f"applications/{ID}.desktop",
        SOURCES / f"{ID}.mime.xml": f"mime/packages/{ID}.xml",
        ROOT / "assets/icons/entente.svg": f"icons/hicolor/scalable/apps/{ID}.svg",
        ROOT / "assets/icons/dossier.svg": (
            "icons/hicolor/scalable/mimetypes/application-x-entente-dossier.svg"
        ),
        GENERATED / "entente.bash": "bash-completion/completions/entente",
        GENERATED / "_entente": "zsh/vendor-completions/_entente",
        GENERATED / "entente.fish": "fish/vendor_completions.d/entente.fish",
        ROOT / "README.md": "doc/entente/README.md",
    }
    for size in SIZES:
        folder = f"icons/hicolor/{size}x{size}"
        icons = GENERATED / "icons"
        copies[icons / f"entente-{size}.png"] = f"{folder}/apps/{ID}.png"
        copies[icons / f"dossier-{size}.png"] = (
            f"{folder}/mimetypes/application-x-entente-dossier.png"
        )
    for source, target in copies.items():
        (share / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, share / target)
    write(share / f"metainfo/{ID}.metainfo.xml", metainfo(facts).encode())
    write(share / "man/man1/entente.1.gz", zipped((GENERATED / "entente.1").read_bytes()))
    set_modes(prefix, {prefix / "lib/entente/entente"})


def write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def zipped(data: bytes) -> bytes:
    """Return gzip without a time in it."""
    return gzip.compress(data, 9, mtime=0)


def set_modes(folder: Path, programs: set[Path]) -> None:
    """Give everything the same rights whatever the umask: only programs can be run."""
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path in programs else 0o644)


def pack(folder: Path, out: BinaryIO, epoch: int) -> None:
    """Write a folder as tar: sorted, of root, and all of one time."""

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = "root"
        entry.mtime = epoch
        return entry

    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for path in [folder, *sorted(folder.rglob("*"))]:
            name = path.relative_to(folder.parent).as_posix()
            archive.add(path, name, recursive=False, filter=plain)


def machine() -> str:
    return os.uname().machine

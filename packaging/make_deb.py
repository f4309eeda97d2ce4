"""Make the package for Debian 12 and later and for Ubuntu."""

from __future__ import annotations

import hashlib
import json
import shlex
import subprocess
import textwrap
import time
from email.utils import formatdate
from pathlib import Path

import linux_files
from dev import fail, say

MAINTAINER = "The Entente authors <entente@users.noreply.github.com>"
SOURCES = linux_files.SOURCES / "debian"


def make(facts: dict[str, str]) -> list[Path]:
    """Return the path of the package, once lintian and the desktop's own checks have passed it."""
    tree = linux_files.ROOT / "build" / "deb" / "entente"
    usr = tree / "usr"
    linux_files.lay_out(usr, facts)
    program = usr / "lib" / "entente"
    names = json.loads((linux_files.GENERATED / "system.json").read_text(encoding="utf-8"))
    for name in names:
        # Debian has it, and mends it when a fault is found in it.
        (program / "_internal" / name).unlink()
    (usr / "bin").mkdir()
    (usr / "bin" / "entente").symlink_to("../lib/entente/entente")
    doc = usr / "share" / "doc" / "entente"
    (doc / "THIRD-PARTY.txt").symlink_to("../../../lib/entente/_internal/assets/THIRD-PARTY.txt")
    linux_files.write(doc / "copyright", (SOURCES / "copyright").read_bytes())
    linux_files.write(doc / "changelog.gz", linux_files.zipped(changelog(facts).encode()))
    overrides = usr / "share" / "lintian" / "overrides" / "entente"
    linux_files.write(overrides, (SOURCES / "lintian-overrides").read_bytes())
    linux_files.set_modes(tree, {program / "entente"})
    architecture = output(["dpkg", "--print-architecture"]).strip()
    size = sum(f.stat().st_size for f in usr.rglob("*") if f.is_file() and not f.is_symlink())
    fields = {
        "Package": "entente",
        "Version": facts["version"],
        "Architecture": architecture,
        "Maintainer": MAINTAINER,
        "Installed-Size": str(size // 1024),
        "Depends": dependencies(program),
        "Section": "science",
        "Priority": "optional",
        "Homepage": "https://github.com/entente/entente",
        "Description": (SOURCES / "description").read_text(encoding="utf-8").rstrip(),
    }
    control = "".join(f"{name}: {words}\n" for name, words in fields.items())
    linux_files.write(tree / "DEBIAN" / "control", control.encode())
    linux_files.write(tree / "DEBIAN" / "md5sums", sums(tree).encode())
    linux_files.set_modes(tree, {program / "entente"})
    out = linux_files.ROOT / "dist" / f"entente_{facts['version']}_{architecture}.deb"
    output(["dpkg-deb", "--root-owner-group", "-Zxz", "--build", str(tree), str(out)])
    check(usr, out)
    return [out]


def changelog(facts: dict[str, str]) -> str:
    """Return the changelog in Debian's form."""
    out = []
    for at, release in enumerate(linux_files.releases()):
        version = release.version if at else facts["version"]
        epoch = int(facts["epoch"])
        if release.date:
            epoch = int(time.mktime(time.strptime(release.date, "%Y-%m-%d")))
        points = (textwrap.indent(textwrap.fill(p, 76), "    ") for p in release.points)
        body = "\n".join("  * " + point.lstrip() for point in points)
        date = formatdate(epoch)
        out.append(
            f"entente ({version}) unstable; urgency=medium\n\n{body}\n\n -- {MAINTAINER}  {date}\n"
        )
    return "\n".join(out)


def dependencies(program: Path) -> str:
    """Return the packages that the program's files need, as dpkg-shlibdeps finds them."""
    scratch = program.parents[3] / "shlibdeps"
    # It wants to be asked about a source package.
    control = b"Source: entente\n\nPackage: entente\nArchitecture: any\n"
    linux_files.write(scratch / "debian" / "control", control)
    private = {path.parent for path in program.rglob("*.so*")}
    binaries = [program / "entente", *(p for p in program.rglob("*.so*") if not p.is_symlink())]
    command = ["dpkg-shlibdeps", "-O", "--ignore-missing-info", "--warnings=0"]
    command += [f"-l{folder}" for folder in sorted(private)]
    command += [f"-e{path}" for path in sorted(binaries)]
    found = output(command, scratch).strip()
    return found.removeprefix("shlibs:Depends=")


def sums(tree: Path) -> str:
    return "".join(
        f"{hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()}  "
        f"{path.relative_to(tree)}\n"
        for path in sorted(tree.rglob("*"))
        if path.is_file() and not path.is_symlink() and "DEBIAN" not in path.parts
    )


def check(usr: Path, package: Path) -> None:
    """Have the package looked at by the tools that distributions look at it with."""
    share = usr / "share"
    say("checking the package")
    output(["desktop-file-validate", str(share / f"applications/{linux_files.ID}.desktop")])
    metainfo = share / f"metainfo/{linux_files.ID}.metainfo.xml"
    output(["appstreamcli", "validate", "--no-net", "--pedantic", str(metainfo)])
    # Root may run it: it only reads.
    output(["lintian", "--allow-root", "--fail-on", "error,warning", "--no-tag-display-limit",
            "--color", "never", str(package)])  # fmt: skip


def output(command: list[str], folder: Path | None = None) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        fail(f"{shlex.join(command[:6])} failed:\n{done.stdout}{done.stderr}")
    return done.stdout

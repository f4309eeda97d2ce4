#!/usr/bin/env python3
"""Build the packages that users install, into dist/.

    python3 packaging/build.py                    all that this system can build
    python3 packaging/build.py --only deb,tar     some of them
    python3 packaging/build.py --keep-program     do not build the program anew
    python3 packaging/build.py --twice            build again, and see that all is the same

On Linux deb, tar and appimage, on Windows setup and zip, on macOS dmg; with them SHA256SUMS
and a bill of materials. An AppImage needs the runtime of AppImage, which no package registry
has: ENTENTE_APPIMAGE_RUNTIME names the file. The newest Python that is installed builds, in an
environment of its own in build/; nothing else than build/ and dist/ is written to.
"""

import argparse
import hashlib
import importlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from dev import LINUX, ROOT, Environment, fail, install, quiet, say

PYTHONS = ("3.13", "3.12", "3.11")  # newest first; the versions pinned have no wheels for later
BUILD, DIST = ROOT / "build", ROOT / "dist"
GENERATED = BUILD / "generated"
PROGRAM = BUILD / "program" / "entente"
ENVIRONMENT = Environment("build/env", "build")
APP_ID = "io.github.entente.entente"

# What is built where, by which module of this folder, and what Debian, Fedora and Arch call the
# programs that it takes.
KINDS = {"linux": ("deb", "tar", "appimage"), "win32": ("setup", "zip"), "darwin": ("dmg",)}
TOOLS = {
    "strip": ("binutils",) * 3,
    "chrpath": ("chrpath",) * 3,
    "git": ("git",) * 3,
    "desktop-file-validate": ("desktop-file-utils",) * 3,
    "appstreamcli": ("appstream", "appstream", "appstream"),
}
DEB_TOOLS = {
    "dpkg-deb": ("dpkg", "dpkg", "dpkg"),
    "dpkg-shlibdeps": ("dpkg-dev", "dpkg-dev", "dpkg"),
    "lintian": ("lintian",) * 3,
}


def main() -> int:
    """Build what was asked for."""
    kinds = KINDS.get("linux" if LINUX else sys.platform, ())
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default=",".join(kinds), metavar="KIND,...")
    parser.add_argument("--keep-program", action="store_true")
    parser.add_argument("--twice", action="store_true")
    options = parser.parse_args()
    wanted = [kind for kind in options.only.split(",") if kind]
    if unknown := set(wanted) - set(kinds):
        fail(f"{', '.join(sorted(unknown))}: not built here; choose from {', '.join(kinds)}")
    start_over_with_the_newest()
    if LINUX:
        tools = {**TOOLS, **(DEB_TOOLS if "deb" in wanted else {})}
        install("programs to build with", [tools[t] for t in tools if not shutil.which(t)])
    ENVIRONMENT.make()
    facts = gather()
    # From here on whatever looks at the clock or at hashes sees the same each time.
    os.environ |= {"SOURCE_DATE_EPOCH": str(facts["epoch"]), "PYTHONHASHSEED": "0", "TZ": "UTC"}
    if not options.keep_program or not PROGRAM.is_dir():
        generate(facts)
        freeze()
    inside("selftest.py", str(PROGRAM))
    made = pack(facts, wanted)
    if options.twice:
        first = fingerprints(made)
        generate(facts)
        freeze()
        compare(first, fingerprints(pack(facts, wanted)))
    sums = sums_of({*made, *others()})
    (DIST / "SHA256SUMS").write_text(sums, encoding="utf-8")
    for path in made:
        say(f"dist/{path.name}: {path.stat().st_size / 1e6:.2f} MB")
    return 0


def pack(facts: dict[str, str | int], wanted: list[str]) -> list[Path]:
    """Make packages of the program, and the bill of materials; return their paths."""
    DIST.mkdir(exist_ok=True)
    made = [path for kind in wanted for path in importlib.import_module(f"make_{kind}").make(facts)]
    bill = DIST / f"entente-{facts['version']}.cdx.json"
    shutil.copyfile(GENERATED / "bom.json", bill)
    return [*made, bill]


def start_over_with_the_newest() -> None:
    """Go on as the newest Python that is installed, if this is not it."""
    for version in PYTHONS:
        if sys.version.startswith(version):
            return
        homes = sorted((Path.home() / ".pyenv" / "versions").glob(f"{version}.*"), reverse=True)
        pythons = [*(home / "bin" / "python3" for home in homes), shutil.which(f"python{version}")]
        # A shim that leads nowhere says what it is by failing.
        probe = f"import sys, venv; sys.exit(not sys.version.startswith('{version}'))"
        found = next((str(p) for p in pythons if p and quiet([str(p), "-c", probe])), None)
        if found:
            say(f"building with Python {version}")
            sys.exit(subprocess.call([found, *sys.argv]))


# -- what is known beforehand ----------------------------------------------------------------------


def gather() -> dict[str, str | int]:
    """Return version, commit and time of what is built; a package of no release says so."""
    source = (ROOT / "viewer" / "__init__.py").read_text(encoding="utf-8")
    found = re.search('__version__ = "(.+)"', source)
    number = found[1] if found else fail("viewer/__init__.py names no version")
    commit, epoch, day = git("log", "-1", "--format=%h %ct %cd", "--date=format:%Y%m%d").split()
    released = f"v{number}" in git("tag", "--points-at", "HEAD").split()
    return {
        "id": APP_ID,
        "number": number,
        # "~" sorts before the release.
        "version": number if released else f"{number}~{day}.{commit}",
        "commit": commit,
        "epoch": int(epoch),
    }


def git(*words: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(ROOT), *words], capture_output=True, text=True, check=False
    )
    if done.returncode:
        fail(f"{done.stderr.strip()}; packages are built in a clone of the repository")
    return done.stdout


def generate(facts: dict[str, str | int]) -> None:
    """Make the files that PyInstaller is handed."""
    shutil.rmtree(GENERATED, ignore_errors=True)
    GENERATED.mkdir(parents=True)
    (GENERATED / "facts.json").write_text(json.dumps(facts), encoding="utf-8")
    for script in ("build_facts.py", "build_icons.py", "build_manual.py"):
        inside(script)


def inside(script: str, *arguments: str) -> None:
    """Run a script of this folder in the environment that is packaged."""
    command = [str(ENVIRONMENT.python), str(ROOT / "packaging" / script), *arguments]
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    if subprocess.call(command, cwd=ROOT, env=env):
        fail(f"{script} did not do its work: see above")


# -- the program ---------------------------------------------------------------------------------


def freeze() -> None:
    """Run PyInstaller and take off what nobody needs at run time."""
    say("building the program, about two minutes")
    shutil.rmtree(BUILD / "work", ignore_errors=True)
    log = BUILD / "pyinstaller.log"
    with log.open("w", encoding="utf-8") as out:
        status = subprocess.call(
            [
                str(ENVIRONMENT.python), "-m", "PyInstaller", "packaging/entente.spec",
                "--noconfirm", "--distpath", str(PROGRAM.parent), "--workpath", str(BUILD / "work"),
            ],
            cwd=ROOT, stdout=out, stderr=out,
        )  # fmt: skip
    if status:
        fail(f"PyInstaller failed; read {log.relative_to(ROOT)}")
    if LINUX:
        strip()


def strip() -> None:
    """Take symbols off libpython and extension modules, and paths of this machine off all.

    Never symbols off Qt and what wheels carry in folders ``*.libs``: these were changed after
    linking, and stripping breaks them.
    """
    for path in sorted((PROGRAM / "_internal").rglob("*.so*")):
        folders = path.relative_to(PROGRAM).parts
        if path.is_symlink():
            continue
        if "PySide6" not in folders and not any(name.endswith(".libs") for name in folders):
            subprocess.run(["strip", "--strip-unneeded", str(path)], check=True)
        dynamic = subprocess.check_output(["readelf", "-d", str(path)], text=True)
        found = re.search(r"\((?:RPATH|RUNPATH)\).*\[(.+)\]", dynamic)
        if found and any(folder.startswith("/") for folder in found[1].split(":")):
            subprocess.run(
                ["chrpath", "--delete", str(path)], check=True, stdout=subprocess.DEVNULL
            )


# -- sums ----------------------------------------------------------------------------------------


def fingerprints(made: list[Path]) -> dict[str, str]:
    """Return the hashes of packages and of all that is in them."""
    inside = [path for path in sorted(PROGRAM.rglob("*")) if path.is_file()]
    return {str(path.relative_to(ROOT)): sha256(path) for path in [*made, *inside]}


def compare(first: dict[str, str], second: dict[str, str]) -> None:
    """Fail where two builds differ."""
    names = sorted(first.keys() | second.keys())
    if differing := [name for name in names if first.get(name) != second.get(name)]:
        more = f" and {len(differing) - 5} more" if len(differing) > 5 else ""
        fail(f"built twice, these are not the same: {', '.join(differing[:5])}{more}")
    say(f"built twice: {len(first)} files have the same hashes")


def others() -> set[Path]:
    """Return the packages of other kinds that lie there already."""
    return {path for path in DIST.iterdir() if path.is_file() and path.name != "SHA256SUMS"}


def sums_of(paths: set[Path]) -> str:
    return "".join(f"{sha256(path)}  {path.name}\n" for path in sorted(paths))


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())

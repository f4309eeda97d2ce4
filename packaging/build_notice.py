"""Write the notice of all that is shipped, THIRD-PARTY.txt, and the bill of materials, bom.json.

The recipe of PyInstaller calls this once it knows which files go into the program. Files are led
back to the distribution, the library or the system package they came from; one that cannot be led
back ends the build, so that the notice is complete. The bill is CycloneDX 1.6.
"""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
import sysconfig
import time
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from importlib.metadata import Distribution, distributions, version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
GENERATED = ROOT / "build" / "generated"
LICENCES = ROOT / "packaging" / "licences"

# Libraries that wheels carry inside, by the name of their file: name, licence.
NATIVE = {
    "libgdal*": ("GDAL (with PROJ, GEOS, SQLite, curl, expat and others linked in)", "MIT"),
    "gdal*.dll": ("GDAL (with PROJ, GEOS, SQLite, curl, expat and others linked in)", "MIT"),
    "*proj[-_.]*": ("PROJ", "MIT"),
    "*geos*": ("GEOS", "LGPL-2.1-or-later"),
    "*sqlite3*": ("SQLite", "blessing"),
    "*curl*": ("curl", "curl"),
    "*nghttp2*": ("nghttp2", "MIT"),
    "*tiff*": ("LibTIFF", "libtiff"),
    "*jpeg*": ("libjpeg-turbo", "IJG AND BSD-3-Clause"),
    "*openblas*": ("OpenBLAS", "BSD-3-Clause"),
    "*gfortran*": ("GNU Fortran runtime", "GPL-3.0-or-later WITH GCC-exception-3.1"),
    "*quadmath*": ("GNU quad-precision library", "LGPL-2.1-or-later"),
    "*libgcc*": ("GCC runtime", "GPL-3.0-or-later WITH GCC-exception-3.1"),
    "*pdfium*": ("PDFium", "BSD-3-Clause AND Apache-2.0"),
    "*icu*": ("ICU", "Unicode-3.0"),
    "*msvcp140*": ("Microsoft Visual C++ runtime", "LicenseRef-Microsoft-Redistributable"),
    "*vcruntime140*": ("Microsoft Visual C++ runtime", "LicenseRef-Microsoft-Redistributable"),
    "*concrt140*": ("Microsoft Visual C++ runtime", "LicenseRef-Microsoft-Redistributable"),
}
IN_QT = (
    "HarfBuzz (MIT), FreeType (FTL), libpng (libpng-2.0),\nlibjpeg-turbo (IJG AND BSD-3-Clause), "
    "zlib (Zlib), PCRE2 (BSD-3-Clause), double-conversion\n(BSD-3-Clause), TinyCBOR (MIT), "
    "md4c (MIT), BLAKE2 and SHA-3 (CC0-1.0) and ICU (Unicode-3.0)"
)
HEAD = """\
Entente {version}: what it is built on
{line}

Entente itself is under the Apache License 2.0. What follows is shipped with it as its makers
published it, each part under its own licence; all of them allow Entente to be used, changed and
passed on. What is marked (Debian) is in the portable packages for Linux only.
{index}
Qt and PySide6 under the LGPL 3.0, and how to replace them

Qt and PySide6 are used under the GNU Lesser General Public License, version 3. They are separate
shared libraries in the folder "_internal/PySide6" of the program (Frameworks in Entente.app) as
published on PyPI by The Qt Company, unchanged. You may replace them by your own builds of Qt {qt}
and PySide6 {qt} or of later compatible ones: put the new files in the place of those of the same
name, and start the program. Nothing checks or signs them (a signed Entente.app must be signed
anew, with "codesign --force --deep --sign -"). You may take the program apart for that.
The source of these versions is at https://download.qt.io/official_releases/qt/ and
https://download.qt.io/official_releases/QtForPython/. The same holds for GEOS under the LGPL 2.1,
a library of its own in "_internal", source at https://libgeos.org.
Linked into Qt are {in_qt}.
The texts of their licences are at https://doc.qt.io/qt-6/licenses-used-in-qt.html.
"""


@dataclass
class Part:
    """Something that is shipped: a distribution, a library, a set of data."""

    name: str
    version: str
    licence: str
    home: str = ""
    purl: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    inside: dict[str, str] = field(default_factory=dict)
    """Libraries it carries: name → licence."""


# -- where files came from -------------------------------------------------------------------------


def parts_of(sources: Iterable[str]) -> list[Part]:
    """Return all that files came from, our own parts first, then in the order of names."""
    owners = {
        str(Path(str(entry.locate())).resolve()): found
        for found in distributions()
        for entry in found.files or ()
    }
    stdlib = Path(sysconfig.get_path("stdlib")).resolve()
    parts: dict[str, Part] = {"python": python_part(stdlib), "pyinstaller": bootloader_part()}
    unknown = []
    # A source that is not absolute is a link to a file that is there as well.
    for source in filter(os.path.isabs, sources):
        path = Path(source).resolve()
        ours = path.is_relative_to(ROOT) and not path.is_relative_to(sys.prefix)
        of_python = path.is_relative_to(stdlib) or path.name.startswith(("libpython", "python3"))
        if owner := owners.get(str(path)):
            part = parts.setdefault(owner.name, distribution_part(owner))
            note_native(part, path.name)
        elif source.startswith(("/lib", "/usr/lib")):
            part = system_part(path)
            parts.setdefault(part.name, part)
        elif native(path.name):
            note_native(parts["python"], path.name)
        elif not ours and not of_python:
            unknown.append(source)
    if unknown:
        sys.exit("not known where these files came from:\n" + "\n".join(unknown))
    return [*own_parts(), *(parts[key] for key in sorted(parts, key=str.lower))]


def native(file: str) -> tuple[str, str] | None:
    return next((what for pattern, what in NATIVE.items() if fnmatch(file.lower(), pattern)), None)


def note_native(part: Part, file: str) -> None:
    if re.search(r"\.(so|dll|dylib)\b", file) and ".abi3." not in file and "cpython" not in file:
        found = native(file)
        if found:
            part.inside[found[0]] = found[1]


def distribution_part(found: Distribution) -> Part:
    about = found.metadata
    short = [about.get("License-Expression"), about.get("License")]
    classified = [
        c.rpartition(" :: ")[2] for c in about.get_all("Classifier", []) if "License" in c
    ]
    licence = next((w for w in (*short, *classified) if w and len(w) < 80 and "\n" not in w), "")
    homes = [
        about.get("Home-page"),
        *(u.partition(", ")[2] for u in about.get_all("Project-URL", [])),
    ]
    return Part(
        name=found.name,
        version=found.version,
        licence=licence.strip() or sys.exit(f"{found.name} names no licence"),
        home=next((home for home in homes if home and home.startswith("http")), ""),
        purl=f"pkg:pypi/{re.sub('[-_.]+', '-', found.name).lower()}@{found.version}",
        texts=dict(texts_of(found)),
    )


def texts_of(found: Distribution) -> Iterator[tuple[str, str]]:
    """Yield names and texts of the licence files of a distribution."""
    pattern = re.compile(r"(?i)licen[cs]e|copying|notice|copyright")
    for entry in sorted(found.files or (), key=str):
        named = pattern.search(entry.name) or "licenses" in entry.parts
        if ("dist-info" in entry.parts[0] and named) or entry.name in ("LICENSE.TXT", "copyright"):
            yield entry.name, Path(str(entry.locate())).read_text("utf-8", "replace")
    if found.name.lower().startswith(("pyside6", "shiboken6")):
        for name in ("LGPL-3.0.txt", "GPL-3.0.txt"):
            yield name, (LICENCES / name).read_text("utf-8")


def system_part(path: Path) -> Part:
    """Return the Debian package that a library of the system came from."""
    # Debian 12 moves files from /lib to /usr/lib but dpkg may know them by the old name.
    for name in (str(path), str(path).removeprefix("/usr")):
        done = subprocess.run(["dpkg", "-S", name], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            break
    else:
        sys.exit(f"{path}: of no Debian package; build on Debian, or leave it out")
    package = done.stdout.partition(":")[0]
    show = ["dpkg-query", "-W", "-f=${Version} ${Homepage}", package]
    number, _, home = subprocess.check_output(show, text=True).partition(" ")
    text = Path(f"/usr/share/doc/{package}/copyright").read_text("utf-8", "replace")
    # That of single files is in the text.
    main = re.search(r"(?m)^Files: *\*\n(?:.*\n)*?License: *(\S.*)$", text)
    return Part(
        name=f"{package} (Debian)",
        version=number,
        licence=main[1] if main else "see its text",
        home=home,
        purl=f"pkg:deb/debian/{package}@{number}",
        texts={"copyright": text},
    )


def python_part(stdlib: Path) -> Part:
    # Beside the library on most systems, in the base folder on Windows.
    places = (stdlib / "LICENSE.txt", Path(sys.base_prefix, "LICENSE.txt"))
    place = next((path for path in places if path.is_file()), None)
    number = platform.python_version()
    if place is None:
        sys.exit("the licence of Python is not beside its library")
    home, purl = "https://www.python.org", f"pkg:generic/python@{number}"
    return Part("Python", number, "PSF-2.0", home, purl, {place.name: place.read_text("utf-8")})


def bootloader_part() -> Part:
    found = next(d for d in distributions() if d.name.lower() == "pyinstaller")
    part = distribution_part(found)
    part.name, part.licence = (
        "PyInstaller (its start program)",
        "GPL-2.0-or-later WITH Bootloader-exception",
    )
    return part


def own_parts() -> list[Part]:
    """Return fonts and data of the repository that others made."""

    def text(folder: str, name: str) -> dict[str, str]:
        return {name: (ROOT / "assets" / folder / name).read_text("utf-8")}

    return [
        Part("Inter", "4.001", "OFL-1.1", "https://rsms.me/inter/",
             texts=text("fonts", "OFL-Inter.txt")),
        Part("Noto Sans Arabic", "2.005", "OFL-1.1", "https://notofonts.github.io",
             texts=text("fonts", "OFL-NotoSansArabic.txt")),
        Part("Basemap: Natural Earth, cities of GeoNames, names of Unicode CLDR", "4.1",
             "LicenseRef-public-domain AND CC-BY-4.0 AND Unicode-3.0 AND ISC AND MIT",
             "https://www.naturalearthdata.com", texts=text("basemap", "README.md")),
    ]  # fmt: skip


# -- the notice ----------------------------------------------------------------------------------


def notice(parts: list[Part], number: str) -> str:
    """Return the notice as plain text: a list, then every licence text once."""
    index = []
    for part in parts:
        index.append(f"- {part.name} {part.version}: {part.licence}")
        index += [f"    with {name}: {licence}" for name, licence in sorted(part.inside.items())]
    title = f"Entente {number}: what it is built on"
    out = [
        HEAD.format(
            version=number, line="=" * len(title), qt=version("PySide6-Essentials"), in_qt=IN_QT,
            index="\n" + "\n".join(index) + "\n",
        )
    ]  # fmt: skip
    shown: dict[str, str] = {}
    for part in parts:
        heading = f"{part.name} {part.version}"
        out += ["", "=" * 96, heading, *([part.home] if part.home else []), "=" * 96]
        for name, text in part.texts.items():
            known = shown.setdefault(text.strip(), heading)
            words = text.strip() if known == heading else f"The same text as under {known}."
            out += ["", f"--- {name}", "", words]
    if any("LGPL-2.1" in licence for part in parts for licence in part.inside.values()):
        out += ["", "=" * 96, "GNU Lesser General Public License 2.1", "=" * 96, ""]
        out.append((LICENCES / "LGPL-2.1.txt").read_text("utf-8"))
    return "\n".join(out).rstrip() + "\n"


# -- the bill ------------------------------------------------------------------------------------


def bill(parts: list[Part], facts: dict[str, Any]) -> dict[str, Any]:
    """Return the bill of materials in CycloneDX 1.6."""
    commit, epoch = facts["commit"], facts["epoch"]
    serial = uuid.uuid5(uuid.NAMESPACE_URL, f"{facts['id']}/{commit}")
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(epoch)),
            "component": {
                "type": "application",
                "bom-ref": "entente",
                "name": "entente",
                "version": facts["version"],
                "licenses": [{"license": {"id": "Apache-2.0"}}],
                "purl": f"pkg:generic/entente@{facts['version']}?vcs_ref={commit}",
            },
        },
        "components": [component(part, f"part-{i}") for i, part in enumerate(parts)],
        "dependencies": [{"ref": "entente", "dependsOn": [f"part-{i}" for i in range(len(parts))]}],
    }


def component(part: Part, ref: str) -> dict[str, Any]:
    out: dict[str, Any] = {
        "type": "data" if part.name.startswith("Basemap") else "library",
        "bom-ref": ref,
        "name": part.name,
        "version": part.version,
        "licenses": [licence(part.licence)],
    }
    if part.purl:
        out["purl"] = part.purl
    if part.home:
        out["externalReferences"] = [{"type": "website", "url": part.home}]
    if part.inside:
        out["components"] = [
            {"type": "library", "bom-ref": f"{ref}-{i}", "name": name, "licenses": [licence(words)]}
            for i, (name, words) in enumerate(sorted(part.inside.items()))
        ]
    return out


def licence(words: str) -> dict[str, Any]:
    """Return a licence as CycloneDX has it: an SPDX expression, or any other words as a name."""
    known = re.fullmatch(r"[A-Za-z0-9.-]+[0-9]( (AND|OR|WITH) [A-Za-z0-9.-]+)*|MIT|ISC|curl", words)
    return {"expression": words} if known else {"license": {"name": words}}


def write(sources: Iterable[str]) -> None:
    """Write both files into the folder of generated ones."""
    facts = json.loads((GENERATED / "facts.json").read_text("utf-8"))
    parts = parts_of(sources)
    (GENERATED / "THIRD-PARTY.txt").write_text(notice(parts, facts["number"]), "utf-8")
    text = json.dumps(bill(parts, facts), indent=1, ensure_ascii=False) + "\n"
    (GENERATED / "bom.json").write_text(text, "utf-8")

"""Write what a package knows of itself: versions, and what Windows and macOS ask of a program.

Run in the environment that is packaged; ``packaging/build.py`` has written facts.json before.
"""

from __future__ import annotations

import ast
import json
from pathlib import Path

from viewer.about import commit, libraries

ROOT = Path(__file__).resolve().parent.parent
GENERATED = ROOT / "build" / "generated"
VERSION_RESOURCE = """\
VSVersionInfo(
  ffi=FixedFileInfo(filevers={four}, prodvers={four}, mask=0x3f, flags=0x0, OS=0x40004,
                    fileType=0x1, subtype=0x0, date=(0, 0)),
  kids=[
    StringFileInfo([StringTable("080904b0", [
      StringStruct("CompanyName", "The Entente authors"),
      StringStruct("FileDescription", "Entente"),
      StringStruct("FileVersion", "{number}"),
      StringStruct("InternalName", "entente"),
      StringStruct("LegalCopyright", "The Entente authors. Apache License 2.0"),
      StringStruct("OriginalFilename", "entente.exe"),
      StringStruct("ProductName", "Entente"),
      StringStruct("ProductVersion", "{version}"),
    ])]),
    VarFileInfo([VarStruct("Translation", [0x0809, 1200])]),
  ],
)
"""


def imported(folder: Path) -> set[str]:
    """Return the names of all that the modules of a folder import, wherever in them."""
    names: set[str] = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def versions() -> dict[str, str]:
    """Return the commit and the versions of the libraries that are packaged."""
    used = {name.partition(".")[0] for name in imported(ROOT / "viewer")}
    # GDAL brings a PROJ along, and pyproj its own.
    absent = ({"GDAL"} if "pyogrio" not in used else set()) | (
        {"PROJ"} if not used & {"pyogrio", "pyproj"} else set()
    )
    found = libraries()
    return {"commit": commit()} | {name: found[name] for name in found if name not in absent}


def info_plist(facts: dict[str, str]) -> dict[str, object]:
    """Return what macOS is told of the program, beside what PyInstaller says by itself."""
    return {
        "CFBundleDisplayName": "Entente",
        "CFBundleShortVersionString": facts["number"],
        "CFBundleVersion": facts["number"],
        "LSApplicationCategoryType": "public.app-category.reference",
        "LSMinimumSystemVersion": "13.0",
        "NSHighResolutionCapable": True,
        # The program draws its own dark appearance.
        "NSRequiresAquaSystemAppearance": False,
        "NSHumanReadableCopyright": "The Entente authors. Apache License 2.0",
        # A dossier is a GeoPackage: macOS tells files apart by the last extension alone.
        "CFBundleDocumentTypes": [
            {
                "CFBundleTypeName": "GeoPackage",
                "CFBundleTypeRole": "Editor",
                "LSHandlerRank": "Alternate",
                "LSItemContentTypes": ["org.opengeospatial.geopackage"],
            },
        ],
        "UTImportedTypeDeclarations": [
            {
                "UTTypeIdentifier": "org.opengeospatial.geopackage",
                "UTTypeDescription": "GeoPackage",
                "UTTypeConformsTo": ["public.database"],
                "UTTypeTagSpecification": {
                    "public.filename-extension": ["gpkg"],
                    "public.mime-type": ["application/geopackage+sqlite3"],
                },
            }
        ],
    }


def main() -> None:
    facts = json.loads((GENERATED / "facts.json").read_text(encoding="utf-8"))
    four = (*map(int, facts["number"].split(".")), 0)
    (GENERATED / "build.json").write_text(json.dumps(versions()), encoding="utf-8")
    (GENERATED / "info.json").write_text(json.dumps(info_plist(facts)), encoding="utf-8")
    (GENERATED / "version.txt").write_text(
        VERSION_RESOURCE.format(four=four, **facts), encoding="utf-8"
    )


if __name__ == "__main__":
    main()

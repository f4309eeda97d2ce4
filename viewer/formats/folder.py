"""A dossier as a folder: one CSV file per table and a ``datapackage.json`` beside them.

The form for reading, comparing and spreadsheets, and for getting data out of anything. The
description beside the tables is a Frictionless tabular data package.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

from viewer.errors import EntenteError
from viewer.formats.csvtable import read_table, write_table
from viewer.formats.durable import sync, write_through
from viewer.formats.package import FILES, MOST_POINTS, PACKAGE, matches
from viewer.formats.registry import Format, why_not
from viewer.formats.sound import sound
from viewer.geo.anchors import fitted_points
from viewer.model.dossier import Dossier, Table
from viewer.model.report import Report
from viewer.model.schema import (
    ABOUT_TABLES,
    ACTOR_KINDS,
    PLACE_ROLES,
    PRECISIONS,
    QUADS,
    REFERENCES,
    STANCES,
    TABLES,
)
from viewer.progress import Progress, unheard

_LARGEST_PACKAGE = 16 << 20
_VOCABULARY: dict[tuple[str, str], Iterable[str]] = {
    ("actors", "kind"): ACTOR_KINDS,
    ("places", "precision"): PRECISIONS,
    ("events", "quad"): QUADS,
    ("event_places", "role"): PLACE_ROLES,
    ("relations", "quad"): QUADS,
    ("claims", "about_kind"): ABOUT_TABLES,
    ("claims", "stance"): STANCES,
}
_NUMBERS = frozenset({("places", "lon"), ("places", "lat")})


def read(path: Path, progress: Progress) -> Dossier:
    """Read the folder at `path`, or the one that the file `path` stands in.

    Raises
    ------
    EntenteError
        No table is there, or one that is there cannot be read at all.
    """
    folder = path if path.is_dir() else path.parent
    report = Report(str(path if path.is_dir() else folder))
    try:
        present = {entry.name for entry in folder.iterdir()}
    except OSError as error:
        raise EntenteError(f"{folder}: {why_not(error)}") from error
    if present.isdisjoint(FILES):
        raise EntenteError(
            f"{folder}: no dossier: none of its tables is here; name the folder that holds "
            f"{', '.join(FILES)}"
        )
    package = _read_package(folder, report) if PACKAGE in present else {}
    tables = read_tables(folder, report, _hashes(package), progress)
    tables = sound(tables, report)
    progress(1.0)
    title, description = package.pop("title", None), package.pop("description", "")
    return Dossier(
        title=title if isinstance(title, str) and title else folder.resolve().name,
        path=str(folder),
        tables=tables,
        problems=report.problems(),
        description=description if isinstance(description, str) else "",
        extra={key: value for key, value in package.items() if key != "resources"},
    )


def read_tables(
    folder: Path,
    report: Report,
    hashes: Mapping[str, str] = MappingProxyType({}),
    progress: Progress = unheard,
) -> dict[str, Table]:
    """Return the tables in a folder with all their rows, sound or not.

    Parameters
    ----------
    folder : Path
    report : Report
    hashes : mapping of str to str
        File name → the SHA-256 it should have.
    progress : Progress
    """
    tables = {name: Table.empty(name) for name in TABLES}
    for done, (file, name) in enumerate(FILES.items()):
        progress(done / (len(FILES) + 1))
        if not (folder / file).exists():
            continue
        tables[name], digest = read_table(folder / file, name, report)
        if hashes.get(file, digest) != digest:
            report.add(
                f"is not what {PACKAGE} says (SHA-256): it was edited or damaged since; "
                "compare it with a copy you trust, or save the dossier anew",
                name,
                severity="warning",
            )
    progress(len(FILES) / (len(FILES) + 1))
    return tables


def _read_package(folder: Path, report: Report) -> dict[str, object]:
    """Return what `PACKAGE` holds; a dossier can be read without."""
    path = folder / PACKAGE
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST_PACKAGE:
            raise ValueError("not a file of a few pages")
        package = json.loads(path.read_text(encoding="utf-8-sig"))
        # What holds half a surrogate pair could not be written again.
        json.dumps(package, ensure_ascii=False).encode()
        if not isinstance(package, dict):
            raise TypeError("the outermost is no object")
    except (OSError, ValueError, TypeError, RecursionError) as error:
        report.add(
            f"{PACKAGE} cannot be read ({error}); the folder's name is the title instead",
            severity="warning",
        )
        return {}
    return package


def _hashes(package: Mapping[str, object]) -> dict[str, str]:
    """Return file name → SHA-256 for the resources that name one."""
    out: dict[str, str] = {}
    resources = package.get("resources")
    for resource in resources if isinstance(resources, list) else ():
        if isinstance(resource, dict):
            path, digest = resource.get("path"), resource.get("hash")
            if isinstance(path, str) and isinstance(digest, str):
                kind, _, value = digest.rpartition(":")
                if kind == "sha256":
                    out[path] = value.lower()
    return out


FORMAT = Format(
    name="folder",
    title=f"a folder with the tables of a dossier ({', '.join(FILES)}), its {PACKAGE}, or one "
    "of these tables",
    extensions=(),
    matches=matches,
    read=read,
    own=True,
)


# -- writing -------------------------------------------------------------------------------------


def write_folder(
    dossier: Dossier,
    path: Path | str,
    overwrite: bool = False,
    tables: Mapping[str, Table] | None = None,
    allowed: Callable[[Path], None] = lambda _: None,
) -> None:
    """Write a dossier as a folder, all of it or nothing.

    The files are written into a folder beside `path`, which then takes its place.

    Parameters
    ----------
    dossier : Dossier
    path : Path or str
        The folder; the one it stands in must be there.
    overwrite : bool
        Whether a dossier that is there already is replaced.
    tables : mapping of str to Table, optional
        Its tables with the rows that are no part of the dossier, since they are not sound, and
        should not be lost. None: there are none such.
    allowed : callable
        Given what will take its place, at the last moment before the target is touched; raises
        where it must not be.

    Raises
    ------
    EntenteError
        Something is in the way, or the disk does not take it.
    """
    # What only writing needs would delay the first picture of every start.
    import shutil
    import tempfile

    path = Path(path)
    _clear_way(path, overwrite)
    try:
        target = path.resolve()
        # Beside the target, since a rename does not lead from one disk to another.
        room = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
        fresh, old = room / "new", room / "old"
        try:
            fresh.mkdir()
            for name, content in _contents(dossier, target.name, tables or dossier.tables).items():
                write_through(fresh / name, content)
            sync(fresh)
            allowed(fresh)
            if target.exists():
                shutil.copymode(target, fresh)
                _swap(target, fresh, old)
            else:
                fresh.rename(target)
            sync(target.parent)
        finally:
            # What stood at the target is not thrown away where nothing took its place.
            if not (old.exists() and fresh.exists()):
                shutil.rmtree(room, ignore_errors=True)
    except OSError as error:
        raise EntenteError(
            f"{path}: cannot be written ({error.strerror}); choose another folder or make room"
        ) from error


def _swap(target: Path, fresh: Path, old: Path) -> None:
    """Put `fresh` in the place of `target`, or leave all as it was.

    No system call that Python has exchanges two folders: who pulls the plug between the two
    renames finds both, whole, in the folder beside.
    """
    target.rename(old)
    try:
        fresh.rename(target)
    except BaseException as error:
        try:
            old.rename(target)
        except OSError:
            raise EntenteError(
                f"{target}: another program put something there meanwhile; what stood there "
                f"before is in {old}, what was to be written in {fresh}"
            ) from error
        raise


def _clear_way(path: Path, overwrite: bool) -> None:
    if not path.exists():
        return
    if not path.is_dir():
        raise EntenteError(f"{path}: a file of this name is in the way; choose another name")
    there = {entry.name for entry in path.iterdir()}
    foreign = sorted(there - {PACKAGE, *FILES})
    if foreign:
        raise EntenteError(
            f"{path}: holds “{foreign[0]}”, which is no part of a dossier and would be lost; "
            "choose another folder"
        )
    if there and not overwrite:
        raise EntenteError(f"{path}: there is a dossier already; choose another folder")


def _contents(dossier: Dossier, name: str, tables: Mapping[str, Table]) -> dict[str, bytes]:
    """Return file name → content."""
    files = {file: write_table(tables[table]) for file, table in FILES.items()}
    package = {
        "name": name,
        "profile": "tabular-data-package",
        **dossier.extra,
        "entente": _note(dossier),
        "title": dossier.title,
        "description": dossier.description,
        "resources": [
            {
                "name": table,
                "path": file,
                "profile": "tabular-data-resource",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": len(files[file]),
                "hash": f"sha256:{sha256(files[file]).hexdigest()}",
                "schema": _schema(dossier.tables[table]),
            }
            for file, table in FILES.items()
        ],
    }
    text = json.dumps(package, ensure_ascii=False, indent=2) + "\n"
    return {**files, PACKAGE: text.encode()}


def _note(dossier: Dossier) -> dict[str, object]:
    """Return what no other program needs to know; `package.first_look` reads it."""
    kept = dossier.extra.get("entente")
    note: dict[str, object] = {"schema": 1, **(kept if isinstance(kept, dict) else {})}
    note.pop("extent", None)
    points = fitted_points(dossier)
    if 0 < len(points) <= MOST_POINTS:
        note["extent"] = points.round(3).tolist()
    return note


def _schema(table: Table) -> dict[str, object]:
    """Return the Table Schema of a table."""
    fields: list[dict[str, object]] = []
    keys: list[dict[str, object]] = []
    for column in table.columns:
        entry: dict[str, object] = {
            "name": column,
            "type": "number" if (table.name, column) in _NUMBERS else "string",
        }
        if column == "id":
            entry["constraints"] = {"required": True, "unique": True}
        elif words := _VOCABULARY.get((table.name, column)):
            entry["constraints"] = {"enum": list(words)}
        fields.append(entry)
        if other := REFERENCES.get((table.name, column)):
            # A data package calls the table itself by the empty name.
            resource = "" if other == table.name else other
            keys.append({"fields": [column], "reference": {"resource": resource, "fields": ["id"]}})
    schema: dict[str, object] = {"fields": fields, "missingValues": [""]}
    if "id" in table.columns:
        schema["primaryKey"] = ["id"]
    if keys:
        schema["foreignKeys"] = keys
    return schema

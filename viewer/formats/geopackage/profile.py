"""The strict profile: what stands in the file of a dossier, to the letter.

It is a GeoPackage 1.3 (OGC 12-128r17): its three tables of metadata, `places` as features with a
point each, the other tables of `schema.TABLES` as attributes, and two tables of our own. There are
no triggers, views, virtual tables or indices beyond those that keys bring along, so that nothing
in a file can run. All cells are text, byte for byte; the points follow from `lon` and `lat`.

The size of a page follows from the number of rows, and a file says it in its header. The first
table, and so the last bytes of the second page, hold the *seal*: the SHA-256 of the
whole file with noughts in place of the seal itself. The counter of changes in SQLite's header is
`CHANGES` in every file we write: another program that commits to one raises it.

There is no counter of saves, nor a time: the same content gives the same bytes. Which of two files
is which is told by their seals.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from viewer.model.dossier import Dossier
from viewer.model.schema import TABLES

SCHEMA = 1
"""Version of the profile that is written; `tables_of` knows the text of every one."""
FINE, COARSE = 512, 4096
"""Bytes of a page of a small dossier, of which a file that is cut off then keeps more rows, and of
a large one, which is saved and opened faster so."""
MANY = 100_000
"""Rows from which on a dossier is large."""
_PAGE_SIZE = slice(16, 18)
APPLICATION_ID, GEOPACKAGE_VERSION = 0x47504B47, 10300
MAGIC = b"SQLite format 3\0"
SEAL_NAME = "entente-sha256:"
UNSEALED = "0" * 64
CHANGES = 1

WGS84 = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,'
    'AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,'
    'AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],'
    'AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]'
)
SYSTEMS = (
    ("Undefined Cartesian", -1, "NONE", -1, "undefined", "undefined Cartesian coordinates"),
    ("Undefined geographic", 0, "NONE", 0, "undefined", "undefined geographic coordinates"),
    ("WGS 84", 4326, "EPSG", 4326, WGS84, "longitude and latitude in degrees on WGS 84"),
)
"""The three rows of `gpkg_spatial_ref_sys` that the standard asks for."""

TITLES = {
    "actors": "Who deals",
    "places": "Where, with a precision",
    "events": "What happened, with a date",
    "event_places": "Which event was where",
    "participants": "Who took part in which event",
    "relations": "Lasting ties between two actors",
    "sources": "Documents",
    "claims": "What the sources assert, and on whose word",
}
NO_TIME = "1970-01-01T00:00:00.000Z"
"""The standard asks for a time of change; ours would make two files of one content differ."""

FID, GEOMETRY = "fid", "geom"
_POINT = struct.Struct("<2sBBiBIdd")
"""The standard's header without an envelope, then the point as well-known binary."""

OWN: dict[int, dict[str, str]] = {
    1: {
        "entente_seal": 'CREATE TABLE "entente_seal" ("id" INTEGER PRIMARY KEY NOT NULL, '
        '"seal" TEXT NOT NULL)',
        "gpkg_spatial_ref_sys": 'CREATE TABLE "gpkg_spatial_ref_sys" ('
        '"srs_name" TEXT NOT NULL, "srs_id" INTEGER PRIMARY KEY NOT NULL, '
        '"organization" TEXT NOT NULL, "organization_coordsys_id" INTEGER NOT NULL, '
        '"definition" TEXT NOT NULL, "description" TEXT)',
        "gpkg_contents": 'CREATE TABLE "gpkg_contents" ('
        '"table_name" TEXT PRIMARY KEY NOT NULL, "data_type" TEXT NOT NULL, '
        '"identifier" TEXT UNIQUE, "description" TEXT DEFAULT \'\', "last_change" DATETIME '
        "NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')), "
        '"min_x" DOUBLE, "min_y" DOUBLE, "max_x" DOUBLE, "max_y" DOUBLE, "srs_id" INTEGER, '
        'CONSTRAINT "fk_gc_r_srs_id" FOREIGN KEY ("srs_id") REFERENCES '
        '"gpkg_spatial_ref_sys"("srs_id"))',
        "gpkg_geometry_columns": 'CREATE TABLE "gpkg_geometry_columns" ('
        '"table_name" TEXT NOT NULL, "column_name" TEXT NOT NULL, '
        '"geometry_type_name" TEXT NOT NULL, "srs_id" INTEGER NOT NULL, "z" TINYINT NOT NULL, '
        '"m" TINYINT NOT NULL, '
        'CONSTRAINT "pk_geom_cols" PRIMARY KEY ("table_name", "column_name"), '
        'CONSTRAINT "uk_gc_table_name" UNIQUE ("table_name"), '
        'CONSTRAINT "fk_gc_tn" FOREIGN KEY ("table_name") REFERENCES '
        '"gpkg_contents"("table_name"), '
        'CONSTRAINT "fk_gc_srs" FOREIGN KEY ("srs_id") REFERENCES '
        '"gpkg_spatial_ref_sys"("srs_id"))',
        "entente_dossier": 'CREATE TABLE "entente_dossier" ("id" INTEGER PRIMARY KEY NOT NULL, '
        '"schema" INTEGER NOT NULL, "title" TEXT NOT NULL, "description" TEXT NOT NULL, '
        '"extra" TEXT NOT NULL, "columns" TEXT NOT NULL)',
    }
}
"""Version → table → its text, for the tables that are the same in every dossier; in file order."""

_TELLING = ("entente_seal", "entente_dossier")
_HEAD = 32 * COARSE
"""The text of all tables stands within so many bytes."""

_ORDER = (
    "event_places", "participants", "places", "relations", "actors", "claims", "events", "sources",
)  # fmt: skip
"""Tables as they stand in the file: those of short rows first, of which a file that is cut off
keeps the most."""
_COLUMNS: dict[int, Mapping[str, tuple[str, ...]]] = {1: TABLES}
"""Version → the columns its tables begin with."""


def page_for(rows: int) -> int:
    """Return how long the pages of a dossier of so many rows are."""
    return COARSE if rows >= MANY else FINE


def page_of(head: bytes | bytearray) -> int:
    """Return how long the pages of a file are, by its first bytes.

    Where its header says what cannot be, the place of the seal tells.
    """
    said = int.from_bytes(head[_PAGE_SIZE])
    said = 1 << 16 if said == 1 else said
    if said >= 512 and not said & (said - 1):
        return said
    found = head.find(SEAL_NAME.encode(), 0, 2 * COARSE)
    return COARSE if found >= 2 * FINE else FINE


def seal_at(page: int) -> int:
    """Return where the 64 letters of the seal stand in a file of pages of that length."""
    return 2 * page - len(UNSEALED)


def tables_of(version: int, columns: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return table → the text that a version has for it, in file order.

    Parameters
    ----------
    version : int
        1 to `SCHEMA`.
    columns : mapping of str to sequence of str
        Table → names of its columns in SQL; those of the schema come first whatever stands here.
    """
    out = dict(OWN[version])
    for table in _ORDER:
        first = _COLUMNS[version][table]
        names = (*first, *columns.get(table, ())[len(first) :])
        cells = [f"{quoted(FID)} INTEGER PRIMARY KEY NOT NULL"]
        if table == "places":
            cells.append(f"{quoted(GEOMETRY)} POINT")
        cells += [f"{quoted(name)} TEXT" for name in names]
        out[table] = f"CREATE TABLE {quoted(table)} ({', '.join(cells)})"
    return out


def quoted(name: str) -> str:
    """Return a name as SQL has it."""
    return '"' + name.replace('"', '""') + '"'


def sql_names(columns: Iterable[str]) -> dict[str, str]:
    """Return column → its name in SQL, where upper and lower case are the same.

    It is the same name unless another one, or a column of ours, has taken it.
    """
    taken, out = {FID, GEOMETRY}, dict[str, str]()
    for column in columns:
        base = column.replace("\0", "�") or "column"
        name, count = base, 1
        while name.lower() in taken:
            count += 1
            name = f"{base} ({count})"
        taken.add(name.lower())
        out[column] = name
    return out


def renamed(dossier: Dossier) -> str:
    """Return what `entente_dossier.columns` says: the columns that SQL calls otherwise."""
    out = {}
    for table in TABLES:
        names = sql_names(dossier.tables[table].columns)
        if other := {sql: name for name, sql in names.items() if sql != name}:
            out[table] = other
    return _json(out)


def about(dossier: Dossier) -> tuple[int, int, str, str, str, str]:
    """Return the row of `entente_dossier`."""
    return 1, SCHEMA, dossier.title, dossier.description, _json(dossier.extra), renamed(dossier)


def _json(content: Mapping[str, object]) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def contents() -> Iterator[tuple[object, ...]]:
    """Yield the rows of `gpkg_contents`, without an extent."""
    for table in TABLES:
        spatial = table == "places"
        kind, system = ("features", 4326) if spatial else ("attributes", None)
        yield table, kind, table, TITLES[table], NO_TIME, None, None, None, None, system
    # Else QGIS offers them as layers that it cannot open.
    for table in _TELLING:
        yield table, "attributes", table, "", NO_TIME, None, None, None, None, None


def point(lon: str, lat: str) -> bytes | None:
    """Return the geometry of a place from its cells; None where they are no place on the globe."""
    try:
        x, y = float(lon), float(lat)
    except ValueError:
        return None
    if not (abs(x) <= 180 and abs(y) <= 90):
        return None
    return _POINT.pack(b"GP", 0, 1, 4326, 1, 1, x, y)


def is_ours(path: Path) -> bool:
    """Whether a file was once a dossier of this form, be it whole or damaged."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError:
        return False
    at = seal_at(page_of(head))
    sealed = head[at - len(SEAL_NAME) : at] == SEAL_NAME.encode()
    return sealed or any(f'TABLE "{table}"'.encode() in head for table in _TELLING)

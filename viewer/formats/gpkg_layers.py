"""Layers of a GeoPackage (OGC 12-128r18) that is no dossier of ours, such as QGIS writes.

It is read as the SQLite file that it is: no view or trigger of it is trusted, nothing is written,
and every row that cannot be read is told of.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from viewer.errors import EntenteError
from viewer.formats.features import UNREADABLE, Feature, gather
from viewer.formats.heads import first_bytes
from viewer.formats.imports import SECONDS, Gathered, foreign
from viewer.formats.systems import named_system
from viewer.geo.well_known import from_binary

if TYPE_CHECKING:
    from pyproj import CRS

_MAGIC = b"SQLite format 3\0"
_MADE_BY = slice(68, 72)
_CODES = (b"GPKG", b"GP10", b"GP11")
LONGEST_CELL = 256 << 20
MOST_LAYERS = 1000
_STEPS = 100_000
"""Instructions of SQLite between two looks at the clock."""
_ENVELOPES = (0, 32, 48, 48, 64)
_PLAIN, _PLANE = 0, -1
"""Numbers of the systems that are not known: degrees, and a plane somewhere."""


def matches(path: Path) -> bool:
    """Whether a file is a GeoPackage; one whose application id was lost goes by its name."""
    first = first_bytes(path, 100)
    known = first[_MADE_BY] in _CODES or path.suffix.lower() == ".gpkg"
    return first.startswith(_MAGIC) and known


@dataclass(frozen=True, slots=True)
class _Layer:
    table: str
    title: str
    geometry: str
    srs: int


def gather_file(path: Path) -> dict[str, Any]:
    """Read a file into the tables of a dossier; run apart, see `imports`.

    Raises
    ------
    EntenteError
        It is no GeoPackage, or has no layer of features.
    """
    gathered = Gathered(path.stem)
    try:
        with closing(_opened(path)) as base:
            layers = _layers(base, gathered)
            if not layers:
                raise EntenteError(
                    f"{path}: has no layer of features, which alone can be shown; open it in a "
                    "program for maps, such as QGIS, and save a layer with points, lines or areas"
                )
            for layer in layers:
                gathered.part = layer.title if len(layers) > 1 else ""
                _read_layer(base, layer, path, gathered, several=len(layers) > 1)
    except (sqlite3.Error, UnicodeError, OverflowError) as error:
        raise EntenteError(
            f"{path}: is damaged or no GeoPackage ({error}); save it anew in the program it came "
            "from"
        ) from error
    return gathered.answer()


def _opened(path: Path) -> sqlite3.Connection:
    base = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    base.text_factory = lambda text: text.decode(errors="replace")
    base.execute("PRAGMA trusted_schema=OFF")
    base.execute("PRAGMA cell_size_check=ON")
    base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_CELL)
    base.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    end = time.monotonic() + 0.9 * SECONDS
    base.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
    return base


def _layers(base: sqlite3.Connection, gathered: Gathered) -> list[_Layer]:
    """Return the layers of features; what else is listed is told of."""
    where = {}
    if base.execute("SELECT 1 FROM sqlite_master WHERE name='gpkg_geometry_columns'").fetchone():
        rows = base.execute("SELECT table_name, column_name, srs_id FROM gpkg_geometry_columns")
        where = {table: (column, srs) for table, column, srs in rows}
    out = []
    listed = base.execute(
        "SELECT table_name, data_type, coalesce(identifier, '') FROM gpkg_contents LIMIT ?",
        (MOST_LAYERS,),
    )
    for table, kind, title in listed.fetchall():
        if kind == "features" and table in where:
            column, srs = where[table]
            out.append(_Layer(table, title or table, column, int(srs)))
        elif kind == "features":
            gathered.say(f"the layer “{table}” does not say where its geometry is: not read")
        else:
            what = "pictures" if "tile" in kind or "gridded" in kind else "rows without geometry"
            gathered.say(f"the layer “{table}” holds {what}: not read", severity="warning")
    return out


def _read_layer(
    base: sqlite3.Connection, layer: _Layer, path: Path, gathered: Gathered, *, several: bool
) -> None:
    table = _quoted(layer.table)
    about = base.execute(f"PRAGMA table_info({table})").fetchall()
    columns = [(name, kind.upper()) for _, name, kind, *_ in about]
    keys = {name for _, name, *_, key in about if key and name.casefold() in _KEYS}
    if layer.geometry not in (name for name, _ in columns):
        gathered.say(f"the layer “{layer.table}” has no column “{layer.geometry}”: not read")
        return
    wanted = ", ".join(_quoted(name) for name, _ in columns)
    features: list[Feature] = []
    blobs: list[bytes | None] = []
    binary: set[str] = set()
    for row in base.execute(f"SELECT {wanted} FROM {table}"):
        feature = Feature(len(features) + 1)
        blob = None
        for (name, kind), value in zip(columns, row, strict=True):
            if name == layer.geometry:
                blob = value
            elif isinstance(value, bytes):
                binary.add(name)
            # A key that is but a number says no more than the place in the file does.
            elif value is not None and not (isinstance(value, int) and name in keys):
                feature.cells[name] = _cell(value, kind)
        if several:
            feature.cells["layer"] = layer.title
        features.append(feature)
        blobs.append(_well_known(blob, feature.number, gathered))
    (count,) = base.execute(f"SELECT count(*) FROM {table}").fetchone()
    if count != len(features):
        gathered.say(
            f"the layer “{layer.table}” has {count:,} rows, of which {len(features):,} could be "
            "read; check the file in the program it came from"
        )
    for name in sorted(binary):
        gathered.say(f"“{name}” holds files, not text: not read", "places", 0, name, "warning")
    _shape(features, blobs, gathered)
    gather(gathered, layer.title, features, _system(base, layer, features, path, gathered))


_KEYS = frozenset(("fid", "ogc_fid", "id", "objectid"))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _cell(value: str | float, kind: str) -> str:
    if kind == "BOOLEAN" and value in (0, 1):
        return "yes" if value else "no"
    return value if isinstance(value, str) else repr(value)


def _well_known(blob: object, number: int, gathered: Gathered) -> bytes | None:
    """Return the well-known binary in a blob of a GeoPackage."""
    if blob is None:
        return None
    if isinstance(blob, bytes) and blob[:2] == b"GP" and len(blob) >= 8:
        flags = blob[3]
        envelope = flags >> 1 & 7
        if envelope < len(_ENVELOPES) and not flags & 0x20:
            return blob[8 + _ENVELOPES[envelope] :]
    gathered.say(
        "has a geometry that is none of a GeoPackage; the place stands without it",
        "places", number, "geometry",
    )  # fmt: skip
    return None


def _shape(features: list[Feature], blobs: list[bytes | None], gathered: Gathered) -> None:
    """Give features their geometries."""
    for feature, blob, shape in zip(features, blobs, from_binary(blobs), strict=True):
        feature.geometry = shape
        if blob is not None and shape is None:
            gathered.say(UNREADABLE, "places", feature.number, "geometry")


def _system(
    base: sqlite3.Connection,
    layer: _Layer,
    features: list[Feature],
    path: Path,
    gathered: Gathered,
) -> CRS | None:
    """Return the system of a layer; one that is not known takes the geometry with it."""
    row = base.execute(
        "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys "
        "WHERE srs_id=?",
        (layer.srs,),
    ).fetchone()
    if layer.srs == _PLAIN:
        gathered.say(
            f"the layer “{layer.table}” does not say what its degrees are counted from: read as "
            "WGS 84",
            severity="warning",
        )
        return None
    fault = "does not say where on the globe its plane is"
    if layer.srs != _PLANE and row is not None:
        for name in (f"{row[0]}:{row[1]}", str(row[2])):
            try:
                return named_system(name, path)
            except EntenteError:
                fault = f"is in a coordinate system that is not known ({row[0]}:{row[1]})"
    for feature in features:
        feature.geometry = None
    gathered.say(
        f"the layer “{layer.table}” {fault}: its places stand without coordinates; save it in "
        "WGS 84 (EPSG:4326)"
    )
    return None


FORMAT = foreign(
    "gpkg-layers",
    "a GeoPackage of another program",
    (".gpkg",),
    matches=matches,
)

"""Shapefiles (ESRI, 1998), as ``.shp`` with what lies beside it or together in a ``.zip``.

GDAL reads them, in a process apart and with every other driver taken from it, out of a folder
that holds nothing but the parts of the shapefile.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from viewer.errors import EntenteError
from viewer.formats.features import UNREADABLE, Feature, gather
from viewer.formats.heads import first_bytes
from viewer.formats.imports import Gathered, foreign
from viewer.formats.systems import named_system
from viewer.formats.zipped import BadArchive, open_zip, read_entry
from viewer.geo.well_known import from_binary

if TYPE_CHECKING:
    from pyproj import CRS

PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_MAGIC = b"\x00\x00\x27\x0a"
_OTHERS = (
    "ADBC AIVector AVCBin AVCE00 AmigoCloud CAD CSV CSW Carto DGN DXF EDIGEO EEDA ESRIJSON "
    "Elasticsearch FlatGeobuf GDALG GML GMLAS GPKG GPSBabel GPX GTFS GeoJSON GeoJSONSeq GeoRSS "
    "HTTP HANA HDF5 Idrisi Interlis JML JSONFG KML LIBKML LVBAG MBTiles MVT MapML "
    "MiraMonVector MongoDBv3 MSSQLSpatial MySQL NAS NGW netCDF OAPIF OCI ODBC ODS OGCAPI OGR_GMT "
    "OGR_PDS OGR_VRT OSM OpenFileGDB PCIDSK PDF PDS4 PGDUMP PGeo PLSCENES PMTiles PostgreSQL S57 "
    "SOSI SQLite SXF Selafin TopoJSON VDV VFK VICAR VRT WAsP WCS WFS WMS WMTS XLS XLSX"
).split()
SKIPPED = (*_OTHERS, "MapInfo File", "Interlis 1", "Interlis 2", "Parquet", "Arrow")
"""Every driver of GDAL for vectors but the one; none of them is to have a look."""
_MOST_TOLD = 20
_NO_FILE = "has no {} beside it, in which its {} stand; keep the parts of a shapefile together"


def matches(path: Path) -> bool:
    """Whether a file is a shapefile, or an archive with one in it."""
    first = first_bytes(path, 4)
    return first == _MAGIC or (first == b"PK\x03\x04" and _holds_one(path))


def _holds_one(path: Path) -> bool:
    from zipfile import BadZipFile, ZipFile

    try:
        with ZipFile(path) as archive:
            return any(name.lower().endswith(".shp") for name in archive.namelist())
    except (BadZipFile, OSError, ValueError, NotImplementedError):
        return False


def gather_file(path: Path) -> dict[str, Any]:
    """Read a file into the tables of a dossier; run apart, see `imports`.

    Raises
    ------
    EntenteError
        It is no shapefile.
    """
    gathered = Gathered(path.stem)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        zipped = first_bytes(path, 4) != _MAGIC
        layers = _unpacked(path, folder) if zipped else _laid_out(path, folder)
        for file, title in layers:
            gathered.part = title if len(layers) > 1 else ""
            _read_layer(file, title, path, gathered, several=len(layers) > 1)
    return gathered.answer()


def _unpacked(path: Path, folder: Path) -> list[tuple[Path, str]]:
    """Write the shapefiles of an archive into a folder, under names of our own."""
    try:
        with open_zip(path.read_bytes()) as archive:
            names = [n for n in archive.namelist() if "__MACOSX" not in n.split("/")]
            own = [name for name in names if name.lower().endswith(".shp")]
            for number, shp in enumerate(own):
                for name in names:
                    part = name[-4:].lower()
                    if name[:-4] == shp[:-4] and part in PARTS:
                        data = read_entry(archive, name) or b""
                        (folder / f"{number}{part}").write_bytes(data)
    except BadArchive as error:
        raise EntenteError(f"{path}: {error}") from error
    return [(folder / f"{number}.shp", Path(name).stem) for number, name in enumerate(own)]


def _laid_out(path: Path, folder: Path) -> list[tuple[Path, str]]:
    """Put the parts of a shapefile into a folder of their own."""
    for beside in path.parent.iterdir():
        if beside.stem == path.stem and beside.suffix.lower() in PARTS and beside.is_file():
            target = folder / f"0{beside.suffix.lower()}"
            try:
                target.symlink_to(beside.absolute())
            except OSError:
                shutil.copyfile(beside, target)
    return [(folder / "0.shp", path.stem)]


def _read_layer(file: Path, title: str, path: Path, gathered: Gathered, *, several: bool) -> None:
    with _gdal() as told:
        import pyogrio
        from pyogrio.raw import read

        try:
            count = pyogrio.read_info(file, force_feature_count=True)["features"]
            about, _, blobs, columns = read(file, datetime_as_string=True)
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError) as error:
            raise EntenteError(
                f"{path}: cannot be read as a shapefile; save it anew in the program it came from, "
                "as a GeoPackage if it can"
            ) from error
    for message in told[:_MOST_TOLD]:
        gathered.say(f"{title}: {message.replace(str(file.with_suffix('')), title)}")
    for part, what in ((".dbf", "names and attributes"), (".shx", "rows")):
        if not file.with_suffix(part).exists():
            gathered.say(f"{title}: {_NO_FILE.format(part, what)}", severity="warning")
    if blobs is None:
        blobs = np.full(len(columns[0]) if len(columns) else 0, None)
    if count not in (len(blobs), -1):
        gathered.say(
            f"{title} has {count:,} rows, of which {len(blobs):,} could be read; check it in the "
            "program it came from"
        )
    names = [str(name) for name in about["fields"]]
    texts = [_texts(column) for column in columns]
    features = []
    for row, shape in enumerate(from_binary(blobs)):
        cells = {name: column[row] for name, column in zip(names, texts, strict=True)}
        if several:
            cells["layer"] = title
        features.append(Feature(row + 1, shape, cells))
        if blobs[row] is not None and shape is None:
            gathered.say(UNREADABLE, "places", row + 1, "geometry")
    gather(gathered, title, features, _system(about["crs"], title, path, gathered))


def _system(said: str | None, title: str, path: Path, gathered: Gathered) -> CRS | None:
    if said:
        return named_system(said, path)
    gathered.say(
        f"{title} has no .prj, so that its coordinate system is not known: read as longitude and "
        "latitude in WGS 84",
        severity="warning",
    )
    return None


def _texts(column: np.ndarray[Any, Any]) -> list[str]:
    """Return a column as cells; whole numbers stay whole where some are missing."""
    if column.dtype.kind == "f":
        known = column[np.isfinite(column)]
        whole = bool((known == np.round(known)).all()) and bool((np.abs(known) < 1e15).all())
        return [
            "" if not np.isfinite(value) else str(int(value)) if whole else repr(float(value))
            for value in column
        ]
    return ["" if value is None else str(value) for value in column.tolist()]


@contextmanager
def _gdal() -> Iterator[list[str]]:
    """Let GDAL do nothing but read shapefiles; yields what it complains of."""
    # It looks at these when it is first imported.
    os.environ["GDAL_SKIP"] = ",".join(SKIPPED)
    os.environ["GDAL_HTTP_PROXY"] = os.environ["GDAL_HTTPS_PROXY"] = "127.0.0.1:9"
    os.environ["GDAL_DISABLE_READDIR_ON_OPEN"] = "EMPTY_DIR"
    # A missing index of the rows is made anew, in the folder that is thrown away.
    os.environ["SHAPE_RESTORE_SHX"] = "YES"
    told: list[str] = []
    listener = _Listener(told)
    logger = logging.getLogger("pyogrio")
    logger.addHandler(listener)
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield told
        told.extend(str(warning.message) for warning in caught)
    finally:
        logger.removeHandler(listener)


class _Listener(logging.Handler):
    def __init__(self, told: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._told = told

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(Exception):
            self._told.append(record.getMessage())


FORMAT = foreign("shapefile", "a shapefile", (".shp", ".zip"), matches=matches)

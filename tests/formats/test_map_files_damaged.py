"""Map files with a few bytes wrong: read, or refused in one line; never anything else."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.formats.test_map_files import KML, blob, collection, feature, geopackage, point
from viewer.errors import EntenteError
from viewer.formats import geojson, gpkg_layers, gpx, kml, points_table
from viewer.formats.imports import dossier_of

TIMES = 60
ODD = (b"1e999", b"NaN", b"null", b"[[[", b"}", b"<", b"\0", b"\xff\xfe", b'"', b"-", b"9" * 30)
GPX = b'<gpx><wpt lat="33.1" lon="44.20"><time>2019-05-01</time><name>Start</name></wpt></gpx>'


def damaged(data: bytes, chance: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(chance.choice((1, 2, 4))):
        at = chance.randrange(max(len(out), 1))
        match chance.randrange(4):
            case 0:
                out[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del out[at : at + chance.randrange(64)]
            case 2:
                out[at:at] = chance.choice(ODD)
            case _:
                out[at:at] = out[: chance.randrange(200)]
    return bytes(out)


def written(folder: Path) -> dict[str, tuple[bytes, Callable[[Path], dict[str, Any]]]]:
    import json

    base = folder / "whole.gpkg"
    geopackage(base, (4326, "EPSG", 4326), [("A", blob(1, 2)), ("B", blob(3, 4))])
    line = {"type": "LineString", "coordinates": [[1, 2], [3, 4]]}
    layer = collection(feature(point(1, 2), date="2012-09"), feature(line, name="x"))
    return {
        "geojson": (json.dumps(layer).encode(), geojson.gather_file),
        "kml": (KML.encode(), kml.gather_file),
        "gpx": (GPX, gpx.gather_file),
        "gpkg": (base.read_bytes(), gpkg_layers.gather_file),
        "csv": (b"name,lon,lat,start\nA,1,2,1600\n", points_table.gather_file),
    }


@pytest.mark.parametrize("kind", ["geojson", "kml", "gpx", "gpkg", "csv"])
def test_damage_is_read_or_refused_in_one_line(tmp_path: Path, kind: str) -> None:
    data, gather = written(tmp_path)[kind]
    path = tmp_path / f"file.{kind}"
    for seed in range(TIMES):
        path.write_bytes(damaged(data, random.Random(seed)))
        try:
            dossier_of(gather(path), path)
        except EntenteError as error:
            assert "\n" not in str(error) and str(path) in str(error)

"""Details of map files that are easily lost or mistaken for others."""

from __future__ import annotations

import json
import sqlite3
import struct
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from tests.formats.graphfiles import written
from tests.formats.test_map_files import (
    KML,
    collection,
    feature,
    geopackage,
    opened,
    point,
    said,
)
from tests.geo.test_well_known import CURVED, POINT
from viewer.errors import EntenteError
from viewer.formats import geojson, gpkg_layers, gpx, kml, points_table
from viewer.geo.cut import ready
from viewer.geo.shapes import place_shapes
from viewer.model.dossier import Dossier


def geo(folder: Path, *features: object) -> Dossier:
    text = json.dumps(collection(*features))
    return opened(geojson.gather_file, written(folder, "layer.geojson", text))


def test_what_stands_beside_the_properties_takes_the_place_of_none(tmp_path: Path) -> None:
    one = feature(point(1, 2), name="A", kind="x", feature_id="f", uri="u")
    dossier = geo(tmp_path, one | {"kind": "y", "id": 7, "@id": "http://a"})
    place = dossier.places.row(0)
    assert (place["feature_id"], place["feature_id (2)"]) == ("f", "7")
    assert (place["uri"], place["uri (2)"]) == ("u", "http://a")
    assert {"x", "y"} <= set(place.values())


def test_the_height_of_a_point_is_kept(tmp_path: Path) -> None:
    dossier = geo(
        tmp_path,
        feature(point(1, 2, 1250.5), name="A", elevation="high"),
        feature(point(1, 2, 0), name="B"),
    )
    assert list(dossier.places["elevation"]) == ["1250.5", ""]
    assert dossier.places["elevation_given"][0] == "high"


def test_longitudes_past_180_keep_their_digits(tmp_path: Path) -> None:
    assert geo(tmp_path, feature(point(190.1, 5))).places["lon"][0] == "-169.9"


def test_measures_are_left_out_and_said(tmp_path: Path) -> None:
    rows = 'A,"LINESTRING M (1 2 3, 4 5 6)"\nB,"LINESTRING ZM (1 2 3 4, 5 6 7 8)"\n'
    path = written(tmp_path, "a.csv", "name,wkt,lon,lat\n" + rows)
    dossier = opened(points_table.gather_file, path)
    assert list(dossier.places["wkt"]) == ["LINESTRING (1 2, 4 5)", "LINESTRING Z (1 2 3, 5 6 7)"]
    assert "measures (M)" in said(dossier)


def test_one_curve_does_not_cost_the_layer(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    head = b"GP\0\1" + struct.pack("<i", 4326)
    geopackage(path, (4326, "EPSG", 4326), [("A", head + CURVED), ("B", head + POINT)])
    dossier = opened(gpkg_layers.gather_file, path)
    assert list(dossier.places["lon"]) == ["", "1"]
    assert "has curves" in said(dossier)


def test_kml_keeps_every_value_of_one_name(tmp_path: Path) -> None:
    data = "<Data name='n'><value>1</value></Data><Data name='n'><value>2</value></Data>"
    array = "<SimpleArrayData name='heart'><value>70</value><value>71</value></SimpleArrayData>"
    more = f"<ExtendedData>{data}<SchemaData>{array}</SchemaData></ExtendedData>"
    text = f"<kml><Placemark><name>A</name>{more}</Placemark></kml>"
    place = opened(kml.gather_file, written(tmp_path, "a.kml", text)).places.row(0)
    assert (place["n"], place["n (2)"], place["heart"]) == ("1", "2", "70; 71")


def test_a_name_of_the_attributes_is_kept_beside_that_of_the_placemark(tmp_path: Path) -> None:
    def mark(name: str, title: str) -> str:
        data = f"<ExtendedData><Data name='title'><value>{title}</value></Data></ExtendedData>"
        return f"<Placemark><name>{name}</name>{data}</Placemark>"

    text = f"<kml>{mark('A', 'Other')}{mark('', 'B')}{mark('', 'C')}</kml>"
    dossier = opened(kml.gather_file, written(tmp_path, "a.kml", text))
    assert list(dossier.places["name"]) == ["A", "B", "C"]
    assert "Other" in dossier.places.row(0).values()


def test_other_kml_in_an_archive_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.kmz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("doc.kml", KML)
        archive.writestr("files/more.kml", KML)
        archive.writestr("__MACOSX/._doc.kml", b"\0")
    dossier = opened(kml.gather_file, path)
    assert "“files/more.kml” in the archive: not read" in said(dossier)
    assert "MACOSX" not in said(dossier)


def test_gpx_keeps_links_and_heights_and_says_what_it_does_not(tmp_path: Path) -> None:
    text = (
        '<gpx><wpt lat="1" lon="2"><name>A</name><link href="http://a"/><link href="http://b"/>'
        "<extensions><x>1</x></extensions></wpt><trk><name>T</name><trkseg>"
        '<trkpt lat="1" lon="2"><ele>10.5</ele></trkpt><trkpt lat="1" lon="3"><ele>11</ele></trkpt>'
        '</trkseg><trkseg><trkpt lat="1" lon="2"><ele>10</ele></trkpt><trkpt lat="1" lon="3"/>'
        "</trkseg></trk></gpx>"
    )
    dossier = opened(gpx.gather_file, written(tmp_path, "a.gpx", text))
    place = dossier.places.row(0)
    assert (place["link"], place["link (2)"]) == ("http://a", "http://b")
    assert "2 1 10.5" in dossier.places["wkt"][1]
    assert "extensions: not read" in said(dossier)


def test_a_map_from_0_to_360_degrees_does_not_fall_in_on_itself(tmp_path: Path) -> None:
    ring = [[0, -10], [360, -10], [360, 10], [0, 10], [0, -10]]
    dossier = geo(tmp_path, feature({"type": "Polygon", "coordinates": [ring]}, name="World"))
    shapes = place_shapes(dossier)
    assert shapes is not None
    whole = ready(shapes.rings, "area").xy
    assert (whole[:, 0].min(), whole[:, 0].max()) == (-180, 180)


def test_a_point_without_a_position_and_a_number_without_end(tmp_path: Path) -> None:
    assert not geo(tmp_path, feature({"type": "Point", "coordinates": []}, name="A")).problems
    path = written(tmp_path, "a.geojson", json.dumps(feature(None, n=1)).replace("1", "9" * 5_000))
    with pytest.raises(EntenteError, match="longer number"):
        opened(geojson.gather_file, path)


def test_a_problem_in_one_of_several_layers_names_it(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    geopackage(path, (4326, "EPSG", 4326), [("A", b"GPxx")])
    with closing(sqlite3.connect(path)) as base, base:
        base.execute('CREATE TABLE roads AS SELECT * FROM "zones ""1"""')
        for table in ("gpkg_contents", "gpkg_geometry_columns"):
            base.execute(f"CREATE TABLE t AS SELECT * FROM {table} WHERE table_name LIKE 'zones%'")
            base.execute("UPDATE t SET table_name = 'roads'")
            base.execute(f"INSERT INTO {table} SELECT * FROM t")
            base.execute("DROP TABLE t")
        base.execute("UPDATE gpkg_contents SET identifier='Roads' WHERE table_name='roads'")
    told = said(opened(gpkg_layers.gather_file, path))
    assert "places:1:geometry: “Roads”: has a geometry" in told and "“zones " in told

"""Map files of other programs, as somebody who opens them sees what becomes of them."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import struct
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from viewer.errors import EntenteError
from viewer.formats import geojson, gpkg_layers, gpx, kml, points_table
from viewer.formats.geojson_write import write
from viewer.formats.imports import dossier_of
from viewer.formats.registry import form_of, open_dossier
from viewer.geo.shapes import place_shapes
from viewer.model.dossier import Dossier

SQUARE = [[44, 33], [45, 33], [45, 34], [44, 34], [44, 33]]


def opened(gather: Callable[[Path], Mapping[str, Any]], path: Path) -> Dossier:
    """Read a file without a process of its own."""
    return dossier_of(gather(path), path)


def collection(*features: object, **more: object) -> dict[str, object]:
    return {"type": "FeatureCollection", "features": list(features), **more}


def feature(geometry: object, **properties: object) -> dict[str, object]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def point(*position: float) -> dict[str, object]:
    return {"type": "Point", "coordinates": list(position)}


@pytest.fixture
def geo(tmp_path: Path) -> Callable[[object], Dossier]:
    """Write a value as GeoJSON and read it."""

    def read(value: object) -> Dossier:
        path = tmp_path / "layer.geojson"
        path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
        return opened(geojson.gather_file, path)

    return read


Geo = Callable[[object], Dossier]


def said(dossier: Dossier) -> str:
    return "\n".join(problem.line for problem in dossier.problems)


# -- GeoJSON ---------------------------------------------------------------------------------


def test_a_point_is_a_place_with_the_digits_it_was_given_and_no_precision(geo: Geo) -> None:
    dossier = geo(collection(feature(point(51.42, 35.694), Name="Tehran", pop=9_000_000)))
    place = dossier.places.row(0)
    assert (place["name"], place["lon"], place["lat"]) == ("Tehran", "51.42", "35.694")
    assert place["precision"] == "" and place["pop"] == "9000000"
    assert not dossier.problems and not len(dossier.events)


def test_lines_and_areas_keep_their_form_and_have_no_position(geo: Geo) -> None:
    area = {"type": "Polygon", "coordinates": [SQUARE]}
    line = {"type": "LineString", "coordinates": [[44.4, 33.3], [44.01234567, 36.2]]}
    dossier = geo(collection(feature(area, name="Zone"), feature(line, name="Road")))
    texts = list(dossier.places["wkt"])
    assert texts[0] == "POLYGON ((44 33, 45 33, 45 34, 44 34, 44 33))"
    assert texts[1] == "LINESTRING (44.4 33.3, 44.012346 36.2)"
    assert not any(dossier.places["lon"]) and not any(dossier.places["lat"])


@pytest.mark.parametrize(
    ("properties", "date"),
    [
        ({"date": "2012-09-07"}, "2012-09-07"),
        ({"Datum": "7.9.2012"}, "2012-09-07"),
        ({"event_date": "07 September 2012"}, "2012-09-07"),
        ({"year": 1812}, "1812"),
        ({"start": 1600, "end": 1699}, "1600/1699"),
        ({"start_date": "2012-09-01"}, "2012-09-01/"),
    ],
)
def test_what_is_clearly_a_date_becomes_an_event_there(
    geo: Geo, properties: dict[str, object], date: str
) -> None:
    dossier = geo(collection(feature(point(1.5, 2.5), name="A", **properties)))
    assert list(dossier.events["date"]) == [date]
    assert dossier.tables["event_places"].row(0) == {"event": "a", "place": "a", "role": "at"}


@pytest.mark.parametrize("cell", ["07/09/2012", "soon", "1.2.3.4"])
def test_what_may_be_another_day_is_no_event_and_is_told(geo: Geo, cell: str) -> None:
    dossier = geo(collection(feature(point(1, 2), name="A", date=cell)))
    assert not len(dossier.events)
    assert dossier.places["date"][0] == cell
    if any(sign.isdigit() for sign in cell):
        assert cell in said(dossier)


def test_numbers_that_are_no_years_are_not_made_into_dates(geo: Geo) -> None:
    dossier = geo(collection(feature(point(1, 2), time=1_230_000_000, **{"from": 1001, "to": 9})))
    assert not len(dossier.events)


def test_a_wrong_row_is_told_and_the_others_are_there(geo: Geo) -> None:
    dossier = geo(
        collection(
            feature(point(500_000, 4_000_000), name="metres"),
            feature(point(0.5, 95), name="beyond"),
            feature({"type": "Polygon", "coordinates": [[[1, 2], [3, 4]]]}, name="odd"),
            feature({"type": "Circle"}, name="unknown"),
            "nothing",
            feature(point(10, 20), name="good"),
        )
    )
    assert [dossier.places["name"][row] for row in range(5)] == [
        "metres", "beyond", "odd", "unknown", "good",
    ]  # fmt: skip
    assert list(dossier.places["lon"]) == ["", "", "", "", "10"]
    rows = [problem.row for problem in dossier.problems]
    assert rows == [1, 2, 3, 4, 5] and "EPSG:4326" in said(dossier)


def test_one_feature_a_line_is_read_line_by_line(geo: Geo) -> None:
    lines = [json.dumps(feature(point(1, 2), name="A")), "{broken", json.dumps(feature(None))]
    dossier = geo("\n".join(lines))
    assert len(dossier.places) == 2 and dossier.problems[0].row == 2


def test_longitudes_past_the_antimeridian_come_back(geo: Geo) -> None:
    ring = [[170, -10], [190, -10], [190, 10], [170, 10], [170, -10]]
    area = {"type": "Polygon", "coordinates": [ring]}
    dossier = geo(collection(feature(area), feature(point(190, 5))))
    assert "-170 -10" in dossier.places["wkt"][0]
    assert dossier.places["lon"][1] == "-170" and not dossier.problems


def test_an_edge_longer_than_half_the_world_is_not_taken_for_a_crossing(geo: Geo) -> None:
    def area(west: float, east: float) -> object:
        ring = [[west, 0], [east, 0], [east, 10], [west, 10], [west, 0]]
        return feature({"type": "Polygon", "coordinates": [ring]})

    dossier = geo(collection(area(-100, 100), area(-179, 179), area(-180, 180)))
    shapes = place_shapes(dossier)
    assert shapes is not None
    spots = [abs(lon) for lon in shapes.spot[:, 0].tolist()]
    assert spots[0] < 100 and spots[1] > 179
    assert [problem.row for problem in dossier.problems] == [2] and "±180°" in said(dossier)
    assert dossier.places["wkt"][2].count(",") == 4


def test_an_old_crs_is_followed_and_a_link_is_not(geo: Geo) -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}
    dossier = geo(collection(feature(point(5009377.0857, 4865942.2795)), crs=crs))
    assert float(dossier.places["lon"][0]) == pytest.approx(45, abs=1e-6)
    assert float(dossier.places["lat"][0]) == pytest.approx(40, abs=1e-6)
    # Whatever the axes of the system are, positions are written longitude first.
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4326"}}
    assert geo(collection(feature(point(51, 35)), crs=crs)).places["lon"][0] == "51"
    link = {"type": "link", "properties": {"href": "http://127.0.0.1/crs", "type": "proj4"}}
    assert "not followed" in said(geo(collection(feature(point(1, 2)), crs=link)))


def test_linked_places_say_when_and_what_else_they_are_called(geo: Geo) -> None:
    member = feature(
        {
            "type": "GeometryCollection",
            "geometries": [
                {**point(-1.28, 51.67), "when": {"timespans": [{"start": {"in": "800"},
                 "end": {"in": "1699"}}]}},
                {**point(-1.31, 51.64), "geowkt": "POLYGON ((-1.3 51.6, -1.2 51.6, -1.2 51.7, "
                 "-1.3 51.6))", "when": {"timespans": [{"start": {"earliest": "1700"}}]}},
            ],
        },
        title="Abingdon",
    ) | {
        "@id": "http://example.org/1",
        "names": [{"toponym": "Abingdon"}, {"toponym": "Abbendun"}],
        "types": [{"label": "town"}],
        "links": [{"type": "closeMatch", "identifier": "wd:Q318419"}],
    }  # fmt: skip
    dossier = geo(collection(member))
    place = dossier.places.row(0)
    assert (place["name"], place["aliases"], place["kind"]) == ("Abingdon", "Abbendun", "town")
    assert place["wikidata"] == "Q318419" and place["uri"] == "http://example.org/1"
    assert list(dossier.events["date"]) == ["0800/1699", "1700~/"]
    assert "earliest" in dossier.events["date_text"][1]


def test_names_in_other_languages_and_none(geo: Geo) -> None:
    dossier = geo(collection(feature(point(1, 2), نام="تهران"), feature(point(1, 3), نام="قم")))
    assert list(dossier.places["name"]) == ["تهران", "قم"]
    assert list(geo(collection(feature(point(1, 2)))).places["name"]) == ["layer 1"]


def test_attributes_called_like_columns_are_kept_beside_them(geo: Geo) -> None:
    dossier = geo(
        collection(feature(point(1, 2), name="A", id=7, country="Iraq", lon="x", wkt="y"))
    )
    place = dossier.places.row(0)
    assert place["id"] == "a" and place["country"] == "" and place["lon"] == "1"
    assert (place["id_given"], place["country_given"]) == ("7", "Iraq")
    assert (place["lon_given"], place["wkt_given"]) == ("x", "y")


def test_a_description_is_text_whatever_it_was(geo: Geo) -> None:
    html = '<b>Old</b> town<script>x()</script><img src="http://127.0.0.1/x"> &amp; port'
    dossier = geo(collection(feature(point(1, 2), description=html)))
    assert dossier.places["description"][0] == "Old town & port"


def test_a_shape_of_too_many_vertices_is_simplified_and_that_is_told(geo: Geo) -> None:
    line = [[i * 1e-3, 40 + (i % 7) * 1e-6] for i in range(60_000)]
    dossier = geo(collection(feature({"type": "LineString", "coordinates": line})))
    assert len(dossier.places["wkt"][0]) <= 1_000_000
    assert "simplified" in said(dossier) and "60,000 vertices" in said(dossier)


@pytest.mark.parametrize("text", ["", "[]", '{"type": "FeatureCollection"', "[" * 100_000])
def test_what_is_no_geojson_is_one_line(geo: Geo, text: str, tmp_path: Path) -> None:
    try:
        dossier = geo(text)
    except EntenteError as error:
        assert str(tmp_path) in str(error) and "\n" not in str(error)
    else:
        assert not len(dossier.places)


# -- KML and GPX -----------------------------------------------------------------------------

KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2">
<Document><name>Sites</name>
<NetworkLink><Link><href>http://127.0.0.1/more.kml</href></Link></NetworkLink>
<Folder><name>North</name>
<Placemark><name>One</name><description><![CDATA[<p>Seen <i>twice</i></p>]]></description>
 <TimeStamp><when>2007-01-14T21:05:02Z</when></TimeStamp>
 <LookAt><gx:TimeStamp><when>1999</when></gx:TimeStamp></LookAt>
 <ExtendedData><Data name="depth"><value>3</value></Data></ExtendedData>
 <Point><coordinates> -122.5, 37.86,12 </coordinates></Point></Placemark>
<Placemark><name>Two</name><TimeSpan><begin>1990</begin></TimeSpan>
 <Polygon><innerBoundaryIs><LinearRing><coordinates>1,1 2,1 2,2 1,1</coordinates></LinearRing>
 </innerBoundaryIs><outerBoundaryIs><LinearRing><coordinates>0,0 5,0 5,5 0,0</coordinates>
 </LinearRing></outerBoundaryIs></Polygon></Placemark>
</Folder>
<Placemark><gx:Track><when>2010-05-28T02:02:09Z</when><when>2010-05-28T03:02:09Z</when>
 <gx:coord>-122.2 37.3 0</gx:coord><gx:coord>-122.3 37.4 0</gx:coord></gx:Track></Placemark>
</Document></kml>"""


def test_kml_keeps_folders_times_data_and_holes(tmp_path: Path) -> None:
    path = tmp_path / "sites.kml"
    path.write_text(KML, encoding="utf-8")
    dossier = opened(kml.gather_file, path)
    assert dossier.title == "Sites"
    one, two, track = (dossier.places.row(row) for row in range(3))
    assert (one["lon"], one["lat"], one["folder"], one["depth"]) == (
        "-122.5",
        "37.86",
        "North",
        "3",
    )
    assert one["description"] == "Seen twice"
    assert two["wkt"] == "POLYGON ((0 0, 5 0, 5 5, 0 0), (1 1, 2 1, 2 2, 1 1))"
    assert track["name"] == "Sites 3" and track["wkt"].startswith("LINESTRING (-122.2 37.3")
    assert list(dossier.events["date"]) == [
        "2007-01-14T21:05:02Z", "1990/..", "2010-05-28T02:02:09Z/2010-05-28T03:02:09Z",
    ]  # fmt: skip
    assert "link to other computers" in said(dossier)


def test_a_kml_with_a_doctype_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.kml"
    path.write_text(
        '<!DOCTYPE kml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><kml><Placemark><name>&b;</name>'
        "</Placemark></kml>",
        encoding="utf-8",
    )
    with pytest.raises(EntenteError, match="DOCTYPE"):
        opened(kml.gather_file, path)


def test_kmz_is_looked_into_before_it_is_unpacked(tmp_path: Path) -> None:
    path, bomb = tmp_path / "a.kmz", tmp_path / "bomb.kmz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("files/x.png", b"no")
        archive.writestr("doc.kml", KML)
    assert len(opened(kml.gather_file, path).places) == 3
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("doc.kml", b" " * (50 << 20))
    with pytest.raises(EntenteError, match="flood the memory"):
        opened(kml.gather_file, bomb)


def test_a_kml_cut_short_gives_what_came_before(tmp_path: Path) -> None:
    path = tmp_path / "cut.kml"
    path.write_text(KML[: KML.index("<Placemark><name>Two")], encoding="utf-8")
    dossier = opened(kml.gather_file, path)
    assert list(dossier.places["name"]) == ["One"] and "breaks off" in said(dossier)


def test_gpx_waypoints_routes_and_tracks(tmp_path: Path) -> None:
    path = tmp_path / "walk.gpx"
    path.write_text(
        '<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><metadata><name>Walk</name>'
        '</metadata><wpt lat="33.1" lon="44.20"><ele>12</ele><time>2019-05-01T10:00:00Z</time>'
        '<name>Start</name></wpt><rte><name>R</name><rtept lat="33" lon="44"><name>A</name>'
        '</rtept><rtept lat="33.5" lon="44"/></rte><trk><name>T</name><trkseg>'
        '<trkpt lat="33" lon="44"><time>2019-05-01T10:00:00Z</time></trkpt><trkpt lat="33.2" '
        'lon="44.1"><time>2019-05-02T11:00:00Z</time></trkpt></trkseg></trk></gpx>',
        encoding="utf-8",
    )
    dossier = opened(gpx.gather_file, path)
    assert dossier.title == "Walk" and list(dossier.places["name"]) == ["Start", "R", "A", "T"]
    assert dossier.places["wkt"][1] == "LINESTRING (44 33, 44 33.5)"
    assert list(dossier.events["date"]) == [
        "2019-05-01T10:00:00Z", "2019-05-01T10:00:00Z/2019-05-02T11:00:00Z",
    ]  # fmt: skip


# -- GeoPackage, shapefile, table ------------------------------------------------------------


def geopackage(path: Path, srs: tuple[int, str, int], rows: list[tuple[str, bytes | None]]) -> None:
    """Write a GeoPackage as other programs do, with a layer and a table besides."""
    with closing(sqlite3.connect(path)) as base, base:
        base.executescript(
            "PRAGMA application_id=1196444487;"
            "CREATE TABLE gpkg_spatial_ref_sys(srs_name, srs_id, organization, "
            "organization_coordsys_id, definition, description);"
            "CREATE TABLE gpkg_contents(table_name, data_type, identifier, description, "
            "last_change, min_x, min_y, max_x, max_y, srs_id);"
            "CREATE TABLE gpkg_geometry_columns(table_name, column_name, geometry_type_name, "
            "srs_id, z, m);"
            "CREATE TABLE media(id INTEGER PRIMARY KEY, note TEXT);"
            'CREATE TABLE "zones ""1"""(fid INTEGER PRIMARY KEY, geom BLOB, name TEXT, '
            "open BOOLEAN, day DATE);"
        )
        base.execute("INSERT INTO gpkg_spatial_ref_sys VALUES('x',?,?,?,'undefined','')", srs)
        for name, kind in (('zones "1"', "features"), ("media", "attributes")):
            values = (name, kind, name, srs[0])
            base.execute(
                "INSERT INTO gpkg_contents VALUES(?,?,?,'','',null,null,null,null,?)", values
            )
        values = ('zones "1"', "geom", "GEOMETRY", srs[0], 0, 0)
        base.execute("INSERT INTO gpkg_geometry_columns VALUES(?,?,?,?,?,?)", values)
        base.executemany(
            'INSERT INTO "zones ""1"""(geom,name,open,day) VALUES(?,?,1,null)',
            [(blob, name) for name, blob in rows],
        )


def blob(x: float, y: float) -> bytes:
    return b"GP\0\1" + struct.pack("<i", 1) + struct.pack("<BIdd", 1, 1, x, y)


def test_layers_of_a_geopackage_are_brought_to_degrees(tmp_path: Path) -> None:
    path = tmp_path / "qgis.gpkg"
    rows = [("A", blob(5009377.0857, 4865942.2795)), ("B", None), ("C", b"GPxx"), ("D", b"nothing")]
    geopackage(path, (7, "EPSG", 3857), rows)
    assert form_of(path).name == "gpkg-layers"
    dossier = opened(gpkg_layers.gather_file, path)
    assert list(dossier.places["name"]) == ["A", "B", "C", "D"]
    assert dossier.places["lon"][0] == "45" and dossier.places["open"][0] == "yes"
    assert [problem.row for problem in dossier.problems if problem.table] == [3, 4]
    assert "“media” holds rows without geometry" in said(dossier)


@pytest.mark.parametrize(
    ("srs", "lon", "told"),
    [((0, "NONE", 0), "1.5", "WGS 84"), ((-1, "NONE", -1), "", "stand without coordinates"),
     ((5, "EPSG", 999_999), "", "not known (EPSG:999999)"), ((4326, "EPSG", 4326), "1.5", "")],
)  # fmt: skip
def test_a_system_that_is_not_known_places_nothing(
    tmp_path: Path, srs: tuple[int, str, int], lon: str, told: str
) -> None:
    path = tmp_path / "layer.gpkg"
    geopackage(path, srs, [("A", blob(1.5, 2.5))])
    dossier = opened(gpkg_layers.gather_file, path)
    assert dossier.places["lon"][0] == lon and told in said(dossier)


def test_views_and_triggers_of_a_stranger_do_nothing(tmp_path: Path) -> None:
    path = tmp_path / "evil.gpkg"
    geopackage(path, (4326, "EPSG", 4326), [("A", blob(1, 2))])
    before = path.read_bytes()
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("CREATE VIEW zones2 AS SELECT load_extension('x') AS geom, 1 AS name")
        base.execute("UPDATE gpkg_contents SET table_name='zones2' WHERE data_type='features'")
        base.execute("UPDATE gpkg_geometry_columns SET table_name='zones2'")
    with pytest.raises(EntenteError, match="damaged"):
        opened(gpkg_layers.gather_file, path)
    assert path.read_bytes() != before and not list(tmp_path.glob("evil.gpkg-*"))


def shapefile(folder: Path, prj: str = "") -> Path:
    """Write a shapefile of two points, byte by byte."""
    records = b"".join(
        struct.pack(">ii", number, 10) + struct.pack("<idd", 1, x, y)
        for number, (x, y) in enumerate([(44.4, 33.3), (51.4, 35.7)], 1)
    )
    box = struct.pack("<dddddddd", 44.4, 33.3, 51.4, 35.7, 0, 0, 0, 0)

    def header(size: int) -> bytes:
        return struct.pack(">iiiiiii", 9994, 0, 0, 0, 0, 0, size // 2) + struct.pack(
            "<ii", 1000, 1
        ) + box  # fmt: skip

    path = folder / "posts.shp"
    path.write_bytes(header(100 + len(records)) + records)
    index = struct.pack(">iiii", 50, 10, 64, 10)
    path.with_suffix(".shx").write_bytes(header(100 + len(index)) + index)
    fields = b"NAME".ljust(11, b"\0") + b"C" + b"\0" * 4 + bytes([10, 0]) + b"\0" * 14
    rows = b"".join(b" " + name.encode("utf-8").ljust(10) for name in ("Bağdad", "Tehran"))
    path.with_suffix(".dbf").write_bytes(
        struct.pack("<BBBBIHH20x", 3, 120, 1, 1, 2, 65, 11) + fields + b"\r" + rows + b"\x1a"
    )
    path.with_suffix(".cpg").write_text("UTF-8")
    if prj:
        path.with_suffix(".prj").write_text(prj)
    return path


def test_a_shapefile_is_read_apart_alone_and_zipped(tmp_path: Path) -> None:
    path = shapefile(tmp_path)
    packed = tmp_path / "posts.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for part in (".shp", ".shx", ".dbf", ".cpg"):
            archive.write(path.with_suffix(part), f"layers/posts{part}")
    for file in (path, packed):
        dossier = open_dossier(file)
        assert list(dossier.places["name"]) == ["Bağdad", "Tehran"]
        assert list(dossier.places["lon"]) == ["44.4", "51.4"]
        assert "no .prj" in said(dossier)


def test_gdal_has_no_driver_but_the_one_for_shapefiles(tmp_path: Path) -> None:
    code = (
        "from viewer.formats.shapefile import _gdal\n"
        "with _gdal(): import pyogrio\n"
        "print(*sorted(pyogrio.list_drivers()))"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path.cwd()
    )
    assert set(out.stdout.split("\n")[0].replace("ESRI Shapefile", "ESRI").split()) <= {
        "ESRI", "MEM", "Memory",
    }  # fmt: skip


def test_a_table_with_lon_and_lat_is_read_digit_by_digit(tmp_path: Path) -> None:
    path = tmp_path / "lp.tsv"
    path.write_text(
        "id\ttitle\ttitle_source\tstart\tend\tvariants\ttypes\tmatches\tlon\tlat\n"
        "#x\t#y\t#z\t#s\t#e\t#v\t#t\t#m\t#lon\t#lat\n"
        "1\tGóra\tAtlas\t0950\t1600\tGuhrau;Gora\ttown\twd:Q986\t16.0740\t52.620\n"
        "2\tNowhere\tAtlas\t\t\t\t\t\t16,5\t52\n",
        encoding="utf-8",
    )
    dossier = opened(points_table.gather_file, path)
    first, second = dossier.places.row(0), dossier.places.row(1)
    assert (first["name"], first["lon"], first["lat"]) == ("Góra", "16.0740", "52.620")
    assert (first["aliases"], first["wikidata"]) == ("Guhrau; Gora", "Q986")
    assert list(dossier.events["date"]) == ["0950/1600"]
    assert second["lon"] == "" and second["lon_given"] == "16,5"
    assert "use a point, not a comma" in said(dossier)


def test_a_table_of_latin_letters_says_how_it_was_read(tmp_path: Path) -> None:
    path = tmp_path / "towns.csv"
    rows = "Århus;10.2;56.15\nKøbenhavn;12.57;55.68\nHelsingør;12.6;56.03\nRønne;14.7;55.1\n"
    path.write_bytes(f"Name;Longitude;Latitude\n{rows}".encode("latin-1"))
    dossier = open_dossier(path)
    assert dossier.places["name"][1] == "København" and "windows-1252" in said(dossier)


# -- strangers -------------------------------------------------------------------------------


VRT = (
    '<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>{}</SrcDataSource></OGRVRTLayer>'
    "</OGRVRTDataSource>"
)


@contextmanager
def listening() -> Iterator[tuple[int, list[bytes]]]:
    """Listen on a port of this machine and keep whatever is asked."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        over = threading.Event()

        def serve() -> None:
            while not over.is_set():
                try:
                    caller, _ = server.accept()
                except TimeoutError:
                    continue
                with caller:
                    asked.append(caller.recv(200))

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1], asked
        over.set()
        thread.join()


@pytest.mark.parametrize("name", ["a.geojson", "a.kml", "a.gpkg", "a.shp", "a.csv", "a.gpx"])
def test_no_file_makes_the_program_ask_anybody_or_read_another(tmp_path: Path, name: str) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("name,lon,lat\nsecret,1,2\n", encoding="utf-8")
    path = tmp_path / name
    with listening() as (port, asked):
        address = f"http://127.0.0.1:{port}/x.geojson"
        link = {"type": "link", "properties": {"href": address, "type": "ogcwkt"}}
        for text in (
            VRT.format(f"/vsicurl/{address}"),
            VRT.format(secret),
            f"<OGRWFSDataSource><URL>{address}</URL></OGRWFSDataSource>",
            json.dumps(collection(feature(point(1, 2)), crs=link)),
            f'{{"type": "gdal_streamed_alg", "command_line": "gdal vector read {address}"}}',
            f"<kml><NetworkLink><Link><href>{address}</href></Link></NetworkLink></kml>",
        ):
            path.write_text(text, encoding="utf-8")
            try:
                dossier = open_dossier(path)
            except EntenteError as error:
                assert "\n" not in str(error)
            else:
                assert "secret" not in " ".join(dossier.places["name"])
    assert asked == []


# -- GeoJSON out -----------------------------------------------------------------------------


def test_what_is_written_as_geojson_reads_back(geo: Geo, tmp_path: Path) -> None:
    area = {"type": "Polygon", "coordinates": [SQUARE]}
    dossier = geo(
        collection(
            feature(point(51.42, 35.694), name="Tehran", date="2012-09"),
            feature(area, name="Zone", date="1990"),
            feature(None, name="Nowhere", date="2012-10"),
        )
    )
    out = tmp_path / "out.geojson"
    assert write(dossier, out) == ""
    found = json.loads(out.read_text(encoding="utf-8"))["features"]
    assert [member["id"] for member in found] == [
        "place/tehran", "place/zone", "place/nowhere", "event/tehran", "event/zone",
        "event/nowhere",
    ]  # fmt: skip
    assert found[0]["geometry"] == point(51.42, 35.694)
    assert found[1]["geometry"] == area | {"coordinates": [[list(map(float, p)) for p in SQUARE]]}
    assert found[2]["geometry"] is None and found[5]["geometry"] is None
    assert found[3]["properties"]["date"] == "2012-09"
    assert not list(tmp_path.glob(".*"))
    again = opened(geojson.gather_file, out)
    assert again.title == dossier.title and "2012-09" in list(again.events["date"])


# -- real files ------------------------------------------------------------------------------

SAMPLES = {
    "gdal-sample.gpkg": (50, 0), "rte.gpkg": (4, 0), "impacts.kml": (6, 6),
    "openflights-sample.kml": (110, 0), "time-stamps.kml": (3, 3),
    "time-stamp-point.kmz": (361, 361),
    "linkedplaces-sample.geojson": (1, 2), "lp-tsv-100.tsv": (100, 100),
    "ucdp-ged-hdx-first-80.csv": (78, 78),
}  # fmt: skip
"""File → how many places and events it has."""


@pytest.mark.parametrize("name", SAMPLES)
def test_real_files_open(name: str) -> None:
    folder = os.environ.get("ENTENTE_SAMPLES")
    if not folder:
        pytest.skip("ENTENTE_SAMPLES names no folder of sample files")
    dossier = open_dossier(Path(folder) / name)
    assert (len(dossier.places), len(dossier.events)) == SAMPLES[name]
    assert not [problem for problem in dossier.problems if problem.severity == "error"]


def test_a_geopackage_of_pictures_says_what_is_missing() -> None:
    folder = os.environ.get("ENTENTE_SAMPLES")
    if not folder:
        pytest.skip("ENTENTE_SAMPLES names no folder of sample files")
    with pytest.raises(EntenteError, match="no layer of features"):
        open_dossier(Path(folder) / "epsg3857.gpkg")

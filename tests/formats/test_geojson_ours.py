"""What we write as GeoJSON comes back as what it was, and other programs can use it as it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.dossiers import make
from viewer.assets import shipped_dossier
from viewer.errors import EntenteError
from viewer.formats import open_dossier
from viewer.formats.geojson import gather_file
from viewer.formats.geojson_write import write
from viewer.formats.imports import dossier_of
from viewer.geo.shapes import place_shapes
from viewer.model.dossier import Dossier

HELD = ("places", "events", "event_places")


def opened(path: Path) -> Dossier:
    return dossier_of(gather_file(path), path)


def back(dossier: Dossier, folder: Path, name: str = "out.geojson") -> Dossier:
    write(dossier, folder / name)
    return opened(folder / name)


def rows(dossier: Dossier, table: str, without: str = "") -> list[dict[str, str]]:
    """Return the rows of a table as what is in them, in an order of their own."""
    found = dossier.tables[table]
    out = [
        {name: cell for name, cell in found.row(row).items() if cell and name != without}
        for row in range(len(found))
    ]
    return sorted(out, key=str) if table == "event_places" else out


def same(one: Dossier, other: Dossier) -> None:
    assert not other.problems
    assert (one.title, one.description) == (other.title, other.description)
    for table in HELD:
        assert rows(one, table) == rows(other, table, "participants"), table


ODD = make(
    title="Odd",
    places=[
        {"id": "a b", "name": "A\n\tline", "lon": "1.50", "lat": "-2", "aliases": "x; y",
         "note": "<b>&amp;</b>"},
        {"id": "ظریف", "name": "نام", "precision": "country", "country": "IRN"},
        {"id": "zone", "name": "Zone", "lon": "44.1", "lat": "33.10",
         "wkt": "POLYGON ((44 33, 45 33, 45 34, 44 33))"},
        {"id": "odd", "name": "Odd", "lon": "4", "lat": "5", "wkt": "POLYGON ((44"},
    ],
    events=[
        {"id": "e", "title": "E", "date": "2019-10/..", "type": "CONSULT", "date_text": "autumn",
         "from": "zone", "to": "zone odd"},
        {"id": "f", "title": "F", "date": "", "at": "odd", "feature_id": "kept"},
        {"id": "e-2", "title": "", "date": "2012~"},
    ],
)  # fmt: skip


def test_the_shipped_dossier_comes_back_as_far_as_geojson_holds_it(tmp_path: Path) -> None:
    dossier = open_dossier(shipped_dossier())
    again = back(dossier, tmp_path)
    same(dossier, again)
    met = dossier.events.row_of["ps752-downing"]
    assert (
        dossier.actors["name"][dossier.actors_of_event.of(met)[0]]
        in (again.events["participants"][again.events.row_of["ps752-downing"]])
    )


def test_odd_cells_come_back_to_the_letter(tmp_path: Path) -> None:
    assert write(ODD, tmp_path / "x.geojson") == ""
    same(ODD, opened(tmp_path / "x.geojson"))
    again = opened(tmp_path / "x.geojson")
    assert write(again, tmp_path / "y.geojson") == ""
    assert (tmp_path / "x.geojson").read_bytes() == (tmp_path / "y.geojson").read_bytes()


def test_an_empty_dossier_comes_back(tmp_path: Path) -> None:
    same(make(title="Nothing"), back(make(title="Nothing"), tmp_path))


def test_what_was_moved_and_added_in_another_program_is_followed(tmp_path: Path) -> None:
    path = tmp_path / "x.geojson"
    write(ODD, path)
    whole = json.loads(path.read_text("utf-8"))
    # As QGIS saves: the ids beside the properties are gone, and fields stand that nothing has.
    for feature in whole["features"]:
        del feature["id"]
        feature["properties"] = {"quad": None, **feature["properties"]}
    whole["features"][0]["geometry"]["coordinates"] = [7.25, 8]
    drawn = {"type": "Point", "coordinates": [9, 9]}
    whole["features"].append({"type": "Feature", "geometry": drawn, "properties": {"name": "e"}})
    path.write_text(json.dumps(whole), "utf-8")
    dossier = opened(path)
    assert not dossier.problems
    assert (dossier.places["lon"][0], dossier.places["lat"][0]) == ("7.25", "8")
    assert list(dossier.places["name"])[-1] == "e" and len(dossier.events) == len(ODD.events)


def test_a_shape_over_the_antimeridian_is_cut_for_other_programs(tmp_path: Path) -> None:
    dossier = make(
        places=[
            {"id": "sea", "name": "Sea",
             "wkt": "POLYGON ((140 0, -170 0, -170 10, 140 10, 140 0))"},
            {"id": "way", "name": "Way", "wkt": "LINESTRING (139 35, -122 37)"},
            {"id": "world", "name": "W",
             "wkt": "POLYGON ((-180 -9, 180 -9, 180 9, -180 9, -180 -9))"},
        ]
    )  # fmt: skip
    write(dossier, tmp_path / "x.geojson")
    found = json.loads((tmp_path / "x.geojson").read_text("utf-8"))["features"]
    kinds = [feature["geometry"]["type"] for feature in found]
    assert kinds == ["MultiPolygon", "MultiLineString", "Polygon"]
    for feature in found[:2]:
        for part in feature["geometry"]["coordinates"]:
            line = part[0] if feature["geometry"]["type"] == "MultiPolygon" else part
            assert max(x for x, _ in line) - min(x for x, _ in line) < 180
    shapes = place_shapes(opened(tmp_path / "x.geojson"))
    assert shapes is not None and abs(shapes.spot[0, 0]) > 139, "where it was, not across the world"


@pytest.mark.parametrize("ending", [".geojsonl", ".ndjson"])
def test_one_feature_a_line_where_the_name_says_so(tmp_path: Path, ending: str) -> None:
    again = back(ODD, tmp_path, f"x{ending}")
    lines = (tmp_path / f"x{ending}").read_text("utf-8").splitlines()
    assert [json.loads(line)["type"] for line in lines] == ["Feature"] * 7
    assert rows(again, "events") == rows(ODD, "events")


def test_what_has_no_room_is_named(tmp_path: Path) -> None:
    dossier = make(
        actors=["a"],
        places=["p"],
        events=[{"id": "e", "at": "p", "participant": "a", "participants": "5", "places": "x"}],
    )
    note = write(dossier, tmp_path / "x.geojson")
    assert "actors" in note and "“places” of events, “participants” of events" in note


def test_half_a_letter_and_a_folder_in_the_way(tmp_path: Path) -> None:
    write(make(places=[{"id": "a", "name": "x\ud800"}]), tmp_path / "x.geojson")
    assert list(opened(tmp_path / "x.geojson").places["name"]) == ["x?"]
    (tmp_path / "y.geojson").mkdir()
    with pytest.raises(EntenteError, match="folder of this name"):
        write(ODD, tmp_path / "y.geojson")
    with pytest.raises(EntenteError, match="cannot be written"):
        write(ODD, tmp_path / "none" / "y.geojson")


def test_gdal_reads_it(tmp_path: Path) -> None:
    pyogrio: Any = pytest.importorskip("pyogrio")
    write(ODD, tmp_path / "x.geojson")
    about = pyogrio.read_info(tmp_path / "x.geojson")
    assert about["features"] == 7 and {"entente_table", "places"} <= set(about["fields"])

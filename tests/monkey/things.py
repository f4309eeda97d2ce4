"""What the monkey finds to open, drop and attach: a scratch folder with sound and odd files."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path

from tests import dossiers
from tests.textfiles import docx, pdf
from viewer.formats.folder import write_folder
from viewer.formats.geopackage.writing import write_file
from viewer.model.dossier import Dossier

SHIPPED = "shipped"
"""Stands for the dossier that the program opens by itself."""
GIVEN, OUT, HOME, TEMPORARY = "given", "out", "home", "temporary"
"""Folders in the scratch folder: what there is to open, what is saved, and two for the program."""
PLAIN = f"{GIVEN}/small"
"""What is open while everything is measured."""
_ONE_FILE = ("small", "empty", "odd")
"""Dossiers that are there as one file, too."""
LONG = "A name that goes on and on, " * 30
WORDS = (
    "baghdad", "Zarif", "محمدجواد ظریف", "تهران", "İstanbul", "Ωμέγα", "日本", "e\u0301", "2020-01",
    "2018~", "1400/10/18", "-44-03-15", "<b>bold</b>", "\u202edesrever", "a; b; c", "'=1+1", "0",
    "-1", "35,694 51,422", "undo", "open", " ", "😀", "no such thing",
)  # fmt: skip
ROWS = "id\tname\tkind\none\tOne\tperson\ntwo\tTwo\tstate\n"
"""Rows as a spreadsheet copies them."""


def lay_out(scratch: Path) -> tuple[str, ...]:
    """Fill a scratch folder; return what can be opened, as paths in it."""
    for name in (GIVEN, OUT, HOME, TEMPORARY):
        (scratch / name).mkdir(parents=True)
    given = scratch / GIVEN
    for name, dossier in _dossiers().items():
        write_folder(dossier, given / name)
        if name in _ONE_FILE:
            write_file(dossier, given / f"{name}.gpkg")
    damaged = bytearray((given / "small.gpkg").read_bytes())
    damaged[len(damaged) // 2] ^= 1
    (given / "damaged.gpkg").write_bytes(damaged)
    for name, content in _files().items():
        path = given / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    (given / "nothing").mkdir()
    return (
        SHIPPED,
        *sorted(f"{GIVEN}/{entry.name}" for entry in given.iterdir()),
        f"{GIVEN}/no-such-file.csv",
    )


def _dossiers() -> Mapping[str, Dossier]:
    return {
        "small": dossiers.small(),
        "empty": dossiers.make("Nothing yet"),
        "one actor": dossiers.make("One actor", actors=["alone"]),
        "one event": dossiers.make("One event", events=[{"id": "only", "title": "It happened"}]),
        "odd": _odd(),
        "crowd": _crowd(),
    }


def _odd() -> Dossier:
    """Names of every kind, dates from before Christ, places at the poles and at ±180°."""
    names = [
        "<img src=x>",
        "\u202ebackwards",
        "",
        LONG,
        "محمدجواد ظریف",
        "a&b",
        "\u200b",
        "😀" * 20,
    ]
    where = [("180", "0"), ("-180", "10"), ("0", "90"), ("12", "-90"), ("", ""), ("0", "0")]
    dates = ["-0044-03-15", "9999-12-31", "../1900", "2020-XX-05", "soon", "", "2020-02-30"]
    return dossiers.make(
        "Odd <b>names</b>",
        actors=[{"id": f"a{i}", "name": name, "kind": ""} for i, name in enumerate(names)],
        places=[
            {"id": f"p{i}", "name": names[i], "lon": lon, "lat": lat, "precision": precision}
            for i, ((lon, lat), precision) in enumerate(
                zip(where, ["exact", "city", "country", "region", "unknown", ""], strict=True)
            )
        ],
        events=[
            {"id": f"e{i}", "title": names[i], "date": date, "at": f"p{i % len(where)}",
             "participant": f"a{i} a{i + 1}"}
            for i, date in enumerate(dates)
        ],
        relations=[
            {"id": "self", "source": "a0", "target": "a0"},
            *({"id": f"same{i}", "source": "a1", "target": "a2"} for i in range(12)),
        ],
    )  # fmt: skip


def _crowd() -> Dossier:
    """More than fits: actors, places and events by the hundred."""
    rng = random.Random(1)
    quads = ["material-conflict", "verbal-conflict", "verbal-cooperation", "material-cooperation"]
    actors, places = [f"actor {i}" for i in range(300)], [f"place {i}" for i in range(80)]
    return dossiers.make(
        "A crowd",
        actors=[{"id": f"a{i}", "name": name, "kind": "person"} for i, name in enumerate(actors)],
        places=[
            {"id": f"p{i}", "name": name, "lon": f"{rng.gauss(44, 4):.3f}", "precision": "city",
             "lat": f"{rng.gauss(33, 3):.3f}"}
            for i, name in enumerate(places)
        ],
        sources=["s0", "s1", "s2"],
        events=[
            {"id": f"e{i}", "title": f"Event {i}", "quad": rng.choice(quads),
             "date": f"{rng.randint(1990, 2020)}-{rng.randint(1, 12):02}",
             "at": f"p{rng.randrange(80)}", "told_by": f"s{rng.randrange(3)}",
             "participant": f"a{rng.randrange(150)} a{150 + rng.randrange(150)}"}
            for i in range(2_000)
        ],
    )  # fmt: skip


def _files() -> Mapping[str, str | bytes]:
    prose = "What happened\n\n" + "Somebody met somebody in Munich, it was said.\n\n" * 40
    return {
        "faulty/actors.csv": "id,name,kind\n,no id,person\ntwice,a,person\ntwice,b,robot\n",
        "faulty/places.csv": "id,name,lon,lat\nfar,Far,200,95\nword,Word,east,north\n",
        "faulty/events.csv": "id,title,date\ne1,One,2020-13-45\ne2,Two,yesterday,too,many\n",
        "faulty/participants.csv": "event,actor,role\nnobody,nothing,\n",
        "faulty/claims.csv": "id,about_kind,about,stance\nc,event,none,shouts\n",
        "faulty/datapackage.json": "{not json",
        "bytes/actors.csv": bytes(range(256)) * 20,
        "prose.txt": prose,
        "prose.html": f"<html><body><p>{prose}</p><script>alert(1)</script></body></html>",
        "prose.docx": docx("<w:p><w:r><w:t>Somebody met somebody.</w:t></w:r></w:p>"),
        "prose.pdf": pdf([(72, 720, 12, "Somebody met somebody.")]),
        "broken.pdf": b"%PDF-1.4\nnothing",
        "broken.docx": b"PK\x03\x04 nothing",
        "broken.gpkg": b"SQLite format 3\x00" + b"\xff" * 2_000,
        "ties.graphml": '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph '
        'edgedefault="directed"><node id="a"/><node id="b"/><edge source="a" target="b"/>'
        "</graph></graphml>",
        "bomb.graphml": '<!DOCTYPE x [<!ENTITY a "a">]><graphml>&a;</graphml>',
        "spots.geojson": '{"type": "FeatureCollection", "features": [{"type": "Feature", '
        '"properties": {"name": "Spot"}, "geometry": {"type": "Point", "coordinates": [44, 33]}}]}',
        "empty.csv": "",
        "picture.png": b"\x89PNG\r\n\x1a\n",
    }

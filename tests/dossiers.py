"""Dossiers made in memory for tests, from rows as short as the test needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from viewer.model.dossier import Dossier, Table
from viewer.model.schema import TABLES

Row = Mapping[str, str] | str

PLACE_SHORTCUTS = ("at", "from", "to")
ACTOR_SHORTCUTS = ("source", "target", "participant", "mediator", "victim")


def make(title: str = "Test", path: str = "", **tables: Iterable[Row]) -> Dossier:
    """Return a dossier of rows given as column → cell, what is missing being empty.

    A string is a row with that id, which is also its name. The rows of `events` may say where,
    who and on whose word, as ids with spaces between; the rows of the other tables follow:

    >>> make(
    ...     actors=["iran", {"id": "canada", "kind": "state"}],
    ...     places=["munich"],
    ...     sources=["globe"],
    ...     events=[{"id": "meeting", "date": "2020-02-14", "at": "munich",
    ...              "participant": "iran canada", "told_by": "globe"}],
    ... )
    """
    rows = {name: [_full(row) for row in tables.get(name, ())] for name in TABLES}
    for event in rows["events"]:
        key = event["id"]
        for role in PLACE_SHORTCUTS:
            rows["event_places"] += [
                {"event": key, "place": place, "role": role}
                for place in event.pop(role, "").split()
            ]
        for role in ACTOR_SHORTCUTS:
            rows["participants"] += [
                {"event": key, "actor": actor, "role": role}
                for actor in event.pop(role, "").split()
            ]
        for source in event.pop("told_by", "").split():
            rows["claims"].append(
                {
                    "id": f"{key}-{source}",
                    "about_kind": "event",
                    "about": key,
                    "property": "happened",
                    "value": "yes",
                    "stance": "asserts",
                    "source": source,
                    "locator": "1",
                }
            )
    return Dossier(title, path, {name: _table(name, rows[name]) for name in TABLES})


def _full(row: Row) -> dict[str, str]:
    return {"id": row, "name": row, "title": row} if isinstance(row, str) else dict(row)


def _table(name: str, rows: list[dict[str, str]]) -> Table:
    named = [row for row in rows if "id" not in TABLES[name] or row.get("id")]
    assert len(named) == len(rows), f"a row of {name} has no id"
    extra = dict.fromkeys(
        column
        for row in rows
        for column in row
        if column not in TABLES[name] and column not in ("name", "title")
    )
    columns = (*TABLES[name], *extra)
    return Table(
        name,
        {column: tuple(row.get(column, "") for row in rows) for column in columns},
        tuple(range(2, len(rows) + 2)),
    )


def claim(
    key: str, about: str, value: str, *, prop: str = "cause", kind: str = "event", **more: str
) -> dict[str, str]:
    """Return a row of `claims`; it asserts unless `stance` says otherwise."""
    row = {
        "id": key,
        "about_kind": kind,
        "about": about,
        "property": prop,
        "value": value,
        "stance": "asserts",
    }
    return row | more


def small() -> Dossier:
    """Return a small dossier that holds one of everything a view must cope with.

    Places of every precision and one within another, names written right to left, every quad
    class and none, dates of every kind, a relation that has ended, one that lasts and one whose
    end is not known, a dispute, a correction, a doubt, and rows that nothing is tied to.
    """
    return make(
        "A small dossier",
        actors=[
            {"id": "iran", "name": "Iran", "kind": "state", "country": "IRN", "aliases": "ایران"},
            {"id": "canada", "name": "Canada", "kind": "state", "country": "CAN"},
            {"id": "iraq", "name": "Iraq", "kind": "state", "country": "IRQ"},
            {"id": "zarif", "name": "محمدجواد ظریف", "kind": "person", "country": "IRN",
             "aliases": "Mohammad Javad Zarif; Zarif"},
            {"id": "champagne", "name": "François-Philippe Champagne", "kind": "person",
             "country": "CAN"},
            {"id": "nato", "name": "NATO", "kind": "organisation"},
            {"id": "quds", "name": "Quds Force", "kind": "armed-group", "country": "IRN"},
            {"id": "families", "name": "Families of the victims", "kind": "community"},
            {"id": "idle", "name": "Never Mentioned", "kind": "person"},
        ],
        places=[
            {"id": "tehran", "name": "Tehran", "lon": "51.422", "lat": "35.694",
             "precision": "city", "country": "IRN", "within": "iran-land", "aliases": "تهران"},
            {"id": "ottawa", "name": "Ottawa", "lon": "-75.698", "lat": "45.411",
             "precision": "city", "country": "CAN"},
            {"id": "baghdad", "name": "Baghdad", "lon": "44.401", "lat": "33.341",
             "precision": "city", "country": "IRQ"},
            {"id": "besmaya", "name": "Besmaya", "lon": "44.6", "lat": "33.2",
             "precision": "exact", "country": "IRQ", "kind": "training-range"},
            {"id": "munich", "name": "Munich", "lon": "11.575", "lat": "48.137",
             "precision": "city", "country": "DEU"},
            {"id": "iran-land", "name": "Iran", "lon": "53.7", "lat": "32.4",
             "precision": "country", "country": "IRN"},
            {"id": "gulf", "name": "The Gulf", "lon": "52", "lat": "26", "precision": "region"},
            {"id": "somewhere", "name": "A place nobody named", "precision": "unknown"},
            {"id": "empty-place", "name": "Where nothing happened", "lon": "178.4",
             "lat": "-18.1", "precision": "city", "country": "FJI"},
        ],
        sources=[
            {"id": "globe", "title": "What happened in Baghdad", "publisher": "Globe and Mail",
             "date": "2020-01-06", "language": "en", "reliability": "B"},
            {"id": "cbc", "title": "The Current", "publisher": "CBC", "date": "2018-06",
             "language": "en", "reliability": "B"},
            {"id": "irna", "title": "بیانیه", "publisher": "IRNA", "language": "fa",
             "reliability": "D"},
        ],
        events=[
            {"id": "embassy", "title": "Canada closes its embassy", "type": "REDUCE",
             "quad": "material-conflict", "date": "2012-09-07", "at": "tehran",
             "source": "canada", "target": "iran", "told_by": "globe cbc"},
            {"id": "strike", "title": "Strike at the airport", "type": "ASSAULT",
             "quad": "material-conflict", "date": "2020-01-03", "at": "baghdad",
             "target": "quds", "victim": "quds", "told_by": "globe"},
            {"id": "letter", "title": "A letter on the troops", "type": "STATEMENT",
             "quad": "verbal-conflict", "date": "2020-01-06", "at": "baghdad",
             "participant": "iraq"},
            {"id": "call", "title": "Champagne and Zarif speak", "type": "CONSULT",
             "quad": "verbal-cooperation", "date": "2020-01", "from": "ottawa", "to": "tehran",
             "source": "champagne", "target": "zarif", "told_by": "globe irna"},
            {"id": "training", "title": "Canadians train Iraqi forces", "type": "AID",
             "quad": "material-cooperation", "date": "2018/..", "at": "besmaya",
             "source": "canada nato", "target": "iraq", "told_by": "globe"},
            {"id": "recorders", "title": "Dispute over the recorders", "type": "DEMAND",
             "quad": "verbal-conflict", "date": "2020-01-08/", "at": "iran-land",
             "participant": "canada iran families", "told_by": "globe"},
            {"id": "meeting", "title": "Talks in Munich", "type": "CONSULT", "quad": "",
             "date": "2020-02-14~", "at": "munich", "participant": "champagne zarif",
             "told_by": "cbc"},
            {"id": "undated", "title": "Ships meet in the Gulf", "type": "EXHIBIT",
             "quad": "verbal-conflict", "at": "gulf somewhere", "participant": "iran"},
        ],
        relations=[
            {"id": "minister", "source": "champagne", "target": "canada", "type": "minister of",
             "directed": "yes", "date": "2019-11-20/2021-01-12"},
            {"id": "envoy", "source": "zarif", "target": "iran", "type": "minister of",
             "directed": "yes", "date": "2013-08/2021-08"},
            {"id": "member", "source": "canada", "target": "nato", "type": "member of",
             "directed": "yes", "quad": "material-cooperation", "date": "1949-04-04/.."},
            {"id": "ties", "source": "iran", "target": "canada", "type": "diplomatic relations",
             "directed": "no", "quad": "verbal-cooperation", "date": "/2012-09-07"},
            {"id": "mission", "source": "nato", "target": "iraq", "type": "mission in",
             "directed": "yes", "quad": "material-cooperation", "date": "2018/"},
        ],
        claims=[
            claim("letter-sent", "letter", "yes", prop="sent", source="globe", locator="5"),
            claim("letter-not-sent", "letter", "yes", prop="sent", stance="denies",
                  speaker="iraq", source="irna", locator="2"),
            claim("cause-first", "recorders", "technical fault", speaker="iran",
                  said="2020-01-08", source="irna", locator="1"),
            claim("cause-later", "recorders", "missile", speaker="iran", said="2020-01-11",
                  source="globe", locator="9"),
            claim("doubt", "training", "no", prop="happened", stance="doubts", source="irna",
                  locator="7"),
            claim("minister-since", "minister", "yes", prop="holds", kind="relation",
                  source="globe", locator="3"),
            claim("city-of", "tehran", "capital", prop="kind", kind="place", source="cbc",
                  locator="1"),
            claim("role", "zarif", "foreign minister", prop="role", kind="actor", source="cbc",
                  locator="4"),
        ],
    )  # fmt: skip

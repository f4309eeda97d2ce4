"""The dossier that ships: sound, complete in its key places, and true to the texts."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from viewer.assets import shipped_dossier
from viewer.formats import open_dossier
from viewer.formats.library import TextLibrary
from viewer.formats.texts import read_text
from viewer.geo.anchors import anchors, fitted_points
from viewer.geo.outside import check_all
from viewer.model.alike import folded
from viewer.model.dossier import Dossier
from viewer.model.schema import ABOUT_TABLES, Ref, split_list
from viewer.model.texts import SourceText, is_same_text, passages

KEY_PLACES = {
    "tehran": (51.42, 35.69),
    "ottawa": (-75.70, 45.41),
    "baghdad": (44.40, 33.34),
    "erbil": (44.01, 36.19),
    "besmaya": (44.60, 33.19),
    "munich": (11.58, 48.14),
}
COPIED = 8
"""Words in a row that count as taken over from a text."""
CALLED = {
    "ps752-victims": ("people onboard",),
    "canadian-victims": ("Canadian lives", "63 Canadians", "Canadian citizens"),
    "victims-families": ("families",),
    "canadian-forces-iraq": ("Canadian soldiers", "Canadian troops"),
    "iraqi-forces": ("Iraqi fighters",),
    "cbc-sources": ("sources",),
    "canadian-embassy-tehran": ("in Tehran",),
    "canadian-presence-havana": ("in Havana",),
}
"""What the texts call those to whom they give no name of their own."""
RUNS_ON = {
    ("cbc-current", 11): (9,),  # Rock goes on speaking
    ("cbc-current", 20): (18,),  # the allies
    ("cbc-current", 21): (18,),
    ("cbc-current", 22): (18,),  # the consular teams
    ("cbc-current", 31): (29,),  # Robertson goes on speaking
    ("cbc-current", 39): (18,),  # the prime minister
    ("cbc-current", 40): (18,),
    ("cbc-current", 42): (40,),  # the allies, the teams
    ("cbc-current", 50): (47,),  # the broken relations
    ("trust-report", 96): (94,),  # Saideman goes on speaking
    ("globe-zarif", 21): (18, 19),  # Poole goes on speaking, of the flight recorders
}
"""Paragraphs that say “he”, “they” or an office, and the nearest that say who is meant."""


@pytest.fixture(scope="module")
def dossier() -> Dossier:
    return open_dossier(shipped_dossier())


def test_it_has_neither_errors_nor_warnings(dossier: Dossier) -> None:
    assert [str(problem) for problem in check_all(dossier)] == []


@pytest.mark.parametrize("place", KEY_PLACES)
def test_the_key_places_are_where_they_are(dossier: Dossier, place: str) -> None:
    row = dossier.places.row_of[place]
    assert np.allclose(dossier.place_lonlat[row], KEY_PLACES[place], atol=0.05)
    assert len(dossier.places_of_event.reverse.of(row))


def test_oman_is_a_country_not_its_capital(dossier: Dossier) -> None:
    row = dossier.places.row_of["oman"]
    assert dossier.places["precision"][row] == "country"
    muscat = (58.41, 23.59)
    assert np.hypot(*(dossier.place_lonlat[row] - muscat)) > 1
    assert "muscat" not in dossier.places.row_of


@pytest.mark.parametrize("place", [*KEY_PLACES, "oman"])
def test_the_first_map_holds_the_key_places(dossier: Dossier, place: str) -> None:
    mark = anchors(dossier).lonlat[dossier.places.row_of[place]]
    assert (fitted_points(dossier) == mark).all(axis=1).any()


def test_every_event_and_relation_has_a_claim_with_source_and_paragraph(dossier: Dossier) -> None:
    claims = dossier.claims
    for table in ("events", "relations"):
        for key in dossier.tables[table]["id"]:
            rows = dossier.claims_about[Ref(table, key)]
            assert all(claims["source"][row] for row in rows)
            assert all(re.fullmatch(r"p\d+(; p\d+)*", claims["locator"][row]) for row in rows)


@pytest.mark.parametrize(
    ("event", "name"),
    [
        ("ps752-downing", "Canadian_deaths"),
        ("ps752-downing", "cause"),
        ("us-repositioning-notice", "withdrawal_planned"),
        ("recorders-dispute", "place_of_analysis"),
    ],
)
def test_what_the_texts_disagree_on_is_found_by_rule(
    dossier: Dossier, event: str, name: str
) -> None:
    found = {dispute.property for dispute in dossier.disputed[Ref("events", event)]}
    assert name in found


@pytest.fixture(scope="module")
def texts(
    dossier: Dossier, sources_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, SourceText]:
    """Return source id → its text, attached as a user does it."""
    library = TextLibrary(tmp_path_factory.mktemp("texts"))
    for path in sources_dir.iterdir():
        library.add(read_text(path))
    return library.attached(dossier)


def test_every_source_has_the_text_it_names(dossier: Dossier, texts: dict[str, SourceText]) -> None:
    assert list(texts) == list(dossier.sources["id"])
    for named, text in zip(dossier.sources["file_sha256"], texts.values(), strict=True):
        assert is_same_text(named, text)
        assert text.note == ""


def test_every_locator_resolves(dossier: Dossier, texts: dict[str, SourceText]) -> None:
    claims = dossier.claims
    for source, locator in zip(claims["source"], claims["locator"], strict=True):
        found = passages(texts[source], locator)
        named = [p.first + at for p in found for at, marked in enumerate(p.marked) if marked]
        assert named == sorted(int(part[1:]) for part in split_list(locator))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def test_no_sentence_of_a_text_stands_in_the_dossier(
    dossier: Dossier, texts: dict[str, SourceText]
) -> None:
    theirs = set()
    for text in texts.values():
        words = _words(" ".join(text.paragraphs))
        theirs |= {tuple(words[i : i + COPIED]) for i in range(len(words) - COPIED + 1)}
    for name, table in dossier.tables.items():
        for column, cells in table.columns.items():
            if (name, column) == ("sources", "title"):
                # Headlines are the names of what they stand above.
                continue
            for cell in cells:
                words = _words(cell)
                runs = {tuple(words[i : i + COPIED]) for i in range(len(words) - COPIED + 1)}
                assert not runs & theirs, f"{name}.{column}: {cell}"


def _plain(text: str) -> str:
    """Return text folded, without the possessive s, to be searched for whole words."""
    bare = re.sub(r"[’']s?(?!\w)", "", text)
    return f" {folded(bare)} "


def _names(dossier: Dossier, table: str, key: str) -> set[str]:
    """Return what a row may be called; persons go by their last name too."""
    row = dossier.tables[table].row(dossier.tables[table].row_of[key])
    names = {row["name"], *split_list(row["aliases"]), *CALLED.get(key, ())}
    if row.get("kind") == "person":
        names.add(row["name"].split()[-1])
    return {_plain(name) for name in names}


def _names_about(dossier: Dossier, ref: Ref) -> set[str]:
    """Return the names of what a row is about: itself, its ends, or who took part and where."""
    if ref.table in ("actors", "places"):
        return _names(dossier, ref.table, ref.id)
    if ref.table == "relations":
        relation = dossier.relations.row(dossier.relations.row_of[ref.id])
        ends = {("actors", relation["source"]), ("actors", relation["target"])}
    else:
        row = dossier.events.row_of[ref.id]
        ends = {
            *(("actors", dossier.actors["id"][i]) for i in dossier.actors_of_event.of(row)),
            *(("places", dossier.places["id"][i]) for i in dossier.places_of_event.of(row)),
        }
    return set().union(*(_names(dossier, table, key) for table, key in ends))


def test_the_names_in_a_claim_stand_at_its_paragraph(
    dossier: Dossier, texts: dict[str, SourceText]
) -> None:
    plain = {source: list(map(_plain, text.paragraphs)) for source, text in texts.items()}
    lost = []
    for number in range(len(dossier.claims)):
        claim = dossier.claims.row(number)
        paragraphs = plain[claim["source"]]
        sought = {
            "about": _names_about(dossier, Ref(ABOUT_TABLES[claim["about_kind"]], claim["about"]))
        }
        if claim["speaker"]:
            sought["speaker"] = _names(dossier, "actors", claim["speaker"])
        for part in split_list(claim["locator"]):
            at = int(part[1:])
            near = {at - 1, at, at + 1, *RUNS_ON.get((claim["source"], at), ())}
            text = " ".join(paragraphs[i - 1] for i in near if 0 < i <= len(paragraphs))
            lost += [
                f"{claim['id']} {part}: {what}"
                for what, names in sought.items()
                if not any(name in text for name in names)
            ]
    assert lost == []


def test_no_paragraph_runs_on_in_vain(dossier: Dossier) -> None:
    claims = dossier.claims
    used = {
        (source, int(part[1:]))
        for source, locator in zip(claims["source"], claims["locator"], strict=True)
        for part in split_list(locator)
    }
    assert RUNS_ON.keys() <= used

"""The dossier that ships: sound, complete in its key places, and true to the texts."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import numpy as np
import pytest

from viewer.assets import shipped_dossier
from viewer.formats import open_dossier
from viewer.model.check import check
from viewer.model.dossier import Dossier
from viewer.model.schema import Ref, split_list

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


@pytest.fixture(scope="module")
def dossier() -> Dossier:
    return open_dossier(shipped_dossier())


def test_it_has_neither_errors_nor_warnings(dossier: Dossier) -> None:
    assert [str(problem) for problem in check(dossier)] == []


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
        ("ps752-downing", "deaths_canadian"),
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


def paragraphs(folder: Path) -> dict[str, list[str]]:
    """Return the paragraphs of each text by the SHA-256 of its file."""
    out = {}
    for path in folder.iterdir():
        data = path.read_bytes()
        parts = re.split(r"\n\s*\n", data.decode("utf-8"))
        kept = [part.strip() for part in parts if part.strip()]
        out[hashlib.sha256(data).hexdigest()] = kept
    return out


def test_every_locator_resolves(dossier: Dossier, sources_dir: Path) -> None:
    texts = paragraphs(sources_dir)
    claims, sources = dossier.claims, dossier.sources
    for source, locator in zip(claims["source"], claims["locator"], strict=True):
        text = texts[sources["file_sha256"][sources.row_of[source]]]
        for part in split_list(locator):
            assert 1 <= int(part[1:]) <= len(text)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def test_no_sentence_of_a_text_stands_in_the_dossier(dossier: Dossier, sources_dir: Path) -> None:
    theirs = set()
    for text in paragraphs(sources_dir).values():
        words = _words(" ".join(text))
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

"""Attached texts: found again in any dossier, kept out of them all, gone once detached."""

from __future__ import annotations

import errno
import json
import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.dossiers import make
from viewer.errors import EntenteError
from viewer.formats.folder import write_folder
from viewer.formats.library import TextLibrary
from viewer.model.dossier import Dossier
from viewer.model.state import State
from viewer.model.texts import SourceText, is_same_text
from viewer.settings import data_dir

ONE = SourceText("1a" * 32, "one.txt", ("First.", "وزیر امور خارجه"), "A note.")
TWO = SourceText("2b" * 32, "two.pdf", ("Second.",))
SECRET = SourceText("3c" * 32, "secret.txt", ("Nobody may copy this sentence.",) * 3)


def dossier(title: str = "Test", **sources: dict[str, str]) -> Dossier:
    """Return a dossier of sources, named by keyword."""
    return make(title, sources=[{"id": key, "title": key} | row for key, row in sources.items()])


NAMES_ONE = dossier(
    a={"file_sha256": ONE.sha256}, b={"file_sha256": ONE.sha256.upper()}, c={}, d={}
)


@pytest.fixture
def library(tmp_path: Path) -> TextLibrary:
    return TextLibrary(tmp_path / "texts")


def files(library: TextLibrary) -> set[str]:
    return {path.name for path in library.folder.iterdir()}


def test_an_empty_library_has_nothing_and_makes_nothing(library: TextLibrary) -> None:
    assert library.attached(NAMES_ONE) == {}
    library.detach(NAMES_ONE, "a")
    assert not library.folder.exists()
    assert TextLibrary().folder == data_dir() / "texts"


def test_a_text_is_found_by_its_hash_in_every_dossier(library: TextLibrary) -> None:
    library.add(ONE)
    assert library.attached(NAMES_ONE) == {"a": ONE, "b": ONE}
    assert library.attached(dossier("Other", x={"file_sha256": ONE.sha256})) == {"x": ONE}
    assert library.sources_named_by(NAMES_ONE, ONE.sha256) == ("a", "b")
    assert library.sources_named_by(NAMES_ONE, TWO.sha256) == ()
    assert library.sources_named_by(NAMES_ONE, "") == ()


def test_a_text_put_to_a_source_by_hand_stays_there(library: TextLibrary) -> None:
    library.attach(NAMES_ONE, "c", TWO)
    assert library.attached(NAMES_ONE) == {"c": TWO}
    elsewhere = replace(NAMES_ONE, path="/somewhere/else")
    assert TextLibrary(library.folder).attached(elsewhere) == {"c": TWO}


def test_another_dossier_with_the_same_id_and_title_is_not_meant(library: TextLibrary) -> None:
    library.attach(dossier("One", s1={}, s2={"url": "https://example.org/2"}), "s1", ONE)
    library.attach(dossier("One", s1={}, s2={"url": "https://example.org/2"}), "s2", TWO)
    other = dossier("Two", s1={}, s2={"url": "https://example.org/2"})
    # An address says which document is meant, wherever.
    assert library.attached(other) == {"s2": TWO}


def test_another_file_than_the_one_named_can_be_told(library: TextLibrary) -> None:
    library.attach(NAMES_ONE, "a", TWO)
    text = library.attached(NAMES_ONE)["a"]
    assert not is_same_text(NAMES_ONE.sources["file_sha256"][0], text)
    library.add(ONE)
    assert library.attached(NAMES_ONE)["a"] == ONE


def test_another_edition_is_noticed(library: TextLibrary) -> None:
    assert library.last_attached(NAMES_ONE, "c") == ""
    library.attach(NAMES_ONE, "c", ONE)
    assert library.last_attached(NAMES_ONE, "c") == ONE.sha256
    (library.folder / f"{ONE.sha256}.json").unlink()
    assert library.attached(NAMES_ONE) == {}
    assert library.last_attached(NAMES_ONE, "c") == ONE.sha256
    library.attach(NAMES_ONE, "c", TWO)
    assert library.attached(NAMES_ONE) == {"c": TWO}


def test_a_text_that_gives_way_to_another_is_gone(library: TextLibrary) -> None:
    library.attach(NAMES_ONE, "c", SECRET)
    library.attach(NAMES_ONE, "c", TWO)
    assert files(library) == {f"{TWO.sha256}.json", "index.json"}
    library.attach(NAMES_ONE, "a", TWO)
    library.attach(NAMES_ONE, "a", ONE)
    assert library.last_attached(NAMES_ONE, "a") == ""
    assert library.attached(NAMES_ONE) == {"a": ONE, "b": ONE, "c": TWO}


def test_detaching_a_text_put_by_hand_removes_it(library: TextLibrary) -> None:
    library.attach(NAMES_ONE, "c", SECRET)
    library.attach(NAMES_ONE, "d", SECRET)
    library.detach(NAMES_ONE, "c")
    assert library.attached(NAMES_ONE) == {"d": SECRET}
    library.detach(NAMES_ONE, "d")
    assert library.attached(NAMES_ONE) == {}
    assert files(library) == {"index.json"}
    assert SECRET.sha256 not in (library.folder / "index.json").read_text()


def test_detaching_a_text_found_by_its_hash_is_final(library: TextLibrary) -> None:
    library.add(ONE)
    library.detach(NAMES_ONE, "a")
    assert library.attached(NAMES_ONE) == {"b": ONE}
    library.detach(NAMES_ONE, "b")
    assert library.attached(NAMES_ONE) == {}
    assert f"{ONE.sha256}.json" not in files(library)
    library.add(ONE)
    assert library.attached(NAMES_ONE) == {"a": ONE, "b": ONE}


def test_a_text_detached_here_stays_where_it_was_put_by_hand(library: TextLibrary) -> None:
    alone = dossier("Alone", a={"file_sha256": ONE.sha256})
    other = dossier("Other", x={})
    library.attach(other, "x", ONE)
    assert library.attached(alone) == {"a": ONE}
    library.detach(alone, "a")
    assert (library.attached(alone), library.attached(other)) == ({}, {"x": ONE})
    library.attach(alone, "a", TWO)
    assert library.attached(alone) == {"a": TWO}
    library.attach(alone, "a", ONE)
    assert library.attached(alone) == {"a": ONE}


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'{"paragraphs": 3}', b"{}"],
)
def test_a_damaged_file_counts_as_not_attached(library: TextLibrary, content: bytes) -> None:
    library.attach(NAMES_ONE, "c", TWO)
    library.add(ONE)
    (library.folder / f"{ONE.sha256}.json").write_bytes(content)
    assert library.attached(NAMES_ONE) == {"c": TWO}
    (library.folder / "index.json").write_bytes(content)
    assert library.attached(NAMES_ONE) == {}
    library.attach(NAMES_ONE, "d", TWO)
    assert library.attached(NAMES_ONE) == {"d": TWO}


def test_an_index_nobody_can_read_is_put_aside(library: TextLibrary) -> None:
    library.attach(NAMES_ONE, "c", TWO)
    (library.folder / "index.json").write_text("{ torn")
    library.attach(NAMES_ONE, "d", TWO)
    assert (library.folder / "index.damaged.json").read_text() == "{ torn"


def test_a_text_changed_by_hand_counts_as_not_attached(library: TextLibrary) -> None:
    library.add(ONE)
    path = library.folder / f"{ONE.sha256}.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    content["paragraphs"][0] = "First, they say."
    path.write_text(json.dumps(content))
    assert library.attached(NAMES_ONE) == {}
    path.rename(library.folder / f"{TWO.sha256}.json")
    assert library.attached(dossier(x={"file_sha256": TWO.sha256})) == {}


def test_what_is_no_text_is_passed_by(library: TextLibrary) -> None:
    library.add(ONE)
    (library.folder / "notes.json").write_text("{}")
    (library.folder / f"{TWO.sha256}.json").mkdir()
    assert (
        library.attached(dossier(a={"file_sha256": TWO.sha256}, b={"file_sha256": "notes"})) == {}
    )


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_disk_that_takes_nothing_is_one_line(
    library: TextLibrary, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    library.attach(NAMES_ONE, "c", TWO)
    before = {name: (library.folder / name).read_bytes() for name in files(library)}

    def full(handle: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", full)
    for attempt in (
        lambda: library.add(ONE),
        lambda: library.attach(NAMES_ONE, "d", ONE),
        lambda: library.detach(NAMES_ONE, "c"),
    ):
        with pytest.raises(EntenteError) as caught:
            attempt()
        assert str(library.folder) in str(caught.value)
        assert os.strerror(code) in str(caught.value)
    assert {name: (library.folder / name).read_bytes() for name in files(library)} == before


def test_a_folder_in_the_way_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "texts").write_text("a file")
    library = TextLibrary(tmp_path / "texts")
    assert library.attached(NAMES_ONE) == {}
    with pytest.raises(EntenteError, match="cannot be changed here"):
        library.add(ONE)


@pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX")
def test_texts_are_for_the_user_alone(library: TextLibrary) -> None:
    library.add(ONE)
    assert library.folder.stat().st_mode & 0o077 == 0


def test_many_sources_are_no_burden(library: TextLibrary) -> None:
    many = dossier(**{f"s{n}": {"file_sha256": f"{n:064x}"} for n in range(10_000)})
    library.add(ONE)
    start = time.monotonic()
    assert library.attached(many) == {}
    assert time.monotonic() - start < 1


def test_nothing_of_a_text_enters_a_dossier(library: TextLibrary, tmp_path: Path) -> None:
    secret = dossier(a={"file_sha256": SECRET.sha256}, b={})
    library.add(SECRET)
    library.attach(secret, "b", SECRET)
    texts = library.attached(secret)
    state = replace(State.of(secret), texts=texts)
    assert set(state.texts) == {"a", "b"}
    write_folder(state.dossier, tmp_path / "out")
    for path in (tmp_path / "out").iterdir():
        content = path.read_text(encoding="utf-8")
        assert "Nobody may copy" not in content
        assert SECRET.name not in content
        assert path.suffix == ".csv" or path.name == "datapackage.json"

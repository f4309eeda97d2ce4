"""What a report on a fault names."""

import json
import re

import pytest

from viewer import __version__, about


def test_from_source_the_line_names_everything():
    line = about.version_line()
    assert line.startswith(f"entente {__version__} (")
    for name in ("Python", "Qt", "PROJ", "GDAL"):
        assert re.search(rf"\b{name} \d+\.\d+", line), line


def test_a_packaged_program_says_what_it_was_built_from(tmp_path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(about, "asset", lambda *parts: tmp_path.joinpath(*parts))
    built = {"commit": "abc123", "Qt": "6.11.3", "GDAL": "3.12.4"}
    (tmp_path / about.BUILT).write_text(json.dumps(built), encoding="utf-8")
    (tmp_path / about.NOTICE).write_text("All of them", encoding="utf-8")
    assert [*about.versions()] == ["entente", "commit", "Python", "Qt", "GDAL"]
    assert about.versions()["commit"] == "abc123"
    assert about.notice() == "All of them"


def test_where_there_is_no_repository_no_commit_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "")
    assert about.commit() == ""
    assert "commit" not in about.version_line()


def test_another_process_finds_the_same() -> None:
    assert about.versions_from_outside() == about.versions()

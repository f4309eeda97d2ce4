"""What is remembered is written beside the window, and in order."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from viewer.settings import Settings, config_dir


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("APPDATA", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    return config_dir() / "settings.json"


def test_what_was_saved_last_stands(file: Path) -> None:
    settings = Settings()
    for number in range(50):
        settings.folder = str(number)
        settings.save()
    assert Settings.load().folder == "49"
    assert not list(file.parent.glob("*.tmp"))


def test_what_is_changed_after_a_save_is_not_in_it(file: Path) -> None:
    settings = Settings(folder="before")
    settings.save()
    settings.folder = "after"
    Settings.settled()
    assert json.loads(file.read_text(encoding="utf-8"))["folder"] == "before"


def test_a_folder_that_cannot_be_written_is_no_error(file: Path) -> None:
    file.parent.write_text("in the way", encoding="utf-8")
    Settings(theme="dark").save()
    assert Settings.load().theme == "system"

"""What the program finds when it is started for a test."""

from __future__ import annotations

import json
from pathlib import Path

import pytest


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a home with nothing in it but the choice of the light theme."""
    config = tmp_path / "home" / "config" / "entente"
    config.mkdir(parents=True)
    (config / "settings.json").write_text(json.dumps({"theme": "light"}), encoding="utf-8")
    return tmp_path / "home"

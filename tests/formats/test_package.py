"""What is known of a dossier before its tables are read: where its map looks."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.dossiers import small
from viewer.assets import shipped_dossier
from viewer.formats import open_dossier
from viewer.formats.folder import write_folder
from viewer.formats.package import MOST_POINTS, first_look
from viewer.geo.anchors import fitted_points
from viewer.model.dossier import Dossier


def test_the_first_look_shows_what_the_dossier_will(tmp_path: Path) -> None:
    write_folder(small(), tmp_path / "small")
    for path in (shipped_dossier(), tmp_path / "small"):
        look = first_look(path)
        assert look is not None
        assert np.allclose(look, fitted_points(open_dossier(path)), atol=6e-4)
        for file in ("datapackage.json", "events.csv"):
            assert np.array_equal(first_look(path / file), look)


def test_an_old_note_is_not_handed_on(tmp_path: Path) -> None:
    dossier = open_dossier(shipped_dossier())
    empty = replace(Dossier.empty(), extra=dossier.extra)
    write_folder(empty, tmp_path / "d")
    assert first_look(tmp_path / "d") is None


def note(points: object) -> str:
    return json.dumps({"entente": {"extent": points}})


@pytest.mark.parametrize(
    "content",
    ["", "[]", "[" * 100_000, "\ud800", "{}", '{"entente": 5}', '{"entente": {"extent": {}}}',
     note([]), note([1, 2]), note([[1, 2, 3]]), note([[1, 2], [3]]), note([[1, None]]),
     note([["x", "y"]]), note([[181, 0]]), note([[0, -91]]), note([[float("nan"), 0]]),
     note([[10**400, 0]]), note([[{}, []]]), note([[0, 0]] * (MOST_POINTS + 1)),
     note([[0, 0]]) + " " * 300_000],
)  # fmt: skip
def test_a_note_that_makes_no_sense_is_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "datapackage.json").write_bytes(content.encode("utf-8", "surrogatepass"))
    assert first_look(tmp_path) is None


def test_what_is_no_folder_of_a_dossier_has_no_note(tmp_path: Path) -> None:
    (tmp_path / "datapackage.json").write_text(note([[0, 0]]), encoding="utf-8")
    assert first_look(tmp_path) is not None
    for name in ("nothing", "some.gpkg", "a\0b", "x" * 5_000):
        assert first_look(tmp_path / name) is None


def test_the_first_picture_needs_no_dossier() -> None:
    code = (
        "import sys, viewer.ui\n"
        "assert 'PySide6' not in sys.modules\n"
        "import viewer.ui.application\n"
        "print(sorted(m for m in sys.modules if m.startswith('viewer.model.')))"
    )
    root = Path(__file__).parents[2]
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root
    ).stdout
    assert out.strip() == "['viewer.model.arrays', 'viewer.model.derived', 'viewer.model.schema']"

"""Exported pictures: whole, as large as asked, and the same in every format."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from viewer.assets import shipped_dossier
from viewer.commands import actions
from viewer.errors import EntenteError
from viewer.formats import open_dossier
from viewer.model.schema import Ref
from viewer.model.store import Store
from viewer.progress import Cancelled
from viewer.scene.frame import Frame
from viewer.scene.primitives import Scene
from viewer.scene.style import DARK, LIGHT, PRINT, THEMES, Theme
from viewer.ui import export, painting

VIEWS = tuple(export.VIEWS)


@pytest.fixture(scope="module")
def store() -> Store:
    out = Store(open_dossier(shipped_dossier()))
    actions.select(out, (Ref("places", "baghdad"),))
    return out


def picture(store: Store, view: str, theme: Theme, width: int = 1600, height: int = 1000) -> Scene:
    return export.build(view, Frame.of(store, theme, float(width), float(height)), {})


def test_a_picture_that_nobody_waits_for_is_not_built_to_its_end(store: Store) -> None:
    asked: list[float] = []

    def progress(share: float) -> None:
        asked.append(share)
        if len(asked) == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        export.build("board", Frame.of(store, LIGHT, 800.0, 500.0), {}, None, progress)


def colours(image: QImage) -> set[str]:
    """Return the colours on a grid of points."""
    return {
        image.pixelColor(x, y).name()
        for x in range(1, image.width(), 3)
        for y in range(1, image.height(), 3)
    }


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("theme", [LIGHT, DARK, PRINT], ids=lambda theme: theme.name)
def test_a_picture_is_as_large_as_asked_and_not_blank(
    qtbot: QtBot, store: Store, tmp_path: Path, view: str, theme: Theme
) -> None:
    path = tmp_path / "picture.png"
    export.write(picture(store, view, theme), path, "png", 96)
    image = QImage(str(path))
    assert image.size() == QSize(1600, 1000)
    assert len(colours(image)) > 20


def test_dots_per_inch_make_the_same_picture_finer(
    qtbot: QtBot, store: Store, tmp_path: Path
) -> None:
    path = tmp_path / "picture.png"
    export.write(picture(store, "timeline", LIGHT, 800, 400), path, "png", 192)
    image = QImage(str(path))
    assert image.size() == QSize(1600, 800)
    assert round(image.dotsPerMeterX() * 0.0254) == 192


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("size", [(800, 500), (1600, 1000), (1200, 1200)])
def test_nothing_is_cut_off_at_an_edge(
    qtbot: QtBot, store: Store, view: str, size: tuple[int, int]
) -> None:
    scene = picture(store, view, LIGHT, *size)
    inside = [rect for _, rect in scene.labels]
    assert all(rect.x >= -0.5 and rect.right <= size[0] + 0.5 for rect in inside)
    assert all(rect.y >= -0.5 and rect.bottom <= size[1] + 0.5 for rect in inside)
    image = painting.render_image(scene)
    ground = painting.colour(LIGHT.ground).name()
    # Above the heading and below the sources there is paper and nothing else.
    for y in (0, 1, size[1] - 2, size[1] - 1):
        assert {image.pixelColor(x, y).name() for x in range(0, size[0], 2)} == {ground}


def words(scene: Scene) -> str:
    """Return all text in a scene."""

    def walk(items: tuple[object, ...]) -> list[str]:
        out = []
        for item in items:
            if hasattr(item, "items") and not isinstance(item, dict):
                out += walk(item.items)
            elif hasattr(item, "text"):
                out.append(item.text)
        return out

    return " ".join(walk(scene.items))


@pytest.mark.parametrize("view", VIEWS)
def test_heading_key_and_sources_are_in_the_picture(store: Store, view: str) -> None:
    text = words(picture(store, view, LIGHT))
    assert "Iran–Canada relations" in text
    assert "Selected: Baghdad" in text
    assert "Sources: CBC, The Current" in text
    if view in {"map", "board"}:
        assert "Natural Earth" in text
        assert " km" in text


@pytest.mark.parametrize("view", ["board", "map", "graph", "timeline"])
def test_svg_shows_what_the_png_shows(
    qtbot: QtBot, store: Store, tmp_path: Path, view: str
) -> None:
    scene = picture(store, view, LIGHT)
    path, drawn_path = tmp_path / "picture.svg", tmp_path / "drawn.png"
    export.write(scene, path, "svg", 96)
    # Qt's own reader knows no clipping; this one draws like a browser.
    subprocess.run(["rsvg-convert", "-w", "800", "-o", drawn_path, path], check=True)
    drawn = QImage(str(drawn_path))
    wanted = painting.render_image(scene, 0.5)
    away = [
        abs(drawn.pixelColor(x, y).lightness() - wanted.pixelColor(x, y).lightness())
        for x in range(0, 800, 3)
        for y in range(0, 500, 3)
    ]
    assert sum(away) / len(away) < 6
    assert sum(difference > 60 for difference in away) / len(away) < 0.03


def test_pdf_is_one_page_of_the_size_asked(qtbot: QtBot, store: Store, tmp_path: Path) -> None:
    path = tmp_path / "picture.pdf"
    export.write(picture(store, "map", PRINT, 960, 480), path, "pdf", 300)
    content = path.read_bytes()
    assert content.startswith(b"%PDF-")
    assert b"/MediaBox [0 0 720" in content
    assert b"/Count 1" in content


def test_a_place_that_cannot_be_written_is_named_and_nothing_is_left(
    qtbot: QtBot, store: Store, tmp_path: Path
) -> None:
    path = tmp_path / "no such folder" / "picture.png"
    with pytest.raises(EntenteError, match=r"picture\.png: No such file or directory; choose"):
        export.write(picture(store, "timeline", LIGHT, 400, 300), path, "png", 96)
    assert list(tmp_path.iterdir()) == []


def test_an_old_picture_stays_when_the_new_one_fails(
    qtbot: QtBot, store: Store, tmp_path: Path
) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(b"old")
    with pytest.raises(EntenteError, match="does not fit into memory"):
        export.write(picture(store, "timeline", LIGHT), path, "png", 1e6)
    assert path.read_bytes() == b"old"
    assert [child.name for child in tmp_path.iterdir()] == ["picture.png"]


def test_every_theme_can_be_exported() -> None:
    assert set(THEMES) == {"light", "dark", "print"}

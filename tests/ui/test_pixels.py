"""Dots and stretched pictures, as they are painted on any device."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from tests.bench.masses import make as masses
from viewer.model.state import LAYERS
from viewer.model.store import Store
from viewer.scene.frame import Frame
from viewer.scene.map import MapScene, build_map_scene
from viewer.scene.primitives import Colour, Dots, Group, Raster, Rect, Scene
from viewer.scene.stamps import Points
from viewer.scene.style import LIGHT
from viewer.ui import export
from viewer.ui.painting import paint, render_image
from viewer.ui.views import MapView

RED, WHITE = Colour(200, 0, 0), Colour(255, 255, 255)
PANEL = Rect(40.0, 30.0, 100.0, 60.0)


def dots(xy: list[tuple[float, float]], radius: float = 3.0) -> Dots:
    points = Points.of(np.array(xy), np.zeros(len(xy), np.uint8))
    return Dots(points, (1.0, 1.0, 0.0, 0.0), PANEL, radius, (RED,))


def inked(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1)
    return (pixels & 0xFFFFFF) != 0xFFFFFF


@pytest.mark.parametrize("scale", [1.0, 1.25, 2.0, 3.0])
def test_dots_stand_where_they_belong_and_stay_inside(qtbot: QtBot, scale: float) -> None:
    image = render_image(
        Scene(200, 120, WHITE, (dots([(70.5, 50.5), (40, 60), (200, 50)]),)), scale
    )
    ink = inked(image)
    own = ink.copy()
    own[:, : int(50 * scale)] = own[:, int(100 * scale) :] = False
    rows, columns = np.nonzero(own)
    assert (columns.mean() + 0.5) / scale == pytest.approx(70.5, abs=0.6)
    assert (rows.mean() + 0.5) / scale == pytest.approx(50.5, abs=0.6)
    assert np.ptp(columns) / scale == pytest.approx(6.0, abs=1.2)
    rows, columns = np.nonzero(ink)
    assert columns.min() >= 40 * scale - 1 and columns.max() < 140 * scale
    assert ink[int(60 * scale), int(41 * scale)]


def test_dots_are_sharp_on_a_dense_screen(qtbot: QtBot) -> None:
    pixmap = QPixmap(400, 240)
    pixmap.setDevicePixelRatio(2.0)
    pixmap.fill(Qt.GlobalColor.white)
    painter = QPainter(pixmap)
    paint(painter, Scene(200, 120, WHITE, (dots([(70.5, 50.5)]),)), ground=False)
    painter.end()
    assert (inked(pixmap.toImage()) == inked(render_image(
        Scene(200, 120, WHITE, (dots([(70.5, 50.5)]),)), 2.0
    ))).all()  # fmt: skip


def test_dots_move_with_the_group_they_are_in(qtbot: QtBot) -> None:
    group = Group((dots([(70.5, 50.5)]),), dx=20.0, dy=10.0)
    rows, columns = np.nonzero(inked(render_image(Scene(200, 120, WHITE, (group,)))))
    assert columns.mean() + 0.5 == pytest.approx(90.5, abs=0.1)
    assert rows.mean() + 0.5 == pytest.approx(60.5, abs=0.1)


def test_a_raster_is_stretched_over_its_rectangle(qtbot: QtBot) -> None:
    palette = np.zeros((256, 4), np.uint8)
    palette[1] = (200, 0, 0, 255)
    pixels = np.array([[0, 1], [0, 1]], np.uint8)
    scene = Scene(200, 120, WHITE, (Raster(pixels, palette, PANEL),))
    image = render_image(scene)
    assert image.pixelColor(130, 60).getRgb() == (200, 0, 0, 255)
    assert image.pixelColor(50, 60).getRgb() == (255, 255, 255, 255)
    assert image.pixelColor(145, 60).getRgb() == (255, 255, 255, 255)


@pytest.fixture(scope="module")
def crowded() -> Store:
    store = Store(masses(events=6000, places=3000, actors=30))
    store.update("layers", layers=frozenset(LAYERS) - {"flows"})
    return store


def test_svg_and_png_of_a_dense_map_are_alike(qtbot: QtBot, crowded: Store, tmp_path: Path) -> None:
    scene = build_map_scene(Frame.of(crowded, LIGHT, 900.0, 600.0))
    export.write(scene, tmp_path / "map.svg", "svg", 96)
    drawn = QImage(900, 600, QImage.Format.Format_RGB32)
    drawn.fill(Qt.GlobalColor.white)
    painter = QPainter(drawn)
    QSvgRenderer(str(tmp_path / "map.svg")).render(painter)
    painter.end()
    # Kept: an array of an image's bits does not keep the image.
    images = [
        image.convertToFormat(QImage.Format.Format_RGB32) for image in (drawn, render_image(scene))
    ]
    a, b = (np.frombuffer(image.constBits(), np.uint8).astype(int) for image in images)
    away = np.abs(a - b)
    assert away.mean() < 4.0
    assert (away > 100).mean() < 0.02


def test_arrow_keys_step_through_every_mark_of_a_dense_map(qtbot: QtBot, crowded: Store) -> None:
    # pyqtgraph's own views do not bear being closed by themselves.
    window = QMainWindow()
    qtbot.addWidget(window)
    view = MapView(crowded, LIGHT)
    window.setCentralWidget(view)
    window.resize(900, 600)
    window.show()
    view.refresh()
    view.setFocus()
    scene = view.scene_shown
    assert isinstance(scene, MapScene) and len(scene.targets) > 50
    seen = []
    for _ in scene.targets:
        qtbot.keyClick(view, Qt.Key.Key_Right)
        seen.append(view.accessibleDescription())
    assert sorted(seen) == sorted(target.label for target in scene.targets)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    picked = crowded.state.selection
    assert picked.count == len(scene.targets[-1].refs)

"""The basemap repainted at world view, against the same drawn as pyqtgraph path items.

Both draw Natural Earth at 1:10 million in Equal Earth into an image of the same size: land and
lakes filled, coast and borders as lines. Ours leaves out what is not seen at that scale; the peer
draws all of it, as an item that is given a whole path does. Making the geometry is not counted for
either.
"""

from __future__ import annotations

import os
from functools import cache
from time import perf_counter
from typing import Any

import numpy as np

from tests.bench import Bench

WIDTH, HEIGHT = 1600, 1000
LAYERS = (("land", "area"), ("lakes", "area"), ("borders", "line"), ("coast", "line"))


@cache
def application() -> Any:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    return QApplication.instance() or QApplication([])


def world() -> tuple[Any, Any]:
    """Return the projection and the camera that show the whole world."""
    from viewer.geo.projection import EqualEarth
    from viewer.scene.map_view import camera_on

    projection = EqualEarth()
    return projection, camera_on(np.empty((0, 2)), projection, WIDTH, HEIGHT)


def timed(draw: Any) -> float:
    """Return the milliseconds that drawing into an image takes."""
    from PySide6.QtGui import QImage, QPainter

    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    began = perf_counter()
    draw(painter)
    took = perf_counter() - began
    painter.end()
    return took * 1000


@cache
def scene() -> Any:
    from viewer.scene.map_basemap import build_ground_scene
    from viewer.scene.primitives import Scene
    from viewer.scene.style import LIGHT

    projection, camera = world()
    layers = frozenset({"borders"})
    items = build_ground_scene(LIGHT, WIDTH, HEIGHT, projection, camera, layers, level="10m")
    return Scene(WIDTH, HEIGHT, LIGHT.ground, items)


def ours() -> float:
    application()
    from viewer.ui import painting

    shown = scene()
    return timed(lambda painter: painting.paint(painter, shown))


@cache
def path_items() -> Any:
    """Return a graphics scene with an item of pyqtgraph for each layer."""
    import pyqtgraph as pg
    from PySide6.QtWidgets import QGraphicsPathItem, QGraphicsScene

    from viewer.geo import basemap
    from viewer.geo.projection import project_ragged
    from viewer.scene.style import LIGHT

    projection, camera = world()
    sx, sy, dx, dy = camera.transform(WIDTH, HEIGHT)
    graphics = QGraphicsScene(0, 0, WIDTH, HEIGHT)
    for name, kind in LAYERS:
        flat = project_ragged(projection, getattr(basemap.load("10m"), name), kind)  # type: ignore[arg-type]
        xy = flat.xy * (sx, sy) + (dx, dy)
        joined = np.ones(len(xy), np.int32)
        joined[flat.starts[1:] - 1] = 0
        item = QGraphicsPathItem(pg.arrayToQPath(xy[:, 0], xy[:, 1], connect=joined))
        stroke, fill = {
            "land": (None, LIGHT.land),
            "lakes": (None, LIGHT.lake),
            "borders": (LIGHT.border, None),
            "coast": (LIGHT.coast, None),
        }[name]
        item.setPen(pg.mkPen(None if stroke is None else tuple(stroke)))
        item.setBrush(pg.mkBrush(None if fill is None else tuple(fill)))
        graphics.addItem(item)
    return graphics


def peer() -> float:
    application()
    graphics = path_items()
    return timed(lambda painter: graphics.render(painter))


BENCHES = (
    Bench(
        "basemap.repaint",
        ours=ours,
        peer=peer,
        budget=1 / 15,
        against="pyqtgraph paths",
        runs=7,
    ),
)

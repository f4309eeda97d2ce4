"""A million events as dots on the screen, and the frame while a map is dragged.

Both draw the same points, in the same place and size, into a picture of 1600×1000 on the CPU;
what each keeps from one frame to the next was made before.
"""

from __future__ import annotations

import os
import time
from functools import cache
from itertools import count
from typing import Any

import numpy as np
from PySide6.QtGui import QImage, QPainter

from tests.bench import Bench
from tests.bench.masses import make
from viewer.model.state import FIRST_LAYERS
from viewer.model.store import Store
from viewer.scene.frame import Frame
from viewer.scene.map import build_map_scene
from viewer.scene.primitives import Dots, Rect, Scene
from viewer.scene.stamps import CLASSES, Points
from viewer.scene.style import LIGHT
from viewer.ui.painting import paint

WIDTH, HEIGHT = 1600, 1000
EVENTS = 1_000_000
RADIUS = 3.0
COLOURS = (*LIGHT.quads, LIGHT.tie, LIGHT.accent, LIGHT.muted, LIGHT.pick)
DRAG = 3.0
"""Milliseconds in which a frame must be there while one drags."""

moves = count()


def moved() -> float:
    """Return how far the points have moved since the frame before, so that nothing is kept."""
    return next(moves) % 7 - 3.0


@cache
def application() -> Any:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    import pyqtgraph as pg

    return pg.mkQApp()


@cache
def picture() -> QImage:
    application()
    return QImage(WIDTH, HEIGHT, QImage.Format.Format_ARGB32_Premultiplied)


@cache
def spots() -> tuple[np.ndarray, np.ndarray]:
    """Return points in pixels, all in view, crowded towards the middle; and their classes."""
    rng = np.random.default_rng(1)
    xy = rng.normal(0.5, (0.12, 0.14), (EVENTS, 2)).clip(0.01, 0.99) * (WIDTH, HEIGHT)
    return xy, rng.integers(0, CLASSES, EVENTS).astype(np.uint8)


@cache
def points() -> Points:
    return Points.of(*spots())


def stamped() -> float:
    image, held, shift = picture(), points(), moved()
    began = time.perf_counter()
    dots = Dots(held, (1.0, 1.0, shift, 0.0), Rect(0, 0, WIDTH, HEIGHT), RADIUS, COLOURS)
    painter = QPainter(image)
    paint(painter, Scene(WIDTH, HEIGHT, LIGHT.land, (dots,)))
    painter.end()
    return (time.perf_counter() - began) * 1000


@cache
def scatter() -> tuple[Any, Any]:
    application()
    import pyqtgraph as pg

    view = pg.GraphicsView()
    view.resize(WIDTH, HEIGHT)
    box = pg.ViewBox(defaultPadding=0)
    view.setCentralItem(box)
    xy, _ = spots()
    box.addItem(
        pg.ScatterPlotItem(
            x=xy[:, 0], y=xy[:, 1], size=2 * RADIUS, pen=None, brush=pg.mkBrush(*LIGHT.accent)
        )
    )
    return view, box


def scattered() -> float:
    image, (view, box), shift = picture(), scatter(), moved()
    began = time.perf_counter()
    box.setRange(xRange=(shift, WIDTH + shift), yRange=(0, HEIGHT), padding=0)
    painter = QPainter(image)
    view.render(painter)
    painter.end()
    return (time.perf_counter() - began) * 1000


@cache
def table() -> Any:
    import pandas as pd

    xy, classes = spots()
    cells = pd.Categorical.from_codes(classes, [str(code) for code in range(CLASSES)])
    return pd.DataFrame({"x": xy[:, 0], "y": xy[:, 1], "class": cells})


def shaded() -> float:
    import datashader as ds
    from datashader import transfer_functions as tf

    frame, shift = table(), moved()
    key = {str(code): COLOURS[code][:3] for code in range(CLASSES)}
    began = time.perf_counter()
    canvas = ds.Canvas(WIDTH, HEIGHT, (shift, WIDTH + shift), (0, HEIGHT))
    counts = canvas.points(frame, "x", "y", ds.by("class", ds.count()))
    tf.spread(tf.shade(counts, color_key=key), px=round(RADIUS), shape="circle")
    return (time.perf_counter() - began) * 1000


@cache
def canvas() -> Any:
    application()
    from viewer.ui.canvas import Actions, Canvas

    store = Store(make(events=100_000, places=20_000, actors=500))
    store.update("plain", layers=FIRST_LAYERS - {"flows"})
    scene = build_map_scene(Frame.of(store, LIGHT, WIDTH, HEIGHT))
    shown = Canvas("Map", Actions(lambda *_: None, lambda *_: None))
    shown.resize(WIDTH, HEIGHT)
    shown.show_scene(scene, LIGHT)
    return shown


def dragged() -> float:
    image, shown = picture(), canvas()
    began = time.perf_counter()
    shown.pan(3.0, 2.0)
    painter = QPainter(image)
    shown.paint_scene(painter)
    painter.end()
    return (time.perf_counter() - began) * 1000


BENCHES = (
    Bench(
        "points.scatter", stamped, scattered, budget=1 / 12, against="pyqtgraph, one brush", runs=9
    ),
    Bench(
        "points.shade", stamped, shaded, budget=1 / 5, against="datashader, shaded, spread", runs=9
    ),
    Bench("points.drag", dragged, lambda: DRAG, budget=1.0, against="a frame in", runs=15),
)

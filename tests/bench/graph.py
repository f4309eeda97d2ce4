"""Dragging a node of a graph in its view, painting included."""

from __future__ import annotations

import os
from functools import cache
from itertools import count
from time import perf_counter
from typing import Any

import numpy as np

from tests.bench import Bench
from tests.dossiers import make
from viewer.model.store import Store
from viewer.scene.frame import Frame
from viewer.scene.style import LIGHT

WIDTH, HEIGHT = 1600, 1000
NODES, EDGES = 1000, 3000
FRAME = 1000 / 30
"""Milliseconds of a frame where there are thirty a second."""
_turns = count()


@cache
def view() -> Any:
    """Return the canvas with the busiest node lifted, what draws that node, and a picture."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QApplication

    from viewer.scene.graph import Lifted, build_graph_scene
    from viewer.ui.canvas import Actions, Canvas

    app = QApplication.instance() or QApplication([])
    rng = np.random.default_rng(2)
    first = rng.integers(1, NODES, EDGES)
    second = (first * rng.random(EDGES) ** 2).astype(int)
    dossier = make(
        actors=[{"id": f"a{i}", "name": f"Actor {i}", "kind": "person"} for i in range(NODES)],
        relations=[
            {"id": f"r{k}", "source": f"a{a}", "target": f"a{b}", "type": "peer"}
            for k, (a, b) in enumerate(zip(first.tolist(), second.tolist(), strict=True))
        ],
    )
    frame = Frame.of(Store(dossier), LIGHT, WIDTH, HEIGHT)
    busiest = int(np.bincount(np.concatenate((first, second))).argmax())
    canvas = Canvas("Graph", Actions(lambda *_: None, lambda *_: None))
    canvas.resize(WIDTH, HEIGHT)
    canvas.show_scene(build_graph_scene(frame, None, busiest), LIGHT)
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_ARGB32_Premultiplied)
    return app, canvas, Lifted(frame, None, busiest), image


def drag() -> float:
    """Move the node by some pixels; return how long until it is painted there."""
    from PySide6.QtGui import QPainter

    _, canvas, lifted, image = view()
    turn = next(_turns)
    began = perf_counter()
    canvas.light_up(lifted.items_at(200.0 + 12 * (turn % 90), 150.0 + 7 * (turn % 90)))
    painter = QPainter(image)
    canvas.paint_scene(painter)
    painter.end()
    return (perf_counter() - began) * 1000


BENCHES = (
    Bench("graph.drag", drag, lambda: FRAME, budget=1.0, against="a frame of 30/s", runs=25),
)

"""A graph in its view: dragging a node, and how long a large one holds up the window."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from functools import cache
from itertools import count
from time import perf_counter
from typing import Any

import numpy as np

from tests.bench import Bench
from tests.dossiers import make
from viewer.model.dossier import Dossier
from viewer.model.schema import Ref
from viewer.model.store import Store
from viewer.scene.frame import Frame
from viewer.scene.style import LIGHT

WIDTH, HEIGHT = 1600, 1000
NODES, EDGES = 1000, 3000
FRAME = 1000 / 30
"""Milliseconds of a frame where there are thirty a second."""
LARGE = 10_000, 100_000
"""Nodes and edges of the graph in which nothing may hold up the window."""
STALL, SETTLE = 16.0, 500.0
"""Milliseconds: the longest that the window may not answer, and until its picture is there."""
TURNS = 9
"""How often each gesture is done: what else the machine does in the meantime hits some of them."""
GESTURES = "pan", "zoom", "fit", "hover", "select", "select-hub", "clear", "drag"
MOVES, PAUSE = 12, 12
"""Moves of the mouse in a gesture, and milliseconds between two of them."""
QUADS = ("", "verbal-conflict", "material-conflict", "verbal-cooperation", "material-cooperation")
_turns = count()


def random_graph(nodes: int, edges: int) -> tuple[Dossier, int]:
    """Return a dossier with ties of all kinds, and its best connected actor."""
    rng = np.random.default_rng(2)
    first = rng.integers(1, nodes, edges)
    second = (first * rng.random(edges) ** 2).astype(int)
    dossier = make(
        actors=[{"id": f"a{i}", "name": f"Actor {i}", "kind": "person"} for i in range(nodes)],
        relations=[
            {"id": f"r{k}", "source": f"a{a}", "target": f"a{b}", "type": "peer",
             "quad": QUADS[k % 5] if edges > EDGES else ""}
            for k, (a, b) in enumerate(zip(first.tolist(), second.tolist(), strict=True))
        ],
    )  # fmt: skip
    return dossier, int(np.bincount(np.concatenate((first, second))).argmax())


def application() -> Any:
    """Return the Qt application, without a screen."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtWidgets import QApplication

    return QApplication.instance() or QApplication([])


@cache
def view() -> Any:
    """Return the canvas with the busiest node lifted, what draws that node, and a picture."""
    app = application()
    from PySide6.QtGui import QImage

    from viewer.scene.graph import Lifted, build_graph_scene
    from viewer.ui.canvas import Actions, Canvas

    dossier, busiest = random_graph(NODES, EDGES)
    frame = Frame.of(Store(dossier), LIGHT, WIDTH, HEIGHT)
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


class Session:
    """The view of a large graph in a running event loop, with a clock that ticks in it."""

    def __init__(self) -> None:
        self._app = application()
        from PySide6.QtCore import QEventLoop, QTimer

        from viewer.ui.graph_view import GraphView

        dossier, self.hub = random_graph(*LARGE)
        self.store = Store(dossier)
        self.view = GraphView(self.store, LIGHT)
        self.view.resize(WIDTH, HEIGHT)
        self._soon = QTimer(self.view, interval=0, singleShot=True)
        self._soon.timeout.connect(self.view.refresh)
        self.store.subscribe(lambda _state, changes: self._told(changes))
        self._loop = QEventLoop()
        self.view.show()
        self.view.refresh()
        self._until(lambda: self.idle and not self.view.laying_out)
        # As the program does once it has started: what stays is not looked through again.
        gc.collect()
        gc.freeze()

    def _told(self, changes: frozenset[str]) -> None:
        if changes == {"hover"}:
            self.view.show_hover()
        else:
            self._soon.start()

    @property
    def idle(self) -> bool:
        """Whether the picture is up to date."""
        return not self._soon.isActive() and self.view.settled_down

    def _until(self, reached: Callable[[], bool]) -> float:
        """Let the event loop run until something is so; return the longest gap between ticks."""
        from PySide6.QtCore import Qt, QTimer

        worst, last = 0.0, perf_counter()

        def tick() -> None:
            nonlocal worst, last
            now = perf_counter()
            worst, last = max(worst, now - last), now
            if reached():
                clock.stop()
                self._loop.quit()

        clock = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=1)
        clock.timeout.connect(tick)
        clock.start()
        self._loop.exec()
        return worst * 1000

    def perform(self, gesture: Iterator[None]) -> tuple[float, float]:
        """Let somebody do something, move by move.

        Returns
        -------
        stall, settle : float
            The longest that the window did not answer, and how long after the last move its
            picture was there, in milliseconds.
        """
        from PySide6.QtCore import Qt, QTimer

        over: list[float] = []

        def move() -> None:
            if next(gesture, self) is self:
                mover.stop()
                over.append(perf_counter())

        mover = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=PAUSE)
        mover.timeout.connect(move)
        mover.start()
        stall = self._until(lambda: bool(over) and self.idle)
        return stall, (perf_counter() - over[0]) * 1000

    def gestures(self) -> dict[str, Iterator[None]]:
        """Return what somebody does with a graph."""
        from PySide6.QtCore import Qt

        middle, left = Qt.MouseButton.MiddleButton, Qt.MouseButton.LeftButton
        done = (
            self._dragged((800, 500), (6, 4), middle),
            self._zoomed(),
            self._fitted(),
            self._hovered(),
            self._selected(f"a{77 + next(_turns)}"),
            self._selected(f"a{self.hub}"),
            self._selected(""),
            self._dragged(None, (10, 5), left),
        )
        return dict(zip(GESTURES, done, strict=True))

    def _dragged(self, start: Any, step: tuple[int, int], button: Any) -> Iterator[None]:
        from PySide6.QtCore import QPoint
        from PySide6.QtTest import QTest

        port = self.view.viewport()
        if start is None:
            x, y = self.view.scene_shown.xy[LARGE[0] // 2 + next(_turns)].tolist()
            start = round(x), round(y)
        at = QPoint(*start)
        QTest.mousePress(port, button, pos=at)
        for _ in range(MOVES):
            yield
            at += QPoint(*step)
            QTest.mouseMove(port, at)
        QTest.mouseRelease(port, button, pos=at)

    def _zoomed(self) -> Iterator[None]:
        from PySide6.QtCore import QPointF

        for _ in range(4):
            self.view.zoom(1.2, QPointF(700, 400))
            yield

    def _fitted(self) -> Iterator[None]:
        self.view.fit()
        yield

    def _hovered(self) -> Iterator[None]:
        from PySide6.QtCore import QPoint
        from PySide6.QtTest import QTest

        for turn in range(2 * MOVES):
            QTest.mouseMove(self.view.viewport(), QPoint(500 + 20 * turn, 450))
            yield
        QTest.mouseMove(self.view.viewport(), QPoint(3, HEIGHT // 2))

    def _selected(self, actor: str) -> Iterator[None]:
        from viewer.commands import actions

        actions.select(self.store, (Ref("actors", actor),) if actor else (), "replace")
        yield


@cache
def session() -> Session:
    """Return the view of a large graph, laid out and painted."""
    return Session()


@cache
def passed(turn: int) -> dict[str, tuple[float, float]]:
    """Do everything once more; return stall and settle of each gesture by its name."""
    here = session()
    return {name: here.perform(gesture) for name, gesture in here.gestures().items()}


def each_turn(gesture: str, part: int) -> Callable[[], float]:
    """Return what gives one figure of a gesture, turn by turn; all share the turns."""
    turns = count()
    return lambda: passed(next(turns))[gesture][part]


BENCHES = (
    Bench("graph.drag", drag, lambda: FRAME, budget=1.0, against="a frame of 30/s", runs=25),
    *(
        Bench(f"graph.{name}.{figure}", each_turn(name, part), lambda most=most: most, budget=1.0,
              against=words, runs=TURNS)
        for name in GESTURES
        for part, (figure, most, words) in enumerate(
            (("stall", STALL, "16 ms"), ("settle", SETTLE, "half a second"))
        )
    ),
)  # fmt: skip

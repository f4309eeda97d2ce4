"""Pictures made in a thread and in slices: they arrive, the newest wins, nothing stale is shown."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QPainter, QPixmap
from pytestqt.qtbot import QtBot

from viewer.progress import Progress
from viewer.scene.primitives import DISC, Scene, Symbols
from viewer.scene.style import LIGHT
from viewer.ui import scene_run
from viewer.ui.painting import strokes
from viewer.ui.scene_run import SceneRun


class Wall:
    """Where pictures are hung."""

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.pictures: list[QPixmap] = []
        self.owner = QObject()
        self.run = SceneRun(self.owner, self._hang)

    def _hang(self, scene: Scene, picture: QPixmap) -> None:
        self.shown.append(scene.summary)
        self.pictures.append(picture)

    def ask(self, name: str, gate: threading.Event | None = None, size: int = 10) -> None:
        def build(progress: Progress) -> Scene:
            while gate is not None and not gate.wait(0.01):
                progress(0.0)
            xy = np.random.default_rng(1).uniform(0, 300, (size, 2))
            looks = tuple((5.0, DISC, LIGHT.quads[i % 4], LIGHT.text, 1.0) for i in range(8))
            dots = Symbols(xy, np.arange(size) % 8, looks)
            return Scene(300.0, 200.0, LIGHT.ground, (dots,), summary=name)

        self.run.ask(build, 1.0)


@pytest.fixture
def wall(qtbot: QtBot) -> Wall:
    return Wall()


def test_a_picture_arrives_as_it_would_be_painted_at_once(wall: Wall, qtbot: QtBot) -> None:
    wall.ask("one", size=3000)
    assert wall.run.busy
    assert not wall.shown
    qtbot.waitUntil(lambda: wall.shown == ["one"])
    assert not wall.run.busy
    (picture,) = wall.pictures
    assert picture.toImage().pixelColor(150, 100).getRgb()[:3] != LIGHT.ground[:3]


def test_what_is_asked_for_last_is_shown_and_nothing_before(
    wall: Wall, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scene_run, "OVERDUE", 60.0)
    gate = threading.Event()
    wall.ask("stale", gate)
    for name in ("staler", "stalest", "fresh"):
        wall.ask(name)
    gate.set()
    qtbot.waitUntil(lambda: not wall.run.busy)
    assert wall.shown == ["fresh"]


def test_a_picture_half_painted_gives_way_to_a_newer_one(
    wall: Wall, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without_end(painter: QPainter, scene: Scene) -> Iterator[None]:
        yield from strokes(painter, scene)
        while scene.summary == "stale":
            yield

    monkeypatch.setattr(scene_run, "strokes", without_end)
    monkeypatch.setattr(scene_run, "OVERDUE", 60.0)
    wall.ask("stale")
    qtbot.waitUntil(lambda: wall.run._painting is not None)
    wall.ask("fresh")
    qtbot.waitUntil(lambda: not wall.run.busy)
    assert wall.shown == ["fresh"]


def test_while_the_state_changes_on_a_picture_shows_now_and_then(
    wall: Wall, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scene_run, "OVERDUE", 0.1)
    asking = QTimer(interval=5)
    names = iter(range(10_000))
    asking.timeout.connect(lambda: wall.ask(str(next(names)), size=5000))
    asking.start()
    qtbot.waitUntil(lambda: len(wall.shown) > 2)
    asking.stop()
    qtbot.waitUntil(lambda: not wall.run.busy)
    order = [int(name) for name in wall.shown]
    assert order == sorted(set(order))


def test_what_is_dropped_never_arrives(wall: Wall, qtbot: QtBot) -> None:
    gate = threading.Event()
    wall.ask("unwanted", gate)
    wall.run.drop()
    qtbot.waitUntil(lambda: not wall.run.busy)
    gate.set()
    qtbot.wait(30)
    assert not wall.shown
    wall.ask("wanted")
    qtbot.waitUntil(lambda: wall.shown == ["wanted"])


def test_the_event_loop_turns_while_a_picture_is_painted(
    wall: Wall, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scene_run, "SLICE", 0.0)
    turns = []
    clock = QTimer(interval=0)
    clock.timeout.connect(lambda: turns.append(wall.run._painting is not None))
    clock.start()
    wall.ask("much", size=60_000)
    qtbot.waitUntil(lambda: bool(wall.shown))
    assert sum(turns) >= 5


def test_an_error_while_building_is_reported_and_the_next_picture_comes(
    wall: Wall, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = []
    monkeypatch.setattr("sys.excepthook", lambda *error: told.append(error[1]))

    def build(_progress: Progress) -> Scene:
        raise ValueError("odd")

    wall.run.ask(build, 1.0)
    qtbot.waitUntil(lambda: not wall.run.busy)
    assert [str(error) for error in told] == ["odd"]
    wall.ask("next")
    qtbot.waitUntil(lambda: wall.shown == ["next"])

"""Panels that come up to date one after the other, while others follow a drag at once."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

from viewer.ui.turns import Turns, pause_after


def test_each_has_its_turn_and_shows_the_newest_state_once(qtbot: QtBot) -> None:
    parent, state = QObject(), [0]
    shown: list[tuple[str, int]] = []
    turns = Turns(parent, lambda name: shown.append((name, state[0])))
    for state[0] in range(1, 4):
        turns.ask(("map", "graph"))
    qtbot.waitUntil(lambda: len(shown) == 2)
    qtbot.wait(50)
    assert shown == [("map", 3), ("graph", 3)]


def test_none_starves_while_the_state_changes_on_and_the_rest_has_most_of_the_time(
    qtbot: QtBot,
) -> None:
    parent = QObject()
    shown: list[str] = []
    steps: list[float] = []

    def refresh(name: str) -> None:
        shown.append(name)
        time.sleep(0.03)

    turns = Turns(parent, refresh)
    drag = QTimer(parent)
    drag.setInterval(5)
    drag.timeout.connect(lambda: (steps.append(time.perf_counter()), turns.ask(("map", "graph"))))
    drag.start()
    qtbot.wait(1200)
    drag.stop()
    assert min(shown.count("map"), shown.count("graph")) >= 2
    assert abs(shown.count("map") - shown.count("graph")) <= 1
    # After each of them there was time for the drag.
    assert 0.03 * len(shown) < 0.35 * (steps[-1] - steps[0])


def test_what_is_asked_for_at_once_does_not_come_again(qtbot: QtBot) -> None:
    parent = QObject()
    shown: list[str] = []
    turns = Turns(parent, shown.append)
    turns.ask(("map", "graph"))
    turns.finish()
    assert shown == ["map", "graph"]
    turns.ask(("map",))
    turns.drop()
    qtbot.wait(50)
    assert shown == ["map", "graph"]


def test_the_slower_a_panel_the_more_rarely_it_follows() -> None:
    assert 0.02 < pause_after(0.01) < 0.04
    assert pause_after(0.2) > 0.5
    assert pause_after(30.0) == pause_after(60.0) < 5.0


def test_one_that_would_slow_down_the_others_waits_for_rest(qtbot: QtBot) -> None:
    parent = QObject()
    shown: list[str] = []
    turns = Turns(parent, shown.append, lambda name: name == "graph")
    drag = QTimer(parent)
    drag.setInterval(5)
    drag.timeout.connect(lambda: turns.ask(("graph", "map")))
    drag.start()
    qtbot.wait(400)
    drag.stop()
    assert "map" in shown
    assert "graph" not in shown
    qtbot.waitUntil(lambda: "graph" in shown)

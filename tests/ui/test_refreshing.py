"""Every panel shows the current state: at once where that is quick, else in a turn of its own."""

from __future__ import annotations

from itertools import pairwise
from types import MappingProxyType

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from viewer.commands import actions
from viewer.model.schema import Ref
from viewer.model.state import Layout, Look
from viewer.ui import desk as desk_module
from viewer.ui.desk import ALONE, Desk
from viewer.ui.window import MainWindow

OTHERWISE = {
    "window": (10_000.0, 15_000.0),
    "projection": "robin",
    "layers": frozenset({"flows", "density"}),
    "insets": MappingProxyType({"Iraq": (0.5, 0.5)}),
    "layout": Layout(kind="circular"),
    "look": Look(size="degree"),
}


def pictures(desk: Desk) -> dict[str, QImage]:
    return {name: panel.grab().toImage() for name, panel in desk.panels.items()}


def is_settled(desk: Desk) -> bool:
    graph = desk.graph_view
    assert graph is not None
    busy = desk._refresh_soon.isActive() or any(v._wanted.isActive() for v in desk.views.values())
    return not busy and not graph.laying_out and graph.settled_down


@pytest.mark.parametrize("field", ALONE)
def test_what_one_panel_shows_leaves_no_other_out_of_date(
    window: MainWindow, qtbot: QtBot, field: str
) -> None:
    desk = window.desk
    assert desk is not None
    qtbot.waitUntil(lambda: is_settled(desk))
    before = pictures(desk)
    window.store.update("Change", **{field: OTHERWISE[field]})
    qtbot.waitUntil(lambda: is_settled(desk))
    after = pictures(desk)
    assert after[ALONE[field]] != before[ALONE[field]]
    for panel in desk.panels.values():
        panel.refresh()  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: is_settled(desk))
    again = pictures(desk)
    assert [name for name in again if again[name] != after[name]] == []


def test_slow_panels_have_turns_of_their_own(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = window.desk
    assert desk is not None
    qtbot.waitUntil(lambda: is_settled(desk))
    monkeypatch.setattr(desk_module, "LONGEST", 0.0)
    said: list[str] = []
    refresh = desk._turns._refresh
    monkeypatch.setattr(desk._turns, "_refresh", lambda name: (said.append(name), refresh(name)))
    clock = QTimer(desk)
    clock.setInterval(0)
    clock.timeout.connect(lambda: said.append("") if said and said[-1] else None)
    clock.start()
    actions.select(window.store, (Ref("places", "baghdad"),))
    qtbot.waitUntil(lambda: len([name for name in said if name]) == len(desk.panels))
    clock.stop()
    assert {name for name in said if name} == set(desk.panels)
    # Between two of them the window answers.
    assert all(not later for name, later in pairwise(said) if name)
    # What lists rows comes before the pictures of them.
    assert {name for name in said[:4] if name} == set(desk.panels) - set(desk.views)
    qtbot.waitUntil(lambda: is_settled(desk))
    shown = pictures(desk)
    for panel in desk.panels.values():
        panel.refresh()  # type: ignore[attr-defined]
    assert pictures(desk) == shown

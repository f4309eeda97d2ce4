"""One run of the monkey, and its report."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from tests.monkey.actions import Action, Log, logged
from tests.monkey.choosing import Chooser
from tests.monkey.deeds import Hands
from tests.monkey.driver import Driver, Outcome
from tests.monkey.things import HOME, lay_out
from tests.monkey.watchers import growth, second_half, unsettled

_EVERY = 500
"""Most actions between two rests."""
_RESTS = 14
"""Least rests in a run."""
_ZOOMS = 8
"""Steps from the whole map to its finest level."""


def run(scratch: Path, log_path: Path, seed: int, options: argparse.Namespace) -> bool:
    """Run the monkey and print how it went; return whether anything was found.

    Told to stop, it comes to rest first and says what it has found so far.
    """
    things = lay_out(scratch)
    os.chdir(scratch / HOME)
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    app = QApplication(sys.argv[:1])
    every = max(1, min(_EVERY, options.actions // _RESTS))
    if options.replay is None:
        actions = _chosen(
            Chooser(seed, things), options.actions, every, lambda: unsettled(driver.samples)
        )
    else:
        actions = iter(list(logged(options.replay)))
    log = Log(log_path, seed)
    planted = tuple(filter(None, options.plant.split(",")))
    stopped: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _frame: stopped.append(number))

    def following() -> Action | None:
        return None if stopped else next(actions, None)

    driver = Driver(following, Hands(scratch), log, planted, options.stall / 1000)
    outcome = driver.run(options.dossier)
    log.close()
    _report(outcome, seed)
    del app
    return bool(outcome.faults)


def _chosen(
    chooser: Chooser, actions: int, every: int, goes_on: Callable[[], bool]
) -> Iterator[Action]:
    """Yield as many actions as told, and as many again each time that the run is to go on."""
    tour = list(_tour())[: actions // 20]
    yield from tour
    for number in count(len(tour) + 1):
        if number > actions and (number - 1) % actions == 0 and not goes_on():
            return
        yield Action("rest") if number % every == 0 else chooser.next()


def _tour() -> Iterator[Action]:
    """Yield what fills the program with all that it keeps: that is no growth.

    A library that is loaded stays loaded, and the basemap is kept up to a number of bytes.
    """
    yield Action("command", {"id": "graph.colour.community"}, 500)
    for name in ("laea", "lcc", "merc", "eqearth", "robin", "eqc", "ortho", "auto"):
        yield Action("command", {"id": f"projection.{name}"}, 100)
        yield from (Action("command", {"id": "view.in"}, 150) for _ in range(_ZOOMS))
        yield Action("command", {"id": "view.fit"}, 100)
    yield Action("rest")


def _report(outcome: Outcome, seed: int) -> None:
    rate = outcome.done / max(outcome.seconds, 1e-9)
    print(
        f"seed {seed}: {outcome.done:,} actions in {outcome.seconds:.0f} s ({rate:.0f} a second), "
        f"{outcome.sessions} windows"
    )
    if outcome.stalls:
        print("slowest:")
        for stall in outcome.stalls:
            print(f"  {stall}")
    later = second_half(outcome.samples)
    if later:
        print("memory in MB:", " ".join(f"{each.memory / (1 << 20):.0f}" for each in later))
    for what, share in (("memory", 1 << 20), ("objects", 1), ("python", 1), ("files", 1)):
        values = [getattr(each, what) / share for each in later]
        if values:
            print(f"{what}: {values[0]:,.0f} → {values[-1]:,.0f} ({growth(values):+.1%})")
    for fault in outcome.faults:
        print(f"FAULT {fault}")
    print(f"{len(outcome.faults)} faults" if outcome.faults else "no faults")

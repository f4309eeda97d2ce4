"""Runs the program with the monkey in its event loop, and tells how it went."""

from __future__ import annotations

import gc
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QThread, QTimer
from PySide6.QtWidgets import QAbstractButton, QDialog

from tests.monkey import fingers, plants, watchers, world
from tests.monkey.actions import Action, Log
from tests.monkey.deeds import Hands
from tests.monkey.things import OUT, PLAIN, TEMPORARY
from tests.monkey.watchers import LONGEST, Faults, Pulse, Sample
from viewer.assets import shipped_dossier
from viewer.ui import application
from viewer.ui.jobs import Job
from viewer.ui.window import MainWindow

_LONGEST_START = 60.0
"""Seconds in which the window must be there."""
_LONGEST_REST = 30.0
"""Seconds in which the program must come to rest when it is left alone."""
_QUIET = 8
"""Looks in a row, 20 ms apart, at which nothing may be going on."""
_TURNS_TO_CLOSE = 5
"""Looks at which a dialog may still be there after Escape."""
_SIZE = 1000, 700
"""Pixels of the window while nothing makes it another size; a smaller one is painted sooner."""
_NO = re.compile(r"discard|don.t save|without saving|later|^no$", re.IGNORECASE)
"""Buttons that get rid of a question without doing what it offers."""


@dataclass
class Outcome:
    """How a run went."""

    done: int
    seconds: float
    sessions: int
    stalls: list[watchers.Stall]
    samples: list[Sample]
    faults: list[str] = field(default_factory=list)


class Driver(QObject):
    """Does one action after the other.

    Parameters
    ----------
    following : callable
        Returns the next action; None: it is over.
    hands : Hands
    log : Log
    planted : tuple of str
        Faults to commit, by name: see `plants`.
    longest : float
        Seconds that the window may be held up.
    """

    def __init__(
        self,
        following: Callable[[], Action | None],
        hands: Hands,
        log: Log,
        planted: tuple[str, ...] = (),
        longest: float = LONGEST,
    ) -> None:
        super().__init__()
        self._longest = longest
        self._following, self._hands, self._log = following, hands, log
        self._planted = [plants.PLANTS[name] for name in planted]
        self.number, self.sessions = 0, 0
        self.samples: list[Sample] = []
        self.over = False
        self._action = Action("start")
        self._levels: list[int] = []
        self._resting: Iterator[None] | None = None
        self._latest = 0.0
        self._threads = set(threading.enumerate())
        self.faults = Faults()
        self.faults.doing = self._doing
        self.pulse = Pulse(self._doing)
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.timeout.connect(self._step)

    def run(self, path: Path | None) -> Outcome:
        """Start the program, and again each time its window was closed, until all is done."""
        began, before = time.monotonic(), _content(shipped_dossier())
        while not self.over:
            self.sessions += 1
            self.pulse.excuse()
            # The program's own hooks are in place by the time its events are handled.
            QTimer.singleShot(0, self, self.faults.hook)
            self._next.start(50)
            self._latest = time.monotonic() + _LONGEST_START
            application.run(path)
            _destroy_windows()
            self._resting = None
            path = self._hands.path(self._hands.then)
        self.pulse.stop()
        self._look_for_remains(before)
        slow = [stall for stall in self.pulse.slowest if stall.seconds > self._longest]
        faults = [*self.faults, *(f"stall of {stall}" for stall in slow)]
        faults += watchers.grown(self.samples)
        seconds = time.monotonic() - began
        return Outcome(
            self.number, seconds, self.sessions, self.pulse.slowest[:10], self.samples, faults
        )

    def _doing(self) -> str:
        return f"action {self.number:,}: {self._action}"

    def _look_for_remains(self, before: str) -> None:
        scratch = self._hands.scratch
        for name in watchers.left_threads(self._threads | {threading.current_thread()}):
            self.faults.add(f"a thread is left: {name}")
        if watchers.left_children():
            self.faults.add("a process is left")
        for name in watchers.left_files(scratch, TEMPORARY):
            self.faults.add(f"a file is left: {name}")
        if _content(shipped_dossier()) != before:
            self.faults.add("the shipped dossier was changed")

    # -- one action after the other ----------------------------------------------------------

    def _step(self) -> None:
        level = QThread.currentThread().loopLevel()
        if self._levels and level <= self._levels[-1]:
            # Events are handled within an action that is still being done.
            self._next.start(1)
            return
        window = world.main_window()
        if window is None or window.desk is None or not window.desk.views:
            self._wait_for_window()
            return
        self.pulse.begin()
        self._latest = time.monotonic() + _LONGEST_START
        if self._resting is not None:
            self._rest_on()
            return
        with self.pulse.own():
            action = self._following()
            if action is None:
                action = Action("rest")
                self.over = True
            self.number += 1
            self._action = action
            self._log.add(self.number, action)
        if action.do == "rest":
            self._resting = self._rest()
            self._next.start(0)
        else:
            # A dialog may keep this action from returning: the next one does not wait for it.
            self._next.start(action.wait)
            self._levels.append(level)
            try:
                self._hands.do(action)
            finally:
                self._levels.pop()
        for plant in self._planted:
            plant(self.number, self._hands.scratch)

    def _wait_for_window(self) -> None:
        self.pulse.excuse()
        broken = not self.number and any(self.faults)
        if time.monotonic() < self._latest and not broken:
            self._next.start(20)
        else:
            self.faults.add(
                "no window with views comes up, or one is gone and the program runs on; after "
                f"{self.sessions} starts there are {world.inventory()}"
            )
            self.over = True
            world.application().exit(1)

    # -- rest ----------------------------------------------------------------------------------

    def _rest_on(self) -> None:
        assert self._resting is not None
        self._next.start(20)
        if next(self._resting, self) is self:
            self._resting = None

    def _rest(self) -> Iterator[None]:
        """Put everything back and measure, with turns of the event loop in between."""
        end = time.monotonic() + _LONGEST_REST
        quiet, put_back = 0, False
        while quiet < _QUIET:
            if time.monotonic() > end:
                self.faults.add(f"no rest within {_LONGEST_REST:.0f} s", _state())
                break
            if world.in_the_way() is not None:
                quiet = 0
                yield from self._dismiss()
            elif not put_back:
                put_back = True
                yield from _put_back(self._hands.path(PLAIN))
            else:
                quiet = 0 if _busy() else quiet + 1
            yield
        with self.pulse.own():
            # Whether the run was long enough is told from the samples before its end.
            if not self.over:
                self.samples.append(watchers.sample(self.number))
            for path in (self._hands.scratch / OUT).glob("new *"):
                path.unlink()
        while self.over:
            window = world.main_window()
            if world.in_the_way() is not None:
                yield from self._dismiss()
            elif window is not None:
                window.close()
            yield

    def _dismiss(self) -> Iterator[None]:
        """Get rid of what stands in front of the window: by No, by Escape, at last by force."""
        window = world.in_the_way()
        if window is None:
            return
        for button in window.findChildren(QAbstractButton):
            if button.isVisible() and button.isEnabled() and _NO.search(button.text()):
                self._nested(button.click)
                yield
                return
        # Keys are for the window that is active: a form beside the main window need not be.
        window.activateWindow()
        yield
        if world.in_the_way() is not window:
            return
        self._nested(lambda: fingers.tap(window, Qt.Key.Key_Escape))
        for _ in range(_TURNS_TO_CLOSE):
            yield
            if world.in_the_way() is not window:
                return
        if isinstance(window, QDialog):
            self.faults.add(
                f"Escape does not close {world.label_of(window)} {window.windowTitle()!r}", _state()
            )
            self._nested(window.reject)
        else:
            window.close()

    def _nested(self, deed: Callable[[], object]) -> None:
        """Do what may open a dialog that waits."""
        self._levels.append(QThread.currentThread().loopLevel())
        try:
            deed()
        finally:
            self._levels.pop()


def _destroy_windows() -> None:
    """Do away with the windows that were closed, as the end of the program does."""
    app = world.application()
    for window in app.topLevelWidgets():
        if isinstance(window, MainWindow):
            window.deleteLater()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    # The program takes what it is made of out of the collector's sight, and what is left of a
    # window with it when the next one starts.
    gc.unfreeze()
    gc.collect()


def _put_back(path: Path) -> Iterator[None]:
    """Show a dossier in a window as at the start, one thing after the other."""
    window = world.main_window()
    if window is None or window.desk is None:
        return
    desk = window.desk
    window.showNormal()
    window.resize(*_SIZE)
    yield
    if desk.theme() != "light":
        desk.set_theme("light")
        yield
    desk.set_hand(False)
    desk.set_dating(False)
    if desk.playing():
        desk.toggle_play()
    yield
    for name in desk.panels:
        if not desk.view_visible(name):
            desk.set_view_visible(name, True)
            yield
    world.application().clipboard().clear()
    desk.find_field.clear()
    desk.banner.hide()
    window.open_path(path)
    yield


def _busy() -> bool:
    return bool(_at_work())


def _at_work() -> list[str]:
    """Return what the program is still at."""
    window = world.main_window()
    if window is None or window.desk is None:
        return ["no window"]
    layout = ["a layout"] * window.desk.laying_out()
    return layout + [f"job {job.title!r}" for job in window.findChildren(Job)]


def _state() -> str:
    window = world.in_the_way()
    there = "nothing" if window is None else f"{world.label_of(window)} {window.windowTitle()!r}"
    threads = ", ".join(thread.name for thread in threading.enumerate())
    all_of_them = ", ".join(world.label_of(each) for each in world.windows())
    focus = world.application().focusWidget()
    held = "nothing" if focus is None else world.name_of(focus)
    return (
        f"in front: {there}\nwindows: {all_of_them}\nfocus: {held}\n"
        f"at work: {', '.join(_at_work())}\nthreads: {threads}"
    )


def _content(folder: Path) -> str:
    """Return a hash of all files in a folder."""
    digest = sha256()
    for path in sorted(folder.rglob("*")):
        digest.update(str(path).encode())
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()

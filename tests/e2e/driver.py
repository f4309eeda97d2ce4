"""The program as its user has it: a process with a window, a mouse, keys and a clipboard."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageGrab

T = TypeVar("T")
Picture = NDArray[np.uint8]
"""Rows, columns and red, green, blue."""

ROOT = Path(__file__).resolve().parents[2]
ENTENTE = (sys.executable, "-m", "viewer")
SIZE = (1600, 1000)
PATIENCE = 40.0
"""Seconds until something that should happen is taken for something that does not."""
_PAUSE = 0.05
_CALM = 10
"""So many looks in a row at the same picture mean that nothing more is coming."""
_CARET = 1e-4
"""Share of the window that a blinking caret may change."""


@dataclass(frozen=True)
class Area:
    """A rectangle of the window in pixels."""

    x: int
    y: int
    width: int
    height: int

    def of(self, picture: Picture) -> Picture:
        """Return this part of a picture."""
        return picture[self.y : self.y + self.height, self.x : self.x + self.width]


def wait_for(what: str, ask: Callable[[], T | None], patience: float = PATIENCE) -> T:
    """Ask until there is an answer, and return it."""
    end = time.monotonic() + patience
    while True:
        answer = ask()
        if answer is not None:
            return answer
        assert time.monotonic() < end, f"waited {patience:.0f} s for {what}"
        time.sleep(_PAUSE)


def is_drawn(picture: Picture) -> bool:
    """Whether there is more than a plain ground."""
    ground = picture[-1, -1]
    return float((picture != ground).any(axis=2).mean()) > 0.005


def changed(before: Picture, after: Picture) -> float:
    """Return the share of pixels that have visibly changed."""
    red, green, blue = np.moveaxis(np.maximum(before, after) - np.minimum(before, after) > 8, 2, 0)
    return float((red | green | blue).mean())


def load(path: Path) -> Picture:
    """Read a picture file."""
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def environment(home: Path) -> dict[str, str]:
    """Return variables with no screen and with nothing of the user's own."""
    theirs = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    env = {name: value for name, value in os.environ.items() if name not in theirs}
    folders = {f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("CONFIG", "DATA")}
    return {**env, **folders, "HOME": str(home)}


@dataclass
class Driver:
    """The program's window on an X display, in front of a user.

    Parameters
    ----------
    process : Popen
    env : dict of str to str
        What xdotool and xclip need to find the display.
    window : str
        Its number on the display; keys go to whichever window has the focus.
    corner : tuple of int
        Where the inside of the window begins on the screen.
    """

    process: subprocess.Popen[str]
    env: dict[str, str]
    window: str = ""
    corner: tuple[int, int] = (0, 0)

    def _tool(self, *words: str) -> str:
        done = subprocess.run(
            words, env=self.env, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        return done.stdout

    def find_window(self, title: str) -> str:
        """Wait for a window with exactly this title; return its number."""

        def find() -> str | None:
            assert self.process.poll() is None, f"ended: {self.process.communicate()}"
            pattern = "^" + re.escape(title) + "$"
            found = self._tool("xdotool", "search", "--onlyvisible", "--name", pattern).split()
            return found[0] if found else None

        return wait_for(f"a window called {title}", find)

    def is_open(self, window: str) -> bool:
        """Whether a window is on the screen."""
        return window in self._tool("xdotool", "search", "--onlyvisible", "--name", ".").split()

    def take_window(self, title: str) -> None:
        """Wait for the main window and give it its size, wholly on the screen."""
        self.window = self.find_window(title)
        width, height = map(str, SIZE)
        self._tool("xdotool", "windowactivate", "--sync", self.window)
        self._tool("xdotool", "windowmove", self.window, "40", "60")
        self._tool("xdotool", "windowsize", "--sync", self.window, width, height)
        # The mouse knows where the window is; what is told of windows counts frames twice.
        self.point(0, 0)
        place = self._tool("xdotool", "getmouselocation", "--shell")
        values = dict(line.split("=") for line in place.split())
        self.corner = int(values["X"]), int(values["Y"])

    def point(self, x: float, y: float) -> None:
        """Move the mouse to a point of the window."""
        self._tool("xdotool", "mousemove", "--window", self.window, f"{x:.0f}", f"{y:.0f}")

    def click(self, x: float, y: float) -> None:
        """Click a point of the window."""
        self.point(x, y)
        self._tool("xdotool", "click", "1")

    def press(self, *keys: str) -> None:
        """Press keys one after another, each as ``ctrl+k``."""
        self._tool("xdotool", "key", "--delay", "30", *keys)

    def type(self, text: str) -> None:
        """Write a text, letter by letter."""
        self._tool("xdotool", "type", "--delay", "8", text)

    def copied(self) -> str:
        """Return the text on the clipboard."""
        return self._tool("xclip", "-out", "-selection", "clipboard")

    def picture(self) -> Picture:
        """Return what the window looks like."""
        (x, y), (width, height) = self.corner, SIZE
        box = (x, y, x + width, y + height)
        image = ImageGrab.grab(bbox=box, xdisplay=self.env["DISPLAY"])
        return np.asarray(image.convert("RGB"))

    def settled(self, *drawn: Area) -> Picture:
        """Wait until the window no longer changes and areas show something; return its picture."""
        same: list[Picture] = []

        def look() -> Picture | None:
            now = self.picture()
            if same and changed(same[0], now) > _CARET:
                same.clear()
            same.append(now)
            calm = len(same) > _CALM and all(is_drawn(area.of(now)) for area in drawn)
            return now if calm else None

        return wait_for("a picture at rest", look)

    def quit(self) -> tuple[int, str]:
        """Leave as the user does; return the exit status and all that was printed."""
        self.press("ctrl+q")
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out + err


@contextmanager
def started(
    display: str, home: Path, *arguments: str, program: Sequence[str] = ENTENTE
) -> Iterator[Driver]:
    """Start the program on an X display, and see that it ends."""
    env = environment(home) | {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    process = subprocess.Popen(
        [*program, *arguments],
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield Driver(process, env)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def command(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Carry out a command of the program where there is no screen."""
    return subprocess.run(
        [*ENTENTE, *arguments],
        cwd=ROOT,
        env=environment(home),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

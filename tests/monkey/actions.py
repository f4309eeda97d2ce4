"""One action as data: a line of the log, written before it is done and done again in a replay."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any


@dataclass(frozen=True)
class Action:
    """Something a user does.

    Parameters
    ----------
    do : str
        A name in `deeds.DEEDS`.
    args : dict
        What that deed is given: numbers and text only.
    wait : int
        Milliseconds before it, in which the program comes to handle its events.
    """

    do: str
    args: dict[str, Any] = field(default_factory=dict)
    wait: int = 0

    def __str__(self) -> str:
        return " ".join([self.do, *(f"{key}={value!r}" for key, value in self.args.items())])


class Log:
    """Writes actions down; each is in the hands of the system before it is done."""

    def __init__(self, path: Path, seed: int) -> None:
        self._file: IO[str] = path.open("w", encoding="utf-8")
        self._line({"seed": seed})

    def add(self, number: int, action: Action) -> None:
        """Write an action down."""
        self._line({"n": number, "wait": action.wait, "do": action.do, **action.args})

    def close(self) -> None:
        """Write no more."""
        self._file.close()

    def _line(self, what: dict[str, Any]) -> None:
        self._file.write(json.dumps(what, ensure_ascii=False) + "\n")
        self._file.flush()


def logged(path: Path) -> Iterator[Action]:
    """Yield the actions of a log."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            what = json.loads(line)
            if "do" in what:
                del what["n"]
                yield Action(what.pop("do"), wait=what.pop("wait"), args=what)

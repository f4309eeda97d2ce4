"""Work in small steps: between any two the program can show how far it is, or stop it."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TypeVar

from viewer.model.dossier import Index
from viewer.scene.primitives import Floats

Steps = Iterator[Floats]
"""Positions so far, shape (n, 2), after a few hundredths of a second each; the last ones hold."""
Result = TypeVar("Result")
Work = Generator[None, None, Result]
"""Work that has nothing to show before it is done."""


def within(xy: Floats, nodes: Index, steps: Steps) -> Steps:
    """Yield all positions while some of the nodes are laid out; write theirs into `xy`."""
    for drawn in steps:
        xy[nodes] = drawn
        yield xy


def meanwhile(xy: Floats, work: Work[Result]) -> Generator[Floats, None, Result]:
    """Yield the same positions while work goes on, and return what comes of it."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: Result = end.value
            return result
        yield xy

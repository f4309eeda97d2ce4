"""Runs a layout: at once, or a little at a time while it is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

import numpy as np

from viewer.progress import Progress, unheard
from viewer.scene.layouts.network import Network
from viewer.scene.layouts.rooms import PORTRAIT
from viewer.scene.layouts.steps import Steps
from viewer.scene.primitives import Floats

KEPT = 0.5
"""Share of the nodes that must have an earlier position for them to be kept."""


@dataclass(frozen=True, eq=False)
class Options:
    """How a graph is to be laid out.

    Parameters
    ----------
    kind : str
        ``force``, ``layered``, ``circular``, ``radial``, ``places`` or ``time``.
    seed : int
        The same seed gives the same positions.
    focus : int, optional
        The node in the middle of a radial layout; None: the one with the most neighbours.
    aspect : float, optional
        Width over height of the pane to be filled; None: the shape is the layout's own.
    """

    kind: str = "force"
    seed: int = 1
    focus: int | None = None
    aspect: float | None = PORTRAIT


class Engine:
    """A layout under way.

    What it comes to does not depend on how it is run: `advance` now and then, or `run`. To stop
    it is to call it no more. Positions are in pixels of a graph pane of usual size, y up, the
    origin about the middle; a graph too large for one pane takes more room than that.
    """

    def __init__(self, steps: Steps, positions: Floats) -> None:
        self._steps = steps
        self._positions = positions
        self.done = False

    @property
    def positions(self) -> Floats:
        """Where the nodes stand by now, shape (n, 2); an array of its own each time."""
        return self._positions.copy()

    def advance(self, seconds: float) -> Floats:
        """Work for about so long, by a few hundredths of a second more at most.

        Returns
        -------
        ndarray of float64, shape (n, 2)
            `positions`; the last ones once `done` is true.
        """
        until = perf_counter() + seconds
        while not self.done:
            self._step()
            if perf_counter() >= until:
                break
        return self.positions

    def run(self, progress: Progress = unheard) -> Floats:
        """Work until done, and return the positions.

        `progress` is asked between any two steps whether to go on, and may raise `Cancelled`;
        how much is left is not known, so it is told 0 until all is done.
        """
        while not self.done:
            progress(0.0)
            self._step()
        progress(1.0)
        return self.positions

    def _step(self) -> None:
        try:
            self._positions = next(self._steps)
        except StopIteration:
            self.done = True


def start(network: Network, options: Options, previous: Floats | None = None) -> Engine:
    """Begin to lay out a graph.

    Parameters
    ----------
    network : Network
    options : Options
    previous : ndarray of float64, shape (n, 2), optional
        Where the nodes stood before, in layout units, NaN for new ones. A free layout keeps
        them, as long as they are half of all, and only finds places for the new ones.
    """
    first = np.zeros((network.n, 2))
    if previous is not None:
        first = np.where(np.isfinite(previous).all(axis=1, keepdims=True), previous, 0.0)
    return Engine(_steps(network, options, previous), first)


def layout(network: Network, options: Options | None = None) -> Floats:
    """Lay out a graph at once; see `start`."""
    return start(network, options or Options()).run()


def _steps(network: Network, options: Options, previous: Floats | None) -> Steps:
    """Return the work itself; only what is wanted is imported, for the first picture's sake."""
    kind, seed, aspect = options.kind, options.seed, options.aspect
    if kind == "layered":
        from viewer.scene.layouts.layered import layered

        return layered(network, aspect)
    if kind == "circular":
        from viewer.scene.layouts.circular import circular

        return circular(network, seed)
    if kind == "radial":
        from viewer.scene.layouts.radial import radial

        return radial(network, seed, options.focus)
    if kind == "places":
        from viewer.scene.layouts.places import at_places

        return at_places(network, aspect)
    if kind == "time":
        from viewer.scene.layouts.times import by_time

        return by_time(network, seed, aspect)
    if previous is not None and _worth_keeping(previous):
        from viewer.scene.layouts.grown import grown

        return grown(network, previous, seed, aspect)
    from viewer.scene.layouts.free import free

    return free(network, seed, aspect)


def _worth_keeping(previous: Floats) -> bool:
    known = np.isfinite(previous).all(axis=1)
    return bool(known.any() and known.mean() >= KEPT)

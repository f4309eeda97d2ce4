"""Measurements of ours against a peer, each with the ratio that must be kept.

A bench is a module of this package with a tuple ``BENCHES``::

    BENCHES = (Bench("map.frame", ours=draw_ours, peer=draw_peer, budget=1.5),)

`ours` and `peer` take nothing, do the thing once and return how long it took (or how much
was done, with ``better="higher"``). ``python -m tests.bench`` finds it from there.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any, Literal


@dataclass(frozen=True)
class Bench:
    """One thing that we and a peer both do.

    Parameters
    ----------
    name
        ``module.thing``.
    ours, peer
        Do it once and return the measurement, in `unit`.
    budget
        The ratio of the medians, ours to the peer's, that must not be exceeded; with
        ``better="higher"``, that must be reached.
    against
        What the peer is, in words.
    runs
        How many times each is run, in turn, after one run each that does not count.
    """

    name: str
    ours: Callable[[], float]
    peer: Callable[[], float]
    budget: float
    better: Literal["lower", "higher"] = "lower"
    against: str = "peer"
    unit: str = "ms"
    runs: int = 5

    def measure(self, runs: int | None = None) -> Result:
        """Run both in turn and compare the medians."""
        self.ours(), self.peer()
        pairs = [(self.ours(), self.peer()) for _ in range(runs or self.runs)]
        return Result(self, tuple(a for a, _ in pairs), tuple(b for _, b in pairs))


@dataclass(frozen=True)
class Result:
    """What was measured."""

    bench: Bench
    ours: tuple[float, ...]
    peer: tuple[float, ...]

    @property
    def ratio(self) -> float:
        return median(self.ours) / median(self.peer)

    @property
    def kept(self) -> bool:
        lower = self.bench.better == "lower"
        return self.ratio <= self.bench.budget if lower else self.ratio >= self.bench.budget

    def __str__(self) -> str:
        bench = self.bench
        return (
            f"{bench.name:<20} ours {median(self.ours):8.1f} {bench.unit}   "
            f"{bench.against} {median(self.peer):8.1f} {bench.unit}   ratio {self.ratio:.2f}   "
            f"budget {'≤' if bench.better == 'lower' else '≥'} {bench.budget:g}   "
            f"{'kept' if self.kept else 'MISSED'}"
        )

    def as_json(self) -> dict[str, Any]:
        """Return everything as plain values."""
        values = asdict(self)
        bench = {k: v for k, v in values.pop("bench").items() if k not in ("ours", "peer", "runs")}
        medians = {"ours_median": median(self.ours), "peer_median": median(self.peer)}
        return bench | medians | {"ratio": self.ratio, "kept": self.kept} | values


def benches() -> Iterator[Bench]:
    """Yield every bench of every module of this package."""
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        if not module.name.rpartition(".")[2].startswith(("_", "peer_")):
            yield from getattr(importlib.import_module(module.name), "BENCHES", ())

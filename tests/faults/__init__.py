"""Whether anything can be lost: the program is killed, cut off and fed damaged files.

A fault is a function that takes how often it is tried and returns an `Outcome`; each module of
this package has a tuple ``FAULTS``. Every fault has a *control*: the same trial of a way of saving
or opening that is known to be wrong. A control that finds nothing means that the trial is blind.

``python -m tests.faults [NAME...] [--short]``
"""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field


@dataclass
class Outcome:
    """What trials came to.

    Parameters
    ----------
    tried : int
    counts : Counter
        What happened, in words.
    wrong : list of str
        What must never happen, each time it did.
    """

    tried: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        said = ", ".join(f"{count} {what}" for what, count in self.counts.most_common())
        return f"{self.tried} tried: {said or 'nothing noted'}; {len(self.wrong)} wrong"


@dataclass(frozen=True)
class Fault:
    """One way in which things go wrong.

    Parameters
    ----------
    name : str
    trial : callable
        Given how often, returns what happened with our own code.
    control : callable
        The same with code that is known to be wrong.
    times, short : int
        How often in full, and in the short form.
    """

    name: str
    trial: Callable[[int], Outcome]
    control: Callable[[int], Outcome]
    times: int
    short: int

    def run(self, short: bool) -> tuple[Outcome, Outcome]:
        """Return what came of ours and of the control."""
        times = self.short if short else self.times
        return self.trial(times), self.control(max(times // 10, self.short))


def faults() -> Iterator[Fault]:
    """Yield every fault of every module of this package."""
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        if not module.name.rpartition(".")[2].startswith(("_", "test_")):
            yield from getattr(importlib.import_module(module.name), "FAULTS", ())

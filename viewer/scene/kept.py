"""Keeps what was made for as long as there is room for it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, ParamSpec, TypeVar

Given = ParamSpec("Given")
Made = TypeVar("Made")


class Kept(Generic[Given, Made]):
    """A function that keeps what it returns, up to a size; what was asked for longest ago goes.

    Parameters
    ----------
    make : callable
        A function of hashable arguments, given by position.
    bytes_of : callable
        Returns the bytes that a result takes.
    most : int
        Bytes to be kept. The latest result is kept however large it is.
    """

    def __init__(
        self, make: Callable[Given, Made], bytes_of: Callable[[Made], int], most: int
    ) -> None:
        self._make, self._bytes_of, self._most = make, bytes_of, most
        self._results: dict[tuple[object, ...], tuple[Made, int]] = {}
        self._lock = threading.Lock()
        self.bytes = 0

    def __contains__(self, key: tuple[object, ...]) -> bool:
        return key in self._results

    def __call__(self, *args: Given.args, **kwargs: Given.kwargs) -> Made:
        """Return what was kept for the arguments, or make it."""
        with self._lock:
            found = self._results.pop(args, None)
            if found is not None:
                # The end of the dict is what was asked for last.
                self._results[args] = found
                return found[0]
        made = self._make(*args, **kwargs)
        size = self._bytes_of(made)
        with self._lock:
            # Another thread may have made it too.
            self.bytes += size - self._results.pop(args, (made, 0))[1]
            self._results[args] = made, size
            while self.bytes > self._most and len(self._results) > 1:
                self.bytes -= self._results.pop(next(iter(self._results)))[1]
        return made


def kept(
    megabytes: float, bytes_of: Callable[[Made], int]
) -> Callable[[Callable[Given, Made]], Kept[Given, Made]]:
    """Make a function keep what it returns, up to some megabytes; see `Kept`."""
    return lambda make: Kept(make, bytes_of, round(megabytes * (1 << 20)))

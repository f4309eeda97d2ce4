"""How far a long piece of work has come, and how it is told to stop."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[float], None]
"""Called with the share done, 0 to 1. It may raise `Cancelled`, which the work lets through."""


class Cancelled(Exception):  # noqa: N818 - nothing went wrong
    """The user no longer wants what is being worked at."""


def unheard(share: float) -> None:
    """Take note of progress nobody watches."""

"""How far a long piece of work has come, and how it is told to stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import TypeVar

Progress = Callable[[float], None]
"""Called with the share done, 0 to 1. It may raise `Cancelled`, which the work lets through."""

Result = TypeVar("Result")
_TURN = threading.Lock()
_PULSE = 0.05


class Cancelled(Exception):  # noqa: N818 - nothing went wrong
    """The user no longer wants what is being worked at."""


def unheard(share: float) -> None:
    """Take note of progress nobody watches."""


def within(seconds: float) -> Progress:
    """Return what takes note of progress for some seconds, and then raises `Cancelled`."""
    end = time.monotonic() + seconds

    def heard(share: float) -> None:
        if time.monotonic() > end:
            raise Cancelled

    return heard


def forsakable(work: Callable[[Callable[[], bool]], Result], progress: Progress) -> Result:
    """Run a library's long call, which cannot say how far it is, so that it can be given up.

    It runs in a thread of its own, one such call at a time, while `progress` is asked again and
    again whether it is still wanted. A call that is given up runs on to its end unheard; one that
    has not begun never does.

    Parameters
    ----------
    work : callable
        Called with a function that tells whether it was given up, to be asked where it can be.
    progress : Progress
    """
    forsaken = threading.Event()
    outcome: Future[Result] = Future()

    def run() -> None:
        with _TURN:
            try:
                if forsaken.is_set():
                    raise Cancelled
                outcome.set_result(work(forsaken.is_set))
            except BaseException as error:  # noqa: BLE001 - raised again where it was asked for
                outcome.set_exception(error)

    threading.Thread(target=run, name="entente-library-call", daemon=True).start()
    try:
        while not wait((outcome,), _PULSE).done:
            progress(0.0)
    except BaseException:
        forsaken.set()
        raise
    return outcome.result()

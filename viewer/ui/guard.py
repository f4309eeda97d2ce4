"""Keeps an error in a method that Qt calls from ending the program.

On CPython 3.11 an exception that C code raised is a crash where it leaves an override that must
return a value, or one that Qt calls while Python waits for Qt: on showing, resizing, closing, and
for the items of a view.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


def guarded(default: Callable[[], Any]) -> Callable[[F], F]:
    """Make a method report an error and return ``default()`` instead of raising."""

    def decorate(method: F) -> F:
        @wraps(method)
        def call(*args: Any, **kwargs: Any) -> Any:
            try:
                return method(*args, **kwargs)
            except Exception:  # noqa: BLE001
                sys.excepthook(*sys.exc_info())
                return default()

        return call  # type: ignore[return-value]

    return decorate

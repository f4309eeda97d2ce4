"""What is worked out of a dossier once, and taken over by its next edition where nothing differs.

An edit makes another dossier. What is worked out of columns that both have need not be worked
out again: a changed title leaves the order of the events in time as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar, cast
from weakref import ref

if TYPE_CHECKING:
    from viewer.model.dossier import Dossier

T = TypeVar("T")
P = ParamSpec("P")

_INPUTS: dict[str, tuple[tuple[str, str], ...]] = {}
"""Key of what is derived → the (table, column) it is worked out of; no column: all of the table."""


def derived(*inputs: str) -> Callable[[Callable[[Dossier], T]], Callable[[Dossier], T]]:
    """Make a function of a dossier keep what it returns.

    Parameters
    ----------
    *inputs : str
        All that it reads: ``events.date``, or ``events`` for every column of a table. Nothing
        else of the dossier may bear on what it returns.
    """
    spots = tuple((table, column) for table, _, column in (spot.partition(".") for spot in inputs))

    def wrap(make: Callable[[Dossier], T]) -> Callable[[Dossier], T]:
        key = f"{make.__module__}.{make.__qualname__}"
        _INPUTS[key] = spots

        @wraps(make)
        def get(dossier: Dossier) -> T:
            memo = dossier.memo
            if key not in memo:
                memo[key] = make(dossier)
            out: T = memo[key]
            return out

        return get

    return wrap


def kept_with_dossier(
    most: int = 4,
) -> Callable[[Callable[Concatenate[Dossier, P], T]], Callable[Concatenate[Dossier, P], T]]:
    """Make a function of a dossier, and maybe more, keep what it returned last.

    Unlike what is `derived` that goes with the dossier and is not taken over by its next edition.

    Parameters
    ----------
    most : int
        Results to keep for each dossier.
    """

    def wrap(make: Callable[Concatenate[Dossier, P], T]) -> Callable[Concatenate[Dossier, P], T]:
        key = f"{make.__module__}.{make.__qualname__}"

        def keeping(dossier: Dossier) -> Callable[P, T]:
            # What a dossier keeps does not keep the dossier: there would be no end of it.
            own = ref(dossier)

            def make_now(*args: P.args, **named: P.kwargs) -> T:
                alive = own()
                assert alive is not None
                return make(alive, *args, **named)

            return cast(Callable[P, T], lru_cache(maxsize=most)(make_now))

        @wraps(make)
        def get(dossier: Dossier, /, *args: P.args, **named: P.kwargs) -> T:
            kept = dossier.memo.get(key)
            if kept is None:
                kept = dossier.memo.setdefault(key, keeping(dossier))
            out: T = kept(*args, **named)
            return out

        return get

    return wrap


def take_over(after: Dossier, before: Dossier) -> None:
    """Give a dossier what was worked out of another and holds for both."""
    alike = {
        (name, column)
        for name, table in after.tables.items()
        for column, cells in table.columns.items()
        if before.tables[name].columns.get(column) is cells
    }
    for name, table in after.tables.items():
        if table.columns.keys() == before.tables[name].columns.keys() and all(
            (name, column) in alike for column in table.columns
        ):
            alike.add((name, ""))
    for key, value in list(before.memo.items()):
        if key in _INPUTS and alike.issuperset(_INPUTS[key]):
            after.memo.setdefault(key, value)

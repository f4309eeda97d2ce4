"""What an edition of a dossier takes over from the one before is as if worked out anew."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import reduce
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import numpy as np
import pytest

import viewer.geo
import viewer.model
import viewer.scene
from tests.dossiers import small
from viewer.model import derived, edits
from viewer.model.dossier import Dossier
from viewer.model.schema import TABLES

WORDS = ("", "2020-01", "2012/2015", "51.5", "-3", "yes", "no", "city", "country", "CAN", "region")


def every_derived() -> list[str]:
    for package in (viewer.model, viewer.geo, viewer.scene):
        for module in iter_modules(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    return sorted(key for key in derived._INPUTS if key.startswith("viewer."))


def get(key: str, dossier: Dossier) -> Any:
    """Return what one of them says of a dossier."""
    name = next(name for name in _modules() if key.startswith(f"{name}."))
    found = reduce(getattr, key[len(name) + 1 :].split("."), import_module(name))
    return found.fget(dossier) if isinstance(found, property) else found(dossier)


def _modules() -> list[str]:
    import sys

    return sorted((name for name in sys.modules if name.startswith("viewer.")), key=len)[::-1]


def plain(value: Any) -> Any:
    """Return a value as lists and words, to be compared."""
    if isinstance(value, np.ndarray):
        return ["array", value.shape, [plain(cell) for cell in value.ravel().tolist()]]
    if isinstance(value, float) and np.isnan(value):
        return "nan"
    if isinstance(value, dict):
        return {key: plain(held) for key, held in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, str | int | float | None):
        return value
    if hasattr(value, "of") and hasattr(value, "counts"):
        return [plain(rows) for rows in value]
    if hasattr(value, "items"):
        return {key: plain(held) for key, held in value.items()}
    if hasattr(value, "__iter__"):
        return [plain(held) for held in value]
    return type(value).__name__


def told_of(dossier: Dossier, keys: list[str]) -> list[Any]:
    return [plain(get(key, dossier)) for key in keys]


def editions(before: Dossier, name: str) -> Iterator[Dossier]:
    """Yield the dossier with one row gone, with one more, and with other cells in each column."""
    chance = random.Random(1)
    table = before.tables[name]
    yield edits.remove(before, name, [len(table) // 2])
    cells = table.row(len(table) // 2)
    yield edits.insert(before, name, {**cells, "id": ""} if "id" in cells else cells)
    for column, held in table.columns.items():
        words = ("", "51.5", "-3") if column in ("lon", "lat") else (*WORDS, *held)
        for row in range(len(table)) if column != "id" else ():
            yield edits.change(before, name, row, {column: chance.choice(words)})


@pytest.mark.parametrize("name", TABLES)
def test_what_is_taken_over_is_as_if_worked_out_anew(name: str) -> None:
    keys = every_derived()
    assert len(keys) > 30
    before = small()
    kept = told_of(before, keys)
    for after in editions(before, name):
        taken = [key for key in keys if key in after.memo]
        assert 10 < len(taken) < len(keys)
        anew = after.bare()
        for key in taken:
            assert plain(get(key, after)) == plain(get(key, anew)), key
    assert told_of(before, keys) == kept

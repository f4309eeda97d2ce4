"""A million events in one file: saving, opening with the seal verified, and one edit.

The peer of saving and opening is pandas with the same rows as CSV; the bounds in seconds are
against the clock.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import time
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from tests.bench import Bench
from tests.bench.masses import make
from viewer.formats import open_dossier
from viewer.formats.geopackage.working import WorkingCopy
from viewer.formats.geopackage.writing import write_file
from viewer.model.dossier import Dossier
from viewer.model.schema import TABLES

EVENTS = 1_000_000
LONGEST, EDIT = 2000.0, 50.0
"""Milliseconds."""


@cache
def _room() -> Path:
    room = Path(tempfile.mkdtemp(prefix="entente-bench-"))
    atexit.register(shutil.rmtree, room, ignore_errors=True)
    os.environ["XDG_DATA_HOME"] = str(room / "data")
    return room


@cache
def _file() -> Path:
    path = _room() / "million.gpkg"
    write_file(make(EVENTS), path)
    return path


class _Open:
    """The file, opened, with a working copy that is ready; what a window has."""

    def __init__(self) -> None:
        self.dossier = open_dossier(_file())
        self.copy = WorkingCopy.begin(self.dossier, _file(), "geopackage")
        atexit.register(self.copy.close, True)
        self.edit()

    def edit(self) -> float:
        """Change the title of one event anywhere; return how long it took to be durable."""
        row = np.random.default_rng().integers(len(self.dossier.events))
        titles = self.dossier.events["title"].with_cells(np.array([row]), f"At {time.time()}")
        events = self.dossier.events.with_columns({"title": titles})
        after = replace(self.dossier, tables={**self.dossier.tables, "events": events})
        start = time.perf_counter()
        self.copy.follow(after, "Change Title")
        took = time.perf_counter() - start
        self.dossier = after
        return took * 1000


_open = cache(_Open)


def save() -> float:
    _open().edit()
    start = time.perf_counter()
    _open().copy.save()
    return (time.perf_counter() - start) * 1000


def verified_open() -> float:
    _file()
    start = time.perf_counter()
    dossier = open_dossier(_file())
    took = time.perf_counter() - start
    assert len(dossier.events) == EVENTS
    return took * 1000


@cache
def _frames() -> dict[str, Any]:
    import pandas as pd

    dossier: Dossier = make(EVENTS)
    return {
        name: pd.DataFrame({column: list(cells) for column, cells in table.columns.items()})
        for name, table in dossier.tables.items()
    }


def pandas_write() -> float:
    frames = _frames()
    start = time.perf_counter()
    for name, frame in frames.items():
        frame.to_csv(_room() / f"{name}.csv", index=False)
    return (time.perf_counter() - start) * 1000


def pandas_read() -> float:
    import pandas as pd

    if not (_room() / "events.csv").exists():
        pandas_write()
    start = time.perf_counter()
    for name in TABLES:
        pd.read_csv(_room() / f"{name}.csv", dtype=str, keep_default_na=False)
    return (time.perf_counter() - start) * 1000


BENCHES = (
    Bench("dossierfile.save", save, pandas_write, 1.0, against="pandas, CSV", runs=3),
    Bench("dossierfile.save_2s", save, lambda: LONGEST, 1.0, against="bound", runs=3),
    Bench("dossierfile.open", verified_open, pandas_read, 1.0, against="pandas, CSV", runs=3),
    Bench("dossierfile.open_2s", verified_open, lambda: LONGEST, 1.0, against="bound", runs=3),
    Bench("dossierfile.edit", lambda: _open().edit(), lambda: EDIT, 1.0, against="bound", runs=20),
)

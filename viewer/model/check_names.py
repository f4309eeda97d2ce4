"""Names of actors and places that may be one, and ids that cannot be written everywhere."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np

from viewer.model.alike import Likeness, alike
from viewer.model.check_claims import line_of, where_of
from viewer.model.dossier import Dossier, Table
from viewer.model.report import Report
from viewer.model.schema import TABLES, split_list

POSITIONED = ("exact", "city")
"""Precisions with which a place stands where its coordinates say."""

_CELL = 0.02
"""Degrees of latitude in twice a kilometre, and a little more."""
_FAR = 0.5
"""Degrees, as many kilometres as no city is wide."""
_ODD = re.compile(r"[^\w.:@/+~-]")
_JOINER = "\u200c"


def check_names(dossier: Dossier, report: Report) -> None:
    """Look for rows without a name, for names that may be one, and for odd ids.

    Parameters
    ----------
    dossier : Dossier
    report : Report
        Takes down the warnings.
    """
    for table in (dossier.actors, dossier.places):
        for row, name in enumerate(table["name"]):
            if not name.strip():
                report.add("has no name", table.name, line_of(table, row), "name", "warning")
    _check_alike(dossier.actors, (), None, report)
    _check_alike(dossier.places, _spots(dossier), dossier.place_lonlat, report)
    for name, columns in TABLES.items():
        if "id" in columns:
            _check_ids(dossier.tables[name], report)


# -- names -----------------------------------------------------------------------------------


def _check_alike(
    table: Table,
    spots: Sequence[Sequence[tuple[int, ...]]],
    lonlat: np.ndarray[tuple[int, ...], np.dtype[np.float64]] | None,
    report: Report,
) -> None:
    aliases = [split_list(cell) for cell in table["aliases"]]
    joined: dict[int, int] = {}

    def root(row: int) -> int:
        while row in joined:
            row = joined[row]
        return row

    for first, second, why in alike(table["name"], aliases, spots):
        if _told_apart(table, first, second):
            continue
        if why is Likeness.NEAR and lonlat is not None and _far_apart(table, lonlat, first, second):
            continue
        # Of three names of one thing the third is told once.
        ends = root(first), root(second)
        if ends[0] == ends[1]:
            continue
        joined[ends[1]] = ends[0]
        _warn(table, first, second, why, report)


def _warn(table: Table, first: int, second: int, why: Likeness, report: Report) -> None:
    same = {
        Likeness.SAME: "is the name of",
        Likeness.ALIAS: "shares a name with",
        Likeness.NEAR: "is much like",
    }[why]
    where = f" in {where_of(table, first)}"
    report.add(
        f"“{table['name'][second]}” {same} “{table['name'][first]}”{where}; if the two are "
        "one, keep one row and put the other name among its aliases",
        table.name, line_of(table, second), "name", "warning",
    )  # fmt: skip


def _told_apart(table: Table, first: int, second: int) -> bool:
    """Whether the rows themselves say that they are two: another identifier, country or kind."""
    return any(
        table[column][first] and table[column][second]
        and table[column][first] != table[column][second]
        for column in ("wikidata", "geonames", "country", "kind")
        if column in table.columns
    )  # fmt: skip


def _far_apart(
    table: Table,
    lonlat: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    first: int,
    second: int,
) -> bool:
    """Whether two places are known well enough, and stand too far apart, to be one."""
    if any(table["precision"][row] not in POSITIONED for row in (first, second)):
        return False
    (lon, lat), (lon_2, lat_2) = lonlat[first].tolist(), lonlat[second].tolist()
    around = abs((lon - lon_2 + 180) % 360 - 180) * math.cos(math.radians(lat))
    return math.hypot(around, lat - lat_2) > _FAR


def _spots(dossier: Dossier) -> list[tuple[tuple[int, ...], ...]]:
    """Return the cells in which each place stands that is known to a city or better.

    Of four grids shifted by half a cell, one at least has any two places within half a cell of
    each other in one cell.
    """
    out: list[tuple[tuple[int, ...], ...]] = []
    for (lon, lat), precision in zip(
        dossier.place_lonlat.tolist(), dossier.places["precision"], strict=True
    ):
        own = []
        for grid in range(4 if precision in POSITIONED and not math.isnan(lon) else 0):
            band = math.floor(lat / _CELL + grid // 2 / 2)
            width = _CELL / max(math.cos(math.radians(band * _CELL)), 0.01)
            own.append((grid, math.floor(lon / width + grid % 2 / 2), band))
        out.append(tuple(own))
    return out


# -- ids -------------------------------------------------------------------------------------


def _check_ids(table: Table, report: Report) -> None:
    for row, key in enumerate(table["id"]):
        if key.isascii() and not _ODD.search(key):
            continue
        if odd := next(filter(_is_odd, key), ""):
            what = "a space" if odd.isspace() else f"“{odd}”"
            slug = re.sub("[^a-z0-9]+", "-", key.casefold()).strip("-")
            hint = f", as {slug}" if slug and key.isascii() else ""
            report.add(
                f"id “{key}” holds {what}; use letters, digits, - and _ only{hint}, here and "
                "wherever it is named",
                table.name, line_of(table, row), "id", "warning",
            )  # fmt: skip


def _is_odd(letter: str) -> bool:
    """Whether a character makes an id hard to write: on a command line, in a list, in a file."""
    if letter.isascii():
        return bool(_ODD.match(letter))
    return letter.isspace() or not (letter.isprintable() or letter == _JOINER)

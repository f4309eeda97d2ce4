"""What the writers of graph files share: times that stay exact, typed attributes."""

from __future__ import annotations

import re
from collections.abc import Iterable

from viewer.model.dossier import Dossier

UNITS = {"day": "[0-9]{4}-[0-9]{2}-[0-9]{2}", "year": "[0-9]{4}"}
"""What a date must be made of to be written as a time of a graph, the finest unit first."""

_PERIOD = {
    unit: re.compile(rf"({point})|({point}|\.\.|)/({point}|\.\.|)") for unit, point in UNITS.items()
}
_WHOLE = re.compile("-?(?:0|[1-9][0-9]{0,14})")
_NUMBER = re.compile(rf"{_WHOLE.pattern}(?:\.[0-9]{{1,15}})?(?:[eE][+-]?[0-9]{{1,2}})?")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def unit_of(dossier: Dossier) -> str:
    """Return the finest unit in which a dossier has dates that are exactly such; empty for none.

    A file has one unit, and a year written as days would have two days nobody named.
    """
    cells = {cell for table in ("events", "relations") for cell in dossier.tables[table]["date"]}
    for unit in UNITS:
        if any(any(period(cell, unit)) for cell in cells):
            return unit
    return ""


def period(date: str, unit: str) -> tuple[str, str]:
    """Return the beginning and end of a date, empty where open, not known or not in the unit.

    Examples
    --------
    >>> period("2012-09-07/..", "day"), period("2012-09", "day"), period("2012", "year")
    (('2012-09-07', ''), ('', ''), ('2012', '2012'))
    """
    found = _PERIOD[unit].fullmatch(date) if unit else None
    if found is None:
        return "", ""
    day, start, end = found.groups(default="")
    return (day, day) if day else (start.strip("."), end.strip("."))


def type_of(cells: Iterable[str]) -> str:
    """Return ``long`` or ``double`` for an attribute that holds numbers only, else ``string``."""
    said = {cell for cell in cells if cell}
    if not said or not all(map(_NUMBER.fullmatch, said)):
        return "string"
    return "long" if all(map(_WHOLE.fullmatch, said)) else "double"


def is_number(cell: str) -> bool:
    """Whether a cell is a number in the one way that every program writes it."""
    return _NUMBER.fullmatch(cell) is not None


def fit_xml(text: str) -> str:
    """Return `text` without what XML has no way to hold: control characters, as �."""
    return _NOT_XML.sub("\ufffd", text)

"""What is wrong with the text of a cell, in words; empty where nothing is."""

from __future__ import annotations

import re

from viewer.model import dates

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_LIMITS = {"lon": 180.0, "lat": 90.0}


def coordinate_fault(column: str, cell: str, other: str) -> str:
    """Return what is wrong with a longitude or latitude, given the other of the two."""
    if not cell:
        return f"no {column} beside the {'lat' if column == 'lon' else 'lon'}" if other else ""
    if not _NUMBER.fullmatch(cell):
        hint = "use a point, not a comma" if "," in cell else "write decimal degrees, as 35.694"
        return f"“{cell[:40]}” is no number: {hint}"
    if abs(float(cell)) > _LIMITS[column]:
        swapped = (
            column == "lat"
            and _NUMBER.fullmatch(other)
            and abs(float(cell)) <= _LIMITS["lon"]
            and abs(float(other)) <= _LIMITS["lat"]
        )
        hint = "; are lon and lat swapped?" if swapped else ""
        return f"{cell[:40]} lies outside −{_LIMITS[column]:.0f} to {_LIMITS[column]:.0f}{hint}"
    return ""


def date_fault(cell: str) -> str:
    """Return what is wrong with a date, with what was probably meant."""
    try:
        if cell:
            dates.parse(cell)
    except ValueError as error:
        return str(error)
    return ""

"""What is doubtful or wrong in a dossier, beyond what kept rows from being read."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import TypeAlias

import numpy as np

from viewer.errors import Problem, Severity
from viewer.model.check_claims import check_claims, line_of
from viewer.model.check_doubles import check_doubles
from viewer.model.check_names import POSITIONED, check_names
from viewer.model.dossier import Dossier, Table
from viewer.model.near import did_you_mean
from viewer.model.report import Report, in_order
from viewer.model.schema import (
    ACTOR_KINDS,
    EVENT_TYPES,
    PLACE_ROLES,
    PRECISIONS,
    QUADS,
    STANCES,
)

VOCABULARY: tuple[tuple[str, str, Collection[str], Severity], ...] = (
    ("actors", "kind", ACTOR_KINDS, "warning"),
    ("places", "precision", PRECISIONS, "error"),
    ("events", "type", EVENT_TYPES, "warning"),
    ("events", "quad", QUADS, "error"),
    ("event_places", "role", PLACE_ROLES, "error"),
    ("relations", "directed", ("yes", "no"), "error"),
    ("relations", "quad", QUADS, "error"),
    ("sources", "reliability", tuple("ABCDEF"), "error"),
    ("claims", "stance", STANCES, "error"),
    ("claims", "credibility", tuple("123456"), "error"),
)
"""Columns with a list of words: an error where a word from outside cannot be drawn or counted."""

WHILE = {
    ("places", "precision"): "; till then the place counts as unknown and is not on the map",
    ("events", "quad"): "; till then the event is of no class",
    ("relations", "quad"): "; till then the tie is of no class",
    ("relations", "directed"): "; till then the tie has no direction",
    ("claims", "stance"): "; till then the claim takes part in no dispute",
}
"""What becomes of a row with a word from outside."""

NEEDED = (("event_places", "role"), ("participants", "role"), ("claims", "stance"))
"""Columns of words that may not be empty."""

PARTICIPANT_ROLES = ("source", "target", "participant", "mediator", "victim")
"""Common roles; others are as good, unless they look like a slip."""

_ALPHA_3 = re.compile("[A-Z]{3}")


Check: TypeAlias = Callable[[Dossier, Report], None]
"""Looks at a dossier and reports what it finds."""


def check(dossier: Dossier, *further: Check) -> tuple[Problem, ...]:
    """Look a dossier through.

    A dispute is no problem: sources may contradict each other.

    Parameters
    ----------
    dossier : Dossier
    *further : callable
        Checks that need more than the dossier; with all there are see `viewer.geo.outside`.

    Returns
    -------
    tuple of Problem
        By table, in the order of the schema, and row. An error is something that is not shown
        as it was meant; a warning is a doubt.
    """
    report = Report(dossier.path)
    _check_words(dossier, report)
    _check_countries(dossier, report)
    check_names(dossier, report)
    _check_coordinates(dossier, report)
    _check_within(dossier, report)
    check_doubles(dossier, report)
    _check_evidence(dossier, report)
    check_claims(dossier, report)
    for more in further:
        more(dossier, report)
    # What reading left empty is not missed once more.
    read = {_spot(problem) for problem in dossier.problems if problem.row}
    found = (problem for problem in report.problems() if not _told(problem, dossier, read))
    return in_order((*dossier.problems, *found))


_Spot: TypeAlias = tuple[str, int, str]


def _spot(problem: Problem) -> _Spot:
    column = "lon" if problem.column == "lat" else problem.column
    return problem.table, problem.row, column


def _told(problem: Problem, dossier: Dossier, read: Collection[_Spot]) -> bool:
    """Whether reading told of a cell already, or of the column that is missing."""
    table, row, column = _spot(problem)
    if (table, row, column) in read:
        return True
    return (table, 1, column) in read and not any(dossier.tables[table][column])


def _each(table: Table, column: str, wrong: Callable[[str], bool]) -> list[tuple[int, str]]:
    """Return (row, cell) of the cells that are wrong; each distinct cell is looked at once."""
    cells = {cell for cell in set(table[column]) if wrong(cell)}
    return [(row, cell) for row, cell in enumerate(table[column]) if cell in cells] if cells else []


def _outside(words: Collection[str]) -> Callable[[str], bool]:
    return lambda cell: cell != "" and cell not in words


def _or(words: Collection[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} or {last}"


def _check_words(dossier: Dossier, report: Report) -> None:
    for name, column, words, severity in VOCABULARY:
        table = dossier.tables[name]
        for row, cell in _each(table, column, _outside(words)):
            hint = did_you_mean(cell, words).removeprefix("; ") or f"write {_or(words)}"
            report.add(
                f"“{cell}” in {column}: {hint}{WHILE.get((name, column), '')}",
                name, line_of(table, row), column, severity,
            )  # fmt: skip
    for name, column in NEEDED:
        table = dossier.tables[name]
        for row, _ in _each(table, column, lambda cell: not cell):
            report.add(f"no {column} is given", name, line_of(table, row), column)
    table = dossier.tables["participants"]
    for row, cell in _each(table, "role", lambda cell: cell not in PARTICIPANT_ROLES):
        if hint := did_you_mean(cell, PARTICIPANT_ROLES):
            report.add(
                f"“{cell}” is a rare role{hint}", table.name, line_of(table, row), "role", "warning"
            )


def _check_countries(dossier: Dossier, report: Report) -> None:
    for table in (dossier.actors, dossier.places):
        for row, cell in _each(
            table, "country", lambda cell: cell != "" and not _ALPHA_3.fullmatch(cell)
        ):
            hint = "three capital letters of ISO 3166-1, such as IRN"
            report.add(
                f"“{cell}” is no country code; write {hint}",
                table.name, line_of(table, row), "country",
            )  # fmt: skip


def _check_coordinates(dossier: Dossier, report: Report) -> None:
    places, lonlat = dossier.places, dossier.place_lonlat
    spots: dict[tuple[float, float], int] = {}
    for row, precision in enumerate(places["precision"]):
        if precision in POSITIONED and not np.isnan(lonlat[row, 0]):
            spots.setdefault((float(lonlat[row, 0]), float(lonlat[row, 1])), row)
    for row, precision in enumerate(places["precision"]):
        line = line_of(places, row)
        spot = (float(lonlat[row, 0]), float(lonlat[row, 1]))
        if spot == (0.0, 0.0):
            report.add(
                "0, 0 lies in the sea off Africa; leave lon and lat empty if they are not known",
                "places", line, "lon", "warning",
            )  # fmt: skip
        if precision in POSITIONED and np.isnan(spot[0]):
            report.add(
                f"is known to be “{precision}” but has no coordinates",
                "places", line, "lon", "warning",
            )  # fmt: skip
        if precision != "country":
            continue
        if not places["country"][row]:
            report.add(
                "is a country without a code; its area cannot be drawn",
                "places", line, "country", "warning",
            )  # fmt: skip
        if spot in spots:
            city = places["name"][spots[spot]]
            report.add(
                f"stands where “{city}” stands: a country is not one of its cities",
                "places", line, "lon", "warning",
            )  # fmt: skip


def _check_within(dossier: Dossier, report: Report) -> None:
    places = dossier.places
    rows, within = places.row_of, places["within"]
    done: set[int] = set()
    for start in range(len(places)):
        trail: dict[int, None] = {}
        at: int | None = start
        while at is not None and at not in done and at not in trail:
            trail[at] = None
            at = rows.get(within[at])
        if at in trail:
            ring = list(trail)
            ring = ring[ring.index(at) :]
            names = " → ".join(places["id"][row] for row in (*ring[:10], ring[0]))
            report.add(
                f"lies within itself: {names}; take one of these out",
                "places", line_of(places, ring[0]), "within",
            )  # fmt: skip
        done.update(trail)


def _check_evidence(dossier: Dossier, report: Report) -> None:
    about = dossier.claims_about
    for table, noun in ((dossier.events, "event"), (dossier.relations, "relation")):
        told = about.of(table.name).counts > 0
        if len(table) and not told.any():
            report.add(f"no {noun} has a claim: on whose word?", table.name, severity="warning")
            continue
        for row in np.flatnonzero(~told).tolist():
            report.add(
                f"no claim is about “{dossier.name(dossier.ref(table.name, row))}”: on whose word?",
                table.name, line_of(table, row), "id", "warning",
            )  # fmt: skip
    claims = dossier.claims
    for row, (source, locator) in enumerate(zip(claims["source"], claims["locator"], strict=True)):
        if not source:
            report.add("has no source", "claims", line_of(claims, row), "source", "warning")
        elif not locator.strip():
            report.add(
                "does not say where in its source", "claims", line_of(claims, row), "locator",
                "warning",
            )  # fmt: skip

"""Places that lie far from the country they name, and every check of a dossier together."""

from __future__ import annotations

import numpy as np

from viewer.errors import Problem
from viewer.geo.basemap import countries, country_area
from viewer.geo.clip import contains
from viewer.geo.countries import distances_to_country, iso3_at
from viewer.geo.countries import name as country_name
from viewer.geo.shapes import check_shapes
from viewer.geo.sphere import wrap
from viewer.model.check import check
from viewer.model.check_claims import line_of
from viewer.model.dossier import Dossier
from viewer.model.near import did_you_mean
from viewer.model.report import Report

NEAR, ROUGH = 25e3, 100e3
"""Metres that a place may lie beyond its country: more than the basemap's borders are off by;
and for one whose position is rough itself."""
AT_SEA = 370.4e3
"""Metres for a place at sea: an exclusive economic zone is 200 nautical miles (UNCLOS, art. 57),
and islands with an embassy or a rig on them may be too small for the basemap."""

_WITHOUT_AREA = frozenset("BES BVT CCK CXR GLP GUF MTQ MYT REU SJM TKL".split())
"""Codes of ISO 3166-1 that the basemap counts as parts of other countries or leaves out."""
_FORMER = frozenset("ANT BUR CSK DDR DHY NHB RHO SCG SUN TMP VDR YMD YUG ZAR".split())
"""Countries that are no more (ISO 3166-3)."""
_MOST_TOLD = 500
"""Positions of one country of which it is said where they lie and what was meant: with more than
that, a whole column is wrong."""


def check_all(dossier: Dossier) -> tuple[Problem, ...]:
    """Look a dossier through in every way there is; see `viewer.model.check.check`."""
    return check(dossier, check_countries, check_shapes)


def check_countries(dossier: Dossier, report: Report) -> None:
    """Find codes that are no country's, and places far from the country they name.

    Parameters
    ----------
    dossier : Dossier
    report : Report
        Takes down the warnings. How far a place may lie off is said by `NEAR`, `ROUGH` and
        `AT_SEA`.
    """
    known = sorted({*countries().rows, *_WITHOUT_AREA, *_FORMER} - {""})
    for table in (dossier.actors, dossier.places):
        wrong = {
            code
            for code in set(table["country"])
            if len(code) == 3 and code.isascii() and code.isupper() and code not in known
        }
        for row, code in enumerate(table["country"]) if wrong else ():
            if code in wrong:
                report.add(
                    f"“{code}” is the code of no country{did_you_mean(code, known)}",
                    table.name, line_of(table, row), "country", "warning",
                )  # fmt: skip
    by_country: dict[str, list[int]] = {}
    # Of 0, 0 it is said already that it is no position.
    placed = np.isfinite(dossier.place_lonlat).all(axis=1) & dossier.place_lonlat.any(axis=1)
    for row in np.flatnonzero(placed).tolist():
        if code := dossier.places["country"][row]:
            by_country.setdefault(code, []).append(row)
    for code, rows in by_country.items():
        _check_country(dossier, report, code, np.array(rows))


def _check_country(
    dossier: Dossier, report: Report, code: str, rows: np.ndarray[tuple[int], np.dtype[np.intp]]
) -> None:
    area = country_area(code)
    if not len(area):
        return
    spots, which = np.unique(dossier.place_lonlat[rows], axis=0, return_inverse=True)
    spots[:, 0] = wrap(spots[:, 0])
    off = distances_to_country(code, spots)
    where: dict[int, str] = {}
    told: dict[int, str] = {}
    for row, spot in zip(rows.tolist(), which.ravel().tolist(), strict=True):
        rough = dossier.places["precision"][row] not in ("exact", "city")
        if off[spot] <= (ROUGH if rough else NEAR):
            continue
        if off[spot] <= AT_SEA or len(told) < _MOST_TOLD:
            if spot not in where:
                where[spot] = iso3_at(*spots[spot].tolist()) or ""
            if not where[spot] and off[spot] <= AT_SEA:
                continue
        if spot not in told and len(told) < _MOST_TOLD:
            told[spot] = _advice(code, where[spot], *spots[spot].tolist())
        report.add(
            f"lies {off[spot] / 1000:,.0f} km from {country_name(code)} ({code})"
            + told.get(spot, "; correct lon and lat, or the country"),
            "places", line_of(dossier.places, row), "lon", "warning",
        )  # fmt: skip


def _advice(code: str, inside: str, lon: float, lat: float) -> str:
    """Return where a position is and what was probably meant, if that lies in the country."""
    words = f", in {country_name(inside)} ({inside})" if inside else ", at sea"
    words += "; correct lon and lat, or the country"
    slips = [
        ((lat, lon), "lon and lat look swapped"),
        ((-lon, lat), "should lon be negative?" if lon > 0 else "should lon be positive?"),
        ((lon, -lat), "should lat be negative?" if lat > 0 else "should lat be positive?"),
    ]
    area = country_area(code)
    for (x, y), meant in slips:
        if abs(y) <= 90 and np.count_nonzero(contains(area, (x, y))) % 2:
            return f"{words}: {meant}"
    return words

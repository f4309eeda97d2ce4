"""What is doubtful in the claims of a dossier: disputes nobody marked, and words out of order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from viewer.model import dates, disputes, values
from viewer.model.columns import dictionary
from viewer.model.dates import Date
from viewer.model.dossier import Dossier, Table
from viewer.model.report import Report
from viewer.model.schema import TABLES, Ref

BEGINS = frozenset("began begin begins beginning start started starts since".split())
ENDS = frozenset("ended end ends ending until".split())
"""Properties that say when something began and ended."""
HAPPENED = frozenset("occurred happened held took_place".split())
"""Properties that say of an event no more than that it took place."""

_TOLD = frozenset(("date", "name", "lon", "lat", "within"))
"""Columns of the schema that claims tell in the same words; extra columns are taken to be so."""
_LONGEST = 60
_MOST_NAMED = 3


def check_claims(dossier: Dossier, report: Report) -> None:
    """Look for claims that contradict their row, their speaker, each other's order or nothing.

    Parameters
    ----------
    dossier : Dossier
    report : Report
        Takes down the warnings.
    """
    _check_own_cells(dossier, report)
    _check_denials(dossier, report)
    _check_speakers(dossier, report)
    _check_said(dossier, report)
    _check_told_too_early(dossier, report)
    _check_begins_and_ends(dossier, report)


def line_of(table: Table, row: int) -> int:
    """Return the line a row stands in, 0 for a dossier that is in no file."""
    return table.lines[row] if len(table.lines) else 0


def where_of(table: Table, row: int) -> str:
    """Return where to find a row: its line, or its id for a dossier that is in no file."""
    line = line_of(table, row)
    return f"line {line}" if line else f"“{table['id'][row]}”"


def _quoted(text: str) -> str:
    words = " ".join(text.split())
    return f"“{words if len(words) <= _LONGEST else words[: _LONGEST - 1] + '…'}”"


def _warn(report: Report, table: Table, row: int, column: str, message: str) -> None:
    report.add(message, table.name, line_of(table, row), column, "warning")


# -- the row itself --------------------------------------------------------------------------


def _check_own_cells(dossier: Dossier, report: Report) -> None:
    """Find cells that every claim about the same property contradicts."""
    claims = dossier.claims
    told = {
        name: frozenset(
            column
            for column in table.columns
            if column in _TOLD or column not in TABLES[name]
        ) - disputes.MANY_VALUED
        for name, table in dossier.tables.items()
    }  # fmt: skip
    names, stances = tuple(claims["property"]), tuple(claims["stance"])
    for ref, rows in dossier.claims_about.each():
        columns = told[ref.table]
        found: dict[str, list[int]] = {}
        for row in rows:
            if names[row] in columns and stances[row] == "asserts":
                found.setdefault(names[row], []).append(row)
        for column, candidates in found.items():
            current = [row for row in candidates if row not in dossier.superseded]
            _check_cell(dossier, report, ref, column, current)


def _check_cell(
    dossier: Dossier, report: Report, ref: Ref, column: str, rows: Sequence[int]
) -> None:
    table, claims, at = dossier.tables[ref.table], dossier.claims, dossier.row(ref)
    cell = table[column][at]
    if not cell.strip() or not rows:
        return
    said = [claims["value"][row] for row in rows]
    own, *theirs = values.read(column, [cell, *said], dossier.names)
    if not all(
        values.exclude(own, value) and not (column in ("lon", "lat") and _rounds(cell, text))
        for value, text in zip(theirs, said, strict=True)
    ):
        return
    others = ", ".join(
        f"{_quoted(claims['value'][row])} ({where_of(claims, row)} of claims)"
        for row in rows[:_MOST_NAMED]
    )
    said_by = "the claim says" if len(rows) == 1 else "the claims say"
    more = f" and {len(rows) - _MOST_NAMED:,} more" if len(rows) > _MOST_NAMED else ""
    _warn(
        report, table, at, column,
        f"the {column} here is {_quoted(cell)}, but {said_by} {others}{more}; correct the one "
        "that is wrong, or add the claim that says what stands here",
    )  # fmt: skip


def _rounds(a: str, b: str) -> bool:
    """Whether two coordinates are one, given to more digits and to fewer."""
    digits = min(len(text.strip().partition(".")[2]) for text in (a, b))
    try:
        return abs(float(a) - float(b)) <= 0.5 * 10.0**-digits + 1e-9
    except ValueError:
        return False


# -- denials and speakers --------------------------------------------------------------------


def _check_denials(dossier: Dossier, report: Report) -> None:
    """Find denials and doubts of what nobody in the dossier says.

    Who denies that a thing is so at all says no, which stands for itself. A doubt does not: there
    is somebody who says what is doubted.
    """
    claims = dossier.claims
    names, stances = tuple(claims["property"]), tuple(claims["stance"])
    for ref, rows in dossier.claims_about.each():
        against = [row for row in rows if stances[row] in ("denies", "doubts")]
        if not against:
            continue
        told = {"", "statement"} | {names[row] for row in rows if stances[row] == "asserts"}
        for row in against:
            name, value = names[row], claims["value"][row]
            if name in told or (stances[row] == "denies" and values.says_yes_or_no(value)):
                continue
            told.add(name)
            table = dossier.tables[ref.table]
            _warn(
                report, claims, row, "stance",
                f"{stances[row]} {_quoted(value)}, but no claim asserts a value of “{name}” for "
                f"{_quoted(dossier.name(ref))} "
                f"({where_of(table, dossier.row(ref))} of {table.name}); add the claim that does",
            )  # fmt: skip


def _check_speakers(dossier: Dossier, report: Report) -> None:
    """Find speakers who contradict themselves, when it is not certain which word is the later."""
    claims = dossier.claims
    for dispute in dossier.disputes:
        by_speaker: dict[str, list[int]] = {}
        for row in dispute.claims:
            by_speaker.setdefault(claims["speaker"][row], []).append(row)
        for speaker, rows in by_speaker.items():
            if not speaker or len(rows) < 2:
                continue
            found = disputes.contradicted(claims.columns, rows, dispute.property, dossier.names)
            pair = next(
                (
                    (found[0], row)
                    for row in found[1:]
                    if disputes.opposed(claims.columns, found[0], row, dossier.names)
                ),
                None,
            )
            if pair is not None:
                _warn_of_speaker(dossier, report, *pair)


def _warn_of_speaker(dossier: Dossier, report: Report, first: int, second: int) -> None:
    claims = dossier.claims
    name = dossier.name(Ref("actors", claims["speaker"][second]))
    words = [f"{claims['stance'][row]} {_quoted(claims['value'][row])}" for row in (first, second)]
    _warn(
        report, claims, second, "said",
        f"{_quoted(name)} {words[1]} here and {words[0]} in {where_of(claims, first)}, and which "
        "was said later is not certain; if one corrects the other, give both the date they were "
        "said",
    )  # fmt: skip


# -- the order of time -----------------------------------------------------------------------


def _check_said(dossier: Dossier, report: Report) -> None:
    """Find claims that were said after the source appeared that reports them."""
    claims, sources = dossier.claims, dossier.sources
    appeared = {
        key: date
        for key, cell in zip(sources["id"], sources["date"], strict=True)
        if dates.is_certain(date := dates.parse_or_unknown(cell))
    }
    later: dict[tuple[str, str], bool] = {}
    for row, (source, said) in enumerate(zip(claims["source"], claims["said"], strict=True)):
        if not said or source not in appeared:
            continue
        key = source, said
        if key not in later:
            date = dates.parse_or_unknown(said)
            later[key] = dates.certainly_before(appeared[source], date)
        if later[key]:
            at = where_of(sources, sources.row_of[source])
            _warn(
                report, claims, row, "said",
                f"was said {_quoted(said)}, after its source “{source}” ({at} of sources) of "
                f"{appeared[source].text}; correct one of the two dates",
            )  # fmt: skip


def _check_told_too_early(dossier: Dossier, report: Report) -> None:
    """Find claims that an event happened, said before it did.

    What is said of a plan is another property than that it took place. A day is allowed for: it
    may be the day before where the speaker is.
    """
    claims, events = dossier.claims, dossier.events
    rows, starts = dictionary(events["id"]), dossier.event_bounds[:, 0].tolist()
    spoken = {said: dates.parse_or_unknown(said) for said in set(claims["said"])}
    cells = zip(
        claims["about_kind"], claims["property"], claims["stance"], claims["said"],
        claims["value"], claims["about"], strict=True,
    )  # fmt: skip
    for row, (kind, name, stance, said, value, about) in enumerate(cells):
        if not said or kind != "event" or stance != "asserts" or name not in HAPPENED:
            continue
        when, at = spoken[said], rows[about]
        if when.latest + 1 > starts[at] or not values.says_yes(value):
            continue
        date = dossier.event_dates[at]
        if dates.certainly_before(when, date):
            _warn(
                report, claims, row, "said",
                f"was said {_quoted(said)}, before {_quoted(dossier.name(Ref('events', about)))} "
                f"of {date.text} ({where_of(events, at)} of events) can have happened; correct one "
                "of the two dates, or call the property planned",
            )  # fmt: skip


def _check_begins_and_ends(dossier: Dossier, report: Report) -> None:
    """Find what ends before it begins, by its claims or by its claims and its own date."""
    claims = dossier.claims
    names, stances = tuple(claims["property"]), tuple(claims["stance"])
    for ref, rows in dossier.claims_about.each():
        told = [
            row
            for row in rows
            if stances[row] == "asserts" and (names[row] in BEGINS or names[row] in ENDS)
        ]
        if not told:
            continue
        begins = [(d, row) for d, row in _dated(dossier, told) if names[row] in BEGINS]
        ends = [(d, row) for d, row in _dated(dossier, told) if names[row] in ENDS]
        own = _own_date(dossier, ref)
        first = min(ends, key=lambda end: end[0].latest, default=None)
        last = max(begins, key=lambda begin: begin[0].earliest, default=None)
        if first and last and first[0].latest <= last[0].earliest:
            _warn(
                report, claims, first[1], "value",
                f"{_quoted(dossier.name(ref))} ended {first[0].text} here, before it began "
                f"{last[0].text} ({where_of(claims, last[1])}); correct one of the two",
            )  # fmt: skip
        elif own and first and first[0].latest <= own.earliest:
            _warn_of_row(dossier, report, ref, first, f"ended {first[0].text} here, before")
        elif own and last and own.latest <= last[0].earliest:
            _warn_of_row(dossier, report, ref, last, f"began {last[0].text} here, after")


def _warn_of_row(
    dossier: Dossier, report: Report, ref: Ref, told: tuple[Date, int], words: str
) -> None:
    table, row = dossier.tables[ref.table], dossier.row(ref)
    _warn(
        report, dossier.claims, told[1], "value",
        f"{_quoted(dossier.name(ref))} {words} its own date {_quoted(table['date'][row])} "
        f"({where_of(table, row)} of {ref.table}); correct one of the two",
    )  # fmt: skip


def _dated(dossier: Dossier, rows: Sequence[int]) -> Iterator[tuple[Date, int]]:
    for row in rows:
        date = dates.parse_or_unknown(dossier.claims["value"][row].strip())
        if dates.is_certain(date) and row not in dossier.superseded:
            yield date, row


def _own_date(dossier: Dossier, ref: Ref) -> Date | None:
    if ref.table not in ("events", "relations"):
        return None
    date = dates.parse_or_unknown(dossier.tables[ref.table]["date"][dossier.row(ref)])
    return date if dates.is_certain(date) else None

"""Rows that say the same thing twice, and relations that lead nowhere else."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence

from viewer.model.alike import folded
from viewer.model.check_claims import line_of, where_of
from viewer.model.dossier import Dossier, Table
from viewer.model.report import Report
from viewer.model.schema import Ref
from viewer.model.twins import twins

_MOST = 30
"""Rows of one key that are compared: so many that are told apart are a series."""


def check_doubles(dossier: Dossier, report: Report) -> None:
    """Look for rows entered twice, and for relations of an actor with itself.

    Parameters
    ----------
    dossier : Dossier
    report : Report
        Takes down the warnings.
    """
    _check_events(dossier, report)
    _check_links(dossier, report)
    _check_relations(dossier, report)
    _check_sources(dossier.sources, report)


def _again(
    table: Table, keys: Iterable[Hashable], telling: Sequence[str] = ()
) -> Iterator[tuple[int, int]]:
    """Yield each row whose key an earlier row has, after that one.

    Two rows are two all the same where both fill one of the telling columns, and not alike.
    """
    cells = [table[column] for column in telling if column in table.columns]
    seen: dict[Hashable, list[int]] = {}
    for row, key in enumerate(keys):
        others = seen.setdefault(key, []) if key is not None else []
        for other in others:
            pairs = ((folded(column[other]), folded(column[row])) for column in cells)
            if all(a == b or not (a and b) for a, b in pairs):
                yield other, row
                break
        else:
            if len(others) < _MOST:
                others.append(row)


def _warn(report: Report, table: Table, row: int, column: str, message: str) -> None:
    report.add(message, table.name, line_of(table, row), column, "warning")


def _check_events(dossier: Dossier, report: Report) -> None:
    events = dossier.events
    for first, second in twins(dossier):
        _warn(
            report, events, second, "title",
            f"“{events['title'][second]}” has the type, day and place of "
            f"“{events['title'][first]}” in {where_of(events, first)}; if the two are one event, "
            "keep one row and let the claims of both be about it",
        )  # fmt: skip


def _check_links(dossier: Dossier, report: Report) -> None:
    """Find participants and places that an event has twice in one role."""
    for name, column, to in (("event_places", "place", "places"),
                             ("participants", "actor", "actors")):  # fmt: skip
        table = dossier.tables[name]
        events, others, roles = (tuple(table[c]) for c in ("event", column, "role"))
        for first, row in _again(table, zip(events, others, roles, strict=True)):
            what, where = (
                dossier.name(Ref(to, others[row])), dossier.name(Ref("events", events[row]))
            )  # fmt: skip
            role = f" as {roles[row]}" if roles[row] else ""
            at = f" in line {line_of(table, first)}" if line_of(table, first) else ""
            _warn(
                report, table, row, column,
                f"“{what}” stands beside “{where}”{role} already{at}; take one of the two out",
            )  # fmt: skip


def _check_relations(dossier: Dossier, report: Report) -> None:
    table = dossier.relations
    columns = ("source", "target", "directed", "type", "date")
    rows = zip(*(table[column] for column in columns), strict=True)
    for row, (source, target) in enumerate(zip(table["source"], table["target"], strict=True)):
        if source == target:
            _warn(
                report, table, row, "target",
                f"ties “{dossier.name(Ref('actors', source))}” to itself; correct the source or "
                "the target",
            )  # fmt: skip
    keys = (
        (*((a, b) if directed == "yes" else sorted((a, b))), directed, folded(kind), date)
        for a, b, directed, kind, date in rows
    )
    for first, row in _again(table, keys, ("description", "quad")):
        _warn(
            report, table, row, "id",
            f"“{dossier.name(Ref('relations', table['id'][row]))}” has the type and date of the "
            f"one in {where_of(table, first)}; if the two are one, keep one row and let the "
            "claims of both be about it",
        )  # fmt: skip


def _check_sources(table: Table, report: Report) -> None:
    """Find documents that share title, publisher and date, unless address or content differ."""
    keys = (
        (folded(title), folded(publisher), date) if folded(title) else None
        for title, publisher, date in zip(
            table["title"], table["publisher"], table["date"], strict=True
        )
    )
    for first, row in _again(table, keys, ("author", "url", "file_sha256")):
        _warn(
            report, table, row, "title",
            f"“{table['title'][row]}” has the title, publisher and date of the source in "
            f"{where_of(table, first)}; if the two are one, keep one row and let all claims "
            "name it",
        )  # fmt: skip

"""Which claims cannot both hold, and which ones their speaker has taken back.

A property is disputed when two claims about it contradict each other: two values are asserted
that exclude each other, or one claim denies what follows from the other's assertion. A doubt is
not a contradiction. What values exclude each other is said in `values`.

When one speaker later contradicts an earlier claim of theirs, the later word supersedes the
earlier one, which then takes part in no dispute. It does so only where it is certain that it is
later, and where the speaker is named: a source in its own voice may report what others say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from viewer.model import dates, values
from viewer.model.schema import Ref
from viewer.model.values import Crowd, Value

MANY_VALUED = frozenset({"statement", "description", "alias", "participant", "place", "reason"})
"""Properties that can hold several values at once, so that two values do not contradict."""

_LATEST = 16
"""Different words of a speaker, the latest first, that are looked at for a correction: somebody
who worded a thing in more ways than that corrects the others with one of these too."""

Columns = Mapping[str, Sequence[str]]
ClaimsAbout = Mapping[Ref, Sequence[int]]
Named = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Dispute:
    """One property of one row about which claims contradict each other.

    Parameters
    ----------
    about : Ref
        The row the claims are about.
    property : str
        The property.
    claims : tuple of int
        Rows of the claims table that take part, in file order.
    """

    about: Ref
    property: str
    claims: tuple[int, ...]


def find(
    columns: Columns, claims_about: ClaimsAbout, named: Named, replaced: Mapping[int, int]
) -> tuple[Dispute, ...]:
    """Find every dispute.

    Parameters
    ----------
    columns : mapping of str to sequence of str
        The claims table.
    claims_about : mapping of Ref to sequence of int
        The claims of each row.
    named : callable
        Returns the name of the row that folded words stand for; see `values.Names`.
    replaced : mapping of int to int
        The claims that do not count, as from `superseded`.

    Returns
    -------
    tuple of Dispute
        In the order of the first claim that takes part.
    """
    out = []
    columns = _as_tuples(columns)
    for about, name, rows in by_property(columns, claims_about):
        current = [row for row in rows if row not in replaced]
        if found := contradicted(columns, current, name, named):
            out.append(Dispute(about, name, found))
    return tuple(sorted(out, key=lambda dispute: dispute.claims[0]))


def superseded(columns: Columns, claims_about: ClaimsAbout, named: Named) -> dict[int, int]:
    """Find the claims whose speaker said something else later.

    Parameters
    ----------
    columns, claims_about, named
        As for `find`.

    Returns
    -------
    dict of int to int
        Row of a claim → row of the latest word that replaces it.
    """
    out: dict[int, int] = {}
    columns = _as_tuples(columns)
    for _, name, rows in by_property(columns, claims_about):
        by_speaker: dict[str, list[int]] = {}
        for row in rows:
            if speaker := columns["speaker"][row]:
                by_speaker.setdefault(speaker, []).append(row)
        for said in by_speaker.values():
            if len(said) > 1:
                out.update(_corrected(columns, said, name, named))
    return out


def _as_tuples(columns: Columns) -> Columns:
    """Return the columns that are read cell by cell, quick to read so."""
    used = ("property", "value", "stance", "speaker", "said")
    return {name: tuple(columns[name]) for name in used}


def by_property(
    columns: Columns, claims_about: ClaimsAbout
) -> Iterator[tuple[Ref, str, list[int]]]:
    """Yield the rows of the claims that assert or deny something of one property.

    Only where there are two or more: one claim contradicts nothing.
    """
    names, stances = columns["property"], columns["stance"]
    for about, rows in claims_about.items():
        if len(rows) < 2:
            continue
        found: dict[str, list[int]] = {}
        for row in rows:
            if names[row] and stances[row] in ("asserts", "denies"):
                found.setdefault(names[row], []).append(row)
        for name, candidates in found.items():
            if len(candidates) > 1:
                yield about, name, candidates


def contradicted(columns: Columns, rows: Sequence[int], name: str, named: Named) -> tuple[int, ...]:
    """Return the rows of `rows` that another of them contradicts.

    Parameters
    ----------
    columns : mapping of str to sequence of str
        The claims table.
    rows : sequence of int
        Claims about one property of one row that assert or deny.
    name : str
        The property.
    named : callable
        As for `find`.
    """
    if _of_one_mind(columns, rows, name):
        return ()
    stances = columns["stance"]
    read = dict(zip(rows, _read(columns, rows, name, named), strict=True))
    asserted = Crowd(read[row] for row in rows if stances[row] == "asserts")
    denied = Crowd(read[row] for row in rows if stances[row] == "denies")
    exclusive = name not in MANY_VALUED

    def hit(row: int) -> bool:
        value = read[row]
        if stances[row] == "denies":
            return asserted.implies(value)
        return denied.implied_by(value) or (exclusive and asserted.excludes(value))

    return tuple(filter(hit, rows))


def by_side(columns: Columns, dispute: Dispute, named: Named) -> list[list[int]]:
    """Return the claims of a dispute, those together that say the same.

    Parameters
    ----------
    columns : mapping of str to sequence of str
        The claims table.
    dispute : Dispute
    named : callable
        As for `find`.

    Returns
    -------
    list of list of int
        Rows of the claims table, in file order. Those of one side have one stance and one value,
        however that is worded.
    """
    out: dict[tuple[str, Value], list[int]] = {}
    meant = _read(columns, dispute.claims, dispute.property, named)
    for row, value in zip(dispute.claims, meant, strict=True):
        out.setdefault((columns["stance"][row], value), []).append(row)
    return list(out.values())


def opposed(columns: Columns, first: int, second: int, named: Named) -> bool:
    """Whether two claims about one property of one row contradict each other."""
    name = columns["property"][first]
    a, b = _read(columns, (first, second), name, named)
    return _opposed((columns["stance"][first], a), (columns["stance"][second], b), name)


def _opposed(a: tuple[str, Value], b: tuple[str, Value], name: str) -> bool:
    match a[0], b[0]:
        case "asserts", "asserts":
            return name not in MANY_VALUED and values.exclude(a[1], b[1])
        case "asserts", "denies":
            return values.implies(a[1], b[1])
        case "denies", "asserts":
            return values.implies(b[1], a[1])
    return False


def _of_one_mind(columns: Columns, rows: Sequence[int], name: str) -> bool:
    """Whether it shows without reading them that no claim contradicts another, as for most."""
    stances = {columns["stance"][row] for row in rows}
    if len(stances) > 1:
        return False
    first = columns["value"][rows[0]] if rows else ""
    return (
        "denies" in stances
        or name in MANY_VALUED
        or all(columns["value"][row] == first for row in rows)
    )


def _read(columns: Columns, rows: Sequence[int], name: str, named: Named) -> list[Value]:
    return values.read(name, [columns["value"][row] for row in rows], named)


def _corrected(
    columns: Columns, rows: Sequence[int], name: str, named: Named
) -> Iterator[tuple[int, int]]:
    """Yield the claims of one speaker about one property that a later one of them replaces."""
    if _of_one_mind(columns, rows, name):
        return
    said = {row: dates.parse_or_unknown(columns["said"][row]) for row in rows}
    dated = [row for row in rows if dates.is_certain(said[row])]
    if len(dated) < 2:
        return
    read = _read(columns, dated, name, named)
    word = {row: (columns["stance"][row], value) for row, value in zip(dated, read, strict=True)}
    latest: dict[tuple[str, Value], int] = {}
    for row in sorted(dated, key=lambda row: said[row].earliest, reverse=True):
        if len(latest) < _LATEST:
            latest.setdefault(word[row], row)
    for row in dated:
        for later, other in latest.items():
            if not dates.certainly_before(said[row], said[other]):
                break
            if _opposed(word[row], later, name):
                yield row, other
                break

"""Which claims cannot both hold.

A property is disputed when two claims about it contradict each other: two different values are
asserted, or one claim asserts and another denies the same value. A doubt is not a contradiction.
When one speaker corrects an earlier claim of theirs, the later word
supersedes the earlier one and the pair is not a dispute.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from viewer.model import dates
from viewer.model.schema import Ref

MANY_VALUED = frozenset({"statement", "description", "alias", "participant", "place", "reason"})
"""Properties that can hold several values at once, so that two values do not contradict."""


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
    columns: Mapping[str, Sequence[str]], claims_about: Mapping[Ref, Sequence[int]]
) -> tuple[Dispute, ...]:
    """Find every dispute.

    Parameters
    ----------
    columns : mapping of str to sequence of str
        The claims table.
    claims_about : mapping of Ref to sequence of int
        The claims of each row.

    Returns
    -------
    tuple of Dispute
        In the order of the first claim that takes part.
    """
    out: list[Dispute] = []
    for about, rows in claims_about.items():
        by_property: dict[str, list[int]] = {}
        for row in rows:
            if columns["property"][row] and columns["stance"][row] != "doubts":
                by_property.setdefault(columns["property"][row], []).append(row)
        for name, candidates in by_property.items():
            if len(candidates) > 1:
                taking_part = _contradicted(columns, _current(columns, candidates), name)
                if taking_part:
                    out.append(Dispute(about, name, taking_part))
    return tuple(sorted(out, key=lambda dispute: dispute.claims[0]))


def _value(columns: Mapping[str, Sequence[str]], row: int) -> str:
    return " ".join(columns["value"][row].casefold().split())


def _contradicted(
    columns: Mapping[str, Sequence[str]], rows: Sequence[int], name: str
) -> tuple[int, ...]:
    """Return the rows of `rows` that another of them contradicts."""
    values: dict[str, set[str]] = {"asserts": set(), "denies": set()}
    for row in rows:
        values.setdefault(columns["stance"][row], set()).add(_value(columns, row))
    exclusive = len(values["asserts"]) > 1 and name not in MANY_VALUED

    def contradicted(row: int) -> bool:
        match columns["stance"][row]:
            case "asserts":
                return exclusive or _value(columns, row) in values["denies"]
            case "denies":
                return _value(columns, row) in values["asserts"]
        return False

    return tuple(filter(contradicted, rows))


def _current(columns: Mapping[str, Sequence[str]], rows: Sequence[int]) -> list[int]:
    """Return the rows whose named speaker did not say something else about it later."""
    said = {row: dates.parse_or_unknown(columns["said"][row]) for row in rows}
    word = {row: (_value(columns, row), columns["stance"][row]) for row in rows}
    # The two latest different words of each speaker: one of them differs from any given word.
    latest: dict[str, list[int]] = {}
    for row in sorted(
        (row for row in rows if columns["speaker"][row] and dates.is_certain(said[row])),
        key=lambda row: said[row].earliest,
        reverse=True,
    ):
        kept = latest.setdefault(columns["speaker"][row], [])
        if len(kept) < 2 and word[row] not in [word[other] for other in kept]:
            kept.append(row)

    def superseded(row: int) -> bool:
        return any(
            word[other] != word[row] and dates.certainly_before(said[row], said[other])
            for other in latest.get(columns["speaker"][row], ())
        )

    return [row for row in rows if not superseded(row)]

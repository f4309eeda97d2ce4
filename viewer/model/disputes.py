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
            current = [row for row in candidates if not _superseded(columns, row, candidates)]
            taking_part = tuple(
                row
                for row in current
                if any(_contradict(columns, row, other, name) for other in current)
            )
            if taking_part:
                out.append(Dispute(about, name, taking_part))
    return tuple(sorted(out, key=lambda dispute: dispute.claims[0]))


def _value(columns: Mapping[str, Sequence[str]], row: int) -> str:
    return " ".join(columns["value"][row].casefold().split())


def _contradict(columns: Mapping[str, Sequence[str]], a: int, b: int, name: str) -> bool:
    same_value = _value(columns, a) == _value(columns, b)
    stances = {columns["stance"][a], columns["stance"][b]}
    if same_value:
        return stances == {"asserts", "denies"}
    return stances == {"asserts"} and name not in MANY_VALUED


def _superseded(columns: Mapping[str, Sequence[str]], row: int, among: Sequence[int]) -> bool:
    """Whether the same named speaker said something else about it later."""
    speaker, said = columns["speaker"][row], columns["said"][row]
    if not speaker or not said:
        return False
    return any(
        columns["speaker"][other] == speaker
        and columns["said"][other]
        and dates.certainly_before(said, columns["said"][other])
        and (
            _value(columns, other) != _value(columns, row)
            or columns["stance"][other] != columns["stance"][row]
        )
        for other in among
    )

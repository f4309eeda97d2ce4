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

import numpy as np

from viewer.model import dates, values
from viewer.model.about import ClaimsAbout
from viewer.model.arrays import Index, Mask
from viewer.model.schema import ABOUT_TABLES, Ref
from viewer.model.table import Table
from viewer.model.values import Crowd, Value

MANY_VALUED = frozenset({"statement", "description", "alias", "participant", "place", "reason"})
"""Properties that can hold several values at once, so that two values do not contradict."""

_STANCES = {"asserts": 1, "denies": -1}

_LATEST = 16
"""Different words of a speaker, the latest first, that are looked at for a correction: somebody
who worded a thing in more ways than that corrects the others with one of these too."""
_REMEMBERED = 1 << 18
"""Words up to which a judge keeps its answers."""

Named = Callable[[str], str]
Columns = Mapping[str, Sequence[str]]
Words = tuple[tuple[str, ...], ...]
"""What claims say: stance, value, and maybe when that was said."""


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


@dataclass(frozen=True, slots=True)
class Told:
    """Claims that assert or deny something of one property of one row, and do not all agree.

    Parameters
    ----------
    table : str
    row : int
        The row of that table that the claims are about.
    property : str
        The property.
    claims : tuple of int
        Rows of the claims table, in file order.
    """

    table: str
    row: int
    property: str
    claims: tuple[int, ...]


def contested(claims: Table, about: ClaimsAbout) -> tuple[Told, ...]:
    """Find the properties of which claims say different things, whether these exclude or not.

    Most claims are alone or agree to the letter, which shows without reading them.

    Parameters
    ----------
    claims : Table
        The claims table.
    about : ClaimsAbout
        The claims of each row.

    Returns
    -------
    tuple of Told
        In the order of the first claim of each.
    """
    stances = claims["stance"].each(lambda stance: _STANCES.get(stance, 0)).array(np.int8)
    names = claims["property"]
    stances[names.holding("")] = 0
    exclusive = names.each(lambda name: name not in MANY_VALUED).array(np.bool_)
    out = []
    for table in ABOUT_TABLES.values():
        links = about.of(table)
        rows, owners = links.targets, np.repeat(np.arange(len(links)), links.counts)
        told = (stances[rows] != 0) & (links.counts[owners] > 1)
        rows, owners = rows[told], owners[told]
        if not len(rows):
            continue
        keys = owners * (len(names.vocabulary) + 1) + names.codes[rows]
        order = np.argsort(keys, kind="stable")
        rows, keys = rows[order], keys[order]
        starts = np.flatnonzero(np.append(True, keys[1:] != keys[:-1]))
        stance, value = stances[rows], claims["value"].take(rows).codes
        of_values = (stance[starts] > 0) & exclusive[rows[starts]]
        differ = _differ(stance, starts) | (of_values & _differ(value, starts))
        ends = np.append(starts[1:], len(rows))
        for group in np.flatnonzero(differ).tolist():
            found = tuple(rows[starts[group] : ends[group]].tolist())
            row = int(owners[order[starts[group]]])
            out.append(Told(table, row, names[found[0]], found))
    return tuple(sorted(out, key=lambda told: told.claims[0]))


def _differ(numbers: Index, starts: Index) -> Mask:
    """Return which runs of numbers, given by where they start, are not of one number."""
    out: Mask = np.maximum.reduceat(numbers, starts) != np.minimum.reduceat(numbers, starts)
    return out


class Judge:
    """Tells which words contradict each other, and remembers what it was asked.

    Most claims of a dossier are those of the edition before it.

    Parameters
    ----------
    named : callable
        Returns the name of the row that folded words stand for; see `values.Names`.
    """

    def __init__(self, named: Named) -> None:
        self._named = named
        self._contradicted: dict[tuple[str, Words], tuple[int, ...]] = {}
        self._corrected: dict[tuple[str, Words], tuple[tuple[int, int], ...]] = {}
        self._held = 0

    def contradicted(self, name: str, words: Words) -> tuple[int, ...]:
        """Return the positions of the words about a property that others contradict."""
        found = self._contradicted.get((name, words))
        if found is None:
            self._make_room(len(words))
            found = self._contradicted[name, words] = _contradicted(name, words, self._named)
        return found

    def corrected(self, name: str, words: Words) -> tuple[tuple[int, int], ...]:
        """Return the positions of a speaker's words and of the later ones that replace them."""
        found = self._corrected.get((name, words))
        if found is None:
            self._make_room(len(words))
            found = self._corrected[name, words] = tuple(_corrected(name, words, self._named))
        return found

    def _make_room(self, more: int) -> None:
        self._held += more
        if self._held > _REMEMBERED:
            self._contradicted.clear()
            self._corrected.clear()
            self._held = more


def find(
    claims: Table,
    about: ClaimsAbout,
    told: Sequence[Told],
    judge: Judge,
    replaced: Mapping[int, int],
) -> tuple[Dispute, ...]:
    """Find every dispute.

    Parameters
    ----------
    claims : Table
        The claims table.
    about : ClaimsAbout
        The claims of each row.
    told : sequence of Told
        What claims say different things of, as from `contested`.
    judge : Judge
    replaced : mapping of int to int
        The claims that do not count, as from `superseded`.

    Returns
    -------
    tuple of Dispute
        In the order of the first claim that takes part.
    """
    out = []
    words = _words(claims, told, "stance", "value")
    for each in told:
        current = [row for row in each.claims if row not in replaced]
        hit = judge.contradicted(each.property, tuple(words[row] for row in current))
        if hit:
            rows = tuple(current[position] for position in hit)
            out.append(Dispute(about.ref(each.table, each.row), each.property, rows))
    return tuple(sorted(out, key=lambda dispute: dispute.claims[0]))


def superseded(claims: Table, told: Sequence[Told], judge: Judge) -> dict[int, int]:
    """Find the claims whose speaker said something else later.

    Parameters
    ----------
    claims, told, judge
        As for `find`.

    Returns
    -------
    dict of int to int
        Row of a claim → row of the latest word that replaces it.
    """
    out: dict[int, int] = {}
    words = _words(claims, told, "stance", "value", "said")
    speakers = _words(claims, told, "speaker")
    for each in told:
        by_speaker: dict[str, list[int]] = {}
        for row in each.claims:
            if speaker := speakers[row][0]:
                by_speaker.setdefault(speaker, []).append(row)
        for rows in by_speaker.values():
            if len(rows) > 1:
                pairs = judge.corrected(each.property, tuple(words[row] for row in rows))
                out.update((rows[earlier], rows[later]) for earlier, later in pairs)
    return out


def _words(claims: Table, told: Sequence[Told], *columns: str) -> dict[int, tuple[str, ...]]:
    """Return row → cells of some columns, of the claims that are read."""
    rows = [row for each in told for row in each.claims]
    at = np.array(rows, dtype=np.intp)
    cells = zip(*(claims[name].take(at) for name in columns), strict=True)
    return dict(zip(rows, cells, strict=True))


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
        As for `Judge`.
    """
    words = [(columns["stance"][row], columns["value"][row]) for row in rows]
    return tuple(rows[position] for position in _contradicted(name, words, named))


def _contradicted(name: str, words: Sequence[Sequence[str]], named: Named) -> tuple[int, ...]:
    """Return the positions of words, stance and value each, that others contradict."""
    if _of_one_mind(name, words):
        return ()
    read = values.read(name, [text for _, text in words], named)
    stances = [stance for stance, _ in words]
    said = list(zip(stances, read, strict=True))
    asserted = Crowd(value for stance, value in said if stance == "asserts")
    denied = Crowd(value for stance, value in said if stance == "denies")
    exclusive = name not in MANY_VALUED

    def hit(stance: str, value: Value) -> bool:
        if stance == "denies":
            return asserted.implies(value)
        return denied.implied_by(value) or (exclusive and asserted.excludes(value))

    return tuple(position for position, word in enumerate(said) if hit(*word))


def by_side(columns: Columns, dispute: Dispute, named: Named) -> list[list[int]]:
    """Return the claims of a dispute, those together that say the same.

    Parameters
    ----------
    columns : mapping of str to sequence of str
        The claims table.
    dispute : Dispute
    named : callable
        As for `Judge`.

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


def _of_one_mind(name: str, words: Sequence[Sequence[str]]) -> bool:
    """Whether it shows without reading them that no word contradicts another, as for most."""
    stances = {stance for stance, *_ in words}
    if len(stances) > 1:
        return False
    return "denies" in stances or name in MANY_VALUED or len({value for _, value, *_ in words}) < 2


def _read(columns: Columns, rows: Sequence[int], name: str, named: Named) -> list[Value]:
    return values.read(name, [columns["value"][row] for row in rows], named)


def _corrected(
    name: str, words: Sequence[Sequence[str]], named: Named
) -> Iterator[tuple[int, int]]:
    """Yield the positions of one speaker's words that a later one of them replaces.

    The words are stance, value and when it was said.
    """
    if _of_one_mind(name, words):
        return
    said = [dates.parse_or_unknown(date) for *_, date in words]
    dated = [position for position, date in enumerate(said) if dates.is_certain(date)]
    if len(dated) < 2:
        return
    read = values.read(name, [words[position][1] for position in dated], named)
    word = {
        position: (words[position][0], value) for position, value in zip(dated, read, strict=True)
    }
    latest: dict[tuple[str, Value], int] = {}
    for position in sorted(dated, key=lambda position: said[position].earliest, reverse=True):
        if len(latest) < _LATEST:
            latest.setdefault(word[position], position)
    for position in dated:
        for later, other in latest.items():
            if not dates.certainly_before(said[position], said[other]):
                break
            if _opposed(word[position], later, name):
                yield position, other
                break

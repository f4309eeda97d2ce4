"""The inverted index behind `find`: in which rows every word stands, and how well that ranks."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, count, islice

import numpy as np
from numpy.typing import NDArray

from viewer.model.arrays import Index, slots, starts_of
from viewer.model.columns import Coded, Column, column, dictionary
from viewer.model.dossier import Dossier
from viewer.model.folding import WORDS, fold, words
from viewer.model.schema import split_list

EXACT, NAME, WORD, ALIAS, PART, ELSEWHERE, MISS = range(7)
"""How well a row matches, best first: the whole name, the start of the name, the start of a word
of the name, another name, the inside of a word of a name, somewhere else, not at all."""

TABLE_ORDER = ("actors", "places", "events", "relations", "sources", "claims")
FIELDS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "actors": ("name", "aliases", ("description",)),
    "places": ("name", "aliases", ()),
    "events": ("title", "", ("description",)),
    "relations": ("", "", ("type", "description")),
    "sources": ("title", "publisher", ("author",)),
    "claims": ("", "", ("property", "value")),
}
"""Table → the columns that hold the name, other names, and further text."""
_BREAK = "\n"
_WORDS_AND_BREAKS = re.compile(rf"{WORDS.pattern}|{_BREAK}")
_BLOCK = 512


class Wordings:
    """The words of every entry, as numbers.

    Parameters
    ----------
    counts : ndarray of integer, shape (n,)
        How many words each entry has.
    words : ndarray of integer
        The words of one entry after those of another.
    """

    def __init__(self, counts: Index, words: Index) -> None:
        self.counts, self.words = counts, words

    @cached_property
    def starts(self) -> Index:
        """Where the words of each entry begin."""
        starts: Index = np.cumsum(self.counts, dtype=np.int64) - self.counts
        return starts.astype(np.int32)

    def word(self, entries: Index, place: int | Index) -> Index:
        """Return the word at a place of each entry, all of which have so many."""
        found: Index = self.words[self.starts[entries] + place]
        return found

    def last(self, entries: Index) -> Index:
        """Return the last word of each entry, all of which have one."""
        return self.word(entries, self.counts[entries] - 1)


def _words_of(cells: Column, numbers: defaultdict[str, int]) -> Wordings:
    """Return the words of every cell; a word not met before is given the next number."""
    if isinstance(cells, Coded):
        known = _words_of(column((*cells.vocabulary, "")), numbers)
        starts, sizes = known.starts[cells.codes], known.counts[cells.codes]
        return Wordings(sizes, known.words[slots(starts, starts + sizes)])
    counts: list[Index] = []
    found: list[Index] = []
    given = iter(cells)
    while block := tuple(islice(given, _BLOCK)):
        # All cells of a block at once: one call for each would take most of the time.
        text = _BREAK.join(block)
        if text.count(_BREAK) >= len(block):
            text = _BREAK.join(cell.replace(_BREAK, "_") for cell in block)
        parts = _WORDS_AND_BREAKS.findall(fold(text + _BREAK))
        at = np.fromiter(map(numbers.__getitem__, parts), np.int64, len(parts))
        ends = np.flatnonzero(at == numbers[_BREAK])
        counts.append(np.diff(ends, prepend=-1) - 1)
        found.append(np.delete(at, ends))
    nothing = np.zeros(0, dtype=np.int64)
    return Wordings(
        np.concatenate((nothing, *counts)).astype(np.int32),
        np.concatenate((nothing, *found)).astype(np.int32),
    )


@dataclass(frozen=True, eq=False)
class Postings:
    """The inverted index; words are numbers, in the order of the alphabet.

    Parameters
    ----------
    vocabulary : list of str
        All words, sorted.
    joined : str
        The words with a line break before each.
    offsets : ndarray of integer
        Where each word begins in `joined`.
    starts : ndarray of integer
        Word ``i`` stands in ``entries[starts[i]:starts[i + 1]]``.
    entries, ranks : ndarray
        Entry of the index and how well a hit in that field ranks.
    names : Wordings
        The words of the name of every entry.
    people : ndarray of integer
        Entries of people, who are named by their last word too.
    aliases : dict of str to list of int
        Another name as folded words → entries.
    order : ndarray of integer
        Place of each entry among others that match equally well.
    """

    vocabulary: list[str]
    joined: str
    offsets: Index
    starts: Index
    entries: Index
    ranks: NDArray[np.int8]
    names: Wordings
    people: Index
    aliases: dict[str, list[int]]
    order: Index


def entry_ends(dossier: Dossier) -> list[int]:
    """Return how many entries there are up to the end of each table of `TABLE_ORDER`."""
    return list(accumulate(len(dossier.tables[name]) for name in TABLE_ORDER))


def postings_of(dossier: Dossier) -> Postings:
    """Build the index of a dossier; a million events take some seconds."""
    numbers: defaultdict[str, int] = defaultdict(count().__next__)
    found: list[Index] = []
    entries: list[Index] = []
    ranks: list[NDArray[np.int8]] = []
    names: list[Wordings] = []
    aliases: dict[str, list[int]] = {}
    for end, name in zip(entry_ends(dossier), TABLE_ORDER, strict=True):
        size = len(dossier.tables[name])
        first = end - size
        named, others, further = _fields(dossier, name)
        for rank, columns in ((WORD, named), (ALIAS, others), (ELSEWHERE, further)):
            for cells in columns:
                wordings = _words_of(cells, numbers)
                found.append(wordings.words)
                entries.append(first + np.repeat(np.arange(size), wordings.counts))
                ranks.append(np.full(len(wordings.words), rank, dtype=np.int8))
                if rank == WORD:
                    names.append(wordings)
        if not named:
            nothing = np.zeros(size, dtype=np.int32)
            names.append(Wordings(nothing, nothing[:0]))
        for cells in others:
            for row in cells.where(bool).tolist():
                for other in split_list(cells[row]):
                    aliases.setdefault(" ".join(words(other)), []).append(first + row)
    numbers.pop(_BREAK, None)
    vocabulary = sorted(numbers)
    place = np.empty(len(vocabulary) + 1, dtype=np.int32)
    place[[numbers[word] for word in vocabulary]] = np.arange(len(vocabulary))
    word_of = place[np.concatenate(found)]
    by_word = np.argsort(word_of, kind="stable")
    counts = np.concatenate([wordings.counts for wordings in names])
    # Actors are the first entries, so that their rows are the numbers of theirs.
    people = dossier.actors["kind"].where("person".__eq__)
    offsets = np.cumsum([0, *(len(word) + 1 for word in vocabulary)], dtype=np.intp)[:-1]
    return Postings(
        vocabulary,
        "".join("\n" + word for word in vocabulary),
        offsets,
        starts_of(word_of, len(vocabulary)),
        np.concatenate(entries).astype(np.int32)[by_word],
        np.concatenate(ranks)[by_word],
        Wordings(counts, place[np.concatenate([wordings.words for wordings in names])]),
        people[counts[people] > 1],
        aliases,
        _order(dossier),
    )


def _fields(dossier: Dossier, name: str) -> tuple[tuple[Column, ...], ...]:
    """Return the columns of name, other names and further text of a table."""
    table = dossier.tables[name]
    title, alias, further = FIELDS[name]
    others: tuple[Column, ...] = (table[alias],) if alias else ()
    if name == "relations":
        # The ends of a tie are looked up by their own names first.
        names = tuple(dossier.actors["name"])
        called = {key: names[row] for key, row in dictionary(dossier.actors["id"]).items()}
        ties = zip(table["source"], table["target"], strict=True)
        others = (column(f"{called.get(a, a)} – {called.get(b, b)}" for a, b in ties),)
    return (table[title],) if title else (), others, tuple(table[more] for more in further)


def _order(dossier: Dossier) -> Index:
    """Rank every entry among equals: by table, then date or number of events, then row."""
    weights = {
        "actors": -dossier.actors_of_event.reverse.counts,
        "places": -dossier.places_of_event.reverse.counts,
        "events": np.nan_to_num(dossier.event_bounds[:, 0], nan=np.inf),
    }
    order = []
    for end, name in zip(entry_ends(dossier), TABLE_ORDER, strict=True):
        places = np.arange(len(dossier.tables[name]))
        if name in weights:
            places[np.argsort(weights[name], kind="stable")] = np.arange(len(places))
        order.append(end - len(places) + places)
    return np.concatenate(order).astype(np.int32)

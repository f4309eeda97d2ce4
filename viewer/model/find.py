"""Finding rows by the words in them, as one types, in any script.

An inverted index over the folded words of every row (`postings`): the words are sorted, so that a
prefix is one slice of them, and joined into one string, in which a part of a word is looked up.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from viewer.model import dates
from viewer.model.arrays import Index as Rows
from viewer.model.dossier import Dossier
from viewer.model.folding import spans, words
from viewer.model.postings import (
    ELSEWHERE,
    EXACT,
    MISS,
    NAME,
    PART,
    TABLE_ORDER,
    Postings,
    entry_ends,
    postings_of,
)
from viewer.model.schema import ABOUT_TABLES, Ref, split_list

LAST = "\U0010ffff"
"""Sorts after every letter."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One row found.

    Parameters
    ----------
    ref : Ref
        The row; for a claim the row it is about.
    title, detail : str
        What it is called, and what tells it from others of that name.
    score : float
        From 0 to 1, higher is better.
    spans : tuple of (int, int)
        Which letters of `title` match.
    """

    ref: Ref
    title: str
    detail: str
    score: float
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, eq=False)
class Index:
    """What can be found in a dossier; built when first asked.

    Parameters
    ----------
    dossier : Dossier
    """

    dossier: Dossier

    @staticmethod
    def of(dossier: Dossier) -> Index:
        """Return the index of a dossier."""
        return Index(dossier)

    def find(self, query: str, limit: int = 20, table: str = "") -> tuple[Hit, ...]:
        """Find rows that hold every word of `query`, the best first.

        Parameters
        ----------
        query : str
            As typed so far. Each word must begin a word of the row or, from three letters on,
            stand inside one.
        limit : int
            Most hits wanted.
        table : str
            The one whose rows are looked through; empty: all of them.

        Returns
        -------
        tuple of Hit
            The whole name (or a person's last name) comes before the start of a name and the
            whole of another name, then the start of any word of it, of another name, and anything
            else; events that match equally well by date, actors and
            places by the number of their events.
        """
        wanted = words(query)
        if not wanted or limit < 1:
            return ()
        rank = np.zeros(len(self._postings.order), dtype=np.int8)
        for word in dict.fromkeys(wanted):
            np.maximum(rank, self._ranks(word), out=rank)
        found = np.flatnonzero(rank < MISS)
        if table:
            number = TABLE_ORDER.index(table)
            first, last = (0, *self._ends)[number : number + 2]
            found = found[(found >= first) & (found < last)]
        rank[self._postings.aliases.get(" ".join(wanted), [])] = NAME
        for level, entries in self._named(wanted):
            rank[entries] = level
        hits: dict[Ref, Hit] = {}
        for entry in _best(
            rank[found].astype(np.int64) * len(rank) + self._postings.order[found], found, limit
        ):
            hit = self._hit(entry, wanted, 1.0 - int(rank[entry]) / MISS)
            hits.setdefault(hit.ref, hit)
            if len(hits) == limit:
                break
        return tuple(hits.values())

    def _ranks(self, word: str) -> NDArray[np.int8]:
        """Return for every entry how well it matches one word of the query."""
        found = self._postings
        ranks = np.full(len(found.order), MISS, dtype=np.int8)
        # Chinese and its neighbours write no spaces: there every part of a run counts.
        if len(word) >= 3 or word[0] >= "\u2e80":
            chosen = np.zeros(len(found.vocabulary), dtype=bool)
            chosen[self._containing(word)] = True
            at = np.flatnonzero(np.repeat(chosen, np.diff(found.starts)))
            inner = np.where(found.ranks[at] == ELSEWHERE, ELSEWHERE, PART).astype(np.int8)
            np.minimum.at(ranks, found.entries[at], inner)
        first, last = self._beginning(word)
        at = np.arange(found.starts[first], found.starts[last])
        np.minimum.at(ranks, found.entries[at], found.ranks[at])
        return ranks

    def _containing(self, word: str) -> Rows:
        """Return the words of the vocabulary in which `word` stands."""
        places, at = [], self._postings.joined.find(word)
        while at >= 0:
            places.append(at)
            at = self._postings.joined.find(word, at + 1)
        return np.searchsorted(self._postings.offsets, places, side="right").astype(np.intp) - 1

    def _beginning(self, word: str) -> tuple[int, int]:
        """Return the first of the words that begin with `word`, and the first after them."""
        words = self._postings.vocabulary
        return bisect_left(words, word), bisect_left(words, word + LAST)

    def _named(self, wanted: list[str]) -> Iterator[tuple[int, Rows]]:
        """Yield the entries whose names begin with the query, then those whose names equal it."""
        found = self._postings
        exact = [bisect_left(found.vocabulary, word) for word in wanted]
        first, last = self._beginning(wanted[-1])
        named = np.flatnonzero(found.names.counts >= len(wanted))
        for place, (number, word) in enumerate(zip(exact[:-1], wanted, strict=False)):
            known = found.vocabulary[number : number + 1] == [word]
            named = named[found.names.word(named, place) == (number if known else -1)]
        held = found.names.word(named, len(wanted) - 1)
        begins = (held >= first) & (held < last)
        whole = found.vocabulary[exact[-1] : exact[-1] + 1] == wanted[-1:]
        equal = (held == exact[-1]) & (found.names.counts[named] == len(wanted)) & whole
        yield NAME, named[begins]
        if len(wanted) == 1:
            surnames = found.names.last(found.people)
            yield NAME, found.people[(surnames >= first) & (surnames < last)]
            yield EXACT, found.people[(surnames == exact[0]) & whole]
        yield EXACT, named[equal]

    @cached_property
    def _ends(self) -> list[int]:
        return entry_ends(self.dossier)

    @cached_property
    def _postings(self) -> Postings:
        return postings_of(self.dossier)

    # -- hits --------------------------------------------------------------------------------

    def _title(self, table: str, row: int) -> str:
        return self.dossier.name(self.dossier.ref(table, row))

    def _hit(self, entry: int, wanted: list[str], score: float) -> Hit:
        number = bisect_right(self._ends, entry)
        table = TABLE_ORDER[number]
        row = entry - (self._ends[number - 1] if number else 0)
        cells = self.dossier.tables[table].row(row)
        ref = Ref(table, cells["id"])
        detail = self._detail(table, row, cells, wanted)
        if table == "claims":
            about = Ref(ABOUT_TABLES.get(cells["about_kind"], ""), cells["about"])
            if about.table and about.id in self.dossier.tables[about.table].row_of:
                ref = about
        title = self.dossier.name(ref)
        return Hit(ref, title, detail, score, spans(title, wanted))

    def _detail(self, table: str, row: int, cells: dict[str, str], wanted: list[str]) -> str:
        dossier = self.dossier
        parts: list[str] = []
        match table:
            case "actors" | "places":
                parts = [cells["kind"].replace("-", " "), cells.get("description", "")]
                # Who typed another name sees which one it was.
                other = next((a for a in split_list(cells["aliases"]) if spans(a, wanted)), "")
                if other and not spans(cells["name"], wanted):
                    parts.insert(0, f"also {other}")
            case "events":
                places = dossier.places_of_event.of(row).tolist()
                date = cells["date_text"] if not cells["date"] else ""
                parts = [date or dates.to_words(dossier.event_dates[row])]
                parts += [dossier.places["name"][place] for place in places]
            case "relations":
                parts = [cells["type"].replace("-", " "), cells["description"]]
            case "sources":
                date = dates.to_words(dates.parse_or_unknown(cells["date"])) * bool(cells["date"])
                parts = [cells["publisher"], date]
            case "claims":
                parts = [
                    ": ".join(
                        p for p in (re.sub(r"[-_]+", " ", cells["property"]), cells["value"]) if p
                    )
                ]
        return " · ".join(part for part in parts if part)


def _best(keys: Rows, entries: Rows, limit: int) -> Iterator[int]:
    """Yield the entries in the order of their keys, of which no more than a few may be wanted."""
    few = 4 * limit
    if len(keys) > few:
        first = np.argpartition(keys, few)[:few]
        yield from entries[first[np.argsort(keys[first])]].tolist()
    yield from entries[np.argsort(keys)].tolist()

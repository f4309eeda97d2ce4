"""Finding rows by the words in them, as one types, in any script.

An inverted index over the folded words of every row: the words are sorted, so that a prefix is
one slice of them, and joined into one string, in which a part of a word is looked up. Folding
follows Unicode (NFKD, marks removed, full case folding) and unites letters that people type for
one another: Arabic and Persian yeh and kaf, dotted and dotless i, digits of any script.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import count

import numpy as np
from numpy.typing import NDArray

from viewer.model import dates
from viewer.model.dossier import Dossier
from viewer.model.dossier import Index as Rows
from viewer.model.schema import ABOUT_TABLES, Ref, split_list

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
LAST = "\U0010ffff"
"""Sorts after every letter."""

_WORDS = re.compile(r"[^\W_]+")
_LETTERS = {
    "ı": "i", "ł": "l", "đ": "d", "ð": "d", "ø": "o", "æ": "ae", "œ": "oe", "þ": "th", "ħ": "h",
    "ی": "ي", "ى": "ي", "ې": "ي", "ک": "ك", "ٱ": "ا", "ة": "ه", "ە": "ه", "ہ": "ه", "ھ": "ه",
    "'": "", "’": "", "ʼ": "", "‘": "", "ʿ": "", "ʾ": "", "ـ": "",
}  # fmt: skip


class _Folding(dict[int, str]):
    """Code point → what it is folded to, worked out when first met."""

    def __missing__(self, point: int) -> str:
        letters = unicodedata.normalize("NFKD", chr(point)).casefold()
        letters = unicodedata.normalize("NFKD", letters)
        folded = "".join(
            _LETTERS.get(letter, str(unicodedata.digit(letter, letter)))
            for letter in letters
            # Marks are dropped, and so are joiners and direction marks.
            if unicodedata.category(letter) not in ("Mn", "Cf")
        )
        self[point] = folded
        return folded


_FOLDING = _Folding()


def fold(text: str) -> str:
    """Return `text` without case, accents and marks, its look-alike letters united.

    Examples
    --------
    >>> fold("François-Philippe"), fold("İstanbul"), fold("كرمان") == fold("کرمان")
    ('francois-philippe', 'istanbul', True)
    """
    if text.isascii():
        return text.lower().replace("'", "")
    return text.translate(_FOLDING)


def words(text: str) -> list[str]:
    """Return the folded words of `text`."""
    return _WORDS.findall(fold(text))


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
class _Postings:
    """The inverted index.

    Parameters
    ----------
    vocabulary : list of str
        All words, sorted.
    joined : str
        The words with a line break before each.
    offsets : ndarray of intp
        Where each word begins in `joined`.
    starts : ndarray of intp
        Word ``i`` stands in ``entries[starts[i]:starts[i + 1]]``.
    entries, ranks : ndarray
        Entry of the index and how well a hit in that field ranks.
    names : list of str
        Names as folded words, sorted, with ...
    named : ndarray of intp
        ... the entry each belongs to. People are named by their last word too.
    aliases : dict of str to list of int
        Another name as folded words → entries.
    order : ndarray of intp
        Place of each entry among others that match equally well.
    """

    vocabulary: list[str]
    joined: str
    offsets: Rows
    starts: Rows
    entries: Rows
    ranks: NDArray[np.int8]
    names: list[str]
    named: Rows
    aliases: dict[str, list[int]]
    order: Rows


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

    def find(self, query: str, limit: int = 20) -> tuple[Hit, ...]:
        """Find rows that hold every word of `query`, the best first.

        Parameters
        ----------
        query : str
            As typed so far. Each word must begin a word of the row or, from three letters on,
            stand inside one.
        limit : int
            Most hits wanted.

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
        whole = " ".join(wanted)
        rank[self._postings.aliases.get(whole, [])] = NAME
        for level, start, end in self._names(whole):
            rank[self._postings.named[start:end]] = level
        found = found[np.lexsort((self._postings.order[found], rank[found]))]
        hits: dict[Ref, Hit] = {}
        for entry in found.tolist():
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
        first, last = (bisect_left(found.vocabulary, key) for key in (word, word + LAST))
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

    def _names(self, wanted: str) -> Iterator[tuple[int, int, int]]:
        """Yield slices of the names: those that begin with the query, then those that equal it."""
        names = self._postings.names
        first = bisect_left(names, wanted)
        yield NAME, first, bisect_left(names, wanted + LAST, lo=first)
        yield EXACT, first, bisect_left(names, wanted + "\0", lo=first)

    # -- building ----------------------------------------------------------------------------

    @cached_property
    def _entries(self) -> list[tuple[str, int]]:
        """Table and row of every entry."""
        tables = self.dossier.tables
        return [(name, row) for name in TABLE_ORDER for row in range(len(tables[name]))]

    def _fields(self) -> Iterator[tuple[str, str, str]]:
        """Yield name, other names and further text of every entry."""
        for name in TABLE_ORDER:
            table = self.dossier.tables[name]
            title, alias, further = FIELDS[name]
            empty = ("",) * len(table)
            titles = table[title] if title else empty
            # The ends of a tie are looked up by their own names first.
            aliases: Iterable[str] = table[alias] if alias else empty
            if name == "relations":
                aliases = (self._title(name, row) for row in range(len(table)))
            columns = [table[column] for column in further]
            for row, (head, other) in enumerate(zip(titles, aliases, strict=True)):
                yield head, other, " ".join(column[row] for column in columns)

    @cached_property
    def _postings(self) -> _Postings:
        numbers: defaultdict[str, int] = defaultdict(count().__next__)
        found, lengths = array("q"), array("q")
        names: list[tuple[str, int]] = []
        aliases: dict[str, list[int]] = {}
        # Actors are the first entries, so that their rows are the numbers of theirs.
        people = {row for row, kind in enumerate(self.dossier.actors["kind"]) if kind == "person"}
        for entry, fields in enumerate(self._fields()):
            for text in fields:
                parts = words(text)
                found.extend(map(numbers.__getitem__, parts))
                lengths.append(len(parts))
            name = words(fields[0])
            if name:
                names.append((" ".join(name), entry))
            if len(name) > 1 and entry in people:
                names.append((name[-1], entry))
            for other in split_list(fields[1]):
                aliases.setdefault(" ".join(words(other)), []).append(entry)
        names.sort()
        fields_of_word = np.repeat(np.arange(len(lengths)), np.array(lengths, dtype=np.intp))
        vocabulary = sorted(numbers)
        place = np.empty(len(vocabulary), dtype=np.intp)
        place[[numbers[word] for word in vocabulary]] = np.arange(len(vocabulary))
        word_of = place[np.array(found, dtype=np.intp)]
        by_word = np.argsort(word_of, kind="stable")
        ends = np.cumsum([len(word) + 1 for word in vocabulary], dtype=np.intp)
        entries, fields_found = np.divmod(fields_of_word[by_word], 3)
        return _Postings(
            vocabulary,
            "".join("\n" + word for word in vocabulary),
            np.concatenate([[0], ends[:-1]]).astype(np.intp),
            np.searchsorted(word_of[by_word], np.arange(len(vocabulary) + 1)).astype(np.intp),
            entries,
            np.array([WORD, ALIAS, ELSEWHERE], dtype=np.int8)[fields_found],
            [name for name, _ in names],
            np.array([entry for _, entry in names], dtype=np.intp),
            aliases,
            self._order(),
        )

    def _order(self) -> Rows:
        """Rank every entry among equals: by table, then date or number of events, then row."""
        dossier = self.dossier
        weights = {
            "actors": -np.diff(dossier.actors_of_event.reverse.starts),
            "places": -np.diff(dossier.places_of_event.reverse.starts),
            "events": np.nan_to_num(dossier.event_bounds[:, 0], nan=np.inf),
        }
        sizes = [len(dossier.tables[name]) for name in TABLE_ORDER]
        weight = np.concatenate(
            [weights.get(name, np.zeros(len(dossier.tables[name]))) for name in TABLE_ORDER]
        )
        table = np.repeat(np.arange(len(sizes)), sizes)
        order = np.empty(len(weight), dtype=np.intp)
        order[np.lexsort((weight, table))] = np.arange(len(weight))
        return order

    # -- hits --------------------------------------------------------------------------------

    def _title(self, table: str, row: int) -> str:
        return self.dossier.name(self.dossier.ref(table, row))

    def _hit(self, entry: int, wanted: list[str], score: float) -> Hit:
        table, row = self._entries[entry]
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


def spans(text: str, wanted: Iterable[str]) -> tuple[tuple[int, int], ...]:
    """Return which letters of `text` match folded words, as sorted ``(start, end)`` apart."""
    pieces = [text[at].translate(_FOLDING) for at in range(len(text))]
    folded = "".join(pieces)
    owner = [at for at, piece in enumerate(pieces) for _ in piece]
    heads = [found.start() for found in _WORDS.finditer(folded)]
    hit: set[int] = set()
    for word in wanted:
        starts = [at for at in heads if folded.startswith(word, at)]
        if not starts and (len(word) >= 3 or word[0] >= "\u2e80"):
            starts = [found.start() for found in re.finditer(re.escape(word), folded)]
        for at in starts:
            # Letters that fold to nothing belong to what stands around them.
            hit.update(range(owner[at], owner[at + len(word) - 1] + 1))
    out: list[tuple[int, int]] = []
    for at in sorted(hit):
        if out and out[-1][1] == at:
            out[-1] = out[-1][0], at + 1
        else:
            out.append((at, at + 1))
    return tuple(out)

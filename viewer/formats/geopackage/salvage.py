"""Getting the rows out of a damaged file, page by page, without SQLite.

A table is a tree of pages (SQLite's documentation, "Database File Format", sections 1.6 and 2).
Which table a leaf belongs to is told by the tree as far as it stands; of leaves the tree has lost,
by the leaf before them and the number of their columns, since tables stand one after the other.
Every length and page number is doubted: a row that does not add up is left out and counted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from viewer.errors import EntenteError
from viewer.formats.geopackage.profile import SCHEMA, page_of, tables_of
from viewer.formats.registry import look, why_not
from viewer.model.arrays import Numbers
from viewer.model.dossier import Table
from viewer.model.schema import TABLES

_LEAF, _INTERIOR = 0x0D, 0x05
_LONGEST = 64 << 20
_DEEPEST = 20
_NAMES = re.compile(r'"((?:[^"]|"")*)" TEXT')
Row = tuple[int, list[object]]


@dataclass(slots=True)
class Salvaged:
    """What could be had of a file.

    Parameters
    ----------
    tables : dict of str to Table
        With all rows found, sound or not.
    title, description : str
    extra : dict
    lost : int
        Rows that were seen but could not be read.
    """

    tables: dict[str, Table]
    title: str = ""
    description: str = ""
    extra: dict[str, object] = field(default_factory=dict)
    lost: int = 0


def salvage(path: Path) -> Salvaged:
    """Return the rows that can be had of a file of ours, however damaged.

    Raises
    ------
    EntenteError
        It cannot be read, or there is not a row in it.
    """
    look(path)
    try:
        pages = _Pages(path.read_bytes())
    except OSError as error:
        raise EntenteError(f"{path}: {why_not(error)}") from error
    out = Salvaged({})
    schema = _schema(pages)
    leaves = pages.leaves(schema.roots)
    found: dict[str, dict[int, list[object]]] = {}
    for number in range(1, pages.count + 1):
        table = leaves.get(number, "")
        for fid, cells in pages.rows(number, out):
            known = found.setdefault(table or schema.guess(leaves, number, len(cells)), {})
            known.setdefault(fid, cells)
    _say(out, found.get("entente_dossier", {}))
    called = _renamed(found.get("entente_dossier", {}))
    for name in TABLES:
        out.tables[name] = _table(
            name, schema.columns[name], called.get(name, {}), found.get(name, {})
        )
    if not any(map(len, out.tables.values())):
        raise EntenteError(f"{path}: no row of a dossier can be found in it; try a backup")
    return out


def _table(
    name: str, columns: tuple[str, ...], called: Mapping[str, str], rows: Mapping[int, list[object]]
) -> Table:
    first = 2 if name == "places" else 1
    fids = sorted(rows)
    cells: dict[str, list[str]] = {}
    for at, column in enumerate(columns):
        cells[called.get(column, column)] = [
            _text(row[first + at]) if first + at < len(row) else ""
            for row in map(rows.__getitem__, fids)
        ]
    return Table(name, cells, Numbers.of(fids).tolist(), Numbers(Numbers.of(fids)))


def _text(cell: object) -> str:
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "replace")
    return "" if cell is None else str(cell)


def _say(out: Salvaged, rows: Mapping[int, list[object]]) -> None:
    for cells in rows.values():
        if len(cells) == 6:
            out.title, out.description = _text(cells[2]), _text(cells[3])
            content = _json(cells[4])
            out.extra = content if isinstance(content, dict) else {}


def _renamed(rows: Mapping[int, list[object]]) -> dict[str, dict[str, str]]:
    for cells in rows.values():
        content = _json(cells[5]) if len(cells) == 6 else None
        if isinstance(content, dict):
            return {
                str(name): {str(a): str(b) for a, b in other.items()}
                for name, other in content.items()
                if isinstance(other, dict)
            }
    return {}


def _json(cell: object) -> object:
    try:
        return json.loads(_text(cell))
    except (ValueError, RecursionError):
        return None


# -- what the schema still says ----------------------------------------------------------------


class _Schema:
    """Roots and columns of the tables, as far as they are told; else as our files have them."""

    def __init__(self, said: Mapping[str, tuple[int, str]]) -> None:
        self.roots = {name: root for name, (root, _) in said.items()}
        self.columns = dict(TABLES)
        for name, first in TABLES.items():
            names = [n.replace('""', '"') for n in _NAMES.findall(said.get(name, (0, ""))[1])]
            if tuple(names[: len(first)]) == first:
                self.columns[name] = tuple(names)
        self._order = [name for name in tables_of(SCHEMA, {}) if name in TABLES]

    def guess(self, leaves: Mapping[int, str], number: int, width: int) -> str:
        """Return the table that a leaf outside all trees has rows of."""
        near = next((leaves[at] for at in range(number - 1, 0, -1) if at in leaves), "")
        start = self._order.index(near) if near in self._order else 0
        for name in (*self._order[start:], *self._order[:start]):
            if len(self.columns[name]) + 1 + (name == "places") == width:
                return name
        return ""


def _schema(pages: _Pages) -> _Schema:
    said: dict[str, tuple[int, str]] = {}
    scratch = Salvaged({})
    seen: set[int] = set()
    for number in pages.below(1, seen):
        for _, cells in pages.rows(number, scratch):
            if len(cells) == 5 and isinstance(cells[3], int):
                said[_text(cells[1])] = cells[3], _text(cells[4])
    return _Schema(said)


# -- pages -------------------------------------------------------------------------------------


class _Pages:
    """The pages of a file, counted from 1."""

    def __init__(self, data: bytes) -> None:
        self.data, self.size = data, page_of(data)
        self.count = -(-len(data) // self.size)

    def page(self, number: int) -> tuple[bytes, int]:
        """Return a page and where its own header begins in it."""
        return self.data[(number - 1) * self.size : number * self.size], 100 if number == 1 else 0

    def leaves(self, roots: Mapping[str, int]) -> dict[int, str]:
        """Return page → table, for the leaves that trees lead to."""
        out: dict[int, str] = {}
        seen: set[int] = set()
        for name, root in roots.items():
            for number in self.below(root, seen):
                out[number] = name
        return out

    def below(self, root: int, seen: set[int], depth: int = 0) -> Iterator[int]:
        """Yield the leaves of a tree, each page once."""
        if not 1 <= root <= self.count or root in seen or depth > _DEEPEST:
            return
        seen.add(root)
        page, start = self.page(root)
        if len(page) < start + 12:
            return
        if page[start] == _LEAF:
            yield root
        elif page[start] == _INTERIOR:
            for at in self._cells(page, start, 12):
                yield from self.below(int.from_bytes(page[at : at + 4]), seen, depth + 1)
            yield from self.below(int.from_bytes(page[start + 8 : start + 12]), seen, depth + 1)

    @staticmethod
    def _cells(page: bytes, start: int, header: int) -> list[int]:
        count = int.from_bytes(page[start + 3 : start + 5])
        first = start + header
        spots = (int.from_bytes(page[at : at + 2]) for at in range(first, first + 2 * count, 2))
        return [at for at in spots if first + 2 * count <= at < len(page)]

    def rows(self, number: int, out: Salvaged) -> Iterator[Row]:
        """Yield the rows of a leaf that add up, and count the others."""
        page, start = self.page(number)
        if len(page) < start + 8 or page[start] != _LEAF:
            return
        count = int.from_bytes(page[start + 3 : start + 5])
        cells = self._cells(page, start, 8)
        out.lost += min(count, self.size // 4) - len(cells) if count >= len(cells) else 0
        for at in cells:
            try:
                yield self._row(page, at)
            except (ValueError, IndexError, OverflowError):
                out.lost += 1

    def _row(self, page: bytes, at: int) -> Row:
        size, at = varint(page, at)
        fid, at = varint(page, at)
        if size > _LONGEST:
            raise ValueError("too long")
        payload = self._payload(page, at, size)
        header, place = varint(payload, 0)
        if not place <= header <= len(payload):
            raise ValueError("no header")
        kinds = []
        while place < header:
            kind, place = varint(payload, place)
            kinds.append(kind)
        cells: list[object] = []
        place = header
        for kind in kinds:
            length = _length(kind)
            if place + length > len(payload):
                raise ValueError("too short")
            cells.append(_cell(kind, payload[place : place + length]))
            place += length
        if place != len(payload):
            raise ValueError("too long")
        return fid - (1 << 64) if fid >= 1 << 63 else fid, cells

    def _payload(self, page: bytes, at: int, size: int) -> bytes:
        """Return the bytes of a row, which may go on in a chain of pages."""
        room = self.size
        if size <= room - 35:
            here = size
        else:
            least = (room - 12) * 32 // 255 - 23
            here = least + (size - least) % (room - 4)
            if here > room - 35:
                here = least
        pieces, left = [page[at : at + here]], size - here
        if len(pieces[0]) < here:
            raise ValueError("cut off")
        following = int.from_bytes(page[at + here : at + here + 4]) if left else 0
        while left:
            if not 1 <= following <= self.count:
                raise ValueError("a page is missing")
            other = self.page(following)[0]
            piece = other[4 : 4 + left]
            if len(piece) < min(left, room - 4):
                raise ValueError("cut off")
            pieces.append(piece)
            left -= len(piece)
            following = int.from_bytes(other[:4])
        return b"".join(pieces)


def varint(data: bytes, at: int) -> tuple[int, int]:
    """Return a number of 1 to 9 bytes, and where the next thing begins."""
    out = 0
    for count in range(9):
        byte = data[at + count]
        if count == 8:
            return out << 8 | byte, at + 9
        out = out << 7 | byte & 0x7F
        if byte < 0x80:
            return out, at + count + 1
    raise ValueError("no number")


def _length(kind: int) -> int:
    if kind >= 12:
        return (kind - 12) // 2
    return (0, 1, 2, 3, 4, 6, 8, 8, 0, 0)[kind]


def _cell(kind: int, content: bytes) -> object:
    if kind in (8, 9):
        return kind - 8
    if 1 <= kind <= 6:
        return int.from_bytes(content, signed=True)
    return content if kind >= 12 else None

"""What the columns of another program's table mean: which one names a row, which ones date it.

Columns are recognised by their name, in the languages and habits that such files come in, and by
their cells. What is not clear is not guessed: the cells are kept as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from viewer.model import dates
from viewer.model.folding import fold

NAMES = (
    "name", "title", "label", "nom", "nombre", "nome", "naam", "namn", "navn", "nimi", "nev",
    "nazev", "nazwa", "nume", "isim", "ad", "название", "имя", "наименование", "назва", "الاسم",
    "اسم", "نام", "عنوان", "שם", "नाम", "名称", "名稱", "名字", "名前", "이름", "bezeichnung",
    "titel", "titre", "titulo", "titolo", "otsikko", "etiqueta", "full name", "display name",
    "shared name",
)  # fmt: skip
"""What a column that names a row is called, best first."""
PLACE_NAMES = (
    "placename", "place name", "地名", "toponym", "ortsname", "ort", "lieu", "lugar", "luogo",
    "location", "place", "name en", "name long", "name 1", "name 2", "name 0", "namelsad",
    "shapename", "admin", "city", "site", "site name", "station", "where coordinates",
)  # fmt: skip
"""What it may be called besides where rows are places."""
LATITUDES = (
    "lat", "latitude", "y lat", "decimallatitude", "decimal latitude", "breite", "breitengrad",
    "latitud", "latitudine", "широта",
)  # fmt: skip
LONGITUDES = (
    "lon", "long", "lng", "longitude", "x lon", "decimallongitude", "decimal longitude", "lange",
    "langengrad", "longitud", "longitudine", "долгота",
)  # fmt: skip

_STARTS = (
    "start, begin, beginning, since, date start, start date, startdate, begin date, begindate, "
    "time start, start time, starttime, begin time, start year, startyear, year start, gwsyear, "
    "first year, anfang, beginn, debut, inicio, desde, inizio, dal, from, von, van, date from, "
    "datefrom, valid from, validfrom, начало"
)
_ENDS = (
    "end, finish, until, till, date end, end date, enddate, time end, end time, endtime, end year, "
    "endyear, year end, gweyear, last year, ende, fin, fine, fim, hasta, fino, al, to, bis, tot, "
    "date to, dateto, valid to, validto, конец"
)
_DAYS = (
    "date, datum, fecha, data, dato, paivamaara, datetime, date time, timestamp, time, when, "
    "event date, eventdate, day, month, jour, year, jahr, annee, ano, anno, jaar, rok, дата, год, "
    "تاريخ, سال, سنة, 年, 日期, 日付, date occurred, incident date"
)
"""What columns are called that say when something begins, when it ends, and when it was."""
_YEARS = frozenset("year startyear endyear annee jahr ano anno jaar rok год سال سنه 年".split())
"""Words in the names of columns that hold whole years."""

_SHARE = 0.9
"""Part of the filled cells of a column that have to be dates for it to be read as dates."""
_ANY_NUMBER = frozenset("from von to bis time timestamp when datetime".split())
"""Columns called so hold all kinds of numbers: in these a number alone is no year."""
_YEAR = re.compile(r"(-?[0-9]{3,4})(?:\.0+)?")
ANY, NO_YEAR = -9999, 10_000
"""From which number on a number alone is a year: from any, and from none."""
_OLDEST_CALLED = 1000
"""It is, where `dating` is told of a later one, if the column is called a year."""
NEWEST = 2200
_COMPACT = re.compile("([12][0-9]{3})(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])")
_YEAR_FIRST = re.compile(
    r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})"
    r"(?:[T ]+([0-9]{2}:?[0-9]{2}(?::?[0-9]{2}(?:[.,][0-9]+)?)?)"
    r" ?(Z|UTC|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
)
_DAY_DOT = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_DAY_WORD = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)? ([A-Za-z]{3,9})\.?,? ([0-9]{4})")
_WORD_DAY = re.compile(r"([A-Za-z]{3,9})\.? ([0-9]{1,2})(?:st|nd|rd|th)?, ([0-9]{4})")
_MONTHS = (
    "january february march april may june july august september october november december"
).split()
_NOTHING = frozenset(("", "0", "null", "none", "nan", "nat", "n/a", "na", "-", "?"))
"""Cells of a column of dates that hold none."""
ENDLESS = frozenset(("infinity", "-infinity", "inf", "-inf", "*"))
"""Words for an end that is open."""


def key_of(name: str) -> str:
    """Return the name of a column as it is looked up.

    Examples
    --------
    >>> key_of("Start_Date"), key_of("startDate"), key_of("NAME:en")
    ('start date', 'start date', 'name en')
    """
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return " ".join(re.findall(r"[^\W_]+", fold(apart)))


def naming(columns: Iterable[str], filled: Mapping[str, int], rows: int) -> str:
    """Return the column that names the rows, empty where none does.

    Parameters
    ----------
    columns : iterable of str
    filled : mapping of str to int
        In how many rows each column has a cell.
    rows : int
    """
    known = {key_of(name): rank for rank, name in reversed([*enumerate((*NAMES, *PLACE_NAMES))])}
    found = [
        (2 * filled[column] < rows, known[key_of(column)], column)
        for column in columns
        if key_of(column) in known and filled[column]
    ]
    return min(found)[2] if found else ""


@lru_cache(maxsize=1 << 16)
def edtf(cell: str, oldest: int = ANY) -> str:
    """Return a cell as EDTF; empty where it is no date beyond doubt.

    Parameters
    ----------
    cell : str
        Such as ``2012-09-07``, ``2012/9/7``, ``7.9.2012``, ``7 September 2012``, ``20120907``,
        ``1812`` or EDTF itself. ``07/09/2012`` may be July or September and is none.
    oldest : int
        From which one on a number of three or four digits is a year.

    Examples
    --------
    >>> edtf("2012/9/7 12:30"), edtf("7.9.2012"), edtf("812"), edtf("07/09/2012")
    ('2012-09-07T12:30', '2012-09-07', '0812', '')
    """
    text = cell.strip()
    if found := _YEAR.fullmatch(text):
        number = int(found[1])
        likely = oldest <= number <= NEWEST
        return f"{'-' * (number < 0)}{abs(number):04d}" if likely else ""
    if found := _YEAR_FIRST.fullmatch(text):
        day = f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}"
        zone = (found[5] or "").replace("UTC", "Z")
        return _read(day + (f"T{found[4]}{zone}" if found[4] else ""))
    if found := _COMPACT.fullmatch(text):
        return _read("-".join(found.groups()))
    if found := _DAY_DOT.fullmatch(text):
        return _read(f"{found[3]}-{int(found[2]):02d}-{int(found[1]):02d}")
    for pattern, (day_at, month_at) in ((_DAY_WORD, (1, 2)), (_WORD_DAY, (2, 1))):
        if found := pattern.fullmatch(text):
            word = found[month_at].casefold()
            months = [at for at, name in enumerate(_MONTHS, 1) if name.startswith(word)]
            if len(months) == 1:
                return _read(f"{found[3]}-{months[0]:02d}-{int(found[day_at]):02d}")
    return _read(text) if "-" in text or "/" in text or text.endswith(("~", "?", "%")) else ""


def _read(text: str) -> str:
    try:
        return text if dates.parse(text) is not dates.UNKNOWN else ""
    except ValueError:
        return ""


def interval(start: str, end: str) -> str:
    """Return EDTF from a beginning to an end, of which one may be empty: it is not known.

    Raises
    ------
    ValueError
        The end lies before the beginning.
    """
    if start == end:
        return start
    # An interval of intervals is none: what is not a plain date keeps its outermost ends.
    start, end = start.split("/", maxsplit=1)[0], end.rsplit("/", maxsplit=1)[-1]
    out = f"{start}/{end}"
    dates.parse(out)
    return out


@dataclass(frozen=True, slots=True)
class When:
    """Which columns date the rows of a table.

    Parameters
    ----------
    day, start, end : str
        Names of columns, empty where there is none.
    unclear : tuple of (str, str)
        Columns that are called like dates but are not read as such, each with a cell to show.
    oldest : int
        See `dating`.
    """

    day: str = ""
    start: str = ""
    end: str = ""
    unclear: tuple[tuple[str, str], ...] = ()
    oldest: int = ANY

    @property
    def columns(self) -> list[str]:
        """The columns that date a row."""
        return [name for name in (self.day, self.start, self.end) if name]

    def of(self, cells: Mapping[str, str]) -> tuple[str, str]:
        """Return a row's date as EDTF and in its own wording, both empty where it has none.

        Raises
        ------
        ValueError
            A cell is no date, or the end lies before the beginning; the message says which.
        """
        if self.start or self.end:
            start, end = (self._date(cells, name, "..") for name in (self.start, self.end))
            if start or end:
                words = [cells.get(name, "").strip() for name in (self.start, self.end)]
                try:
                    return interval(start, end), " – ".join(dict.fromkeys(filter(None, words)))
                except ValueError:
                    raise ValueError(f"ends ({words[1]}) before it begins ({words[0]})") from None
        day = self._date(cells, self.day)
        return day, cells[self.day].strip() if day else ""

    def _date(self, cells: Mapping[str, str], name: str, endless: str = "") -> str:
        cell = cells.get(name, "").strip() if name else ""
        if (word := cell.casefold()) in _NOTHING:
            return ""
        if word in ENDLESS:
            return endless
        if not (found := edtf(cell, _oldest(name, self.oldest))):
            raise ValueError(
                f"“{cell[:40]}” under “{name}” is no date that is clear; write it as 2012-09-07"
            )
        return found


def _oldest(column: str, oldest: int) -> int:
    """Return from which number on a number alone is a year in a column, by what it is called."""
    key = key_of(column)
    if key in _ANY_NUMBER and oldest == ANY:
        return NO_YEAR
    return oldest if _YEARS.isdisjoint(key.split()) else min(oldest, _OLDEST_CALLED)


def dating(
    columns: Iterable[str], cells_of: Callable[[str], Iterable[str]], oldest: int = ANY
) -> When:
    """Find the columns that date the rows of a table.

    Parameters
    ----------
    columns : iterable of str
    cells_of : callable
        Returns the cells of a column.
    oldest : int
        From which number on a number alone is a year, unless the column is called one.
    """
    found: dict[str, str] = {}
    unclear = []
    # Whole years come last: beside days they say less.
    for column in sorted(columns, key=lambda name: "year" in key_of(name)):
        key = key_of(column)
        role = next(
            (role for role, keys in _ROLES.items() if key in keys and role not in found), None
        )
        if role is None:
            continue
        cells = [cell.strip() for cell in cells_of(column)]
        cells = [cell for cell in cells if cell.casefold() not in _NOTHING | ENDLESS]
        years = _oldest(column, oldest)
        strange = [cell for cell in cells if not edtf(cell, years)]
        if not cells:
            continue
        if len(strange) <= (1.0 - _SHARE) * len(cells):
            found[role] = column
        elif role == "day" and any(any(map(str.isdigit, cell)) for cell in cells):
            unclear.append((column, strange[0]))
    return When(**found, unclear=tuple(unclear), oldest=oldest)


_ROLES = {
    role: frozenset(map(key_of, words.split(", ")))
    for role, words in (("start", _STARTS), ("end", _ENDS), ("day", _DAYS))
}

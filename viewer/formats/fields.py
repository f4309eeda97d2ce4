"""What the columns of another program's table mean: which one names a row, which ones date it.

Columns are recognised by their name, in the languages and habits that such files come in, and by
their cells. What is not clear is not guessed: the cells are kept as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from viewer.model import dates
from viewer.model.folding import fold

NAMES = (
    "name", "title", "label", "nom", "nombre", "nome", "naam", "namn", "navn", "nimi", "nev",
    "nazev", "nazwa", "nume", "isim", "ad", "название", "имя", "наименование", "назва", "الاسم",
    "اسم", "نام", "שם", "नाम", "名称", "名稱", "名字", "名前", "地名", "이름", "bezeichnung",
    "titel",
    "titre", "titulo", "titolo", "otsikko", "placename", "place name", "toponym", "ortsname", "ort",
    "lieu", "lugar", "luogo", "location", "place", "name en", "name long", "name 1", "name 2",
    "name 0", "namelsad", "shapename", "admin", "city", "site", "site name", "station",
    "where coordinates",
)  # fmt: skip
"""What a column that names a row is called, folded, best first."""

STARTS = frozenset(
    "start, begin, beginning, since, date start, start date, startdate, begin date, begindate, "
    "time start, start time, starttime, begin time, start year, startyear, year start, gwsyear, "
    "anfang, beginn, debut, inicio, desde, inizio, from, von, date from, datefrom, valid from, "
    "validfrom".split(", ")
)
ENDS = frozenset(
    "end, finish, until, till, date end, end date, enddate, time end, end time, endtime, end year, "
    "endyear, year end, gweyear, ende, fin, fine, hasta, fino, to, bis, date to, dateto, valid to, "
    "validto".split(", ")
)
DAYS = frozenset(
    "date, datum, fecha, data, dato, paivamaara, datetime, date time, timestamp, time, when, "
    "event date, eventdate, year, jahr, annee, ano, anno, jaar, rok, дата, год, تاريخ, 年, 日期, "
    "日付, date occurred, incident date".split(", ")
)
"""What columns are called that say when something begins, when it ends, and when it was."""

_SHARE = 0.9
"""Part of the filled cells of a column that have to be dates for it to be read as dates."""
_ANY_NUMBER = frozenset("from von to bis time timestamp when datetime".split())
"""Columns called so hold all kinds of numbers: in these a number alone is no year."""
_YEAR = re.compile(r"(-?[0-9]{3,4})(?:\.0+)?")
_LAST_YEAR = 2200
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
    known = {key: rank for rank, key in enumerate(NAMES)}
    found = [
        (2 * filled[column] < rows, known[key_of(column)], column)
        for column in columns
        if key_of(column) in known and filled[column]
    ]
    return min(found)[2] if found else ""


def edtf(cell: str, *, years: bool = True) -> str:
    """Return a cell as EDTF; empty where it is no date beyond doubt.

    Parameters
    ----------
    cell : str
        Such as ``2012-09-07``, ``2012/9/7``, ``7.9.2012``, ``7 September 2012``, ``20120907``,
        ``1812`` or EDTF itself. ``07/09/2012`` may be July or September and is none.
    years : bool
        Whether a number of three or four digits is a year.

    Examples
    --------
    >>> edtf("2012/9/7 12:30"), edtf("7.9.2012"), edtf("812"), edtf("07/09/2012")
    ('2012-09-07T12:30', '2012-09-07', '0812', '')
    """
    text = cell.strip()
    if found := _YEAR.fullmatch(text):
        number = int(found[1])
        likely = years and number <= _LAST_YEAR
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
    """

    day: str = ""
    start: str = ""
    end: str = ""
    unclear: tuple[tuple[str, str], ...] = ()

    def of(self, cells: Mapping[str, str]) -> tuple[str, str]:
        """Return a row's date as EDTF and in its own wording, both empty where it has none.

        Raises
        ------
        ValueError
            A cell is no date, or the end lies before the beginning; the message says which.
        """
        if self.start or self.end:
            start, end = (_date_in(cells, name) for name in (self.start, self.end))
            if start or end:
                words = [cells.get(name, "").strip() for name in (self.start, self.end)]
                try:
                    return interval(start, end), " – ".join(dict.fromkeys(filter(None, words)))
                except ValueError:
                    raise ValueError(
                        f"ends ({words[1]}) before it begins ({words[0]}): no event was made of it"
                    ) from None
        day = _date_in(cells, self.day)
        return day, cells[self.day].strip() if day else ""


def _date_in(cells: Mapping[str, str], name: str) -> str:
    cell = cells.get(name, "").strip() if name else ""
    if cell.casefold() in _NOTHING:
        return ""
    if not (found := edtf(cell)):
        raise ValueError(
            f"“{cell[:40]}” under “{name}” is no date that is clear: no event was made of it; "
            "write it as 2012-09-07"
        )
    return found


def dating(columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> When:
    """Find the columns that date the rows of a table.

    Parameters
    ----------
    columns : sequence of str
    rows : sequence of mapping of str to str
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
        cells = [cell for row in rows if (cell := row.get(column, "").strip())]
        cells = [cell for cell in cells if cell.casefold() not in _NOTHING]
        years = key not in _ANY_NUMBER
        strange = [cell for cell in cells if not edtf(cell, years=years)]
        if not cells:
            continue
        if len(strange) <= (1.0 - _SHARE) * len(cells):
            found[role] = column
        elif role == "day" and any(any(map(str.isdigit, cell)) for cell in cells):
            unclear.append((column, strange[0]))
    return When(**found, unclear=tuple(unclear))


_ROLES = {"start": STARTS, "end": ENDS, "day": DAYS}

"""What claims say of a property, read so that two values can be told to exclude each other.

A value is a span of time, a span of figures, or words. Two of them contradict each other only
when they cannot both hold:

* Dates are EDTF. Two that share a day can both hold: ``2020-01`` and ``2020-01-03``. One marked
  ``~`` reaches as far again as it is long to either side, a day a week (`_LEEWAY`): that is how
  loosely *about* is said of days and of years. One marked ``?`` may be wrong by its own word and
  excludes nothing.
* Figures may be hedged: ``at least 55``, ``55+``, ``up to 60``, ``50-60``, ``about 60``. *About*
  allows for a tenth, and for one where whole things are counted: what is rounded to two digits
  is off by a twentieth at most, what is rounded to one digit rarely by more than a tenth.
  Figures of different units (``2 days``, ``3 aircraft``) and shares with numbers are not compared.
* Words are compared with words, without case, accents, spaces and punctuation; the id, the name
  and the aliases of a row are one word, and so are ``yes``, ``true`` and nothing at all. Words
  against a date or a figure (``same week``, ``dozens``) cannot be judged by rule.
"""

from __future__ import annotations

import math
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import Literal, NamedTuple

from viewer.model import dates
from viewer.model.alike import folded
from viewer.model.schema import split_list

Kind = Literal["words", "span", "vague"]

_LEEWAY = 7.0
"""Days that “about” allows for at least, to either side of a date."""
_TENTH = 0.1

DATED = frozenset(
    "date year month day when began begin begins beginning start started starts since end ended "
    "ends ending until said".split()
)
"""Properties whose values are dates, so that ``about 2012`` is no figure; so is ``…_date``."""

_YES = frozenset(("", "yes", "y", "true", "oui", "بله", "نعم"))
_NO = frozenset(("no", "n", "false", "non", "خیر", "نه", "لا"))

_NUMBERS = {
    word: str(number)
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve".split()
    )
} | {"none": "0", "nobody": "0", "nil": "0"}
_SCALES = {
    "dozen": 12.0, "hundred": 1e2, "thousand": 1e3, "k": 1e3, "lakh": 1e5, "million": 1e6,
    "mn": 1e6, "crore": 1e7, "billion": 1e9, "bn": 1e9, "trillion": 1e12,
}  # fmt: skip
_LIKE_DATE = re.compile(r"(?=.*[0-9X]{4})[][{}0-9XYTZ:/.,?~%+ -]+")
_SHARES = frozenset(("percent", "per cent", "pct"))
_NO_UNITS = frozenset(("st", "nd", "rd", "th", "m", "b"))
"""What makes an ordinal of a number, or may be a million as well as a metre."""
_NUMBER = (
    r"(?:[0-9]{1,3}(?:[,'’٬ ][0-9]{3})+|[0-9]+)(?:[.٫][0-9]+)?"
    rf"(?:\s*(?:{'|'.join(_SCALES)})\b)?"
)
_FIGURE = re.compile(
    r"(?P<hedge>[^0-9$€£]*?)\s*(?P<currency>[a-z]{0,3}[$€£])?\s*"
    rf"(?P<first>-?{_NUMBER})(?:\s*(?:-|–|—|to|and|or)\s*(?P<last>{_NUMBER}))?"
    r"(?P<more>\s*\+|\s+or more\b|\s+and more\b|\s+or (?:fewer|less)\b)?\s*(?P<unit>[^0-9]*)"
)
_HEDGES: dict[str, str] = {
    **dict.fromkeys(("", "exactly", "only", "just", "from", "between", "a total of"), "is"),
    **dict.fromkeys(
        "about around some roughly approximately approx approx. circa ca ca. c. nearly almost "
        "~ ≈".split(),
        "about",
    ),
    **dict.fromkeys(("at least", "no fewer than", "not less than", "no less than", "min",
                     "minimum", ">=", "≥"), "least"),
    **dict.fromkeys(("more than", "over", "above", ">"), "more"),
    **dict.fromkeys(("at most", "up to", "no more than", "not more than", "max", "maximum",
                     "<=", "≤"), "most"),
    **dict.fromkeys(("less than", "fewer than", "under", "below", "<"), "less"),
}  # fmt: skip


class Value(NamedTuple):
    """What a claim says of a property.

    Parameters
    ----------
    kind : {"words", "span", "vague"}
        A span has bounds; what is vague is a date of which no more is sure than that.
    text : str
        What equal words have in common; empty for a span.
    low, high : float
        First and last number, or first and last day since 1970-01-01, both included.
    unit : str
        Of a figure; empty where it has none.
    """

    kind: Kind
    text: str = ""
    low: float = 0.0
    high: float = 0.0
    unit: str = ""


def exclude(a: Value, b: Value) -> bool:
    """Whether two values cannot both hold."""
    if a.kind == b.kind == "words":
        return a.text != b.text
    return _comparable(a, b) and (a.high < b.low or b.high < a.low)


def implies(a: Value, b: Value) -> bool:
    """Whether `b` holds wherever `a` does: ``63`` implies ``63`` and ``at least 50``."""
    return a == b or (_comparable(a, b) and b.low <= a.low and a.high <= b.high)


def _comparable(a: Value, b: Value) -> bool:
    units = {a.unit, b.unit}
    return a.kind == b.kind == "span" and (len(units) == 1 or ("" in units and "%" not in units))


# -- reading ---------------------------------------------------------------------------------


class Names:
    """What the rows of a dossier are called; one row is one word, whatever it is called.

    Parameters
    ----------
    tables : iterable of mapping
        Columns of tables with id, name and aliases.
    """

    def __init__(self, tables: Iterable[Mapping[str, Sequence[str]]]) -> None:
        self._tables = tuple(tables)

    @cached_property
    def _of(self) -> dict[str, str]:
        """Folded id or alias → folded name; what two rows go by belongs to neither."""
        rows = [
            (_plain(name), (key, *split_list(aliases)))
            for columns in self._tables
            for key, name, aliases in zip(
                columns["id"], columns["name"], columns["aliases"], strict=True
            )
        ]
        names = {name for name, _ in rows}
        meant: dict[str, set[str]] = {}
        for name, others in rows:
            for other in map(_plain, others):
                if other not in names:
                    meant.setdefault(other, set()).add(name)
        return {other: min(found) for other, found in meant.items() if len(found) == 1}

    def __call__(self, text: str) -> str:
        """Return the name of the row that folded text stands for, or the text."""
        return self._of.get(text, text)


def read(
    name: str, texts: Sequence[str], named: Callable[[str], str] = lambda text: text
) -> list[Value]:
    """Read the values that claims give one property.

    They are read together: ``2012`` is a date beside ``2012-09`` and a figure beside ``2,100``.

    Parameters
    ----------
    name : str
        The property.
    texts : sequence of str
    named : callable
        Returns the name of the row that folded words stand for, such as `Names`.
    """
    known = {text: _date(text.strip()) for text in set(texts)}
    figures = {text: _figure(text) for text in known}
    dated = is_dated(name) or any(
        date is not dates.UNKNOWN and figures[text] is None for text, date in known.items()
    )
    out: dict[str, Value] = {}
    for text, date in known.items():
        if dated and date is not dates.UNKNOWN:
            out[text] = _span(date)
        elif not dated and (figure := figures[text]) is not None:
            out[text] = figure
        else:
            plain = _plain(text)
            word = "yes" if plain in _YES else "no" if plain in _NO else named(plain)
            out[text] = Value("words", word)
    return [out[text] for text in texts]


def is_dated(name: str) -> bool:
    """Whether the values of a property are dates."""
    name = name.casefold()
    return name in DATED or name.endswith(("_date", "-date", " date", "_year", "date_of_birth"))


def says_yes_or_no(text: str) -> bool:
    """Whether a value does no more than say that something is so or not."""
    return _plain(text) in _YES | _NO


def says_yes(text: str) -> bool:
    """Whether a value does no more than say that something is so."""
    return _plain(text) in _YES


def _plain(text: str) -> str:
    """Return words without case, accents, spaces and signs; signs where there is nothing else."""
    digits = _with_digits(text)
    return folded(digits) or " ".join(digits.casefold().split())


def _with_digits(text: str) -> str:
    """Write the digits of every script as 0 to 9."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def _date(text: str) -> dates.Date:
    """Read a date; what cannot be one is not even tried, for telling what is wrong takes long."""
    likely = _LIKE_DATE.fullmatch(text) and not (text.isdecimal() and len(text) != 4)
    return dates.parse_or_unknown(text) if likely else dates.UNKNOWN


def _span(date: dates.Date) -> Value:
    if date.uncertain or math.isnan(date.earliest):
        return Value("vague", date.text)
    leeway = 0.0
    if date.approximate:
        length = date.latest - date.earliest
        leeway = max(length, _LEEWAY) if math.isfinite(length) else _LEEWAY
    return Value("span", "", date.earliest - leeway, date.latest - 1 + leeway)


@lru_cache(maxsize=1 << 14)
def _figure(text: str) -> Value | None:
    """Read a figure; None where the text is none."""
    words = " ".join(_with_digits(text).casefold().split())
    # A figure is a few words; what is long is none, and need not be searched.
    if len(words) > 60:
        return None
    first, _, rest = words.partition(" ")
    words = f"{_NUMBERS.get(first, first)} {rest}".strip()
    found = _FIGURE.fullmatch(words)
    if found is None or (hedge := _HEDGES.get(found["hedge"].strip())) is None:
        return None
    low = _number(found["first"])
    high = low if found["last"] is None else _number(found["last"])
    if high < low:
        return None
    more = (found["more"] or "").strip()
    if hedge == "about":
        low, high = _about(low)[0], _about(high)[1]
    if hedge == "least" or more in ("+", "or more", "and more"):
        high = math.inf
    elif hedge == "most" or more:
        low = -math.inf
    elif hedge == "more":
        low, high = math.nextafter(high, math.inf), math.inf
    elif hedge == "less":
        low, high = -math.inf, math.nextafter(low, -math.inf)
    unit = _unit(found["currency"] or "", found["unit"].strip())
    return None if unit is None else Value("span", "", low, high, unit)


def _unit(currency: str, text: str) -> str | None:
    """Return the unit of a figure, its words in the singular; None if that is no unit."""
    if text == "%" or text in _SHARES:
        return "%"
    plain = folded(text)
    if plain in _NO_UNITS or (text and not plain):
        return None
    words = (word[:-1] if len(word) > 2 and word.endswith("s") else word for word in plain.split())
    return " ".join(filter(None, (currency, *words)))


def _number(text: str) -> float:
    digits = re.match(r"-?[0-9.٫,'’٬ ]+", text)
    assert digits is not None
    plain = re.sub("[,'’٬ ]", "", digits[0]).replace("٫", ".")
    return float(plain) * _SCALES.get(text[digits.end() :].strip(), 1.0)


def _about(number: float) -> tuple[float, float]:
    leeway = abs(number) * _TENTH
    if number.is_integer():
        leeway = max(leeway, 1.0)
    return number - leeway, number + leeway


# -- many at once ----------------------------------------------------------------------------


class Crowd:
    """Many values, asked whether any of them excludes, implies or is implied by another.

    Takes a sort to make and a bisection to ask, however many values there are.
    """

    def __init__(self, values: Iterable[Value]) -> None:
        held = set(values)
        self._values = held
        self._words = {value.text for value in held if value.kind == "words"}
        by_unit: dict[str, list[tuple[float, float]]] = {}
        for value in held:
            if value.kind == "span":
                by_unit.setdefault(value.unit, []).append((value.low, value.high))
        every = [span for unit, spans in by_unit.items() if unit != "%" for span in spans]
        self._by_unit = {unit: _Spans(spans) for unit, spans in by_unit.items()}
        self._every = _Spans(every)

    def _near(self, value: Value) -> tuple[_Spans, ...]:
        """Return the spans that a span can be compared with."""
        if value.kind != "span":
            return ()
        if not value.unit:
            return (self._every,)
        units = (value.unit, "") if value.unit != "%" else ("%",)
        return tuple(self._by_unit[unit] for unit in units if unit in self._by_unit)

    def excludes(self, value: Value) -> bool:
        """Whether any of the values cannot hold together with this one."""
        if value.kind == "words":
            return len(self._words) > (value.text in self._words)
        return any(spans.apart(value.low, value.high) for spans in self._near(value))

    def implies(self, value: Value) -> bool:
        """Whether this one holds where any of the values does."""
        return value in self._values or any(
            spans.any_within(value.low, value.high) for spans in self._near(value)
        )

    def implied_by(self, value: Value) -> bool:
        """Whether any of the values holds where this one does."""
        return value in self._values or any(
            spans.any_around(value.low, value.high) for spans in self._near(value)
        )


class _Spans:
    """Spans of numbers, sorted."""

    def __init__(self, spans: Sequence[tuple[float, float]]) -> None:
        ordered = sorted(spans)
        self._lows = [low for low, _ in ordered]
        highs = [high for _, high in ordered]
        self._highest = list(accumulate(highs, max))
        self._lowest = list(accumulate(reversed(highs), min))[::-1]

    def apart(self, low: float, high: float) -> bool:
        return bool(self._lows) and (self._lowest[0] < low or self._lows[-1] > high)

    def any_within(self, low: float, high: float) -> bool:
        first = bisect_left(self._lows, low)
        return first < len(self._lows) and self._lowest[first] <= high

    def any_around(self, low: float, high: float) -> bool:
        last = bisect_right(self._lows, low)
        return last > 0 and self._highest[last - 1] >= high

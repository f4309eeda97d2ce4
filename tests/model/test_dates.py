"""EDTF: what a date may be, never sharper; checked against the package edtf where it is right."""

from __future__ import annotations

import datetime
import math
import random
import re
import time

import edtf
import pytest

from viewer.model import dates
from viewer.model.dates import UNKNOWN, civil, day_number, parse, parse_or_unknown, to_words


def bounds(text: str) -> tuple[str, str]:
    """First and last possible day in words."""
    date = parse(text)
    sides = (date.earliest, date.latest - 1)
    return tuple("open" if math.isinf(day) else dates.day_words(day) for day in sides)


def test_days_agree_with_the_calendar_of_the_standard_library() -> None:
    epoch = datetime.date(1970, 1, 1)
    draw = random.Random(1)
    ordinals = [1, 3652059, *(draw.randrange(1, 3652060) for _ in range(3000))]
    for ordinal in ordinals:
        day = datetime.date.fromordinal(ordinal)
        number = (day - epoch).days
        assert day_number(day.year, day.month, day.day) == number
        assert civil(number) == (day.year, day.month, day.day)


@pytest.mark.parametrize("day", [-(10**12), -719529, -719528, -1, 0, 59, 60, 10**12])
def test_days_turn_round_in_any_year(day: int) -> None:
    assert day_number(*civil(day)) == day


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2012", "1 Jan 2012", "31 Dec 2012"),
        ("2012-09", "1 Sep 2012", "30 Sep 2012"),
        ("2012-02", "1 Feb 2012", "29 Feb 2012"),
        ("2012-09-07", "7 Sep 2012", "7 Sep 2012"),
        ("201X", "1 Jan 2010", "31 Dec 2019"),
        ("20XX", "1 Jan 2000", "31 Dec 2099"),
        ("2012-XX", "1 Jan 2012", "31 Dec 2012"),
        ("2012-09-XX", "1 Sep 2012", "30 Sep 2012"),
        ("2012-XX-XX", "1 Jan 2012", "31 Dec 2012"),
        ("2012-1X", "1 Oct 2012", "31 Dec 2012"),
        ("2012-09-3X", "30 Sep 2012", "30 Sep 2012"),
        ("201X-02-29", "29 Feb 2012", "29 Feb 2016"),
        ("2019-21", "1 Mar 2019", "21 Jun 2019"),
        ("2019-31", "1 Mar 2019", "21 Jun 2019"),
        ("2019-24", "1 Dec 2018", "21 Mar 2020"),
        ("2019-33", "1 Jan 2019", "31 Mar 2019"),
        ("2019-38", "1 May 2019", "31 Aug 2019"),
        ("2019-40", "1 Jan 2019", "30 Jun 2019"),
        ("2017/2018", "1 Jan 2017", "31 Dec 2018"),
        ("2019-10/..", "1 Oct 2019", "open"),
        ("../2012", "open", "31 Dec 2012"),
        ("2019-10/", "1 Oct 2019", "open"),
        ("/2018", "open", "31 Dec 2018"),
        ("/", "open", "open"),
        ("[2017,2018]", "1 Jan 2017", "31 Dec 2018"),
        ("[2017, 2015-03..2016]", "1 Mar 2015", "31 Dec 2017"),
        ("[..2017]", "open", "31 Dec 2017"),
        ("{2017..}", "1 Jan 2017", "open"),
        ("-0043-03-15", "15 Mar 44 BC", "15 Mar 44 BC"),
        ("-004X", "1 Jan 50 BC", "31 Dec 41 BC"),
        ("Y-17000", "1 Jan 17,001 BC", "31 Dec 17,001 BC"),
        ("2020-01-08T06:12:00+03:30", "8 Jan 2020", "8 Jan 2020"),
    ],
)
def test_bounds(text: str, first: str, last: str) -> None:
    assert bounds(text) == (first, last)


def oracle_days(text: str) -> tuple[int, int]:
    read = edtf.parse_edtf(text)
    sides = (read.lower_strict(), read.upper_strict())
    first, last = (day_number(side.tm_year, side.tm_mon, side.tm_mday) for side in sides)
    return first, last + 1


def test_bounds_agree_with_edtf() -> None:
    """Left out is where edtf differs.

    It gives winter only the December of its year and lets seasons begin with a month, reads
    XXXX as ten thousand years, and does not read all of level 2.
    """
    draw = random.Random(2)

    def year() -> str:
        return draw.choice(
            [f"{draw.randint(0, 9999):04}", f"-{draw.randint(1, 9999):04}", "201X", "19XX", "2004"]
        )

    def month() -> str:
        return f"{draw.randint(1, 12):02}"

    def point() -> str:
        mark = draw.choice(["", "", "?", "~", "%"])
        form = draw.randrange(5)
        if form == 0:
            return year() + mark
        if form == 1:
            return f"{draw.randint(1000, 2100)}-{month()}" + mark
        if form == 2:
            return f"{draw.randint(1000, 2100)}-{month()}-XX"
        if form == 3:
            return f"{draw.randint(1000, 2100)}-XX"
        return f"{draw.randint(1000, 2100)}-{month()}-{draw.randint(1, 28):02}" + mark

    compared = 0
    for _ in range(400):
        text = point()
        date = parse(text)
        assert (date.earliest, date.latest) == oracle_days(text), text
        compared += 1
    for _ in range(200):
        ends = sorted(
            (f"{draw.randint(1000, 2100)}-{month()}" for _ in range(2)),
        )
        text = "/".join(ends)
        date = parse(text)
        assert (date.earliest, date.latest) == oracle_days(text), text
        compared += 1
    for code, months in ((33, "01-03"), (36, "10-12"), (37, "01-04"), (41, "07-12")):
        first, last = months.split("-")
        date = parse(f"2015-{code}")
        assert date.earliest == parse(f"2015-{first}").earliest
        assert date.latest == parse(f"2015-{last}").latest
    assert compared == 600


@pytest.mark.parametrize(
    "text",
    [
        "2017/2020", "../2020", "2017/..", "/2020", "2017/", "2017~/2020?", "[2019-12, 2020-01]",
        "[2019-12,2020-01]", "{2017,2018-03}", "[..2017]", "-0480", "0800", "0800-02", "Y-10000",
        "Y170000", "2004-06-XX", "2004-XX", "201X", "19XX", "2020-21", "2020-22", "2020-23",
        "2020-33", "2020-01-08T06:12:00Z", "2004-06-~11", "2004?-06-11", "0000", "-0001-12",
    ],
)  # fmt: skip
def test_bounds_hold_all_that_edtf_holds(text: str) -> None:
    """Whatever the other reader takes a date to allow, a filter here does not lose."""
    date, read = parse(text), edtf.parse_edtf(text)
    for found, ours, side in (
        (read.lower_strict(), date.earliest, -1), (read.upper_strict(), date.latest, 1),
    ):  # fmt: skip
        if isinstance(found, float) or not hasattr(found, "tm_year"):
            assert math.isinf(ours) or math.isinf(found), text
            continue
        theirs = day_number(found.tm_year, found.tm_mon, found.tm_mday) + (side > 0)
        assert ours * side >= theirs * side, text


MONTH = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"


def test_no_word_names_a_day_or_month_that_is_not_given() -> None:
    draw = random.Random(3)

    def point() -> str:
        year = draw.choice(["2012", "1906", "201X", "19XX", "-0480", "0800", "Y-10000", "XXXX"])
        form = draw.randrange(7)
        month = draw.choice(["01", "09", "12"])
        parts = [year]
        if form and not year.startswith("Y"):
            month = {2: "XX", 3: "1X", 4: "22", 5: "35"}.get(form, month)
            parts.append(month)
            if form in (1, 2, 3):
                parts.append(draw.choice(["07", "XX", "1X"]))
        return "-".join(parts) + draw.choice(["", "", "?", "~", "%"])

    forms = ["{0}", "{0}/{1}", "{0}/..", "../{0}", "{0}/", "/{0}", "[{0},{1}]", "[{0}..{1}]",
             "{{{0},{1}}}", "[..{0}]"]  # fmt: skip
    seen = 0
    for _ in range(4000):
        text = draw.choice(forms).format(point(), point())
        date = parse_or_unknown(text)
        if date is UNKNOWN:
            continue
        seen += 1
        for words in (to_words(date), dates.extent_words([date])):
            if re.search(rf"\b[0-9]{{1,2}} (?:{MONTH})|\bday [0-9]", words):
                assert re.search(r"-[0-9X]{2}-(?:[0-9]{2}|1X)", text), (text, words)
            if re.search(rf"\b(?:{MONTH})\b", words):
                assert re.search(r"-(?:0[0-9]|1[0-2X])", text), (text, words)
    assert seen > 1500


def test_an_interval_says_when_it_begins_and_when_it_ends() -> None:
    date = parse("2017-03/2018")
    assert dates.day_words(date.begin_latest - 1) == "31 Mar 2017"
    assert dates.day_words(date.end_earliest) == "1 Jan 2018"
    assert (date.start, date.end, date.is_interval) == ("given", "given", True)
    overlapping = parse("2017/2017-06")
    assert overlapping.begin_latest == overlapping.latest
    plain = parse("2017")
    assert (plain.begin_latest, plain.end_earliest) == (plain.latest, plain.earliest)


@pytest.mark.parametrize(
    ("text", "start", "end", "begin_latest", "end_earliest"),
    [
        ("../..", "open", "open", -math.inf, math.inf),
        ("/", "unknown", "unknown", math.inf, -math.inf),
        ("/..", "unknown", "open", math.inf, math.inf),
        ("../", "open", "unknown", -math.inf, -math.inf),
        ("XXXX/..", "unknown", "open", math.inf, math.inf),
    ],
)
def test_open_and_unknown_are_two(
    text: str, start: str, end: str, begin_latest: float, end_earliest: float
) -> None:
    date = parse(text)
    assert (date.start, date.end) == (start, end)
    assert (date.begin_latest, date.end_earliest) == (begin_latest, end_earliest)


@pytest.mark.parametrize(
    ("text", "uncertain", "approximate"),
    [
        ("2018", False, False),
        ("2018?", True, False),
        ("2018~", False, True),
        ("2018%", True, True),
        ("2018-~09", False, True),
        ("2018?-09-07", True, False),
        ("2017/2018~", False, True),
        ("[2017?,2018]", True, False),
    ],
)
def test_qualifiers_are_kept_wherever_they_stand(
    text: str, uncertain: bool, approximate: bool
) -> None:
    date = parse(text)
    assert (date.uncertain, date.approximate) == (uncertain, approximate)


@pytest.mark.parametrize(
    ("text", "precision"),
    [
        ("2012-09-07", "day"), ("2012-09", "month"), ("2012-09-XX", "month"),
        ("2012-22", "season"), ("2012", "year"), ("2012-XX", "year"), ("201X", "decade"),
        ("20XX", "century"), ("2XXX", "century"), ("2012/2013", "interval"),
        ("[2012,2014]", "interval"), ("[2012]", "year"), ("XXXX", "unknown"),
    ],
)  # fmt: skip
def test_precision(text: str, precision: str) -> None:
    assert parse(text).precision == precision


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2020-01-06", "6 Jan 2020"),
        ("2012-09", "Sep 2012"),
        ("2012", "2012"),
        ("2018~", "about 2018"),
        ("2018?", "perhaps 2018"),
        ("2018%", "perhaps about 2018"),
        ("[2017,2018]", "2017 or 2018"),
        ("[2016,2017,2018]", "2016, 2017 or 2018"),
        ("[2017..2019]", "between 2017 and 2019"),
        ("[2020-01-03..2020-01-07]", "between 3 and 7 Jan 2020"),
        ("[2019-01..2019-11]", "between Jan and Nov 2019"),
        ("{2020-01-03..2020-01-07}", "3 to 7 Jan 2020"),
        ("2017~/2020?", "about 2017 – perhaps 2020"),
        ("[..2017-02]", "Feb 2017 or before"),
        ("[2017..]", "2017 or later"),
        ("{2017,2018}", "2017 and 2018"),
        ("2017/2018", "2017 – 2018"),
        ("2020-01-03/2020-01-06", "3 – 6 Jan 2020"),
        ("2020-01-03/2020-02-06", "3 Jan – 6 Feb 2020"),
        ("2019-12-30/2020-01-06", "30 Dec 2019 – 6 Jan 2020"),
        ("2020-01/2020-03", "Jan – Mar 2020"),
        ("2020-01/2020-01", "Jan 2020"),
        ("2020-01-03~/2020-01-06", "about 3 Jan 2020 – 6 Jan 2020"),
        ("2018/..", "from 2018"),
        ("2018/", "from 2018, end not known"),
        ("../2012-09", "until Sep 2012"),
        ("/2012-09", "until Sep 2012, beginning not known"),
        ("/", "beginning and end not known"),
        ("/..", "ongoing, beginning not known"),
        ("../..", "without beginning or end"),
        ("201X", "2010s"),
        ("20XX", "between 2000 and 2099"),
        ("2012-XX", "2012"),
        ("2012-1X", "between Oct and Dec 2012"),
        ("2012-XX-15", "day 15 of some month of 2012"),
        ("2012-1X-3X", "between Oct and Dec 2012"),
        ("2012-09-1X", "between 10 and 19 Sep 2012"),
        ("2012-09-3X", "30 Sep 2012"),
        ("201X-02-29", "29 Feb of some year in the 2010s"),
        ("20XX-05-XX", "May of some year between 2000 and 2099"),
        ("201X-1X", "2010s"),
        ("201X-22", "summer of some year in the 2010s"),
        ("-048X-03", "Mar of some year between 490 BC and 481 BC"),
        ("2019-24", "winter 2019"),
        ("2019-30", "summer 2019 (south)"),
        ("2019-33", "first quarter of 2019"),
        ("-0043", "44 BC"),
        ("0000", "1 BC"),
        ("0044-03", "Mar AD 44"),
        ("Y170000", "170,000"),
        ("XXXX", "date not known"),
        ("XXXX-12-25", "25 Dec, year not known"),
        ("XXXX-12-XX", "Dec, year not known"),
        ("2020-01-08T06:12", "8 Jan 2020, 06:12"),
        ("2020-01-08T06:12Z", "8 Jan 2020, 06:12 UTC"),
    ],
)
def test_words(text: str, words: str) -> None:
    assert to_words(parse(text)) == words


def test_words_for_no_date() -> None:
    assert to_words(UNKNOWN) == "date not known"
    assert parse_or_unknown("some day") is UNKNOWN


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ([], "date not known"),
        (["/"], "date not known"),
        (["2012"], "2012"),
        (["2012-09-07", "2012", "2019/2020-02", "2018/.."], "2012 – Feb 2020"),
        (["2012/.."], "2012"),
        (["2012", "2018/.."], "2012 – 2018"),
        (["2012-09-07", "[2019,2020]"], "7 Sep 2012 – 2020"),
        (["2020-01-03", "2020-01-09"], "3 – 9 Jan 2020"),
        (["2018~", "2020?"], "about 2018 – perhaps 2020"),
    ],
)
def test_extent_in_words_is_no_sharper_than_the_dates(texts: list[str], words: str) -> None:
    assert dates.extent_words([parse(text) for text in texts]) == words


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("", "write it as 2012, 2012-09, 2012-09-07"),
        ("Sept 2012", "write 2012-09"),
        ("6 January 2020", "write 2020-01-06"),
        ("Jan 6, 2020", "write 2020-01-06"),
        ("06/01/2020", "write 2020-MM-DD"),
        ("2020/01/08", "write 2020-01-08"),
        ("2020-1-8", "write 2020-01-08"),
        ("20200108", "write 2020-01-08"),
        ("2010s", "write 201X"),
        ("201u", "write 201X"),
        ("c. 2018", "write 2018~"),
        ("2017–2018", "write 2017/2018"),
        ("2017/open", "write 2017/.."),
        ("2020-01-08 6:12", "write 2020-01-08T06:12"),
        ("12345", "write Y12345"),
        ("2012-9/2013", "“2012-9” is no date: write 2012-09"),
        ("2020-13", "there is no month 13"),
        ("2019-02-29", "Feb 2019 has 28 days"),
        ("2012-02-3X", "no day of the calendar is like this"),
        ("2018/2017", "ends before it begins"),
        ("[2019..2017]", "earlier date"),
        ("2012/2013/2014", "is no date"),
        ("[2017,]", "is no date"),
        ("٢٠٢٠", "is no date"),
        ("Y17E7", "is no date"),
        ("2020-01-08T25:00", "is no date"),
        ("x" * 5000, "“x{39}…” is no date"),
    ],
)
def test_what_is_no_date_is_told_what_would_be(text: str, advice: str) -> None:
    with pytest.raises(ValueError, match=advice.replace(".", r"\.")) as caught:
        parse(text)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 200


def test_hostile_texts_end_in_an_error_soon() -> None:
    begun = time.perf_counter()
    for text in ("[" * 10_000, "/" * 10_000, "9" * 10_000, "[" + "2017," * 50_000 + "2018",
                 "Y" + "9" * 500, "c. " + " " * 50_000 + "x"):  # fmt: skip
        assert parse_or_unknown(text) is UNKNOWN
    assert time.perf_counter() - begun < 2


@pytest.mark.parametrize(
    ("a", "b", "certain"),
    [
        ("2012", "2013", True),
        ("2020-01-08", "2020-01-09", True),
        ("2020-01", "2020-01-09", False),
        ("2012~", "2013", False),
        ("2012", "2013?", False),
        ("2012/..", "2020", False),
        ("XXXX", "2020", False),
        ("2012", "no date", False),
    ],
)
def test_certainly_before(a: str, b: str, certain: bool) -> None:
    assert dates.certainly_before(parse_or_unknown(a), parse_or_unknown(b)) is certain


def test_bounds_array() -> None:
    array = dates.bounds_array([parse("1970"), UNKNOWN, parse("../1970-01-01")])
    assert array.shape == (3, 2)
    assert array[0].tolist() == [0, 365]
    assert math.isnan(array[1, 0])
    assert array[2].tolist() == [-math.inf, 1]
    assert dates.bounds_array([]).shape == (0, 2)


def test_a_hundred_thousand_dates_are_read_at_once() -> None:
    texts = [f"{1900 + i % 120}-{1 + i % 12:02}-{1 + i % 28:02}" for i in range(100_000)]
    begun = time.process_time()
    for text in texts:
        parse_or_unknown(text)
    assert time.process_time() - begun < 1

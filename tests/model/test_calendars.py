"""Persian dates beside Gregorian ones: right on every day, never sharper than what is given."""

from __future__ import annotations

import random
import re
import subprocess
import sys

import pytest

from viewer.model.calendars import (
    PERSIAN_LAST,
    PERSIAN_MONTHS,
    persian_civil,
    persian_day_number,
    persian_days,
    persian_words,
)
from viewer.model.dates import UNKNOWN, civil, day_number, parse


@pytest.mark.parametrize(
    ("gregorian", "persian"),
    [
        # The law on the calendar was passed on 11 Farvardin 1304.
        ((1925, 3, 31), (1304, 1, 11)),
        ((1953, 8, 19), (1332, 5, 28)),
        ((1979, 2, 11), (1357, 11, 22)),
        ((1988, 8, 20), (1367, 5, 29)),
        ((2012, 9, 7), (1391, 6, 17)),
        ((2020, 1, 8), (1398, 10, 18)),
        ((2020, 1, 17), (1398, 10, 27)),
        # 1403 was a leap year, which the arithmetic of 2,820 years gets wrong.
        ((2025, 3, 20), (1403, 12, 30)),
        ((2025, 3, 21), (1404, 1, 1)),
        ((622, 3, 22), (1, 1, 1)),
    ],
)
def test_days_that_are_known_in_both_calendars(
    gregorian: tuple[int, int, int], persian: tuple[int, int, int]
) -> None:
    assert persian_civil(day_number(*gregorian)) == persian
    assert persian_day_number(*persian) == day_number(*gregorian)


LEAP = {
    1210, 1214, 1218, 1222, 1226, 1230, 1234, 1238, 1243, 1247, 1251, 1255, 1259, 1263, 1267, 1271,
    1276, 1280, 1284, 1288, 1292, 1296, 1300, 1304, 1309, 1313, 1317, 1321, 1325, 1329, 1333, 1337,
    1342, 1346, 1350, 1354, 1358, 1362, 1366, 1370, 1375, 1379, 1383, 1387, 1391, 1395, 1399, 1403,
    1408,
}  # fmt: skip
"""Leap years from 1206 to 1408, as they are published."""


def test_leap_years_are_those_that_are_published() -> None:
    for year in range(1206, 1409):
        length = persian_day_number(year + 1, 1, 1) - persian_day_number(year, 1, 1)
        assert length == 365 + (year in LEAP), year


def test_days_follow_each_other_and_turn_round() -> None:
    first, last = persian_days()
    draw = random.Random(1)
    for day in (first, last - 1, *(draw.randrange(first, last) for _ in range(2000))):
        here, following = persian_civil(day), persian_civil(day + 1)
        assert persian_day_number(*here) == day
        assert following > here
        # Nowruz is the 19th to the 23rd of March, however far back.
        if following[1:] == (1, 1):
            assert civil(day + 1)[1] == 3


@pytest.mark.parametrize("day", [-(10**9), day_number(622, 3, 21), day_number(9999, 1, 1)])
def test_there_is_no_calendar_beyond_its_years(day: int) -> None:
    with pytest.raises(ValueError, match=f"outside the Persian years 1 to {PERSIAN_LAST}"):
        persian_civil(day)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2020-01-17", "27 Dey 1398"),
        ("2020-01-17?", "perhaps 27 Dey 1398"),
        ("2020-01-08T06:12Z", "18 Dey 1398"),
        ("2012-09", "Shahrivar–Mehr 1391"),
        ("2012-09-XX", "Shahrivar–Mehr 1391"),
        ("2012-09-1X", "Shahrivar 1391"),
        ("2012-03", "Esfand 1390 – Farvardin 1391"),
        ("2012", "1390–1391"),
        ("2018~", "about 1396–1397"),
        ("2018?", "perhaps 1396–1397"),
        ("2018%", "perhaps about 1396–1397"),
        ("201X", "1388–1398"),
        ("2019-22", "Khordad–Mehr 1398"),
        ("1800", "1178–1179"),
        ("0800", "178–179 AP"),
        ("2020-01-03/2020-01-06", "13 – 16 Dey 1398"),
        ("2020-01-18/2020-01-24", "28 Dey – 4 Bahman 1398"),
        ("2019-12-30/2020-04-06", "9 Dey 1398 – 18 Farvardin 1399"),
        ("2017/2020", "from 1395–1396 to 1398–1399"),
        ("2017~/2020?", "from about 1395–1396 to perhaps 1398–1399"),
        ("2020-01-03/2020-02", "from 13 Dey 1398 to Bahman–Esfand 1398"),
        ("2019-10/..", "from Mehr–Aban 1398"),
        ("2017/", "from 1395–1396, end not known"),
        ("../2012-09", "until Shahrivar–Mehr 1391"),
        ("/2020", "until 1398–1399, beginning not known"),
        ("[2019-12,2020-01]", "Azar–Dey 1398 or Dey–Bahman 1398"),
        ("[2017..2019]", "between 1395–1396 and 1397–1398"),
        ("[..2017]", "1395–1396 or before"),
        ("{2017,2018}", "1395–1396 and 1396–1397"),
    ],
)
def test_words_keep_every_hedge(text: str, words: str) -> None:
    assert persian_words(parse(text)) == words


@pytest.mark.parametrize(
    "text", ["-0480", "0621", "0622", "0500/0800", "Y-10000", "Y20000", "/", "../..", "XXXX"]
)
def test_nothing_is_said_where_there_is_nothing_to_say(text: str) -> None:
    assert persian_words(parse(text)) == ""


def test_nothing_is_said_of_no_date() -> None:
    assert persian_words(UNKNOWN) == ""


def test_a_day_is_named_only_where_a_day_is_given() -> None:
    day = re.compile(rf"\b[0-9]{{1,2}} (?:{'|'.join(PERSIAN_MONTHS['en'])}|–)")
    for text in (
        "2012", "2012-09", "2012-09-1X", "2012-1X", "2012-22", "2012/2013-04", "201X-02-29",
        "[2012-09..2013]", "{2012,2013}", "2012-02~/..", "2012-XX-15",
    ):  # fmt: skip
        assert not day.search(persian_words(parse(text))), text
    assert day.search(persian_words(parse("2012-09-07")))


def test_the_months_have_twelve_names_in_each_language() -> None:
    assert {len(set(names)) for names in PERSIAN_MONTHS.values()} == {12}


def test_it_is_imported_only_when_it_is_asked_for() -> None:
    code = (
        "import sys, viewer.scene.timeline, viewer.scene.evidence, viewer.model.state;"
        "print([m for m in sys.modules if 'persian' in m or m.endswith('calendars')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

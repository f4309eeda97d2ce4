"""When two values of a property cannot both hold."""

from __future__ import annotations

import pytest

from viewer.model.values import Crowd, Names, Value, exclude, implies, read


def pair(a: str, b: str, name: str) -> tuple[Value, Value]:
    first, second = read(name, [a, b])
    return first, second


def contradict(a: str, b: str, name: str = "deaths") -> bool:
    """Say whether two values exclude each other, whichever comes first, one or among many."""
    first, second = pair(a, b, name)
    both = {exclude(first, second), exclude(second, first), Crowd([first]).excludes(second)}
    assert len(both) == 1
    return both.pop()


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("2020-01-03", "2020-01-08"),
        ("2020-01", "2020-02"),
        ("2018", "2020-01"),
        ("2017/2018", "2019-10/.."),
        ("2012~", "2020-01-03"),
        ("2020-01-03~", "2020-03-01"),
        ("[..2018-12]", "2019"),
    ],
)
def test_dates_that_cannot_both_be(a: str, b: str) -> None:
    assert contradict(a, b, "date")


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("2020-01-03", "2020-01"),
        ("2020-01-03", " 2020-01-03 "),
        ("2020", "2020-01/2020-02"),
        ("2018/..", "2020-01-03"),
        ("2020-01-03~", "2020-01-05"),
        ("2019~", "2020-06"),
        ("2020-01-03?", "2020-01-08"),
        ("XXXX-01-03", "2020-01-08"),
        ("same week as 8 January 2020", "2020-01-03"),
        ("2018-12 or earlier", "2019"),
        ("about 2012", "2015"),
    ],
)
def test_dates_that_can_both_be_or_cannot_be_judged(a: str, b: str) -> None:
    assert not contradict(a, b, "date")


def test_dates_are_known_by_their_form_too() -> None:
    assert contradict("2020-01-03", "2020-01-08", "arrival")
    assert not contradict("2020-01-03", "2020", "arrival")


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("63", "57"),
        ("1,000", "1001"),
        ("at least 55", "54"),
        ("more than 55", "55"),
        ("less than 55", "55+"),
        ("55+", "about 40"),
        ("about 60", "70"),
        ("50-60", "63"),
        ("63 Canadians", "57"),
        ("63 people", "57 people"),
        ("1 day", "2 days"),
        ("none", "3"),
        ("three", "4"),
        ("1.2 million", "900,000"),
        ("۶۳", "57"),
        ("$5", "$6"),
        ("40 %", "50%"),
    ],
)
def test_figures_that_cannot_both_hold(a: str, b: str) -> None:
    assert contradict(a, b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("1,000", "1000"),
        ("1 000", "1000.0"),
        ("63", "۶۳"),
        ("١٬٠٠٠", "1000"),
        ("١٢٣٤٫٥", "1234.5"),
        ("at least 55", "63"),
        ("55+", "63"),
        (">=55", "55"),
        ("> 55", "56"),
        ("up to 60", "57"),
        ("about 60", "63"),
        ("~60", "57"),
        ("about 6", "7"),
        ("approx. 1.5", "1.6"),
        ("50-60", "57"),
        ("between 50 and 60", "about 62"),
        ("63 or 64", "64"),
        ("two dozen", "24"),
        ("5k", "5,000"),
        ("three", "3"),
        ("50 per cent", "50 %"),
        ("dozens", "63"),
        ("2 days", "3 aircraft"),
        ("2 days", "48 hours"),
        ("50 %", "120"),
        ("1,5", "2"),
        ("yes, number not given", "12"),
    ],
)
def test_figures_that_can_both_hold_or_cannot_be_judged(a: str, b: str) -> None:
    assert not contradict(a, b)


def test_years_among_figures_are_figures() -> None:
    assert contradict("2012", "2,100")
    assert contradict("about 2000", "2500")


@pytest.mark.parametrize(
    ("a", "b", "differ"),
    [
        ("Mechanical  failure", "mechanical failure", False),
        ("Türkiye", "turkiye", False),
        ("TRUE", "yes", False),
        ("", "yes", False),
        ("No", "false", False),
        ("yes", "no", True),
        ("missile", "mechanical failure", True),
        ("!", "?", True),
        ("CH-146 Griffon", "CH-147", True),
        ("3rd", "4th", True),
    ],
)
def test_words(a: str, b: str, differ: bool) -> None:
    assert contradict(a, b, "cause") is differ


def test_a_row_is_one_word_whatever_it_is_called() -> None:
    named = Names(
        [
            {"id": ["zarif", "iran", "trump", "donald"],
             "name": ["محمدجواد ظریف", "Iran", "Donald Trump", "Donald Duck"],
             "aliases": ["Mohammad Javad Zarif; Zarif", "Islamic Republic", "Donald", "Donald"]},
            {"id": ["tehran"], "name": ["Tehran"], "aliases": ["تهران; Iran"]},
        ]
    )  # fmt: skip

    def one(*words: str) -> bool:
        return len(set(read("led_by", words, named))) == 1

    assert one("zarif", "Zarif", "محمدجواد ظریف", "MOHAMMAD JAVAD ZARIF")
    assert one("تهران", "tehran")
    assert one("Islamic Republic", "Iran")
    # What two rows go by is neither; the name of a row is that row.
    assert not one("Donald", "Donald Trump")
    assert not one("Iran", "Tehran")


@pytest.mark.parametrize(
    ("said", "denied", "name", "so"),
    [
        ("63", "63", "deaths", True),
        ("63", "at least 50", "deaths", True),
        ("about 60", "63", "deaths", False),
        ("2020-01-03", "2020-01", "date", True),
        ("2020-01", "2020-01-03", "date", False),
        ("2020-01-03?", "2020-01-03?", "date", True),
        ("Missile", "missile", "cause", True),
        ("missile", "bomb", "cause", False),
    ],
)
def test_what_follows_from_a_value(said: str, denied: str, name: str, so: bool) -> None:
    value, other = pair(said, denied, name)
    assert implies(value, other) is so
    assert Crowd([value]).implies(other) is so
    assert Crowd([other]).implied_by(value) is so

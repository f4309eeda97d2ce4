"""What a locator names, and the passage it leads to."""

from __future__ import annotations

import time

import pytest

from viewer.model.texts import Passage, SourceText, is_same_text, parse_locator, passages

TEN = SourceText("ab" * 32, "ten.txt", tuple("abcdefghij"))


@pytest.mark.parametrize(
    ("locator", "ranges"),
    [
        ("p12", ((12, 12),)),
        ("12", ((12, 12),)),
        ("¶ 12", ((12, 12),)),
        ("p12; p14", ((12, 12), (14, 14))),
        ("p14, p12", ((12, 12), (14, 14))),
        ("p3-5", ((3, 5),)),
        ("p3–p5", ((3, 5),)),
        ("p3; p4; p5-7; p6", ((3, 7),)),
        ("۱۲", ((12, 12),)),
        ("p2-1000000000", ((2, 1_000_000_000),)),
        ("p4; the annex", ((4, 4),)),
    ],
)
def test_a_locator_names_paragraphs(locator: str, ranges: tuple[tuple[int, int], ...]) -> None:
    assert parse_locator(locator) == ranges


@pytest.mark.parametrize(
    "locator", ["", "p", "p0", "p5-3", "page 3", "p. 3", "12a", "p3-", ";;", "p" + "9" * 5000]
)
def test_what_cannot_be_read_names_nothing(locator: str) -> None:
    assert parse_locator(locator) == ()
    assert passages(TEN, locator) == ()


def test_a_passage_shows_what_stands_around() -> None:
    assert passages(TEN, "p4") == (Passage(3, ("c", "d", "e"), (False, True, False)),)
    assert passages(TEN, "p4", around=0) == (Passage(4, ("d",), (True,)),)


def test_a_passage_stops_at_both_ends() -> None:
    first, last = passages(TEN, "p1; p10", around=2)
    assert (first.first, first.paragraphs) == (1, ("a", "b", "c"))
    assert (last.first, last.paragraphs) == (8, ("h", "i", "j"))


def test_passages_that_touch_are_one() -> None:
    (one,) = passages(TEN, "p2; p5")
    assert one == Passage(1, tuple("abcdef"), (False, True, False, False, True, False))
    assert len(passages(TEN, "p2; p6")) == 2


def test_what_lies_beyond_the_end_is_left_out() -> None:
    assert passages(TEN, "p11") == ()
    (part,) = passages(TEN, "p9-1000000000", around=0)
    assert part == Passage(9, ("i", "j"), (True, True))
    assert passages(SourceText("", "", ()), "p1") == ()


def test_a_locator_of_many_parts_takes_no_time() -> None:
    text = SourceText("", "", ("x",) * 100_000)
    start = time.monotonic()
    found = passages(text, "; ".join(f"p{number}" for number in range(1, 100_000, 2)), around=0)
    assert len(found) == 50_000
    assert time.monotonic() - start < 5


def test_another_text_than_the_source_names_is_told() -> None:
    assert is_same_text("", TEN)
    assert is_same_text(" " + "AB" * 32, TEN)
    assert not is_same_text("cd" * 32, TEN)

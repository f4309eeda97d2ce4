"""Columns that are held compactly read like tuples."""

from __future__ import annotations

import pickle
from collections.abc import Sequence

import numpy as np
import pytest

from viewer.model.columns import (
    SHORT,
    Coded,
    Column,
    Runs,
    Short,
    Texts,
    column,
    references,
    rows_by_id,
    rows_in,
)

MANY = SHORT + 500
WORDS = ("", "state", "دولت", "organisation\n", "😀")
TEXTS = [f"{'é' * (n % 5)}text {n}{'ظ' * (n % 3)}" for n in range(MANY)]
CELLS: dict[str, tuple[type[Column], Sequence[str]]] = {
    "none": (Short, []),
    "few rows": (Short, ["a", "", "a", "ب"]),
    "words": (Coded, [WORDS[n * n % 5] for n in range(MANY)]),
    "texts": (Texts, TEXTS),
    "texts with gaps": (Texts, [text if n % 7 else "" for n, text in enumerate(TEXTS)]),
    "ascii": (Texts, [f"event-{n}" for n in range(MANY)]),
    "half a pair": (Texts, ["\udc80" + text for text in TEXTS]),
    "long": (Texts, ["x" * 70_000, *TEXTS]),
}


@pytest.fixture(params=CELLS)
def cells(request: pytest.FixtureRequest) -> tuple[Column, list[str]]:
    kind, given = CELLS[request.param]
    made = column(given)
    assert type(made) is kind
    return made, list(given)


def test_a_column_reads_like_what_it_was_made_of(cells: tuple[Column, list[str]]) -> None:
    made, given = cells
    assert list(made) == given
    assert len(made) == len(given)
    assert made == given
    assert made == tuple(given)
    assert made != [*given, "more"]
    for row in (0, 1, 2, 17, len(given) // 2, len(given) - 1, -1, -2):
        if -len(given) <= row < len(given):
            assert made[row] == given[row]
    for row in (len(given), -len(given) - 1):
        with pytest.raises(IndexError):
            made[row]
    assert made[1:3] == given[1:3]
    assert made[::-1] == given[::-1]
    assert all((word in made) == (word in given) for word in ("", "a", "text 1", "no such"))


def test_codes_lead_to_the_words(cells: tuple[Column, list[str]]) -> None:
    made, given = cells
    words = [*made.vocabulary, ""]
    assert len(set(made.vocabulary)) == len(made.vocabulary)
    assert [words[code] for code in made.codes.tolist()] == given
    assert list(made.each(len)) == list(map(len, given))
    assert made.each(len).array(np.int64).tolist() == list(map(len, given))
    assert made.where(bool).tolist() == [row for row, cell in enumerate(given) if cell]


def test_some_of_the_rows(cells: tuple[Column, list[str]]) -> None:
    made, given = cells
    rows = np.arange(len(given))[::3]
    assert made.take(rows) == given[::3]
    assert made.take(np.isin(np.arange(len(given)), rows)) == given[::3]


def test_space_around_cells_is_taken_off(cells: tuple[Column, list[str]]) -> None:
    made, given = cells
    assert made.stripped() == [cell.strip() for cell in given]
    spaced = column([f" {cell}\t" for cell in given])
    assert spaced.stripped() == [cell.strip() for cell in given]


def test_a_column_survives_being_sent_to_another_process(cells: tuple[Column, list[str]]) -> None:
    made, given = cells
    assert pickle.loads(pickle.dumps(made)) == given


@pytest.mark.parametrize("size", [3, MANY])
def test_ids_lead_to_their_rows_and_the_first_of_two_wins(size: int) -> None:
    ids = [f"id-{n}" for n in range(size)]
    ids[-1] = ids[0]
    rows = rows_by_id(column(ids))
    for found in (rows, pickle.loads(pickle.dumps(rows))):
        assert [found[key] for key in ids[:50]] == list(range(min(size, 50)))[:-1] + [
            0 if size <= 50 else 49
        ]
        assert found["id-0"] == 0
        assert found.get("nobody") is None
        assert "nobody" not in found


@pytest.mark.parametrize("in_order", [True, False])
def test_references_are_coded_by_rows(in_order: bool) -> None:
    ids = column([f"id-{n}" for n in range(200)])
    rows = np.sort(np.arange(MANY) * 7 % 150) if in_order else np.arange(MANY) * 7 % 150 - 1
    made = references(rows, ids)
    assert isinstance(made, Runs) == in_order
    assert made.vocabulary is ids
    assert made.codes.tolist() == rows.tolist()
    expected = ["" if row < 0 else f"id-{row}" for row in rows.tolist()]
    assert made == expected
    assert [made[row] for row in (0, 5, MANY - 1)] == [expected[row] for row in (0, 5, MANY - 1)]
    assert made.take(np.arange(MANY)[::-1]) == expected[::-1]
    assert rows_in(column(expected), rows_by_id(ids)).tolist() == rows.tolist()


def test_a_table_of_words_takes_little_room() -> None:
    words = column([WORDS[n % 4] for n in range(100_000)])
    assert words.nbytes[1] < 1.1 * 100_000
    texts = column([f"event-{n}" for n in range(100_000)])
    assert texts.nbytes[1] < 2.5 * 100_000

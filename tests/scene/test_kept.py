"""What is kept is given back, and no more is kept than there is room for."""

from __future__ import annotations

import weakref

import numpy as np

from tests.dossiers import small
from viewer.model.derived import kept_with_dossier
from viewer.model.dossier import Dossier
from viewer.scene.kept import Kept


def test_what_was_asked_for_longest_ago_goes_first() -> None:
    made: list[int] = []

    def make(size: int) -> bytes:
        made.append(size)
        return bytes(size)

    keep = Kept(make, len, 100)
    assert [len(keep(size)) for size in (40, 50, 40, 30, 40)] == [40, 50, 40, 30, 40]
    assert made == [40, 50, 30]
    assert (40,) in keep
    assert (50,) not in keep
    assert keep.bytes == 70


def test_the_latest_is_kept_however_large() -> None:
    keep = Kept(bytes, len, 10)
    assert keep(50) is keep(50)
    keep(3)
    assert keep.bytes == 3


def test_what_a_dossier_keeps_goes_with_it() -> None:
    made: list[int] = []

    class Sum:
        """Something that refers to the dossier it was worked out of."""

    found: list[weakref.ref[Sum]] = []

    @kept_with_dossier(2)
    def work_out(dossier: Dossier, number: int) -> Sum:
        made.append(number)
        found.append(weakref.ref(out := Sum()))
        return out

    dossier = small()
    for number in (1, 2, 1, 3, 1):
        work_out(dossier, number)
    assert made == [1, 2, 3]
    assert work_out(small(), 1) is not work_out(dossier, 1)
    del dossier
    assert not any(each() for each in found)


def test_an_edition_works_it_out_anew() -> None:
    @kept_with_dossier(1)
    def titles(dossier: Dossier) -> int:
        return len(dossier.events)

    dossier = small()
    before = titles(dossier)
    rows = np.arange(before - 1)
    after = dossier.with_tables({"events": dossier.events.take(rows)})
    assert titles(after) == before - 1

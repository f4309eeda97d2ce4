"""Well-known text that other programs write, or that is made to do harm."""

from __future__ import annotations

import struct
import subprocess
import sys

import pytest

from tests.dossiers import make
from viewer.geo.outside import check_all
from viewer.geo.shapes import place_shapes
from viewer.geo.well_known import from_binary, from_text, from_texts

CURVE = "CIRCULARSTRING (0 0, 1 1, 2 0)"
CURVED = struct.pack("<BII", 1, 8, 3) + struct.pack("<6d", 0, 0, 1, 1, 2, 0)
POINT = struct.pack("<BIdd", 1, 1, 1.0, 2.0)


@pytest.mark.parametrize(
    "odd", [CURVE, f"GEOMETRYCOLLECTION ({CURVE})", "CURVEPOLYGON ((0 0, 1 0, 1 1, 0 0))"]
)
def test_a_curve_spoils_no_other_shape(odd: str) -> None:
    dossier = make(
        places=[
            {"id": "a", "name": "A", "wkt": odd},
            {"id": "b", "name": "B", "wkt": "POLYGON ((0 0, 1 0, 1 1, 0 0))"},
        ]
    )
    shapes = place_shapes(dossier)
    assert shapes is not None and shapes.bad == (0,) and shapes.rows.tolist() == [False, True]
    told = [problem.line for problem in check_all(dossier) if problem.column == "wkt"]
    assert len(told) == 1 and "is not drawn" in told[0]


def test_binaries_are_read_one_by_one_where_one_is_odd() -> None:
    within = struct.pack("<BII", 1, 7, 1) + CURVED
    found = from_binary([CURVED, within, b"junk", None, POINT])
    assert [shape is not None for shape in found] == [False] * 4 + [True]


def test_collections_within_collections_do_not_take_the_program_with_them() -> None:
    code = (
        "from viewer.geo.well_known import from_texts\n"
        "n = 50_000\n"
        "text = 'GEOMETRYCOLLECTION(' * n + 'POINT(1 1)' + ')' * n\n"
        "print(from_texts([text, text.lower(), 'POINT(1 1)']).tolist()[:2])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "[None, None]")


def test_texts_are_read_and_what_is_none_is_none() -> None:
    assert [shape is not None for shape in from_texts(["POINT (1 2)", "", "x"])] == [
        True, False, False,
    ]  # fmt: skip
    assert from_text("POLYGON ((0 0") is None and not len(from_texts([]))


def test_an_empty_ring_makes_no_difference() -> None:
    shapes = place_shapes(make(places=[{"id": "a", "wkt": "POLYGON((0 0,1 0,1 1,0 0),EMPTY)"}]))
    assert shapes is not None and shapes.rows.all()

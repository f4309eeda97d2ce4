"""Shapes of places, read from the text that a dossier holds."""

from __future__ import annotations

import numpy as np
import pytest

from tests.dossiers import make
from viewer.geo.anchors import NOWHERE, POINT, SHAPE, anchors, fitted_points
from viewer.geo.outside import check_all
from viewer.geo.projection import fit, project_ragged
from viewer.geo.shapes import along, extremes, place_shapes
from viewer.model.dossier import Dossier

RING = "POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 1 2, 2 2, 1 1))"


def placed(*texts: str, **more: str) -> Dossier:
    return make(places=[{"id": f"p{i}", "wkt": text, **more} for i, text in enumerate(texts)])


def test_a_dossier_without_shapes_has_none() -> None:
    assert place_shapes(make(places=["tehran"])) is None
    assert place_shapes(placed("", "")) is None


def test_holes_run_the_other_way_round() -> None:
    shapes = place_shapes(placed(RING, "POLYGON ((0 0, 0 4, 4 4, 0 0))"))
    assert shapes is not None
    turning = [
        float(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1)))
        for x, y in (ring.T for ring in shapes.rings.pieces())
    ]
    assert [area > 0 for area in turning] == [True, False, True]
    assert shapes.rings.group.tolist() == [0, 0, 1]


def test_collections_are_taken_apart() -> None:
    shapes = place_shapes(
        placed(
            f"GEOMETRYCOLLECTION (POINT (9 9), {RING}, GEOMETRYCOLLECTION (LINESTRING (0 0, 1 1)))"
        )
    )
    assert shapes is not None
    assert (len(shapes.rings), len(shapes.lines), len(shapes.points)) == (2, 1, 1)


@pytest.mark.parametrize(
    "text", ["", "POLYGON EMPTY", "POINT", "nonsense", "POINT (500 2)", "LINESTRING (1 99, 2 3)"]
)
def test_what_cannot_be_read_is_told_by_check_and_not_drawn(text: str) -> None:
    dossier = placed(RING, text)
    shapes = place_shapes(dossier)
    assert shapes is not None and shapes.rows.tolist() == [True, False]
    told = [problem for problem in check_all(dossier) if problem.column == "wkt"]
    assert [problem.row for problem in told] == ([3] if text else [])


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("POLYGON ((179 -5, -179 -5, -179 5, 179 5, 179 -5))", 179, 181),
        ("MULTIPOLYGON (((170 0, 180 0, 180 5, 170 0)), ((-180 0, -179 0, -180 5, -180 0)))",
         170, 181),
        ("LINESTRING (175 0, -175 10)", 175, 185),
    ],
)  # fmt: skip
def test_the_spot_of_a_shape_over_the_antimeridian_lies_in_it(
    text: str, low: float, high: float
) -> None:
    shapes = place_shapes(placed(text))
    assert shapes is not None
    assert low <= shapes.spot[0, 0] % 360 <= high


def test_a_shape_stands_for_a_place_only_where_it_has_no_position() -> None:
    dossier = make(
        places=[
            {"id": "area", "wkt": RING},
            {"id": "both", "wkt": RING, "lon": "9", "lat": "8"},
            {"id": "vague", "wkt": RING, "precision": "unknown"},
            {"id": "given", "lon": "9", "lat": "8"},
            {"id": "doubted", "lon": "9", "lat": "8", "precision": "unknown"},
            {"id": "nothing"},
        ]
    )
    assert anchors(dossier).form.tolist() == [SHAPE, POINT, NOWHERE, POINT, NOWHERE, NOWHERE]
    assert anchors(dossier).lonlat[1].tolist() == [9, 8]


def test_a_map_is_fitted_to_all_of_a_shape() -> None:
    turn = np.linspace(0, 2 * np.pi, 1000)
    xy = np.column_stack((20 + 10 * np.cos(turn), 50 + 5 * np.sin(turn)))
    ring = ", ".join(f"{x:.6f} {y:.6f}" for x, y in xy.tolist())
    points = fitted_points(placed(f"POLYGON (({ring}))"))
    assert len(points) <= 64
    assert points.min(axis=0) == pytest.approx(xy.min(axis=0), abs=0.6)
    assert points.max(axis=0) == pytest.approx(xy.max(axis=0), abs=0.6)


def test_the_edges_of_a_wide_area_leave_no_gap() -> None:
    shapes = place_shapes(placed("POLYGON ((-100 0, 0 0, 100 0, 100 10, 0 10, -100 10, -100 0))"))
    assert shapes is not None
    lon = np.unique(along(shapes)[:, 0])
    assert lon.min() == -100 and np.diff(lon).max() < 2


def test_few_vertices_are_all_extremes() -> None:
    shapes = place_shapes(placed(RING, "LINESTRING (7 7, 8 8)"))
    assert shapes is not None
    assert len(extremes(shapes, np.array([True, True]))) == 9
    assert len(extremes(shapes, np.array([False, True]))) == 2


@pytest.mark.parametrize("kind", ["laea", "lcc", "merc", "eqearth", "robin", "eqc", "ortho"])
@pytest.mark.parametrize(
    "text",
    [
        "POLYGON ((170 -20, -170 -20, -170 20, 170 20, 170 -20))",
        "POLYGON ((-180 70, -90 75, 0 70, 90 75, 179 70, -180 70))",
        "POLYGON ((-180 -90, 180 -90, 180 90, -180 90, -180 -90))",
        "LINESTRING (139.7 35.7, -122.4 37.8)",
    ],
)
def test_no_line_runs_across_the_map(kind: str, text: str) -> None:
    dossier = placed(text)
    shapes = place_shapes(dossier)
    assert shapes is not None
    projection = fit(fitted_points(dossier), kind)
    for part, form in ((shapes.rings, "area"), (shapes.lines, "line")):
        flat = project_ragged(projection, part, form)  # type: ignore[arg-type]
        width = np.ptp(projection.outline.xy[:, 0])
        for piece in flat.pieces():
            assert np.isfinite(piece).all()
            if form == "line":
                assert np.abs(np.diff(piece[:, 0])).max(initial=0) < 0.1 * width

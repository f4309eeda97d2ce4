"""Stamped dots, against drawing them one after the other."""

from __future__ import annotations

import numpy as np
import pytest

from viewer.scene.primitives import Colour
from viewer.scene.stamps import CLASSES, FULL, Points, disc, palette, stamp

SHAPE = (60, 90)


def one_by_one(xy: np.ndarray, classes: np.ndarray, radius: float) -> np.ndarray:
    """Return the same picture, a point and a pixel at a time."""
    levels = disc(radius).astype(int)
    reach = len(levels) // 2
    cells: dict[tuple[int, int], int] = {}
    for (x, y), code in zip(np.floor(xy).astype(int).tolist(), classes.tolist(), strict=True):
        cells[y, x] = max(cells.get((y, x), 0), code)
    out = np.zeros(SHAPE, dtype=np.uint8)
    for (y, x), code in cells.items():
        for dy in range(-reach, reach + 1):
            for dx in range(-reach, reach + 1):
                row, column, level = y + dy, x + dx, levels[dy + reach, dx + reach]
                if level and 0 <= row < SHAPE[0] and 0 <= column < SHAPE[1]:
                    out[row, column] = max(out[row, column], level * CLASSES + code)
    return out


@pytest.mark.parametrize("radius", [0.3, 1.0, 2.8, 6.2])
@pytest.mark.parametrize("count", [0, 1, 40, 3000])
def test_stamps_are_the_dots_drawn_one_by_one(radius: float, count: int) -> None:
    rng = np.random.default_rng(count)
    # Some of them beyond every edge.
    xy = rng.uniform((-12, -12), (102, 72), (count, 2))
    classes = rng.integers(0, CLASSES, count).astype(np.uint8)
    found = stamp(Points.of(xy, classes), (1.0, 1.0, 0.0, 0.0), SHAPE, radius)
    assert found.shape == SHAPE
    assert (found == one_by_one(xy, classes, radius)).all()


def test_the_order_of_the_points_does_not_matter() -> None:
    rng = np.random.default_rng(2)
    xy, classes = rng.uniform(0, 60, (500, 2)), rng.integers(0, 8, 500).astype(np.uint8)
    turned = rng.permutation(500)
    a, b = (
        stamp(Points.of(xy[order], classes[order]), (1.5, -1.0, 0.0, 60.0), SHAPE, 2.0)
        for order in (np.arange(500), turned)
    )
    assert (a == b).all()


def test_every_point_in_view_leaves_ink_and_no_other_does() -> None:
    rng = np.random.default_rng(4)
    for x, y in rng.uniform((0, 0), (90, 60), (50, 2)).tolist():
        points = Points.of(np.array([(x, y)]), np.zeros(1, np.uint8))
        found = stamp(points, (1.0, 1.0, 0.0, 0.0), SHAPE, 0.2)
        assert found[int(y), int(x)] // CLASSES == FULL
    far = np.array([(-8.0, 5.0), (98.0, 5.0), (5.0, 1e9), (np.nan, 5.0), (-1e12, -1e12)])
    points = Points.of(far, np.zeros(len(far), np.uint8))
    assert not stamp(points, (1.0, 1.0, 0.0, 0.0), SHAPE, 3.0).any()


def test_a_higher_class_is_seen_where_dots_meet() -> None:
    xy = np.array([(30.0, 30.0), (32.0, 30.0), (30.0, 30.0)])
    found = stamp(Points.of(xy, np.array([5, 2, 1], np.uint8)), (1, 1, 0, 0), SHAPE, 3.0)
    assert found[30, 30] % CLASSES == 5 and found[30, 31] % CLASSES == 5
    assert found[30, 34] % CLASSES == 2


def test_opacity_grows_with_the_level_in_every_class() -> None:
    colours = [Colour(10 * i, 20, 30, 255 - 20 * i) for i in range(CLASSES)]
    table = palette(colours)
    for code, colour in enumerate(colours):
        own = table[code::CLASSES]
        assert (np.diff(own[:, 3].astype(int)) > 0).all()
        assert own[0, 3] == 0 and own[-1, 3] == colour.a
        assert (own[:, :3] == colour[:3]).all()

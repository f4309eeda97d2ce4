"""Very many lines drawn as one picture: where they are, what adds up, and how it is given up."""

from __future__ import annotations

import numpy as np
import pytest

from viewer.progress import Cancelled
from viewer.scene import strands
from viewer.scene.primitives import Floats
from viewer.scene.strands import LONG, Bytes, clipped, woven

RED, BLUE = (0, 0, 255), (255, 0, 0)
SHAPE = 120, 160


def picture(ends: object, codes: object = None, shares: object = None) -> Bytes:
    lines = np.array(ends, dtype=float).reshape(-1, 4).T
    n = lines.shape[1]
    kinds = np.zeros(n, dtype=np.intp) if codes is None else np.asarray(codes)
    weights = np.ones(n) if shares is None else np.asarray(shares)
    return whole(woven(lines, kinds, weights.astype(np.float32), (RED, BLUE), SHAPE, 0.3), SHAPE)


def whole(part: tuple[Bytes, int, int], shape: tuple[int, int]) -> Bytes:
    """Return a picture of all of the pane."""
    picture, left, top = part
    out = np.zeros((*shape, 4), dtype=np.uint8)
    out[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
    return out


def many(count: int = 300) -> Floats:
    return np.random.default_rng(4).uniform(-40, 200, (count, 4))


@pytest.mark.parametrize(
    "line",
    [(10, 20, 60, 20), (10, 20, 10, 60), (10, 20, 60, 45), (60, 45, 10, 20), (30, 50, 50, 9)],
)
def test_a_line_covers_the_pixels_it_crosses_and_no_others(line: tuple[float, ...]) -> None:
    x0, y0, x1, y1 = line
    out = picture(line)
    rows, columns = np.nonzero(out[:, :, 3])
    along = np.array([x1 - x0, y1 - y0]) / np.hypot(x1 - x0, y1 - y0)
    middles = np.column_stack((columns, rows)) + 0.5 - (x0, y0)
    assert np.abs(middles @ (-along[1], along[0])).max() < 1.1
    assert len(rows) == max(abs(x1 - x0), abs(y1 - y0)) + 1
    # Red, as far as it covers.
    assert (out[rows, columns, 2] > 0).all()
    assert not out[:, :, :2].any()


def test_a_long_line_is_drawn_softly_but_no_less_strong_in_all() -> None:
    short, long = picture((10, 60, 10 + LONG - 2, 60)), picture((10, 60, 10 + LONG + 6, 60))
    per_pixel = [out[:, :, 3].sum(dtype=int) / length
                 for out, length in ((short, LONG - 2), (long, LONG + 6))]  # fmt: skip
    assert per_pixel[0] == pytest.approx(per_pixel[1], rel=0.1)
    assert long[:, :, 3].max() < short[:, :, 3].max()


def test_the_order_of_lines_does_not_matter() -> None:
    lines, codes = many(), np.arange(300) % 2
    order = np.random.default_rng(5).permutation(300)
    there, back = picture(lines, codes), picture(lines[order], codes[order])
    assert np.abs(there.astype(int) - back).max() <= 1


def test_what_crosses_adds_up_and_mixes() -> None:
    out = picture([(10, 40, 60, 40)] * 4 + [(30, 10, 30, 70)] * 4, [0] * 4 + [1] * 4)
    alone, crossing = out[40, 50], out[40, 30]
    assert crossing[3] > alone[3]
    assert alone[2] > 0
    assert alone[0] == 0
    assert crossing[2] > 0
    assert crossing[0] > 0
    assert out[40, 50, 3] > picture((10, 40, 60, 40))[40, 50, 3]


def test_a_line_that_counts_less_is_fainter() -> None:
    whole, half = picture((10, 40, 60, 40)), picture((10, 40, 60, 40), shares=[0.5])
    assert 0 < half[40, 50, 3] < whole[40, 50, 3]


def test_the_more_lines_the_softer_but_none_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [(20.0, 20.0, 140.0, 100.0)] * 8
    strongest: list[int] = []
    for most in (1e6, 200.0, 100.0, 50.0):
        monkeypatch.setattr(strands, "_MOST", most)
        monkeypatch.setattr(strands, "STEEPNESS", 0.0)
        out = picture(lines, shares=[1 / 4] * 8)
        strongest.append(int(out[:, :, 3].max()))
        rows, columns = np.nonzero(out[:, :, 3] > strongest[-1] / 2)
        # It stays where it is.
        assert np.abs(rows - 20 - (columns - 20) * 80 / 120).max() < 20
    assert strongest == sorted(strongest, reverse=True)
    assert strongest[-1] > 0


def test_only_what_meets_the_picture_is_drawn() -> None:
    ends = np.array([(-50.0, 20.0, 50.0, 20.0), (-9.0, -9.0, -1.0, 300.0), (5.0, 5.0, 6.0, 7.0)])
    kept, parts = clipped(ends.T, 160, 120)
    assert kept.tolist() == [0, 2]
    assert parts[:, 0] == pytest.approx((0.0, 20.0, 50.0, 20.0))
    assert not picture([(-30, 10, -5, 90), (500, 0, 170, 119)]).any()
    far = picture((-1e6, 60, 1e6, 60))
    assert (far[60, :, 3] > 0).all()


@pytest.mark.parametrize("ends", [(), [(np.nan,) * 4], [(80.0, 60.0, 80.0, 60.0)]])
def test_nothing_nowhere_and_a_point_are_drawn_as_that(ends: object) -> None:
    assert np.count_nonzero(picture(ends)[:, :, 3]) <= 1


def test_a_picture_of_odd_size_is_whole() -> None:
    lines, n = many().T, 300
    shares = np.ones(n, dtype=np.float32)
    part = woven(lines, np.zeros(n, dtype=np.intp), shares, (RED, BLUE), (121, 157), 0.3)
    out = whole(part, (121, 157))
    assert out[-1].any()
    assert out[:, -1].any()


def test_it_is_given_up_when_nobody_waits_for_it() -> None:
    def progress(_share: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        shares = np.ones(300, dtype=np.float32)
        woven(many().T, np.zeros(300, dtype=np.intp), shares, (RED,), SHAPE, 0.3, progress)

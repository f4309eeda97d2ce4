"""What the views look like is what was looked at and approved."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tests.pictures import ALLOWED, SAMPLES, compare, load, unlike


@pytest.mark.parametrize("name", SAMPLES)
def test_the_picture_is_as_approved(qtbot: QtBot, name: str) -> None:
    share = compare(name)
    assert share <= ALLOWED, (
        f"{100 * share:.2f} % of the picture differ: look at pictures/{name}-differs.png, and if "
        f"that is meant run python -m tests.pictures --approve {name}"
    )


def test_a_mark_that_is_gone_is_noticed() -> None:
    picture = load("map-light")
    changed = picture.copy()
    # Where there is most to see, a square of the size of a mark is painted over.
    side = 40
    rows, columns = picture.shape[0] // side, picture.shape[1] // side
    blocks = picture[: rows * side, : columns * side].mean(axis=2)
    busy = blocks.reshape(rows, side, columns, side).std(axis=(1, 3))
    y, x = (int(at) * side for at in np.unravel_index(busy.argmax(), busy.shape))
    changed[y : y + side, x : x + side] = 255
    assert unlike(changed, picture).mean() > ALLOWED
    shifted = np.roll(picture, 1, axis=1)
    assert unlike(shifted, picture).mean() < ALLOWED

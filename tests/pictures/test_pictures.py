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
    # The ring around a place of some importance, painted over.
    changed[250:290, 380:420] = picture[5, 5]
    assert unlike(changed, picture).mean() > ALLOWED
    shifted = np.roll(picture, 1, axis=1)
    assert unlike(shifted, picture).mean() < ALLOWED

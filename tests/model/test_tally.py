"""What falls in a span is counted as if everything were looked at."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from viewer.model.links import Links
from viewer.model.tally import Clock, Tally

MOMENTS = (-3.5, 0.0, 4.0, 17.0, 40.0, 41.0, 99.5, 500.0)


def bounds(size: int) -> NDArray[np.float64]:
    """Return dates of every kind: days, long spans, open ends, none at all; many are the same."""
    rng = np.random.default_rng(size)
    begins = rng.integers(0, 100, size).astype(float)
    out = np.column_stack((begins, begins + rng.choice([1.0, 30.0, 365.0], size)))
    out[rng.random(size) < 0.1, 0] = -np.inf
    out[rng.random(size) < 0.1, 1] = np.inf
    out[rng.random(size) < 0.1] = np.nan
    return out


@pytest.mark.parametrize("size", [0, 1, 2, 50, 3000])
def test_counts_are_those_of_looking_at_everything(size: int) -> None:
    rng = np.random.default_rng(size)
    when = bounds(size)
    clock = Clock(when)
    groups = rng.integers(0, 5, size)
    links = Links.from_pairs(
        rng.integers(0, max(size, 1), 3 * size), rng.integers(0, 7, 3 * size), size, 7
    )
    for counted in (np.ones(size, dtype=bool), rng.random(size) < 0.4):
        by_group, by_link = Tally(clock, groups, 5, counted), Tally(clock, links, 7, counted)
        assert by_group.within(None).tolist() == np.bincount(groups[counted], minlength=5).tolist()
        for start in (-np.inf, *MOMENTS):
            for end in (*(moment for moment in MOMENTS if moment >= start), np.inf):
                cut = clock.cut((start, end))
                inside = ~((when[:, 1] <= start) | (when[:, 0] >= end))
                assert cut.inside.tolist() == inside.tolist()
                chosen = inside & counted
                assert (
                    by_group.within(cut).tolist()
                    == np.bincount(groups[chosen], minlength=5).tolist()
                )
                rows = links.of_all(np.flatnonzero(chosen))
                assert by_link.within(cut).tolist() == np.bincount(rows, minlength=7).tolist()

"""Places far from the country they name."""

from __future__ import annotations

import time

import numpy as np
import pytest

from tests.dossiers import make
from viewer.errors import Problem
from viewer.geo.outside import check_all


def problems(lon: float, lat: float, country: str, precision: str = "city") -> list[Problem]:
    row = {
        "id": "x", "name": "X", "lon": str(lon), "lat": str(lat), "country": country,
        "precision": precision,
    }  # fmt: skip
    return [found for found in check_all(make(places=[row])) if found.table == "places"]


@pytest.mark.parametrize(
    ("lon", "lat", "country", "precision"),
    [
        (51.42, 35.69, "IRN", "city"),
        (51.42, 35.69, "", "city"),
        (60.5, 23.0, "OMN", "exact"),
        (-169.9, -19.05, "NIU", "city"),
        (43.9, 36.5, "TUR", "region"),
        (179.99, -16.8, "FJI", "city"),
        (-179.99, -16.8, "FJI", "city"),
        (16.0, 78.2, "NOR", "city"),
        (-52.3, 4.9, "FRA", "city"),
        (-52.3, 4.9, "GUF", "city"),
        (19.0, 47.0, "CSK", "city"),
    ],
    ids=["inside", "no country", "a ship off its coast", "a small island", "a rough position",
         "dateline", "dateline, west", "far north", "overseas", "overseas, by its own code",
         "a country that is no more"],
)  # fmt: skip
def test_places_that_may_be_where_they_are(
    lon: float, lat: float, country: str, precision: str
) -> None:
    assert problems(lon, lat, country, precision) == []


@pytest.mark.parametrize(
    ("lon", "lat", "country", "words"),
    [
        (51.42, 35.69, "CAN", "km from Canada (CAN), in Iran (IRN); correct lon and lat, or"),
        (35.69, 51.42, "IRN", "in Russia (RUS); correct lon and lat, or the country: lon and lat"),
        (75.7, 45.41, "CAN", "should lon be negative?"),
        (147.0, 33.0, "AUS", "at sea; correct lon and lat, or the country: should lat be negative"),
        (-128.0, -35.0, "IRN", "lies 18,589 km from Iran"),
    ],
)
def test_places_far_from_their_country(lon: float, lat: float, country: str, words: str) -> None:
    found = problems(lon, lat, country)
    assert [(p.row, p.column, p.severity) for p in found] == [(2, "lon", "warning")]
    assert words in found[0].message


def test_a_code_of_no_country() -> None:
    found = problems(51.42, 35.69, "IRM")
    assert [problem.column for problem in found] == ["country"]
    assert "is the code of no country" in found[0].message


def test_twenty_thousand_places_take_seconds() -> None:
    rng = np.random.default_rng(1)
    spots = zip(rng.uniform(-180, 180, 20_000), rng.uniform(-80, 80, 20_000), strict=True)
    dossier = make(
        places=[
            {"id": f"p{i}", "name": "", "lon": f"{lon:.3f}", "lat": f"{lat:.3f}",
             "precision": "city", "country": ("IRN", "CAN", "DEU", "OMN")[i % 4]}
            for i, (lon, lat) in enumerate(spots)
        ]
    )  # fmt: skip
    begun = time.process_time()
    assert check_all(dossier)
    assert time.process_time() - begun < 15


def test_of_no_position_it_is_said_once() -> None:
    (problem,) = problems(0.0, 0.0, "IRN")
    assert "lies in the sea off Africa" in problem.message

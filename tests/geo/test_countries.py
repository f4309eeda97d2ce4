"""Names, and which country a position is in."""

from __future__ import annotations

import math

import numpy as np
import pytest

from viewer.geo.countries import distances_to_country, iso3_at, name


def test_names() -> None:
    assert name("IRN") == "Iran"
    assert name("IRN", "fa") == "ایران"
    assert name("IRQ", "ar_IQ") == "العراق"
    assert name("CAN", "fr-CA") == "Canada"
    assert name("XKX") == "Kosovo"
    assert name("IRN", "tlh") == "Iran"
    assert name("???") == "???"


@pytest.mark.parametrize(
    ("lon", "lat", "expected"),
    [
        (51.42, 35.69, "IRN"), (-75.70, 45.41, "CAN"), (44.40, 33.34, "IRQ"),
        (44.01, 36.19, "IRQ"), (11.58, 48.14, "DEU"), (57.5, 21.5, "OMN"),
        (28.2, -29.5, "LSO"), (26.0, -29.0, "ZAF"), (178.0, -17.8, "FJI"),
        (-179.0, 68.0, "RUS"), (0.0, -89.0, "ATA"), (34.1, 45.0, "UKR"),
        (20.9, 42.6, "XKX"), (362.35, 48.85, "FRA"), (-30.0, 40.0, None),
        (math.nan, 0.0, None), (0.0, 91.0, None), (math.inf, 0.0, None),
    ],
)  # fmt: skip
def test_iso3_at(lon: float, lat: float, expected: str | None) -> None:
    assert iso3_at(lon, lat) == expected


def distance_to_country(iso3: str, lon: float, lat: float) -> float:
    return float(distances_to_country(iso3, np.array([(lon, lat)], float))[0])


def test_distance_to_country() -> None:
    assert distance_to_country("IRN", 51.42, 35.69) == 0
    # Tehran to the border of Iraq is about 465 km, Ottawa to that of Iran about 8,800.
    assert distance_to_country("IRQ", 51.42, 35.69) == pytest.approx(465e3, rel=0.03)
    assert distance_to_country("IRN", -75.70, 45.41) == pytest.approx(8.83e6, rel=0.02)
    # From beyond its antipode.
    assert distance_to_country("IRN", -128.0, -35.0) == pytest.approx(18.6e6, rel=0.01)
    assert distance_to_country("FJI", -178.0, -17.0) < 150e3
    assert math.isnan(distance_to_country("ZZZ", 0, 0))
    assert math.isnan(distance_to_country("IRN", math.nan, 0))


def test_distance_to_country_is_near_that_of_the_geodesic() -> None:
    pyproj = pytest.importorskip("pyproj")
    from viewer.geo.basemap import country_area

    geod = pyproj.Geod(ellps="WGS84")
    for iso3, lon, lat in (("CHE", 2.35, 48.85), ("NZL", 151.2, -33.9), ("EGY", 44.4, 33.3)):
        edge = country_area(iso3).xy
        _, _, metres = geod.inv([lon] * len(edge), [lat] * len(edge), *edge.T)
        found = distance_to_country(iso3, lon, lat)
        assert found <= min(metres) * 1.006
        assert found > min(metres) * 0.9

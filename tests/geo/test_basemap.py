"""The shipped basemap: whole, cut where it must be, and quick to read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from viewer.errors import EntenteError
from viewer.geo import basemap
from viewer.geo.basemap import LEVELS, Ragged, countries, country_area, load
from viewer.geo.clip import contains

LAYERS = ("land", "coast", "borders", "countries", "lakes", "rivers")
AREAS = ("land", "countries", "lakes")


def inside(ragged: Ragged, point: tuple[float, float]) -> bool:
    return bool(contains(ragged, point).sum() % 2)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("layer", LAYERS)
def test_layers_are_well_formed(level: basemap.LevelName, layer: str) -> None:
    ragged: Ragged = getattr(load(level), layer)
    assert ragged.xy.dtype == np.float64 and ragged.starts.dtype == np.intp
    assert ragged.starts[0] == 0 and ragged.starts[-1] == len(ragged.xy)
    assert np.diff(ragged.starts).min() >= (3 if layer in AREAS else 2)
    assert len(ragged.group) == len(ragged)
    assert np.isfinite(ragged.xy).all()
    assert (np.abs(ragged.xy) <= (180, 90)).all()
    for part in ragged.pieces():
        steps = np.diff(part, axis=0, append=part[:1]) if layer in AREAS else np.diff(part, axis=0)
        # Nothing runs across the map, and nothing is too long to be curved.
        assert np.abs(steps).max() < 1.52


@pytest.mark.parametrize("level", LEVELS)
def test_lines_have_no_artificial_edges(level: basemap.LevelName) -> None:
    for layer in ("coast", "borders"):
        ragged: Ragged = getattr(load(level), layer)
        at = np.abs(ragged.xy) == (180, 90)
        both = at[:-1] & at[1:]
        both[ragged.starts[1:-1] - 1] = False
        assert not both.any()


@pytest.mark.parametrize("level", LEVELS)
def test_land_is_where_it_belongs(level: basemap.LevelName) -> None:
    land = load(level).land
    for point in ((51.4, 35.7), (-75.7, 46), (0, -89.5), (-179.5, 68), (179.5, 68), (178, -17.8)):
        assert inside(land, point), point
    for point in ((0, 0), (-30, 45), (-179.5, 0), (179.5, 20), (51, 42), (0, 89)):
        assert not inside(land, point), point


@pytest.mark.parametrize("level", LEVELS)
def test_borders_are_stored_once(level: basemap.LevelName) -> None:
    borders = load(level).borders
    starts = np.concatenate([part[:-1] for part in borders.pieces()])
    ends = np.concatenate([part[1:] for part in borders.pieces()])
    swap = (starts[:, 0] > ends[:, 0]) | (
        (starts[:, 0] == ends[:, 0]) & (starts[:, 1] > ends[:, 1])
    )
    edges = np.where(swap[:, None], np.hstack((ends, starts)), np.hstack((starts, ends)))
    assert len(np.unique(edges, axis=0)) == len(edges)
    assert set(borders.group.tolist()) == {0, 1}


@pytest.mark.parametrize("level", LEVELS)
def test_countries_make_up_the_land(level: basemap.LevelName) -> None:
    source = load(level)
    assert signed_area(source.countries.xy, source.countries.starts) == pytest.approx(
        signed_area(source.land.xy, source.land.starts), rel=1e-6
    )


def signed_area(xy: np.ndarray, starts: np.ndarray) -> float:
    total = 0.0
    for part in np.split(xy, starts[1:-1]):
        x, y = part.T
        total += float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)) / 2
    return total


def test_holes_go_with_their_outline() -> None:
    land = load("110m").land
    caspian = contains(land, (51, 42))
    assert caspian.sum() == 2
    assert len(set(land.group[caspian].tolist())) == 1


def test_pieces_at_the_antimeridian_go_together() -> None:
    land = load("50m").land
    west, east = contains(land, (-178, 67)), contains(land, (178, 67))
    assert set(land.group[west]) == set(land.group[east])


def test_water_of_the_finest_level_is_that_of_the_middle_one() -> None:
    assert load("10m").rivers is load("50m").rivers
    assert inside(load("10m").lakes, (33, -1))


# --- Countries --------------------------------------------------------------------------------


def test_table_of_countries() -> None:
    table = countries()
    assert len(set(table.code)) == len(table) > 240
    assert {"IRN", "CAN", "RUS", "XKX", "PSE", "TWN", "VAT"} <= set(table.iso3)
    assert {"ar", "en", "fa", "fr"} <= set(table.names)
    assert all(table.names["en"])
    assert table.label.shape == (len(table), 2) and table.bbox.shape == (len(table), 4)
    assert ((table.rank >= 1) & (table.rank <= 7)).all()
    by_code = dict(zip(table.code, range(len(table)), strict=True))
    assert table.numeric[by_code["IRN"]] == "364"
    assert table.rank[by_code["CAN"]] < table.rank[by_code["IRQ"]] < table.rank[by_code["LBN"]]
    assert table.area[by_code["IRQ"]] == pytest.approx(437e9, rel=0.01)
    west, south, east, north = table.bbox[by_code["FJI"]]
    assert west > east and south < -17 < north
    west, _, east, _ = table.bbox[by_code["IRN"]]
    assert 43 < west < east < 64


def test_label_points_are_inside() -> None:
    table, rings = countries(), load("10m").countries
    for row in range(len(table)):
        own = rings.take(rings.group == row)
        if len(own) and table.area[row] > 1e8:
            assert inside(own, tuple(table.label[row])), table.code[row]


@pytest.mark.parametrize("level", LEVELS)
def test_country_area(level: basemap.LevelName) -> None:
    oman = country_area("OMN", level)
    assert inside(oman, (57, 21)) and not inside(oman, (51.4, 35.7))
    assert (oman.group == 0).all()
    assert len(country_area("VAT", level))
    assert not len(country_area("ZZZ", level))


def test_areas_iso_lists_under_a_country_belong_to_it() -> None:
    assert inside(country_area("UKR"), (34.1, 45.0))
    assert not inside(country_area("RUS"), (34.1, 45.0))
    assert inside(country_area("SOM"), (44, 9.6))
    assert inside(country_area("X-SOL"), (44, 9.6))


# --- Files ------------------------------------------------------------------------------------


def test_reading_needs_nothing_but_numpy() -> None:
    code = (
        "import sys; from viewer.geo import basemap, countries, projection;"
        "basemap.load('110m').land; basemap.countries();"
        "heavy = {'shapely', 'pyproj', 'pandas', 'geopandas', 'scipy', 'PySide6'};"
        "sys.exit(str(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)"
    )
    root = Path(basemap.__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_damaged_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "110m.npz"
    broken.write_bytes(b"PK\x03\x04 not really")
    monkeypatch.setattr(basemap, "asset", lambda *parts: tmp_path / parts[-1])
    for make in (lambda: basemap.Level("110m"), lambda: basemap.Level("50m")):
        with pytest.raises(EntenteError, match="basemap cannot be read"):
            make()


def test_assets_stay_small() -> None:
    folder = basemap.asset("basemap")
    assert sum(path.stat().st_size for path in folder.iterdir()) < 3_500_000

"""A map of very many places: dots, clusters, what opens, and the density of events."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest

from tests.bench.masses import make as masses
from tests.dossiers import make
from viewer.geo.anchors import POINT, anchors
from viewer.model.dossier import Dossier
from viewer.model.filters import Filter
from viewer.model.schema import Ref
from viewer.model.selection import Selection
from viewer.model.state import FIRST_LAYERS, LAYERS
from viewer.model.store import Store
from viewer.scene.frame import Camera, Frame
from viewer.scene.lights import Lights
from viewer.scene.map import MapScene, build_map_scene
from viewer.scene.map_density import CELL, event_shares, shades, smoothed
from viewer.scene.map_gather import tally
from viewer.scene.map_marks import rounded
from viewer.scene.map_sites import CROWDED
from viewer.scene.primitives import Dots, Item, Raster, Rings, Text
from viewer.scene.style import DARK, LIGHT, PRINT, Theme
from viewer.scene.targets import Target

SIZE = (1200.0, 800.0)
PLAIN = FIRST_LAYERS - {"flows"}


@pytest.fixture(scope="module")
def dense() -> Dossier:
    return masses(events=6000, places=3000, actors=30)


def scene_of(
    dossier: Dossier, camera: Camera | None = None, theme: Theme = LIGHT, **changes: object
) -> MapScene:
    store = Store(dossier)
    store.update("test", **{"layers": PLAIN, **changes})
    return build_map_scene(Frame.of(store, theme, *SIZE), camera)


def kinds(items: Iterable[Item], kind: type) -> list[Item]:
    return [item for item in items if isinstance(item, kind)]


def reached(dossier: Dossier, targets: Iterable[Target]) -> set[int]:
    """Return the events at the places that targets pick, and at the places within these."""
    rows = [dossier.row(ref) for t in targets for ref in t.refs if ref.table == "places"]
    picked = np.zeros(len(dossier.places), dtype=bool)
    picked[rows] = True
    inside = dossier.place_ancestors.reverse.reach(picked)
    return set(np.flatnonzero(dossier.places_of_event.reverse.reach(inside)).tolist())


def at_one_spot(count: int) -> Dossier:
    spots = [
        {"id": f"p{i}", "name": f"Flat {i}", "lon": "10", "lat": "50", "precision": "exact"}
        for i in range(count)
    ]
    away = {"id": "far", "name": "Far", "lon": "30", "lat": "40", "precision": "city"}
    events = [{"id": f"e{i}", "at": f"p{i}"} for i in range(count)]
    return make(places=[*spots, away], events=[*events, {"id": "e", "at": "far"}])


# -- dots and clusters ------------------------------------------------------------------------


def test_few_places_have_no_dots() -> None:
    assert not kinds(scene_of(masses(events=300, places=CROWDED // 2)).items, Dots)


def test_every_place_known_to_a_point_is_a_dot_and_no_other(dense: Dossier) -> None:
    scene = scene_of(dense)
    (dots,) = kinds(scene.items, Dots)
    assert isinstance(dots, Dots) and scene.field is not None
    form, xy = anchors(dense).form, scene.field.xy
    assert (form[scene.field.rows] == POINT).all()
    assert len(dots.points.x) == len(xy) > CROWDED
    pixels = scene.panel.pixels(scene.projection.forward(anchors(dense).lonlat))
    inside = ((pixels >= 0) & (pixels <= SIZE)).all(axis=1) & (form == POINT)
    assert sorted(scene.field.rows.tolist()) == np.flatnonzero(inside).tolist()


def test_every_event_of_a_dense_dossier_can_be_reached(dense: Dossier) -> None:
    scene = scene_of(dense)
    form = anchors(dense).form
    known = dense.places_of_event.reverse.reach(form > 0)
    assert known.sum() > 5000
    assert reached(dense, scene.targets) >= set(np.flatnonzero(known).tolist())


def test_the_count_of_a_cluster_is_that_of_its_events(dense: Dossier) -> None:
    for camera in (None, Camera(*centre_of(dense), 4000.0)):
        scene = scene_of(dense, camera)
        links = dense.places_of_event.reverse
        for site in np.flatnonzero(np.diff(scene.sites.members.starts) > 1).tolist():
            members = scene.sites.members.of(site)
            assert scene.sites.totals[site] == len(np.unique(links.of_all(members)))


def test_an_event_at_many_places_counts_once_at_each_site() -> None:
    rng = np.random.default_rng(5)
    events = [
        {"id": f"e{i}", "at": " ".join(f"p{p}" for p in rng.choice(12, rng.integers(0, 6), False))}
        for i in range(80)
    ]
    dossier = make(places=[f"p{i}" for i in range(12)], events=events)
    store = Store(dossier)
    site = rng.integers(-1, 4, 12)
    found = tally(dossier, store.shown, site, 4).sum(axis=1)
    held = [
        {int(site[int(key[1:])]) for key in event["at"].split()} for event in events
    ]  # fmt: skip
    assert found.tolist() == [sum(at in sites for sites in held) for at in range(4)]


def centre_of(dossier: Dossier) -> tuple[float, float]:
    scene = scene_of(dossier)
    site = int(scene.sites.totals.argmax())
    x, y = scene.sites.gathered.xy[site].tolist()
    return x, y


def test_zooming_parts_clusters(dense: Dossier) -> None:
    far, near = scene_of(dense), scene_of(dense, Camera(*centre_of(dense), 500.0))
    biggest = [int(np.diff(scene.sites.members.starts).max()) for scene in (far, near)]
    assert biggest[1] < biggest[0]


def test_dots_hold_still_while_the_map_is_moved(dense: Dossier) -> None:
    x, y = centre_of(dense)
    scene, moved = (scene_of(dense, Camera(x + dx, y, 3000.0)) for dx in (0.0, 60_000.0))
    inner = scene.sites.within(scene.panel.rect.inset(100.0))
    leads = [scene.sites.gathered.lead[i] for i in np.flatnonzero(inner)]
    assert leads and set(leads) <= set(moved.sites.gathered.lead.tolist())


def test_a_dot_beside_the_mark_of_its_cluster_is_a_place_of_its_own(dense: Dossier) -> None:
    scene = scene_of(dense)
    assert scene.field is not None
    alone = 0
    for row, (x, y) in zip(scene.field.rows.tolist(), scene.field.xy.tolist(), strict=True):
        target = scene.at(x, y)
        assert target is not None
        if target.refs == (dense.ref("places", row),):
            alone += 1
            assert target.label.startswith(dense.places["name"][row])
            assert scene.at(x, y) is target
    assert alone > 300


def test_what_is_picked_is_marked_and_the_rest_is_dimmed(dense: Dossier) -> None:
    scene = scene_of(dense)
    assert scene.field is not None
    row = int(scene.field.rows[0])
    picked = Selection.of(dense, [dense.ref("places", row)])
    (dots,) = kinds(scene_of(dense, selection=picked).items, Dots)
    assert isinstance(dots, Dots)
    of_class = np.diff(dots.points.starts)
    assert of_class[6] == 1 and dots.colours[6] == LIGHT.pick
    assert of_class[0] > 0.8 * of_class.sum()
    sites = scene_of(dense, selection=picked).sites
    assert sites.picked[sites.of_place[row]] and not sites.dots[sites.of_place[row]]


def test_a_filter_takes_dots_away(dense: Dossier) -> None:
    less = Filter().with_excluded("quad", {"material-conflict", "verbal-cooperation"})
    everything, some = scene_of(dense), scene_of(dense, filter=less)
    assert everything.field is not None and some.field is not None
    assert len(some.field.rows) < len(everything.field.rows)


def test_hovering_finds_the_mark_that_holds_a_place(dense: Dossier) -> None:
    scene = scene_of(dense)
    lights = Lights.of(scene, dense)
    rows, positions = lights.places["places"]
    for row, position in list(zip(rows.tolist(), positions.tolist(), strict=True))[::200]:
        assert dense.ref("places", row) in scene.targets[position].refs


@pytest.mark.parametrize(
    ("count", "said"),
    [(7, "7"), (999, "999"), (1000, "1k"), (1236, "1.2k"), (9960, "10k"), (999_600, "1M")],
)
def test_counts_in_rings_are_short(count: int, said: str) -> None:
    assert rounded(count) == said


def test_large_counts_stand_in_their_rings(dense: Dossier) -> None:
    scene = scene_of(dense)
    inside = {item.text for item in scene.items if isinstance(item, Text)}
    for i in np.flatnonzero((scene.sites.totals >= 10) & scene.sites.within(scene.panel.rect)):
        assert rounded(int(scene.sites.totals[i])) in inside


# -- places that no zoom parts ------------------------------------------------------------------


def test_places_at_one_spot_open_when_they_are_picked() -> None:
    dossier = at_one_spot(9)
    closed = scene_of(dossier)
    (target,) = [t for t in closed.targets if Ref("places", "p0") in t.refs]
    assert len(target.refs) == 9
    opened = scene_of(dossier, selection=Selection.of(dossier, target.refs))
    spots = []
    for i in range(9):
        (own,) = [t for t in opened.targets if Ref("places", f"p{i}") in t.refs]
        assert own.refs == (Ref("places", f"p{i}"),)
        assert opened.at(own.x, own.y) is own
        spots.append((own.x, own.y))
    away = np.hypot(*(np.array(spots)[:, None] - np.array(spots)).transpose(2, 0, 1))
    np.fill_diagonal(away, np.inf)
    assert away.min() > 13
    # One of them picked keeps them open, so that the next can be.
    one = scene_of(dossier, selection=Selection.of(dossier, [Ref("places", "p3")]))
    assert len([t for t in one.targets if len(t.refs) == 1]) >= 9


def test_too_many_at_one_spot_stay_together() -> None:
    dossier = at_one_spot(60)
    picked = Selection.of(dossier, [Ref("places", f"p{i}") for i in range(60)])
    scene = scene_of(dossier, selection=picked)
    assert max(len(t.refs) for t in scene.targets) == 60


def test_what_zooming_parts_does_not_open() -> None:
    spots = [
        {"id": key, "name": key, "lon": lon, "lat": "50", "precision": "city"}
        for key, lon in (("a", "10"), ("b", "10.02"), ("c", "30"))
    ]
    dossier = make(places=spots, events=[{"id": f"e{k}", "at": k} for k in "abc"])
    scene = scene_of(
        dossier, selection=Selection.of(dossier, [Ref("places", "a")]), layers=PLAIN - {"inset"}
    )
    assert any(len(t.refs) == 2 for t in scene.targets)


def test_places_of_one_country_share_an_area() -> None:
    countries = [
        {"id": key, "name": key, "precision": "country", "country": code}
        for key, code in (("iran", "IRN"), ("persia", "IRN"), ("oman", "OMN"))
    ]
    dossier = make(
        places=countries, events=[{"id": f"e{k}", "at": k} for k in ("iran", "persia", "oman")]
    )
    scene = scene_of(dossier)
    areas = [t for t in scene.targets if t.area is not None]
    assert sorted(len(t.refs) for t in areas) == [1, 2]
    assert any("2 events" in t.label for t in areas)


# -- density -------------------------------------------------------------------------------------


def test_density_is_off_at_first() -> None:
    assert "density" in LAYERS and "density" not in Store().state.layers


def test_density_adds_up_to_the_number_of_events(dense: Dossier) -> None:
    shown = Store(dense).shown
    weights, left_out = event_shares(dense, shown)
    form = anchors(dense).form
    exact = dense.places_of_event.reverse.reach(form == POINT)
    assert weights.sum() == pytest.approx(exact.sum())
    assert left_out == (dense.places_of_event.reverse.reach(form > 0) & ~exact).sum()
    rng = np.random.default_rng(0)
    xy = rng.uniform((200, 200), (1000, 600), (500, 2))
    found = smoothed(xy, np.full(500, 2.0), SIZE)
    assert found.shape == (SIZE[1] / CELL, SIZE[0] / CELL)
    assert found.sum() == pytest.approx(1000.0, rel=0.01)


def test_density_is_a_bell_around_a_point() -> None:
    found = smoothed(np.array([(602.0, 402.0)]), np.ones(1), SIZE)
    _, x = np.indices(found.shape) * CELL + CELL / 2
    assert (found * x).sum() == pytest.approx(602.0, abs=0.1)
    assert (found * (x - 602.0) ** 2).sum() == pytest.approx(16.0**2, rel=0.1)
    assert found.max() == found[100, 150]


def test_density_reaches_in_from_beyond_the_edge() -> None:
    assert smoothed(np.array([(-5.0, 400.0)]), np.ones(1), SIZE).sum() > 0.3
    assert not smoothed(np.array([(-500.0, 400.0)]), np.ones(1), SIZE).any()


@pytest.mark.parametrize("theme", [LIGHT, DARK, PRINT], ids=lambda theme: theme.name)
def test_the_ramp_is_clear_at_nothing_and_grows(theme: Theme) -> None:
    opacity = shades(theme)[:, 3].astype(int)
    assert opacity[0] == 0 and opacity[-1] > 200
    assert (np.diff(opacity) >= 0).all()


def test_density_lies_over_the_land_and_under_the_marks(dense: Dossier) -> None:
    scene = scene_of(dense, layers=PLAIN | {"density"})
    order = [type(item) for item in scene.items]
    assert order.index(Raster) < order.index(Dots) < order.index(Rings)
    words = " ".join(text.text for text, _ in scene.labels)
    assert "Events per" in words and "known to a region or country only" in words
    assert not kinds(scene_of(dense).items, Raster)


def test_density_of_nothing_says_so() -> None:
    for dossier in (Dossier.empty(), make(places=[{"id": "x", "lon": "1", "lat": "2"}])):
        scene = scene_of(dossier, layers=frozenset(LAYERS))
        assert any("No event to show" in text.text for text, _ in scene.labels)


def test_one_event_known_to_its_country_only() -> None:
    dossier = make(
        places=[{"id": "oman", "precision": "country", "country": "OMN"}],
        events=[{"id": "e", "at": "oman"}],
    )
    words = [text.text for text, _ in scene_of(dossier, layers=frozenset(LAYERS)).labels]
    assert "1 event known to a region or country only is not in it" in " ".join(words)

"""Neighbours, paths and measures, against answers known by hand and against networkx."""

from __future__ import annotations

import threading
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest

from tests.dossiers import make, small
from viewer.errors import EntenteError
from viewer.model import measures
from viewer.model.analysis import MEASURES, network_of, values_for
from viewer.model.dossier import Dossier, Mask
from viewer.model.filters import Filter, shown
from viewer.model.network import NO_WAY, Network, neighbours, shortest_paths
from viewer.model.state import Look, State
from viewer.progress import Cancelled


def network(dossier: Dossier, chosen: Filter | None = None, look: Look | None = None) -> Network:
    chosen = chosen or Filter()
    state = State(dossier, chosen, State.of(dossier).selection, look=look or Look())
    return network_of(state, shown(dossier, chosen))


def relations(*pairs: str, directed: str = "no") -> list[dict[str, str]]:
    return [
        {"id": f"{n}-{pair}", "source": pair[0], "target": pair[1], "directed": directed}
        for n, pair in enumerate(pairs)
    ]


def tied(actors: str, *pairs: str, directed: str = "no") -> Dossier:
    """Return a dossier of actors of one letter, tied by relations in pairs of letters."""
    return make(actors=list(actors), relations=relations(*pairs, directed=directed))


def letters(dossier: Dossier, mask: Mask) -> str:
    return "".join(dossier.actors["id"][row] for row in np.flatnonzero(mask))


def at(dossier: Dossier, keys: str) -> Mask:
    return np.array([key in keys for key in dossier.actors["id"]])


def rows(dossier: Dossier, *keys: str) -> list[int]:
    return [dossier.actors.row_of[key] for key in keys]


def random_network(seed: int, size: int = 60, ties: int = 110) -> tuple[Network, nx.Graph]:
    """Return a network with parts, parallel ties and directions, and the same for networkx."""
    rng = np.random.default_rng(seed)
    ends = rng.integers(0, size, (ties, 2))
    ends = ends[ends[:, 0] != ends[:, 1]]
    ends = np.concatenate((ends, ends[:10], ends[5:20, ::-1]))
    count = len(ends)
    actors = np.ones(size, dtype=bool)
    found = Network(
        actors, ends, rng.random(count) < 0.5, np.arange(count), np.full(count, -1)
    )  # fmt: skip
    graph = nx.Graph()
    graph.add_nodes_from(range(size))
    for a, b in ends.tolist():
        weight = graph.get_edge_data(a, b, {"weight": 0})["weight"]
        graph.add_edge(a, b, weight=weight + 1)
    return found, graph


# -- against networkx ----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_measures_agree_with_networkx(seed: int) -> None:
    found, graph = random_network(seed)
    everyone = range(len(found.actors))
    assert measures.degree(found).tolist() == [graph.degree(row) for row in everyone]
    strength = [graph.degree(row, weight="weight") for row in everyone]
    assert measures.ties(found).tolist() == strength
    between = nx.betweenness_centrality(graph)
    expected = [between[row] for row in everyone]
    np.testing.assert_allclose(measures.betweenness(found), expected, atol=1e-12)
    parts = sorted(nx.connected_components(graph), key=lambda part: (-len(part), min(part)))
    number = measures.components(found)
    assert [set(np.flatnonzero(number == i).tolist()) for i in range(len(parts))] == parts


@pytest.mark.parametrize("seed", range(5))
def test_the_eigenvector_is_that_of_the_weighted_ties(seed: int) -> None:
    found, graph = random_network(seed)
    largest = np.linalg.eigh(nx.to_numpy_array(graph, nodelist=range(60)))
    vector = np.abs(largest.eigenvectors[:, -1])
    np.testing.assert_allclose(measures.eigenvector(found), vector / vector.max(), atol=1e-5)


@pytest.mark.parametrize("seed", range(5))
def test_paths_and_neighbours_agree_with_networkx(seed: int) -> None:
    found, graph = random_network(seed, ties=80)
    rng = np.random.default_rng(seed)
    for a, b in rng.integers(0, 60, (20, 2)).tolist():
        paths = shortest_paths(found, a, b)
        if not nx.has_path(graph, a, b):
            assert (paths.length, paths.paths, paths.actors.any()) == (NO_WAY, (), False)
            continue
        ways = sorted(tuple(way) for way in nx.all_shortest_paths(graph, a, b))
        assert [path.actors for path in paths.paths] == ways
        assert paths.length == len(ways[0]) - 1
        assert not paths.more
        assert set(np.flatnonzero(paths.actors)) == {row for way in ways for row in way}
        steps = {frozenset(step) for way in ways for step in pairwise(way)}
        on = {i for i, ends in enumerate(found.ends.tolist()) if frozenset(ends) in steps}
        assert set(np.flatnonzero(paths.ties).tolist()) == on
        assert {tie for path in paths.paths for step in path.ties for tie in step} == on
    for steps_away in range(4):
        near = nx.single_source_shortest_path_length(graph, 3, cutoff=steps_away)
        start = np.arange(60) == 3
        assert set(np.flatnonzero(neighbours(found, start, steps_away))) == set(near)


@pytest.mark.parametrize("seed", range(5))
def test_directions_can_be_followed(seed: int) -> None:
    found, _ = random_network(seed)
    graph = nx.DiGraph()
    graph.add_nodes_from(range(60))
    for (a, b), directed in zip(found.ends.tolist(), found.directed.tolist(), strict=True):
        graph.add_edges_from([(a, b)] if directed else [(a, b), (b, a)])
    for b in range(1, 60):
        paths = shortest_paths(found, 0, b, follow=True)
        ways = sorted(map(tuple, nx.all_shortest_paths(graph, 0, b))) if nx.has_path(
            graph, 0, b
        ) else []  # fmt: skip
        assert [path.actors for path in paths.paths] == ways
    start = np.arange(60) == 0
    near = nx.single_source_shortest_path_length(graph, 0, cutoff=2)
    assert set(np.flatnonzero(neighbours(found, start, 2, follow=True))) == set(near)


@pytest.mark.parametrize("seed", range(3))
def test_communities_are_as_good_as_those_of_networkx(seed: int) -> None:
    found, graph = random_network(seed, 120, 240)
    number = measures.communities(found)
    groups = [set(np.flatnonzero(number == i).tolist()) for i in range(number.max() + 1)]
    assert nx.community.is_partition(graph, groups)
    assert [len(group) for group in groups] == sorted(map(len, groups), reverse=True)
    theirs = nx.community.louvain_communities(graph, seed=7)
    ours = nx.community.modularity(graph, groups)
    assert ours > 0.95 * nx.community.modularity(graph, theirs)


# -- by hand -------------------------------------------------------------------------------------


def test_two_triangles_joined_by_a_bridge() -> None:
    dossier = tied("abcdef", "ab", "bc", "ca", "cd", "de", "ef", "fd")
    found = network(dossier)
    assert measures.degree(found).tolist() == [2, 2, 3, 3, 2, 2]
    # c lies between {a, b} and {d, e, f}: 6 of the 10 pairs of others; d likewise.
    assert measures.betweenness(found).tolist() == [0, 0, 0.6, 0.6, 0, 0]
    assert measures.communities(found).tolist() == [0, 0, 0, 1, 1, 1]
    assert measures.components(found).tolist() == [0] * 6
    assert letters(dossier, neighbours(found, at(dossier, "a"), 2)) == "abcd"


def test_a_star_and_an_actor_apart() -> None:
    found = network(tied("hxyzo", "hx", "hy", "hz"))
    # Of all 6 pairs among the four others, 3 are joined, all through the hub.
    assert measures.betweenness(found).tolist() == [0.5, 0, 0, 0, 0]
    np.testing.assert_allclose(
        measures.eigenvector(found), [1, *[1 / np.sqrt(3)] * 3, 0], atol=1e-6
    )
    assert measures.components(found).tolist() == [0, 0, 0, 0, 1]
    assert measures.communities(found).tolist() == [0, 0, 0, 0, 1]


def test_a_path_names_the_relations_and_the_events_it_runs_over() -> None:
    dossier = make(
        actors=["a", "b", "c", "d", "e"],
        relations=[
            {"id": "kin", "source": "b", "target": "a", "directed": "yes"},
            {"id": "pact", "source": "a", "target": "b"},
            {"id": "detour", "source": "a", "target": "e"},
        ],
        events=[
            {"id": "talks", "participant": "b d"},
            {"id": "raid", "source": "d", "target": "b"},
            {"id": "alone", "participant": "c"},
        ],
    )
    found, visible = network(dossier), shown(dossier, Filter())
    a, b, d = rows(dossier, "a", "b", "d")
    paths = shortest_paths(found, a, d)
    assert paths.length == 2
    (path,) = paths.paths
    assert path.actors == (a, b, d)
    names = [
        {
            dossier.relations["id"][found.relation[tie]]
            if found.relation[tie] >= 0
            else dossier.events["id"][found.event[tie]]
            for tie in step
        }
        for step in path.ties
    ]
    assert names == [{"kin", "pact"}, {"talks", "raid"}]
    events, ties = found.rows(paths.ties, visible)
    assert events.tolist() == [True, True, False]
    assert ties.tolist() == [True, True, False]


def test_more_ways_than_can_be_listed() -> None:
    pairs = [f"a{x}" for x in "pqrs"] + [f"{x}{y}" for x in "pqrs" for y in "tuvw"]
    dossier = tied("apqrstuvwz", *pairs, *(f"{y}z" for y in "tuvw"))
    found, (a, z) = network(dossier), rows(dossier, "a", "z")
    some = shortest_paths(found, a, z, most=5)
    assert (some.length, len(some.paths), some.more) == (3, 5, True)
    assert some.ties.all()
    assert letters(dossier, some.actors) == "apqrstuvwz"
    every = shortest_paths(found, a, z, most=16)
    assert (len(set(every.paths)), every.more) == (16, False)


def test_a_maze_with_more_ways_than_atoms_is_no_trouble() -> None:
    size = 3 * 400 + 1
    ends = [(3 * i, 3 * i + j) for i in range(400) for j in (1, 2)]
    ends += [(3 * i + j, 3 * i + 3) for i in range(400) for j in (1, 2)]
    count = len(ends)
    found = Network(
        np.ones(size, dtype=bool), np.array(ends), np.zeros(count, dtype=bool),
        np.arange(count), np.full(count, -1),
    )  # fmt: skip
    paths = shortest_paths(found, 0, size - 1, most=10)
    assert (paths.length, len(paths.paths), paths.more) == (800, 10, True)
    assert paths.ties.all()


def test_from_an_actor_to_itself() -> None:
    dossier = tied("ab", "ab")
    paths = shortest_paths(network(dossier), 0, 0)
    assert paths.length == 0
    assert [path.actors for path in paths.paths] == [(0,)]
    assert not paths.ties.any()


def test_ties_of_an_actor_with_itself_count_for_nothing() -> None:
    plain, looped = tied("abc", "ab", "bc"), tied("abc", "ab", "aa", "bc", "cc")
    for measure in MEASURES.values():
        a, b = (values_for(State.of(d), shown(d, Filter()), measure.id) for d in (plain, looped))
        np.testing.assert_array_equal(a, b)


def test_parallel_ties_are_weighed_only_where_a_measure_says_so() -> None:
    once, thrice = tied("abcd", "ab", "bc", "cd"), tied("abcd", "ab", "ab", "ba", "bc", "cd")
    a, b = network(once), network(thrice)
    assert measures.degree(b).tolist() == measures.degree(a).tolist()
    assert measures.betweenness(b).tolist() == measures.betweenness(a).tolist()
    assert measures.ties(b).tolist() == [3, 4, 2, 1]
    assert measures.eigenvector(a)[0] == pytest.approx(measures.eigenvector(a)[3])
    assert measures.eigenvector(b)[0] > measures.eigenvector(b)[3]


def test_an_event_in_both_directions_is_one_tie() -> None:
    dossier = make(actors=["a", "b"], events=[{"id": "clash", "source": "a b", "target": "b a"}])
    assert measures.ties(network(dossier)).tolist() == [1, 1]


@pytest.mark.parametrize("actors", ["", "a", "ab"])
def test_networks_without_ties(actors: str) -> None:
    dossier = tied(actors)
    size = len(actors)
    for measure in MEASURES.values():
        values = values_for(State.of(dossier), shown(dossier, Filter()), measure.id)
        expected = list(range(size)) if measure.kind == "category" else [0] * size
        assert values.tolist() == expected
    found = network(dossier)
    assert neighbours(found, np.ones(size, dtype=bool), 3).all()
    if size == 2:
        assert shortest_paths(found, 0, 1).length == NO_WAY


def test_two_actors_and_a_tie() -> None:
    found = network(tied("ab", "ab"))
    assert measures.betweenness(found).tolist() == [0, 0]
    assert measures.eigenvector(found).tolist() == [1, 1]


def test_a_name_written_from_right_to_left_is_found_by_its_ties() -> None:
    dossier = small()
    found = network(dossier)
    zarif, canada = rows(dossier, "zarif", "canada")
    paths = shortest_paths(found, zarif, canada)
    names = {tuple(dossier.actors["name"][row] for row in path.actors) for path in paths.paths}
    assert names == {
        ("محمدجواد ظریف", "Iran", "Canada"),
        ("محمدجواد ظریف", "François-Philippe Champagne", "Canada"),
    }


# -- what is shown -------------------------------------------------------------------------------


def test_what_is_not_shown_is_no_part_of_the_network() -> None:
    dossier = small()
    no_states = Filter({"kind": frozenset({"state"})})
    found = network(dossier, no_states)
    zarif, canada, champagne = rows(dossier, "zarif", "canada", "champagne")
    assert shortest_paths(found, zarif, canada).length == NO_WAY
    assert shortest_paths(found, zarif, champagne).length == 1
    assert np.isnan(measures.degree(found)[canada])
    assert measures.components(found)[canada] == -1
    assert measures.communities(found)[canada] == -1
    assert not neighbours(found, at(dossier, "canada"), 1).any()


def test_ties_left_out_of_the_graph_are_no_ties() -> None:
    dossier = small()
    zarif, champagne = rows(dossier, "zarif", "champagne")
    lasting = network(dossier, look=Look(ties=frozenset({"relations"})))
    assert shortest_paths(lasting, zarif, champagne).length == 3
    early = network(dossier, look=Look(moment=0.0))
    assert shortest_paths(early, zarif, champagne).length == NO_WAY


def test_values_are_worked_out_once_for_one_network(monkeypatch: pytest.MonkeyPatch) -> None:
    dossier = small()
    state, visible = State.of(dossier), shown(dossier, Filter())
    first = values_for(state, visible, "community")
    assert values_for(State.of(dossier), visible, "community") is first
    assert not first.flags.writeable
    chosen = Filter({"kind": frozenset({"state"})})
    other = State(dossier, chosen, state.selection)
    assert (values_for(other, shown(dossier, chosen), "community") != first).any()


def test_communities_are_the_same_every_time() -> None:
    found, _ = random_network(3, 200, 420)
    again, _ = random_network(3, 200, 420)
    first = measures.communities(found)
    np.testing.assert_array_equal(first, measures.communities(again))
    np.testing.assert_array_equal(
        measures.communities(found, seed=5), measures.communities(again, seed=5)
    )


# -- large networks ------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_betweenness_counted_here_agrees_with_networkx(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, graph = random_network(seed)
    monkeypatch.setattr(measures, "LIBRARY_WORK", 0)
    between = nx.betweenness_centrality(graph)
    np.testing.assert_allclose(
        measures.betweenness(found), [between[row] for row in range(60)], atol=1e-12
    )


def test_the_estimate_is_near_and_repeatable(monkeypatch: pytest.MonkeyPatch) -> None:
    found, _ = random_network(2, 1000, 2000)
    exact = measures.betweenness(found)
    assert MEASURES["betweenness"].caveat(found) == ""
    for bound in ("LIBRARY_WORK", "EXACT_WORK"):
        monkeypatch.setattr(measures, bound, 0)
    assert MEASURES["betweenness"].caveat(found) == "Estimated from 256 actors"
    near = measures.betweenness(found)
    np.testing.assert_array_equal(near, measures.betweenness(found))
    assert np.abs(near - exact).max() < np.sqrt(np.log(20 * 1000) / 512)
    highest = set(np.argsort(-exact)[:10])
    assert len(highest & set(np.argsort(-near)[:20])) >= 8


def test_an_eigenvector_that_does_not_settle_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measures, "_ROUNDS", 2)
    with pytest.raises(EntenteError, match=r"does not settle.*choose betweenness or degree"):
        measures.eigenvector(random_network(1)[0])


@pytest.mark.parametrize("measure", ["betweenness", "eigenvector", "component", "community"])
def test_long_work_can_be_given_up(measure: str) -> None:
    found, _ = random_network(4, 2000, 5000)
    heard = threading.Event()

    def stop(_share: float) -> None:
        heard.set()
        raise Cancelled

    with pytest.raises(Cancelled):
        MEASURES[measure].compute(found, stop)
    assert heard.is_set()


def test_a_long_count_tells_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measures, "LIBRARY_WORK", 0)
    monkeypatch.setattr(measures, "_AT_ONCE", 10_000)
    shares: list[float] = []
    measures.betweenness(random_network(5, 400, 900)[0], shares.append)
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert 0.5 < shares[-1] < 1


def test_every_measure_says_what_it_tells() -> None:
    assert list(MEASURES) == [
        "degree", "ties", "betweenness", "eigenvector", "component", "community",
    ]  # fmt: skip
    for key, measure in MEASURES.items():
        assert measure.id == key
        assert measure.title
        assert len(measure.says.split()) > 5
        assert not measure.says.endswith(".")

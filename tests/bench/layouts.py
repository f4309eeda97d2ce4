"""Layouts of the graph: time and stress against graphology's ForceAtlas2 and Kamada–Kawai.

All lay out the same scale-free graphs, each seed its own. Our layouts are timed as the program
runs them, from the edges as read to the last position; graphology's in node, from the graph built
to the last position. Stress is `viewer.scene.layouts.measures.stress`, of large graphs sampled
with a fixed seed. graphology (MIT) is fetched with npm into a cache folder when first measured.
A run of graphology takes minutes: it is made once for each graph, of which the largest has one.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from functools import cache, partial
from importlib.util import find_spec
from itertools import cycle
from pathlib import Path
from time import perf_counter

import numpy as np

from tests.bench import Bench
from viewer.scene.layouts.engine import Options, layout
from viewer.scene.layouts.measures import crossings, stress
from viewer.scene.layouts.network import Network
from viewer.scene.layouts.overlaps import pinned
from viewer.scene.primitives import Floats

PACKAGES = ("graphology@0.26.0", "graphology-layout-forceatlas2@0.10.1")
SCRIPT = Path(__file__).with_name("peer_layout.mjs")
PATIENCE = 3600
SEEDS = (1, 2, 3, 4, 5)
PARTNERS = 500
"""Edges of which crossings are counted."""


@cache
def scale_free(nodes: int, edges: int, seed: int) -> Network:
    """Return a connected graph by preferential attachment (Barabási and Albert, 1999)."""
    rng = np.random.default_rng(seed)
    brought = np.full(nodes - 1, edges // (nodes - 1))
    brought[rng.choice(nodes - 1, edges - brought.sum(), replace=False)] += 1
    # Every end of every edge so far is as likely to be met.
    met = [0]
    ends: list[tuple[int, int]] = []
    lacking = 0
    for node, count in enumerate(brought.tolist(), start=1):
        found: set[int] = set()
        wanted = count + lacking
        while len(found) < min(wanted, node):
            found.add(met[int(rng.random() * len(met))])
        lacking = wanted - len(found)
        for other in sorted(found):
            ends.append((node, other))
            met += (node, other)
    return Network(nodes, np.array(ends))


@cache
def modules() -> Path:
    """Return the folder with graphology, fetched when it is not there."""
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = caches / "entente-bench"
    if not (folder / "node_modules" / "graphology-layout-forceatlas2").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        _run("npm", "install", "--prefix", str(folder), "--ignore-scripts", "--no-audit",
             "--no-fund", *PACKAGES)  # fmt: skip
    return folder


def _run(*command: str) -> None:
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=PATIENCE, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
        raise RuntimeError(f"{command[0]} failed: {last}")


@cache
def graphology(nodes: int, edges: int, rounds: int, seed: int) -> tuple[float, Floats]:
    """Return the milliseconds graphology took and its positions."""
    graph = scale_free(nodes, edges, seed)
    start = np.random.default_rng(seed).uniform(-1.0, 1.0, (nodes, 2)) * np.sqrt(nodes)
    with tempfile.TemporaryDirectory(prefix="entente-bench-") as folder:
        given, made = Path(folder, "graph.json"), Path(folder, "made.json")
        given.write_text(json.dumps({"xy": start.tolist(), "ends": graph.ends.tolist()}))
        _run("node", str(SCRIPT), str(modules()), str(given), str(made), str(rounds))
        found = json.loads(made.read_text())
    return found["ms"], np.array(found["xy"])


def ours(nodes: int, edges: int, graph_seed: int, seed: int) -> tuple[float, Floats]:
    """Return the milliseconds we take and our positions, as the program lays a graph out."""
    known = scale_free(nodes, edges, graph_seed)
    began = perf_counter()
    xy = layout(Network(known.n, known.ends), Options(seed=seed))
    return (perf_counter() - began) * 1000, xy


def by_forces(name: str, nodes: int, edges: int, rounds: int, **given: float) -> Iterator[Bench]:
    """Yield the benches of one size against graphology."""
    graphs, sampled = (SEEDS, 500) if nodes <= 10_000 else (SEEDS[:1], 100)

    def turns(value: Callable[[int, int], float]) -> Callable[[], float]:
        """Go on to the next seed with each call."""
        pairs = cycle(zip(cycle(graphs), SEEDS, strict=False))
        return lambda: value(*next(pairs))

    def judged(measure: Callable[[Network, Floats], float], peer: bool) -> Callable[[], float]:
        @cache
        def value(graph: int, seed: int) -> float:
            found = (
                graphology(nodes, edges, rounds, graph) if peer else ours(nodes, edges, graph, seed)
            )
            return measure(scale_free(nodes, edges, graph), found[1])

        return turns(value)

    runs = "" if len(graphs) > 1 else ", run once"
    against = f"graphology ForceAtlas2, {rounds} rounds{runs}"
    yield Bench(
        f"{name}.time",
        ours=turns(lambda graph, seed: ours(nodes, edges, graph, seed)[0]),
        peer=turns(lambda graph, _: graphology(nodes, edges, rounds, graph)[0]),
        budget=1 / given["faster"],
        against=against,
    )
    for measure, title, unit, budget in (
        (partial(_per_mille, sampled=sampled), "stress", "‰", given["stress"]),
        (_thousand_crossings, "crossings", "k", given["crossings"]),
    ):
        yield Bench(
            f"{name}.{title}",
            ours=judged(measure, peer=False),
            peer=judged(measure, peer=True),
            budget=budget,
            against=against,
            unit=unit,
        )


def _per_mille(graph: Network, xy: Floats, sampled: int) -> float:
    return 1000 * stress(graph, xy, sampled)


def _thousand_crossings(graph: Network, xy: Floats) -> float:
    return crossings(xy, graph.pairs, PARTNERS) / 1000


SMALL = ((50, 100), (100, 200), (200, 400), (300, 600))


def mean_stress(drawn: Callable[[Network, int], Floats]) -> Callable[[], float]:
    """Return what draws four small graphs with the next seed, and the mean of their stress."""
    seeds = cycle(SEEDS)

    @cache
    def of(seed: int) -> float:
        graphs = [scale_free(nodes, edges, seed) for nodes, edges in SMALL]
        return float(np.mean([_per_mille(graph, drawn(graph, seed), 300) for graph in graphs]))

    return lambda: of(next(seeds))


def kamada_kawai(graph: Network, _: int) -> Floats:
    import networkx

    if find_spec("scipy") is None:
        raise RuntimeError("scipy is not there; install the extra `bench`")

    made = networkx.Graph(graph.ends.tolist())
    found = networkx.kamada_kawai_layout(made)
    return np.array([found[node] for node in range(graph.n)])


def by_stress(graph: Network, seed: int) -> Floats:
    """Draw nodes as points, in the shape that is best: no labels, no pane to be filled."""
    return layout(graph, Options(seed=seed, aspect=None))


@cache
def dragged() -> tuple[Network, Floats]:
    """Return a thousand nodes with labels and where they stand."""
    known = scale_free(1000, 3000, 1)
    boxes = np.tile((70.0, 34.0), (known.n, 1))
    graph = Network(known.n, known.ends, boxes=boxes)
    return graph, layout(graph)


def drag() -> float:
    """Drag the busiest node across the picture; return how often a second it is put down."""
    graph, xy = dragged()
    node, steps = int(graph.degree.argmax()), 60
    low, high = xy.min(axis=0), xy.max(axis=0)
    began = perf_counter()
    for share in np.linspace(0.0, 1.0, steps):
        x, y = (low + share * (high - low)).tolist()
        pinned(graph, xy, {node: (x, y)})
    return steps / (perf_counter() - began)


BENCHES = (
    *by_forces("layout10k", 10_000, 25_000, 500, faster=40, stress=1.02, crossings=1.05),
    *by_forces("layout100k", 100_000, 250_000, 100, faster=50, stress=1.0, crossings=1.05),
    Bench(
        "layoutsmall.stress",
        ours=mean_stress(by_stress),
        peer=mean_stress(kamada_kawai),
        budget=1.03,
        against="networkx Kamada–Kawai",
        unit="‰",
    ),
    Bench(
        "layoutdrag.placing",
        ours=drag,
        peer=lambda: 30.0,
        budget=1.0,
        better="higher",
        against="30 frames",
        unit="/s",
    ),
)

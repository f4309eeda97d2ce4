"""Measures of a network of 1,000 actors, against networkx."""

from __future__ import annotations

import time
from functools import cache

import networkx as nx
import numpy as np

from tests.bench import Bench
from viewer.model.measures import betweenness
from viewer.model.network import Network

ACTORS, TIES = 1_000, 3_000


@cache
def ends() -> np.ndarray:
    """Return the ties, the same every time: a few actors have most of them."""
    rng = np.random.default_rng(1)
    drawn = (ACTORS * rng.random((TIES, 2)) ** 2).astype(np.intp)
    return drawn[drawn[:, 0] != drawn[:, 1]]


def ours() -> float:
    count = len(ends())
    # A fresh one each time: nothing is kept from the run before.
    network = Network(
        np.ones(ACTORS, dtype=bool), ends(), np.zeros(count, dtype=bool),
        np.arange(count), np.full(count, -1),
    )  # fmt: skip
    began = time.perf_counter()
    betweenness(network)
    return (time.perf_counter() - began) * 1000


def peer() -> float:
    graph = nx.Graph()
    graph.add_nodes_from(range(ACTORS))
    graph.add_edges_from(ends().tolist())
    began = time.perf_counter()
    nx.betweenness_centrality(graph)
    return (time.perf_counter() - began) * 1000


BENCHES = (Bench("analysis.betweenness", ours, peer, budget=0.1, against="networkx, 1,000 actors"),)

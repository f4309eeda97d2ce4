"""Which edges the events and relations of a dossier make."""

from __future__ import annotations

from tests.dossiers import make
from viewer.model.dossier import Dossier
from viewer.model.graph import edges


def ties(dossier: Dossier) -> set[tuple[str, str, bool]]:
    found = edges(dossier)
    names = dossier.actors["id"]
    return {
        (names[a], names[b], directed)
        for (a, b), directed in zip(found.ends.tolist(), found.directed.tolist(), strict=True)
    }


def test_sources_are_tied_to_targets_and_equals_to_each_other() -> None:
    dossier = make(
        actors=["a", "b", "c", "d", "e"],
        events=[{"id": "x", "source": "a b", "target": "c"}, {"id": "y", "participant": "d e"}],
    )
    assert ties(dossier) == {("a", "c", True), ("b", "c", True), ("d", "e", False)}


def test_a_gathering_of_hundreds_ties_everyone_without_tying_all_pairs() -> None:
    sources = [f"s{i}" for i in range(100)]
    targets = [f"t{i}" for i in range(100)]
    dossier = make(
        actors=[*sources, *targets],
        events=[{"id": "x", "source": " ".join(sources), "target": " ".join(targets)}],
    )
    found = ties(dossier)
    assert len(found) < 250
    assert {end for a, b, _ in found for end in (a, b)} == {*sources, *targets}
    assert all(a in sources and b in targets and directed for a, b, directed in found)

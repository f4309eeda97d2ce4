"""What is picked, and what stands out because of it."""

from __future__ import annotations

import numpy as np
import pytest

from tests.dossiers import make, small
from viewer.model.dossier import Dossier
from viewer.model.filters import Filter, shown
from viewer.model.schema import Ref
from viewer.model.selection import Highlight, Picks, Selection, highlight

BAGHDAD, TEHRAN = Ref("places", "baghdad"), Ref("places", "tehran")
ZARIF = Ref("actors", "zarif")


def lit(dossier: Dossier, *refs: Ref, chosen: Filter | None = None) -> Highlight:
    return highlight(dossier, Selection.of(dossier, refs), shown(dossier, chosen or Filter()))


def names(dossier: Dossier, light: Highlight, table: str) -> set[str]:
    return {key for key, on in zip(dossier.tables[table]["id"], light.of(table), strict=True) if on}


def test_a_click_replaces_shift_adds_ctrl_toggles() -> None:
    dossier = small()
    picked = Selection.empty(dossier).changed(dossier, [BAGHDAD], "replace")
    assert picked.refs(dossier) == (BAGHDAD,)
    picked = picked.changed(dossier, [ZARIF], "add")
    assert picked.count == 2
    assert picked.active == ZARIF
    picked = picked.changed(dossier, [ZARIF], "toggle")
    assert picked.refs(dossier) == (BAGHDAD,)
    assert picked.active == BAGHDAD
    picked = picked.changed(dossier, [TEHRAN], "replace")
    assert picked.refs(dossier) == (TEHRAN,)
    assert not picked.changed(dossier, [], "replace").count


def test_picking_leaves_the_old_selection_as_it_was() -> None:
    dossier = small()
    before = Selection.of(dossier, [BAGHDAD])
    before.changed(dossier, [TEHRAN], "add")
    assert before.refs(dossier) == (BAGHDAD,)


def test_the_active_row_comes_last() -> None:
    dossier = small()
    picked = Selection.of(dossier, [ZARIF, Ref("events", "call"), BAGHDAD])
    assert picked.refs(dossier)[-1] == BAGHDAD
    assert picked.has(dossier, ZARIF)
    assert not picked.has(dossier, TEHRAN)
    assert not picked.has(dossier, Ref("sources", "globe"))
    assert not picked.has(dossier, Ref("actors", "nobody"))


def test_an_id_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        Selection.of(small(), [Ref("actors", "nobody")])


def test_nothing_picked_dims_nothing() -> None:
    dossier = small()
    light = lit(dossier)
    assert not light.dimming
    assert light.events.all()


def test_a_place_brings_its_events_and_who_took_part() -> None:
    dossier = small()
    light = lit(dossier, BAGHDAD)
    assert light.dimming
    assert names(dossier, light, "events") == {"strike", "letter"}
    assert names(dossier, light, "actors") == {"quds", "iraq"}
    assert names(dossier, light, "places") == {"baghdad"}


def test_a_place_brings_what_lies_within_it() -> None:
    dossier = small()
    light = lit(dossier, Ref("places", "iran-land"))
    assert names(dossier, light, "events") == {"recorders", "embassy", "call"}
    # The other way round it does not: what is known of the country may not be of the city.
    assert names(dossier, lit(dossier, TEHRAN), "events") == {"embassy", "call"}


def test_an_actor_brings_its_events_and_those_it_is_tied_to() -> None:
    dossier = small()
    light = lit(dossier, ZARIF)
    assert names(dossier, light, "events") == {"call", "meeting"}
    assert names(dossier, light, "actors") == {"zarif", "champagne", "iran"}
    assert names(dossier, light, "relations") == {"envoy"}
    assert names(dossier, light, "places") == {"tehran", "ottawa", "munich"}


def test_a_relation_brings_its_ends_and_what_both_took_part_in() -> None:
    dossier = small()
    light = lit(dossier, Ref("relations", "ties"))
    assert names(dossier, light, "events") == {"embassy", "recorders"}
    assert {"iran", "canada"} <= names(dossier, light, "actors")


def test_what_is_filtered_out_never_stands_out() -> None:
    dossier = small()
    light = lit(dossier, BAGHDAD, chosen=Filter().with_excluded("quad", ["material-conflict"]))
    assert names(dossier, light, "events") == {"letter"}
    assert "quds" not in names(dossier, light, "actors")


def test_places_within_each_other_do_not_hang() -> None:
    dossier = make(
        places=[{"id": "a", "within": "b"}, {"id": "b", "within": "a"}],
        events=[{"id": "e", "at": "a"}],
    )
    assert names(dossier, lit(dossier, Ref("places", "b")), "events") == {"e"}


def test_an_event_without_anything_can_be_picked() -> None:
    dossier = make(events=["lonely"])
    light = lit(dossier, Ref("events", "lonely"))
    assert names(dossier, light, "events") == {"lonely"}


def test_a_thousand_selections_among_a_million_events_take_little_room() -> None:
    size = 1_000_000
    few, many = np.zeros(size, dtype=bool), np.ones(size, dtype=bool)
    few[[5, 999_999]] = True
    many[7] = False
    for mask, most in ((few, 100), (many, 130_000)):
        picks = Picks.of(mask)
        held = picks.rows if picks.bits is None else picks.bits
        assert held is not None
        assert held.nbytes <= most
        assert picks.same(Picks.of(mask.copy()))
        assert np.array_equal(picks.mask, mask)
    assert not Picks.of(few).same(Picks.of(many))

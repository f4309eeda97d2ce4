"""What a window waits for when nodes are to be drawn by a measure."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from tests.dossiers import small
from viewer.model import analysis
from viewer.model.state import Look
from viewer.model.store import Store
from viewer.progress import forsakable, unheard
from viewer.scene.frame import Frame
from viewer.scene.graph_measures import measured
from viewer.scene.style import LIGHT

PATIENCE = 0.2


@pytest.fixture
def busy() -> Iterator[threading.Event]:
    """Have a library at work, as for a large dossier, until the event returned is set."""
    may, begun = threading.Event(), threading.Event()

    def long(_given_up: object) -> None:
        begun.set()
        may.wait(60)

    thread = threading.Thread(target=lambda: forsakable(long, unheard))
    thread.start()
    begun.wait(10)
    yield may
    may.set()
    thread.join()


def test_a_window_does_not_wait_for_a_measure_while_another_is_worked_out(
    busy: threading.Event,
) -> None:
    store = Store(small())
    store.update(look=Look(colour="community"))
    # As where it was shown before.
    analysis._LOADED.add(analysis.MEASURES["community"].library)
    began = time.monotonic()
    found = measured(Frame.of(store, LIGHT, 450, 650, PATIENCE))
    assert time.monotonic() - began < PATIENCE + 2
    assert found.wanting == ("community",)
    busy.set()
    assert measured(Frame.of(store, LIGHT, 450, 650)).wanting == ()
    assert measured(Frame.of(store, LIGHT, 450, 650, PATIENCE)).wanting == ()


def test_a_window_does_not_wait_for_a_library_to_be_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis, "_LOADED", set())
    store = Store(small())
    store.update(look=Look(colour="community"))
    assert measured(Frame.of(store, LIGHT, 450, 650, PATIENCE)).wanting == ("community",)
    analysis.values_for(store.state, store.shown, "community")
    assert measured(Frame.of(store, LIGHT, 450, 650, PATIENCE)).wanting == ()

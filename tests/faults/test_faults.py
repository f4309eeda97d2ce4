"""The short form of every fault, with its control."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import Fault, faults


@pytest.mark.slow
@pytest.mark.parametrize("fault", list(faults()), ids=lambda fault: fault.name)
def test_nothing_is_lost(fault: Fault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    ours, control = fault.run(short=True)
    assert not ours.wrong, ours
    assert ours.tried
    assert control.wrong, "the trial does not see the fault it is for"

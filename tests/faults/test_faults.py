"""The short form of every fault, with its control."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.faults import Fault, faults

if sys.platform == "win32":
    pytest.skip("processes and disks are hindered by means of POSIX", allow_module_level=True)


@pytest.mark.slow
@pytest.mark.parametrize("fault", list(faults()), ids=lambda fault: fault.name)
def test_nothing_is_lost(fault: Fault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    # On a machine with other work a few kills may all miss the moment that a control is about.
    for _ in range(5):
        try:
            ours, control = fault.run(short=True)
        except RuntimeError as error:
            pytest.skip(str(error))
        assert not ours.wrong, ours
        assert ours.tried
        if control.wrong:
            return
    raise AssertionError("the trial does not see the fault it is for")

"""The process beside the program tells when the machine stood still, and then only."""

from __future__ import annotations

import os
import signal
import sys
import time

import pytest

from tests.monkey.bystander import Bystander

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="stops a process by a signal")


def test_a_pause_is_told_and_counts_within_the_time_asked_for() -> None:
    bystander = Bystander()
    try:
        time.sleep(0.3)
        began = time.monotonic()
        os.kill(bystander._process.pid, signal.SIGSTOP)
        time.sleep(1)
        os.kill(bystander._process.pid, signal.SIGCONT)
        # The latter half of the pause.
        assert bystander.paused(began + 0.5, time.monotonic()) == pytest.approx(0.5, abs=0.15)
    finally:
        bystander.stop()


def test_work_of_the_program_is_no_pause() -> None:
    bystander = Bystander()
    try:
        time.sleep(0.3)
        began = time.monotonic()
        while time.monotonic() < began + 1:
            pass
        assert bystander.paused(began, time.monotonic()) < 0.5
    finally:
        bystander.stop()

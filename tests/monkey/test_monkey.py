"""The monkey finds nothing in the program, and all that is planted."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.monkey.actions import Action, Log, logged
from tests.monkey.plants import PLANTS
from tests.monkey.watchers import Sample, grown, growth, unsettled

ROOT = Path(__file__).parents[2]


def let_loose(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the monkey in a process of its own: it may crash the program."""
    command = [sys.executable, "-m", "tests.monkey", *words]
    env = {**os.environ, "TMPDIR": str(folder)}
    return subprocess.run(
        command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=1200, check=False
    )


@pytest.mark.slow
def test_nothing_is_found_in_five_thousand_actions(tmp_path: Path) -> None:
    log = tmp_path / "actions.log"
    # How long the window is held up on a machine with other work says little of the program: half
    # a second is the measure of a run of its own.
    run = let_loose(
        tmp_path, "--actions", "5000", "--seed", "2020", "--stall", "20000", "--log", str(log)
    )
    assert run.returncode == 0, f"{run.stdout}\n{run.stderr}\nlast: {list(logged(log))[-1:]}"
    assert "no faults" in run.stdout


@pytest.mark.slow
def test_what_is_planted_is_found(tmp_path: Path) -> None:
    planted = let_loose(
        tmp_path, "--actions", "120", "--seed", "1", "--plant", ",".join(PLANTS),
        "--log", str(tmp_path / "actions.log"),
    )  # fmt: skip
    assert planted.returncode == 1
    assert "seed 1: 121 actions" not in planted.stdout, "it goes on to tell a leak from what is new"
    faults = [line for line in planted.stdout.splitlines() if line.startswith("FAULT")]
    for sign in (
        "ZeroDivisionError: planted",
        "Qt says: planted",
        "stall of",
        "memory grew by",
        "objects grew by",
        "a file is left: temporary/planted",
    ):
        assert any(sign in fault for fault in faults), f"{sign} in:\n{planted.stdout}"
    assert "plants.py" in planted.stdout.partition("FAULT stall of")[2], "a stall has its cause"


@pytest.mark.slow
def test_a_log_is_done_again(tmp_path: Path) -> None:
    first, second = tmp_path / "first.log", tmp_path / "second.log"
    let_loose(tmp_path, "--actions", "40", "--seed", "5", "--log", str(first))
    let_loose(tmp_path, "--replay", str(first), "--log", str(second))
    # And one more rest at the end.
    assert list(logged(second))[:-1] == list(logged(first))


def test_a_log_holds_actions_as_they_are(tmp_path: Path) -> None:
    actions = [
        Action("key", {"keys": "Ctrl+K"}, 5),
        Action("type", {"text": "ظریف\n"}),
        Action("x"),
    ]
    log = Log(tmp_path / "log", 1)
    for number, action in enumerate(actions):
        log.add(number, action)
    log.close()
    assert list(logged(tmp_path / "log")) == actions


def test_growth_is_that_of_the_line_not_of_one_peak() -> None:
    assert growth([100.0] * 10) == 0
    assert growth([100.0, 100.0, 160.0, 100.0, 100.0, 100.0]) == pytest.approx(0, abs=0.01)
    assert growth([100.0 + step for step in range(11)]) == pytest.approx(0.1)


def measured(*memory: int) -> list[Sample]:
    return [Sample(at, each, 1, 1, 1, Counter()) for at, each in enumerate(memory)]


def test_a_short_run_goes_on_while_memory_grows() -> None:
    first_met = [300, 310, 320, 340, 350, 390, 400]
    assert unsettled(measured(*first_met))
    assert not unsettled(measured(*first_met, *[400] * 7)), "it came to an end"
    leak = [300 + 10 * step for step in range(60)]
    assert unsettled(measured(*leak[:40]))
    assert not unsettled(measured(*leak)), "it is long enough to tell"
    assert grown(measured(*leak)) == ["memory grew by 48.3% in the second half"]

"""An edit outlives the program: the real one, killed in the middle of work, and started again."""

from __future__ import annotations

import csv
import signal
from pathlib import Path

import pytest

from tests.e2e.driver import command, started
from tests.e2e.harbour import SAVED, recover, rename, save_and_quit, shown, written

pytestmark = pytest.mark.e2e


def titles(home: Path, file: Path, folder: Path) -> list[str]:
    """Return the titles of the events in a file."""
    done = command(home, "convert", "--overwrite", str(file), str(folder))
    assert done.returncode == 0, done.stderr
    with (folder / "events.csv").open(encoding="utf-8", newline="") as rows:
        return [row["title"] for row in csv.DictReader(rows)]


def test_an_edit_is_offered_again_after_a_kill_and_saved(
    test_display: str, home: Path, tmp_path: Path
) -> None:
    file = written(home, tmp_path)
    with started(test_display, home, str(file)) as driver:
        shown(driver)
        rename(driver, "A landing", "Two landings")
        driver.process.send_signal(signal.SIGKILL)
        driver.process.wait()
    assert titles(home, file, tmp_path / "out") == ["A landing"]

    with started(test_display, home, str(file)) as driver:
        driver.take_window(SAVED)
        recover(driver)
        save_and_quit(driver)
    assert titles(home, file, tmp_path / "out") == ["Two landings"]

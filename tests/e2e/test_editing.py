"""An edit outlives the program: the real one, killed in the middle of work, and started again."""

from __future__ import annotations

import csv
import signal
from pathlib import Path

import pytest

from tests.e2e.driver import Driver, command, started, wait_for

pytestmark = pytest.mark.e2e


def titles(home: Path, file: Path, folder: Path) -> list[str]:
    """Return the titles of the events in a file."""
    done = command(home, "convert", "--overwrite", str(file), str(folder))
    assert done.returncode == 0, done.stderr
    with (folder / "events.csv").open(encoding="utf-8", newline="") as rows:
        return [row["title"] for row in csv.DictReader(rows)]


def rename(driver: Driver, old: str, new: str) -> None:
    """Find an event by Ctrl+K, open its form, and give it another title."""
    driver.press("ctrl+k")
    driver.type(old)
    driver.settled()
    driver.press("Return")
    driver.settled()
    driver.press("F2")
    form = driver.find_window(f"Edit Event “{old}”")
    driver.settled()
    driver.press("ctrl+a")
    driver.type(new)
    driver.press("ctrl+Return")
    wait_for("the form to close", lambda: not driver.is_open(form) or None)


def test_an_edit_is_offered_again_after_a_kill_and_saved(
    test_display: str, home: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "Harbour"
    folder.mkdir()
    (folder / "events.csv").write_text(
        "id,title,type,quad,date,date_text,description\n"
        "landing,A landing,CONSULT,verbal-cooperation,1911,,\n",
        encoding="utf-8",
    )
    file = tmp_path / "harbour.gpkg"
    done = command(home, "convert", str(folder), str(file))
    assert (done.returncode, done.stderr) == (0, "")

    with started(test_display, home, str(file)) as driver:
        driver.take_window("Harbour — Entente")
        driver.settled()
        rename(driver, "A landing", "Two landings")
        driver.find_window("Harbour* — Entente")
        driver.process.send_signal(signal.SIGKILL)
        driver.process.wait()
    assert titles(home, file, tmp_path / "out") == ["A landing"]

    with started(test_display, home, str(file)) as driver:
        driver.take_window("Harbour — Entente")
        driver.find_window("Recovered Work")
        driver.settled()
        driver.press("Return")
        driver.find_window("Harbour* — Entente")
        driver.settled()
        driver.press("ctrl+s")
        driver.find_window("Harbour — Entente")
        status, said = driver.quit()
        assert (status, said) == (0, "")
    assert titles(home, file, tmp_path / "out") == ["Two landings"]

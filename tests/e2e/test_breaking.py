"""The real program breaks: it says so, leaves a report, and gives the work back."""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path

import pytest

from tests.e2e.driver import Driver, command, started, wait_for
from tests.e2e.test_editing import rename

pytestmark = pytest.mark.e2e

FAILING = """
import sys
from viewer.ui import desk

def fail(self):
    raise ValueError("Two landings")

desk.Desk.show_shortcuts = fail
from viewer.__main__ import main
sys.exit(main())
"""
"""The program with a fault behind F1."""


@pytest.fixture
def file(home: Path, tmp_path: Path) -> Path:
    """Return a dossier in one file, of one event."""
    folder = tmp_path / "Harbour"
    folder.mkdir()
    (folder / "events.csv").write_text(
        "id,title,type,quad,date,date_text,description\n"
        "landing,A landing,CONSULT,verbal-cooperation,1911,,\n",
        encoding="utf-8",
    )
    done = command(home, "convert", str(folder), str(tmp_path / "harbour.dossier.gpkg"))
    assert (done.returncode, done.stderr) == (0, "")
    return tmp_path / "harbour.dossier.gpkg"


def reports(home: Path) -> list[Path]:
    return sorted((home / "data" / "entente" / "reports").glob("*"))


def the_report(home: Path) -> str:
    (report,) = reports(home)
    return report.read_text(encoding="utf-8")


def opened(driver: Driver) -> None:
    driver.take_window("Harbour — Entente")
    driver.settled()


def recover(driver: Driver) -> None:
    """Accept what is offered, and see that it is the edit."""
    driver.find_window("Recovered Work")
    driver.settled()
    driver.press("Return")
    driver.find_window("Harbour* — Entente")
    driver.settled()


def test_a_crash_is_told_at_the_next_start_which_offers_the_work(
    test_display: str, home: Path, file: Path
) -> None:
    with started(test_display, home, str(file)) as driver:
        opened(driver)
        rename(driver, "A landing", "Two landings")
        driver.find_window("Harbour* — Entente")
        driver.process.send_signal(signal.SIGSEGV)
        assert driver.process.wait() == -signal.SIGSEGV
    assert reports(home) == []

    with started(test_display, home, str(file)) as driver:
        opened(driver)
        told = driver.find_window("Entente")
        driver.settled()
        report = the_report(home)
        for words in ("Fatal Python error: Segmentation fault", "entente: ", "changed: dossier"):
            assert words in report
        assert "landing" not in report.casefold()
        driver.press("Return")
        wait_for("the dialog to close", lambda: not driver.is_open(told) or None)
        recover(driver)
        driver.press("ctrl+s")
        driver.find_window("Harbour — Entente")
        assert driver.quit() == (0, "")

    with started(test_display, home, str(file)) as driver:
        opened(driver)
        # It is told once.
        time.sleep(1.0)
        assert driver.quit() == (0, "")
    assert len(reports(home)) == 1


def test_an_error_is_told_at_once_and_the_program_goes_on_or_ends(
    test_display: str, home: Path, file: Path
) -> None:
    program = (sys.executable, "-c", FAILING)
    with started(test_display, home, str(file), program=program) as driver:
        opened(driver)
        driver.press("F1")
        told = driver.find_window("Entente")
        driver.settled()
        report = the_report(home)
        assert "what: ValueError\n" in report
        assert " help.shortcuts\n" in report
        assert "landing" not in report.casefold()
        driver.press("Return")
        wait_for("the dialog to close", lambda: not driver.is_open(told) or None)
        # It goes on, and what is edited is kept.
        rename(driver, "A landing", "Two landings")
        driver.find_window("Harbour* — Entente")
        driver.process.send_signal(signal.SIGABRT)
        driver.process.communicate()

    with started(test_display, home, str(file), program=program) as driver:
        opened(driver)
        told = driver.find_window("Entente")
        driver.settled()
        driver.press("Return")
        wait_for("the dialog to close", lambda: not driver.is_open(told) or None)
        recover(driver)
        driver.press("F1")
        driver.find_window("Entente")
        driver.settled()
        # From Go On to Quit, which asks nothing: the work is safe.
        driver.press("Tab", "space")
        out, err = driver.process.communicate(timeout=30)
        assert (driver.process.returncode, out) == (2, "")
        assert err.count("entente: something went wrong (ValueError); a report is in ") == 1

    with started(test_display, home, str(file)) as driver:
        opened(driver)
        # Told before, so that only the work is offered.
        recover(driver)
    assert len(reports(home)) == 3

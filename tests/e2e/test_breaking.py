"""The real program breaks: it says so, leaves a report, and gives the work back."""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path

import pytest

from tests.e2e.driver import started
from tests.e2e.harbour import (
    pass_over_what_is_told,
    recover,
    rename,
    save_and_quit,
    shown,
    written,
)

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
    return written(home, tmp_path)


def reports(home: Path) -> list[Path]:
    return sorted((home / "data" / "entente" / "reports").glob("*"))


def the_report(home: Path) -> str:
    (report,) = reports(home)
    return report.read_text(encoding="utf-8")


def test_a_crash_is_told_at_the_next_start_which_offers_the_work(
    test_display: str, home: Path, file: Path
) -> None:
    with started(test_display, home, str(file)) as driver:
        shown(driver)
        rename(driver, "A landing", "Two landings")
        driver.process.send_signal(signal.SIGSEGV)
        assert driver.process.wait() == -signal.SIGSEGV
    assert reports(home) == []

    with started(test_display, home, str(file)) as driver:
        shown(driver)
        told = driver.find_window("Entente")
        driver.settled()
        report = the_report(home)
        for words in ("Fatal Python error: Segmentation fault", "entente: ", "changed: dossier"):
            assert words in report
        assert "landing" not in report.casefold()
        pass_over_what_is_told(driver, told)
        recover(driver)
        save_and_quit(driver)

    with started(test_display, home, str(file)) as driver:
        shown(driver)
        # It is told once.
        time.sleep(1.0)
        assert driver.quit() == (0, "")
    assert len(reports(home)) == 1


def test_an_error_is_told_at_once_and_the_program_goes_on_or_ends(
    test_display: str, home: Path, file: Path
) -> None:
    program = (sys.executable, "-c", FAILING)
    with started(test_display, home, str(file), program=program) as driver:
        shown(driver)
        driver.press("F1")
        told = driver.find_window("Entente")
        driver.settled()
        report = the_report(home)
        assert "what: ValueError\n" in report
        assert " help.shortcuts\n" in report
        assert "landing" not in report.casefold()
        pass_over_what_is_told(driver, told)
        # It goes on, and what is edited is kept.
        rename(driver, "A landing", "Two landings")
        driver.process.send_signal(signal.SIGABRT)
        driver.process.communicate()

    with started(test_display, home, str(file), program=program) as driver:
        shown(driver)
        told = driver.find_window("Entente")
        driver.settled()
        pass_over_what_is_told(driver, told)
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
        shown(driver)
        # Told before, so that only the work is offered.
        recover(driver)
    assert len(reports(home)) == 3

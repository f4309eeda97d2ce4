"""A dossier of one event, what is done to it in the program, and what is seen of that."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.driver import Driver, command, wait_for

EVENTS = (
    "id,title,type,quad,date,date_text,description\n"
    "landing,A landing,CONSULT,verbal-cooperation,1911,,\n"
)
SAVED, UNSAVED = "Harbour — Entente", "Harbour* — Entente"
"""What the window is called."""


def written(home: Path, room: Path) -> Path:
    """Write the dossier in one file, and return it."""
    folder, file = room / "Harbour", room / "harbour.dossier.gpkg"
    folder.mkdir()
    (folder / "events.csv").write_text(EVENTS, encoding="utf-8")
    done = command(home, "convert", str(folder), str(file))
    assert (done.returncode, done.stderr) == (0, "")
    return file


def shown(driver: Driver) -> None:
    """Wait until the window shows it."""
    driver.take_window(SAVED)
    driver.settled()


def rename(driver: Driver, old: str, new: str) -> None:
    """Find the event by Ctrl+K, open its form, and give it another title."""
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
    driver.find_window(UNSAVED)


def pass_over_what_is_told(driver: Driver, told: int) -> None:
    """Close the dialog that says what went wrong, by Return."""
    driver.press("Return")
    wait_for("the dialog to close", lambda: not driver.is_open(told) or None)


def recover(driver: Driver) -> None:
    """Accept what is offered, and see that it is the edit."""
    driver.find_window("Recovered Work")
    driver.settled()
    driver.press("Return")
    driver.find_window(UNSAVED)
    driver.settled()


def save_and_quit(driver: Driver) -> None:
    """Save by Ctrl+S, and leave without a word."""
    driver.press("ctrl+s")
    driver.find_window(SAVED)
    assert driver.quit() == (0, "")

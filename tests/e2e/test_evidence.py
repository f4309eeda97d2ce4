"""From what is disputed to the passage it was read in: the real program, by keys alone."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.e2e.driver import started, wait_for

pytestmark = pytest.mark.e2e

PASSAGE = "The harbour master counted eleven boats at dusk."


def dossier(folder: Path, letter: Path) -> Path:
    """Write a dossier with one dispute, and the text of one of its sources."""
    letter.write_text(f"It was a mild day.\n\n{PASSAGE}\n\nNobody slept.", encoding="utf-8")
    sha = hashlib.sha256(letter.read_bytes()).hexdigest()
    folder.mkdir()
    tables = {
        "events": "id,title,type,quad,date\nlanding,A landing,DEMONSTRATE,material-conflict,1911",
        "sources": f"id,title,file_sha256\nlog,Harbour log,{sha}\npaper,Morning paper,",
        "claims": "id,about_kind,about,property,value,stance,source,locator\n"
        "c1,event,landing,boats,11,asserts,log,p2\n"
        "c2,event,landing,boats,20,asserts,paper,p1",
    }
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text + "\n", encoding="utf-8")
    return folder


def test_from_the_list_of_disputes_to_the_passage(
    test_display: str, home: Path, tmp_path: Path
) -> None:
    letter = tmp_path / "letter.txt"
    folder = dossier(tmp_path / "Harbour", letter)
    with started(test_display, home, str(folder)) as driver:
        driver.take_window("Harbour — Entente")
        driver.settled()

        driver.press("ctrl+d")
        listing = driver.find_window("What Is Disputed")
        driver.settled()
        # From the dispute on to its first side, which is a claim: its card opens.
        driver.press("Down")
        driver.press("Right")
        driver.press("Return")
        driver.press("Escape")
        wait_for("the list to close", lambda: not driver.is_open(listing) or None)

        driver.press("ctrl+shift+t")
        sources = driver.find_window("Sources and Their Texts")
        driver.settled()
        driver.press("Return")
        chooser = driver.find_window("Attach the Text of “Harbour log”")
        driver.settled()
        driver.type(str(letter))
        driver.press("Return")
        wait_for("the file dialog to close", lambda: not driver.is_open(chooser) or None)
        kept = home / "data" / "entente" / "texts"
        wait_for("the text to be kept", lambda: list(kept.glob("*.json")) or None)
        # Where reading took long there is a dialog that says so: it must be gone.
        driver.settled()

        def closed() -> bool | None:
            if driver.is_open(sources):
                driver.press("Escape")
                driver.settled()
            return not driver.is_open(sources) or None

        wait_for("the sources to close", closed)

        def copied() -> str | None:
            driver.press("ctrl+shift+c")
            text = driver.copied()
            return text if PASSAGE in text else None

        told = wait_for("the passage on the card", copied)
        assert "Disputed (boats): two statements cannot both hold" in told
        assert f"¶2: {PASSAGE}" in told
        assert driver.quit() == (0, "")
    assert PASSAGE not in "".join(f.read_text(encoding="utf-8") for f in folder.iterdir())

"""From the first window to the saved picture: the real program, driven with mouse and keys."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tests.e2e.driver import (
    PATIENCE,
    SIZE,
    Area,
    Driver,
    changed,
    command,
    is_drawn,
    load,
    started,
    wait_for,
)
from tests.ui.conftest import open_window
from viewer.assets import shipped_dossier
from viewer.model.schema import Ref
from viewer.scene.style import LIGHT

pytestmark = pytest.mark.e2e

TITLE = "Iran–Canada relations — Entente"
BAGHDAD = Ref("places", "baghdad")
PANES = ("map", "graph", "timeline", "evidence", "facets")


def plan(qtbot: QtBot) -> tuple[dict[str, Area], tuple[float, float]]:
    """Return where the panes of a window of `SIZE` are, and where on it Baghdad can be clicked.

    Measured on a window of the same program in this process, which has no screen.
    """
    window = open_window(qtbot)
    window.resize(*SIZE)
    qtbot.wait(100)
    panes = {}
    for name in PANES:
        pane = window.desk.panels[name]
        corner = pane.mapTo(window, pane.rect().topLeft())
        panes[name] = Area(corner.x(), corner.y(), pane.width(), pane.height())
    scene = window.desk.views["map"].scene_shown
    own = [target for target in scene.targets if target.refs == (BAGHDAD,)]
    at = next((target for target in own if scene.at(target.x, target.y) is target), None)
    assert at is not None, "Baghdad cannot be clicked by itself"
    return panes, (panes["map"].x + at.x, panes["map"].y + at.y)


def rows(table: str) -> list[dict[str, str]]:
    """Return a table of the shipped dossier, read without the program."""
    with (shipped_dossier() / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def told_about(driver: Driver, heading: str, patience: float = PATIENCE) -> list[str]:
    """Copy the evidence with the keys until it is about `heading`; return it card by card."""

    def copy() -> str | None:
        driver.press("ctrl+shift+c")
        text = driver.copied()
        return text if text.partition("\n")[0] == heading else None

    return wait_for(f"the evidence for {heading}", copy, patience).strip().split("\n\n")


def leave(driver: Driver, home: Path) -> None:
    """Quit, and see that the program had nothing to complain of."""
    assert driver.quit() == (0, "")
    assert not (home / "data" / "entente" / "reports").exists()


def test_from_a_click_on_baghdad_to_a_picture_for_a_report(
    qtbot: QtBot, test_display: str, home: Path, tmp_path: Path
) -> None:
    panes, baghdad = plan(qtbot)
    with started(test_display, home) as driver:
        driver.take_window(TITLE)
        first = driver.settled(*panes.values())

        driver.click(*baghdad)
        cards = told_about(driver, "Baghdad")
        check_baghdad(cards)

        # Away from the map, so that nothing but the click can have changed the views.
        driver.point(panes["facets"].x + 20, panes["facets"].height)
        picked = driver.settled()
        for name in ("map", "graph", "timeline", "evidence"):
            area = panes[name]
            assert changed(area.of(first), area.of(picked)) > 0.01, f"{name} looks as before"
            if name != "evidence":
                assert contrast(area.of(picked)) < contrast(area.of(first)), f"{name} is not dimmed"
        assert changed(panes["facets"].of(first), panes["facets"].of(picked)) < 0.001

        # The mouse on a mark is no part of what is saved.
        driver.point(*baghdad)
        saved = tmp_path / "for the report.png"
        save_picture(driver, saved)
        check_board(saved, home, tmp_path)

        driver.press("Escape")
        driver.point(panes["facets"].x + 20, panes["facets"].height)
        cleared = driver.settled()
        for name, area in panes.items():
            assert changed(area.of(first), area.of(cleared)) < 0.001, f"{name} is not as it was"
        leave(driver, home)


def contrast(picture: np.ndarray) -> float:
    """Return how strongly what is drawn stands off from the ground on average."""
    grey = picture.mean(axis=2)
    return float(np.abs(grey - np.median(grey)).mean())


def check_baghdad(cards: list[str]) -> None:
    """Everything that happened in Baghdad is told, in order of date, and on whose word."""
    here = {row["event"] for row in rows("event_places") if row["place"] == BAGHDAD.id}
    events = {row["id"]: row for row in rows("events") if row["id"] in here}
    assert events
    shown = []
    for event in events.values():
        (card,) = [card for card in cards if event["title"] in card.split("\n")]
        assert event["description"] in card
        claims = [row for row in rows("claims") if row["about"] == event["id"]]
        paragraphs = {p for row in claims for p in row["locator"].replace("p", "").split("; ")}
        assert all(f"¶{paragraph}" in card for paragraph in paragraphs), card
        shown.append((cards.index(card), event["date"]))
    dates = [date for _, date in sorted(shown) if date[0].isdigit()]
    assert dates == sorted(dates)
    soleimani = next(card for card in cards if "Soleimani killed" in card)
    assert soleimani.startswith("3 Jan 2020")
    assert "victim Qassem Soleimani" in soleimani
    assert "Canada in Iraq, report, ¶59" in soleimani
    assert "Disputed (date)" in soleimani


def save_picture(driver: Driver, path: Path, named: str = "") -> None:
    """Save the whole board: Ctrl+E, the name over the one proposed, Enter.

    The program may have another name for the path, in a root of its own.
    """
    driver.press("ctrl+e")
    dialog = driver.find_window("Export Image")
    driver.settled()
    driver.type(named or str(path))
    driver.press("Return")
    wait_for("the picture", lambda: path.exists() or None)
    wait_for("the dialog to close", lambda: not driver.is_open(dialog) or None)


def check_board(saved: Path, home: Path, tmp_path: Path) -> None:
    """The picture is whole, in the colours that mean something, and the command line's too."""
    picture = load(saved)
    assert picture.shape == (SIZE[1], SIZE[0], 3)
    assert is_drawn(picture)
    for edge in (picture[:4], picture[-4:], picture[:, :4], picture[:, -4:]):
        plain = [(edge == c[:3]).all(axis=2) for c in (LIGHT.ground, LIGHT.divider)]
        assert np.logical_or(*plain).all(), "something is cut off at the edge"
    for colour in LIGHT.quads:
        assert (picture == colour[:3]).all(axis=2).sum() > 50, f"no {colour}"

    other = tmp_path / "command.png"
    where = ("--view", "board", "--select", f"{BAGHDAD.table}:{BAGHDAD.id}", "--out", str(other))
    done = command(home, "export", str(shipped_dossier()), *where, "--size", "1600x1000")
    assert (done.returncode, done.stderr) == (0, "")
    difference = np.abs(load(other).astype(int) - picture.astype(int))
    assert difference.mean() < 0.05, "the export is not what was seen"


def test_a_dossier_with_faults_says_so_and_stays_usable(
    test_display: str, home: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "Faulty"
    folder.mkdir()
    (folder / "places.csv").write_text(
        "id,name,lon,lat,precision\n"
        "rome,Rome,12.5,41.9,city\n"
        "nowhere,Nowhere,abc,95,city\n"
        "rome,Rome again,12.5,41.9,city\n",
        encoding="utf-8",
    )
    (folder / "events.csv").write_text(
        "id,title,type,quad,date\n"
        "talks,Talks in Rome,CONSULT,verbal-cooperation,2020-01-05\n"
        "later,A later meeting,CONSULT,verbal-cooperation,next week\n",
        encoding="utf-8",
    )
    (folder / "event_places.csv").write_text("event,place,role\ntalks,rome,at\n", encoding="utf-8")
    with started(test_display, home, str(folder)) as driver:
        driver.take_window("Faulty — Entente")
        picture = driver.settled()
        banner = (picture == LIGHT.dispute[:3]).all(axis=2).mean(axis=1) > 0.5
        assert 20 <= banner.sum() <= 60, "there is no banner along the top"
        assert banner.argmax() < 60

        driver.press("ctrl+k")
        driver.type("rom")
        driver.settled()
        driver.press("Return")
        _, card = told_about(driver, "Rome")
        assert "Talks in Rome" in card
        assert card.startswith("5 Jan 2020")
        leave(driver, home)


def test_every_view_is_exported_where_there_is_no_screen(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "pictures"
    done = command(home, "export", str(shipped_dossier()), "--view", "all", "--out", str(out))
    assert (done.returncode, done.stderr) == (0, "")
    views = ("board", "map", "graph", "timeline", "evidence")
    files = [out / f"{view}.png" for view in views]
    assert sorted(done.stdout.splitlines()) == sorted(map(str, files))
    assert sorted(out.iterdir()) == sorted(files)
    for file in files:
        picture = load(file)
        assert picture.shape == (SIZE[1], SIZE[0], 3), file.name
        assert is_drawn(picture), file.name

"""The package for Debian, in a Debian that has nothing: installed, used, upgraded, removed."""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tests.e2e.driver import (
    ENTENTE,
    ROOT,
    Driver,
    changed,
    command,
    environment,
    load,
    started,
    wait_for,
)
from tests.e2e.harbour import (
    EVENTS,
    pass_over_what_is_told,
    recover,
    rename,
    save_and_quit,
    shown,
)
from tests.e2e.test_first_light import check_baghdad, plan, save_picture, told_about
from tests.packaging.cleanroot import CleanRoot, clean_root
from viewer.assets import shipped_dossier

PACKAGES = os.environ.get("ENTENTE_PACKAGES")
if not PACKAGES:
    pytest.skip("ENTENTE_PACKAGES names no folder with packages", allow_module_level=True)
pytestmark = pytest.mark.slow
ENTRY = "/usr/share/applications/io.github.entente.entente.desktop"
TITLE = "A dossier of mine"
FOREIGN = re.compile("python|libqt|qt6|gtk|libgdal|libproj", re.IGNORECASE)
"""None of these may be asked for: the package brings its own, or does without."""
DESKTOP = ("libglib2.0-bin", "shared-mime-info", "desktop-file-utils")
OLD = "0.0.1"
STARTS = 5
RATIO = 1.3


@pytest.fixture(scope="module")
def package() -> Path:
    """Return the newest package in the folder."""
    found = sorted(Path(PACKAGES).resolve().glob("*.deb"), key=lambda p: p.stat().st_mtime)
    assert found, f"{PACKAGES} holds no .deb; packaging/build.py makes it"
    return found[-1]


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CleanRoot]:
    with clean_root(tmp_path_factory.mktemp("debian") / "root") as root:
        root.apt("update")
        yield root


@pytest.fixture(scope="module")
def before(bare: CleanRoot) -> tuple[set[str], set[str]]:
    """Return the packages and files there are before anything is installed."""
    return bare.packages(), bare.files()


@pytest.fixture(scope="module")
def older(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the same package as if of an older version, with a file that is gone since."""
    folder = tmp_path_factory.mktemp("older")
    tree = folder / "tree"
    subprocess.run(["dpkg-deb", "--raw-extract", package, tree], check=True)
    control = tree / "DEBIAN" / "control"
    text = re.sub("(?m)^Version: .*$", f"Version: {OLD}", control.read_text(encoding="utf-8"))
    control.write_text(text, encoding="utf-8")
    (tree / "usr/lib/entente/_internal/given-up").write_text("", encoding="utf-8")
    out = folder / f"entente_{OLD}.deb"
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-Znone", "--build", tree, out],
        check=True, capture_output=True,
    )  # fmt: skip
    shutil.rmtree(tree)
    return out


@pytest.fixture(scope="module")
def installed(
    bare: CleanRoot, before: tuple[set[str], set[str]], older: Path, package: Path
) -> CleanRoot:
    """Return the root with the package in it, which took the place of an older one."""
    for path in (older, package):
        shutil.copy(path, bare.path / "tmp" / path.name)
        bare.apt("install", "--no-install-recommends", f"/tmp/{path.name}")
        if path is older:
            assert version(bare) == OLD
            bare.run("entente", "info", "/usr/lib/entente/_internal/data/iran-canada")
            settings = bare.home / ".config" / "entente" / "settings.json"
            settings.parent.mkdir(parents=True)
            settings.write_text(json.dumps({"theme": "light"}), encoding="utf-8")
            bare.run("chown", "-R", "user:user", "/home/user", user=0)
    return bare


@pytest.fixture(scope="module")
def dossier(installed: CleanRoot) -> str:
    """Return the path inside of a dossier of the user's own."""
    folder = installed.home / "Dossiers" / "Müller & Co"
    shutil.copytree(shipped_dossier(), folder)
    about = folder / "datapackage.json"
    described = json.loads(about.read_text(encoding="utf-8"))
    about.write_text(json.dumps({**described, "title": TITLE}), encoding="utf-8")
    return "/home/user/Dossiers/Müller & Co"


def version(root: CleanRoot) -> str:
    return root.run("dpkg-query", "-W", "-f", "${Version}", "entente").stdout


def test_it_asks_for_what_it_needs_and_no_more(installed: CleanRoot) -> None:
    depends = installed.run("dpkg-query", "-W", "-f", "${Depends}", "entente").stdout
    names = {re.match(r"[\w.+-]+", part.strip())[0] for part in re.split("[,|]", depends)}  # type: ignore[index]
    assert not {name for name in names if FOREIGN.search(name)}
    assert not (installed.path / "usr/bin/python3").exists()
    program = installed.path / "usr/lib/entente"
    files = [path for path in program.rglob("*.so*") if not path.is_symlink()]
    inside = [str(Path("/") / path.relative_to(installed.path)) for path in files]
    told = installed.run("ldd", "/usr/lib/entente/entente", *inside).stdout
    missing = set(re.findall(r"(\S+) => not found", told))
    # Those of a wheel are found by the one that loads them.
    assert missing <= {path.name for path in files}


def test_an_upgrade_takes_the_place_of_the_older_version(
    installed: CleanRoot, package: Path
) -> None:
    assert version(installed) != OLD
    assert version(installed) in package.name
    assert not (installed.path / "usr/lib/entente/_internal/given-up").exists()
    assert (installed.home / ".config/entente/settings.json").is_file()


def test_versions_are_named(installed: CleanRoot) -> None:
    done = installed.run("entente", "--version")
    assert (done.returncode, done.stderr) == (0, "")
    for name in ("entente", "commit", "Python", "Qt", "PROJ", "GDAL"):
        assert re.search(rf"\b{name} \S*\d", done.stdout), f"{name} is not in {done.stdout}"


def test_pictures_are_those_of_the_source(
    installed: CleanRoot, dossier: str, tmp_path: Path
) -> None:
    ours = installed.home / "Dossiers" / "Müller & Co"
    for view in ("map", "graph", "timeline", "board"):
        name = f"{view}.png"
        done = installed.run("entente", "export", dossier, "--view", view, "--out", f"/tmp/{name}")
        assert (done.returncode, done.stderr) == (0, "")
        arguments = ("export", str(ours), "--view", view, "--out", str(tmp_path / name))
        assert command(tmp_path, *arguments).returncode == 0
        packaged, source = load(installed.path / "tmp" / name), load(tmp_path / name)
        assert packaged.shape == source.shape
        assert changed(packaged, source) < 0.001, f"{view} differs from that of the source"


@pytest.fixture(scope="module")
def desktop(installed: CleanRoot) -> CleanRoot:
    """Return the root with what a desktop opens files with; there is none on a bare root."""
    installed.apt("install", "--no-install-recommends", *DESKTOP)
    return installed


def test_a_dossier_is_known_by_its_name_and_opens_by_a_double_click(desktop: CleanRoot) -> None:
    for name, kind in (
        ("x.dossier.gpkg", "application/x-entente-dossier"),
        ("x.gpkg", "application/geopackage+sqlite3"),
    ):
        (desktop.home / name).write_bytes(b"SQLite format 3\0")
        told = desktop.run("gio", "info", f"/home/user/{name}").stdout
        assert f"content-type: {kind}" in told
        assert Path(ENTRY).name in desktop.run("gio", "mime", kind).stdout
    icons = desktop.path / "usr/share/icons/hicolor"
    assert {path.parts[-3] for path in icons.rglob("application-x-entente-dossier.*")} >= {
        "16x16", "48x48", "512x512", "scalable",
    }  # fmt: skip


def told_after_a_click(driver: Driver, x: float, y: float) -> list[str]:
    """Click a place until it is heard: the first pictures are there before the views answer."""

    def look() -> list[str] | None:
        driver.click(x, y)
        time.sleep(2.0)  # two clicks at once would be one on what lies there
        try:
            return told_about(driver, "Baghdad", patience=2.0)
        except AssertionError:
            return None

    return wait_for("the place to answer", look, patience=60.0)


@contextmanager
def ended(root: CleanRoot) -> Iterator[None]:
    """See that the program has ended, which is no child of ours once the desktop started it."""
    try:
        yield
    finally:
        root.run("sh", "-c", "kill -9 $(pidof -c entente)", user=0)


def opened_by(root: CleanRoot, display: str, *words: str) -> list[str]:
    """Return the command that opens something as the desktop does, and waits for the end."""
    # gio is gone as soon as the program runs.
    wait = '"$0" "$@"; while [ -n "$(pidof -c entente)" ]; do sleep 0.2; done'
    return root.command("sh", "-c", wait, "gio", *words, DISPLAY=display, LANG="C.UTF-8")


@pytest.mark.e2e
def test_from_the_desktop_to_the_events_of_a_place(
    qtbot: QtBot, desktop: CleanRoot, dossier: str, test_display: str, tmp_path: Path
) -> None:
    panes, baghdad = plan(qtbot)
    program = opened_by(desktop, test_display, "launch", ENTRY, dossier)
    with started(test_display, tmp_path, program=program) as driver, ended(desktop):
        driver.take_window(f"{TITLE} — Entente")
        driver.settled(*panes.values())
        check_baghdad(told_after_a_click(driver, *baghdad))
        saved = desktop.home / "board.png"
        save_picture(driver, saved, "/home/user/board.png")
        assert driver.quit() == (0, "")
    same = tmp_path / "board.png"
    words = ("--view", "board", "--select", "places:baghdad", "--size", "1600x1000")
    folder = str(desktop.path / dossier.lstrip("/"))
    assert command(tmp_path, "export", folder, *words, "--out", str(same)).returncode == 0
    difference = np.abs(load(saved).astype(int) - load(same).astype(int))
    assert difference.mean() < 0.05, "it is not the picture that is drawn from source"


@pytest.fixture(scope="module")
def harbour(desktop: CleanRoot) -> str:
    """Return the path inside of a dossier of one event in one file, which the package wrote."""
    folder = desktop.home / "Harbour"
    folder.mkdir()
    (folder / "events.csv").write_text(EVENTS, encoding="utf-8")
    file = "/home/user/harbour.dossier.gpkg"
    done = desktop.run("entente", "convert", "/home/user/Harbour", file)
    assert (done.returncode, done.stderr) == (0, "")
    return file


def events_of(root: CleanRoot, file: str) -> str:
    """Return the table of events of a dossier in one file."""
    done = root.run("entente", "convert", "--overwrite", file, "/tmp/events")
    assert (done.returncode, done.stderr) == (0, "")
    return (root.path / "tmp/events/events.csv").read_text(encoding="utf-8")


def reports(root: CleanRoot) -> list[str]:
    folder = root.home / ".local/share/entente/reports"
    return [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*"))]


@pytest.mark.e2e
def test_a_dossier_in_one_file_opens_from_the_desktop_is_edited_and_saved(
    desktop: CleanRoot, harbour: str, test_display: str, tmp_path: Path
) -> None:
    program = opened_by(desktop, test_display, "open", harbour)
    with started(test_display, tmp_path, program=program) as driver, ended(desktop):
        shown(driver)
        rename(driver, "A landing", "Two landings")
        save_and_quit(driver)
    assert ",Two landings," in events_of(desktop, harbour)
    assert (desktop.home / "harbour.dossier.gpkg.bak").is_file()
    assert reports(desktop) == []


@pytest.mark.e2e
def test_after_a_crash_there_is_a_report_and_the_work_is_offered(
    desktop: CleanRoot, harbour: str, test_display: str, tmp_path: Path
) -> None:
    program = opened_by(desktop, test_display, "open", harbour)
    with started(test_display, tmp_path, program=program) as driver, ended(desktop):
        shown(driver)
        rename(driver, "Two landings", "Three landings")
        desktop.run("sh", "-c", "kill -SEGV $(pidof -c entente)", user=0)
        driver.process.communicate(timeout=60)
    assert reports(desktop) == []
    with started(test_display, tmp_path, program=program) as driver, ended(desktop):
        driver.take_window("Harbour — Entente")
        told = driver.find_window("Entente")
        driver.settled()
        (report,) = reports(desktop)
        for words in ("Segmentation fault", "commit: ", "Debian GNU/Linux 12", "changed: dossier"):
            assert words in report
        assert "landing" not in report.casefold()
        pass_over_what_is_told(driver, told)
        recover(driver)
        save_and_quit(driver)
    assert ",Three landings," in events_of(desktop, harbour)


@pytest.fixture
def fault(installed: CleanRoot) -> Iterator[None]:
    """Let a file of the program be damaged: the licences, which are read when they are shown."""
    notice = installed.path / "usr/lib/entente/_internal/assets/THIRD-PARTY.txt"
    whole = notice.read_bytes()
    notice.write_bytes(b"\xff")
    yield
    notice.write_bytes(whole)


@pytest.mark.e2e
@pytest.mark.usefixtures("fault")
def test_an_error_is_told_at_once_with_a_report(
    desktop: CleanRoot, harbour: str, test_display: str, tmp_path: Path
) -> None:
    before = len(reports(desktop))
    program = opened_by(desktop, test_display, "open", harbour)
    with started(test_display, tmp_path, program=program) as driver, ended(desktop):
        shown(driver)
        driver.press("ctrl+k")
        driver.type("About Entente")
        driver.settled()
        driver.press("Return")
        driver.find_window("About Entente")
        driver.settled()
        # From OK to Licences.
        driver.press("Tab", "space")
        told = driver.find_window("Entente")
        driver.settled()
        pass_over_what_is_told(driver, told)
        # It goes on.
        rename(driver, "Three landings", "Four landings")
        driver.press("ctrl+s")
        driver.find_window("Harbour — Entente")
        status, said = driver.quit()
        assert status == 0
        assert said.startswith("entente: something went wrong (UnicodeDecodeError); a report is in")
    report = reports(desktop)[-1]
    assert len(reports(desktop)) == before + 1
    assert "what: UnicodeDecodeError\n" in report
    assert " help.about\n" in report
    assert ",Four landings," in events_of(desktop, harbour)


def test_it_starts_about_as_fast_as_from_source(installed: CleanRoot, tmp_path: Path) -> None:
    def source() -> float:
        trace = tmp_path / "trace"
        env = environment(tmp_path) | {"ENTENTE_STARTUP_TRACE": str(trace)}
        env["QT_QPA_PLATFORM"] = "offscreen"
        began = time.time()
        subprocess.run(ENTENTE, cwd=ROOT, env=env, check=True)
        return painted(trace, began)

    def packaged() -> float:
        began = time.time()
        done = installed.run("entente", QT_QPA_PLATFORM="offscreen", LANG="C.UTF-8",
                             ENTENTE_STARTUP_TRACE="/tmp/trace")  # fmt: skip
        assert done.returncode == 0, done.stderr
        return painted(installed.path / "tmp/trace", began)

    def painted(trace: Path, began: float) -> float:
        moments = dict(line.split() for line in trace.read_text(encoding="utf-8").splitlines())
        trace.unlink()
        return float(moments["views"]) - began

    # The first of each finds nothing in memory yet.
    took = np.array([(packaged(), source()) for _ in range(STARTS + 1)][1:])
    ours, theirs = (statistics.median(column) for column in took.T)
    print(f"{ours:.2f} s packaged, {theirs:.2f} s from source: {ours / theirs:.2f}")
    assert ours <= RATIO * theirs, f"{ours:.2f} s packaged and {theirs:.2f} s from source"


def test_nothing_is_left_when_it_is_purged(
    installed: CleanRoot, before: tuple[set[str], set[str]], dossier: str
) -> None:
    installed.apt("remove", "entente")
    assert not (installed.path / "usr/bin/entente").exists()
    # As long as it is installed apt would purge it in one go; now only dpkg knows of it.
    assert installed.run("dpkg", "--purge", "entente", user=0).returncode == 0
    installed.apt("purge", *DESKTOP)
    installed.apt("autoremove", "--purge")
    packages, files = before
    assert installed.packages() == packages
    assert {path for path in installed.files() - files if "entente" in path.lower()} == set()
    assert (installed.home / ".config/entente/settings.json").is_file()
    assert (installed.path / dossier.lstrip("/") / "events.csv").is_file()

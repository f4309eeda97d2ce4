"""The command line as a shell sees it: output, exit status, one line for every failure."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.dossiers import claim, make, small
from viewer import __version__, cli, faults
from viewer.__main__ import main
from viewer.assets import shipped_dossier
from viewer.errors import EntenteError
from viewer.formats.folder import write_folder
from viewer.model.dossier import Dossier
from viewer.model.schema import TABLES, Ref
from viewer.model.store import Store
from viewer.scene.exporting import ExportOptions, apply

ROOT = Path(__file__).parents[1]
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the program in this process: status, stdout, stderr."""

    def runner(*arguments: object) -> tuple[int, str, str]:
        status = main([str(word) for word in arguments])
        out, err = capsys.readouterr()
        return status, out, err

    return runner


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_folder(small(), tmp_path / "small")
    return tmp_path / "small"


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    """A dossier with one error and some warnings."""
    write_folder(make(events=[{"id": "e", "title": "E", "date": "Sept 2012"}]), tmp_path / "faulty")
    return tmp_path / "faulty"


def line(err: str) -> str:
    """Return the one line that a failure prints."""
    assert err.count("\n") == 1
    assert "Traceback" not in err
    assert err.startswith("entente: ")
    return err.removeprefix("entente: ").rstrip("\n")


# -- help and versions ---------------------------------------------------------------------------


def test_version(run: Run) -> None:
    status, out, err = run("--version")
    assert (status, err) == (0, "")
    assert out.startswith(f"entente {__version__} (")
    for part in ("commit", "Python 3.", "Qt 6.", "PROJ", "GDAL"):
        assert part in out


@pytest.mark.parametrize("command", ["", "info", "check", "convert", "salvage", "export"])
def test_help(run: Run, command: str) -> None:
    status, out, err = run(*filter(None, [command, "--help"]))
    assert (status, err) == (0, "")
    assert out.startswith("usage: entente")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "nowhere: no such file or folder; check the path"),
        (["--bogus"], "“--bogus” is not understood; see entente --help"),
        (["chekc", "x"], "no command “chekc”; did you mean check?; see entente --help"),
        (["a", "b"], "“b” is not understood; see entente --help"),
        (["info"], "the following arguments are required: FILE; see entente info --help"),
        (["info", "nowhere"], "nowhere: no such file or folder; check the path"),
        (["check", "no\x1b[31m\nwhere"], "no⟨U+001B⟩[31m⟨U+000A⟩where: no such file or folder"),
        (["export", "nowhere", "--view", "map", "--out", "x.png"], "nowhere: no such file"),
    ],
)
def test_wrong_use_is_one_line_and_status_2(run: Run, arguments: list[str], message: str) -> None:
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert line(err).startswith(message)


# -- the window ----------------------------------------------------------------------------------


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path | None]:
    """What the window would be opened with."""
    calls: list[Path | None] = []
    application = pytest.importorskip("viewer.ui.application")
    monkeypatch.setattr(application, "run", lambda path: calls.append(path) or 0)
    return calls


def test_the_window_opens(
    run: Run, opened: list[Path | None], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run()[0] == 0
    assert run(folder)[0] == 0
    assert opened == [None, folder]
    # A file that is called like a command.
    (folder / "info").mkdir()
    monkeypatch.chdir(folder)
    assert run("./info")[0] == 0
    assert opened[-1] == Path("./info")
    assert run("info")[0] == 2


def test_nothing_of_qt_is_loaded_without_a_window() -> None:
    code = (
        "import sys\nfrom viewer.__main__ import main\n"
        f"main(['check', {str(shipped_dossier())!r}])\n"
        "print([name for name in sys.modules if name.startswith(('PySide6', 'pyqtgraph'))])"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert out.stdout.splitlines()[-1] == "[]"


# -- info ----------------------------------------------------------------------------------------


def test_info_on_the_shipped_dossier(run: Run) -> None:
    status, out, err = run("info", shipped_dossier())
    assert (status, err) == (0, "")
    assert out.startswith("Iran–Canada relations\n")
    assert "  dates         2012 – " in out
    assert "° W to " in out


def test_info_as_json(run: Run, folder: Path) -> None:
    status, out, _ = run("info", folder, "--json")
    assert status == 0
    told = json.loads(out)
    assert told["title"] == "A small dossier"
    assert told["counts"]["events"] == len(small().events)
    assert list(told["counts"]) == list(TABLES)
    assert told["dates"] == "7 Sep 2012 – about 14 Feb 2020"
    assert told["disputes"] == 1
    assert told["disputes_list"] == [
        {"about": "events:letter", "property": "sent", "values": ["yes", "denies yes"]}
    ]
    assert told["errors"] == 0
    assert told["warnings"] > 0
    assert told["located"] == 8


def test_info_names_a_value_once_however_it_is_worded(run: Run, tmp_path: Path) -> None:
    said = ["Shiraz", "shiraz", "Isfahan", "SHIRAZ."]
    rows = [claim(f"c{i}", "e", value, prop="epicentre") for i, value in enumerate(said)]
    write_folder(make(events=["e"], claims=rows), tmp_path / "d")
    (dispute,) = json.loads(run("info", tmp_path / "d", "--json")[1])["disputes_list"]
    assert dispute["values"] == ["Shiraz", "Isfahan"]


def test_info_is_done_however_many_errors_there_are(run: Run, faulty: Path) -> None:
    status, out, err = run("info", faulty)
    assert (status, err) == (0, "")
    assert "  problems      1 error, 1 warning; entente check tells which\n" in out


def test_info_spans_the_antimeridian_the_short_way(run: Run, tmp_path: Path) -> None:
    places = [("fiji", "178", "-18"), ("samoa", "-172", "-14"), ("tonga", "-175", "-21")]
    write_folder(
        make(places=[{"id": key, "name": key, "lon": x, "lat": y} for key, x, y in places]),
        tmp_path / "d",
    )
    told = json.loads(run("info", tmp_path / "d", "--json")[1])
    assert told["extent"] == [178, -21, -172, -14]


def test_info_on_an_empty_dossier(run: Run, tmp_path: Path) -> None:
    write_folder(Dossier.empty("Nothing"), tmp_path / "d")
    status, out, err = run("info", tmp_path / "d")
    assert (status, err) == (0, "")
    assert "no place has coordinates" in out
    assert "date not known" in out
    assert json.loads(run("info", tmp_path / "d", "--json")[1])["extent"] is None


# -- check ---------------------------------------------------------------------------------------


def test_check_prints_file_table_row_column(run: Run, faulty: Path) -> None:
    status, out, err = run("check", faulty)
    assert status == 1
    first, *rest = out.splitlines()
    assert first.startswith(f"{faulty}:events:2:date: “Sept 2012” is no date: write 2012-09")
    assert rest == [f"{faulty}:events: warning: no event has a claim: on whose word?"]
    assert err == f"{faulty}: 1 error, 1 warning\n"


def test_check_with_warnings_only_is_content(run: Run, folder: Path) -> None:
    status, out, err = run("check", folder)
    assert status == 0
    assert all(": warning: " in one for one in out.splitlines())
    assert err.endswith(" warnings\n")


def test_check_without_problems(run: Run, tmp_path: Path) -> None:
    write_folder(Dossier.empty(), tmp_path / "d")
    assert run("check", tmp_path / "d") == (0, "", f"{tmp_path / 'd'}: no problems\n")


def test_what_a_stranger_wrote_cannot_steer_the_terminal(run: Run, tmp_path: Path) -> None:
    write_folder(make("Evil \x1b]0;title\x07 \u202e name", events=["e\x1b[2J"]), tmp_path / "d")
    for command in ("info", "check"):
        out = run(command, tmp_path / "d")[1]
        assert "\x1b" not in out
        assert "\u202e" not in out
    assert "⟨U+202E⟩" in run("info", tmp_path / "d")[1]


def process(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "viewer", *map(str, arguments)],
        capture_output=True, text=True, encoding="utf-8", cwd=ROOT, check=False,
        env={**os.environ, **environment},
    )  # fmt: skip


def test_a_terminal_without_unicode_gets_numbers(folder: Path) -> None:
    done = process("info", folder, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 0
    assert "\\u2013" in done.stdout
    assert done.stderr == ""


@pytest.mark.skipif(os.name != "posix", reason="a pipe of POSIX")
def test_a_reader_who_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    write_folder(make(events=[{"id": f"e{i}", "date": "x"} for i in range(5000)]), tmp_path / "d")
    done = subprocess.run(
        f"{sys.executable} -m viewer check {tmp_path / 'd'} | head -1",
        shell=True, capture_output=True, text=True, encoding="utf-8", cwd=ROOT, check=False,
    )  # fmt: skip
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""


def test_an_error_nobody_foresaw_leaves_a_report(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    detail = "a row of the dossier"

    def broken(_: object) -> int:
        raise ValueError(detail)

    monkeypatch.setitem(cli.COMMANDS, "info", cli.COMMANDS["info"]._replace(run=broken))
    status, out, err = run("info", folder)
    assert (status, out) == (2, "")
    assert "something went wrong in the program (ValueError)" in line(err)
    assert str(folder) in err
    report = Path(line(err).rpartition("a report is in ")[2])
    assert report.parent == faults.folder()
    text = report.read_text(encoding="utf-8")
    assert "test_cli.py" in text
    assert detail not in text
    report.unlink()


# -- export: the options -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--out", "x.png"], "the following arguments are required: --view"),
        (["--view", "mapp", "--out", "x.png"], "argument --view: invalid choice: 'mapp'"),
        (["--view", "map", "--out", "x.bmp"], "x.bmp: end the name in .png, .svg or .pdf"),
        (["--view", "map", "--out", "x.png", "--format", "pdf"], "x.png: is called png but"),
        (["--view", "map", "--out", "no/x.png"], "no/x.png: there is no folder no; make it"),
        (["--view", "all", "--out", "x.png"], "x.png: --view all saves several pictures"),
        (["--view", "map", "--out", "x.png", "--size", "big"], "--size big: write width and"),
        (["--view", "map", "--out", "x.png", "--size", "9x1000"], "--size 9x1000: each side"),
        (["--view", "map", "--out", "x.png", "--dpi", "0"], "--dpi 0: write a whole number"),
        (["--view", "map", "--out", "x.png", "--size", "9000x9000", "--dpi", "900"], "--size"),
        (["--view", "map", "--out", "x.png", "--theme", "pink"], "argument --theme: invalid"),
        (["--view", "map", "--out", "x.png", "--where", "quad"], "--where quad: write FACET="),
    ],
)
def test_export_options_that_make_no_sense(
    run: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    arguments: list[str], message: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    status, out, err = run("export", folder, *arguments)
    assert (status, out) == (2, "")
    assert line(err).startswith(message)
    assert not (tmp_path / "x.png").exists()


def test_export_hands_on_what_was_asked_for(
    run: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[ExportOptions] = []
    export = pytest.importorskip("viewer.ui.export")
    monkeypatch.setattr(export, "export_command", lambda options: asked.append(options) or 0)
    out = tmp_path / "map.svg"
    status, *_ = run(
        "export", folder, "--view", "map", "--out", out, "--size", "800×600", "--dpi", "150",
        "--theme", "dark", "--select", "baghdad, zarif", "--select", "call", "--from", "2012",
        "--to", "2020-01", "--where", "quad=verbal-conflict", "--where", "kind = person",
        "--calendar", "persian", "--projection", "robin",
    )  # fmt: skip
    assert status == 0
    assert asked == [
        ExportOptions(
            folder, "map", out, None, (800, 600), 150, "dark", ("baghdad", "zarif", "call"),
            "2012", "2020-01", (("quad", "verbal-conflict"), ("kind", "person")),
            calendar="persian", projection="robin",
        )
    ]  # fmt: skip


# -- export: what is shown -----------------------------------------------------------------------

PLAIN = ExportOptions(
    Path("d"), "map", Path("x.png"), None, (1600, 1000), 96, "light", (), None, None, ()
)


def applied(dossier: Dossier | None = None, **changes: object) -> Store:
    return apply(dossier or small(), replace(PLAIN, **changes))


def events(store: Store) -> set[str]:
    table = store.state.dossier.events
    return {table["id"][row] for row in np.flatnonzero(store.shown.events)}


def test_the_calendar_asked_for_is_that_of_the_picture() -> None:
    assert applied().state.calendar == "gregorian"
    assert applied(calendar="persian").state.calendar == "persian"


def test_the_projection_asked_for_is_that_of_the_picture() -> None:
    assert applied().state.projection == "auto"
    assert applied(projection="ortho").state.projection == "ortho"


def test_nothing_asked_for_shows_everything() -> None:
    store = applied()
    assert events(store) == set(small().events["id"])
    assert not store.highlight.dimming


def test_select_finds_an_id_in_any_table() -> None:
    store = applied(select=("baghdad", "zarif", "call", "envoy"))
    picked = store.state.selection.refs(store.state.dossier)
    assert set(picked) == {
        Ref("places", "baghdad"), Ref("actors", "zarif"), Ref("events", "call"),
        Ref("relations", "envoy"),
    }  # fmt: skip


def test_an_id_of_two_tables_needs_its_table() -> None:
    dossier = make(actors=["iraq"], places=["iraq"])
    with pytest.raises(EntenteError, match="write actors:iraq or places:iraq"):
        applied(dossier, select=("iraq",))
    store = applied(dossier, select=("places:iraq",))
    assert store.state.selection.refs(dossier) == (Ref("places", "iraq"),)


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("bagdad", "no row has the id “bagdad”; did you mean “baghdad”"),
        ("globe", "“globe” is one of the sources; pick actors, places, events or relations"),
        ("doubt", "“doubt” is one of the claims"),
        ("\x1b", "⟨U+001B⟩"),
    ],
)
def test_an_id_that_cannot_be_picked(key: str, message: str) -> None:
    with pytest.raises(EntenteError) as caught:
        applied(select=(key,))
    assert message in str(caught.value)
    assert str(caught.value).startswith("d: --select: ")


def test_from_and_to_reach_to_the_end_of_what_they_name() -> None:
    assert events(applied(start="2012", end="2012")) == {"embassy", "undated"}
    assert events(applied(start="2020-01-03", end="2020-01-03")) == {
        "strike", "call", "training", "undated",
    }  # fmt: skip
    assert "meeting" not in events(applied(end="2020-02-13"))
    assert "embassy" not in events(applied(start="2012-09-08"))


@pytest.mark.parametrize(("start", "end"), [("2012", None), (None, "2012"), ("2050", None)])
def test_a_span_always_has_two_finite_ends(start: str | None, end: str | None) -> None:
    for dossier in (small(), Dossier.empty()):
        span = applied(dossier, start=start, end=end).state.filter.span
        assert span is not None
        assert np.isfinite(span).all()
        assert span[0] < span[1]


@pytest.mark.parametrize(
    ("start", "end", "message"),
    [
        ("2013", "2012", "d: --to: 2012 is before 2013"),
        ("Sept 2012", None, "d: --from: “Sept 2012” is no date: write 2012-09"),
        ("../2012", None, "d: --from: “../2012” has no end"),
        (None, "2012/..", "d: --to: “2012/..” has no end"),
        ("XXXX", None, "d: --from: “XXXX” has no end"),
    ],
)
def test_spans_that_make_no_sense(start: str | None, end: str | None, message: str) -> None:
    with pytest.raises(EntenteError) as caught:
        applied(start=start, end=end)
    assert str(caught.value).startswith(message)


def test_where_shows_only_what_it_names() -> None:
    assert events(applied(where=(("quad", "material-conflict"),))) == {"embassy", "strike"}
    both = (("quad", "material-conflict"), ("quad", "Material cooperation"))
    assert events(applied(where=both)) == {"embassy", "strike", "training"}
    assert events(applied(where=(*both, ("source", "cbc")))) == {"embassy"}
    assert events(applied(where=(("support", "disputed"),))) == {"letter"}
    assert events(applied(where=(("source", "cbc"),))) == {"embassy", "meeting"}
    assert events(applied(where=(("quad", ""),))) == {"meeting"}


@pytest.mark.parametrize(
    ("facet", "value", "message"),
    [
        ("colour", "red", "there is no facet “colour”; there are quad, kind, source, support"),
        ("kind", "ship", "“ship” is no kind of this dossier; there are person, state"),
        ("source", "bbc", "“bbc” is no source of this dossier; there are globe, cbc, irna"),
    ],
)
def test_where_names_what_there_is(facet: str, value: str, message: str) -> None:
    with pytest.raises(EntenteError) as caught:
        applied(where=((facet, value),))
    assert message in str(caught.value)

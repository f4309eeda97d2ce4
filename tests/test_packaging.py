"""What a fresh machine relies on."""

import ast
import io
import os
import plistlib
import re
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import distributions
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import numpy as np
import pytest
import yaml
from PIL import Image

from viewer.cli import COMMANDS

ROOT = Path(__file__).resolve().parent.parent
LINUX = ROOT / "packaging" / "linux"
APP_ID = "io.github.entente.entente"
BUILD = (ROOT / "packaging" / "build.py").read_text(encoding="utf-8")
FACTS = {"number": "0.1.0", "version": "0.1.0~20261122.abc", "epoch": "1795000000"}


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch):
    """Return what imports a module of packaging/, which is no package."""
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))

    def get(name: str) -> ModuleType:
        return import_module(name)

    return get


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_dependency_is_pinned():
    if not Path(sys.prefix, "entente-stamp").exists():
        pytest.skip("not in the environment that packaging/dev.py makes")
    lines = (ROOT / "packaging/constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = dict(re.match(r"([\w.-]+)==([\w.]+)", s).groups() for s in lines if s and s[0] != "#")
    apart = {"entente", "pip", "setuptools"}
    installed = {canonical(d.name): d.version for d in distributions() if d.name not in apart}
    assert {name: pins.get(name) for name in installed} == installed


def test_dev_speaks_to_old_pythons():
    source = (ROOT / "packaging/dev.py").read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 6))
    assert isinstance(tree.body[2], ast.If), "the version is asked before anything else"


def test_advances_are_of_the_shipped_fonts():
    from fontTools.ttLib import TTFont

    fonts = ROOT / "assets/fonts"
    faces = {
        "inter-400": "Inter-Regular",
        "inter-500": "Inter-Medium",
        "inter-600": "Inter-SemiBold",
        "inter-700": "Inter-Bold",
        "arabic-400": "NotoSansArabic-Regular",
        "arabic-700": "NotoSansArabic-Bold",
    }
    with np.load(fonts / "advances.npz") as table:
        assert {key.partition(".")[0] for key in table} == set(faces)
        for face, name in faces.items():
            with TTFont(fonts / f"{name}.ttf") as font:
                em, widths, characters = (
                    font["head"].unitsPerEm,
                    font["hmtx"].metrics,
                    font.getBestCmap(),
                )
                expected = [widths[characters[code]][0] / em for code in sorted(characters)]
            assert table[f"{face}.codepoints"].tolist() == sorted(characters)
            np.testing.assert_allclose(table[f"{face}.advances"], expected, atol=1e-6)


# -- a good citizen of the desktop ---------------------------------------------------------------


def words_of_parsers(manual: ModuleType) -> set[str]:
    return {
        flag
        for parser in manual.parsers().values()
        for action in manual.options(parser)
        for flag in action.option_strings
        if flag.startswith("--")
    }


def test_manual_and_completion_tell_every_command_and_option(tool):
    manual = tool("build_manual")
    found = manual.parsers()
    page = manual.manual(found, "0.1.0", 1_795_000_000).replace("\\-", "-")
    completions = [make(found) for make in (manual.bash, manual.zsh, manual.fish)]
    for command in COMMANDS:
        assert f".SS {command}\n" in page
        assert all(re.search(rf"\b{command}\b", text) for text in completions)
    for flag in words_of_parsers(manual) - {"--help"}:
        assert flag in page
        assert flag in completions[0]
        assert flag in completions[1]
        assert f"-l {flag[2:]}" in completions[2]
    # No line is taken for one of troff's own.
    requests = {line.split()[0] for line in page.splitlines() if line[:1] in {".", "'"}}
    assert requests <= {".TH", ".SH", ".SS", ".TP", ".B", ".I"}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completions_are_understood_by_their_shells(tool, shell: str, tmp_path: Path):
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    manual = tool("build_manual")
    script = tmp_path / "completion"
    script.write_text(getattr(manual, shell)(manual.parsers()), encoding="utf-8")
    done = subprocess.run([shell, "-n", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_bash_completes_values_and_files_with_blanks(tool, tmp_path: Path):
    manual = tool("build_manual")
    script = tmp_path / "completion"
    script.write_text(manual.bash(manual.parsers()), encoding="utf-8")
    (tmp_path / "two words").mkdir()

    def complete(*words: str) -> list[str]:
        line = " ".join(f"'{word}'" for word in ("entente", *words))
        text = f"source {script}; COMP_WORDS=({line}); COMP_CWORD={len(words)}; _entente"
        print_all = 'printf "%s\\n" "${COMPREPLY[@]}"'
        done = subprocess.run(
            ["bash", "-c", f"{text}; {print_all}"],
            cwd=tmp_path, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout.split("\n")[:-1]

    assert complete("ex") == ["export"]
    assert complete("info", "tw") == ["two words"]
    assert complete("export", "x", "--theme", "d") == ["dark"]
    assert "--projection" in complete("export", "--")


def test_the_window_belongs_to_the_desktop_entry():
    entry = (LINUX / f"{APP_ID}.desktop").read_text(encoding="utf-8")
    source = (ROOT / "viewer/ui/application.py").read_text(encoding="utf-8")
    assert f'setDesktopFileName("{APP_ID}")' in source
    assert f"Icon={APP_ID}\n" in entry
    mime = ElementTree.parse(LINUX / f"{APP_ID}.mime.xml")
    types = {found.get("type") for found in mime.iter() if found.tag.endswith("mime-type")}
    assert set(re.search("MimeType=(.+)", entry)[1].strip(";").split(";")) == types


def test_metainfo_tells_every_release_of_the_changelog(tool):
    files = tool("linux_files")
    tree = ElementTree.fromstring(files.metainfo(FACTS))
    assert tree.findtext("id") == APP_ID
    told = {release.get("version") for release in tree.iter("release")}
    headings = re.findall(r"(?m)^## \[([\d.]+)", (ROOT / "CHANGELOG.md").read_text("utf-8"))
    assert told == set(headings) != set()
    assert all(len(release.findall(".//li")) for release in tree.iter("release"))
    for image in tree.iter("image"):
        shown = ROOT / "assets" / image.text.partition("/assets/")[2]
        with Image.open(shown) as picture:
            assert picture.size == (int(image.get("width")), int(image.get("height")))


def test_what_macos_and_windows_are_told(tool):
    facts = tool("build_facts")
    plist = plistlib.loads(plistlib.dumps(facts.info_plist(FACTS)))
    (document,) = plist["CFBundleDocumentTypes"]
    assert document["LSHandlerRank"] == "Alternate", "other programs keep their GeoPackages"
    assert (
        plist["UTImportedTypeDeclarations"][0]["UTTypeIdentifier"]
        in (document["LSItemContentTypes"])
    )
    resource = facts.VERSION_RESOURCE.format(four=(0, 1, 0, 0), **FACTS)
    assert isinstance(ast.parse(resource).body[0], ast.Expr)
    with (ROOT / "packaging/macos/entitlements.plist").open("rb") as file:
        assert plistlib.load(file)


def test_the_installer_for_windows_is_understood_by_its_compiler(
    tool, qapp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    if not shutil.which("makensis"):
        pytest.skip("makensis is not installed")
    setup, icons = tool("make_setup"), tool("build_icons")
    for name, data in {
        "LICENSE": (ROOT / "LICENSE").read_bytes(),
        "build/generated/entente.ico": icons.ico(icons.ICO),
        "program/entente.exe": b"MZ",
        "program/_internal/base.zip": b"PK",
        "dist/of an older version": b"",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    monkeypatch.setattr(setup, "PROGRAM", tmp_path / "program")
    monkeypatch.delenv("ENTENTE_SIGN_COMMAND", raising=False)
    (made,) = setup.make(FACTS)
    assert made.name == f"entente-{FACTS['version']}-windows-x64-setup.exe"
    assert made.read_bytes().startswith(b"MZ")


def test_icon_files_hold_their_pictures(tool, qapp):
    icons = tool("build_icons")
    ico = icons.ico(icons.ICO)
    with Image.open(io.BytesIO(ico)) as picture:
        assert picture.info["sizes"] == {(size, size) for size in icons.ICO}
    icns = icons.icns(icons.ICNS)
    assert (icns[:4], struct.unpack(">I", icns[4:8])[0]) == (b"icns", len(icns))
    with Image.open(io.BytesIO(icons.mark(16))) as small:
        dots = np.asarray(small.convert("RGB")).reshape(-1, 3).astype(int)
    for colour in ((0x17, 0x52, 0x8C), (0xB2, 0x18, 0x2B)):
        full = (np.abs(dots - colour).max(axis=1) < 8).sum()
        assert full >= 10, "at 16 dots each ring has dots of its own colour"


# -- the service that builds ---------------------------------------------------------------------

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def steps(workflow: Path) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield the steps of a workflow, each with the system it runs on."""
    for job in yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"].values():
        for step in job["steps"]:
            yield str(job["runs-on"]), step


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_workflows_name_files_that_are_there(workflow: Path):
    said = yaml.safe_load(workflow.read_text(encoding="utf-8"))
    jobs = said["jobs"]
    for job in jobs.values():
        needed = job.get("needs", [])
        assert set(needed if isinstance(needed, list) else [needed]) <= set(jobs)
    for _, step in steps(workflow):
        assert step.keys() & {"run", "uses"}
        line = step.get("run", "").replace("\\", "/")
        for path in re.findall(r"(?<![\w/$.])(?:\.ci|packaging|tests|viewer)/[\w./-]+", line):
            assert (ROOT / path).exists(), path
        if "build.py" in line:
            options = {word for word in line.split() if word.startswith("--")}
            assert options <= set(re.findall(r'"(--[\w-]+)"', BUILD))


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_lines_of_workflows_are_understood_by_their_shell(workflow: Path):
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("bash is not installed")
    for system, step in steps(workflow):
        if "run" in step and step.get("shell", "bash") == "bash" and "windows" not in system:
            done = subprocess.run(
                [bash, "-n"], input=step["run"], capture_output=True, text=True, check=False
            )
            assert (done.returncode, done.stderr) == (0, ""), step["run"]


def test_paths_that_the_recipes_name_are_there():
    for path in (*(ROOT / "packaging").glob("*.py"), ROOT / "packaging" / "entente.spec"):
        text = path.read_text(encoding="utf-8")
        for name in re.findall(r'ROOT / "((?:assets|packaging|data|viewer)[\w./-]*)"', text):
            assert (ROOT / name).exists(), f"{path.name}: {name}"


# -- building ------------------------------------------------------------------------------------


def test_archives_are_the_same_each_time(tool, tmp_path: Path):
    files = tool("linux_files")
    packed = []
    for umask in (0o022, 0o077):
        folder = tmp_path / f"{umask:o}" / "entente"
        (folder / "inside").mkdir(parents=True)
        for name in ("b", "a", "inside/run"):
            (folder / name).write_text(name, encoding="utf-8")
            (folder / name).chmod(0o777 & ~umask)
        (folder / "link").symlink_to("a")
        files.set_modes(folder, {folder / "inside/run"})
        out = io.BytesIO()
        files.pack(folder, out, 1_795_000_000)
        packed.append(out.getvalue())
    assert packed[0] == packed[1]


@pytest.mark.parametrize("theirs", [None, "/opt/lib"])
def test_what_a_package_starts_finds_the_libraries_of_the_system(
    tool, monkeypatch: pytest.MonkeyPatch, theirs: str | None
):
    monkeypatch.setenv("LD_LIBRARY_PATH", "/usr/lib/entente/_internal")
    monkeypatch.delenv("LD_LIBRARY_PATH_ORIG", raising=False)
    if theirs:
        monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", theirs)
    for name, value in (("LC_ALL", ""), ("LC_CTYPE", ""), ("LANG", "C")):
        monkeypatch.setenv(name, value)
    monkeypatch.delitem(sys.modules, "hook_linux", raising=False)
    tool("hook_linux")
    assert os.environ.get("LD_LIBRARY_PATH") == theirs
    assert os.environ["LC_CTYPE"] == "C.UTF-8"


def test_what_is_built_names_its_licences(tool):
    notice = tool("build_notice")
    parts = [*notice.own_parts()]
    parts[0].inside["GEOS"] = "LGPL-2.1-or-later"
    text = notice.notice(parts, "0.1.0")
    assert "SIL OPEN FONT LICENSE" in text
    assert "GNU LESSER GENERAL PUBLIC LICENSE\n                       Version 2.1" in text
    bill = notice.bill(parts, {"commit": "abc", "epoch": 1, "version": "0.1.0", "id": APP_ID})
    assert [part["name"] for part in bill["components"]] == [part.name for part in parts]
    assert bill["components"][0]["licenses"] == [{"expression": "OFL-1.1"}]


def test_a_build_that_differs_from_the_first_is_refused(tool, tmp_path: Path, capsys):
    build = tool("build")
    first = {"dist/a.deb": "1", "build/program/entente/entente": "2"}
    build.compare(first, dict(first))
    assert "2 files have the same hashes" in capsys.readouterr().out
    with pytest.raises(SystemExit, match=r"not the same: dist/a.deb, dist/b.deb"):
        build.compare(first, {**first, "dist/a.deb": "3", "dist/b.deb": "4"})

"""Try a built program as a user would: ``python packaging/selftest.py FOLDER``.

FOLDER holds the program, as PyInstaller made it or as a package installed it. Needs no screen
and nothing but Python. A program that only imports is not enough: the main window is made.
"""

from __future__ import annotations

import json
import os
import signal
import struct
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

PATIENCE = 120
HEADS = {".png": b"\x89PNG\r\n\x1a\n", ".svg": b"<?xml", ".pdf": b"%PDF-"}
PLUGIN = "This plugin does not support"
DOCX = (
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    "<w:p><w:r><w:t>A paragraph of its own.</w:t></w:r></w:p></w:body></w:document>"
)
AREA = {
    "type": "Feature",
    "properties": {"name": "An area"},
    "geometry": {"type": "Polygon", "coordinates": [[[50, 30], [52, 30], [52, 32], [50, 30]]]},
}
WGS84 = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],'
    'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]'
)


class Program:
    """A built program, with settings and a screen of its own."""

    def __init__(self, folder: Path, home: Path) -> None:
        names = ("entente", "entente-cli.exe", "Contents/MacOS/entente")
        self.file = next(path for name in names if (path := folder / name).is_file())
        found = folder.rglob("data/iran-canada/datapackage.json")
        self.dossier = next(found).parent
        homes = {f"XDG_{kind}_HOME": str(home / kind) for kind in ("CONFIG", "DATA")}
        homes |= {name: str(home) for name in ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA")}
        self.home = home
        keep = {
            name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TEMP") if name in os.environ
        }
        self.env = {**keep, **homes, "QT_QPA_PLATFORM": "offscreen"}

    def run(self, *arguments: str | Path, **env: str) -> str:
        """Run it, expect no complaint, and return what it printed."""
        done = subprocess.run(
            [self.file, *map(str, arguments)], env={**self.env, **env}, timeout=PATIENCE,
            capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip
        line = " ".join(map(str, arguments))
        check(done.returncode == 0, f"entente {line} ended with {done.returncode}: {done.stderr}")
        # What no screen says of itself when a dialog is shown on it.
        said = [words for words in done.stderr.splitlines() if words and PLUGIN not in words]
        check(not said, f"entente {line} complained: {said}")
        return done.stdout

    def reports(self) -> list[str]:
        """Return the reports on faults that it has left."""
        return [path.read_text(encoding="utf-8") for path in self.home.rglob("crash-*.txt")]


def check(holds: bool, otherwise: str) -> None:
    if not holds:
        sys.exit(f"selftest: {otherwise}")


def versions(program: Program) -> None:
    line = program.run("--version")
    for word in ("entente ", "commit ", "Python ", "Qt ", "PROJ ", "GDAL "):
        check(word in line, f"--version does not name {word.strip()}: {line}")


def dossier(program: Program) -> None:
    told = json.loads(program.run("info", program.dossier, "--json"))
    check(told["counts"]["events"] > 0, "the shipped dossier has no events")
    check(told["errors"] == 0, f"the shipped dossier has {told['errors']} errors")


def pictures(program: Program, folder: Path) -> None:
    for view in ("map", "graph", "timeline", "board"):
        for suffix, head in HEADS.items():
            out = folder / f"{view}{suffix}"
            program.run("export", program.dossier, "--view", view, "--out", out)
            check(out.read_bytes().startswith(head), f"{out.name} is no {suffix[1:]}")
            check(out.stat().st_size > 20_000, f"{out.name} is all but empty")


def one_file(program: Program, folder: Path) -> Path:
    """Take the shipped dossier into one file and back, and return that file."""
    file, back = folder / "iran-canada.dossier.gpkg", folder / "back"
    program.run("convert", program.dossier, file)
    program.run("convert", file, back)
    for path in program.dossier.iterdir():
        same = (back / path.name).read_bytes() == path.read_bytes()
        check(same, f"{path.name} is not what it was before it was in one file")
    out = folder / "from one file.png"
    program.run("export", file, "--view", "map", "--out", out)
    same = out.read_bytes() == (folder / "map.png").read_bytes()
    check(same, "the map of one file is not that of the folder")
    return file


def texts(program: Program, folder: Path) -> None:
    """Read texts in the process apart, as when they are attached to a source."""
    html, docx = folder / "text.html", folder / "text.docx"
    html.write_text("<p>A paragraph of its own.</p>" * 9, encoding="utf-8")
    with zipfile.ZipFile(docx, "w") as archive:
        archive.writestr("word/document.xml", DOCX)
        archive.writestr("[Content_Types].xml", "<Types/>")
    for file, word in ((html, "paragraph"), (docx, "paragraph"), (folder / "board.pdf", "Tehran")):
        said = program.run("--apart", "text", "60", "4096", file)
        check(word in said and '"answer"' in said, f"{file.name} was not read: {said[:300]}")


def files_of_others(program: Program, folder: Path) -> None:
    """Read what takes PROJ, GEOS and GDAL with their data."""
    geojson = folder / "area.geojson"
    geojson.write_text(json.dumps(AREA), encoding="utf-8")
    shapefile = folder / "points.shp"
    write_shapefile(shapefile, [(51.42, 35.69), (-75.69, 45.42)])
    for file, places in ((geojson, 1), (shapefile, 2)):
        found = json.loads(program.run("info", file, "--json"))["counts"]["places"]
        check(found == places, f"{file.name} has {places} places and {found} were read")


def write_shapefile(path: Path, points: list[tuple[float, float]]) -> None:
    """Write points with names, in the form of Esri's technical description of 1998."""
    body = index = rows = b""
    for i, point in enumerate(points):
        index += struct.pack(">2i", 50 + len(body) // 2, 10)
        body += struct.pack(">2i", i + 1, 10) + struct.pack("<i2d", 1, *point)
        rows += b" " + f"point {i}".encode().ljust(10)
    xs, ys = zip(*points, strict=True)
    box = struct.pack("<2i8d", 1000, 1, min(xs), min(ys), max(xs), max(ys), 0, 0, 0, 0)
    for suffix, part in ((".shp", body), (".shx", index)):
        head = struct.pack(">7i", 9994, 0, 0, 0, 0, 0, (100 + len(part)) // 2)
        path.with_suffix(suffix).write_bytes(head + box + part)
    column = struct.pack("<11sc4x2B14x", b"NAME", b"C", 10, 0)
    table = struct.pack("<4BI2H20x", 3, 126, 1, 1, len(points), 32 + len(column) + 1, 11)
    path.with_suffix(".dbf").write_bytes(table + column + b"\r" + rows + b"\x1a")
    path.with_suffix(".prj").write_text(WGS84, encoding="ascii")


def window(program: Program, folder: Path, *file: Path) -> None:
    """Make the main window, open a dossier, paint all views and have them answer."""
    trace = folder / "trace"
    began = time.time()
    program.run(*file, ENTENTE_STARTUP_TRACE=str(trace))
    moments = dict(line.split() for line in trace.read_text(encoding="utf-8").splitlines())
    trace.unlink()
    check(set(moments) == {"basemap", "views", "ready"}, f"the window is not whole: {moments}")
    check(not program.reports(), f"something went wrong: {program.reports()}")
    took = ", ".join(f"{name} {float(at) - began:.2f} s" for name, at in moments.items())
    print(f"selftest: window on {file[0].name if file else 'nothing named'} with {took}")


def crash(program: Program, folder: Path) -> None:
    """Break the program from below, and see that the next start has a report on it."""
    if os.name != "posix":
        return  # there is no such signal
    child = subprocess.Popen([program.file], env=program.env, stderr=subprocess.DEVNULL)
    until = time.monotonic() + PATIENCE
    while not any(" ready\n" in n.read_text("utf-8") for n in program.home.rglob("notes.txt")):
        check(child.poll() is None and time.monotonic() < until, "no window to break was opened")
        time.sleep(0.1)
    child.send_signal(signal.SIGSEGV)
    check(child.wait(PATIENCE) == -signal.SIGSEGV, "it did not break")
    check(not program.reports(), "there is a report before it was started again")
    program.run(ENTENTE_STARTUP_TRACE=str(folder / "trace after a crash"))
    told = "".join(program.reports())
    for words in ("Segmentation fault", "commit: ", "Qt: ", "sent nowhere", "ui/application.py"):
        check(words in told, f"the report on a crash does not name {words}: {told}")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="entente-selftest-") as name:
        folder = Path(name)
        program = Program(Path(sys.argv[1]).resolve(), folder / "home")
        versions(program)
        dossier(program)
        pictures(program, folder)
        file = one_file(program, folder)
        texts(program, folder)
        files_of_others(program, folder)
        window(program, folder)
        window(program, folder, file)
        crash(Program(Path(sys.argv[1]).resolve(), folder / "another home"), folder)
    print("selftest: passed")


if __name__ == "__main__":
    main()

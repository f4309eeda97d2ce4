"""The command line apart from the window: ``info``, ``check``, ``convert``, ``export`` and such."""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from viewer.errors import EntenteError, printable

if TYPE_CHECKING:
    from viewer.model.dossier import Dossier

_SIDES = (100, 20_000)
_DPI = (36, 1200)
_MOST_DOTS = 250_000_000
"""A picture of so many dots takes a gigabyte of memory."""


def command(arguments: Sequence[str]) -> int:
    """Carry out a command line.

    Returns
    -------
    int
        Exit status: 0 done, 1 problems found.

    Raises
    ------
    EntenteError
        Wrong use, or input that cannot be read.
    """
    if arguments and arguments[0] in COMMANDS:
        parser, run = COMMANDS[arguments[0]]
        return run(parser().parse_args(arguments[1:]))
    return _open(arguments)


class _Parser(argparse.ArgumentParser):
    """Says in one line what is wrong, and where help is."""

    def error(self, message: str) -> NoReturn:
        raise EntenteError(f"{message}; see {self.prog} --help")


def _parser(name: str, description: str) -> _Parser:
    return _Parser(prog=f"entente {name}", description=description, allow_abbrev=False)


# -- the window ----------------------------------------------------------------------------------


def window_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line that opens the window."""
    parser = _Parser(
        prog="entente",
        usage="entente [FILE]\n       entente info FILE [--json]\n       entente check FILE\n"
        "       entente convert [--overwrite] SRC... DEST\n"
        "       entente salvage [--overwrite] FILE DEST\n"
        "       entente export FILE --view VIEW --out PATH [...]",
        description="Who dealt with whom, where, when, and on whose word.",
        epilog="entente COMMAND --help tells more. A file that is called like a command opens "
        "as ./info.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "file", nargs="?", metavar="FILE", type=Path,
        help="dossier to open; without one the shipped dossier opens",
    )  # fmt: skip
    parser.add_argument("--version", action="store_true", help="print versions and exit")
    return parser


def _open(arguments: Sequence[str]) -> int:
    options, others = window_parser().parse_known_args(arguments)
    if options.version:
        from viewer.about import version_line

        print(version_line())
        return 0
    if others:
        from viewer.model.near import near

        meant = near(arguments[0], COMMANDS, 1)
        hint = f"no command “{arguments[0]}”; did you mean {meant[0]}?" if meant else ""
        raise EntenteError(f"{hint or f'“{others[0]}” is not understood'}; see entente --help")
    if options.file is not None and not options.file.exists():
        raise EntenteError(f"{options.file}: no such file or folder; check the path")
    from viewer.start import open_window

    return open_window(options.file)


# -- info and check ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Summary:
    """What ``info`` tells, as JSON has it."""

    file: str
    title: str
    description: str
    counts: dict[str, int]
    located: int
    extent: tuple[float, float, float, float] | None
    dates: str
    disputes: int
    disputes_list: tuple[dict[str, object], ...]
    errors: int
    warnings: int


def _info_parser() -> _Parser:
    parser = _parser("info", "Print what a dossier holds: counts, extent, dates, problems.")
    parser.add_argument("file", metavar="FILE", type=Path, help="a dossier")
    parser.add_argument("--json", action="store_true", help="print it as JSON")
    return parser


def _info(options: argparse.Namespace) -> int:
    summary = _summary(options.file)
    if options.json:
        import json

        fields = {name: getattr(summary, name) for name in _Summary.__slots__}
        print(json.dumps(fields, ensure_ascii=False, indent=2))
        return 0
    print(printable(summary.title))
    if summary.description:
        print(printable(summary.description))
    lines = {"file": summary.file}
    lines |= {name.replace("_", " "): f"{n:,}" for name, n in summary.counts.items()}
    without = summary.counts["places"] - summary.located
    if without:
        lines["places"] += f", {without:,} of them without coordinates"
    lines["extent"] = _extent_words(summary.extent)
    lines["dates"] = summary.dates
    lines["disputes"] = f"{summary.disputes:,}"
    problems = _count_words(summary.errors, summary.warnings)
    found = summary.errors + summary.warnings
    lines["problems"] = f"{problems}; entente check tells which" if found else problems
    for name, words in lines.items():
        print(f"  {name:<14}{printable(words)}")
    return 0


def _summary(file: Path) -> _Summary:
    import numpy as np

    from viewer.formats import open_dossier
    from viewer.geo.outside import check_all
    from viewer.geo.shapes import along, place_shapes
    from viewer.model import dates

    dossier = open_dossier(file)
    severities = Counter(problem.severity for problem in check_all(dossier))
    located = ~np.isnan(dossier.place_lonlat).any(axis=1)
    lonlat, shapes = dossier.place_lonlat[located], place_shapes(dossier)
    if shapes is not None:
        located, lonlat = located | shapes.rows, np.concatenate([lonlat, along(shapes)])
    return _Summary(
        file=str(file),
        title=dossier.title,
        description=dossier.description,
        counts={name: len(table) for name, table in dossier.tables.items()},
        located=int(located.sum()),
        extent=_extent(lonlat[:, 0].tolist(), lonlat[:, 1].tolist()),
        dates=dates.extent_words(dossier.event_dates),
        disputes=len(dossier.disputes),
        disputes_list=disputes_list(dossier),
        errors=severities["error"],
        warnings=severities["warning"],
    )


def disputes_list(dossier: Dossier) -> tuple[dict[str, object], ...]:
    """Return every dispute as plain data: what it is about, its property, and what is said.

    Each value stands once, as it is worded first, with ``denies`` before it where it is denied.
    """
    from viewer.model.disputes import by_side

    claims = dossier.claims

    def said(row: int) -> str:
        value = claims["value"][row]
        return f"denies {value}" if claims["stance"][row] == "denies" else value

    return tuple(
        {
            "about": f"{dispute.about.table}:{dispute.about.id}",
            "property": dispute.property,
            "values": [said(side[0]) for side in by_side(claims.columns, dispute, dossier.names)],
        }
        for dispute in dossier.disputes
    )


def _extent(
    lons: Sequence[float], lats: Sequence[float]
) -> tuple[float, float, float, float] | None:
    """Return west, south, east and north in degrees; west > east spans the antimeridian.

    As RFC 7946 has it, the narrowest box: it leaves out the widest gap between two longitudes.
    """
    if not lons:
        return None
    around = sorted(set(lons))
    gaps = [(following - lon, lon, following) for lon, following in pairwise(around)]
    gaps.append((around[0] + 360 - around[-1], around[-1], around[0]))
    _, east, west = max(gaps)
    return west, min(lats), east, max(lats)


def _extent_words(extent: tuple[float, float, float, float] | None) -> str:
    if extent is None:
        return "no place has coordinates"
    west, south, east, north = extent
    lon = [f"{abs(x):.2f}° {'W' if x < 0 else 'E'}" for x in (west, east)]
    lat = [f"{abs(y):.2f}° {'S' if y < 0 else 'N'}" for y in (south, north)]
    return f"{lon[0]} to {lon[1]}, {lat[0]} to {lat[1]}"


def _check_parser() -> _Parser:
    parser = _parser("check", "Print every problem of a dossier as FILE:TABLE:ROW:COLUMN: message.")
    parser.add_argument("file", metavar="FILE", type=Path, help="a dossier")
    return parser


def _check(options: argparse.Namespace) -> int:
    from viewer.formats import open_dossier
    from viewer.geo.outside import check_all

    found = check_all(open_dossier(options.file))
    for problem in found:
        print(problem.line)
    sys.stdout.flush()
    severities = Counter(problem.severity for problem in found)
    words = _count_words(severities["error"], severities["warning"])
    print(printable(f"{options.file}: {words}"), file=sys.stderr)
    return 1 if severities["error"] else 0


def _count_words(errors: int, warnings: int) -> str:
    words = [
        f"{count:,} {noun}{'s' if count > 1 else ''}"
        for count, noun in ((errors, "error"), (warnings, "warning"))
        if count
    ]
    return ", ".join(words) or "no problems"


# -- convert and salvage -------------------------------------------------------------------------


def _convert_parser() -> _Parser:
    parser = _parser(
        "convert",
        "Write a dossier in another form: a folder, one file (.gpkg), or what else the ending of "
        "DEST names. Several SRC become one; the same id must stand for the same row in all.",
    )
    parser.add_argument("--overwrite", action="store_true", help="replace what is at DEST")
    parser.add_argument("source", nargs="+", metavar="SRC", type=Path, help="what can be opened")
    parser.add_argument("target", metavar="DEST", type=Path, help="what to write")
    return parser


def _convert(options: argparse.Namespace) -> int:
    from viewer.formats.converting import convert

    dossier, note = convert(options.source, options.target, options.overwrite)
    if note:
        print(printable(f"{options.target}: {note}"), file=sys.stderr)
    return _tell(dossier)


def _tell(dossier: Dossier) -> int:
    """Print what reading found wrong; return the exit status."""
    for problem in dossier.problems:
        print(problem.line, file=sys.stderr)
    return int(any(problem.severity == "error" for problem in dossier.problems))


def _salvage_parser() -> _Parser:
    parser = _parser("salvage", "Get the rows out of a damaged file (.gpkg) into a new dossier.")
    parser.add_argument("--overwrite", action="store_true", help="replace what is at DEST")
    parser.add_argument("source", metavar="FILE", type=Path, help="the damaged file")
    parser.add_argument("target", metavar="DEST", type=Path, help="a new folder or .gpkg file")
    return parser


def _salvage(options: argparse.Namespace) -> int:
    from viewer.formats.converting import salvage

    dossier, raw, lost = salvage(options.source, options.target, options.overwrite)
    counts = {name.replace("_", " "): len(table) for name, table in raw.items()}
    rows = ", ".join(f"{count:,} {name}" for name, count in counts.items() if count)
    print(printable(f"{options.target}: {sum(counts.values()):,} rows found ({rows})"))
    unsound = sum(counts.values()) - sum(map(len, dossier.tables.values()))
    for count, what in (
        (lost, "could be seen but not read"),
        (unsound, "lead to rows that are lost; they are kept, and entente check names them"),
    ):
        if count:
            print(printable(f"{options.target}: {count:,} rows {what}"), file=sys.stderr)
    return int(bool(lost or unsound))


# -- export --------------------------------------------------------------------------------------


def _export_parser() -> _Parser:
    from viewer.model.state import CALENDARS, PROJECTIONS
    from viewer.scene.exporting import FORMATS, VIEWS
    from viewer.scene.style import THEMES

    parser = _parser("export", "Save views of a dossier as pictures. Needs no screen.")
    parser.add_argument("file", metavar="FILE", type=Path, help="a dossier")
    parser.add_argument("--view", required=True, choices=VIEWS, help="what to show")
    parser.add_argument(
        "--out", required=True, type=Path, metavar="PATH",
        help="the picture; for --view all a folder",
    )  # fmt: skip
    parser.add_argument("--format", choices=FORMATS, help="default: by the name of PATH")
    parser.add_argument(
        "--size", default="1600x1000", metavar="WIDTHxHEIGHT",
        help="logical pixels, default %(default)s",
    )  # fmt: skip
    parser.add_argument(
        "--dpi", default="96", metavar="N",
        help="dots per inch; at 96, the default, a pixel is a dot",
    )  # fmt: skip
    parser.add_argument("--theme", choices=tuple(THEMES), default="light", help="colours")
    parser.add_argument(
        "--calendar", choices=tuple(CALENDARS), default="gregorian",
        help="persian: Solar Hijri dates beside the Gregorian ones",
    )  # fmt: skip
    parser.add_argument(
        "--select", action="append", default=[], metavar="ID,...",
        help="what stands out; TABLE:ID where an id is in several tables",
    )  # fmt: skip
    parser.add_argument("--from", dest="start", metavar="DATE", help="earliest date, as 2012-09")
    parser.add_argument("--to", dest="end", metavar="DATE", help="latest date")
    parser.add_argument(
        "--where", action="append", default=[], metavar="FACET=VALUE",
        help="show only this value of quad, kind, source or support; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--projection", choices=tuple(PROJECTIONS), default="auto",
        help="how the globe is laid flat on the map; by default its extent decides",
    )  # fmt: skip
    return parser


def _export(given: argparse.Namespace) -> int:
    from viewer.scene.exporting import FORMATS, ExportOptions

    options = ExportOptions(
        file=given.file,
        view=given.view,
        out=given.out,
        format=given.format,
        size=_size(given.size),
        dpi=_dpi(given.dpi),
        theme=given.theme,
        calendar=given.calendar,
        select=tuple(
            key.strip() for keys in given.select for key in keys.split(",") if key.strip()
        ),
        start=given.start,
        end=given.end,
        where=tuple(_facet_value(text) for text in given.where),
        projection=given.projection,
    )
    _check_dots(options.size, options.dpi)
    _check_out(options.view, options.out, options.format, FORMATS)
    from viewer.formats.registry import look

    # Said before Qt is loaded.
    look(options.file)
    from viewer.ui.export import export_command

    return export_command(options)


def _size(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"([0-9]{1,6})[x×]([0-9]{1,6})", text)
    if not found:
        raise EntenteError(f"--size {text}: write width and height as 1600x1000")
    sides = int(found[1]), int(found[2])
    if not all(_SIDES[0] <= side <= _SIDES[1] for side in sides):
        raise EntenteError(f"--size {text}: each side must be {_SIDES[0]} to {_SIDES[1]} pixels")
    return sides


def _dpi(text: str) -> int:
    if not re.fullmatch("[0-9]{1,5}", text) or not _DPI[0] <= int(text) <= _DPI[1]:
        raise EntenteError(f"--dpi {text}: write a whole number from {_DPI[0]} to {_DPI[1]}")
    return int(text)


def _check_dots(size: tuple[int, int], dpi: int) -> None:
    dots = round(size[0] * dpi / 96), round(size[1] * dpi / 96)
    # Qt paints into images of at most 32,767 dots a side.
    if max(dots) > 32_767 or dots[0] * dots[1] > _MOST_DOTS:
        raise EntenteError(
            f"--size {size[0]}x{size[1]} --dpi {dpi}: {dots[0]:,} by {dots[1]:,} dots are more "
            "than can be drawn; make one of the two smaller"
        )


def _facet_value(text: str) -> tuple[str, str]:
    facet, equals, value = text.partition("=")
    if not equals:
        raise EntenteError(f"--where {text}: write FACET=VALUE, as quad=material-conflict")
    return facet.strip(), value.strip()


def _check_out(view: str, out: Path, kind: str | None, kinds: Sequence[str]) -> None:
    suffix = out.suffix.lstrip(".").lower()
    if out.is_dir():
        return
    if view == "all":
        if suffix in kinds or out.exists():
            raise EntenteError(f"{out}: --view all saves several pictures; name a folder")
    elif kind is None and suffix not in kinds:
        raise EntenteError(f"{out}: end the name in {_or(kinds)}, or say --format")
    elif kind is not None and suffix in kinds and kind != suffix:
        raise EntenteError(f"{out}: is called {suffix} but --format says {kind}; change one")
    elif not out.parent.is_dir():
        raise EntenteError(f"{out}: there is no folder {out.parent}; make it first")


def _or(kinds: Sequence[str]) -> str:
    return f"{', '.join(f'.{kind}' for kind in kinds[:-1])} or .{kinds[-1]}"


class Command(NamedTuple):
    """How the arguments of a command are read, and what carries it out."""

    parser: Callable[[], argparse.ArgumentParser]
    run: Callable[[argparse.Namespace], int]


COMMANDS: dict[str, Command] = {
    "info": Command(_info_parser, _info),
    "convert": Command(_convert_parser, _convert),
    "salvage": Command(_salvage_parser, _salvage),
    "check": Command(_check_parser, _check),
    "export": Command(_export_parser, _export),
}
"""A file that is called like one of these opens as ``./info``."""

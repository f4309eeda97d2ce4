"""Files whose bytes have changed, and files that are cut off."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.bench.masses import make
from tests.faults import Fault, Outcome
from tests.faults._common import OLD, edition
from viewer.assets import shipped_dossier
from viewer.errors import EntenteError
from viewer.formats import open_dossier
from viewer.formats.geopackage.salvage import salvage
from viewer.formats.geopackage.writing import write_file
from viewer.model.dossier import Dossier

Open = Callable[[Path], Dossier]


def bits(content: bytearray, rng: random.Random) -> None:
    """Turn a bit over."""
    at = rng.randrange(len(content))
    content[at] ^= 1 << rng.randrange(8)


def blocks(content: bytearray, rng: random.Random) -> None:
    """Replace a sector by noughts, by noise or by another one."""
    size = 512
    at, other = (rng.randrange(len(content) // size) * size for _ in range(2))
    fresh = rng.choice((bytes(size), rng.randbytes(size), bytes(content[other : other + size])))
    content[at : at + size] = fresh


def truncation(content: bytearray, rng: random.Random) -> None:
    """Cut the end off."""
    del content[rng.randrange(1, len(content)) :]


def unsealed(path: Path) -> Dossier:
    """Open a file without looking at its seal."""
    import apsw

    from viewer.formats.geopackage.reading import read_rows

    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        return read_rows(connection, path)
    finally:
        connection.close()


def damaged(opened: Open, times: int) -> Outcome:
    out, rng = Outcome(), random.Random(3)
    with tempfile.TemporaryDirectory() as name:
        path = Path(name, "a.gpkg")
        write_file(edition(OLD), path)
        whole = path.read_bytes()
        right = _cells(open_dossier(path))
        for how in (bits, blocks, truncation):
            for _ in range(times):
                content = bytearray(whole)
                while content == whole:
                    how(content, rng)
                path.write_bytes(content)
                out.tried += 1
                try:
                    dossier = opened(path)
                except EntenteError:
                    out.counts["refused in words"] += 1
                    continue
                except Exception as error:  # noqa: BLE001 - this is what is looked for
                    out.wrong.append(f"{how.__name__}: {error!r}")
                    continue
                if dossier.problems:
                    out.counts["opened with a warning"] += 1
                elif _cells(dossier) == right and opened is not open_dossier:
                    out.counts["opened, by chance as it was"] += 1
                else:
                    out.wrong.append(f"{how.__name__}: silently opened")
    return out


def _cells(dossier: Dossier) -> list[tuple[str, ...]]:
    tables = dossier.tables.values()
    return [tuple(cells) for table in tables for cells in table.columns.values()]


def halved(get_out: Callable[[Path], int], times: int) -> Outcome:
    """Cut files in half and see how many of their rows can be had."""
    out = Outcome()
    sizes = [(0, True)]
    sizes += [(events, claims) for events in (300, 3000, 30_000) for claims in (True, False)]
    with tempfile.TemporaryDirectory() as name:
        path = Path(name, "a.gpkg")
        for number in range(times):
            events, claims = sizes[number % len(sizes)]
            dossier = open_dossier(shipped_dossier())
            if events:
                dossier = make(events, events // 10, events // 20, seed=number, claims=claims)
            write_file(dossier, path, overwrite=True)
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
            share = get_out(path) / sum(map(len, dossier.tables.values()))
            out.tried += 1
            out.counts[f"{share // 0.1 * 10:.0f} % or more"] += 1
            if share < 0.6:
                out.wrong.append(f"{share:.1%} of the rows of {dossier.title}, claims: {claims}")
    return out


def by_salvage(path: Path) -> int:
    return sum(map(len, salvage(path).tables.values()))


def by_sqlite(path: Path) -> int:
    try:
        return sum(map(len, unsealed(path).tables.values()))
    except EntenteError:
        return 0


FAULTS = (
    Fault(
        "damaged",
        lambda times: damaged(open_dossier, times),
        lambda times: damaged(unsealed, times),
        1000,
        25,
    ),
    Fault(
        "halved",
        lambda times: halved(by_salvage, times),
        lambda times: halved(by_sqlite, times),
        16,
        4,
    ),
)

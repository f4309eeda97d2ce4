"""The power fails: every prefix of what a save asks of the system, under disks that forget.

A save is recorded by strace. What it wrote is played back up to every call, and the disk then
keeps: all of it; of the contents only what was synchronised (names are quick, contents are late);
of the names only what was synchronised; or any part of what was not, page by page and name by
name. As POSIX has it, nothing is safe before `fsync`: of a file its bytes, of a folder its names.
"""

from __future__ import annotations

import ast
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from tests.faults import Fault, Outcome
from tests.faults._common import NEW, OLD, edition, holds
from tests.faults.kills import _unseal
from viewer.formats.geopackage.writing import write_file

PAGE = 4096
_CALLS = "openat,close,write,pwrite64,ftruncate,fsync,fdatasync,rename,link,unlink,lseek,dup"
_LINE = re.compile(r"^(?:\d+ +)?(\w+)\((.*)\) += (-?\d+|\?)")
_QUOTED = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')

SEALED = """
import sys; from pathlib import Path
from tests.faults.kills import sealed
sealed(Path(sys.argv[1]), Path(sys.argv[2]))
"""
HASTY = """
import os, sys; from pathlib import Path
target = Path(sys.argv[2]); fresh = target.with_name("fresh")
fresh.write_bytes(Path(sys.argv[1]).read_bytes())
fresh.replace(target)
"""


@dataclass
class Node:
    """A file: what was written and what of it is safe."""

    now: bytearray = field(default_factory=bytearray)
    safe: bytes = b""


Operation = tuple[str, tuple[object, ...]]


class Disk:
    """A folder and its files, as a program sees them and as a power failure leaves them."""

    def __init__(self, target: str, content: bytes) -> None:
        node = Node(bytearray(content), content)
        self.now: dict[str, Node] = {target: node}
        self.safe: dict[str, Node] = dict(self.now)
        # Changes of names since the folder was synchronised.
        self.pending: list[tuple[str, str, Node | None]] = []

    def do(self, operation: Operation) -> None:
        name, args = operation
        match name, args:
            case "create", (str(path),):
                self._set(path, Node())
            case "write", (str(path), int(at), bytes(content)):
                node = self.now[path].now
                node.extend(bytes(max(0, at + len(content) - len(node))))
                node[at : at + len(content)] = content
            case "truncate", (str(path), int(size)):
                node = self.now[path].now
                del node[size:]
                node.extend(bytes(size - len(node)))
            case "sync", (str(path),):
                self.now[path].safe = bytes(self.now[path].now)
            case "sync-folder", ():
                self.safe, self.pending = dict(self.now), []
            case "rename", (str(old), str(new)):
                node = self.now[old]
                if self.now.get(new) is not node:
                    self._set(new, node)
                    self._set(old, None)
            case "link", (str(old), str(new)):
                self._set(new, self.now[old])
            case "unlink", (str(path),):
                self._set(path, None)

    def _set(self, path: str, node: Node | None) -> None:
        self.pending.append(("", path, node))
        if node is None:
            self.now.pop(path, None)
        else:
            self.now[path] = node

    def after_failure(self, rng: random.Random) -> Iterator[dict[str, bytes]]:
        """Yield what may be on the disk after the power has failed."""
        yield {path: bytes(node.now) for path, node in self.now.items()}
        yield {path: node.safe for path, node in self.now.items()}
        yield {path: bytes(node.now) for path, node in self.safe.items()}
        for _ in range(3):
            names = dict(self.safe)
            for _, path, node in self.pending:
                if rng.random() < 0.5:
                    if node is None:
                        names.pop(path, None)
                    else:
                        names[path] = node
            yield {path: _torn(node, rng) for path, node in names.items()}


def _torn(node: Node, rng: random.Random) -> bytes:
    """Return a file of which some pages are as they were synchronised."""
    out = bytearray(node.now)
    for at in range(0, len(out), PAGE):
        if rng.random() < 0.5:
            old = node.safe[at : at + PAGE]
            out[at : at + PAGE] = old + bytes(len(out[at : at + PAGE]) - len(old))
    return bytes(out)


def record(script: str, database: Path, target: Path) -> list[Operation]:
    """Run a save and return what it asked of the system for the folder of its target."""
    log = database.with_name("trace")
    subprocess.run(
        ["strace", "-f", "-qq", "-xx", "-s", "10000000", "-e", f"trace={_CALLS}", "-o", str(log),
         sys.executable, "-c", script, str(database), str(target)],
        check=True, capture_output=True,
    )  # fmt: skip
    return list(_operations(log.read_text(), target.parent))


def _operations(trace: str, folder: Path) -> Iterator[Operation]:
    opened: dict[str, list[object]] = {}
    for line in trace.splitlines():
        found = _LINE.match(line)
        if found is None or found[3].startswith("-") or found[3] == "?":
            continue
        call, said, result = found.groups()
        words = [ast.literal_eval(f'b"{word}"') for word, _ in _QUOTED.findall(said)]
        fd = said.partition(",")[0].strip()
        inside = (
            [_inside(word, folder) for word in words] if call not in ("write", "pwrite64") else []
        )
        if call == "openat":
            opened.pop(result, None)
            if words[0].decode() == str(folder):
                opened[result] = ["", 0]
            elif inside[0]:
                opened[result] = [inside[0], 0]
                if "O_CREAT" in said:
                    yield "open", (inside[0], "O_TRUNC" in said)
        elif call in ("rename", "link") and all(inside):
            yield call, tuple(inside)
        elif call == "unlink" and inside[0]:
            yield call, (inside[0],)
        elif fd in opened:
            name, at = opened[fd]
            if call == "write":
                yield "write", (name, at, words[0])
                opened[fd][1] = at + len(words[0])  # type: ignore[operator]
            elif call == "pwrite64":
                yield "write", (name, int(said.rpartition(",")[2]), words[0])
            elif call == "lseek":
                opened[fd][1] = int(result)
            elif call == "ftruncate":
                yield "truncate", (name, int(said.rpartition(",")[2]))
            elif call in ("fsync", "fdatasync"):
                yield ("sync", (name,)) if name else ("sync-folder", ())
            elif call == "close":
                del opened[fd]


def _inside(word: bytes, folder: Path) -> str:
    path = Path(word.decode("utf-8", "replace"))
    return path.name if path.parent == folder else ""


def replayed(script: str, times: int) -> Outcome:
    """Play a save back up to every call; `times` is how many disks are tried after each."""
    out, rng = Outcome(), random.Random(4)
    if shutil.which("strace") is None:
        raise RuntimeError("strace is not installed; it records what a save asks of the system")
    with tempfile.TemporaryDirectory() as name:
        room = Path(name).resolve()
        folder, after = room / "mine", room / "after"
        folder.mkdir()
        after.mkdir()
        database, target = room / "dossier.gpkg", folder / "a.gpkg"
        write_file(edition(NEW), database)
        if script == SEALED:
            _unseal(database)
        write_file(edition(OLD), target)
        disk = Disk(target.name, target.read_bytes())
        operations = record(script, database, target)
        judged: dict[bytes, str] = {}
        for operation in [("start", ()), *operations]:
            kind, args = operation
            if kind == "open":
                new = args[0] not in disk.now
                operation = ("create", args[:1]) if new else ("truncate", (args[0], 0))
                if not new and not args[1]:
                    continue
            disk.do(operation)
            for _ in range(times):
                for files in disk.after_failure(rng):
                    content = files.get(target.name, b"")
                    key = sha256(content).digest()
                    if key not in judged:
                        (after / target.name).write_bytes(content)
                        judged[key] = holds(after / target.name)
                    out.tried += 1
                    out.counts[judged[key].partition(":")[0]] += 1
                    if judged[key] not in (OLD, NEW):
                        out.wrong.append(f"after {kind} {args[:1]}: {judged[key]}")
        out.counts["calls"] = len(operations)
        if holds(target) != NEW and script == SEALED:
            out.wrong.append("the save that was recorded did not save")
        if (
            judged.get(sha256(bytes(disk.now[target.name].now)).digest()) != NEW
            and script == SEALED
        ):
            out.wrong.append("what was recorded is not all that was done")
    return out


FAULTS = (
    Fault(
        "replay",
        lambda times: replayed(SEALED, times),
        lambda times: replayed(HASTY, 1),
        10,
        1,
    ),
)

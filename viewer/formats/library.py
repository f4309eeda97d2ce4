"""The texts a user has attached to sources: kept on this machine, apart from every dossier.

Each text is a file named by the SHA-256 of what it was read from. A source that names this
SHA-256 has the text in whatever dossier it stands; the others are tied to theirs by an index.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path

from viewer.errors import EntenteError
from viewer.formats.texts import SHA256, text_of
from viewer.model.dossier import Dossier
from viewer.model.texts import SourceText, named_sha256
from viewer.settings import data_dir

_INDEX = "index.json"
_LARGEST = 512 << 20
_LARGEST_INDEX = 64 << 20
_VERSION = 1


@dataclass(frozen=True, slots=True)
class _Key:
    """What a source is told by, wherever its dossier lies.

    Where it has no address, its id and title alone may be those of another source elsewhere:
    the title of the dossier goes with them.
    """

    id: str
    title: str
    url: str
    dossier: str


@dataclass(frozen=True, slots=True)
class _Link:
    """What was done to a source by hand.

    Parameters
    ----------
    attached : str
        SHA-256 of the text put to it.
    refused : str
        SHA-256 that its row names and whose text was taken from it.
    """

    attached: str = ""
    refused: str = ""


_NOTHING = _Link()


class TextLibrary:
    """The texts in one folder.

    Every call looks at the folder anew, so that two windows may share it.

    Parameters
    ----------
    folder : Path, optional
        None: the program's own, in `settings.data_dir`. It is made when the first text is added.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder if folder is not None else data_dir() / "texts"

    def attached(self, dossier: Dossier) -> dict[str, SourceText]:
        """Return source id → its text, for the sources of a dossier that have one.

        The text a source names by its SHA-256 goes before one that was put to it by hand. A file
        that is damaged or was changed by hand counts as none.
        """
        there = self._there()
        if not there:
            return {}
        index = self._index()
        read: dict[str, SourceText | None] = {}
        out: dict[str, SourceText] = {}
        for source, key, named in _sources(dossier):
            link = index.get(key, _NOTHING)
            for digest in ("" if named == link.refused else named, link.attached):
                if digest in there and digest not in read:
                    read[digest] = self._read(digest)
                text = read.get(digest)
                if text is not None:
                    out[source] = text
                    break
        return out

    def add(self, text: SourceText) -> None:
        """Keep a text: every source that names its SHA-256 has it from now on.

        Raises
        ------
        EntenteError
            The disk does not take it.
        """
        self._write(f"{text.sha256}.json", _sealed(text))
        self._accept(text.sha256, self._index())

    def attach(self, dossier: Dossier, source_id: str, text: SourceText) -> None:
        """Keep a text and put it to one source, in the place of the one put there before.

        Where the row names another SHA-256 the text is kept all the same; see
        `viewer.model.texts.is_same_text`.

        Raises
        ------
        EntenteError
            The disk does not take it.
        KeyError
            The dossier has no such source.
        """
        key, named = _source(dossier, source_id)
        self._write(f"{text.sha256}.json", _sealed(text))
        index = self._index()
        before = index.get(key, _NOTHING)
        if named == text.sha256:
            self._note(index, key, _NOTHING)
        else:
            self._note(index, key, replace(before, attached=text.sha256))
        if before.attached not in ("", text.sha256):
            self._forget(before.attached, index, dossier)

    def detach(self, dossier: Dossier, source_id: str) -> None:
        """Take the text from one source, and off the disk unless another source has it.

        Others are those of the dossier that name its SHA-256 and those it was put to by hand.
        Without a text nothing happens.

        Raises
        ------
        EntenteError
            The disk does not take the change.
        KeyError
            The dossier has no such source.
        """
        key, named = _source(dossier, source_id)
        index = self._index()
        before = index.get(key, _NOTHING)
        # It would be found by its SHA-256 again as long as another source keeps it.
        self._note(index, key, _Link(refused=named if named in self._there() else ""))
        for digest in dict.fromkeys((before.attached, named)):
            self._forget(digest, index, dossier)

    def last_attached(self, dossier: Dossier, source_id: str) -> str:
        """Return the SHA-256 of the text put to a source by hand, also where it is lost since.

        With it another edition is noticed before it takes the place of the first. Empty where
        none was put to it, or it was detached.

        Raises
        ------
        KeyError
            The dossier has no such source.
        """
        return self._index().get(_source(dossier, source_id)[0], _NOTHING).attached

    @staticmethod
    def sources_named_by(dossier: Dossier, sha256: str) -> tuple[str, ...]:
        """Return the ids of the sources whose rows name a SHA-256, in file order."""
        return tuple(
            source for source, _, named in _sources(dossier) if named and named == sha256.lower()
        )

    # -- the folder ----------------------------------------------------------------------------

    def _there(self) -> frozenset[str]:
        """Return the SHA-256 of every text in the folder."""
        try:
            names = [path.name for path in self.folder.iterdir()]
        except (OSError, ValueError):
            return frozenset()
        stems = (name.removesuffix(".json") for name in names if name.endswith(".json"))
        return frozenset(filter(SHA256.fullmatch, stems))

    def _read(self, digest: str) -> SourceText | None:
        said = _json(self.folder / f"{digest}.json", _LARGEST)
        if not isinstance(said, dict):
            return None
        seal = said.pop("seal", "")
        text = text_of(said)
        if text is None or text.sha256 != digest or _seal(text) != seal:
            return None
        return text

    def _forget(self, digest: str, index: dict[_Key, _Link], dossier: Dossier) -> None:
        """Remove a text that no source has any more, with what was noted of taking it away."""
        kept = any(link.attached == digest for link in index.values()) or any(
            named == digest != index.get(key, _NOTHING).refused
            for _, key, named in _sources(dossier)
        )
        if kept or not digest:
            return
        try:
            (self.folder / f"{digest}.json").unlink(missing_ok=True)
        except OSError as error:
            raise self._refused(error) from error
        self._accept(digest, index)

    def _accept(self, digest: str, index: dict[_Key, _Link]) -> None:
        """Forget who refused a text."""
        refusing = [key for key, link in index.items() if link.refused == digest]
        for key in refusing:
            _put(index, key, replace(index[key], refused=""))
        if refusing:
            self._write_index(index)

    def _note(self, index: dict[_Key, _Link], key: _Key, link: _Link) -> None:
        if index.get(key, _NOTHING) != link:
            _put(index, key, link)
            self._write_index(index)

    def _index(self) -> dict[_Key, _Link]:
        said = _json(self.folder / _INDEX, _LARGEST_INDEX)
        links = said.get("links") if isinstance(said, dict) else None
        return dict(_links(links if isinstance(links, list) else []))

    def _write_index(self, index: dict[_Key, _Link]) -> None:
        path = self.folder / _INDEX
        if path.exists() and _json(path, _LARGEST_INDEX) is None:
            # Somebody may still make sense of it.
            with suppress(OSError):
                path.replace(self.folder / "index.damaged.json")
        links = [{**asdict(key), **asdict(link)} for key, link in index.items()]
        self._write(_INDEX, {"version": _VERSION, "links": links})

    def _write(self, name: str, content: dict[str, object]) -> None:
        """Write a file in one step: the old one stays, or the new one is whole."""
        path = self.folder / name
        temporary = self.folder / f".{name}.{os.getpid()}.tmp"
        # Half a surrogate pair has no place in UTF-8.
        data = json.dumps(content, ensure_ascii=False).encode(errors="replace")
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with temporary.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except OSError as error:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise self._refused(error) from error

    def _refused(self, error: OSError) -> EntenteError:
        return EntenteError(
            f"{self.folder}: the attached texts cannot be changed here ({error.strerror}); make "
            "room, or make the folder yours to write"
        )


def _sources(dossier: Dossier) -> Iterator[tuple[str, _Key, str]]:
    """Yield id, key and named SHA-256 of every source."""
    table = dossier.sources
    columns = (table[column] for column in ("id", "title", "url", "file_sha256"))
    for source, title, url, digest in zip(*columns, strict=True):
        yield source, _Key(source, title, url, "" if url else dossier.title), named_sha256(digest)


def _source(dossier: Dossier, source_id: str) -> tuple[_Key, str]:
    row = dossier.sources.row(dossier.sources.row_of[source_id])
    url = row["url"]
    key = _Key(source_id, row["title"], url, "" if url else dossier.title)
    return key, named_sha256(row["file_sha256"])


def _put(index: dict[_Key, _Link], key: _Key, link: _Link) -> None:
    if link == _NOTHING:
        index.pop(key, None)
    else:
        index[key] = link


def _links(entries: list[object]) -> Iterator[tuple[_Key, _Link]]:
    for entry in entries:
        match entry:
            case {
                "id": str(source),
                "title": str(title),
                "url": str(url),
                "dossier": str(dossier),
                "attached": str(attached),
                "refused": str(refused),
            } if all(not digest or SHA256.fullmatch(digest) for digest in (attached, refused)):
                yield _Key(source, title, url, dossier), _Link(attached, refused)


def _json(path: Path, largest: int) -> object:
    """Return what a file of the library holds; None where it cannot be read."""
    try:
        if path.stat().st_size > largest:
            return None
        return json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None


def _sealed(text: SourceText) -> dict[str, object]:
    return {**asdict(text), "seal": _seal(text)}


def _seal(text: SourceText) -> str:
    """Return a checksum of a text as it was read, which tells whether it still is."""
    content = [text.sha256, text.name, text.note, *text.paragraphs]
    return sha256(json.dumps(content).encode()).hexdigest()

"""The text of a source out of a file that the user holds: text, web page, Word document, PDF."""

from __future__ import annotations

import re
import stat
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from viewer.errors import EntenteError, printable
from viewer.formats import apart
from viewer.formats.registry import look, why_not
from viewer.formats.text_plain import NoText, read_plain
from viewer.model.texts import SourceText
from viewer.progress import Progress, unheard

LARGEST = 50_000_000
"""Bytes of a file."""
SECONDS = 120.0
MEGABYTES = 2048
SHA256 = re.compile("[0-9a-f]{64}")
_BY_NAME = {
    ".txt": "text", ".md": "text", ".html": "page", ".htm": "page", ".xhtml": "page",
    ".docx": "docx", ".pdf": "pdf",
}  # fmt: skip
SUFFIXES = tuple(_BY_NAME)
"""Names of files that can be read end so."""
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_text(path: Path, progress: Progress = unheard) -> SourceText:
    """Read the text of a file, in numbered paragraphs.

    The file is read in a process apart; nothing it refers to is followed.

    Parameters
    ----------
    path : Path
        A file whose name ends in one of `SUFFIXES`.
    progress : callable
        Called many times a second, with no share since none is known; it may raise
        `progress.Cancelled`.

    Returns
    -------
    SourceText

    Raises
    ------
    EntenteError
        It cannot be read, or holds no text.
    """
    found = look(path)
    if not stat.S_ISREG(found.st_mode):
        raise EntenteError(f"{path}: not a file; name a text, a web page, a Word document or a PDF")
    if found.st_size > LARGEST:
        raise EntenteError(
            f"{path}: has {found.st_size / 1e6:,.0f} MB; a text of at most {LARGEST / 1e6:.0f} MB "
            "can be attached: save the part you need as a file of its own"
        )

    def cancelled() -> bool:
        progress(0.0)
        return False

    said = apart.run("text", path, seconds=SECONDS, megabytes=MEGABYTES, cancelled=cancelled)
    text = text_of(said)
    if text is None:
        raise EntenteError(f"{path}: the reader's answer makes no sense; save it as plain text")
    return text


def text_of(said: object) -> SourceText | None:
    """Return the text that JSON describes as `extract` does; None where it is none."""
    match said:
        case {
            "sha256": str(digest),
            "name": str(name),
            "paragraphs": list(paragraphs),
            "note": str(note),
        } if SHA256.fullmatch(digest) and all(
            isinstance(paragraph, str) for paragraph in paragraphs
        ):
            return SourceText(digest, name, tuple(paragraphs), note)
    return None


def extract(path: Path) -> dict[str, object]:
    """Return what `read_text` wants to know of a file, in the process apart.

    Raises
    ------
    EntenteError
        It cannot be read, or holds no text.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise EntenteError(f"{path}: {why_not(error)}") from error
    if len(data) > LARGEST:
        raise EntenteError(f"{path}: grew while it was read; wait until it is written, try again")
    try:
        paragraphs, note = _reader(_kind(data, path.suffix.lower()))(data)
        if not paragraphs:
            raise NoText("holds no text; attach a file that does")
    except NoText as error:
        raise EntenteError(f"{path}: {error}") from error
    return {
        "sha256": sha256(data).hexdigest(),
        "name": printable(path.name),
        "paragraphs": paragraphs,
        "note": note,
    }


def _reader(kind: str) -> Callable[[bytes], tuple[list[str], str]]:
    """Return the function that reads such a file; the libraries it needs are loaded then."""
    match kind:
        case "pdf":
            from viewer.formats.text_pdf import read_pdf

            return read_pdf
        case "docx":
            from viewer.formats.text_docx import read_docx

            return read_docx
        case "page":
            from viewer.formats.text_html import read_html

            return read_html
    return read_plain


def _kind(data: bytes, suffix: str) -> str:
    """Return which kind of file it is, by what it holds and then by its name."""
    # What these two are is written in the file, whatever it is called.
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return "docx"
    if data.startswith(_OLD_OFFICE):
        raise NoText("is a Word file of the old kind, or protected; save it as .docx")
    if data.startswith(b"{\\rtf"):
        raise NoText("is a file in Rich Text Format; save it as .docx")
    kind = _BY_NAME.get(suffix, "")
    if kind in ("text", "page"):
        return kind
    if kind:
        raise NoText(f"is called {suffix} and is none; name it by what it is")
    raise NoText(f"is of a kind that cannot be read; what can ends in {', '.join(SUFFIXES)}")

"""Plain text out of bytes: which encoding, what is left out of it, where paragraphs end."""

from __future__ import annotations

import codecs
import re
import unicodedata

from viewer.errors import printable

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    # Before UTF-16, whose mark this one begins with.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Bytes at the head of a file that say how its letters are written."""
_USUAL = "windows-1252"
_REPLACEMENT = "\ufffd"
_WIDE = ("utf_16", "utf_16_be", "utf_16_le", "utf_32", "utf_32_be", "utf_32_le")
_BEYOND = re.compile(b"[\x80-\xff]+")
_FEW = 200
_STRAY = 50
"""Letters of UTF-8 for each stray byte, from which on the bytes are the mistake."""
_BINARY = 0.05
"""Share of control characters from which on it is no text."""

_BREAKS = re.compile("\r\n|[\r\x85\u2028\u2029]")
_BLANK = re.compile(r"\n\s*\n")
_UNSEEN = re.compile(
    # Control characters; marks that only steer how a line is broken, joined or directed.
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202c\u2060"
    "\u2066-\u2069\ufeff\ufffe\uffff]+"
)
_TURNING = re.compile("[\u202d\u202e]")
"""What makes letters stand in another order than they are read in must not pass unseen."""
_HALF = re.compile("[\ud800-\udfff]")


class NoText(Exception):  # noqa: N818 - the file is at fault
    """A file holds no text that can be read; the message says why and what to do."""


def read_plain(data: bytes) -> tuple[list[str], str]:
    """Return the paragraphs of a text file, and a note on how it was read.

    Paragraphs are blocks between blank lines, counted over the whole file.

    Raises
    ------
    NoText
        It is no text.
    """
    text, note = decode(data)
    controls = sum(text.count(chr(code)) for code in range(32) if code not in (9, 10, 12, 13))
    if controls > _BINARY * len(text):
        raise NoText("is no text file; name a text, a web page, a Word document or a PDF")
    return split(tidy(text)), note


def decode(data: bytes) -> tuple[str, str]:
    """Return bytes as text, and a note where the encoding had to be guessed.

    By their mark (UTF-8, UTF-16, UTF-32), else as UTF-8; else as Windows-1252 where they look like
    Latin letters, and otherwise by what charset-normalizer thinks of them.
    """
    for mark, encoding in MARKS:
        if data.startswith(mark):
            text = data[len(mark) :].decode(encoding, "replace")
            return text, _damaged(text, 0)
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
    stray = text.count(_REPLACEMENT)
    if sum(letter > "\x7f" for letter in text) > _STRAY * stray:
        return text, _damaged(text, data.count(_REPLACEMENT.encode()))
    best = None
    if not _accented(data):
        from charset_normalizer import from_bytes

        # It takes short texts for UTF-16, which has NUL bytes wherever there is a comma or a space.
        best = from_bytes(data, cp_exclusion=[] if b"\0" in data else [*_WIDE]).best()
    if best is not None and not _latin(str(best)):
        encoding, text = best.encoding.replace("_", "-"), str(best)
    else:
        # Between the code pages for Latin letters its guess is no better than the commonest.
        encoding, text = _USUAL, data.decode(_USUAL, "replace")
    return text, (
        f"The file does not say how its letters are written; they were read as {encoding}. "
        "If some are wrong, save it as UTF-8 and attach that."
    )


def _damaged(text: str, meant: int) -> str:
    count = text.count(_REPLACEMENT) - meant
    if count < 1:
        return ""
    return f"{count:,} character{'s' * (count > 1)} of the file could not be read."


def _accented(data: bytes) -> bool:
    """Whether the few bytes beyond ASCII stand alone, as accents in a word of Latin letters do.

    Letters of other scripts stand side by side. Of so few bytes statistics make anything.
    """
    runs = _BEYOND.findall(data)
    return sum(map(len, runs)) < min(2 * len(runs), _FEW)


def _latin(text: str) -> bool:
    """Whether most letters beyond ASCII are Latin ones."""
    beyond = [letter for letter in text[:100_000] if letter > "\x7f" and letter.isalpha()]
    latin = sum(unicodedata.name(letter, "").startswith("LATIN") for letter in beyond)
    return 2 * latin >= len(beyond)


def tidy(text: str) -> str:
    """Return `text` without what cannot be seen, every line ended by a line feed.

    Nothing else changes: no letter is composed, no space taken away. Overrides of the direction
    of reading become visible, as ``⟨U+202E⟩``; what joins letters or keeps them apart stays.
    """
    text = _UNSEEN.sub("", _BREAKS.sub("\n", text))
    return _HALF.sub(_REPLACEMENT, _TURNING.sub(lambda mark: printable(mark[0]), text))


def split(text: str) -> list[str]:
    """Return the blocks between blank lines, stripped, without empty ones."""
    return [block.strip() for block in _BLANK.split(text) if not block.isspace() and block]

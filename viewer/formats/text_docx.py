"""The paragraphs of a Word document (Office Open XML, ECMA-376 part 1)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from viewer.formats.text_plain import NoText, tidy
from viewer.formats.zipped import BadArchive, open_zip, read_entry

_WORD = (
    "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}",
    # The same in the strict form of the standard.
    "{http://purl.oclc.org/ooxml/wordprocessingml/main}",
)
_MATHS = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/math}",
    "{http://purl.oclc.org/ooxml/officeDocument/math}",
)
_TWICE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_MAIN = "word/document.xml"
_ODD = "holds XML that cannot be read; open it in a word processor and save it anew"


def read_docx(data: bytes) -> tuple[list[str], str]:
    """Return the paragraphs of the body in order, those in tables and lists among them.

    What is marked as deleted, moved away or hidden is left out, and so are headers, footers,
    comments and notes; a note says so where the text refers to some.

    Raises
    ------
    NoText
        It is no Word document, or one that is made to do harm.
    """
    try:
        with open_zip(data) as archive:
            name = _main_part(read_entry(archive, "_rels/.rels"))
            content = read_entry(archive, name)
    except BadArchive as error:
        raise NoText(str(error)) from error
    if content is None:
        raise NoText("is no Word document, though packed like one; save it as .docx")
    body = _Body()
    _parse(content, body)
    note = "Its footnotes and endnotes were not read." if body.notes else ""
    return body.paragraphs(), note


def _main_part(relations: bytes | None) -> str:
    """Return the name of the part that the package calls its document."""
    if relations is None:
        return _MAIN
    found = _Relations()
    _parse(relations, found)
    return found.target.lstrip("/") or _MAIN


def _parse(content: bytes, target: object) -> None:
    """Feed XML to a target that makes no tree of it; no DOCTYPE and no entity is let in."""
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser

    parser = DefusedXMLParser(target=target, forbid_dtd=True)
    try:
        parser.feed(content)
        parser.close()
    except DefusedXmlException as error:
        raise NoText(
            "declares a DOCTYPE or entities, as no word processor does, and was not read; have it "
            "sent again from somewhere you trust"
        ) from error
    except (ParseError, ValueError, LookupError) as error:
        raise NoText(_ODD) from error


class _Relations:
    """Finds the main document among the relations of a package."""

    target = ""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if attributes.get("Type", "").endswith("/officeDocument"):
            self.target = attributes.get("Target", "")

    def end(self, tag: str) -> None:
        pass

    def data(self, text: str) -> None:
        pass

    def close(self) -> None:
        pass


class _Body:
    """Gathers the text of a document's main part, element by element."""

    def __init__(self) -> None:
        self.notes = False
        self._found: list[list[str]] = []
        # A text box stands inside a paragraph and holds others.
        self._open: list[list[str]] = []
        self._left_out = 0
        self._listening = False
        self._hidden = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._left_out or tag == _TWICE:
            self._left_out += 1
            return
        space, name = _named(tag)
        if space in _MATHS:
            self._listening = name == "t"
        if space not in _WORD:
            return
        if name == "moveFrom":
            self._left_out = 1
        elif name == "p":
            self._found.append([])
            self._open.append(self._found[-1])
        elif name == "r":
            self._hidden = False
        elif name == "vanish":
            said = next((v for k, v in attributes.items() if _named(k)[1] == "val"), "true")
            self._hidden = said not in ("0", "false", "off")
        elif name in ("footnoteReference", "endnoteReference"):
            self.notes = True
        elif name == "t":
            self._listening = not self._hidden
        elif name in _CHARACTERS and not self._hidden:
            self._put(_CHARACTERS[name])

    def end(self, tag: str) -> None:
        if self._left_out:
            self._left_out -= 1
            return
        self._listening = False
        if tag.endswith("}p") and _named(tag)[0] in _WORD and self._open:
            self._open.pop()

    def data(self, text: str) -> None:
        if self._listening and not self._left_out:
            self._put(text)

    def close(self) -> None:
        pass

    def _put(self, text: str) -> None:
        if self._open:
            self._open[-1].append(text)

    def paragraphs(self) -> list[str]:
        texts = (re.sub(r"\s*\n\s*", "\n", tidy("".join(pieces))) for pieces in self._found)
        return [text.strip() for text in texts if text and not text.isspace()]


_CHARACTERS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def _named(tag: str) -> tuple[str, str]:
    """Return namespace, in its braces, and name of an element."""
    space, brace, name = tag.rpartition("}")
    return space + brace, name

"""The paragraphs of a web page: what a reader sees of it, without scripts and navigation."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from viewer.formats.text_plain import decode, split, tidy

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

BLOCKS = frozenset(
    """address article aside blockquote body caption center dd details dialog dir div dl dt fieldset
    figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li listing main menu nav
    ol p pre search section summary table tbody td tfoot th thead tr ul xmp""".split()
)
"""Elements that begin and end a paragraph."""
LEFT_OUT = frozenset(
    """head script style template noscript nav svg canvas iframe frame object embed audio video map
    button select datalist textarea input -comment""".split()
)
"""Elements of which nothing is read."""
_ROLES = frozenset(("navigation", "search", "menu", "menubar", "toolbar"))
_HIDDEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)\b", re.IGNORECASE)
_KEPT_SPACE = frozenset(("pre", "listing", "xmp"))
_CHARSET = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]+encoding\s*=\s*["']([\w.:-]+)""")
_NO_CHARSET = frozenset(("idna", "punycode", "unicode_escape", "raw_unicode_escape", "utf-7"))
"""Python calls these encodings; no page is written in them."""
_CLOSED = re.compile(r"<([A-Za-z][\w:-]*)((?:\s[^<>]*)?)/>")
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
_ROUND_BREAK = re.compile(r"[ \t\f]*\n[ \t\f]*")
_SPACES = re.compile(r"[ \t\f]+")


def read_html(data: bytes) -> tuple[list[str], str]:
    """Return the paragraphs of a web page, and a note on how it was read.

    Block elements (WHATWG HTML, 15.3) are paragraphs. A ``<br>`` breaks a line, two in a row part
    a paragraph, as a blank line in ``<pre>`` does.
    """
    from selectolax.lexbor import LexborHTMLParser, SelectolaxError

    text, note = _decoded(data)
    if re.match(r"\s*<\?xml", text):
        # XHTML closes any element by a slash, which HTML does not know.
        text = _CLOSED.sub(_opened, text)
    try:
        root = LexborHTMLParser(text).root
    except SelectolaxError as error:
        # It fails on nothing but want of memory.
        raise MemoryError from error
    return ([] if root is None else _paragraphs(root)), note


def _opened(tag: re.Match[str]) -> str:
    return tag[0] if tag[1].lower() in _VOID else f"<{tag[1]}{tag[2]}></{tag[1]}>"


def _decoded(data: bytes) -> tuple[str, str]:
    """Return a page as text: by its mark, what it declares, or as any text."""
    found = _DECLARED.search(data[:4096]) or _CHARSET.search(data[:4096])
    marked = data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if found and not marked:
        try:
            name = codecs.lookup(found[1].decode("ascii")).name
            if name.startswith("utf-16"):
                # As the standard has it: the declaration could not have been read.
                name = "utf-8"
            elif name in ("iso8859-1", "ascii"):
                name = "windows-1252"
            if name not in _NO_CHARSET:
                return data.decode(name), ""
        except (LookupError, ValueError):
            # Unknown, or not what the page is written in.
            pass
    return decode(data)


def _paragraphs(root: LexborNode) -> list[str]:
    out: list[str] = []
    pieces: list[str] = []
    kept = 0

    def flush() -> None:
        text = "".join(pieces)
        pieces.clear()
        if not kept:
            text = _SPACES.sub(" ", _ROUND_BREAK.sub("\n", text))
        out.extend(split(text))

    # Node by node with no recursion: a page may be nested as deep as it likes.
    stack = [(root, False)]
    while stack:
        node, leaving = stack.pop()
        tag = node.tag or ""
        if leaving:
            if tag in BLOCKS:
                flush()
            kept -= tag in _KEPT_SPACE
            continue
        if (following := node.next) is not None:
            stack.append((following, False))
        if tag == "-text":
            text = tidy(node.text_content or "")
            pieces.append(text if kept else text.replace("\n", " "))
        elif tag == "br":
            pieces.append("\n")
        elif tag in BLOCKS:
            flush()
        child = node.child
        if child is not None and tag not in LEFT_OUT and not _unseen(node):
            kept += tag in _KEPT_SPACE
            stack += [(node, True), (child, False)]
    flush()
    return out


def _unseen(node: LexborNode) -> bool:
    """Whether an element is hidden, or finds its readers the way instead of telling them."""
    said = node.attributes
    return bool(said) and (
        "hidden" in said
        or (said.get("role") or "").strip().lower() in _ROLES
        or _HIDDEN.search(said.get("style") or "") is not None
    )

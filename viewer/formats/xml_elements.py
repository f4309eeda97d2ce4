"""XML of a stranger, element by element, in bounded memory.

What defines entities is refused, and nothing outside the file is ever looked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from xml.sax import SAXException, SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from viewer.errors import EntenteError

DEEPEST = 500
LONGEST = 64 << 20
"""Bytes of one tag or text: what is longer is no file that a program wrote."""
_BLOCK = 1 << 20
_LONG = f"a tag or text is longer than {LONGEST >> 20} MB"


class Elements(ContentHandler):
    """What is told of elements while a file is read; subclasses say what becomes of them.

    Attributes
    ----------
    names : list of str
        The open elements, the outermost first, without their prefixes.
    """

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self._texts: list[list[str]] = []
        self._lines: list[int] = []
        self._room = LONGEST
        self.number: Callable[[], int] = int
        """Returns the line the reader is in."""
        self.quiet = 0
        """Bytes read since anything was told of."""

    @property
    def line(self) -> int:
        """Line in which the present element begins, from 1."""
        return self._lines[-1] if self._lines else 0

    def opened(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take note of an element that begins."""

    def closed(self, name: str, text: str) -> None:
        """Take note of an element that ends, with the text that is directly in it."""

    # -- what the parser calls ---------------------------------------------------------------

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802
        """Begin an element."""
        if len(self.names) == DEEPEST:
            raise SAXException(f"elements are nested more than {DEEPEST} deep")
        # A tag like viz:color is known by any prefix.
        name = _local(name)
        self.names.append(name)
        self._texts.append([])
        self._lines.append(self.number())
        self.quiet = 0
        self.opened(name, {_local(key): value for key, value in attrs.items()})

    def characters(self, content: str) -> None:
        """Take up text."""
        self.quiet = 0
        self._room -= len(content)
        if self._room < 0:
            raise SAXException(_LONG)
        self._texts[-1].append(content)

    def endElement(self, name: str) -> None:  # noqa: N802
        """End an element."""
        parts = self._texts.pop()
        self._room = LONGEST
        self.quiet = 0
        self.closed(self.names[-1], "".join(parts))
        self.names.pop()
        self._lines.pop()


def _local(name: str) -> str:
    return name.rpartition(":")[2] if ":" in name else name


def read_elements(path: Path, elements: Elements) -> tuple[str, int] | None:
    """Tell `elements` of an XML file.

    Returns
    -------
    tuple of str and int, optional
        What is wrong where the file breaks off, and the line. None: it was read to its end.

    Raises
    ------
    EntenteError
        The file cannot be opened, or it defines entities.
    """
    # Prefixes are not looked up: a file that forgot to declare one can be read all the same.
    parser = DefusedExpatParser(forbid_dtd=True)
    parser.setContentHandler(elements)
    elements.number = parser.getLineNumber
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                elements.quiet += len(block)
                parser.feed(block)
                if elements.quiet > LONGEST:
                    raise SAXException(_LONG)
            parser.close()
    except OSError as error:
        raise EntenteError(f"{path}: cannot be read ({error.strerror}); try again") from error
    except DefusedXmlException as error:
        raise EntenteError(
            f"{path}: has a DOCTYPE, by which files can do harm, and was not opened; delete the "
            "line that begins with <!DOCTYPE"
        ) from error
    except SAXParseException as error:
        return f"the XML breaks off here ({error.getMessage()})", error.getLineNumber() or 0
    except (LookupError, ValueError) as error:
        raise EntenteError(
            f"{path}: says it is written in an encoding that is not known here; save it as UTF-8"
        ) from error
    except SAXException as error:
        return error.getMessage(), elements.line
    return None

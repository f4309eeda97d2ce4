"""Text files of graphs: read whole, in whatever encoding they are."""

from __future__ import annotations

from pathlib import Path

from viewer.errors import EntenteError
from viewer.formats.graph_tables import Graph
from viewer.formats.registry import why_not
from viewer.formats.text_plain import decode

LARGEST = 256 << 20


def read_text(graph: Graph, path: Path) -> str:
    """Return the text of a file; line ends become line feeds.

    Raises
    ------
    EntenteError
        It cannot be opened, or is too large.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise EntenteError(
                f"{path}: is larger than {LARGEST >> 20} MB; save the part you need as a file of "
                "its own"
            )
        data = path.read_bytes()
    except OSError as error:
        raise EntenteError(f"{path}: {why_not(error)}") from error
    text, note = decode(data)
    if note:
        graph.gathered.say(note.replace("attach that", "open that"), severity="warning")
    return text.replace("\r\n", "\n").replace("\r", "\n")

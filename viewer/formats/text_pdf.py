"""The lines of a PDF: PDFium says which letters stand where; `layout` makes paragraphs of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ctypes import byref, c_double
from math import cos, hypot, sin
from typing import TYPE_CHECKING

from viewer.formats.text_layout import LEFTWARDS, Line, paragraphs
from viewer.formats.text_plain import NoText, tidy

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

_HYPHEN = 2
"""PDFium's sign for a hyphen at the end of a line."""
_WIDTH = 0.5
"""Of a letter as a share of its size, on the average."""
_SHIFT = 0.6
"""Share of the size by which a letter may stand off the baseline, as in a footnote's sign."""


def read_pdf(data: bytes) -> tuple[list[str], str]:
    """Return the paragraphs of a PDF in the order of its pages, and a note on what has no text.

    Headers and footers of the pages stay where they are. Forms, comments, attached files,
    scripts and links are not looked at.

    Raises
    ------
    NoText
        It cannot be opened, or is a scan without text.
    """
    from pypdfium2 import PdfDocument, PdfiumError
    from pypdfium2.raw import FPDF_ERR_PASSWORD, FPDF_PAGEOBJ_IMAGE

    try:
        document = PdfDocument(data)
    except PdfiumError as error:
        if error.err_code == FPDF_ERR_PASSWORD:
            raise NoText("is protected by a password; save a copy without one") from error
        raise NoText("is damaged or no PDF; copy it again from where it came") from error
    lines: list[Line] = []
    broken: list[int] = []
    pictures: list[int] = []
    for number in range(1, len(document) + 1):
        try:
            page = document[number - 1]
            found = list(_lines(page, number))
            if not found and any(page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE])):
                pictures.append(number)
        except PdfiumError:
            broken.append(number)
        else:
            lines += found
            page.close()
    if not lines:
        count = len(document)
        raise NoText(
            f"has {count:,} page{'s' * (count != 1)} but no text, as a scan does; "
            "run text recognition (OCR) over it and attach the outcome"
        )
    notes = []
    if b"%%EOF" not in data[-2048:]:
        notes.append("The file seems to be cut short: its end is missing.")
    if broken:
        notes.append(f"Could not be read: {_pages(broken)}.")
    if pictures:
        notes.append(f"Without text, a scan perhaps: {_pages(pictures)}.")
    return paragraphs(lines), " ".join(notes)


def _lines(page: PdfPage, number: int) -> Iterator[Line]:
    """Yield the lines of a page in the order in which the page holds them."""
    stretch: list[Line] = []
    for line, ends in _found(page, number):
        if line is not None:
            stretch.append(line)
        if ends:
            # Where PDFium takes several lines for one it turns what is read from right to left
            # around as a whole.
            if any(LEFTWARDS.search(line.text) for line in stretch):
                stretch.sort(key=lambda line: -line.base)
            yield from stretch
            stretch.clear()


def _found(page: PdfPage, number: int) -> Iterator[tuple[Line | None, bool]]:
    """Yield lines by where letters stand, and whether PDFium ends a line there too."""
    import pypdfium2.raw as pdfium

    text = page.get_textpage()
    raw = text.raw
    across, up, matrix = c_double(), c_double(), pdfium.FS_MATRIX()
    letters: list[str] = []
    start = end = base = size = angle = 0.0

    def line(hyphen: bool = False) -> Line | None:
        # A letter beyond the first plane may come as two halves.
        pairs = "".join(letters).encode("utf-16-le", "surrogatepass")
        words = " ".join(tidy(pairs.decode("utf-16-le", "replace")).split())
        letters.clear()
        if not words:
            return None
        return Line(words, start, end + _WIDTH * size, base, size, angle, hyphen, number)

    for index in range(text.count_chars()):
        code = pdfium.FPDFText_GetUnicode(raw, index)
        if code in (0, 10, 13, _HYPHEN):
            yield line(hyphen=code == _HYPHEN), True
            continue
        letter = chr(code)
        if letter.isspace():
            # Mostly PDFium's own, which stand nowhere.
            letters.append(" ")
            continue
        pdfium.FPDFText_GetCharOrigin(raw, index, byref(across), byref(up))
        # Letters may run in any direction over the page.
        x = across.value * cos(angle) + up.value * sin(angle)
        y = up.value * cos(angle) - across.value * sin(angle)
        if not letters or abs(y - base) > _SHIFT * size:
            yield line(), False
            angle = pdfium.FPDFText_GetCharAngle(raw, index)
            pdfium.FPDFText_GetMatrix(raw, index, byref(matrix))
            size = pdfium.FPDFText_GetFontSize(raw, index) * hypot(matrix.c, matrix.d) or 1.0
            x = across.value * cos(angle) + up.value * sin(angle)
            base = up.value * cos(angle) - across.value * sin(angle)
            start = end = x
        start, end = min(start, x), max(end, x)
        letters.append(letter)
    yield line(), True
    text.close()


def _pages(numbers: Sequence[int]) -> str:
    """Return page numbers in words: ``pages 2, 5–9``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    words = ", ".join("–".join(f"{number:,}" for number in run) for run in runs)
    return f"page{'s' * (len(numbers) > 1)} {words}"

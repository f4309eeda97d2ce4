"""Small files for tests to read texts from: PDF and Word documents, byte by byte."""

from __future__ import annotations

import io
import zipfile

Placed = tuple[float, float, float, str]
"""Where a line of a page begins, in points from the lower left corner; its size; its text."""

RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Target="{target}" Type="http://schemas.openxmlformats.org/'
    'officeDocument/2006/relationships/officeDocument"/></Relationships>'
)
WORD = (
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
    "<w:body>{body}</w:body></w:document>"
)


def pdf(*pages: list[Placed]) -> bytes:
    """Return a PDF whose pages hold lines of Helvetica; a page without lines holds a picture."""
    objects: list[bytes] = []
    kids = " ".join(f"{5 + 2 * page} 0 R" for page in range(len(pages)))
    objects.append(b"<< /Type /Catalog /Pages 2 0 R >>")
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode())
    objects.append(
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    )
    objects.append(
        b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray "
        b"/BitsPerComponent 8 /Length 1 >>\nstream\nx\nendstream"
    )
    for number, lines in enumerate(pages):
        written = b"".join(
            b"BT /F1 %g Tf 1 0 0 1 %g %g Tm (%s) Tj ET\n" % (size, x, y, _escaped(text))
            for x, y, size, text in lines
        )
        content = written or b"q 500 0 0 700 40 40 cm /Im1 Do Q"
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> /XObject << /Im1 4 0 R >> >> >>"
            % (6 + 2 * number)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    out, starts = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        starts.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    return out + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer << /Size %d /Root 1 0 R >>\n"
        b"startxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table, len(objects) + 1, len(out))
    )


def _escaped(text: str) -> bytes:
    data = text.encode("cp1252")
    return data.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def column(*texts: str, top: float = 780, left: float = 72, size: float = 11) -> list[Placed]:
    """Return lines below each other at the usual distance; an empty text leaves a gap."""
    lines: list[Placed] = []
    y = top
    for text in texts:
        if text:
            lines.append((left, y, size, text))
            y -= 1.25 * size
        else:
            y -= 0.75 * size
    return lines


def docx(body: str, prefix: str = "") -> bytes:
    """Return a Word document with this XML in its body, `prefix` before the outermost element."""
    return archive(
        {
            "_rels/.rels": RELATIONS.format(target="word/document.xml"),
            "word/document.xml": prefix + WORD.format(body=body),
        }
    )


def archive(entries: dict[str, str | bytes]) -> bytes:
    """Return a zip file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return out.getvalue()

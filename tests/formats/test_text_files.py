"""Texts out of files as people have them, and out of files made to do harm."""

from __future__ import annotations

import hashlib
import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.textfiles import archive, column, docx, pdf
from viewer.errors import EntenteError
from viewer.formats import texts
from viewer.formats.texts import read_text
from viewer.model.texts import SourceText
from viewer.progress import Cancelled

PERSIAN = "وزیر امور خارجه ایران، محمدجواد ظریف، می‌گوید گفت‌وگو ادامه دارد."
Read = Callable[..., SourceText]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read a file with this content."""

    def reader(content: bytes | str, name: str = "a.txt") -> SourceText:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_text(path)

    return reader


@pytest.fixture
def refused(read: Read) -> Callable[..., str]:
    """Return the one line with which a file is refused."""

    def reader(content: bytes | str, name: str = "a.txt") -> str:
        with pytest.raises(EntenteError) as caught:
            read(content, name)
        line = str(caught.value)
        assert "\n" not in line
        assert name in line
        return line.rpartition(f"{name}: ")[2]

    return reader


# -- text ----------------------------------------------------------------------------------------


def test_paragraphs_stand_between_blank_lines(read: Read) -> None:
    data = b"\n\n One\nline two \n \t\n\n\nThree\r\n\r\nFour\n"
    text = read(data, "report of Ab\u00fc.txt")
    assert text.paragraphs == ("One\nline two", "Three", "Four")
    assert text.sha256 == hashlib.sha256(data).hexdigest()
    assert text.name == "report of Ab\u00fc.txt"
    assert text.note == ""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_needs_no_guess(read: Read, encoding: str) -> None:
    text = read(f"{PERSIAN}\n\nFrançois-Philippe 😀".encode(encoding))
    assert text.paragraphs == (PERSIAN, "François-Philippe 😀")
    assert text.note == ""


def test_letters_are_kept_as_they_are(read: Read) -> None:
    decomposed, joined = "Franc\u0327ois", "\U0001f468\u200d\U0001f469"
    assert read(f"{decomposed} {joined} a\u00a0b").paragraphs == (
        f"{decomposed} {joined} a\u00a0b",
    )


@pytest.mark.parametrize(
    ("text", "written", "told"),
    [
        ("Le ministre français a été reçu à Mascate – enfin.", "windows-1252", "windows-1252"),
        ("التقى وزير الخارجية الإيراني نظيره الكندي في مسقط.", "windows-1256", "cp1256"),
        ("Министр иностранных дел встретился с коллегой в Мюнхене.", "windows-1251", "cp1251"),
    ],
)
def test_a_guess_is_told(read: Read, text: str, written: str, told: str) -> None:
    found = read(text.encode(written))
    assert found.paragraphs == (text,)
    assert f"read as {told}" in found.note


def test_a_stray_byte_does_not_spoil_the_rest(read: Read) -> None:
    text = read(PERSIAN.encode() * 3 + b"\xff")
    assert text.paragraphs == (PERSIAN * 3 + "\ufffd",)
    assert text.note == "1 character of the file could not be read."


def test_what_cannot_be_seen_is_left_out_and_what_turns_text_around_is_shown(read: Read) -> None:
    text = read("co\u00adope\u200bration\x07 \u200fx\u2067y\u2069\n\nsafe\u202eexe.txt")
    assert text.paragraphs == ("cooperation xy", "safe⟨U+202E⟩exe.txt")


# -- web pages -----------------------------------------------------------------------------------


def test_a_page_is_what_is_seen_of_it(read: Read) -> None:
    page = """<!DOCTYPE html><html><head><title>Not this</title><style>p {}</style></head><body>
      <nav><ul><li>Home</li></ul></nav><div role="navigation">Menu</div>
      <h1>Head<em>line</em></h1> loose <b>words</b>
      <p>First   line<br>second
         line &amp; more<script>alert("no")</script></p>
      <p hidden>hidden<p>Not hidden<div style="color:red; display: none">gone</div>
      <blockquote>Quoted</blockquote><ul><li>one<li>two <p>inner</p></ul>
      <table><tr><td>cell<td>cell 2</table><figure><img alt="no"><figcaption>Caption</figcaption>
      </figure><pre>kept   as
  it is</pre><!-- comment --><noscript>no</noscript><p>par&shy;a<wbr>graph<br><br>after</p>"""
    assert read(page, "a.html").paragraphs == (
        "Headline", "loose words", "First line\nsecond line & more", "Not hidden", "Quoted", "one",
        "two", "inner", "cell", "cell 2", "Caption", "kept   as\n  it is", "paragraph", "after",
    )  # fmt: skip


def test_a_page_may_say_how_it_is_written(read: Read) -> None:
    page = "<html><head><meta charset='windows-1256'></head><p>{}</p>"
    arabic = "وزير الخارجية"
    for data in (
        page.format(arabic).encode("cp1256"),
        page.format(arabic).encode("utf-16"),
        page.replace("windows-1256", "no-such-thing").format(arabic).encode(),
        page.replace("windows-1256", "idna").format(arabic).encode(),
    ):
        assert read(data, "a.htm").paragraphs == (arabic,)


def test_xhtml_may_close_what_html_cannot(read: Read) -> None:
    page = (
        "<?xml version='1.0' encoding='iso-8859-1'?><!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0"
        " Strict//EN' 'http://example.org/x.dtd'><html xmlns='http://www.w3.org/1999/xhtml'><head>"
        "<script src='x.js'/><title/></head><body><p>Caf\xe9<br/>au lait</p></body></html>"
    )
    assert read(page.encode("latin-1"), "a.xhtml").paragraphs == ("Café\nau lait",)


def test_a_page_nested_without_end_is_read_or_given_up(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = read("<div>" * 5000 + "Deep" + "</div>" * 5000 + "<p>After", "a.html")
    assert deep.paragraphs == ("Deep", "After")
    monkeypatch.setattr(texts, "SECONDS", 2.0)
    start = time.monotonic()
    with pytest.raises(EntenteError, match="not read within 2 seconds"):
        read("<div>" * 500_000 + "Deeper", "b.html")
    assert time.monotonic() - start < 10


# -- Word ----------------------------------------------------------------------------------------


def test_word_paragraphs_come_in_order(read: Read) -> None:
    body = f"""<w:p><w:r><w:t>Head</w:t></w:r><w:r><w:t>line</w:t></w:r></w:p>
      <w:p/><w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>Item</w:t><w:tab/><w:t>one</w:t></w:r></w:p>
      <w:tbl><w:tr><w:tc><w:p><w:r><w:t>Cell</w:t></w:r></w:p></w:tc>
      <w:tc><w:p><w:r><w:t>Cell 2</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
      <w:p><w:r><w:t>{PERSIAN}</w:t></w:r><w:r><w:br/><w:br/><w:t>below</w:t></w:r></w:p>
      <w:p><w:ins><w:r><w:t>put in</w:t></w:r></w:ins><w:del><w:r><w:delText>out</w:delText></w:r>
      </w:del><w:moveFrom><w:r><w:t>moved</w:t></w:r></w:moveFrom><w:r><w:rPr><w:vanish/></w:rPr>
      <w:t>hidden</w:t></w:r><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t xml:space="preserve">
 shown</w:t></w:r></w:p>
      <w:p><mc:AlternateContent><mc:Choice><w:r><w:t>co\u00adoperation</w:t></w:r></mc:Choice>
      <mc:Fallback><w:r><w:t>cooperation</w:t></w:r></mc:Fallback></mc:AlternateContent></w:p>"""
    text = read(docx(body), "a.docx")
    assert text.paragraphs == (
        "Headline", "Item\tone", "Cell", "Cell 2", f"{PERSIAN}\nbelow", "put in\nshown",
        "cooperation",
    )  # fmt: skip
    assert text.note == ""


def test_word_text_boxes_and_notes(read: Read) -> None:
    body = (
        "<w:p><w:r><w:t>Outer</w:t></w:r><w:r><w:txbxContent><w:p><w:r><w:t>Box</w:t></w:r></w:p>"
        "</w:txbxContent></w:r><w:r><w:t> goes on</w:t><w:footnoteReference/></w:r></w:p>"
    )
    text = read(docx(body), "a.docx")
    assert text.paragraphs == ("Outer goes on", "Box")
    assert text.note == "Its footnotes and endnotes were not read."


def test_a_word_document_with_a_doctype_is_refused(refused: Callable[..., str]) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    paragraph = "<w:p><w:r><w:t>&b;</w:t></w:r></w:p>"
    assert "declares a DOCTYPE" in refused(docx(paragraph, bomb), "a.docx")
    away = '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'
    assert "declares a DOCTYPE" in refused(docx("<w:p/>", away), "b.docx")


def test_a_zip_bomb_is_not_opened(refused: Callable[..., str]) -> None:
    start = time.monotonic()
    assert "flood the memory" in refused(docx("<w:p/>" + " " * (100 << 20)), "a.docx")
    assert time.monotonic() - start < 20


def test_what_is_packed_but_no_word_document_is_refused(refused: Callable[..., str]) -> None:
    assert "no Word document" in refused(archive({"xl/workbook.xml": "<x/>"}), "a.docx")
    assert "XML that cannot be read" in refused(docx("<w:p>"), "b.docx")
    assert "cut short" in refused(docx("<w:p/>")[:-30], "c.docx")
    assert "holds no text" in refused(docx("<w:p/>"), "d.docx")


# -- PDF -----------------------------------------------------------------------------------------

PAGE = column(
    "The ambassador said that the negotiations of the group would go on in Novem-",
    "ber and then stop. The Canadian-Iranian group, he added, had met twice with",
    "officials. The well-known Canadian-",
    "Iranian group was silent.",
    "",
    "A second paragraph begins after a gap and goes on to the end of the whole line",
    "and over it.",
    "A third begins without one, because the line before it had room for its word",
    "and some more.",
    top=740,
)


def test_pdf_lines_become_paragraphs(read: Read) -> None:
    text = read(pdf([(72, 780, 18, "A headline"), *PAGE]), "a.pdf")
    head, first, second, third = text.paragraphs
    assert head == "A headline"
    assert first.startswith("The ambassador said that the negotiations of the group would go on in")
    assert "in November and then stop. The Canadian-Iranian group, he added, had met" in first
    assert first.endswith(
        "met twice with officials. The well-known Canadian-Iranian group was silent."
    )
    assert second == f"{PAGE[4][3]} and over it."
    assert third == f"{PAGE[6][3]} and some more."
    assert text.note == ""


def test_pdf_paragraphs_set_in_and_two_columns(read: Read) -> None:
    left = column("The left column holds words that", "go on without an end and on into", top=700)
    right = column("the right one, where they end.", "", top=700, left=320)
    first = [(92.0, 760.0, 11.0, "This paragraph is set in, as books do it, and fills the line up")]
    second = column("to the margin of the page, as the one after this one does it", top=746.25)
    third = [(92.0, 732.5, 11.0, "But this is another.")]
    text = read(pdf([*first, *second, *third], [*left, *right]), "a.pdf")
    columns = " ".join(line[3] for line in (*left, *right))
    assert text.paragraphs == (f"{first[0][3]} {second[0][3]}", "But this is another.", columns)


def test_a_scan_is_told(read: Read, refused: Callable[..., str]) -> None:
    assert "has 2 pages but no text, as a scan does" in refused(pdf([], []), "a.pdf")
    assert read(pdf(PAGE, [], []), "b.pdf").note == "Without text, a scan perhaps: pages 2–3."


def test_a_pdf_cut_short_is_told(read: Read, refused: Callable[..., str]) -> None:
    whole = pdf(PAGE, PAGE)
    assert "cut short" in read(whole[: whole.index(b"startxref")], "a.pdf").note
    assert "is damaged" in refused(whole[:20], "b.pdf")


def test_a_persian_pdf_reads_in_order(tmp_path: Path, qapp: object) -> None:
    from PySide6.QtGui import QFont, QPageSize, QPdfWriter, QTextDocument

    from viewer.ui import fonts

    fonts.load()
    # No zero-width marks: a PDF holds what is drawn.
    sentence = "وزیر امور خارجه ایران، محمدجواد ظریف، در مونیخ با همتای کانادایی خود دیدار کرد. "
    document = QTextDocument()
    document.setDefaultFont(QFont("Noto Sans Arabic", 11))
    document.setHtml("".join(f"<p dir=rtl>{sentence * count}</p>" for count in (3, 1, 4)))
    path = tmp_path / "a.pdf"
    writer = QPdfWriter(str(path))
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    document.print_(writer)
    del writer
    found = read_text(path).paragraphs
    assert found[:3] == tuple((sentence * count).strip() for count in (3, 1, 4))


# -- whatever comes ------------------------------------------------------------------------------


def test_content_goes_before_the_name(read: Read, refused: Callable[..., str]) -> None:
    assert read(pdf(PAGE), "a.txt").paragraphs[0].startswith("The ambassador")
    assert read(docx("<w:p><w:r><w:t>Word</w:t></w:r></w:p>"), "a.html").paragraphs == ("Word",)
    assert "is called .pdf and is none" in refused("plain text", "a.pdf")
    assert "is called .docx and is none" in refused("plain text", "a.docx")
    assert "no text file" in refused(bytes(range(256)) * 50, "b.txt")
    assert "save it as .docx" in refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "a.doc")
    assert "save it as .docx" in refused(r"{\rtf1 text}", "a.rtf")
    assert ".txt, .md, .html" in refused("text", "a.xyz")


@pytest.mark.parametrize("name", ["a.txt", "a.html"])
def test_a_file_without_text_is_refused(refused: Callable[..., str], name: str) -> None:
    assert "holds no text" in refused("", name)
    assert "holds no text" in refused(" \n\u200b\n ", name)


def test_large_files_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    large = tmp_path / "large.txt"
    with large.open("wb") as file:
        file.truncate(60_000_000)
    with pytest.raises(EntenteError, match="has 60 MB; a text of at most 50 MB"):
        read_text(large)
    with pytest.raises(EntenteError, match="no such file"):
        read_text(tmp_path / "none.txt")
    with pytest.raises(EntenteError, match="not a file"):
        read_text(tmp_path)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.txt")
        with pytest.raises(EntenteError, match="not a file"):
            read_text(tmp_path / "pipe.txt")


def test_names_may_be_anything(tmp_path: Path) -> None:
    names = ["--help.txt", "\u202eexe.txt", "بیانیه.txt"]
    if sys.platform.startswith("linux"):
        names.append(os.fsdecode(b"caf\xe9.txt"))
    for name in names:
        (tmp_path / name).write_text("Text", encoding="utf-8")
        text = read_text(tmp_path / name)
        assert text.paragraphs == ("Text",)
        text.name.encode()
        assert text.name.isprintable()


def test_reading_can_be_cancelled(tmp_path: Path) -> None:
    def progress(share: float) -> None:
        raise Cancelled

    path = tmp_path / "a.txt"
    path.write_text("Text")
    with pytest.raises(Cancelled):
        read_text(path, progress)


@pytest.mark.slow
def test_damaged_files_end_in_a_text_or_one_line(tmp_path: Path) -> None:
    import random

    rnd = random.Random(7)
    whole = {
        ".pdf": pdf(PAGE, PAGE),
        ".docx": docx("<w:p><w:r><w:t>Word</w:t></w:r></w:p>" * 20),
        ".html": b"<table><tr><td>cell<p hidden>x</table>" * 20,
    }
    for suffix, data in whole.items():
        for number in range(8):
            broken = bytearray(data)
            for _ in range(rnd.randrange(1, 30)):
                broken[rnd.randrange(len(broken))] = rnd.randrange(256)
            path = tmp_path / f"{number}{suffix}"
            path.write_bytes(broken)
            try:
                assert read_text(path).paragraphs
            except EntenteError as error:
                assert re.match(r".+: .{20}", str(error))

"""The PDF: its marks of PDF/UA-1, its structure tree, its reading order and its bytes.

veraPDF cannot be installed from a registry that the project uses.  What it
would check by machine of such a document is checked here with pikepdf: that
everything painted is tagged or an artifact, that each piece of content stands
in the structure tree once, that tables, lists and figures are built as they
must be, and that every font is embedded and can be read back as text.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator
from datetime import date

import pikepdf
import pytest

from allocation.public import PublicTable
from allocation.reports.audience import Audience
from allocation.reports.compose import compose
from allocation.reports.document import Chart, Report, Table
from allocation.reports.pdf import pdf_file
from tests.unit.tables import history, table
from tests.unit.test_reports import HOSTILE, sources

Node = pikepdf.Dictionary


@pytest.fixture(scope="module")
def rows() -> PublicTable:
    return history(700, date(2025, 1, 1), 650)


@pytest.fixture(scope="module", params=list(Audience))
def made(request: pytest.FixtureRequest, rows: PublicTable) -> tuple[pikepdf.Pdf, Report]:
    report = compose(sources(rows, request.param, remarks="Goed gedaan."))
    return pikepdf.open(io.BytesIO(pdf_file(report, "#0b5d63"))), report


def nodes(node: Node) -> Iterator[Node]:
    """Yield every element of the structure tree, in reading order."""
    if "/S" in node:
        yield node
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") != "/MCR":
            yield from nodes(kid)


def kinds(pdf: pikepdf.Pdf) -> list[str]:
    return [str(node["/S"]) for node in nodes(pdf.Root["/StructTreeRoot"])]


def test_the_file_says_that_it_is_accessible(made: tuple[pikepdf.Pdf, Report]):
    pdf, report = made
    assert pdf.Root["/MarkInfo"]["/Marked"] is True or bool(pdf.Root["/MarkInfo"]["/Marked"])
    assert str(pdf.Root["/Lang"]).startswith("nl")
    assert bool(pdf.Root["/ViewerPreferences"]["/DisplayDocTitle"])
    with pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == report.title
        assert metadata["xmp:CreateDate"].startswith("2026-11-22")
    assert all("/Tabs" in page and page["/Tabs"] == "/S" for page in pdf.pages)


def test_nothing_in_the_file_names_a_person_or_a_machine(made: tuple[pikepdf.Pdf, Report]):
    pdf, report = made
    told = {str(key): str(value) for key, value in pdf.docinfo.items()}
    assert told.get("/Author", report.association) == report.association
    assert not pdf.attachments
    assert "/AcroForm" not in pdf.Root
    assert "/Names" not in pdf.Root or "/JavaScript" not in pdf.Root["/Names"]


def test_headings_tables_and_charts_are_in_the_structure(made: tuple[pikepdf.Pdf, Report]):
    pdf, report = made
    found = kinds(pdf)
    tables = [block for s in report.sections for block in s.blocks if isinstance(block, Table)]
    charts = [block for s in report.sections for block in s.blocks if isinstance(block, Chart)]
    assert found.count("/H1") == len(report.sections)
    assert found.count("/Table") == len(tables)
    assert found.count("/TH") == sum(len(block.columns) for block in tables)
    assert found.count("/TD") == sum(len(b.columns) * len(b.rows) for b in tables)
    figures = [n for n in nodes(pdf.Root["/StructTreeRoot"]) if n["/S"] == "/Figure"]
    assert [str(figure["/Alt"]) for figure in figures] == [chart.alt for chart in charts]


PAINTING = {
    "Tj", "TJ", "'", '"', "f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "Do", "BI",
    "INLINE IMAGE",
}  # fmt: skip
"""Operators that leave something on the page."""


def test_all_that_is_painted_is_tagged_or_an_artifact(made: tuple[pikepdf.Pdf, Report]):
    pdf, _ = made
    for page in pdf.pages:
        painted, marked = 0, []
        open_marks: list[str | int] = []
        for step in pikepdf.parse_content_stream(page):
            operator = str(step.operator)
            if operator in ("BDC", "BMC"):
                open_marks.append(_mark(step))
                marked += [mark for mark in open_marks[-1:] if isinstance(mark, int)]
                inside = [m for m in open_marks if isinstance(m, int) or m == "/Artifact"]
                assert len(inside) <= 1, "tagged content in tagged content, or in an artifact"
            elif operator == "EMC":
                open_marks.pop()
            elif operator in PAINTING:
                painted += 1
                assert any(isinstance(m, int) or m == "/Artifact" for m in open_marks), operator
        assert painted
        assert not open_marks
        assert sorted(marked) == list(range(len(marked)))
        parents = _parents(pdf, int(page["/StructParents"]))
        assert len(parents) == len(marked)


def _mark(step: pikepdf.ContentStreamInstruction) -> str | int:
    """Return the number of marked content, or else its tag."""
    tag, *told = step.operands
    if told and isinstance(told[0], pikepdf.Dictionary) and "/MCID" in told[0]:
        return int(told[0]["/MCID"])
    return str(tag)


def _parents(pdf: pikepdf.Pdf, number: int) -> list[Node]:
    """Return the structure elements of the marked content of a page."""
    found = dict(_numbers(pdf.Root["/StructTreeRoot"]["/ParentTree"]))
    return list(found[number])


def _numbers(tree: Node) -> Iterator[tuple[int, pikepdf.Array]]:
    for kid in tree.get("/Kids", []):
        yield from _numbers(kid)
    entries = list(tree.get("/Nums", []))
    yield from ((int(n), kids) for n, kids in zip(entries[::2], entries[1::2], strict=True))


def test_each_piece_of_content_stands_in_the_structure_once(made: tuple[pikepdf.Pdf, Report]):
    pdf, _ = made
    pages = {page.objgen: number for number, page in enumerate(pdf.pages)}
    found: list[tuple[int, int]] = []
    for node in nodes(pdf.Root["/StructTreeRoot"]):
        kids = node.get("/K", [])
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, int):
                found.append((pages[node["/Pg"].objgen], int(kid)))
            elif isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/MCR":
                on = kid["/Pg"] if "/Pg" in kid else node["/Pg"]
                found.append((pages[on.objgen], int(kid["/MCID"])))
    assert len(found) == len(set(found))
    for number, page in enumerate(pdf.pages):
        here = sorted(mark for at, mark in found if at == number)
        assert here == list(range(len(_parents(pdf, int(page["/StructParents"])))))


INSIDE = {
    "/Table": {"/THead", "/TBody", "/TFoot", "/Caption", "/TR"}, "/THead": {"/TR"},
    "/TBody": {"/TR"}, "/TR": {"/TH", "/TD"}, "/L": {"/LI", "/Caption"},
    "/LI": {"/Lbl", "/LBody"},
}  # fmt: skip
"""What may stand directly in an element of a table or a list."""


def test_tables_lists_and_figures_are_built_as_they_must_be(made: tuple[pikepdf.Pdf, Report]):
    pdf, _ = made
    roles = {str(k): str(v) for k, v in pdf.Root["/StructTreeRoot"].get("/RoleMap", {}).items()}
    standard = {
        "/Document", "/Part", "/Sect", "/Div", "/P", "/H1", "/H2", "/H3", "/Span", "/Figure",
        "/Caption", "/L", "/LI", "/Lbl", "/LBody", "/Table", "/THead", "/TBody", "/TFoot", "/TR",
        "/TH", "/TD", "/Link",
    }  # fmt: skip
    for node in nodes(pdf.Root["/StructTreeRoot"]):
        kind = str(node["/S"])
        assert roles.get(kind, kind) in standard
        kids = node.get("/K", [])
        inside = [
            str(kid["/S"])
            for kid in (kids if isinstance(kids, pikepdf.Array) else [kids])
            if isinstance(kid, pikepdf.Dictionary) and "/S" in kid
        ]
        if kind in INSIDE:
            assert inside
            assert set(inside) <= INSIDE[kind], (kind, inside)
        if kind == "/TH":
            assert any(a.get("/Scope") in ("/Column", "/Row", "/Both") for a in _attributes(node))
        if kind == "/Figure":
            assert str(node["/Alt"]).strip()
            assert any("/BBox" in attribute for attribute in _attributes(node))
    for body in (n for n in nodes(pdf.Root["/StructTreeRoot"]) if n["/S"] == "/Table"):
        widths = {
            sum(1 for cell in nodes(row) if cell["/S"] in ("/TH", "/TD"))
            for row in nodes(body)
            if row["/S"] == "/TR"
        }
        assert len(widths) == 1, "rows of one table have different lengths"


def _attributes(node: Node) -> list[Node]:
    told = node.get("/A", [])
    return list(told) if isinstance(told, pikepdf.Array) else [told]


def test_every_font_is_embedded_and_can_be_read_back(made: tuple[pikepdf.Pdf, Report]):
    pdf, _ = made
    fonts = {
        font.objgen: font
        for page in pdf.pages
        for font in page.get("/Resources", {}).get("/Font", {}).values()
    }
    assert fonts
    for font in fonts.values():
        assert "/ToUnicode" in font
        inner = font["/DescendantFonts"][0] if "/DescendantFonts" in font else font
        described = inner["/FontDescriptor"]
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(described.keys())


def test_nothing_of_the_file_hinders_a_reader(made: tuple[pikepdf.Pdf, Report]):
    pdf, report = made
    assert not pdf.is_encrypted
    assert not bool(pdf.Root["/MarkInfo"].get("/Suspects", False))
    assert "/Outlines" in pdf.Root
    for page in pdf.pages:
        assert "/Annots" not in page
        assert [round(float(edge)) for edge in page["/MediaBox"]] == [0, 0, 595, 842]
    assert str(pdf.docinfo["/Title"]) == report.title


def test_headings_never_skip_a_level(made: tuple[pikepdf.Pdf, Report]):
    levels = [int(kind[2:]) for kind in kinds(made[0]) if kind[:2] == "/H" and kind[2:].isdigit()]
    assert levels[0] == 1
    assert all(b <= a + 1 for a, b in itertools.pairwise(levels))


def test_the_same_report_gives_the_same_bytes(rows: PublicTable):
    report = compose(sources(rows))
    assert pdf_file(report, "#0b5d63") == pdf_file(report, "#0b5d63")


def test_hostile_texts_are_text(rows: PublicTable):
    hostile = table([{"street": HOSTILE, "checks": "PUB-1=unexplained:2026-03-01"}])
    report = compose(sources(hostile, remarks=HOSTILE + "\n\n#panic()"))
    pdf = pikepdf.open(io.BytesIO(pdf_file(report, "#0b5d63")))
    assert len(pdf.pages) >= 2


def test_the_summary_is_the_first_page_alone(made: tuple[pikepdf.Pdf, Report]):
    pdf, report = made
    headings = [n for n in nodes(pdf.Root["/StructTreeRoot"]) if n["/S"] == "/H1"]
    pages = {page.objgen: number for number, page in enumerate(pdf.pages)}
    placed = [_page(heading, pages) for heading in headings]
    assert placed[0] == 0
    assert placed[1] == 1
    assert placed == sorted(placed)
    assert len(placed) == len(report.sections)


def _page(node: Node, pages: dict[tuple[int, int], int]) -> int:
    if "/Pg" in node:
        return pages[node["/Pg"].objgen]
    kids = node["/K"]
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary):
            return _page(kid, pages)
    raise AssertionError("an element that stands on no page")

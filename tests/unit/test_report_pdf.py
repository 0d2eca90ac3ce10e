"""The PDF: its marks of PDF/UA-1, its structure tree, its reading order and its bytes."""

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

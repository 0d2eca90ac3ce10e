"""The reports: who gets which part, what the first page says, and what the files hold."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from allocation.barrier.disclosure import disclose, disclose_list
from allocation.catalogue import public_catalogue
from allocation.figures import Book
from allocation.inner_facts import INCOMES, Allocated, InnerFacts, association_view, board_view
from allocation.periods import Period
from allocation.public import (
    Disclosed,
    DisclosedTable,
    NormStatement,
    PublicTable,
    Statements,
    YearStatement,
)
from allocation.reports import words
from allocation.reports.audience import AUDIENCES, PARTS, SEES, Audience, Part
from allocation.reports.compose import compose
from allocation.reports.document import (
    Bullets,
    Notice,
    Paragraph,
    Report,
    Section,
    Table,
    Tone,
)
from allocation.reports.html import html_page
from allocation.reports.layout import shown
from allocation.reports.sources import Saved, Sources
from allocation.reports.summary import answer, summary
from allocation.reports.views import (
    AssociationView,
    BoardView,
    Compared,
    ExactGround,
    ExactNorm,
    ExactScreening,
    GroundsOfYear,
    IncomeRow,
    IncomeTable,
)
from allocation.reports.xlsx import xlsx_file
from allocation.rules.model import VERDICTS
from allocation.vocabulary import Ground, PassedOver
from tests.interval_audit import audit_table
from tests.unit.tables import history, table

PERIOD = Period(2026, 1)
CLEAN = "PUB-1=passed RNK-2=passed"

ASSOCIATION = AssociationView(
    (GroundsOfYear(2024, tuple((str(g), None) for g in Ground)),), Compared.NEARLY_ALL
)
BOARD = BoardView(
    norms=(
        ExactNorm(
            "NRM-2",
            "Sociale huur",
            "Woningwet",
            2026,
            2026,
            False,
            61,
            66,
            Decimal("92.5"),
            False,
            "failed",
            (("allocations.household_income", 2),),
        ),
    ),
    grounds=tuple(ExactGround(str(ground), 3, 7) for ground in Ground),
    screening=ExactScreening(80, 2, 1, 4, 1, 2, 1),
    incomes=(IncomeTable("2026-Q1", tuple(IncomeRow(i, 5, 1, 0) for i in INCOMES), 2, 0),),
)
STATEMENTS = Statements(
    (YearStatement(2024, None), YearStatement(2025, 45)),
    (NormStatement("NRM-1", "Aanbodmodel", "", "", "", 2025, 2025, Decimal(75), False, False, 65),),
)


def sources(rows: PublicTable, audience: Audience = Audience.PUBLIC, **more: object) -> Sources:
    values: dict[str, object] = {
        "audience": audience,
        "period": PERIOD,
        "book": Book(rows),
        "statements": STATEMENTS,
        "rules": public_catalogue().rules,
        "association_name": "Woonstichting De Brink & Zonen",
        "until": date(2026, 11, 22),
        "delay_days": 21,
        "offer_percent": 75,
        "screens": True,
        "association": ASSOCIATION if audience is Audience.ASSOCIATION else None,
        "board": BOARD if audience is Audience.BOARD else None,
    }
    return Sources(**(values | more))  # type: ignore[arg-type]


def texts(report: Report) -> list[str]:
    """Return every string of a report."""
    found = [report.title, report.subtitle, report.association]
    for section in report.sections:
        found.append(section.title)
        for block in section.blocks:
            match block:
                case Paragraph(text):
                    found.append(text)
                case Bullets(items):
                    found += items
                case Notice(_, title, text):
                    found += [title, text]
                case Table():
                    found += [block.title, block.note, *block.columns]
                    found += [shown(cell) for row in block.rows for cell in row]
                case _:
                    found += [block.title, block.alt, *block.labels]
    return found


@pytest.fixture(scope="module")
def rows() -> PublicTable:
    return history(700, date(2025, 1, 1), 650)


def test_every_part_has_words_and_a_place():
    assert set(PARTS) == set(Part)
    assert set(SEES) == set(AUDIENCES) == set(Audience)
    assert set(words.PASSED) == set(PassedOver)
    assert set(words.GROUNDS) == {str(ground) for ground in Ground}
    assert set(words.INCOMES) == set(INCOMES)
    assert set(words.VERDICTS) == {str(verdict) for verdict in VERDICTS}
    assert set(words.COMPARED) == set(Compared)


@pytest.mark.parametrize("audience", Audience)
def test_a_report_holds_exactly_the_parts_of_its_list(rows: PublicTable, audience: Audience):
    report = compose(sources(rows, audience, remarks="Goed.", answer="Dank."))
    parts = [section.part for section in report.sections]
    assert set(parts) == SEES[audience]
    assert parts == [part for part in Part if part in SEES[audience]]
    assert parts[0] is Part.SUMMARY


def test_no_report_can_hold_a_part_of_another_audience():
    section = Section(Part.INCOMES, "Inkomen", ())
    with pytest.raises(ValueError, match="incomes"):
        Report(Audience.PUBLIC, "2026", "t", "s", "a", date(2026, 1, 1), (section,))


@pytest.mark.parametrize("audience", Audience)
def test_values_of_another_audience_are_refused(rows: PublicTable, audience: Audience):
    own = sources(rows, audience)
    for other in (replace(own, board=BOARD), replace(own, association=ASSOCIATION)):
        if other != own:
            with pytest.raises(ValueError, match="values are for"):
                compose(other)


def test_what_only_the_board_sees_is_in_no_other_report(rows: PublicTable):
    board = "\n".join(texts(compose(sources(rows, Audience.BOARD))))
    for audience in (Audience.PUBLIC, Audience.ASSOCIATION):
        told = "\n".join(texts(compose(sources(rows, audience))))
        for word in ("Teller", "Noemer", "gegrond", "Huur tot de grens", "Zaken geopend"):
            assert word in board
            assert word not in told


def _answer(*rows: dict[str, object], until: date = date(2026, 11, 22)) -> Notice:
    made = [row | {"key": f"x-{i:08}"} for i, row in enumerate(rows)]
    return answer(sources(table(made), until=until))


def test_the_answer_without_lettings_is_that_nothing_can_be_told():
    told = _answer({"outcome": "withdrawn", "let_month": None})
    assert (told.tone, told.title) == (Tone.NOTE, "Of er iets mis was, is niet te zeggen")
    assert "Dat betekent niet dat alles in orde was." in told.text


def test_the_answer_without_checks_is_that_nothing_can_be_told():
    told = _answer({"checks": None})
    assert told.tone is Tone.NOTE
    assert "niet aan de regels getoetst" in told.text


def test_the_answer_when_all_was_followed_is_good():
    told = _answer({"checks": CLEAN}, {"checks": CLEAN})
    assert told.tone is Tone.GOOD
    assert told.title == "Wij vonden niets dat niet klopte"
    assert told.text.startswith("Wij toetsten 2 verhuringen aan 2 regels.")


def test_what_could_not_be_told_is_never_called_good():
    told = _answer({"checks": "PUB-1=passed RNK-2=cannot_tell"})
    assert told.tone is Tone.NOTE
    assert "maar konden niet alles toetsen" in told.title
    assert "Bij 1 regel ontbrak soms een gegeven: 1 toets kon daardoor niet." in told.text


def test_what_is_open_of_later_lettings_is_not_in_a_report_over_before():
    rows = table(
        {"key": f"lindehof-{month}", "let_month": date(2026, month, 1), "checks": open_check}
        for month, open_check in ((3, "PUB-1=unexplained:2026-05-01"), (4, "PUB-1=in_treatment"))
    )
    report = compose(sources(rows))
    found = {block.title: block for _, block in report.tables()}
    assert len(found["Openstaande afwijkingen"].rows) == 1
    assert "Openstaande afwijkingen, ook van eerder: 1" in " ".join(texts(report))
    later = compose(sources(rows, period=Period(2026, 2)))
    assert (
        len({block.title: block for _, block in later.tables()}["Openstaande afwijkingen"].rows)
        == 2
    )


def test_what_is_open_since_the_last_night_reads_well():
    rows = table([{"checks": "PUB-1=in_treatment:2026-11-22"}])
    told = " ".join(texts(compose(sources(rows))))
    assert "ook van eerder: 1; allemaal sinds de laatste nacht." in told
    assert "geen dagen" not in told


def test_an_open_deviation_leads_the_page():
    told = _answer({"checks": "PUB-1=unexplained:2026-03-01 RNK-2=passed"}, {"checks": CLEAN})
    assert told.tone is Tone.WRONG
    assert told.title == "Bij 1 verhuring is een regel niet gevolgd; nog niet alles is toegelicht"
    assert "geen overtredingen van een regel en 1 afwijking van een afspraak" in told.text
    assert "Niet op tijd toegelicht: 1." in told.text


def test_an_explained_deviation_is_still_told():
    told = _answer({"checks": "PUB-1=passed RNK-2=explained:2026-03-01:mistake_repaired"})
    assert told.tone is Tone.NOTE
    assert "alles is toegelicht" in told.title
    assert "1 overtreding van een regel" in told.text


def test_a_period_that_is_not_complete_says_so(rows: PublicTable):
    blocks = summary(sources(rows, until=date(2026, 4, 10))).blocks
    assert any(isinstance(b, Notice) and b.title == "Nog niet volledig" for b in blocks)
    blocks = summary(sources(rows, until=date(2026, 4, 21))).blocks
    assert not any(isinstance(b, Notice) and b.title == "Nog niet volledig" for b in blocks)


def test_a_correction_names_what_was_said_and_what_is_now(rows: PublicTable):
    own = sources(rows)
    count = own.book.count(PERIOD)
    saved = {"2026-Q1": Saved(date(2026, 5, 1), {"verhuringen": count - 1})}
    section = next(
        s for s in compose(replace(own, saved=saved)).sections if s.part is Part.CORRECTIONS
    )
    found = next(block for block in section.blocks if isinstance(block, Table))
    assert found.rows == ((words.short(PERIOD), "verhuringen", count - 1, count),)


def test_changed_rules_are_named():
    rules = public_catalogue().rules
    fresh = replace(rules[0], in_force_from=date(2026, 2, 1))
    old = replace(rules[1], in_force_until=date(2026, 3, 31))
    report = compose(sources(table([{}]), rules=(fresh, old)))
    section = next(s for s in report.sections if s.part is Part.RULES)
    told = " ".join(item for block in section.blocks for item in getattr(block, "items", ()))
    assert f"Vanaf 1 februari 2026: {fresh.id}" in told
    assert f"Tot en met 31 maart 2026: {old.id}" in told


HOSTILE = "<script>alert(1)</script>=1+1\"'&{{x}}#import"


@pytest.mark.parametrize("audience", Audience)
def test_hostile_texts_stay_text_in_the_page(audience: Audience):
    checks = "PUB-1=unexplained:2026-03-01"
    rows = table([{"street": HOSTILE, "place": HOSTILE, "checks": checks}])
    report = compose(sources(rows, audience, remarks=HOSTILE, association_name=HOSTILE))
    page = HTMLParser(html_page(report, "#0b5d63", pdf="x.pdf").decode())
    assert not page.css("script")
    assert not [n for n in page.css("*") if any(a.startswith("on") for a in n.attributes)]
    assert HOSTILE in page.css_first("main").text()
    assert not page.css("[style]") and not page.css("style")


def test_the_page_is_made_for_screen_readers(rows: PublicTable):
    page = HTMLParser(html_page(compose(sources(rows)), "#0b5d63").decode())
    assert page.css_first("html").attributes["lang"] == "nl"
    assert len(page.css("h1")) == 1
    for found in page.css("table"):
        assert found.css_first("caption").text()
        assert all("scope" in th.attributes for th in found.css("th"))
    for chart in page.css("svg"):
        names = chart.attributes["aria-labelledby"].split()
        assert [page.css_first(f"#{name}").tag for name in names] == ["title", "desc"]
        assert chart.attributes["role"] == "img"
    ids = [n.attributes["id"] for n in page.css("[id]")]
    assert len(ids) == len(set(ids))


@pytest.fixture(scope="module", params=[Audience.ASSOCIATION, Audience.BOARD])
def book_and_report(request: pytest.FixtureRequest, rows: PublicTable) -> tuple[bytes, Report]:
    report = compose(sources(rows, request.param, remarks="=1+1\n\n@SUM(A1)"))
    return xlsx_file(report), report


def _parts(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode("utf-8") for name in archive.namelist()}


def test_the_workbook_hides_nothing(book_and_report: tuple[bytes, Report]):
    parts = _parts(book_and_report[0])
    allowed = (
        r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(app|core)\.xml|xl/workbook\.xml"
        r"|xl/_rels/workbook\.xml\.rels|xl/(styles|sharedStrings)\.xml|xl/theme/theme1\.xml"
        r"|xl/metadata\.xml|xl/worksheets/sheet\d+\.xml|xl/worksheets/_rels/sheet\d+\.xml\.rels"
        r"|xl/tables/table\d+\.xml"
    )
    assert not [name for name in parts if not re.fullmatch(allowed, name)]
    everything = "\n".join(parts.values())
    for mark in ("hidden", "<f>", "<f ", "veryHidden", "pivot", "comment", "externalLink"):
        assert mark not in everything, mark
    assert "hyperlink" not in everything
    assert "definedName" not in everything
    core = parts["docProps/core.xml"]
    assert "2026-11-22T00:00:00Z" in core
    creators = re.findall(r"<(?:dc:creator|cp:lastModifiedBy)>([^<]*)<", core)
    assert set(creators) == {"Woonstichting De Brink &amp; Zonen"}


def test_every_string_of_the_workbook_is_in_the_report(book_and_report: tuple[bytes, Report]):
    content, report = book_and_report
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    root = ElementTree.fromstring(_parts(content)["xl/sharedStrings.xml"])
    strings = {"".join(t.text or "" for t in item.iter(f"{space}t")) for item in root}
    known = set(texts(report)) | {
        "Wat",
        f"{report.association} · {report.subtitle}",
        "Gegevens tot en met 22 november 2026.",
    }
    known |= {f"{name} (2)" for name in known}
    assert not sorted(strings - known)


def test_every_number_of_the_workbook_is_in_the_report(book_and_report: tuple[bytes, Report]):
    content, report = book_and_report
    numbers = {
        float(cell)
        for _, found in report.tables()
        for row in found.rows
        for cell in row
        if isinstance(cell, int | float)
    }
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    seen = 0
    for name, part in _parts(content).items():
        if not name.startswith("xl/worksheets/sheet"):
            continue
        for cell in ElementTree.fromstring(part).iter(f"{space}c"):
            value = cell.find(f"{space}v")
            assert cell.get("t") in (None, "s"), "a text in the sheet, an error or a formula"
            assert cell.find(f"{space}f") is None
            if value is not None and cell.get("t") is None:
                assert float(value.text or "nan") in numbers
                seen += 1
    assert seen > 50


def test_the_workbook_as_a_file_tells_nothing_else(book_and_report: tuple[bytes, Report]):
    with zipfile.ZipFile(io.BytesIO(book_and_report[0])) as archive:
        assert archive.comment == b""
        for entry in archive.infolist():
            assert entry.comment == b""
            assert entry.extra == b""
            assert entry.date_time == (1980, 1, 1, 0, 0, 0)
    app = _parts(book_and_report[0])["docProps/app.xml"]
    assert "Manager" not in app
    assert re.findall("<Company>([^<]*)<", app) == ["Woonstichting De Brink &amp; Zonen"]


def test_the_workbook_has_a_real_table_for_each_table(book_and_report: tuple[bytes, Report]):
    content, report = book_and_report
    tables = [found for _, found in report.tables() if found.rows]
    parts = _parts(content)
    assert len([name for name in parts if name.startswith("xl/tables/")]) == len(tables)
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert book.sheet_names[0] == "Lees dit eerst"
    for name, found in zip(book.sheet_names[1:], tables, strict=True):
        cells = book.get_sheet_by_name(name).to_python()
        assert cells[0][0] == found.title
        body = cells[4 : 4 + len(found.rows)]
        for read, row in zip(body, found.rows, strict=True):
            for value, cell in zip(read, row, strict=True):
                assert value == ("" if cell is None else cell), (name, row)


def test_the_workbook_has_the_same_bytes_again(book_and_report: tuple[bytes, Report]):
    content, report = book_and_report
    assert xlsx_file(report) == content


def test_there_is_no_public_workbook(rows: PublicTable):
    with pytest.raises(ValueError, match="no public workbook"):
        xlsx_file(compose(sources(rows)))


def _facts(counts: dict[tuple[int, Ground], int], night: date = date(2026, 11, 22)) -> InnerFacts:
    allocated = tuple(
        Allocated(year, 2, "let", True, str(ground), True, n)
        for (year, ground), n in counts.items()
    )
    return InnerFacts(night, True, allocated, (), ())


def test_the_association_sees_grounds_rounded_and_never_one_that_can_be_worked_out():
    counts = {
        (2025, Ground.STATUS_HOLDER): 31,
        (2025, Ground.RESTRUCTURING_URGENT): 4,
        (2025, Ground.DISTRESSING_SITUATION): 22,
        (2025, Ground.OTHER_DIRECT): 18,
    }
    merged = Statements((YearStatement(2025, 75),))
    view = association_view(_facts(counts), Period(2026, 1), merged, ())
    said = dict(view.grounds[0].by_ground)
    plain = {str(g): counts.get((2025, g), 0) for g in Ground}
    assert said == {g: n.count for g, n in disclose_list(plain)[0].items()}
    assert said["restructuring_urgent"] is said["unknown"] is None
    assert all(n is None or n % 5 == 0 for n in said.values())


def test_a_year_is_said_once_and_stays_as_it_was_said():
    counts = {(2025, ground): 40 for ground in Ground}
    merged = Statements((YearStatement(2025, 200),))
    first = association_view(_facts(counts), Period(2026, 1), merged, ()).grounds
    later = association_view(
        _facts({key: n + 9 for key, n in counts.items()}), Period(2026, 2), merged, first
    )
    assert later.grounds == first
    early = _facts(counts, night=date(2026, 2, 28))
    assert association_view(early, Period(2026, 1), merged, ()).grounds == ()


def test_grounds_that_do_not_fit_the_public_number_are_all_hidden():
    counts = {(2025, ground): 40 for ground in Ground}
    other = Statements((YearStatement(2025, 190),))
    view = association_view(_facts(counts), Period(2026, 1), other, ())
    assert {n for _, n in view.grounds[0].by_ground} == {None}


def test_over_few_public_lettings_no_word_tells_that_something_was_withheld():
    rows = [
        Allocated(2026, 1, "let", True, "", True, 9),
        Allocated(2026, 1, "let", True, "status_holder", True, 30),
        Allocated(2026, 1, "sale", True, "", False, 5),
    ]
    for chosen in (rows, rows[:1], rows[1:], []):
        facts = InnerFacts(date(2026, 11, 22), True, tuple(chosen), (), ())
        assert association_view(facts, PERIOD, Statements(), ()).compared is Compared.TOO_FEW


def test_the_association_is_told_no_number_of_comparisons():
    rows = (
        Allocated(2026, 1, "let", True, "", True, 96),
        Allocated(2026, 1, "let", True, "", False, 4),
    )
    facts = InnerFacts(date(2026, 11, 22), True, rows, (), ())
    assert association_view(facts, PERIOD, Statements(), ()).compared is Compared.NEARLY_ALL
    blind = replace(facts, register=False)
    assert association_view(blind, PERIOD, Statements(), ()).compared is Compared.NONE
    view = board_view(facts, PERIOD, {"opened": 2, "waiting": 1, "cleared": 1, "upheld": 0})
    assert (view.screening.lettings, view.screening.not_compared) == (96, 4)
    assert view.screening.opened == 2


def test_an_empty_office_still_gets_a_report_that_says_so():
    for audience in Audience:
        report = compose(sources(table([]), audience))
        told = " ".join(texts(report))
        assert "geen enkele verhuring" in told
        assert "Wij vonden niets" not in told
        assert html_page(report, "#0b5d63")


def _wider_than_the_threshold(said: dict[str, int | None], merged: int | None) -> None:
    """Let a solver work out what the association's list and the public's number tell together."""
    cells = tuple(Disclosed(count) for count in said.values())
    total = Disclosed(merged)
    table_of_one = DisclosedTable(("year",), tuple(said), (cells,), (total,), cells, total)
    audit = audit_table(table_of_one)
    assert audit.findings() == []
    assert audit.smallest_hidden >= 10


@given(st.lists(st.integers(0, 60), min_size=len(Ground), max_size=len(Ground)))
@settings(max_examples=60, deadline=None)
def test_list_and_merged_number_together_give_no_ground_away(numbers: list[int]):
    counts = {(2025, ground): n for ground, n in zip(Ground, numbers, strict=True)}
    merged = disclose(sum(numbers)).count
    public = Statements((YearStatement(2025, merged),))
    view = association_view(_facts(counts), Period(2026, 1), public, ())
    _wider_than_the_threshold(dict(view.grounds[0].by_ground), merged)

"""What the pages of the site count is what reports and open data count."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pyarrow as pa
import pytest

from allocation.figures import Book, Period, Spread
from allocation.public import PublicTable
from allocation.site.accounts import by_quarter, count_results
from allocation.site.places import place_slug
from allocation.site.rows import Rows
from allocation.site.waiting import Lettings, Middle
from tests.unit.tables import history


@pytest.fixture(scope="module")
def rows() -> PublicTable:
    return history(900, date(2024, 12, 1), 700)


def _whole(value: float) -> int:
    return int(Decimal(str(value)).quantize(Decimal(1), ROUND_HALF_UP))


def _alike(site: Middle | None, book: Spread) -> bool:
    if site is None or book.median is None or book.low is None or book.high is None:
        return site is None and book.median is None
    told = (book.n, _whole(book.low), _whole(book.median), _whole(book.high))
    return told == (site.count, site.low, site.middle, site.high)


def test_waiting_times_per_place_and_type_are_the_same(rows: PublicTable):
    book, year = Book(rows), Period(2025)
    site = Lettings(Rows(rows))
    compared = 0
    for column in ("place", "dwelling_type"):
        for value, found in book.years_by(year, column).items():
            group = (place_slug(value), None) if column == "place" else (None, value)
            assert _alike(site.of(group).by_year[2025].years, found), (column, value)
            compared += found.median is not None
    assert compared >= 6


def test_years_below_zero_count_as_they_do_in_reports(rows: PublicTable):
    """A tenant who registered after the advert closed: an error or a favour, never left out."""
    at = rows.rows.schema.get_field_index("registration_years")
    years = [None if year is None else year - 9 for year in rows.rows.column(at).to_pylist()]
    column = pa.array(years, rows.rows.schema.field(at).type)
    late = PublicTable(rows.rows.set_column(at, rows.rows.schema.field(at), column))
    site = Lettings(Rows(late))
    found = Book(late).years_by(Period(2025), "place")
    below = [spread for spread in found.values() if spread.low is not None and spread.low < 0]
    assert below
    for place, spread in found.items():
        assert _alike(site.of((place_slug(place), None)).by_year[2025].years, spread), place


def test_lettings_and_deviations_per_quarter_are_the_same(rows: PublicTable):
    book = Book(rows)
    quarters = by_quarter(Rows(rows))
    assert len(quarters) >= 8
    for quarter in quarters:
        period = Period(quarter.first.year, (quarter.first.month + 2) // 3)
        assert quarter.lettings == book.count(period)
        assert quarter.checked == book.checked(period)
        assert quarter.deviating == book.lettings_with_deviation(period)


def test_results_per_rule_are_the_same(rows: PublicTable):
    book = Book(rows)
    totals: dict[str, dict[object, int]] = {}
    for year in (2024, 2025, 2026, 2027):
        for rule, counts in book.results(Period(year)).items():
            for result, n in counts.items():
                totals.setdefault(rule, {}).setdefault(result, 0)
                totals[rule][result] += n
    site = count_results(Rows(rows))
    assert {r: {k: n for k, n in c.items() if n} for r, c in totals.items()} == site

"""The statistics: how a period is cut, what is counted, and when too little is known."""

from __future__ import annotations

import csv
import io
import statistics
from collections import Counter
from datetime import date

import numpy as np
import pytest

from allocation.figures import (
    Book,
    Compared,
    compare_counts,
    compare_shares,
    compare_spreads,
    days_open,
    spread,
)
from allocation.opendata.formats import csv_bytes
from allocation.opendata.tables import dwellings_table
from allocation.periods import Period
from allocation.vocabulary import CheckResult, Explanation, Outcome, PassedOver
from tests.unit.tables import history, table


@pytest.mark.parametrize(
    ("text", "first", "last", "previous", "year_ago"),
    [
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31), "2025-Q4", "2025-Q1"),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31), "2026-Q3", "2025-Q4"),
        ("2024", date(2024, 1, 1), date(2024, 12, 31), "2023", "2023"),
    ],
)
def test_a_period_knows_its_days_and_its_neighbours(text, first, last, previous, year_ago):
    period = Period.parse(text)
    assert (period.first, period.last, str(period)) == (first, last, text)
    assert (str(period.previous), str(period.year_ago)) == (previous, year_ago)
    assert period.days == (last - first).days + 1
    assert [str(p) for p in period.back(2)] == [previous, text]


@pytest.mark.parametrize("text", ["2026-Q5", "26-Q1", "Q1", "2026-1", "", "1066", "2026-Q1 "])
def test_what_is_no_period_is_refused(text):
    with pytest.raises(ValueError):
        Period.parse(text)


def test_a_letting_counts_in_the_month_of_letting_and_an_advert_where_it_closed():
    book = Book(
        table(
            [
                {
                    "key": "a-aaaaaaaa",
                    "closes_on": date(2025, 12, 30),
                    "let_month": date(2026, 1, 1),
                },
                {"key": "b-aaaaaaab", "outcome": "withdrawn", "let_month": None},
                {"key": "c-aaaaaaac", "let_month": date(2026, 4, 1)},
            ]
        )
    )
    first = Period(2026, 1)
    assert book.count(first) == 1
    assert book.outcomes(first)[Outcome.LET] == 1
    assert book.outcomes(first)[Outcome.WITHDRAWN] == 1
    assert book.outcomes(first.previous)[Outcome.LET] == 1


def test_every_figure_is_that_of_the_csv_counted_by_hand():
    rows = history(800, date(2025, 1, 1), 650)
    book = Book(rows)
    read = list(csv.DictReader(io.StringIO(csv_bytes(dwellings_table(rows)).decode())))
    for period in (Period(2025, 2), Period(2026, 3), Period(2025)):
        let = [
            row
            for row in read
            if row["outcome"] == "let" and str(period.first) <= row["let_month"] <= str(period.last)
        ]
        assert book.count(period) == len(let)
        assert book.by_model(period) == Counter(row["model"] for row in let)
        for kind in PassedOver:
            total = sum(int(row[f"passed_{kind}"]) for row in let)
            assert book.passed_over(period)[kind] == total
        counts = [
            int(row["response_count"])
            for row in read
            if str(period.first) <= row["closes_on"] <= str(period.last)
        ]
        low, middle, high = statistics.quantiles(counts, n=4, method="inclusive")
        assert (
            book.responses(period).size,
            spread(book.responses(period)).low,
            spread(book.responses(period)).median,
            spread(book.responses(period)).high,
        ) == (len(counts), low, middle, high)
        for place, found in book.years_by(period, "place").items():
            years = [
                int(row["registration_years"])
                for row in let
                if row["place"] == place and row["ordering"] == "registration_duration"
            ]
            assert found.n == len(years)
            assert found.median == (statistics.median(years) if len(years) >= 10 else None)
        assert len(book.deviations(period)) == sum(int(row["deviations"]) for row in let)
        with_one = sum(int(row["deviations"]) > 0 for row in let)
        assert book.lettings_with_deviation(period) == with_one
        passed = sum(n[CheckResult.PASSED] for n in book.results(period).values())
        assert passed == sum(int(row["checks_passed"]) for row in let)


def test_fewer_than_ten_say_nothing():
    nine, ten = np.arange(9, dtype=float), np.arange(10, dtype=float)
    assert spread(nine).median is None
    assert spread(nine).n == 9
    assert (spread(ten).low, spread(ten).median, spread(ten).high) == (2.25, 4.5, 6.75)
    assert compare_spreads(nine, ten, covered=True) == Compared(4.5, None)
    assert compare_shares(1, 9, 5, 100, covered=True) == Compared(5.0, None)


def test_a_period_before_the_table_is_not_compared():
    book = Book(history(400, date(2025, 10, 1), 180))
    assert not book.covers(Period(2025, 4))
    assert book.covers(Period(2026, 1))
    assert compare_counts(book, Period(2026, 1), Period(2025, 4)) is None
    assert compare_spreads(np.arange(20.0), np.arange(20.0), covered=False) is None


def test_a_deviation_says_which_letting_which_rule_and_how_long():
    checks = (
        "PUB-1=passed RNK-2=explained:2026-03-01:mistake_repaired ALL-4=in_treatment:2026-04-01"
    )
    book = Book(table([{"checks": checks}, {"key": "z-aaaaaaaa", "checks": None}]))
    explained, treated = sorted(book.deviations(), key=lambda d: d.rule, reverse=True)
    assert (explained.rule, explained.explanation) == ("RNK-2", Explanation.MISTAKE_REPAIRED)
    assert (treated.address, treated.place) == ("Lindehof 14", "Westerbork")
    assert days_open(treated, date(2026, 4, 30)) == 29
    assert book.checked(Period(2026, 1)) == 1


def test_an_empty_table_has_no_figures():
    book = Book(table([]))
    period = Period(2026, 1)
    assert book.count(period) == 0
    assert book.by_model(period) == {}
    assert book.years_by(period, "place") == {}
    assert book.deviations() == []
    assert not book.has_checks
    assert not book.covers(period)

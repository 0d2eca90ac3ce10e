"""Disclosure control: what is said of numbers that are not public, and what can be worked out."""

from __future__ import annotations

import ast
import random
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

import allocation
from allocation import suppression
from allocation.barrier import disclosure
from allocation.barrier.disclosure import (
    YearFacts,
    declassify,
    disclose,
    disclose_list,
    disclose_table,
    is_settled,
    read_statements,
    write_statements,
)
from allocation.public import Disclosed, DisclosedTable, Statements, YearStatement
from allocation.rules.model import Verdict
from allocation.rules.norms import NORMS, Measured
from allocation.suppression import part_range, shown_range
from tests.interval_audit import audit_table

TODAY = date(2026, 11, 22)
YEARS = (2023, 2024, 2025)


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, None),
        (1, None),
        (9, None),
        (10, 10),
        (12, 10),
        (13, 15),
        (17, 15),
        (18, 20),
        (1003, 1005),
    ],
)
def test_under_ten_is_hidden_and_the_rest_is_rounded_to_five(count: int, said: int | None) -> None:
    assert disclose(count) == Disclosed(said)


@given(st.integers(0, 500))
def test_what_is_said_is_the_same_for_all_counts_of_its_range(count: int) -> None:
    low, high = shown_range(count)
    assert low <= count <= high
    assert {disclose(other) for other in range(low, high + 1)} == {disclose(count)}
    assert disclose(high + 1) != disclose(count)
    assert low == 0 or disclose(low - 1) != disclose(count)


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError):
        disclose(-1)


def table_of(values: list[list[int]]) -> DisclosedTable:
    rows = [f"row {i}" for i in range(len(values))]
    columns = [f"column {j}" for j in range(len(values[0]))]
    counts = {
        (row, column): values[i][j]
        for i, row in enumerate(rows)
        for j, column in enumerate(columns)
    }
    return disclose_table(counts, rows, columns)


TABLES = st.tuples(st.integers(1, 4), st.integers(1, 4)).flatmap(
    lambda size: st.lists(
        st.lists(
            st.one_of(st.integers(0, 14), st.integers(0, 60), st.sampled_from([12, 17])),
            min_size=size[1],
            max_size=size[1],
        ),
        min_size=size[0],
        max_size=size[0],
    )
)


@settings(deadline=None, max_examples=60)
@given(TABLES)
def test_no_hidden_number_can_be_worked_out(values: list[list[int]]) -> None:
    audit = audit_table(table_of(values))
    assert audit.findings() == []


@settings(deadline=None, max_examples=60)
@given(TABLES)
def test_what_is_shown_is_true_to_five(values: list[list[int]]) -> None:
    table = table_of(values)
    pairs = [
        (said, count)
        for line, counts in zip(table.cells, values, strict=True)
        for said, count in zip(line, counts, strict=True)
    ]
    pairs.append((table.total, sum(map(sum, values))))
    pairs += zip(table.row_totals, map(sum, values), strict=True)
    for said, count in pairs:
        assert said.count is None or (said.count % 5 == 0 and abs(said.count - count) <= 2)
        assert count >= 10 or said.count is None


def test_the_audit_catches_a_table_without_complementary_suppression(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    values = [[0, 33, 43], [25, 31, 18], [60, 22, 47]]
    assert audit_table(table_of(values)).findings() == []
    monkeypatch.setattr(
        disclosure,
        "hidden_flows",
        lambda flows: frozenset(i for i, flow in enumerate(flows) if flow.value < 10),
    )
    assert "row 0/column 0" in audit_table(table_of(values)).findings()


def test_the_audit_catches_two_small_numbers_that_only_hide_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two hidden numbers in a line are not enough when together they are almost nothing."""
    values = [[1, 0, 40], [1, 1, 40], [30, 30, 30]]
    monkeypatch.setattr(
        disclosure,
        "hidden_flows",
        lambda flows: frozenset(i for i, flow in enumerate(flows) if flow.value < 10),
    )
    assert audit_table(table_of(values)).findings()


def test_many_shown_numbers_never_pin_one_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rounding alone would give all four away: 48 is shown as 50, so no part is under twelve."""
    values = [[12, 12], [12, 12]]
    assert audit_table(table_of(values)).findings() == []
    monkeypatch.setattr(disclosure, "hidden_flows", lambda flows: frozenset())
    assert audit_table(table_of(values)).exact


def test_the_programs_own_reckoning_agrees_with_the_solver() -> None:
    chance = random.Random(20261122)
    for _ in range(40):
        values = [[chance.randint(0, 45) for _ in range(3)] for _ in range(3)]
        flows = suppression.table_flows(values)
        hidden = suppression.hidden_flows(flows)
        for place, interval in enumerate(audit_table(table_of(values)).intervals):
            low, high = suppression.reach(flows, hidden, place)
            assert interval.low == pytest.approx(low)
            assert interval.high == pytest.approx(float("inf") if high is None else high)


def test_a_list_hides_a_second_number_where_rounding_is_not_enough() -> None:
    said, total = disclose_list({"a": 4, "b": 30, "c": 41, "d": 23})
    assert [name for name in said if said[name].count is None] == ["a"]
    said, total = disclose_list({"a": 0, "b": 33, "c": 43})
    assert [name for name in said if said[name].count is None] == ["a", "b"]
    assert total.count == 75


def test_counts_outside_the_table_are_refused() -> None:
    with pytest.raises(ValueError):
        disclose_table({("x", "y"): 3}, ["a"], ["b"])


def measured(
    rule: str, year: int, *parts: tuple[int, int], target: str = "0.75", at_most: bool = False
) -> Measured:
    """Return a norm that ends in ``year``, with (numerator, denominator) of each year."""
    first = year - len(parts) + 1
    return Measured(
        rule=rule,
        first_year=first,
        last_year=year,
        complete=True,
        numerator=sum(n for n, _ in parts),
        denominator=sum(d for _, d in parts),
        target=Decimal(target),
        at_most=at_most,
        verdict=Verdict.PASSED,
        left_out=(),
        by_year=tuple((first + i, n, d) for i, (n, d) in enumerate(parts)),
    )


def facts(withheld: int, counts: int = 0, public: tuple[int, int] = (300, 300)) -> YearFacts:
    """Return a year with ``withheld`` lettings, of which ``counts`` through the offer model."""
    every = measured("NRM-1", 2025, (public[0] + counts, public[1] + withheld))
    return YearFacts({2025: withheld}, [every], [measured("NRM-1", 2025, public)])


@pytest.mark.parametrize(
    ("today", "stated"),
    [(date(2025, 12, 31), False), (date(2026, 2, 28), False), (date(2026, 3, 1), True)],
)
def test_a_year_is_stated_from_the_first_of_march(today: date, stated: bool) -> None:
    assert is_settled(2025, today) is stated
    assert bool(declassify(facts(40), today, Statements()).years) is stated


def test_what_was_stated_stays_whatever_comes_late() -> None:
    """Else two nights tell how many came late, and the pages which one it was."""
    first = declassify(facts(12), TODAY, Statements())
    assert first.years == (YearStatement(2025, 10),)
    for late in (13, 40, 0):
        assert declassify(facts(late, late), TODAY, first) == first


def test_what_was_stated_is_read_back_as_it_was() -> None:
    said = declassify(facts(60, 10), TODAY, Statements())
    assert said.years
    assert said.norms
    assert read_statements(write_statements(said)) == said


def test_a_year_that_left_the_export_stays_stated() -> None:
    first = declassify(facts(40), TODAY, Statements())
    assert declassify(YearFacts({}, [], []), TODAY, first) == first


def test_only_years_with_public_lettings_are_stated() -> None:
    nothing = YearFacts({2025: 30}, [measured("NRM-1", 2025, (0, 30))], [])
    assert declassify(nothing, TODAY, Statements()) == Statements()


def test_a_norm_says_met_or_not_and_a_rounded_share() -> None:
    said = declassify(facts(60, 10), TODAY, Statements()).norms[0]
    assert (said.met, said.share_percent, said.target_percent) == (True, 85, Decimal("75"))
    said = declassify(facts(150), TODAY, Statements()).norms[0]
    assert (said.met, said.share_percent) == (False, 70)


@given(st.integers(0, 200), st.integers(0, 200), st.integers(1, 400), st.integers(0, 100))
def test_a_share_is_true_to_one_step_and_met_is_true(
    withheld: int, counts: int, lettings: int, share: int
) -> None:
    counts = min(counts, withheld)
    public = (lettings * share // 100, lettings)
    said = declassify(facts(withheld, counts, public), TODAY, Statements()).norms[0]
    exact = (public[0] + counts) / (public[1] + withheld)
    assert said.met in (None, exact >= 0.75)
    assert said.share_percent is None or abs(said.share_percent - exact * 100) <= 7.5


def test_a_norm_too_near_to_its_target_is_not_told() -> None:
    said = declassify(facts(100), TODAY, Statements()).norms[0]
    assert said.met is None


def test_few_lettings_bear_no_share() -> None:
    said = declassify(facts(5, public=(30, 30)), TODAY, Statements()).norms[0]
    assert said.share_percent is None


@given(st.integers(0, 200), st.integers(0, 200), st.integers(0, 400), st.integers(0, 100))
def test_a_norm_tells_no_more_of_the_withheld_than_their_rounded_numbers(
    withheld: int, counts: int, lettings: int, share: int
) -> None:
    """Whoever knows the public part exactly still finds every rest of the stated range."""
    counts = min(counts, withheld)
    public = (lettings * share // 100, lettings)
    said = declassify(facts(withheld, counts, public), TODAY, Statements())
    whole = shown_range(withheld)
    least, most = part_range(withheld - counts, whole)
    for other in whole:
        for rest in {least, min(most, other)}:
            if rest <= other:
                assert declassify(facts(other, other - rest, public), TODAY, Statements()) == said


@given(st.integers(0, 300), st.integers(0, 300))
def test_neither_a_part_nor_its_rest_is_told_finer_than_a_number(whole: int, part: int) -> None:
    """Also to whoever knows the whole exactly, as anybody does of public lettings."""
    part = min(part, whole)
    told = part_range(part, shown_range(whole))
    alike = [n for n in range(whole + 1) if part_range(n, shown_range(whole)) == told]
    assert alike == list(range(max(0, told[0]), min(whole, told[1]) + 1))
    promised = 10 if min(part, whole - part) < 10 else 3
    assert len(alike) >= min(promised, whole + 1)
    assert shown_range(part)[0] >= told[0]
    assert min(whole, shown_range(part)[1]) <= told[1]


@pytest.mark.parametrize("share", [0, 3, 50, 92, 95, 97, 100])
@pytest.mark.parametrize("lettings", [150, 190, 219, 220, 260, 700])
@pytest.mark.parametrize("rule", ["NRM-2", "NRM-4"])
def test_withheld_lettings_do_not_decide_whether_a_norm_is_told(
    rule: str, lettings: int, share: int
) -> None:
    """Else whether it is told would say how many there are."""
    counts = lettings * share // 100
    shown = [measured(rule, 2025, (counts, lettings), target="0.925")]
    public = [*shown, measured("NRM-1", 2025, (lettings, lettings))]
    told = set()
    for withheld in (0, 5, 9, 10, 14, 60):
        every = [measured(rule, 2025, (counts, lettings + withheld), target="0.925")]
        said = declassify(YearFacts({}, every, public), TODAY, Statements()).norms[-1]
        told.add(said.share_percent is None)
    assert told == {lettings < 220}


@given(st.lists(st.integers(0, 120), min_size=4, max_size=4), st.integers(0, 120))
def test_the_interval_audit_of_the_yearly_statements(parts: list[int], more: int) -> None:
    """An attacker who learns every rounded part, and how they nest, narrows none of them.

    The withheld lettings of a year, those of social dwellings, those that were
    advertised and those of them that count: each is at most the one before.
    """
    chain = sorted([*parts, more], reverse=True)
    bounds = [shown_range(count) for count in chain]
    order = [[0] * len(chain) for _ in chain[1:]]
    for i, line in enumerate(order):
        line[i], line[i + 1] = -1, 1
    for place, (low, high) in enumerate(bounds):
        goal = [int(i == place) for i in range(len(chain))]
        least = linprog(goal, A_ub=order, b_ub=[0] * len(order), bounds=bounds, method="highs")
        most = linprog(
            [-g for g in goal], A_ub=order, b_ub=[0] * len(order), bounds=bounds, method="highs"
        )
        assert (least.fun, -most.fun) == (low, high)


def test_the_share_of_two_years_is_made_of_the_parts_of_each() -> None:
    every = measured("NRM-3", 2025, (240, 250), (231, 240), target="0.9")
    public = measured("NRM-3", 2025, (200, 205), (201, 205), target="0.9")
    shown = [measured("NRM-1", year, (250, 250)) for year in (2024, 2025)]
    said = declassify(YearFacts({}, [every], [public, *shown]), TODAY, Statements())
    norm = next(n for n in said.norms if n.rule == "NRM-3")
    assert (norm.first_year, norm.last_year) == (2024, 2025)
    assert (norm.met, norm.share_percent) == (True, 95)


def test_a_period_that_begins_before_the_public_lettings_is_not_stated() -> None:
    every = measured("NRM-3", 2025, (0, 0), (231, 240))
    shown = measured("NRM-1", 2025, (250, 250))
    said = declassify(YearFacts({}, [every], [every, shown]), TODAY, Statements())
    assert {norm.rule for norm in said.norms} == {"NRM-1"}


def test_every_norm_can_be_stated() -> None:
    every = [measured(rule.id, 2025, (280, 300)) for rule in NORMS]
    said = declassify(YearFacts({2025: 0}, every, every), TODAY, Statements())
    assert [norm.rule for norm in said.norms] == [rule.id for rule in NORMS]


MAKERS = {
    "Disclosed": {"disclosure.py"},
    "DisclosedTable": {"disclosure.py"},
    "Statements": {"disclosure.py"},
    "YearStatement": {"disclosure.py"},
    "NormStatement": {"disclosure.py"},
}


def test_only_disclosure_control_makes_disclosed_numbers() -> None:
    """Reading back what was stated before is no making: that goes through ``read_statements``."""
    package = Path(allocation.__file__).parent
    for path in sorted(package.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                makers = MAKERS.get(node.func.id)
                empty = node.func.id == "Statements" and not node.args and not node.keywords
                assert makers is None or empty or path.name in makers, f"{path}: {node.func.id}"

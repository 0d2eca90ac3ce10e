"""The catalogue of rules, how they are run, and what is counted."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from allocation import contract, limits
from allocation.config import Agreement
from allocation.rules import DERIVATIONS, RULES
from allocation.rules.advertising import ADVERTISING
from allocation.rules.facts import FACTS
from allocation.rules.model import SEVERITIES, VERDICTS, Judged, Scope, Severity, Verdict
from allocation.rules.norms import NORMS, measure_norms
from allocation.rules.run import check_rules, prepare
from allocation.vocabulary import NOT_DWELLINGS, code_lists
from tests.spec.judging import AGREEMENT, SUPPLIED, differences, judge, office
from tests.spec.office import TODAY, Case, read_cases

DESIGNED = """
PUB-1 deviation, PUB-2 breach, PUB-3 breach, PUB-4 breach, PUB-5 breach, PUB-6 signal,
RSP-1 signal, RSP-2 breach, REG-1 breach, REG-2 signal, RNK-1 breach, RNK-2 breach,
RNK-3 breach, RNK-4 deviation, RNK-5 breach, ELI-1 breach, ELI-2 breach, ELI-3 breach,
ELI-4 breach, ELI-5 signal, ALL-1 breach, ALL-2 breach, ALL-3 breach, ALL-4 deviation,
ALL-5 breach, ALL-6 breach, INT-1 breach, NRM-1 norm, NRM-2 norm, NRM-3 norm, NRM-4 norm
"""


def test_the_rules_are_those_of_the_design():
    assert [f"{rule.id} {rule.severity}" for rule in RULES] == re.split(r",\s+", DESIGNED.strip())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_has_words_a_file_and_columns_that_exist(rule):
    words = ("title", "explanation", "basis")
    assert all(getattr(rule, f"{word}_{lang}") for word in words for lang in ("nl", "en"))
    assert rule.sql.startswith("-- ")
    assert rule.needs
    for table, column in rule.needs:
        assert column in contract.table(table).names


def test_signals_norms_and_the_register_are_never_public():
    for rule in RULES:
        hidden = rule.severity in {Severity.SIGNAL, Severity.NORM} or rule.judges is Judged.DIRECT
        assert rule.internal == (hidden or ("register", "employee_id") in rule.needs), rule.id


def test_a_public_rule_that_reads_other_lettings_says_so():
    shared = {table.name: table.sql for table in DERIVATIONS}
    reads_others = (
        "scoped_allocations",
        "followed_candidates",
        "followed_responses",
        "ahead",
        "earlier_registrations",
    )
    for rule in RULES:
        if rule.judges is Judged.LETTING and not rule.internal:
            named = set(re.findall(r"(?:FROM|JOIN) ([a-z_]+)", rule.sql))
            others = named & set(reads_others)
            others |= {"scoped_publications"} & named
            others |= {":scope"} if ":scope" in rule.sql else set()
            assert rule.crosses_lettings == bool(others), (rule.id, others, shared.keys() & named)


def test_every_vocabulary_has_its_words():
    assert set(VERDICTS) == set(Verdict)
    assert set(SEVERITIES) == set(Severity)
    assert set(FACTS) == {fact for rule in RULES for fact in rule.facts}
    assert list(FACTS) == sorted(FACTS)


def test_no_fact_names_an_income_of_a_person():
    assert "household_income" not in FACTS


def codes_in(sql: str, after: str) -> set[str]:
    """Return the codes that stand in a list after some words."""
    found = re.search(re.escape(after) + r" (?:NOT )?IN \(([^)]*)\)", sql)
    assert found, after
    return set(re.findall(r"'([a-z_]+)'", found[1]))


def test_codes_in_the_texts_are_codes_of_the_lists():
    texts = {table.name: table.sql for table in DERIVATIONS}
    lists = code_lists()
    checks = (
        (texts["dated_offers"], "o.status", "offer_status"),
        (texts["dated_offers"], "o.reason", "offer_reason"),
        (texts["ahead"], "d.status", "candidate_status"),
        (texts["ahead"], "d.reason", "candidate_reason"),
        (next(r.sql for r in RULES if r.id == "PUB-3"), "o.status", "publication_status"),
        (
            next(r.sql for r in RULES if r.id == "PUB-6"),
            "p.detail_status",
            "publication_detail_status",
        ),
    )
    for text, after, code_list in checks:
        assert codes_in(text, after) <= set(lists[code_list])
    assert codes_in(texts["other_units"], "d.dwelling_type") == NOT_DWELLINGS


def test_limits_hold_every_kind_for_every_year_once():
    kinds = [(limit.year, limit.kind) for limit in limits.limits()]
    years = {year for year, _ in kinds}
    assert len(kinds) == len(set(kinds)) == len(years) * len(limits.LimitKind)
    assert all(limit.source and limit.amount > 0 for limit in limits.limits())
    assert sorted(years) == list(range(min(years), max(years) + 1))


def test_an_absent_column_makes_its_rules_tell_nothing_and_the_counts_still_add_up():
    cases = [case for case in read_cases() if case.rule in {"ALL-4", "RNK-2"}]
    absent = {("responses", name) for name in contract.RESPONSES.names}
    with office(cases) as engine:
        counts = check_rules(engine, AGREEMENT, TODAY, Scope.ALL, SUPPLIED, absent)
        lettings = engine.rows("SELECT count(*) FROM lettings")[0][0]
        missing = dict(
            engine.rows("SELECT DISTINCT rule, missing FROM findings WHERE rule = 'RNK-1'")
        )
    assert missing == {"RNK-1": "responses.candidate_id"}
    for rule in RULES:
        if rule.judges is Judged.LETTING:
            assert sum(counts[rule.id].values()) == lettings
            needs_rows = any(table == "responses" for table, _ in rule.needs)
            assert (counts[rule.id][Verdict.CANNOT_TELL] == lettings) == needs_rows, rule.id


def test_without_a_screening_nobody_can_tell_about_the_employee_concerned():
    cases = [case for case in read_cases() if case.rule == "INT-1"]
    with office(cases) as engine:
        counts = check_rules(engine, AGREEMENT, TODAY, Scope.ALL, SUPPLIED - {"interest_matches"})
    assert {v for v, n in counts["INT-1"].items() if n} == {Verdict.CANNOT_TELL}


def test_the_public_scope_needs_to_know_what_is_withheld():
    with office([]) as engine, pytest.raises(ValueError, match="withheld"):
        prepare(engine, AGREEMENT, TODAY, Scope.RELEASABLE, {"earlier_registrations"})


def test_the_public_findings_hold_no_internal_rule_and_no_withheld_letting():
    case = read_cases()[0]
    rows = {
        "allocations": [
            {"allocation_id": "T1"},
            {"allocation_id": "T2", "dwelling_id": "D2", "candidate_id": "B"},
        ],
        "publications": [{}, {"dwelling_id": "D2"}],
        "withheld_allocations": [{"allocation_id": "T2"}],
        "withheld_publications": [{"dwelling_id": "D2"}],
    }
    with office([Case("X", 1, case.says, "all", rows, ())]) as engine:
        everything = check_rules(engine, AGREEMENT, TODAY, Scope.ALL, SUPPLIED)
        public = check_rules(engine, AGREEMENT, TODAY, Scope.RELEASABLE, SUPPLIED)
        found = engine.rows("SELECT DISTINCT rule, dwelling_id FROM public_findings")
    assert {rule for rule, _ in found} == {r.id for r in RULES if not r.internal}
    assert {str(dwelling)[-2:] for _, dwelling in found} == {".D"}
    assert sum(everything["ALL-2"].values()) == 2
    assert sum(public["ALL-2"].values()) == 1


def test_thresholds_come_from_the_agreement():
    case = Case("X", 1, "one letting", "all", {}, ())
    with office([case]) as engine:
        agreed = {
            days: check_rules(engine, Agreement(min_days_open=days), TODAY, Scope.ALL, SUPPLIED)
            for days in (7, 8)
        }
    assert agreed[7]["PUB-1"][Verdict.PASSED] == 1
    assert agreed[8]["PUB-1"][Verdict.FAILED] == 1


@pytest.mark.parametrize(
    ("column", "share"), [("daeb_share_agreed", 0.84), ("local_connection_share", 0.51)]
)
def test_an_agreement_below_the_law_is_refused(column, share):
    with pytest.raises(ValueError, match=column):
        Agreement(**{column: share})


def let(**cells: str) -> dict[str, str]:
    return cells


def measured(rows, rule, publications=({},), dwellings=()):
    allocations = [{"candidate_id": f"C{n}", **row} for n, row in enumerate(rows)]
    tables = {"allocations": allocations, "publications": list(publications)}
    if dwellings:
        tables["dwellings"] = list(dwellings)
    with office([Case("X", 1, "norm", "all", tables, ())]) as engine:
        prepare(engine, AGREEMENT, TODAY, Scope.ALL, SUPPLIED)
        return [m for m in measure_norms(engine, AGREEMENT, TODAY) if m.rule == rule]


def test_the_offer_model_share_counts_direct_allocations_and_other_models_in_the_denominator():
    found = measured(
        [
            let(dwelling_id="D"),
            let(dwelling_id="D2", publication_id="P2"),
            let(dwelling_id="D3", publication_id=""),
            let(dwelling_id="D4", publication_id="", tenure="sale"),
            let(dwelling_id="D5", publication_id="P5"),
            let(dwelling_id="D6", publication_id=""),
        ],
        "NRM-1",
        publications=[
            {},
            {"publication_id": "P2", "dwelling_id": "D2", "model": "option_model"},
            {"publication_id": "P5", "dwelling_id": "D5", "model": ""},
        ],
        dwellings=[
            {},
            *({"dwelling_id": f"D{n}"} for n in (2, 3, 4, 5)),
            {"dwelling_id": "D6", "dwelling_type": "parking"},
        ],
    )
    assert [(m.numerator, m.denominator, m.left_out) for m in found] == [
        (1, 3, (("publications.model", 1),))
    ]
    assert (found[0].first_year, found[0].last_year, found[0].complete) == (2026, 2026, False)
    assert found[0].verdict is Verdict.FAILED


def test_the_social_share_counts_status_holders_and_students_whatever_their_income():
    found = measured(
        [
            let(household_size="1", household_income="51537.00"),
            let(household_size="1", household_income="51537.01"),
            let(household_size="2", household_income="56910.00"),
            let(household_income="", additional_target_group="status_holders"),
            let(household_income="", priority_detail="status_holder"),
            let(household_income="", direct_ground="status_holder"),
            let(household_income="90000", target_group="students"),
            let(household_income="90000", additional_target_group="foreign_students"),
            let(household_income=""),
            let(household_size=""),
            let(allocated_on="2027-01-01"),
            let(dwelling_id="D2", household_income="90000"),
            let(dwelling_id="D3"),
        ],
        "NRM-2",
        dwellings=[
            {},
            {"dwelling_id": "D2", "daeb": "no"},
            {"dwelling_id": "D3", "daeb": ""},
        ],
    )
    assert [(m.last_year, m.numerator, m.denominator) for m in found] == [
        (2026, 7, 8),
        (2027, 0, 0),
    ]
    assert found[0].left_out == (
        ("allocations.household_income", 1),
        ("allocations.household_size", 1),
        ("dwellings.daeb", 1),
    )
    assert found[0].verdict is Verdict.FAILED
    assert found[1].left_out == (("limits.amount", 1),)
    assert found[1].verdict is Verdict.CANNOT_TELL


def test_appropriate_allocation_is_over_two_calendar_years():
    found = measured(
        [
            let(allocated_on="2025-12-31", bare_rent="682.96"),
            let(allocated_on="2025-12-31", bare_rent="682.97"),
            let(allocated_on="2026-01-01", bare_rent="713.02"),
            let(allocated_on="2026-01-01", household_size="3", bare_rent="764.14"),
            let(allocated_on="2026-01-01", household_income="39925.01", bare_rent="900"),
            let(allocated_on="2026-01-01", household_income="", bare_rent="700"),
            let(allocated_on="2026-01-01", bare_rent=""),
            let(allocated_on="2026-01-01", household_size=""),
            let(
                allocated_on="2026-01-01",
                household_income="90000",
                target_group="students",
                bare_rent="900",
            ),
            let(
                allocated_on="2026-01-01",
                household_size="1",
                senior_household="yes",
                household_income="28775.01",
                bare_rent="900",
            ),
            let(
                allocated_on="2026-01-01",
                household_size="2",
                senior_household="yes",
                household_income="38650.00",
                bare_rent="900",
            ),
        ],
        "NRM-3",
    )
    assert [(m.first_year, m.last_year, m.numerator, m.denominator) for m in found] == [
        (2024, 2025, 1, 2),
        (2025, 2026, 3, 6),
    ]
    assert found[0].complete and not found[1].complete
    assert found[1].left_out == (
        ("allocations.bare_rent", 1),
        ("allocations.household_income", 1),
        ("allocations.household_size", 1),
    )


def test_local_connection_is_a_share_of_the_advertised_lettings():
    rows = [
        let(priority_kind="local_connection"),
        let(dwelling_id="D2", priority_kind="none"),
        let(dwelling_id="D3", priority_kind=""),
        let(dwelling_id="D4", priority_kind="local_connection", publication_id=""),
    ]
    adverts = [{}, {"dwelling_id": "D2"}, {"dwelling_id": "D3"}]
    half = measured(rows, "NRM-4", publications=adverts)
    assert [(m.numerator, m.denominator, m.verdict) for m in half] == [(1, 2, Verdict.PASSED)]
    assert half[0].left_out == (("allocations.priority_kind", 1),)
    more = measured(rows[:1], "NRM-4", publications=adverts)
    assert [(m.numerator, m.denominator, m.verdict) for m in more] == [(1, 1, Verdict.FAILED)]
    assert more[0].target == Decimal("0.5")


def test_a_period_is_complete_the_day_after_its_last():
    case = Case("X", 1, "norm", "all", {}, ())
    with office([case]) as engine:
        prepare(engine, AGREEMENT, TODAY, Scope.ALL, SUPPLIED)
        for today, complete in ((date(2026, 12, 31), False), (date(2027, 1, 1), True)):
            assert {m.complete for m in measure_norms(engine, AGREEMENT, today)} == {complete}


def test_norms_and_advertising_are_part_of_the_catalogue():
    assert set(NORMS) | set(ADVERTISING) <= set(RULES)


@pytest.mark.parametrize(
    ("name", "read"),
    [
        (
            "judged_responses",
            {
                "responses",
                "adverts",
                "classes_by_kind",
                "classes_by_detail",
                "classes_by_age",
                "classes_by_size",
            },
        ),
        ("priority_classes", {"publications"}),
        ("priority_orders", {"priority_classes"}),
        ("classes_by_kind", {"priority_classes"}),
        ("classes_by_detail", {"priority_classes"}),
        ("classes_by_age", {"priority_classes", "whole_numbers"}),
        ("classes_by_size", {"priority_classes", "whole_numbers"}),
        ("advert_counts", {"judged_responses", "adverts"}),
        ("rank_steps", {"judged_responses"}),
        ("followed_responses", {"judged_responses", "followed_candidates", "responses"}),
    ],
)
def test_what_is_taken_over_follows_from_the_responses_and_the_adverts_alone(name, read):
    # What ``prepare`` relies on when it does not make them again for the public scope.
    sql = next(table.sql for table in DERIVATIONS if table.name == name)
    assert set(re.findall(r"(?:FROM|JOIN) ([a-z_]+)", sql)) == read
    assert ":" not in re.sub(r"--[^\n]*|'[^']*'", "", sql)


def test_what_is_taken_over_is_what_would_be_made_again():
    with office(cases_without_changed_adverts()) as engine:
        for scope in Scope:
            judge(engine, scope)
        taken = {name: rows_of(engine, name) for name in ("advert_counts", "followed_responses")}
        prepare(engine, AGREEMENT, TODAY, Scope.RELEASABLE, SUPPLIED)
        again = {name: rows_of(engine, name) for name in taken}
        prepare(engine, AGREEMENT, TODAY, Scope.ALL, SUPPLIED)
        assert len(rows_of(engine, "followed_responses")) > len(again["followed_responses"])
    assert taken == again


def rows_of(engine, name: str) -> list[str]:
    return sorted(str(row) for row in engine.rows(f"SELECT * FROM {name}"))


def cases_without_changed_adverts() -> list[Case]:
    """Return all cases but those in which an advert reads differently for the public."""
    differs = "conditions are those of the first dwelling"
    return [case for case in read_cases() if differs not in case.says]


def test_public_verdicts_hold_where_no_response_is_judged_again():
    cases = cases_without_changed_adverts()
    with office(cases) as engine:
        answers = {scope: judge(engine, scope) for scope in Scope}
        changed = "SELECT a.* FROM adverts AS a EXCEPT SELECT b.* FROM adverts_of_all AS b"
        assert engine.rows(changed) == []
    assert differences(cases, answers) == []


def test_every_age_and_household_size_is_a_whole_number():
    highest = [contract.RESPONSES[name].high for name in ("age", "household_size")]
    with office([]) as engine:
        prepare(engine, AGREEMENT, TODAY, Scope.ALL, SUPPLIED)
        numbers = [number for (number,) in engine.rows("SELECT n.number FROM whole_numbers AS n")]
    assert numbers == list(range(1_000))
    assert max(highest) < 1_000

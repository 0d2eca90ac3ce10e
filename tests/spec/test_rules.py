"""Every rule says of every spec case what the case says it must."""

from __future__ import annotations

import pytest

from allocation.rules.model import Scope
from allocation.rules.run import prepare
from tests.spec.judging import (
    AGREEMENT,
    JUDGING,
    NORMS,
    SUPPLIED,
    differences,
    judge,
    norm_differences,
    office,
)
from tests.spec.office import NORMS as NORM_CASES
from tests.spec.office import TODAY, read_cases
from tests.spec.render import render_cases

CASES = read_cases()
SHARES = read_cases(NORM_CASES)


@pytest.fixture(scope="module")
def answers():
    with office(CASES) as engine:
        yield {scope: judge(engine, scope) for scope in (Scope.ALL, Scope.RELEASABLE)}


@pytest.mark.parametrize("rule", JUDGING)
def test_rule_says_what_its_cases_say(rule, answers):
    assert differences([case for case in CASES if case.rule == rule], answers) == []


@pytest.fixture(scope="module")
def norm_office():
    with office(SHARES) as engine:
        prepare(engine, AGREEMENT, TODAY, Scope.ALL, SUPPLIED)
        yield engine


@pytest.mark.parametrize("norm", NORMS)
def test_norm_counts_what_its_cases_say(norm, norm_office):
    cases = [case for case in SHARES if case.rule == norm]
    assert cases
    assert norm_differences(norm_office, NORMS[norm], cases) == []


def test_every_rule_has_enough_cases():
    numbers = {rule: [case for case in CASES if case.rule == rule] for rule in JUDGING}
    assert {case.rule for case in CASES} == set(JUDGING)
    assert [rule for rule, cases in numbers.items() if len(cases) < 6] == []


def test_every_rule_is_shown_to_pass_and_to_fail():
    for rule in JUDGING:
        verdicts = {e.verdict for case in CASES if case.rule == rule for e in case.expected}
        assert {"passed", "failed"} <= verdicts, rule


def test_cases_of_the_public_scope_are_about_rules_with_a_public_verdict():
    for case in CASES:
        if case.scope == Scope.RELEASABLE:
            assert not JUDGING[case.rule].internal


def test_the_page_shows_every_case():
    page = render_cases()
    for case in (*CASES, *SHARES):
        assert f"### {case.rule}.{case.number}" in page
        assert case.says in page
    assert page == render_cases()

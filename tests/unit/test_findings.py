"""Findings become values, lines of JSON and words."""

from __future__ import annotations

import json

import pytest

from allocation.findings import (
    Finding,
    digest_findings,
    explain_finding,
    failed_findings,
    findings_of,
    json_lines,
)
from allocation.rules import RULES
from allocation.rules.model import Judged, Scope, Verdict
from allocation.rules.run import check_rules
from tests.spec.judging import AGREEMENT, SUPPLIED, office
from tests.spec.office import TODAY, read_cases

FAVOUR = next(case for case in read_cases() if "colleague's daughter" in case.says)


@pytest.fixture(scope="module")
def engine():
    others = [case for case in read_cases() if case.rule == "ALL-6"]
    with office([FAVOUR, *others]) as opened:
        check_rules(opened, AGREEMENT, TODAY, Scope.ALL, SUPPLIED)
        opened.run("CREATE TABLE public_findings AS SELECT * FROM findings WHERE false")
        digest_findings(opened)
        yield opened


@pytest.fixture(scope="module")
def findings(engine):
    return findings_of(engine, FAVOUR.prefix + "P", FAVOUR.prefix + "D")


def test_a_letting_has_one_finding_for_each_rule_in_order(findings):
    periods_and_direct = {Judged.PERIOD, Judged.DIRECT}
    expected = [rule.id for rule in RULES if rule.judges not in periods_and_direct]
    assert [finding.rule for finding in findings] == expected


def test_the_favour_is_explained_in_words_that_a_board_understands(findings):
    favour = next(finding for finding in findings if finding.rule == "RNK-2")
    assert favour.verdict is Verdict.FAILED
    lines = explain_finding(favour, "nl")
    assert lines[0] == "RNK-2 De eerste in rang kreeg de woning: niet in orde (overtreding)"
    assert "  - kandidaten die voldeden en boven de nieuwe huurder stonden: 3" in lines
    assert "  - van hen zijn overgeslagen zonder dat er iets is vastgelegd: 3" in lines
    assert "  - vastgelegde positie van de nieuwe huurder: 4" in lines
    assert "  - de nieuwe huurder voldeed aan de voorwaarden: ja" in lines


def test_what_is_missing_is_said_in_both_languages(findings):
    untold = next(finding for finding in findings if finding.rule == "PUB-4")
    assert explain_finding(untold, "en")[0].endswith(": not applicable")
    assert "  - eerste nacht met een reactie: niet bekend" in explain_finding(untold, "nl")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_finding_can_be_said(findings, language):
    assert all(explain_finding(finding, language) for finding in findings)


def test_a_finding_never_shows_its_evidence_in_a_repr(findings):
    assert all("evidence" not in repr(finding) for finding in findings)


def test_json_lines_hold_every_finding_once_and_in_order(engine):
    lines = [json.loads(line) for line in json_lines(engine)]
    told = "SELECT count(*) FROM findings WHERE rule <> 'INT-1'"  # the officer's alone
    assert len(lines) == engine.rows(told)[0][0]
    order = [rule.id for rule in RULES]
    assert [order.index(line["rule"]) for line in lines] == sorted(
        order.index(line["rule"]) for line in lines
    )
    assert lines == [json.loads(line) for line in json_lines(engine)]


def test_failed_findings_are_the_failed_ones(engine):
    failed = failed_findings(engine)
    assert failed
    assert {finding.verdict for finding in failed} == {Verdict.FAILED}
    count = engine.rows("SELECT count(*) FROM findings WHERE verdict = 'failed'")[0][0]
    assert len(failed) == count


def test_a_direct_allocation_names_no_advert_or_one_of_another_dwelling(engine):
    direct = [finding for finding in failed_findings(engine) if finding.rule == "ALL-6"]
    named = [finding.dwelling_id[-2:] for finding in direct if finding.publication_id is not None]
    assert sorted(named) == ["D2", "D9"]
    assert len(direct) > len(named)


def test_a_direct_allocation_is_found_by_its_own_id(engine):
    failed = next(finding for finding in failed_findings(engine) if finding.rule == "ALL-6")
    assert failed.allocation_id is not None
    found = findings_of(engine, None, failed.dwelling_id, failed.allocation_id)
    assert failed in found
    assert {finding.allocation_id for finding in found} == {failed.allocation_id}
    assert findings_of(engine, None, failed.dwelling_id, "another") == ()


def test_a_year_is_no_amount():
    evidence = {"letting_year": 2026, "responses": 2026}
    finding = Finding("P", "D", "A", "ELI-1", Verdict.PASSED, None, evidence)
    assert explain_finding(finding, "en")[1:] == [
        "  - year of letting: 2026",
        "  - responses of the new tenant: 2,026",
    ]
    assert explain_finding(finding, "nl")[1] == "  - jaar van toewijzing: 2026"


def test_identifiers_cannot_break_out_of_the_query(engine):
    assert findings_of(engine, "x' OR 'a' = 'a", "y") == ()

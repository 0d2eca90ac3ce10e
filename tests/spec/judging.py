"""Run the rules over the cases, and compare what they say with what they must say.

Decides nothing of its own: it runs the real derivations and rules on one
database that holds every case, and lists the differences.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from allocation.config import Agreement, Config
from allocation.engine import Engine, open_engine
from allocation.rules import RULES
from allocation.rules.model import Judged, Rule, Scope
from allocation.rules.run import FINDINGS, check_rules
from allocation.rules.seam import INPUTS
from tests.spec.office import TODAY, Case, Expected, Share, fill_all, load

SUPPLIED = frozenset(INPUTS) - {"limits"}
AGREEMENT = Agreement()
CONFIG = Config.model_validate(
    {
        "association": {"name": "Het Heem", "work_area": "Drenthe", "email": "info@heem.nl"},
        "paths": {"exports": "exports"},
        "engine": {"threads": 1},
    }
)
JUDGING: dict[str, Rule] = {rule.id: rule for rule in RULES if rule.judges is not Judged.PERIOD}

NORMS: dict[str, Rule] = {rule.id: rule for rule in RULES if rule.judges is Judged.PERIOD}

ANY_COLUMN = "*"
"""Expected where it does not matter which column is said to be missing."""

Answer = tuple[str, str | None, dict[str, object]]
Answers = Mapping[tuple[str, str, str], Answer]
"""What was said: verdict, missing column and facts, by rule, advert and dwelling."""


@contextmanager
def office(cases: list[Case]) -> Iterator[Engine]:
    """Open a database that holds all cases."""
    with tempfile.TemporaryDirectory() as folder, open_engine(CONFIG, Path(folder)) as engine:
        load(engine.connection, fill_all(cases))
        yield engine


def judge(engine: Engine, scope: Scope) -> Answers:
    """Run every rule over one scope and return what it said."""
    check_rules(engine, AGREEMENT, TODAY, scope, SUPPLIED)
    rows = engine.rows(
        "SELECT rule, publication_id, dwelling_id, verdict, missing, evidence"
        f" FROM {FINDINGS[scope]}"
    )
    return {
        (str(rule), str(publication), str(dwelling)): (
            str(verdict),
            None if missing is None else str(missing),
            json.loads(str(evidence)),
        )
        for rule, publication, dwelling, verdict, missing, evidence in rows
    }


def norm_differences(engine: Engine, rule: Rule, cases: list[Case]) -> list[str]:
    """Return one line for each case in which a norm counts something else."""
    lines = []
    rows = engine.rows(
        f"SELECT n.allocation_id, n.letting_year, n.left_out, n.counts FROM ({rule.sql}) AS n"
    )
    for case in cases:
        shares = {}
        for allocation, year, left_out, counts in rows:
            if str(allocation).startswith(case.prefix):
                share = shares.setdefault(year, Share(int(str(year)), 0, 0, {}))
                shares[year] = _counted(share, left_out, counts)
        if shares != {share.year: share for share in case.counts}:
            lines.append(f"{case.rule} case {case.number} ({case.says}): {shares}")
    return lines


def _counted(share: Share, left_out: object, counts: object) -> Share:
    """Add one letting to a share."""
    if left_out is not None:
        column = str(left_out)
        more = share.left_out | {column: share.left_out.get(column, 0) + 1}
        return replace(share, left_out=more)
    if counts is None:
        raise ValueError("neither counted nor left out")
    return replace(
        share, numerator=share.numerator + bool(counts), denominator=share.denominator + 1
    )


def differences(cases: list[Case], answers: Mapping[Scope, Answers]) -> list[str]:
    """Return one line for each expectation that does not come true."""
    lines = []
    for case in cases:
        for expected in case.expected:
            difference = _difference(case, expected, answers[Scope(case.scope)])
            if difference:
                lines.append(f"{case.rule} case {case.number} ({case.says}): {difference}")
    return lines


def _difference(case: Case, expected: Expected, answers: Answers) -> str:
    answer = _find(case, expected, answers)
    if answer is None:
        return "no finding"
    verdict, missing, facts = answer
    any_column = expected.missing == ANY_COLUMN
    if verdict != expected.verdict or (missing != expected.missing and not any_column):
        return f"{verdict} ({missing}), not {expected.verdict} ({expected.missing})"
    wrong = {
        name: facts.get(name) for name, value in expected.facts.items() if facts.get(name) != value
    }
    return f"{wrong}, not {expected.facts}" if wrong else ""


def _find(case: Case, expected: Expected, answers: Answers) -> Answer | None:
    dwelling = case.prefix + expected.dwelling
    for publication in (case.prefix + expected.publication, "None"):
        found = answers.get((case.rule, publication, dwelling))
        if found is not None:
            return found
    return None

"""Run the rules: derive the shared tables, judge, and check that nothing was skipped.

Decides how the answer of a rule's SQL becomes a row of ``findings``, and that
each thing to judge has exactly one verdict per rule.  Thresholds come from the
agreement and are bound as parameters.  It never changes what a rule says; the
two things added to a verdict are that a rule is not applicable before it was
in force, and that nothing can be told without the columns that it needs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import date

import pyarrow as pa

from allocation.config import Agreement
from allocation.limits import limits_table
from allocation.rules import DERIVATIONS, RULES
from allocation.rules.model import Judged, Rule, Scope, Verdict
from allocation.rules.seam import INPUTS, RuleEngine

FINDINGS: dict[Scope, str] = {Scope.ALL: "findings", Scope.RELEASABLE: "public_findings"}
"""The table that each scope fills."""

_SUBJECTS: dict[Judged, str] = {
    Judged.LETTING: """
        SELECT l.publication_id, l.dwelling_id, l.allocation_id, l.allocated_on AS judged_on
        FROM lettings AS l""",
    Judged.ADVERTISED: """
        SELECT p.publication_id, p.dwelling_id, NULL AS allocation_id, p.opens_on AS judged_on
        FROM scoped_publications AS p""",
    Judged.DIRECT: """
        SELECT d.publication_id, d.dwelling_id, d.allocation_id, d.allocated_on AS judged_on
        FROM direct_lettings AS d""",
    Judged.EVERY_LETTING: """
        SELECT l.publication_id, l.dwelling_id, l.allocation_id, l.allocated_on AS judged_on
        FROM lettings AS l
        UNION ALL
        SELECT d.publication_id, d.dwelling_id, d.allocation_id, d.allocated_on AS judged_on
        FROM direct_lettings AS d""",
}
"""What has one verdict per rule; a norm is measured over a period instead."""

_WHOLE_NUMBERS = pa.table({"number": pa.array(range(1_000), pa.int64())})
"""Every age and every household size is among them."""

_ADVERTS_OF_ALL = "adverts_of_all"

_OF_ALL: dict[str, str] = {
    "judged_responses": "",
    "advert_counts": """
        SELECT c.*
        FROM advert_counts AS c
        JOIN adverts AS a ON a.publication_id = c.publication_id""",
    "rank_steps": "",
    "followed_responses": """
        SELECT r.*
        FROM followed_responses AS r
        JOIN followed_candidates AS f
            ON f.publication_id = r.publication_id AND f.candidate_id = r.candidate_id""",
}
"""What follows from the responses, the priority orders of all adverts (one set for both
scopes) and ``adverts`` alone, and how the rows of a scope are taken out of those over all
rows; empty where all may stay, because no rule reads a row of it but through an advert in
scope."""

_EVERY_RESPONSE = re.compile(r"\b(?:FROM|JOIN) (?:judged_)?responses\b")
"""What a rule reads that is large: such a rule runs alone, the others side by side."""


def prepare(
    engine: RuleEngine,
    agreement: Agreement,
    today: date,
    scope: Scope,
    supplied: Collection[str] = (),
    *,
    after_all: bool = False,
) -> bool:
    """Derive the tables that the rules share, over one scope.

    The engine holds the night's tables (an empty one where the supplier delivers
    none; a numbered one with its ``FILE_ROW``) and those of ``INPUTS`` that are
    named in ``supplied``; the rest is taken as empty.  ``today`` is the night's
    date in Europe/Amsterdam.
    ``after_all`` says that the tables over all rows stand ready: the judged
    responses, and what follows from them and ``adverts`` alone, are then made
    again only where an advert reads differently in this scope.  Returns whether
    they were taken over.

    Raises:
        ValueError: the public scope was asked without saying what is withheld.
    """
    withheld = {"withheld_allocations", "withheld_publications"}
    if scope is Scope.RELEASABLE and not withheld <= set(supplied):
        raise ValueError("the releasable scope needs the withheld tables")
    for name, schema in INPUTS.items():
        if name == "limits":
            engine.register(name, limits_table())
        elif name not in supplied:
            engine.register(name, schema.empty_table())
    engine.register("whole_numbers", _WHOLE_NUMBERS)
    parameters = parameters_of(agreement, today, scope)
    if after_all:
        engine.derive(_ADVERTS_OF_ALL, "SELECT a.* FROM adverts AS a", {})
    taken_over = False
    for derivation in DERIVATIONS:
        if after_all and derivation.name == "judged_responses":
            taken_over = _has_same_adverts(engine)
        text = derivation.sql
        if taken_over and derivation.name in _OF_ALL:
            text = _OF_ALL[derivation.name]
        if text:
            engine.derive(derivation.name, text, parameters)
    return taken_over


def _has_same_adverts(engine: RuleEngine) -> bool:
    """Say whether every advert in scope reads as it does over all rows."""
    changed = f"SELECT a.* FROM adverts AS a EXCEPT SELECT b.* FROM {_ADVERTS_OF_ALL} AS b"
    return engine.rows(f"SELECT COUNT(*) FROM ({changed}) AS c") == [(0,)]


def parameters_of(agreement: Agreement, today: date, scope: Scope) -> dict[str, object]:
    """Return the values that rule texts may name as parameters."""
    return {
        "min_days_open": agreement.min_days_open,
        "max_open_responses": agreement.max_open_responses,
        "parallel_offers": agreement.parallel_offers,
        "outcome_days": agreement.outcome_days,
        "today": today,
        "scope": str(scope),
    }


def check_rules(
    engine: RuleEngine,
    agreement: Agreement,
    today: date,
    scope: Scope,
    supplied: Collection[str] = (),
    absent: Collection[tuple[str, str]] = (),
    late: Callable[[], Collection[str]] = tuple,
) -> dict[str, dict[Verdict, int]]:
    """Judge every letting by every rule; return the verdicts counted per rule.

    Fills ``findings`` (scope all) or ``public_findings`` (scope releasable:
    only the rules that are not internal; those that cannot cross lettings are
    taken over from ``findings``, unless a withheld row says something else of an
    advert than the rows that stay).  ``absent`` names the columns, as (table,
    column), that the supplier does not deliver; of an absent table all columns.
    ``late`` is asked when the shared tables stand, and gives the names of inputs
    that the engine holds by then.

    Raises:
        RuntimeError: a rule skipped a letting or answered twice (a bug).
    """
    after_all = scope is Scope.RELEASABLE
    taken_over = prepare(engine, agreement, today, scope, supplied, after_all=after_all)
    missing = set(absent)
    if "interest_matches" not in {*supplied, *late()}:
        missing.add(("register", "employee_id"))
    parameters = parameters_of(agreement, today, scope)
    carried: list[Rule] = []
    if taken_over:
        carried = [rule for rule in _judging(scope) if not rule.crosses_lettings]
    fresh = [rule for rule in _judging(scope) if rule not in carried]
    texts = [_carried_sql(carried)] if carried else []
    parts: list[str] = []
    for rule in fresh:
        text = finding_sql(engine, rule, missing)
        if _EVERY_RESPONSE.search(rule.sql):
            parts.append(f"verdicts_{rule.file.stem}")
            engine.derive(parts[-1], text, parameters)
            text = f"SELECT v.* FROM {parts[-1]} AS v"
        texts.append(text)
    engine.derive(FINDINGS[scope], " UNION ALL ".join(texts), parameters)
    for part in parts:
        engine.discard(part)
    return count_verdicts(engine, scope)


def _carried_sql(rules: Collection[Rule]) -> str:
    """Return SQL for the verdicts that are the same over all rows, of the lettings in scope."""
    named = ", ".join(f"'{name}'" for name in sorted(rule.id for rule in rules))
    return f"""
        SELECT f.*
        FROM {FINDINGS[Scope.ALL]} AS f
        JOIN ({_SUBJECTS[Judged.LETTING]}) AS s ON s.allocation_id = f.allocation_id
        WHERE f.rule IN ({named})"""


def finding_sql(engine: RuleEngine, rule: Rule, absent: Collection[tuple[str, str]]) -> str:
    """Return SQL with one row per thing that a rule judges."""
    subjects = _SUBJECTS[rule.judges]
    lacking = next((need for need in rule.needs if need in absent), None)
    if lacking is not None:
        answer = f"""
            SELECT a.publication_id, a.dwelling_id, a.allocation_id,
                '{Verdict.CANNOT_TELL}' AS verdict, '{lacking[0]}.{lacking[1]}' AS missing,
                '{{}}' AS evidence
            FROM ({subjects}) AS a"""
    else:
        answer = f"SELECT r.*, {engine.facts(rule.facts)} AS evidence FROM (\n{rule.sql}\n) AS r"
    return f"""
        SELECT s.publication_id, s.dwelling_id, CAST(s.allocation_id AS STRING) AS allocation_id,
            '{rule.id}' AS rule,
            CASE WHEN {_in_force(rule)} THEN v.verdict ELSE '{Verdict.NOT_APPLICABLE}' END
                AS verdict,
            CAST(
                CASE
                    WHEN v.verdict = '{Verdict.CANNOT_TELL}' AND {_in_force(rule)} THEN v.missing
                END AS STRING
            ) AS missing,
            v.evidence
        FROM ({subjects}) AS s
        LEFT JOIN ({answer}) AS v ON {_same(rule.judges)}"""


def _in_force(rule: Rule) -> str:
    """Return the condition that a rule held on the day of what is judged."""
    condition = f"s.judged_on >= DATE '{rule.in_force_from.isoformat()}'"
    if rule.in_force_until is None:
        return condition
    return f"({condition} AND s.judged_on <= DATE '{rule.in_force_until.isoformat()}')"


def _same(judged: Judged) -> str:
    """Return the condition that an answer is about a subject."""
    if judged is Judged.ADVERTISED:
        return "v.publication_id = s.publication_id AND v.dwelling_id = s.dwelling_id"
    return "v.allocation_id = s.allocation_id"


def count_verdicts(engine: RuleEngine, scope: Scope) -> dict[str, dict[Verdict, int]]:
    """Count the verdicts of each rule, and check that they add up to what there is to judge.

    Raises:
        RuntimeError: a rule skipped something, answered twice, gave an unknown
            verdict, or could not tell without saying what is missing (a bug).
    """
    counts: dict[str, dict[Verdict, int]] = {}
    known = ", ".join(f"'{verdict}'" for verdict in Verdict)
    rows = engine.rows(
        f"""
        SELECT f.rule, f.verdict, COUNT(*) AS findings,
            COUNT(*) FILTER (
                WHERE f.verdict IS NULL
                    OR f.verdict NOT IN ({known})
                    OR (f.verdict = '{Verdict.CANNOT_TELL}') <> (f.missing IS NOT NULL)
            ) AS wrong
        FROM {FINDINGS[scope]} AS f
        GROUP BY f.rule, f.verdict
        """
    )
    for name, verdict, findings, wrong in rows:
        if wrong:
            raise RuntimeError(f"{name} gave {wrong} answers that are no verdict")
        verdicts = counts.setdefault(str(name), dict.fromkeys(Verdict, 0))
        verdicts[Verdict(str(verdict))] = int(str(findings))
    totals = {
        judged: int(str(engine.rows(f"SELECT COUNT(*) FROM ({sql}) AS s")[0][0]))
        for judged, sql in _SUBJECTS.items()
    }
    for rule in _judging(scope):
        verdicts = counts.setdefault(rule.id, dict.fromkeys(Verdict, 0))
        if sum(verdicts.values()) != totals[rule.judges]:
            raise RuntimeError(
                f"{rule.id} gave {sum(verdicts.values())} verdicts on {totals[rule.judges]}"
            )
    return {rule.id: counts[rule.id] for rule in _judging(scope)}


def _judging(scope: Scope) -> list[Rule]:
    """Return the rules that have findings in a scope."""
    return [
        rule
        for rule in RULES
        if rule.judges is not Judged.PERIOD and not (scope is Scope.RELEASABLE and rule.internal)
    ]

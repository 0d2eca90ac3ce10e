"""Findings: what the rules said of one letting, to read and to hand over.

Decides how a row of the table ``findings`` becomes a value, a line of JSON or
sentences for the letting department.  Findings are internal: they hold dates
and sizes of households, so a finding never shows its evidence in a ``repr``.
It judges nothing and changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from allocation.rules import RULES
from allocation.rules.facts import FACTS
from allocation.rules.model import SEVERITIES, VERDICTS, Rule, Verdict
from allocation.rules.seam import RuleEngine

Language = Literal["nl", "en"]
Fact = str | int | float | bool | None

_COLUMNS = "publication_id, dwelling_id, allocation_id, rule, verdict, missing, evidence"
_RULES: dict[str, Rule] = {rule.id: rule for rule in RULES}
_ORDER: dict[str, int] = {rule.id: number for number, rule in enumerate(RULES)}


@dataclass(frozen=True, slots=True)
class Finding:
    """One verdict on one letting, with the named facts that it rests on.

    ``missing`` names the column without which nothing could be told.
    ``publication_id`` is None for a direct allocation; ``allocation_id`` is
    None where an advert is judged.
    """

    publication_id: str | None
    dwelling_id: str
    allocation_id: str | None
    rule: str
    verdict: Verdict
    missing: str | None
    evidence: dict[str, Fact] = field(repr=False)


def findings_of(engine: RuleEngine, publication_id: str, dwelling_id: str) -> tuple[Finding, ...]:
    """Return every finding on one advert and dwelling, in the order of the rules."""
    sql = (
        f"SELECT {_COLUMNS} FROM findings AS f"
        f" WHERE f.publication_id = {_text(publication_id)}"
        f" AND f.dwelling_id = {_text(dwelling_id)}"
    )
    return tuple(sorted(_read(engine, sql), key=_place))


def failed_findings(engine: RuleEngine) -> tuple[Finding, ...]:
    """Return every failed finding, by rule and then by advert and dwelling."""
    sql = f"SELECT {_COLUMNS} FROM findings AS f WHERE f.verdict = '{Verdict.FAILED}'"
    return tuple(sorted(_read(engine, sql), key=_place))


def json_lines(engine: RuleEngine) -> Iterator[str]:
    """Yield every finding as one line of JSON, by rule and then by advert and dwelling."""
    for rule in RULES:
        sql = f"SELECT {_COLUMNS} FROM findings AS f WHERE f.rule = '{rule.id}'"
        for finding in sorted(_read(engine, sql), key=_place):
            yield json.dumps(
                {
                    "publication_id": finding.publication_id,
                    "dwelling_id": finding.dwelling_id,
                    "allocation_id": finding.allocation_id,
                    "rule": finding.rule,
                    "verdict": finding.verdict,
                    "missing": finding.missing,
                    "evidence": finding.evidence,
                },
                ensure_ascii=False,
            )


def explain_finding(finding: Finding, language: Language) -> list[str]:
    """Return a finding in words: the verdict first, then each fact on a line."""
    rule = _RULES[finding.rule]
    at = 0 if language == "nl" else 1
    title = rule.title_nl if language == "nl" else rule.title_en
    verdict = VERDICTS[finding.verdict][at]
    head = f"{rule.id} {title}: {verdict}"
    if finding.verdict is Verdict.FAILED:
        head += f" ({SEVERITIES[rule.severity][at]})"
    lines = [head]
    if finding.missing is not None:
        lines.append(f"  {('er ontbreekt', 'missing')[at]}: {finding.missing}")
    if finding.verdict is Verdict.FAILED:
        lines.append(f"  {rule.explanation_nl if language == 'nl' else rule.explanation_en}")
    lines += [
        f"  - {FACTS[name][at]}: {_in_words(value, language)}"
        for name, value in finding.evidence.items()
    ]
    return lines


def _in_words(value: Fact, language: Language) -> str:
    """Return a fact's value as a reader expects it."""
    dutch = language == "nl"
    if value is None:
        return "niet bekend" if dutch else "not known"
    if isinstance(value, bool):
        return {True: ("ja", "yes"), False: ("nee", "no")}[value][0 if dutch else 1]
    return str(value)


def _read(engine: RuleEngine, sql: str) -> Iterator[Finding]:
    for publication, dwelling, allocation, rule, verdict, missing, evidence in engine.rows(sql):
        yield Finding(
            publication_id=None if publication is None else str(publication),
            dwelling_id=str(dwelling),
            allocation_id=None if allocation is None else str(allocation),
            rule=str(rule),
            verdict=Verdict(str(verdict)),
            missing=None if missing is None else str(missing),
            evidence=json.loads(str(evidence)),
        )


def _place(finding: Finding) -> tuple[int, str, str, str]:
    return (
        _ORDER[finding.rule],
        finding.publication_id or "",
        finding.dwelling_id,
        finding.allocation_id or "",
    )


def _text(value: str) -> str:
    """Return a text as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"

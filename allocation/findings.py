"""Findings: what the rules said of one letting, to read and to hand over.

Decides how a row of the table ``findings`` becomes a value, a line of JSON or
sentences for the letting department.  Findings are internal: they hold dates
and sizes of households, so a finding never shows its evidence in a ``repr``.
It judges nothing and changes nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from allocation.engine import Engine, one_file, open_reader
from allocation.rules import FOR_OFFICER, RULES
from allocation.rules.facts import FACTS
from allocation.rules.model import SEVERITIES, VERDICTS, Rule, Verdict
from allocation.rules.seam import RuleEngine
from allocation.vocabulary import code_lists

Language = Literal["nl", "en"]
Fact = str | int | float | bool | None

_COLUMNS = "publication_id, dwelling_id, allocation_id, rule, verdict, missing, evidence, facts"
_NIGHTS_KEPT = 2
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?")
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_RULES: dict[str, Rule] = {rule.id: rule for rule in RULES}
_ORDER: dict[str, int] = {rule.id: number for number, rule in enumerate(RULES)}


@dataclass(frozen=True, slots=True)
class Finding:
    """One verdict on one letting, with the named facts that it rests on.

    ``missing`` names the column without which nothing could be told.
    ``publication_id`` is None for a direct allocation; ``allocation_id`` is
    None where an advert is judged.  ``facts`` is the digest of the evidence
    that an explanation is bound to.
    """

    publication_id: str | None
    dwelling_id: str
    allocation_id: str | None
    rule: str
    verdict: Verdict
    missing: str | None
    evidence: dict[str, Fact] = field(repr=False)
    facts: str = ""


def facts_digest(evidence: str, allocation: str) -> str:
    """Return SQL for the digest of what an explanation answers: the facts, and of whom.

    ``allocation`` is an alias of the row of ``allocations``, empty where an advert is judged.
    An explanation that was given for one tenant says nothing of another.
    """
    told = f"{allocation}.allocation_id, {allocation}.candidate_id, {evidence}"
    return f"sha256(concat_ws(' ', {told}))"


_DIGESTED = f"""
    SELECT f.*, '' AS facts FROM findings f WHERE f.verdict <> '{Verdict.FAILED}'
    UNION ALL
    SELECT f.*, {facts_digest("coalesce(p.evidence, f.evidence)", "a")} AS facts
    FROM findings f LEFT JOIN allocations a ON a.allocation_id = f.allocation_id
    LEFT JOIN public_findings p
        ON p.publication_id = f.publication_id AND p.dwelling_id = f.dwelling_id
        AND p.rule = f.rule
    WHERE f.verdict = '{Verdict.FAILED}'"""
"""Every finding, and of a failed one the digest that an explanation is bound to.

It is of the evidence of the public verdict where there is one: what the public
sees answered must be what was explained.
"""


def digest_findings(engine: Engine) -> None:
    """Keep the night's findings, each failed one with its digest, as a table to be read."""
    engine.run(f"CREATE OR REPLACE TABLE night_findings AS {_DIGESTED}")


def keep_findings(engine: Engine, folder: Path, night: date) -> None:
    """Write the night's findings to a private file, and drop those of long ago.

    The rows have no order there; whoever reads them puts them in order.
    """
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    target = folder / f"{night.isoformat()}.parquet"
    fresh = target.with_suffix(".new")
    with engine.unordered():
        engine.run(f"COPY ({_DIGESTED}) TO {_text(str(fresh))} (FORMAT parquet)")
    fresh.rename(target)
    for old in sorted(folder.glob("*.parquet"))[:-_NIGHTS_KEPT]:
        old.unlink()


@contextmanager
def open_findings(folder: Path) -> Iterator[tuple[date, Engine] | None]:
    """Open the findings of the last night that was built; None before the first."""
    files = sorted(folder.glob("*.parquet"))
    if not files:
        yield None
        return
    with open_reader(folder) as engine:
        engine.run(
            f"CREATE VIEW night_findings AS SELECT * FROM read_parquet({one_file(files[-1])})"
        )
        yield date.fromisoformat(files[-1].stem), engine


def findings_of(
    engine: RuleEngine,
    publication_id: str | None,
    dwelling_id: str,
    allocation_id: str | None = None,
) -> tuple[Finding, ...]:
    """Return every finding on one advert and dwelling, in the order of the rules.

    Without an advert, those on the direct allocation ``allocation_id``.
    """
    of = (
        f"f.publication_id IS NULL AND f.allocation_id = {_text(allocation_id or '')}"
        if publication_id is None
        else f"f.publication_id = {_text(publication_id)}"
    )
    sql = (
        f"SELECT {_COLUMNS} FROM night_findings AS f"
        f" WHERE {of} AND f.dwelling_id = {_text(dwelling_id)}"
    )
    return tuple(sorted(_read(engine, sql), key=_place))


def failed_findings(engine: RuleEngine) -> tuple[Finding, ...]:
    """Return every failed finding, by rule and then by advert and dwelling."""
    sql = f"SELECT {_COLUMNS} FROM night_findings AS f WHERE f.verdict = '{Verdict.FAILED}'"
    return tuple(sorted(_read(engine, sql), key=_place))


def json_lines(engine: RuleEngine) -> Iterator[str]:
    """Yield every finding as one line of JSON, by rule and then by advert and dwelling.

    What a rule says about a register match is the integrity officer's, and left out.
    """
    for rule in RULES:
        if rule.id in FOR_OFFICER:
            continue
        sql = f"SELECT {_COLUMNS} FROM night_findings AS f WHERE f.rule = '{rule.id}'"
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
        f"  - {FACTS[name][at]}: {_in_words(name, value, language)}"
        for name, value in finding.evidence.items()
    ]
    return lines


def _in_words(name: str, value: Fact, language: Language) -> str:
    """Return a fact's value as a reader expects it: moments as they were in the Netherlands."""
    dutch = language == "nl"
    if value is None:
        return "niet bekend" if dutch else "not known"
    if isinstance(value, bool):
        return {True: ("ja", "yes"), False: ("nee", "no")}[value][0 if dutch else 1]
    if isinstance(value, int):
        if name == "year" or name.endswith("_year"):
            return str(value)  # a year is a name, not an amount
        return str(format_decimal(value, locale=language))
    if isinstance(value, float):
        return str(format_decimal(value, format="#,##0.00", locale=language))
    return _text_in_words(name, value, language)


def _text_in_words(name: str, text: str, language: Language) -> str:
    if name == "status":
        code = code_lists()["publication_status"].get(text)
        return text if code is None else (code.name_nl if language == "nl" else code.name_en)
    if _MOMENT.fullmatch(text):
        moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
        return str(format_datetime(moment, "d MMMM y HH:mm", AMSTERDAM, locale=language))
    if _DAY.fullmatch(text):
        return str(format_date(date.fromisoformat(text), "d MMMM y", locale=language))
    return text


def _read(engine: RuleEngine, sql: str) -> Iterator[Finding]:
    for row in engine.rows(sql):
        publication, dwelling, allocation, rule, verdict, missing, evidence, facts = row
        yield Finding(
            publication_id=None if publication is None else str(publication),
            dwelling_id=str(dwelling),
            allocation_id=None if allocation is None else str(allocation),
            rule=str(rule),
            verdict=Verdict(str(verdict)),
            missing=None if missing is None else str(missing),
            evidence=json.loads(str(evidence)),
            facts=str(facts),
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

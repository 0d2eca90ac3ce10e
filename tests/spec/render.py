"""The spec cases as a page to read: Markdown, one table per case.

Decides the form of the page only; the cases stand in ``cases/``.
Run: ``python -m tests.spec.render`` prints the page.
"""

from __future__ import annotations

import sys

from allocation.rules import RULES
from allocation.rules.facts import FACTS
from allocation.rules.model import VERDICTS, Rule, Scope, Verdict
from tests.spec.office import DEFAULTS, NORMS, PRESENT, Case, Cells, Expected, read_cases


def render_cases() -> str:
    """Return the page with every case of every rule, in the order of the rules."""
    cases = [*read_cases(), *read_cases(NORMS)]
    parts = [_head()]
    for rule in RULES:
        own = [case for case in cases if case.rule == rule.id]
        parts.append(f"## {rule.id} {rule.title_en}\n\n{rule.explanation_en}\n")
        parts += [_case(rule, case) for case in own]
    return "\n".join(parts)


def _head() -> str:
    lines = [
        "# Cases of the rules",
        "",
        "What each rule says of small examples. Every case is run on every change of the",
        "program. A case shows only what matters; the rest of each row is:",
        "",
    ]
    for name, row in DEFAULTS.items():
        if row:
            values = ", ".join(f"{column} {value}" for column, value in row.items())
            lines.append(f"- **{name}**: {values}")
    lines += [
        "",
        f"Where a case does not show {_listed(PRESENT)}, there is one row of each. Moments are",
        "in UTC. An empty cell is a value that is not delivered.",
        "",
    ]
    return "\n".join(lines)


def _case(rule: Rule, case: Case) -> str:
    public = " (public verdict)" if case.scope == Scope.RELEASABLE else ""
    lines = [f"### {case.rule}.{case.number}{public}", "", f"{case.says}.", ""]
    for name, rows in case.tables.items():
        lines += _table(name, rows)
    for expected in case.expected:
        lines += _expected(case, expected)
    for share in case.counts:
        left = ", ".join(f"{n} left out ({column})" for column, n in sorted(share.left_out.items()))
        line = f"→ {share.year}: **{share.numerator} of {share.denominator}**"
        lines += [f"{line}; {left}" if left else line, ""]
    return "\n".join(lines)


def _table(name: str, rows: list[Cells]) -> list[str]:
    if not rows:
        return [f"No {name}.", ""]
    columns = list(rows[0])
    table = [columns, ["---"] * len(columns), *([row[c] for c in columns] for row in rows)]
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in table]
    return [f"*{name}*", "", *lines, ""]


def _expected(case: Case, expected: Expected) -> list[str]:
    where = ""
    if len(case.expected) > 1 or (expected.publication, expected.dwelling) != ("P", "D"):
        where = f"{expected.publication}, {expected.dwelling}: "
    line = f"→ {where}**{VERDICTS[Verdict(expected.verdict)][1]}**"
    if expected.missing:
        line += f" (missing: {expected.missing})"
    facts = "; ".join(f"{FACTS[name][1]}: {_said(v)}" for name, v in expected.facts.items())
    return [f"{line} — {facts}" if facts else line, ""]


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _listed(names: tuple[str, ...]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"


if __name__ == "__main__":
    sys.stdout.write(render_cases())

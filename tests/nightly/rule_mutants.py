"""Change each rule a little, and see whether the spec cases notice.

Decides which small changes are made to the SQL of a rule or shared table (a mutant):
a turned comparison, a moved boundary, a dropped condition, another direction of
order, a number one off, a listed code left out, a default left out.  A mutant that
neither the spec cases nor a few oracle adverts notice survives and is printed.
Run: ``python -m tests.nightly.rule_mutants [rule or shared table ...]``.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, fields

import duckdb
import sqlglot
from sqlglot import exp

from allocation.engine import Engine
from allocation.rules import DERIVATIONS, RULES
from allocation.rules.model import Derivation, Rule, Scope
from allocation.rules.run import finding_sql, parameters_of, prepare
from tests.nightly import oracle
from tests.nightly.adverts import make_advert
from tests.nightly.test_rule_oracle import cases_of
from tests.spec.judging import (
    AGREEMENT,
    JUDGING,
    NORMS,
    SUPPLIED,
    Answer,
    differences,
    judge,
    norm_differences,
    office,
)
from tests.spec.office import NORMS as NORM_CASES
from tests.spec.office import TODAY, Case, read_cases

TURNED: dict[type[exp.Expression], tuple[type[exp.Expression], ...]] = {
    exp.EQ: (exp.NEQ,),
    exp.NEQ: (exp.EQ,),
    exp.LT: (exp.LTE, exp.GT),
    exp.LTE: (exp.LT, exp.GTE),
    exp.GT: (exp.GTE, exp.LT),
    exp.GTE: (exp.GT, exp.LTE),
    exp.NullSafeEQ: (exp.NullSafeNEQ,),
    exp.NullSafeNEQ: (exp.NullSafeEQ,),
}
"""What each comparison is turned into."""

EQUIVALENT: tuple[tuple[str, str, int, str], ...] = (
    ("RSP-1", "left only: r.status IS DISTINCT FROM", 1, "a filter that only saves time"),
    ("RSP-2", "left only: r.is_open AND r.mark", 1, "a filter that only saves time"),
    ("RSP-2", "direction: o.mark", 1, "equal marks stand together in both directions"),
    ("RNK-1", "left only: NOT r.recorded_rank IS NULL AND r.advert", 1, "a filter to save time"),
    ("RNK-1", "to GTE: d.doubled", 1, "a filter that only saves time"),
    ("RNK-1", "-1: 0", 1, "a filter that only saves time"),
    ("RNK-5", "direction: y.response_id", 1, "no two draws are equal"),
    ("RNK-5", "+1: 0", 1, "one number alone cannot be wrong"),
    ("priority_classes", "direction: q.priority", 1, "an order only has to have a number"),
    ("adverts", "left only: p.turn = 1", 1, "a filter that only saves time"),
    ("adverts", "direction: q.publication_id", 1, "an advert only has to have a number"),
    ("judged_responses", "+1: 9", 1, "the last class only has to be the highest"),
    ("judged_responses", "to LTE: k.age_class", 1, "a missing age matches no class"),
    ("judged_responses", "to LTE: k.size_class", 1, "a missing size matches no class"),
    ("new_tenants", "+1: 4", 1, "the last turn only has to be the highest"),
    ("new_tenants", "-1: 1", 1, "the first turn only has to be the lowest"),
    ("ahead", "to LTE: r.order_value", 1, "may_be_before takes ties out already"),
)
"""Mutants that mean the same: where, what, how many may survive, why."""

AIM = 0.95
ADVERTS = 60


@dataclass(frozen=True)
class Mutant(Rule):
    """A rule with another text."""

    text: str = ""

    @property
    def sql(self) -> str:
        return self.text


@dataclass(frozen=True)
class MutantTable(Derivation):
    """A shared table with another text."""

    text: str = ""

    @property
    def sql(self) -> str:
        return self.text


@dataclass(frozen=True)
class Change:
    """One small change: what it is, and the whole text with it."""

    what: str
    text: str


def changes(sql: str) -> Iterator[Change]:
    """Yield each small change of a text, once."""
    tree = sqlglot.parse_one(re.sub(r":([a-z_]+)", r"$\1", sql), read="duckdb")
    seen = {_text(tree)}
    for number, node in enumerate(list(tree.walk())):
        for what, replacement in _replacements(node):
            copy = tree.copy()
            target = list(copy.walk())[number]
            target.replace(replacement)
            text = _text(copy)
            if text not in seen:
                seen.add(text)
                yield Change(f"{what}: {node.sql('duckdb')[:110]}", text)


def _text(tree: exp.Expression) -> str:
    return re.sub(r"\$([a-z_]+)", r":\1", tree.sql("duckdb"))


def _replacements(node: exp.Expression) -> Iterator[tuple[str, exp.Expression]]:
    for turned in TURNED.get(type(node), ()):
        yield (
            f"to {turned.__name__}",
            turned(this=node.this.copy(), expression=node.expression.copy()),
        )
    if isinstance(node, exp.And | exp.Or):
        yield "left only", node.this.copy()
        yield "right only", node.expression.copy()
    if isinstance(node, exp.Not):
        yield "not dropped", node.this.copy()
    if isinstance(node, exp.Is) and not isinstance(node.parent, exp.Not):
        yield "negated", exp.Not(this=node.copy())
    if isinstance(node, exp.Ordered):
        yield (
            "direction",
            exp.Ordered(this=node.this.copy(), desc=not node.args.get("desc"), nulls_first=False),
        )
    if isinstance(node, exp.Literal) and not node.is_string:
        for step in (1, -1):
            yield f"{step:+d}", exp.Literal.number(int(node.this) + step)
    if isinstance(node, exp.In) and len(node.expressions) > 1:
        for number in range(len(node.expressions)):
            kept = [e.copy() for i, e in enumerate(node.expressions) if i != number]
            yield (
                f"without {node.expressions[number].sql()}",
                exp.In(this=node.this.copy(), expressions=kept),
            )
    if isinstance(node, exp.Coalesce):
        yield "default dropped", node.this.copy()


class Bench:
    """Two prepared databases with all cases: one for each scope."""

    def __init__(self, engines: dict[Scope, Engine], cases: list[Case], shares: list[Case]) -> None:
        self.engines = engines
        self.cases = cases
        self.shares = shares
        for scope, engine in engines.items():
            answers = {each: judge(engine, each) for each in (Scope.ALL, scope)}
            wrong = differences([case for case in cases if case.scope in answers], answers)
            if wrong:
                raise SystemExit("The rules fail their own cases:\n" + "\n".join(wrong))

    def notices_rule(self, rule: Rule, change: Change) -> bool:
        """Say whether a case notices a changed rule."""
        mutant = Mutant(**{f.name: getattr(rule, f.name) for f in fields(Rule)}, text=change.text)
        if rule.id in NORMS:
            return self._counts_differ(mutant)
        return any(self._differs(scope, mutant) for scope in self.engines)

    def _counts_differ(self, norm: Rule) -> bool:
        """Say whether a norm no longer counts what its cases say."""
        cases = [case for case in self.shares if case.rule == norm.id]
        try:
            return bool(norm_differences(self.engines[Scope.ALL], norm, cases))
        except (duckdb.Error, ValueError):
            return True

    def notices_table(self, derivation: Derivation, change: Change) -> bool:
        """Say whether a case of any rule notices a changed shared table."""
        mutant = MutantTable(derivation.name, derivation.nl, derivation.en, change.text)
        below = (mutant, *DERIVATIONS[DERIVATIONS.index(derivation) + 1 :])
        for scope, engine in self.engines.items():
            try:
                for table in below:
                    engine.derive(table.name, table.sql, _parameters(scope))
            except duckdb.Error:
                return True
            if any(self._differs(scope, rule) for rule in JUDGING.values()):
                return True
        return any(self._counts_differ(norm) for norm in NORMS.values())

    def restore(self) -> None:
        """Derive every table from its own text again."""
        for scope, engine in self.engines.items():
            prepare(engine, AGREEMENT, TODAY, scope, SUPPLIED)

    def _differs(self, scope: Scope, rule: Rule) -> bool:
        """Say whether a rule no longer says what its cases in a scope say."""
        cases = [case for case in self.cases if case.rule == rule.id and case.scope == scope]
        if not cases:
            return False
        engine = self.engines[scope]
        try:
            engine.derive("mutant", finding_sql(engine, rule, set()), _parameters(scope))
        except duckdb.Error:
            return True
        rows = engine.rows(
            "SELECT publication_id, dwelling_id, verdict, missing, evidence FROM mutant"
        )
        answers: dict[tuple[str, str, str], Answer] = {
            (rule.id, str(publication), str(dwelling)): (
                str(verdict),
                None if missing is None else str(missing),
                json.loads(str(evidence)) if evidence is not None else {},
            )
            for publication, dwelling, verdict, missing, evidence in rows
        }
        return len(answers) != len(rows) or bool(differences(cases, {scope: answers}))


def _parameters(scope: Scope) -> dict[str, object]:
    return parameters_of(AGREEMENT, TODAY, scope)


def check(wanted: Sequence[str]) -> list[tuple[str, int, list[Change]]]:
    """Return per rule and shared table how many mutants there were, and which survived."""
    generator = random.Random(20261123)
    made = [make_advert(generator.choice, oracle.right_order) for _ in range(ADVERTS)]
    cases, shares = read_cases(), read_cases(NORM_CASES)
    cases += [case for n, advert in enumerate(made, 100) for case in cases_of(n, advert)]
    results = []
    with ExitStack() as stack:
        every = [*cases, *shares]
        engines = {scope: stack.enter_context(office(every)) for scope in Scope}
        bench = Bench(engines, cases, shares)
        for rule in RULES:
            if not wanted or rule.id in wanted:
                all_changes = list(changes(rule.sql))
                left = [c for c in all_changes if not bench.notices_rule(rule, c)]
                results.append((rule.id, len(all_changes), without_equivalent(rule.id, left)))
        for derivation in DERIVATIONS:
            if not wanted or derivation.name in wanted:
                all_changes = list(changes(derivation.sql))
                left = [c for c in all_changes if not bench.notices_table(derivation, c)]
                bench.restore()
                left = without_equivalent(derivation.name, left)
                results.append((derivation.name, len(all_changes), left))
    return results


def without_equivalent(name: str, left: list[Change]) -> list[Change]:
    """Take the survivors that mean the same out, no more of each than is allowed."""
    for where, start, allowed, _ in EQUIVALENT:
        same = [c for c in left if where == name and c.what.startswith(start)][:allowed]
        left = [c for c in left if c not in same]
    return left


def main(wanted: Sequence[str]) -> int:
    """Print the survivors and the share caught; return 1 if the share is below the aim."""
    results = check(wanted)
    made = sum(number for _, number, _ in results)
    survived = sum(len(left) for _, _, left in results)
    for name, _, left in results:
        for change in left:
            print(f"survived  {name:20} {change.what}")
    print()
    for name, number, left in results:
        share = 1 - len(left) / number if number else 1.0
        print(f"{name:20} {number - len(left):5} of {number:5} caught  {share:7.1%}")
    print(f"{'all':20} {made - survived:5} of {made:5} caught  {1 - survived / made:7.1%}")
    below = [n for n, number, left in results if number and 1 - len(left) / number < AIM]
    if below:
        print(f"below {AIM:.0%}: {', '.join(below)}")
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

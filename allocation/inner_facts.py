"""What only the association or the board may know of a night: counted here, kept in private.

Decides which counts of private facts exist outside the night, and turns them
into what each audience may see.  Counts per quarter, no row of a person.  The
association's numbers pass through disclosure control and are said once per
settled year; the board's are exact.  Part of the barrier: nothing public is
made from it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from allocation.barrier.disclosure import disclose_list, is_settled
from allocation.engine import Engine
from allocation.limits import limits_table
from allocation.periods import Period
from allocation.public import Statements
from allocation.reports.views import (
    AssociationView,
    BoardView,
    Compared,
    ExactGround,
    ExactNorm,
    ExactScreening,
    GroundsOfYear,
    IncomeRow,
    IncomeTable,
)
from allocation.rules import DERIVATIONS
from allocation.rules.model import Verdict
from allocation.rules.norms import NORMS, Measured
from allocation.screening.people import COMPARABLE
from allocation.suppression import THRESHOLD
from allocation.vocabulary import NOT_DWELLINGS, Ground

INCOMES = ("target", "appropriate", "daeb", "above", "unknown", "no_limit")
"""Income classes of a household, lowest first; ``target`` counts as low by law."""

_NEARLY_ALL = 0.95


@dataclass(frozen=True, slots=True)
class Allocated:
    """Allocations of one quarter with the same tenure and ground, comparable or not.

    ``named`` says that the export tells enough of everybody who moves in to compare
    them with the register: a name, and a date of birth or an address.
    """

    year: int
    quarter: int
    tenure: str
    dwelling: bool
    ground: str
    named: bool
    count: int


@dataclass(frozen=True, slots=True)
class Housed:
    """Lettings of dwellings of one quarter with the same kind, income class and fit."""

    year: int
    quarter: int
    social: bool | None
    income: str
    fits: bool | None
    count: int


@dataclass(frozen=True, slots=True, repr=False)
class InnerFacts:
    """The counts of one night; exact, and never public."""

    night: date
    register: bool
    allocated: tuple[Allocated, ...]
    housed: tuple[Housed, ...]
    norms: tuple[Measured, ...]


def inner_facts_path(state: Path) -> Path:
    """Return where the counts of the last night stand, below the private state."""
    return state / "inner-facts.json"


def collect_inner_facts(
    engine: Engine, night: date, norms: Sequence[Measured], *, register: bool
) -> InnerFacts:
    """Count what the reports need; after the barrier, which names the grounds.

    ``register`` says whether a register was read, so that names were compared.
    """
    return InnerFacts(
        night, register, _count_allocated(engine), _count_housed(engine), tuple(norms)
    )


def _count_allocated(engine: Engine) -> tuple[Allocated, ...]:
    quoted = ", ".join(f"'{kind}'" for kind in sorted(NOT_DWELLINGS))
    rows = engine.rows(
        f"""
        SELECT year(a.allocated_on), quarter(a.allocated_on), a.tenure,
            coalesce(d.dwelling_type, '') NOT IN ({quoted}), coalesce(g.ground, ''),
            coalesce(c.comparable, false), count(DISTINCT a.allocation_id)
        FROM allocations a
        JOIN dwellings d ON d.dwelling_id = a.dwelling_id
        LEFT JOIN (SELECT allocation_id, min(ground) AS ground FROM allocation_grounds GROUP BY 1) g
            ON g.allocation_id = a.allocation_id
        LEFT JOIN (
            SELECT c.candidate_id, bool_and({COMPARABLE}) AS comparable
            FROM candidates AS c GROUP BY c.candidate_id
        ) c
            ON c.candidate_id = a.candidate_id
        WHERE a.allocated_on IS NOT NULL
        GROUP BY ALL ORDER BY ALL
        """
    )
    return tuple(Allocated(*row) for row in rows)  # type: ignore[arg-type]


def _count_housed(engine: Engine) -> tuple[Housed, ...]:
    """Count lettings by income class and fit, with the definitions of NRM-2 and NRM-3."""
    engine.register("report_limits", limits_table())
    needed = ("other_units", "dwelling_lettings", "limits_by_year")
    texts = {d.name: d.sql for d in DERIVATIONS if d.name in needed}
    other_units = _without_comments(texts["other_units"])
    lettings = _without_comments(texts["dwelling_lettings"])
    by_year = _without_comments(texts["limits_by_year"])
    rows = engine.rows(
        f"""
        WITH scoped_allocations AS (SELECT * FROM allocations WHERE tenure = 'let'),
        limits AS (SELECT * FROM report_limits),
        other_units AS ({other_units}),
        lettings AS ({lettings}),
        yearly AS ({by_year}),
        judged AS (
            SELECT l.*,
                CASE WHEN l.household_size = 1 THEN y.daeb_income_one ELSE y.daeb_income_more END
                    AS social_limit,
                CASE
                    WHEN l.senior_household AND l.household_size = 1
                        THEN y.appropriate_income_senior_one
                    WHEN l.senior_household THEN y.appropriate_income_senior_more
                    WHEN l.household_size = 1 THEN y.appropriate_income_one
                    ELSE y.appropriate_income_more
                END AS low_limit,
                CASE WHEN l.household_size <= 2 THEN y.appropriate_rent_low
                    WHEN l.household_size > 2 THEN y.appropriate_rent_high END AS rent_cap
            FROM lettings l LEFT JOIN yearly y ON y.year = year(l.allocated_on)
        )
        SELECT year(allocated_on), quarter(allocated_on), daeb,
            CASE
                WHEN is_target THEN 'target'
                WHEN household_income IS NULL OR household_size IS NULL THEN 'unknown'
                WHEN low_limit IS NULL OR social_limit IS NULL THEN 'no_limit'
                WHEN household_income <= low_limit THEN 'appropriate'
                WHEN household_income <= social_limit THEN 'daeb'
                ELSE 'above'
            END,
            bare_rent <= rent_cap, count(DISTINCT allocation_id)
        FROM judged WHERE allocated_on IS NOT NULL
        GROUP BY ALL ORDER BY ALL
        """
    )
    return tuple(Housed(*row) for row in rows)  # type: ignore[arg-type]


def _without_comments(sql: str) -> str:
    return "\n".join(line for line in sql.splitlines() if not line.lstrip().startswith("--"))


def write_inner_facts(facts: InnerFacts, path: Path) -> None:
    """Keep the counts for the reports, readable by their owner alone."""
    fresh = path.with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(facts), file, default=str, indent=1)
    fresh.replace(path)


def read_inner_facts(path: Path) -> InnerFacts | None:
    """Return what the last night counted, or None before there was one."""
    if not path.exists():
        return None
    told = json.loads(path.read_text(encoding="utf-8"))
    norms = [
        Measured(
            **norm
            | {
                "target": Decimal(norm["target"]),
                "verdict": Verdict(norm["verdict"]),
                "left_out": tuple((str(c), int(n)) for c, n in norm["left_out"]),
                "by_year": tuple((int(a), int(b), int(c)) for a, b, c in norm["by_year"]),
            }
        )
        for norm in told["norms"]
    ]
    return InnerFacts(
        date.fromisoformat(told["night"]),
        bool(told["register"]),
        tuple(Allocated(**row) for row in told["allocated"]),
        tuple(Housed(**row) for row in told["housed"]),
        tuple(norms),
    )


def association_view(
    facts: InnerFacts,
    period: Period,
    statements: Statements,
    said: Sequence[GroundsOfYear],
) -> AssociationView:
    """Return what the tenants' association may see.

    ``said`` is what earlier reports said of earlier years: that stays.  A year
    is said once it is settled and its merged number is public, and only in
    such a way that the merged number gives no ground away.
    """
    public = {year.year: year.withheld for year in statements.years}
    known = {year.year: year for year in said}
    for year in sorted(public):
        if year not in known and is_settled(year, facts.night):
            known[year] = GroundsOfYear(year, _rounded_grounds(facts, year, public[year]))
    shown = tuple(known[year] for year in sorted(known) if year <= period.year)
    return AssociationView(shown, _compared(facts, period))


def _rounded_grounds(
    facts: InnerFacts, year: int, merged: int | None
) -> tuple[tuple[str, int | None], ...]:
    counts = _by_ground(facts, [(year, quarter) for quarter in (1, 2, 3, 4)])
    by_ground, total = disclose_list({str(ground): counts.get(ground, 0) for ground in Ground})
    if total.count != merged:
        return tuple((str(ground), None) for ground in Ground)
    return tuple((ground, number.count) for ground, number in by_ground.items())


def board_view(facts: InnerFacts, period: Period, cases: Mapping[str, int]) -> BoardView:
    """Return what the board may see; ``cases`` counts the cases opened in the period."""
    quarters = _quarters(period)
    year = [(period.year, quarter) for quarter in (1, 2, 3, 4)]
    in_period, in_year = _by_ground(facts, quarters), _by_ground(facts, year)
    spans = [(str(period), quarters)]
    if period.quarter is not None:
        spans.append((str(period.year), year))
    return BoardView(
        norms=tuple(_exact(norm) for norm in facts.norms if norm.last_year == period.year),
        grounds=tuple(
            ExactGround(str(ground), in_period.get(ground, 0), in_year.get(ground, 0))
            for ground in Ground
        ),
        screening=_screening(facts, quarters, cases),
        incomes=tuple(_incomes(facts, span, chosen) for span, chosen in spans),
    )


def _exact(norm: Measured) -> ExactNorm:
    rule = next(rule for rule in NORMS if rule.id == norm.rule)
    return ExactNorm(
        rule=norm.rule,
        title=rule.title_nl,
        basis=rule.basis_nl,
        first_year=norm.first_year,
        last_year=norm.last_year,
        complete=norm.complete,
        numerator=norm.numerator,
        denominator=norm.denominator,
        target_percent=norm.target * 100,
        at_most=norm.at_most,
        verdict=str(norm.verdict),
        left_out=norm.left_out,
    )


def _screening(
    facts: InnerFacts, quarters: Sequence[tuple[int, int]], cases: Mapping[str, int]
) -> ExactScreening:
    chosen = [row for row in facts.allocated if (row.year, row.quarter) in quarters]
    done = [row for row in chosen if row.named and facts.register]
    return ExactScreening(
        lettings=_total(row.count for row in done if row.tenure == "let"),
        sales=_total(row.count for row in done if row.tenure != "let"),
        not_compared=_total(row.count for row in chosen) - _total(row.count for row in done),
        opened=cases.get("opened", 0),
        waiting=cases.get("waiting", 0),
        cleared=cases.get("cleared", 0),
        upheld=cases.get("upheld", 0),
    )


def _compared(facts: InnerFacts, period: Period) -> Compared:
    """Return how many were compared, in a word that tells no number.

    Whether there is a word depends on what stands on the site alone: over a
    quarter without it, any word would say that something was withheld or sold.
    """
    if not facts.register:
        return Compared.NONE
    chosen = [row for row in facts.allocated if (row.year, row.quarter) in _quarters(period)]
    open_to_all = _total(
        row.count for row in chosen if not row.ground and row.tenure == "let" and row.dwelling
    )
    if open_to_all < THRESHOLD:
        return Compared.TOO_FEW
    every = _total(row.count for row in chosen)
    done = _total(row.count for row in chosen if row.named)
    if done == every:
        return Compared.ALL
    return Compared.NEARLY_ALL if done / every >= _NEARLY_ALL else Compared.FEWER


def _incomes(facts: InnerFacts, span: str, quarters: Sequence[tuple[int, int]]) -> IncomeTable:
    chosen = [row for row in facts.housed if (row.year, row.quarter) in quarters]
    rows = []
    for income in INCOMES:
        here = [row for row in chosen if row.social and row.income == income]
        rows.append(
            IncomeRow(
                income,
                _total(row.count for row in here if row.fits),
                _total(row.count for row in here if row.fits is False),
                _total(row.count for row in here if row.fits is None),
            )
        )
    return IncomeTable(
        span,
        tuple(rows),
        _total(row.count for row in chosen if row.social is False),
        _total(row.count for row in chosen if row.social is None),
    )


def _by_ground(facts: InnerFacts, quarters: Sequence[tuple[int, int]]) -> dict[Ground, int]:
    counts: dict[Ground, int] = {}
    for row in facts.allocated:
        if (
            row.ground
            and row.tenure == "let"
            and row.dwelling
            and (row.year, row.quarter) in quarters
        ):
            counts[Ground(row.ground)] = counts.get(Ground(row.ground), 0) + row.count
    return counts


def _quarters(period: Period) -> list[tuple[int, int]]:
    return [(period.year, q) for q in ((period.quarter,) if period.quarter else (1, 2, 3, 4))]


def _total(counts: Iterable[int]) -> int:
    return sum(counts)

"""The norms over a period (NRM): numerator, denominator, and what is left out and why.

Decides how the classification of lettings by a norm's SQL becomes a share of a
calendar year, or of two.  The figures are exact and for the board: what the
public may see of them passes through disclosure control, never from here.  A
letting that cannot be classified is left out and counted, with the column that
is missing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from allocation.config import Agreement
from allocation.rules.advertising import AGREED_FROM
from allocation.rules.letting import APPROPRIATE_FROM
from allocation.rules.model import Judged, Rule, Severity, Verdict
from allocation.rules.seam import RuleEngine

_TENURE = (("allocations", "tenure"), ("allocations", "allocated_on"))
_SOCIAL = (*_TENURE, ("dwellings", "daeb"), ("allocations", "household_income"))

NORMS: tuple[Rule, ...] = (
    Rule(
        id="NRM-1",
        title_nl="Zo veel mogelijk via het aanbodmodel",
        title_en="As much as possible through the offer model",
        explanation_nl="Het deel van de verhuurde woningen dat via het aanbodmodel is verdeeld, "
        "per kalenderjaar.",
        explanation_en="The share of the dwellings let that went through the offer model, per "
        "calendar year.",
        basis_nl="Integriteitsbeleid en afspraken met de huurdersvereniging; geen wettelijke norm",
        basis_en="Integrity policy and agreements with the tenants' association; no legal norm",
        severity=Severity.NORM,
        needs=(*_TENURE, ("publications", "model")),
        facts=(),
        in_force_from=AGREED_FROM,
        judges=Judged.PERIOD,
        internal=True,
    ),
    Rule(
        id="NRM-2",
        title_nl="Sociale huur voor wie het nodig heeft",
        title_en="Social rent for those who need it",
        explanation_nl="Het deel van de sociale huurwoningen dat naar een huishouden met een "
        "inkomen tot de grens ging, per kalenderjaar. Statushouders en studenten tellen mee.",
        explanation_en="The share of social rented dwellings that went to a household with an "
        "income up to the limit, per calendar year. Status holders and students count.",
        basis_nl="Woningwet art. 48: ten minste 92,5 %, of lager na afspraak, nooit onder 85 %",
        basis_en="Housing Act art. 48: at least 92.5 %, or less if agreed, never below 85 %",
        severity=Severity.NORM,
        needs=_SOCIAL,
        facts=(),
        in_force_from=date(2022, 1, 1),
        judges=Judged.PERIOD,
        internal=True,
    ),
    Rule(
        id="NRM-3",
        title_nl="Passend toewijzen",
        title_en="Appropriate allocation",
        explanation_nl="Het deel van de huishoudens met een laag inkomen dat een woning met een "
        "passende huur kreeg, over twee kalenderjaren samen.",
        explanation_en="The share of households with a low income that got a dwelling with a "
        "fitting rent, over two calendar years together.",
        basis_nl="Woningwet art. 46 lid 2; BTIV art. 54 lid 1: ten minste 95 % over twee jaren",
        basis_en="Housing Act art. 46(2); BTIV art. 54(1): at least 95 % over two years",
        severity=Severity.NORM,
        needs=(*_SOCIAL, ("allocations", "household_size"), ("allocations", "bare_rent")),
        facts=(),
        in_force_from=APPROPRIATE_FROM,
        judges=Judged.PERIOD,
        internal=True,
    ),
    Rule(
        id="NRM-4",
        title_nl="Voorrang voor lokale binding blijft beperkt",
        title_en="Priority for local connection stays limited",
        explanation_nl="Het deel van de geadverteerde woningen dat met voorrang voor lokale "
        "binding is verhuurd, per kalenderjaar.",
        explanation_en="The share of the advertised dwellings that were let with priority for a "
        "local connection, per calendar year.",
        basis_nl="Huisvestingswet art. 14: ten hoogste 50 %",
        basis_en="Allocation of Housing Act art. 14: at most 50 %",
        severity=Severity.NORM,
        needs=(*_TENURE, ("allocations", "priority_kind")),
        facts=(),
        in_force_from=AGREED_FROM,
        judges=Judged.PERIOD,
        internal=True,
    ),
)
"""The norms over a period."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One norm over one period of calendar years; shares are fractions.

    ``left_out`` counts the lettings that could not be classified, by the
    column that is missing.  ``complete``: the period has ended.  ``by_year``
    holds year, numerator and denominator for each year of the period.
    """

    rule: str
    first_year: int
    last_year: int
    complete: bool
    numerator: int
    denominator: int
    target: Decimal
    at_most: bool
    verdict: Verdict
    left_out: tuple[tuple[str, int], ...]
    by_year: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class _Measure:
    years: int
    target: float
    at_most: bool


def _measures(agreement: Agreement) -> dict[str, _Measure]:
    """Return for each norm its period in calendar years and its target."""
    return {
        "NRM-1": _Measure(1, agreement.offer_model_share, False),
        "NRM-2": _Measure(1, agreement.daeb_share_agreed, False),
        "NRM-3": _Measure(2, agreement.appropriate_share, False),
        "NRM-4": _Measure(1, agreement.local_connection_share, True),
    }


def measure_norms(engine: RuleEngine, agreement: Agreement, today: date) -> tuple[Measured, ...]:
    """Measure every norm for every period that has lettings; needs ``prepare`` first."""
    measures = _measures(agreement)
    results: list[Measured] = []
    for rule in NORMS:
        counted, left_out = _count(engine, rule)
        for year in sorted({year for year, _ in counted} | {year for year, _ in left_out}):
            if year >= rule.in_force_from.year:
                results.append(_measure(rule, measures[rule.id], year, today, counted, left_out))
    return tuple(results)


def _count(
    engine: RuleEngine, rule: Rule
) -> tuple[Counter[tuple[int, bool]], Counter[tuple[int, str]]]:
    """Count lettings per year: those that count or not, and those left out."""
    counted: Counter[tuple[int, bool]] = Counter()
    left_out: Counter[tuple[int, str]] = Counter()
    rows = engine.rows(
        f"""
        SELECT n.letting_year, n.left_out, n.counts, COUNT(*) AS lettings
        FROM ({rule.sql}) AS n
        GROUP BY n.letting_year, n.left_out, n.counts
        """
    )
    for year, missing, counts, lettings in rows:
        if missing is not None:
            left_out[int(str(year)), str(missing)] += int(str(lettings))
        elif counts is None:
            raise RuntimeError(f"{rule.id} neither counts nor leaves out a letting")
        else:
            counted[int(str(year)), bool(counts)] += int(str(lettings))
    return counted, left_out


def _measure(
    rule: Rule,
    measure: _Measure,
    year: int,
    today: date,
    counted: Counter[tuple[int, bool]],
    left_out: Counter[tuple[int, str]],
) -> Measured:
    first = year - measure.years + 1
    period = range(first, year + 1)
    numerator = sum(counted[y, True] for y in period)
    denominator = numerator + sum(counted[y, False] for y in period)
    missing: Counter[str] = Counter()
    for (y, column), lettings in left_out.items():
        if y in period:
            missing[column] += lettings
    target = Decimal(str(measure.target))
    return Measured(
        rule=rule.id,
        first_year=first,
        last_year=year,
        complete=today > date(year, 12, 31),
        numerator=numerator,
        denominator=denominator,
        target=target,
        at_most=measure.at_most,
        verdict=_verdict(numerator, denominator, target, measure.at_most, missing.total()),
        left_out=tuple(sorted(missing.items())),
        by_year=tuple((y, counted[y, True], counted[y, True] + counted[y, False]) for y in period),
    )


def _verdict(
    numerator: int, denominator: int, target: Decimal, at_most: bool, left_out: int
) -> Verdict:
    """Judge a share; only what is counted is judged, and nothing counted is never passed."""
    if denominator == 0:
        return Verdict.CANNOT_TELL if left_out else Verdict.NOT_APPLICABLE
    needed = target * denominator
    met = numerator <= needed if at_most else numerator >= needed
    return Verdict.PASSED if met else Verdict.FAILED

"""Disclosure control: what may be said of numbers that depend on anything not public.

Decides suppression (under ten, none included), rounding to five, which further
numbers of a table must be hidden, and for which periods anything is said at
all.  ``declassify`` is the only way by which withheld lettings reach the
public: their merged number per calendar year, and the norms.  What anybody can
count on the public pages is ``Exact`` and does not come here.

Two rules keep statements from being combined into finer ones.  A norm is
worked out from numbers that were rounded or hidden first, never from the exact
ones, so that no share can tell more than those; what does not count towards it
is told no finer than what does.  And a statement about a year is made once,
from the first of March after it, and then stays: two nights cannot be
subtracted from one another.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from allocation.engine import Engine
from allocation.public import (
    Disclosed,
    DisclosedTable,
    NormStatement,
    Statements,
    YearStatement,
)
from allocation.rules.norms import NORMS, Measured
from allocation.suppression import (
    BASE,
    THRESHOLD,
    hidden_flows,
    list_flows,
    part_range,
    rounded,
    shown_range,
    table_flows,
)
from allocation.vocabulary import NOT_DWELLINGS

SETTLED_MONTH = 3
"""A calendar year is settled on the first day of this month of the next year."""

EXACT_NORMS = frozenset({"NRM-1"})
"""Norms whose public part anybody can count on the pages: the model is on every page."""

WIDEST_SHARE = Decimal("0.10")
"""A share is stated where the rounded numbers leave it no more room than this."""

_RULES = {rule.id: rule for rule in NORMS}

_Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class YearFacts:
    """What the yearly statements are made from; exact, and never public.

    ``withheld`` counts withheld lettings per calendar year.  ``every`` are the
    norms over all lettings, ``releasable`` the same over those that are not
    withheld.
    """

    withheld: Mapping[int, int]
    every: Sequence[Measured]
    releasable: Sequence[Measured]


def disclose(count: int) -> Disclosed:
    """Return what may be said of one number that stands alone.

    Raises:
        ValueError: the count is negative.
    """
    if count < 0:
        raise ValueError("a count is not negative")
    return Disclosed(None if count < THRESHOLD else rounded(count))


def disclose_list(counts: Mapping[str, int]) -> tuple[dict[str, Disclosed], Disclosed]:
    """Return what may be said of numbers and of their total, without one giving another away."""
    names = list(counts)
    flows = list_flows([counts[name] for name in names])
    hidden = hidden_flows(flows)
    said = [_said(flow.value, place in hidden) for place, flow in enumerate(flows)]
    return dict(zip(names, said, strict=False)), said[-1]


def disclose_table(
    counts: Mapping[tuple[str, str], int], rows: Sequence[str], columns: Sequence[str]
) -> DisclosedTable:
    """Return what may be said of a table of counts with its totals.

    ``counts`` maps (row, column) to a count; what is not in it is zero.  No
    hidden number can be placed within a width of ten by subtracting what is
    shown, and no shown one is known exactly.

    Raises:
        ValueError: a count is negative, or stands in no row or column of the table.
    """
    foreign = set(counts) - {(row, column) for row in rows for column in columns}
    if foreign or not rows or not columns or min(counts.values(), default=0) < 0:
        raise ValueError("counts that do not fit their table")
    if len(rows) == 1 or len(columns) == 1:
        return _narrow_table(counts, rows, columns)
    flows = table_flows([[counts.get((row, column), 0) for column in columns] for row in rows])
    hidden = hidden_flows(flows)
    said = [_said(flow.value, place in hidden) for place, flow in enumerate(flows)]
    height, width = len(rows), len(columns)
    cells = tuple(tuple(said[i * width : (i + 1) * width]) for i in range(height))
    rest = said[height * width :]
    return DisclosedTable(
        tuple(rows),
        tuple(columns),
        cells,
        tuple(rest[:height]),
        tuple(rest[height : height + width]),
        rest[-1],
    )


def withheld_by_year(engine: Engine) -> dict[int, int]:
    """Count the withheld lettings of dwellings per calendar year, all grounds together.

    Needs the tables of the barrier.  A row that cannot be read does not count.
    """
    quoted = ", ".join(f"'{kind}'" for kind in sorted(NOT_DWELLINGS))
    rows = engine.rows(
        f"""
        SELECT year(g.allocated_on), count(DISTINCT g.allocation_id)
        FROM allocation_grounds g
        SEMI JOIN allocations a ON a.allocation_id = g.allocation_id
        JOIN dwellings d ON d.dwelling_id = g.dwelling_id
        WHERE g.tenure = 'let' AND g.allocated_on IS NOT NULL
            AND coalesce(d.dwelling_type, '') NOT IN ({quoted})
        GROUP BY 1 ORDER BY 1
        """
    )
    return {int(str(year)): int(str(count)) for year, count in rows}


def declassify(facts: YearFacts, today: date, published: Statements) -> Statements:
    """Return the yearly statements as the public may see them.

    ``published`` are the statements of the last release: what was stated stays
    as it was stated.  ``today`` is the night's date in Europe/Amsterdam.  Which
    years are stated depends only on lettings that are not withheld.
    """
    public_years = _years_with_lettings(facts.releasable)
    years = {statement.year: statement for statement in published.years}
    for year in public_years:
        if is_settled(year, today) and year not in years:
            count = disclose(facts.withheld.get(year, 0)).count
            years[year] = YearStatement(year, count)
    norms = {(n.rule, n.first_year, n.last_year): _in_words_of_today(n) for n in published.norms}
    releasable = {(m.rule, m.last_year): m for m in facts.releasable}
    every = {(m.rule, m.last_year): m for m in facts.every}
    for key, public in releasable.items():
        period = range(public.first_year, public.last_year + 1)
        stated = (public.rule, public.first_year, public.last_year)
        ended = is_settled(public.last_year, today) and public_years.issuperset(period)
        if ended and stated not in norms:
            norms[stated] = _state_norm(every.get(key, public), public)
    order = list(_RULES)
    return Statements(
        tuple(years[year] for year in sorted(years)),
        tuple(norms[key] for key in sorted(norms, key=lambda k: (order.index(k[0]), *k[1:]))),
    )


def write_statements(statements: Statements) -> str:
    """Return statements as the text that ``read_statements`` reads."""
    return json.dumps(asdict(statements), default=str, ensure_ascii=False, indent=1) + "\n"


def read_statements(text: str) -> Statements:
    """Return the statements that an earlier night stated."""
    stated = json.loads(text)
    return Statements(
        tuple(YearStatement(**year) for year in stated["years"]),
        tuple(
            NormStatement(**norm | {"target_percent": Decimal(norm["target_percent"])})
            for norm in stated["norms"]
        ),
    )


def is_settled(year: int, today: date) -> bool:
    """Say whether a calendar year has ended long enough ago for late codes to be in."""
    return today >= date(year + 1, SETTLED_MONTH, 1)


def _years_with_lettings(releasable: Iterable[Measured]) -> set[int]:
    """Return the years with a letting that is not withheld."""
    return {
        year
        for measured in releasable
        if measured.rule == "NRM-1"
        for year, _, lettings in measured.by_year
        if lettings
    }


def _in_words_of_today(statement: NormStatement) -> NormStatement:
    """Return a norm as it was stated, under the rule's present title."""
    rule = _RULES[statement.rule]
    return replace(
        statement,
        title_nl=rule.title_nl,
        title_en=rule.title_en,
        basis_nl=rule.basis_nl,
        basis_en=rule.basis_en,
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """What may be known of a norm: ranges of one side of it, and of all its lettings.

    The side is what counts for a norm that asks for at most a share, and what
    does not count for one that asks for at least a share.
    """

    side: _Range
    lettings: _Range
    at_most: bool

    @property
    def bounds(self) -> tuple[Decimal, Decimal]:
        """The lowest and highest share that the ranges allow."""
        if not self.lettings[1]:
            return Decimal(0), Decimal(1)
        least = Decimal(self.side[0]) / self.lettings[1]
        most = Decimal(self.side[1]) / max(self.lettings[0], self.side[1])
        return (least, most) if self.at_most else (1 - most, 1 - least)

    @property
    def share_percent(self) -> int:
        """The share in the middle of the ranges, rounded to five per cent."""
        side = Decimal(sum(self.side)) / sum(self.lettings)
        share = side if self.at_most else 1 - side
        return int((share * 100 / BASE).quantize(Decimal(1), ROUND_HALF_UP)) * BASE

    def met(self, target: Decimal) -> bool | None:
        """Say whether the norm is met, where all shares that the ranges allow agree."""
        least, most = self.bounds
        if self.at_most:
            return True if most <= target else False if least > target else None
        return True if least >= target else False if most < target else None


def _state_norm(every: Measured, public: Measured) -> NormStatement:
    """State a norm from what may be told of its parts."""
    told = _told(every, public)
    if every.rule in EXACT_NORMS:
        least, most = told.bounds
        tell_met, tell_share = True, most - least <= WIDEST_SHARE
    else:
        tell_met = tell_share = _bears(public, every.target)
    rule = _RULES[every.rule]
    return NormStatement(
        rule=every.rule,
        title_nl=rule.title_nl,
        title_en=rule.title_en,
        basis_nl=rule.basis_nl,
        basis_en=rule.basis_en,
        first_year=every.first_year,
        last_year=every.last_year,
        target_percent=(every.target * 100).normalize() + 0,
        at_most=every.at_most,
        met=told.met(every.target) if tell_met else None,
        share_percent=told.share_percent if tell_share else None,
    )


def _bears(public: Measured, target: Decimal) -> bool:
    """Say whether the public lettings alone bear a statement, whatever was withheld.

    Else it would depend on withheld lettings whether anything is told.  The
    widest range that a side can have must fit in ``WIDEST_SHARE``: a range of
    the side, and one for the withheld lettings of each year.  A side of under
    ten must be clearly on its side of the target.
    """
    lettings = sum(lettings for _, _, lettings in public.by_year)
    years = public.last_year - public.first_year + 1
    widest = (THRESHOLD - 1) * (1 + years) + BASE - 1
    room = target if public.at_most else 1 - target
    return lettings * WIDEST_SHARE >= widest and lettings * room >= THRESHOLD - 1


def _told(every: Measured, public: Measured) -> _Told:
    """Return what may be known of a norm.

    Where anybody can count the public part, that is taken as it is, and the
    withheld lettings of each year are a range of their own.  Else nobody knows
    a numerator, and the side is one range over all of it.
    """
    shown = sum(lettings for _, _, lettings in public.by_year)
    shown_side = sum(_side(every, counts, lettings) for _, counts, lettings in public.by_year)
    withheld = list(_withheld_by_year(every, public))
    wholes = [shown_range(lettings) for _, lettings in withheld]
    lettings = shown + sum(low for low, _ in wholes), shown + sum(high for _, high in wholes)
    if every.rule not in EXACT_NORMS:
        side = shown_side + sum(_side(every, *part) for part in withheld)
        return _Told(part_range(side, lettings), lettings, every.at_most)
    sides = [
        part_range(_side(every, *part), whole) for part, whole in zip(withheld, wholes, strict=True)
    ]
    least, most = (shown_side + sum(ends) for ends in zip(*sides, strict=True))
    return _Told((least, most), lettings, every.at_most)


def _side(norm: Measured, counts: int, lettings: int) -> int:
    return counts if norm.at_most else lettings - counts


def _withheld_by_year(every: Measured, public: Measured) -> Iterable[tuple[int, int]]:
    """Yield the withheld part of numerator and denominator of each year."""
    shown = {year: (counts, lettings) for year, counts, lettings in public.by_year}
    for year, counts, lettings in every.by_year:
        public_counts, public_lettings = shown.get(year, (0, 0))
        withheld_counts = max(0, counts - public_counts)
        yield withheld_counts, max(withheld_counts, lettings - public_lettings)


def _narrow_table(
    counts: Mapping[tuple[str, str], int], rows: Sequence[str], columns: Sequence[str]
) -> DisclosedTable:
    """Disclose a table of one row or one column, whose cells are their own totals."""
    pairs = [(row, column) for row in rows for column in columns]
    flows = list_flows([counts.get(pair, 0) for pair in pairs])
    hidden = hidden_flows(flows)
    said = [_said(flow.value, place in hidden) for place, flow in enumerate(flows)]
    cells, total = said[:-1], said[-1]
    if len(rows) == 1:
        totals: tuple[tuple[Disclosed, ...], tuple[Disclosed, ...]] = ((total,), tuple(cells))
        shaped: tuple[tuple[Disclosed, ...], ...] = (tuple(cells),)
    else:
        totals = (tuple(cells), (total,))
        shaped = tuple((cell,) for cell in cells)
    return DisclosedTable(tuple(rows), tuple(columns), shaped, *totals, total)


def _said(count: int, hidden: bool) -> Disclosed:
    return Disclosed(None if hidden else rounded(count))

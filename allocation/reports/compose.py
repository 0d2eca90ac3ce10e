"""A report for one audience: the parts that it may see, in their order.

Decides by the allow-list alone which parts are made.
"""

from __future__ import annotations

from collections.abc import Callable

from allocation.reports import account_parts, deviation_parts, inner, letting_parts, words
from allocation.reports.audience import AUDIENCES, Audience, Part, sees
from allocation.reports.document import Report, Section
from allocation.reports.sources import Sources
from allocation.reports.summary import summary
from allocation.reports.views import AssociationView, BoardView

_PUBLIC: dict[Part, Callable[[Sources], Section | None]] = {
    Part.SUMMARY: summary,
    Part.REMARKS: account_parts.remarks,
    Part.DEVIATIONS: deviation_parts.deviations,
    Part.OPEN_DEVIATIONS: deviation_parts.open_deviations,
    Part.CHECKS: deviation_parts.checks,
    Part.LETTINGS: letting_parts.lettings,
    Part.RESPONSES: letting_parts.responses,
    Part.YEARS: letting_parts.years,
    Part.NORMS: account_parts.norms,
    Part.WITHHELD: account_parts.withheld,
    Part.SCREENING: account_parts.screening,
    Part.RULES: account_parts.rules,
    Part.CORRECTIONS: account_parts.corrections,
    Part.METHOD: account_parts.method,
}

_ASSOCIATION: dict[Part, Callable[[AssociationView], Section]] = {
    Part.WITHHELD_BY_GROUND: inner.withheld_by_ground,
    Part.SCREENING_SHARE: inner.screening_share,
}

_BOARD: dict[Part, Callable[[BoardView], Section]] = {
    Part.NORMS_EXACT: inner.norms_exact,
    Part.WITHHELD_EXACT: inner.withheld_exact,
    Part.SCREENING_EXACT: inner.screening_exact,
    Part.INCOMES: inner.incomes,
}


def compose(sources: Sources) -> Report:
    """Return the report.

    Raises:
        ValueError: the values of another audience were given.
    """
    audience = sources.audience
    if (sources.board is not None) != (audience is Audience.BOARD):
        raise ValueError("the board's values are for the board's report")
    if (sources.association is not None) != (audience is Audience.ASSOCIATION):
        raise ValueError("the association's values are for the association's report")
    made = (_make(part, sources) for part in Part if sees(audience, part))
    when = words.period(sources.period)
    return Report(
        audience=audience,
        period=str(sources.period),
        title=f"Verdeling van woningen in {when}",
        subtitle=AUDIENCES[audience][1],
        association=sources.association_name,
        until=sources.until,
        sections=tuple(section for section in made if section is not None),
    )


def _make(part: Part, sources: Sources) -> Section | None:
    if part in _PUBLIC:
        return _PUBLIC[part](sources)
    if part in _ASSOCIATION and sources.association is not None:
        return _ASSOCIATION[part](sources.association)
    if part in _BOARD and sources.board is not None:
        return _BOARD[part](sources.board)
    raise ValueError(f"nothing makes {part} for {sources.audience}")

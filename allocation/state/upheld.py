"""Upheld cases that two people agreed to publish: which lettings, since when.

Decides that such a letting is a deviation from the day of the second
agreement, and stays one while its case is looked at again; only a case that
ends as cleared takes it back.  It names lettings and a date: who matched whom,
who reviewed and what they wrote stays in the case.  Whether the letting may be
seen at all is for the barrier to say.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from allocation.errors import GateRefused
from allocation.machine import held_elsewhere
from allocation.state.case_file import CaseEvent, CaseRefused, Conclusion
from allocation.state.cases import CaseBook, open_case_book
from allocation.state.event_log import Event

RULE = "INT-1"
"""Under this rule the deviation is published."""

_AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@dataclass(frozen=True, slots=True)
class UpheldDeviation:
    """A letting to publish as a deviation of ``RULE``, and the day of the second agreement.

    Days are those of Europe/Amsterdam.
    """

    publication_id: str
    dwelling_id: str
    allocation_id: str
    agreed_on: date


def upheld_deviations(path: Path) -> list[UpheldDeviation]:
    """Return what the case book at ``path`` says must be published; nothing without one.

    Lettings that were never advertised have no page and are left out.  Ordered
    by publication, dwelling and allocation; one a letting, with its first day.

    Raises:
        GateRefused: the cases cannot be read.  A night without them would take
            a deviation off the site that two people agreed to publish.
    """
    if not path.exists():
        return []
    try:
        with open_case_book(path) as book:
            found = _read(book)
    except (sqlite3.Error, CaseRefused) as error:
        raise held_elsewhere(error) or GateRefused(
            "The cases in {file} cannot be read or written ({what}).",
            file=path.name,
            what=type(error).__name__,
        ) from None
    earliest: dict[tuple[str, str, str], date] = {}
    for letting, day in found:
        earliest[letting] = min(day, earliest.get(letting, day))
    return [UpheldDeviation(*letting, day) for letting, day in sorted(earliest.items())]


def _read(book: CaseBook) -> list[tuple[tuple[str, str, str], date]]:
    found = []
    for case in book.all_cases():
        day = agreed_on(book.history(case.number))
        told = case.signal.letting
        publication, dwelling = told.get("publication_id"), told.get("dwelling_id")
        if day is not None and publication and dwelling:
            letting = (str(publication), str(dwelling), case.signal.allocation_id)
            found.append((letting, day))
    return found


def agreed_on(events: list[Event]) -> date | None:
    """Return the day on which a case's publication was agreed, if it stands."""
    agreed: set[str] = set()
    day: date | None = None
    for event in events:
        if event.kind == CaseEvent.PUBLICATION_AGREED:
            agreed.add(event.by)
            if len(agreed) == 2 and day is None:
                day = datetime.fromisoformat(event.at).astimezone(_AMSTERDAM).date()
        elif event.kind in (CaseEvent.FACTS_CHANGED, CaseEvent.REVIEWS_RESET):
            agreed.clear()
        elif event.kind == CaseEvent.CLOSED and (event.details or {}).get("outcome") != (
            Conclusion.UPHELD
        ):
            day = None
    return day

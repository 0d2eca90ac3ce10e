"""How many cases were opened in a period, and how they ended: numbers for the board.

Decides the day on which a case counts: that of its first event, in
Europe/Amsterdam.  It reads states and moments, never what a case is about.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from allocation.state.case_file import CaseEvent, CaseState, Conclusion

_AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def count_cases(path: Path, first: date, last: date) -> dict[str, int]:
    """Count the cases opened from ``first`` to ``last``: opened, waiting, cleared, upheld."""
    counts = dict.fromkeys(("opened", "waiting", "cleared", "upheld"), 0)
    if not path.exists():
        return counts
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)) as connection:
        rows = connection.execute(
            "SELECT min(e.at), c.state, c.outcome FROM cases AS c "
            "JOIN events AS e ON e.subject = c.number WHERE e.kind = ? "
            "GROUP BY c.number, c.state, c.outcome",
            (CaseEvent.OPENED,),
        ).fetchall()
    for at, state, outcome in rows:
        if not first <= datetime.fromisoformat(at).astimezone(_AMSTERDAM).date() <= last:
            continue
        counts["opened"] += 1
        if state != CaseState.CLOSED:
            counts["waiting"] += 1
        elif outcome == Conclusion.UPHELD:
            counts["upheld"] += 1
        else:
            counts["cleared"] += 1
    return counts

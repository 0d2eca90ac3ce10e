"""What stays public although tonight's export cannot show it any more.

Decides which rows of the last public table are put back: those that an
unreadable row touches, and those that may not be shown as they were.  Works
on public rows and internal ids; it never reads any other private column.
Part of the barrier: only ``withholding.py`` calls it.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from allocation.engine import Engine
from allocation.keys import mark_of
from allocation.public import LETTINGS, PublicTable, read_checks, write_checks
from allocation.vocabulary import DEVIATIONS, CheckResult, Outcome

PAIRS = pa.schema(
    [
        pa.field("mark", pa.string(), nullable=False),
        pa.field("publication_id", pa.string(), nullable=False),
        pa.field("dwelling_id", pa.string(), nullable=False),
    ]
)
"""Which internal ids a mark stands for; private, kept beside each release."""

ONLY_OF_LETTINGS = (
    "rank",
    "registration_years",
    "passed_declined",
    "passed_conditions",
    "passed_no_answer",
    "passed_other",
    "passed_no_reason",
    "let_month",
    "checks",
)
"""Public columns that are empty for every outcome but a letting."""


@dataclass(frozen=True, slots=True)
class Released:
    """A public table and, in private, the internal ids behind its marks (schema ``PAIRS``)."""

    public: PublicTable
    pairs: pa.Table


SEEN = pa.schema(
    [
        ("publication_id", pa.string()),
        ("dwelling_id", pa.string()),
        ("rule", pa.string()),
        ("since", pa.date32()),
        ("explanation", pa.string()),
    ]
)
"""Deviations that the last release showed, since which night, and the class that answered them."""


def seen_deviations(previous: Released | None) -> pa.Table:
    """Return what the last release showed as deviating (schema ``SEEN``)."""
    if previous is None:
        return SEEN.empty_table()
    rows = previous.public.rows.select(["key", "checks"])
    telling = pc.match_substring_regex(rows.column("checks"), f"=({'|'.join(sorted(DEVIATIONS))}):")
    marked = rows.filter(pc.fill_null(telling, False))
    if not marked.num_rows:
        return SEEN.empty_table()
    marks, publications, dwellings = (column.to_pylist() for column in previous.pairs.columns)
    ids = dict(zip(marks, zip(publications, dwellings, strict=True), strict=True))
    return pa.Table.from_pylist(
        [
            dict(
                zip(
                    SEEN.names,
                    (*ids[mark_of(key)], check.rule, check.since, check.explanation),
                    strict=True,
                )
            )
            for key, text in zip(*(column.to_pylist() for column in marked.columns), strict=True)
            for check in read_checks(text)
            if check.result in DEVIATIONS
        ],
        schema=SEEN,
    )


def carry_over(
    engine: Engine,
    current: Released,
    previous: Released,
    today: date,
    explanation_days: int,
    expiry: date,
) -> tuple[Released, int]:
    """Put back what was public before where tonight's export cannot change it.

    Two cases.  A letting that an unreadable row touches stays as it was,
    unless it is withheld now; an advert that has closed since is put back as
    in progress.  A letting that is in the export but may not be shown any
    more (its model, status or allocation withholds it) stays as a withdrawn
    advert, because a page that vanishes would tell that it is special.
    Neither keeps a row past ``expiry``: what closed before that day.
    Returns the completed table and the number of lettings of the first case.
    """
    engine.register("previous_pairs", previous.pairs)
    withheld = _marks(engine, _WITHHELD)
    touched = _marks(engine, _TOUCHED)
    keys = previous.public.rows.column("key").to_pylist()
    old = {mark_of(key): number for number, key in enumerate(keys)}
    kept = old.keys() - _expired(previous, expiry)
    held = {
        mark: _still(row, today, explanation_days)
        for mark, row in _rows(previous, old, (touched - withheld) & kept).items()
    }
    present = {mark_of(key) for key in current.public.rows.column("key").to_pylist()}
    exported = _marks(engine, _EXPORTED) | touched
    absent = (kept & exported) - present - held.keys()
    fallen = {mark: _neutral(row) for mark, row in _rows(previous, old, absent).items()}
    back = held | fallen
    if not back:
        return current, 0
    return Released(_with_rows(current.public, back), _with_pairs(current, previous, back)), len(
        held
    )


_WITHHELD = """
    SELECT mark FROM previous_pairs SEMI JOIN withheld_pairs USING (publication_id, dwelling_id)
"""

_TOUCHED = """
    SELECT mark FROM previous_pairs WHERE publication_id IN (
        SELECT publication_id FROM publications_quarantined WHERE publication_id IS NOT NULL
        UNION SELECT publication_id FROM responses_quarantined WHERE publication_id IS NOT NULL
        UNION SELECT publication_id FROM offers_quarantined WHERE publication_id IS NOT NULL
        UNION SELECT publication_id FROM allocations_quarantined WHERE publication_id IS NOT NULL
    ) OR dwelling_id IN (
        SELECT dwelling_id FROM dwellings_quarantined WHERE dwelling_id IS NOT NULL
        UNION SELECT dwelling_id FROM allocations_quarantined WHERE dwelling_id IS NOT NULL
    )
"""

_EXPORTED = """
    SELECT mark FROM previous_pairs SEMI JOIN (
        SELECT publication_id, dwelling_id FROM publications
        UNION SELECT publication_id, dwelling_id FROM publications_quarantined
        EXCEPT SELECT publication_id, dwelling_id FROM public_rows WHERE expired
    ) USING (publication_id, dwelling_id)
"""


def _marks(engine: Engine, sql: str) -> set[str]:
    return {str(mark) for (mark,) in engine.rows(sql)}


def _rows(
    previous: Released, numbers: Mapping[str, int], marks: Set[str]
) -> dict[str, dict[str, object]]:
    """Return the rows of the last release that have one of the marks."""
    found = [mark for mark in sorted(marks) if mark in numbers]
    chosen = pa.array([numbers[mark] for mark in found], pa.int64())
    return dict(zip(found, previous.public.rows.take(chosen).to_pylist(), strict=True))


def expiry_date(today: date, retention_months: int) -> date:
    """Return the same day so many months earlier, or the last day of that month."""
    months = today.year * 12 + today.month - 1 - retention_months
    year, month = divmod(months, 12)
    day = min(today.day, calendar.monthrange(year, month + 1)[1])
    return date(year, month + 1, day)


def _expired(previous: Released, expiry: date) -> set[str]:
    """Return the marks of what closed, or opened without an end, before a day."""
    names = ("key", "outcome", "closes_on", "opens_on")
    columns = (previous.public.rows.column(name).to_pylist() for name in names)
    return {
        mark_of(key)
        for key, outcome, closes_on, opens_on in zip(*columns, strict=True)
        if (closes_on or opens_on) < expiry and (outcome != Outcome.OPEN or closes_on)
    }


def _still(row: dict[str, object], today: date, explanation_days: int) -> dict[str, object]:
    """Return a public row as it stands today, from public values alone.

    A deviation cannot be kept in treatment by a row that cannot be read.
    """
    last_chance = today - timedelta(days=explanation_days)
    checks = [
        replace(check, result=CheckResult.UNEXPLAINED)
        if check.result is CheckResult.IN_TREATMENT and check.since and check.since < last_chance
        else check
        for check in read_checks(str(row["checks"] or ""))
    ]
    row = row | {"checks": write_checks(checks) or None}
    closes_on = row["closes_on"]
    closed = isinstance(closes_on, date) and closes_on < today
    if row["outcome"] == Outcome.OPEN and closed:
        return row | {"outcome": str(Outcome.IN_PROGRESS)}
    return row


def _neutral(row: dict[str, object]) -> dict[str, object]:
    """Return a public row as that of any withdrawn advert."""
    return row | dict.fromkeys(ONLY_OF_LETTINGS) | {"outcome": str(Outcome.WITHDRAWN)}


def _with_rows(public: PublicTable, back: dict[str, dict[str, object]]) -> PublicTable:
    kept = [mark_of(key) not in back for key in public.rows.column("key").to_pylist()]
    returned = pa.Table.from_pylist(list(back.values()), schema=LETTINGS)
    rows = pa.concat_tables([public.rows.filter(pa.array(kept, pa.bool_())), returned])
    return PublicTable(rows.sort_by("key"))


def _with_pairs(
    current: Released, previous: Released, back: dict[str, dict[str, object]]
) -> pa.Table:
    known = set(current.pairs.column("mark").to_pylist())
    needed = back.keys() - known
    marks = previous.pairs.column("mark").to_pylist()
    chosen = pa.array([mark in needed for mark in marks], pa.bool_())
    return pa.concat_tables([current.pairs, previous.pairs.filter(chosen)]).sort_by("mark")

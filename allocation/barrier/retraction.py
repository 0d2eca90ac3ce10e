"""What was told before and may not be told any more.

Decides, from public values alone, whether a release takes back something that
an earlier one told: a letting that is none any more, or a page that is gone
before its time.  Earlier releases then may not stay.  Whatever the reason is,
it looks the same: a case that is protected after all, a correction, an
objection.  It reads no private column.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import pyarrow as pa

from allocation.barrier.carry_over import Released
from allocation.keys import mark_of
from allocation.public import PublicTable
from allocation.vocabulary import Outcome

_TOLD = ("key", "outcome", "closes_on", "opens_on")


def takes_back(previous: PublicTable, current: PublicTable, expiry: date) -> bool:
    """Say whether ``current`` no longer tells something that ``previous`` told.

    ``expiry`` is the first day on which an advert may have closed and still be
    shown: a page that is gone because it grew old takes nothing back.
    """
    keys, outcomes = (current.rows.column(name).to_pylist() for name in ("key", "outcome"))
    now = {mark_of(key): outcome for key, outcome in zip(keys, outcomes, strict=True)}
    told = (previous.rows.column(name).to_pylist() for name in _TOLD)
    for key, was, closes_on, opens_on in zip(*told, strict=True):
        outcome = now.get(mark_of(key))
        if outcome is None and (closes_on or opens_on) >= expiry:
            return True
        if outcome is not None and was == Outcome.LET and outcome != Outcome.LET:
            return True
    return False


def without(released: Released, marks: Collection[str]) -> Released:
    """Return a public table without the lettings of these marks."""
    if not marks:
        return released
    rows, pairs = released.public.rows, released.pairs
    kept = [mark_of(key) not in marks for key in rows.column("key").to_pylist()]
    known = [mark not in marks for mark in pairs.column("mark").to_pylist()]
    return Released(
        PublicTable(rows.filter(pa.array(kept, pa.bool_()))),
        pairs.filter(pa.array(known, pa.bool_())),
    )

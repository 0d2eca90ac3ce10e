"""One night's rules: what they need from elsewhere, and the verdicts of both scopes.

Decides which columns count as not delivered, in which order the scopes are
judged, and what a later night will remember.  The verdicts that the public may
see are computed over the releasable rows alone, against what earlier nights
showed of releasable rows alone.  It judges nothing itself: the rules do.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from allocation import contract
from allocation.config import Agreement
from allocation.engine import Engine
from allocation.rules.model import Scope, Verdict
from allocation.rules.norms import Measured, measure_norms
from allocation.rules.run import check_rules
from allocation.snapshots import KEPT, Snapshots
from allocation.sources.findings import ProblemKind
from allocation.sources.night import Night

Counts = dict[str, dict[Verdict, int]]


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdicts of a night, counted per rule: all of them, and those for the public.

    ``norms`` are exact and for the board; ``public_norms`` are the same over what is
    not withheld.
    """

    counts: Counts
    public_counts: Counts
    norms: tuple[Measured, ...]
    public_norms: tuple[Measured, ...]


def judge_night(
    engine: Engine,
    agreement: Agreement,
    read: Night,
    snapshots: Snapshots,
    supplied: Collection[str],
    *,
    remember: bool,
) -> Judgement:
    """Fill ``findings`` and ``public_findings``; with ``remember`` also the night's snapshots.

    ``withheld_allocations`` and ``withheld_publications`` are there, and of the
    rules' other inputs those that are named in ``supplied``.
    """
    absent = absent_columns(read)
    given = {*supplied, *KEPT}
    snapshots.load(engine, Scope.ALL, read.night)
    counts = check_rules(engine, agreement, read.night, Scope.ALL, given, absent)
    norms = measure_norms(engine, agreement, read.night)
    if remember:
        snapshots.keep(engine, Scope.ALL, read.night)
    given |= {"withheld_allocations", "withheld_publications"}
    snapshots.load(engine, Scope.RELEASABLE, read.night)
    public = check_rules(engine, agreement, read.night, Scope.RELEASABLE, given, absent)
    public_norms = measure_norms(engine, agreement, read.night)
    if remember:
        snapshots.keep(engine, Scope.RELEASABLE, read.night)
    return Judgement(counts, public, norms, public_norms)


def absent_columns(read: Night) -> set[tuple[str, str]]:
    """Return the columns, as (table, column), that the supplier does not deliver."""
    absent = {
        (note.table, note.column)
        for note in read.notes
        if note.kind is ProblemKind.COLUMN_ABSENT and note.column is not None
    }
    for table in contract.NIGHT_TABLES:
        if table.name not in read.delivered:
            absent |= {(table.name, name) for name in table.names}
    return absent

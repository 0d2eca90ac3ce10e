"""One night's rules: what they need from elsewhere, and the verdicts of both scopes.

Decides which columns count as not delivered, in which order the scopes are
judged, and what a later night will remember.  The verdicts that the public may
see are computed over the releasable rows alone, against what earlier nights
showed of releasable rows alone.  It judges nothing itself: the rules do.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from allocation import contract
from allocation.cluster import SparkEngine, open_spark
from allocation.config import Agreement
from allocation.config import Engine as EngineSettings
from allocation.engine import Engine
from allocation.machine import needing_whole
from allocation.rules.model import Scope, Verdict
from allocation.rules.norms import Measured, measure_norms
from allocation.rules.run import FINDINGS, check_rules
from allocation.sources.findings import ProblemKind
from allocation.sources.night import Night
from allocation.state.snapshots import KEPT, Snapshots, look

Counts = dict[str, dict[Verdict, int]]
Runner = Engine | SparkEngine


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


@contextmanager
def rule_runner(engine: Engine, settings: EngineSettings) -> Iterator[Runner]:
    """Give what runs the rules: the engine itself, or Spark where that is configured.

    Raises:
        ConfigError: Spark is configured and cannot be started.
    """
    if not settings.spark_master:
        yield engine
        return
    folder = settings.spark_folder or engine.work
    with (
        tempfile.TemporaryDirectory(dir=folder) as shared,
        open_spark(settings.spark_master, engine.work) as spark,
    ):
        for table in contract.NIGHT_TABLES:
            path = f"{shared}/{table.name}.parquet"
            engine.run(f"COPY (SELECT * FROM {table.name}) TO '{path}' (FORMAT parquet)")
            spark.read(table.name, path)
        yield spark


def judge_night(
    engine: Engine,
    runner: Runner,
    agreement: Agreement,
    read: Night,
    snapshots: Snapshots,
    late: Callable[[], Collection[str]],
    *,
    remember: bool,
) -> Judgement:
    """Fill ``findings`` and ``public_findings``; with ``remember`` also the night's snapshots.

    ``withheld_allocations`` and ``withheld_publications`` are there; ``late`` is
    asked once, as late as can be, for the names of the rules' other inputs, which
    are there by then.  ``runner`` is ``engine`` itself or holds the same night.
    """
    absent = absent_columns(read)
    # Named for both scopes: an empty one made for the first would hide them in the second.
    given = {*KEPT, "withheld_allocations", "withheld_publications"}
    with needing_whole(Path("snapshots")):
        snapshots.load(engine, Scope.ALL, read.night)
    _hand_over(engine, runner, given)

    def wait() -> Collection[str]:
        waited = late()
        _hand_over(engine, runner, waited)
        given.update(waited)
        return waited

    counts = check_rules(runner, agreement, read.night, Scope.ALL, given, absent, wait)
    norms = measure_norms(runner, agreement, read.night)
    _bring_back(engine, runner, Scope.ALL)
    if remember:
        look(engine)
        snapshots.keep(engine, Scope.ALL, read.night)
    with needing_whole(Path("snapshots")):
        snapshots.load(engine, Scope.RELEASABLE, read.night)
    _hand_over(engine, runner, given)
    public = check_rules(runner, agreement, read.night, Scope.RELEASABLE, given, absent)
    public_norms = measure_norms(runner, agreement, read.night)
    _bring_back(engine, runner, Scope.RELEASABLE)
    if remember:
        snapshots.keep(engine, Scope.RELEASABLE, read.night)
    return Judgement(counts, public, norms, public_norms)


def _hand_over(engine: Engine, runner: Runner, names: Collection[str]) -> None:
    """Give Spark the inputs that do not come from the night's export."""
    if isinstance(runner, SparkEngine):
        for name in sorted(names):
            runner.register(name, engine.arrow(f"SELECT * FROM {name}"))


def _bring_back(engine: Engine, runner: Runner, scope: Scope) -> None:
    """Let the engine know what Spark found, and which adverts it looked at."""
    if isinstance(runner, SparkEngine):
        for name in (FINDINGS[scope], "scoped_publications"):
            engine.register("brought_back", runner.arrow(f"SELECT * FROM {name}"))
            engine.run(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM brought_back")


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

"""All rules over an office, beside what nobody can avoid and what pandas would take.

Each measurement runs in a process of its own, so that its peak memory is its
own: a full scan of the responses' Parquet by DuckDB, DuckDB's own parse of the
same rows as CSV and every rule, in turn; then every rule with DuckDB held to
1 GB, and the rule RNK-2 alone written straightforwardly in pandas.
"""

from __future__ import annotations

import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench import night
from tests.bench.timing import Measured, Rounds

SCAN = "DuckDB: full scan of the responses"
PARSE = "DuckDB: parse of the responses as CSV"
RULES = "all rules"
TIGHT = "all rules, DuckDB held to 1 GB"
PANDAS = "pandas: RNK-2 alone"
NIGHT = "2026-11-22"
ROUNDS = 5
FEWER = 3


def measure(office: Path, work: Path) -> tuple[list[Measured], Rounds]:
    """Measure on one office with Parquet exports; ``work`` takes the CSV.

    The rounds hold the scan, the parse and the rules.
    """
    responses = office / "exports" / NIGHT / "responses.parquet"
    table = work / "responses.csv"
    _run("to_csv", str(responses), str(table))
    rounds = Rounds(
        ROUNDS,
        {
            SCAN: lambda: _timed(SCAN, "scan", str(responses)),
            PARSE: lambda: _timed(PARSE, "parse", str(table)),
            RULES: lambda: _timed(RULES, "rules", str(office), "4GB"),
        },
    )
    table.unlink()
    rows = [
        *(rounds.middle(name) for name in (SCAN, PARSE, RULES)),
        _timed(TIGHT, "rules", str(office), "1GB"),
        _timed(PANDAS, "pandas_rnk_2", str(office)),
    ]
    return rows, rounds


def beside_scan(office: Path) -> list[float]:
    """Return how many times as long as the scan all rules take, one a round, lowest first."""
    responses = office / "exports" / NIGHT / "responses.parquet"
    rounds = Rounds(
        FEWER,
        {
            SCAN: lambda: _timed(SCAN, "scan", str(responses)),
            RULES: lambda: _timed(RULES, "rules", str(office), "4GB"),
        },
    )
    return rounds.ratios(RULES, SCAN)


def growth(work: Path, large: Measured, sizes: tuple[int, int] = (1_000, 100_000)) -> float:
    """Return the exponent with which the time of all rules grows with the dwellings."""
    small = work / "growth"
    night.make(small, sizes[0], 200)
    seconds = _timed(RULES, "rules", str(small), "4GB").seconds
    return math.log(large.seconds / seconds) / math.log(sizes[1] / sizes[0])


def _timed(name: str, what: str, *words: str) -> Measured:
    told = _run(what, *words)
    return Measured(name, told["seconds"], told["megabytes"])


def _run(what: str, *words: str) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.rules", what, *words]
    os.sync()  # nothing that was written before is still on its way to the disk
    result = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(result.stdout.splitlines()[-1])


def scan(path: str) -> float:
    """Scan every column of a Parquet file."""
    import duckdb

    connection = duckdb.connect(config={"threads": 2})
    names = [row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM '{path}'").fetchall()]
    sums = ", ".join(f"bit_xor(hash({name}))" for name in names)
    started = time.perf_counter()
    connection.execute(f"SELECT {sums} FROM '{path}'").fetchall()
    return time.perf_counter() - started


def to_csv(path: str, target: str) -> float:
    """Write a Parquet file as CSV."""
    import duckdb

    started = time.perf_counter()
    duckdb.execute(f"COPY (SELECT * FROM '{path}') TO '{target}' (FORMAT csv)")
    return time.perf_counter() - started


def parse(path: str) -> float:
    """Parse every column of a CSV file, types found out by DuckDB."""
    import duckdb

    connection = duckdb.connect(config={"threads": 2})
    relation = f"read_csv('{path}')"
    names = [row[0] for row in connection.execute(f"DESCRIBE FROM {relation}").fetchall()]
    sums = ", ".join(f"bit_xor(hash({name}))" for name in names)
    started = time.perf_counter()
    connection.execute(f"SELECT {sums} FROM {relation}").fetchall()
    return time.perf_counter() - started


def rules(office: str, memory: str) -> float:
    """Judge every letting of a night by every rule; reading the night is not counted."""
    from datetime import date

    from allocation.config import read_config
    from allocation.engine import open_engine
    from allocation.rules.model import Scope
    from allocation.rules.run import check_rules
    from allocation.sources.night import read_night

    config = read_config(Path(office) / "allocation.toml")
    limits = config.engine.model_copy(update={"memory_limit": memory})
    config = config.model_copy(update={"engine": limits})
    today = date.fromisoformat(NIGHT)
    with tempfile.TemporaryDirectory() as folder, open_engine(config, Path(folder)) as engine:
        read_night(engine, config, Path(office) / "exports" / NIGHT, today)
        started = time.perf_counter()
        check_rules(engine, config.agreement, today, Scope.ALL)
        return time.perf_counter() - started


def pandas_rnk_2(office: str) -> float:
    """Judge RNK-2 as one would at first: a sort, and a look at who stood above the tenant."""
    import pandas as pd

    folder = Path(office) / "exports" / NIGHT
    started = time.perf_counter()
    adverts = pd.read_parquet(folder / "publications.parquet")
    responses = pd.read_parquet(folder / "responses.parquet")
    offers = pd.read_parquet(folder / "offers.parquet")
    lettings = pd.read_parquet(folder / "allocations.parquet")
    lettings = lettings[lettings["publication_id"].notna() & (lettings["tenure"] == "let")]
    conditions = adverts.drop_duplicates("publication_id")[
        ["publication_id", "ordering", "min_age", "max_age", "min_income", "max_income"]
    ]
    merged = responses.merge(conditions, on="publication_id")
    eligible = merged["status"] != "withdrawn"
    for low, high, value in (
        ("min_age", "max_age", "age"),
        ("min_income", "max_income", "household_income"),
    ):
        numbers = pd.to_numeric(merged[value])
        eligible &= merged[low].isna() | (numbers >= pd.to_numeric(merged[low]))
        eligible &= merged[high].isna() | (numbers <= pd.to_numeric(merged[high]))
    merged = merged[eligible].sort_values(
        ["publication_id", "priority_kind", "registered_on", "response_id"]
    )
    merged["place"] = merged.groupby("publication_id").cumcount()
    tenants = lettings[["publication_id", "candidate_id"]].merge(
        merged[["publication_id", "candidate_id", "place"]], on=["publication_id", "candidate_id"]
    )
    above = merged.merge(
        tenants.rename(columns={"candidate_id": "tenant", "place": "tenant_place"}),
        on="publication_id",
    )
    above = above[above["place"] < above["tenant_place"]]
    closed = offers[offers["status"].isin(["declined", "withdrawn"])]
    known = closed[["publication_id", "candidate_id"]].drop_duplicates()
    above = above.merge(known, how="left", indicator=True)
    above[above["_merge"] == "left_only"].groupby("publication_id").size()
    return time.perf_counter() - started


def main(what: str, *words: str) -> None:
    """Run one piece and print its seconds and peak memory as JSON."""
    seconds = globals()[what](*words)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "megabytes": megabytes}))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""The whole night at scale, beside what it cannot avoid: one scan and one copy."""

from __future__ import annotations

import json
import shlex
import shutil
import sys
from pathlib import Path

from tests.bench.timing import Measured, python, run_command

NIGHT = "the whole night"
SCAN = "DuckDB: full scan of the responses"
COPY = "cp -r of the finished tree"
SEARCH = "the search of the finished tree, within it"
CAT = "cat of the finished tree"
FLOOR = "scan + copy"

_SCAN = """
import sys, duckdb
connection = duckdb.connect(config={"threads": 2})
path = sys.argv[1]
names = [row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM '{path}'").fetchall()]
sums = ", ".join(f"bit_xor(hash({name}))" for name in names)
print(connection.execute(f"SELECT {sums} FROM '{path}'").fetchone())
"""


def make(folder: Path, dwellings: int, responses: int) -> Measured:
    """Make the sample at scale."""
    words = [
        "sample",
        str(folder),
        "--dwellings",
        str(dwellings),
        "--responses-per-dwelling",
        str(responses),
        "--format",
        "parquet",
    ]
    return run_command("allocation sample", [sys.executable, "-m", "allocation", *words])


def measure(folder: Path, work: Path) -> list[Measured]:
    """Measure a first night on an office with Parquet exports."""
    config = str(folder / "allocation.toml")
    responses = next((folder / "exports" / "2026-11-22").glob("responses.parquet"))
    scan = python(SCAN, _SCAN, str(responses))
    night = run_command(NIGHT, [sys.executable, "-m", "allocation", "build", "--config", config])
    tree = (folder / "public" / "current").resolve()
    copy = run_command(COPY, ["cp", "-r", str(tree), str(work / "night-copy")])
    every = f"find {shlex.quote(str(tree))} -type f -print0 | xargs -0 cat"
    cat = run_command(CAT, ["sh", "-c", every])
    shutil.rmtree(work / "night-copy")
    floor = Measured(FLOOR, scan.seconds + copy.seconds)
    within = stages(folder)
    print("\nThe stages of the night: ", end="")
    print(", ".join(f"{name} {seconds:.1f}" for name, seconds in within.items()))
    return [night, scan, copy, floor, Measured(SEARCH, within["search"]), cat]


def stages(folder: Path) -> dict[str, float]:
    """Return the seconds of each stage of the last night, as its log tells them."""
    log = max((folder / "state" / "logs").iterdir())
    events = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    return {event["stage"]: event["seconds"] for event in events if event["event"] == "stage"}

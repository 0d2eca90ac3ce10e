"""The whole night at scale, beside what it cannot avoid: one scan and one copy."""

from __future__ import annotations

import hashlib
import json
import shlex
import sys
from pathlib import Path

import duckdb

from tests.bench.timing import Measured, python, run_command

NIGHT = "the whole night"
NEXT = "a night after it, with news of 50 dwellings"
SCAN = "DuckDB: full scan of the responses"
COPY = "cp -r of the finished tree"
SEARCH = "the search of the finished tree, within it"
CAT = "cat of the finished tree"
FLOOR = "scan + copy"

_REPLACED = ("responses.parquet", "manifest.json")
"""What news replaces in an export."""

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
    """Measure a first night on an office with Parquet exports, and one like most others.

    The export ends up with news in it, its responses written by DuckDB; ``put_back``
    undoes that.
    """
    export = folder / "exports" / "2026-11-22"
    scan = python(SCAN, _SCAN, str(export / "responses.parquet"))
    first = _night(NIGHT, folder)
    tree = (folder / "public" / "current").resolve()
    copy = run_command(COPY, ["cp", "-r", str(tree), str(work / "night-copy")])
    every = f"find {shlex.quote(str(tree))} -type f -print0 | xargs -0 cat"
    cat = run_command(CAT, ["sh", "-c", every])
    floor = Measured(FLOOR, scan.seconds + copy.seconds)
    search = Measured(SEARCH, stages(folder)["search"])
    _keep_two_releases(folder)
    for name in _REPLACED:
        (work / name).hardlink_to(export / name)
    for start in (0, 1):  # from the third night on there is a release to use up
        _bring_news(export, start)
        after = _night(NEXT, folder)
    return [first, scan, copy, floor, search, cat, after]


def _night(name: str, folder: Path) -> Measured:
    words = ["-m", "allocation", "build", "--config", str(folder / "allocation.toml")]
    measured = run_command(name, [sys.executable, *words])
    told = ", ".join(f"{stage} {seconds:.1f}" for stage, seconds in stages(folder).items())
    print(f"\nThe stages of {name}: {told}")
    return measured


def _keep_two_releases(folder: Path) -> None:
    with (folder / "allocation.toml").open("a", encoding="utf-8") as file:
        file.write("\n[publication]\nkeep_releases = 2\n")


def put_back(folder: Path, work: Path) -> None:
    """Put back the export as ``allocation sample`` made it, which ``measure`` kept in ``work``."""
    for name in _REPLACED:
        (work / name).replace(folder / "exports" / "2026-11-22" / name)


def _bring_news(export: Path, start: int) -> None:
    """Withdraw one response in each of fifty adverts: their number of responses changes."""
    responses = export / "responses.parquet"
    fresh = responses.with_suffix(".fresh")
    duckdb.execute(
        f"""
        COPY (
            SELECT r.* REPLACE (
                CASE WHEN r.response_id IN (
                    SELECT min(o.response_id) FROM '{responses}' AS o
                    WHERE o.publication_id IN (
                        SELECT DISTINCT p.publication_id FROM '{responses}' AS p
                        ORDER BY p.publication_id LIMIT 50 OFFSET {start * 50}
                    ) AND o.status = 'responded' GROUP BY o.publication_id
                ) THEN 'withdrawn' ELSE r.status END AS status
            )
            FROM '{responses}' AS r
        ) TO '{fresh}' (FORMAT parquet)
        """
    )
    fresh.replace(responses)
    path = export / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    digest = hashlib.sha256(responses.read_bytes()).hexdigest()
    manifest["files"][responses.name]["sha256"] = digest
    fresh = path.with_suffix(".fresh")
    fresh.write_text(json.dumps(manifest), encoding="utf-8")
    fresh.replace(path)


def stages(folder: Path) -> dict[str, float]:
    """Return the seconds of each stage of the last night, as its log tells them."""
    log = max((folder / "state" / "logs").iterdir())
    events = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    return {event["stage"]: event["seconds"] for event in events if event["event"] == "stage"}

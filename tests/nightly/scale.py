"""100,000 lettings beside 20,000 register persons: our screening, and Splink on the same keys.

    python -m tests.nightly.scale [--lettings N] [--register N] [--without-splink]

Both run in this process, one after the other, on the same engine limits; ours
is timed from the written tables to the matches with their sentences, Splink
from prepared columns to its predictions over the very same blocking keys.
"""

from __future__ import annotations

import argparse
import json
import logging
import resource
import time
from pathlib import Path

import duckdb
import pandas as pd

from allocation.engine import Engine
from allocation.screening.matches import screen_lettings
from allocation.screening.weights import read_weights
from tests.nightly.dutch_pairs import TUNING, make_pairs
from tests.nightly.dutch_people import Town
from tests.nightly.linkage_files import as_people, fill_engine


def main() -> None:
    """Run both and print seconds, pairs and peak memory as a table and as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lettings", type=int, default=100_000)
    parser.add_argument("--register", type=int, default=20_000)
    parser.add_argument("--without-splink", action="store_true")
    wanted = parser.parse_args()
    left, right = _people(wanted.lettings, wanted.register)
    connection = duckdb.connect(config={"threads": 2, "memory_limit": "1200MB"})
    engine = Engine(connection, Path())
    fill_engine(engine, left, right)
    before = _memory()
    started = time.perf_counter()
    found = screen_lettings(engine, read_weights())
    ours = time.perf_counter() - started
    pairs = int(str(engine.rows("SELECT count(*) FROM screening_pairs")[0][0]))
    figures = {
        "lettings": wanted.lettings,
        "register": wanted.register,
        "pairs_compared": pairs,
        "matches": found.num_rows,
        "ours_seconds": round(ours, 1),
        "memory_before_mb": before,
        "peak_memory_mb": _memory(),
    }
    print(json.dumps(figures), flush=True)
    if not wanted.without_splink:
        seconds, predicted = _splink(connection, left, right)
        figures |= {"splink_seconds": round(seconds, 1), "splink_pairs": predicted}
    print(json.dumps(figures, indent=2), flush=True)


def _people(lettings: int, register: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    same = min(500, register // 4)
    made = make_pairs(7, same, 0, TUNING)
    town = Town(8, postcodes=(lettings + register) // 20)
    strangers = [town.person() for _ in range(lettings + register - 2 * same)]
    left = [p.right for p in made] + strangers[: lettings - same]
    right = [p.left for p in made] + strangers[lettings - same :]
    return (
        as_people(left, [f"L{i:06d}" for i in range(len(left))]),
        as_people(right, [f"R{i:06d}" for i in range(len(right))]),
    )


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _splink(
    connection: duckdb.DuckDBPyConnection, left: pd.DataFrame, right: pd.DataFrame
) -> tuple[float, int]:
    """Return Splink's seconds of prediction over our keys, and the pairs that it predicted."""
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.getLogger("splink").setLevel(logging.ERROR)
    keys = connection.execute(
        "SELECT side, idx, list(DISTINCT key) AS keys FROM screening_keys "
        "WHERE key NOT IN (SELECT key FROM screening_crowded) GROUP BY ALL"
    ).to_arrow_table()
    api = DuckDBAPI(connection=connection)
    frames = []
    for side, frame, order in ((0, left, "left_side"), (1, right, "right_side")):
        prepared = frame.assign(idx=range(len(frame)), unique_id=frame["rec_id"])
        connection.register(f"{order}_frame", prepared.drop(columns=["street", "place"]))
        connection.register("screening_key_lists", keys)
        table = connection.execute(
            f"SELECT f.*, k.keys FROM {order}_frame AS f "
            f"JOIN screening_key_lists AS k ON k.idx = f.idx AND k.side = {side}"
        ).to_arrow_table()
        frames.append(api.register(table, dataset_display_name=order))
    settings = SettingsCreator(
        link_type="link_only",
        blocking_rules_to_generate_predictions=[block_on("keys", arrays_to_explode=["keys"])],
        comparisons=[
            cl.JaroWinklerAtThresholds("surname", [0.92, 0.85]),
            cl.JaroWinklerAtThresholds("birth_surname", [0.92]),
            cl.JaroWinklerAtThresholds("given_name", [0.92, 0.85]),
            cl.JaroWinklerAtThresholds("initials", [0.9]),
            cl.DamerauLevenshteinAtThresholds("birth_date", [1, 2]),
            cl.LevenshteinAtThresholds("postcode", [1]),
            cl.ExactMatch("house_number"),
            cl.ExactMatch("house_number_addition"),
        ],
    )
    linker = Linker(frames, settings)
    started = time.perf_counter()
    predicted = linker.inference.predict(threshold_match_weight=-30)
    seconds = time.perf_counter() - started
    rows = connection.execute(f"SELECT count(*) FROM {predicted.physical_name}").fetchone()
    return seconds, int(rows[0]) if rows else 0


if __name__ == "__main__":
    main()

"""Two lists of people into the shipped screening, and its matches beside the truth.

Maps the columns of the FEBRL sets onto those of the register; a file that has
the register's own columns goes in as it is.  The screening itself is called
unchanged, on an engine like the night's.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa

from allocation.engine import Engine
from allocation.screening.matches import screen_lettings
from allocation.screening.weights import read_weights

PERSON = [
    "initials",
    "given_name",
    "surname_prefix",
    "surname",
    "birth_surname",
    "birth_date",
    "postcode",
    "house_number",
    "house_letter",
    "house_number_addition",
    "street",
    "place",
]
FEBRL = {
    "given_name": "given_name",
    "surname": "surname",
    "street_number": "house_number",
    "address_1": "street",
    "suburb": "place",
    "postcode": "postcode",
    "date_of_birth": "birth_date",
    "address_2": "second_street",
}


@dataclass(frozen=True, slots=True)
class Result:
    """One run: the pairs kept, its seconds, the pairs compared, and the blocking keys used.

    ``keys`` has ``side`` (0 left, 1 right), ``rec_id`` and the list ``keys``.
    """

    matches: pd.DataFrame
    seconds: float
    compared: int
    keys: pd.DataFrame


def read_people(path: Path) -> pd.DataFrame:
    """Read a list of people; ``rec_id`` is its key, ``entity`` the truth where it is known."""
    frame = pd.read_csv(path, dtype=str, skipinitialspace=True, sep=None, engine="python")
    frame = frame.fillna("").rename(columns=FEBRL)
    if "rec_id" not in frame:
        frame["rec_id"] = frame.get("person_id", pd.Series(range(len(frame)))).astype(str)
    frame["entity"] = frame["rec_id"].str.extract(r"^rec-(\d+)-")[0]
    frame["rec_id"] = frame["rec_id"].str.strip()
    for column in [*PERSON, "second_street"]:
        if column not in frame:
            frame[column] = ""
    return frame.sort_values("rec_id").reset_index(drop=True)


def as_people(records: list[object], ids: list[str]) -> pd.DataFrame:
    """Turn generated persons into the same frame."""
    names = [name for name in PERSON if name not in ("street", "place")]
    columns = {
        name: ["" if value is None else str(value) for value in (getattr(r, name) for r in records)]
        for name in names
    }
    frame = pd.DataFrame(columns)
    return frame.assign(rec_id=ids, street="", place="", second_street="")


def link(left: pd.DataFrame, right: pd.DataFrame | None = None) -> Result:
    """Screen ``left`` against ``right``, or a list against itself (each pair once)."""
    own = right is None
    right = left if right is None else right
    connection = duckdb.connect()
    engine = Engine(connection, Path())
    fill_engine(engine, left, right)
    started = time.perf_counter()
    found = screen_lettings(engine, read_weights()).to_pandas()
    seconds = time.perf_counter() - started
    frame = found.rename(columns={"candidate_id": "left", "person_id": "right"})
    side = "letting < person" if own else "true"
    sql = f"SELECT count(*) FROM screening_pairs WHERE {side}"
    compared = int(str(engine.rows(sql)[0][0]))
    if own:
        frame = frame[frame["left"] < frame["right"]]
    keys = connection.execute(
        "SELECT k.side, CASE k.side WHEN 0 THEN l.allocation_id ELSE r.person_id END AS rec_id, "
        "list(DISTINCT k.key) AS keys FROM screening_keys AS k "
        "LEFT JOIN screening_lettings AS l ON l.idx = k.idx "
        "LEFT JOIN screening_register AS r ON r.idx = k.idx "
        "WHERE k.key NOT IN (SELECT key FROM screening_crowded) GROUP BY ALL"
    ).fetchdf()
    connection.close()
    return Result(frame.reset_index(drop=True), seconds, compared, keys)


def fill_engine(engine: Engine, left: pd.DataFrame, right: pd.DataFrame) -> None:
    """Put two lists into the tables that the screening reads."""
    engine.register("left_people", _arrow(left))
    engine.register("right_people", _arrow(right))
    engine.run(
        "CREATE TABLE candidates AS SELECT *, rec_id AS candidate_id, 1 AS person_number "
        "FROM left_people"
    )
    engine.run(
        "CREATE TABLE allocations AS SELECT rec_id AS allocation_id, rec_id AS candidate_id, "
        "CAST(NULL AS VARCHAR) AS dwelling_id, DATE '2026-01-01' AS allocated_on FROM left_people"
    )
    engine.run(
        "CREATE TABLE register AS SELECT *, rec_id AS person_id, DATE '2000-01-01' AS valid_from, "
        "CAST(NULL AS DATE) AS valid_until FROM right_people"
    )
    engine.run(
        "CREATE TABLE register_addresses AS SELECT rec_id AS person_id, postcode, house_number, "
        "house_letter, house_number_addition, second_street AS street, place "
        "FROM right_people WHERE second_street <> ''"
    )


def _arrow(frame: pd.DataFrame) -> pa.Table:
    columns = ["rec_id", *PERSON, "second_street"]
    return pa.table({name: pa.array(frame[name].tolist(), pa.string()) for name in columns})


def interval(hits: int, of: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share."""
    if not of:
        return (0.0, 1.0)
    z, p = 1.959964, hits / of
    middle = (p + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * math.sqrt(p * (1 - p) / of + z * z / (4 * of * of))
    return (max(0.0, middle - half), min(1.0, middle + half))


def tell(name: str, hits: int, found: int, true: int) -> str:
    """Return one line: pairs found, precision and recall with their intervals."""
    p, r = interval(hits, found), interval(hits, true)
    return (
        f"{name:<30} found {found:>6}"
        f"  precision {hits / max(found, 1):.4f} [{p[0]:.4f}, {p[1]:.4f}]"
        f"  recall {hits / max(true, 1):.4f} [{r[0]:.4f}, {r[1]:.4f}]"
    )

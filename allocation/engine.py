"""The engine that runs the SQL: DuckDB, embedded.

Decides the limits under which queries run: memory, threads, a spill folder of
the night's own, no extension fetched from a network, instants in UTC.  Holds
no knowledge of any table but the names that portable SQL marks with ``column_name``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from allocation.config import Config

PARAMETER = re.compile(r":([a-z_]+)")
"""A parameter in portable SQL, which has no colon elsewhere."""

_PATTERN = re.compile(r"([\[*?])")

_NAMED = (
    "publications.ordering",
    "publications.priority_order",
    "responses.age",
    "responses.household_income",
    "responses.household_size",
    "responses.lottery_number",
    "responses.points",
    "responses.registered_on",
)

PORTABLE_FUNCTIONS = {
    "local_date(t)": "CAST(timezone('Europe/Amsterdam', timezone('UTC', t)) AS DATE)",
    "sha256_hex(t)": "sha256(t)",
    "response_mark(n, t)": "hash(n, t)",
    "rank_mark(n, p)": "n * 4294967296 + p",
    "advert_of(m)": "m >> 32",
    "column_name(t)": f"CAST(t AS ENUM ({', '.join(map(repr, _NAMED))}))",
    "day_number(d)": "d - DATE '1970-01-01'",
    "moment_number(t)": "epoch_us(t)",
}
"""Functions that engines spell differently: portable SQL uses our name for them.

``response_mark`` is one number of 64 bits for an advert's number and a text: equal ones have
equal marks, and two others have so once in 2**64. ``rank_mark`` is one for an advert's number
(below 2**31) and a rank (below 2**32). ``advert_of`` gives the advert's number back.
``column_name`` is the text itself; an enumeration takes one byte of each row for it, and is
ordered as the texts are.
"""


def path_sql(path: Path) -> str:
    """Return a path as an SQL literal that names this one file.

    The engine takes ``[``, ``*`` and ``?`` in a path for a pattern, and would
    read another file.
    """
    return "'" + _PATTERN.sub(r"[\1]", str(path)).replace("'", "''") + "'"


def one_file(path: Path) -> str:
    """Return the arguments of a reading function for one file, whatever its folders are called.

    Of a folder ``name=value`` the engine would make a column.
    """
    return f"{path_sql(path)}, hive_partitioning = false"


class Engine:
    """A DuckDB connection with the project's limits."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, work: Path) -> None:
        self.connection = connection
        self.work = work

    def run(self, sql: str, parameters: Sequence[object] | dict[str, object] = ()) -> None:
        """Run one statement whose result is not wanted."""
        self.connection.execute(sql, parameters or None)

    def rows(
        self, sql: str, parameters: Sequence[object] | dict[str, object] = ()
    ) -> list[tuple[object, ...]]:
        """Run a query and return its rows."""
        return self.connection.execute(sql, parameters or None).fetchall()

    def arrow(self, sql: str, parameters: Sequence[object] | dict[str, object] = ()) -> pa.Table:
        """Run a query and return an Arrow table."""
        return self.connection.sql(sql, params=parameters or None).to_arrow_table()

    def derive(self, name: str, select: str, parameters: dict[str, object]) -> None:
        """Keep the result of a portable SELECT under a name.

        The text marks its parameters ``:name``.  The rows have no order.
        """
        text = PARAMETER.sub(r"$\1", select)
        bound = {key: parameters[key] for key in PARAMETER.findall(select)}
        with self.unordered():
            self.run(f"CREATE OR REPLACE TABLE {name} AS {text}", bound)

    @contextmanager
    def unordered(self) -> Iterator[None]:
        """Let what is kept meanwhile have no order, so that it is written side by side."""
        self.run("SET preserve_insertion_order = false")
        try:
            yield
        finally:
            self.run("RESET preserve_insertion_order")

    def discard(self, name: str) -> None:
        """Drop what ``derive`` kept under a name."""
        self.run(f"DROP TABLE {name}")

    @staticmethod
    def facts(columns: Sequence[str]) -> str:
        """Return SQL that makes one JSON object of columns."""
        pairs = ", ".join(f"'{column}', {column}" for column in columns)
        return f"CAST(json_object({pairs}) AS VARCHAR)"

    def register(self, name: str, table: pa.Table) -> None:
        """Make an Arrow table known to SQL under a name."""
        self.connection.register(name, table)


@contextmanager
def open_reader(work: Path) -> Iterator[Engine]:
    """Open an engine that reads what is kept; close it afterwards."""
    with _connected() as connection:
        yield Engine(connection, work)


@contextmanager
def open_apart(config: Config) -> Iterator[Engine]:
    """Open an engine for one piece of work that must leave no trace: it never spills to a disk."""
    memory = config.engine.memory_limit.replace(" ", "")
    with _connected(memory_limit=memory, threads=1, temp_directory="") as connection:
        yield Engine(connection, Path())


@contextmanager
def open_engine(config: Config, work: Path) -> Iterator[Engine]:
    """Open an engine whose temporary files stand in ``work``; close it afterwards."""
    spill = work / "spill"
    spill.mkdir(parents=True, exist_ok=True)
    with _connected(
        memory_limit=config.engine.memory_limit.replace(" ", ""),
        threads=config.engine.threads,
        temp_directory=str(spill),
        checkpoint_threshold="1TB",  # tables in memory are not tidied up in mid-night
    ) as connection:
        for signature, body in PORTABLE_FUNCTIONS.items():
            connection.execute(f"CREATE TEMP MACRO {signature} AS {body}")
        yield Engine(connection, work)


@contextmanager
def _connected(**limits: str | int) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database in memory that fetches nothing from a network and lives in UTC."""
    settings: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        **limits,
    }
    connection = duckdb.connect(config=settings)
    try:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection
    finally:
        connection.close()

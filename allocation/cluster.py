"""The rules on Spark: the same text, on one machine or on a cluster.

Decides how portable SQL is run by Spark: how parameters are bound, what our
own functions are called there, and how a result is kept.  It knows no rule.
Needs the extra ``cluster`` and Java 17 or newer.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from allocation.engine import PARAMETER
from allocation.errors import ConfigError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_FUNCTIONS = (
    "CREATE OR REPLACE TEMPORARY FUNCTION local_date(t TIMESTAMP) RETURNS DATE "
    "RETURN CAST(from_utc_timestamp(t, 'Europe/Amsterdam') AS DATE)",
    "CREATE OR REPLACE TEMPORARY FUNCTION sha256_hex(t STRING) RETURNS STRING RETURN sha2(t, 256)",
    "CREATE OR REPLACE TEMPORARY FUNCTION response_mark(n BIGINT, t STRING) RETURNS BIGINT "
    "RETURN xxhash64(n, t)",
    "CREATE OR REPLACE TEMPORARY FUNCTION rank_mark(n BIGINT, p BIGINT) RETURNS BIGINT "
    "RETURN n * 4294967296 + p",
    "CREATE OR REPLACE TEMPORARY FUNCTION advert_of(m BIGINT) RETURNS BIGINT "
    "RETURN shiftright(m, 32)",
    "CREATE OR REPLACE TEMPORARY FUNCTION column_name(t STRING) RETURNS STRING RETURN t",
    "CREATE OR REPLACE TEMPORARY FUNCTION day_number(d DATE) RETURNS BIGINT RETURN unix_date(d)",
    "CREATE OR REPLACE TEMPORARY FUNCTION moment_number(t TIMESTAMP) RETURNS BIGINT "
    "RETURN unix_micros(t)",
)
_READERS = frozenset({"parquet", "csv"})


class SparkEngine:
    """Runs portable SQL on a Spark session."""

    def __init__(self, session: SparkSession) -> None:
        self.session = session
        self._kept: dict[str, DataFrame] = {}

    def derive(self, name: str, select: str, parameters: dict[str, object]) -> None:
        """Keep the result of a SELECT under a name; its parameters are marked ``:name``."""
        named = set(PARAMETER.findall(select))
        bound = {key: value for key, value in parameters.items() if key in named}
        frame = self.session.sql(select, args=bound).localCheckpoint()
        self._put(name, frame)

    def discard(self, name: str) -> None:
        """Drop what ``derive`` kept under a name; what was made from it stays."""
        self.session.catalog.dropTempView(name)

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        """Run a query and return its rows."""
        return [tuple(row) for row in self.session.sql(sql).collect()]

    def register(self, name: str, table: pa.Table) -> None:
        """Make an Arrow table known to SQL under a name; moments are in UTC."""
        self._put(name, self.session.createDataFrame(_with_zone(table)))

    def read(self, name: str, path: str) -> None:
        """Make a Parquet or CSV file, or a folder of them, known under a name.

        ``path`` is any path that Spark reads (file, HDFS, S3 …); a CSV has a
        header and the contract's column names.

        Raises:
            ConfigError: it is neither Parquet nor CSV.
        """
        kind = re.sub(r".*\.", "", path.rstrip("/"))
        if kind not in _READERS:
            raise ConfigError("Spark reads Parquet and CSV, not {path}.", path=Path(path).name)
        reader = self.session.read
        if kind == "csv":
            reader = reader.option("header", True).option("inferSchema", True)
        self._put(name, reader.format(kind).load(path))

    def facts(self, columns: Sequence[str]) -> str:
        """Return SQL that makes one JSON object of columns, empty ones included."""
        pairs = ", ".join(f"'{column}', {column}" for column in columns)
        options = "map('ignoreNullFields', 'false', 'timestampFormat', 'yyyy-MM-dd HH:mm:ss')"
        return f"to_json(named_struct({pairs}), {options})"

    def arrow(self, sql: str) -> pa.Table:
        """Run a query and return an Arrow table."""
        return self.session.sql(sql).toArrow()

    def _put(self, name: str, frame: DataFrame) -> None:
        old = self._kept.pop(name, None)
        if old is not None:
            old.unpersist()
        frame.createOrReplaceTempView(name)
        self._kept[name] = frame


@contextmanager
def open_spark(master: str, work: Path, memory: str = "2g") -> Iterator[SparkEngine]:
    """Open a Spark session on ``master`` (``local[2]`` or a cluster's URL), and stop it after.

    ``work`` is a private folder for what Spark spills on this machine.

    Raises:
        ConfigError: PySpark or Java is not there, or the cluster cannot be reached.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise ConfigError(
            "Spark is asked for but not installed: install 'allocation[cluster]'."
        ) from None
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    settings: dict[str, Any] = {
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.ansi.enabled": "true",
        "spark.sql.constraintPropagation.enabled": "false",
        "spark.ui.enabled": "false",
        "spark.local.dir": str(work),
        "spark.sql.warehouse.dir": str(work / "warehouse"),
        "spark.driver.memory": memory,
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.log.level": "ERROR",
    }
    if master.startswith("local"):
        settings["spark.sql.shuffle.partitions"] = "4"
        settings["spark.driver.host"] = "127.0.0.1"
    builder = SparkSession.builder.master(master).appName("allocation")
    for key, value in settings.items():
        builder = builder.config(key, value)
    try:
        session = builder.getOrCreate()
    except Exception as error:
        raise ConfigError(
            "Spark cannot be started on {master} ({what}). It needs Java 17 or newer.",
            master=master,
            what=type(error).__name__,
        ) from None
    try:
        for function in _FUNCTIONS:
            session.sql(function)
        yield SparkEngine(session)
    finally:
        session.stop()


def _with_zone(table: pa.Table) -> pa.Table:
    """Return a table whose moments without a zone are moments in UTC."""
    for place, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type) and field.type.tz is None:
            kind = pa.timestamp("us", "UTC")
            table = table.set_column(place, field.name, table.column(place).cast(kind))
        elif pa.types.is_large_string(field.type):
            table = table.set_column(place, field.name, table.column(place).cast(pa.string()))
    return table

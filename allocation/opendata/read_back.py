"""The public table, read back from the open data of a site.

Decides nothing that is shown: it is the way back of ``tables.py``, for who
checks a site from outside.  What a text says is taken as it stands.
"""

from __future__ import annotations

import io
import re
from collections import defaultdict
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from allocation.opendata.fields import CHECKS, DWELLINGS, Field, schema_of
from allocation.public import FIELDS, LETTINGS, Check, PublicTable, write_checks
from allocation.vocabulary import CheckResult, Explanation, Outcome

DWELLINGS_FILE = "data/woningen.parquet"
CHECKS_FILE = "data/toetsen.parquet"


_FIRST_DAY, _LAST_DAY = ((day - date(1970, 1, 1)).days for day in (date.min, date.max))
_RULE = re.compile(r"[A-Z]+(?:-[0-9]+)?")


class NotOurTable(ValueError):
    """A file is no table of ours, or of another version of the open data."""

    def __init__(self, file: str) -> None:
        super().__init__(file)
        self.file = file


def read_back(dwellings: bytes, checks: bytes) -> PublicTable:
    """Return the public table of which these are the dwellings and the checks, as Parquet.

    Rows have the order of the file; an empty text has become no value.

    Raises:
        NotOurTable: a file is not what the open data holds under its name.
    """
    rows = _read(dwellings, DWELLINGS_FILE, DWELLINGS)
    told = _checks_by_key(_read(checks, CHECKS_FILE, CHECKS))
    keys = rows.column("key").to_pylist()
    outcomes = set(rows.column("outcome").unique().to_pylist())
    if len(set(keys)) < len(keys) or outcomes - set(map(str, Outcome)):
        raise NotOurTable(DWELLINGS_FILE)
    if told.keys() - set(keys):
        raise NotOurTable(CHECKS_FILE)
    texts = pa.array([told.get(key) for key in keys], pa.string())
    columns = [texts if name == "checks" else rows.column(name) for name in FIELDS]
    return PublicTable(pa.Table.from_arrays(columns, schema=LETTINGS))


def _read(content: bytes, file: str, fields: tuple[Field, ...]) -> pa.Table:
    try:
        table = pq.read_table(io.BytesIO(content))
    except (pa.ArrowException, OSError, ValueError):
        raise NotOurTable(file) from None
    schema = schema_of(fields)
    if not table.schema.equals(schema):
        raise NotOurTable(file)
    if any(table.column(field.name).null_count for field in schema if not field.nullable):
        raise NotOurTable(file)
    if not all(_are_dates(table.column(f.name)) for f in schema if pa.types.is_date(f.type)):
        raise NotOurTable(file)
    return table


def _are_dates(column: pa.ChunkedArray) -> bool:
    """Say whether a column of dates holds only days that a calendar has."""
    bounds = pc.min_max(column.cast(pa.int32())).as_py()
    least, most = bounds["min"], bounds["max"]
    return least is None or (least >= _FIRST_DAY and most <= _LAST_DAY)


def _checks_by_key(table: pa.Table) -> dict[str, str]:
    """Return the column ``checks`` of each dwelling, by its key."""
    found: defaultdict[str, list[Check]] = defaultdict(list)
    known: dict[tuple[object, ...], Check] = {}
    for key, *facts in zip(*(column.to_pylist() for column in table.columns), strict=True):
        check = known.get(tuple(facts))
        if check is None:
            check = known[tuple(facts)] = _check(*facts)
        found[key].append(check)
    return {key: write_checks(checks) for key, checks in found.items()}


def _check(rule: str, result: str, since: date | None, explanation: str | None) -> Check:
    if not _RULE.fullmatch(rule):
        raise NotOurTable(CHECKS_FILE)
    try:
        why = None if explanation is None else Explanation(explanation)
        return Check(rule, CheckResult(result), since, why)
    except ValueError:
        raise NotOurTable(CHECKS_FILE) from None

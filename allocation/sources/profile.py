"""Which columns of a large Parquet file are already as they should be.

Decides per column, over the whole file, that no value needs a look; such a
column is read straight from the file ever after.  Numbers and dates are judged
by the file's own statistics where it has them, codes by their distinct values,
keys by one pass.  A column about which there is any doubt is not plain.
"""

from __future__ import annotations

from collections.abc import Collection

from allocation.contract import SQL_TYPES, Kind
from allocation.engine import Engine
from allocation.sources.binding import Bound
from allocation.sources.checks import count_orphans
from allocation.sources.shaping import FAR_FUTURE, OPEN_ENDS
from allocation.sources.staging import Staged
from allocation.vocabulary import code_lists

_TYPES = dict(SQL_TYPES) | {Kind.INSTANT: "TIMESTAMP WITH TIME ZONE"}


def plain_columns(engine: Engine, staged: Staged, bound: Collection[Bound]) -> frozenset[str]:
    """Return the names of the columns that are plain."""
    likely = [entry for entry in bound if _may_be_plain(entry)]
    plain = {entry.column.name for entry in likely if entry.column.kind in {Kind.CODE, Kind.TEXT}}
    texts = [entry for entry in likely if entry.column.kind is Kind.TEXT]
    plain -= _unclean_texts(engine, staged, [e for e in texts if e.column.references is None])
    plain -= _strays(engine, staged, [e for e in texts if e.column.references is not None])
    for entry in likely:
        if entry.column.kind is Kind.CODE and not _codes_known(engine, staged, entry):
            plain.discard(entry.column.name)
    plain |= _within_bounds(
        engine, staged, [e for e in likely if e.column.kind not in {Kind.CODE, Kind.TEXT}]
    )
    return frozenset(plain)


def _may_be_plain(entry: Bound) -> bool:
    column = entry.column
    if not entry.source or not entry.theirs or entry.nulls or entry.codes or column.axis:
        return False
    if column.kind is Kind.TEXT and not column.identifies:
        return False
    if column.kind is Kind.INTEGER and entry.type in {"BIGINT", "INTEGER", "SMALLINT", "TINYINT"}:
        return entry.type == "BIGINT"
    return entry.type == _TYPES[column.kind]


def _unclean_texts(engine: Engine, staged: Staged, entries: list[Bound]) -> set[str]:
    """Return the keys that hold anything but visible ASCII, or miss where required."""
    if not entries:
        return set()
    counts = [
        f"count_if(NOT coalesce({entry.source} <> '' AND NOT {entry.source} GLOB '*[!!-~]*', "
        f"{'false' if entry.column.required else 'true'}))"
        for entry in entries
    ]
    found = engine.rows(f"SELECT {', '.join(counts)} FROM {staged.relation}")[0]
    return {e.column.name for e, count in zip(entries, found, strict=True) if count}


def _strays(engine: Engine, staged: Staged, entries: list[Bound]) -> set[str]:
    """Return the references that are not all keys of readable rows, hence clean themselves."""
    strays = set()
    for entry in entries:
        column = entry.column
        if column.references is None:
            continue
        if count_orphans(engine, staged.relation, entry.source, *column.references):
            strays.add(column.name)
        elif column.required:
            found = engine.rows(f"SELECT count(*), count({entry.source}) FROM {staged.relation}")
            strays |= {column.name} if found[0][0] != found[0][1] else set()
    return strays


def _codes_known(engine: Engine, staged: Staged, entry: Bound) -> bool:
    column = entry.column
    known = code_lists()[column.code_list]
    found = engine.rows(f"SELECT DISTINCT {entry.source} FROM {staged.relation} LIMIT 1000")
    complete = column.required or column.name == "priority_detail"
    return all((not complete) if code is None else code in known for (code,) in found)


def _within_bounds(engine: Engine, staged: Staged, entries: list[Bound]) -> set[str]:
    """Return the numbers, dates and moments that are all within their bounds."""
    if not entries:
        return set()
    parts = ["count(*)"]
    for entry in entries:
        low = high = f"{{}}({entry.source})"
        if entry.column.kind in {Kind.DATE, Kind.INSTANT}:
            low = high = f"year({{}}({entry.source}))"
        elif entry.column.kind is Kind.BOOLEAN:
            low = high = f"{{}}({entry.source})::INTEGER"
        parts += [f"count({entry.source})", low.format("min"), high.format("max")]
    rows, *found = engine.rows(f"SELECT {', '.join(parts)} FROM {staged.relation}")[0]
    good = set()
    for i, entry in enumerate(entries):
        count, lowest, highest = found[3 * i : 3 * i + 3]
        column = entry.column
        top = FAR_FUTURE - 1 if column.name in OPEN_ENDS else column.high
        complete = count == rows or not column.required
        if complete and (lowest is None or _between(lowest, column.low, highest, top)):
            good.add(column.name)
    return good


def _between(lowest: object, low: int | None, highest: object, high: int | None) -> bool:
    least, most = float(str(lowest)), float(str(highest))
    return (low is None or least >= low) and (high is None or most <= high)

"""Which columns of a large Parquet file are already as they should be.

Decides per column, over the whole file, that no value needs a look; such a
column is read straight from the file ever after.  Numbers and dates are judged
by the file's own statistics where it has them, codes by their distinct values,
keys by one pass, which may also tell that none stands twice.  A column about
which there is any doubt is not plain.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from allocation.contract import SQL_TYPES, Kind, Table
from allocation.engine import Engine
from allocation.id_shapes import alike_sql, first_shapes
from allocation.sources.binding import Bound
from allocation.sources.checks import count_orphans
from allocation.sources.numbered_keys import is_any_twice, is_numbered, numbers_of
from allocation.sources.shaping import FAR_FUTURE, OPEN_ENDS
from allocation.sources.staging import Staged
from allocation.vocabulary import code_lists

_TYPES = dict(SQL_TYPES) | {Kind.INSTANT: "TIMESTAMP WITH TIME ZONE"}


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of the columns of a file.

    ``plain`` names those that are; ``shapes`` gives of keys the shapes of all their
    rows; ``distinct`` names columns of the table's key that are known to hold no
    value twice.
    """

    plain: frozenset[str] = frozenset()
    shapes: tuple[tuple[str, frozenset[str]], ...] = ()
    distinct: frozenset[str] = frozenset()


def profile(engine: Engine, table: Table, staged: Staged, bound: Collection[Bound]) -> Profile:
    """Look over the columns of a file."""
    likely = [entry for entry in bound if _may_be_plain(entry)]
    texts = [entry for entry in likely if entry.column.kind is Kind.TEXT]
    keys = [entry for entry in texts if entry.column.references is None]
    shapes, distinct = _numbered(engine, table, staged, keys)
    shapes |= _shapes(engine, staged, [e for e in keys if e.column.name not in shapes])
    plain = {entry.column.name for entry in likely if entry.column.kind in {Kind.CODE, Kind.TEXT}}
    plain -= _unclean_texts(engine, staged, [e for e in keys if e.column.name not in shapes])
    plain -= _strays(engine, staged, [e for e in texts if e.column.references is not None])
    for entry in likely:
        if entry.column.kind is Kind.CODE and not _codes_known(engine, staged, entry):
            plain.discard(entry.column.name)
    plain |= {
        entry.column.name
        for entry in likely
        if entry.column.kind not in {Kind.CODE, Kind.TEXT} and _within_bounds(engine, staged, entry)
    }
    return Profile(frozenset(plain), tuple(shapes.items()), frozenset(distinct))


def _may_be_plain(entry: Bound) -> bool:
    column = entry.column
    if not entry.source or not entry.theirs or entry.nulls or entry.codes or column.axis:
        return False
    if column.kind is Kind.TEXT and not column.identifies:
        return False
    if column.kind is Kind.INTEGER and entry.type in {"BIGINT", "INTEGER", "SMALLINT", "TINYINT"}:
        return entry.type == "BIGINT"
    return entry.type == _TYPES[column.kind]


def _numbered(
    engine: Engine, table: Table, staged: Staged, entries: Collection[Bound]
) -> tuple[dict[str, frozenset[str]], set[str]]:
    """Return the shape of keys that all have one, and the table's own of which none is twice."""
    shapes: dict[str, frozenset[str]] = {}
    distinct = set()
    for entry in entries:
        first = first_shapes(engine, staged.relation, entry.source)
        if len(first) != 1 or alike_sql(entry.source, first) is None:
            continue
        (shape,) = first
        if not is_numbered(shape):
            continue
        numbers = numbers_of(engine, staged.relation, entry.source, shape)
        if numbers is None:
            continue
        shapes[entry.column.name] = first
        if entry.column.name in table.key and not is_any_twice(numbers):
            distinct.add(entry.column.name)
    return shapes, distinct


def _shapes(
    engine: Engine, staged: Staged, entries: Collection[Bound]
) -> dict[str, frozenset[str]]:
    """Return the shapes of the keys of which every value has one of a few plain shapes.

    Such a key is not missing anywhere, and holds visible ASCII only.
    """
    likely = {}
    for entry in entries:
        shapes = first_shapes(engine, staged.relation, entry.source)
        alike = alike_sql(entry.source, shapes)
        if alike is not None:
            likely[entry.column.name] = shapes, f"count_if(NOT coalesce({alike}, false))"
    if not likely:
        return {}
    counts = ", ".join(count for _, count in likely.values())
    others = engine.rows(f"SELECT {counts} FROM {staged.relation}")[0]
    return {
        name: shapes
        for (name, (shapes, _)), count in zip(likely.items(), others, strict=True)
        if not count
    }


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


def _within_bounds(engine: Engine, staged: Staged, entry: Bound) -> bool:
    """Say whether the numbers, dates or moments of a column are all within their bounds.

    Asked column by column, so that the file's own statistics can answer.
    """
    column = entry.column
    value = "{}" + f"({entry.source})"
    if column.kind in {Kind.DATE, Kind.INSTANT}:
        value = f"year({value})"
    elif column.kind is Kind.BOOLEAN:
        value = f"{value}::INTEGER"
    if column.required:
        found = engine.rows(f"SELECT count(*), count({entry.source}) FROM {staged.relation}")
        if found[0][0] != found[0][1]:
            return False
    bounds = f"SELECT {value.format('min')}, {value.format('max')} FROM {staged.relation}"
    lowest, highest = engine.rows(bounds)[0]
    top = FAR_FUTURE - 1 if column.name in OPEN_ENDS else column.high
    return lowest is None or _between(lowest, column.low, highest, top)


def _between(lowest: object, low: int | None, highest: object, high: int | None) -> bool:
    least, most = float(str(lowest)), float(str(highest))
    return (low is None or least >= low) and (high is None or most <= high)

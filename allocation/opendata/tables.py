"""The tables of the open data, made from the public table and the yearly statements.

Decides which rows and columns a reuser gets; every value is one of the public
table, counted at most.  Works on whole columns, because there are very many
rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from allocation.opendata.fields import (
    CHECKS,
    CHECKS_BY_MONTH,
    DWELLINGS,
    RULES,
    STATEMENTS,
    schema_of,
)
from allocation.public import PublicRule, PublicTable, Statements, read_checks
from allocation.vocabulary import DEVIATIONS, CheckResult

_COUNTED = {
    "checks_passed": frozenset({CheckResult.PASSED}),
    "checks_cannot_tell": frozenset({CheckResult.CANNOT_TELL}),
    "deviations": DEVIATIONS,
}


def dwellings_table(table: PublicTable) -> pa.Table:
    """Return the main table, sorted by key; an empty text is written as no value."""
    columns = []
    counts = _check_counts(table)
    for field in DWELLINGS:
        column = counts.get(field.name)
        if column is None:
            column = table.rows.column(field.name)
            if pa.types.is_string(field.type) and not field.required:
                column = pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column)
        columns.append(column)
    made = pa.Table.from_arrays(columns, schema=schema_of(DWELLINGS))
    return made.combine_chunks()


def _check_counts(table: PublicTable) -> dict[str, pa.Array]:
    """Count the checks of each letting; NULL where the rules did not run."""
    encoded = table.rows.column("checks").combine_chunks().dictionary_encode()
    texts = [read_checks(text) for text in encoded.dictionary.to_pylist()]
    counts = {}
    for name, results in _COUNTED.items():
        numbers = [sum(check.result in results for check in checks) for checks in texts]
        known = [n if checks else None for n, checks in zip(numbers, texts, strict=True)]
        counts[name] = pa.array(known, pa.int64()).take(encoded.indices)
    return counts


def checks_table(table: PublicTable) -> pa.Table:
    """Return every check in long form, by key and then in the order of the rules."""
    encoded = table.rows.column("checks").combine_chunks().dictionary_encode()
    texts = [read_checks(text) for text in encoded.dictionary.to_pylist()]
    flat = [check for checks in texts for check in checks]
    sizes = np.array([len(checks) for checks in texts], dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]) if len(sizes) else sizes
    has = np.flatnonzero(pc.is_valid(encoded.indices).to_numpy(zero_copy_only=False))
    codes = encoded.indices.take(pa.array(has)).to_numpy(zero_copy_only=False).astype(np.int64)
    row_sizes = sizes[codes]
    rows = np.repeat(has, row_sizes)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(row_sizes) - row_sizes, row_sizes)
    at = pa.array(np.repeat(starts[codes], row_sizes) + within)
    columns = (
        table.rows.column("key").combine_chunks().take(pa.array(rows)),
        _texts([check.rule for check in flat]).take(at),
        _texts([str(check.result) for check in flat]).take(at),
        pa.array([check.since for check in flat], pa.date32()).take(at),
        _texts(
            [None if check.explanation is None else str(check.explanation) for check in flat]
        ).take(at),
    )
    return pa.Table.from_arrays(columns, schema=schema_of(CHECKS))


def _texts(values: list[str | None]) -> pa.Array:
    return pa.array(values, pa.string())


def deviations_table(checks: pa.Table) -> pa.Table:
    """Return the checks that failed."""
    failed = pa.array([str(result) for result in sorted(DEVIATIONS)], pa.string())
    return checks.filter(pc.is_in(checks.column("result"), value_set=failed))


def checks_by_month(table: PublicTable) -> pa.Table:
    """Count the checks per month of letting, rule and result."""
    counted: Counter[tuple[date, str, str]] = Counter()
    pairs = table.rows.select(["let_month", "checks"]).group_by(["let_month", "checks"])
    for row in pairs.aggregate([([], "count_all")]).to_pylist():
        for check in read_checks(row["checks"]) if row["let_month"] else ():
            counted[row["let_month"], check.rule, str(check.result)] += row["count_all"]
    rows = [(*place, lettings) for place, lettings in sorted(counted.items())]
    names = [field.name for field in CHECKS_BY_MONTH]
    return pa.Table.from_pylist(
        [dict(zip(names, row, strict=True)) for row in rows], schema=schema_of(CHECKS_BY_MONTH)
    )


def statements_table(statements: Statements) -> pa.Table:
    """Return the yearly statements, the withheld lettings first."""
    rows: list[dict[str, object]] = [
        {
            "statement": "withheld",
            "first_year": year.year,
            "last_year": year.year,
            "lettings": year.withheld,
        }
        for year in sorted(statements.years, key=lambda year: year.year)
    ]
    rows += [
        {
            "statement": norm.rule,
            "first_year": norm.first_year,
            "last_year": norm.last_year,
            "share_percent": norm.share_percent,
            "target_percent": norm.target_percent,
            "met": norm.met,
        }
        for norm in sorted(statements.norms, key=lambda norm: (norm.rule, norm.last_year))
    ]
    return pa.Table.from_pylist(rows, schema=schema_of(STATEMENTS))


def rules_table(rules: Sequence[PublicRule]) -> pa.Table:
    """Return the rules in their order."""
    rows = [
        {
            "rule": rule.id,
            "title_nl": rule.title_nl,
            "title_en": rule.title_en,
            "severity": str(rule.severity),
            "in_force_from": rule.in_force_from,
            "in_force_until": rule.in_force_until,
        }
        for rule in rules
    ]
    return pa.Table.from_pylist(rows, schema=schema_of(RULES))

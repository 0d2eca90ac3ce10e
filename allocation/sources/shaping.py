"""The SQL that shapes one table: texts, then values, then problems and notes.

Decides what a value of each column may be.  Works on names of the contract
only; what a row holds is never looked at in Python, except for the distinct
texts that ``lookups`` handles.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from allocation.contract import SQL_TYPES, Column, Kind, Table
from allocation.sources.binding import Bound
from allocation.sources.findings import ProblemKind
from allocation.sources.parsing import INVISIBLE, parse_native, parse_text
from allocation.sources.staging import Staged, Style, literal

FAR_FUTURE = 2090
"""From this year on an end date means: no end."""

OPEN_ENDS = frozenset({"closes_at", "expires_at", "valid_until"})
"""The columns in which no end is a value."""

PLACES = frozenset({"place", "municipality"})
"""The columns in which a name in capitals is written as usual."""

_NOT_A = {
    Kind.INTEGER: ProblemKind.NOT_A_NUMBER,
    Kind.MONEY: ProblemKind.NOT_A_NUMBER,
    Kind.DECIMAL: ProblemKind.NOT_A_NUMBER,
    Kind.BOOLEAN: ProblemKind.NOT_A_BOOLEAN,
    Kind.DATE: ProblemKind.NOT_A_DATE,
    Kind.INSTANT: ProblemKind.NOT_AN_INSTANT,
}
_SPLIT = "[0-9]{1,5}( ?[-/] ?[A-Za-z0-9]{1,6}| ?[A-Za-z][A-Za-z0-9 ./-]{0,9}| [0-9]{1,4})"
_LETTER = "[0-9]+ ?[A-Za-z]"


@dataclass(frozen=True, slots=True)
class Shaped:
    """The last step's columns of one table: values, and where they may fail or be noted."""

    sql: str
    problems: tuple[str, ...]
    notes: tuple[str, ...]


def is_text(bound: Bound) -> bool:
    """Tell whether a column is read as text, whatever type the file has."""
    return parse_native(bound.column.kind, "t", bound.type) is None


def texts_sql(staged: Staged, bound: Collection[Bound], plain: Collection[str]) -> str:
    """Return the first step: cleaned texts ``t_…``, or typed values as they are."""
    parts = ["_id", "_row"]
    for entry in bound:
        name = entry.column.name
        if not entry.source:
            parts.append(f"NULL::VARCHAR AS t_{name}")
        elif name in plain:
            parts.append(f"{entry.source} AS t_{name}")
        else:
            parts.append(f"{_text(entry)} AS t_{name}")
            if _may_hide(entry):
                removed = f"regexp_matches({entry.source}::VARCHAR, {literal(INVISIBLE)})"
                parts.append(f"coalesce({removed}, false) AS u_{name}")
        if entry.misshapen:
            parts.append(f"{entry.misshapen} AS x_{name}")
    return f"SELECT {', '.join(parts)} FROM {staged.relation}"


def shape(
    table: Table,
    bound: Collection[Bound],
    texts: str,
    style: Style,
    lookups: Collection[str],
    plain: Collection[str],
) -> Shaped:
    """Return the statement that gives values ``v``, problems ``p_…`` and notes ``n_…``.

    ``texts`` is the relation of the first step; ``lookups`` names the columns
    for which a table ``_look_<table>_<column>`` (text, value, note) stands
    ready; ``plain`` the columns whose values need no look.
    """
    steps, joins = ["s.*"], []
    for entry in bound:
        name = entry.column.name
        if name in lookups:
            joins.append(
                f"LEFT JOIN _look_{table.name}_{name} k_{name} "
                f"ON k_{name}.text = coalesce(s.t_{name}, '')"
            )
            steps.append(f"k_{name}.note AS l_{name}")
        steps.append(f"{_parsed(table, entry, style, lookups, plain)} AS w_{name}")
    middle = f"SELECT {', '.join(steps)} FROM {texts} s {' '.join(joins)}"
    columns, problems, notes = ["_id", "_row"], [], []
    for entry in bound:
        name = entry.column.name
        if name in plain:
            columns.append(f"w_{name} AS {name}")
            continue
        columns.append(f"CAST({_kept(entry.column)} AS {SQL_TYPES[entry.column.kind]}) AS {name}")
        if (problem := _problem(entry)) is not None:
            columns.append(f"{problem} AS p_{name}")
            problems.append(name)
        if (note := _note(table, entry, lookups)) is not None:
            columns.append(f"{note} AS n_{name}")
            notes.append(name)
    return Shaped(f"SELECT {', '.join(columns)} FROM ({middle})", tuple(problems), tuple(notes))


def _text(entry: Bound) -> str:
    raw = entry.source
    if is_text(entry):
        cleaned = f"_clean(CAST({raw} AS VARCHAR))"
    elif entry.type in {"FLOAT", "DOUBLE"}:
        cleaned = f"CASE WHEN NOT isnan({raw}) THEN {raw} END"
    else:
        cleaned = raw
    if not entry.nulls:
        return cleaned
    nulls = ", ".join(literal(text.strip()) for text in entry.nulls)
    return f"CASE WHEN CAST({cleaned} AS VARCHAR) NOT IN ({nulls}) THEN {cleaned} END"


def _may_hide(entry: Bound) -> bool:
    column = entry.column
    is_free_text = column.kind is Kind.TEXT and not column.identifies
    return is_free_text and is_text(entry) and bool(entry.theirs)


def _has_house_number(table: Table) -> bool:
    return {"house_number", "house_letter", "house_number_addition"} <= set(table.names)


def _splits() -> str:
    """Return the condition under which a house number holds its letter or addition."""
    return (
        f"(regexp_full_match(CAST(s.t_house_number AS VARCHAR), {literal(_SPLIT)}) "
        "AND s.t_house_letter IS NULL AND s.t_house_number_addition IS NULL)"
    )


def _parsed(
    table: Table, entry: Bound, style: Style, lookups: Collection[str], plain: Collection[str]
) -> str:
    """Return the value as the column's type, before bounds and patterns."""
    column, name = entry.column, entry.column.name
    t = f"s.t_{name}"
    if not entry.source and name not in {"house_letter", "house_number_addition"}:
        return _absent(table, column)
    if name in plain:
        return f"make_timestamp(epoch_us({t}))" if column.kind is Kind.INSTANT else t
    if name in lookups:
        if column.kind is Kind.TEXT:
            return f"CASE WHEN k_{name}.text IS NULL THEN {t} ELSE k_{name}.value END"
        code = f"k_{name}.value"
        return _detail(table, code) if name == "priority_detail" else code
    native = parse_native(column.kind, t, entry.type)
    if native is not None:
        return native
    parsed = parse_text(column.kind, t, style)
    return _address_part(name, t, parsed) if _has_house_number(table) else parsed


def _address_part(name: str, t: str, parsed: str) -> str:
    """Return the parts of a house number that came as one text, and the postcode's one form."""
    match name:
        case "house_number":
            digits = f"TRY_CAST(regexp_extract({t}, '^[0-9]+') AS BIGINT)"
            return f"CASE WHEN {_splits()} THEN {digits} ELSE {parsed} END"
        case "house_letter":
            letter = "regexp_extract(CAST(s.t_house_number AS VARCHAR), '[A-Za-z]$')"
            return f"CASE WHEN {_splits()} AND {_is_letter()} THEN {letter} ELSE {t} END"
        case "house_number_addition":
            rest = (
                "nullif(regexp_extract(CAST(s.t_house_number AS VARCHAR), "
                "'^[0-9]+ ?[-/]? ?(.*)$', 1), '')"
            )
            return f"CASE WHEN {_splits()} AND NOT {_is_letter()} THEN {rest} ELSE {t} END"
        case "postcode":
            return f"upper(replace({t}, ' ', ''))"
        case _:
            return parsed


def _is_letter() -> str:
    return f"regexp_full_match(CAST(s.t_house_number AS VARCHAR), {literal(_LETTER)})"


def _absent(table: Table, column: Column) -> str:
    value = f"NULL::{SQL_TYPES[column.kind]}"
    return _detail(table, value) if column.name == "priority_detail" else value


def _detail(table: Table, value: str) -> str:
    """Without priority there is no detail of it: a missing one is ``none``."""
    if "priority_kind" not in table.names:
        return value
    return (
        "CASE WHEN s.t_priority_detail IS NULL AND w_priority_kind = 'none' "
        f"THEN 'none' ELSE {value} END"
    )


def _kept(column: Column) -> str:
    """Return the value, or NULL where it is out of bounds or an open end."""
    w = f"w_{column.name}"
    conditions = []
    if column.name in OPEN_ENDS:
        conditions.append(f"year({w}) < {FAR_FUTURE}")
    if (outside := _outside(column)) is not None:
        conditions.append(f"NOT ({outside})")
    if column.pattern:
        conditions.append(f"regexp_full_match({w}, {literal(column.pattern)})")
    return f"CASE WHEN {' AND '.join(conditions)} THEN {w} END" if conditions else w


def _outside(column: Column) -> str | None:
    """Return the condition under which a value is lower or higher than possible."""
    w = f"w_{column.name}"
    low, high = column.low, column.high
    if column.kind in {Kind.DATE, Kind.INSTANT}:
        w = f"year({w})"
        high = None if column.name in OPEN_ENDS else high
    bounds = []
    if low is not None:
        bounds.append(f"{w} < {low}")
    if high is not None:
        bounds.append(f"{w} > {high}")
    return " OR ".join(bounds) or None


def _problem(entry: Bound) -> str | None:
    """Return the kind of problem of a column as SQL; None if there can be none."""
    column = entry.column
    t, w = f"t_{column.name}", f"w_{column.name}"
    cases = []
    if entry.misshapen and column.kind is Kind.TEXT:
        cases.append(f"WHEN x_{column.name} THEN '{ProblemKind.BAD_PATTERN}'")
    if column.kind is Kind.CODE:
        missing = ProblemKind.MISSING_CODE if column.axis else ProblemKind.MISSING_VALUE
        if column.axis or column.required:
            cases.append(f"WHEN {t} IS NULL AND {w} IS NULL THEN '{missing}'")
        cases.append(f"WHEN {w} IS NULL AND {t} IS NOT NULL THEN '{ProblemKind.UNKNOWN_CODE}'")
    else:
        if column.required:
            cases.append(f"WHEN {t} IS NULL THEN '{ProblemKind.MISSING_VALUE}'")
        if column.kind is Kind.TEXT:
            if column.required:
                cases.append(f"WHEN {w} IS NULL THEN '{ProblemKind.MISSING_VALUE}'")
        else:
            cases.append(f"WHEN {t} IS NOT NULL AND {w} IS NULL THEN '{_NOT_A[column.kind]}'")
    if (outside := _outside(column)) is not None:
        cases.append(f"WHEN {outside} THEN '{ProblemKind.OUT_OF_RANGE}'")
    if column.pattern:
        pattern = literal(column.pattern)
        cases.append(f"WHEN NOT regexp_full_match({w}, {pattern}) THEN '{ProblemKind.BAD_PATTERN}'")
    if not entry.source and not (column.axis or column.required):
        return None
    return f"CASE {' '.join(cases)} END" if cases else None


def _note(table: Table, entry: Bound, lookups: Collection[str]) -> str | None:
    """Return the kind of note of a column as SQL; None if there can be none."""
    column = entry.column
    cases = []
    if column.name in OPEN_ENDS and entry.source:
        cases.append(f"WHEN year(w_{column.name}) >= {FAR_FUTURE} THEN '{ProblemKind.OPEN_END}'")
    if column.name in lookups and column.kind is Kind.TEXT:
        cases.append(f"WHEN l_{column.name} IS NOT NULL THEN l_{column.name}")
    if column.name == "house_number" and is_text(entry) and _has_house_number(table):
        split = _splits().replace("s.t_", "t_")
        cases.append(f"WHEN {split} THEN '{ProblemKind.HOUSE_NUMBER_SPLIT}'")
    if entry.source and _may_hide(entry):
        cases.append(f"WHEN u_{column.name} THEN '{ProblemKind.CHARACTERS_REMOVED}'")
    return f"CASE {' '.join(cases)} END" if cases else None

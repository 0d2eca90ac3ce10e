"""The contract for readers outside the program: Table Schema and a reference page.

Pure functions of ``contract`` and ``vocabulary``; writing the files and
comparing them in CI is done elsewhere.  The Table Schema follows Frictionless
Table Schema v1, with the sensitivity and the rest of ours as custom properties.
"""

from __future__ import annotations

from allocation.contract import TABLES, Column, Kind, Table
from allocation.vocabulary import code_lists

_TYPES: dict[Kind, tuple[str, str]] = {
    Kind.TEXT: ("string", "default"),
    Kind.CODE: ("string", "default"),
    Kind.INTEGER: ("integer", "default"),
    Kind.MONEY: ("number", "default"),
    Kind.DECIMAL: ("number", "default"),
    Kind.BOOLEAN: ("boolean", "default"),
    Kind.DATE: ("date", "default"),
    Kind.INSTANT: ("datetime", "default"),
}
"""Type and format of each kind in a Table Schema."""

_KIND_NAMES: dict[Kind, tuple[str, str]] = {
    Kind.TEXT: ("tekst", "text"),
    Kind.CODE: ("code", "code"),
    Kind.INTEGER: ("geheel getal", "whole number"),
    Kind.MONEY: ("bedrag", "amount"),
    Kind.DECIMAL: ("getal", "number"),
    Kind.BOOLEAN: ("ja of nee", "yes or no"),
    Kind.DATE: ("datum", "date"),
    Kind.INSTANT: ("tijdstip", "moment"),
}

_HEADER = ("Kolom / column", "Betekenis / meaning", "Type", "Nodig / required")
_HEADER_MORE = ("Grenzen / bounds", "Gevoeligheid / sensitivity", "VERA")


def table_schema(table: Table) -> dict[str, object]:
    """Return the Table Schema of a table, ready for JSON."""
    schema: dict[str, object] = {
        "$schema": "https://specs.frictionlessdata.io/schemas/table-schema.json",
        "name": table.name,
        "title": table.en,
        "description": table.nl,
        "vera": table.vera,
        "optional": table.optional,
        "fields": [_field(column) for column in table.columns],
        "missingValues": [""],
        "primaryKey": list(table.key),
    }
    references = [_foreign_key(column) for column in table.columns if column.references]
    if references:
        schema["foreignKeys"] = references
    return schema


def contract_page() -> str:
    """Return the reference page of the contract, in Markdown, Dutch and English."""
    parts = [
        "# Het contract / the contract",
        "Gemaakt uit `allocation/contract.py`; niet met de hand wijzigen. "
        "Generated from `allocation/contract.py`; do not edit.",
        "Een tijdstip zonder zone is Europe/Amsterdam; bedragen zijn in euro. "
        "A moment without a zone is Europe/Amsterdam; amounts are in EUR.",
        "Gevoeligheid / sensitivity: `public` mag op de site / may be on the site; "
        "`internal`, `personal` en/and `secret` nooit / never.",
    ]
    for table in TABLES:
        parts += _table_section(table)
    parts += ["## Codelijsten / code lists"]
    used = dict.fromkeys(c.code_list for t in TABLES for c in t.columns if c.code_list)
    for name in used:
        parts += _code_section(name)
    return "\n\n".join(parts) + "\n"


def _field(column: Column) -> dict[str, object]:
    kind, form = _TYPES[column.kind]
    field: dict[str, object] = {
        "name": column.name,
        "title": column.en,
        "description": column.nl,
        "type": kind,
        "format": form,
        "sensitivity": column.sensitivity.value,
        "kind": column.kind.value,
        "vera": column.vera,
    }
    constraints = _constraints(column)
    if constraints:
        field["constraints"] = constraints
    if column.unit:
        field["unit"] = column.unit
    if column.code_list:
        field["codeList"] = column.code_list
    if column.axis:
        field["withholds"] = True
    return field


def _constraints(column: Column) -> dict[str, object]:
    constraints: dict[str, object] = {}
    if column.required:
        constraints["required"] = True
    if column.kind in {Kind.DATE, Kind.INSTANT}:
        time = "T00:00:00Z" if column.kind is Kind.INSTANT else ""
        end = "T23:59:59Z" if column.kind is Kind.INSTANT else ""
        if column.low is not None:
            constraints["minimum"] = f"{column.low}-01-01{time}"
        if column.high is not None:
            constraints["maximum"] = f"{column.high}-12-31{end}"
    else:
        if column.low is not None:
            constraints["minimum"] = column.low
        if column.high is not None:
            constraints["maximum"] = column.high
    if column.pattern:
        constraints["pattern"] = column.pattern
    if column.code_list:
        constraints["enum"] = list(code_lists()[column.code_list])
    return constraints


def _foreign_key(column: Column) -> dict[str, object]:
    if column.references is None:
        raise ValueError(f"{column.name} refers to nothing")
    table, key = column.references
    return {"fields": [column.name], "reference": {"resource": table, "fields": [key]}}


def _table_section(table: Table) -> list[str]:
    need = "mag ontbreken / may be absent" if table.optional else "verplicht / required"
    keys = " + ".join(f"`{name}`" for name in table.key)
    intro = (
        f"{table.nl}.  \n{table.en}.\n\n"
        f"Sleutel / key: {keys}. Tabel / table: {need}. VERA: `{table.vera}.json`."
    )
    rows = [_row(*_HEADER, *_HEADER_MORE), _row(*["---"] * (len(_HEADER) + len(_HEADER_MORE)))]
    rows += [_column_row(column) for column in table.columns]
    return [f"## `{table.name}`", intro, "\n".join(rows)]


def _column_row(column: Column) -> str:
    dutch, english = _KIND_NAMES[column.kind]
    kind = dutch if dutch == english else f"{dutch} / {english}"
    if column.code_list:
        kind += f" (`{column.code_list}`)"
    if column.unit:
        kind += f", {column.unit}"
    need = "ja / yes" if column.required else "nee / no"
    if column.axis:
        need += "; zonder code niet openbaar / without a code not public"
    return _row(
        f"`{column.name}`",
        f"{column.nl} / {column.en}",
        kind,
        need,
        _bounds(column),
        f"`{column.sensitivity.value}`",
        f"`{column.vera}`",
    )


def _bounds(column: Column) -> str:
    parts = []
    if column.low is not None or column.high is not None:
        low = "" if column.low is None else f"{column.low}"
        high = "" if column.high is None else f"{column.high}"
        year = "jaar / year " if column.kind in {Kind.DATE, Kind.INSTANT} else ""
        parts.append(f"{year}{low} – {high}".strip())
    if column.pattern:
        parts.append(f"`{column.pattern}`")
    if column.references is not None:
        parts.append("→ `{}.{}`".format(*column.references))
    return "; ".join(parts)


def _code_section(name: str) -> list[str]:
    rows = [_row("Code", "Nederlands", "English", "VERA"), _row(*["---"] * 4)]
    for code in code_lists()[name].values():
        vera = f"`{code.vera_list}` `{code.vera_code}`" if code.vera_code else ""
        rows.append(_row(f"`{code.code}`", code.name_nl, code.name_en, vera))
    return [f"### `{name}`", "\n".join(rows)]


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"

"""The contract's documents say of every column what the contract says."""

from __future__ import annotations

import json
import re

import pytest

from allocation.contract import PUBLICATIONS, TABLES, Kind, Table
from allocation.contract_docs import contract_page, table_schema
from allocation.vocabulary import code_lists


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_table_schema_holds_every_column_in_order(table: Table) -> None:
    schema = json.loads(json.dumps(table_schema(table)))
    assert [field["name"] for field in schema["fields"]] == list(table.names)
    assert schema["primaryKey"] == list(table.key)
    for field, column in zip(schema["fields"], table.columns, strict=True):
        limits = field.get("constraints", {})
        assert field["sensitivity"] == column.sensitivity.value
        assert limits.get("required", False) is column.required
        if column.code_list:
            assert limits["enum"] == list(code_lists()[column.code_list])
        if column.pattern:
            assert re.compile(limits["pattern"])


def test_foreign_keys_and_year_bounds() -> None:
    schema = table_schema(PUBLICATIONS)
    assert schema["foreignKeys"] == [
        {
            "fields": ["dwelling_id"],
            "reference": {"resource": "dwellings", "fields": ["dwelling_id"]},
        }
    ]
    fields = {field["name"]: field for field in schema["fields"]}  # type: ignore[attr-defined]
    assert fields["opens_at"]["constraints"]["maximum"] == "2100-12-31T23:59:59Z"


def test_page_has_a_row_for_every_column_and_code() -> None:
    page = contract_page()
    for table in TABLES:
        section = page.split(f"\n## `{table.name}`\n")[1].split("\n## ")[0]
        rows = [line for line in section.splitlines() if line.startswith("| `")]
        assert [line.split("`")[1] for line in rows] == list(table.names)
        for line, column in zip(rows, table.columns, strict=True):
            assert f"| `{column.sensitivity.value}` |" in line
            assert len(re.findall(r"(?<!\\)\|", line)) == 8
    for name in {c.code_list for t in TABLES for c in t.columns if c.kind is Kind.CODE}:
        assert f"### `{name}`" in page

"""The open data below ``data/``: every file, written into the tree of a release.

Decides which files there are and which of them can be taken over from the last
release.  A public stage: it sees the public table, the yearly statements, the
rules as published and the publisher's public values, and nothing else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from allocation.keys import MARK_LENGTH
from allocation.opendata.api import GROUP_LENGTH, open_api
from allocation.opendata.fields import (
    CHECKS,
    CHECKS_BY_MONTH,
    DWELLINGS,
    RULES,
    SCHEMA_VERSION,
    STATEMENTS,
)
from allocation.opendata.formats import (
    csv_bytes,
    json_objects,
    json_rows,
    json_table,
    json_values,
    parquet_bytes,
)
from allocation.opendata.metadata import File, Publisher, data_package, dcat, table_schema
from allocation.opendata.tables import (
    checks_by_month,
    checks_table,
    deviations_table,
    dwellings_table,
    rules_table,
    statements_table,
)
from allocation.opendata.texts import changes, examples, read_me
from allocation.public import PublicRule, PublicTable, Statements
from allocation.sharing import LEAST, share
from allocation.tree import Tree, Written

FOLDER = "data"

Years: TypeAlias = npt.NDArray[np.int64]
"""The year of each row."""

SCHEMAS = {
    "woningen": (DWELLINGS, ("key",)),
    "toetsen": (CHECKS, ("key", "rule")),
    "toetsen-per-maand": (CHECKS_BY_MONTH, ("let_month", "rule", "result")),
    "jaarcijfers": (STATEMENTS, ("statement", "last_year")),
    "regels": (RULES, ("rule",)),
}
"""The columns and the key of each table; ``afwijkingen`` has those of ``toetsen``."""


def write_open_data(
    table: PublicTable,
    statements: Statements,
    rules: Sequence[PublicRule],
    publisher: Publisher,
    tree: Tree,
) -> None:
    """Write all open data; the same values give the same bytes."""
    rows = dwellings_table(table)
    values = json_values(rows)
    lines = json_rows(values)
    years = _years(rows)
    found = [int(year) for year in np.unique(years)]

    def write(parts: Sequence[Callable[[_Writer], None]]) -> tuple[list[File], Written]:
        writer = _Writer(tree.branch())
        for part in parts:
            part(writer)
        return writer.files, writer.tree.facts()

    # In an order in which halves take about as long.
    parts: list[Callable[[_Writer], None]] = [
        partial(_write_all, rows=rows, lines=lines),
        partial(_write_checks, table=table),
        partial(_write_statements, statements=statements, rules=rules),
        *(partial(_write_year, year=year, years=years, rows=rows, lines=lines) for year in found),
        partial(_write_groups, rows=rows, values=values),
    ]
    files: list[File] = []
    for written, facts in share(parts, write, 1 if len(rows) >= LEAST else len(parts)):
        files += written
        tree.adopt(facts)
    files.sort(key=lambda file: file.table != "woningen")
    _write_descriptions(_Writer(tree, files), publisher, rows, found)


def _write_all(writer: _Writer, rows: pa.Table, lines: pa.Array) -> None:
    writer.dwellings("woningen", "Alle woningen", "All dwellings", rows, lines)


def _write_year(writer: _Writer, year: int, years: Years, rows: pa.Table, lines: pa.Array) -> None:
    chosen = pa.array(np.flatnonzero(years == year))
    writer.dwellings(
        f"woningen-{year}",
        f"Woningen waarvan de advertentie in {year} sloot",
        f"Dwellings whose advert closed in {year}",
        rows.take(chosen),
        lines.take(chosen),
    )


def _write_statements(writer: _Writer, statements: Statements, rules: Sequence[PublicRule]) -> None:
    stated = ("Cijfers per jaar, afgerond", "Yearly figures, rounded")
    content = csv_bytes(statements_table(statements))
    writer.file("jaarcijfers", "csv", "jaarcijfers", stated, content)
    writer.file(
        "regels", "csv", "regels", ("De regels", "The rules"), csv_bytes(rules_table(rules))
    )


def _write_checks(writer: _Writer, table: PublicTable) -> None:
    checks = checks_table(table)
    both = ("Elke toets van elke verhuring", "Every check of every letting")
    writer.file("toetsen", "parquet", "toetsen", both, parquet_bytes(checks))
    failed = ("Toetsen die niet in orde waren", "Checks that failed")
    writer.file("afwijkingen", "csv", "toetsen", failed, csv_bytes(deviations_table(checks)))
    counted = ("Toetsen geteld per maand", "Checks counted per month")
    content = csv_bytes(checks_by_month(table))
    writer.file("toetsen-per-maand", "csv", "toetsen-per-maand", counted, content)


def _write_groups(writer: _Writer, rows: pa.Table, values: dict[str, pa.Array]) -> None:
    """Write each dwelling as JSON, in a group that follows from its key."""
    keys = rows.column("key").combine_chunks()
    groups = pc.utf8_slice_codeunits(keys, -MARK_LENGTH, GROUP_LENGTH - MARK_LENGTH)
    order = pc.sort_indices(groups)
    names = groups.take(order).to_pylist()
    members = {name: value for name, value in values.items() if name != "key"}
    texts = pc.binary_join_element_wise(values["key"], json_objects(members), ":")
    lines = texts.take(order).to_pylist()
    start = 0
    for end in range(1, len(names) + 1):
        if end == len(names) or names[end] != names[start]:
            content = "{" + ",\n".join(lines[start:end]) + "}\n"
            writer.text(f"woning/{names[start]}.json", content)
            start = end


def _write_descriptions(
    writer: _Writer, publisher: Publisher, rows: pa.Table, years: Sequence[int]
) -> None:
    for name, (fields, key) in SCHEMAS.items():
        writer.text(f"schema/{name}.json", as_json(table_schema(fields, key)))
    writer.text("datapackage.json", as_json(data_package(publisher, writer.files)))
    writer.text("dcat.jsonld", as_json(dcat(publisher, writer.files, _covered(rows))))
    writer.text("openapi.json", as_json(open_api(publisher, years)))
    writer.text("leesmij.txt", read_me(publisher))
    writer.text("wijzigingen.txt", changes())
    for path, text in examples(publisher).items():
        writer.text(path, text)


class _Writer:
    """Writes files below ``data/`` and keeps the list of those that hold a table."""

    def __init__(self, tree: Tree, files: list[File] | None = None) -> None:
        self.files: list[File] = files or []
        self.tree = tree

    def dwellings(self, stem: str, nl: str, en: str, rows: pa.Table, lines: pa.Array) -> None:
        """Write rows of the main table in three formats; ``lines`` are the rows as JSON."""
        content = json_table(rows.column_names, lines.to_pylist())
        mark = hashlib.blake2b(content, digest_size=16).hexdigest()
        print_of = f"{SCHEMA_VERSION}-{pa.__version__}-{mark}"
        makers: dict[str, Callable[[], bytes]] = {
            "csv": lambda: csv_bytes(rows),
            "json": lambda: content,
            "parquet": lambda: parquet_bytes(rows),
        }
        for kind, make in makers.items():
            self.file(stem, kind, "woningen", (nl, en), make, print_of)

    def file(
        self,
        stem: str,
        kind: str,
        table: str,
        titles: tuple[str, str],
        content: bytes | Callable[[], bytes],
        fingerprint: str | None = None,
    ) -> None:
        """Write a table's file, or take it over where the fingerprint is the same."""
        path = f"{stem}.{kind}"
        at = f"{FOLDER}/{path}"
        if fingerprint is not None and self.tree.reuse(at, fingerprint):
            data = self.tree.read(at)
        else:
            data = content if isinstance(content, bytes) else content()
            self.tree.write(at, data, fingerprint)
        digest = hashlib.sha256(data).hexdigest()
        self.files.append(File(path, kind, table, *titles, len(data), digest))

    def text(self, path: str, text: str) -> None:
        """Write a text."""
        self.tree.write(f"{FOLDER}/{path}", text.encode())


def as_json(value: object) -> str:
    """Return a description as the text of its file."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _years(rows: pa.Table) -> Years:
    """Return the year of each advert: of its closing, else of its opening."""
    days = pc.coalesce(rows.column("closes_on"), rows.column("opens_on"))
    years: Years = pc.year(days).to_numpy()
    return years


def _covered(rows: pa.Table) -> tuple[date, date] | None:
    if not rows.num_rows:
        return None
    first = pc.min(rows.column("opens_on")).as_py()
    last = pc.max(pc.coalesce(rows.column("closes_on"), rows.column("opens_on"))).as_py()
    return first, max(first, last)

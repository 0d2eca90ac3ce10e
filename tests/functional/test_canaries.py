"""A canary in every non-public column of every table: none of them is ever public.

A canary is a value that stands nowhere else.  Text columns get a word, numbers
and dates an unlikely value, each in the forms in which a page could show it.
Columns of a closed code list cannot hold one; there the names of the codes
that withhold are the canaries.
"""

from __future__ import annotations

import base64
import gzip
import io
import urllib.parse
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from babel.dates import format_date

from allocation import contract
from allocation.contract import Kind, Sensitivity
from allocation.vocabulary import code_lists
from tests.functional.office import Office, Row

TABLES = tuple(contract.NIGHT_TABLES)


@dataclass(frozen=True)
class Canary:
    """One planted value, and every form in which it could come out."""

    column: str
    forms: tuple[str, ...]


def _word(table: str, column: str) -> str:
    return f"Kanarie{table.title()}{column.title().replace('_', '')}"


def plant(office: Office) -> list[Canary]:
    """Plant a canary in every non-public column of every row; keep keys consistent."""
    canaries = []
    for table in TABLES:
        planted = [c for c in table.columns if c.sensitivity is not Sensitivity.PUBLIC]
        office.rewrite(table.name, lambda rows, columns=planted: [_spoil(r, columns) for r in rows])
        canaries += [canary for c in planted for canary in _canaries(table.name, c)]
    return canaries


def _spoil(row: Row, columns: list[contract.Column]) -> Row:
    return row | {c.name: _value(row[c.name], c) for c in columns if row[c.name]}


def _value(old: str, column: contract.Column) -> str:
    if column.identifies:
        return f"Kanarie{_shared_name(column)}{old}"
    if column.name == "postcode":
        return "9876ZQ"
    if column.kind is Kind.TEXT:
        return _word("any", column.name)
    if column.kind is Kind.MONEY and "income" in column.name:
        return "31415,93"
    return old


def _shared_name(column: contract.Column) -> str:
    """Return one canary for a key and all that refer to it."""
    return column.name.title().replace("_", "")


def _canaries(table: str, column: contract.Column) -> Iterator[Canary]:
    where = f"{table}.{column.name}"
    if column.identifies:
        yield Canary(where, (f"Kanarie{_shared_name(column)}",))
    elif column.name == "postcode":
        yield Canary(where, ("9876ZQ", "9876 ZQ"))
    elif column.kind is Kind.TEXT:
        yield Canary(where, (_word("any", column.name),))
    elif column.kind is Kind.MONEY and "income" in column.name:
        yield Canary(where, ("31415,93", "31415.93", "31.415,93", "31.415", "31 415"))


def encodings(text: str) -> dict[str, bytes]:
    """Return the six encodings in which a text is looked for."""
    raw = text.encode()
    return {
        "clear": raw,
        "hex": raw.hex().encode(),
        "url": urllib.parse.quote(text, safe="").encode(),
        "utf-16": text.encode("utf-16-le"),
        "base64": base64.b64encode(raw).rstrip(b"=")[:-1],
        "upper case": text.upper().encode(),
    }


def opened(root: Path) -> Iterator[tuple[str, bytes]]:
    """Yield every file of a tree, and what is inside the compressed ones."""
    for path in sorted(root.resolve().rglob("*")):
        if not path.is_file():
            continue
        content = path.read_bytes()
        name = str(path.relative_to(root.resolve()))
        yield name, name.encode() + b"\n" + content
        if content[:2] == b"\x1f\x8b":
            yield name, gzip.decompress(content)
        if content[:4] == b"PK\x03\x04":
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for inner in archive.namelist():
                    yield name, archive.read(inner)


def test_no_canary_is_public(fresh_office: Office, tmp_path: Path) -> None:
    office = fresh_office.copy(tmp_path / "office")
    canaries = plant(office)
    assert len(canaries) >= 30
    result = office.build()
    assert result.returncode == 0, result.stderr + result.stdout
    wanted = [
        (canary.column, name, needle)
        for canary in canaries
        for form in canary.forms
        for name, needle in encodings(form).items()
    ]
    pages = 0
    for path, content in opened(office.site):
        pages += 1
        found = [(column, name) for column, name, needle in wanted if needle in content]
        assert not found, f"{path}: {found}"
    assert pages > 100
    said = (result.stdout + result.stderr).encode()
    log = b"".join(p.read_bytes() for p in (office.folder / "state" / "logs").iterdir())
    assert not [column for column, _, needle in wanted if needle in said + log]


def test_no_birth_date_and_no_exact_registration_date_is_public(built_office: Office) -> None:
    dates = {row["birth_date"] for row in built_office.rows("candidates") if row["birth_date"]}
    forms = {
        form.encode()
        for text in dates
        for form in (text, format_date(date.fromisoformat(text), "long", locale="nl"))
    }
    for path, content in opened(built_office.site):
        assert not [form for form in forms if form in content], path


@pytest.mark.parametrize("code_list", ["direct_ground", "additional_target_group"])
def test_no_ground_is_named_on_a_dwelling_page(built_office: Office, code_list: str) -> None:
    """Fixed text elsewhere may explain the agreement; a dwelling's page never names a ground."""
    names = {
        form
        for code in code_lists()[code_list].values()
        if code.withhold != "release"
        for form in (code.code, code.name_nl, code.name_en)
        if len(form) > 5
    }
    for page in sorted((built_office.site / "woning").glob("*.html")):
        text = page.read_text(encoding="utf-8").lower()
        assert not [name for name in names if name.lower() in text], page.name


COMMANDS = (
    ("check",),
    ("build",),
    ("findings",),
    ("report", "--period", "2026-Q3", "--public", "--to", "rapporten"),
    ("withdraw", "nergens-1-elp-abcdefgh", "--reason", "objection", "--by", "M-1"),
    ("explain", "nergens 1"),
    ("takedown", "--reason", "safety", "--by", "M-1"),
)
"""Commands whose words anybody at the association may read over a shoulder.

``cases``, ``explain`` of a letting that exists, ``check --json`` and the report
for the board show facts of persons to who asked for them; that is their task.
"""


def _is_of_a_person(where: str) -> bool:
    """Say whether a column is personal or secret; a clerk may read which advert is meant."""
    name, _, column = where.partition(".")
    table = next(table for table in TABLES if table.name == name)
    return table[column].sensitivity in {Sensitivity.PERSONAL, Sensitivity.SECRET}


def test_no_command_says_a_canary(fresh_office: Office, tmp_path: Path) -> None:
    office = fresh_office.copy(tmp_path / "office")
    needles = [
        (canary.column, needle)
        for canary in plant(office)
        if _is_of_a_person(canary.column)
        for form in canary.forms
        for needle in encodings(form).values()
    ]
    assert len({column for column, _ in needles}) >= 12
    for words in COMMANDS:
        result = office.run(*words)
        assert "Traceback" not in result.stderr, words
        said = (result.stdout + result.stderr).encode()
        assert not [column for column, needle in needles if needle in said], words
    outputs = [*(office.folder / "state" / "logs").iterdir()]
    outputs += [path for path in (office.folder / "rapporten").rglob("*") if path.is_file()]
    for path in outputs:
        content = path.read_bytes()
        assert not [column for column, needle in needles if needle in content], path.name


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_no_error_says_what_stood_in_the_cell(
    fresh_office: Office, tmp_path: Path, table: contract.Table
) -> None:
    """One row for each column, with a canary where it cannot be read or does not belong."""
    office = fresh_office.copy(tmp_path / "office")
    canary = "KanarieInEenCel"

    def spoil(rows: list[Row]) -> list[Row]:
        spoiled = []
        for i, row in enumerate(rows):
            column = table.columns[i] if i < len(table.columns) else None
            hidden = column is not None and column.sensitivity is not Sensitivity.PUBLIC
            typed = column is not None and column.kind is not Kind.TEXT
            spoiled.append(row | {column.name: canary} if column and (hidden or typed) else row)
        return spoiled

    office.rewrite(table.name, spoil)
    path = office.folder / "allocation.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text}\n[reading]\nmax_quarantined_share = 1\n", encoding="utf-8")
    for command in ("check", "build"):
        result = office.run(command)
        assert result.returncode in (0, 3), result.stderr
        said = (result.stdout + result.stderr).encode()
        log = b"".join(p.read_bytes() for p in (office.folder / "state" / "logs").iterdir())
        for name, needle in encodings(canary).items():
            assert needle not in said + log, f"{command}: {name}"
    if office.site.exists():
        for where, content in opened(office.site):
            assert canary.encode() not in content, where

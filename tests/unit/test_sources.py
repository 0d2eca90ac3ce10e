"""Reading exports: every wrong input as a case, every format, the dirt of real exports."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from allocation.cli.console import show_error
from allocation.config import Config
from allocation.contract import ARROW_TYPES, CANDIDATES, FILE_ROW, NIGHT_TABLES, SQL_TYPES
from allocation.engine import Engine, open_engine
from allocation.errors import ConfigError, InputRefused, Place
from allocation.messages import Speech
from allocation.sources import messages
from allocation.sources import tables as source_tables
from allocation.sources.findings import SENTENCES, Problem, ProblemKind
from allocation.sources.night import Night, find_night, night_date, read_night
from allocation.sources.places import usual_case
from allocation.sources.register import read_register
from allocation.sources.staging import refusing_damage
from allocation.sources.texts import plain_text

NIGHT = date(2026, 11, 22)
Rows = list[dict[str, str]]
Tables = dict[str, Rows]

_AXES = {
    "target_group": "EEN",
    "additional_target_group": "none",
    "priority_kind": "none",
    "priority_detail": "none",
    "appropriateness": "PAS",
    "appropriateness_detail": "none",
    "direct_ground": "none",
}


def clean(dwellings: int = 40) -> Tables:
    """Return a small export in which everything is as it should be."""
    numbers = range(1, dwellings + 1)
    return {
        "dwellings": [
            {
                "dwelling_id": f"VHE{i:06}",
                "street": "Brinkstraat",
                "house_number": str(i),
                "postcode": "9431 ab",
                "place": "Westerbork",
                "dwelling_type": "TUS",
                "bare_rent": "650,43",
                "daeb": "ja",
            }
            for i in numbers
        ],
        "publications": [
            {
                "publication_id": f"P-{i:05}",
                "dwelling_id": f"VHE{i:06}",
                "model": "AAN",
                "ordering": "registration_duration",
                "opens_at": "2026-10-01T08:00:00Z",
                "closes_at": "2026-10-08T08:00:00Z",
                "status": "AFG",
            }
            for i in numbers
        ],
        "responses": [
            {
                "response_id": f"R{i:08}",
                "publication_id": f"P-{i:05}",
                "candidate_id": f"WZ{i:07}",
                "responded_at": "2026-10-02T08:00:00Z",
                "registered_on": "2015-03-04",
                "household_income": "25000,00",
            }
            for i in numbers
        ],
        "allocations": [
            {
                "allocation_id": f"T{i:08}",
                "tenure": "HUU",
                "dwelling_id": f"VHE{i:06}",
                "publication_id": f"P-{i:05}",
                "candidate_id": f"WZ{i:07}",
                "allocated_on": "2026-10-20",
                **_AXES,
            }
            for i in numbers
        ],
    }


def to_csv(rows: Rows, delimiter: str = ";") -> str:
    """Return rows as CSV text."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def write_csv(tables: Tables, folder: Path) -> Path:
    """Write every table as CSV and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        (folder / f"{name}.csv").write_text(to_csv(rows), encoding="utf-8")
    return folder


def write_manifest(folder: Path, night: date = NIGHT) -> None:
    """Write the manifest of the CSV files of a folder."""
    files = {}
    for path in sorted(folder.glob("*.csv")):
        rows = len(path.read_text(encoding="utf-8").splitlines()) - 1
        files[path.name] = {
            "rows": rows,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
    text = json.dumps({"night": night.isoformat(), "files": files})
    (folder / "manifest.json").write_text(text, encoding="utf-8")


def config(root: Path, **more: object) -> Config:
    """Return a configuration over a folder; no manifest needed unless said."""
    base: dict[str, object] = {
        "association": {"name": "Het Heem", "work_area": "Drenthe", "email": "a@example.org"},
        "paths": {"exports": root / "exports", "register": root / "register.csv"},
        "reading": {"require_manifest": False},
    }
    return Config.model_validate(base | more)


@contextmanager
def reading(
    root: Path, settings: Config, last_good: Mapping[str, int] | None = None
) -> Iterator[tuple[Engine, Night]]:
    """Read the night under ``root`` with a fresh engine."""
    with open_engine(settings, root / "work") as engine:
        folder = settings.paths.exports / NIGHT.isoformat()
        yield engine, read_night(engine, settings, folder, NIGHT, last_good)


def read(root: Path, tables: Tables, **more: object) -> Night:
    """Write tables as CSV, read them and return what was found."""
    write_csv(tables, root / "exports" / NIGHT.isoformat())
    with reading(root, config(root, **more)) as (_, night):
        return night


def values(root: Path, sql: str, tables: Tables, **more: object) -> list[tuple[object, ...]]:
    """Write tables as CSV, read them and return the rows of a query over them."""
    write_csv(tables, root / "exports" / NIGHT.isoformat())
    with reading(root, config(root, **more)) as (engine, _):
        return engine.rows(sql)


def change(table: str, at: int, **cells: str) -> Callable[[Tables], None]:
    """Return a change of one row; row ``at`` counts as in the file, header = 1."""

    def apply(tables: Tables) -> None:
        tables[table][at - 2].update(cells)

    return apply


# --- rows ------------------------------------------------------------------------------------


def test_clean_export_reads_whole(tmp_path: Path) -> None:
    night = read(tmp_path, clean())
    assert night.problems == ()
    assert night.counts == dict.fromkeys(clean(), 40)
    assert set(night.quarantined.values()) == {0}
    assert night.delivered == frozenset(clean())


def test_every_table_has_the_columns_of_the_contract(tmp_path: Path) -> None:
    write_csv(clean(), tmp_path / "exports" / NIGHT.isoformat())
    with reading(tmp_path, config(tmp_path)) as (engine, _):
        for table in NIGHT_TABLES:
            wanted = [(c.name, SQL_TYPES[c.kind]) for c in table.columns]
            described = f"SELECT column_name, column_type FROM (DESCRIBE {table.name})"
            numbered = [(FILE_ROW, "BIGINT")] if table.numbered else []
            assert engine.rows(described) == [*wanted, *numbered]
            bad = f"SELECT column_name, column_type FROM (DESCRIBE {table.name}_quarantined)"
            assert engine.rows(bad) == [*wanted, ("_row", "BIGINT"), ("_kind", "VARCHAR")]


ROW_CASES = {
    "unknown code": (
        change("dwellings", 5, dwelling_type="XYZ"),
        ("dwellings", 5, "dwelling_type", ProblemKind.UNKNOWN_CODE),
    ),
    "code of another list": (
        change("publications", 5, status="DIS"),
        ("publications", 5, "status", ProblemKind.UNKNOWN_CODE),
    ),
    "impossible date": (
        change("responses", 7, registered_on="2023-02-30"),
        ("responses", 7, "registered_on", ProblemKind.NOT_A_DATE),
    ),
    "year of two digits": (
        change("responses", 7, registered_on="04-03-15"),
        ("responses", 7, "registered_on", ProblemKind.OUT_OF_RANGE),
    ),
    "date without time": (
        change("publications", 3, opens_at="2026-10-01"),
        ("publications", 3, "opens_at", ProblemKind.NOT_AN_INSTANT),
    ),
    "negative rent": (
        change("dwellings", 9, bare_rent="-1,00"),
        ("dwellings", 9, "bare_rent", ProblemKind.OUT_OF_RANGE),
    ),
    "decimal point where a comma is declared": (
        change("dwellings", 9, bare_rent="650.43"),
        ("dwellings", 9, "bare_rent", ProblemKind.NOT_A_NUMBER),
    ),
    "three decimals of money": (
        change("dwellings", 9, bare_rent="1,234"),
        ("dwellings", 9, "bare_rent", ProblemKind.NOT_A_NUMBER),
    ),
    "number too large for its type": (
        change("dwellings", 9, bare_rent="9" * 30),
        ("dwellings", 9, "bare_rent", ProblemKind.NOT_A_NUMBER),
    ),
    "not a boolean": (
        change("dwellings", 4, daeb="misschien"),
        ("dwellings", 4, "daeb", ProblemKind.NOT_A_BOOLEAN),
    ),
    "missing value": (
        change("dwellings", 41, street="  "),
        ("dwellings", 41, "street", ProblemKind.MISSING_VALUE),
    ),
    "postcode": (
        change("dwellings", 2, postcode="0431 AB"),
        ("dwellings", 2, "postcode", ProblemKind.BAD_PATTERN),
    ),
    "house number of words": (
        change("dwellings", 2, house_number="onbekend"),
        ("dwellings", 2, "house_number", ProblemKind.NOT_A_NUMBER),
    ),
    "orphan": (
        change("responses", 6, publication_id="P-99999"),
        ("responses", 6, "publication_id", ProblemKind.ORPHAN),
    ),
    "required reference missing": (
        change("responses", 6, publication_id=""),
        ("responses", 6, "publication_id", ProblemKind.MISSING_VALUE),
    ),
}


@pytest.mark.parametrize("case", ROW_CASES)
def test_wrong_row_is_quarantined_with_its_place(tmp_path: Path, case: str) -> None:
    damage, (table, row, column, kind) = ROW_CASES[case]
    tables = clean()
    damage(tables)
    night = read(tmp_path, tables)
    assert Problem(table, f"{table}.csv", row, column, kind) in night.problems
    assert [p for p in night.problems if p.table == table] == [
        Problem(table, f"{table}.csv", row, column, kind)
    ]
    assert (night.counts[table], night.quarantined[table]) == (39, 1)


def test_every_row_of_a_duplicate_key_is_quarantined(tmp_path: Path) -> None:
    tables = clean()
    tables["responses"][10]["response_id"] = tables["responses"][3]["response_id"]
    night = read(tmp_path, tables)
    assert [(p.row, p.column, p.kind) for p in night.problems] == [
        (5, "response_id", ProblemKind.DUPLICATE_KEY),
        (12, "response_id", ProblemKind.DUPLICATE_KEY),
    ]


def test_key_of_two_columns_may_repeat_one(tmp_path: Path) -> None:
    tables = clean()
    tables["publications"][1]["publication_id"] = "P-00001"
    tables["responses"][1]["publication_id"] = "P-00001"
    tables["allocations"][1]["publication_id"] = "P-00001"
    assert read(tmp_path, tables).problems == ()


def test_quarantine_cascades_to_what_refers_to_it(tmp_path: Path) -> None:
    tables = clean()
    tables["dwellings"][0]["house_number"] = "0"
    night = read(tmp_path, tables)
    assert [(p.table, p.row, p.kind) for p in night.problems] == [
        ("dwellings", 2, ProblemKind.OUT_OF_RANGE),
        ("publications", None, ProblemKind.FOLLOWS),
        ("responses", None, ProblemKind.FOLLOWS),
        ("allocations", None, ProblemKind.FOLLOWS),
        ("allocations", None, ProblemKind.FOLLOWS),
    ]
    assert night.quarantined["allocations"] == 1


def test_quarantined_row_keeps_its_readable_values(tmp_path: Path) -> None:
    tables = clean()
    change("publications", 4, opens_at="morgen")(tables)
    sql = "SELECT publication_id, dwelling_id, opens_at, _row, _kind FROM publications_quarantined"
    assert values(tmp_path, sql, tables) == [("P-00003", "VHE000003", None, 4, "not_an_instant")]


def test_a_direct_allocation_refers_to_no_publication(tmp_path: Path) -> None:
    tables = clean()
    change("allocations", 4, publication_id="")(tables)
    assert read(tmp_path, tables).problems == ()


@pytest.mark.parametrize(
    ("line", "kind"),
    [("VHE1;a;b", ProblemKind.TOO_FEW_FIELDS), (";" * 12, ProblemKind.TOO_MANY_FIELDS)],
)
def test_row_with_another_number_of_fields(tmp_path: Path, line: str, kind: ProblemKind) -> None:
    tables = clean()
    tables["dwellings"][20]["house_number"] = "0"
    folder = write_csv(tables, tmp_path / "exports" / NIGHT.isoformat())
    lines = (folder / "dwellings.csv").read_text(encoding="utf-8").splitlines()
    lines.insert(10, line)
    (folder / "dwellings.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with reading(tmp_path, config(tmp_path)) as (_, night):
        found = [(p.row, p.column, p.kind) for p in night.problems if p.table == "dwellings"]
    assert found == [(11, None, kind), (23, "house_number", ProblemKind.OUT_OF_RANGE)]
    assert night.counts["dwellings"] == 39


# --- ends of line and empty lines ----------------------------------------------------------------


def _written(root: Path, lines: list[str], ends: Callable[[int], str]) -> None:
    """Write the dwellings again, each row with an end of its own; the header is row 1."""
    path = root / "exports" / NIGHT.isoformat() / "dwellings.csv"
    text = "".join(line + ends(row) for row, line in enumerate(lines, 1))
    path.write_bytes(text.encode("utf-8"))


def _lines(root: Path, edit: Callable[[Tables], None] = lambda tables: None) -> list[str]:
    tables = clean()
    edit(tables)
    write_csv(tables, root / "exports" / NIGHT.isoformat())
    return to_csv(tables["dwellings"]).splitlines()


@pytest.mark.parametrize(
    ("usual", "other", "rows"),
    [
        ("\r\n", "\n", {9, 20, 21}),
        ("\r\n", "\n", {9}),
        ("\n", "\r\n", {9, 30}),
        ("\r\n", "\r", {9}),
        ("\n", "\r", {9}),
        ("\r", "\n", {9}),
        ("\n", "\r\n", set(range(9, 42))),
    ],
)
@pytest.mark.parametrize("piece", [7, 1 << 24])
def test_mixed_ends_of_line_refuse_the_night(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    usual: str,
    other: str,
    rows: set[int],
    piece: int,
) -> None:
    monkeypatch.setattr("allocation.sources.csv_records._PIECE", piece)
    lines = _lines(tmp_path, change("dwellings", 3, street='Ei;"nd\nweg"'))
    lines[2:4] = ["\n".join(lines[2:4])]
    _written(tmp_path, lines, lambda row: other if row in rows else usual)
    with pytest.raises(InputRefused) as refused, reading(tmp_path, config(tmp_path)):
        pass
    assert refused.value.template == messages.LINE_ENDS
    assert (refused.value.places[0].file, refused.value.places[0].row) == ("dwellings.csv", 9)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("within", ["\n", "\r\n", "\n\n", "\r\n\r\n", "\r"])
@pytest.mark.parametrize("header", [False, True])
def test_ends_of_line_within_quotation_marks_are_text(
    tmp_path: Path, end: str, within: str, header: bool
) -> None:
    lines = _lines(tmp_path, change("dwellings", 20, house_number="0"))
    lines[8] = lines[8].replace("Brinkstraat", f' "Brink{within}""straat"""')
    lines[9] = lines[9].replace("Brinkstraat", '5" pijp')
    lines[11] = "x;y"
    more = f'"of{within}theirs"' if header else "of theirs"
    lines = [f"{lines[0]};{more}", *(f"{line};x" for line in lines[1:])]
    _written(tmp_path, lines, lambda row: end)
    mapping = {"dwellings": {"ignored": [more.strip('"')]}}
    lenient = {"require_manifest": False, "max_quarantined_share": 0.2}
    with reading(tmp_path, config(tmp_path, mapping=mapping, reading=lenient)) as (engine, night):
        found = [(p.row, p.kind) for p in night.problems if p.table == "dwellings"]
        assert found == [(12, ProblemKind.TOO_FEW_FIELDS), (20, ProblemKind.OUT_OF_RANGE)]
        assert night.counts["dwellings"] == 38
        sql = "SELECT street FROM dwellings WHERE house_number IN (8, 9) ORDER BY house_number"
        streets = engine.rows(sql)
        assert streets == [('Brink "straat"',), ('5" pijp',)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_empty_lines_count_as_rows(tmp_path: Path, end: str, last: bool) -> None:
    lines = _lines(tmp_path, change("dwellings", 16, house_number="0"))
    lines[29] = "x;y"
    for at in (3, 10, 10, 10):
        lines.insert(at, "")
    lines.insert(18, "x")
    lines += ["", ""] if last else []
    _written(tmp_path, lines, lambda row: end if last or row < len(lines) else "")
    lenient = {"require_manifest": False, "max_quarantined_share": 0.2}
    with reading(tmp_path, config(tmp_path, reading=lenient)) as (_, night):
        found = [(p.row, p.column) for p in night.problems if p.table == "dwellings"]
        assert found == [(19, None), (21, "house_number"), (35, None)]
        assert night.counts["dwellings"] == 38


def test_row_that_the_engine_loses_refuses_the_night(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("allocation.sources.csv_files._rejects", _dropped)
    lines = _lines(tmp_path)
    lines[7] = "x;y"
    _written(tmp_path, lines, lambda row: "\n")
    with pytest.raises(InputRefused) as refused, reading(tmp_path, config(tmp_path)):
        pass
    assert refused.value.template == messages.ROWS_LOST


def _dropped(engine: Engine, rejects: str) -> list[tuple[int, str]]:
    engine.run(f'DROP TABLE "{rejects}"')
    engine.run(f'DROP TABLE "{rejects}_scan"')
    return []


# --- axes ------------------------------------------------------------------------------------


@pytest.mark.parametrize("column", sorted(_AXES))
@pytest.mark.parametrize(
    ("text", "kind"), [("", ProblemKind.MISSING_CODE), ("QQ", ProblemKind.UNKNOWN_CODE)]
)
def test_axis_without_a_known_code_stays_readable(
    tmp_path: Path, column: str, text: str, kind: ProblemKind
) -> None:
    tables = clean()
    cells = {column: text}
    if column == "priority_detail":
        cells["priority_kind"] = "BIN"
    change("allocations", 8, **cells)(tables)
    night = read(tmp_path, tables)
    assert night.problems == (Problem("allocations", "allocations.csv", 8, column, kind),)
    assert night.quarantined["allocations"] == 0


def test_no_priority_needs_no_detail(tmp_path: Path) -> None:
    tables = clean()
    change("allocations", 8, priority_kind="none", priority_detail="")(tables)
    sql = "SELECT DISTINCT priority_detail FROM allocations"
    assert values(tmp_path, sql, tables) == [("none",)]


def test_absent_axis_is_counted_not_listed(tmp_path: Path) -> None:
    tables = clean()
    for row in tables["allocations"]:
        del row["direct_ground"]
    night = read(tmp_path, tables)
    missing = ProblemKind.MISSING_CODE
    assert night.problems == (
        Problem("allocations", "allocations.csv", None, "direct_ground", missing, 40),
    )


def test_axis_full_of_unknown_codes_is_a_wrong_column(tmp_path: Path) -> None:
    tables = clean()
    for row in tables["allocations"]:
        row["target_group"], row["appropriateness"] = row["appropriateness"], row["target_group"]
    with pytest.raises(InputRefused) as refused:
        read(tmp_path, tables)
    assert refused.value.template == messages.TOO_MANY_UNKNOWN_CODES
    assert refused.value.places[0].column == "appropriateness"


# --- files -----------------------------------------------------------------------------------


def _edit(name: str, edit: Callable[[str], str]) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        path = folder / name
        path.write_text(edit(path.read_text(encoding="utf-8")), encoding="utf-8")

    return apply


def _swap(a: str, b: str) -> Callable[[str], str]:
    return lambda text: text.replace(a, "#", 1).replace(b, a, 1).replace("#", b, 1)


def _bytes(name: str, edit: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_bytes(edit((folder / name).read_bytes())) and None


FILE_CASES: dict[str, tuple[Callable[[Path], object], str, str, int | None, str | None]] = {
    "missing table": (
        lambda folder: (folder / "publications.csv").unlink(),
        messages.TABLE_MISSING,
        "publications",
        None,
        None,
    ),
    "renamed column": (
        _edit("dwellings.csv", lambda text: text.replace("street", "straat", 1)),
        messages.COLUMN_UNMAPPED,
        "dwellings.csv",
        None,
        "straat",
    ),
    "required column gone": (
        _edit("dwellings.csv", lambda text: to_csv(_without(text, "street"))),
        messages.COLUMN_MISSING,
        "dwellings.csv",
        None,
        "street",
    ),
    "column twice": (
        _edit("dwellings.csv", lambda text: text.replace("street", "Place", 1)),
        messages.COLUMN_TWICE,
        "dwellings.csv",
        1,
        "place",
    ),
    "swapped columns": (
        _edit("publications.csv", _swap("opens_at", "ordering")),
        messages.TOO_MANY_UNREADABLE,
        "publications.csv",
        2,
        "ordering",
    ),
    "truncated": (
        _bytes("dwellings.csv", lambda raw: raw[:-20]),
        messages.TRUNCATED,
        "dwellings.csv",
        41,
        None,
    ),
    "windows-1252 where utf-8 is declared": (
        _bytes("dwellings.csv", lambda raw: raw.replace(b"Brinkstraat", b"Caf\xe9straat")),
        messages.WRONG_ENCODING,
        "dwellings.csv",
        2,
        None,
    ),
    "empty": (
        _bytes("dwellings.csv", lambda raw: b""),
        messages.FILE_EMPTY,
        "dwellings.csv",
        None,
        None,
    ),
    "header only": (
        _edit("dwellings.csv", lambda text: text.splitlines()[0] + "\n"),
        messages.NO_ROWS,
        "dwellings.csv",
        None,
        None,
    ),
    "another delimiter": (
        _edit("dwellings.csv", lambda text: text.replace(";", ",")),
        messages.WRONG_DELIMITER,
        "dwellings.csv",
        1,
        None,
    ),
    "quotation mark not closed": (
        _edit("dwellings.csv", lambda text: text.replace("Brinkstraat", '"Brinkstraat', 1)),
        messages.BROKEN_CSV,
        "dwellings.csv",
        2,
        None,
    ),
    "two candidates": (
        lambda folder: (folder / "dwellings.json").write_text("[]"),
        messages.TWO_CANDIDATES,
        "dwellings.csv",
        None,
        None,
    ),
    "no Parquet": (
        lambda folder: (folder / "dwellings.csv").rename(folder / "dwellings.parquet"),
        messages.UNREADABLE,
        "dwellings.parquet",
        None,
        None,
    ),
    "no JSON": (
        lambda folder: (folder / "dwellings.csv").rename(folder / "dwellings.json"),
        messages.UNREADABLE,
        "dwellings.json",
        None,
        None,
    ),
    "no XLSX": (
        lambda folder: (folder / "dwellings.csv").rename(folder / "dwellings.xlsx"),
        messages.UNREADABLE,
        "dwellings.xlsx",
        None,
        None,
    ),
}


def _without(text: str, column: str) -> Rows:
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    return [{k: v for k, v in row.items() if k != column} for row in rows]


@pytest.mark.parametrize("case", FILE_CASES)
def test_wrong_file_refuses_the_night(tmp_path: Path, case: str) -> None:
    damage, template, file, row, column = FILE_CASES[case]
    folder = write_csv(clean(), tmp_path / "exports" / NIGHT.isoformat())
    damage(folder)
    with pytest.raises(InputRefused) as refused, reading(tmp_path, config(tmp_path)):
        pass
    error = refused.value
    assert error.template == template
    assert (error.places[0].file, error.places[0].row, error.places[0].column) == (
        file,
        row,
        column,
    )
    assert "\n" not in str(error)
    assert "Brinkstraat" not in str(error)


def test_utf8_declared_as_windows_1252_is_refused(tmp_path: Path) -> None:
    tables = clean()
    change("dwellings", 4, street="Julianastraat één")(tables)
    with pytest.raises(InputRefused) as refused:
        read(tmp_path, tables, format={"encoding": "windows-1252"})
    assert refused.value.template == messages.WRONG_ENCODING
    assert refused.value.places[0].row == 4


def test_half_of_the_rows_is_below_the_floor(tmp_path: Path) -> None:
    write_csv(clean(20), tmp_path / "exports" / NIGHT.isoformat())
    with (
        pytest.raises(InputRefused) as refused,
        reading(tmp_path, config(tmp_path), {"dwellings": 40}),
    ):
        pass
    assert refused.value.template == messages.BELOW_FLOOR
    with reading(tmp_path, config(tmp_path), {"dwellings": 25}) as (_, night):
        assert night.counts["dwellings"] == 20


@pytest.mark.parametrize("emptied", [True, False])
def test_optional_table_may_not_disappear(tmp_path: Path, emptied: bool) -> None:
    tables = clean()
    folder = write_csv(tables, tmp_path / "exports" / NIGHT.isoformat())
    path = folder / "responses.csv"
    if emptied:
        path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    else:
        path.unlink()
    with reading(tmp_path, config(tmp_path)) as (engine, night):
        assert night.counts.get("responses", 0) == 0
        assert engine.rows("SELECT count(*) FROM responses") == [(0,)]
    with (
        pytest.raises(InputRefused),
        reading(tmp_path, config(tmp_path), {"responses": 40}),
    ):
        pass


def _spoil_rows(raw: dict[str, dict[str, object]]) -> None:
    raw["responses.csv"]["rows"] = 41


def _spoil_hash(raw: dict[str, dict[str, object]]) -> None:
    raw["responses.csv"]["sha256"] = "0" * 64


def _spoil_absent(raw: dict[str, dict[str, object]]) -> None:
    raw["offers.csv"] = {"rows": 1}


def _spoil_unlisted(raw: dict[str, dict[str, object]]) -> None:
    del raw["responses.csv"]


@pytest.mark.parametrize(
    ("spoil", "template", "file"),
    [
        (_spoil_rows, messages.MANIFEST_ROWS, "responses.csv"),
        (_spoil_hash, messages.MANIFEST_HASH, "responses.csv"),
        (_spoil_absent, messages.MANIFEST_FILE_ABSENT, "offers.csv"),
        (_spoil_unlisted, messages.MANIFEST_FILE_UNLISTED, "responses.csv"),
    ],
)
def test_manifest_that_disagrees_refuses_the_night(
    tmp_path: Path,
    spoil: Callable[[dict[str, dict[str, object]]], None],
    template: str,
    file: str,
) -> None:
    folder = write_csv(clean(), tmp_path / "exports" / NIGHT.isoformat())
    write_manifest(folder)
    strict = config(tmp_path, reading={"require_manifest": True})
    with reading(tmp_path, strict) as (_, night):
        assert night.problems == ()
    manifest = json.loads((folder / "manifest.json").read_text())
    spoil(manifest["files"])
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(InputRefused) as refused, reading(tmp_path, strict):
        pass
    assert (refused.value.template, refused.value.places[0].file) == (template, file)


def test_manifest_of_another_night_and_none_at_all(tmp_path: Path) -> None:
    folder = write_csv(clean(), tmp_path / "exports" / NIGHT.isoformat())
    strict = config(tmp_path, reading={"require_manifest": True})
    with pytest.raises(InputRefused) as refused, reading(tmp_path, strict):
        pass
    assert refused.value.template == messages.NO_MANIFEST
    write_manifest(folder, date(2026, 11, 21))
    with pytest.raises(InputRefused) as refused, reading(tmp_path, strict):
        pass
    assert refused.value.template == messages.MANIFEST_NIGHT


def test_newest_complete_night_is_found(tmp_path: Path) -> None:
    strict = config(tmp_path, reading={"require_manifest": True})
    for night in (date(2026, 11, 20), date(2026, 11, 21), NIGHT):
        folder = write_csv(clean(2), tmp_path / "exports" / night.isoformat())
        if night != NIGHT:
            write_manifest(folder, night)
    assert find_night(strict, None).name == "2026-11-21"
    assert find_night(config(tmp_path), None).name == "2026-11-22"
    assert find_night(strict, date(2026, 11, 20)).name == "2026-11-20"
    with pytest.raises(InputRefused):
        find_night(strict, date(2026, 11, 1))


def test_folder_of_files_is_a_night_dated_by_its_manifest(tmp_path: Path) -> None:
    folder = write_csv(clean(2), tmp_path / "exports")
    assert find_night(config(tmp_path), None) == folder
    with pytest.raises(InputRefused):
        night_date(folder, None)
    assert night_date(folder, NIGHT) == NIGHT
    write_manifest(folder)
    assert night_date(folder, None) == NIGHT


def test_only_a_thousand_problems_are_kept_and_all_are_counted(tmp_path: Path) -> None:
    tables = clean(1_500)
    for row in tables["responses"]:
        row["registered_on"] = "gisteren"
    night = read(tmp_path, tables, reading={"require_manifest": False, "max_quarantined_share": 1})
    assert len(night.problems) == 1_001
    assert sum(problem.count for problem in night.problems) == night.quarantined["responses"]
    assert night.problems[-1].count == 500


# --- dirt ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "letter", "addition", "expected"),
    [
        ("19", "", "", (19, None, None)),
        ("19B", "", "", (19, "B", None)),
        ("19 b", "", "", (19, "b", None)),
        ("13 k-4", "", "", (13, None, "k-4")),
        ("139 BEN", "", "", (139, None, "BEN")),
        ("12-3", "", "", (12, None, "3")),
        ("19", "C", "2", (19, "C", "2")),
    ],
)
def test_house_number_is_split(
    tmp_path: Path, text: str, letter: str, addition: str, expected: tuple[object, ...]
) -> None:
    tables = clean()
    for row in tables["dwellings"]:
        row |= {"house_letter": "", "house_number_addition": ""}
    cells = {"house_number": text, "house_letter": letter, "house_number_addition": addition}
    tables["dwellings"][6] |= cells
    columns = "house_number, house_letter, house_number_addition"
    sql = f"SELECT {columns} FROM dwellings WHERE dwelling_id = 'VHE000007'"
    assert values(tmp_path, sql, tables) == [expected]


@pytest.mark.parametrize("text", ["12,5", "2023-01-01", "B19"])
def test_what_is_no_house_number_is_not_split(tmp_path: Path, text: str) -> None:
    tables = clean()
    change("dwellings", 8, house_number=text)(tables)
    night = read(tmp_path, tables)
    assert night.problems[0] == Problem(
        "dwellings", "dwellings.csv", 8, "house_number", ProblemKind.NOT_A_NUMBER
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CAPELLE AAN DEN IJSSEL", "Capelle aan den IJssel"),
        ("'S-GRAVENHAGE", "'s-Gravenhage"),
        ("IJMUIDEN", "IJmuiden"),
        ("DE WIJK", "De Wijk"),
        ("BERGEN OP ZOOM", "Bergen op Zoom"),
        ("NIEUW-AMSTERDAM", "Nieuw-Amsterdam"),
        ("Ter Apel", "Ter Apel"),
    ],
)
def test_place_in_capitals(text: str, expected: str) -> None:
    assert usual_case(text) == expected


def test_place_in_capitals_is_one_place_with_the_other(tmp_path: Path) -> None:
    tables = clean()
    change("dwellings", 3, place="WESTERBORK")(tables)
    sql = "SELECT DISTINCT place FROM dwellings"
    assert values(tmp_path, sql, tables) == [("Westerbork",)]
    notes = read(tmp_path, tables).notes
    assert Problem("dwellings", "dwellings.csv", 3, "place", ProblemKind.CAPITALS) in notes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<b>Let op</b>: 55&nbsp;plus", "Let op: 55 plus"),
        ("a &amp;lt;script&amp;gt;x", "a x"),
        ("<script>alert(1)</script>Rust", "Rust"),
        ("Jansen & Zn <3", "Jansen & Zn <3"),
        ("één<br>twee", "één twee"),
        ("<p></p>", None),
        ("&#8238;omgekeerd", "omgekeerd"),
    ],
)
def test_plain_text(text: str, expected: str | None) -> None:
    assert plain_text(text) == expected


def test_dirt_in_texts_is_removed_and_noted(tmp_path: Path) -> None:
    tables = clean()
    change("dwellings", 3, street="Brink\u202estraat\u00a0")(tables)
    change("dwellings", 4, street="<i>Brink</i>&eacute;")(tables)
    change("dwellings", 5, street="Cafe\u0301weg")(tables)
    sql = "SELECT street FROM dwellings ORDER BY dwelling_id LIMIT 4"
    found = [row[0] for row in values(tmp_path, sql, tables)]
    assert found == ["Brinkstraat", "Brinkstraat", "Brinké", "Caféweg"]
    kinds = {(n.row, n.column, n.kind) for n in read(tmp_path, tables).notes if n.row}
    assert kinds == {
        (3, "street", ProblemKind.CHARACTERS_REMOVED),
        (4, "street", ProblemKind.HTML_REMOVED),
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("February 21, 2023 20:00:00", datetime(2023, 2, 21, 19)),
        ("July 06, 2022 20:00:00", datetime(2022, 7, 6, 18)),
        ("28 februari 2023 10:00", datetime(2023, 2, 28, 9)),
        ("1 mrt. 2023 10:00", datetime(2023, 3, 1, 9)),
        ("21-02-2023 20:00", datetime(2023, 2, 21, 19)),
        ("2023-02-21T20:00:00Z", datetime(2023, 2, 21, 20)),
        ("2023-02-21T20:00:00.500+02:00", datetime(2023, 2, 21, 18, 0, 0, 500_000)),
        ("2023-07-01 00:30:00", datetime(2023, 6, 30, 22, 30)),
    ],
)
def test_moments_in_many_ways(tmp_path: Path, text: str, expected: datetime) -> None:
    tables = clean()
    change("publications", 9, opens_at=text)(tables)
    change("publications", 10, opens_at="2023-02-21T20:00:00-05:00")(tables)
    change("publications", 11, opens_at="21-02-2023 20:00")(tables)
    formats = ["%d-%m-%Y %H:%M", "%B %d, %Y %H:%M:%S", "%d %B %Y %H:%M", "%d %b %Y %H:%M"]
    sql = "SELECT opens_at FROM publications ORDER BY publication_id LIMIT 3 OFFSET 7"
    found = [row[0] for row in values(tmp_path, sql, tables, format={"instant_formats": formats})]
    assert found == [expected, datetime(2023, 2, 22, 1), datetime(2023, 2, 21, 19)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("28 februari 2023", date(2023, 2, 28)),
        ("2023-02-21T23:30:00Z", date(2023, 2, 22)),
        ("2023-02-21", date(2023, 2, 21)),
    ],
)
def test_dates_in_many_ways(tmp_path: Path, text: str, expected: date) -> None:
    tables = clean()
    change("responses", 9, registered_on=text)(tables)
    sql = "SELECT registered_on FROM responses WHERE response_id = 'R00000008'"
    found = values(tmp_path, sql, tables, format={"date_formats": ["%d %B %Y"]})
    assert found == [(expected,)]


@pytest.mark.parametrize(
    "text", ["2099-12-31T00:00:00Z", "2092-11-04T13:10:50Z", "31-12-9999 00:00"]
)
def test_far_future_end_is_no_end(tmp_path: Path, text: str) -> None:
    tables = clean()
    change("publications", 9, closes_at=text)(tables)
    sql = "SELECT closes_at FROM publications WHERE publication_id = 'P-00008'"
    assert values(tmp_path, sql, tables) == [(None,)]
    note = Problem("publications", "publications.csv", 9, "closes_at", ProblemKind.OPEN_END)
    assert note in read(tmp_path, tables).notes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.234,50", Decimal("1234.50")),
        ("€ 650,43", Decimal("650.43")),
        ("1.025,-", Decimal("1025.00")),
        ("650", Decimal("650.00")),
        ("650,5", Decimal("650.50")),
    ],
)
def test_money_in_many_ways(tmp_path: Path, text: str, expected: Decimal) -> None:
    tables = clean()
    change("dwellings", 9, bare_rent=text)(tables)
    sql = "SELECT bare_rent FROM dwellings WHERE dwelling_id = 'VHE000008'"
    assert values(tmp_path, sql, tables, format={"thousands": "."}) == [(expected,)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *[(text, True) for text in ("True", "1", "Ja", "J", "yes")],
        *[(text, False) for text in ("False", "0", "nee", "N")],
        ("", None),
    ],
)
def test_booleans_in_many_ways(tmp_path: Path, text: str, expected: bool | None) -> None:
    tables = clean()
    change("dwellings", 9, daeb=text)(tables)
    sql = "SELECT daeb FROM dwellings WHERE dwelling_id = 'VHE000008'"
    assert values(tmp_path, sql, tables) == [(expected,)]


def test_postcode_has_one_form(tmp_path: Path) -> None:
    assert values(tmp_path, "SELECT DISTINCT postcode FROM dwellings", clean()) == [("9431AB",)]


# --- mapping ---------------------------------------------------------------------------------


def test_mapping_reads_a_supplier_without_code(tmp_path: Path) -> None:
    tables = clean()
    tables["dwellings"] = [
        {
            "nummer": row["dwelling_id"],
            "straat": row["street"],
            "nr": row["house_number"],
            "soort": "" if i == 3 else "Rijtje",
            "m2": "0" if i == 3 else "80",
            "extra": "x",
        }
        for i, row in enumerate(tables["dwellings"])
    ]
    mapping = {
        "columns": {
            "dwelling_id": "nummer",
            "street": "straat",
            "house_number": "nr",
            "dwelling_type": "soort",
            "floor_area_m2": "m2",
        },
        "constants": {"place": "Westerbork", "energy_label": "A"},
        "codes": {"dwelling_type": {"Rijtje": "terraced", "": "apartment"}},
        "nulls": {"floor_area_m2": ["0"]},
        "ignored": ["extra"],
    }
    sql = "SELECT dwelling_type, floor_area_m2, place, energy_label FROM dwellings LIMIT 4"
    found = values(tmp_path, sql, tables, mapping={"dwellings": mapping})
    assert found[0] == ("terraced", Decimal(80), "Westerbork", "A")
    assert found[3] == ("apartment", None, "Westerbork", "A")


def test_mapped_column_that_is_gone_refuses_even_if_optional(tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as refused:
        read(tmp_path, clean(), mapping={"dwellings": {"columns": {"neighbourhood": "buurt"}}})
    assert refused.value.template == messages.COLUMN_MISSING


def _one_file(adverts: Rows) -> tuple[Tables, dict[str, object]]:
    both = {"source": "adverts.csv", "ignored": ["advert"]}
    mapping = {
        "dwellings": both,
        "publications": {"source": "adverts.csv", "columns": {"publication_id": "advert"}},
    }
    return {"adverts": adverts}, {"mapping": mapping}


def _adverts() -> Rows:
    tables = clean()
    return [
        d | {k: v for k, v in p.items() if k != "publication_id"} | {"advert": p["publication_id"]}
        for d, p in zip(tables["dwellings"], tables["publications"], strict=True)
    ]


def test_dwelling_advertised_twice_in_one_file_is_one_dwelling(tmp_path: Path) -> None:
    adverts = _adverts()
    adverts.append(adverts[4] | {"advert": "P-77777"})
    tables, more = _one_file(adverts)
    night = read(tmp_path, tables, **more)
    assert night.problems == ()
    assert night.counts == {"dwellings": 40, "publications": 41}
    repeated = Problem("dwellings", "adverts.csv", None, None, ProblemKind.ROW_REPEATED, 1)
    assert repeated in night.notes


@pytest.mark.parametrize("twice_at", [1, 39])
def test_dwelling_twice_in_a_file_read_in_halves_is_one_dwelling(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, twice_at: int
) -> None:
    monkeypatch.setattr(source_tables, "_WORTH_SHARING", 1)
    adverts = _adverts()
    adverts.insert(twice_at, adverts[0] | {"advert": "P-77777"})  # in the same half, or the other
    folder = tmp_path / "exports" / NIGHT.isoformat()
    folder.mkdir(parents=True)
    pq.write_table(pa.Table.from_pylist(adverts), folder / "adverts.parquet")
    both = {"source": "adverts.parquet", "ignored": ["advert"]}
    columns = {"publication_id": "advert"}
    mapping = {"dwellings": both, "publications": both | {"columns": columns, "ignored": []}}
    with reading(tmp_path, config(tmp_path, mapping=mapping)) as (_, night):
        assert night.problems == ()
        assert night.counts == {"dwellings": 40, "publications": 41}


def test_dwelling_of_which_two_rows_differ_is_no_dwelling(tmp_path: Path) -> None:
    adverts = _adverts()
    adverts.append(adverts[4] | {"advert": "P-77777", "bare_rent": "700,00"})
    tables, more = _one_file(adverts)
    night = read(tmp_path, tables, **more)
    assert night.counts == {"dwellings": 39, "publications": 39}
    assert {p.kind for p in night.problems} == {ProblemKind.DUPLICATE_KEY, ProblemKind.FOLLOWS}


def test_source_cannot_leave_the_folder(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "elsewhere.csv").write_text("a;b\n")
    with pytest.raises(InputRefused) as refused:
        read(tmp_path, clean(), mapping={"dwellings": {"source": "../elsewhere.csv"}})
    assert refused.value.template == messages.SOURCE_MISSING


# --- formats ---------------------------------------------------------------------------------

_FACTS = (
    "SELECT d.*, p.* EXCLUDE (dwelling_id), r.* EXCLUDE (publication_id), "
    "a.* EXCLUDE (dwelling_id, publication_id, candidate_id, bare_rent, household_size, "
    "household_income, priority_kind, priority_detail), a.priority_kind, a.priority_detail "
    "FROM dwellings d JOIN publications p USING (dwelling_id) JOIN responses r "
    "USING (publication_id) JOIN allocations a USING (publication_id) ORDER BY dwelling_id"
)


def _facts(root: Path, settings: Config) -> list[tuple[object, ...]]:
    with reading(root, settings) as (engine, night):
        assert night.problems == ()
        return engine.rows(_FACTS)


def _as_parquet(source: Path, target: Path) -> None:
    with reading(source, config(source)) as (engine, _):
        for table in NIGHT_TABLES:
            rows = engine.arrow(f"SELECT {', '.join(table.names)} FROM {table.name}")
            for i, column in enumerate(table.columns):
                if column.kind.value == "instant":
                    naive = rows.column(i).combine_chunks()
                    rows = rows.set_column(i, column.name, naive.cast(ARROW_TYPES[column.kind]))
            pq.write_table(rows.cast(table.schema), target / f"{table.name}.parquet")


def _as_xlsx(tables: Tables, target: Path) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    for name, rows in tables.items():
        with xlsxwriter.Workbook(target / f"{name}.xlsx") as book:
            sheet = book.add_worksheet(name)
            day = book.add_format({"num_format": "yyyy-mm-dd"})
            sheet.write_row(0, 0, list(rows[0]))
            for i, row in enumerate(rows, 1):
                for j, (column, text) in enumerate(row.items()):
                    if column == "house_number":
                        sheet.write_number(i, j, int(text))
                    elif column in {"bare_rent", "household_income"}:
                        sheet.write_number(i, j, float(text.replace(",", ".")))
                    elif column in {"registered_on", "allocated_on"}:
                        sheet.write_datetime(i, j, datetime.fromisoformat(text), day)
                    elif column == "daeb":
                        sheet.write_boolean(i, j, text == "ja")
                    else:
                        sheet.write_string(i, j, text)


def _reference(code: str, vera_list: str) -> dict[str, object]:
    return {"code": code, "naam": code, "soort": {"code": vera_list}}


def _as_vera(tables: Tables) -> dict[str, list[dict[str, object]]]:
    return {
        "eenheden": [
            {
                "id": d["dwelling_id"],
                "adres": {
                    "straatnaam": d["street"],
                    "huisnummer": int(d["house_number"]),
                    "postcode": d["postcode"],
                    "woonplaats": {"naam": d["place"]},
                    "gemeente": None,
                },
                "detailSoort": _reference("TUS", "EENHEIDDETAILSOORT"),
                "nettohuur": 650.43,
                "isDaeb": True,
            }
            for d in tables["dwellings"]
        ],
        "publicaties": [
            {
                "id": p["publication_id"],
                "eenheden": [{"id": p["dwelling_id"]}],
                "model": _reference("AAN", "PUBLICATIEMODEL"),
                "volgorde": _reference("registration_duration", "ORDERING"),
                "begindatum": p["opens_at"],
                "einddatum": p["closes_at"],
                "status": _reference("AFG", "PUBLICATIESTATUS"),
            }
            for p in tables["publications"]
        ],
        "reacties": [
            {
                "id": r["response_id"],
                "publicatie": {"id": r["publication_id"]},
                "kandidaat": {"id": r["candidate_id"], "rekeninkomen": 25000.0},
                "inschrijving": {"begindatum": r["registered_on"]},
                "datum": r["responded_at"],
            }
            for r in tables["responses"]
        ],
        "toewijzingen": [
            {
                "id": a["allocation_id"],
                "overeenkomst": {"soort": _reference("HUU", "OVEREENKOMSTSOORT")},
                "eenheid": {"id": a["dwelling_id"]},
                "publicatie": {"id": a["publication_id"]},
                "kandidaat": {"id": a["candidate_id"]},
                "datum": a["allocated_on"],
                "doelgroep": _reference("EEN", "DOELGROEP"),
                "aanvullendeDoelgroep": _reference("none", "AANVULLENDEDOELGROEP"),
                "voorrangsregelingen": [],
                "passendheidsoort": _reference("PAS", "PASSENDHEIDSSOORT"),
                "passendheiddetailsoort": _reference("none", "PASSENDHEIDDETAILSOORT"),
                "grondDirecteBemiddeling": _reference("none", "DIRECT_GROUND"),
            }
            for a in tables["allocations"]
        ],
    }


def _write_vera(objects: dict[str, list[dict[str, object]]], root: Path) -> None:
    folder = root / "exports" / NIGHT.isoformat()
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in objects.items():
        (folder / f"{name}.json").write_text(json.dumps(rows), encoding="utf-8")


@pytest.mark.parametrize("form", ["bom", "windows-1252", "comma", "parquet", "xlsx", "vera"])
def test_one_export_in_every_format_holds_the_same_facts(tmp_path: Path, form: str) -> None:
    tables = clean()
    for row in tables["dwellings"]:
        row["street"] = "Coöperatiestraat"
    tables["dwellings"][4]["street"] = 'Brink; "oud"'
    one, other = tmp_path / "one", tmp_path / "other"
    write_csv(tables, one / "exports" / NIGHT.isoformat())
    folder = other / "exports" / NIGHT.isoformat()
    folder.mkdir(parents=True)
    settings = config(other)
    match form:
        case "bom" | "windows-1252":
            encoding = "utf-8-sig" if form == "bom" else "cp1252"
            for name, rows in tables.items():
                (folder / f"{name}.csv").write_text(to_csv(rows), encoding=encoding)
            if form == "windows-1252":
                settings = config(other, format={"encoding": "windows-1252"})
        case "comma":
            for name, rows in tables.items():
                text = (
                    to_csv(rows, ",")
                    .replace('"650,43"', "650.43")
                    .replace('"25000,00"', "25000.00")
                )
                (folder / f"{name}.csv").write_text(text, encoding="utf-8")
            settings = config(other, format={"delimiter": ",", "decimal": "."})
        case "parquet":
            _as_parquet(one, folder)
        case "xlsx":
            _as_xlsx(tables, folder)
        case "vera":
            _write_vera(_as_vera(tables), other)
        case _:
            raise AssertionError(form)
    facts = _facts(one, config(one))
    assert len(facts) == 40
    assert _facts(other, settings) == facts


def test_a_parquet_file_read_in_halves_says_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    write_csv(clean(), one / "exports" / NIGHT.isoformat())
    folder = other / "exports" / NIGHT.isoformat()
    folder.mkdir(parents=True)
    _as_parquet(one, folder)
    dwellings = pq.read_table(folder / "dwellings.parquet")
    rooms = [0 if row in {3, 30} else 3 for row in range(40)]  # a wrong one in either half
    at = dwellings.column_names.index("room_count")
    spoiled = dwellings.set_column(at, "room_count", pa.array(rooms, pa.int64()))
    pq.write_table(spoiled, folder / "dwellings.parquet")

    def found() -> tuple[object, ...]:
        with reading(other, config(other)) as (engine, night):
            tables = [
                engine.rows(f"SELECT * FROM {table.name}{which} ORDER BY ALL")
                for table in NIGHT_TABLES
                for which in ("", "_quarantined")
            ]
            return night.problems, night.counts, night.quarantined, tables

    monkeypatch.setattr(source_tables, "_WORTH_SHARING", 1)
    in_halves = found()
    monkeypatch.setattr(source_tables, "_WORTH_SHARING", 1_000)
    assert found() == in_halves
    assert in_halves[2]["dwellings"] == 2


def test_vera_code_of_another_list_is_unknown(tmp_path: Path) -> None:
    objects = _as_vera(clean())
    objects["toewijzingen"][2]["doelgroep"] = _reference("STA", "VOORRANGDETAILSOORT")
    objects["eenheden"][6]["detailSoort"] = {"code": "TUS", "naam": "Tussenwoning"}
    _write_vera(objects, tmp_path)
    with reading(tmp_path, config(tmp_path)) as (engine, night):
        rows = "SELECT target_group FROM allocations WHERE allocation_id = 'T00000003'"
        assert engine.rows(rows) == [(None,)]
    found = [(p.table, p.row, p.column, p.kind) for p in night.problems]
    assert ("allocations", 3, "target_group", ProblemKind.UNKNOWN_CODE) in found
    assert found[0] == ("dwellings", 7, "dwelling_type", ProblemKind.UNKNOWN_CODE)


def test_vera_second_priority_cannot_hide_behind_the_first(tmp_path: Path) -> None:
    objects = _as_vera(clean())
    several = [
        {"soort": _reference("BIN", "VOORRANGSOORT")},
        {"soort": _reference("URG", "VOORRANGSOORT")},
    ]
    objects["toewijzingen"][2]["voorrangsregelingen"] = several
    del objects["toewijzingen"][5]["voorrangsregelingen"]
    _write_vera(objects, tmp_path)
    with reading(tmp_path, config(tmp_path)) as (engine, night):
        sql = "SELECT priority_kind, count(*) FROM allocations GROUP BY ALL ORDER BY ALL"
        assert engine.rows(sql) == [("none", 38), (None, 2)]
    assert [(p.row, p.column, p.kind) for p in night.problems] == [
        (3, "priority_kind", ProblemKind.UNKNOWN_CODE),
        (3, "priority_detail", ProblemKind.UNKNOWN_CODE),
        (6, "priority_kind", ProblemKind.MISSING_CODE),
        (6, "priority_detail", ProblemKind.MISSING_CODE),
    ]


def test_vera_cluster_gives_a_row_for_each_dwelling(tmp_path: Path) -> None:
    objects = _as_vera(clean())
    objects["publicaties"][0]["eenheden"] = [{"id": "VHE000001"}, {"id": "VHE000002"}]
    objects["publicaties"][1]["eenheden"] = []
    _write_vera(objects, tmp_path)
    with reading(tmp_path, config(tmp_path)) as (engine, night):
        sql = "SELECT dwelling_id FROM publications WHERE publication_id = 'P-00001' ORDER BY ALL"
        assert engine.rows(sql) == [("VHE000001",), ("VHE000002",)]
    missing = ProblemKind.MISSING_VALUE
    assert Problem("publications", "publicaties.json", 2, "dwelling_id", missing) in night.problems


def test_vera_attribute_that_nobody_reads_is_refused_until_ignored(tmp_path: Path) -> None:
    objects = _as_vera(clean())
    objects["eenheden"][3]["adres"] |= {"land": {"code": "NL"}}  # type: ignore[operator]
    _write_vera(objects, tmp_path)
    with pytest.raises(InputRefused) as refused, reading(tmp_path, config(tmp_path)):
        pass
    assert refused.value.places[0].column == "adres.land.code"
    mapping = {"dwellings": {"ignored": ["adres.land"]}}
    with reading(tmp_path, config(tmp_path, mapping=mapping)) as (_, night):
        assert night.counts["dwellings"] == 40


@pytest.mark.parametrize("wrong", [{}, "BIN", {"soort": {"code": "BIN"}}, ["BIN"], [[]]])
def test_vera_element_of_another_shape_is_unreadable_alone(tmp_path: Path, wrong: object) -> None:
    objects = _as_vera(clean())
    for row in objects["reacties"]:
        row["voorrangsregelingen"] = [{"soort": _reference("BIN", "VOORRANGSOORT")}]
    objects["toewijzingen"][4]["voorrangsregelingen"] = wrong
    objects["reacties"][6]["voorrangsregelingen"] = wrong
    _write_vera(objects, tmp_path)
    with reading(tmp_path, config(tmp_path)) as (engine, night):
        assert engine.rows(
            "SELECT allocation_id, priority_detail FROM allocations "
            "WHERE priority_kind IS DISTINCT FROM 'none'"
        ) == [("T00000005", None)]
        kinds = "SELECT count(priority_kind) FROM responses"
        assert engine.rows(kinds) == [(39,)]
    unknown = ProblemKind.UNKNOWN_CODE
    found = [(p.file, p.row, p.column, p.kind) for p in night.problems]
    for name, row in (("toewijzingen.json", 5), ("reacties.json", 7)):
        assert (name, row, "priority_kind", unknown) in found


@pytest.mark.parametrize("wrong", [{"id": "VHE000005"}, "VHE000005", ["VHE000005"]])
def test_vera_publication_of_another_shape_is_unreadable_alone(
    tmp_path: Path, wrong: object
) -> None:
    objects = _as_vera(clean())
    objects["publicaties"][4]["eenheden"] = wrong
    _write_vera(objects, tmp_path)
    with reading(tmp_path, config(tmp_path)) as (_, night):
        assert night.counts["publications"] == 39
    form = ProblemKind.BAD_PATTERN
    assert night.problems[0] == Problem("publications", "publicaties.json", 5, "dwelling_id", form)


@pytest.mark.parametrize("wrong", [{"naam": "Brink"}, ["Brink"], {}, []])
def test_vera_text_that_is_none_is_unreadable_and_never_shown(
    tmp_path: Path, wrong: object
) -> None:
    objects = _as_vera(clean())
    objects["eenheden"][4]["adres"]["straatnaam"] = wrong  # type: ignore[index]
    objects["eenheden"][6]["adres"]["gemeente"] = {"naam": wrong}  # type: ignore[index]
    objects["eenheden"][8]["nettohuur"] = wrong
    objects["eenheden"][10]["adres"] = "Brink 1"
    _write_vera(objects, tmp_path)
    settings = config(tmp_path, reading={"require_manifest": False, "max_quarantined_share": 0.5})
    with reading(tmp_path, settings) as (engine, night):
        assert engine.rows("SELECT DISTINCT street, municipality FROM dwellings_quarantined") == [
            (None, None),
            ("Brinkstraat", None),
        ]
        assert engine.rows("SELECT count(*), min(street), max(street) FROM dwellings") == [
            (36, "Brinkstraat", "Brinkstraat")
        ]
    form = ProblemKind.BAD_PATTERN
    found = [(p.row, p.column, p.kind) for p in night.problems if p.table == "dwellings"]
    assert (5, "street", form) in found
    assert (7, "municipality", form) in found
    assert (9, "bare_rent", ProblemKind.NOT_A_NUMBER) in found
    assert any(row == 11 and column == "street" for row, column, _ in found)


def test_vera_element_that_is_no_object_is_unreadable_alone(tmp_path: Path) -> None:
    objects = _as_vera(clean())
    objects["toewijzingen"][4] = "T00000005"  # type: ignore[call-overload]
    _write_vera(objects, tmp_path)
    with reading(tmp_path, config(tmp_path)) as (_, night):
        assert night.counts["allocations"] == 39
    assert {p.row for p in night.problems if p.kind is ProblemKind.BAD_PATTERN} == {5}


def test_vera_attribute_that_nobody_reads_does_not_hide_behind_a_mixed_one(tmp_path: Path) -> None:
    objects = _as_vera(clean())
    objects["eenheden"][3]["adres"] |= {"land": "NL"}  # type: ignore[operator]
    objects["eenheden"][4]["adres"] = "Brinkstraat 5"
    _write_vera(objects, tmp_path)
    with pytest.raises(InputRefused) as refused, reading(tmp_path, config(tmp_path)):
        pass
    assert refused.value.places[0].column == "adres.land"


@pytest.mark.parametrize(
    "kind",
    [pa.struct([("naam", pa.string())]), pa.list_(pa.string()), pa.binary()],
    ids=["struct", "list", "binary"],
)
def test_parquet_column_of_groups_lists_or_bytes_is_refused(
    tmp_path: Path, kind: pa.DataType
) -> None:
    write_csv(clean(), tmp_path / "one" / "exports" / NIGHT.isoformat())
    folder = tmp_path / "exports" / NIGHT.isoformat()
    folder.mkdir(parents=True)
    _as_parquet(tmp_path / "one", folder)
    dwellings = pq.read_table(folder / "dwellings.parquet")
    at = dwellings.column_names.index("street")
    cell = {"naam": "Brink"} if pa.types.is_struct(kind) else ["Brink"]
    cells = [b"Brink" if pa.types.is_binary(kind) else cell] * dwellings.num_rows
    pq.write_table(
        dwellings.set_column(at, "street", pa.array(cells, kind)), folder / "dwellings.parquet"
    )
    with pytest.raises(InputRefused) as refused, reading(tmp_path, config(tmp_path)):
        pass
    assert refused.value.template == messages.COLUMN_NOT_PLAIN
    assert refused.value.places[0].column == "street"


def test_json_in_another_encoding_or_too_deep_is_refused(tmp_path: Path) -> None:
    objects = _as_vera(clean())
    _write_vera(objects, tmp_path)
    path = tmp_path / "exports" / NIGHT.isoformat() / "reacties.json"
    deep = json.dumps(objects["reacties"]).replace("25000.0", "[" * 3000 + "]" * 3000, 1)
    for content in (json.dumps(objects["reacties"]).encode("utf-16"), deep.encode()):
        path.write_bytes(content)
        with pytest.raises(InputRefused) as refused, reading(tmp_path, config(tmp_path)):
            pass
        assert refused.value.template == messages.UNREADABLE
        assert refused.value.places[0].file == "reacties.json"


@pytest.mark.parametrize("closed", ["responses.csv", "manifest.json"])
def test_a_file_without_permission_refuses_the_night(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, closed: str
) -> None:
    folder = write_csv(clean(), tmp_path / "exports" / NIGHT.isoformat())
    write_manifest(folder)
    opened = Path.open

    def refusing(path: Path, *more: object, **others: object) -> object:
        if path.name == closed:
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *more, **others)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "open", refusing)
    with pytest.raises(InputRefused) as refused, reading(tmp_path, config(tmp_path)):
        pass
    assert (refused.value.template, refused.value.facts["file"]) == (messages.CLOSED, closed)


def test_a_folder_without_permission_refuses_the_night(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "exports").mkdir()

    def refusing(path: Path) -> Iterator[Path]:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "iterdir", refusing)
    with pytest.raises(InputRefused) as refused:
        find_night(config(tmp_path), None)
    assert (refused.value.template, refused.value.facts["file"]) == (messages.CLOSED, "exports")


def test_a_full_disk_is_not_a_damaged_file() -> None:
    full = duckdb.IOException('IO Error: Could not write file "x": No space left on device')
    with pytest.raises(duckdb.IOException), refusing_damage("responses.csv"):
        raise full


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ("street", ProblemKind.CELL_ERROR),
        ("house_letter", ProblemKind.CELL_ERROR),
        ("house_number", ProblemKind.NOT_A_NUMBER),
        ("daeb", ProblemKind.NOT_A_BOOLEAN),
        ("dwelling_type", ProblemKind.UNKNOWN_CODE),
        ("extra", None),
    ],
)
def test_error_in_a_cell_is_no_empty_cell(
    tmp_path: Path, column: str, kind: ProblemKind | None
) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    tables = clean()
    folder = write_csv(tables, tmp_path / "exports" / NIGHT.isoformat())
    (folder / "dwellings.csv").unlink()
    more = {"house_letter": "", "extra": ""}
    with xlsxwriter.Workbook(folder / "dwellings.xlsx") as book:
        book.add_worksheet("other")
        sheet = book.add_worksheet("dwellings")
        for i, row in enumerate(row | more for row in tables["dwellings"]):
            sheet.write_row(0, 0, list(row))
            sheet.write_row(i + 1, 0, list(row.values()))
            if i == 7:
                sheet.write_formula(i + 1, list(row).index(column), "=NA()", None, "#N/A")
    mapping = {"dwellings": {"ignored": ["extra"]}}
    with reading(tmp_path, config(tmp_path, mapping=mapping)) as (engine, night):
        problems = [p for p in night.problems if p.table == "dwellings"]
        found = [(p.file, p.row, p.column, p.kind) for p in problems]
        assert found == ([("dwellings.xlsx", 9, column, kind)] if kind else [])
        sql = "SELECT dwelling_id, _row FROM dwellings_quarantined"
        assert engine.rows(sql) == ([("VHE000008", 9)] if kind else [])


# --- names that mean something to the engine -----------------------------------------------------


def _in_form(root: Path, form: str, more: Mapping[str, str], folder: Path) -> None:
    """Write a clean export whose dwellings have more columns, in a form; one row is wrong."""
    folder.mkdir(parents=True)
    tables = clean()
    tables["dwellings"] = [row | more for row in tables["dwellings"]]
    change("dwellings", 6, house_number="0")(tables)
    match form:
        case "csv":
            write_csv(tables, folder)
        case "xlsx":
            _as_xlsx(tables, folder)
        case "parquet":
            for name, rows in tables.items():
                pq.write_table(pa.Table.from_pylist(rows), folder / f"{name}.parquet")
        case _:
            _write_vera(_as_vera(tables), root)


@pytest.mark.parametrize("form", ["csv", "parquet", "xlsx"])
@pytest.mark.parametrize("name", ["_id", "_row", "file_row_number", "FILE_ROW_NUMBER", "c0"])
def test_column_of_theirs_with_a_name_of_ours(tmp_path: Path, form: str, name: str) -> None:
    """Of rows with one value in a column ``_id``, none may count as another."""
    folder = tmp_path / "exports" / NIGHT.isoformat()
    _in_form(tmp_path, form, {name: "5"}, folder)
    settings = config(tmp_path, mapping={"dwellings": {"ignored": [name]}})
    with reading(tmp_path, settings) as (_, night):
        problems = [p for p in night.problems if p.table == "dwellings"]
        assert [(p.row, p.column) for p in problems] == [(6, "house_number")]
        assert night.counts["dwellings"] == 39


@pytest.mark.parametrize("form", ["csv", "parquet", "xlsx", "json"])
@pytest.mark.parametrize("name", ["[12]", "a*", "wat?", "place=x", "[*]?'"])
def test_folder_with_a_pattern_in_its_name_is_read_itself(
    tmp_path: Path, form: str, name: str
) -> None:
    """Beside each folder stands another that its name, taken for a pattern, means as well."""
    root = tmp_path / name
    for other in ("1", "abc", "wat1", "*1'"):
        for folder in ("exports", "work"):
            (tmp_path / other / folder / NIGHT.isoformat()).mkdir(parents=True)
        for table in clean():
            file = tmp_path / other / "exports" / NIGHT.isoformat() / f"{table}.{form}"
            file.write_text("this is another file", encoding="utf-8")
    _in_form(root, form, {}, root / "exports" / NIGHT.isoformat())
    with reading(root, config(root)) as (engine, night):
        assert night.counts["dwellings"] == 39
        assert engine.rows("SELECT DISTINCT place FROM dwellings") == [("Westerbork",)]


def test_parquet_columns_that_differ_in_capitals_only(tmp_path: Path) -> None:
    folder = write_csv(clean(), tmp_path / "exports" / NIGHT.isoformat())
    (folder / "dwellings.csv").unlink()
    rows = [row | {"STREET": "x"} for row in clean()["dwellings"]]
    pq.write_table(pa.Table.from_pylist(rows), folder / "dwellings.parquet")
    with pytest.raises(InputRefused) as refused, reading(tmp_path, config(tmp_path)):
        pass
    assert refused.value.template == messages.COLUMN_TWICE
    assert refused.value.places[0].column == "STREET"


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "Europe/Amsterdam"])
@pytest.mark.parametrize("large", [False, True])
def test_moments_of_parquet_in_every_unit(
    tmp_path: Path, unit: str, zone: str | None, large: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source_tables, "LARGE", 1 if large else 500_000)
    tables = clean()
    rows = pa.Table.from_pylist(tables.pop("publications"))
    folder = write_csv(tables, tmp_path / "exports" / NIGHT.isoformat())
    for i, column in ((4, "opens_at"), (5, "closes_at")):
        moments = [datetime(2026, 10, i, 8)] * rows.num_rows
        rows = rows.set_column(i, column, pa.array(moments, pa.timestamp(unit, zone)))
    pq.write_table(rows, folder / "publications.parquet")
    with reading(tmp_path, config(tmp_path)) as (engine, _):
        found = engine.rows("SELECT DISTINCT opens_at, closes_at FROM publications")
    hour = 8 if zone else 6
    assert found == [(datetime(2026, 10, 4, hour), datetime(2026, 10, 5, hour))]


# --- a large Parquet file ----------------------------------------------------------------------

_LARGE = """
COPY (SELECT 'R' || lpad(i::VARCHAR, 8, '0') AS response_id,
    'P-' || lpad((1 + i % 40)::VARCHAR, 5, '0') AS publication_id,
    'WZ' || lpad((i // 3)::VARCHAR, 7, '0') AS candidate_id,
    TIMESTAMPTZ '2026-10-02 08:00:00+00' AS responded_at, 30::BIGINT AS age,
    'responded' AS status, DATE '2015-01-01' AS registered_on, {extra}
FROM range(500_010) t(i)) TO '{path}' (FORMAT parquet)
"""


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        ("NULL::BIGINT AS points", []),
        (
            "CASE WHEN i = 70 THEN 'XXX' END AS reason",
            [(72, "reason", ProblemKind.UNKNOWN_CODE)],
        ),
        (
            "CASE WHEN i = 7 THEN 0 ELSE 2 END::BIGINT AS household_size",
            [(9, "household_size", ProblemKind.OUT_OF_RANGE)],
        ),
    ],
)
def test_large_parquet_is_read_in_place(
    tmp_path: Path, extra: str, expected: list[tuple[int, str, ProblemKind]]
) -> None:
    tables = clean()
    del tables["responses"]
    folder = write_csv(tables, tmp_path / "exports" / NIGHT.isoformat())
    path = folder / "responses.parquet"
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(_LARGE.format(extra=extra, path=path))
    with reading(tmp_path, config(tmp_path)) as (engine, night):
        assert [(p.row, p.column, p.kind) for p in night.problems] == expected
        assert night.counts["responses"] == 500_010 - len(expected)
        sql = "SELECT count(*), max(responded_at), count(DISTINCT candidate_id) FROM responses"
        counted = engine.rows(sql)[0]
        assert counted[:2] == (500_010 - len(expected), datetime(2026, 10, 2, 8))
        assert not (tmp_path / "work" / "responses.parquet").exists()
        assert night.shapes == {
            ("responses", "response_id"): {"R00000000"},
            ("responses", "candidate_id"): {"WZ0000000"},
        }


@pytest.mark.parametrize(
    ("changed", "kinds"),
    [
        ("response_id = 'R00000001' WHERE response_id = 'R00000005'", {"duplicate_key"}),
        ("publication_id = 'P-99999' WHERE response_id = 'R00000005'", {"orphan"}),
        ("publication_id = ' P-00001' WHERE response_id = 'R00000005'", set()),
        ("candidate_id = NULL WHERE response_id = 'R00000005'", {"missing_value"}),
        ("age = 200 WHERE response_id = 'R00000005'", {"out_of_range"}),
        ("response_id = 'X-1' WHERE response_id = 'R00400005'", set()),
        ("candidate_id = 'x 7' WHERE response_id = 'R00400005'", set()),
    ],
)
def test_large_parquet_with_one_wrong_row(tmp_path: Path, changed: str, kinds: set[str]) -> None:
    tables = clean()
    del tables["responses"]
    folder = write_csv(tables, tmp_path / "exports" / NIGHT.isoformat())
    path = folder / "responses.parquet"
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(_LARGE.format(extra="NULL::BIGINT AS points", path=path))
        connection.execute(f"CREATE TABLE r AS FROM '{path}'")
        connection.execute(f"UPDATE r SET {changed}")
        connection.execute(f"COPY (FROM r) TO '{path}' (FORMAT parquet)")
    with reading(tmp_path, config(tmp_path)) as (engine, night):
        assert {problem.kind.value for problem in night.problems} == kinds
        assert engine.rows("SELECT count(*) FROM responses") == [(night.counts["responses"],)]
        spaces = "SELECT count(*) FROM responses WHERE publication_id LIKE ' %'"
        assert engine.rows(spaces) == [(0,)]
        for (table, column), shapes in night.shapes.items():  # told only where it holds for all
            shape = f"regexp_replace({column}, '[0-9]', '0', 'g')"
            found = engine.rows(f"SELECT DISTINCT {shape} FROM {table}")
            assert {text for (text,) in found} == shapes


def test_large_parquet_that_is_damaged_in_the_middle_refuses_the_night(tmp_path: Path) -> None:
    tables = clean()
    del tables["responses"]
    folder = write_csv(tables, tmp_path / "exports" / NIGHT.isoformat())
    path = folder / "responses.parquet"
    with duckdb.connect() as connection:
        connection.execute(_LARGE.format(extra="NULL::BIGINT AS points", path=path))
    column = pq.read_metadata(path).row_group(2).column(0)
    assert column.path_in_schema == "response_id"
    content = bytearray(path.read_bytes())
    start = column.data_page_offset + 4
    content[start : start + 2_000] = b"\xff" * 2_000
    path.write_bytes(content)
    with pytest.raises(InputRefused) as refused, reading(tmp_path, config(tmp_path)):
        pass
    assert refused.value.template == messages.UNREADABLE


# --- the register -----------------------------------------------------------------------------


def _register(root: Path, *lines: str) -> None:
    names = "person_id;kind;employee_id;surname;birth_date;valid_from"
    path = root / "register.csv"
    path.write_text("\n".join([names, *lines]) + "\n", encoding="utf-8")
    path.chmod(0o600)


def test_register_is_read_apart(tmp_path: Path) -> None:
    _register(tmp_path, "X1;employee;MW0001;de Vries;1980-02-03;2020-01-01")
    with open_engine(config(tmp_path), tmp_path / "work") as engine:
        found = read_register(engine, config(tmp_path))
        assert (found.delivered, found.count, found.problems) == (True, 1, ())
        assert engine.rows("SELECT surname, birth_date FROM register") == [
            ("de Vries", date(1980, 2, 3))
        ]


def test_register_that_others_can_read_is_refused(tmp_path: Path) -> None:
    _register(tmp_path)
    (tmp_path / "register.csv").chmod(0o640)
    with (
        open_engine(config(tmp_path), tmp_path / "work") as engine,
        pytest.raises(ConfigError),
    ):
        read_register(engine, config(tmp_path))


def test_corrupted_register_leaves_empty_relations(tmp_path: Path) -> None:
    _register(tmp_path, *(f"X{i};?;MW1;Geheimnaam;31-31-1980;2020-01-01" for i in range(9)))
    with open_engine(config(tmp_path), tmp_path / "work") as engine:
        with pytest.raises(InputRefused) as refused:
            read_register(engine, config(tmp_path))
        assert refused.value.places[0].row == 2
        assert "Geheimnaam" not in str(refused.value) + repr(refused.value.facts)
        assert engine.rows("SELECT count(*) FROM register") == [(0,)]
        assert engine.rows("SELECT count(*) FROM register_quarantined") == [(0,)]


@pytest.mark.parametrize("first", ["J.;Postma;Postma", "J.;Postma;1980"])
def test_words_of_a_file_without_header_are_not_told(tmp_path: Path, first: str) -> None:
    folder = write_csv(clean(), tmp_path / "exports" / NIGHT.isoformat())
    (folder / "dwellings.csv").write_text(f"{first}\na;b;c\n", encoding="utf-8")
    with pytest.raises(InputRefused) as refused, reading(tmp_path, config(tmp_path)):
        pass
    assert refused.value.template == messages.NO_HEADER
    assert [place.column for place in refused.value.places] == [None]
    register = tmp_path / "register.csv"
    register.write_text(f"{first}\na;b;c\n", encoding="utf-8")
    register.chmod(0o600)
    with (
        open_engine(config(tmp_path), tmp_path / "work") as engine,
        pytest.raises(InputRefused) as refused,
    ):
        read_register(engine, config(tmp_path))
    assert "Postma" not in f"{refused.value} {refused.value.facts} {refused.value.places}"


def test_name_of_a_column_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    name = "a\nb\x1b[31m\u202e"
    places = (Place("x.csv", None, name),)
    error = InputRefused(messages.COLUMN_UNMAPPED, places, file="x.csv", column=name)
    show_error(Speech("nl"), error)
    shown = capsys.readouterr().err
    assert shown.count("\n") == 1
    assert "\x1b" not in shown
    assert r"a\nb\x1b[31m\u202e" in shown


# --- words --------------------------------------------------------------------------------------


def test_every_kind_has_its_sentences() -> None:
    assert set(SENTENCES) == set(ProblemKind)
    for english, dutch in SENTENCES.values():
        assert english and dutch and english != dutch
        assert english[-1] != "." and dutch[-1] != "."


def test_candidates_split_house_numbers_too() -> None:
    assert {"house_number", "house_letter", "house_number_addition"} <= set(CANDIDATES.names)


def test_each_response_has_the_number_of_its_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = clean()
    change("responses", 3, responded_at="gisteren")(tables)
    one, other = tmp_path / "csv", tmp_path / "parquet"
    write_csv(tables, one / "exports" / NIGHT.isoformat())
    ids = [row["response_id"] for row in tables["responses"]]

    def numbered(root: Path) -> list[tuple[object, ...]]:
        with reading(root, config(root)) as (engine, _):
            return engine.rows(f"SELECT {FILE_ROW}, response_id FROM responses ORDER BY 1")

    found = numbered(one)
    assert found == [(n, one) for n, one in enumerate(ids) if n != 1]
    folder = other / "exports" / NIGHT.isoformat()
    folder.mkdir(parents=True)
    _as_parquet(one, folder)  # the unreadable row is not in it
    whole = [(n, one) for n, one in enumerate(one for _, one in found)]
    assert numbered(other) == whole
    monkeypatch.setattr(source_tables, "LARGE", 0)  # looked at where it stands
    assert numbered(other) == whole

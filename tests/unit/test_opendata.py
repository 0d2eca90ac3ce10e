"""The open data: the same table in every format, described, reproducible, no formula."""

from __future__ import annotations

import hashlib
import io
import json
import re
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.catalogue import public_catalogue
from allocation.opendata.api import group_of
from allocation.opendata.fields import (
    CHECKS,
    DWELLINGS,
    EXPLANATIONS,
    OUTCOMES,
    RESULTS,
    SEVERITIES,
    STATEMENTS,
)
from allocation.opendata.formats import csv_bytes, guarded, unguarded
from allocation.opendata.metadata import Publisher
from allocation.opendata.write import write_open_data
from allocation.public import LETTINGS, NormStatement, PublicTable, Statements, YearStatement
from allocation.rules.model import Severity
from allocation.tree import Finished, Tree
from allocation.vocabulary import CheckResult, Explanation, Outcome
from tests.unit.tables import history, table

PUBLISHER = Publisher(
    association="Woonstichting De Brink & Zonen",
    work_area="Midden-Drenthe",
    email="info@brink.example",
    website="https://brink.example/",
    base_url="https://verdeling.brink.example/",
    data_until=date(2026, 11, 22),
    made_from={"program": {"version": "0"}},
)

STATEMENTS_2025 = Statements(
    years=(YearStatement(2024, None), YearStatement(2025, 45)),
    norms=(NormStatement("NRM-1", "", "", "", "", 2025, 2025, Decimal("75.00"), False, True, 85),),
)

STAMP = datetime(2026, 11, 22, 22, 59, 59, tzinfo=UTC)


def write(folder: Path, rows: PublicTable, last: Tree | None = None) -> Tree:
    folder.mkdir()
    tree = Tree(folder, STAMP, Finished(last.root, last.files) if last else None)
    write_open_data(rows, STATEMENTS_2025, public_catalogue().rules, PUBLISHER, tree)
    tree.finish()
    return tree


@pytest.fixture(scope="module")
def rows() -> PublicTable:
    return history(600, date(2025, 1, 1), 650)


@pytest.fixture(scope="module")
def data(rows: PublicTable, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("open") / "tree", rows).root / "data"


def _bytes(root: Path) -> dict[str, bytes]:
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def test_every_public_column_is_in_the_open_data():
    names = [field.name for field in DWELLINGS]
    assert names[: len(LETTINGS) - 1] == [name for name in LETTINGS.names if name != "checks"]
    assert set(OUTCOMES) == set(Outcome)
    assert set(RESULTS) == set(CheckResult)
    assert set(EXPLANATIONS) == set(Explanation)
    assert set(SEVERITIES) == set(Severity)
    for field in (*DWELLINGS, *CHECKS, *STATEMENTS):
        assert field.title_nl and field.title_en and field.nl and field.en, field.name


def test_csv_json_and_parquet_hold_one_table(data: Path):
    parquet = pq.read_table(data / "woningen.parquet")
    assert parquet.num_rows == 600
    read = pd.read_csv(data / "woningen.csv", dtype=str, keep_default_na=False)
    listed = json.loads((data / "woningen.json").read_text(encoding="utf-8"), parse_float=Decimal)
    assert list(read.columns) == listed[0] == parquet.column_names
    for name in parquet.column_names:
        values = parquet.column(name).to_pylist()
        texts = ["" if value is None else str(value) for value in values]
        assert read[name].tolist() == texts, name
    rows = [[_plain(value) for value in row.values()] for row in parquet.to_pylist()]
    assert rows == listed[1:]


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def test_duckdb_and_pandas_read_the_same_types_from_csv_and_parquet(data: Path):
    sql = "SELECT * FROM {} EXCEPT SELECT * FROM {}"
    schema = duckdb.sql(f"DESCRIBE SELECT * FROM '{data}/woningen.parquet'").fetchall()
    types = ", ".join(f"'{name}': '{kind}'" for name, kind, *_ in schema)
    csv = f"read_csv('{data}/woningen.csv', columns={{{types}}}, header=true)"
    parquet = f"'{data}/woningen.parquet'"
    assert duckdb.sql(f"SELECT count(*) FROM {csv}").fetchall() == [(600,)]
    assert duckdb.sql(sql.format(csv, parquet)).fetchall() == []
    assert duckdb.sql(sql.format(parquet, csv)).fetchall() == []
    frame = pd.read_csv(data / "woningen.csv", parse_dates=["opens_on", "closes_on", "let_month"])
    other = pd.read_parquet(data / "woningen.parquet")
    for name in ("response_count", "rank", "registration_years", "deviations", "room_count"):
        pd.testing.assert_series_equal(frame[name], other[name], check_dtype=False)
    dates = pd.to_datetime(other["closes_on"])
    pd.testing.assert_series_equal(frame["closes_on"], dates, check_dtype=False)


def test_years_are_parts_of_the_whole(data: Path):
    parts = sorted(data.glob("woningen-*.parquet"))
    assert [part.stem for part in parts] == ["woningen-2025", "woningen-2026"]
    whole = pq.read_table(data / "woningen.parquet")
    joined = pa.concat_tables([pq.read_table(part) for part in parts]).sort_by("key")
    assert joined.equals(whole)
    for part in parts:
        years = {day.year for day in pq.read_table(part).column("closes_on").to_pylist()}
        assert years == {int(part.stem[-4:])}


def test_each_dwelling_stands_in_the_group_that_its_key_names(data: Path):
    whole = pq.read_table(data / "woningen.parquet").to_pylist()
    found: dict[str, dict[str, object]] = {}
    for path in (data / "woning").iterdir():
        group = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        assert {group_of(key) for key in group} == {path.stem}
        found |= group
    assert len(found) == len(whole) == 600
    for row in whole:
        key = row.pop("key")
        assert found[key] == {n: _plain(v) for n, v in row.items() if v is not None}


def test_checks_in_long_form_agree_with_the_counts(data: Path, rows: PublicTable):
    checks = f"'{data}/toetsen.parquet'"
    told = [text for text in rows.rows.column("checks").to_pylist() if text]
    assert duckdb.sql(f"SELECT count(*) FROM {checks}").fetchall() == [
        (sum(len(text.split()) for text in told),)
    ]
    counted = duckdb.sql(
        f"""SELECT let_month, rule, result, count(*) AS lettings
        FROM {checks} JOIN '{data}/woningen.parquet' USING (key)
        GROUP BY ALL ORDER BY ALL"""
    ).fetchall()
    csv = f"'{data}/toetsen-per-maand.csv'"
    assert counted == duckdb.sql(f"SELECT * FROM {csv} ORDER BY ALL").fetchall()
    failed = pd.read_csv(data / "afwijkingen.csv")
    main = pd.read_csv(data / "woningen.csv")
    assert len(failed) == main["deviations"].sum()
    assert failed.groupby("key").size().to_dict() == (
        main[main["deviations"] > 0].set_index("key")["deviations"].to_dict()
    )
    assert set(failed["result"]) == {"in_treatment", "explained", "unexplained"}
    assert failed[failed["result"] == "explained"]["explanation"].notna().all()


def test_yearly_figures_say_only_what_was_declassified(data: Path):
    read = pd.read_csv(data / "jaarcijfers.csv", dtype=str, keep_default_na=False)
    assert read.values.tolist() == [
        ["withheld", "2024", "2024", "", "", "", ""],
        ["withheld", "2025", "2025", "45", "", "", ""],
        ["NRM-1", "2025", "2025", "", "85", "75.00", "true"],
    ]


def test_every_rule_is_in_the_open_data_with_what_it_weighs(data: Path):
    read = pd.read_csv(data / "regels.csv", dtype=str, keep_default_na=False)
    rules = public_catalogue().rules
    assert read["rule"].tolist() == [rule.id for rule in rules]
    assert read["severity"].tolist() == [str(rule.severity) for rule in rules]
    assert set(pd.read_csv(data / "afwijkingen.csv")["rule"]) <= set(read["rule"])


def test_the_same_rows_give_the_same_bytes_and_links(rows: PublicTable, tmp_path: Path):
    one = write(tmp_path / "one", rows)
    two = write(tmp_path / "two", rows)
    assert _bytes(one.root) == _bytes(two.root)
    again = write(tmp_path / "three", rows, last=one)
    assert (again.written, again.linked) == (0, one.written)
    assert _bytes(again.root) == _bytes(one.root)


def test_a_new_outcome_leaves_earlier_years_as_they_are(rows: PublicTable, tmp_path: Path):
    one = write(tmp_path / "one", rows)
    newer = rows.rows.to_pylist()
    newest = max(range(len(newer)), key=lambda i: newer[i]["closes_on"])
    newer[newest]["response_count"] += 1
    two = write(tmp_path / "two", table(newer), last=one)
    for kind in ("csv", "json", "parquet"):
        old, new = (tree.root / "data" / f"woningen-2025.{kind}" for tree in (one, two))
        assert old.samefile(new)
        old, new = (tree.root / "data" / f"woningen-2026.{kind}" for tree in (one, two))
        assert not old.samefile(new)
        assert old.read_bytes() != new.read_bytes()
    groups = [path.name for path in (two.root / "data" / "woning").iterdir()]
    changed = [
        name
        for name in groups
        if not (one.root / "data/woning" / name).samefile(two.root / "data/woning" / name)
    ]
    assert changed == [f"{group_of(newer[newest]['key'])}.json"]


def test_the_data_package_describes_every_file_truly(data: Path):
    package = json.loads((data / "datapackage.json").read_text(encoding="utf-8"))
    listed = {resource["path"] for resource in package["resources"]}
    tables = {p.name for p in data.iterdir() if p.suffix in (".csv", ".parquet", ".json")}
    assert listed == tables - {"datapackage.json", "openapi.json"}
    assert len({resource["name"] for resource in package["resources"]}) == len(listed)
    for resource in package["resources"]:
        assert re.fullmatch(r"[a-z0-9._-]+", resource["name"])
        content = (data / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        schema = json.loads((data / resource["schema"]).read_text(encoding="utf-8"))
        names = [field["name"] for field in schema["fields"]]
        if resource["format"] == "csv":
            assert content.decode().splitlines()[0] == ",".join(f'"{name}"' for name in names)
        if resource["format"] == "parquet":
            assert pq.read_schema(io.BytesIO(content)).names == names
        assert set(schema["primaryKey"]) <= set(names)


def test_the_values_fit_the_schema(data: Path):
    schema = json.loads((data / "schema/woningen.json").read_text(encoding="utf-8"))
    read = pd.read_csv(data / "woningen.csv", dtype=str, keep_default_na=False)
    forms = {
        "integer": r"-?\d+",
        "number": r"-?\d+(\.\d+)?",
        "date": r"\d{4}-\d\d-\d\d",
        "string": r".+",
    }
    for field in schema["fields"]:
        values = set(read[field["name"]]) - {""}
        constraints = field.get("constraints", {})
        assert all(re.fullmatch(forms[field["type"]], value) for value in values), field["name"]
        if constraints.get("required"):
            assert "" not in set(read[field["name"]])
        if "enum" in constraints:
            assert values <= set(constraints["enum"])
    assert read["key"].is_unique


DATASET = [
    "dct:title",
    "dct:description",
    "dct:identifier",
    "dct:publisher",
    "dct:creator",
    "dcat:contactPoint",
    "dct:accessRights",
    "dcat:theme",
    "dct:language",
    "dct:accrualPeriodicity",
    "dcat:distribution",
]
DISTRIBUTION = (
    "dcat:accessURL",
    "dct:license",
    "dct:format",
    "dct:title",
    "dcat:mediaType",
)
CATALOGUE = (
    "dct:title",
    "dct:description",
    "dct:publisher",
    "dcat:contactPoint",
    "dcat:dataset",
)


def test_dcat_names_what_a_portal_must_have(data: Path):
    dcat = json.loads((data / "dcat.jsonld").read_text(encoding="utf-8"))
    nodes = {node["@type"]: node for node in dcat["@graph"]}
    known = {node["@id"] for node in dcat["@graph"]}
    dataset, catalogue = nodes["dcat:Dataset"], nodes["dcat:Catalog"]
    assert not [name for name in DATASET if name not in dataset]
    assert not [name for name in CATALOGUE if name not in catalogue]
    for name in ("dct:publisher", "dcat:contactPoint"):
        assert dataset[name]["@id"] in known
    assert catalogue["dcat:dataset"]["@id"] == dataset["@id"]
    for name in ("dct:title", "dct:description"):
        assert [text["@language"] for text in dataset[name]] == ["nl", "en"]
    files = json.loads((data / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    assert len(dataset["dcat:distribution"]) == len(files)
    for distribution, file in zip(dataset["dcat:distribution"], files, strict=True):
        assert not [name for name in DISTRIBUTION if name not in distribution]
        assert distribution["dcat:downloadURL"]["@id"].endswith(f"/data/{file['path']}")


def test_every_address_of_the_open_api_is_a_file(data: Path):
    api = json.loads((data / "openapi.json").read_text(encoding="utf-8"))
    for path in api["paths"]:
        if "{" not in path:
            assert (data.parent / path.lstrip("/")).is_file(), path
    properties = api["components"]["schemas"]["Dwelling"]["properties"]
    assert ["key", *properties] == [field.name for field in DWELLINGS]


def test_the_examples_run(data: Path, tmp_path: Path):
    for name in ("met_pandas.py", "duckdb.sql"):
        text = (data / "voorbeelden" / name).read_text(encoding="utf-8")
        assert PUBLISHER.base_url in text
        (tmp_path / name).write_text(
            text.replace(f"{PUBLISHER.base_url}data/", f"{data}/"), encoding="utf-8"
        )
    run = subprocess.run(
        [sys.executable, str(tmp_path / "met_pandas.py")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Westerbork" in run.stdout
    quarters = duckdb.sql((tmp_path / "duckdb.sql").read_text(encoding="utf-8")).fetchall()
    assert len(quarters) >= 6


HOSTILE = [
    "=1+1",
    "+31",
    "-2",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1",
    ' "=1"',
    "'=1",
    "''=1",
    "a;=1+1;b",
    "a\n=HYPERLINK(1)",
    "＝1",
    ";;=x",
    "Dorp; -1",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_starts_a_formula_however_it_is_cut(text: str):
    written = guarded(text)
    for cell in re.split(r"[;\t\r\n]", written):
        assert not re.match(r"[\s\"]*[=+\-@＝＋－＠]", cell), written
    assert unguarded(written) == text


@given(st.text(alphabet="=+-@;\t\r\n '\"a,1", max_size=12))
def test_a_guarded_text_can_be_given_back(text: str):
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", ["'s-Gravenzande", "13 k-4", "Lindehof, hoek", "IJ-straat", ""])
def test_ordinary_texts_are_left_alone(text: str):
    assert guarded(text) == text


def test_hostile_texts_go_guarded_into_csv_and_as_they_are_into_parquet(tmp_path: Path):
    rows = table(
        [{"key": f"x-{i}-aaaaaaa{chr(97 + i)}", "label": text} for i, text in enumerate(HOSTILE)]
    )
    data = write(tmp_path / "tree", rows).root / "data"
    held = pq.read_table(data / "woningen.parquet").column("label").to_pylist()
    assert held == [row["label"] for row in rows.rows.to_pylist()]
    listed = json.loads((data / "woningen.json").read_text(encoding="utf-8"))
    assert [row[listed[0].index("label")] for row in listed[1:]] == held
    read = duckdb.sql(
        f"SELECT label FROM read_csv('{data}/woningen.csv', all_varchar=true, header=true, "
        "quote='\"', delim=',') ORDER BY key"
    ).fetchall()
    assert [unguarded(label) for (label,) in read] == held
    assert all(not re.match(r"[\s\"]*[=+\-@＝]", label) for (label,) in read)


def test_an_empty_office_has_empty_tables(tmp_path: Path):
    data = write(tmp_path / "tree", table([])).root / "data"
    assert pq.read_table(data / "woningen.parquet").num_rows == 0
    assert json.loads((data / "woningen.json").read_text()) == [[f.name for f in DWELLINGS]]
    assert (data / "woningen.csv").read_text().count("\n") == 1
    assert not (data / "woning").exists()


def test_csv_bytes_quote_texts_and_leave_nothing_for_nothing():
    made = pa.table({"a": pa.array(["x", None, 'q"q']), "b": pa.array([1, None, 3])})
    assert csv_bytes(made) == b'"a","b"\n"x",1\n,\n"q""q",3\n'

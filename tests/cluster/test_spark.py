"""DuckDB and Spark give the same findings: on every spec case, and on the sample.

Needs the extra ``cluster`` and Java; without them the tests are skipped with
the reason, unless ``ALLOCATION_SPARK=1`` says that they must run.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import pytest

from allocation import contract
from allocation.cluster import SparkEngine, open_spark
from allocation.engine import open_engine
from allocation.errors import ConfigError
from allocation.rules.model import FOLDER, Scope
from allocation.rules.norms import measure_norms
from allocation.rules.run import FINDINGS, check_rules
from allocation.rules.seam import INPUTS
from allocation.sample import write_sample
from allocation.state.snapshots import look
from tests.spec.judging import AGREEMENT, CONFIG, SUPPLIED, office
from tests.spec.office import TODAY, read_cases
from tests.unit.test_rules_on_sample import EARLIER, read

MISSING = [
    what
    for what, there in (
        ("pyspark is not installed", find_spec("pyspark") is not None),
        ("there is no Java", shutil.which("java") is not None),
    )
    if not there
]
if MISSING and os.environ.get("ALLOCATION_SPARK") == "1":
    raise RuntimeError(f"Spark must be tested here, but {' and '.join(MISSING)}")
pytestmark = pytest.mark.skipif(bool(MISSING), reason=" and ".join(MISSING))

Told = dict[tuple[object, ...], tuple[object, ...]]


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkEngine]:
    with open_spark("local[2]", tmp_path_factory.mktemp("spark")) as engine:
        yield engine


def told(rows: list[tuple[object, ...]]) -> Told:
    """Return findings by what they are about; evidence as values, numbers as numbers."""
    found = {}
    for advert, dwelling, allocation, rule, verdict, missing, evidence in rows:
        key = (rule, advert, dwelling, allocation)
        assert key not in found
        found[key] = (verdict, missing, json.loads(str(evidence)))
    return found


def findings(engine, scope: Scope) -> Told:
    names = "publication_id, dwelling_id, allocation_id, rule, verdict, missing, evidence"
    return told(engine.rows(f"SELECT {names} FROM {FINDINGS[scope]} AS f"))


def hand_over(engine, spark: SparkEngine, names: set[str]) -> None:
    for name in names:
        spark.register(name, engine.arrow(f"SELECT * FROM {name}"))


TABLES = {table.name for table in contract.NIGHT_TABLES}


@pytest.mark.parametrize("scope", list(Scope))
def test_every_spec_case_gives_the_same(spark: SparkEngine, scope: Scope):
    cases = [case for case in read_cases() if case.scope == scope or scope is Scope.RELEASABLE]
    with office(cases) as engine:
        hand_over(engine, spark, TABLES | SUPPLIED)
        for each in (engine, spark):
            check_rules(each, AGREEMENT, TODAY, Scope.ALL, SUPPLIED)
            if scope is Scope.RELEASABLE:
                check_rules(each, AGREEMENT, TODAY, scope, SUPPLIED)
        assert findings(spark, scope) == findings(engine, scope)
        assert measure_norms(spark, AGREEMENT, TODAY) == measure_norms(engine, AGREEMENT, TODAY)


def test_the_sample_gives_the_same(spark: SparkEngine, tmp_path: Path):
    folder = tmp_path / "sample"
    write_sample(folder, dwellings=300, responses_per_dwelling=30, seed=11, file_format="parquet")
    first, last = sorted((folder / "exports").iterdir())
    with open_engine(CONFIG, tmp_path) as engine:
        read(engine, first)
        engine.run("CREATE TABLE scoped_publications AS SELECT * FROM publications")
        engine.register("withheld_publications", INPUTS["withheld_publications"].empty_table())
        look(engine)
        night = date.fromisoformat(first.name)
        for name in EARLIER:
            snapshot = (FOLDER / "snapshots" / f"{name}.sql").read_text(encoding="utf-8")
            engine.derive(name, snapshot, {"night": night, "scope": "all"})
        read(engine, last)
        hand_over(engine, spark, TABLES | set(EARLIER))
        today = date.fromisoformat(last.name)
        ours = check_rules(engine, AGREEMENT, today, Scope.ALL, EARLIER)
        theirs = check_rules(spark, AGREEMENT, today, Scope.ALL, EARLIER)
        assert theirs == ours
        assert findings(spark, Scope.ALL) == findings(engine, Scope.ALL)


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_a_table_is_read_from_a_file(spark: SparkEngine, tmp_path: Path, kind: str):
    path = tmp_path / f"limits.{kind}"
    with open_engine(CONFIG, tmp_path) as engine:
        engine.run(f"COPY (SELECT 2026 AS year, 1.5 AS limit_eur) TO '{path}' (FORMAT {kind})")
    spark.read("some_limits", str(path))
    assert [(int(str(y)), float(str(e))) for y, e in spark.rows("SELECT * FROM some_limits")] == [
        (2026, 1.5)
    ]


def test_another_kind_of_file_is_refused(spark: SparkEngine):
    with pytest.raises(ConfigError, match="Parquet and CSV"):
        spark.read("x", "/somewhere/table.xlsx")


def test_the_inputs_have_one_form():
    assert set(SUPPLIED) == set(INPUTS) - {"limits"}

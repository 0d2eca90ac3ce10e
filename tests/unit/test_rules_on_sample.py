"""On the fictional association every planted irregularity is found, and nothing else.

The code that plants and the code that judges share the vocabulary only; the
sample's own ``truth.json`` is the judge.  ``SAMPLE_SEEDS`` gives the number of
seeds (three unless said otherwise).
"""

from __future__ import annotations

import json
import os
import tempfile
from datetime import date
from pathlib import Path

import pytest

from allocation import contract
from allocation.contract import SQL_TYPES, Kind
from allocation.engine import Engine, open_engine
from allocation.rules import RULES
from allocation.rules.model import FOLDER, Scope, Verdict
from allocation.rules.run import check_rules
from allocation.rules.seam import INPUTS
from allocation.sample import write_sample
from allocation.state.snapshots import look
from tests.spec.judging import AGREEMENT, CONFIG

DEEP = "ALLOCATION_DEEP" in os.environ
SEEDS = range(1, 1 + int(os.environ.get("SAMPLE_SEEDS", "20" if DEEP else "3")))
SIZES = ((150, 12), (240, 30), (400, 20))
EARLIER = ("earlier_registrations", "earlier_conditions")
pytestmark = pytest.mark.deep


def read(engine: Engine, folder: Path) -> None:
    """Make the tables of a night from its Parquet files."""
    for table in contract.NIGHT_TABLES:
        columns = ", ".join(
            f"make_timestamp(epoch_us({column.name})) AS {column.name}"
            if column.kind is Kind.INSTANT
            else f"CAST({column.name} AS {SQL_TYPES[column.kind]}) AS {column.name}"
            for column in table.columns
        )
        path = folder / f"{table.name}.parquet"
        numbered = f"file_row_number AS {contract.FILE_ROW}, " if table.numbered else ""
        engine.run(
            f"CREATE OR REPLACE TABLE {table.name} AS SELECT {numbered}{columns}"
            f" FROM read_parquet('{path}', file_row_number = true)"
        )


def judge_sample(engine: Engine, folder: Path, truth: dict[str, list[dict[str, str]]]) -> None:
    """Judge the last night of a sample, with the one before it as the earlier night."""
    nights = sorted((folder / "exports").iterdir())
    read(engine, nights[0])
    engine.run("CREATE TABLE scoped_publications AS SELECT * FROM publications")
    engine.register("withheld_publications", INPUTS["withheld_publications"].empty_table())
    look(engine)
    night = date.fromisoformat(nights[0].name)
    for name in EARLIER:
        snapshot = (FOLDER / "snapshots" / f"{name}.sql").read_text(encoding="utf-8")
        engine.derive(name, snapshot, {"night": night, "scope": "all"})
    read(engine, nights[-1])
    engine.run("CREATE TABLE matched (candidate_id VARCHAR, person_id VARCHAR)")
    for match in truth["matches"]:
        values = (match["candidate_id"], match["person_id"])
        engine.run("INSERT INTO matched VALUES (?, ?)", values)
    engine.run(
        "CREATE TABLE interest_matches AS SELECT DISTINCT m.candidate_id, r.employee_id"
        " FROM matched AS m JOIN read_csv(?, delim = ';', all_varchar = true) AS r"
        " ON r.person_id = m.person_id",
        (str(folder / "register.csv"),),
    )
    today = date.fromisoformat(nights[-1].name)
    check_rules(engine, AGREEMENT, today, Scope.ALL, {*EARLIER, "interest_matches"})


@pytest.fixture(scope="module", params=SEEDS)
def judged(request):
    dwellings, responses = SIZES[request.param % len(SIZES)]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "sample"
        write_sample(
            folder,
            dwellings=dwellings,
            responses_per_dwelling=responses,
            seed=request.param,
            file_format="parquet",
        )
        truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
        with open_engine(CONFIG, Path(temporary)) as engine:
            judge_sample(engine, folder, truth)
            yield engine, truth


def planted(truth):
    return {(i["rule"], i["publication_id"], i["dwelling_id"]) for i in truth["irregularities"]}


def test_finds_every_planted_irregularity_and_nothing_else(judged):
    engine, truth = judged
    sql = "SELECT rule, publication_id, dwelling_id FROM findings WHERE verdict = 'failed'"
    found = set(engine.rows(sql))
    assert found - planted(truth) == set()
    assert planted(truth) - found == set()


def test_every_rule_that_can_be_planted_is_planted(judged):
    _, truth = judged
    plantable = {rule.id for rule in RULES if not rule.id.startswith("NRM")}
    assert {rule for rule, _, _ in planted(truth)} == plantable


def test_the_favour_shows_as_a_breach_of_the_ranking(judged):
    engine, truth = judged
    favour = truth["favour"]
    ((evidence, verdict),) = engine.rows(
        "SELECT evidence, verdict FROM findings WHERE rule = 'RNK-2' AND allocation_id = ?",
        (favour["allocation_id"],),
    )
    assert verdict == Verdict.FAILED
    assert json.loads(str(evidence))["no_record"] > 0

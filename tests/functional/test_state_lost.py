"""A private state that lost something: one line, and the site as it was."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.functional.office import Office, tree_facts


def _record(state: Path) -> Path:
    return max((state / "releases").iterdir())


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def _first(state: Path, pattern: str) -> Path:
    return min(state.glob(pattern))


def _garble(path: Path) -> None:
    path.write_bytes(b"This is no book at all. " * 400)


@pytest.mark.parametrize(
    "lose",
    [
        pytest.param(shutil.rmtree, id="everything"),
        pytest.param(lambda state: shutil.rmtree(_record(state)), id="the record"),
        pytest.param(lambda state: (_record(state) / "night.json").unlink(), id="its night"),
        pytest.param(lambda state: _cut(_record(state) / "night.json"), id="half its night"),
        pytest.param(lambda state: (_record(state) / "public.parquet").unlink(), id="its table"),
        pytest.param(lambda state: _cut(_record(state) / "pairs.parquet"), id="half its pairs"),
        pytest.param(lambda state: _cut(_record(state) / "files.parquet"), id="half its files"),
        pytest.param(lambda state: (_record(state) / "files.parquet").unlink(), id="its files"),
        pytest.param(lambda state: (_record(state) / "statements.json").unlink(), id="its figures"),
        pytest.param(lambda state: _cut(_record(state) / "statements.json"), id="half its figures"),
        pytest.param(lambda state: (state / "key").unlink(), id="the secret of the keys"),
        pytest.param(lambda state: _cut(state / "key"), id="half the secret of the keys"),
        pytest.param(
            lambda state: _first(state, "snapshots/*/*/*.parquet").write_bytes(b""),
            id="an earlier night",
        ),
        pytest.param(lambda state: _garble(state / "explanations.sqlite"), id="explanations"),
        pytest.param(lambda state: _garble(state / "interventions.sqlite"), id="interventions"),
    ],
)
def test_a_state_that_lost_something_stops_the_night(
    office: Office, lose: Callable[[Path], None]
) -> None:
    before = tree_facts(office.site)
    lose(office.folder / "state")
    result = office.build()
    assert result.returncode == 2, result.stderr
    assert "Traceback" not in result.stderr + result.stdout
    (line,) = [each for each in result.stderr.splitlines() if "backup" in each]
    assert "state" in line or "private folder" in line
    assert tree_facts(office.site) == before


def test_findings_that_are_cut_off_are_told_in_one_line(office: Office) -> None:
    _cut(max((office.folder / "state" / "findings").glob("*.parquet")))
    result = office.run("findings")
    assert result.returncode == 2
    (line,) = result.stderr.splitlines()
    assert "findings" in line and "backup" in line

"""The leak check does not cry wolf: over twenty associations it stops no night."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from allocation.config import read_config
from allocation.pipeline import build_night
from allocation.sample import write_sample
from tests.functional.office import Office, Row
from tests.nightly.observing import workplace

SEEDS = range(1, 21)


def found(folder: Path) -> int:
    """Build the first night and return how many findings the search had."""
    config = read_config(folder / "allocation.toml")
    build_night(config, None, lambda stage: None)
    lines = [
        json.loads(line)
        for log in (folder / "state" / "logs").iterdir()
        for line in log.read_text(encoding="utf-8").splitlines()
    ]
    searched = [line for line in lines if line["event"] == "searched"]
    assert len(searched) == 1
    assert searched[0]["patterns"] > 100
    return int(searched[0]["count"])


@pytest.mark.nightly
@pytest.mark.parametrize("seed", SEEDS)
def test_no_false_alarm(seed: int) -> None:
    with workplace() as folder:
        write_sample(
            folder / "office",
            dwellings=60,
            responses_per_dwelling=10,
            seed=seed,
            file_format="csv",
            nights=1,
        )
        assert found(folder / "office") == 0


def _wolves(rows: list[Row], streets: list[str]) -> list[Row]:
    """Give persons the names of streets and places, and short numbers of their own."""
    return [
        row | {"surname": streets[i % len(streets)], "given_name": "Jan", "surname_prefix": ""}
        for i, row in enumerate(rows)
    ]


@pytest.mark.nightly
def test_surnames_that_are_streets_and_numbers_that_are_rents() -> None:
    with workplace() as folder:
        write_sample(
            folder / "office",
            dwellings=60,
            responses_per_dwelling=10,
            seed=3,
            file_format="csv",
            nights=1,
        )
        office = Office(folder / "office")
        night = next((folder / "office" / "exports").iterdir()).name
        streets = sorted({row["street"] for row in office.rows("dwellings", night)})
        _change(office, night, "candidates", lambda rows: _wolves(rows, streets))
        _change(
            office, night, "offers",
            lambda rows: [row | {"handled_by": "612", "approved_by": "2026"} for row in rows],
        )  # fmt: skip
        assert found(folder / "office") == 0


def _change(
    office: Office, night: str, table: str, change: Callable[[list[Row]], list[Row]]
) -> None:
    rows = change(office.rows(table, night))
    with office.export(table, night).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=";", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    office.sign(night)

"""A real portal's export goes in through a mapping alone: every advert, its true count."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from allocation.config import Config, read_config
from allocation.engine import Engine, open_engine
from allocation.sources.findings import ProblemKind
from allocation.sources.night import Night, find_night, night_date, read_night

MAPPING = Path(__file__).with_name("woonnet-rijnmond.toml")
EXPORT = (
    Path(__file__).parents[2].parent
    / "shared"
    / "data"
    / "real"
    / "woonnet-rijnmond_2023-02-23.csv"
)

pytestmark = pytest.mark.skipif(
    not EXPORT.is_file(),
    reason="the real export is not here: it may not be copied into the project",
)


@pytest.fixture
def settings(tmp_path: Path) -> Config:
    """The mapping, over a folder that holds the export."""
    shutil.copy(MAPPING, tmp_path / "allocation.toml")
    folder = tmp_path / "exports" / "2023-02-23"
    folder.mkdir(parents=True)
    shutil.copy(EXPORT, folder / EXPORT.name)
    return read_config(tmp_path / "allocation.toml")


@pytest.fixture
def read(settings: Config, tmp_path: Path) -> Iterator[tuple[Engine, Night]]:
    """The night as read, with the engine still open."""
    with open_engine(settings, tmp_path / "work") as engine:
        folder = find_night(settings, None)
        yield engine, read_night(engine, settings, folder, night_date(folder, None))


def _raw() -> list[dict[str, str]]:
    with EXPORT.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_advert_has_its_true_response_count(read: tuple[Engine, Night]) -> None:
    engine, night = read
    assert night.counts == {"dwellings": 49, "publications": 49}
    assert night.problems == ()
    found = engine.rows(
        "SELECT street, house_number, response_count FROM publications "
        "JOIN dwellings USING (dwelling_id) ORDER BY publication_id"
    )
    true = [
        (row["straat"], int(row["huisnummer"]), int(row["aantalreacties"]))
        for row in sorted(_raw(), key=lambda row: row["id"])
    ]
    assert found == true
    assert (min(true, key=lambda t: t[2])[2], max(true, key=lambda t: t[2])[2]) == (0, 2630)


def test_dirt_is_handled_or_reported(read: tuple[Engine, Night]) -> None:
    engine, night = read
    noted = {(note.table, note.column, note.kind): note for note in night.notes}
    open_end = noted["publications", "closes_at", ProblemKind.OPEN_END]
    assert (open_end.row, open_end.count) == (27, 3)
    assert engine.rows("SELECT count(*) FROM publications WHERE closes_at IS NULL") == [(3,)]
    assert engine.rows(
        "SELECT house_number, house_letter, house_number_addition FROM dwellings "
        "WHERE house_letter = 'B' AND house_number = 19 OR house_number_addition IS NOT NULL "
        "ORDER BY house_number"
    ) == [(19, "B", None), (139, None, "BEN")]
    assert engine.rows("SELECT count(*) FROM dwellings WHERE dwelling_type IS NULL") == [(2,)]
    assert engine.rows("SELECT count(*) FROM dwellings WHERE floor_area_m2 IS NULL") == [(3,)]
    assert engine.rows("SELECT min(bare_rent)::VARCHAR FROM dwellings") == [("521.87",)]


def test_moments_of_the_portal_are_amsterdam_time(read: tuple[Engine, Night]) -> None:
    engine, _ = read
    sql = "SELECT opens_at FROM publications WHERE publication_id = '{}'"
    winter, summer = sql.format("100089970"), sql.format("100083965")
    assert engine.rows(winter) == [(datetime(2023, 2, 21, 19),)]
    assert engine.rows(summer) == [(datetime(2022, 7, 6, 18),)]

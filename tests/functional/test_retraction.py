"""A letting that may not be told any more: no kept release tells it."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest

from allocation.barrier.carry_over import expiry_date
from allocation.releases import Releases
from tests.functional.office import Office, Row
from tests.functional.test_night import _ordinary_letting, _pages_of


def kept(office: Office) -> list[Path]:
    """Return every page of a dwelling in every kept release."""
    return sorted((office.folder / "public" / "releases").glob("*/woning/*.html"))


def withhold(office: Office, letting: Row) -> None:
    """Give a letting a code that came late."""
    office.rewrite(
        "allocations",
        lambda rows: [
            row | ({"additional_target_group": "STH"} if row == letting else {}) for row in rows
        ],
    )


def page_of(office: Office, letting: Row) -> tuple[Row, str]:
    dwelling = next(
        r for r in office.rows("dwellings") if r["dwelling_id"] == letting["dwelling_id"]
    )
    pages = _pages_of(office, dwelling)
    assert len(pages) == 1
    return dwelling, pages[0].css_first(".answer").text()


def test_a_code_that_came_late_leaves_no_release_that_told(office: Office) -> None:
    letting = _ordinary_letting(office)
    _, told = page_of(office, letting)
    assert len(list((office.folder / "public" / "releases").iterdir())) == 2
    withhold(office, letting)
    result = office.build()
    assert result.returncode == 0, result.stderr
    _, neutral = page_of(office, letting)
    assert neutral != told
    assert len(list((office.folder / "public" / "releases").iterdir())) == 1
    assert len(list((office.folder / "state" / "releases").iterdir())) == 1
    assert all(path.is_relative_to(office.site.resolve()) for path in kept(office))


def test_a_stopped_run_is_finished_by_the_next(office: Office) -> None:
    """A release that told too much goes, even if the run stopped right after the switch."""
    releases = Releases(office.folder / "public", office.folder / "state")
    record = releases.current()
    assert record is not None
    path = office.folder / "state" / "releases" / f"{record.number:06d}" / "night.json"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"oldest": 1', f'"oldest": {record.number}'), encoding="utf-8")
    assert office.build().returncode == 0
    assert [p.name for p in (office.folder / "public" / "releases").iterdir()] == ["000002"]


def test_an_advert_that_leaves_the_export_leaves_every_release(office: Office) -> None:
    letting = _ordinary_letting(office)
    for table in ("responses", "offers", "allocations", "publications"):
        office.rewrite(
            table,
            lambda rows: [r for r in rows if r["publication_id"] != letting["publication_id"]],
        )
    assert office.build().returncode == 0
    dwelling = next(
        r for r in office.rows("dwellings") if r["dwelling_id"] == letting["dwelling_id"]
    )
    assert not _pages_of(office, dwelling)
    assert len(list((office.folder / "public" / "releases").iterdir())) == 1


def test_an_ordinary_night_keeps_the_earlier_releases(office: Office) -> None:
    office.rewrite("dwellings", lambda rows: [row | {"neighbourhood": "Zuid"} for row in rows])
    assert office.build().returncode == 0
    assert len(list((office.folder / "public" / "releases").iterdir())) == 3


def test_a_letting_that_was_wrongly_withheld_comes_back(office: Office) -> None:
    letting = _ordinary_letting(office)
    before = page_of(office, letting)
    original = office.export("allocations").read_text(encoding="utf-8")
    withhold(office, letting)
    assert office.build().returncode == 0
    assert page_of(office, letting) != before
    office.export("allocations").write_text(original, encoding="utf-8")
    office.sign()
    assert office.build().returncode == 0
    assert page_of(office, letting) == before


def test_an_unknown_code_is_reported_with_its_row(office: Office) -> None:
    letting = _ordinary_letting(office)
    rows = list(
        csv.DictReader(io.StringIO(office.export("allocations").read_text()), delimiter=";")
    )
    row = rows.index(letting) + 2
    office.rewrite(
        "allocations",
        lambda rows: [r | ({"target_group": "QQQ"} if r == letting else {}) for r in rows],
    )
    result = office.build()
    assert result.returncode == 0
    assert f"allocations.csv, row {row}, column target_group" in result.stdout
    assert "QQQ" not in result.stdout + result.stderr


@pytest.mark.parametrize(
    ("today", "months", "expected"),
    [
        (date(2026, 11, 22), 24, date(2024, 11, 22)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
    ],
)
def test_the_day_of_expiry(today: date, months: int, expected: date) -> None:
    assert expiry_date(today, months) == expected

"""Wrong exports, as a clerk meets them: one line that says where, and the site as it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.functional.office import NIGHT, Office, Row, tree_facts


@dataclass(frozen=True)
class Case:
    """One wrong input; ``refused`` nights stop with exit code 3, others go on without the row."""

    name: str
    spoil: Callable[[Office], None]
    refused: bool
    says: tuple[str, ...]


def _text(
    table: str, change: Callable[[str], str], *, sign: bool = True
) -> Callable[[Office], None]:
    def spoil(office: Office) -> None:
        path = office.export(table)
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
        if sign:
            office.sign()

    return spoil


def _bytes(table: str, change: Callable[[bytes], bytes]) -> Callable[[Office], None]:
    def spoil(office: Office) -> None:
        path = office.export(table)
        path.write_bytes(change(path.read_bytes()))
        office.sign()

    return spoil


def _row(table: str, change: Callable[[Row], None]) -> Callable[[Office], None]:
    """Spoil one row: that of a dwelling that is public and let where it matters."""

    def spoil(office: Office) -> None:
        def changed(rows: list[Row]) -> list[Row]:
            change(rows[4])
            return rows

        office.rewrite(table, changed)

    return spoil


def _twice(rows: list[Row]) -> list[Row]:
    return [*rows, rows[4]]


def _missing_table(office: Office) -> None:
    office.export("publications").unlink()
    office.sign()


def _swap_columns(text: str) -> str:
    header, rest = text.split("\n", 1)
    names = header.split(";")
    i, j = names.index("opens_at"), names.index("status")
    names[i], names[j] = names[j], names[i]
    return ";".join(names) + "\n" + rest


def _half(rows: list[Row]) -> list[Row]:
    return rows[: len(rows) // 2]


CASES = (
    Case("missing table", _missing_table, True, ("publications",)),
    Case(
        "renamed column",
        _text("dwellings", lambda text: text.replace("street", "straatnaam", 1)),
        True,
        ("dwellings.csv", "straatnaam"),
    ),
    Case(
        "swapped columns", _text("publications", _swap_columns), True, ("publications.csv", "row 2")
    ),
    Case(
        "truncated file",
        _text("responses", lambda text: text[: len(text) // 2 + 3], sign=False),
        True,
        ("responses.csv",),
    ),
    Case(
        "truncated file, manifest made afterwards",
        _text("allocations", lambda text: text.rstrip("\n")[:-40]),
        True,
        ("allocations.csv", "row"),
    ),
    Case(
        "wrong encoding",
        _bytes("dwellings", lambda data: data.replace(b"Westerbork", b"W\xebsterbork", 1)),
        True,
        ("dwellings.csv",),
    ),
    Case(
        "unknown code",
        _row("publications", lambda row: row.update(ordering="DICE")),
        False,
        ("publications.csv", "row 6", "ordering"),
    ),
    Case(
        "impossible date",
        _row("allocations", lambda row: row.update(allocated_on="2026-02-30")),
        False,
        ("allocations.csv", "row 6", "allocated_on"),
    ),
    Case(
        "negative rent",
        _row("dwellings", lambda row: row.update(bare_rent="-612,35")),
        False,
        ("dwellings.csv", "row 6", "bare_rent"),
    ),
    Case(
        "duplicate key",
        lambda office: office.rewrite("dwellings", _twice),
        False,
        ("dwellings.csv", "row 6", "dwelling_id"),
    ),
    Case(
        "orphan key",
        _row("publications", lambda row: row.update(dwelling_id="VHE999999")),
        False,
        ("publications.csv", "row 6", "dwelling_id"),
    ),
    Case("empty file", _text("publications", lambda _: ""), True, ("publications.csv",)),
    Case(
        "header only",
        lambda office: office.rewrite("responses", lambda _: []),
        True,
        ("responses.csv",),
    ),
    Case(
        "half of the rows",
        lambda office: office.rewrite("responses", _half),
        True,
        ("responses.csv",),
    ),
    Case(
        "manifest disagrees",
        _text("dwellings", lambda text: text.replace("Westerbork", "Westerburk", 1), sign=False),
        True,
        ("dwellings.csv",),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_wrong_input_says_where_and_leaves_the_site(office: Office, case: Case) -> None:
    before = tree_facts(office.site)
    case.spoil(office)
    result = office.build()
    shown = result.stderr if case.refused else result.stdout
    assert "Traceback" not in result.stdout + result.stderr
    assert result.returncode == (3 if case.refused else 0), result.stderr + result.stdout
    lines = [line for line in shown.splitlines() if all(word in line for word in case.says)]
    assert lines, shown
    if case.refused:
        errors = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
        assert len(errors) == 1
    assert tree_facts(office.site) == before


def test_an_error_never_shows_a_persons_value(office: Office) -> None:
    secret = "1961-13-45"
    office.rewrite(
        "candidates", lambda rows: [row | {"birth_date": secret} for row in rows[:1]] + rows[1:]
    )
    result = office.build()
    log = (office.folder / "state" / "logs" / f"{NIGHT}.jsonl").read_text(encoding="utf-8")
    assert "birth_date" in result.stdout
    assert secret not in result.stdout + result.stderr + log


def test_repairing_the_export_lets_the_next_night_go_on(office: Office) -> None:
    original = office.export("publications").read_bytes()
    office.export("publications").write_bytes(b"")
    office.sign()
    assert office.build().returncode == 3
    office.export("publications").write_bytes(original)
    office.sign()
    assert office.build().returncode == 0

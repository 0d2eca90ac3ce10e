"""The fictional association: makes it, and writes its exports as a supplier would.

Decides what stands where in the sample's folder and in which order it is
made.  The manifest of a night comes last, so that a night without one is a
night that is not whole.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import numpy as np

from allocation import contract
from allocation.errors import ConfigError
from allocation.sample.building import build_world
from allocation.sample.calendar import day_number, day_of
from allocation.sample.files import (
    Pieces,
    Write,
    write_csv,
    write_parquet,
    write_plain_csv,
    write_xlsx,
)
from allocation.sample.garden import Garden
from allocation.sample.identifiers import publication_ids
from allocation.sample.nights import (
    Night,
    allocations_of,
    offers_of,
    open_night,
    publications_of,
    responses_of,
)
from allocation.sample.planting import plant
from allocation.sample.register import Persons, build_persons
from allocation.sample.standing import candidates_of, dwellings_of, register_of
from allocation.sample.truth import truth_of, truth_text
from allocation.sample.vera_files import write_vera

Format = Literal["csv", "parquet", "xlsx", "vera"]
FORMATS: tuple[Format, ...] = ("csv", "parquet", "xlsx", "vera")

_WRITERS: dict[str, tuple[Write, str]] = {
    "csv": (write_csv, "csv"),
    "parquet": (write_parquet, "parquet"),
    "xlsx": (write_xlsx, "xlsx"),
    "vera": (write_vera, "json"),
}

CONFIGURATION = """\
# The configuration of a fictional association; see the documentation for every setting.

[association]
name = "Woonstichting Het Heem"
work_area = "Midden-Drenthe, Aa en Hunze, Coevorden en Borger-Odoorn"
email = "verhuur@hetheem.example"
phone = "0593 00 00 00"
website = "https://www.hetheem.example/"

[paths]
exports = "exports"
public = "public"
state = "state"
register = "register.csv"
"""


@dataclass(frozen=True, slots=True)
class SampleSummary:
    """What was written; the counts are those of the last night."""

    folder: Path
    dwellings: int
    publications: int
    responses: int
    offers: int
    allocations: int
    candidates: int
    register: int
    lettings: int
    withheld: int
    irregularities: int
    matches: int


def write_sample(  # noqa: PLR0913
    folder: Path,
    *,
    dwellings: int,
    responses_per_dwelling: int,
    seed: int,
    file_format: str,
    nights: int = 2,
    last_night: date = date(2026, 11, 22),
    progress: Callable[[str], None] | None = None,
) -> SampleSummary:
    """Write a fictional association to ``folder``: configuration, exports, register, truth.

    The same arguments give the same bytes.  ``dwellings`` is the number of
    units; about ``responses_per_dwelling`` responses come to each.

    Raises:
        ConfigError: an argument cannot be, or the folder holds exports already.
    """
    _require_possible(folder, file_format, last_night)
    if min(dwellings - 1, responses_per_dwelling, seed, nights - 1) < 0:
        raise ConfigError(
            "A sample needs at least one dwelling, one night and no negative numbers."
        )
    say = progress or (lambda _: None)
    garden, persons = _make(dwellings, responses_per_dwelling, seed, nights, last_night, say)
    world = garden.world
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "allocation.toml").write_text(CONFIGURATION, encoding="utf-8")
    _write_register(folder / "register.csv", persons)
    ids, offers = publication_ids(world.adverts), world.all_offers()
    counts: dict[str, int] = {}
    for day in world.nights:
        night = open_night(world, day, ids, offers)
        say(f"writing the night of {day_of(day)}")
        counts = _write_night(folder / "exports", night, garden, persons, file_format)
    truth = truth_of(
        garden,
        persons,
        night,
        responses=counts["responses"],
        nights=[day_of(day).isoformat() for day in world.nights],
        asked=responses_per_dwelling,
    )
    (folder / "truth.json").write_text(truth_text(truth), encoding="utf-8")
    return SampleSummary(
        folder=folder,
        register=len(persons.register),
        lettings=truth["lettings"],
        withheld=len(truth["withheld"]),
        irregularities=len(truth["irregularities"]),
        matches=len(truth["matches"]),
        **counts,
    )


def _require_possible(folder: Path, file_format: str, last_night: date) -> None:
    if file_format not in FORMATS:
        raise ConfigError("There is no format {format}.", format=file_format)
    if not 2025 <= last_night.year <= 2036:
        raise ConfigError("The last night must lie between 2025 and 2036.")
    if (folder / "exports").exists() or (folder / "allocation.toml").exists():
        raise ConfigError(
            "{folder} already holds exports; choose a new folder.", folder=folder.name
        )


def _make(
    dwellings: int,
    responses_per_dwelling: int,
    seed: int,
    nights: int,
    last_night: date,
    say: Callable[[str], None],
) -> tuple[Garden, Persons]:
    """Build the world, plant what is wrong in it, and name its people."""
    rng = np.random.default_rng([seed, dwellings, responses_per_dwelling])
    last = day_number(last_night)
    days = tuple(range(last - nights + 1, last + 1))
    world = build_world(rng, seed, dwellings, dwellings * responses_per_dwelling, days, say)
    say("planting irregularities")
    garden = plant(world, rng)
    say("naming people")
    special = {wrong.allocation for wrong in garden.wrongs} | {garden.favour}
    return garden, build_persons(world, rng, garden.relations, special)


def _write_night(
    exports: Path, night: Night, garden: Garden, persons: Persons, file_format: str
) -> dict[str, int]:
    """Write the tables of one night, then its manifest; return the rows of each table."""
    world = garden.world
    name = day_of(night.day).isoformat()
    folder = exports / name
    folder.mkdir(parents=True)
    write, suffix = _WRITERS[file_format]
    tables: dict[str, Pieces] = {
        "dwellings": iter([dwellings_of(world)]),
        "publications": iter([publications_of(world, night)]),
        "responses": responses_of(world, night),
        "offers": iter([offers_of(world, night)]),
        "allocations": iter([allocations_of(world, night)]),
        "candidates": iter([candidates_of(world, night, persons)]),
    }
    files: dict[str, dict[str, object]] = {}
    counts: dict[str, int] = {}
    for table in contract.NIGHT_TABLES:
        stem = table.vera if file_format == "vera" else table.name
        path = folder / f"{stem}.{suffix}"
        counter = _Counter(tables[table.name])
        records = write(table, iter(counter), path)
        counts[table.name] = counter.rows
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        files[path.name] = {"rows": records, "sha256": digest}
    manifest = {"night": name, "files": dict(sorted(files.items()))}
    text = json.dumps(manifest, indent=1) + "\n"
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    return counts


class _Counter:
    """Counts the rows of the pieces that pass."""

    def __init__(self, pieces: Pieces) -> None:
        self._pieces = pieces
        self.rows = 0

    def __iter__(self) -> Pieces:
        for piece in self._pieces:
            self.rows += piece.num_rows
            yield piece


def _write_register(path: Path, persons: Persons) -> None:
    """Write the register, readable by its owner alone from the first byte."""
    path.touch(mode=0o600)
    path.chmod(0o600)
    write_plain_csv(contract.REGISTER, iter([register_of(persons)]), path)

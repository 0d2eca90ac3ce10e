"""The two sides of the screening, read from the engine into arrays.

Decides whom the screening compares: every person of every letting and sale,
co-applicants and withheld lettings included, and every person of the register
with the period in which they count.  The address of the dwelling that was let
counts as an address of the new tenant, because a register that was filled in
later holds it.  It never drops a person for missing data.

Optional in the engine: ``dwellings``; ``register_addresses`` (person_id and
the columns of an address) with former addresses; and the columns ``street``
and ``place`` wherever there is an address.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from allocation.engine import Engine
from allocation.screening.levels import AddressKind
from allocation.screening.lexicon import Ints, Lexicon

FOREVER = 2_958_465
"""A day number past every date: a register entry without an end."""

_ADDRESS = ("postcode", "house_number", "house_letter", "house_number_addition", "street", "place")
_PERSON = ("surname_prefix", "surname", "birth_surname", "initials", "given_name", "birth_date")

COMPARABLE = "c.birth_date IS NOT NULL OR c.postcode IS NOT NULL"
"""Which persons ``c`` of ``candidates`` can be compared, in SQL.

A name alone never makes a match.  The address of the dwelling that was let
does not count here: the register rarely holds it yet.
"""


@dataclass(frozen=True, slots=True, repr=False)
class People:
    """One side: ``ids`` in order, and per person the numbers of their forms.

    ``birth`` holds eight digits a person (255: no date).  ``owner``,
    ``address`` and ``address_kind`` are one row an address, by owner.
    ``first_day`` and ``last_day`` count from 1970-01-01; for a letting both
    are the day of the allocation.
    """

    ids: pa.Table
    surname: Ints
    given: Ints
    birth: npt.NDArray[np.uint8]
    first_day: Ints
    last_day: Ints
    owner: Ints
    address: Ints
    address_kind: Ints

    def __len__(self) -> int:
        return len(self.surname)


def read_letting_people(engine: Engine, lexicon: Lexicon) -> People:
    """Read the persons of all allocations, ordered by allocation and person number."""
    has = _columns(engine)
    engine.run(
        """
        CREATE OR REPLACE TEMP TABLE screening_lettings AS
        SELECT row_number() OVER (
                   ORDER BY a.allocation_id, c.person_number, c.candidate_id) - 1 AS idx,
               a.allocation_id, a.dwelling_id, c.person_number,
               date_diff('day', DATE '1970-01-01', a.allocated_on) AS first_day,
               date_diff('day', DATE '1970-01-01', a.allocated_on) AS last_day,
               c.* EXCLUDE (person_number)
        FROM allocations AS a
        JOIN candidates AS c ON c.candidate_id = a.candidate_id
        """
    )
    sources = [(AddressKind.OWN, "screening_lettings AS x", has["candidates"])]
    if "dwellings" in has:
        joined = "screening_lettings AS p JOIN dwellings AS x ON x.dwelling_id = p.dwelling_id"
        sources.append((AddressKind.LET_DWELLING, joined, has["dwellings"]))
    ids = "allocation_id, candidate_id, CAST(person_number AS BIGINT) AS person_number"
    return _people(engine, lexicon, "screening_lettings", ids, has["candidates"], sources)


def read_register_people(engine: Engine, lexicon: Lexicon, look_back_months: int) -> People:
    """Read the register, each person with the days on which a letting concerns them."""
    has = _columns(engine)
    engine.run(
        f"""
        CREATE OR REPLACE TEMP TABLE screening_register AS
        SELECT row_number() OVER (ORDER BY person_id) - 1 AS idx,
               date_diff('day', DATE '1970-01-01', valid_from) AS first_day,
               coalesce(date_diff('day', DATE '1970-01-01',
                                  CAST(valid_until + INTERVAL ({int(look_back_months)}) MONTH
                                       AS DATE)), {FOREVER}) AS last_day,
               *
        FROM register
        """
    )
    sources = [(AddressKind.OWN, "screening_register AS x", has["register"])]
    if "register_addresses" in has:
        joined = "screening_register AS p JOIN register_addresses AS x ON x.person_id = p.person_id"
        sources.append((AddressKind.FORMER, joined, has["register_addresses"]))
    return _people(engine, lexicon, "screening_register", "person_id", has["register"], sources)


def _columns(engine: Engine) -> dict[str, frozenset[str]]:
    columns: dict[str, set[str]] = {}
    for table, column in engine.rows(
        "SELECT table_name, column_name FROM information_schema.columns"
    ):
        columns.setdefault(str(table), set()).add(str(column))
    return {table: frozenset(names) for table, names in columns.items()}


def _text(engine: Engine, source: str, names: tuple[str, ...], has: frozenset[str]) -> pa.Table:
    """Read columns of ``x`` as text beside ``idx``; a column that is not delivered is empty."""
    listed = ", ".join(
        f"coalesce(CAST(x.{name} AS VARCHAR), '') AS {name}" if name in has else f"'' AS {name}"
        for name in names
    )
    return engine.arrow(f"SELECT idx, {listed} FROM {source} ORDER BY idx")


def _people(
    engine: Engine,
    lexicon: Lexicon,
    table: str,
    ids: str,
    has: frozenset[str],
    sources: list[tuple[AddressKind, str, frozenset[str]]],
) -> People:
    rows = _text(engine, f"{table} AS x", _PERSON, has)
    surname, given, birth = _names_and_births(rows, lexicon)
    found = [_addresses(engine, lexicon, *source) for source in sources]
    owner, address, kind = (np.concatenate(part) for part in zip(*found, strict=True))
    order = np.lexsort((kind, owner))
    days = engine.connection.execute(
        f"SELECT first_day, last_day FROM {table} ORDER BY idx"
    ).fetchnumpy()
    return People(
        ids=engine.arrow(f"SELECT {ids} FROM {table} ORDER BY idx"),
        surname=surname,
        given=given,
        birth=birth,
        first_day=np.asarray(days["first_day"], np.int64),
        last_day=np.asarray(days["last_day"], np.int64),
        owner=owner[order],
        address=address[order],
        address_kind=kind[order],
    )


def _names_and_births(rows: pa.Table, lexicon: Lexicon) -> tuple[Ints, Ints, npt.NDArray[np.uint8]]:
    prefix, surname, birth_surname, initials, given, birth = (
        rows.column(name).to_pylist() for name in _PERSON
    )
    surnames = [lexicon.surname(*each) for each in zip(prefix, surname, birth_surname, strict=True)]
    givens = [lexicon.given(*each) for each in zip(initials, given, strict=True)]
    digits = {text: _digits(text) for text in set(birth)}
    births = np.frombuffer(b"".join(digits[text] for text in birth), np.uint8).reshape(-1, 8)
    return np.array(surnames, np.int64), np.array(givens, np.int64), births


def _digits(written: str) -> bytes:
    """Return eight digits 0-9 of a date written year first; eight times 255 without a date."""
    digits = "".join(c for c in written[:10] if c in "0123456789")
    return bytes(int(c) for c in digits) if len(digits) == 8 else b"\xff" * 8


def _addresses(
    engine: Engine, lexicon: Lexicon, kind: AddressKind, source: str, has: frozenset[str]
) -> tuple[Ints, Ints, Ints]:
    rows = _text(engine, source, _ADDRESS, has)
    numbers = lexicon.address_numbers([rows.column(name).to_pylist() for name in _ADDRESS])
    owners = rows.column("idx").to_numpy()
    says = np.array([number is not None for number in numbers], np.bool_)
    found = np.array([number for number in numbers if number is not None], np.int64)
    return owners[says].astype(np.int64), found, np.full(len(found), int(kind), np.int64)

"""Screening: who is compared, what is a signal, and what is never one."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from allocation import contract
from allocation.engine import Engine
from allocation.errors import ConfigError
from allocation.names import parse_surname
from allocation.resources import data_path
from allocation.screening import addresses, evidence
from allocation.screening.addresses import compare_addresses
from allocation.screening.bands import Band, assign_bands, may_be_kept
from allocation.screening.births import compare_births
from allocation.screening.levels import FIELDS, AddressKind, AddressLevel, BirthLevel
from allocation.screening.lexicon import Lexicon
from allocation.screening.matches import SCHEMA, screen_lettings
from allocation.screening.people import People, read_letting_people
from allocation.screening.weights import Weights, read_weights, weigh
from allocation.screening.words import Words

WEIGHTS = read_weights()
PERSON = {
    "initials": "C.J.",
    "given_name": "Cornelis",
    "surname_prefix": "van den",
    "surname": "Oldekamp",
    "birth_surname": None,
    "birth_date": dt.date(1971, 3, 24),
    "postcode": "9431 AB",
    "house_number": 12,
    "house_letter": None,
    "house_number_addition": None,
}


def person(**changes: object) -> dict[str, object]:
    return PERSON | changes


def screen(
    lettings: list[dict[str, object]],
    register: list[dict[str, object]],
    *,
    allocated_on: dt.date = dt.date(2026, 5, 1),
    dwelling: dict[str, object] | None = None,
    look_back_months: int = 12,
    facts_key: bytes = b"k",
) -> pa.Table:
    """Screen persons, each in a letting of their own, against register persons."""
    engine = Engine(duckdb.connect(), Path())
    candidates = [{"candidate_id": f"c{i}", "person_number": 1} | p for i, p in enumerate(lettings)]
    _register(engine, contract.CANDIDATES, candidates)
    allocations = [
        {
            "allocation_id": f"a{i}",
            "tenure": "let" if i % 2 == 0 else "sale",
            "dwelling_id": "d",
            "candidate_id": f"c{i}",
            "allocated_on": allocated_on,
        }
        for i in range(len(lettings))
    ]
    _register(engine, contract.ALLOCATIONS, allocations)
    rows = [
        {
            "person_id": f"p{i}",
            "kind": "employee",
            "employee_id": f"e{i}",
            "valid_from": dt.date(2020, 1, 1),
        }
        | p
        for i, p in enumerate(register)
    ]
    _register(engine, contract.REGISTER, rows)
    if dwelling is not None:
        base = {"dwelling_id": "d", "street": "Brink", "house_number": 1, "place": "Beilen"}
        _register(engine, contract.DWELLINGS, [base | dwelling])
    return screen_lettings(engine, WEIGHTS, look_back_months, facts_key=facts_key)


def _register(engine: Engine, table: contract.Table, rows: list[dict[str, object]]) -> None:
    fields = [pa.field(c.name, contract.ARROW_TYPES[c.kind]) for c in table.columns]
    engine.register(table.name, pa.Table.from_pylist(rows, schema=pa.schema(fields)))


def test_the_same_person_is_band_a_with_a_sentence_a_field() -> None:
    found = screen([person()], [person()]).to_pylist()
    assert len(found) == 1
    assert found[0]["band"] == "A"
    assert (found[0]["person_id"], found[0]["candidate_id"]) == ("p0", "c0")
    assert found[0]["evidence"] == [
        "Dezelfde achternaam.",
        "Dezelfde voornaam.",
        "Dezelfde geboortedatum.",
        "Hetzelfde adres.",
    ]
    assert found[0]["weights"].startswith(WEIGHTS.version)


@pytest.mark.parametrize(
    "changes",
    [
        {"surname": "Oldekmap"},
        {"surname": "Hoogeveld"},
        {"surname_prefix": "v.d."},
        {"given_name": "Kees", "initials": None},
        {"given_name": None},
        {"given_name": "Oldekamp", "surname": "Cornelis", "surname_prefix": None},
        {"birth_date": dt.date(1971, 3, 25)},
        {"birth_date": None},
        {"postcode": "1011 ZZ", "house_number": 99},
        {"postcode": None, "house_number": None},
        {"postcode": "9431 AC"},
        {"house_number": 21},
        {"house_number_addition": "A"},
    ],
    ids=lambda c: ",".join(f"{k}={v}" for k, v in c.items()),
)
def test_an_error_in_any_one_field_still_meets(changes: dict[str, object]) -> None:
    assert screen([person(**changes)], [person()]).num_rows == 1
    assert screen([person()], [person(**changes)]).num_rows == 1


STRANGER = {
    "initials": "F.",
    "given_name": "Femke",
    "surname_prefix": None,
    "surname": "Hofstra",
    "birth_date": dt.date(1988, 11, 2),
    "postcode": "7811 XY",
    "house_number": 88,
}


@pytest.mark.parametrize(
    "shared",
    [
        ["surname", "surname_prefix"],
        ["given_name", "initials"],
        ["surname", "surname_prefix", "given_name", "initials"],
        ["birth_date"],
        ["postcode", "house_number"],
    ],
    ids=",".join,
)
def test_one_field_alone_never_flags(shared: list[str]) -> None:
    changes = {name: value for name, value in STRANGER.items() if name not in shared}
    assert screen([person(**changes)], [person()]).num_rows == 0


def test_no_combination_of_levels_flags_on_one_field() -> None:
    combinations = np.array(
        list(itertools.product(*(range(len(levels)) for levels in FIELDS.values()))), np.int8
    )
    levels = {name: combinations[:, i] for i, name in enumerate(FIELDS)}
    weighed = weigh(WEIGHTS, levels, np.full(len(combinations), 40.0, np.float32))
    band = assign_bands(WEIGHTS, levels, weighed)
    name = (weighed["surname"] > 0) | (weighed["given"] > 0)
    others = (weighed["birth"] > 0).astype(int) + (weighed["address"] > 0)
    assert not np.any((band > Band.NONE) & (name.astype(int) + others < 2))
    contradicted = np.isin(levels["birth"], (BirthLevel.OTHER_GENERATION, BirthLevel.DIFFERENT))
    assert not np.any((band == Band.A) & contradicted)
    without_names = may_be_kept(levels["birth"], levels["address"])
    assert not np.any((band > Band.NONE) & ~without_names)
    assert np.any(~without_names)


@pytest.mark.parametrize(
    "changes",
    [
        {"given_name": "Jan", "initials": "J.", "birth_date": dt.date(1974, 8, 2)},
        {"given_name": None, "initials": "C.J.", "birth_date": dt.date(2001, 9, 8)},
        {"given_name": "Femke", "initials": "F.", "house_number_addition": "B", "surname": "Smit",
         "birth_date": dt.date(1990, 1, 2)},
    ],
    ids=["brother", "son with the same initials", "neighbour in the building"],
)  # fmt: skip
def test_family_and_neighbours_are_no_signal(changes: dict[str, object]) -> None:
    assert screen([person(**changes)], [person()]).num_rows == 0


def test_van_de_and_van_der_with_one_birth_date_is_raised_but_not_band_a_as_equal() -> None:
    found = screen([person(surname_prefix="van der", postcode="1011 ZZ")], [person()]).to_pylist()
    assert found[0]["band"] == "B"
    assert "(van der / van den)" in found[0]["evidence"][0]


@pytest.mark.parametrize(
    ("allocated", "until", "months", "expected"),
    [
        (dt.date(2026, 5, 1), None, 12, 1),
        (dt.date(2019, 12, 31), None, 12, 0),
        (dt.date(2020, 1, 1), None, 12, 1),
        (dt.date(2026, 5, 1), dt.date(2025, 5, 1), 12, 1),
        (dt.date(2026, 5, 2), dt.date(2025, 5, 1), 12, 0),
        (dt.date(2025, 5, 2), dt.date(2025, 5, 1), 0, 0),
        (dt.date(2025, 5, 1), dt.date(2025, 5, 1), 0, 1),
    ],
)
def test_a_person_counts_while_valid_and_some_months_after(
    allocated: dt.date, until: dt.date | None, months: int, expected: int
) -> None:
    register = [person(valid_until=until)]
    found = screen([person()], register, allocated_on=allocated, look_back_months=months)
    assert found.num_rows == expected


def test_sales_and_co_applicants_are_screened() -> None:
    stranger = person(**STRANGER)
    lettings = [stranger, person(), stranger, stranger | {"candidate_id": "c2", "person_number": 2}]
    lettings[3] |= PERSON
    found = screen(lettings, [person()]).to_pylist()
    got = {(row["allocation_id"], row["person_number"]) for row in found}
    assert got == {("a1", 1), ("a2", 2)}


def test_the_address_of_the_let_dwelling_counts_for_a_register_filled_in_later() -> None:
    moved = person(postcode="9411 KL", house_number=7, birth_date=None)
    found = screen([person()], [moved], dwelling={"postcode": "9411 KL", "house_number": 7})
    assert found.num_rows == 1
    assert "het adres van de toegewezen woning" in found.to_pylist()[0]["evidence"][3]


def test_former_addresses_count_where_they_are_delivered() -> None:
    engine = Engine(duckdb.connect(), Path())
    engine.register("candidates", pa.Table.from_pylist(
        [{"candidate_id": "c", "person_number": 1} | person(birth_date=None)],
        schema=pa.schema([pa.field(c.name, contract.ARROW_TYPES[c.kind])
                          for c in contract.CANDIDATES.columns])))  # fmt: skip
    engine.run("CREATE TABLE allocations AS SELECT 'a' AS allocation_id, 'c' AS candidate_id, "
               "'d' AS dwelling_id, DATE '2026-01-01' AS allocated_on")  # fmt: skip
    engine.run("CREATE TABLE register AS SELECT 'p' AS person_id, 'Oldekamp' AS surname, "
               "'van den' AS surname_prefix, 'Cornelis' AS given_name, DATE '2020-01-01' AS "
               "valid_from, CAST(NULL AS DATE) AS valid_until")  # fmt: skip
    assert screen_lettings(engine, WEIGHTS).num_rows == 0
    engine.run("CREATE TABLE register_addresses AS SELECT 'p' AS person_id, '9431AB' AS postcode, "
               "12 AS house_number")  # fmt: skip
    found = screen_lettings(engine, WEIGHTS).to_pylist()
    assert "een eerder adres" in found[0]["evidence"][3]


def test_a_match_depends_on_nothing_but_its_two_records() -> None:
    alone = screen([person()], [person(surname="Oldekmap")]).to_pylist()
    crowd = [
        person(**STRANGER),
        *[person(**STRANGER | {"surname": f"Oldekamp{c}"}) for c in "abcd"],
    ]
    among = screen([person(), *crowd], [person(surname="Oldekmap"), *crowd]).to_pylist()
    assert alone[0] in among


def test_a_quick_look_at_addresses_leaves_none_out_that_agree(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    postcodes = ("", "9431AB", "9431AC", "9413BA", "9999")
    streets = ("", "oldekamp", "oldekam", "brink")
    numbers, additions, places = ("", "12", "13"), ("", "a", "b"), ("", "westerbork")
    shapes = itertools.product(postcodes, numbers, additions, streets, places)
    postcode, number, addition, street, place = map(list, zip(*shapes, strict=True))
    lexicon = Lexicon()
    told = lexicon.address_numbers([postcode, number, [""] * len(number), addition, street, place])
    address = np.array([n for n in told if n is not None], np.int64)
    each = np.arange(len(address))
    nobody = np.zeros(len(each), np.int64)
    birth, kind = np.zeros((len(each), 8), np.uint8), nobody
    one = People(pa.table({}), nobody, nobody, birth, nobody, nobody, each, address, kind)
    pairs = np.divmod(np.arange(len(each) ** 2), len(each))
    words = Words(lexicon.texts.values)
    quick, _, _ = compare_addresses(lexicon, words, (one, one), pairs)
    monkeypatch.setattr(addresses, "_may_agree", lambda _, left, __: np.ones(len(left), np.bool_))
    slow, _, _ = compare_addresses(lexicon, words, (one, one), pairs)
    assert quick.tolist() == slow.tolist()
    assert set(quick.tolist()) == {int(level) for level in AddressLevel} - {AddressLevel.MISSING}


def test_facts_change_with_a_fact_and_only_then() -> None:
    def digest(left: dict[str, object], right: dict[str, object], key: bytes = b"k") -> str:
        return str(screen([left], [right], facts_key=key).to_pylist()[0]["facts"])

    base = digest(person(), person())
    assert base == digest(person(), person())
    assert base == digest(person(surname="OLDEKAMP"), person())
    assert base != digest(person(), person(birth_date=dt.date(1971, 3, 25)))
    assert base != digest(person(), person(postcode="9431 AC"))
    assert base != digest(person(), person(), b"another key")


def test_nobody_to_compare_gives_an_empty_table() -> None:
    assert screen([person()], []).schema == SCHEMA
    assert screen([], [person()]).num_rows == 0


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("19710324", "19710324", BirthLevel.EQUAL),
        ("19710403", "19710304", BirthLevel.DAY_MONTH_SWAPPED),
        ("19710324", "19710325", BirthLevel.ONE_DIGIT),
        ("19710324", "19170324", BirthLevel.ONE_DIGIT),
        ("19710324", "19720325", BirthLevel.TWO_DIGITS),
        ("19710101", "19710101", BirthLevel.EQUAL_PLACEHOLDER),
        ("19710101", "19710824", BirthLevel.YEAR_ONLY),
        ("19710324", "19710718", BirthLevel.DIFFERENT),
        ("19710324", "19990718", BirthLevel.OTHER_GENERATION),
        ("19710324", "19710312", BirthLevel.TWO_PARTS),
    ],
)
def test_dates_of_birth(one: str, other: str, expected: BirthLevel) -> None:
    rows = [np.array([[int(c) for c in text]], np.uint8) for text in (one, other)]
    assert compare_births(rows[0], rows[1])[0] == expected
    assert compare_births(rows[1], rows[0])[0] == expected


def test_every_level_has_a_sentence_and_a_weight() -> None:
    tables = {
        "surname": evidence.SURNAME,
        "given": evidence.GIVEN,
        "birth": evidence.BIRTH,
        "address": evidence.ADDRESS,
    }
    for name, levels in FIELDS.items():
        assert set(tables[name]) == set(levels)
        assert len(set(tables[name].values())) == len(levels)
        assert len(WEIGHTS.tables[name]) == len(levels)


def test_evidence_holds_no_name_date_or_address() -> None:
    names = parse_surname("van den", "Canaryberg", ""), parse_surname("van der", "Canaryberg", "")
    for surname in FIELDS["surname"]:
        levels = {"surname": surname, "given": 7, "birth": 9, "address": 7}
        told = " ".join(
            evidence.write_evidence(levels, names, 14.0, (AddressKind.OWN, AddressKind.OWN))
        )
        assert "canary" not in told.lower()


def test_nothing_of_a_person_is_in_a_repr() -> None:
    engine = Engine(duckdb.connect(), Path())
    _register(engine, contract.CANDIDATES, [{"candidate_id": "c", "person_number": 1} | person()])
    engine.run("CREATE TABLE allocations AS SELECT 'a' AS allocation_id, 'c' AS candidate_id, "
               "'d' AS dwelling_id, DATE '2026-01-01' AS allocated_on")  # fmt: skip
    lexicon = Lexicon()
    people = read_letting_people(engine, lexicon)
    assert "oldekamp" not in (repr(people) + repr(lexicon)).lower()


@pytest.mark.parametrize("damage", ["drop", "extra", "text", "zero"])
def test_a_damaged_weights_file_is_refused(damage: str, tmp_path: Path) -> None:
    stated = json.loads(data_path("screening_weights.json").read_text(encoding="utf-8"))
    if damage == "drop":
        del stated["fields"]["birth"]["equal"]
    if damage == "extra":
        stated["fields"]["birth"]["nearly"] = {"m": 0.5, "u": 0.5}
    if damage == "zero":
        stated["fields"]["birth"]["equal"]["u"] = 0
    path = tmp_path / "weights.json"
    path.write_text("no json" if damage == "text" else json.dumps(stated), encoding="utf-8")
    with pytest.raises(ConfigError):
        read_weights(path)


def test_a_common_surname_weighs_less_than_a_rare_one() -> None:
    def weight(surname: str, prefix: str | None) -> float:
        both = person(surname=surname, surname_prefix=prefix)
        return float(screen([both], [both]).to_pylist()[0]["weight"])

    assert weight("Jong", "de") + 5 < weight("Oldekamp", None)
    assert isinstance(WEIGHTS, Weights)

"""What the leak check is told to search for, and what would make it cry wolf."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pyarrow as pa
import pytest

from allocation import contract
from allocation.engine import Engine, open_engine
from allocation.leakcheck import Searcher, Shapes
from allocation.private_values import (
    PrivateValues,
    collect_private_values,
    look_up_tokens,
    token_shapes,
)
from allocation.public import PublicTable
from allocation.sources.tables import make_empty
from tests.unit.test_withholding import DWELLING, PUBLICATION, Rows, config, export, judge

HIDDEN = {"dwelling_id": "D-000002", "street": "Tramstraat", "house_number": 3, "place": "Elp"}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with open_engine(config(), tmp_path_factory.mktemp("engine")) as opened:
        make_empty(opened, contract.REGISTER)
        yield opened


def searcher(engine: Engine, rows: Rows) -> Searcher:
    released, _ = judge(engine, rows)
    values = collect_private_values(engine, released.public)
    return Searcher([(p.kind, p.texts, p.whole) for p in values.phrases])


def person(**more: object) -> dict[str, object]:
    return {
        "candidate_id": "WZ0001234",
        "person_number": 1,
        "given_name": "Anna",
        "surname_prefix": "van der",
        "surname": "Linden",
        "birth_date": date(1980, 1, 1),
        "postcode": "9431AB",
    } | more


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("<p>WZ0001234</p>", "candidates.candidate_id"),
        ("Anna van der Linden", "candidates.name"),
        ("9431AB", "candidates.postcode"),
        ("Tramstraat 3, Elp", "dwellings.address"),
        ("tramstraat-3-elp-abcdefgh.html", "dwellings.address"),
        ("D-000002", "dwellings.dwelling_id"),
    ],
)
def test_what_may_not_be_there_is_found(engine: Engine, text: str, kind: str) -> None:
    rows = export(dwellings=[DWELLING, HIDDEN], candidates=[person()])
    assert kind in searcher(engine, rows).kinds_in(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "Lindehof 14, Westerbork",
        "lindehof-14-westerbork-abcdefgh.html",
        "Tramstraat 31, Elp",
        "van der Linden",
        "€ 612,35",
    ],
)
def test_what_may_be_there_is_not_found(engine: Engine, text: str) -> None:
    rows = export(dwellings=[DWELLING, HIDDEN], candidates=[person()])
    assert not searcher(engine, rows).kinds_in(text.encode())


def test_a_name_that_is_a_public_street_is_no_leak(engine: Engine) -> None:
    street = DWELLING | {"street": "Anna van der Lindenstraat"}
    rows = export(dwellings=[street], candidates=[person()])
    assert not searcher(engine, rows).kinds_in(b"Anna van der Lindenstraat 14, Westerbork")


def test_a_hidden_address_may_begin_a_public_one(engine: Engine) -> None:
    shown = DWELLING | {"house_number_addition": "2"}
    hidden = DWELLING | {"dwelling_id": "D-000003"}
    rows = export(dwellings=[shown, hidden], publications=[PUBLICATION])
    assert not searcher(engine, rows).kinds_in(b"Lindehof 14-2, Westerbork")


def test_a_key_that_names_a_hidden_address_makes_it_no_less_private(engine: Engine) -> None:
    released, _ = judge(engine, export(dwellings=[DWELLING, HIDDEN]))
    rows = released.public.rows
    keys = ["tramstraat-3-elp-abcdefgh"] * len(rows)
    wrong = rows.set_column(0, rows.schema.field("key"), pa.array(keys, pa.string()))
    assert wrong.num_rows
    values = collect_private_values(engine, PublicTable(wrong))
    found = Searcher([(p.kind, p.texts, p.whole) for p in values.phrases])
    assert found.kinds_in(b"tramstraat-3-elp-abcdefgh.html") == {"dwellings.address"}


def test_a_person_named_like_the_association_stops_no_night(engine: Engine) -> None:
    person_row = person(given_name="Het", surname_prefix=None, surname="Heem Wonen")
    released, _ = judge(engine, export(candidates=[person_row]))
    for own, kinds in (((), 1), (("Stichting Het Heem Wonen",), 0)):
        found = collect_private_values(engine, released.public, own)
        texts = [p for p in found.phrases if b"Het Heem Wonen" in p.texts]
        assert len(texts) == kinds


def test_numbers_that_look_like_rents_are_not_searched(engine: Engine) -> None:
    rows = export(candidates=[person(candidate_id="61235")])
    assert not searcher(engine, rows).kinds_in(b"61235")


def test_the_shape_of_identifiers_leaves_their_digits_open(engine: Engine) -> None:
    judge(engine, export())
    engine.run("CREATE OR REPLACE TABLE many AS SELECT unnest(['R00000123', 'P-2026-9']) AS id")
    shapes = token_shapes(engine, PrivateValues((), (("many", "id"),), 0))
    assert shapes is not None
    found = list(Shapes(shapes).tokens_in(b"xR99999999y P-1999-3 R123"))
    assert found == [b"R99999999", b"P-1999-3"]


def test_a_rare_shape_far_into_the_table_is_found(engine: Engine) -> None:
    judge(engine, export())
    engine.run(
        "CREATE OR REPLACE TABLE many AS SELECT 'R' || i AS id FROM range(10000, 15000) AS t(i) "
        "UNION ALL SELECT 'O''Neill/7 (b)'"
    )
    shapes = token_shapes(engine, PrivateValues((), (("many", "id"),), 0))
    assert shapes is not None
    found = list(Shapes(shapes).tokens_in(b"R99999 R123456 O'Neill/3 (b)"))
    assert found == [b"R99999", b"O'Neill/3 (b)"]


def test_with_too_many_shapes_every_word_is_looked_up(engine: Engine) -> None:
    judge(engine, export())
    engine.run(
        "CREATE OR REPLACE TABLE many AS SELECT 'x' || repeat('y', i) AS id FROM range(300) AS t(i)"
    )
    assert token_shapes(engine, PrivateValues((), (("many", "id"),), 0)) is None


def test_an_identifier_with_marks_is_found_as_a_page_writes_it(engine: Engine) -> None:
    judge(engine, export())
    engine.run("CREATE OR REPLACE TABLE many AS SELECT unnest(['A&B-00123', 'X''Y-00456']) AS id")
    values = PrivateValues((), (("many", "id"),), 0)
    shapes = token_shapes(engine, values)
    assert shapes is not None
    page = b"<p>A&amp;B-00123 and X&#x27;Y-00456 and A&B-00123 and A&amp;B-99999</p>"
    tokens = [token.decode() for token in Shapes(shapes).tokens_in(page)]
    assert len(tokens) == 4
    found = {token for _, token in look_up_tokens(engine, values, pa.array(tokens))}
    assert found == {"A&amp;B-00123", "X&#x27;Y-00456", "A&B-00123"}

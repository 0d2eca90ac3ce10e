"""The contract is complete and the generated files follow it."""

from __future__ import annotations

import pytest

from allocation import contract
from allocation.contract import Kind, Sensitivity
from allocation.public import FIELDS, LETTINGS
from allocation.vocabulary import (
    PASSED_OVER_BY_CANDIDATE_REASON,
    PASSED_OVER_BY_OFFER_REASON,
    RELEASE,
    Ground,
    Ordering,
    code_lists,
)

COLUMNS = [(table, column) for table in contract.TABLES for column in table.columns]


@pytest.mark.parametrize(
    ("table", "column"), COLUMNS, ids=[f"{t.name}.{c.name}" for t, c in COLUMNS]
)
def test_every_column_is_described_and_consistent(
    table: contract.Table, column: contract.Column
) -> None:
    assert column.nl and column.en and column.vera
    assert (column.kind is Kind.CODE) == bool(column.code_list)
    if column.code_list:
        assert code_lists()[column.code_list]
    if column.name in table.key:
        assert column.required
    if column.references:
        other, name = column.references
        assert contract.table(other)[name].kind is column.kind
    if column.axis:
        assert all(code.withhold for code in code_lists()[column.code_list].values())


def test_a_person_is_never_public() -> None:
    for table in (contract.CANDIDATES, contract.REGISTER):
        assert all(column.sensitivity is not Sensitivity.PUBLIC for column in table.columns)
    assert contract.RESPONSES["household_income"].sensitivity is Sensitivity.SECRET
    assert all(column.sensitivity is Sensitivity.SECRET for column in contract.REGISTER.columns)


def test_every_code_that_can_withhold_names_a_known_effect() -> None:
    effects = {RELEASE, *Ground}
    for codes in code_lists().values():
        for code in codes.values():
            assert not code.withhold or code.withhold in effects


def test_one_text_of_an_export_means_one_code() -> None:
    for name, codes in code_lists().items():
        texts = [code.code for code in codes.values()]
        texts += [code.vera_code for code in codes.values() if code.vera_code]
        own = [text for text in texts if texts.count(text) > 1]
        assert all(codes[text].vera_code == text for text in own if text in codes), name
        vera = [code.vera_code for code in codes.values() if code.vera_code]
        assert len(vera) == len(set(vera)), name


def test_every_reason_has_a_class() -> None:
    assert PASSED_OVER_BY_OFFER_REASON.keys() == code_lists()["offer_reason"].keys()
    assert PASSED_OVER_BY_CANDIDATE_REASON.keys() == code_lists()["candidate_reason"].keys()
    assert set(Ordering) == code_lists()["ordering"].keys()


def test_the_public_types_agree() -> None:
    assert tuple(LETTINGS.names) == FIELDS

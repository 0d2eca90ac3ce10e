"""The SQL of RNK-1 and RNK-2 agrees with a slow oracle on adverts made at random."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allocation.rules.model import Scope
from tests.nightly import oracle
from tests.nightly.adverts import Advert, advert_case, make_advert
from tests.spec.judging import ANY_COLUMN, differences, judge, office
from tests.spec.office import Case, Expected

BATCH = 25
DEEP = "ALLOCATION_DEEP" in os.environ
ADVERTS = int(os.environ.get("ORACLE_ADVERTS", "2500" if DEEP else "300"))


def cases_of(number: int, advert: Advert) -> list[Case]:
    """Return what the oracle expects of an advert, for both rules."""
    ranks = oracle.rank_verdict(advert)
    return [
        advert_case("RNK-1", number, advert, tuple(_expected(d, ranks) for d, _ in advert.tenants)),
        advert_case(
            "RNK-2",
            number,
            advert,
            tuple(_expected(d, oracle.tenant_verdict(advert, d, t)) for d, t in advert.tenants),
        ),
    ]


def _expected(dwelling: str, verdict: str) -> Expected:
    return Expected("P", dwelling, verdict, ANY_COLUMN)


@st.composite
def adverts(draw) -> Advert:
    def choose(values):
        return draw(st.sampled_from(values))

    return make_advert(choose, oracle.right_order)


def disagreements(made: list[Advert]) -> list[str]:
    """Return one line per verdict on which SQL and oracle differ."""
    cases = [case for number, advert in enumerate(made) for case in cases_of(number, advert)]
    with office(cases) as engine:
        answers = judge(engine, Scope.ALL)
    return differences(cases, {Scope.ALL: answers})


@pytest.mark.deep
@settings(
    max_examples=max(1, ADVERTS // BATCH),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.lists(adverts(), min_size=BATCH, max_size=BATCH))
def test_sql_agrees_with_the_oracle(made):
    assert disagreements(made) == []

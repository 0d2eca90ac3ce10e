"""Names: what is the same name, and that no name shows itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.names import Relation, fold, parse_given, parse_surname, relate
from allocation.screening.givens import GivenComparer
from allocation.screening.levels import GivenLevel, SurnameLevel
from allocation.screening.lexicon import Lexicon, comparable_addition
from allocation.screening.surnames import SurnameComparer
from allocation.screening.words import Words

SPEC = Path(__file__).resolve().parents[1] / "spec"


def _rows(name: str) -> list[list[str]]:
    lines = (SPEC / name).read_text(encoding="utf-8").splitlines()
    return [line.split(";") for line in lines if line and not line.startswith("#")]


def surname_level(one: tuple[str, str, str], other: tuple[str, str, str]) -> SurnameLevel:
    lexicon = Lexicon()
    codes = np.array([lexicon.surname(*one)]), np.array([lexicon.surname(*other)])
    lexicon.number_words()
    comparer = SurnameComparer(lexicon, Words(lexicon.words.values), 14.3)
    return SurnameLevel(comparer.compare(*codes)[0][0])


def given_level(one: tuple[str, str], other: tuple[str, str]) -> GivenLevel:
    lexicon = Lexicon()
    codes = np.array([lexicon.given(*one)]), np.array([lexicon.given(*other)])
    lexicon.number_words()
    comparer = GivenComparer(lexicon, Words(lexicon.words.values))
    return GivenLevel(comparer.compare(*codes)[0])


@pytest.mark.parametrize("row", _rows("surnames.csv"), ids="|".join)
def test_surnames_as_specified_in_both_directions(row: list[str]) -> None:
    one, other = (row[0], row[1], row[2]), (row[3], row[4], row[5])
    assert surname_level(one, other).name == row[6]
    assert surname_level(other, one).name == row[6]


@pytest.mark.parametrize("row", _rows("given_names.csv"), ids="|".join)
def test_given_names_as_specified_in_both_directions(row: list[str]) -> None:
    one, other = (row[0], row[1]), (row[2], row[3])
    assert given_level(one, other).name == row[4]
    assert given_level(other, one).name == row[4]


@pytest.mark.parametrize("core", ["Ven", "Berg", "Heijden", "Linden", "Meer"])
def test_van_de_and_van_der_are_never_equal(core: str) -> None:
    for one in ("van de", "van den", "van der"):
        for other in ("van de", "van den", "van der"):
            if one != other:
                found = surname_level((one, core, ""), ("", f"{other} {core}", ""))
                assert found is SurnameLevel.OTHER_PARTICLE


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("van de", "van der", Relation.OTHER),
        ("van d*", "van der", Relation.COMPATIBLE),
        ("van d*", "van d*", Relation.COMPATIBLE),
        ("van d*", "van het", Relation.OTHER),
        ("", "de", Relation.COMPATIBLE),
        ("de", "de", Relation.EQUAL),
    ],
)
def test_particles_relate_both_ways(one: str, other: str, expected: Relation) -> None:
    assert relate(one, other) is expected
    assert relate(other, one) is expected


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_no_text_breaks_a_name(prefix: str, surname: str, birth: str) -> None:
    parse_surname(prefix, surname, birth)
    parse_given(prefix, surname)
    assert fold(fold(surname)) == fold(surname)


@given(st.text(alphabet="abcdefgijkmnoprstuvyz'- .,/", min_size=1, max_size=30))
def test_a_surname_equals_itself_or_is_missing(surname: str) -> None:
    found = surname_level(("", surname, ""), ("", surname, ""))
    abbreviated = any("*" in family.particle for family in parse_surname("", surname).families)
    expected = {SurnameLevel.EQUAL, SurnameLevel.MISSING}
    assert found in expected or (abbreviated and found >= SurnameLevel.COMPATIBLE_PARTICLE - 1)


@pytest.mark.parametrize("written", ["k-4", "K 4", "k4", " K-4 "])
def test_additions_are_normalised(written: str) -> None:
    assert comparable_addition(written) == "k4"


def test_no_name_shows_itself() -> None:
    shown = repr(parse_surname("van den", "Canary-Zilverberg", "Kanarie"))
    shown += repr(parse_given("C.", "Canaria")) + repr(parse_surname("", "Canary").families)
    assert "canar" not in shown.lower()
    assert "zilver" not in shown.lower()

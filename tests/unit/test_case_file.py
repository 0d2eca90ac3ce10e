"""Who is who: one way of writing a number, and no way to pass for two people."""

from __future__ import annotations

import datetime as dt
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from allocation.state.case_file import CaseRefused, fold_identity, identity
from allocation.state.explanations import ExplanationRefused, Finding, open_explanations
from allocation.vocabulary import Explanation

NOW = dt.datetime(2026, 8, 1, 9, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "written",
    [
        "M-17",
        " m - 17\t",
        "M\N{NON-BREAKING HYPHEN}17",
        "M\N{EN DASH}17",
        "M\N{MINUS SIGN}17",
        "M\N{ZERO WIDTH SPACE}-17",
        "M-\N{SOFT HYPHEN}17",
        "M-17\N{VARIATION SELECTOR-16}",
        "M-\N{COMBINING GRAPHEME JOINER}17",
        "M-1\N{BRAILLE PATTERN BLANK}7",
        "M-17\x00",
        "\N{FULLWIDTH LATIN CAPITAL LETTER M}\N{FULLWIDTH HYPHEN-MINUS}17",
        "\N{MATHEMATICAL BOLD CAPITAL M}-17",
        "M-\N{FULLWIDTH DIGIT ONE}\N{ARABIC-INDIC DIGIT SEVEN}",
    ],
)
def test_one_number_is_one_person_however_it_is_typed(written: str) -> None:
    assert identity(written) == "m-17"


@pytest.mark.parametrize(
    "written",
    [
        "M\N{CYRILLIC SMALL LETTER A}x-17",
        "\N{CYRILLIC CAPITAL LETTER EM}-17",
        "\N{GREEK CAPITAL LETTER MU}-17",
        "ja\N{GREEK SMALL LETTER NU}",
    ],
)
def test_letters_that_pass_for_others_are_refused(written: str) -> None:
    with pytest.raises(CaseRefused, match="ordinary letters"):
        identity(written)
    assert fold_identity(written), "what stands already can still be read"


@pytest.mark.parametrize("written", ["", " ", "\N{ZERO WIDTH SPACE}\N{SOFT HYPHEN}"])
def test_nobody_is_refused(written: str) -> None:
    with pytest.raises(CaseRefused, match="Say who"):
        identity(written)


@pytest.mark.parametrize(
    "written",
    ["Zoë Brånström", "\N{CYRILLIC SMALL LETTER I}\N{CYRILLIC SMALL LETTER ZHE}", "42"],
)
def test_names_in_one_alphabet_stay(written: str) -> None:
    assert identity(identity(written)) == identity(written)


def test_who_was_recorded_before_is_still_known(tmp_path: Path) -> None:
    """The log holds how it was written then; it is still the same person."""
    path, finding = tmp_path / "explanations.sqlite", Finding("P", "D", "RNK-2", "f")
    with open_explanations(path) as book:
        book.record(finding, Explanation.MISTAKE_STANDS, "x", by="M-17", at=NOW)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TRIGGER events_are_final")
        connection.execute("UPDATE events SET by = ?", ["m\N{NON-BREAKING HYPHEN}17"])
        connection.commit()
    with open_explanations(path) as book:
        with pytest.raises(ExplanationRefused, match="somebody else"):
            book.confirm(finding, by="M-17", at=NOW)
        assert book.confirm(finding, by="M-18", at=NOW).confirmed_by == "m-18"

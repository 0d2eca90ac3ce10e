"""How the public column ``checks`` is written and read."""

from __future__ import annotations

from datetime import date

from allocation.public import Check, read_checks, write_checks
from allocation.vocabulary import CheckResult, Explanation


def test_what_is_written_is_read_back():
    checks = (
        Check("PUB-1", CheckResult.PASSED),
        Check("RNK-1", CheckResult.CANNOT_TELL),
        Check("RNK-2", CheckResult.IN_TREATMENT, date(2026, 11, 2)),
        Check("ALL-4", CheckResult.EXPLAINED, date(2026, 9, 7), Explanation.RECORDING_ERROR),
    )
    text = write_checks(checks)
    assert text == (
        "PUB-1=passed RNK-1=cannot_tell RNK-2=in_treatment:2026-11-02 "
        "ALL-4=explained:2026-09-07:recording_error"
    )
    assert read_checks(text) == checks


def test_without_checks_there_is_nothing_to_read():
    assert read_checks(None) == ()
    assert read_checks("") == ()

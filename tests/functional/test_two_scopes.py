"""What is judged for the public leaves out what is withheld, in the whole night.

A rule that looks at other lettings, or a norm, over all rows where only the
releasable ones were meant would let a withheld letting show.
"""

from __future__ import annotations

from datetime import date

import pytest

from allocation.config import read_config
from allocation.pipeline import Checked, check_night
from allocation.rules.model import Verdict
from tests.functional.office import NIGHT, Office


@pytest.fixture(scope="module")
def checked(fresh_office: Office) -> Checked:
    config = read_config(fresh_office.folder / "allocation.toml")
    return check_night(config, date.fromisoformat(NIGHT), lambda _: None)


def test_public_norms_leave_out_every_withheld_letting(
    checked: Checked, fresh_office: Office
) -> None:
    tenures = {row["allocation_id"]: row["tenure"] for row in fresh_office.rows("allocations")}
    withheld = {case["allocation_id"] for case in fresh_office.truth()["withheld"]}
    lettings = sum(tenures[str(letting)] == "HUU" for letting in withheld)
    every, public = (
        sum(norm.denominator for norm in norms if norm.rule == "NRM-1")
        for norms in (checked.judgement.norms, checked.judgement.public_norms)
    )
    assert lettings > 10
    assert every - public == lettings


def test_public_verdicts_are_about_fewer_lettings(checked: Checked) -> None:
    every, public = checked.judgement.counts, checked.judgement.public_counts
    shared = set(every) & set(public)
    assert {"RNK-1", "ALL-3"} <= shared
    for rule in shared:
        assert _judged(public[rule]) <= _judged(every[rule])
    assert _judged(public["ALL-3"]) < _judged(every["ALL-3"])


def _judged(verdicts: dict[Verdict, int]) -> int:
    return sum(n for verdict, n in verdicts.items() if verdict is not Verdict.NOT_APPLICABLE)

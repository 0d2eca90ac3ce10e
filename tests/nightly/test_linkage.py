"""The screening's figures, held to the aims: FEBRL, and generated Dutch pairs."""

from __future__ import annotations

import pytest

from tests.nightly.linkage import SHARED, link_dutch, true_pairs
from tests.nightly.linkage_files import link, read_people

SAME, NEAR, STRANGERS = 1200, 1200, 3600


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("name", "recall"), [("dataset1.csv", 0.99), ("dataset3.csv", 0.985)], ids=["1", "3"]
)
def test_febrl_at_precision_0_999(name: str, recall: float) -> None:
    if not (SHARED / name).exists():
        pytest.skip("the FEBRL sets are not beside the repository")
    people = read_people(SHARED / name)
    matches = link(people).matches
    truth = true_pairs(people, None)
    found = set(zip(matches["left"], matches["right"], strict=True))
    assert len(found & truth) / len(truth) >= recall
    assert len(found & truth) / len(found) >= 0.999


@pytest.mark.nightly
@pytest.mark.parametrize("seed", [20260801, 20260802, 20260803])
def test_dutch_pairs_are_found_and_strangers_left_alone(seed: int) -> None:
    pairs, found = link_dutch(seed, SAME, NEAR, STRANGERS)
    assert found["true"].sum() / SAME >= 0.99
    false = found[~found["true"]]
    near = false[false["i"] == false["j"]]
    assert len(near) <= NEAR * 0.03
    assert (near["band"] == "A").sum() <= 2
    assert len(false) <= (len(pairs) + STRANGERS) / 200

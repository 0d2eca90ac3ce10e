"""The tests of chance, against sums over every outcome in exact fractions."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.chance import counts_differ, middles_differ, shares_differ


def _unlikely(chances: list[Fraction], observed: int) -> float:
    return float(sum(chance for chance in chances if chance <= chances[observed]))


@given(st.integers(0, 40), st.integers(0, 40), st.integers(90, 92), st.integers(90, 92))
def test_counts_are_compared_as_binomial(now: int, then: int, days_now: int, days_then: int):
    share, n = Fraction(days_now, days_now + days_then), now + then
    chances = [comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(n + 1)]
    assert counts_differ(now, then, days_now, days_then) == pytest.approx(
        _unlikely(chances, now), rel=1e-6
    )


@given(st.integers(0, 30), st.integers(0, 30), st.data())
def test_shares_are_compared_by_fisher(all_now: int, all_then: int, data: st.DataObject):
    now, then = data.draw(st.integers(0, all_now)), data.draw(st.integers(0, all_then))
    part = now + then
    low, high = max(0, part - all_then), min(part, all_now)
    chances = [
        Fraction(comb(all_now, k) * comb(all_then, part - k), comb(all_now + all_then, part))
        for k in range(low, high + 1)
    ]
    assert shares_differ(now, all_now, then, all_then) == pytest.approx(
        _unlikely(chances, now - low), rel=1e-6
    )


def test_middles_with_ties_give_the_published_value():
    now = np.array([3, 5, 5, 7, 8, 9, 9, 12, 12, 14], dtype=float)
    then = np.array([1, 2, 4, 4, 5, 5, 6, 7, 7, 9, 3], dtype=float)
    assert middles_differ(now, then) == pytest.approx(0.0232747, abs=1e-6)
    assert middles_differ(then, now) == pytest.approx(middles_differ(now, then))


def test_nothing_to_compare_is_no_difference():
    none = np.array([], dtype=float)
    assert middles_differ(none, none) == counts_differ(0, 0, 90, 90) == 1.0
    assert shares_differ(0, 0, 0, 5) == 1.0
    assert middles_differ(np.full(12, 4.0), np.full(15, 4.0)) == 1.0


def test_a_large_difference_is_hardly_chance_and_a_large_office_overflows_nothing():
    assert counts_differ(10_000, 9_000, 92, 92) < 1e-6
    assert counts_differ(10_000, 9_990, 92, 92) > 0.5
    assert shares_differ(400, 10_000, 100, 10_000) < 1e-6

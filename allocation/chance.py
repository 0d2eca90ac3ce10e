"""Whether a difference between two periods is more than chance would give.

Decides three exact or rank tests and the one level at which a difference is
worth a word.  A test says only that chance alone would seldom give such a
difference; it never says why it is there, and no letting is judged by it.

Methods: counts by the exact conditional test for two Poisson rates (Przyborowski
and Wilenski 1940: given the sum, one count is binomial); shares by Fisher's exact
test; durations and numbers of responses by the Mann-Whitney test with correction
for ties and continuity.  All are two-sided.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

LEVEL = 0.05
"""Below this probability a difference is called more than chance: one in twenty by luck."""

FEWEST = 10
"""With fewer lettings than this on either side, nothing is said at all."""

Numbers = npt.NDArray[np.float64]

_TIE = 1.0 + 1e-7
"""Probabilities this close count as equal, so that rounding drops no outcome."""


def counts_differ(now: int, then: int, days_now: int, days_then: int) -> float:
    """Return the probability of such different counts if the rate a day were the same."""
    total = now + then
    if total == 0:
        return 1.0
    share = days_now / (days_now + days_then)
    k = np.arange(total + 1, dtype=np.float64)
    logs = _log_choose(total, k) + k * math.log(share) + (total - k) * math.log1p(-share)
    return _as_unlikely(logs, now)


def shares_differ(part_now: int, all_now: int, part_then: int, all_then: int) -> float:
    """Return the probability of such different shares if the share were the same."""
    part, total = part_now + part_then, all_now + all_then
    low, high = max(0, part - all_then), min(part, all_now)
    if low >= high:
        return 1.0
    k = np.arange(low, high + 1, dtype=np.float64)
    logs = (
        _log_choose(all_now, k)
        + _log_choose(all_then, part - k)
        - _log_choose(total, np.float64(part))
    )
    return _as_unlikely(logs, part_now - low)


def middles_differ(now: Numbers, then: Numbers) -> float:
    """Return the probability of such different values if both came from one distribution."""
    n, m = len(now), len(then)
    if n == 0 or m == 0:
        return 1.0
    _, place, size = np.unique(np.concatenate([now, then]), return_inverse=True, return_counts=True)
    ranks = (np.cumsum(size) - (size - 1) / 2)[place]
    u = float(ranks[:n].sum()) - n * (n + 1) / 2
    ties = float((size.astype(np.float64) ** 3 - size).sum())
    variance = n * m / 12 * (n + m + 1 - ties / ((n + m) * (n + m - 1)))
    if variance <= 0:
        return 1.0
    distance = max(0.0, abs(u - n * m / 2) - 0.5) / math.sqrt(variance)
    return math.erfc(distance / math.sqrt(2))


def _as_unlikely(logs: Numbers, observed: int) -> float:
    """Sum the probabilities of all outcomes that are no more likely than the observed one."""
    chances = np.exp(logs)
    return min(1.0, float(chances[chances <= chances[observed] * _TIE].sum()))


def _log_choose(n: int, k: Numbers | np.float64) -> Numbers:
    table = _log_factorials(n)
    at = np.asarray(k).astype(np.int64)
    chosen: Numbers = table[n] - table[at] - table[n - at]
    return chosen


def _log_factorials(n: int) -> Numbers:
    steps = np.log(np.arange(1, n + 1, dtype=np.float64))
    return np.concatenate([[0.0], np.cumsum(steps)])

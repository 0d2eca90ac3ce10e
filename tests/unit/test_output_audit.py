"""The audit over everything that is told about what is not public, on made-up associations.

Sizes from a handful of lettings to a thousand a year, several seeds each; and
the same audit on disclosure control with a part taken out, which it must notice.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

import pytest

from allocation.barrier import disclosure
from allocation.barrier.disclosure import YearFacts, declassify, disclose_list
from allocation.public import Statements
from allocation.rules.model import Verdict
from allocation.rules.norms import Measured
from allocation.vocabulary import Ground
from tests.output_audit import Left, Norm, World, audit

YEARS = (2024, 2025, 2026)
TARGETS = {"NRM-1": "0.75", "NRM-2": "0.925", "NRM-3": "0.95", "NRM-4": "0.5"}
Parts = Mapping[tuple[str, int], tuple[int, int]]


def made_up(size: int, seed: int) -> World:
    """Return three years of an association that lets about ``size`` dwellings a year."""
    chance = random.Random(f"{size}/{seed}")
    grounds, public, withheld = {}, {}, {}
    for year in YEARS:
        lettings = max(1, round(size * chance.uniform(0.7, 1.3)))
        grounds[year] = {
            str(ground): int(lettings * chance.choice([0, 0.02, 0.06, 0.16]) * chance.random())
            for ground in Ground
        }
        hidden = sum(grounds[year].values())
        offered = int(hidden * chance.choice([0, 0.1, 0.5, 1]))
        advertised = chance.randint(offered, hidden)
        social = round(lettings * chance.uniform(0.8, 1)), round(hidden * chance.uniform(0.8, 1))
        low = tuple(_less(chance, n, [0, 0.01, 0.03, 0.09]) for n in social)
        poor = tuple(round(n * chance.uniform(0.6, 1)) for n in low)
        fitting = tuple(_less(chance, n, [0, 0.01, 0.03, 0.06]) for n in poor)
        local = chance.choice([0, 0.05, 0.2, 0.45, 0.5])
        public |= {
            ("NRM-1", year): (round(lettings * chance.uniform(0.6, 1)), lettings),
            ("NRM-2", year): (low[0], social[0]),
            ("NRM-3", year): (fitting[0], poor[0]),
            ("NRM-4", year): (round(lettings * local), lettings),
        }
        withheld |= {
            ("NRM-1", year): (offered, hidden),
            ("NRM-2", year): (low[1], social[1]),
            ("NRM-3", year): (fitting[1], poor[1]),
            ("NRM-4", year): (int(advertised * 0.3 * chance.random()), advertised),
        }
    return told(grounds, list(_norms(public, withheld)))


def _less(chance: random.Random, count: int, shares: list[float]) -> int:
    return count - round(count * chance.choice(shares))


def _norms(public: Parts, withheld: Parts) -> Iterator[Norm]:
    for rule, target in TARGETS.items():
        spans = itertools.pairwise(YEARS) if rule == "NRM-3" else ((y,) for y in YEARS)
        for years in spans:
            yield Norm(
                rule, tuple(years), Decimal(target), rule == "NRM-4",
                tuple(public[rule, year] for year in years),
                tuple(withheld[rule, year] for year in years),
            )  # fmt: skip


def told(grounds: Mapping[int, Mapping[str, int]], norms: list[Norm]) -> World:
    """Let the program say what it says of a truth."""
    merged = {year: sum(counts.values()) for year, counts in grounds.items()}
    every = [_measured(norm, with_withheld=True) for norm in norms]
    public = [_measured(norm, with_withheld=False) for norm in norms]
    said = declassify(YearFacts(merged, every, public), date(2028, 1, 1), Statements())
    years = {statement.year: statement.withheld for statement in said.years}
    told_grounds = {}
    for year, counts in grounds.items():
        parts, total = disclose_list(counts)
        agrees = total.count == years[year]
        told_grounds[year] = {g: n.count if agrees else None for g, n in parts.items()}
    told_norms = {
        f"{n.rule} {'+'.join(str(y) for y in range(n.first_year, n.last_year + 1))}": (
            n.met,
            n.share_percent,
        )
        for n in said.norms
    }
    return World(grounds, norms, years, told_norms, told_grounds)


def _measured(norm: Norm, *, with_withheld: bool) -> Measured:
    parts = [
        (a + c, b + d) if with_withheld else (a, b)
        for (a, b), (c, d) in zip(norm.public, norm.withheld, strict=True)
    ]
    return Measured(
        norm.rule, norm.years[0], norm.years[-1], True, sum(n for n, _ in parts),
        sum(d for _, d in parts), norm.target, norm.at_most, Verdict.PASSED, (),
        tuple((year, *part) for year, part in zip(norm.years, parts, strict=True)),
    )  # fmt: skip


def failing(sizes: tuple[int, ...], seeds: int) -> tuple[list[Left], list[Left]]:
    """Return all that was audited, and what does not keep what was promised."""
    found = [left for size in sizes for seed in range(seeds) for left in audit(made_up(size, seed))]
    return found, [left for left in found if not left.holds]


@pytest.mark.parametrize("size", [12, 60, 160, 230, 350, 1000])
def test_nothing_can_be_worked_out_from_all_outputs_together(size: int) -> None:
    found, broken = failing((size,), 1)
    hidden = [left for left in found if left.hidden and left.room >= 10]
    print(
        f"{size} lettings a year: {len(found)} numbers, {len(hidden)} hidden or under ten, "
        f"fewest values left {min(left.values for left in hidden)}"
    )
    assert not broken
    assert min(left.values for left in hidden) >= 10
    assert not any(left.values == 1 for left in found if left.room > 1)


@pytest.mark.nightly
def test_nothing_can_be_worked_out_at_many_sizes() -> None:
    found, broken = failing(tuple(range(20, 700, 34)), 5)
    print(f"{len(found)} numbers, {len(broken)} broken")
    assert len(found) > 9_000
    assert not broken


def test_the_audit_notices_small_numbers_that_are_hidden_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        disclosure,
        "hidden_flows",
        lambda flows: frozenset(i for i, flow in enumerate(flows) if flow.value < 10),
    )
    _, broken = failing((350,), 1)
    assert any(left.name.split()[0] in set(Ground) for left in broken)


def test_the_audit_notices_a_norm_whose_rest_is_not_protected(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What did not count was once told finer than what did: two of a hundred."""
    monkeypatch.setattr(disclosure, "part_range", lambda count, _: (count, count))
    _, broken = failing((160, 280), 1)
    assert any("do not count" in left.name for left in broken)


def test_the_audit_notices_a_share_that_is_not_rounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disclosure, "part_range", lambda count, _: (count, count))
    monkeypatch.setattr(disclosure, "BASE", 1)
    _, broken = failing((110, 350), 1)
    assert any(left.name.startswith("NRM-1") for left in broken)

"""Two histories that differ in private facts alone give one public tree, byte for byte.

P1: the trees are equal in paths, bytes, modes, times and links, every night.
P2: where withheld lettings of past years differ, only pages with the yearly
statements may, and only when a statement does.  P3: so it is for sequences of
nights: withheld then released, released then withheld, corrected, erased.
P4: so are exit code, steps, numbers of files written and the public log lines.

A pair is one story told twice.  Many stories share a tree, because a leak
shows in what they share: lists, counts, the sitemap.  Small trees come apart.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from itertools import combinations, count

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.nightly.histories import STORIES
from tests.nightly.observing import differences, watch, workplace

PAIRS = int(os.environ.get("ALLOCATION_PAIRS", "10000"))
PAIRS_IN_CI = 320

KINDS = st.sampled_from(sorted(STORIES))
SEEDS = st.integers(0, 2**31)


class Tally:
    """Counts what was compared, so that a run that compared nothing cannot pass."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def compare(self, kinds: list[str], public: int, privates: list[int], nights: int) -> None:
        """Tell a history once for each private seed and compare all with the first."""
        with workplace() as folder:
            told = [
                watch(folder / f"told-{i}", folder / "chrome", kinds, public, seed, nights)
                for i, seed in enumerate(privates)
            ]
        first, *others = told
        assert first[0].ended[0] == 0, first[0].ended
        for other in others:
            for night, one, two in zip(count(), first, other, strict=False):
                found = differences(one, two)
                assert not found, f"night {night}:\n" + "\n".join(found[:12])
            self.counts["pairs"] += len(kinds)
            self.counts["trees"] += nights
        for seen in told[0]:
            self.counts["files"] += len(seen.tree)


def run(
    pairs: int, stories: int, variants: int, nights: int, beside: tuple[str, ...] = ()
) -> Counter[str]:
    """Compare at least so many pairs and return what was compared.

    ``beside`` are stories that every history has as well.
    """
    tally = Tally()
    examples = -(-pairs // (stories * variants))

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize="ALLOCATION_DEEP" not in os.environ,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(
        st.lists(KINDS, min_size=stories, max_size=stories),
        SEEDS,
        st.lists(SEEDS, min_size=variants + 1, max_size=variants + 1, unique=True),
    )
    def compare(kinds: list[str], public: int, privates: list[int]) -> None:
        tally.compare([*kinds, *beside], public, privates, nights)

    compare()
    return tally.counts


def show(name: str, counts: Counter[str]) -> None:
    words = ", ".join(f"{value} {key}" for key, value in sorted(counts.items()))
    print(f"non-interference, {name}: {words}")


def test_private_facts_change_nothing_public() -> None:
    """The share that runs on every change."""
    counts = run(PAIRS_IN_CI, stories=80, variants=2, nights=2)
    show("every change", counts)
    assert counts["pairs"] >= PAIRS_IN_CI


def test_small_trees() -> None:
    """An association with one to three dwellings has nothing to hide a leak behind."""
    counts = run(12, stories=3, variants=2, nights=1)
    show("small trees", counts)
    assert counts["pairs"] >= 12


STATED_IN = re.compile(
    r"(\.|cijfers(/.*)?|en/.*cijfers(/.*)?|zo-verdelen-wij(/.*)?"
    r"|data(/(jaarcijfers\.csv|datapackage\.json|dcat\.jsonld|index\.html))?"
    r"|log(/(checkpoint|opening\.json|tile/.*))?)"
)
"""The files that hold a yearly statement, or the size and digest of one that does."""


@pytest.mark.parametrize("direct", [4, 8, 16])
def test_withheld_lettings_of_a_past_year_show_only_in_their_statement(direct: int) -> None:
    """P2, with fewer than ten, about ten and more withheld lettings in a year."""
    kinds = ["last_year"] * 3 + ["direct_last_year"] * direct + ["ordinary"]
    with workplace() as folder:
        told = [
            watch(folder / f"told-{i}", folder / "chrome", kinds, 3, 50 + i, 2) for i in range(4)
        ]
    said = [seen[0].statements for seen in told]
    assert all(statements.years for statements in said)
    for seen in told:
        assert seen[1].statements == seen[0].statements
    for one, two in combinations(told, 2):
        for a, b in zip(one, two, strict=True):
            changed = {
                path
                for path in a.tree.keys() | b.tree.keys()
                if a.tree.get(path) != b.tree.get(path)
            }
            if a.statements == b.statements:
                assert not changed, sorted(changed)[:9]
            else:
                assert all(STATED_IN.fullmatch(path) for path in changed), sorted(changed)[:9]
                assert (a.ended[:2], a.stages) == (b.ended[:2], b.stages)


@pytest.mark.nightly
def test_noninterference_over_many_pairs() -> None:
    counts = run(PAIRS, stories=100, variants=3, nights=2)
    show("nightly", counts)
    assert counts["pairs"] >= PAIRS


@pytest.mark.nightly
def test_noninterference_of_three_nights() -> None:
    counts = run(max(1, PAIRS // 20), stories=60, variants=2, nights=3)
    show("three nights", counts)


@pytest.mark.nightly
def test_noninterference_of_small_trees() -> None:
    """One story beside one ordinary letting; alone, some stories leave an export without rows."""
    counts = run(max(1, PAIRS // 250), stories=1, variants=1, nights=2, beside=("ordinary",))
    show("small trees", counts)


@pytest.mark.parametrize("kind", sorted(STORIES))
def test_every_story_has_a_private_half(kind: str) -> None:
    """Else the pairs of that kind would be one history told twice in the same words."""
    from tests.nightly.histories import tell_history

    told = [tell_history([kind] * 3, 7, private, 1)[0] for private in range(4)]
    assert any(one != told[0] for one in told[1:])

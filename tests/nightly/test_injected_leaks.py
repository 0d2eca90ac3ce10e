"""Every deliberate leak is caught, by the pairs of histories or by the leak check."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.nightly.histories import STORIES, tell_history
from tests.nightly.leaks import LEAKS, Leak, harmless
from tests.nightly.observing import Seen, differences, watch, workplace

MORE = [
    "never_advertised",
    "protected",
    "protected",
    "ordinary",
    "erased",
    "elsewhere",
    "elsewhere",
]
KINDS = [*sorted(STORIES), *MORE]
PUBLIC_SEED = 5
PRIVATE_SEEDS = (1, 2, 4)
LEAK_CHECK, PAIRS = "leak check", "non-interference"


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with workplace() as made:
        yield made


def caught_by(folder: Path, nights: int) -> str | None:
    """Tell one history in three private ways and return what notices a difference, if anything."""
    told: list[list[Seen]] = []
    for seed in PRIVATE_SEEDS:
        told.append(watch(folder / "told", folder / "chrome", KINDS, PUBLIC_SEED, seed, nights))
        last = told[-1]
        if any(seen.ended[0] == 4 and "Leak check" in str(seen.ended[2]) for seen in last):
            return LEAK_CHECK
        if any(differences(*pair) for pair in zip(told[0], last, strict=True)):
            return PAIRS
    return None


def test_the_tellings_differ_and_nothing_shows(folder: Path) -> None:
    """Without a leak nothing is caught; else the table below would say nothing."""
    counts = {
        len(tell_history(KINDS, PUBLIC_SEED, seed, 0)[0]["allocations"]) for seed in PRIVATE_SEEDS
    }
    assert len(counts) > 1
    assert caught_by(folder, nights=2) is None


def test_a_change_that_tells_nothing_is_not_caught(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    harmless(monkeypatch)
    assert caught_by(folder, nights=1) is None


def test_leaks_have_names_of_their_own() -> None:
    assert len({(leak.channel, leak.name) for leak in LEAKS}) == len(LEAKS) >= 46


_TABLE: dict[str, str | None] = {}


@pytest.mark.nightly
@pytest.mark.parametrize("leak", LEAKS, ids=lambda leak: f"{leak.channel}: {leak.name}")
def test_injected_leak_is_caught(leak: Leak, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    leak.inject(monkeypatch)
    caught = caught_by(folder, leak.nights)
    _TABLE[f"{leak.channel}: {leak.name}"] = caught
    assert caught is not None


@pytest.mark.parametrize("leak", LEAKS[::7], ids=lambda leak: f"{leak.channel}: {leak.name}")
def test_some_injected_leaks_are_caught(
    leak: Leak, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The share that runs on every change."""
    leak.inject(monkeypatch)
    assert caught_by(folder, leak.nights) is not None


@pytest.mark.nightly
def test_the_kill_table() -> None:
    """Print what caught what; runs after the leaks."""
    if not _TABLE:
        pytest.skip("the leaks were not run in this session")
    width = max(map(len, _TABLE))
    for name, caught in _TABLE.items():
        print(f"{name:<{width}}  {caught or 'NOT CAUGHT'}")
    killed = sum(1 for caught in _TABLE.values() if caught)
    print(f"caught: {killed} of {len(_TABLE)}")
    assert killed == len(_TABLE)

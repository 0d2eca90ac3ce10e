"""The interval audit of what the sample association publishes about what is not public."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from allocation.barrier import disclosure
from allocation.barrier.disclosure import disclose_table
from allocation.public import DisclosedTable
from allocation.sample import write_sample
from allocation.vocabulary import Ground
from tests.functional.office import NIGHT, Office
from tests.interval_audit import audit_table


@pytest.fixture(scope="module", params=[150, 1500, 6000])
def counts(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Counter[tuple[str, str]]:
    """Return how many lettings the sample withholds, by ground and year."""
    folder = tmp_path_factory.mktemp("sample") / "office"
    write_sample(
        folder, dwellings=request.param, responses_per_dwelling=1, seed=2, file_format="csv",
        nights=1,
    )  # fmt: skip
    years = {
        row["allocation_id"]: row["allocated_on"][:4]
        for row in Office(folder).rows("allocations", _night(folder))
    }
    withheld = json.loads((folder / "truth.json").read_text(encoding="utf-8"))["withheld"]
    return Counter(
        (ground, years[case["allocation_id"]])
        for case in withheld
        for ground in case["grounds"][:1]
    )


def _night(folder: Path) -> str:
    nights = sorted(path.name for path in (folder / "exports").iterdir())
    assert nights == [NIGHT]
    return nights[0]


def _published(counts: Counter[tuple[str, str]]) -> DisclosedTable:
    years = sorted({year for _, year in counts})
    return disclose_table(counts, [str(ground) for ground in Ground], years)


def test_nothing_hidden_can_be_worked_out(counts: Counter[tuple[str, str]]) -> None:
    audit = audit_table(_published(counts))
    hidden = sum(1 for interval in audit.intervals if interval.hidden)
    print(
        f"{counts.total()} withheld: {len(audit.intervals)} numbers, {hidden} hidden, "
        f"smallest width {audit.smallest_hidden:g}, exact {len(audit.exact)}"
    )
    assert hidden
    assert audit.smallest_hidden >= 10
    assert not audit.exact


def test_the_audit_notices_when_only_small_numbers_are_hidden(
    counts: Counter[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        disclosure,
        "hidden_flows",
        lambda flows: frozenset(i for i, flow in enumerate(flows) if flow.value < 10),
    )
    audit = audit_table(_published(counts))
    shown = [interval for interval in audit.intervals if not interval.hidden]
    assert bool(audit.findings()) is (len(shown) > 1), "one shown number gives nothing away"

"""The offices that the functional tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

from allocation.sample import write_sample
from tests.functional.office import EARLIER, Office


@pytest.fixture(scope="session")
def fresh_office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office with exports and nothing built; copy it before changing it."""
    folder = tmp_path_factory.mktemp("fresh") / "office"
    write_sample(folder, dwellings=150, responses_per_dwelling=25, seed=11, file_format="csv")
    return Office(folder)


@pytest.fixture(scope="session")
def built_office(fresh_office: Office, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office with both nights built; copy it before changing it."""
    office = fresh_office.copy(tmp_path_factory.mktemp("built") / "office")
    for night in (EARLIER, None):
        result = office.build(night) if night else office.build()
        assert result.returncode == 0, result.stderr + result.stdout
    return office


@pytest.fixture
def office(built_office: Office, tmp_path: Path) -> Office:
    """A copy of the built office, free to change."""
    return built_office.copy(tmp_path / "office")

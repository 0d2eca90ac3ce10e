"""Ctrl-C at many moments: the program stops, says so in a word, and publishes nothing after."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.functional.office import NIGHT, Office, tree_facts

MOMENTS = 8
"""Spread over the whole run; each finds the program in another stage."""


@pytest.fixture(scope="module")
def whole_run(built_office: Office, tmp_path_factory: pytest.TempPathFactory) -> float:
    """How long a build takes from its first word on, in seconds."""
    office = _with_news(built_office, tmp_path_factory.mktemp("model") / "office")
    run, started = _start(office), time.monotonic()
    assert run.wait() == 0
    return time.monotonic() - started


@pytest.mark.parametrize("moment", range(MOMENTS))
def test_stopped_at_a_moment(
    built_office: Office, tmp_path: Path, whole_run: float, moment: int
) -> None:
    office = _with_news(built_office, tmp_path / "office")
    before = tree_facts(office.site)
    run = _start(office)
    time.sleep((moment + random.Random(moment).random()) / MOMENTS * whole_run)
    run.send_signal(signal.SIGINT)
    said = run.communicate(timeout=60)[1]
    assert "Traceback" not in said
    assert "screening" not in said
    assert run.returncode in {0, 130}
    if run.returncode:
        assert said.rstrip().endswith("Stopped.")
    if tree_facts(office.site) == before:
        assert office.build().returncode == 0


def _with_news(built: Office, folder: Path) -> Office:
    shutil.copytree(built.folder, folder, symlinks=True)
    office = Office(folder)
    office.rewrite("dwellings", lambda rows: [row | {"neighbourhood": "Zuid"} for row in rows])
    return office


def _start(office: Office) -> subprocess.Popen[str]:
    """Start a build, and wait until it says what it does."""
    run = subprocess.Popen(
        [sys.executable, "-m", "allocation", "--lang", "en", "build", "--night", NIGHT],
        cwd=office.folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert run.stderr is not None
    assert run.stderr.readline()
    return run

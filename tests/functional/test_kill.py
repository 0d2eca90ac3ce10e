"""Kill the build at random moments: the site is the old or the new release, whole."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.functional.office import NIGHT, Office, contents, tree_facts


def _start(office: Office) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "allocation", "build", "--night", NIGHT],
        cwd=office.folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _with_news(office: Office) -> None:
    """Change a street that many pages show, so that the new release differs in many files."""
    office.rewrite(
        "dwellings",
        lambda rows: [row | {"neighbourhood": f"{row['neighbourhood']} Zuid"} for row in rows],
    )


def test_killed_at_twelve_random_moments(built_office: Office, tmp_path: Path) -> None:
    kill_and_look(built_office, tmp_path, moments=12)


@pytest.mark.nightly
def test_killed_at_fifty_random_moments(built_office: Office, tmp_path: Path) -> None:
    kill_and_look(built_office, tmp_path, moments=50)


def kill_and_look(built_office: Office, tmp_path: Path, moments: int) -> None:
    """Kill so many builds, each at a moment of its own, and look at the site after each."""
    old = contents(built_office.site)
    model = _ready(built_office, tmp_path / "model")
    started = time.monotonic()
    assert _start(model).wait() == 0
    whole_run = time.monotonic() - started
    new = contents(model.site)
    assert new != old
    seen, now = {"old": 0, "new": 0}, new
    chance = random.Random(20261122)
    office = model
    for number in range(moments):
        if number % 2 == 0 or now == new:  # else on what the last one left behind
            office = _ready(built_office, tmp_path / f"office-{number}")
        run = _start(office)
        time.sleep(chance.uniform(0.0, whole_run * 1.05))
        os.killpg(run.pid, signal.SIGKILL)
        run.wait()
        now = contents(office.site)
        assert now in (old, new), "the public site is a mixture"
        seen["old" if now == old else "new"] += 1
    assert seen["old"], "no kill came before the switch; the test did not test"
    _require_recovery(office, new)


def test_killed_while_an_old_tree_is_brought_up_to_date(
    built_office: Office, tmp_path: Path
) -> None:
    """The tree of the oldest release is half changed then; nobody may ever see it."""
    old = contents(built_office.site)
    model = _ready(built_office, tmp_path / "model")
    assert model.build().returncode == 0
    office = _ready(built_office, tmp_path / "office")
    stopped = subprocess.run(
        [sys.executable, "-c", _STOP_HALFWAY, "build", "--night", NIGHT],
        cwd=office.folder,
        capture_output=True,
        check=False,
    )
    assert stopped.returncode == -signal.SIGKILL
    names = [path.name for path in (office.folder / "public" / "releases").iterdir()]
    assert any(name.endswith(".old") for name in names), "the old tree was not in use"
    assert contents(office.site) == old
    _require_recovery(office, contents(model.site))


_STOP_HALFWAY = """
import os, signal, types
from allocation import tree
from allocation.cli.main import main
tree.shutil = types.SimpleNamespace(rmtree=lambda path: os.kill(os.getpid(), signal.SIGKILL))
main()
"""


def _ready(built_office: Office, folder: Path) -> Office:
    """Return a copy with news, of which each night uses up the tree of the oldest release."""
    office = built_office.copy(folder)
    settings = office.folder / "allocation.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(f"{text}\n[publication]\nkeep_releases = 2\n", encoding="utf-8")
    _with_news(office)
    return office


def _require_recovery(office: Office, new: dict[str, str]) -> None:
    result = office.build()
    assert result.returncode == 0, result.stderr
    assert contents(office.site) == new
    names = [path.name for path in (office.folder / "public" / "releases").iterdir()]
    assert not [name for name in names if name.startswith(".")], "a stopped run left its rubbish"


def test_a_second_run_at_the_same_time_is_refused(office: Office) -> None:
    import fcntl

    with (office.folder / "state" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        before = tree_facts(office.site)
        result = office.build()
    assert result.returncode == 5
    assert result.stderr.count("\n") >= 1
    assert tree_facts(office.site) == before

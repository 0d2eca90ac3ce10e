"""Associations that differ in private facts alone, and what an observer can see of them."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from allocation.config import Association, Config, Engine, Paths, Publication, Reading
from allocation.errors import AllocationError
from allocation.pipeline import build_night
from allocation.public import Statements
from allocation.releases import Releases
from allocation.site.chrome import read_chrome
from tests.functional.office import tree_facts
from tests.nightly.histories import NIGHTS, tell_history, write_export, write_register

MEMORY = Path("/dev/shm")
SECRET = b"non-interference".ljust(32, b".")
PUBLIC_EVENTS = {"published", "unchanged", "searched", "stage"}
PRIVATE_FIELDS = {"at", "seconds", "patterns"}


@dataclass(frozen=True)
class Seen:
    """What one night shows: the tree, how it ended, what it said and did."""

    tree: dict[str, tuple[object, ...]]
    ended: tuple[object, ...]
    stages: tuple[str, ...]
    log: tuple[str, ...]
    statements: Statements


@contextmanager
def workplace() -> Iterator[Path]:
    """Give a folder, in memory where the machine has that."""
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield Path(folder)


def association(folder: Path, chrome: Path) -> Config:
    """Return the settings of an association with the same secret and chrome as every other.

    The gates that stop a night for its share of bad or missing rows are off:
    they are for the letting department and may depend on every row.
    """
    state = folder / "state"
    state.mkdir(parents=True, mode=0o700)
    (state / "key").write_bytes(SECRET)
    read_chrome(chrome)
    (state / "chrome").symlink_to(chrome, target_is_directory=True)
    return Config(
        association=Association(name="Het Heem", work_area="Drenthe", email="a@example.nl"),
        paths=Paths(
            exports=folder / "exports",
            public=folder / "public",
            state=state,
            register=folder / "register.csv",
        ),
        reading=Reading(require_manifest=False, floor=0, max_quarantined_share=1),
        publication=Publication(release_day="daily", keep_releases=2),
        engine=Engine(memory_limit="1GB", threads=1),
    )


def watch(
    folder: Path, chrome: Path, kinds: list[str], public_seed: int, private_seed: int, nights: int
) -> list[Seen]:
    """Run so many nights of a history and return what each showed."""
    config = association(folder, chrome)
    seen = []
    try:
        for night in range(nights):
            export, register = tell_history(kinds, public_seed, private_seed, night)
            write_export(folder / "exports" / str(NIGHTS[night]), export)
            chance = random.Random(f"{private_seed} {night} register")
            write_register(folder / "register.csv", register, chance)
            seen.append(look(config, night))
    finally:
        shutil.rmtree(folder)
    return seen


def look(config: Config, night: int) -> Seen:
    """Run one night and return what can be seen afterwards."""
    stages: list[str] = []
    try:
        built = build_night(config, NIGHTS[night], lambda stage: stages.append(str(stage)))
        ended: tuple[object, ...] = (0, built.release, built.changed, built.written, built.linked)
    except AllocationError as error:
        ended = (error.exit_code, type(error).__name__, str(error))
    public = config.paths.public
    tree = tree_facts(public / "current") if (public / "current").exists() else {}
    kept = sorted(path.name for path in (public / "releases").iterdir())
    tree["releases"] = tuple(kept)
    releases = Releases(public, config.paths.state)
    record = releases.current()
    said = releases.statements(record) if record else Statements()
    return Seen(tree, ended, tuple(stages), _log(config, night), said)


def _log(config: Config, night: int) -> tuple[str, ...]:
    """Return the log lines that may not depend on anything private, without times."""
    path = config.paths.state / "logs" / f"{NIGHTS[night]}.jsonl"
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines():
        event = json.loads(line)
        if event["event"] in PUBLIC_EVENTS:
            lines.append(json.dumps({k: v for k, v in event.items() if k not in PRIVATE_FIELDS}))
    return tuple(lines)


def differences(one: Seen, other: Seen) -> list[str]:
    """Return what an observer could tell apart, one line each."""
    found = [
        f"{path}: {one.tree.get(path)} / {other.tree.get(path)}"
        for path in sorted(one.tree.keys() | other.tree.keys())
        if one.tree.get(path) != other.tree.get(path)
    ]
    for name in ("ended", "stages", "log"):
        if getattr(one, name) != getattr(other, name):
            found.append(f"{name}: {getattr(one, name)} / {getattr(other, name)}")
    return found

"""What earlier nights showed: registration dates and conditions, kept in private.

Decides what a night leaves behind for the rules of later nights (REG-1 and
PUB-4), and what of that a later night reads.  A night adds only what no
earlier night said already, so that years of nights stay small.  The public
scope has files of its own: what was withheld on a night is in none of them.
Nothing is ever changed; running a night again replaces what it added itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq

from allocation.engine import Engine
from allocation.rules.model import FOLDER, Scope
from allocation.rules.seam import INPUTS

KEPT = ("earlier_registrations", "earlier_conditions")
"""The tables that a night leaves for later nights."""

_IDENTITY = {
    "earlier_registrations": "candidate_id, registered_on",
    "earlier_conditions": "publication_id, dwelling_id",
}
"""What makes a row no news: the same values of these columns in an earlier night."""

_SHOWN = "shown_registrations"


def look(engine: Engine) -> None:
    """Look once at every response for what both scopes keep of it.

    The engine holds the night's tables and ``withheld_publications``.
    """
    engine.derive(_SHOWN, _text(_SHOWN), {})


def _text(name: str) -> str:
    return (FOLDER / "snapshots" / f"{name}.sql").read_text(encoding="utf-8")


def snapshots_path(state: Path) -> Path:
    """Return where the snapshots of an installation stand, below its private state."""
    return state / "snapshots"


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a snapshot."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Snapshots:
    """The snapshots of earlier nights below one private folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def digests(self, known: Mapping[str, str]) -> dict[str, str]:
        """Return the SHA-256 of every snapshot by its place below the folder.

        ``known`` are digests that need not be worked out again.
        """
        found = {
            path.relative_to(self._folder).as_posix(): path
            for path in sorted(self._folder.glob("*/*/*.parquet"))
        }
        return {name: known.get(name) or digest_of(path) for name, path in found.items()}

    def load(self, engine: Engine, scope: Scope, before: date) -> None:
        """Make the tables ``KEPT`` from the nights before one, for one scope."""
        for name in KEPT:
            files = [
                path
                for path in sorted((self._folder / scope / name).glob("*.parquet"))
                if path.stem < before.isoformat()
            ]
            table = pq.ParquetDataset(files).read() if files else INPUTS[name].empty_table()
            engine.register(name, table.select(INPUTS[name].names).cast(INPUTS[name]))

    def keep(self, engine: Engine, scope: Scope, night: date) -> None:
        """Write what a night adds.

        Needs ``look``, and ``load`` and the rules' tables of the same scope.
        """
        for name in KEPT:
            engine.derive("tonight", _text(name), {"night": night, "scope": str(scope)})
            same = " AND ".join(
                f"t.{column} = e.{column}" for column in _IDENTITY[name].split(", ")
            )
            news = engine.arrow(
                f"SELECT t.* FROM tonight t WHERE NOT EXISTS (SELECT 1 FROM {name} e WHERE {same}) "
                "ORDER BY ALL"
            )
            engine.discard("tonight")
            target = self._folder / scope / name / f"{night.isoformat()}.parquet"
            target.parent.mkdir(parents=True, exist_ok=True)
            fresh = target.with_suffix(".new")
            pq.write_table(news.select(INPUTS[name].names).cast(INPUTS[name]), fresh)
            fresh.rename(target)

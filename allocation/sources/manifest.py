"""The manifest of a night: what the supplier says was delivered.

Decides whether the files are the ones that the supplier wrote.  It compares
names, SHA-256 and numbers of rows; what the rows hold is not its business.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from allocation.errors import InputRefused, Place
from allocation.sources import messages

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Listed:
    """What the manifest says of one file; None where it says nothing."""

    rows: int | None
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest as read: the night, and what it says per file name."""

    night: date | None
    files: dict[str, Listed]


def read_manifest(folder: Path) -> Manifest | None:
    """Read the manifest of a folder; None if there is none.

    Raises:
        InputRefused: it is there and cannot be understood.
    """
    path = folder / MANIFEST
    if not path.is_file():
        return None
    try:
        raw = json.loads(path.read_text(encoding="utf-8-sig"))
        night = date.fromisoformat(raw["night"]) if "night" in raw else None
        files = {str(name): _listed(entry) for name, entry in raw["files"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputRefused(
            messages.MANIFEST_UNREADABLE, (Place(MANIFEST),), file=MANIFEST
        ) from None
    return Manifest(night, files)


def require_manifest_agrees(
    manifest: Manifest, folder: Path, night: date, used: Collection[str]
) -> None:
    """Compare night, names and hashes of the manifest with the folder.

    ``used`` are the names of the files that hold tables.

    Raises:
        InputRefused: they disagree.
    """
    if manifest.night is not None and manifest.night != night:
        raise InputRefused(
            messages.MANIFEST_NIGHT,
            (Place(MANIFEST),),
            file=MANIFEST,
            manifest=manifest.night.isoformat(),
            night=night.isoformat(),
        )
    for name in sorted(used):
        if name not in manifest.files:
            raise InputRefused(messages.MANIFEST_FILE_UNLISTED, (Place(name),), file=name)
    for name, listed in sorted(manifest.files.items()):
        path = folder / name
        if path.parent != folder or not path.is_file():
            raise InputRefused(messages.MANIFEST_FILE_ABSENT, (Place(name),), file=name)
        if listed.sha256 is not None and _sha256(path) != listed.sha256.lower():
            raise InputRefused(messages.MANIFEST_HASH, (Place(name),), file=name)


def require_rows_agree(manifest: Manifest, name: str, rows: Collection[int]) -> None:
    """Compare the rows of a file with the manifest; any of the given counts will do.

    A JSON array has two counts where an element stands for several rows.

    Raises:
        InputRefused: the manifest gives another number.
    """
    expected = manifest.files[name].rows
    if expected is not None and expected not in rows:
        raise InputRefused(
            messages.MANIFEST_ROWS, (Place(name),), file=name, rows=max(rows), expected=expected
        )


def _listed(entry: dict[str, object]) -> Listed:
    rows, sha256 = entry.get("rows"), entry.get("sha256")
    if rows is not None and (not isinstance(rows, int) or isinstance(rows, bool)):
        raise TypeError("rows")
    if sha256 is not None and not isinstance(sha256, str):
        raise TypeError("sha256")
    return Listed(rows, sha256)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

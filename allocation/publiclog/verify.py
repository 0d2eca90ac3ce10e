"""Whether a copy of the site is what its log says, and the log what it was before.

Decides what is checked, from the files of the site alone: it needs no export, no
private folder and no configuration, so that anybody can run it anywhere.
"""

from __future__ import annotations

import binascii
import hashlib
import json
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from allocation.errors import ConfigError, GateRefused
from allocation.publiclog.log import CHECKPOINT, FOLDER, KEY, OPENING, PACKAGE, commitment
from allocation.publiclog.merkle import bundle_paths, entries_in, leaf_hash, root_of, tiles
from allocation.publiclog.note import BadNote, Checkpoint, Verifier, open_checkpoint

Read = Callable[[str], bytes]
"""Gives the bytes of a file of the site, by its path; raises ``NotThere`` where there is none."""


_PATH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*")
_MOST_RELEASES = 1_000_000
"""A log that claims more is not read: nobody publishes so often."""


class NotThere(ConfigError):
    """A site does not have a file that was asked for."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What holds: how many releases, the night of the newest, how many tables, and whose key.

    ``since`` is the night of the newest release of the last time; None the first time.
    ``kept`` is what to keep for the next time; ``contents`` are the files that were asked
    for, with the bytes that were checked; ``log_files`` are those of the log.
    """

    releases: int
    night: date
    tables: int
    key: str
    since: date | None
    kept: str
    contents: dict[str, bytes]
    log_files: frozenset[str]


def verify_site(
    read: Read, kept: str | None = None, key: str | None = None, wanted: Collection[str] = ()
) -> Verified:
    """Check a site against its log, and its log against what was kept of it.

    ``kept`` is what the last time gave to keep.  ``key`` is the key as somebody noted
    it elsewhere; without it the kept one counts, and the first time that of the site.
    ``wanted`` are tables that the release must have, by path.

    Raises:
        GateRefused: something is not as it should be; says what.
        ConfigError: ``key`` or ``kept`` is not what it should be.
    """
    known = None if kept is None else _Kept.parse(kept)
    verifier = _key(key or (known.key if known else _text(read(KEY))))
    if known and known.key != str(verifier):
        raise GateRefused(
            "The key is another one than the last time. Ask the association why, and check "
            "the answer with somebody else."
        )
    note = _text(read(CHECKPOINT))
    checkpoint = _opened(note, verifier)
    if checkpoint.size > _MOST_RELEASES:
        raise GateRefused("The log does not hold the releases that its signature is about.")
    entries = _entries(read, checkpoint.size)
    leaves = [leaf_hash(entry) for entry in entries]
    if not entries or len(entries) != checkpoint.size or root_of(leaves) != checkpoint.root:
        raise GateRefused("The log does not hold the releases that its signature is about.")
    nights = [_night(entry) for entry in entries]
    if nights != sorted(nights):
        raise GateRefused("The nights in the log go back in time.")
    named = tiles(leaves)
    for path, content in named.items():
        if read(f"{FOLDER}/{path}") != content:
            raise GateRefused("{file} is not what the log says.", file=f"{FOLDER}/{path}")
    since = None
    if known:
        before = _opened(known.note, verifier)
        if not 0 < before.size <= len(leaves) or root_of(leaves[: before.size]) != before.root:
            raise GateRefused(
                "The log was changed: it does not go on from what it was the last time. "
                "Keep both, and ask the association what happened."
            )
        since = nights[before.size - 1]
    tables, contents = _check_tables(read, entries[-1], wanted)
    again = _Kept(str(verifier), note)
    below = [*named, *bundle_paths(len(entries))]
    return Verified(
        len(entries),
        nights[-1],
        tables,
        again.key,
        since,
        str(again),
        contents,
        frozenset({CHECKPOINT, KEY, OPENING, *(f"{FOLDER}/{path}" for path in below)}),
    )


def has_grown(before: bytes, now: bytes, key: bytes) -> bool:
    """Say whether a signed head of a log is of a later release than another one."""
    try:
        verifier = Verifier.parse(key.decode())
        heads = [open_checkpoint(note.decode(), verifier) for note in (before, now)]
    except (BadNote, UnicodeDecodeError):
        return False
    return heads[0].size < heads[1].size


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is kept from one time to the next: the key, and the checkpoint as it was signed."""

    key: str
    note: str

    def __str__(self) -> str:
        return f"{self.key}\n\n{self.note}"

    @classmethod
    def parse(cls, text: str) -> _Kept:
        key, gap, note = text.replace("\r\n", "\n").partition("\n\n")
        if not gap:
            raise ConfigError("What was kept of the last time is not whole.")
        return cls(key.strip(), note)


def _key(text: str) -> Verifier:
    try:
        return Verifier.parse(text)
    except BadNote:
        shown = "".join(filter(str.isprintable, text.strip()[:100]))
        raise ConfigError("This is no key of a log: '{key}'.", key=shown) from None


def _opened(note: str, verifier: Verifier) -> Checkpoint:
    try:
        return open_checkpoint(note, verifier)
    except BadNote:
        raise GateRefused("The log is not signed with the key {key}.", key=str(verifier)) from None


def _entries(read: Read, size: int) -> list[bytes]:
    entries: list[bytes] = []
    try:
        for path in bundle_paths(size):
            entries += entries_in(read(f"{FOLDER}/{path}"))
    except ValueError:
        raise GateRefused(
            "The log does not hold the releases that its signature is about."
        ) from None
    return entries


def _check_tables(
    read: Read, newest: bytes, wanted: Collection[str]
) -> tuple[int, dict[str, bytes]]:
    """Check that the tables are those of the newest release.

    Returns how many there are, and the wanted ones with the package.
    """
    package = read(PACKAGE)
    try:
        salt = bytes.fromhex(json.loads(read(OPENING))["salt"])
        told = newest.decode().partition(" ")[2]
    except (ValueError, KeyError, TypeError, RecursionError, binascii.Error):
        raise GateRefused("{file} is not what the log says.", file=OPENING) from None
    if commitment(salt, package) != told:
        raise GateRefused("{file} is not what the log says.", file=PACKAGE)
    digests = _digests(package)
    for path in sorted(set(wanted) - digests.keys()):
        raise GateRefused("{file} is not what the log says.", file=path)
    contents = {PACKAGE: package}
    for path, (digest, size) in digests.items():
        content = read(path)
        if hashlib.sha256(content).hexdigest() != digest or len(content) != size:
            raise GateRefused("{file} is not what the log says.", file=path)
        if path in wanted:
            contents[path] = content
    return len(digests), contents


def _digests(package: bytes) -> dict[str, tuple[str, int]]:
    """Return the SHA-256 and the size that a package names for each table, by path in the site."""
    found = {}
    try:
        for resource in json.loads(package)["resources"]:
            path = PurePosixPath(PACKAGE).parent / str(resource["path"])
            if ".." in path.parts or not _PATH.fullmatch(str(path)):
                raise ValueError("a path that leads out of the site")
            digest, size = str(resource["hash"]).removeprefix("sha256:"), resource["bytes"]
            if type(size) is not int:
                raise ValueError("a size that is no number")
            found[str(path)] = digest, size
    except (ValueError, KeyError, TypeError, RecursionError):
        raise GateRefused("{file} is not what the log says.", file=PACKAGE) from None
    return found


def _night(entry: bytes) -> date:
    try:
        return date.fromisoformat(entry.decode().partition(" ")[0])
    except ValueError:
        raise GateRefused("The log holds something that is no release.") from None


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise GateRefused("The log holds something that is no text.") from None

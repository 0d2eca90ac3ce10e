"""The tree of hashes over the entries of a log, and the files that it is published in.

Decides nothing of its own: the hashes are those of RFC 6962, the files those of the
C2SP specification tlog-tiles, so that programs of others can read and check them.
A tile holds up to 256 hashes of one level; of the last one of a level only the whole
part of it is written, in a folder that names its width.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

TILE = 256
"""Hashes in a whole tile, and entries in a whole bundle."""

_HASH = hashlib.sha256


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of an entry, 32 bytes."""
    return _HASH(b"\x00" + entry).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes, 32 bytes; of none it is the hash of nothing."""
    if not leaves:
        return _HASH().digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return _node(root_of(leaves[:split]), root_of(leaves[split:]))


def tiles(leaves: Sequence[bytes]) -> dict[str, bytes]:
    """Return every tile over leaf hashes, by path below the log."""
    found: dict[str, bytes] = {}
    level, hashes = 0, list(leaves)
    while hashes:
        for number, part in _parts(hashes):
            found[f"tile/{level}/{_path(number, len(part))}"] = b"".join(part)
        whole = len(hashes) // TILE
        hashes = [root_of(hashes[i * TILE : (i + 1) * TILE]) for i in range(whole)]
        level += 1
    return found


def bundles(entries: Sequence[bytes]) -> dict[str, bytes]:
    """Return every bundle of entries, by path below the log.

    Each entry, shorter than 65,536 bytes, stands behind its length in two bytes.
    """
    return {
        f"tile/entries/{_path(number, len(part))}": b"".join(
            len(entry).to_bytes(2) + entry for entry in part
        )
        for number, part in _parts(entries)
    }


def bundle_paths(size: int) -> Iterator[str]:
    """Yield the paths of the bundles of a log of ``size`` entries, in their order."""
    for number, part in _parts(range(size)):
        yield f"tile/entries/{_path(number, len(part))}"


def entries_in(bundle: bytes) -> list[bytes]:
    """Return the entries of a bundle.

    Raises:
        ValueError: it ends in the middle of one.
    """
    entries, at = [], 0
    while at < len(bundle):
        end = at + 2 + int.from_bytes(bundle[at : at + 2])
        if end > len(bundle):
            raise ValueError("the bundle ends in the middle of an entry")
        entries.append(bundle[at + 2 : end])
        at = end
    return entries


def _parts(items: Sequence[Any]) -> Iterator[tuple[int, Sequence[Any]]]:
    """Yield what belongs in each tile, with the number of the tile."""
    for start in range(0, len(items), TILE):
        yield start // TILE, items[start : start + TILE]


def _path(number: int, width: int) -> str:
    """Return the path of a tile: its number in groups of three digits, and its width."""
    digits = f"{number:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    path = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
    return path if width == TILE else f"{path}.p/{width}"


def _node(left: bytes, right: bytes) -> bytes:
    return _HASH(b"\x01" + left + right).digest()

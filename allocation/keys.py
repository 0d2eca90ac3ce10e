"""The public key of a letting: a slug of its public address and a mark.

Decides how a letting is named in addresses and file names.  The mark is a
keyed hash of the internal ids, so it tells nothing without the secret; the
key never holds a sequence number or any other text of an export.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from functools import lru_cache

MARK_LENGTH = 8
"""Characters of a mark: 40 bits."""

_BITS = 10
_BASE_32 = "abcdefghijklmnopqrstuvwxyz234567"
_TWO_SIGNS = [one + other for one in _BASE_32 for other in _BASE_32]
"""What ten bits are in base 32."""

_LONGEST = 80
_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")


def mark(secret: bytes, publication_id: str, dwelling_id: str) -> str:
    """Return the mark of a letting: lower-case base 32 of HMAC-SHA-256 over its two ids."""
    message = f"{len(publication_id)}:{publication_id}:{dwelling_id}".encode()
    digest = hmac.digest(secret, message, hashlib.sha256)
    number = int.from_bytes(digest[: MARK_LENGTH * 5 // 8])
    last = (1 << _BITS) - 1
    return "".join([_TWO_SIGNS[number >> shift & last] for shift in (30, 20, 10, 0)])


def public_key(mark: str, street: str, house_number: str | None, place: str) -> str:
    """Return the key of a letting, such as ``lindehof-14-westerbork-k3x9p2qa``."""
    return f"{address_slug(street, house_number, place)}-{mark}"


def mark_of(key: str) -> str:
    """Return the mark in a key; it stays the same when the address is corrected."""
    return key[-MARK_LENGTH:]


def address_slug(street: str, house_number: str | None, place: str) -> str:
    """Return the slug of an address: of its three texts with a space between them."""
    parts = _plain(street), _plain(house_number or ""), _plain(place)
    return _short("-".join(filter(None, parts)))


def slug(text: str) -> str:
    """Return a text in a-z, 0-9 and hyphens, at most 80 characters, never empty."""
    return _short(_plain(text))


def _short(plain: str) -> str:
    return plain[:_LONGEST].strip("-") or "woning"


@lru_cache(maxsize=100_000)
def _plain(text: str) -> str:
    """Return a text in a-z, 0-9 and hyphens; streets and places come back many times."""
    folded = unicodedata.normalize("NFKD", text.lower())
    return _NOT_IN_SLUG.sub("-", folded.encode("ascii", "ignore").decode()).strip("-")

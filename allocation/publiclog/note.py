"""Signed notes: a text and, below it, who signed it.

Decides nothing of its own: the form is that of the C2SP specification signed-note with
Ed25519, and a checkpoint that of tlog-checkpoint, so that programs of others can read
and check them.
"""

from __future__ import annotations

import binascii
import hashlib
from base64 import b64decode, b64encode
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

_ED25519 = b"\x01"
_ID_BYTES = 4
_SIGNATURE_BYTES = 64


class BadNote(ValueError):
    """A note, a key or a checkpoint that is not in its form, or is not signed by the key."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """Who may have signed: a name, and the 32 bytes of the public key."""

    name: str
    key: bytes

    @property
    def id(self) -> bytes:
        """The four bytes that stand before a signature, to find the key by."""
        named = f"{self.name}\n".encode() + _ED25519 + self.key
        return hashlib.sha256(named).digest()[:_ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64encode(_ED25519 + self.key).decode()}"

    @classmethod
    def parse(cls, text: str) -> Verifier:
        """Read what ``str`` wrote.

        Raises:
            BadNote: it is no key, or not whole.
        """
        parts = text.strip().split("+", 2)
        try:
            name, told, key = parts[0], bytes.fromhex(parts[1]), b64decode(parts[2], validate=True)
        except (IndexError, ValueError, binascii.Error):
            raise BadNote("no key") from None
        found = cls(name, key[1:])
        if key[:1] != _ED25519 or len(key) != 33 or told != found.id:
            raise BadNote("no key")
        if not name or not name.isprintable():  # it is shown on the screen of a stranger
            raise BadNote("no key")
        return found


@dataclass(frozen=True, slots=True, repr=False)
class Signer:
    """Who signs: a name, and the 32 secret bytes that the key is made from."""

    name: str
    seed: bytes

    @property
    def verifier(self) -> Verifier:
        """Who may have signed what this signs."""
        public = Ed25519PrivateKey.from_private_bytes(self.seed).public_key()
        return Verifier(self.name, public.public_bytes_raw())

    def sign(self, text: str) -> str:
        """Return a text, which ends a line, as a signed note."""
        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())
        line = b64encode(self.verifier.id + signature).decode()
        return f"{text}\n— {self.name} {line}\n"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself: its name, how many entries it has and their root."""

    origin: str
    size: int
    root: bytes

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


def open_checkpoint(note: str, verifier: Verifier) -> Checkpoint:
    """Return the checkpoint in a note.

    Raises:
        BadNote: it is none, or the key did not sign it.
    """
    text = open_note(note, verifier)
    lines = text.split("\n")
    try:
        origin, size, root = lines[0], int(lines[1]), b64decode(lines[2], validate=True)
    except (IndexError, ValueError, binascii.Error):
        raise BadNote("no checkpoint") from None
    if origin != verifier.name or size < 0 or lines[1] != str(size) or len(root) != 32:
        raise BadNote("no checkpoint")
    return Checkpoint(origin, size, root)


def open_note(note: str, verifier: Verifier) -> str:
    """Return the text of a note that the key signed; signatures of others are passed by.

    Raises:
        BadNote: it is no note, or the key did not sign it.
    """
    text, gap, below = note.rpartition("\n\n")
    if not gap or not below.endswith("\n"):
        raise BadNote("no note")
    text += "\n"
    for line in below.splitlines():
        dash, name, encoded = (*line.split(" "), "", "")[:3]
        if dash != "—" or name != verifier.name:
            continue
        try:
            signature = b64decode(encoded, validate=True)
        except (ValueError, binascii.Error):
            continue
        if signature[:_ID_BYTES] == verifier.id and _is_signed(text, verifier, signature):
            return text
    raise BadNote("not signed by this key")


def _is_signed(text: str, verifier: Verifier, signature: bytes) -> bool:
    if len(signature) != _ID_BYTES + _SIGNATURE_BYTES:
        return False
    try:
        key = Ed25519PublicKey.from_public_bytes(verifier.key)
        key.verify(signature[_ID_BYTES:], text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True

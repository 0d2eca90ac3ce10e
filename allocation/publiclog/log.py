"""What the log says of each release, and the files that it is published in.

Decides that one entry stands for one release, that it binds the association to the
open data of that night without telling it, and where the files stand.  A public stage:
what it is given beside public values is a secret, and only what is made of that by a
one-way function goes out.

An entry is the night and the SHA-256 of a salt and the bytes of ``data/datapackage.json``,
which names the SHA-256 of every table.  The salt of the newest entry alone is published:
of an older release only who kept its files can show what it said.  So the log holds on to
nothing that was taken back, and nobody can try out what it may have been.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from allocation.publiclog.merkle import bundles, leaf_hash, root_of, tiles
from allocation.publiclog.note import Checkpoint, Signer

FOLDER = "log"
PACKAGE = "data/datapackage.json"
CHECKPOINT = f"{FOLDER}/checkpoint"
KEY = f"{FOLDER}/key.txt"
OPENING = f"{FOLDER}/opening.json"

_NOT_IN_NAME = re.compile(r"[\s+]+")
_ENTRY = re.compile(r"\d{4}-\d{2}-\d{2} [0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Log:
    """A log: its name, which never changes, and its entries, the oldest first.

    The last gate does not search its files, where hashes look like anything: so an
    entry that is more than a night and a hash is refused here.

    Raises:
        ValueError: an entry says anything else.
    """

    origin: str
    entries: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not all(map(_ENTRY.fullmatch, self.entries)):
            raise ValueError("an entry of the log is a night and a hash")

    @classmethod
    def begin(cls, base_url: str) -> Log:
        """Return a log without entries, named after the address of the site."""
        at = urlsplit(base_url)
        return cls(_NOT_IN_NAME.sub("-", f"{at.netloc}{at.path}".strip("/") + f"/{FOLDER}"))

    def after(self, secret: bytes, night: date, package: bytes) -> Log:
        """Return the log with the entry of a release; the same log if that is its last."""
        entry = f"{night.isoformat()} {commitment(salt_of(secret, night, package), package)}"
        if self.entries[-1:] == (entry,):
            return self
        return Log(self.origin, (*self.entries, entry))

    def files(self, secret: bytes, night: date, package: bytes) -> dict[str, bytes]:
        """Return the files of the log, by path in the site; its last entry is this release's."""
        entries = [entry.encode() for entry in self.entries]
        leaves = [leaf_hash(entry) for entry in entries]
        signer = Signer(self.origin, hmac.digest(secret, b"log signing key", hashlib.sha256))
        checkpoint = Checkpoint(self.origin, len(entries), root_of(leaves))
        salt = salt_of(secret, night, package).hex()
        opening = {"entry": len(entries) - 1, "file": PACKAGE, "salt": salt}
        named = tiles(leaves) | bundles(entries)
        return {f"{FOLDER}/{path}": content for path, content in named.items()} | {
            CHECKPOINT: signer.sign(str(checkpoint)).encode(),
            KEY: f"{signer.verifier}\n".encode(),
            OPENING: (json.dumps(opening, indent=1) + "\n").encode(),
        }

    def to_json(self) -> str:
        """Return the log as it is kept in private."""
        return json.dumps({"origin": self.origin, "entries": self.entries}, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Log:
        """Read what ``to_json`` wrote.

        Raises:
            ValueError, KeyError: it is something else.
        """
        kept = json.loads(text)
        return cls(str(kept["origin"]), tuple(map(str, kept["entries"])))


def commitment(salt: bytes, package: bytes) -> str:
    """Return what an entry says of a release: the SHA-256 of salt and package, hexadecimal."""
    return hashlib.sha256(salt + package).hexdigest()


def salt_of(secret: bytes, night: date, package: bytes) -> bytes:
    """Return the salt of a release, 32 bytes: the same for the same release."""
    told = f"log salt {night.isoformat()} ".encode() + hashlib.sha256(package).digest()
    return hmac.digest(secret, told, hashlib.sha256)

"""The public log: hashes and notes as others make them, and every change seen."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.errors import AllocationError, ConfigError, GateRefused
from allocation.publiclog.log import CHECKPOINT, KEY, OPENING, PACKAGE, Log
from allocation.publiclog.merkle import (
    TILE,
    bundle_paths,
    bundles,
    entries_in,
    leaf_hash,
    root_of,
    tiles,
)
from allocation.publiclog.note import BadNote, Checkpoint, Signer, Verifier, open_checkpoint
from allocation.publiclog.note import open_note as opened
from allocation.publiclog.verify import Verified, verify_site

SECRET = b"s" * 32
NIGHT = date(2026, 11, 22)

ENTRIES = [
    b"", b"\x00", b"\x10", b"\x20\x21", b"\x30\x31", b"\x40\x41\x42\x43",
    bytes(range(0x50, 0x58)), bytes(range(0x60, 0x70)),
]  # fmt: skip
ROOTS = """
    e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
    6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d
    fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125
    aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77
    d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7
    4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4
    76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef
    ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c
    5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328
"""
"""The roots over the first 0, 1, … 8 of these entries, as other programs compute them."""

SIGNED = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotp"
    "RZb6KE6RyyBwJnAM=\n"
)
SIGNED_BY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
"""A note and a key of another program."""


@pytest.mark.parametrize("size", range(9))
def test_the_root_is_that_of_other_programs(size: int) -> None:
    assert root_of([leaf_hash(entry) for entry in ENTRIES[:size]]).hex() == ROOTS.split()[size]


def test_a_note_of_another_program_is_read() -> None:
    verifier = Verifier.parse(SIGNED_BY)
    assert str(verifier) == SIGNED_BY
    assert opened(SIGNED, verifier).startswith("If you think")


@pytest.mark.parametrize(
    "note",
    [
        SIGNED.replace("answer", "Answer"),
        SIGNED.replace("x08go", "x08gp"),
        SIGNED.replace("— PeterNeumann", "— PeterNewmann"),
        SIGNED.rstrip("\n"),
        SIGNED.partition("\n\n")[0] + "\n",
        "",
    ],
)
def test_a_note_that_was_changed_is_refused(note: str) -> None:
    with pytest.raises(BadNote):
        opened(note, Verifier.parse(SIGNED_BY))


@pytest.mark.parametrize(
    "key",
    ["", "name", "a+b+c", SIGNED_BY.replace("c74f20a3", "c74f20a4"), SIGNED_BY[:-4],
     SIGNED_BY.replace("PeterNeumann", "")],
)  # fmt: skip
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(BadNote):
        Verifier.parse(key)


def test_a_site_cannot_write_on_the_screen_of_who_checks_it() -> None:
    site = Site(1)
    name = "here\x1b[2J/log"
    site.files[KEY] = str(Signer(name, b"1" * 32).verifier).encode()
    with pytest.raises(ConfigError) as told:
        site.verify()
    assert str(told.value).isprintable()


def test_signatures_of_others_are_passed_by() -> None:
    signer = Signer("here/log", b"1" * 32)
    note = signer.sign(str(Checkpoint("here/log", 3, b"r" * 32)))
    text, _, line = note.rpartition("\n\n")
    both = f"{text}\n\n— witness AAAA\n{line}"
    assert open_checkpoint(both, signer.verifier) == Checkpoint("here/log", 3, b"r" * 32)


@pytest.mark.parametrize(
    "text",
    ["here/log\n3\n", "there/log\n3\nAAAA\n", "here/log\n-1\nAAAA\n", "here/log\n03\nAAAA\n"],
)
def test_a_note_that_is_no_checkpoint_is_refused(text: str) -> None:
    signer = Signer("here/log", b"1" * 32)
    with pytest.raises(BadNote):
        open_checkpoint(signer.sign(text), signer.verifier)


@pytest.mark.parametrize(
    ("size", "paths"),
    [
        (0, []),
        (1, ["000.p/1"]),
        (256, ["000"]),
        (257, ["000", "001.p/1"]),
        (256 * 1000 + 1, [*(f"{n:03d}" for n in range(1000)), "x001/000.p/1"]),
    ],
)
def test_bundles_stand_where_the_specification_says(size: int, paths: list[str]) -> None:
    assert list(bundle_paths(size)) == [f"tile/entries/{path}" for path in paths]


@given(st.lists(st.binary(max_size=40), max_size=40))
def test_entries_come_back_from_their_bundles(entries: list[bytes]) -> None:
    found = bundles(entries)
    assert list(found) == list(bundle_paths(len(entries)))
    assert [entry for bundle in found.values() for entry in entries_in(bundle)] == entries


@given(st.binary(min_size=1, max_size=30), st.integers(1, 30))
def test_half_a_bundle_is_refused(entry: bytes, cut: int) -> None:
    (bundle,) = bundles([entry]).values()
    if cut < len(bundle):
        with pytest.raises(ValueError, match="in the middle"):
            entries_in(bundle[:-cut])


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 700, 256 * 3])
def test_the_tiles_hold_what_the_root_is_made_of(size: int) -> None:
    leaves = [leaf_hash(str(n).encode()) for n in range(size)]
    found = tiles(leaves)
    lowest = b"".join(found[path] for path in sorted(found) if path.startswith("tile/0/"))
    assert lowest == b"".join(leaves)
    above = [root_of(leaves[i : i + TILE]) for i in range(0, size - size % TILE, TILE)]
    assert b"".join(found[p] for p in sorted(found) if p.startswith("tile/1/")) == b"".join(above)
    assert len(found) == -(-size // TILE) + bool(above)


class Site:
    """The files of a site with a log of some nights, and hands to change them."""

    def __init__(self, nights: int = 3, secret: bytes = SECRET) -> None:
        self.log = Log.begin("https://verdeling.example/heem/")
        self.files: dict[str, bytes] = {}
        self.secret = secret
        for number in range(nights):
            self.publish(NIGHT + timedelta(days=number), f"key\nwoning-{number}\n".encode())

    def publish(self, night: date, table: bytes) -> None:
        digest = f"sha256:{sha256(table).hexdigest()}"
        resource = {"path": "woningen.csv", "hash": digest, "bytes": len(table)}
        package = json.dumps({"created": night.isoformat(), "resources": [resource]}).encode()
        self.log = self.log.after(self.secret, night, package)
        self.files = {"data/woningen.csv": table, PACKAGE: package}
        self.files |= self.log.files(self.secret, night, package)

    def verify(self, kept: str | None = None, key: str | None = None) -> Verified:
        return verify_site(self.files.__getitem__, kept, key)


def test_a_log_that_grew_holds() -> None:
    site = Site(2)
    first = site.verify()
    assert (first.releases, first.night, first.tables, first.since) == (
        2, NIGHT + timedelta(days=1), 1, None,
    )  # fmt: skip
    site.publish(NIGHT + timedelta(days=2), b"key\nwoning-9\n")
    again = site.verify(first.kept, first.key)
    assert (again.releases, again.since) == (3, first.night)
    assert site.verify(again.kept.replace("\n", "\r\n")).since == again.night


def test_a_release_that_says_the_same_adds_nothing() -> None:
    site = Site(2)
    before = dict(site.files)
    site.publish(NIGHT + timedelta(days=1), b"key\nwoning-1\n")
    assert site.files == before


def test_the_log_is_named_after_the_site_and_keeps_its_name() -> None:
    log = Log.begin("https://verdeling.example/a b+c/")
    assert log.origin == "verdeling.example/a-b-c/log"
    assert Log.from_json(log.to_json()) == log


@pytest.mark.parametrize(
    "entry",
    ["2026-11-22 K-000123", f"2026-11-22 {'a' * 63}", f"2026-11-22 {'a' * 64} K", "a" * 75, ""],
)
def test_an_entry_that_says_anything_else_is_refused(entry: str) -> None:
    with pytest.raises(ValueError, match="a night and a hash"):
        Log("here/log", (entry,))


def test_no_earlier_salt_is_told_and_no_secret() -> None:
    site = Site(1)
    salt = json.loads(site.files[OPENING])["salt"].encode()
    site.publish(NIGHT + timedelta(days=1), b"key\n")
    told = b"".join(site.files.values())
    assert salt not in told
    assert SECRET not in told
    assert SECRET.hex().encode() not in told


def _last(site: Site, start: str) -> str:
    return max(path for path in site.files if path.startswith(start))


CHANGES: dict[str, Callable[[Site], None]] = {
    "a table": lambda s: s.files.update({"data/woningen.csv": b"key\n"}),
    "the package": lambda s: s.files.update({PACKAGE: s.files[PACKAGE] + b" "}),
    "the salt": lambda s: s.files.update({OPENING: b'{"salt": "00"}'}),
    "no salt": lambda s: s.files.update({OPENING: b"{}"}),
    "no text": lambda s: s.files.update({CHECKPOINT: b"\xff\xfe"}),
    "the checkpoint": lambda s: s.files.update(
        {CHECKPOINT: s.files[CHECKPOINT].replace(b"\n3\n", b"\n2\n")}
    ),
    "an entry": lambda s: s.files.update(
        {
            _last(s, "log/tile/entries"): s.files[_last(s, "log/tile/entries")].replace(
                b"-23", b"-24"
            )
        }
    ),
    "half a bundle": lambda s: s.files.update(
        {_last(s, "log/tile/entries"): s.files[_last(s, "log/tile/entries")][:-9]}
    ),
    "a tile": lambda s: s.files.update({_last(s, "log/tile/0"): b"\x00" * 96}),
    "another key": lambda s: s.files.update({KEY: Site(3, b"t" * 32).files[KEY]}),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_of_the_site_is_told(change: str) -> None:
    site = Site()
    site.verify()
    CHANGES[change](site)
    with pytest.raises(GateRefused):
        site.verify()


def test_a_package_that_leads_out_of_the_site_is_refused() -> None:
    site = Site(0)
    resource = {"path": "../key", "hash": "sha256:00", "bytes": 0}
    package = json.dumps({"resources": [resource]}).encode()
    log = site.log.after(SECRET, NIGHT, package)
    site.files = {PACKAGE: package, **log.files(SECRET, NIGHT, package)}
    with pytest.raises(GateRefused, match=r"datapackage\.json"):
        site.verify()


def test_a_history_written_anew_is_told() -> None:
    """The whole log is made again with the same key, one night long ago in another way."""
    kept = Site(3).verify().kept
    other = Site(0)
    for number in range(4):
        table = b"key\n" if number == 1 else f"key\nwoning-{number}\n".encode()
        other.publish(NIGHT + timedelta(days=number), table)
    assert other.verify().releases == 4
    with pytest.raises(GateRefused, match="The log was changed"):
        other.verify(kept)


def test_a_log_put_back_to_an_earlier_night_is_told() -> None:
    with pytest.raises(GateRefused, match="The log was changed"):
        Site(2).verify(Site(3).verify().kept)


def test_a_log_with_another_key_is_told_apart() -> None:
    kept = Site(3).verify()
    with pytest.raises(GateRefused, match="not signed with the key"):
        Site(4, b"t" * 32).verify(kept.kept)
    with pytest.raises(GateRefused, match="another one than the last time"):
        Site(4, b"t" * 32).verify(kept.kept, Site(4, b"t" * 32).verify().key)
    with pytest.raises(GateRefused, match="not signed with the key"):
        Site(4, b"t" * 32).verify(key=kept.key)


@pytest.mark.parametrize("kept", ["", "nothing", "a\n\nb", "\n\n"])
def test_what_was_not_kept_whole_is_told(kept: str) -> None:
    with pytest.raises(AllocationError):
        Site(2).verify(kept)
    with pytest.raises(ConfigError):
        Site(2).verify(key="no key")


def test_a_size_that_is_another_is_told() -> None:
    site = Site()
    table = site.files["data/woningen.csv"]
    resource = {"path": "woningen.csv", "hash": f"sha256:{sha256(table).hexdigest()}", "bytes": 1}
    package = json.dumps({"resources": [resource]}).encode()
    site.log = Log.begin("https://verdeling.example/heem/").after(SECRET, NIGHT, package)
    site.files = {"data/woningen.csv": table, PACKAGE: package}
    site.files |= site.log.files(SECRET, NIGHT, package)
    with pytest.raises(GateRefused, match=r"woningen\.csv"):
        verify_site(site.files.__getitem__)


def test_nights_that_go_back_in_time_are_told() -> None:
    site = Site()
    site.publish(NIGHT - timedelta(days=1), b"key\n")
    with pytest.raises(GateRefused, match="go back in time"):
        verify_site(site.files.__getitem__)

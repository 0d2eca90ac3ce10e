"""The last gate of a night: the finished tree holds no private value.

Decides by reading every file of the tree as bytes, names and compressed
contents included, and searching for the texts it was given.  It knows neither
the barrier nor the tables, and never says which value it found: a finding is
a file and a kind.
"""

from __future__ import annotations

import binascii
import gzip
import io
import os
import re
import zipfile
import zlib
from base64 import urlsafe_b64decode
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import ascii_letters, digits
from urllib.parse import unquote_to_bytes

import pyarrow as pa
from ahocorasick_rs import BytesAhoCorasick

from allocation.errors import GateRefused
from allocation.sharing import share_in_turn

_TOKEN = re.compile(rb"[A-Za-z0-9]+(?:[._:/-][A-Za-z0-9]+)*")
_PART = re.compile(rb"[A-Za-z0-9]{5,}")
_PDF_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_PERCENT = re.compile(rb"%[0-9A-Fa-f]{2}")
_IN_BASE64 = frozenset(f"{ascii_letters}{digits}+/_-".encode())
_BASE64_APART = bytes(sign if sign in _IN_BASE64 else ord(" ") for sign in range(256))
_SHORTEST_BASE64 = 12
_HEX = re.compile(rb"[0-9a-fA-F]{12,}")
_TO_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_ZEROED = bytes.maketrans(b"123456789", b"0" * 9)
_HEX_AS_ONE = bytes.maketrans(b"0123456789abcdefABCDEF", b"\1" * 22)
_HEX_RUN = b"\1" * 12
LINK = "a link to elsewhere"
"""The kind of finding for what is no file: a release holds files and folders alone."""

_DEEPEST = 4
_READ_SIZE = 1 << 16
_SHORTEST_TOKEN = 5

TokenLookup = Callable[[pa.Array], Sequence[tuple[str, str]]]
TokenFinder = Callable[[bytes], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Hit:
    """A private value in a public file; the value itself is not kept."""

    path: str
    kind: str


@dataclass(frozen=True, slots=True)
class Searched:
    """What the search covered."""

    files: int
    bytes: int
    patterns: int
    hits: tuple[Hit, ...]


class Shapes:
    """Finds what looks like an identifier: the text of one with every digit written as 0.

    ``shapes`` holds such texts, and whether a letter or digit against either side counts
    against it.
    """

    def __init__(self, shapes: Sequence[tuple[bytes, bool]]) -> None:
        self._whole = [whole for _, whole in shapes]
        self._automaton = BytesAhoCorasick([shape for shape, _ in shapes])

    def tokens_in(self, text: bytes) -> Iterator[bytes]:
        """Yield every piece of a text that has one of the shapes."""
        zeroed = text.translate(_ZEROED)
        for index, start, end in self._automaton.find_matches_as_indexes(zeroed, overlapping=True):
            if not self._whole[index] or _is_whole(text, start, end):
                yield text[start:end]


class Searcher:
    """Searches byte strings for phrases, each of a kind, with or without word boundaries."""

    def __init__(self, phrases: Sequence[tuple[str, Sequence[bytes], bool]]) -> None:
        self._starts: list[int] = []
        self._kinds: list[tuple[str, bool]] = []
        patterns: list[bytes] = []
        for kind, texts, whole in phrases:
            if texts:
                self._starts.append(len(patterns))
                self._kinds.append((kind, whole))
                patterns.extend(texts)
        self.size = len(patterns)
        self._automaton = BytesAhoCorasick(patterns) if patterns else None

    def kinds_in(self, text: bytes) -> set[str]:
        """Return the kinds of private value that stand in a text."""
        if self._automaton is None:
            return set()
        kinds = set()
        for index, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            kind, whole = self._kinds[bisect_right(self._starts, index) - 1]
            if not whole or _is_whole(text, start, end):
                kinds.add(kind)
        return kinds


def search_tree(
    root: Path,
    searcher: Searcher,
    look_up: TokenLookup | None,
    shapes: Shapes | None = None,
    own: Mapping[str, bytes] | None = None,
) -> Searched:
    """Search every file below ``root``; each distinct line is searched once.

    ``look_up`` tells which tokens of the tree are identifiers too many to put
    in the searcher; None when there are none.  ``shapes`` is what such an
    identifier looks like; without it every word is a token.  ``own`` are files
    of the configuration by path: where the tree holds just those bytes, no export
    can have put anything in them, and numbers in a drawing look like identifiers.
    """
    find_tokens = None if look_up is None else shapes.tokens_in if shapes else _words
    files, others = _entries(root)
    parts = share_in_turn(
        files, lambda paths: _search_files(root, paths, searcher, find_tokens, own or {})
    )
    hits = {hit for part in parts for hit in part.hits} | {Hit(path, LINK) for path in others}
    tokens: dict[bytes, str] = {}
    for part in parts:
        tokens = part.tokens | tokens
    if look_up is not None and tokens:
        names = pa.array([token.decode() for token in tokens], pa.string())
        hits |= {Hit(tokens[token.encode()], kind) for kind, token in look_up(names)}
    ordered = tuple(sorted(hits, key=lambda hit: (hit.path, hit.kind)))
    size = sum(part.size for part in parts)
    return Searched(len(files) + len(others), size, searcher.size, ordered)


@dataclass(frozen=True, slots=True)
class _Part:
    """What the search of a part of the files gave; ``tokens`` with the first file of each."""

    size: int
    hits: set[Hit]
    tokens: dict[bytes, str]


def _search_files(
    root: Path,
    paths: Sequence[str],
    searcher: Searcher,
    find_tokens: TokenFinder | None,
    own: Mapping[str, bytes],
) -> _Part:
    seen: set[int] = set()
    tokens: dict[bytes, str] = {}
    hits: set[Hit] = set()
    size = 0
    for path in paths:
        content = _read(f"{root}/{path}")
        size += len(content)
        if own.get(path) == content:
            continue
        for text in _unpacked(path.encode(), content, 0):
            fresh = _fresh_lines(text, seen)
            fresh = b"\n".join((fresh, *_decoded(fresh)))
            hits |= {Hit(path, kind) for kind in searcher.kinds_in(fresh)}
            if find_tokens is not None:
                for token in find_tokens(fresh):
                    tokens.setdefault(token, path)
    return _Part(size, hits, tokens)


def require_no_leak(searched: Searched) -> None:
    """Stop the night when the tree holds a private value.

    Raises:
        GateRefused: names the first file and kind, and how many there are.
    """
    if searched.hits:
        first = searched.hits[0]
        raise GateRefused(
            "Leak check: {path} holds a private value of {kind} ({count} findings in all); "
            "nothing is published.",
            path=first.path,
            kind=first.kind,
            count=len(searched.hits),
        )


def _entries(root: Path) -> tuple[list[str], list[str]]:
    """Return the paths below ``root``: the files, and whatever is neither file nor folder."""
    files: list[str] = []
    others: list[str] = []
    folders = [""]
    while folders:
        inside = folders.pop()
        with os.scandir(f"{root}/{inside}") as entries:
            for entry in entries:
                path = f"{inside}{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    folders.append(f"{path}/")
                elif entry.is_file(follow_symlinks=False):
                    files.append(path)
                else:
                    others.append(path)
    return sorted(files), sorted(others)


def _read(path: str) -> bytes:
    """Return a file's bytes; most are small, and opening them takes longer than reading."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        parts = []
        while part := os.read(descriptor, _READ_SIZE):
            parts.append(part)
            if len(part) < _READ_SIZE:
                break
        return b"".join(parts)
    finally:
        os.close(descriptor)


def _fresh_lines(text: bytes, seen: set[int]) -> bytes:
    """Return the lines of a text that no earlier text had."""
    fresh = []
    for line in text.split(b"\n"):
        mark = hash(line)
        if mark not in seen:
            seen.add(mark)
            fresh.append(line)
    return b"\n".join(fresh)


def _unpacked(name: bytes, content: bytes, depth: int) -> Iterator[bytes]:
    """Yield a file's name and content, and the same for all that is compressed in it."""
    yield name + b"\n" + content
    if depth < _DEEPEST:
        for inner_name, inner in _inside(content):
            yield from _unpacked(inner_name, inner, depth + 1)


def _inside(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    if content.startswith(b"\x1f\x8b"):
        yield b"", gzip.decompress(content)
    elif content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield name.encode(), archive.read(name)
    elif content.startswith(b"%PDF"):
        for stream in _PDF_STREAM.findall(content):
            try:
                yield b"", zlib.decompress(stream)
            except zlib.error:
                continue


def _decoded(text: bytes) -> Iterator[bytes]:
    """Yield what is written in the text in percent signs, base 64, hexadecimal or UTF-16."""
    if b"%" in text:
        for line in text.split(b"\n"):
            if _PERCENT.search(line):
                yield unquote_to_bytes(line.replace(b"+", b" "))
    runs = text.translate(_BASE64_APART).split()  # half the time of a regular expression
    for match in {run for run in runs if len(run) >= _SHORTEST_BASE64}:
        if match.islower() or match.istitle():  # a word or a key, never that much of base 64
            continue
        whole = match[: len(match) // 4 * 4].translate(_TO_URL_SAFE)
        rest = match[len(whole) :].translate(_TO_URL_SAFE)
        tail = rest + b"=" * (4 - len(rest)) if len(rest) > 1 else b""
        try:
            yield urlsafe_b64decode(whole + tail)
        except binascii.Error:
            continue
    if _HEX_RUN in text.translate(_HEX_AS_ONE):
        for match in _HEX.findall(text):
            yield binascii.unhexlify(match[: len(match) // 2 * 2])
    if b"\0" in text:
        yield text.replace(b"\0", b"")


def _words(text: bytes) -> Iterator[bytes]:
    """Yield words, and words that are joined by a sign."""
    yield from (token for token in _TOKEN.findall(text) if len(token) >= _SHORTEST_TOKEN)
    yield from _PART.findall(text)


def _is_whole(text: bytes, start: int, end: int) -> bool:
    """Say whether a match has no letter or digit against either side."""
    before = text[start - 1 : start] if start else b""
    return not before.isalnum() and not text[end : end + 1].isalnum()

"""The last gate of a night: the finished tree holds no private value.

Decides by reading every file of the tree as bytes, names and compressed
contents included, and searching for the texts it was given.  It knows neither
the barrier nor the tables, and never says which value it found: a finding is
a file and a kind.
"""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from ahocorasick_rs import BytesAhoCorasick

from allocation.errors import GateRefused
from allocation.sharing import share_in_turn
from allocation.unpacking import decoded, unpacked

_TOKEN = re.compile(rb"[A-Za-z0-9]+(?:[._:/-][A-Za-z0-9]+)*")
_PART = re.compile(rb"[A-Za-z0-9]{5,}")
_ZEROED = bytes.maketrans(b"123456789", b"0" * 9)
LINK = "a link to elsewhere"
"""The kind of finding for what is no file: a release holds files and folders alone."""

_BATCH = 4_000_000
"""So many bytes of files are searched at once."""

_READ_SIZE = 1 << 16
_SHORTEST_TOKEN = 5
_NEWLINE = ord("\n")

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
    tokens: dict[bytes, tuple[str, ...]] = {}
    for part in parts:
        tokens = part.tokens | tokens
    if find_tokens is not None and look_up is not None and tokens:
        names = pa.array([token.decode() for token in tokens], pa.string())
        for kind, name in look_up(names):
            token = name.encode()
            path = _first_with(token, tokens[token], root, find_tokens)
            hits.add(Hit(path, kind))
    ordered = tuple(sorted(hits, key=lambda hit: (hit.path, hit.kind)))
    size = sum(part.size for part in parts)
    return Searched(len(files) + len(others), size, searcher.size, ordered)


@dataclass(frozen=True, slots=True)
class _Part:
    """What the search of a part of the files gave; ``tokens`` with the files that may hold each."""

    size: int
    hits: set[Hit]
    tokens: dict[bytes, tuple[str, ...]]


class _Lines:
    """Knows the lines that stand in many files: each of them is searched once."""

    def __init__(self) -> None:
        self._known: set[bytes] = set()

    def fresh(self, text: bytes) -> bytes:
        """Return each line once, of a text that ends a line, without those known from before.

        A line that stands in the text more than once is known from then on.
        """
        lines, counts = _lines_of(text).value_counts().flatten()
        once = pc.equal(counts, 1)
        repeated = lines.filter(pc.invert(once)).to_pylist()
        fresh = [line for line in repeated if line not in self._known]
        self._known.update(fresh)
        return b"".join((_text_of(lines.filter(once)), *fresh))


def _lines_of(text: bytes) -> pa.LargeBinaryArray:
    """Return the lines of a text that ends a line, each with its end; nothing is copied."""
    ends = np.flatnonzero(np.frombuffer(text, np.uint8) == _NEWLINE).astype(np.int64)
    bounds = np.concatenate((np.zeros(1, np.int64), ends + 1))
    buffers = [None, pa.py_buffer(bounds), pa.py_buffer(text)]
    return pa.Array.from_buffers(pa.large_binary(), len(ends), buffers)


def _text_of(lines: pa.LargeBinaryArray) -> bytes:
    """Return lines one after the other; they stand so in memory."""
    _, bounds, text = lines.buffers()
    if not len(lines) or text is None:
        return b""
    places = np.frombuffer(bounds, np.int64)[lines.offset :]
    return bytes(memoryview(text)[places[0] : places[len(lines)]])


def _search_files(
    root: Path,
    paths: Sequence[str],
    searcher: Searcher,
    find_tokens: TokenFinder | None,
    own: Mapping[str, bytes],
) -> _Part:
    lines = _Lines()
    tokens: dict[bytes, tuple[str, ...]] = {}
    hits: set[Hit] = set()
    size = 0
    for found, text, read in _batches(root, paths, own):
        size += read
        fresh = lines.fresh(text)
        fresh = b"\n".join((fresh, *decoded(fresh)))
        if kinds := searcher.kinds_in(fresh):
            hits |= _hits_in(root, found, searcher) or {Hit(found[0], kind) for kind in kinds}
        if find_tokens is not None:
            for token in find_tokens(fresh):
                tokens.setdefault(token, found)
    return _Part(size, hits, tokens)


def _batches(
    root: Path, paths: Sequence[str], own: Mapping[str, bytes]
) -> Iterator[tuple[tuple[str, ...], bytes, int]]:
    """Yield files together: their paths, all texts in them, and how many bytes were read."""
    found: list[str] = []
    texts: list[bytes] = []
    size = 0
    for path in paths:
        content = _read(f"{root}/{path}")
        size += len(content)
        if own.get(path) != content:
            found.append(path)
            texts += unpacked(path.encode(), content)
        if size >= _BATCH:
            yield tuple(found), b"\n".join((*texts, b"")), size
            found, texts, size = [], [], 0
    yield tuple(found), b"\n".join((*texts, b"")), size


def _hits_in(root: Path, paths: Sequence[str], searcher: Searcher) -> set[Hit]:
    """Search files one by one, each as a whole."""
    return {Hit(path, kind) for path in paths for kind in searcher.kinds_in(_texts(root, path))}


def _first_with(token: bytes, paths: Sequence[str], root: Path, find_tokens: TokenFinder) -> str:
    """Return the first file that holds a token which one of them holds."""
    return next((path for path in paths if token in find_tokens(_texts(root, path))), paths[0])


def _texts(root: Path, path: str) -> bytes:
    """Return all that a file says, in every way."""
    text = b"\n".join(unpacked(path.encode(), _read(f"{root}/{path}")))
    return b"\n".join((text, *decoded(text)))


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


def _words(text: bytes) -> Iterator[bytes]:
    """Yield words, and words that are joined by a sign."""
    yield from (token for token in _TOKEN.findall(text) if len(token) >= _SHORTEST_TOKEN)
    yield from _PART.findall(text)


def _is_whole(text: bytes, start: int, end: int) -> bool:
    """Say whether a match has no letter or digit against either side."""
    before = text[start - 1 : start] if start else b""
    return not before.isalnum() and not text[end : end + 1].isalnum()

"""Every text in a file: what is compressed in it, and what is written in another way.

Decides which ways count: gzip, zip and PDF; percent signs, base 64, hexadecimal
and UTF-16.  It looks for nothing itself.
"""

from __future__ import annotations

import binascii
import gzip
import io
import re
import zipfile
import zlib
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from string import ascii_letters, ascii_lowercase, ascii_uppercase, digits, hexdigits
from typing import TypeAlias
from urllib.parse import unquote_to_bytes

import numpy as np
import numpy.typing as npt

_PDF_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_PERCENT = re.compile(rb"%[0-9A-Fa-f]{2}")
_TO_URL_SAFE = bytes.maketrans(b"+/", b"-_")

Kinds: TypeAlias = npt.NDArray[np.uint8]
"""Of each sign what it can be part of, one bit each."""

Bounds: TypeAlias = npt.NDArray[np.intp]
"""The first place of each run, and the place after its last."""

_IN_BASE64, _IN_HEX, _CAPITAL, _SMALL = 1, 2, 4, 8


def _kinds_of(sign: str) -> int:
    """Return what a sign can be part of, one bit each."""
    return (
        _IN_BASE64 * (sign in f"{ascii_letters}{digits}+/_-")
        | _IN_HEX * (sign in hexdigits)
        | _CAPITAL * (sign in ascii_uppercase)
        | _SMALL * (sign in ascii_lowercase)
    )


_KINDS = bytes(map(_kinds_of, map(chr, range(256))))

_SHORTEST_RUN = 12
"""A shorter run of signs is not taken for base 64 or hexadecimal."""

_RUN_STEPS = (1, 2, 4, 4)
"""By how much a text is laid over itself until only runs of the shortest length are left."""

_WINDOW = 1 << 16
"""Arrays of this size stay near the processor."""

_DEEPEST = 4


def unpacked(name: bytes, content: bytes, depth: int = 0) -> Iterator[bytes]:
    """Yield a file's name and content, and the same for all that is compressed in it."""
    yield name + b"\n" + content
    if depth < _DEEPEST:
        for inner_name, inner in _inside(content):
            yield from unpacked(inner_name, inner, depth + 1)


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


def decoded(text: bytes) -> Iterator[bytes]:
    """Yield what is written in the lines of a text in another way."""
    yield from _from_percent(text)
    base64, hexadecimal = long_runs(text)
    yield from map(_from_base64, base64)
    for run in hexadecimal:
        yield binascii.unhexlify(run[: len(run) // 2 * 2])
    if b"\0" in text:
        yield text.replace(b"\0", b"")


def _from_percent(text: bytes) -> Iterator[bytes]:
    """Yield every line that has percent signs, with what they stand for."""
    at = text.find(b"%")
    while at >= 0:
        end = text.find(b"\n", at)
        end = len(text) if end < 0 else end
        line = text[text.rfind(b"\n", 0, at) + 1 : end]
        if _PERCENT.search(line):
            yield unquote_to_bytes(line.replace(b"+", b" "))
        at = text.find(b"%", end)


def _from_base64(run: bytes) -> bytes:
    whole = run[: len(run) // 4 * 4].translate(_TO_URL_SAFE)
    rest = run[len(whole) :].translate(_TO_URL_SAFE)
    tail = rest + b"=" * (4 - len(rest)) if len(rest) > 1 else b""
    return urlsafe_b64decode(whole + tail)


def long_runs(text: bytes) -> tuple[set[bytes], set[bytes]]:
    """Return the long runs of signs that could be base 64, and those of hexadecimal signs.

    Small letters without a capital are a word or a key, never that much of base 64;
    nor are small letters after a first capital.
    """
    base64: set[bytes] = set()
    hexadecimal: set[bytes] = set()
    start = 0
    while start < len(text):
        end = text.find(b"\n", start + _WINDOW) + 1 or len(text)  # no run goes on in the next line
        piece = text[start:end]
        kinds = np.frombuffer(piece.translate(_KINDS), np.uint8)
        base64 |= {run for run in _runs(piece, _likely(kinds)) if not run.istitle()}
        hexadecimal |= _runs(piece, _bounds(kinds, _IN_HEX))
        start = end
    return base64, hexadecimal


def _likely(kinds: Kinds) -> Bounds:
    """Return the runs of base 64 that are not small letters without a capital."""
    bounds = _bounds(kinds, _IN_BASE64)
    if not len(bounds):
        return bounds
    padded = np.append(kinds, np.uint8(0))  # a bound may be the end
    letters = np.bitwise_or.reduceat(padded, bounds.ravel())[::2] & (_CAPITAL | _SMALL)
    likely: Bounds = bounds[letters != _SMALL]
    return likely


def _bounds(kinds: Kinds, kind: int) -> Bounds:
    """Return where each long run of signs of a kind begins and ends."""
    marks = (kinds & kind) != 0
    for step in _RUN_STEPS:
        marks = marks[:-step] & marks[step:]
    bounds: Bounds = np.flatnonzero(np.diff(marks, prepend=False, append=False)).reshape(-1, 2)
    bounds[:, 1] += _SHORTEST_RUN - 1
    return bounds


def _runs(text: bytes, bounds: Bounds) -> set[bytes]:
    return {text[first:last] for first, last in bounds.tolist()}

"""Records of a CSV file, one by one: where they end, and how.

Decides what the engine does not tell: whether every row ends in the same way,
and where empty lines stand between the rows.  Only for files about which there
is a doubt; ``Ends`` finds that out from the bytes alone.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from allocation.errors import InputRefused, Place
from allocation.sources import messages

Empty = tuple[tuple[int, int], ...]
"""Runs of empty lines: at which row they begin (the header is row 1), and how many lines."""

_LF, _CR = 10, 13
_PIECE = 1 << 24
_LONGEST = 1 << 26
_NEAR = 1 << 18
"""So many bytes stay in the processor's own memory."""


@dataclass(slots=True)
class Ends:
    """The ends of line in a file's bytes, those within quotation marks included."""

    feeds: int = 0
    returns: int = 0
    pairs: int = 0
    empty: bool = False
    last: bytes = b""

    def look(self, chunk: bytes) -> None:
        """Count the ends of line in the next bytes of the file."""
        for start in range(0, len(chunk), _NEAR):
            self._look(chunk[start : start + _NEAR])

    def _look(self, chunk: bytes) -> None:
        data = np.frombuffer(self.last + chunk, np.uint8)
        feed = data == _LF
        new = len(self.last)  # the last byte before has been counted
        self.feeds += int(np.count_nonzero(feed[new:]))
        either = feed
        if b"\r" in chunk or self.last == b"\r":
            back = data == _CR
            self.returns += int(np.count_nonzero(back[new:]))
            self.pairs += int(np.count_nonzero(back[:-1] & feed[1:]))
            either = feed | back
            self.empty = self.empty or bool(np.any(back[:-1] & back[1:]))
        self.empty = self.empty or bool(np.any(feed[:-1] & either[1:]))
        self.last = chunk[-1:]

    @property
    def open(self) -> bool:
        """Tell whether the file stops without an end of line."""
        return self.last not in {b"\r", b"\n"}

    @property
    def lines(self) -> int:
        """Return the number of lines in a file in which all end in one way."""
        return (self.feeds or self.returns) + self.open

    @property
    def mixed(self) -> bool:
        """Tell whether there are several kinds of ends."""
        return len({self.feeds, self.returns, self.pairs}) > 1 and not (
            self.pairs == 0 and 0 in {self.feeds, self.returns}
        )

    @property
    def doubtful(self) -> bool:
        """Tell whether the records must be looked at one by one."""
        return self.mixed or self.empty


@dataclass(frozen=True, slots=True)
class Records:
    r"""How the records of a file end (``\n``, as the engine wants it), and how many there are.

    ``empty`` are the empty lines between them.
    """

    end: str
    count: int
    empty: Empty


def look_at_records(text: Path, file: str, delimiter: str) -> Records:
    """Go through a file in UTF-8, record by record.

    Raises:
        InputRefused: a row ends in another way than the header.
    """
    first, count, lines, pending = b"", 0, 0, 0
    empty: list[tuple[int, int]] = []
    for end, is_empty in _records(text, delimiter):
        lines += 1
        first = first or end
        if end not in {first, b""}:
            raise InputRefused(messages.LINE_ENDS, (Place(file, lines),), file=file, row=lines)
        if is_empty:
            pending += 1
            continue
        if pending:
            empty.append((lines - pending, pending))
            pending = 0
        count += 1
    return Records(first.decode().encode("unicode_escape").decode(), count, tuple(empty))


def _records(text: Path, delimiter: str) -> Iterator[tuple[bytes, bool]]:
    """Yield of every record its end, and whether there is nothing before it.

    A record too long for the engine is the last one: the engine refuses it.
    """
    record, rest = _pattern(delimiter), b""
    with text.open("rb") as opened:
        if opened.read(len(codecs.BOM_UTF8)) != codecs.BOM_UTF8:
            opened.seek(0)
        while (chunk := opened.read(_PIECE)) and len(rest) <= _LONGEST:
            rest, at = rest + chunk, 0
            while (found := record.match(rest, at)) and found.end() < len(rest):
                yield found[2], not found[1]
                at = found.end()
            rest = rest[at:]  # what ends where the piece ends may end in two bytes
    if rest:
        found = record.fullmatch(rest)
        yield (found[2], not found[1]) if found else (b"", False)


def _pattern(delimiter: str) -> re.Pattern[bytes]:
    """Return the pattern of a record and its end.

    A quotation mark counts at the start of a field only, as it does for the
    engine, which lets one space come before it.
    """
    between = re.escape(delimiter.encode())
    plain = rb"[^%b\r\n]*+" % between
    field = rb'(?: ?+"[^"]*+(?:""[^"]*+)*+"%b|(?! ?")%b)' % (plain, plain)
    return re.compile(rb"(%b(?:%b%b)*+)(\r\n|\r|\n)" % (field, between, field))

"""A text with slots (``%%name%%``), cut once so that filling it costs a join.

Decides that what is put in is never searched again: text of an export that
looks like a slot stays text.  Only safe HTML can be put in: what a template
rendered (``encoded``) or what was escaped (``escaped``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, repeat
from typing import NewType, TypeAlias

from markupsafe import Markup, escape

Html = NewType("Html", bytes)
"""Safe HTML in UTF-8: bytes, so that filling a page copies and never encodes again."""

EMPTY = Html(b"")

Column: TypeAlias = Sequence[Html]
"""What one slot holds on each of many pages."""

_IS_MARKUP = re.compile("[&<>'\"]")
"""What has to be escaped; few texts hold any of it."""

_BETWEEN = "\0"
"""Stands between texts that are escaped together; escaping leaves it as it is."""

_SLOT = re.compile(r"%%([a-z_]+)%%")


class Pattern:
    """A text with slots of the given names; each may stand in it any number of times.

    ``constants`` are put in when the pattern is made.

    Raises: KeyError for a slot that is neither a name nor a constant.
    """

    def __init__(
        self, source: str, names: Sequence[str], constants: Mapping[str, Html] | None = None
    ) -> None:
        known = constants or {}
        place = {name: index for index, name in enumerate(names)}
        order: list[int] = []
        self._pieces: list[bytes] = [b""]
        for index, piece in enumerate(_SLOT.split(source)):
            if index % 2 == 0:
                self._pieces[-1] += piece.encode()
            elif piece in known:
                self._pieces[-1] += known[piece]
            else:
                order.append(place[piece])
                self._pieces += (b"", b"")
        self._order = tuple(order)

    def fill(self, values: Sequence[Html]) -> Html:
        """Put the values, in the order of the names, into their slots."""
        pieces = self._pieces.copy()
        pieces[1::2] = [values[index] for index in self._order]
        return Html(b"".join(pieces))

    def fill_all(self, columns: Sequence[Column]) -> Iterator[Html]:
        """Do so for many: a column of values for each name, in the order of the names.

        Raises: ValueError for columns that are not equally long.
        """
        if len(set(map(len, columns))) != 1:
            raise ValueError("columns of one pattern must be equally long")
        pieces: list[Iterable[bytes]] = [repeat(piece) for piece in self._pieces]
        pieces[1::2] = [columns[index] for index in self._order]
        filled = map(b"".join, zip(*pieces, strict=False))  # what is the same has no end
        return map(Html, islice(filled, len(columns[0])))


def encoded(markup: Markup) -> Html:
    """Return what a template rendered, or what is safe already, as bytes."""
    return Html(markup.encode())


def escaped(text: str) -> Html:
    """Return any text as HTML that shows just that text."""
    return Html((escape(text) if _IS_MARKUP.search(text) else text).encode())


def escaped_all(texts: Sequence[str]) -> list[Html]:
    """Do for many texts what ``escaped`` does for one, in one go."""
    one = escaped(_BETWEEN.join(texts)).split(_BETWEEN.encode())
    return list(map(Html, one)) if len(one) == len(texts) else list(map(escaped, texts))


def joined_all(columns: Sequence[Column]) -> list[Html]:
    """Return, for each page, what the columns hold for it one after the other."""
    return [Html(b"".join(pieces)) for pieces in zip(*columns, strict=True)]

"""A text with slots (``%%name%%``), cut once so that filling it costs a join.

Decides that what is put in is never searched again: text of an export that
looks like a slot stays text.  Only safe HTML can be put in: what a template
rendered (``encoded``) or what was escaped (``escaped``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NewType

from markupsafe import Markup, escape

Html = NewType("Html", bytes)
"""Safe HTML in UTF-8: bytes, so that filling a page copies and never encodes again."""

EMPTY = Html(b"")

_IS_MARKUP = re.compile("[&<>'\"]")
"""What has to be escaped; few texts hold any of it."""

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


def encoded(markup: Markup) -> Html:
    """Return what a template rendered, or what is safe already, as bytes."""
    return Html(markup.encode())


def escaped(text: str) -> Html:
    """Return any text as HTML that shows just that text."""
    return Html((escape(text) if _IS_MARKUP.search(text) else text).encode())


def joined(pieces: Iterable[Html]) -> Html:
    """Return pieces of safe HTML one after the other."""
    return Html(b"".join(pieces))

"""Names of places written in capitals, in the way that the Dutch write them.

Decides how ``ALMELO`` or ``CAPELLE AAN DEN IJSSEL`` is written.  It touches
only names wholly in capitals: any other spelling is the supplier's.
"""

from __future__ import annotations

import re

PARTICLES = frozenset(
    {"aan", "bij", "de", "den", "der", "en", "het", "in", "of", "op", "over", "te", "ten", "ter"}
    | {"tot", "van", "voor", "'s", "'t"}
)
_WORD = re.compile(r"'[ST](?![^\W\d_])|[^\W\d_]+")


def is_capitals(name: str) -> bool:
    """Tell whether a name of at least two letters is wholly in capitals."""
    return name.upper() == name and sum(letter.isalpha() for letter in name) > 1


def usual_case(name: str) -> str:
    """Return a name in capitals as usually written; any other name unchanged."""
    if not is_capitals(name):
        return name
    first = True

    def word(match: re.Match[str]) -> str:
        nonlocal first
        lower = match.group().lower()
        begins, first = first, lower.startswith("'") and first
        if lower.startswith("'") or (lower in PARTICLES and not begins):
            return lower
        if lower.startswith("ij"):
            return "IJ" + lower[2:]
        return lower[:1].upper() + lower[1:]

    return _WORD.sub(word, name)

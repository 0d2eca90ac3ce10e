"""How a name sounds to a Dutch ear, roughly.

Decides which spellings are one sound, for blocking and for the grade "near".
It is coarse on purpose, and never decides alone that two names are equal.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_SOUNDS: Final = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"sch|sj|sh|sc(?=[eiy])", "s"),
        (r"ch|kh|gh", "g"),
        (r"ph", "f"),
        (r"th|dt", "t"),
        (r"ck|qu?", "k"),
        (r"x", "ks"),
        (r"tz|ts|cz|dz", "s"),
        (r"dj|tj|zj", "j"),
        (r"c(?=[eiy])", "s"),
        (r"c", "k"),
        (r"z", "s"),
        (r"eij|eii|ey|ei|ay|ai|y", "i"),
        (r"ouw?|auw?|oo?e|ue", "u"),
        (r"v|w(?=[^aeiouy]|$)", "f"),
        (r"ae", "a"),
        (r"ie", "i"),
        (r"(?<=[^aeiou])h", ""),
        (r"d$", "t"),
        (r"b$", "p"),
        (r"(.)\1+", r"\1"),
    )
)


@lru_cache(maxsize=200_000)
def sound(core: str) -> str:
    """Return how a folded name sounds to a Dutch ear, roughly: Meijer, Meyer and Meier alike."""
    heard = core
    for pattern, replacement in _SOUNDS:
        heard = pattern.sub(replacement, heard)
    return heard

"""Plain text from text with HTML.

Decides what remains of a text in which a supplier left tags and entities.
"""

from __future__ import annotations

import html
import re
import unicodedata

HTML = r"<[A-Za-z/!][^>]*>|&(#[0-9]+|#[xX][0-9A-Fa-f]+|[A-Za-z][A-Za-z0-9]*);"
"""What marks a text as holding HTML; read by RE2 as well as by Python."""

_BLOCK = re.compile(r"<\s*(br|/p|/div|/li|/h[1-6])\b[^>]*>", re.IGNORECASE)
_DROPPED = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[A-Za-z/!][^>]*>")
_ROUNDS = 5


def plain_text(text: str) -> str | None:
    """Return the text without tags, entities, control and bidirectional characters.

    Entities can hide tags, so it goes on until nothing changes; None if
    nothing remains.
    """
    for _ in range(_ROUNDS):
        before = text
        text = _DROPPED.sub(" ", text)
        text = _TAG.sub("", _BLOCK.sub(" ", text))
        text = html.unescape(text)
        if text == before:
            break
    spaced = "".join(" " if letter.isspace() else letter for letter in text)
    kept = "".join(c for c in spaced if unicodedata.category(c) not in {"Cc", "Cf"})
    return " ".join(kept.split()) or None

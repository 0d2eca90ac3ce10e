"""What the command line says, in the language of who reads it.

Decides the language: English sentences stand in the code, the Dutch ones in
``allocation/locale/nl.po``.  A sentence without a translation is shown in
English rather than not at all; a test keeps the catalogue complete.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from babel.dates import format_date
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

LANGUAGES = ("nl", "en")

_PLAIN = frozenset({"row", "port", "release", "number", "seq"})
"""Facts that are places or names, not amounts: no separator between thousands."""


class Speech:
    """Says sentences in one language; ``speech("There are {n} rows", n=3)``."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._sentences = catalogue(language)

    def __call__(self, template: str, **facts: object) -> str:
        """Return a sentence with its facts, numbers and dates in the language's form."""
        return self.sentence(template).format(
            **{name: self._shown(name, fact) for name, fact in facts.items()}
        )

    def sentence(self, template: str) -> str:
        """Return a sentence in the language, its facts not filled in."""
        return self._sentences.get(template) or template

    def _shown(self, name: str, fact: object) -> str:
        if isinstance(fact, bool) or name in _PLAIN:
            return str(fact)
        if isinstance(fact, int):
            return format_decimal(fact, locale=self.language)
        if isinstance(fact, float):
            return format_decimal(round(fact, 1), locale=self.language)
        if isinstance(fact, date):
            return format_date(fact, format="long", locale=self.language)
        return str(fact)


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Return ``{English: sentence}`` of a language; empty for English itself."""
    path = Path(__file__).parent / "locale" / f"{language}.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        entries = read_po(file, locale=language)
    return {str(entry.id): str(entry.string) for entry in entries if entry.id and entry.string}

"""Dutch names in a comparable form.

Decides when two ways of writing are the same name: folded letters, particles
apart from the core, double names as a set, initials beside given names, call
names beside baptismal names.  It says how two names relate; it never says that
two persons are the same, and it never calls Van de Ven and Van der Ven equal.
No value of a person is in a repr: a name is personal data.

Particles stand in ``data/name_particles.txt``, call names in
``data/call_names.csv``.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, lru_cache
from typing import Final

from allocation.resources import data_path

_STROKES: Final = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ł": "l",
        "þ": "th",
        "ı": "i",
        "ŋ": "n",
        "ĸ": "k",
        "ə": "e",
        "ÿ": "ij",
        "’": "'",
        "‘": "'",
        "ʼ": "'",
        "`": "'",
        "´": "'",
        "‐": "-",
        "‑": "-",
        "‒": "-",
        "–": "-",
        "—": "-",
        "−": "-",
        "­": "",
        "\u200b": "",
        "\u200d": "",
        "\ufeff": "",
    }
)
_SHORT: Final = {"v": ("van",), "vd": ("van", "d*"), "vdr": ("van", "der"), "vh": ("van", "het")}
_SHORT_AFTER: Final = {"d": "d*", "t": "het", "'t": "het", "h": "het", "dr": "der", "dn": "den"}
_ARTICLES: Final = frozenset({"de", "den", "der"})
_MARRIED: Final = re.compile(
    r"(?:^|[\s,])(?:e[/.]?v\.?|geb(?:oren|\.)?|gesch(?:eiden|\.)?|wed(?:uwe|\.)?(?: van)?"
    r"|echtgeno(?:te|ot) van)(?=\s)|\s+[/&]\s+"
)
_OF_THE: Final = re.compile(r"\b([vo])\s*[./]\s*(d|h|'?t)\b\.?")
_GENITIVE: Final = re.compile(r"(?:^|(?<=[\s-]))'s[\s-]+")
_NOT_LETTER: Final = re.compile(r"[^\w]|[\d_]")


class Relation(IntEnum):
    """How two sets of particles before the same core relate."""

    OTHER = 0
    COMPATIBLE = 1
    EQUAL = 2


@dataclass(frozen=True, slots=True, repr=False, order=True)
class Family:
    """One family name: its core without particle, and the particle in full."""

    core: str
    particle: str

    @property
    def joined(self) -> str:
        """The name written as one word, as Belgian civil records do."""
        return self.particle.replace(" ", "") + self.core


@dataclass(frozen=True, slots=True, repr=False)
class Surname:
    """Every family name that a person bears.

    ``families`` are those of the surname in alphabetical order, so that a
    double name is the same in either order; ``births`` those of the surname at
    birth; ``pieces`` the words of a core that was written as several words.
    """

    families: tuple[Family, ...]
    births: tuple[Family, ...]
    pieces: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Given:
    """Given names, and initials; ``stated`` where the initials were delivered."""

    names: tuple[str, ...]
    initials: str
    stated: bool


def plain(text: str) -> str:
    """Return the text in lower case, without diacritics, with plain quotes and dashes."""
    if text.isascii():
        return text.lower().replace("`", "'")
    lowered = unicodedata.normalize("NFC", text).casefold().translate(_STROKES)
    parts = unicodedata.normalize("NFKD", lowered)
    bare = "".join(c for c in parts if not unicodedata.combining(c))
    return bare.casefold().translate(_STROKES)


def fold(text: str) -> str:
    """Return only the letters of a text, with ij, ÿ and y written as y."""
    return _NOT_LETTER.sub("", plain(text)).replace("ij", "y")


@cache
def particles() -> frozenset[str]:
    """Return the single words of which particles are made, in lower case."""
    with data_path("name_particles.txt").open(encoding="utf-8") as file:
        lines = [line.strip() for line in file if line.strip() and not line.startswith("#")]
    return frozenset(word for line in lines for word in line.split())


@cache
def call_groups() -> dict[str, frozenset[int]]:
    """Return for each folded name the numbers of the groups of call names it is in."""
    groups: dict[str, set[int]] = {}
    with data_path("call_names.csv").open(encoding="utf-8") as file:
        lines = [line.strip() for line in file if line.strip() and not line.startswith("#")]
    for number, line in enumerate(lines):
        for name in re.split(r"[;\s]+", line):
            groups.setdefault(fold(name), set()).add(number)
    return {name: frozenset(numbers) for name, numbers in groups.items()}


@lru_cache(maxsize=200_000)
def parse_surname(prefix: str, surname: str, birth_surname: str = "") -> Surname:
    """Return the comparable form of a surname.

    ``prefix`` are the particles where they are delivered apart.  The official
    order ("Berg, van den") and particles inside the surname are understood;
    ``birth_surname`` may carry its own particles.
    """
    if not birth_surname and surname.isascii() and surname.isalpha() and len(surname) > 3:
        return Surname((Family(fold(surname), _particle(prefix)),), (), ())
    families, pieces = _families(f"{prefix} {surname}" if prefix.strip() else surname)
    births, more = _families(birth_surname)
    births = tuple(family for family in births if family not in families)
    return Surname(families, births, tuple(sorted(set(pieces + more))))


@lru_cache(maxsize=200_000)
def parse_given(initials: str, given: str) -> Given:
    """Return the comparable form of given names and initials.

    A "given name" of one letter, or a run of initials in the wrong field, is
    read as initials.  Digraphs (Th., Chr., IJ.) count as one initial.
    """
    words = re.split(r"[\s.,/-]+", re.sub(r"\(.*?\)", " ", plain(given).replace('"', " ")))
    folded = [fold(word) for word in words if fold(word)]
    names = tuple(name for name in folded if len(name) > 1)
    letters = _initials(initials)
    if letters:
        return Given(names, letters, True)
    if not names:
        return Given((), "".join(folded) or "", bool(folded))
    return Given(names, "".join(word[0] for word in folded), False)


def relate(left: str, right: str) -> Relation:
    """Say how two particles relate: "van de" and "van der" are OTHER, "v.d." fits both."""
    if left == right and "*" not in left:
        return Relation.EQUAL
    if not left or not right:
        return Relation.COMPATIBLE
    one, other = left.split(), right.split()
    if len(one) != len(other):
        return Relation.OTHER
    fits = all(
        a == b or (a == "d*" and b in _ARTICLES | {"d*"}) or (b == "d*" and a in _ARTICLES)
        for a, b in zip(one, other, strict=True)
    )
    return Relation.COMPATIBLE if fits else Relation.OTHER


@lru_cache(maxsize=10_000)
def _particle(prefix: str) -> str:
    """Return the particle that a prefix field stands for, in full."""
    tidy = _OF_THE.sub(r"\1 \2 ", plain(prefix))
    runs = _runs(f"{tidy} x")
    return runs[0][0] if len(runs) == 1 and len(runs[0][1]) == 1 else fold(prefix)


def _initials(text: str) -> str:
    tidy = plain(text).strip()
    if not tidy:
        return ""
    if text.isupper() and not re.search(r"[\s.,-]", tidy):
        return fold(tidy)
    words = [fold(word) for word in re.split(r"[\s.,-]+", tidy)]
    return "".join(word[0] for word in words if word)


def _families(text: str) -> tuple[tuple[Family, ...], tuple[str, ...]]:
    """Split a written surname into family names, and the words of cores of several words."""
    tidy = _GENITIVE.sub("s", _OF_THE.sub(r"\1 \2 ", plain(text)))
    found: list[Family] = []
    pieces: list[str] = []
    for section in _MARRIED.split(_official_order(tidy)):
        for name in re.split(r"\s*-\s*", section or ""):
            for particle, words in _runs(name):
                core = "".join(words)
                found.append(Family(core, particle))
                if len(words) > 1:
                    pieces.extend(word for word in words if len(word) > 2)
    return tuple(sorted(set(found))), tuple(sorted(set(pieces)))


def _official_order(text: str) -> str:
    """Turn "berg, van den" into "van den berg"; another comma is only a space."""
    name, comma, tail = text.partition(",")
    if not comma:
        return text
    tokens = _tokens(tail)
    if tokens and all(_particle_words(token, "van") for token in tokens):
        return f"{tail} {name}"
    return text.replace(",", " ")


def _tokens(text: str) -> list[str]:
    spaced = re.sub(r"(?<![\w])'t(?=\w)", "'t ", text)
    spaced = re.sub(r"\b(d|l)'(?=\w)", r"\1' ", spaced)
    return re.split(r"[\s.]+", spaced.strip(" .")) if spaced.strip(" .") else []


def _particle_words(word: str, before: str) -> tuple[str, ...]:
    """Return the full words of a written word that is a particle; empty if it is none."""
    if word in _SHORT and not (word == "v" and before and before not in particles()):
        return _SHORT[word]
    if word == "'t":
        return ("het",)
    if word in _SHORT_AFTER and before in particles():
        return (_SHORT_AFTER[word],)
    return (word,) if word in particles() else ()


def _runs(name: str) -> list[tuple[str, list[str]]]:
    """Cut a name without hyphens into (particle, words of the core) in order."""
    tokens = _tokens(name)
    runs: list[tuple[str, list[str]]] = []
    particle: list[str] = []
    words: list[str] = []
    for place, word in enumerate(tokens):
        before = particle[-1] if particle and not words else ""
        full = () if place == len(tokens) - 1 else _particle_words(word, before)
        if full and words and len(word) == 1:
            full = ()
        if full and words:
            runs.append((" ".join(particle), words))
            particle, words = [*full], []
        elif full:
            particle.extend(full)
        elif fold(word):
            words.append(fold(word))
    if words:
        runs.append((" ".join(particle), words))
    return runs

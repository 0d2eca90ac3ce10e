"""What a case on a register match holds: its states, its signal, and what a viewer gets.

Decides the words for states and conclusions, which never change once stored,
and what of a signal is kept.  Nothing here shows itself in a repr.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from enum import StrEnum

from allocation.errors import AllocationError
from allocation.state.event_log import canonical


class CaseState(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    FIRST_REVIEWED = "first_reviewed"
    SECOND_REVIEWED = "second_reviewed"
    CLOSED = "closed"


class Conclusion(StrEnum):
    """What a reviewer concludes, and what a case is closed with."""

    CLEARED = "cleared"
    UPHELD = "upheld"


class CaseEvent(StrEnum):
    """The kinds of event in the log of cases."""

    OPENED = "opened"
    FACTS_CHANGED = "facts_changed"
    LETTING_UPDATED = "letting_updated"
    REVIEWED = "reviewed"
    REVIEWS_RESET = "reviews_reset"
    CLOSED = "closed"
    PUBLICATION_AGREED = "publication_agreed"


class CaseRefused(AllocationError):
    """A step that this case, or this person, may not take."""

    exit_code = 2


@dataclass(frozen=True, slots=True, repr=False)
class Signal:
    """One match of the screening, with what happened in the letting.

    ``facts`` is a digest of the compared facts and of what the allocation's own
    row says: a change sets the reviews aside.  ``employee_id``
    is the employee whom the register person is, or is related to; ``handlers``
    are the employees who handled or approved the letting or its offers.
    ``letting`` holds facts for the reviewer as JSON values: rank, passed-over
    candidates, rule verdicts.
    """

    person_id: str
    candidate_id: str
    person_number: int
    allocation_id: str
    band: str
    weight: float
    evidence: tuple[str, ...]
    facts: str
    algorithm: str
    weights: str
    employee_id: str
    handlers: tuple[str, ...] = ()
    letting: Mapping[str, object] = field(default_factory=dict)

    @property
    def pair(self) -> tuple[str, str, int, str]:
        """The key of the case: one person of one letting, one register person."""
        return (self.allocation_id, self.candidate_id, self.person_number, self.person_id)

    @property
    def circumstances(self) -> tuple[object, ...]:
        """What happened in the letting, as a reviewer gets it."""
        return canonical(self.letting), *sorted(map(fold_identity, self.handlers))

    @property
    def employee_is_handler(self) -> bool:
        """Say whether the employee concerned handled or approved the letting (INT-1)."""
        return fold_identity(self.employee_id) in set(map(fold_identity, self.handlers))

    def to_json(self) -> str:
        """Return the signal as canonical JSON."""
        return canonical({each.name: getattr(self, each.name) for each in fields(self)})

    def without_content(self) -> Signal:
        """Return only what recognises the pair later, for a case whose content is purged."""
        return replace(self, evidence=(), handlers=(), letting={})


@dataclass(frozen=True, slots=True, repr=False)
class Case:
    """A case as one viewer may see it.

    ``conclusions`` holds reviewer, conclusion and motivation of the reviews
    that are not hidden from the viewer.
    """

    number: int
    state: CaseState
    outcome: Conclusion | None
    signal: Signal
    reviewers: tuple[str, ...]
    conclusions: tuple[tuple[str, Conclusion, str], ...]
    publication_agreed_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Screening:
    """One night's screening, for the integrity officer; counts only.

    ``problem`` is the sentence and the facts of what stopped it; ``unnamed``
    counts allocations whose tenant has no row with a name; ``persons`` were
    compared with ``registered`` persons of the register.  ``bare`` counts the
    new tenants and buyers of whom neither date of birth nor address is known:
    a name alone never makes a match.
    """

    night: date
    at: datetime
    problem: tuple[str, Mapping[str, object]] | None
    unnamed: int
    persons: int
    registered: int
    bare: int = 0


def read_signal(text: str) -> Signal:
    """Return a signal from its JSON."""
    stated = json.loads(text)
    stated["evidence"] = tuple(stated["evidence"])
    stated["handlers"] = tuple(stated["handlers"])
    return Signal(**stated)


def identity(person: str) -> str:
    """Return the one way of writing the number of who does something.

    Raises:
        CaseRefused: it is empty, or could pass for the number of somebody else:
            it mixes alphabets, or all its letters look like Latin ones.
    """
    tidy = fold_identity(person)
    if not tidy:
        raise CaseRefused("Say who does this (--by).")
    if _may_pass_for_another(tidy):
        raise CaseRefused(
            "Write your number (--by) with ordinary letters: it holds letters of another "
            "alphabet that look the same."
        )
    return tidy


def fold_identity(person: str) -> str:
    """Return the one way of writing a number, however it was typed; for what stands already.

    Width, case, white space, the kind of dash or digit and what cannot be seen make
    nobody somebody else.
    """
    seen = "".join(char for char in person if unicodedata.category(char) not in _UNSEEN)
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", seen).casefold())
    kept = (char for char in folded if char not in _BLANK and not char.isspace())
    return "".join(map(_plain, kept))


_UNSEEN = frozenset({"Cf", "Cc"})
_BLANK = frozenset(
    chr(code)
    for first, last in (
        *((0x034F, 0x034F), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F)),
        *((0x2800, 0x2800), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF)),
    )
    for code in range(first, last + 1)
)
"""Characters without ink that Unicode does not count as format characters."""

_DASHES = frozenset("\N{MODIFIER LETTER MINUS SIGN}\N{HYPHEN BULLET}\N{MINUS SIGN}")
"""Dashes beside those of category Pd."""

_LOOKALIKES = frozenset("авекмнорстухѕіјһԁԛԝѵ" + "αβεζηικμνορτυχϳ")
"""Cyrillic and Greek letters of which the capital or the small one looks Latin."""


def _plain(char: str) -> str:
    if unicodedata.category(char) == "Pd" or char in _DASHES:
        return "-"
    return str(unicodedata.decimal(char)) if char.isdecimal() else char


def _may_pass_for_another(tidy: str) -> bool:
    letters = {char for char in tidy if unicodedata.category(char) in ("Ll", "Lo", "Lu", "Lt")}
    scripts = {unicodedata.name(char, "").partition(" ")[0] for char in letters}
    return len(scripts) > 1 or (bool(letters) and letters <= _LOOKALIKES)

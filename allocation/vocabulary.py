"""The closed vocabularies of the offer model.

Decides which codes exist and what they are called; ``data/code_lists.csv``
holds them, keyed on (list, code), with the VERA code of each.  Enums stand
here only where a code has consequences in Python.  An unknown code is never
mapped to a neighbour: the reader of exports reports it.

Source of the VERA codes: Aedes, VERA referentiedata of 2026-06-26 (CC0).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from allocation.resources import data_path


class Outcome(StrEnum):
    """What became of an advertised dwelling, as the public sees it."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    LET = "let"
    NOT_LET = "not_let"
    WITHDRAWN = "withdrawn"


class PassedOver(StrEnum):
    """Why a candidate with a higher rank did not get the dwelling."""

    DECLINED = "declined"
    CONDITIONS = "conditions"
    NO_ANSWER = "no_answer"
    OTHER = "other"
    NO_REASON = "no_reason"


class CheckResult(StrEnum):
    """What the public sees of one rule on one letting.

    A rule that failed is first ``in_treatment``; it becomes ``explained`` when
    two people have recorded an explanation, and ``unexplained`` when none came
    in time.
    """

    PASSED = "passed"
    NOT_APPLICABLE = "not_applicable"
    CANNOT_TELL = "cannot_tell"
    IN_TREATMENT = "in_treatment"
    EXPLAINED = "explained"
    UNEXPLAINED = "unexplained"


class Explanation(StrEnum):
    """The closed list of explanations of a deviation; free text is never public.

    ``UPHELD`` is the one that the letting department cannot choose: two people
    decided, after a review, to publish what they found.
    """

    RECORDING_ERROR = "recording_error"
    AGREED_EXCEPTION = "agreed_exception"
    MISTAKE_REPAIRED = "mistake_repaired"
    MISTAKE_STANDS = "mistake_stands"
    UPHELD = "upheld"


DEVIATIONS = frozenset({CheckResult.IN_TREATMENT, CheckResult.EXPLAINED, CheckResult.UNEXPLAINED})
"""The results of a rule that failed."""


class Ground(StrEnum):
    """Why a letting is withheld; never public."""

    STATUS_HOLDER = "status_holder"
    RESTRUCTURING_URGENT = "restructuring_urgent"
    DISTRESSING_SITUATION = "distressing_situation"
    OTHER_DIRECT = "other_direct"
    UNKNOWN = "unknown"


class Ordering(StrEnum):
    """How candidates of the same priority are put in order."""

    REGISTRATION_DURATION = "registration_duration"
    LOTTERY = "lottery"
    POINTS = "points"
    FIRST_RESPONDER = "first_responder"
    OTHER = "other"


RELEASE = "release"
"""The mark in the code list of a code that does not withhold."""

NOT_DWELLINGS = frozenset(
    {
        "parking",
        "covered_parking",
        "motorcycle_parking",
        "mobility_scooter_place",
        "garage",
        "storage",
    }
)
"""Dwelling types that are no dwelling: read, counted, never on the site."""

PASSED_OVER_BY_OFFER_REASON: dict[str, PassedOver] = {
    "accepted_other_dwelling": PassedOver.DECLINED,
    "outdoor_space_disliked": PassedOver.DECLINED,
    "no_interest": PassedOver.DECLINED,
    "rent_too_high": PassedOver.DECLINED,
    "parking_or_storage_insufficient": PassedOver.DECLINED,
    "personal_circumstances": PassedOver.DECLINED,
    "dwelling_disliked": PassedOver.DECLINED,
    "dwelling_quality_disliked": PassedOver.DECLINED,
    "surroundings_disliked": PassedOver.DECLINED,
    "documents_missing": PassedOver.CONDITIONS,
    "documents_not_in_order": PassedOver.CONDITIONS,
    "data_incorrect": PassedOver.CONDITIONS,
    "no_housing_permit": PassedOver.CONDITIONS,
    "income_too_high": PassedOver.CONDITIONS,
    "income_too_low": PassedOver.CONDITIONS,
    "answer_period_expired": PassedOver.NO_ANSWER,
    "did_not_turn_up": PassedOver.NO_ANSWER,
    "others_have_priority": PassedOver.OTHER,
    "co_optation_failed": PassedOver.OTHER,
    "unsuitable": PassedOver.OTHER,
    "wrongly_offered": PassedOver.OTHER,
    "allocated_to_other_candidate": PassedOver.OTHER,
    "negative_landlord_statement": PassedOver.OTHER,
}
"""One class for each reason of the list ``offer_reason``."""

PASSED_OVER_BY_CANDIDATE_REASON: dict[str, PassedOver | None] = {
    "no_interest": PassedOver.DECLINED,
    "offer_declined": PassedOver.DECLINED,
    "no_answer": PassedOver.NO_ANSWER,
    "unsuitable": PassedOver.OTHER,
    "data_incorrect": PassedOver.CONDITIONS,
    "conditions_not_met": PassedOver.CONDITIONS,
    "offer_made": None,
    "viewing": None,
    "document_check": None,
    "interested": None,
    "lease_signed": None,
    "parked": None,
    "polling_interest": None,
}
"""One class for each code of ``candidate_reason``; None: the code is no reason to pass over."""


@dataclass(frozen=True, slots=True)
class Code:
    """One code of a closed list."""

    list: str
    code: str
    vera_list: str
    vera_code: str
    name_nl: str
    name_en: str
    withhold: str


@cache
def code_lists() -> dict[str, dict[str, Code]]:
    """Return every list as ``{list: {code: Code}}``, in the order of the file."""
    lists: dict[str, dict[str, Code]] = {}
    with data_path("code_lists.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            code = Code(**row)
            lists.setdefault(code.list, {})[code.code] = code
    return lists


@cache
def aliases(code_list: str) -> dict[str, str]:
    """Return ``{text in an export: our code}`` for one list: our codes and VERA's."""
    codes = code_lists()[code_list].values()
    return {c.vera_code: c.code for c in codes if c.vera_code} | {c.code: c.code for c in codes}

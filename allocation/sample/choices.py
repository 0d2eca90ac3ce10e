"""Why a candidate who stood ahead did not get a dwelling, as the office writes it down.

Decides which reasons occur and how offer and response tell the same story.
Every reason here is one of the closed list; planted irregularities alone
leave one out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allocation.sample.figures import INCOME_TOO_HIGH, INCOME_TOO_LOW, Array
from allocation.sample.world import (
    CONDITIONS_NOT_MET,
    DATA_INCORRECT,
    DECLINED,
    NO_ANSWER,
    NO_INTEREST,
    NONE,
    OFFER_DECLINED,
    REJECTED,
    UNSUITABLE,
)

OFFER_STATUS = ("offered", "declined", "withdrawn", "allocated")


@dataclass(frozen=True, slots=True)
class Choice:
    """How an offer ended: its status and reason, and what the response says then."""

    weight: int
    status: str
    reason: str
    response_status: int
    response_reason: int
    answered: bool = True
    vague: bool = False


CHOICES: tuple[Choice, ...] = (
    Choice(18, "declined", "no_interest", DECLINED, NO_INTEREST),
    Choice(14, "declined", "surroundings_disliked", DECLINED, OFFER_DECLINED),
    Choice(12, "declined", "dwelling_disliked", DECLINED, OFFER_DECLINED),
    Choice(8, "declined", "rent_too_high", DECLINED, OFFER_DECLINED),
    Choice(6, "declined", "outdoor_space_disliked", DECLINED, OFFER_DECLINED),
    Choice(5, "declined", "dwelling_quality_disliked", DECLINED, OFFER_DECLINED),
    Choice(5, "declined", "personal_circumstances", DECLINED, OFFER_DECLINED),
    Choice(2, "declined", "parking_or_storage_insufficient", DECLINED, OFFER_DECLINED),
    Choice(12, "withdrawn", "answer_period_expired", REJECTED, NO_ANSWER, answered=False),
    Choice(5, "withdrawn", "did_not_turn_up", REJECTED, NO_ANSWER, answered=False),
    Choice(5, "withdrawn", "documents_missing", REJECTED, DATA_INCORRECT),
    Choice(3, "withdrawn", "documents_not_in_order", REJECTED, DATA_INCORRECT),
    Choice(2, "withdrawn", "data_incorrect", REJECTED, DATA_INCORRECT),
    Choice(1, "withdrawn", "negative_landlord_statement", REJECTED, DATA_INCORRECT),
    Choice(2, "withdrawn", "unsuitable", REJECTED, UNSUITABLE, vague=True),
    Choice(1, "withdrawn", "co_optation_failed", REJECTED, UNSUITABLE, vague=True),
    Choice(0, "declined", "accepted_other_dwelling", DECLINED, NO_INTEREST),
    Choice(0, "withdrawn", "income_too_high", REJECTED, CONDITIONS_NOT_MET),
    Choice(0, "withdrawn", "income_too_low", REJECTED, CONDITIONS_NOT_MET),
    Choice(0, "withdrawn", "allocated_to_other_candidate", NONE, NONE, answered=False),
    Choice(0, "allocated", "", NONE, NONE),
)

HOUSED, TOO_HIGH, TOO_LOW, OVERTAKEN, ACCEPTED = range(len(CHOICES) - 5, len(CHOICES))
NOT_OFFERED = NONE

MOTIVATIONS = (
    "Na een gesprek is besloten dat deze woning niet past. De afweging staat in het dossier.",
    "De bewonerscommissie heeft een gesprek gevoerd en heeft bezwaar. Het verslag is bewaard.",
    "Eerdere afspraken zijn niet nagekomen. De kandidaat heeft de brief daarover ontvangen.",
    "De woning is op de begane grond en is nodig voor iemand die geen trap kan lopen.",
)

_WEIGHTS = np.array([choice.weight for choice in CHOICES], float)

STATUS_AFTER = np.array([choice.response_status for choice in CHOICES])
REASON_AFTER = np.array([choice.response_reason for choice in CHOICES])
ANSWERED = np.array([choice.answered for choice in CHOICES])
VAGUE = np.array([choice.vague for choice in CHOICES])


def choose(rng: np.random.Generator, hindrance: Array, housed: Array) -> Array:
    """Return, per candidate passed over, the index of a choice, or ``NOT_OFFERED``.

    ``hindrance`` is a mark of ``figures.obstacle``; ``housed`` says that the
    candidate had accepted another dwelling by then.
    """
    count = len(hindrance)
    choice = rng.choice(len(CHOICES), count, p=_WEIGHTS / _WEIGHTS.sum())
    draw = rng.random(count)
    choice = np.where(housed, HOUSED, choice)
    choice = np.where(hindrance == INCOME_TOO_HIGH, TOO_HIGH, choice)
    choice = np.where(hindrance == INCOME_TOO_LOW, TOO_LOW, choice)
    unseen = np.where(hindrance > 0, draw < 0.6, np.where(housed, draw < 0.5, draw < 0.12))
    return np.where(unseen, NOT_OFFERED, choice)


def without_offer(hindrance: Array, housed: Array) -> tuple[Array, Array]:
    """Return status and reason of a response that was passed over before any offer."""
    status = np.where((hindrance == 0) & housed, DECLINED, REJECTED)
    reason = np.where(housed, NO_INTEREST, NO_ANSWER)
    return status, np.where(hindrance > 0, CONDITIONS_NOT_MET, reason)

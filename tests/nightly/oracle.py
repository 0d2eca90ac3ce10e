"""RNK-1 and RNK-2 once more, slowly and in plain Python, from their definitions.

Decides what the two rules must say of an advert.  Written without a look at the
SQL: a value that is missing is filled in with every value that it could have,
and something is certain when it comes out the same each time.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, product

from tests.nightly.adverts import Advert, Response

OPENS_AT = "2026-03-02 09:00:00"
ALL_AGES = ("10", "50", "90")
ALL_SIZES = ("1", "9")
ALL_INCOMES = ("0", "999999")
ALL_DATES = ("1950-01-01", "2025-12-31")
LISTED = {
    "no_interest",
    "offer_declined",
    "no_answer",
    "unsuitable",
    "data_incorrect",
    "conditions_not_met",
}

Key = tuple[int, float | str]


def rank_verdict(advert: Advert) -> str:
    """Return the verdict of RNK-1 on an advert."""
    eligible = {r.number: _everyway(advert, r, is_eligible) for r in advert.responses}
    if any(r.rank is not None and eligible[r.number] == {False} for r in advert.responses):
        return "failed"
    ranked = sorted(
        (r for r in advert.responses if r.rank is not None), key=lambda r: (r.rank, r.number)
    )
    ranks = [r.rank for r in ranked]
    certain = [r for r in advert.responses if eligible[r.number] == {True}]
    unsure = [r for r in advert.responses if eligible[r.number] == {True, False}]
    if len(set(ranks)) < len(ranks) or _inverted(advert, ranked):
        return "failed"
    if not ranked and (certain or unsure):
        return "cannot_tell"
    if any(r.rank is None for r in certain) or ranks != list(range(1, len(ranks) + 1)):
        return "failed"
    if unsure or any(len(_keys(advert, r)) > 1 for r in certain):
        return "cannot_tell"
    if certain and advert.ordering == "other":
        return "cannot_tell"
    return "passed" if _within_spans(advert, certain) else "failed"


def _within_spans(advert: Advert, certain: list[Response]) -> bool:
    """Say whether every rank lies within the span of those who are level."""
    for response in certain:
        key = order_key(advert, response)
        before = sum(1 for other in certain if order_key(advert, other) < key)
        level = sum(1 for other in certain if order_key(advert, other) == key)
        if response.rank is None or not before < response.rank <= before + level:
            return False
    return True


def _inverted(advert: Advert, ranked: list[Response]) -> bool:
    """Say whether of two that follow each other the later is before the earlier, come what may."""
    for earlier, later in pairwise(ranked):
        keys = [_keys(advert, response) for response in (earlier, later)]
        if max(keys[1]) < min(keys[0]):
            return True
    return False


def tenant_verdict(advert: Advert, dwelling: str, tenant: str) -> str:
    """Return the verdict of RNK-2 on one dwelling of an advert."""
    own = [r for r in advert.responses if r.candidate == tenant]
    if not own:
        return "failed"
    response = min(own, key=lambda r: _preference(advert, r))
    certain = _everyway(advert, response, is_eligible)
    if certain == {False}:
        return "failed"
    if len(certain) > 1 or advert.ordering == "other" or len(_keys(advert, response)) > 1:
        return "cannot_tell"
    verdict = "passed"
    for other in advert.responses:
        if other.candidate == tenant or _was_passed_over(advert, dwelling, other):
            continue
        ahead = {
            is_eligible(advert, filled) and order_key(advert, filled) < order_key(advert, response)
            for filled in fill_in(advert, other)
        }
        if ahead == {True}:
            return "failed"
        if True in ahead:
            verdict = "cannot_tell"
    return verdict


def _preference(advert: Advert, response: Response) -> tuple[int, bool, str, int]:
    certain = _everyway(advert, response, is_eligible)
    first = 1 if certain == {True} else 3 if certain == {False} else 2
    return first, response.status == "withdrawn", response.responded_at, response.number


def _was_passed_over(advert: Advert, dwelling: str, other: Response) -> bool:
    """Say whether a candidate got another dwelling, or is on record with a listed reason."""
    if any(t == other.candidate and d != dwelling for d, t in advert.tenants):
        return True
    closed = [
        o
        for o in advert.offers
        if o.candidate == other.candidate and o.status in {"declined", "withdrawn"}
    ]
    on_record = bool(closed) or other.status in {"declined", "rejected"}
    return on_record and (any(o.reason for o in closed) or other.reason in LISTED)


def is_eligible(advert: Advert, response: Response) -> bool:
    """Say whether a response takes part; every value is there."""
    if response.status == "withdrawn" or response.responded_at < OPENS_AT:
        return False
    if advert.closes_at and response.responded_at > advert.closes_at:
        return False
    if advert.min_size and int(response.household_size) < int(advert.min_size):
        return False
    if advert.min_age and int(response.age) < int(advert.min_age):
        return False
    return not (advert.max_income and float(response.income) > float(advert.max_income))


def order_key(advert: Advert, response: Response) -> Key:
    """Return what puts a response in order, lowest first; every value is there."""
    entries = [entry for entry in advert.priority.replace(" ", "").split(">") if entry]
    place = next((i for i, e in enumerate(entries) if _holds(e, response)), len(entries))
    if advert.ordering == "registration_duration":
        return place, response.registered_on
    if advert.ordering == "first_responder":
        return place, response.responded_at
    if advert.ordering == "lottery":
        return place, float(response.lottery)
    if advert.ordering == "points":
        return place, -float(response.points)
    return place, 0.0


def _holds(entry: str, response: Response) -> bool:
    if entry.startswith("age:"):
        return int(response.age) >= int(entry[4:])
    if entry.startswith("size:"):
        return int(response.household_size) >= int(entry[5:])
    return entry in {response.kind, f"{response.kind}.{response.detail}"}


def fill_in(advert: Advert, response: Response) -> list[Response]:
    """Return a response with each missing value filled in, in every way that matters."""
    choices = {
        "age": ALL_AGES,
        "household_size": ALL_SIZES,
        "income": ALL_INCOMES,
        "registered_on": ALL_DATES,
        "points": ("-99999", "99999"),
        "lottery": ("0.5", "99999"),
    }
    missing = [name for name in choices if getattr(response, name) == ""]
    return [
        replace(response, **dict(zip(missing, values, strict=True)))
        for values in product(*(choices[name] for name in missing))
    ]


def _everyway(advert: Advert, response: Response, judge: object) -> set[bool]:
    return {judge(advert, filled) for filled in fill_in(advert, response)}  # type: ignore[operator]


def _keys(advert: Advert, response: Response) -> set[Key]:
    return {order_key(advert, filled) for filled in fill_in(advert, response)}


def right_order(advert: Advert) -> list[Response]:
    """Return the responses that could take part in a right order; gaps filled in at will."""
    filled = [(r, fill_in(advert, r)[-1]) for r in advert.responses]
    taking_part = [(r, f) for r, f in filled if is_eligible(advert, f)]
    return [r for r, _ in sorted(taking_part, key=lambda pair: order_key(advert, pair[1]))]

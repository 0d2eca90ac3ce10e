"""What one night's export shows of the world: the tables at the end of a day.

Decides what can be seen when: rows of later moments are left out, statuses
are those of that moment, ranks exist only once an advert has closed.  The
tables have the contract's Arrow schemas and canonical codes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from allocation import contract
from allocation.sample import choices
from allocation.sample.calendar import DAY, end_of_day
from allocation.sample.columns import (
    MONEY,
    coded,
    contract_table,
    dates,
    instants,
    money,
    whole,
)
from allocation.sample.figures import Array
from allocation.sample.identifiers import (
    allocation_ids,
    candidate_ids,
    dwelling_ids,
    employee_ids,
    numbered,
    offer_ids,
)
from allocation.sample.ranking import facts_of
from allocation.sample.seekers import KINDS, ORIGINS
from allocation.sample.world import (
    LET,
    MANUAL,
    NONE,
    NOT_LET,
    OFFER_MADE,
    OFFERED,
    ORDERINGS,
    POINTS,
    PULLED,
    RESPONDED,
    RESPONSE_REASON,
    RESPONSE_STATUS,
    SOLD,
    SPARE,
    WITHDRAWN,
    World,
)

CHUNK = 1_000_000
KEPT_DAYS = 60
KEPT_ROWS = 2_000_000
"""With more responses than this, earlier nights hold only adverts of ``KEPT_DAYS`` days."""


@dataclass(frozen=True, slots=True)
class Night:
    """One night: its day, the first second after it, and which adverts it holds."""

    day: int
    until: int
    adverts: Array
    counts: Array
    ids: Array
    offers: dict[str, Array]
    earlier: bool


def open_night(world: World, day: int, ids: Array, offers: dict[str, Array]) -> Night:
    """Look at the world at the end of a day; ``ids`` are the publications', by advert."""
    until, earlier = end_of_day(day), day != world.last_day
    adverts = world.adverts
    shown = (adverts.opens < until) & (adverts.fate != SPARE)
    if earlier and world.base_rows > KEPT_ROWS:
        shown &= adverts.opens >= (world.last_day - KEPT_DAYS) * DAY
    counted = np.zeros(len(adverts), np.int64)
    responses, total = world.responses, world.base_rows + len(world.extra_advert)
    seen = (responses.at[:total] < until) & (responses.status[:total] != WITHDRAWN)
    sums = np.concatenate([[0], np.cumsum(seen[: world.base_rows], dtype=np.int64)])
    first = np.minimum(adverts.first_row, world.base_rows)
    counted += sums[np.minimum(first + adverts.rows, world.base_rows)] - sums[first]
    if world.extra_advert:
        np.add.at(counted, np.array(world.extra_advert), seen[world.base_rows :])
    return Night(day, until, shown, counted, ids, offers, earlier)


def _states(world: World, night: Night, index: Array) -> tuple[Array, Array]:
    """Return status and detail status of adverts at the end of the night."""
    adverts = world.adverts
    fate, until = adverts.fate[index], night.until
    ended = adverts.ends[index] < until
    closed = (adverts.closes[index] != NONE) & (adverts.closes[index] < until)
    pulled = np.isin(fate, (PULLED, MANUAL, SOLD))
    status = np.where(closed, "on_offer", "published").astype(object)
    status[ended] = "completed"
    status[ended & pulled] = "withdrawn"
    detail = np.full(len(index), None, object)
    detail[ended & (fate == LET)] = "allocated"
    detail[ended & (fate == NOT_LET)] = "no_allocation"
    detail[ended & pulled] = adverts.detail[index][ended & pulled]
    return status, detail


def _terms(world: World, night: Night, index: Array) -> dict[str, Array]:
    """Return the conditions; an earlier night can hold older ones."""
    names = ("min_size", "max_size", "min_age", "max_age", "min_income", "max_income")
    terms = {
        name: getattr(world.adverts, name)[index].copy() for name in (*names, "pattern", "ordering")
    }
    if night.earlier:
        for advert, older in world.earlier.conditions.items():
            for name, value in older.items():
                terms[name][index == advert] = value
    return terms


def publications_of(world: World, night: Night) -> pa.Table:
    """Return the adverts, a row for each dwelling."""
    adverts = world.adverts
    shown = np.flatnonzero(night.adverts)
    index = np.repeat(shown, adverts.homes[shown])
    step = np.arange(len(index)) - np.repeat(
        np.cumsum(adverts.homes[shown]) - adverts.homes[shown], adverts.homes[shown]
    )
    status, detail = _states(world, night, index)
    terms = _terms(world, night, index)
    drawn = adverts.seed_delivered[index] & (adverts.closes[index] < night.until)
    seed = adverts.seed[index].astype(object)
    seed[~(drawn & (terms["ordering"] == 1))] = None
    counts = night.counts[index] + adverts.count_error[index]
    patterns = [pattern or None for pattern in world.patterns]
    return contract_table(
        contract.PUBLICATIONS,
        {
            "publication_id": night.ids[index],
            "dwelling_id": dwelling_ids(world.homes[adverts.first_home[index] + step]),
            "model": adverts.model[index],
            "ordering": coded(terms["ordering"], ORDERINGS),
            "opens_at": instants(adverts.opens[index]),
            "closes_at": instants(adverts.closes[index]),
            "status": status,
            "detail_status": detail,
            "label": adverts.label[index],
            "min_household_size": whole(terms["min_size"]),
            "max_household_size": whole(terms["max_size"]),
            "min_age": whole(terms["min_age"]),
            "max_age": whole(terms["max_age"]),
            "min_income": money(terms["min_income"], MONEY),
            "max_income": money(terms["max_income"], MONEY),
            "priority_order": np.array(patterns, object)[terms["pattern"]],
            "parallel_offers": whole(adverts.parallel[index]),
            "lottery_seed": seed,
            "response_count": whole(counts, ~adverts.count_given[index]),
        },
    )


def responses_of(world: World, night: Night) -> Iterator[pa.Table]:
    """Yield the responses in pieces, in the order of their ids."""
    adverts = world.adverts
    owner = np.flatnonzero(night.adverts & (adverts.rows > 0) & (adverts.fate != SPARE))
    first, length = adverts.first_row[owner], adverts.rows[owner]
    total, start = np.cumsum(length), 0
    while start < len(owner):
        base = int(total[start - 1]) if start else 0
        end = max(start + 1, int(np.searchsorted(total, base + CHUNK, side="right")))
        advert = np.repeat(owner[start:end], length[start:end])
        rows = np.concatenate(
            [np.arange(f, f + n) for f, n in zip(first[start:end], length[start:end], strict=True)]
        )
        yield _responses(world, night, rows, advert)
        start = end
    extra = np.array(world.extra_advert, np.int64)
    kept = np.flatnonzero(night.adverts[extra]) if len(extra) else extra
    if len(kept):
        yield _responses(world, night, world.base_rows + kept, extra[kept])


def _responses(world: World, night: Night, rows: Array, advert: Array) -> pa.Table:
    responses, adverts = world.responses, world.adverts
    seen = responses.at[rows] < night.until
    rows, advert = rows[seen], advert[seen]
    facts = facts_of(world, rows, advert)
    status, reason = _progress(world, night, rows)
    rank = responses.rank[rows].astype(np.int64)
    if night.earlier:
        _set_back(rows, rank, world.earlier.ranks)
        _set_back(rows, facts.registered, world.earlier.registered)
    closes = adverts.closes[advert]
    decided = np.where(closes == NONE, adverts.starts[advert], closes) < night.until
    unranked = (rank == NONE) | ~decided | ~adverts.ranks_given[advert]
    lot = responses.lot[rows].astype(np.int64)
    kinds, details = zip(*KINDS, strict=True)
    return contract_table(
        contract.RESPONSES,
        {
            "response_id": numbered("R", rows + 1, 8),
            "publication_id": pa.array(night.ids).take(pa.array(advert)),
            "candidate_id": candidate_ids(world, responses.who[rows]),
            "responded_at": instants(responses.at[rows]),
            "registered_on": dates(facts.registered),
            "registration_origin": coded(facts.origin, ORIGINS),
            "household_size": whole(facts.size),
            "age": whole(facts.age),
            "household_income": money(facts.income, MONEY, ~facts.income_known),
            "priority_kind": coded(facts.kind, kinds),
            "priority_detail": coded(facts.kind, details),
            "points": whole(facts.points, adverts.ordering[advert] != POINTS),
            "lottery_number": whole(lot, (lot == NONE) | ~decided),
            "recorded_rank": whole(rank, unranked),
            "status": coded(status, RESPONSE_STATUS),
            "reason": coded(reason, RESPONSE_REASON),
        },
    )


def _set_back(rows: Array, values: Array, older: dict[int, int]) -> None:
    """Replace values by older ones, where there are; ``rows`` ascend."""
    keys = np.array(sorted(older), np.int64)
    at = np.searchsorted(rows, keys)
    inside = at < len(rows)
    hit = inside.copy()
    hit[inside] = rows[at[inside]] == keys[inside]
    values[at[hit]] = [older[int(key)] for key in keys[hit]]


def _progress(world: World, night: Night, rows: Array) -> tuple[Array, Array]:
    """Return status and reason of responses as they were at the end of the night."""
    responses, offers = world.responses, night.offers
    status, reason = responses.status[rows].copy(), responses.reason[rows].copy()
    later = (responses.since[rows] >= night.until) & (status != WITHDRAWN)
    status[later], reason[later] = RESPONDED, NONE
    pending = offers["row"][(offers["offered"] < night.until) & (offers["since"] >= night.until)]
    waiting = later & np.isin(rows, pending)
    status[waiting], reason[waiting] = OFFERED, OFFER_MADE
    return status, reason


def offers_of(world: World, night: Night) -> pa.Table:
    """Return the offers made by then; an answer of later is not known yet."""
    offers = night.offers
    ids = offer_ids(len(offers["advert"]))
    seen = np.flatnonzero((offers["offered"] < night.until) & night.adverts[offers["advert"]])
    o = {name: values[seen] for name, values in offers.items()}
    known = o["since"] < night.until
    outcome = o["outcome"]
    vague = choices.VAGUE[outcome]
    reasons = np.array([choice.reason or None for choice in choices.CHOICES], object)[outcome]
    reasons[~known | (o["bare"] & ~vague)] = None
    status = np.array([choice.status for choice in choices.CHOICES], object)[outcome]
    status[~known] = "offered"
    words = np.array(choices.MOTIVATIONS, object)[o["row"] % len(choices.MOTIVATIONS)]
    words[~(known & vague & ~o["bare"])] = None
    return contract_table(
        contract.OFFERS,
        {
            "offer_id": ids.take(pa.array(seen)),
            "publication_id": night.ids[o["advert"]],
            "dwelling_id": dwelling_ids(o["home"]),
            "candidate_id": candidate_ids(world, o["who"]),
            "offered_at": instants(o["offered"]),
            "expires_at": instants(o["expires"]),
            "answered_at": instants(o["answered"], (o["answered"] == NONE) | ~known),
            "status": status,
            "reason": reasons,
            "motivation": words,
            "handled_by": employee_ids(o["handler"]),
            "approved_by": employee_ids(np.where(known, o["approver"], NONE)),
        },
    )


def seen_allocations(world: World, night: Night) -> Array:
    """Return the allocations that a night holds, by index."""
    lets = world.allocations
    held = (lets.advert == NONE) | night.adverts[np.maximum(lets.advert, 0)]
    return np.flatnonzero((lets.day <= night.day) & held)


def allocations_of(world: World, night: Night) -> pa.Table:
    """Return the allocations made by then, sales too."""
    lets = world.allocations
    seen = seen_allocations(world, night)
    a = lets.take(seen)
    publication = night.ids[np.maximum(a["advert"], 0)].astype(object)
    publication[a["advert"] == NONE] = None
    return contract_table(
        contract.ALLOCATIONS,
        {
            "allocation_id": allocation_ids(seen),
            "tenure": np.where(a["sale"], "sale", "let").astype(object),
            "dwelling_id": dwelling_ids(a["home"]),
            "publication_id": publication,
            "candidate_id": candidate_ids(world, a["who"]),
            "allocated_on": dates(a["day"]),
            "lease_starts_on": dates(a["lease"]),
            "bare_rent": money(a["rent"], MONEY),
            "household_size": whole(a["size"]),
            "household_income": money(a["income"], MONEY),
            "senior_household": a["pension"].astype(bool),
            "target_group": a["target"],
            "additional_target_group": a["additional"],
            "priority_kind": a["kind"],
            "priority_detail": a["detail"],
            "appropriateness": a["fitting"],
            "appropriateness_detail": a["fitting_detail"],
            "direct_ground": a["ground"],
            "protected_address": a["protected"].astype(bool),
            "handled_by": employee_ids(a["handler"]),
            "approved_by": employee_ids(a["approver"]),
        },
    )

"""Two years of the fictional office, week by week: responses, ranking, offers, lettings.

Decides what happens, exactly by the office's own rules: nothing that comes
out of here may break one of them.  Irregularities are planted afterwards,
elsewhere.  Works on whole weeks of responses at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from allocation.sample import choices
from allocation.sample.calendar import DAY, HOUR
from allocation.sample.figures import Array
from allocation.sample.marks import describe, hindrances
from allocation.sample.ranking import Facts, Ranking, facts_of, rank_rows
from allocation.sample.runs import before_within, place_within, total_within
from allocation.sample.schedule import WEEKS
from allocation.sample.seekers import EMPLOYEE
from allocation.sample.world import (
    ALLOCATED,
    CONDITIONS_NOT_MET,
    LEASE_SIGNED,
    LET,
    NONE,
    NOT_LET,
    REJECTED,
    RESPONDED,
    WITHDRAWN,
    World,
)

OFFER_EVERY = 3 * DAY
OFFER_OPEN = 2 * DAY
OPEN_ENDED_DAYS = 10
MOST_ROUNDS = 9
MOST_OFFERS_IN_CLUSTER = 6
ACCEPTS = 0.45
GIVE_UP_AFTER = 10


@dataclass(slots=True)
class Walk:
    """How far down a week's lists the offers went; entries are eligible responses in order.

    ``at`` are positions in the week's rows, ``choice`` an index in ``CHOICES``
    or -1, ``turn`` the number of the offer within its advert.
    """

    at: Array
    advert: Array
    tenant: Array
    passed: Array
    hindrance: Array
    housed: Array
    choice: Array
    turn: Array
    home: Array


def simulate(
    world: World, rng: np.random.Generator, pool: int, progress: Callable[[str], None]
) -> None:
    """Let the two years happen.  ``pool`` home-seekers respond; later ones never do."""
    housed_at = np.zeros(pool, np.int64)
    housed_week = np.full(pool, WEEKS * 2)
    offers: list[dict[str, Any]] = []
    allocations: list[dict[str, Any]] = []
    weeks = world.adverts.week
    for week in range(WEEKS):
        first, last = np.searchsorted(weeks, [week, week + 1]).tolist()
        if first == last:
            continue
        span = np.arange(first, last)
        rows = np.arange(
            world.adverts.first_row[first],
            world.adverts.first_row[last - 1] + world.adverts.rows[last - 1],
        )
        advert = np.repeat(span, world.adverts.rows[first:last])
        _respond(world, rng, rows, advert, housed_week)
        facts = facts_of(world, rows, advert)
        ranking = rank_rows(world, rows, facts)
        world.responses.rank[rows] = ranking.rank
        world.responses.lot[rows] = ranking.lot
        _set_dates(world, rng, span)
        walk = _walk(world, rng, rows, facts, ranking, housed_at)
        made, let = _settle(world, rng, rows, facts, ranking, walk, span)
        offers += made
        allocations.append(let)
        housed_at[let["who"]] = made[0]["answered"][walk.tenant[walk.turn >= 0]]
        housed_week[let["who"]] = week
        if week % 26 == 25:
            progress(f"simulated {week + 1} of {WEEKS} weeks")
    world.settled.extend(_joined(offers))
    world.allocations.extend(_joined(allocations))
    world.taken = set(world.allocations.who.tolist())


def _joined(parts: list[dict[str, Any]]) -> dict[str, Any]:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _respond(
    world: World, rng: np.random.Generator, rows: Array, advert: Array, housed_week: Array
) -> None:
    """Let home-seekers respond: each at most once in a week, none after being housed."""
    seekers, adverts, responses = world.seekers, world.adverts, world.responses
    count, week = len(rows), int(adverts.week[advert[0]]) if len(rows) else 0
    monday = world.first_day + 7 * week
    active = (seekers.registered[: len(housed_week)] < monday) & (housed_week >= week - 2)
    who = rng.choice(np.flatnonzero(active), count, replace=False)
    opens, closes = adverts.opens[advert], adverts.closes[advert]
    ends = np.where(closes == NONE, opens + OPEN_ENDED_DAYS * DAY, closes)
    share = rng.beta(0.75, 1.15, count)
    at = opens + np.floor(share * (ends - opens)).astype(np.int64)
    late = (rng.random(count) < 0.003) & (closes != NONE)
    at = np.where(late, ends + HOUR + rng.integers(0, 2 * DAY, count), at)
    order = np.lexsort((at, advert))
    at, late = at[order], late[order]
    withdrawn = rng.random(count) < 0.03
    again = rng.random(count) < 0.003
    if count:
        again &= ~np.roll(again, -1)
        again[-1] = False
        again[:-1] &= (advert[1:] == advert[:-1]) & ~late[1:]
        twice = np.flatnonzero(again)
        who[twice] = who[twice + 1]
        withdrawn[twice], withdrawn[twice + 1] = True, False
    responses.who[rows], responses.at[rows] = who, at
    responses.status[rows] = np.where(withdrawn, WITHDRAWN, RESPONDED)
    responses.since[rows] = at
    open_ended = np.unique(who[closes == NONE])
    housed_week[open_ended] = -WEEKS


def _set_dates(world: World, rng: np.random.Generator, span: Array) -> None:
    """Set when the office starts on each closed advert, and when a pulled one is pulled."""
    adverts = world.adverts
    closes, opens = adverts.closes[span], adverts.opens[span]
    closed = np.where(closes == NONE, opens + (OPEN_ENDED_DAYS + 2) * DAY, closes)
    slow = rng.random(len(span)) < 0.1
    wait = np.where(slow, rng.integers(5, 15, len(span)), rng.integers(1, 5, len(span)))
    morning = 8 * HOUR + rng.integers(0, 2 * HOUR, len(span))
    adverts.starts[span] = (closed // DAY + wait) * DAY + morning
    pulled = (closed // DAY + rng.integers(2, 16, len(span))) * DAY + 11 * HOUR
    gone = (adverts.fate[span] != LET) & (adverts.fate[span] != NOT_LET)
    adverts.ends[span] = np.where(gone, pulled, adverts.starts[span] + 3 * DAY)


def _walk(
    world: World,
    rng: np.random.Generator,
    rows: Array,
    facts: Facts,
    ranking: Ranking,
    housed_at: Array,
) -> Walk:
    """Go down each list until every dwelling of the advert has a tenant."""
    adverts = world.adverts
    at = ranking.order[ranking.eligible[ranking.order]]
    fate = adverts.fate[facts.advert[at]]
    at = at[(fate == LET) | (fate == NOT_LET)]
    advert = facts.advert[at]
    homes, place = adverts.homes[advert], place_within(advert)
    mine = facts.pick(at)
    hindrance = hindrances(world, mine, world.homes[adverts.first_home[advert]])
    housed_moment = housed_at[world.responses.who[rows[at]]]
    housed = housed_moment > 0
    willing = (rng.random(len(at)) < ACCEPTS) | (homes > 1)
    accepts = (hindrance == 0) & ~housed & (mine.origin != EMPLOYEE) & willing
    accepts &= adverts.fate[advert] == LET
    total = total_within(advert, accepts)
    accepts &= total >= homes
    total = np.where(total >= homes, total, 0)
    before = before_within(advert, accepts)
    reached = np.where(total > 0, before < homes, place < GIVE_UP_AFTER)
    tenant, passed = accepts & reached, reached & ~accepts
    choice = np.full(len(at), choices.NOT_OFFERED, np.int64)
    known = housed & (housed_moment <= adverts.starts[advert])
    choice[passed] = choices.choose(rng, hindrance[passed], known[passed])
    parallel = np.maximum(adverts.parallel[advert], 1)
    most = np.where(homes > 1, MOST_OFFERS_IN_CLUSTER, MOST_ROUNDS * parallel)
    choice[before_within(advert, choice != choices.NOT_OFFERED) >= most] = choices.NOT_OFFERED
    choice[tenant] = choices.ACCEPTED
    choice, parallel = _overtake(advert, tenant, choice, parallel)
    offered = choice != choices.NOT_OFFERED
    turn = np.where(offered, before_within(advert, offered) // parallel, NONE)
    home = world.homes[adverts.first_home[advert] + np.minimum(before, homes - 1)]
    return Walk(at, advert, tenant, passed, hindrance, known, choice, turn, home)


def _overtake(advert: Array, tenant: Array, choice: Array, parallel: Array) -> tuple[Array, Array]:
    """Fill the tenant's round with offers to those behind, where several go out at once."""
    taken = np.flatnonzero(tenant & (parallel > 1))
    used = before_within(advert, choice != choices.NOT_OFFERED)[taken] % parallel[taken]
    for step in range(1, 5):
        next_at = taken + step
        fits = (next_at < len(advert)) & (used + step < parallel[taken])
        fits[fits] &= advert[next_at[fits]] == advert[taken[fits]]
        choice[next_at[fits]] = choices.OVERTAKEN
    return choice, parallel


def _settle(
    world: World,
    rng: np.random.Generator,
    rows: Array,
    facts: Facts,
    ranking: Ranking,
    walk: Walk,
    span: Array,
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Write down offers, allocations and the state of every response of the week."""
    adverts = world.adverts
    made = _offers(world, rng, rows, walk)
    tenant = walk.tenant[walk.turn >= 0]
    picked = walk.at[walk.tenant]
    day = made["answered"][tenant] // DAY + rng.integers(0, 6, int(tenant.sum()))
    day = np.maximum(day, _last_answers(world, made, span)[tenant] // DAY)
    mine = facts.pick(picked)
    home, advert = walk.home[walk.tenant], walk.advert[walk.tenant]
    let = {
        "sale": np.zeros(len(day), bool),
        "home": home,
        "advert": advert,
        "row": rows[picked],
        "who": world.responses.who[rows[picked]],
        "day": day,
        "lease": day + rng.integers(1, 31, len(day)),
        "handler": adverts.handler[advert],
        "approver": adverts.approver[advert],
        **describe(world, mine, ranking.klass[picked], home, day),
    }
    moment = day * DAY + 11 * HOUR
    made["since"][tenant] = np.maximum(moment, made["answered"][tenant])
    _set_states(world, rows, ranking, walk, made, facts)
    np.maximum.at(adverts.ends, made["advert"], made["since"] + np.where(tenant, 0, 2 * DAY))
    adverts.ends[advert] = 0
    np.maximum.at(adverts.ends, advert, moment)
    lost = np.setdiff1d(span[adverts.fate[span] == LET], advert)
    adverts.fate[lost] = NOT_LET
    return [made], let


def _last_answers(world: World, made: dict[str, Any], span: Array) -> Array:
    """Return, per offer, when all those ahead had answered: nobody is let to before that."""
    ahead = (made["outcome"] != choices.ACCEPTED) & (made["outcome"] != choices.OVERTAKEN)
    ahead &= world.adverts.homes[made["advert"]] == 1
    latest = np.zeros(len(span), np.int64)
    np.maximum.at(latest, made["advert"][ahead] - span[0], made["since"][ahead])
    return latest[made["advert"] - span[0]]


def _offers(world: World, rng: np.random.Generator, rows: Array, walk: Walk) -> dict[str, Any]:
    """Return the offers: each round starts after the last one has ended."""
    adverts = world.adverts
    made = np.flatnonzero(walk.turn >= 0)
    advert, choice = walk.advert[made], walk.choice[made]
    offered = adverts.starts[advert] + walk.turn[made] * OFFER_EVERY
    expires = offered + OFFER_OPEN
    answered = offered + rng.integers(0, 2, len(made)) * DAY
    answered += rng.integers(600, 7 * HOUR, len(made))
    answered = np.where(choices.ANSWERED[choice], answered, NONE)
    vague = choices.VAGUE[choice]
    return {
        "advert": advert,
        "home": walk.home[made],
        "row": rows[walk.at[made]],
        "who": world.responses.who[rows[walk.at[made]]],
        "offered": offered,
        "expires": expires,
        "answered": answered,
        "outcome": choice,
        "since": np.where(answered == NONE, expires, answered),
        "handler": adverts.handler[advert],
        "approver": np.where(vague, adverts.approver[advert], NONE),
        "bare": np.zeros(len(made), bool),
    }


def _set_states(
    world: World, rows: Array, ranking: Ranking, walk: Walk, made: dict[str, Any], facts: Facts
) -> None:
    """Say on each response what came of it, and since when that can be seen."""
    responses, adverts = world.responses, world.adverts
    judged = np.isin(adverts.fate[facts.advert], (LET, NOT_LET))
    unmet = judged & ~ranking.eligible & (responses.status[rows] != WITHDRAWN)
    where = rows[unmet]
    responses.status[where], responses.reason[where] = REJECTED, CONDITIONS_NOT_MET
    responses.since[where] = np.maximum(
        adverts.starts[facts.advert[unmet]], responses.at[where] + HOUR
    )
    silent = walk.passed & (walk.turn < 0)
    where = rows[walk.at[silent]]
    status, reason = choices.without_offer(walk.hindrance[silent], walk.housed[silent])
    responses.status[where], responses.reason[where] = status, reason
    responses.since[where] = adverts.starts[walk.advert[silent]]
    answered = choices.STATUS_AFTER[made["outcome"]] != NONE
    where = made["row"][answered]
    responses.status[where] = choices.STATUS_AFTER[made["outcome"][answered]]
    responses.reason[where] = choices.REASON_AFTER[made["outcome"][answered]]
    responses.since[where] = made["since"][answered]
    tenant = made["outcome"] == choices.ACCEPTED
    where = made["row"][tenant]
    responses.status[where], responses.reason[where] = ALLOCATED, LEASE_SIGNED
    responses.since[where] = made["since"][tenant]

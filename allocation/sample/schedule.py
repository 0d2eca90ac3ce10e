"""The adverts of the fictional office: which dwelling is advertised when, on what terms.

Decides the calendar and the conditions.  Adverts open in weeks that a
home-seeker responds to at most once, and stay open two weeks at most, so that
nobody can have more than three open responses: the office's own agreement.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allocation.sample.calendar import DAY, HOUR, local_noon, years_of
from allocation.sample.figures import DAEB_INCOME, LOW_INCOME, RENT_CAP, Array, rent_in, year_row
from allocation.sample.places import Dwellings
from allocation.sample.world import (
    FIRST,
    LET,
    LOTTERY,
    MANUAL,
    NONE,
    NOT_LET,
    OTHER,
    PULLED,
    SOLD,
    SPARE,
    Adverts,
)

WEEKS = 104
DAYS_OPEN = (5, 7, 10, 14)
DAYS_OPEN_SHARES = (0.06, 0.56, 0.16, 0.22)
OPEN_ENDED_MOST = 30

PATTERNS: tuple[str, ...] = (
    "",
    "local_connection.village_connection",
    "local_connection.village_connection > local_connection",
    "urgency > local_connection",
    "size:3 > local_connection",
    "age:65 > age:55",
    "size:3 > size:2",
)
PATTERN_SHARES = (0.42, 0.24, 0.12, 0.12, 0.1)

PULL_DETAILS = ("other_use", "renovation", "notice_withdrawn", "incorrect_data", "out_of_use")
LABELS = (None, "Dorpsvoorrang", "Jongeren tot 28 jaar", "55+", "Gezinswoning", "Gelijkvloers")


@dataclass(frozen=True, slots=True)
class Plan:
    """The adverts, and the dwellings each holds (``homes``); the rest was never advertised."""

    adverts: Adverts
    homes: Array
    direct: Array
    sold_unseen: Array


def build_plan(
    rng: np.random.Generator,
    dwellings: Dwellings,
    responses: int,
    first_day: int,
    staff: int,
    spare: int,
) -> Plan:
    """Plan the adverts over ``WEEKS`` weeks from ``first_day``; ``responses`` in all."""
    direct, unseen, groups = _divide(rng, dwellings)
    sizes = np.array([len(group) for group in groups], np.int64)
    count = len(groups)
    fate = _fates(rng, count, sizes)
    week, again = _weeks(rng, fate)
    order = np.argsort(week, kind="stable")
    members = [groups[i] for i in range(count)] + [groups[i] for i in again]
    fate = np.concatenate([fate, np.full(len(again), LET)])
    members = [members[i] for i in order] + [np.empty(0, np.int64)] * spare
    week = np.concatenate([week[order], np.full(spare, WEEKS)])
    fate = np.concatenate([fate[order], np.full(spare, SPARE)])
    homes = np.concatenate(members) if members else np.empty(0, np.int64)
    held = np.array([len(group) for group in members], np.int64)
    first = np.cumsum(held) - held
    adverts = _open(rng, dwellings, homes, first, held, week, fate, first_day, staff)
    _set_conditions(rng, adverts, dwellings, homes)
    _share_responses(rng, adverts, responses)
    return Plan(adverts, homes, direct, unseen)


def _divide(rng: np.random.Generator, dwellings: Dwellings) -> tuple[Array, Array, list[Array]]:
    """Divide the stock: let directly, sold unseen, and groups that share one advert."""
    count = len(dwellings)
    normal = rng.permutation(np.flatnonzero(~dwellings.parking))
    direct = min(max(round(count * 0.06), 11), count // 8)
    unseen = min(max(round(count * 0.006), 2), count // 20)
    rest = normal[direct + unseen :]
    clusters = min(max(round(len(rest) * 0.02), 2), len(rest) // 25)
    groups: list[Array] = []
    taken = np.zeros(count, bool)
    taken[normal[: direct + unseen]] = True
    by_street = rest[np.lexsort((dwellings.number[rest], dwellings.street[rest].astype(str)))]
    anchors = rng.permutation(len(by_street))
    for anchor in anchors.tolist():
        if len(groups) == clusters:
            break
        home = by_street[anchor]
        near = by_street[anchor : anchor + int(rng.integers(2, 5))]
        same = (dwellings.street[near] == dwellings.street[home]) & (
            dwellings.village[near] == dwellings.village[home]
        )
        near = near[same & ~taken[near]]
        if len(near) > 1 and near[0] == home:
            dwellings.rent[near] = dwellings.rent[home]
            dwellings.daeb[near] = dwellings.daeb[home]
            dwellings.kind[near] = dwellings.kind[home]
            taken[near] = True
            groups.append(near)
    single = np.flatnonzero(~taken)
    groups += [single[i : i + 1] for i in rng.permutation(len(single)).tolist()]
    return normal[:direct], normal[direct : direct + unseen], groups


def _fates(rng: np.random.Generator, count: int, sizes: Array) -> Array:
    """Say what comes of each advert; clusters are let."""
    fate = np.full(count, LET)
    single = rng.permutation(np.flatnonzero(sizes == 1))
    start = 0
    for kind, share, least in (
        (NOT_LET, 0.04, 4),
        (PULLED, 0.035, 3),
        (MANUAL, 0.02, 2),
        (SOLD, 0.007, 1),
    ):
        number = min(max(round(count * share), least), count // 12)
        fate[single[start : start + number]] = kind
        start += number
    return fate


def _weeks(rng: np.random.Generator, fate: Array) -> tuple[Array, Array]:
    """Spread the adverts over weeks; some that were not let are advertised again."""
    count = len(fate)
    rounds = int(np.clip(count // 6, 3, WEEKS))
    used = np.unique(np.linspace(WEEKS - 1, 0, rounds).round().astype(np.int64))
    if rounds < WEEKS:
        recent = [WEEKS - 5, WEEKS - 3, WEEKS - 2] if rounds > 3 else []
        used = np.unique(np.concatenate([used, np.array(recent, np.int64)]))
    week = used[rng.permutation(np.arange(count) % len(used))]
    done = fate != LET
    if (used < WEEKS - 13).any():
        early = used[used < WEEKS - 13]
        week[done] = early[rng.integers(0, len(early), int(done.sum()))]
    last = used[-1]
    candidates = np.flatnonzero((fate == NOT_LET) & (week < WEEKS - 22))
    again = candidates[: len(candidates) // 2]
    second = []
    for start in week[again].tolist():
        later = used[(used >= start + 9) & (used < last)]
        second.append(int(later[0]) if len(later) else int(last))
    return np.concatenate([week, np.array(second, np.int64)]), again


def _open(  # noqa: PLR0913
    rng: np.random.Generator,
    dwellings: Dwellings,
    homes: Array,
    first: Array,
    held: Array,
    week: Array,
    fate: Array,
    first_day: int,
    staff: int,
) -> Adverts:
    """Fill in the calendar and the model of each advert; conditions come after."""
    count = len(week)
    home = homes[np.minimum(first, len(homes) - 1)]
    day = first_day + week * 7 + rng.integers(0, 5, count)
    opens = local_noon(day)
    days = np.array(DAYS_OPEN)[rng.choice(4, count, p=DAYS_OPEN_SHARES)]
    closes = opens + days * DAY
    closes += np.where((days < 14) & (rng.random(count) < 0.4), 11 * HOUR + 3599, 0)
    ordering = rng.choice(4, count, p=(0.66, 0.2, 0.08, 0.06))
    ordering = np.where(dwellings.parking[home], FIRST, ordering)
    free = ~dwellings.daeb[home] & ~dwellings.parking[home]
    ordering = np.where(free & (rng.random(count) < 0.35), OTHER, ordering)
    ended = (ordering != FIRST) | (rng.random(count) > 0.03) | (held != 1) | (fate != LET)
    closes = np.where(ended, closes, NONE)
    offers = rng.choice(4, count, p=(0.68, 0.12, 0.14, 0.06))
    parallel = np.array([NONE, 1, 3, 5])[np.where(held > 1, offers % 2, offers)]
    detail = np.full(count, None, object)
    pulled = fate == PULLED
    detail[pulled] = np.array(PULL_DETAILS, object)[rng.integers(0, 5, int(pulled.sum()))]
    detail[fate == MANUAL] = "manual_mediation"
    detail[fate == SOLD] = "sold_subject_to_contract"
    letting_staff = max(4, staff // 3)
    handler = rng.integers(0, letting_staff, count)
    approver = (handler + rng.integers(1, letting_staff, count)) % letting_staff
    none = np.full(count, NONE, np.int64)
    return Adverts(
        week=week, village=dwellings.village[home], opens=opens, closes=closes,
        model=_models(rng, ordering, free), ordering=ordering,
        seed=_seeds(rng, ordering), seed_delivered=rng.random(count) < 0.4,
        min_size=none.copy(), max_size=none.copy(), min_age=none.copy(), max_age=none.copy(),
        min_income=none.copy(), max_income=none.copy(), pattern=np.zeros(count, np.int64),
        parallel=parallel, label=np.full(count, None, object),
        count_given=rng.random(count) > 0.05, count_error=np.zeros(count, np.int64),
        ranks_given=rng.random(count) > 0.01, fate=fate, detail=detail,
        starts=none.copy(), ends=none.copy(), handler=handler, approver=approver,
        first_home=first, homes=held, first_row=none.copy(), rows=np.zeros(count, np.int64),
    )  # fmt: skip


def _models(rng: np.random.Generator, ordering: Array, free: Array) -> Array:
    model = np.full(len(ordering), "offer_model", object)
    model[(ordering == LOTTERY) & (rng.random(len(ordering)) < 0.5)] = "lottery_model"
    model[ordering == FIRST] = "first_responder_model"
    model[free] = "free_sector_model"
    return model


def _seeds(rng: np.random.Generator, ordering: Array) -> Array:
    """Return the seed of each lottery: a public text of the day of the draw."""
    seeds = np.full(len(ordering), None, object)
    drawn = np.flatnonzero(ordering == LOTTERY)
    numbers = rng.integers(0, 16**12, len(drawn))
    seeds[drawn] = [f"trekking-{number:012x}" for number in numbers.tolist()]
    return seeds


def _set_conditions(
    rng: np.random.Generator, adverts: Adverts, dwellings: Dwellings, homes: Array
) -> None:
    """Set bounds, priority order and label by what the dwelling is and costs."""
    count = len(adverts)
    home = homes[np.minimum(adverts.first_home, len(homes) - 1)]
    kind, rooms, rent = dwellings.kind[home], dwellings.rooms[home], dwellings.rent[home]
    parking, daeb = dwellings.parking[home], dwellings.daeb[home]
    draw = rng.random(count)
    adverts.min_size[(rooms >= 5) & (draw < 0.7)] = 3
    adverts.min_size[(rooms == 4) & (draw < 0.25)] = 2
    adverts.max_size[(rooms <= 2) & ~parking & (draw < 0.6)] = 2
    adverts.max_size[(rooms == 3) & (draw > 0.6)] = 4
    senior = (kind == "senior_dwelling") | ((kind == "apartment_with_lift") & (draw < 0.3))
    adverts.min_age[senior] = rng.choice((55, 55, 55, 65), int(senior.sum()))
    young = ~senior & ~parking & (rooms <= 2) & (rng.random(count) < 0.2)
    adverts.max_age[young] = 27
    adverts.min_age[~senior & ~parking & (rng.random(count) < 0.15)] = 18
    _set_incomes(rng, adverts, rent, daeb, parking)
    pattern = rng.choice(len(PATTERN_SHARES), count, p=PATTERN_SHARES)
    pattern = np.where(senior, 5, pattern)
    pattern = np.where((rooms >= 5) & (rng.random(count) < 0.4), 6, pattern)
    adverts.pattern[:] = np.where(parking | (adverts.ordering == FIRST), 0, pattern)
    label = np.zeros(count, np.int64)
    label[(adverts.pattern == 1) | (adverts.pattern == 2)] = 1
    label[adverts.max_age == 27] = 2
    label[senior] = 3
    label[(rooms >= 5) & (adverts.min_size == 3)] = 4
    label[(kind == "ground_floor_dwelling") & (label == 0)] = 5
    adverts.label[:] = np.array(LABELS, object)[label]


def _set_incomes(
    rng: np.random.Generator, adverts: Adverts, rent: Array, daeb: Array, parking: Array
) -> None:
    """Bound incomes: dear social homes from the allowance limit, others up to the year's limit."""
    year = years_of(adverts.opens // DAY)
    row = year_row(year)
    dear = daeb & (rent_in(rent, year) > RENT_CAP[row, 1])
    adverts.min_income[dear] = LOW_INCOME[row, 0][dear] + 100
    capped = daeb & (rng.random(len(adverts)) < 0.45)
    adverts.max_income[capped] = DAEB_INCOME[row, 1][capped]
    free = ~daeb & ~parking
    adverts.min_income[free] = (rent[free] * 36 // 10000) * 10000


def _share_responses(rng: np.random.Generator, adverts: Adverts, total: int) -> None:
    """Share the responses over the adverts: most get few, some get many times the mean."""
    live = adverts.fate != SPARE
    weight = rng.lognormal(0, 0.85, len(adverts))
    weight *= np.where(adverts.homes > 1, 1.6, 1.0) * live
    weight[rng.random(len(adverts)) < 0.012] = 0
    if weight.sum() == 0:
        weight[:] = live
    rows = np.floor(weight / weight.sum() * total).astype(np.int64)
    rows = np.where(adverts.closes == NONE, np.minimum(rows, OPEN_ENDED_MOST), rows)
    adverts.rows[:] = rows
    adverts.first_row[:] = np.cumsum(rows) - rows

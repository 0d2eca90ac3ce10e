"""Irregularities of ranking and offers: RNK-1 to RNK-5, and the favour.

Each function plants one on a letting and notes every rule that it breaks.
Written from the words of the rules, not from their code.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from allocation.sample import choices
from allocation.sample.calendar import HOUR
from allocation.sample.figures import Array
from allocation.sample.garden import Garden, Kind, Letting, Relation
from allocation.sample.workbench import Bench, lay_open, place_from, relet
from allocation.sample.world import LOTTERY, NONE, REJECTED, UNSUITABLE

FAVOUR_PLACE = 45
UNSUITABLE_CHOICE = next(
    i for i, choice in enumerate(choices.CHOICES) if choice.reason == "unsuitable"
)


def swapped_ranks(garden: Garden, letting: Letting, turn: int) -> bool:
    """RNK-1: two recorded ranks are not those that the list gives."""
    world = garden.world
    saved = garden.save(letting)
    bench = lay_open(world, *letting)
    place = bench.place_of(garden.own_row(letting))
    quiet = [p for p in range(place + 1, len(bench.order)) if not _has_offer(garden, bench, p)]
    if place == NONE or len(quiet) < 2 or bench.tied(quiet[0], quiet[-1]):
        return garden.put_back(saved)
    one, other = int(bench.listed[quiet[0]]), int(bench.listed[quiet[-1]])
    rank = world.responses.rank
    rank[one], rank[other] = int(rank[other]), int(rank[one])
    return garden.wrong(letting, "two recorded ranks are swapped", "RNK-1")


def _has_offer(garden: Garden, bench: Bench, place: int) -> bool:
    return bool((garden.world.offers.row == int(bench.listed[place])).any())


def jumped_queue(garden: Garden, letting: Letting, turn: int) -> bool:
    """RNK-2: let to somebody further down, and nobody ahead was told why."""
    saved = garden.save(letting)
    least = (2, 1, 5, 3)[turn % 4]
    bench = relet(garden.world, garden.rng, *letting, place_from(least), silent=True)
    if bench is None:
        return False
    place = bench.place_of(garden.own_row(letting))
    if bench.tied(0, place):
        return garden.put_back(saved)
    return garden.wrong(letting, f"let to rank {place + 1}; no reason for those ahead", "RNK-2")


def unreasoned(garden: Garden, letting: Letting, turn: int) -> bool:
    """RNK-3: passed over without a listed reason, or for a vague one that nobody approved."""
    saved = garden.save(letting)
    world = garden.world
    bench = relet(world, garden.rng, *letting, place_from(1, 8))
    if bench is None:
        return False
    own = garden.own_row(letting)
    ahead = bench.place_of(own)
    offers = world.offers
    made = np.flatnonzero((offers.advert == letting[0]) & (offers.row != own))
    made = made[[not bench.tied(bench.place_of(int(offers.row[i])), ahead) for i in made]]
    if not len(made):
        return garden.put_back(saved)
    offer, row = int(made[0]), int(offers.row[made[0]])
    if turn % 3 == 1:
        offers.outcome[offer], offers.bare[offer] = 0, True
        offers.approver[offer] = NONE
        offers.answered[offer] = offers.since[offer] = offers.offered[offer] + 5 * HOUR
        world.responses.status[row] = choices.CHOICES[0].response_status
        world.responses.reason[row] = NONE
        world.responses.since[row] = offers.since[offer]
        return garden.wrong(letting, "passed over without a reason", "RNK-3", "RNK-2")
    offers.outcome[offer] = UNSUITABLE_CHOICE
    offers.answered[offer] = offers.since[offer] = offers.offered[offer] + 5 * HOUR
    offers.bare[offer] = turn % 3 == 0
    offers.approver[offer] = offers.handler[offer] if turn % 3 == 2 else NONE
    world.responses.status[row], world.responses.reason[row] = REJECTED, UNSUITABLE
    world.responses.since[row] = offers.since[offer]
    what = "a vague reason, approved by the one who gave it"
    return garden.wrong(
        letting, what if turn % 3 == 2 else "a vague reason without motivation", "RNK-3"
    )


def disordered_offers(garden: Garden, letting: Letting, turn: int) -> bool:
    """RNK-4: offers out of the order of rank, or more at once than agreed."""
    world, offers = garden.world, garden.world.offers
    saved = garden.save(letting)
    bench = relet(world, garden.rng, *letting, place_from(2, 8))
    if bench is None:
        return False
    own = garden.own_row(letting)
    made = np.flatnonzero((offers.advert == letting[0]) & (offers.row != own))
    made = made[np.argsort(offers.offered[made])]
    if len(made) < 2:
        return garden.put_back(saved)
    first, second = int(made[0]), int(made[1])
    places = [bench.place_of(int(offers.row[i])) for i in (first, second)]
    if bench.tied(*places):
        return garden.put_back(saved)
    if turn % 2 == 0:
        shift = int(offers.offered[second] - offers.offered[first])
        _move(garden, first, shift)
        _move(garden, second, -shift)
        return garden.wrong(letting, "the second in rank was offered it before the first", "RNK-4")
    world.adverts.parallel[letting[0]] = 1
    begin = int(offers.offered[first])
    if offers.answered[first] != NONE:
        offers.answered[first] = begin + 30 * HOUR
        offers.since[first] = begin + 30 * HOUR
    _move(garden, first, 0)
    _move(garden, second, begin + 4 * HOUR - int(offers.offered[second]))
    return garden.wrong(letting, "two offers open at once where one was agreed", "RNK-4")


def _move(garden: Garden, offer: int, seconds: int) -> None:
    """Move an offer in time, and what the response tells of it."""
    offers = garden.world.offers
    for name in ("offered", "expires", "answered", "since"):
        values = getattr(offers, name)
        if values[offer] != NONE:
            values[offer] += seconds
    garden.world.responses.since[int(offers.row[offer])] = offers.since[offer]


def spoiled_draw(garden: Garden, letting: Letting, turn: int) -> bool:
    """RNK-5: a lottery in which two lots were swapped, or one was drawn twice."""
    world, adverts, advert = garden.world, garden.world.adverts, letting[0]
    saved = garden.save(letting)
    adverts.ordering[advert] = LOTTERY
    adverts.seed[advert] = f"trekking-{advert:012x}"
    adverts.seed_delivered[advert] = turn % 2 == 0
    bench = relet(world, garden.rng, *letting, place_from(0, 6))
    if bench is None:
        return garden.put_back(saved)
    place = bench.place_of(garden.own_row(letting))
    for one in range(place + 1, len(bench.order) - 1):
        first, second = int(bench.order[one]), int(bench.order[one + 1])
        if (
            bench.klass[first] != bench.klass[second]
            or bench.klass[first] != bench.klass[bench.order[place]]
        ):
            continue
        a, b = int(bench.rows[first]), int(bench.rows[second])
        lot, rank = world.responses.lot, world.responses.rank
        if turn % 2 == 0:
            lot[a], lot[b] = int(lot[b]), int(lot[a])
            rank[a], rank[b] = int(rank[b]), int(rank[a])
            return garden.wrong(letting, "lots are not those of the seed", "RNK-5")
        lot[b] = lot[a]
        return garden.wrong(letting, "one lot was drawn twice", "RNK-5")
    return garden.put_back(saved)


def do_favour(garden: Garden) -> bool:
    """Plant the dilemma: a colleague's daughter, far down the list, gets the dwelling.

    Rank 46 where a list is that long, else as deep as the sample allows.
    """
    world = garden.world
    rows = world.adverts.rows
    sized = [x for x in garden.pool if garden.by_duration(x) and x[0] not in garden.used]
    sized.sort(key=lambda x: (-int(rows[x[0]]), x))
    for depth in (FAVOUR_PLACE, 30, 20, 12, 8, 5, 3, 2, 1):
        for fits in (_is_daughter, _is_grown):
            for letting in [x for x in sized if rows[x[0]] > depth][:60]:
                if _favour_here(garden, letting, depth, fits):
                    return True
    return False


def _favour_here(
    garden: Garden, letting: Letting, depth: int, fits: Callable[[Bench, int], bool]
) -> bool:
    def pick(bench: Bench, places: Array) -> int:
        if depth not in places.tolist() or bench.tied(0, depth):
            return NONE
        at = int(bench.order[depth])
        return depth if fits(bench, at) else NONE

    bench = relet(garden.world, garden.rng, *letting, pick, silent=True)
    if bench is None:
        return False
    staff = max(4, garden.world.employees // 3)
    colleague = int(garden.rng.integers(staff, garden.world.employees))
    garden.relations.append(Relation(letting[1], colleague, "child", named=True))
    garden.favour = letting[1]
    garden.pool.remove(letting)
    garden.used.add(letting[0])
    what = f"let to rank {depth + 1}, a colleague's daughter; no reason for those ahead"
    return garden.wrong(letting, what, "RNK-2")


def _is_daughter(bench: Bench, at: int) -> bool:
    facts = bench.facts
    return bool(facts.size[at] == 3 and 24 <= facts.age[at] <= 44)


def _is_grown(bench: Bench, at: int) -> bool:
    return bool(20 <= bench.facts.age[at] <= 48)


KINDS_OF_RANKINGS: tuple[Kind, ...] = (
    Kind("RNK-4", disordered_offers, 5),
    Kind("RNK-3", unreasoned, 3),
    Kind("RNK-5", spoiled_draw, 4),
    Kind("RNK-2", jumped_queue, 3),
    Kind("RNK-1", swapped_ranks, 4),
)

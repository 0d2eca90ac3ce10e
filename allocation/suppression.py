"""Which numbers of a table must stay hidden, so that none can be worked out from the others.

Decides with what anybody can calculate: a table with totals is a network in
which every number is a flow, and what a reader can conclude about one number
is how far its flow can shift while all that is shown stays as shown.  Works on
whole numbers alone and knows nothing of what they count.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

THRESHOLD = 10
"""Fewer than this is hidden, none at all included."""

BASE = 5
"""What is shown is rounded to this."""

_WIDEST = 1 << 40
_WIDTH_HIDDEN = THRESHOLD
_WIDTH_SHOWN = 2


@dataclass(frozen=True, slots=True)
class Flow:
    """One number of a table: it leaves one sum and enters another; a total closes the ring."""

    tail: int
    head: int
    value: int
    total: bool = False


def rounded(count: int) -> int:
    """Return a count rounded to the nearest five."""
    return (count + BASE // 2) // BASE * BASE


def shown_range(count: int) -> tuple[int, int]:
    """Return the lowest and highest count that are shown in the same way as this one."""
    if count < THRESHOLD:
        return 0, THRESHOLD - 1
    near = rounded(count)
    return max(THRESHOLD, near - BASE // 2), near + BASE // 2


def part_range(count: int, whole: tuple[int, int]) -> tuple[int, int]:
    """Return the lowest and highest count of a part that are told in the same way as this one.

    ``whole`` is what is told of the number that it is part of.  Also what is
    left of the whole is told no finer than a number of its own: whoever knows
    the whole exactly still finds ten possible values for a rest under ten.  So
    all counts from near the whole up are one range.
    """
    lowest, highest = whole
    top = _range_start(lowest - (THRESHOLD - 1))
    low, high = shown_range(count)
    return (top, highest) if low >= top else (low, high)


def _range_start(count: int) -> int:
    """Return where the range begins in which a count is shown; 0 for less."""
    return shown_range(max(0, count))[0]


def list_flows(counts: Sequence[int]) -> list[Flow]:
    """Return the numbers of a list, and last their total."""
    cells = [Flow(0, 1, count) for count in counts]
    return [*cells, Flow(1, 0, sum(counts), total=True)]


def table_flows(counts: Sequence[Sequence[int]]) -> list[Flow]:
    """Return the numbers of a table: cells by row, totals of rows, of columns, of all."""
    height, width = len(counts), len(counts[0])
    start, end = height + width, height + width + 1
    cells = [Flow(i, height + j, counts[i][j]) for i in range(height) for j in range(width)]
    rows = [Flow(start, i, sum(counts[i]), total=True) for i in range(height)]
    sums = [sum(row[j] for row in counts) for j in range(width)]
    columns = [Flow(height + j, end, sums[j], total=True) for j in range(width)]
    return [*cells, *rows, *columns, Flow(end, start, sum(sums), total=True)]


def hidden_flows(flows: Sequence[Flow]) -> frozenset[int]:
    """Return which numbers must be hidden, by their place.

    First those under the threshold; then, one by one, the cheapest other
    number, until a reader can put no hidden number within a width of ten and
    no shown number within a width of two.
    """
    hidden = {place for place, flow in enumerate(flows) if flow.value < THRESHOLD}
    while (exposed := _most_exposed(flows, hidden)) is not None:
        hidden.add(_cheapest_remedy(flows, hidden, exposed))
    return frozenset(hidden)


def reach(flows: Sequence[Flow], hidden: frozenset[int], place: int) -> tuple[int, int | None]:
    """Return the lowest and highest value that a reader must think possible; None: no bound."""
    bounds = [_bounds(flow, other in hidden) for other, flow in enumerate(flows)]
    flow, (low, high) = flows[place], bounds[place]
    up = _shift(flows, bounds, place, flow.head, flow.tail, high - flow.value)
    down = _shift(flows, bounds, place, flow.tail, flow.head, flow.value - low)
    return flow.value - down, None if up >= _WIDEST // 2 else flow.value + up


def _bounds(flow: Flow, is_hidden: bool) -> tuple[int, int]:
    return (0, _WIDEST) if is_hidden else shown_range(flow.value)


def _width(flows: Sequence[Flow], hidden: set[int], place: int) -> int:
    low, high = reach(flows, frozenset(hidden), place)
    return _WIDEST if high is None else high - low


def _most_exposed(flows: Sequence[Flow], hidden: set[int]) -> int | None:
    """Return the number that a reader comes closest to, where that is too close."""
    short = []
    for place in range(len(flows)):
        lacking = _needed(hidden, place) - _width(flows, hidden, place)
        if lacking > 0:
            short.append((-lacking, place))
    return min(short)[1] if short else None


def _needed(hidden: set[int], place: int) -> int:
    return _WIDTH_HIDDEN if place in hidden else _WIDTH_SHOWN


def _cheapest_remedy(flows: Sequence[Flow], hidden: set[int], exposed: int) -> int:
    """Return the number to hide next: one that helps, cells before totals, small before large."""
    candidates = [place for place in range(len(flows)) if place not in hidden]
    best = min(
        candidates,
        key=lambda place: (
            -min(_WIDTH_HIDDEN, _width(flows, hidden | {place}, exposed)),
            flows[place].total,
            flows[place].value,
            place,
        ),
    )
    return best


def _shift(
    flows: Sequence[Flow],
    bounds: Sequence[tuple[int, int]],
    without: int,
    source: int,
    sink: int,
    most: int,
) -> int:
    """Return how much can go from ``source`` to ``sink`` through the other numbers."""
    links: dict[int, list[list[int]]] = {}
    for place, flow in enumerate(flows):
        if place == without:
            continue
        low, high = bounds[place]
        forth = [flow.head, high - flow.value, 0]
        back = [flow.tail, flow.value - low, 0]
        there, here = links.setdefault(flow.tail, []), links.setdefault(flow.head, [])
        forth[2], back[2] = len(here), len(there)
        there.append(forth)
        here.append(back)
    sent = 0
    while sent < most:
        path = _path(links, source, sink)
        if not path:
            break
        amount = min(most - sent, *(links[node][at][1] for node, at in path))
        for node, at in path:
            head, _, reverse = links[node][at]
            links[node][at][1] -= amount
            links[head][reverse][1] += amount
        sent += amount
    return sent


def _path(links: dict[int, list[list[int]]], source: int, sink: int) -> list[tuple[int, int]]:
    """Return a shortest way with room on every link, as (node, link) steps."""
    came: dict[int, tuple[int, int]] = {}
    seen, queue = {source}, deque([source])
    while queue:
        node = queue.popleft()
        if node == sink:
            steps = []
            while node != source:
                steps.append(came[node])
                node = came[node][0]
            return steps[::-1]
        for at, (head, room, _) in enumerate(links.get(node, [])):
            if room > 0 and head not in seen:
                seen.add(head)
                came[head] = (node, at)
                queue.append(head)
    return []

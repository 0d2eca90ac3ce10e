"""What a reader can work out from everything that is told about what is not public.

The reader of this audit knows the program and tries it: for each norm that is
stated, the program runs on every world near the true one, and only worlds that
give the very statement remain.  Then linear programming puts all statements
together: the merged numbers of the years, the grounds that the tenants'
association sees, the norms of one year and of two, and how these numbers nest.
The reader is given more than the pages tell: every public denominator exactly.

A number passes where as many whole values remain possible as disclosure
control promises: ten for a number under ten or a hidden one, and for a rounded
one all counts that are rounded in the same way.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
from scipy.optimize import linprog

from allocation.barrier import disclosure
from allocation.barrier.disclosure import YearFacts
from allocation.public import Statements
from allocation.rules.model import Verdict
from allocation.rules.norms import Measured
from allocation.suppression import shown_range

Said = tuple[bool | None, int | None]
"""What is said of a norm: met or not, and the share."""

PROBED = 16
"""So far from the true numerator the reader tries."""

_ANY = float("inf")
_LATER = date(2100, 1, 1)


@dataclass(frozen=True)
class Norm:
    """A norm over some years as it truly is: (numerator, denominator) of each year."""

    rule: str
    years: tuple[int, ...]
    target: Decimal
    at_most: bool
    public: tuple[tuple[int, int], ...]
    withheld: tuple[tuple[int, int], ...]

    @property
    def name(self) -> str:
        return f"{self.rule} {'+'.join(map(str, self.years))}"


@dataclass(frozen=True)
class World:
    """The truth, and what was told of it; ``grounds`` are exact, ``told_grounds`` as told."""

    grounds: Mapping[int, Mapping[str, int]]
    norms: Sequence[Norm]
    told_years: Mapping[int, int | None]
    told_norms: Mapping[str, Said]
    told_grounds: Mapping[int, Mapping[str, int | None]]


@dataclass(frozen=True)
class Left:
    """The whole values of one number that a reader must still think possible.

    ``room`` is how many there are before anything is told: a part of eight
    public lettings has nine.
    """

    name: str
    true: int
    hidden: bool
    low: int
    high: int
    room: float = float("inf")

    @property
    def values(self) -> int:
        return self.high - self.low + 1

    @property
    def promised(self) -> int:
        low, high = shown_range(self.true)
        return int(min(10 if self.hidden else high - low + 1, self.room))

    @property
    def holds(self) -> bool:
        return self.values >= self.promised and self.low <= self.true <= self.high


def audit(world: World) -> list[Left]:
    """Return what is left of every number that depends on what is not public."""
    problem = _Problem()
    _years(world, problem)
    for norm in world.norms:
        if norm.name in world.told_norms:
            _norm(norm, world.told_norms[norm.name], problem)
    _nest(world, problem)
    return list(problem.solve())


class _Problem:
    """Linear inequalities over named numbers, each with its true value."""

    def __init__(self) -> None:
        self.true: dict[str, int] = {}
        self.rows: list[tuple[dict[str, float], float, float]] = []
        self.asked: list[tuple[str, bool, float]] = []

    def number(
        self, name: str, true: int, *, ask: bool = True, hidden: bool = False, room: float = _ANY
    ) -> str:
        if name not in self.true:
            self.true[name] = true
            if ask:
                self.asked.append((name, hidden or true < 10, room))
        return name

    def between(self, low: float, high: float, terms: Mapping[str, float]) -> None:
        self.rows.append((dict(terms), low, high))

    def ask(
        self, name: str, terms: Mapping[str, float], constant: int = 0, room: float = _ANY
    ) -> None:
        """Ask for ``constant`` plus the terms, as a number of its own."""
        true = constant + sum(int(f) * self.true[n] for n, f in terms.items())
        made = self.number(name, true, room=room)
        self.between(constant, constant, {made: 1.0} | {n: -f for n, f in terms.items()})

    def solve(self) -> Iterator[Left]:
        names = list(self.true)
        at = {name: i for i, name in enumerate(names)}
        matrix = np.zeros((2 * len(self.rows), len(names)))
        limits = np.zeros(2 * len(self.rows))
        for i, (terms, low, high) in enumerate(self.rows):
            for name, factor in terms.items():
                matrix[2 * i, at[name]] += factor
                matrix[2 * i + 1, at[name]] -= factor
            limits[2 * i], limits[2 * i + 1] = high, -low
        kept = np.isfinite(limits)
        for name, hidden, room in self.asked:
            goal = np.zeros(len(names))
            goal[at[name]] = 1
            ends = []
            for sign in (1, -1):
                found = linprog(
                    sign * goal, A_ub=matrix[kept], b_ub=limits[kept], bounds=(0, 1e6),
                    method="highs",
                )  # fmt: skip
                assert found.status == 0, f"{name}: {found.message}"
                ends.append(sign * found.fun)
            yield Left(
                name,
                self.true[name],
                hidden,
                int(np.ceil(ends[0] - 1e-6)),
                int(np.floor(ends[1] + 1e-6)),
                room,
            )


def _years(world: World, problem: _Problem) -> None:
    """Put in the merged number of each year, and its grounds as the association sees them."""
    for year, told in world.told_years.items():
        grounds = world.grounds.get(year, {})
        merged = problem.number(f"withheld {year}", sum(grounds.values()), hidden=told is None)
        problem.between(*_told(told), {merged: 1.0})
        shown = world.told_grounds.get(year)
        if shown is None:
            continue
        parts = {}
        for ground, said in shown.items():
            name = problem.number(f"{ground} {year}", grounds.get(ground, 0), hidden=said is None)
            if said is not None:
                problem.between(*_told(said), {name: 1.0})
            parts[name] = -1.0
        problem.between(0, 0, {merged: 1.0} | parts)


def _told(said: int | None) -> tuple[float, float]:
    return (0, 9) if said is None else (max(10, said - 2), said + 2)


def _norm(norm: Norm, said: Said, problem: _Problem) -> None:
    """Put in a norm, with what trying the program leaves of its numerator and its rest."""
    kept = list(_possible(norm, said))
    assert kept, f"{norm.name}: not even the truth gives what is said"
    counts, rests, totals = {}, {}, {}
    exact = norm.rule in disclosure.EXACT_NORMS
    for i, year in enumerate(norm.years):
        where = f"{norm.rule} {year}"
        (public, public_all), (withheld, withheld_all) = norm.public[i], norm.withheld[i]
        whole = problem.number(f"{where} withheld", withheld_all)
        part = problem.number(f"{where} withheld that count", withheld)
        problem.between(0, float("inf"), {whole: 1, part: -1})
        problem.ask(f"{where} withheld that do not count", {whole: 1, part: -1})
        low, high = _ends(world[2][i] for world in kept)
        tried = _near(withheld_all)
        problem.between(
            0 if low == tried[0] else low, _ANY if high == tried[-1] else high, {whole: 1}
        )
        room = public_all + 1
        shown = problem.number(f"{where} public that count", public, ask=not exact, room=room)
        problem.between(public if exact else 0, public if exact else public_all, {shown: 1})
        if not exact:
            problem.ask(f"{where} public that do not count", {shown: -1}, public_all, room)
        counts |= {part: 1.0, shown: 1.0}
        totals[whole] = 1.0
        rests |= {part: -1.0, shown: -1.0, whole: 1.0}
    problem.between(*_ends(world[0] for world in kept), counts)
    fixed = sum(everything for _, everything in norm.public)
    low, high = _ends(world[1] for world in kept)
    problem.between(low - fixed, high - fixed, rests)
    problem.ask(f"{norm.name} all that count", counts)
    problem.ask(f"{norm.name} all that do not count", rests, fixed)


def _ends(values: Iterator[int]) -> tuple[int, int]:
    found = list(values)
    return min(found), max(found)


def _possible(norm: Norm, said: Said) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """Yield numerator, rest and withheld lettings of worlds that give the statement.

    A world stays only where it gives the statement in whichever way its
    numerator is divided over public and withheld lettings.
    """
    public_all = sum(everything for _, everything in norm.public)
    true = sum(counts for counts, _ in (*norm.public, *norm.withheld))
    spaces = [_near(withheld) for _, withheld in norm.withheld]
    for withheld in itertools.product(*spaces):
        everything = public_all + sum(withheld)
        shifted = true + sum(withheld) - sum(d for _, d in norm.withheld)
        tried = {near + off for near in (true, shifted) for off in range(-PROBED, PROBED + 1)}
        for counts in sorted(count for count in tried if 0 <= count <= everything):
            worlds = list(_divided(norm, counts, withheld))
            if worlds and all(_say(norm, *world) == said for world in worlds):
                yield counts, everything - counts, withheld


def _near(withheld: int) -> list[int]:
    """Return numbers of withheld lettings to try: alike when rounded, and further off.

    Where the furthest one gives the statement too, nothing is taken to bound them.
    """
    low, high = shown_range(withheld)
    tried = {low - 50, low - 6, low, withheld, high, high + 6, high + 50}
    return sorted(count for count in tried if count >= 0)


def _divided(
    norm: Norm, counts: int, withheld: Sequence[int]
) -> Iterator[tuple[list[tuple[int, int]], list[tuple[int, int]]]]:
    """Yield public and withheld parts with this numerator, few and many of it withheld."""
    if norm.rule in disclosure.EXACT_NORMS:
        rest = counts - sum(shown for shown, _ in norm.public)
        if 0 <= rest <= sum(withheld):
            yield list(norm.public), _poured(rest, withheld)
        return
    public_all = [everything for _, everything in norm.public]
    least, most = max(0, counts - sum(public_all)), min(counts, sum(withheld))
    for hidden in {least, most}:
        yield _poured(counts - hidden, public_all), _poured(hidden, withheld)


def _poured(counts: int, into: Sequence[int]) -> list[tuple[int, int]]:
    made = []
    for room in into:
        here = min(counts, room)
        made.append((here, room))
        counts -= here
    return made


def _say(
    norm: Norm, public: Sequence[tuple[int, int]], withheld: Sequence[tuple[int, int]]
) -> Said | None:
    """Return what the program says of a world."""
    every = [(a + c, b + d) for (a, b), (c, d) in zip(public, withheld, strict=True)]
    shown = [_measured(norm, public)]
    if norm.rule != "NRM-1":
        shown += [_letting(year) for year in norm.years]
    stated = disclosure.declassify(
        YearFacts({}, [_measured(norm, every)], shown), _LATER, Statements()
    )
    found = [(n.met, n.share_percent) for n in stated.norms if n.rule == norm.rule]
    return found[0] if found else None


def _measured(norm: Norm, parts: Sequence[tuple[int, int]]) -> Measured:
    return Measured(
        norm.rule, norm.years[0], norm.years[-1], True, sum(n for n, _ in parts),
        sum(d for _, d in parts), norm.target, norm.at_most, Verdict.PASSED, (),
        tuple((year, *part) for year, part in zip(norm.years, parts, strict=True)),
    )  # fmt: skip


def _letting(year: int) -> Measured:
    """Return what makes a year one with lettings, which is when it is stated."""
    target = Decimal("0.5")
    return Measured(
        "NRM-1", year, year, True, 1, 1, target, False, Verdict.PASSED, (), ((year, 1, 1),)
    )


def _nest(world: World, problem: _Problem) -> None:
    """Put in how the numbers of one year nest, which the published rules tell.

    Withheld lettings of any kind are withheld lettings; what is let through
    the offer model was advertised; who is under the lower income limit is
    under the higher one.
    """
    known = set(problem.true)

    def at_most(part: str, whole: str) -> None:
        if {part, whole} <= known:
            problem.between(0, float("inf"), {whole: 1, part: -1})

    for year in {year for norm in world.norms for year in norm.years}:
        for rule in ("NRM-1", "NRM-2", "NRM-3", "NRM-4"):
            at_most(f"{rule} {year} withheld", f"withheld {year}")
        at_most(f"NRM-1 {year} withheld that count", f"NRM-4 {year} withheld")
        at_most(f"NRM-3 {year} withheld", f"NRM-2 {year} withheld that count")
        first = f"NRM-1 {year} withheld"
        if first in known and f"withheld {year}" in known:
            problem.between(0, 0, {first: 1, f"withheld {year}": -1})

"""What a reader can work out from published numbers, by linear programming.

Independent of the program's own reckoning: it reads only what is published,
writes down every equation that a table with totals has, and lets a solver find
the lowest and highest value of each number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from allocation.public import Disclosed, DisclosedTable

HIDDEN_WIDTH = 10.0


@dataclass(frozen=True)
class Interval:
    """What a reader knows of one number; ``high`` is infinite where nothing bounds it."""

    name: str
    hidden: bool
    low: float
    high: float

    @property
    def width(self) -> float:
        return self.high - self.low


@dataclass(frozen=True)
class Audit:
    """All intervals of what was published together."""

    intervals: tuple[Interval, ...]

    @property
    def smallest_hidden(self) -> float:
        return min((i.width for i in self.intervals if i.hidden), default=float("inf"))

    @property
    def exact(self) -> list[str]:
        return [i.name for i in self.intervals if i.width < 1]

    def findings(self) -> list[str]:
        """Return the names of hidden numbers that are too well known, and of exact ones."""
        narrow = [i.name for i in self.intervals if i.hidden and i.width < HIDDEN_WIDTH - 1e-6]
        return sorted({*narrow, *self.exact})


def audit_table(table: DisclosedTable) -> Audit:
    """Return the interval of every number of one table, from all its numbers together."""
    names: list[str] = []
    bounds: list[tuple[float, float | None]] = []
    hidden: list[bool] = []

    def number(name: str, said: Disclosed) -> int:
        names.append(name)
        hidden.append(said.count is None)
        bounds.append(_known(said))
        return len(names) - 1

    cells = [
        [number(f"{row}/{column}", said) for column, said in zip(table.columns, line, strict=True)]
        for row, line in zip(table.rows, table.cells, strict=True)
    ]
    rows = [number(f"{r}/all", s) for r, s in zip(table.rows, table.row_totals, strict=True)]
    columns = [
        number(f"all/{c}", s) for c, s in zip(table.columns, table.column_totals, strict=True)
    ]
    total = number("all/all", table.total)
    sums = [(line, at) for line, at in zip(cells, rows, strict=True)]
    sums += [([line[j] for line in cells], at) for j, at in enumerate(columns)]
    sums += [(rows, total), (columns, total)]
    found = list(_solve(sums, bounds))
    return Audit(
        tuple(Interval(n, h, *ends) for n, h, ends in zip(names, hidden, found, strict=True))
    )


def _known(said: Disclosed) -> tuple[float, float | None]:
    """Return what the number itself tells: rounded to five from ten up, or nothing."""
    if said.count is None:
        return 0.0, None
    return max(10.0, said.count - 2.0), said.count + 2.0


def _solve(
    sums: Sequence[tuple[Sequence[int], int]], bounds: Sequence[tuple[float, float | None]]
) -> Iterator[tuple[float, float]]:
    equations = np.zeros((len(sums), len(bounds)))
    for equation, (parts, whole) in zip(equations, sums, strict=True):
        equation[list(parts)] += 1
        equation[whole] -= 1
    zero = np.zeros(len(sums))
    for place in range(len(bounds)):
        goal = np.zeros(len(bounds))
        goal[place] = 1
        low = linprog(goal, A_eq=equations, b_eq=zero, bounds=bounds, method="highs")
        high = linprog(-goal, A_eq=equations, b_eq=zero, bounds=bounds, method="highs")
        assert low.status == 0, low.message
        assert high.status in (0, 3), high.message
        yield float(low.fun), float("inf") if high.status == 3 else float(-high.fun)

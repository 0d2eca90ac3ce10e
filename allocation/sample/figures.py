"""The figures of the law that the fictional office obeys, and its rents.

Decides whether a household may get a dwelling in a year.  The figures stand
here a second time on purpose: the rules under test read theirs from ``data/``,
and a judge may not borrow the measure of the judged.

Sources: BTIV art. 16 and 54, rijksoverheid.nl of 2025-11-25.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

FIRST_YEAR = 2023
PENSION_AGE = 67

DAEB_INCOME = np.array([[44035, 48625], [47699, 52671], [49669, 54847], [51537, 56910]]) * 100
"""Cents; rows are years from ``FIRST_YEAR``, columns one person and more persons."""

LOW_INCOME = np.array([[25475, 34575], [27725, 37625], [28375, 38500], [29400, 39925]]) * 100
LOW_INCOME_PENSION = (
    np.array([[25075, 33800], [27225, 36675], [27775, 37350], [28775, 38650]]) * 100
)
RENT_CAP = np.array([[64719, 69360], [65043, 69707], [68296, 73193], [71302, 76414]])
"""Cents a month; columns one or two persons and more persons."""

DAEB_RENT = np.array([80806, 87966, 90007, 93293])
RENT_SHARE = np.array([87, 90, 95, 100])
"""Rent of a year, in hundredths of the rent of 2026."""

FINE, INCOME_TOO_HIGH, INCOME_TOO_LOW = 0, 1, 2


def year_row(year: Array) -> Array:
    """Return the row of a year in the tables; the last known year serves what follows."""
    row: Array = np.clip(year - FIRST_YEAR, 0, len(DAEB_RENT) - 1)
    return row


def rent_in(rent: Array, year: Array) -> Array:
    """Return the rent (cents) that a dwelling of today's rent had in a year."""
    then: Array = rent * RENT_SHARE[year_row(year)] // 100
    return then


def obstacle(
    year: Array, daeb: Array, rent: Array, income: Array, size: Array, pension: Array
) -> Array:
    """Return, per household, what stands between it and a dwelling: one of the three marks.

    ``rent`` is the bare rent of that year; ``income`` the household's, both in cents.
    """
    row, several = year_row(year), (size > 1).astype(int)
    low = np.where(pension, LOW_INCOME_PENSION[row, several], LOW_INCOME[row, several])
    cap = RENT_CAP[row, (size > 2).astype(int)]
    result = np.where((income <= low) & (rent > cap), INCOME_TOO_LOW, FINE)
    result = np.where(income > DAEB_INCOME[row, several], INCOME_TOO_HIGH, result)
    return np.where(daeb, result, FINE)

"""Days, seconds and offices hours of the fictional office.

Decides how local dates and UTC seconds follow from each other.  Days count
from 1970-01-01, seconds from that midnight in UTC; both are whole numbers.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from allocation.sample.figures import Array

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
EPOCH = date(1970, 1, 1)
DAY = 86_400
HOUR = 3_600


def day_number(day: date) -> int:
    """Return a date as a number of days."""
    return (day - EPOCH).days


def day_of(number: int) -> date:
    """Return a number of days as a date."""
    return EPOCH + timedelta(days=int(number))


def end_of_day(number: int) -> int:
    """Return the first second after a local day, in UTC."""
    midnight = datetime.combine(day_of(number + 1), time(), AMSTERDAM)
    return int(midnight.astimezone(UTC).timestamp())


def local_noon(days: Array) -> Array:
    """Return 12:00 in Europe/Amsterdam of each day, in UTC seconds."""
    distinct, where = np.unique(days, return_inverse=True)
    noons = [datetime.combine(day_of(day), time(12), AMSTERDAM).timestamp() for day in distinct]
    return np.array(noons, dtype=np.int64)[where]


def years_of(days: Array) -> Array:
    """Return the calendar year of each day."""
    return days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970


def month_days_of(days: Array) -> Array:
    """Return month and day of each day as one number, such as 1122."""
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    month = months.astype(np.int64) % 12 + 1
    day = (dates - months.astype("datetime64[D]")).astype(np.int64) + 1
    return month * 100 + day


def ages_on(days: Array, birth_days: Array) -> Array:
    """Return ages in whole years on the given days."""
    before = month_days_of(days) < month_days_of(birth_days)
    ages: Array = years_of(days) - years_of(birth_days) - before
    return ages

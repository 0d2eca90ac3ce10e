"""The engine seam: what a rule asks of an engine, and of the caller's tables.

Decides the protocol that DuckDB and Spark implement, and the form of the
tables that do not come from the night's export.  No rule may know which
engine runs it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import pyarrow as pa

from allocation import limits
from allocation.contract import ARROW_TYPES, PUBLICATIONS, Kind

_ID = ARROW_TYPES[Kind.TEXT]
_DATE = ARROW_TYPES[Kind.DATE]

CONDITIONS = (
    "ordering",
    "min_household_size",
    "max_household_size",
    "min_age",
    "max_age",
    "min_income",
    "max_income",
    "priority_order",
)
"""The columns of an advert that may not change once there is a response."""

INPUTS: dict[str, pa.Schema] = {
    "limits": limits.SCHEMA,
    "earlier_registrations": pa.schema(
        [("candidate_id", _ID), ("registered_on", _DATE), ("night", _DATE)]
    ),
    "earlier_conditions": pa.schema(
        [
            ("publication_id", _ID),
            ("dwelling_id", _ID),
            ("night", _DATE),
            *((name, ARROW_TYPES[PUBLICATIONS[name].kind]) for name in CONDITIONS),
        ]
    ),
    "interest_matches": pa.schema([("candidate_id", _ID), ("employee_id", _ID)]),
    "withheld_allocations": pa.schema([("allocation_id", _ID)]),
    "withheld_publications": pa.schema([("publication_id", _ID), ("dwelling_id", _ID)]),
}
"""The tables beside the night's own.

``earlier_registrations``: per candidate the latest registration date that any
earlier night showed, and that night (more rows for one candidate are fine).
``earlier_conditions``: per publication and dwelling the conditions of the earliest
earlier night in which it had a response; one row each.  ``interest_matches``: which
employee of the register a new tenant's match concerns.  ``withheld_*``: what
the public scope leaves out; a withheld allocation's publication and dwelling
must be among the publications.
"""


class RuleEngine(Protocol):
    """What runs portable SQL."""

    def derive(self, name: str, select: str, parameters: dict[str, object]) -> None:
        """Keep the result of a SELECT under a name; its parameters are marked ``:name``."""

    def discard(self, name: str) -> None:
        """Drop what ``derive`` kept under a name."""

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        """Run a query and return its rows."""

    def register(self, name: str, table: pa.Table) -> None:
        """Make an Arrow table known to SQL under a name."""

    def facts(self, columns: Sequence[str]) -> str:
        """Return SQL that makes one JSON object of columns."""

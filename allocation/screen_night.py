"""The screening of one night: from the register to cases for the integrity officer.

Decides when everybody is compared, what is kept of a match, and what happens
when the register or the comparing fails: the screening stops, with an alarm
for the association, and the public night goes on (decisions 0005 and 0010).
Nothing that this module returns says whether anybody matched.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime

import pyarrow as pa

from allocation.config import Config
from allocation.contract import REGISTER
from allocation.engine import Engine, open_apart
from allocation.errors import AllocationError
from allocation.screening.circumstances import Circumstances, circumstances_of
from allocation.screening.matches import screen_lettings
from allocation.screening.people import COMPARABLE
from allocation.screening.weights import read_weights
from allocation.sharing import beside
from allocation.sources.register import RegisterRead, read_register
from allocation.sources.tables import make_empty
from allocation.state.case_file import Screening, Signal, fold_identity
from allocation.state.cases import case_book_path, open_case_book
from allocation.stopping import go_on

NIGHT = "allocation"
"""Who acts in the log of cases when nobody does: the nightly run."""

_MATCHES = "screening_matches"
_COMPARED = ("allocations", "candidates", "dwellings", REGISTER.name)
_INTEREST = pa.schema([("candidate_id", pa.string()), ("employee_id", pa.string())])


class ScreeningFailed(AllocationError):
    """The screening stopped for a reason of the program or the machine."""


@dataclass(frozen=True, slots=True)
class Screened:
    """How the screening went; never whether anybody matched.

    ``delivered`` is false where no register is configured; ``unnamed`` counts
    the allocations whose new tenant is not in ``candidates``, so that nobody
    could be compared.  ``bare`` counts the persons of allocations without date
    of birth and without address: a name alone never makes a match.
    ``register`` is what reading it gave, where it was compared.
    """

    delivered: bool
    unnamed: int
    problem: AllocationError | None
    bare: int = 0
    register: RegisterRead | None = None

    @property
    def done(self) -> bool:
        """Say whether everybody was compared of whom enough is known, and with somebody."""
        return self.delivered and self.problem is None and not self.nobody

    @property
    def nobody(self) -> bool:
        """Say whether the register could be read and holds nobody."""
        return self.register is not None and self.register.count == 0


@dataclass(frozen=True, slots=True, repr=False)
class _Found:
    """What the comparing gave, as two tables."""

    matches: pa.Table
    interest: pa.Table


@contextmanager
def screening(engine: Engine, config: Config, secret: bytes) -> Iterator[Callable[[], Screened]]:
    """Compare every new tenant and buyer of the night with the register, beside other work.

    Gives what waits for the end, to be asked once.  After that the engine holds
    ``interest_matches`` for rule INT-1, and the matches for ``keep_matches``;
    ``register`` it holds at once (empty when it cannot be read).  The comparing
    has a database of its own, which goes with its process.  Writes nothing to a
    disk.  Never raises for what the register holds.
    """
    unnamed = _count(
        engine,
        "SELECT count(*) FROM allocations AS a ANTI JOIN candidates AS c "
        "ON c.candidate_id = a.candidate_id",
    )
    bare = _count(
        engine,
        f"SELECT count(*) FROM candidates AS c WHERE NOT ({COMPARABLE}) AND c.candidate_id IN "
        "(SELECT candidate_id FROM allocations)",
    )
    engine.register("interest_matches", _INTEREST.empty_table())
    engine.run(f"DROP TABLE IF EXISTS {_MATCHES}")
    ended: Screened | None = None
    tables: dict[str, pa.Table] = {}
    try:
        register = read_register(engine, config)
        if register.delivered:
            tables = {name: engine.arrow(f"SELECT * FROM {name}") for name in _COMPARED}
        else:
            ended = Screened(False, unnamed, None)
    except Exception as problem:
        go_on()
        ended = _stopped(engine, unnamed, problem)
    if ended is not None:
        yield lambda: ended
        return
    with beside(lambda: _find_matches(tables, config, secret)) as found:

        def finish() -> Screened:
            try:
                _take_over(engine, found())
            except Exception as problem:
                go_on()
                return _stopped(engine, unnamed, problem)
            return Screened(True, unnamed, None, bare, register)

        yield finish


def keep_matches(
    engine: Engine, config: Config, screened: Screened, night: date, now: datetime
) -> Screened:
    """Open and reopen cases for the night's matches, and erase what is past its term.

    Call it after the rules, so that a case holds their verdicts.  Returns how
    the screening went, with what went wrong here, if anything; the public
    night does not depend on it.
    """
    path = case_book_path(config.paths.state)
    if not screened.delivered and not path.exists():
        return screened
    try:
        signals = _signals(engine) if screened.problem is None else []
        with open_case_book(path) as book:
            told = Screening(
                night=night,
                at=now,
                problem=_sentence(screened.problem),
                unnamed=screened.unnamed,
                persons=_count(engine, "SELECT count(*) FROM candidates") - screened.bare,
                registered=_count(engine, f"SELECT count(*) FROM {REGISTER.name}"),
                bare=screened.bare,
            )
            if book.note_screening(told) and screened.problem is None:
                book.receive(signals, by=NIGHT, at=now)
            term = _months_before(now, config.screening.keep_cleared_months)
            book.purge(closed_before=term, by=NIGHT, at=now)
    except AllocationError as problem:
        return replace(screened, problem=problem)
    except Exception as error:
        failed = ScreeningFailed("The cases could not be kept ({what}).", what=type(error).__name__)
        return replace(screened, problem=failed)
    return screened


def _find_matches(tables: dict[str, pa.Table], config: Config, secret: bytes) -> _Found:
    """Compare, in a database of its own that never touches a disk."""
    key = hmac.digest(secret, b"screening facts", hashlib.sha256)
    with open_apart(config) as engine:
        for name, table in tables.items():
            engine.register(name, table)
        found = screen_lettings(
            engine, read_weights(), config.screening.look_back_months, facts_key=key
        )
        engine.register("screening_found", found)
        concerned = engine.arrow(
            "SELECT DISTINCT m.candidate_id, r.employee_id FROM screening_found AS m "
            "JOIN register AS r ON r.person_id = m.person_id ORDER BY ALL"
        )
    return _Found(found, concerned.cast(_INTEREST))


def _take_over(engine: Engine, found: _Found) -> None:
    engine.register("screening_found", found.matches)
    engine.run(f"CREATE OR REPLACE TEMP TABLE {_MATCHES} AS SELECT * FROM screening_found")
    engine.connection.unregister("screening_found")
    engine.register("interest_matches", found.interest)


def _signals(engine: Engine) -> list[Signal]:
    """Return the night's matches with what happened in their lettings."""
    if not engine.rows("SELECT 1 FROM information_schema.tables WHERE table_name = ?", [_MATCHES]):
        return []
    rows = engine.arrow(
        f"SELECT m.*, r.kind, r.kinship, r.employee_id FROM {_MATCHES} AS m "
        "JOIN register AS r ON r.person_id = m.person_id"
    ).to_pylist()
    known = circumstances_of(engine, {str(row["allocation_id"]) for row in rows})
    return [_signal(row, known[str(row["allocation_id"])]) for row in rows]


def _signal(row: dict[str, object], letting: Circumstances) -> Signal:
    related = {name: row.pop(name) for name in ("kind", "kinship")}
    basis = [row["facts"], row["employee_id"], *related.values(), *letting.basis]
    text = json.dumps(basis, ensure_ascii=True, separators=(",", ":"))
    told = related | letting.told | {"int_1": _int_1(str(row["employee_id"]), letting)}
    row |= {
        "evidence": tuple(row["evidence"]),  # type: ignore[arg-type]
        "facts": hashlib.sha256(text.encode()).hexdigest(),
        "handlers": letting.handlers,
        "letting": told,
    }
    return Signal(**row)  # type: ignore[arg-type]


def _int_1(employee: str, letting: Circumstances) -> str:
    """Return the verdict of INT-1 for one match, as its rule gives it for a letting."""
    if not letting.deciders:
        return "cannot_tell"
    deciders = {fold_identity(decider) for decider in letting.deciders}
    return "failed" if fold_identity(employee) in deciders else "passed"


def _stopped(engine: Engine, unnamed: int, problem: Exception) -> Screened:
    """Leave the engine without a register and say why."""
    make_empty(engine, REGISTER)
    if not isinstance(problem, AllocationError):
        what = type(problem).__name__
        problem = ScreeningFailed("The screening failed ({what}).", what=what)
    return Screened(True, unnamed, problem)


def _sentence(problem: AllocationError | None) -> tuple[str, dict[str, object]] | None:
    return None if problem is None else (problem.template, problem.facts)


def _months_before(moment: datetime, months: int) -> datetime:
    """Return the same moment so many months earlier, or the last day that month has."""
    count = moment.year * 12 + moment.month - 1 - months
    year, month = divmod(count, 12)
    for day in range(moment.day, 27, -1):
        try:
            return moment.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    return moment.replace(year=year, month=month + 1)


def _count(engine: Engine, sql: str) -> int:
    return int(str(engine.rows(sql)[0][0]))

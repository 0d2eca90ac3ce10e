"""A file of any format as one relation of the engine, and how its texts are written.

Decides the common form: every row has ``_id`` (unique, from 0) and ``_row``
(what a person sees as its number), and each of the file's columns a safe name.
It does not look at what the values mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from allocation.config import Config, TableMapping
from allocation.contract import NIGHT_TABLES, REGISTER
from allocation.errors import ConfigError, InputRefused, Place
from allocation.machine import is_disk_full
from allocation.sources import messages
from allocation.sources.findings import ProblemKind

_OURS = frozenset(name for table in (*NIGHT_TABLES, REGISTER) for name in table.names)
_TOO_DEEP = "maximum recursion depth"
_DAMAGE = (duckdb.IOException, duckdb.InvalidInputException, duckdb.SerializationException)


@dataclass(frozen=True, slots=True)
class Style:
    """How texts in a file are written; ``known`` are names that a column of it may have."""

    encoding: str
    delimiter: str
    decimal: str
    thousands: str
    date_formats: tuple[str, ...]
    instant_formats: tuple[str, ...]
    known: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a file: the name in the engine and its type there.

    ``misshapen`` names a column that is true where a value is no plain one
    (then it is empty); empty where that cannot be.
    """

    sql: str
    type: str
    misshapen: str = ""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row whose fields cannot be told apart, or a cell in which no value stands.

    With ``column`` the row itself is in the relation.
    """

    row: int
    kind: ProblemKind
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Staged:
    """A file in the engine.

    ``relation`` can stand in FROM and gives ``_id``, ``_row`` and the fields;
    ``fields`` maps the file's own names; ``rows`` counts the rows of the
    relation, ``elements`` what the manifest may count instead; ``coded`` is
    true where a code is written with its list, as ``LIST/CODE``.
    """

    file: str
    relation: str
    fields: dict[str, Field]
    rows: int
    style: Style
    rejected: tuple[Rejected, ...] = ()
    elements: int | None = None
    coded: bool = False
    in_place: bool = False

    @property
    def left_out(self) -> int:
        """Return how many rows the relation lacks because their fields cannot be told apart."""
        return sum(entry.column is None for entry in self.rejected)


def style_of(config: Config, mapping: TableMapping, path: Path) -> Style:
    """Return how the texts of a file are written; JSON numbers have a decimal point.

    Raises:
        ConfigError: the mapping and ``[format]`` give one sign two meanings in a number.
    """
    shared = config.format
    json = path.suffix.lower() == ".json"

    def pick(own: str | None, general: str, in_json: str) -> str:
        if own is not None:
            return own
        return in_json if json else general

    decimal = pick(mapping.decimal, shared.decimal, ".")
    thousands = pick(mapping.thousands, shared.thousands, "")
    if decimal == thousands:
        raise ConfigError(messages.SAME_SIGNS, file=path.name)
    return Style(
        encoding=mapping.encoding or shared.encoding,
        delimiter=mapping.delimiter or shared.delimiter,
        decimal=decimal,
        thousands=thousands,
        date_formats=mapping.date_formats or shared.date_formats,
        instant_formats=mapping.instant_formats or shared.instant_formats,
        known=_OURS | {*mapping.columns.values(), *mapping.ignored},
    )


def literal(text: str) -> str:
    """Return a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """Return a name as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


@contextmanager
def refusing_damage(file: str) -> Iterator[None]:
    """Turn the engine's complaint about a file into a refusal that holds no value of it.

    A full disk is no fault of the file.
    """
    try:
        yield
    except (duckdb.Error, UnicodeDecodeError) as error:
        decoding = type(error) is duckdb.Error  # what a decoder says of bytes has no kind
        too_deep = isinstance(error, duckdb.InternalException) and _TOO_DEEP in str(error)
        damage = decoding or too_deep or isinstance(error, (*_DAMAGE, UnicodeDecodeError))
        if is_disk_full(error) or not damage:
            raise
        raise InputRefused(messages.UNREADABLE, (Place(file),), file=file) from None


def require_distinct(file: str, names: list[str], style: Style) -> None:
    """Require that no two columns have one name, capitals aside.

    Raises:
        InputRefused: two have; the name is told only where the first row is a header.
    """
    seen: set[str] = set()
    for name in names:
        if name.casefold() in seen:
            if style.known.isdisjoint(names):
                raise no_header(file)
            raise InputRefused(
                messages.COLUMN_TWICE, (Place(file, 1, name),), file=file, column=name
            )
        seen.add(name.casefold())


def no_header(file: str) -> InputRefused:
    """Return the refusal of a file whose first row is no header: it may hold a person."""
    return InputRefused(messages.NO_HEADER, (Place(file, 1),), file=file)

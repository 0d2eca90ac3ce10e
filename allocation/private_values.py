"""The private values of a night, as the leak check must search for them.

Decides, from the contract's sensitivities alone, which texts may not stand
anywhere in the public tree: identifiers, names, postcodes, free texts and the
addresses of dwellings that are not public.  Values too short to be told from
a rent or a count are not searched, and counted.  It shares nothing with the
barrier that it serves to check.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pyarrow as pa

from allocation import contract
from allocation.contract import Kind, Sensitivity
from allocation.engine import Engine
from allocation.id_shapes import MOST, all_shapes, with_zeros
from allocation.keys import address_slug
from allocation.public import PublicTable

MANY = 50_000
"""From this many rows on, identifiers are looked up token by token instead of by automaton."""

_SIGNS = re.compile(r"[ -]")
_MARKUP = re.compile("[&<>\"']")
_SHORTEST_NUMBER = 6
_SHORTEST_TEXT = 5
_LONG_TEXT = 8
_SHORTEST_FREE_TEXT = 12
_SHORTEST_NAME = 8
"""Full names, two words of seven letters together, are no shorter."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """Texts of one kind to search for; ``whole`` asks for a boundary on both sides."""

    kind: str
    texts: tuple[bytes, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class PrivateValues:
    """What must not be found; ``looked_up`` names the (table, column) too many to list."""

    phrases: tuple[Phrases, ...]
    looked_up: tuple[tuple[str, str], ...]
    too_short: int


def collect_private_values(
    engine: Engine, public: PublicTable, own: Iterable[str] = ()
) -> PrivateValues:
    """Return every private value of the night's tables and of the register.

    ``own`` are the association's own texts, which stand on every page: a name
    in them is no secret, and a person with such a name stops no night.
    """
    shown = "\n".join(sorted({*_shown_texts(public), *own}))
    collector = _Collector()
    looked_up = []
    for table in contract.TABLES:
        for column in table.columns:
            if column.sensitivity is Sensitivity.PUBLIC:
                continue
            if column.identifies and _is_large(engine, table.name):
                if column.references is None:  # else the table that it refers to is searched
                    looked_up.append((table.name, column.name))
            elif column.identifies or column.name == "postcode":
                collector.add_ids(f"{table.name}.{column.name}", _values(engine, table, column))
            elif column.kind is Kind.TEXT and column.name == "motivation":
                collector.add_texts(f"{table.name}.{column.name}", _values(engine, table, column))
    for table in (contract.CANDIDATES, contract.REGISTER):
        collector.add_names(f"{table.name}.name", _names(engine, table.name), shown)
    collector.add_addresses(_addresses(engine), public)
    return PrivateValues(tuple(collector.phrases), tuple(looked_up), collector.too_short)


def token_shapes(
    engine: Engine,
    values: PrivateValues,
    known: Mapping[tuple[str, str], frozenset[str]] = MappingProxyType({}),
) -> tuple[tuple[bytes, bool], ...] | None:
    """Return what the looked-up identifiers look like, and which need a boundary on both sides.

    A shape is the identifier with every digit written as 0.  None when they have
    too many shapes; then every word of the tree is looked up.  ``known`` are the
    shapes of all rows of a (table, column), where reading has told them.
    """
    shapes: set[str] = set()
    for table, column in values.looked_up:
        shapes |= known.get((table, column)) or all_shapes(engine, table, column)
    if len(shapes) > MOST:  # then there may be more that were not asked for
        return None
    shapes |= {with_zeros(html.escape(shape)) for shape in shapes}  # "&#x27;" has digits
    searchable = sorted(shape for shape in shapes if len(shape) >= _shortest(shape))
    if not searchable:
        return None
    return tuple(
        (shape.encode(), shape.isdigit() or len(shape) < _LONG_TEXT) for shape in searchable
    )


def _shortest(shape: str) -> int:
    return _SHORTEST_NUMBER if shape.isdigit() else _SHORTEST_TEXT


def look_up_tokens(
    engine: Engine, values: PrivateValues, tokens: pa.Array
) -> list[tuple[str, str]]:
    """Return (kind, token) for every token that is one of the looked-up identifiers."""
    plain = [html.unescape(token) for token in tokens.to_pylist()]
    engine.register("leak_tokens", pa.table({"token": tokens, "plain": plain}))
    found = []
    for table, column in values.looked_up:
        rows = engine.rows(
            f"SELECT DISTINCT token FROM leak_tokens SEMI JOIN {table} ON plain = {column}"
        )
        found += [(f"{table}.{column}", str(token)) for (token,) in rows]
    return found


class _Collector:
    """Gathers phrases and counts what is too short to search for."""

    def __init__(self) -> None:
        self.phrases: list[Phrases] = []
        self.too_short = 0

    def add_ids(self, kind: str, values: Iterable[str]) -> None:
        texts = list(values)
        numbers = {text for text in texts if text.isdigit()}
        others = [text for text in texts if text not in numbers] if numbers else texts
        long_numbers = [text for text in numbers if len(text) >= _SHORTEST_NUMBER]
        short = [text for text in others if _SHORTEST_TEXT <= len(text) < _LONG_TEXT]
        long = [text for text in others if len(text) >= _LONG_TEXT]
        self.too_short += len(texts) - len(long_numbers) - len(short) - len(long)
        self._add(kind, long_numbers, whole=True)
        self._add(kind, short, whole=True)
        self._add(kind, long, whole=False)

    def add_texts(self, kind: str, values: Iterable[str]) -> None:
        lines = (line.strip() for value in values for line in value.splitlines())
        self._add(kind, [line for line in lines if len(line) >= _SHORTEST_FREE_TEXT], whole=False)

    def add_names(self, kind: str, names: Iterable[str], shown: str) -> None:
        """Add full names, but for those that stand in the texts that are shown anyway."""
        starts = {shown[at : at + _SHORTEST_NAME] for at in range(len(shown))}
        texts = [name for name in names if name[:_SHORTEST_NAME] not in starts or name not in shown]
        self._add(kind, texts, whole=True)

    def add_addresses(self, addresses: Iterable[tuple[str, str, str]], public: PublicTable) -> None:
        """Add the addresses that are in the export and not on the site."""
        streets = public.rows.column("street").to_pylist()
        numbers = public.rows.column("house_number").to_pylist()
        places = public.rows.column("place").to_pylist()
        shown = set()
        slugs = set()  # of what is shown: a key is made by the barrier, and proves nothing
        for street, number, place in zip(streets, numbers, places, strict=True):
            if number:
                address = f"{street} {number}"
                shown.add(address)
                shown |= {address[: sign.start()] for sign in _SIGNS.finditer(address)}
                slugs.add(address_slug(street, number, place))
        hidden = set(addresses)
        texts = {f"{street} {number}" for street, number, _ in hidden} - shown
        self._add("dwellings.address", sorted(texts), whole=True)
        hidden_slugs = {address_slug(*address) for address in hidden}
        self._add("dwellings.address", sorted(hidden_slugs - slugs), whole=True)

    def _add(self, kind: str, texts: Iterable[str], *, whole: bool) -> None:
        forms = set(texts)
        forms |= {html.escape(text) for text in forms if _MARKUP.search(text)}
        if forms:
            encoded = tuple(form.encode() for form in sorted(forms))
            self.phrases.append(Phrases(kind, encoded, whole))


def _is_large(engine: Engine, table: str) -> bool:
    return int(str(engine.rows(f"SELECT count(*) FROM {table}")[0][0])) > MANY


def _values(engine: Engine, table: contract.Table, column: contract.Column) -> Iterator[str]:
    selects = " UNION ".join(
        f"SELECT {column.name} AS v FROM {source} WHERE {column.name} IS NOT NULL"
        for source in (table.name, f"{table.name}_quarantined")
    )
    found = engine.arrow(f"SELECT DISTINCT CAST(v AS VARCHAR) AS v FROM ({selects})")
    yield from found.column("v").to_pylist()


def _names(engine: Engine, table: str) -> list[str]:
    """Return full names of two words and more: given name or initials, and the surname."""
    rows = engine.rows(
        f"""
        SELECT DISTINCT concat_ws(' ', first, surname_prefix, last) FROM (
            SELECT unnest([given_name, initials]) AS first, surname_prefix,
                unnest([surname, surname]) AS last FROM {table}
            UNION ALL
            SELECT given_name, NULL, birth_surname FROM {table}
        ) WHERE first IS NOT NULL AND last IS NOT NULL AND length(first || last) >= 7
        """
    )
    return [str(name) for (name,) in rows]


def _addresses(engine: Engine) -> Iterator[tuple[str, str, str]]:
    for street, number, place in engine.rows(
        """
        SELECT DISTINCT street, CAST(house_number AS VARCHAR) || coalesce(upper(house_letter), '')
            || coalesce(joint || house_number_addition, ''), place
        FROM (SELECT *, unnest([' ', '-']) AS joint FROM dwellings)
        """
    ):
        yield str(street), str(number), str(place)


def _shown_texts(public: PublicTable) -> set[str]:
    texts: set[str] = set()
    for name in ("street", "place", "municipality", "neighbourhood", "label"):
        texts |= {str(value) for value in public.rows.column(name).unique().to_pylist() if value}
    return texts

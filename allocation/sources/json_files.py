"""VERA JSON: one array of objects a file.

Decides how an attribute's path becomes a column.  A reference object becomes
``LIST/CODE``, so that a code is never read without its list; an array with
``[]`` in the path gives a row for each of its elements; an empty array under
``[0]`` is the code ``none``, and more than one element on an axis is no code
at all, so that a second ground cannot hide behind the first.  An object or an
array where a plain value is expected, or a value where one of these is, makes
that one attribute of that one element unreadable, and nothing else.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from allocation.config import TableMapping
from allocation.contract import Column, Kind, Table
from allocation.engine import Engine, one_file
from allocation.errors import ConfigError, InputRefused, Place
from allocation.sources import messages
from allocation.sources.staging import Field, Staged, Style, literal, refusing_damage

SEVERAL = "(several)"
"""What stands for an array of several codes where one is read; in no code list."""

MISSHAPEN = "(misshapen)"
"""What stands for a value that is no plain one; no code, number, date or moment."""

_OBJECT_SIZE = 1 << 26
_MIXED = "JSON"
"""The engine's name for the type of a value that is not the same everywhere."""

Leaves = frozenset[tuple[str, str]]
"""Every path that holds a value, with each type that it has somewhere in the file."""


def stage_json(
    engine: Engine, path: Path, style: Style, table: Table, mapping: TableMapping
) -> Staged:
    """Read the attributes that the contract or the mapping names into Parquet of texts.

    Attributes that are neither read nor ignored are handed on by name, for
    whoever binds the columns to refuse.

    Raises:
        InputRefused: damaged, or no array of objects.
    """
    if path.stat().st_size == 0:
        raise InputRefused(messages.FILE_EMPTY, (Place(path.name),), file=path.name)
    wanted = {
        mapping.columns.get(column.name, column.vera): column
        for column in table.columns
        if column.name not in mapping.constants
    }
    source = (
        f"read_json_objects({one_file(path)}, format = 'array', "
        f"maximum_object_size = {_OBJECT_SIZE})"
    )
    with refusing_damage(path.name):
        leaves, elements = _structure(engine, source)
    if elements and all(leaf == "" for leaf, _ in leaves):
        raise InputRefused(messages.UNREADABLE, (Place(path.name),), file=path.name)
    fields = {
        name: _field(f"c{i}", name, wanted[name], leaves)
        for i, name in enumerate(wanted)
        if not elements
        or any(
            _touches(leaf, name) or _is_misshapen(leaf, kind, name, wanted[name])
            for leaf, kind in leaves
        )
    }
    target = engine.work / f"{table.name}.raw.parquet"
    with refusing_damage(path.name):
        engine.run(
            f"COPY ({_select(source, wanted, fields, table.name, path.name)}) "
            f"TO {literal(str(target))} (FORMAT parquet)"
        )
    for leaf in sorted({leaf for leaf, _ in leaves} - {""}):
        if not _is_read(leaf, wanted) and not _is_ignored(leaf, mapping.ignored):
            fields[leaf] = Field("", "")
    relation = (
        "(SELECT *, file_row_number AS _id "
        f"FROM read_parquet({one_file(target)}, file_row_number = true))"
    )
    rows = int(str(engine.rows(f"SELECT count(*) FROM read_parquet({one_file(target)})")[0][0]))
    return Staged(path.name, relation, fields, rows, style, elements=elements, coded=True)


def _structure(engine: Engine, source: str) -> tuple[Leaves, int]:
    """Return what stands where in a file, and how many elements it has.

    The structure of all elements together has no more than "mixed" for what is
    not the same in each; then each element's own is looked at.
    """
    together, count = engine.rows(f"SELECT json_group_structure(json), count(*) FROM {source}")[0]
    elements = int(str(count))
    if not elements:
        return frozenset(), 0
    leaves = frozenset(_leaves(json.loads(str(together)), ""))
    if all(kind != _MIXED for _, kind in leaves):
        return leaves, elements
    each = engine.rows(f"SELECT DISTINCT json_structure(json) FROM {source}")
    found = (_leaves(json.loads(str(structure)), "") for (structure,) in each)
    return frozenset(leaf for part in found for leaf in part), elements


def _leaves(node: object, path: str) -> list[tuple[str, str]]:
    """Return every path that holds a value, with its type; ``[]`` for any element."""
    if isinstance(node, dict):
        found: list[tuple[str, str]] = []
        for key, below in node.items():
            found += _leaves(below, f"{path}.{key}" if path else key)
        return found or [(path, "NULL")]
    if isinstance(node, list):
        return _leaves(node[0], f"{path}[]") if node else [(f"{path}[]", "NULL")]
    return [(path, str(node))]


def _field(sql: str, wanted: str, column: Column, leaves: Leaves) -> Field:
    """Return the field of an attribute, with a mark where its shape must be looked at."""
    plain = not any(_is_misshapen(leaf, kind, wanted, column) for leaf, kind in leaves)
    return Field(sql, "VARCHAR", misshapen="" if plain else f"x{sql}")


def _is_misshapen(leaf: str, kind: str, wanted: str, column: Column) -> bool:
    """Tell whether what stands at a path of the file has another shape than an attribute asks."""
    name, above = _plain(wanted), _above(wanted)
    if leaf in above or leaf == name:
        return kind != "NULL" and (leaf != name or kind == _MIXED)
    if leaf.startswith((f"{name}.", f"{name}[")):
        return column.kind is not Kind.CODE or leaf not in _within(name) or kind == _MIXED
    return any(
        leaf.startswith(f"{step}{'.' if name[len(step)] == '[' else '['}") for step in above - {""}
    )


def _above(wanted: str) -> frozenset[str]:
    """Return the paths of what an attribute stands in; the first is the element itself."""
    steps = re.split(r"(?=[.[])", _plain(wanted))
    return frozenset("".join(steps[:i]) for i in range(len(steps)))


def _within(name: str) -> frozenset[str]:
    """Return what a reference object may hold."""
    parts = ("code", "naam", "soort", "soort.code", "soort.naam")
    return frozenset(f"{name}.{part}" for part in parts)


def _plain(path: str) -> str:
    return re.sub(r"\[[0-9]*\]", "[]", path)


def _touches(leaf: str, wanted: str) -> bool:
    """Tell whether a path of the file is the wanted attribute, or lies within or above it.

    Where one element of an array is wanted, the array itself is enough: that
    it is empty says something.
    """
    name = _plain(wanted)
    if "[0]" in wanted and leaf.startswith(_plain(wanted.split("[0]", maxsplit=1)[0] + "[0]")):
        return True
    return leaf == name or leaf.startswith((f"{name}.", f"{name}[")) or name.startswith(f"{leaf}.")


def _is_read(leaf: str, wanted: dict[str, Column]) -> bool:
    """Tell whether a path is read, be it as an attribute that has another shape there."""
    for path, column in wanted.items():
        name = _plain(path)
        below = column.kind is Kind.CODE and leaf in _within(name)
        if leaf == name or below or name.startswith((f"{leaf}.", f"{leaf}[")):
            return True
        if _is_misshapen(leaf, "", path, column):
            return True
    return False


def _is_ignored(leaf: str, ignored: tuple[str, ...]) -> bool:
    return any(leaf == name or leaf.startswith((f"{name}.", f"{name}[")) for name in ignored)


def _pointer(path: str) -> str:
    """Return a path as JSONPath with quoted keys."""
    parts = []
    for part in path.split("."):
        key, bracket, index = part.partition("[")
        parts.append(f'"{key}"' + bracket + index)
    return literal("$." + ".".join(parts))


def _select(
    source: str, wanted: dict[str, Column], fields: dict[str, Field], table: str, file: str
) -> str:
    arrays = {path.split("[].")[0] for path in wanted if "[]." in path}
    if len(arrays) > 1:
        raise ConfigError(messages.ONE_ARRAY_ONLY, table=table, file=file)
    numbered = f"SELECT row_number() OVER () AS _row, json AS j FROM {source}"
    if arrays:
        at = _pointer(arrays.pop())
        element = (
            f"unnest(CASE WHEN json_array_length(j, {at}) > 0 "
            f"THEN json_extract(j, {at})::JSON[] ELSE [NULL::JSON] END)"
        )
        numbered = f"SELECT _row, j, {element} AS e FROM ({numbered})"
    texts = ["_row"]
    for path, field in fields.items():
        text = _attribute(path, wanted[path])
        if field.misshapen:
            wrong = _misshapen(path, wanted[path])
            instead = "NULL" if wanted[path].kind is Kind.TEXT else literal(MISSHAPEN)
            texts.append(f"{wrong} AS {field.misshapen}")
            text = f"CASE WHEN {field.misshapen} THEN {instead} ELSE {text} END"
        texts.append(f"{text} AS {field.sql}")
    return f"SELECT {', '.join(texts)} FROM ({numbered})"


def _misshapen(path: str, column: Column) -> str:
    """Return the condition under which something on the way to an attribute is no such thing."""
    tests = [_is_other("json_type(j)", "OBJECT")]
    value, rest = "j", path
    if "[]." in path:
        array, rest = path.split("[].", 1)
        tests += [*_wrong_steps("j", f"{array}[0]"), _is_other("json_type(e)", "OBJECT")]
        value = "e"
    tests += _wrong_steps(value, rest)
    found = f"json_type({value}, {_pointer(rest)})"
    if column.kind is Kind.CODE:
        code = f"json_type({value}, {_pointer(rest + '.code')})"
        listed = f"json_type({value}, {_pointer(rest + '.soort')})"
        inner = f"json_type({value}, {_pointer(rest + '.soort.code')})"
        tests += [
            f"{found} = 'ARRAY'",
            f"({found} = 'OBJECT' AND ({code} IN ('OBJECT', 'ARRAY') OR "
            f"{inner} IN ('OBJECT', 'ARRAY') OR {_is_other(listed, 'OBJECT')}))",
        ]
    else:
        tests.append(f"{found} IN ('OBJECT', 'ARRAY')")
    return " OR ".join(f"coalesce({test}, false)" for test in tests)


def _wrong_steps(value: str, path: str) -> list[str]:
    """Return, for each step above a path, the condition that something else stands there."""
    steps = re.split(r"(?=[.[])", path)
    return [
        _is_other(
            f"json_type({value}, {_pointer(''.join(steps[: i + 1]))})",
            "ARRAY" if following.startswith("[") else "OBJECT",
        )
        for i, following in enumerate(steps[1:])
    ]


def _is_other(found: str, expected: str) -> str:
    return f"{found} NOT IN ('{expected}', 'NULL')"


def _attribute(path: str, column: Column) -> str:
    """Return the SQL that takes one attribute out of an object as text."""
    value, rest = ("e", path.split("[].", 1)[1]) if "[]." in path else ("j", path)
    at = _pointer(rest)
    if column.kind is not Kind.CODE:
        return f"json_extract_string({value}, {at})"
    code = (
        f"CASE json_type({value}, {at}) WHEN 'OBJECT' THEN "
        f"coalesce(json_extract_string({value}, {_pointer(rest + '.soort.code')}), '') || '/' || "
        f"json_extract_string({value}, {_pointer(rest + '.code')}) "
        f"ELSE json_extract_string({value}, {at}) END"
    )
    if "[0]" not in rest:
        return code
    array = _pointer(rest.split("[0]")[0])
    several = f"WHEN json_array_length({value}, {array}) > 1 THEN {literal(SEVERAL)} "
    return (
        f"CASE WHEN json_type({value}, {array}) = 'ARRAY' AND "
        f"json_array_length({value}, {array}) = 0 THEN 'none' "
        f"{several if column.axis else ''}ELSE {code} END"
    )

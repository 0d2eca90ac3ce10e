"""VERA JSON: one array of objects a file.

Decides how an attribute's path becomes a column.  A reference object becomes
``LIST/CODE``, so that a code is never read without its list; an array with
``[]`` in the path gives a row for each of its elements; an empty array under
``[0]`` is the code ``none``, and more than one element on an axis is no code
at all, so that a second ground cannot hide behind the first.
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

_OBJECT_SIZE = 1 << 26


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
        structure, elements = engine.rows(
            f"SELECT json_group_structure(json), count(*) FROM {source}"
        )[0]
    leaves = _leaves(json.loads(str(structure)), "") if elements else []
    if elements and not isinstance(json.loads(str(structure)), dict):
        raise InputRefused(messages.UNREADABLE, (Place(path.name),), file=path.name)
    fields = {
        name: Field(f"c{i}", "VARCHAR")
        for i, name in enumerate(wanted)
        if not elements or any(_touches(leaf, name) for leaf, _ in leaves)
    }
    target = engine.work / f"{table.name}.raw.parquet"
    with refusing_damage(path.name):
        engine.run(
            f"COPY ({_select(source, wanted, fields, table.name, path.name)}) "
            f"TO {literal(str(target))} (FORMAT parquet)"
        )
    for leaf, _ in leaves:
        if not _is_read(leaf, wanted) and not _is_ignored(leaf, mapping.ignored):
            fields[leaf] = Field("", "")
    relation = (
        "(SELECT *, file_row_number AS _id "
        f"FROM read_parquet({one_file(target)}, file_row_number = true))"
    )
    rows = int(str(engine.rows(f"SELECT count(*) FROM read_parquet({one_file(target)})")[0][0]))
    return Staged(path.name, relation, fields, rows, style, elements=int(str(elements)), coded=True)


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
    for path, column in wanted.items():
        name = _plain(path)
        below = column.kind is Kind.CODE and leaf in {
            f"{name}.{part}" for part in ("code", "naam", "soort", "soort.code", "soort.naam")
        }
        if leaf == name or below or name.startswith((f"{leaf}.", f"{leaf}[")):
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
    texts = [f"{_attribute(path, wanted[path])} AS {field.sql}" for path, field in fields.items()]
    return f"SELECT {', '.join(['_row', *texts])} FROM ({numbered})"


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

"""What the identifiers of a column look like: each with every digit written as 0.

Decides how the shapes of millions of identifiers are found in one look: a few
rows tell most of them.  It knows no table and keeps no identifier.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from allocation.engine import Engine

MOST = 200
"""More shapes than this are no shapes."""

_FEW_ROWS = 1_000
_FEW = 3
_PLAIN = re.compile(r"[A-Za-z0-9._:/-]+")
_DIGIT = re.compile("[0-9]")


def with_zeros(text: str) -> str:
    """Return a text with every digit written as 0."""
    return _DIGIT.sub("0", text)


def first_shapes(engine: Engine, relation: str, column: str) -> frozenset[str]:
    """Return the shapes of a few rows, which tell most."""
    return _shapes(engine, f"SELECT * FROM {relation} LIMIT {_FEW_ROWS}", column)


def all_shapes(engine: Engine, relation: str, column: str) -> frozenset[str]:
    """Return the shapes of a column; of more than ``MOST`` only some."""
    first = first_shapes(engine, relation, column)
    known: dict[str, object] = {}
    alike = alike_sql(column, first)
    if alike is None:
        alike = f"regexp_full_match({column}, $known)"
        known["known"] = "|".join(map(_pattern, sorted(first)))
    others = f"SELECT * FROM {relation} WHERE NOT ({alike})"
    return first | _shapes(engine, others, column, known)


def alike_sql(column: str, shapes: Collection[str]) -> str | None:
    """Return the condition that a value has one of a few plain shapes; None for other shapes.

    A value of such a shape has visible ASCII signs only.
    """
    if not 0 < len(shapes) <= _FEW or not all(map(_PLAIN.fullmatch, shapes)):
        return None
    globs = (_DIGIT.sub("[0-9]", shape) for shape in sorted(shapes))
    return " OR ".join(f"{column} GLOB '{glob}'" for glob in globs)


def _shapes(
    engine: Engine, rows: str, column: str, parameters: dict[str, object] | None = None
) -> frozenset[str]:
    found = engine.rows(
        f"SELECT DISTINCT regexp_replace({column}, '[0-9]', '0', 'g') AS shape FROM ({rows}) AS r "
        f"WHERE {column} IS NOT NULL LIMIT {MOST + 1}",
        parameters or {},
    )
    return frozenset(str(shape) for (shape,) in found)


def _pattern(shape: str) -> str:
    return re.sub("0+", lambda zeros: f"[0-9]{{{len(zeros[0])}}}", re.escape(shape))

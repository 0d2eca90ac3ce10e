"""Keys looked at as bytes: their shape and whether one stands twice, against plain Python."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.engine import Engine
from allocation.sources.numbered_keys import is_any_twice, is_numbered, numbers_of


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with duckdb.connect() as connection:
        yield Engine(connection, Path(tmp_path_factory.mktemp("work")))


def numbers(engine: Engine, keys: list[str | None], shape: str) -> list[int] | None:
    engine.register("keyed", pa.table({"key": pa.array(keys, pa.string())}))
    found = numbers_of(engine, "keyed", "key", shape)
    return None if found is None else sorted(found.tolist())


@pytest.mark.parametrize(
    ("keys", "shape", "expected"),
    [
        (["R0010", "R0002"], "R0000", [2, 10]),
        (["2026-001", "2025-999"], "0000-000", [2025999, 2026001]),
        (["9" * 18], "0" * 18, [int("9" * 18)]),
        ([], "R0", []),
        (["R0010", "S0010"], "R0000", None),
        (["R0010", "R010"], "R0000", None),
        (["R0010", "R00100"], "R0000", None),
        (["R0010", None], "R0000", None),
        (["R0010", "R00 1"], "R0000", None),
        (["R0010", "R00:1"], "R0000", None),
        (["R0010", "R00/1"], "R0000", None),
        (["R001", "R0é"], "R000", None),
        (["R001", "R00٣"], "R0000", None),
    ],
)
def test_keys_of_one_shape_are_numbers(
    engine: Engine, keys: list[str | None], shape: str, expected: list[int] | None
) -> None:
    assert numbers(engine, keys, shape) == expected


def test_more_rows_than_are_looked_at_at_once(engine: Engine) -> None:
    engine.run(
        "CREATE OR REPLACE TABLE many AS SELECT printf('R%07d', i) AS key FROM range(250_000) t(i)"
    )
    found = numbers_of(engine, "many", "key", "R0000000")
    assert found is not None
    assert np.array_equal(np.sort(found), np.arange(250_000))
    engine.run("UPDATE many SET key = 'R000000x' WHERE key = 'R0240000'")
    assert numbers_of(engine, "many", "key", "R0000000") is None


@given(st.lists(st.from_regex(r"\A[AB][0-9]{3}-?[0-9]\Z"), max_size=20))
def test_numbers_say_what_the_texts_say(keys: list[str]) -> None:
    with duckdb.connect() as connection:
        engine = Engine(connection, Path())
        found = numbers(engine, list(keys), "A000-0")
    alike = all(re.fullmatch(r"A[0-9]{3}-[0-9]", key) for key in keys)
    assert (found is not None) == alike
    if found is not None:
        assert is_any_twice(np.array(found, np.int64)) == (len(set(keys)) < len(keys))


@pytest.mark.parametrize(
    ("values", "twice"),
    [
        ([], False),
        ([5], False),
        ([5, 5], True),
        ([3, 1, 2], False),
        ([3, 1, 3], True),
        ([0, 10**17], False),
        ([10**17, 0, 10**17], True),
    ],
)
def test_a_number_that_stands_twice(values: list[int], twice: bool) -> None:
    assert is_any_twice(np.array(values, np.int64)) == twice


@pytest.mark.parametrize(
    ("shape", "numbered"),
    [("R0000", True), ("0" * 18, True), ("0" * 19, False), ("R", False), ("é00", False)],
)
def test_shapes_that_are_a_number_in_a_dress(shape: str, numbered: bool) -> None:
    assert is_numbered(shape) == numbered

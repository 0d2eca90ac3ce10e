"""Estimate the weights of the screening with Splink, and write ``data/screening_weights.json``.

    python -m tests.nightly.calibrate_screening VERSION [--write]

Splink (a dependency of this script alone) sees exactly the levels that the
shipped screening assigns: its comparison levels call our own comparers inside
DuckDB.  u comes from random pairs of strangers, m from labelled pairs that the
TUNING operators made; a level that neither shows keeps the assumed figure of
``ASSUMED`` and is listed as such in the file.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import splink
from splink import DuckDBAPI, Linker, SettingsCreator
from splink.comparison_library import CustomComparison

from allocation.engine import Engine
from allocation.resources import data_path
from allocation.screening.blocking import block
from allocation.screening.compare import Comparer
from allocation.screening.levels import FIELDS
from allocation.screening.lexicon import Lexicon
from allocation.screening.people import read_letting_people, read_register_people
from tests.nightly.dutch_pairs import TUNING, make_pairs
from tests.nightly.dutch_people import Person
from tests.nightly.linkage_files import as_people, fill_engine

RAREST_BITS = 14.3
BANDS = {"A": 18.0, "B": 10.0}
LEAST_M = 0.002

ASSUMED: dict[str, dict[str, tuple[float, float | None]]] = {
    "surname": {
        "different": (0.08, None),
        "other_particle": (0.01, 0.0002),
        "crossed": (0.02, 0.0005),
        "swapped": (0.01, 2.5e-7),
    },
    "given": {
        "different": (0.06, None),
        "similar": (0.02, 0.02),
        "crossed": (0.01, 0.01),
        "swapped": (0.01, 0.01),
    },
    "birth": {
        "year_only": (0.01, 0.02),
        "equal_placeholder": (0.01, 1e-4),
        "day_month_swapped": (0.01, 1.2e-5),
        "two_digits": (0.01, 0.015),
        "two_parts": (0.02, None),
        "other_generation": (0.006, 0.6),
        "different": (0.006, 0.38),
    },
    "address": {
        "different": (0.3, None),
        "surroundings": (0.03, None),
        "street": (0.02, 0.0004),
        "building": (0.005, 0.001),
        "near": (0.04, 0.0002),
        "number": (0.05, 1e-5),
        "equal": (0.5, 1e-5),
    },
}
"""(m, u) where the generated sets are no guide; None: as estimated.

Swaps, streets, placeholders and wholly other names do not occur in the tuning
set, or not by chance in a million pairs; the likeness of given names depends
on the list they are drawn from; u of an address is that of a region of 100,000
doors, not of the made-up town."""


def main() -> None:
    """Estimate, show beside the shipped figures, and write when asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("version")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--pairs", type=int, default=4000)
    wanted = parser.parse_args()
    fields, assumed = settle(estimate(wanted.pairs))
    stated = {
        "version": wanted.version,
        "source": f"tests/nightly/calibrate_screening.py, Splink {splink.__version__}",
        "surname_bits": round(-math.log2(fields["surname"]["equal"]["u"]), 3),
        "rarest_bits": RAREST_BITS,
        "bands": BANDS,
        "assumed": assumed,
        "fields": fields,
    }
    text = json.dumps(stated, indent=2) + "\n"
    print(text)
    if wanted.write:
        Path(data_path("screening_weights.json")).write_text(text, encoding="utf-8")


Estimates = dict[str, dict[str, tuple[float | None, float | None]]]


def estimate(pairs: int) -> Estimates:
    """Return (m, u) per field and level as Splink estimates them; None where not observed.

    u is taken between strangers, one side written as the operators write;
    m between the two records of one person.
    """
    made = make_pairs(20260701, pairs, 0, TUNING)
    half = len(made) // 2
    linker = _linker([p.right for p in made[:half]], [p.left for p in made[half:]])
    linker.training.estimate_u_using_random_sampling(
        max_pairs=1_000_000, seed=1, min_count_per_level=None
    )
    between_strangers = _parameters(linker.misc.save_model_to_json())
    linker = _linker([p.right for p in made], [p.left for p in made])
    linker.training.estimate_m_from_label_column("entity")
    of_one_person = _parameters(linker.misc.save_model_to_json())
    return {
        name: {label: (of_one_person[name][label][0], u) for label, (_, u) in levels.items()}
        for name, levels in between_strangers.items()
    }


def _linker(one: list[Person], other: list[Person]) -> Linker:
    left, right = as_people(one, _ids("L", len(one))), as_people(other, _ids("R", len(other)))
    connection = duckdb.connect()
    engine = Engine(connection, Path())
    fill_engine(engine, left, right)
    lexicon = Lexicon()
    sides = read_letting_people(engine, lexicon), read_register_people(engine, lexicon, 12)
    block(engine, lexicon, *sides)
    _add_functions(connection, Comparer(lexicon, sides, RAREST_BITS))
    api = DuckDBAPI(connection=connection)
    frames = []
    for name, size in (("splink_left", len(sides[0])), ("splink_right", len(sides[1]))):
        order = np.arange(size)
        table = pa.table({"unique_id": order, "position": order, "entity": order})
        frames.append(api.register(table.to_pandas(), dataset_display_name=name))
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[_comparison(name) for name in FIELDS],
        additional_columns_to_retain=["entity"],
    )
    return Linker(frames, settings)


def _ids(letter: str, count: int) -> list[str]:
    return [f"{letter}{i:06d}" for i in range(count)]


def _add_functions(connection: duckdb.DuckDBPyConnection, comparer: Comparer) -> None:
    def levels_of(name: str) -> Callable[[Any, Any], pa.Array]:
        def level(one: Any, other: Any) -> pa.Array:
            found = comparer.compare(
                one.to_numpy().astype(np.int64), other.to_numpy().astype(np.int64)
            )
            return pa.array(found.levels[name].astype(np.int32))

        return level

    for name in FIELDS:
        connection.create_function(
            f"level_{name}", levels_of(name), ["BIGINT", "BIGINT"], "INTEGER", type="arrow"
        )


def _comparison(name: str) -> CustomComparison:
    call = f"level_{name}(position_l, position_r)"
    best_first = sorted(FIELDS[name], reverse=True)
    levels: list[dict[str, Any]] = [
        {"sql_condition": f"{call} = 0", "label_for_charts": "missing", "is_null_level": True}
    ]
    for level in best_first[:-2]:
        levels.append(
            {"sql_condition": f"{call} = {int(level)}", "label_for_charts": level.name.lower()}
        )
    levels.append({"sql_condition": "ELSE", "label_for_charts": best_first[-2].name.lower()})
    return CustomComparison(output_column_name=name, comparison_levels=levels)


def _parameters(model: dict[str, Any]) -> Estimates:
    found: Estimates = {}
    for comparison in model["comparisons"]:
        levels = found.setdefault(comparison["output_column_name"], {})
        for level in comparison["comparison_levels"]:
            if not level.get("is_null_level"):
                m, u = level.get("m_probability"), level.get("u_probability")
                levels[level["label_for_charts"]] = (_number(m), _number(u))
    return found


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and value > 0 else None


def settle(
    estimated: Estimates,
) -> tuple[dict[str, dict[str, dict[str, float]]], list[str]]:
    """Return the figures to ship, and the levels whose figures are assumed."""
    fields: dict[str, dict[str, dict[str, float]]] = {}
    assumed: list[str] = []
    for name, levels in FIELDS.items():
        fields[name] = {}
        for level in list(levels)[1:]:
            label = level.name.lower()
            m, u = estimated[name].get(label, (None, None))
            stated = ASSUMED[name].get(label)
            if stated is not None:
                m, u = stated[0], stated[1] if stated[1] is not None else u
                assumed.append(f"{name}.{label}")
            if m is None or u is None:
                raise SystemExit(f"{name}.{label}: not observed, and nothing assumed")
            fields[name][label] = {
                "m": float(f"{max(m, LEAST_M):.3g}"),
                "u": float(f"{u:.3g}"),
            }
    return fields, assumed


if __name__ == "__main__":
    main()

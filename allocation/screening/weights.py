"""What each level of agreement weighs, from a versioned file.

Decides the weight of a pair: the sum over the fields of log2(m / u), where m
is how often a level is seen between two records of one person and u how often
between two strangers.  For a surname that agrees, u follows the number of
bearers: a shared De Jong weighs little, a rare name much.  The frequencies are
national and fixed, so that the weight of a pair depends on nothing but the
pair.  The figures come from ``tests/nightly/calibrate_screening.py``; nothing
here may change them.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from allocation.errors import ConfigError
from allocation.names import parse_surname
from allocation.resources import data_path
from allocation.screening.levels import FIELDS, SurnameLevel

POPULATION = 16_357_992
"""Inhabitants of the Netherlands on 1 January 2007, the year of the frequencies (CBS)."""

BY_RARITY = (
    SurnameLevel.OTHER_PARTICLE,
    SurnameLevel.PART,
    SurnameLevel.COMPATIBLE_PARTICLE,
    SurnameLevel.EQUAL,
)
"""The levels at which two surnames share a core, so that its frequency counts."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights of one version: ``tables[field][level]`` in bits."""

    version: str
    digest: str
    tables: dict[str, npt.NDArray[np.float64]]
    surname_bits: float
    rarest_bits: float
    least_a: float
    least_b: float

    @property
    def identity(self) -> str:
        """Version and the first digits of the file's hash, as stored with each match."""
        return f"{self.version}+{self.digest[:12]}"


def read_weights(path: Path | None = None) -> Weights:
    """Read a weights file; the shipped one unless another is named.

    Raises:
        ConfigError: the file is unreadable, or lacks a field, a level or a figure.
    """
    source = path or data_path("screening_weights.json")
    try:
        raw = source.read_bytes()
        stated = json.loads(raw)
        tables = {name: _table(name, stated["fields"][name]) for name in FIELDS}
        numbers = [float(stated[key]) for key in ("surname_bits", "rarest_bits")]
        bands = [float(stated["bands"][key]) for key in ("A", "B")]
        version = str(stated["version"])
    except (OSError, ValueError, KeyError, TypeError, ArithmeticError) as error:
        raise ConfigError(
            "{file} is no usable weights file: {what}.",
            file=source.name,
            what=type(error).__name__,
        ) from None
    return Weights(version, hashlib.sha256(raw).hexdigest(), tables, *numbers, *bands)


def _table(name: str, levels: dict[str, dict[str, float]]) -> npt.NDArray[np.float64]:
    """Return the weights of one field by level; unknown and absent levels are refused."""
    known = {level.name.lower(): level for level in FIELDS[name] if level}
    if set(levels) != set(known):
        raise ValueError(name)
    table = np.zeros(len(FIELDS[name]))
    for text, level in known.items():
        table[level] = math.log2(levels[text]["m"] / levels[text]["u"])
    return table


@cache
def surname_frequencies() -> dict[str, float]:
    """Return the share of the population by the core of a surname, particles aside."""
    shares: dict[str, float] = {}
    with data_path("surname_frequencies.csv").open(encoding="utf-8") as file:
        rows = [line.strip().split(";") for line in file if not line.startswith("#")]
    for surname, bearers in rows[1:]:
        core = parse_surname("", surname).families[0].core
        shares[core] = shares.get(core, 0.0) + int(bearers) / POPULATION
    return shares


def rarity(core: str, rarest_bits: float) -> float:
    """Return -log2 of the frequency of a core; unlisted names are equally rare."""
    share = surname_frequencies().get(core)
    return min(rarest_bits, -math.log2(share)) if share else rarest_bits


def weigh(
    weights: Weights,
    levels: dict[str, npt.NDArray[np.int8]],
    bits: npt.NDArray[np.float32],
) -> dict[str, npt.NDArray[np.float64]]:
    """Return the weight per field of every pair, in bits.

    ``bits`` is the rarity of the surname core that two persons share; it
    replaces the average rarity that the file's u stands for.
    """
    weighed = {name: weights.tables[name][levels[name]] for name in FIELDS}
    shares_core = np.isin(levels["surname"], BY_RARITY)
    weighed["surname"] = weighed["surname"] + np.where(
        shares_core, bits - weights.surname_bits, 0.0
    )
    return weighed

"""The screening: every new tenant and buyer against the register.

Decides the order of its steps (read, block, compare, weigh, band, tell) and
the columns of what comes out.  A match is a signal for the integrity officer,
never a verdict, and nothing of it may reach a public stage.  The same two
records give the same match whoever else is in the files.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from allocation.engine import Engine
from allocation.screening.bands import Band, assign_bands, may_be_kept
from allocation.screening.blocking import block
from allocation.screening.compare import Comparer, Comparison
from allocation.screening.evidence import write_evidence
from allocation.screening.levels import FIELDS, AddressKind
from allocation.screening.lexicon import Ints, Lexicon
from allocation.screening.people import People, read_letting_people, read_register_people
from allocation.screening.weights import Weights, weigh
from allocation.sharing import share

ALGORITHM = "2"
"""Raised whenever the same two records could come out with another level or band."""

CHUNK = 500_000

SCHEMA = pa.schema(
    [
        pa.field("person_id", pa.string(), nullable=False),
        pa.field("candidate_id", pa.string(), nullable=False),
        pa.field("person_number", pa.int64(), nullable=False),
        pa.field("allocation_id", pa.string(), nullable=False),
        pa.field("band", pa.string(), nullable=False),
        pa.field("weight", pa.float64(), nullable=False),
        pa.field("evidence", pa.list_(pa.string()), nullable=False),
        pa.field("facts", pa.string(), nullable=False),
        pa.field("algorithm", pa.string(), nullable=False),
        pa.field("weights", pa.string(), nullable=False),
    ]
)
"""``weight`` is in bits; ``facts`` changes when a compared fact of the pair changes."""


def screen_lettings(
    engine: Engine, weights: Weights, look_back_months: int = 12, *, facts_key: bytes = b""
) -> pa.Table:
    """Return every signal between the engine's allocations and its register.

    Reads the tables ``allocations``, ``candidates`` and ``register`` (and
    ``dwellings``, ``register_addresses`` where they exist).  A person of the
    register counts for lettings from ``valid_from`` up to ``look_back_months``
    after ``valid_until``.  ``facts_key`` keys the digest of the compared
    facts; give the installation's own secret, so that nobody can guess facts
    from a digest.  Ordered by allocation, person number and person.

    The schema's metadata says under ``crowded_keys`` how many blocking keys
    fitted so many people that they were left out.
    """
    lexicon = Lexicon()
    sides = (
        read_letting_people(engine, lexicon),
        read_register_people(engine, lexicon, look_back_months),
    )
    if not len(sides[0]) or not len(sides[1]):
        return SCHEMA.empty_table()
    pairs = block(engine, lexicon, *sides)
    comparer = Comparer(lexicon, sides, weights.rarest_bits)

    def compare(starts: Sequence[int]) -> list[_Kept]:
        parts = [(pairs[0][at : at + CHUNK], pairs[1][at : at + CHUNK]) for at in starts]
        return [_kept(comparer, weights, letting, person) for letting, person in parts]

    starts = range(0, len(pairs[0]), CHUNK)
    kept = [chunk for part in share(starts, compare, least=1) for chunk in part]
    rows = [row for chunk in kept for row in _rows(lexicon, sides, chunk, facts_key)]
    stamp = {"algorithm": ALGORITHM, "weights": weights.identity}
    crowded = str(engine.rows("SELECT count(*) FROM screening_crowded")[0][0])
    return pa.Table.from_pylist(
        [row | stamp for row in rows], schema=SCHEMA.with_metadata({"crowded_keys": crowded})
    )


@dataclass(frozen=True, slots=True, repr=False)
class _Kept:
    """The pairs of one chunk that are worth a look, as positions, with what was found."""

    letting: Ints
    person: Ints
    found: Comparison
    band: npt.NDArray[np.int8]
    weight: npt.NDArray[np.float64]


def _kept(comparer: Comparer, weights: Weights, letting: Ints, person: Ints) -> _Kept:
    """Compare a chunk and keep the pairs of band A or B.

    Names take longest: they are compared where date of birth and address leave room.
    """
    rows = np.flatnonzero(may_be_kept(*comparer.beside_names(letting, person)))
    letting, person = letting[rows], person[rows]
    found = comparer.compare(letting, person)
    weighed = weigh(weights, found.levels, found.bits)
    band = assign_bands(weights, found.levels, weighed)
    rows = np.flatnonzero(band != Band.NONE)
    weight = np.sum([weighed[name][rows] for name in FIELDS], axis=0)
    kept = Comparison(
        {name: levels[rows] for name, levels in found.levels.items()},
        found.bits[rows],
        found.letting_address[rows],
        found.register_address[rows],
    )
    return _Kept(letting[rows], person[rows], kept, band[rows], weight)


def _rows(
    lexicon: Lexicon, sides: tuple[People, People], kept: _Kept, facts_key: bytes
) -> Iterator[dict[str, object]]:
    """Return what is told of each pair that was kept."""
    left, right = sides
    forms, found = lexicon.surnames.values, kept.found
    letting_ids = left.ids.take(pa.array(kept.letting)).to_pylist()
    person_ids = right.ids.take(pa.array(kept.person)).to_pylist()
    pairs = zip(kept.letting.tolist(), kept.person.tolist(), strict=True)
    for i, (own, other) in enumerate(pairs):
        surnames = forms[left.surname[own]], forms[right.surname[other]]
        kinds = AddressKind(found.letting_address[i]), AddressKind(found.register_address[i])
        levels = {name: int(found.levels[name][i]) for name in FIELDS}
        told = {
            "band": Band(kept.band[i]).name,
            "weight": round(float(kept.weight[i]), 2),
            "evidence": write_evidence(levels, surnames, float(found.bits[i]), kinds),
            "facts": _facts(lexicon, (left, own), (right, other), facts_key),
        }
        yield letting_ids[i] | person_ids[i] | told


def _facts(lexicon: Lexicon, one: tuple[People, int], other: tuple[People, int], key: bytes) -> str:
    """Return a keyed digest of every compared fact of two persons."""
    stated = [_stated(lexicon, people, position) for people, position in (one, other)]
    text = json.dumps(stated, ensure_ascii=True, separators=(",", ":"))
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _stated(lexicon: Lexicon, people: People, position: int) -> list[object]:
    surname = lexicon.surnames.values[people.surname[position]]
    given = lexicon.givens.values[people.given[position]]
    first, last = np.searchsorted(people.owner, [position, position + 1])
    addresses = sorted(
        [lexicon.texts.values[code] for code in lexicon.addresses.values[number]]
        for number in people.address[first:last].tolist()
    )
    families = [[f.core, f.particle] for f in (*surname.families, *surname.births)]
    birth = people.birth[position].tolist()
    return [families, list(given.names), given.initials, birth, addresses]

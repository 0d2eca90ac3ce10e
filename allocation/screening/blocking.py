"""Which pairs are compared: blocking in SQL on several keys.

Decides nothing by itself; ``blocking.sql`` holds the keys.  This module gives
the SQL its input and returns the pairs.  It never leaves a pair out because of
one error in one field; the keys see to that.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from allocation.engine import Engine
from allocation.screening.lexicon import Ints, Lexicon
from allocation.screening.people import People
from allocation.screening.sounds import sound

_SQL = Path(__file__).with_name("blocking.sql")


def block(
    engine: Engine, lexicon: Lexicon, lettings: People, register: People
) -> tuple[Ints, Ints]:
    """Return the pairs to compare as positions in both sides, in order, each once."""
    _give_words(engine, lexicon)
    _give_people(engine, (lettings, register))
    _give_addresses(engine, lexicon, (lettings, register))
    engine.run(_SQL.read_text(encoding="utf-8"))
    pairs = engine.connection.execute(
        "SELECT letting, person FROM screening_pairs ORDER BY letting, person"
    ).fetchnumpy()
    return np.asarray(pairs["letting"], np.int64), np.asarray(pairs["person"], np.int64)


def _give_words(engine: Engine, lexicon: Lexicon) -> None:
    surname_words, _, _ = lexicon.surname_parts()
    given_words = lexicon.given_words()
    sounds = np.array([sound(word) for word in lexicon.words.values], dtype=object)
    codes = np.repeat(np.arange(len(surname_words.lengths)), surname_words.lengths)
    table = {"code": codes, "sound": sounds[surname_words.flat]}
    engine.register("screening_surname_words", pa.table(table))
    codes = np.repeat(np.arange(len(given_words.lengths)), given_words.lengths)
    bare = [(i, g.initials[:1]) for i, g in enumerate(lexicon.givens.values) if g.initials]
    engine.register(
        "screening_given_words",
        pa.table(
            {
                "code": np.concatenate([codes, np.array([i for i, _ in bare], np.int64)]),
                "sound": [*sounds[given_words.flat], *(sound(letter) for _, letter in bare)],
            }
        ),
    )


def _give_people(engine: Engine, sides: tuple[People, People]) -> None:
    parts = []
    for number, side in enumerate(sides):
        dated = side.birth[:, 0] != 255
        digits = np.where(dated[:, None], side.birth, 0) + ord("0")
        texts: npt.NDArray[np.str_] = digits.astype(np.uint8).view("S8").ravel().astype(str)
        absent = ~dated
        parts.append(
            pa.table(
                {
                    "side": np.full(len(side), number),
                    "idx": np.arange(len(side)),
                    "surname": side.surname,
                    "given": side.given,
                    "first_day": side.first_day,
                    "last_day": side.last_day,
                    "y": pa.array([t[:4] for t in texts], pa.string(), mask=absent),
                    "m": pa.array([t[4:6] for t in texts], pa.string(), mask=absent),
                    "d": pa.array([t[6:] for t in texts], pa.string(), mask=absent),
                }
            )
        )
    engine.register("screening_people", pa.concat_tables(parts))


def _give_addresses(engine: Engine, lexicon: Lexicon, sides: tuple[People, People]) -> None:
    texts = np.array(lexicon.texts.values, dtype=object)
    columns = lexicon.address_columns()
    parts = []
    for number, side in enumerate(sides):
        codes = columns[side.address]
        parts.append(
            pa.table(
                {
                    "side": np.full(len(side.owner), number),
                    "idx": side.owner,
                    "postcode": pa.array(texts[codes[:, 0]], pa.string()),
                    "number": pa.array(texts[codes[:, 1]], pa.string()),
                    "street": pa.array(texts[codes[:, 3]], pa.string()),
                }
            )
        )
    engine.register("screening_addresses", pa.concat_tables(parts))

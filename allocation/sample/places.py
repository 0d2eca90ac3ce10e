"""Villages, streets and dwellings of the fictional office.

The villages exist, so that the pages read naturally; streets, neighbourhoods
and postcodes are invented, and no address may be that of a person.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allocation.sample.figures import DAEB_RENT, RENT_CAP, Array


@dataclass(frozen=True, slots=True)
class Village:
    """A village: its municipality, weight in the stock and invented postcode digits."""

    name: str
    municipality: str
    weight: int
    postcode: int


VILLAGES: tuple[Village, ...] = (
    Village("Westerbork", "Midden-Drenthe", 22, 9951),
    Village("Beilen", "Midden-Drenthe", 26, 9952),
    Village("Smilde", "Midden-Drenthe", 12, 9953),
    Village("Bovensmilde", "Midden-Drenthe", 8, 9954),
    Village("Hoogersmilde", "Midden-Drenthe", 4, 9955),
    Village("Hooghalen", "Midden-Drenthe", 5, 9956),
    Village("Hijken", "Midden-Drenthe", 4, 9957),
    Village("Wijster", "Midden-Drenthe", 4, 9958),
    Village("Elp", "Midden-Drenthe", 3, 9959),
    Village("Orvelte", "Midden-Drenthe", 2, 9960),
    Village("Zwiggelte", "Midden-Drenthe", 2, 9961),
    Village("Nieuw-Balinge", "Midden-Drenthe", 3, 9962),
    Village("Witteveen", "Midden-Drenthe", 2, 9963),
    Village("Rolde", "Aa en Hunze", 8, 9964),
    Village("Grolloo", "Aa en Hunze", 3, 9965),
    Village("Schoonloo", "Aa en Hunze", 2, 9966),
    Village("Zweeloo", "Coevorden", 3, 9967),
    Village("Aalden", "Coevorden", 4, 9968),
    Village("Borger", "Borger-Odoorn", 8, 9969),
    Village("Exloo", "Borger-Odoorn", 4, 9970),
)

NEIGHBOURHOODS = ("Dorpskern", "De Es", "Oosterveld", "Brinkhoek", "Westerkamp")
_STEMS = (
    "Adderwortel", "Bosbesklim", "Brempluim", "Dopheide", "Duizendblad", "Eikvaren", "Esdoornpluk",
    "Gagelbos", "Geelgors", "Goudplevier", "Heikikker", "Hunebeddel", "Jeneverstruik", "Kamgras",
    "Keileem", "Klapekster", "Korenmaat", "Kraaiheide", "Leemkuil", "Lijsterbloem", "Maretak",
    "Moerasviool", "Nachtzwaluw", "Ossengras", "Pijpenstro", "Ratelpopulier", "Roggeaar",
    "Schapendrift", "Smeulveen", "Snavelbies", "Sterremos", "Tormentil", "Turfsteker", "Veenpluis",
    "Vlinderstruik", "Vuursteen", "Wolfsklauw", "Wulpennest", "Zandhagedis", "Zonnedauw",
)  # fmt: skip
_ENDS = ("straat", "weg", "laan", "hof", "pad", "kamp", "esch", "brink", "akker", "drift")
_LETTERS = "ABCDEGHJKLMNPRTVWXZ"
HOMES_IN_A_STREET = 45

# type, weight, fewest rooms, most rooms, m2 of the first room, m2 of each further room
_TYPES = (
    ("terraced", 26, 4, 5, 30, 15),
    ("corner_house", 12, 4, 6, 32, 15),
    ("semi_detached", 8, 4, 6, 34, 16),
    ("single_family", 6, 4, 6, 34, 16),
    ("apartment", 14, 2, 4, 24, 18),
    ("apartment_with_lift", 8, 2, 4, 26, 18),
    ("gallery_flat", 5, 2, 3, 24, 17),
    ("porch_flat", 5, 3, 4, 22, 16),
    ("ground_floor_dwelling", 5, 2, 4, 24, 17),
    ("upper_floor_dwelling", 4, 2, 4, 24, 17),
    ("senior_dwelling", 9, 2, 3, 28, 18),
    ("maisonette", 2, 3, 4, 26, 17),
    ("tiny_house", 1, 1, 2, 24, 8),
)
_PLACES_TO_PARK = ("parking", "garage", "covered_parking", "storage", "mobility_scooter_place")
_LABELS = ("A+++", "A++", "A+", "A", "B", "C", "D", "E", "F", "G")
_LABEL_SHARES = (0.02, 0.04, 0.07, 0.24, 0.2, 0.24, 0.1, 0.05, 0.025, 0.015)


@dataclass(slots=True)
class Dwellings:
    """The stock, an entry a dwelling; ``rent`` in cents a month of 2026, ``village`` an index."""

    village: Array
    street: Array
    number: Array
    letter: Array
    addition: Array
    postcode: Array
    neighbourhood: Array
    kind: Array
    rooms: Array
    area: Array
    label: Array
    rent: Array
    daeb: Array
    parking: Array

    def __len__(self) -> int:
        return len(self.village)


def street_name(number: int) -> str:
    """Return the name of an invented street; 400 names, then with a side."""
    stem, end = _STEMS[number % len(_STEMS)], _ENDS[number // len(_STEMS) % len(_ENDS)]
    side = ("", "Noorder", "Zuider", "Ooster", "Wester")[number // 400 % 5]
    name = f"{stem}{end}"
    return name if not side else side + name.lower()


def postcode_of(digits: int, street: int) -> str:
    """Return the invented postcode of a street."""
    return f"{digits}{_LETTERS[street // 19 % 19]}{_LETTERS[street % 19]}"


def build_dwellings(rng: np.random.Generator, count: int) -> Dwellings:
    """Make the stock: addresses unique, rents by size and sector, a few places to park."""
    weights = np.array([village.weight for village in VILLAGES], float)
    village = rng.choice(len(VILLAGES), count, p=weights / weights.sum())
    parking = rng.random(count) < 0.02
    kind_index = rng.choice(len(_TYPES), count, p=_shares([row[1] for row in _TYPES]))
    low = np.array([row[2] for row in _TYPES])[kind_index]
    high = np.array([row[3] for row in _TYPES])[kind_index]
    rooms = rng.integers(low, high + 1)
    first = np.array([row[4] for row in _TYPES])[kind_index]
    further = np.array([row[5] for row in _TYPES])[kind_index]
    area = np.where(parking, rng.integers(6, 19, count), first + further * (rooms - 1))
    area = area * 100 + np.where(parking, 0, rng.integers(-400, 900, count))
    kind = np.array([row[0] for row in _TYPES], object)[kind_index]
    park_kind = np.array(_PLACES_TO_PARK, object)[rng.integers(0, len(_PLACES_TO_PARK), count)]
    label = np.array(_LABELS, object)[rng.choice(len(_LABELS), count, p=_LABEL_SHARES)]
    label[parking | (rng.random(count) < 0.01)] = None
    rent, daeb = _rents(rng, rooms, parking)
    street, number, postcode, neighbourhood = _addresses(rng, village)
    letter, addition = _additions(rng, count)
    return Dwellings(
        village=village,
        street=street,
        number=number,
        letter=letter,
        addition=addition,
        postcode=postcode,
        neighbourhood=neighbourhood,
        kind=np.where(parking, park_kind, kind),
        rooms=np.where(parking, -1, rooms),
        area=area,
        label=label,
        rent=rent,
        daeb=daeb,
        parking=parking,
    )


def _shares(weights: list[int]) -> Array:
    return np.array(weights) / sum(weights)


def _rents(rng: np.random.Generator, rooms: Array, parking: Array) -> tuple[Array, Array]:
    """Return rents (cents, 2026) and whether a dwelling is social: most under the low cap."""
    count = len(rooms)
    low_cap, high_cap = (int(cap) for cap in RENT_CAP[-1])
    most = int(DAEB_RENT[-1])
    tier = rng.random(count)
    base = 43000 + rooms * 4200 + rng.integers(-4000, 7000, count)
    rent = np.minimum(base, low_cap - rng.integers(0, 900, count))
    middle = (tier > 0.80) & (rooms >= 4)
    rent = np.where(middle, rng.integers(low_cap + 1, high_cap + 1, count), rent)
    upper = tier > 0.89
    rent = np.where(upper, rng.integers(high_cap + 1, most + 1, count), rent)
    free = tier > 0.94
    rent = np.where(free, rng.integers(most + 2000, 138000, count), rent)
    rent = np.where(parking, rng.integers(2800, 8900, count), rent)
    return rent, ~free & ~parking


def _addresses(rng: np.random.Generator, village: Array) -> tuple[Array, Array, Array, Array]:
    """Number the dwellings of each village along its streets; numbers go up by one or two."""
    count = len(village)
    street = np.empty(count, object)
    number = np.empty(count, np.int64)
    postcode = np.empty(count, object)
    neighbourhood = np.empty(count, object)
    for index, place in enumerate(VILLAGES):
        mine = np.flatnonzero(village == index)
        mine = mine[rng.permutation(len(mine))]
        order = np.arange(len(mine))
        streets = order // HOMES_IN_A_STREET
        last = int(streets[-1]) + 1 if len(mine) else 0
        offset = int(rng.integers(0, 400))
        names = np.array([street_name((offset + i * 7) % 2000) for i in range(last)], object)
        codes = np.array([postcode_of(place.postcode, i) for i in range(last)], object)
        areas = np.array([NEIGHBOURHOODS[i * 3 // 7 % 5] for i in range(last)], object)
        step = rng.integers(1, 3, len(mine))
        street[mine], postcode[mine] = names[streets], codes[streets]
        neighbourhood[mine] = areas[streets]
        walked = np.cumsum(step)
        starts = np.searchsorted(streets, np.arange(last))
        number[mine] = walked - walked[starts][streets] + 1 + streets // 2000 * 1000
    return street, number, postcode, neighbourhood


def _additions(rng: np.random.Generator, count: int) -> tuple[Array, Array]:
    letter = np.full(count, None, object)
    addition = np.full(count, None, object)
    draw = rng.random(count)
    chosen = draw < 0.05
    letter[chosen] = np.array(list("ABCD"), object)[rng.integers(0, 4, int(chosen.sum()))]
    chosen = draw > 0.98
    texts = np.array(["bis", "1", "2", "3", "hs"], object)
    addition[chosen] = texts[rng.integers(0, len(texts), int(chosen.sum()))]
    return letter, addition

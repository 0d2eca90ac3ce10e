"""Made-up Dutch people.

Surnames follow the frequencies in ``data/surname_frequencies.csv`` for the
share of the population that they cover; the rest are put together from
syllables, because rare surnames are the majority.  Nobody here exists.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

from allocation.resources import data_path

MEN = [
    "Johannes",
    "Petrus",
    "Cornelis",
    "Hendrik",
    "Willem",
    "Gerardus",
    "Antonius",
    "Jacobus",
    "Nicolaas",
    "Adrianus",
    "Theodorus",
    "Franciscus",
    "Martinus",
    "Albertus",
    "Lambertus",
    "Bernardus",
    "Pieter",
    "Jan",
    "Dirk",
    "Klaas",
    "Kees",
    "Henk",
    "Peter",
    "Erik",
    "Marcel",
    "Ronald",
    "Mark",
    "Dennis",
    "Jeroen",
    "Bas",
    "Thijs",
    "Daan",
    "Sem",
    "Lucas",
    "Bram",
    "Ruben",
    "Mohammed",
    "Youssef",
    "Ibrahim",
    "Mustafa",
    "Emre",
    "Andrzej",
    "Piotr",
    "Ricardo",
    "Winston",
    "Jürgen",
    "Björn",
    "Jelle",
    "Sietse",
    "Wiebe",
    "Roelof",
    "Harm",
    "Egbert",
]
WOMEN = [
    "Maria",
    "Johanna",
    "Cornelia",
    "Anna",
    "Elisabeth",
    "Wilhelmina",
    "Hendrika",
    "Petronella",
    "Geertruida",
    "Catharina",
    "Adriana",
    "Jacoba",
    "Margaretha",
    "Helena",
    "Theresia",
    "Aleida",
    "Jantje",
    "Grietje",
    "Roelofje",
    "Ingrid",
    "Monique",
    "Linda",
    "Sandra",
    "Marloes",
    "Femke",
    "Lotte",
    "Sanne",
    "Emma",
    "Julia",
    "Noor",
    "Fatima",
    "Aïcha",
    "Khadija",
    "Elif",
    "Zeynep",
    "Agnieszka",
    "Małgorzata",
    "Chantal",
    "Renée",
    "Zoë",
    "Hanneke",
    "Marijke",
    "Tineke",
    "Annemarie",
    "Wietske",
    "Froukje",
    "Trijntje",
    "Gré",
]
CALL = {
    "Johannes": "Jan Hans Johan Joop", "Petrus": "Piet Peter", "Cornelis": "Kees Cor",
    "Hendrik": "Henk Henri", "Willem": "Wim", "Gerardus": "Gerard Ger", "Antonius": "Ton Toon",
    "Jacobus": "Jaap Koos", "Nicolaas": "Klaas Nico", "Adrianus": "Adri Arie", "Maria": "Ria Mieke",
    "Theodorus": "Theo", "Franciscus": "Frans", "Johanna": "Jo Annie", "Elisabeth": "Els Bep Lies",
    "Wilhelmina": "Willy Mien", "Geertruida": "Truus", "Catharina": "Trees Toos",
    "Anna": "Annie Anneke",
    "Hendrika": "Riek", "Petronella": "Nel", "Margaretha": "Greet", "Cornelia": "Corrie",
}  # fmt: skip
PARTICLES = ("", "", "", "", "van", "van de", "van den", "van der", "de", "ter", "van 't", "in 't")
FIRST = "Wester Ooster Noor Zuid Hul Bras Klap Dre Olde Nieuw Stro Veld Kamp Brink Hase Lun Rol Sme"
MIDDLE = "el er en e al ol in ar es ot ak um"
LAST = "huis kamp man stra sma inga ink ing broek horst veen berg meijer wijk hof dijk haar loo"
ODD = (
    "Müller", "Schröder", "Groß", "Yılmaz", "Şahin", "Öztürk", "El Idrissi", "Ben Amar", "Kowalski",
    "Nguyễn", "García López", "Sørensen", "Soekarno", "Tjon", "Çelik", "Ait Hassou", "d'Hont",
    "'s-Gravendijk", "Meÿer", "Kuijpers", "Thijssen", "van der Wijck", "Haan-Smit",
)  # fmt: skip


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """One record in the columns of the register."""

    initials: str
    given_name: str
    surname_prefix: str
    surname: str
    birth_surname: str
    birth_date: dt.date | None
    postcode: str
    house_number: int | None
    house_letter: str
    house_number_addition: str


class Town:
    """A source of people in one region; a postcode has up to 120 doors."""

    def __init__(self, seed: int, postcodes: int = 400) -> None:
        self.random = random.Random(seed)
        rows = data_path("surname_frequencies.csv").read_text(encoding="utf-8").splitlines()[3:]
        self.names = [row.split(";")[0] for row in rows]
        self.bearers = [int(row.split(";")[1]) for row in rows]
        letters = "ABCDEFGHJKLMNPRSTVWXZ"
        self.postcodes = [
            f"{self.random.randint(7000, 7999)} {self.random.choice(letters)}"
            f"{self.random.choice(letters)}"
            for _ in range(postcodes)
        ]

    def surname(self) -> tuple[str, str]:
        """Return particle and core."""
        draw = self.random.random()
        if draw < 0.32:
            whole = self.random.choices(self.names, self.bearers)[0]
            words = whole.split(" ")
            return " ".join(words[:-1]), words[-1]
        if draw < 0.37:
            return "", self.random.choice(ODD)
        parts = [self.random.choice(part.split()) for part in (FIRST, MIDDLE, LAST)]
        return self.random.choice(PARTICLES), "".join(parts)

    def person(self, near: tuple[str, int, str] | None = None) -> Person:
        """Return somebody new."""
        r = self.random
        group = r.choice((MEN, WOMEN))
        weights = [1 / (rank + 4) for rank in range(len(group))]
        names = list(dict.fromkeys(r.choices(group, weights, k=r.choice((1, 1, 2, 2, 3)))))
        prefix, core = self.surname()
        birth = dt.date(1940, 1, 1) + dt.timedelta(days=r.randrange(66 * 365))
        postcode, number, addition = near or self.door()
        return Person(
            ".".join(name[0] for name in names) + ".", names[0], prefix, core, "", birth,
            postcode, number, "", addition,
        )  # fmt: skip

    def door(self) -> tuple[str, int, str]:
        """Return postcode, number and addition."""
        r = self.random
        return r.choice(self.postcodes), r.randint(1, 120), r.choice([""] * 8 + ["A", "B", "2"])

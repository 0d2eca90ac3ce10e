"""The texts beside the data: what it is, what changed, and three examples.

Decides the words only.  Dutch first, because most readers are; the same in
English below it.
"""

from __future__ import annotations

from allocation.opendata.fields import CHANGES
from allocation.opendata.metadata import LICENCE_URL, Publisher


def read_me(publisher: Publisher) -> str:
    """Return the text that explains the files, in both languages."""
    return f"""Open data van {publisher.association}
{"=" * (14 + len(publisher.association))}

In deze map staat voor elke woning die is geadverteerd: hoeveel mensen reageerden, wat ervan is
geworden, en of de regels zijn gevolgd. Wat hier staat, staat ook op de site. Er staan geen
persoonsgegevens in. Woningen die niet zijn geadverteerd, staan er niet in.

woningen.csv, .json, .parquet          alle woningen; één rij per advertentie en woning
woningen-JAAR.csv, .json, .parquet     dezelfde rijen, per jaar waarin de advertentie sloot
woning/XX.json                         kleine bestanden; XX: eerste twee van de laatste acht
                                       tekens van de sleutel
toetsen.parquet                        elke toets: één rij per verhuring en regel
afwijkingen.csv                        alleen de toetsen die niet in orde waren
toetsen-per-maand.csv                  toetsen geteld per maand, regel en uitslag
jaarcijfers.csv                        cijfers per jaar, afgerond
regels.csv                             de regels: titel, gewicht, vanaf en tot wanneer
datapackage.json, schema/              wat elke kolom betekent, in het Nederlands en Engels
dcat.jsonld                            beschrijving voor dataportalen (DCAT-AP-NL)
openapi.json                           de adressen, voor programma's
wijzigingen.txt                        wat er aan de kolommen is veranderd
voorbeelden/                           voorbeelden in pandas, DuckDB en een rekenblad

Een leeg vak betekent: niet bekend, niet van toepassing, of iets dat wij niet tonen. Bedragen zijn
in euro, met een punt voor de centen. Begint een tekst in een CSV-bestand met = + - of @ (of komt
zo'n teken na een puntkomma), dan zetten wij er een apostrof voor. Zo ziet een rekenblad het nooit
aan voor een formule. In JSON en Parquet staat de tekst zonder apostrof.

U mag alles gebruiken als u onze naam en de datum noemt: {LICENCE_URL}
Gegevens tot en met {publisher.data_until.isoformat()}. Klopt er iets niet? {publisher.email}


In English
----------

This folder holds, for every dwelling that was advertised, how many people responded, what became
of it and whether the rules were followed. All of it stands on the site too. There are no personal
data in it. Dwellings that were not advertised are not in it.

An empty cell means: not known, not applicable, or something that we do not show. Amounts are in
euro with a decimal point. Where a text in a CSV file starts with = + - or @ (or has one after a
semicolon), an apostrophe goes before it, so that no spreadsheet takes it for a formula. JSON and
Parquet hold the text as it is.
datapackage.json describes every column in both languages; openapi.json lists the addresses.

You may use everything if you name us and the date: {LICENCE_URL}
Data up to {publisher.data_until.isoformat()}. Is something wrong? {publisher.email}
"""


def changes() -> str:
    """Return the changelog of the tables."""
    lines = [
        "Wijzigingen in de kolommen / Changes of the columns",
        "",
        "Een kolom verandert nooit stil van betekenis. Gaat een kolom weg of betekent hij iets "
        "anders, dan gaat het eerste cijfer omhoog; komt er een kolom bij, het tweede.",
        "A column never changes its meaning silently. Where one goes or means something else, the "
        "first number goes up; where one is added, the second.",
        "",
    ]
    for version, day, nl, en in CHANGES:
        lines += [f"{version} ({day})", f"  {nl}", f"  {en}", ""]
    return "\n".join(lines)


def examples(publisher: Publisher) -> dict[str, str]:
    """Return the examples, by path below ``data/``."""
    base = f"{publisher.base_url}data/"
    return {
        "voorbeelden/met_pandas.py": f'''"""Reacties per woning en plaats, met pandas."""

import pandas as pd

DATA = "{base}"

woningen = pd.read_csv(
    DATA + "woningen.csv", parse_dates=["opens_on", "closes_on", "let_month"]
)
verhuurd = woningen[woningen["outcome"] == "let"]
print(verhuurd.groupby("place")["response_count"].agg(["size", "median"]))
''',
        "voorbeelden/duckdb.sql": f"""-- Hoe lang stonden nieuwe huurders ingeschreven?
SELECT
    date_trunc('quarter', let_month) AS kwartaal,
    count(*) AS verhuringen,
    median(registration_years) AS jaren_ingeschreven
FROM '{base}woningen.parquet'
WHERE outcome = 'let' AND ordering = 'registration_duration'
GROUP BY kwartaal
ORDER BY kwartaal;
""",
        "voorbeelden/rekenblad.txt": """Zo opent u de gegevens in een rekenblad
=======================================

Excel
1. Kies Gegevens, dan Gegevens ophalen, dan Uit tekst/CSV, en wijs woningen.csv aan.
2. Bestandsoorsprong: 65001 Unicode (UTF-8). Scheidingsteken: komma.
3. Kies Gegevens transformeren als bedragen niet als getal binnenkomen, en stel de landinstelling
   in op Engels: het decimaalteken is een punt.

LibreOffice Calc
1. Open woningen.csv. Tekenset: Unicode (UTF-8). Taal: Engels. Scheidingsteken: alleen komma.
2. Laat "Formules evalueren" uit staan.

Dubbelklik niet op het bestand: een Nederlands rekenblad verwacht puntkomma's en zet dan alles in
één kolom.
""",
    }

"""The reports as a clerk makes them, every public number counted again from the open data.

The counting here shares no code with the program: it reads the CSV files of
the site, with their own schema for the words, and SciPy for the tests of chance.
"""

from __future__ import annotations

import csv
import json
import re
import stat
import statistics
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from scipy import stats
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from allocation.sample import write_sample
from tests.functional.office import Office, Row

PERIOD = "2026-Q2"
NIGHT = date(2026, 11, 22)

Table = list[list[str]]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office of some size with a night built and the reports of one quarter made."""
    folder = tmp_path_factory.mktemp("desk") / "office"
    write_sample(folder, dwellings=500, responses_per_dwelling=15, seed=5, file_format="csv")
    office = Office(folder)
    for night in ("2026-11-21", "2026-11-22"):
        result = office.build(night)
        assert result.returncode == 0, result.stderr
    (folder / "opmerkingen.txt").write_text(
        "Wij zien <b>twee</b> afwijkingen.\n\nDat vinden wij er twee te veel.", encoding="utf-8"
    )
    (folder / "antwoord.txt").write_text("Wij ook. Wij zoeken het uit.", encoding="utf-8")
    said = ("--remarks", "opmerkingen.txt", "--answer", "antwoord.txt")
    for audience in ("public", "association", "board"):
        result = office.run("report", "--period", PERIOD, f"--{audience}", *said)
        assert result.returncode == 0, result.stderr
    return office


def page_of(office: Office, audience: str) -> HTMLParser:
    path = office.folder / "reports" / f"rapport-{PERIOD}-{audience}.html"
    return HTMLParser(path.read_text(encoding="utf-8"))


def tables_of(page: HTMLParser) -> dict[str, Table]:
    """Return each table of a page by its title, without its heading."""
    found = {}
    for table in page.css("table"):
        caption = table.css_first("caption")
        assert caption is not None
        rows = [[_text(cell.text()) for cell in row.css("th,td")] for row in table.css("tbody tr")]
        found[_text(caption.text())] = rows
    return found


def _text(text: str) -> str:
    return " ".join(text.split())


def _number(value: float | None) -> str:
    """Return a number as Dutch readers write it."""
    if value is None:
        return "zegt te weinig"
    exact = Decimal(str(value)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    text = f"{exact:,}".removesuffix(".0")
    return text.replace(",", "\0").replace(".", ",").replace("\0", ".")


@dataclass(frozen=True)
class Counted:
    """The open data of a site, counted by hand."""

    data: Path

    def rows(self, name: str) -> list[Row]:
        with (self.data / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def words(self, table: str, column: str) -> dict[str, str]:
        schema = json.loads((self.data / f"schema/{table}.json").read_text(encoding="utf-8"))
        field = next(field for field in schema["fields"] if field["name"] == column)
        return {entry["value"]: entry["label"] for entry in field["categories"]}

    def let(self, period: str) -> list[Row]:
        first, last = bounds(period)
        return [
            r
            for r in self.rows("woningen")
            if r["outcome"] == "let" and first <= r["let_month"] <= last
        ]

    def closed(self, period: str) -> list[Row]:
        first, last = bounds(period)
        return [
            r for r in self.rows("woningen") if first <= (r["closes_on"] or r["opens_on"]) <= last
        ]

    def covered(self, period: str) -> bool:
        oldest = min(r["closes_on"] or r["opens_on"] for r in self.rows("woningen"))
        first = date.fromisoformat(bounds(period)[0])
        return (first - date.fromisoformat(oldest[:8] + "01")).days >= 60

    def responses(self, period: str) -> list[int]:
        known = [r for r in self.closed(period) if r["outcome"] != "open" and r["response_count"]]
        return [int(r["response_count"]) for r in known]

    def years(self, period: str, column: str = "", value: str = "") -> list[int]:
        return [
            int(r["registration_years"])
            for r in self.let(period)
            if r["ordering"] == "registration_duration"
            and r["registration_years"]
            and (not column or r[column] == value)
        ]

    def deviations(self, period: str | None = None) -> list[tuple[Row, Row]]:
        let = {r["key"]: r for r in (self.let(period) if period else self.rows("woningen"))}
        return [(let[r["key"]], r) for r in self.rows("afwijkingen") if r["key"] in let]


def bounds(period: str) -> tuple[str, str]:
    year, quarter = int(period[:4]), int(period[-1])
    last = {1: "03-31", 2: "06-30", 3: "09-30", 4: "12-31"}[quarter]
    return f"{year}-{3 * quarter - 2:02}-01", f"{year}-{last}"


def back(period: str, quarters: int) -> str:
    at = int(period[:4]) * 4 + int(period[-1]) - 1 - quarters
    return f"{at // 4}-Q{at % 4 + 1}"


def days(period: str) -> int:
    first, last = (date.fromisoformat(day) for day in bounds(period))
    return (last - first).days + 1


def median(values: list[int]) -> float | None:
    return statistics.median(values) if len(values) >= 10 else None


@pytest.fixture(scope="module")
def counted(desk: Office) -> Counted:
    return Counted(desk.site / "data")


@pytest.fixture(scope="module")
def public(desk: Office) -> dict[str, Table]:
    return tables_of(page_of(desk, "openbaar"))


PREVIOUS, YEAR_AGO = back(PERIOD, 1), back(PERIOD, 4)


def by_code(counted: Counted, column: str) -> Table:
    words = counted.words("woningen", column)
    periods = (PERIOD, PREVIOUS, YEAR_AGO)
    counts = [Counter(r[column] for r in counted.let(p)) for p in periods]
    kept = [
        c if i == 0 or counted.covered(p) else None
        for i, (c, p) in enumerate(zip(counts, periods, strict=True))
    ]
    rows = [
        [word, *(_number(c[code]) if c is not None else "geen gegevens" for c in kept)]
        for code, word in words.items()
        if any(c and c[code] for c in kept)
    ]
    total = ["Samen", *(_number(c.total()) if c is not None else "geen gegevens" for c in kept)]
    return [*rows, total]


def expected_outcomes(counted: Counted) -> Table:
    words = counted.words("woningen", "outcome")
    counts = Counter(r["outcome"] for r in counted.closed(PERIOD))
    return [[word, _number(counts[code])] for code, word in words.items()]


def expected_passed(counted: Counted) -> Table:
    let = counted.let(PERIOD)
    kinds = {
        "declined": "wilde de woning zelf niet",
        "conditions": "voldeed niet aan de voorwaarden",
        "no_answer": "gaf geen antwoord",
        "other": "andere reden",
        "no_reason": "geen reden vastgelegd",
    }
    return [
        [words, _number(sum(int(r[f"passed_{kind}"] or 0) for r in let))]
        for kind, words in kinds.items()
    ]


def spread_row(name: str, values: list[int], covered: bool = True) -> list[str]:
    if not covered:
        return [name, "geen gegevens", "–", "–"]
    if len(values) < 10:
        return [name, _number(len(values)), "zegt te weinig", "–"]
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    half = " tot ".join(_number(float(f"{x:.2f}")) for x in (low, high))
    return [name, _number(len(values)), _number(middle), half]


def expected_responses(counted: Counted) -> Table:
    periods = [back(PERIOD, i) for i in reversed(range(8))]
    return [
        spread_row(f"{p[:4]} kw. {p[-1]}", counted.responses(p), p == PERIOD or counted.covered(p))
        for p in periods
    ]


def expected_years(column: str) -> Callable[[Counted], Table]:
    def expect(counted: Counted) -> Table:
        let = [r for r in counted.let(PERIOD) if r["ordering"] == "registration_duration"]
        values = sorted({r[column] for r in let if r["registration_years"] and r[column]})
        words = counted.words("woningen", column) if column == "dwelling_type" else {}
        return [spread_row(words.get(v, v), counted.years(PERIOD, column, v)) for v in values]

    return expect


def expected_results(counted: Counted) -> Table:
    first, last = bounds(PERIOD)
    order = ["passed", "in_treatment", "explained", "unexplained", "cannot_tell", "not_applicable"]
    found: dict[str, Counter[str]] = {}
    for row in counted.rows("toetsen-per-maand"):
        if first <= row["let_month"] <= last:
            results = found.setdefault(row["rule"], Counter())
            results[row["result"]] += int(row["lettings"])
    return [[rule, *(_number(found[rule][r]) for r in order)] for rule in sorted(found)]


def expected_deviations(counted: Counted) -> Table:
    results = counted.words("toetsen", "result")
    reasons = counted.words("toetsen", "explanation") | {"": "nog geen"}
    found = sorted(
        counted.deviations(PERIOD),
        key=lambda pair: (pair[0]["let_month"], pair[1]["rule"], pair[1]["key"]),
    )
    return [
        [
            address(row),
            check["rule"],
            results[check["result"]].removeprefix("afwijking, "),
            reasons[check["explanation"]],
        ]
        for row, check in found
    ]


def address(row: Row) -> str:
    return f"{row['street']} {row['house_number']}".strip() + f", {row['place']}"


def expected_explained(counted: Counted) -> Table:
    rows = Counter((row[2], row[3]) for row in expected_deviations(counted))
    return [[*pair, _number(n)] for pair, n in sorted(rows.items())]


def expected_open(counted: Counted) -> Table:
    waiting = [
        (row, check)
        for row, check in counted.deviations()
        if check["result"] in ("in_treatment", "unexplained")
        and row["let_month"] <= bounds(PERIOD)[1]
    ]
    aged = [((NIGHT - date.fromisoformat(c["since"])).days, r, c) for r, c in waiting]
    aged.sort(key=lambda entry: (-entry[0], entry[2]["rule"], entry[2]["key"]))
    return [[address(r), c["rule"], _number(n)] for n, r, c in aged]


def expected_broken(counted: Counted) -> Table:
    found = [check for _, check in counted.deviations(PERIOD)]
    times = Counter(check["rule"] for check in found)
    waiting = Counter(c["rule"] for c in found if c["result"] in ("in_treatment", "unexplained"))
    order = sorted(times, key=lambda rule: (-times[rule], rule))
    assert len(order) <= 8
    return [[rule, _number(times[rule]), _number(waiting[rule])] for rule in order]


def note(chance: float | None) -> str:
    if chance is None:
        return "te weinig"
    return "meer dan toeval" if chance < 0.05 else "kan toeval zijn"


def compared(counted: Counted, name: str, then: str) -> list[str]:
    """Return a key figure of another period, and what SciPy says of the difference."""
    if not counted.covered(then):
        return ["geen gegevens", "–"]
    now_let, then_let = counted.let(PERIOD), counted.let(then)
    if name.startswith("Verhuurde"):
        a, b = len(now_let), len(then_let)
        share = days(PERIOD) / (days(PERIOD) + days(then))
        chance = stats.binomtest(a, a + b, share).pvalue if max(a, b) >= 10 else None
        return [_number(b), note(chance)]
    if name.startswith(("Waarvan", "Verhuringen met")):
        test = part_of(name)
        parts = [sum(map(test, rows)) for rows in (now_let, then_let)]
        wholes = [len(now_let), len(then_let)]
        grid = [[p, w - p] for p, w in zip(parts, wholes, strict=True)]
        chance = stats.fisher_exact(grid).pvalue if min(wholes) >= 10 else None
        return [_number(parts[1]), note(chance)]
    series = counted.responses if name.startswith("Reacties") else counted.years
    now, before = series(PERIOD), series(then)
    chance = None
    if min(len(now), len(before)) >= 10:
        chance = stats.mannwhitneyu(now, before, method="asymptotic").pvalue
    middle = median(before)
    return ["te weinig" if middle is None else _number(middle), note(chance)]


def part_of(name: str) -> Callable[[Row], bool]:
    if name.startswith("Waarvan"):
        return lambda row: row["model"] == "offer_model"
    return lambda row: int(row["deviations"] or 0) > 0


def expected_key(counted: Counted) -> Table:
    let = counted.let(PERIOD)
    now = {
        "Verhuurde woningen die op de site staan": len(let),
        "Waarvan via het aanbodmodel": sum(r["model"] == "offer_model" for r in let),
        "Reacties op de middelste advertentie": median(counted.responses(PERIOD)),
        "Jaren ingeschreven, middelste nieuwe huurder": median(counted.years(PERIOD)),
        "Verhuringen met een afwijking": sum(int(r["deviations"] or 0) > 0 for r in let),
    }
    return [
        [
            name,
            _number(value),
            *compared(counted, name, PREVIOUS),
            *compared(counted, name, YEAR_AGO),
        ]
        for name, value in now.items()
    ]


def expected_withheld(counted: Counted) -> Table:
    return [
        [
            r["last_year"],
            f"ongeveer {_number(int(r['lettings']))}" if r["lettings"] else "minder dan 10",
        ]
        for r in counted.rows("jaarcijfers")
        if r["statement"] == "withheld" and int(r["last_year"]) <= int(PERIOD[:4])
    ]


def expected_norms(counted: Counted) -> Table:
    norms = [
        r
        for r in counted.rows("jaarcijfers")
        if r["statement"] != "withheld" and int(r["last_year"]) <= int(PERIOD[:4])
    ]
    last = max(int(r["last_year"]) for r in norms)
    met = {"true": "gehaald", "false": "niet gehaald", "": "niet te zeggen"}
    return [
        [
            r["statement"],
            f"ongeveer {r['share_percent']} %" if r["share_percent"] else "niet te zeggen",
            met[r["met"]],
        ]
        for r in norms
        if int(r["last_year"]) == last
    ]


def rule_only(table: Table, column: int, drop: tuple[int, ...] = ()) -> Table:
    """Return a table with the number of a rule instead of its title."""
    made = []
    for row in table:
        cells = [cell.split()[0] if i == column else cell for i, cell in enumerate(row)]
        made.append([cell for i, cell in enumerate(cells) if i not in drop])
    return made


EXPECTED: dict[str, tuple[Callable[[Counted], Table], Callable[[Table], Table]]] = {
    "Kerncijfers": (expected_key, list),
    "Welke regels niet zijn gevolgd": (expected_broken, lambda t: rule_only(t, 0)),
    "Hoe de afwijkingen zijn toegelicht": (expected_explained, list),
    "Alle afwijkingen": (expected_deviations, lambda t: rule_only(t, 2, (1,))),
    "Openstaande afwijkingen": (expected_open, lambda t: rule_only(t, 2, (1, 3))),
    "Uitslagen per regel": (expected_results, lambda t: rule_only(t, 0)),
    "Verhuringen per manier van verdelen": (lambda c: by_code(c, "model"), list),
    "Verhuringen per volgorde": (lambda c: by_code(c, "ordering"), list),
    "Wat er is geworden van de advertenties met een sluitdatum in deze periode": (
        expected_outcomes,
        list,
    ),
    "Kandidaten die hoger stonden en de woning niet kregen": (expected_passed, list),
    "Reacties per advertentie": (expected_responses, list),
    "Jaren ingeschreven per plaats": (expected_years("place"), list),
    "Jaren ingeschreven per soort woning": (expected_years("dwelling_type"), sorted),
    "Jaren ingeschreven per aantal kamers": (expected_years("room_count"), list),
    "Normen": (expected_norms, lambda t: rule_only(t, 0, (1, 2))),
    "Niet op de site, per jaar": (expected_withheld, list),
}


PER_KIND = {
    "Jaren ingeschreven per plaats": "place",
    "Jaren ingeschreven per soort woning": "dwelling_type",
    "Jaren ingeschreven per aantal kamers": "room_count",
}


def says_nothing(title: str, counted: Counted) -> bool:
    """Say whether a table of registration years would have no figure in it."""
    if title not in PER_KIND:
        return False
    column = PER_KIND[title]
    values = {r[column] for r in counted.let(PERIOD) if r[column]}
    return all(len(counted.years(PERIOD, column, value)) < 10 for value in values)


def test_every_table_of_the_public_report_is_counted_again(
    public: dict[str, Table], counted: Counted
):
    assert set(public) == {title for title in EXPECTED if not says_nothing(title, counted)}


@pytest.mark.parametrize("title", EXPECTED)
def test_the_public_report_says_what_the_open_data_say(
    title: str, public: dict[str, Table], counted: Counted
):
    if says_nothing(title, counted):
        assert title not in public
        return
    expect, shape = EXPECTED[title]
    wanted = expect(counted)
    if title == "Jaren ingeschreven per soort woning":
        wanted = sorted(wanted)
    assert shape(public[title]) == wanted
    assert wanted


def test_charts_and_sentences_say_the_same_numbers(desk: Office, counted: Counted):
    page = page_of(desk, "openbaar")
    series = {
        "Verhuringen per periode": lambda p: len(counted.let(p)),
        "Reacties op de middelste advertentie": lambda p: median(counted.responses(p)),
        "Jaren ingeschreven, de middelste nieuwe huurder": lambda p: median(counted.years(p)),
    }
    charts = page.css("svg")
    assert len(charts) == len(series)
    for chart in charts:
        title = chart.css_first("title").text()
        shown = [_text(text.text()) for text in chart.css("text")]
        periods = [f"{label[:4]}-Q{label[-1]}" for label in shown[::2]]
        assert periods == [back(PERIOD, i) for i in reversed(range(len(periods)))]
        assert shown[1::2] == [_number(series[title](p)) for p in periods]
        told = _text(chart.css_first("desc").text())
        assert all(f"{a}: {b}" in told for a, b in zip(shown[::2], shown[1::2], strict=True))
    sentences = [_text(item.text()) for item in page.css("section.first li")]
    let = counted.let(PERIOD)
    offered = sum(r["model"] == "offer_model" for r in let)
    assert sentences[0] == (
        f"Verhuurd en op de site: {_number(len(let))} woningen, waarvan {_number(offered)} via het "
        f"aanbodmodel ({_number(100 * offered / len(let))} %)."
    )
    numbers = counted.responses(PERIOD)
    low, middle, high = statistics.quantiles(numbers, n=4, method="inclusive")
    assert sentences[1] == (
        f"Reacties: de middelste van {_number(len(numbers))} advertenties kreeg er "
        f"{_number(middle)}; de middelste helft tussen {_number(low)} en {_number(high)}."
    )
    years = counted.years(PERIOD)
    assert sentences[2].startswith(
        f"Wachttijd: de middelste van {_number(len(years))} nieuwe huurders stond "
        f"{_number(median(years))} jaar"
    )
    waiting = expected_open(counted)
    assert sentences[3].startswith(
        f"Openstaande afwijkingen, ook van eerder: {_number(len(waiting))}; de oudste"
    )


def expected_texts(counted: Counted) -> set[str]:
    """Return every sentence of the public report that holds a number, counted by hand."""
    quarter = f"het {ORDINALS[int(PERIOD[-1])]} kwartaal van {PERIOD[:4]}"
    oldest = min(r["closes_on"] or r["opens_on"] for r in counted.rows("woningen"))
    closed = counted.closed(PERIOD)
    withdrawn = sum(r["outcome"] == "withdrawn" for r in closed)
    norms = [row[-1] for row in expected_norms(counted)]
    last = max(r["last_year"] for r in counted.rows("jaarcijfers") if r["statement"] != "withheld")
    year, amount = expected_withheld(counted)[-1]
    target = next(
        r["target_percent"] for r in counted.rows("jaarcijfers") if r["statement"] == "NRM-1"
    )
    let, responses, years = counted.let(PERIOD), counted.responses(PERIOD), counted.years(PERIOD)
    offered = sum(r["model"] == "offer_model" for r in let)
    low, middle, high = statistics.quantiles(responses, n=4, method="inclusive")
    waiting = expected_open(counted)
    return {
        f"Verdeling van woningen in {quarter}",
        *expected_answer(counted),
        f"Verhuurd en op de site: {_number(len(let))} woningen, waarvan {_number(offered)} via het "
        f"aanbodmodel ({_number(100 * offered / len(let))} %).",
        f"Reacties: de middelste van {_number(len(responses))} advertenties kreeg er "
        f"{_number(middle)}; de middelste helft tussen {_number(low)} en {_number(high)}.",
        f"Wachttijd: de middelste van {_number(len(years))} nieuwe huurders stond "
        f"{_number(median(years))} jaar ingeschreven, waar inschrijfduur telt.",
        f"Openstaande afwijkingen, ook van eerder: {_number(len(waiting))}; de oudste staat "
        f"{waiting[0][-1]} {'dag' if waiting[0][-1] == '1' else 'dagen'} open.",
        f"Normen over {last}: {norms.count('gehaald')} gehaald, {norms.count('niet gehaald')} niet "
        f"gehaald, {norms.count('niet te zeggen')} niet te zeggen.",
        f"Niet op de site: in {year} {amount} verhuringen, zoals afgesproken.",
        f"Alle afwijkingen van verhuringen in {quarter} of eerder die op {day(NIGHT)} nog geen "
        "toelichting hadden. De langste staat bovenaan.",
        f"Afgesproken is dat ten minste {_number(float(target))} % van alle verhuringen via het "
        "aanbodmodel gaat. Of dat is gehaald, staat bij de normen: daar tellen ook de verhuringen "
        "mee die niet op de site staan.",
        f"In deze periode sloten {_number(len(responses))} advertenties waarvan het aantal "
        "reacties bekend is.",
        "Van de advertenties met een sluitdatum in deze periode "
        f"{'is' if withdrawn == 1 else 'zijn'} er {_number(withdrawn)} teruggetrokken uit het "
        "aanbod. De reden daarvan is nooit openbaar.",
        "Een periode heet 'geen gegevens' als onze gegevens niet ver genoeg teruggaan (tot "
        f"{MONTHS[int(oldest[5:7]) - 1]} {oldest[:4]}).",
        f"Gegevens tot en met {day(NIGHT)}.",
    }


ORDINALS = {1: "eerste", 2: "tweede", 3: "derde", 4: "vierde"}
MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september",
    "oktober", "november", "december",
)  # fmt: skip


def day(value: date) -> str:
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def times(number: int, one: str, more: str) -> str:
    return f"geen {more}" if not number else f"{_number(number)} {one if number == 1 else more}"


def expected_answer(counted: Counted) -> set[str]:
    """Return the title and the text of the answer on the first page."""
    found = [check for _, check in counted.deviations(PERIOD)]
    wrong = len({row["key"] for row, _ in counted.deviations(PERIOD)})
    weight = {row["rule"]: row["severity"] for row in counted.rows("regels")}
    breaches = sum(weight[check["rule"]] == "breach" for check in found)
    results = Counter(check["result"] for check in found)
    first, last = bounds(PERIOD)
    months = [r for r in counted.rows("toetsen-per-maand") if first <= r["let_month"] <= last]
    blind = Counter()
    for row in months:
        if row["result"] == "cannot_tell":
            blind[row["rule"]] += int(row["lettings"])
    checked = sum(bool(r["checks_passed"]) for r in counted.let(PERIOD))
    open_still = results["in_treatment"] + results["unexplained"]
    told = (
        f"Wij toetsten {times(checked, 'verhuring', 'verhuringen')} aan "
        f"{times(len({row['rule'] for row in months}), 'regel', 'regels')}. Wij vonden "
        f"{times(breaches, 'overtreding', 'overtredingen')} van een regel en "
        f"{times(len(found) - breaches, 'afwijking', 'afwijkingen')} van een afspraak. Toegelicht: "
        f"{results['explained']}. Nog in behandeling: {results['in_treatment']}. Niet op tijd "
        f"toegelicht: {results['unexplained']}."
    )
    if blind:
        told += (
            f" Bij {times(len(blind), 'regel', 'regels')} ontbrak soms een gegeven: "
            f"{times(blind.total(), 'toets', 'toetsen')} "
            f"{'kon' if blind.total() == 1 else 'konden'} daardoor niet."
        )
    return {
        f"Bij {times(wrong, 'verhuring', 'verhuringen')} is een regel niet gevolgd; "
        + ("nog niet alles is toegelicht" if open_still else "alles is toegelicht"),
        told,
    }


def test_no_number_of_the_public_report_is_left_uncounted(desk: Office, counted: Counted):
    """Tables and charts are counted above; any other text with a number must be known here."""
    page = page_of(desk, "openbaar")
    for heading in page.css("thead th, caption"):
        text = _text(heading.text())
        assert not re.search(r"\d", text) or re.fullmatch(r"20\d\d kw\. [1-4]", text), text
    for node in page.css("table, svg, style"):
        node.decompose()
    wanted, seen = expected_texts(counted), set()
    said = {"Wij zien <b>twee</b> afwijkingen."}
    body = page.css_first("body")
    for node in body.traverse(include_text=True):
        if node.tag != "-text" or not re.search(r"\d", node.text()):
            continue
        text = _text(node.text())
        assert text in wanted | said, text
        seen.add(text)
    assert wanted - seen == set()
    for label in [n.attributes.get("aria-label") or "" for n in page.css("[aria-label]")]:
        assert not re.search(r"\d", label)


def test_the_first_page_answers_whether_anything_was_wrong(desk: Office, counted: Counted):
    for audience in ("openbaar", "huurdersvereniging", "bestuur"):
        first = page_of(desk, audience).css_first("section.first")
        answer = _text(first.css_first(".notice").text())
        wrong = len({row["key"] for row, _ in counted.deviations(PERIOD)})
        assert answer.startswith(f"Bij {_number(wrong)} verhuring"), answer
        assert "Wij toetsten" in answer


def test_each_audience_gets_its_own_parts(desk: Office):
    headings = {
        audience: [h.text() for h in page_of(desk, audience).css("h2")]
        for audience in ("openbaar", "huurdersvereniging", "bestuur")
    }
    for own, audience in (
        ("Niet op de site, per grond", "huurdersvereniging"),
        ("Hoeveel er zijn vergeleken", "huurdersvereniging"),
        ("Niet op de site, exact", "bestuur"),
        ("Normen, met teller en noemer", "bestuur"),
        ("Vergelijking met het register", "bestuur"),
        ("Inkomen en passend toewijzen", "bestuur"),
    ):
        assert [name for name, found in headings.items() if own in found] == [audience], own


def test_remarks_and_answer_are_in_the_report_word_for_word(desk: Office):
    for audience in ("openbaar", "huurdersvereniging", "bestuur"):
        page = page_of(desk, audience)
        text = _text(page.css_first("main").text())
        assert "Wij zien <b>twee</b> afwijkingen." in text
        assert "Dat vinden wij er twee te veel." in text
        assert "Wij ook. Wij zoeken het uit." in text
        assert not page.css("main b")


def test_the_boards_exact_numbers_are_those_of_the_export(desk: Office):
    found = tables_of(page_of(desk, "bestuur"))
    first, last = bounds(PERIOD)
    let = [r for r in desk.rows("allocations") if r["tenure"] == "HUU"]
    dwellings = {r["dwelling_id"]: r for r in desk.rows("dwellings")}
    in_period = [r for r in let if first <= r["allocated_on"][:10] <= last]
    totals = {
        name: int(rows[-1][-1].replace(".", ""))
        for name, rows in found.items()
        if name.startswith("Sociale huurwoningen")
    }
    social = [r for r in in_period if dwellings[r["dwelling_id"]]["daeb"] == "ja"]
    assert totals[f"Sociale huurwoningen verhuurd in {PERIOD}"] == len(social)
    compared_rows = dict(found["Vergelijkingen en zaken"])
    assert int(compared_rows["Verhuringen vergeleken met het register"]) + int(
        compared_rows["Verkopen vergeleken met het register"]
    ) + int(compared_rows["Toewijzingen die niet vergeleken zijn"]) == sum(
        first <= r["allocated_on"][:10] <= last for r in desk.rows("allocations")
    )


def test_confidential_files_are_for_their_owner_alone(desk: Office):
    for path in (desk.folder / "reports").iterdir():
        mode = stat.S_IMODE(path.stat().st_mode)
        public = "openbaar" in path.name or path.suffix == ".css"
        assert mode == (mode if public else 0o600), path.name
    assert not list((desk.folder / "reports").glob("*openbaar.xlsx"))
    assert stat.S_IMODE((desk.folder / "state/inner-facts.json").stat().st_mode) == 0o600


def test_a_published_report_stands_on_the_site_after_the_next_night(desk: Office, tmp_path: Path):
    office = desk.copy(tmp_path / "office")
    result = office.run("report", "--period", PERIOD, "--publish")
    assert result.returncode == 0, result.stderr
    assert not (office.site / "rapporten" / PERIOD).exists()
    assert office.build().returncode == 0
    folder = office.site / "rapporten"
    assert {p.name for p in (folder / PERIOD).iterdir()} == {
        "index.html",
        "rapport.pdf",
        "rapport.css",
    }
    listed = HTMLParser((folder / "index.html").read_text(encoding="utf-8"))
    links = [a.attributes["href"] for a in listed.css("main .choices a")]
    assert links == [f"../rapporten/{PERIOD}/{name}" for name in ("index.html", "rapport.pdf")]
    assert all((folder / link).is_file() for link in links if link)
    english = HTMLParser((office.site / "en/rapporten/index.html").read_text(encoding="utf-8"))
    assert [a.attributes["href"] for a in english.css("main .choices a")] == [
        f"../{link}" for link in links
    ]
    before = (folder / PERIOD / "index.html").read_bytes()
    again = office.run("report", "--period", PERIOD, "--publish")
    assert again.returncode == 0
    text = (office.folder / "reports" / f"rapport-{PERIOD}-openbaar.html").read_text()
    assert "nog hetzelfde als in het rapport van toen" in _text(text)
    assert office.build().returncode == 0
    assert (folder / PERIOD / "index.html").read_bytes() != before


def test_a_private_value_in_remarks_stops_the_next_night(desk: Office, tmp_path: Path):
    office = desk.copy(tmp_path / "office")
    person = next(r for r in office.rows("candidates") if len(r["surname"]) > 8)
    remark = f"{person['candidate_id']} kreeg een woning"
    (office.folder / "lek.txt").write_text(remark, encoding="utf-8")
    result = office.run("report", "--period", PERIOD, "--publish", "--remarks", "lek.txt")
    assert result.returncode == 0
    built = office.build()
    assert built.returncode == 4
    assert "rapporten/" in built.stderr
    assert person["candidate_id"] not in built.stderr


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--period", "2026-Q7"), 2, "'2026-Q7' is no period: write 2026-Q1 or 2026."),
        (("--period", "2027-Q1"), 2, "before the period 2027-Q1 begins"),
        (("--period", PERIOD, "--board", "--publish"), 2, "Only the public report"),
        (("--period", PERIOD, "--public", "--board"), 2, "Choose one of --public, --association"),
        (("--period", PERIOD, "--association", "--board"), 2, "Choose one of --public"),
        (("--period", PERIOD, "--remarks", "weg.txt"), 3, "weg.txt cannot be read"),
        (("--period", PERIOD, "--remarks", "latin.txt"), 3, "latin.txt is no text in UTF-8"),
        (("--period", PERIOD, "--remarks", "bel.txt"), 3, "[bel.txt, row 2]"),
        (("--period", PERIOD, "--answer", "lang.txt"), 3, "longer than 20,000 characters"),
    ],
)
def test_wrong_words_get_one_clear_line(desk: Office, words: tuple[str, ...], code: int, said: str):
    (desk.folder / "latin.txt").write_bytes("één".encode("latin-1"))
    (desk.folder / "bel.txt").write_bytes("goed\nfout\u202e".encode())
    (desk.folder / "lang.txt").write_text("a" * 20_001, encoding="utf-8")
    result = desk.run("report", *words)
    assert result.returncode == code, result.stderr
    assert said in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert not re.search("Traceback", result.stderr)


def test_without_a_site_there_is_no_report(fresh_office: Office, tmp_path: Path):
    office = fresh_office.copy(tmp_path / "office")
    result = office.run("report", "--period", PERIOD)
    assert result.returncode == 2
    assert "run 'allocation build' first" in result.stderr


def test_the_same_report_has_the_same_bytes(desk: Office, tmp_path: Path):
    for audience, word in (("public", "openbaar"), ("board", "bestuur")):
        result = desk.run(
            "report",
            "--period",
            PERIOD,
            f"--{audience}",
            "--to",
            str(tmp_path),
            "--remarks",
            "opmerkingen.txt",
            "--answer",
            "antwoord.txt",
        )
        assert result.returncode == 0, result.stderr
        for path in tmp_path.glob(f"*{word}*"):
            assert path.read_bytes() == (desk.folder / "reports" / path.name).read_bytes()

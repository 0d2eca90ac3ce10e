"""``nox -s bench``: print ratios, write them as JSON, and say which aims are met.

``--large`` adds 100,000 dwelling pages and the night with 20 million responses; it
needs some 20 GB on the disk of the temporary folder.  Nothing is removed before the end.
"""

from __future__ import annotations

import argparse
import platform
import sys
import tempfile
from pathlib import Path
from statistics import median

from tests.bench import night, pages, reports, rules
from tests.bench.timing import Measured, run_command, table, wait_for_rest, write_json


def main() -> None:
    """Run the benchmarks."""
    parser = argparse.ArgumentParser(prog="nox -s bench --", description=__doc__)
    parser.add_argument("--large", action="store_true", help="also at national scale")
    parser.add_argument("--json", type=Path, default=Path("bench/latest.json"))
    chosen = parser.parse_args()
    facts: dict[str, object] = {"machine": platform.platform(), "python": platform.python_version()}
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        wait_for_rest(work)
        _pages(work / "small", 10_000, facts)
        if chosen.large:
            _night(work / "large", facts)
            _rules(work / "large", facts)
            _reports(work / "large", facts)
            _pages(work / "large", 100_000, facts)
    write_json(chosen.json, facts)
    print(f"Written: {chosen.json}")


def _pages(work: Path, dwellings: int, facts: dict[str, object]) -> None:
    office = work / "office"
    if not office.exists():
        work.mkdir(parents=True)
        night.make(office, dwellings, 5)
        build = ["-m", "allocation", "build", "--config", str(office / "allocation.toml")]
        run_command("build", [sys.executable, *build])
    rows = pages.measure(office, work, with_mkdocs=dwellings <= 10_000)
    print(table(f"\nThe site of {dwellings:,} dwellings", rows, pages.OURS))
    facts[f"pages-{dwellings}"] = _facts(rows)
    of = {row.name: row.seconds for row in rows}
    ours = of[pages.OURS]
    if pages.HUGO in of:
        aim = 1.0 if dwellings <= 10_000 else 2.0
        dutch = of[pages.DUTCH]
        _aim(f"at least {aim:g}x as fast as Hugo", of[pages.HUGO] / dutch, aim)
    if pages.MKDOCS in of:
        _aim("at least 5x as fast as mkdocs-material", of[pages.MKDOCS] / of[pages.DUTCH], 5.0)
    share, again = of[pages.AGAIN_WITHIN] / of[pages.OURS_WITHIN], of[pages.AGAIN] / ours
    if dwellings > 10_000:
        _aim("the whole site at most 1.6x a copy of it", 1.6 * of[pages.COPY] / ours, 1.0)
        within = of[pages.OURS_WITHIN] / of[pages.COPY]
        print(f"  from the public table to the finished tree it takes {within:.2f}x a copy")
        _aim("a night of 50 outcomes at most 15 % of a full build", 0.15 / share, 1.0)
    print(f"  a night of 50 outcomes takes {share:.1%} of a full build; ", end="")
    print(f"with the start of a program for each, {again:.1%}")


def _night(work: Path, facts: dict[str, object]) -> None:
    work.mkdir(parents=True)
    made = night.make(work / "office", 100_000, 200)
    rows = [made, *night.measure(work / "office", work)]
    print(table("\nThe night of 100,000 dwellings and 20 million responses", rows, night.FLOOR))
    facts["night"] = _facts(rows)
    of = {row.name: row.seconds for row in rows}
    for name in (night.NIGHT, night.NEXT):
        _aim(f"{name}: at most 5x scan + copy", 5.0 * of[night.FLOOR] / of[name], 1.0)
    print(f"  the search of the tree takes {of[night.SEARCH] / of[night.CAT]:.1f}x a cat of it")


def _rules(work: Path, facts: dict[str, object]) -> None:
    rewritten = rules.beside_scan(work / "office")
    night.put_back(work / "office", work)
    rows, rounds = rules.measure(work / "office", work)
    print(table("\nAll rules over 20 million responses", rows, rules.SCAN))
    facts["rules"] = _facts(rows)
    of = {row.name: row for row in rows}
    ours = of[rules.RULES].seconds
    for most, over, what in ((10, rules.SCAN, "the scan"), (2, rules.PARSE, "the parse as CSV")):
        ratios = rounds.ratios(rules.RULES, over)
        facts[f"rules: times {what}"] = ratios
        _aim(f"all rules take at most {most}x {what}", most / median(ratios), 1.0)
        print(f"    {_spread(ratios)}")
    facts["rules: times the scan, as DuckDB writes the responses"] = rewritten
    print(f"    the scan, where DuckDB wrote the responses: {_spread(rewritten)}")
    _aim("all rules are faster than pandas on one", of[rules.PANDAS].seconds / ours, 1.0)
    _aim("all rules stay within 4 GB", 4096 / (of[rules.RULES].megabytes or 1), 1.0)
    exponent = rules.growth(work, of[rules.RULES])
    facts["rules-growth"] = exponent
    print(f"  growth from 1,000 to 100,000 dwellings: exponent {exponent:.2f} (aim: 1.1)")


def _reports(work: Path, facts: dict[str, object]) -> None:
    known = facts["night"]
    seconds = known[night.NIGHT]["seconds"] if isinstance(known, dict) else 0.0
    rows = [Measured(night.NIGHT, seconds), *reports.measure(work / "office", work)]
    print(table("\nReports over 100,000 lettings", rows, night.NIGHT))
    facts["reports"] = _facts(rows)
    of = {row.name: row.seconds for row in rows}
    _aim("all reports take at most half the night", 0.5 * seconds / of[reports.REPORTS], 1.0)


def _aim(what: str, reached: float, aim: float) -> None:
    print(f"  {'met' if reached >= aim else 'NOT MET'}: {what} ({reached:.2f})")


def _spread(ratios: list[float]) -> str:
    return f"{median(ratios):.2f}x; {len(ratios)} rounds: {ratios[0]:.2f}x to {ratios[-1]:.2f}x"


def _facts(rows: list[Measured]) -> dict[str, dict[str, float | None]]:
    return {row.name: {"seconds": row.seconds, "megabytes": row.megabytes} for row in rows}


if __name__ == "__main__":
    main()

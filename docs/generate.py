"""Write the generated pages and files, or check that they are fresh.

``python docs/generate.py`` writes them; with ``--check`` it only compares, and
fails when one is stale.  Generated are the contract's page, its Table Schema
files, the table of codes that withhold, the rules as they run, their spec
cases, the command reference and the header files for web servers.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from allocation import contract
from allocation.cli.main import cli
from allocation.contract_docs import contract_page, table_schema
from allocation.engine import PORTABLE_FUNCTIONS
from allocation.reports.audience import AUDIENCES, PARTS, Audience, sees
from allocation.rules import DERIVATIONS, RULES
from allocation.rules.functions import FUNCTIONS
from allocation.rules.model import SEVERITIES
from allocation.site.servers import FILES, server_file
from allocation.vocabulary import RELEASE, code_lists

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.spec.render import render_cases  # noqa: E402 - from the repository, not installed


def generated() -> dict[Path, str]:
    """Return every generated file with its content."""
    files = {
        ROOT / "docs" / "contract.md": contract_page(),
        ROOT / "docs" / "withholding-codes.md": withholding_page(),
        ROOT / "docs" / "commands.md": commands_page(),
        ROOT / "docs" / "who-sees-what.md": audiences_page(),
        ROOT / "docs" / "web-server.md": servers_page(),
        ROOT / "docs" / "rules.md": rules_page(),
        ROOT / "docs" / "rule-cases.md": render_cases(),
    }
    for table in contract.TABLES:
        schema = json.dumps(table_schema(table), ensure_ascii=False, indent=2)
        files[ROOT / "data" / "schemas" / f"{table.name}.json"] = schema + "\n"
    return files


def withholding_page() -> str:
    """Return the page of the codes that keep an allocation off the site."""
    lines = [
        "# Codes die van de site houden",
        "",
        "Elke code op deze assen houdt een toewijzing van de site of geeft haar vrij. Eén code die "
        "tegenhoudt is genoeg. Een code die ontbreekt of onbekend is, houdt ook tegen. Afwijken "
        "kan in `[withholding]` in de instellingen.",
        "",
        "| lijst | code | VERA | naam | gevolg |",
        "|---|---|---|---|---|",
    ]
    for name, codes in code_lists().items():
        for code in codes.values():
            if code.withhold:
                vera = f"{code.vera_list} {code.vera_code}".strip()
                effect = "vrij" if code.withhold == RELEASE else f"**{code.withhold}**"
                lines.append(f"| {name} | `{code.code}` | {vera} | {code.name_nl} | {effect} |")
    return "\n".join(lines) + "\n"


def rules_page() -> str:
    """Return the page with every rule as it runs, and the tables that rules share."""
    lines = [
        "# De regels, zoals ze draaien",
        "",
        "Dit zijn alle regels waaraan elke verhuring wordt getoetst. De SQL is de tekst die elke "
        "nacht draait, op DuckDB of op Spark. Wat een regel van een voorbeeld zegt, staat bij de "
        "[voorbeelden](rule-cases.md).",
        "",
        "Een oordeel is *in orde*, *niet in orde*, *niet van toepassing* of *niet vast te "
        "stellen*. In het laatste geval staat erbij welk gegeven ontbreekt.",
    ]
    for rule in RULES:
        columns = ", ".join(f"`{table}.{column}`" for table, column in rule.needs)
        public = "alleen intern" if rule.internal else "openbaar"
        lines += [
            "",
            f"## {rule.id} {rule.title_nl}",
            "",
            rule.explanation_nl,
            "",
            f"- Waarom: {rule.basis_nl}",
            f"- Als het niet klopt: {SEVERITIES[rule.severity][0]}; het oordeel is {public}",
            f"- Geldt vanaf: {rule.in_force_from.isoformat()}",
            f"- Heeft nodig: {columns}",
            "",
            "```sql",
            rule.sql.rstrip(),
            "```",
        ]
    lines += [
        "",
        "## Gedeelde tabellen",
        "",
        "Deze tabellen lezen de regels samen. Ze worden in deze volgorde gemaakt.",
    ]
    for table in DERIVATIONS:
        lines += ["", f"### {table.nl} (`{table.name}`)", "", "```sql", table.sql.rstrip(), "```"]
    lines += [
        "",
        "## Eigen functies",
        "",
        "Deze functies hebben een naam van ons, omdat DuckDB en Spark ze anders schrijven.",
        "",
        "| functie | wat zij geeft | in DuckDB |",
        "|---|---|---|",
    ]
    for called, (meaning, _) in FUNCTIONS.items():
        lines.append(f"| `{called}` | {meaning} | `{PORTABLE_FUNCTIONS[called]}` |")
    return "\n".join(lines) + "\n"


def servers_page() -> str:
    """Return the page with the header file of each web server."""
    lines = [
        "# De webserver",
        "",
        "De site bestaat uit gewone bestanden in `public/current`. Elke webserver kan ze tonen. "
        "Neem het bestand van uw server over. De regels zeggen de browser: laad alleen van deze "
        "site, en niets dat in een pagina zelf is geschreven. Ze zetten ook het inpakken aan.",
        "",
        "Bewaar pagina's niet langer vast: de browser vraagt telkens of een pagina nog klopt "
        "(`no-cache`). Zo verdwijnt een pagina die u weghaalt ook meteen bij de bezoeker.",
    ]
    for name in FILES:
        lines += ["", f"## {name}", "", "```", server_file(name).rstrip(), "```"]
    return "\n".join(lines) + "\n"


def audiences_page() -> str:
    """Return the table of who sees which part of the reports."""
    titles = [AUDIENCES[audience][0] for audience in Audience]
    lines = [
        "# Wie ziet wat",
        "",
        "Een rapport bestaat uit delen. Deze lijst is de lijst die het programma gebruikt: een "
        "deel dat hier niet bij een lezer staat, wordt voor die lezer niet gemaakt.",
        "",
        f"| deel | in welke vorm | {' | '.join(titles)} |",
        f"|---|---|{'---|' * len(titles)}",
    ]
    for part, (name, form) in PARTS.items():
        marks = " | ".join("ja" if sees(audience, part) else "–" for audience in Audience)
        lines.append(f"| {name} | {form} | {marks} |")
    lines += [
        "",
        "Het openbare rapport is er als webpagina en PDF. De andere twee zijn er ook als werkmap, "
        "en alleen de eigenaar van de bestanden kan ze lezen.",
    ]
    return "\n".join(lines) + "\n"


def commands_page() -> str:
    """Return the command reference, as the program itself tells it in English."""
    lines = [
        "# Commando's",
        "",
        "Wat het programma zelf vertelt met `--lang en … --help`. Zonder `--lang` is dat in het "
        "Nederlands.",
    ]
    for title, command in _commands("allocation", cli):
        context = click.Context(command, info_name=title, max_content_width=90, terminal_width=90)
        lines += ["", f"## `{title}`", "", "```", command.get_help(context), "```"]
    return "\n".join(lines) + "\n"


def _commands(title: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    """Yield a command and all below it, each with its whole name."""
    yield title, command
    if isinstance(command, click.Group):
        for name, inner in sorted(command.commands.items()):
            yield from _commands(f"{title} {name}", inner)


def main(arguments: list[str]) -> int:
    """Write or check; return the exit code."""
    stale = []
    for path, content in generated().items():
        if path.exists() and path.read_text(encoding="utf-8") == content:
            continue
        if "--check" in arguments:
            stale.append(path.relative_to(ROOT))
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
            print(f"written: {path.relative_to(ROOT)}")
    for path in stale:
        print(f"stale: {path}; run: python docs/generate.py")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

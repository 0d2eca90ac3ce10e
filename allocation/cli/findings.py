"""The commands about what the rules found: ``explain``, ``findings …`` and ``draw``.

Decides names, options and the order of what is shown; what a rule says and who
may explain it is decided elsewhere.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from allocation.cli.options import CONFIG, HEAD, noted_head, show_log
from allocation.config import read_config
from allocation.draw import draw_lots, read_response_ids
from allocation.errors import ConfigError, GateRefused
from allocation.findings import Finding, explain_finding
from allocation.findings_desk import (
    RULE,
    Desk,
    OpenFinding,
    Place,
    Standing,
    open_desk,
    subject,
)
from allocation.messages import Speech
from allocation.rules.model import Verdict
from allocation.state.explanations import explanations_path, open_explanations
from allocation.vocabulary import Explanation

CLASS_WORDS: dict[Explanation, str] = {
    Explanation.RECORDING_ERROR: "recorded wrongly; the letting itself was right",
    Explanation.AGREED_EXCEPTION: "an exception that was agreed beforehand",
    Explanation.MISTAKE_REPAIRED: "a mistake that was repaired",
    Explanation.MISTAKE_STANDS: "a mistake that cannot be repaired any more",
    Explanation.UPHELD: "established after a review by two people",
}

STANDING_WORDS: dict[Standing, str] = {
    Standing.OPEN: "no explanation yet",
    Standing.RECORDED: "explained by one, to be confirmed by another",
    Standing.CONFIRMED: "explained and confirmed",
}

_ORDER = (Verdict.FAILED, Verdict.CANNOT_TELL, Verdict.PASSED, Verdict.NOT_APPLICABLE)
_LETTING = click.argument("letting")
_RULE = click.argument("rule")
_BY = click.option("--by", required=True, help="Who you are: your employee number.")


@click.command()
@_LETTING
@CONFIG
@click.pass_obj
def explain(say: Speech, letting: str, config_path: Path) -> None:
    """Show for one letting what every rule says, and on which facts.

    LETTING is the address of its page, the number of the advert, of the
    dwelling or of the allocation, or a street with its number. The facts are
    those of the last night that was built.
    """
    with open_desk(read_config(config_path)) as desk:
        place = desk.find(letting)
        click.echo(_heading(say, desk, place))
        found = desk.findings_on(place)
        for verdict in _ORDER:
            for finding in found:
                if finding.verdict is verdict:
                    click.echo("")
                    _show(say, desk, finding)


@click.group(invoke_without_command=True)
@CONFIG
@click.option("--signals", is_flag=True, help="Signals too, which are never public.")
@click.option("--all", "everything", is_flag=True, help="What is explained already too.")
@click.pass_context
def findings(context: click.Context, config_path: Path, signals: bool, everything: bool) -> None:
    """List the breaches and deviations that still need an explanation.

    An explanation takes two people: 'findings explain' by one and 'findings
    confirm' by another. Only its class becomes public, never its words.
    """
    if context.invoked_subcommand is None:
        say: Speech = context.obj
        with open_desk(read_config(config_path)) as desk:
            found = desk.open_findings(signals=signals, explained=everything)
            click.echo(
                say("Night of {night}: {count} findings", night=desk.night, count=len(found))
            )
            for entry in found:
                click.echo(_line(say, entry))


@findings.command("explain")
@_RULE
@_LETTING
@CONFIG
@click.option(
    "--class",
    "explanation",
    type=click.Choice([str(kind) for kind in Explanation if kind is not Explanation.UPHELD]),
    required=True,
    help="What it was; this class becomes public.",
)
@click.option("--motivation", prompt=True, help="Why, in your own words; this stays internal.")
@_BY
@click.pass_obj
def record(
    say: Speech,
    rule: str,
    letting: str,
    config_path: Path,
    explanation: str,
    motivation: str,
    by: str,
) -> None:
    """Record why RULE failed for LETTING; somebody else must confirm it."""
    config = read_config(config_path)
    with open_desk(config) as desk:
        finding = _failed(desk, rule, letting)
    with open_explanations(explanations_path(config.paths.state)) as book:
        book.record(
            subject(finding), Explanation(explanation), motivation, by=by, at=datetime.now(UTC)
        )
    click.echo(
        say(
            "Recorded: {rule}, {what}. Now somebody else runs: allocation findings confirm "
            "{rule} {letting} --by …",
            rule=finding.rule,
            what=say(CLASS_WORDS[Explanation(explanation)]),
            letting=f'"{letting}"' if " " in letting else letting,
        )
    )


@findings.command("confirm")
@_RULE
@_LETTING
@CONFIG
@_BY
@click.pass_obj
def confirm(say: Speech, rule: str, letting: str, config_path: Path, by: str) -> None:
    """Confirm what somebody else recorded for RULE and LETTING."""
    config = read_config(config_path)
    with open_desk(config) as desk:
        finding = _failed(desk, rule, letting)
        shown = desk.is_shown(finding)
    with open_explanations(explanations_path(config.paths.state)) as book:
        explained = book.confirm(subject(finding), by=by, at=datetime.now(UTC))
    what = say(CLASS_WORDS[explained.explanation])
    click.echo(
        say(
            "Confirmed: {rule}, {what}. The site shows it after the next build.",
            rule=finding.rule,
            what=what,
        )
        if shown
        else say(
            "Confirmed: {rule}, {what}. It stays internal: the site does not show this deviation.",
            rule=finding.rule,
            what=what,
        )
    )


@findings.command("verify")
@CONFIG
@HEAD
@click.pass_obj
def verify(say: Speech, config_path: Path, noted: str | None) -> None:
    """Check that nobody changed the log of explanations behind the program's back.

    It ends with a line to note outside this computer, on paper for instance.
    Give that line to the next check with --head: then even somebody who writes
    the whole log anew is found out.
    """
    path = explanations_path(read_config(config_path).paths.state)
    if not path.exists():
        raise ConfigError("There is no log yet: nobody explained anything.")
    with open_explanations(path) as book:
        faults = book.verify(noted_head(noted))
        broken = GateRefused(
            "The log of explanations is not whole: {count} faults.", count=len(faults)
        )
        show_log(say, faults, book.head(), broken)


@click.command()
@click.argument("responses", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--seed", required=True, help="A text that nobody could choose or know beforehand.")
def draw(responses: Path, seed: str) -> None:
    """Draw lots for the eligible responses of one advert, in the open.

    RESPONSES is a CSV file with a column response_id. The SHA-256 of the seed,
    a colon and the response number, lowest first, gives the order; so anyone
    who knows seed and numbers can draw again, and rule RNK-5 does. Take a seed
    that becomes known only after the advert has closed, and say beforehand
    which one: for instance a published winning number of that evening.
    """
    drawn = draw_lots(read_response_ids(responses), seed)
    click.echo("lottery_number;response_id")
    for number, response in enumerate(drawn, start=1):
        click.echo(f"{number};{response}")


def _failed(desk: Desk, rule: str, letting: str) -> Finding:
    """Return the failed finding that is meant.

    Raises:
        ConfigError: there is no such rule, or it did not fail for the letting.
    """
    wanted = rule.upper()
    if wanted not in RULE:
        raise ConfigError(
            "There is no rule '{rule}'; there are: {rules}", rule=rule, rules=", ".join(RULE)
        )
    for finding in desk.findings_on(desk.find(letting)):
        if finding.rule == wanted and finding.verdict is Verdict.FAILED:
            return finding
    raise ConfigError("Rule {rule} did not fail for this letting.", rule=wanted)


def _heading(say: Speech, desk: Desk, place: Place) -> str:
    if place.publication_id is None:
        return say(
            "Direct allocation {allocation} (dwelling {dwelling}, no advert), night of {night}",
            allocation=place.allocation_id,
            dwelling=place.dwelling_id,
            night=desk.night,
        )
    return say(
        "{address} (advert {publication}, dwelling {dwelling}), night of {night}",
        address=place.address or say("Not on the site"),
        publication=place.publication_id,
        dwelling=place.dwelling_id,
        night=desk.night,
    )


def _show(say: Speech, desk: Desk, finding: Finding) -> None:
    for line in explain_finding(finding, "nl" if say.language == "nl" else "en"):
        click.echo(line)
    if finding.verdict is not Verdict.FAILED:
        return
    known = desk.explanation(finding)
    if known is None:
        click.echo(f"  {say(STANDING_WORDS[Standing.OPEN])}")
        return
    standing = Standing.RECORDED if known.confirmed_by is None else Standing.CONFIRMED
    click.echo(
        f"  {say(STANDING_WORDS[standing])}: {say(CLASS_WORDS[known.explanation])}"
        f" ({known.motivation})"
    )


def _line(say: Speech, entry: OpenFinding) -> str:
    finding = entry.finding
    rule = RULE[finding.rule]
    title = rule.title_nl if say.language == "nl" else rule.title_en
    where = entry.address or finding.publication_id or finding.allocation_id or finding.dwelling_id
    parts = [f"{finding.rule:<6}", where, title, say(STANDING_WORDS[entry.standing])]
    if entry.public_until is not None and entry.standing is not Standing.CONFIRMED:
        parts.append(say("explain by {day}", day=entry.public_until))
    return " · ".join(parts)

"""The commands that take something away, and the check of what is on record of them.

Decides names and options; who may do it, and how it is done, is decided
elsewhere.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from allocation.cli.options import CONFIG, HEAD, noted_head, show_log
from allocation.config import read_config
from allocation.errors import ConfigError, GateRefused
from allocation.messages import Speech
from allocation.state.interventions import (
    Intervention,
    Reason,
    Step,
    interventions_path,
    open_interventions,
)
from allocation.taking_away import bring_back, mark_of_page, publish_without, take_down

_BY = click.option("--by", required=True, help="Who you are: your employee number.")
_REASON = click.option(
    "--reason",
    type=click.Choice([str(reason) for reason in Reason]),
    required=True,
    help="Why: an objection, somebody's safety, or a mistake.",
)
_EMERGENCY = click.option(
    "--emergency", is_flag=True, help="Do it now, without a second person. This is on record."
)


@click.command()
@click.argument("key")
@_REASON
@_BY
@_EMERGENCY
@CONFIG
@click.pass_obj
def withdraw(
    say: Speech, key: str, reason: str, by: str, emergency: bool, config_path: Path
) -> None:
    """Take the page KEY off the site for good, and out of every release that is kept.

    KEY is the last part of the page's address. Two different people give this
    command; the second one makes it happen. The letting never comes back.
    """
    config = read_config(config_path)
    mark = mark_of_page(config, key)
    step = Step(Intervention.WITHDRAW, mark)
    with open_interventions(config.paths.state) as book:
        done = book.ask(step, Reason(reason), by=by, emergency=emergency, at=datetime.now(UTC))
    if not done:
        click.echo(say("On record. Somebody else confirms it with the same command."))
        return
    release = publish_without(config)
    click.echo(say("Gone from every release. Release {release} is public.", release=release))


@click.command()
@click.option("--end", is_flag=True, help="Let the site come back with the next build.")
@_REASON
@_BY
@_EMERGENCY
@CONFIG
@click.pass_obj
def takedown(
    say: Speech, end: bool, reason: str, by: str, emergency: bool, config_path: Path
) -> None:
    """Put one page that says the site is away in the place of the whole site.

    It works while a night is being built, too. Two different people give this
    command; the second one makes it happen.
    """
    config = read_config(config_path)
    step = Step(Intervention.END_TAKEDOWN if end else Intervention.TAKE_DOWN)
    with open_interventions(config.paths.state) as book:
        done = book.ask(step, Reason(reason), by=by, emergency=emergency, at=datetime.now(UTC))
    if not done:
        click.echo(say("On record. Somebody else confirms it with the same command."))
    elif end:
        bring_back(config)
        click.echo(say("The site comes back with the next 'allocation build'."))
    else:
        take_down(config)
        click.echo(say("The site is away. 'allocation takedown --end' lets it come back."))


@click.group()
def interventions() -> None:
    """Look after the record of 'withdraw' and 'takedown'."""


@interventions.command("verify")
@CONFIG
@HEAD
@click.pass_obj
def verify(say: Speech, config_path: Path, noted: str | None) -> None:
    """Check that nobody changed the record of what was taken away.

    It ends with a line to note outside this computer, on paper for instance.
    Give that line to the next check with --head: then even somebody who writes
    the whole log anew is found out.
    """
    state = read_config(config_path).paths.state
    if not interventions_path(state).exists():
        raise ConfigError("There is no log yet: nothing was ever taken away.")
    with open_interventions(state) as book:
        faults = book.verify(noted_head(noted))
        broken = GateRefused(
            "The log of what was taken away is not whole: {count} faults.", count=len(faults)
        )
        show_log(say, faults, book.head(), broken)

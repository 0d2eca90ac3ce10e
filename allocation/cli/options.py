"""Options that several commands share, and what every check of a log says."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from allocation.errors import ConfigError, GateRefused
from allocation.messages import Speech
from allocation.state.event_log import Fault, Head

CONFIG = click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    default=Path("allocation.toml"),
    show_default=True,
    help="The configuration file.",
)

HEAD = click.option(
    "--head",
    "noted",
    metavar="NUMBER:MARK",
    help="What an earlier 'verify' told you to note; the log must still hold it.",
)


def noted_head(noted: str | None) -> Head | None:
    """Return the head that somebody noted, if any.

    Raises:
        ConfigError: it is no head.
    """
    if noted is None:
        return None
    seq, _, mark = noted.strip().partition(":")
    if not seq.isdecimal() or len(mark) != 64:
        raise ConfigError("--head looks like 12:0f3a… (a number, a colon, 64 characters).")
    return Head(int(seq), mark.lower())


def show_log(say: Speech, faults: Sequence[Fault], head: Head, broken: GateRefused) -> None:
    """Show that a log is whole and what to note of it, or what is wrong with it.

    Raises:
        GateRefused: something is; ``broken`` says so.
    """
    for found in faults[:20]:
        click.echo(say(found.template, **found.facts))
    if faults:
        raise broken
    click.echo(say("The log is whole: {count} events.", count=head.seq))
    click.echo(say("Note this: {head}", head=f"{head.seq}:{head.hash}"))

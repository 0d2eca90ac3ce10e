"""The command line: parses, calls one function, maps errors to exit codes.

Decides names of commands and options, nothing else.  Exit codes: 0 done, 1 a
bug, 2 usage or configuration, 3 input refused, 4 a gate refused, 5 another
run holds the lock.
"""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import NoReturn

import click
from rich.console import Console

from allocation import __version__, stopping
from allocation.cli.cases import cases
from allocation.cli.click_words import speak
from allocation.cli.console import show_built, show_checked, show_error, shown_progress
from allocation.cli.emergency import interventions, takedown, withdraw
from allocation.cli.findings import draw, explain, findings
from allocation.cli.options import CONFIG
from allocation.cli.preview import open_preview
from allocation.cli.reports import report
from allocation.cli.verify import verify
from allocation.config import Config, read_config, write_example_config
from allocation.errors import AllocationError, ConfigError
from allocation.machine import machine_fault
from allocation.messages import LANGUAGES, Speech
from allocation.pipeline import build_night, check_night
from allocation.sample import FORMATS, write_sample


def _night_date(context: click.Context, option: click.Parameter, text: str | None) -> date | None:
    """Return the night that a text names."""
    del context, option
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise ConfigError("'{night}' is no date: write 2026-11-22.", night=text) from None


_NIGHT = click.option(
    "--night",
    metavar="DATE",
    callback=_night_date,
    help="The night to use, as 2026-11-22. Default: the newest complete one.",
)


@click.group()
@click.version_option(__version__, prog_name="allocation")
@click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    help="Language of messages. Default: nl, or what ALLOCATION_LANG says.",
)
@click.pass_context
def cli(context: click.Context, lang: str | None) -> None:
    """Show for every dwelling how many people responded and what became of it.

    A first time: 'allocation init', fill in the file, 'allocation check', then
    'allocation build' every night. To try it out: 'allocation sample demo'.
    """
    context.obj = Speech(lang or _language(()))


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path())
@click.pass_obj
def init(say: Speech, folder: Path) -> None:
    """Write a configuration with an explanation at every setting.

    An existing file is never overwritten.
    """
    path = write_example_config(folder)
    click.echo(say("Written: {file}. Fill it in, then run 'allocation check'.", file=path))


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--dwellings", type=click.IntRange(1, 1_000_000), default=180, show_default=True)
@click.option(
    "--responses-per-dwelling", type=click.IntRange(0, 1000), default=40, show_default=True
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
@click.option(
    "--format", "file_format", type=click.Choice(FORMATS), default="csv", show_default=True
)
@click.option("--nights", type=click.IntRange(1, 2), default=2, show_default=True)
@click.pass_obj
def sample(
    say: Speech,
    folder: Path,
    dwellings: int,
    responses_per_dwelling: int,
    seed: int,
    file_format: str,
    nights: int,
) -> None:
    """Write the exports of a fictional association to FOLDER, to try things out.

    Its truth.json lists every withheld case and every planted irregularity.
    """
    with Console(stderr=True).status(say("Making a fictional association")) as status:
        summary = write_sample(
            folder, dwellings=dwellings, responses_per_dwelling=responses_per_dwelling,
            seed=seed, file_format=file_format, nights=nights, progress=status.update,
        )  # fmt: skip
    click.echo(
        say(
            "Written: {dwellings} dwellings with {responses} responses in {folder}. "
            "Now run: allocation build --config {folder}/allocation.toml",
            dwellings=summary.dwellings,
            responses=summary.responses,
            folder=folder,
        )
    )


@cli.command()
@CONFIG
@_NIGHT
@click.option("--json", "as_json", is_flag=True, help="Every finding as a line of JSON.")
@click.pass_obj
def check(say: Speech, config_path: Path, night: date | None, as_json: bool) -> None:
    """Read and judge a night's exports; publish nothing.

    With --json every letting has one line per rule. These lines are internal:
    they hold facts about persons.
    """
    config = read_config(config_path)
    with shown_progress(Console(stderr=True), say) as progress:
        checked = check_night(config, night, progress, click.echo if as_json else None)
    if not as_json:
        show_checked(Console(), say, checked)


@cli.command()
@CONFIG
@_NIGHT
@click.pass_obj
def build(say: Speech, config_path: Path, night: date | None) -> None:
    """Run the night: read, judge, write the site, and make it public.

    When anything is refused, the site stays as it was.
    """
    config, console = read_config(config_path), Console()
    with shown_progress(Console(stderr=True), say) as progress:
        built = build_night(config, night, progress)
    show_built(console, say, built)


@cli.command()
@CONFIG
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@click.pass_obj
def serve(say: Speech, config_path: Path, port: int) -> None:
    """Show the public site on this machine only, until Ctrl-C."""
    config: Config = read_config(config_path)
    with open_preview(config.paths.public / "current", port) as server:
        host, real_port = server.server_address[:2]
        click.echo(
            say("The site: http://{host}:{port}/ (stop with Ctrl-C)", host=host, port=real_port)
        )
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo(say("Stopped."))


_ELSEWHERE = (explain, findings, cases, draw, report, withdraw, takedown, interventions, verify)
for command in _ELSEWHERE:
    cli.add_command(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    words = tuple(sys.argv[1:] if arguments is None else arguments)
    say = Speech(_language(words))
    speak(say)
    _translate(cli, say)
    try:
        cli.main(args=list(words), prog_name="allocation", standalone_mode=False)
    except (click.exceptions.Abort, KeyboardInterrupt):
        _leave_stopped(say)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except AllocationError as error:
        if stopping.was_asked():
            _leave_stopped(say)
        show_error(say, error)
        sys.exit(error.exit_code)
    except Exception as error:
        if stopping.was_asked():  # a database makes an error of its own of Ctrl-C
            _leave_stopped(say)
        told = machine_fault(error)
        if told is None:
            raise
        show_error(say, told)
        sys.exit(told.exit_code)


def _leave_stopped(say: Speech) -> NoReturn:
    click.echo(say("Stopped."), err=True)
    sys.exit(130)


def run() -> None:
    """Run as a program of its own.

    It ends at once when all is written: to give the memory of a large night back
    piece by piece takes a second.  A bug still ends with its traceback.
    """
    code = 0
    stopping.listen()
    try:
        main()
    except SystemExit as ended:
        if not isinstance(ended.code, int):
            raise
        code = ended.code
    with suppress(BrokenPipeError):  # who read along had enough
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def _language(arguments: Sequence[str]) -> str:
    """Return the language that the arguments or the environment ask for, else Dutch."""
    for i, word in enumerate(arguments):
        asked = word.partition("=")[2] if word.startswith("--lang=") else ""
        if word == "--lang" and i + 1 < len(arguments):
            asked = arguments[i + 1]
        if asked in LANGUAGES:
            return asked
    asked = os.environ.get("ALLOCATION_LANG", "")
    return asked if asked in LANGUAGES else LANGUAGES[0]


PLACEHOLDERS = ("[OPTIONS]", "COMMAND [ARGS]...", "TEXT", "NUMBER", "DATE", "KEY", "NUMBER:MARK")
"""What stands in the help where something is to be filled in; some are upper case of a kind."""

_KINDS = {"text": "TEXT", "integer": "NUMBER", "integer range": "NUMBER"}


def _translate(command: click.Command, say: Speech) -> None:
    """Put the help of a command and all below it in the reader's language."""
    if command.help:
        command.help = say(inspect.cleandoc(command.help))
    command.options_metavar = say.sentence(PLACEHOLDERS[0])
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            parameter.help = say(parameter.help) if parameter.help else None
            stands = parameter.metavar or _KINDS.get(parameter.type.name)
            if stands and not parameter.is_flag:
                parameter.metavar = say.sentence(stands)
        if isinstance(parameter.type, click.Path):
            parameter.type.name = say.sentence(parameter.type.name)
    if isinstance(command, click.Group):
        command.subcommand_metavar = say.sentence(PLACEHOLDERS[1])
        for inner in command.commands.values():
            _translate(inner, say)

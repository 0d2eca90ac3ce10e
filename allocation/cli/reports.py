"""The command ``report``: a report over a quarter or a year, for one audience.

Decides names and options; what is in a report is decided elsewhere.
"""

from __future__ import annotations

from pathlib import Path

import click

from allocation.cli.options import CONFIG
from allocation.config import read_config
from allocation.errors import ConfigError
from allocation.messages import Speech
from allocation.periods import Period
from allocation.reporting import Reporter, SignOff, read_text_file, write_files
from allocation.reports.audience import Audience

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@CONFIG
@click.option("--period", "wanted", required=True, help="A quarter or a year: 2026-Q1 or 2026.")
@click.option("--public", is_flag=True, help="For everybody (the default).")
@click.option("--association", is_flag=True, help="For the tenants' association.")
@click.option("--board", is_flag=True, help="For board and supervisory board.")
@click.option("--remarks", type=_FILE, help="A text file with the association's remarks.")
@click.option("--answer", type=_FILE, help="A text file with the answer to the remarks.")
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("reports"),
    show_default=True,
    help="The folder for the files.",
)
@click.option("--publish", is_flag=True, help="Put the public report on the site tonight.")
@click.pass_obj
def report(
    say: Speech,
    config_path: Path,
    wanted: str,
    public: bool,
    association: bool,
    board: bool,
    remarks: Path | None,
    answer: Path | None,
    folder: Path,
    publish: bool,
) -> None:
    """Write a report over a quarter or a year: a page, a PDF and, not public, a workbook.

    Reports for the association and the board are confidential.
    """
    reader, period = _reader(public, association, board), _period(wanted)
    if publish and reader is not Audience.PUBLIC:
        raise ConfigError("Only the public report can be published.")
    sign_off = SignOff(read_text_file(remarks), read_text_file(answer))
    reporter = Reporter(read_config(config_path))
    for path in write_files(folder, reporter.files(period, reader, sign_off), reader):
        click.echo(say("Written: {file}", file=path))
    if publish:
        reporter.publish(period, sign_off)
        click.echo(say("The report goes on the site with the next build."))


def _reader(public: bool, association: bool, board: bool) -> Audience:
    chosen = [
        audience
        for audience, is_chosen in (
            (Audience.PUBLIC, public),
            (Audience.ASSOCIATION, association),
            (Audience.BOARD, board),
        )
        if is_chosen
    ]
    if len(chosen) > 1:
        raise ConfigError("Choose one of --public, --association and --board.")
    return chosen[0] if chosen else Audience.PUBLIC


def _period(text: str) -> Period:
    try:
        return Period.parse(text)
    except ValueError:
        raise ConfigError("'{period}' is no period: write 2026-Q1 or 2026.", period=text) from None

"""The commands of the integrity officer: ``allocation cases …``.

Decides names, options and what each command asks of the case book; the rules
of four eyes are the case book's own.  Nothing of a case goes into a log.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from allocation.cli.case_export import write_cases
from allocation.cli.case_words import case_lines, list_lines, screening_lines
from allocation.cli.options import CONFIG, HEAD, noted_head, show_log
from allocation.config import read_config
from allocation.errors import ConfigError, GateRefused
from allocation.machine import held_elsewhere
from allocation.messages import Speech
from allocation.state.case_file import CaseState, Conclusion
from allocation.state.cases import CaseBook, case_book_path, open_case_book

_CONCLUSIONS = {
    "geen-bezwaar": Conclusion.CLEARED,
    "gegrond": Conclusion.UPHELD,
    "cleared": Conclusion.CLEARED,
    "upheld": Conclusion.UPHELD,
}

_BY = click.option(
    "--by", required=True, help="Who you are: your employee number, as in the register."
)
_NUMBER = click.argument("number", type=click.IntRange(min=1))
_BECAUSE = "Why, in your own words. Without it the command asks for it."


@click.group()
def cases() -> None:
    """Look into matches between new tenants and the register, with two people.

    For the integrity officer. A match is a reason to look, never a verdict,
    and never public. Each case needs two reviews by two different people; the
    second does not see the first's conclusion. Nobody handles a case that
    concerns them, or a letting that they handled.

    The way of a case: 'cases list', 'cases show', 'cases review' (twice),
    'cases close'. Now and then: 'cases verify'.
    """


@cases.command("list")
@CONFIG
@_BY
@click.option("--all", "everything", is_flag=True, help="Closed cases too.")
@click.pass_obj
def list_cases(say: Speech, config_path: Path, by: str, everything: bool) -> None:
    """Show which cases there are, and which wait for you."""
    with _book(config_path) as book:
        found = book.list_cases(viewer=by)
        _tell(screening_lines(say, book.screenings()))
        shown = [case for case in found if everything or case.state is not CaseState.CLOSED]
        _tell(list_lines(say, shown, by, hidden=len(found) - len(shown)))


@cases.command()
@CONFIG
@_BY
@_NUMBER
@click.pass_obj
def show(say: Speech, config_path: Path, by: str, number: int) -> None:
    """Show one case: what agrees, what happened in the letting, what to decide."""
    with _book(config_path) as book:
        _tell(case_lines(say, book.show(number, viewer=by), by))


@cases.command()
@CONFIG
@_BY
@_NUMBER
@click.option(
    "--conclusion",
    required=True,
    type=click.Choice(list(_CONCLUSIONS)),
    help="geen-bezwaar (cleared): nobody was favoured. gegrond (upheld): somebody was.",
)
@click.option("--because", help=_BECAUSE)
@click.pass_obj
def review(
    say: Speech, config_path: Path, by: str, number: int, conclusion: str, because: str | None
) -> None:
    """Give the first or the second review of a case.

    Look at it first with 'cases show'. What you write stays in the case; the
    other reviewer sees it after giving their own.
    """
    with _book(config_path) as book:
        book.show(number, viewer=by)
        state = book.review(
            number,
            by=by,
            conclusion=_CONCLUSIONS[conclusion],
            motivation=_reason(say, because),
            at=_now(),
        )
    if state is CaseState.FIRST_REVIEWED:
        click.echo(say("Recorded. Somebody else gives the second review of case {number}.",
                       number=number))  # fmt: skip
    else:
        click.echo(say("Recorded. Both reviews are in: see 'cases show {number}'.", number=number))


@cases.command()
@CONFIG
@_BY
@_NUMBER
@click.pass_obj
def close(say: Speech, config_path: Path, by: str, number: int) -> None:
    """Close a case on which both reviewers agree.

    When they differ: 'cases reset'.
    """
    with _book(config_path) as book:
        outcome = book.close(number, by=by, at=_now())
    if outcome is Conclusion.CLEARED:
        click.echo(say("Case {number} is closed: nobody was favoured.", number=number))
    else:
        click.echo(
            say(
                "Case {number} is closed as upheld. It becomes public only if two people "
                "agree: 'cases agree {number}'.",
                number=number,
            )
        )


@cases.command()
@CONFIG
@_BY
@_NUMBER
@click.option("--because", help=_BECAUSE)
@click.pass_obj
def reset(say: Speech, config_path: Path, by: str, number: int, because: str | None) -> None:
    """Let two people look again where the reviewers differ.

    Both reviews are set aside; the log keeps what they wrote.
    """
    with _book(config_path) as book:
        book.show(number, viewer=by)
        book.set_reviews_aside(number, by=by, reason=_reason(say, because), at=_now())
    click.echo(say("The reviews of case {number} are set aside: two people look again.",
                   number=number))  # fmt: skip


@cases.command()
@CONFIG
@_BY
@_NUMBER
@click.pass_obj
def agree(say: Speech, config_path: Path, by: str, number: int) -> None:
    """Agree that an upheld case becomes a published deviation.

    Two people must agree. Then the page of the dwelling says that a rule was
    broken; it never says whom it was about, or that there is a register.
    """
    with _book(config_path) as book:
        both = book.agree_to_publish(number, by=by, at=_now())
    if both:
        click.echo(say("Two people agree: the next night publishes it.", number=number))
    else:
        click.echo(say("Recorded. Somebody else must agree too.", number=number))


@cases.command()
@CONFIG
@_BY
@click.option(
    "--to",
    "target",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("dossiers.json"),
    show_default=True,
    help="The file to write; it must not exist yet.",
)
@click.argument("numbers", type=click.IntRange(min=1), nargs=-1)
@click.pass_obj
def export(say: Speech, config_path: Path, by: str, target: Path, numbers: tuple[int, ...]) -> None:
    """Write cases to a JSON file that only you can read; all that you may see, or NUMBERS.

    It holds what 'cases show' shows you, and the log of each case. Keep it as
    secret as the register, and remove it when you are done.
    """
    with _book(config_path) as book:
        wanted = (
            [book.show(number, viewer=by) for number in numbers]
            if numbers
            else book.list_cases(viewer=by)
        )
        write_cases(target, book, wanted, by, _now())
    click.echo(say("Written: {count} cases in {file}.", count=len(wanted), file=target))


@cases.command()
@CONFIG
@HEAD
@click.pass_obj
def verify(say: Speech, config_path: Path, noted: str | None) -> None:
    """Check that nobody changed the cases or their log behind the program's back.

    It ends with a line to note outside this computer, on paper for instance.
    Give that line to the next check with --head: then even somebody who writes
    the whole log anew is found out.
    """
    with _book(config_path) as book:
        faults = book.verify(noted_head(noted))
        broken = GateRefused("The log of cases is not whole: {count} faults.", count=len(faults))
        show_log(say, faults, book.head(), broken)


@contextmanager
def _book(config_path: Path) -> Iterator[CaseBook]:
    """Open the case book of an installation.

    Raises:
        ConfigError: nothing was screened yet.
        GateRefused: the file cannot be used.
    """
    path = case_book_path(read_config(config_path).paths.state)
    if not path.exists():
        raise ConfigError("There are no cases yet: no night was screened.")
    try:
        with open_case_book(path) as book:
            yield book
    except sqlite3.Error as error:
        raise held_elsewhere(error) or GateRefused(
            "The cases in {file} cannot be read or written ({what}).",
            file=path.name,
            what=type(error).__name__,
        ) from None


def _reason(say: Speech, because: str | None) -> str:
    if because is not None:
        return because
    answer: str = click.prompt(say("Why? In your own words"))
    return answer


def _now() -> datetime:
    return datetime.now(UTC)


def _tell(lines: list[str]) -> None:
    for line in lines:
        click.echo(line)

"""What the letting department sees of a run: progress, the end summary, errors.

Decides words and layout only.  It shows places and counts, never a value of
an export.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unicodedata import category

from rich.console import Console
from rich.table import Table

from allocation.errors import AllocationError, InputRefused
from allocation.judging import Judgement
from allocation.messages import Speech
from allocation.pipeline import Built, Checked, Progress, Stage
from allocation.rules import FOR_OFFICER, RULES
from allocation.rules.model import Severity, Verdict
from allocation.screen_night import Screened
from allocation.sources.findings import SENTENCES, Problem
from allocation.vocabulary import Outcome

STAGE_WORDS: dict[Stage, str] = {
    Stage.READ: "Reading and checking the exports",
    Stage.SCREEN: "Comparing new tenants with the register",
    Stage.OUTCOMES: "Working out what became of each dwelling",
    Stage.RULES: "Checking every letting against the rules",
    Stage.WITHHOLD: "Withholding protected cases",
    Stage.RENDER: "Writing the pages",
    Stage.SEARCH: "Searching every page for private values",
    Stage.PUBLISH: "Putting the new site in place",
}

OUTCOME_WORDS: dict[Outcome, str] = {
    Outcome.OPEN: "open for responses",
    Outcome.IN_PROGRESS: "in progress",
    Outcome.LET: "let",
    Outcome.NOT_LET: "not let",
    Outcome.WITHDRAWN: "withdrawn from the offer",
}

TABLE_WORDS: dict[str, str] = {
    "dwellings": "dwellings",
    "publications": "publications",
    "responses": "responses",
    "offers": "offers",
    "allocations": "allocations",
    "candidates": "persons",
}

MOST_PROBLEMS = 10

_SERIOUS = (Severity.BREACH, Severity.DEVIATION)


@contextmanager
def shown_progress(console: Console, say: Speech) -> Iterator[Progress]:
    """Show the stage that is under way: a spinner on a terminal, a line otherwise."""
    if not console.is_terminal:
        yield lambda stage: console.print(f"{say(STAGE_WORDS[stage])} …", highlight=False)
        return
    with console.status(say("Starting")) as status:
        yield lambda stage: status.update(f"{say(STAGE_WORDS[stage])} …")


def show_checked(console: Console, say: Speech, checked: Checked) -> None:
    """Show what was read and what the barrier decided."""
    night = checked.night
    table = _grid()
    table.add_row(say("Night"), say("{night}", night=night.night))
    table.add_row(say("Read"), _counted(say, night.counts, TABLE_WORDS))
    unreadable = {name: count for name, count in night.quarantined.items() if count}
    words = _counted(say, unreadable, TABLE_WORDS) if unreadable else say("nothing")
    table.add_row(say("Not readable"), words)
    table.add_row(
        say("For the site"),
        _counted(say, {str(key): count for key, count in checked.outcomes.items()}, OUTCOME_WORDS),
    )
    withheld = sum(checked.withheld.by_ground.values())
    table.add_row(say("Withheld"), say("{count} allocations, by the agreed rules", count=withheld))
    if checked.withheld.held:
        table.add_row(
            say("Kept as before"),
            say("{count} dwellings that an unreadable row touches", count=checked.withheld.held),
        )
    if checked.withheld.gone:
        table.add_row(
            say("Gone"),
            say("{count} dwellings are no longer in the export", count=checked.withheld.gone),
        )
    table.add_row(say("Rules"), _judged(say, checked.judgement))
    words = say("carried out") if checked.screened.done else say("not carried out")
    table.add_row(say("Screening"), words)
    seconds = sum(checked.seconds.values())
    table.add_row(say("Time"), say("{seconds} seconds", seconds=seconds))
    console.print(table)
    _show_screened(console, say, checked.screened)
    _show_problems(console, say, night.problems)


def _judged(say: Speech, judgement: Judgement) -> str:
    """Say how many lettings broke a rule, register matches left out."""
    serious = {rule.id for rule in RULES if rule.severity in _SERIOUS} - FOR_OFFICER
    failed = sum(
        verdicts[Verdict.FAILED] for rule, verdicts in judgement.counts.items() if rule in serious
    )
    if not failed:
        return say("no breach and no deviation found")
    return say("{count} times broken; see 'allocation findings'", count=failed)


def _show_screened(console: Console, say: Speech, screened: Screened) -> None:
    """Warn of what stopped or narrowed the screening; never of what it found."""
    if screened.problem is not None:
        problem = screened.problem
        console.print(say("Warning: the screening did not take place tonight."))
        console.print(say(problem.template, **problem.facts), highlight=False)
        return
    if screened.nobody:
        console.print(say("Warning: the register holds nobody, so nobody was compared tonight."))
    if screened.delivered and screened.unnamed:
        console.print(
            say(
                "Warning: {count} allocations have nobody in the table of persons, "
                "so nobody is screened for them.",
                count=screened.unnamed,
            )
        )
    if screened.delivered and screened.bare:
        console.print(
            say(
                "Warning: of {count} new tenants or buyers neither the date of birth nor the "
                "address is known, so they cannot be screened.",
                count=screened.bare,
            )
        )
    if screened.register is not None and screened.register.quarantined:
        console.print(
            say(
                "Warning: {count} rows of the register cannot be read; who stands there is "
                "not screened:",
                count=screened.register.quarantined,
            )
        )
        _list_problems(console, say, screened.register.problems)


def show_built(console: Console, say: Speech, built: Built) -> None:
    """Show the end summary of a build."""
    if built.changed:
        console.print(say("Done: release {release} is public.", release=built.release))
    else:
        console.print(
            say("Done: nothing changed, release {release} stays public.", release=built.release)
        )
    show_checked(console, say, built.checked)
    console.print(
        say(
            "Files: {written} new or changed, {linked} as before. The site: {site}",
            written=built.written,
            linked=built.linked,
            site=built.site,
        ),
        highlight=False,
        soft_wrap=True,
    )


def show_error(say: Speech, error: AllocationError) -> None:
    """Show one line on standard error: what is wrong and, for input, where."""
    line = say("Error: {what}", what=say(error.template, **error.facts))
    if isinstance(error, InputRefused) and error.places:
        line = f"{line} [{'; '.join(_place(say, place) for place in error.places[:3])}]"
    if isinstance(error, InputRefused):
        line = _visible(line)
    print(line, file=sys.stderr)  # noqa: T201


def _show_problems(console: Console, say: Speech, problems: tuple[Problem, ...]) -> None:
    if not problems:
        return
    console.print(say("To repair in the exports:"))
    _list_problems(console, say, problems)


def _list_problems(console: Console, say: Speech, problems: tuple[Problem, ...]) -> None:
    for problem in problems[:MOST_PROBLEMS]:
        console.print(f"  {problem_line(say, problem)}", highlight=False, soft_wrap=True)
    if len(problems) > MOST_PROBLEMS:
        more = len(problems) - MOST_PROBLEMS
        console.print(f"  {say('and {more} more; the log has them all', more=more)}")


def problem_line(say: Speech, problem: Problem) -> str:
    """Return one problem in one line: file, row, column, what."""
    english, dutch = SENTENCES[problem.kind]
    sentence = dutch if say.language == "nl" else english
    if problem.count > 1:
        sentence = say("{what} ({count} times)", what=sentence, count=problem.count)
    return f"{_place(say, problem)}: {sentence}"


def _place(say: Speech, place: object) -> str:
    parts = [str(getattr(place, "file", ""))]
    row = getattr(place, "row", None)
    column = getattr(place, "column", None)
    if row is not None:
        parts.append(say("row {row}", row=row))
    if column is not None:
        parts.append(say("column {column}", column=column))
    return _visible(", ".join(part for part in parts if part))


def _visible(text: str) -> str:
    """Return a text on one line, with what steers a terminal spelled out."""
    steers = {"Cc", "Cf", "Zl", "Zp"}
    return "".join(
        letter.encode("unicode_escape").decode() if category(letter) in steers else letter
        for letter in text
    )


def _counted(say: Speech, counts: Mapping[str, int], words: Mapping[Any, str]) -> str:
    return ", ".join(
        say("{count} {what}", count=count, what=say(words[name]))
        for name, count in counts.items()
        if name in words
    )


def _grid() -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", no_wrap=True)
    table.add_column()
    return table

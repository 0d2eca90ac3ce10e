"""Everything that a clerk can read has a Dutch sentence, with the same facts in it."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import allocation
from allocation.cli import case_words
from allocation.cli.click_words import SENTENCES
from allocation.cli.console import OUTCOME_WORDS, STAGE_WORDS, TABLE_WORDS
from allocation.cli.findings import CLASS_WORDS, STANDING_WORDS
from allocation.cli.main import PLACEHOLDERS, cli
from allocation.messages import Speech, catalogue

CASE_WORDS = (
    case_words.STATE_WORDS,
    case_words.CONCLUSION_WORDS,
    case_words.PASSED_OVER_WORDS,
    case_words.INT_1_WORDS,
    case_words.BAND_WORDS,
)
PACKAGE = Path(allocation.__file__).parent
SPEAKERS = {
    *("say", "ConfigError", "InputRefused", "GateRefused", "LockHeld", "NotThere"),
    *("CaseRefused", "InterventionRefused", "ExplanationRefused", "ScreeningFailed", "fault"),
}


def spoken_in_code() -> Iterator[str]:
    """Yield every literal that is handed to a speaker or an error."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                first = node.args[0]
                literal = isinstance(first, ast.Constant) and isinstance(first.value, str)
                if name in SPEAKERS and literal:
                    yield first.value


def spoken_in_tables() -> Iterator[str]:
    everyday = (STAGE_WORDS, OUTCOME_WORDS, TABLE_WORDS, CLASS_WORDS, STANDING_WORDS)
    for words in (*everyday, *CASE_WORDS):
        yield from words.values()
    yield from SENTENCES
    yield from PLACEHOLDERS
    messages = __import__("allocation.sources.messages", fromlist=["messages"])
    for name, value in vars(messages).items():
        if name.isupper() and isinstance(value, str):
            yield value


def spoken_in_help(command: click.Command = cli) -> Iterator[str]:
    if command.help:
        yield inspect.cleandoc(command.help)
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.help:
            yield parameter.help
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            yield from spoken_in_help(inner)


HELP = frozenset(spoken_in_help())
"""As it stands before a test runs the command line, which puts its help in Dutch."""


def test_every_sentence_has_a_dutch_one() -> None:
    spoken = {*spoken_in_code(), *spoken_in_tables(), *HELP}
    missing = sorted(spoken - catalogue("nl").keys())
    assert not missing, "\n".join(missing)


def test_no_dutch_sentence_is_left_over() -> None:
    spoken = {*spoken_in_code(), *spoken_in_tables(), *HELP}
    assert not sorted(catalogue("nl").keys() - spoken)


@pytest.mark.parametrize("sentence", sorted(catalogue("nl")))
def test_both_sentences_hold_the_same_facts(sentence: str) -> None:
    facts = re.compile(r"\{(\w+)(?:!r)?\}")
    told = set(facts.findall(catalogue("nl")[sentence]))
    asked = set(facts.findall(sentence))
    assert told == asked or (sentence in SENTENCES and told < asked)


def test_the_library_of_the_command_line_still_says_these_sentences() -> None:
    folder = Path(inspect.getfile(click)).parent
    said = {
        node.value
        for path in folder.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
    }
    assert not set(SENTENCES) - said


def test_numbers_are_written_as_the_reader_writes_them() -> None:
    assert Speech("nl")("{n} rows", n=12345) == "12.345 rows"
    assert Speech("en")("{n} rows", n=12345) == "12,345 rows"

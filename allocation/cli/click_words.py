"""What the library of the command line says itself, in the language of who reads it.

Decides which of its sentences a clerk can meet.  The library has no translations and
looks its sentences up in a catalogue of the system; here they come from the catalogue
that all other messages come from.
"""

from __future__ import annotations

from click import core, decorators, exceptions, formatting, parser, types

from allocation.messages import Speech

SENTENCES = (
    "Usage:",
    "Options",
    "Commands",
    "Show this message and exit.",
    "default: {default}",
    "required",
    "Error: {message}",
    "Try '{command} {option}' for help.",
    "Missing command.",
    "Missing argument",
    "Missing option",
    "Invalid value: {message}",
    "Invalid value for {param_hint}: {message}",
    "No such option {name!r}.",
    "No such command {name!r}.",
    "Did you mean {possibility}?",
    "(Did you mean one of: {possibilities}?)",
    "Got unexpected extra argument ({args})",
    "Got unexpected extra arguments ({args})",
    "Option {name!r} does not take a value.",
    "Option {name!r} requires an argument.",
    "{value!r} is not a valid {number_type}.",
    "{value} is not in the range {range}.",
    "{value!r} is not one of {choices}.",
    "Choose from:\n\t{choices}",
    "file",
    "directory",
    "path",
    "{name} {filename!r} does not exist.",
    "{name} {filename!r} is a file.",
    "{name} {filename!r} is a directory.",
    "{name} {filename!r} is not readable.",
)
"""The library's sentences that these commands can come to say, as it writes them."""


def speak(say: Speech) -> None:
    """Let the library say its own sentences in the language of ``say``."""

    def one_or_more(one: str, more: str, count: int) -> str:
        return say.sentence(one if count == 1 else more)

    for module in (core, decorators, exceptions, formatting, parser, types):
        names = vars(module)
        if "_" in names:
            names["_"] = say.sentence
        if "ngettext" in names:
            names["ngettext"] = one_or_more

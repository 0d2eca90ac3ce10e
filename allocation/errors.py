"""The errors that a user can meet, and the exit code of each family.

Two families: an ``AllocationError`` is somebody's mistake or a gate that
refuses, and becomes one line on the screen; anything else is a bug and may
show a traceback.  Errors hold facts; they never log, print or exit, and a
fact is never a person's value: it is a file, a row, a column, a count.
"""

from __future__ import annotations

from dataclasses import dataclass


class AllocationError(Exception):
    """A user's error: a message template in English and its facts.

    The command line translates the template and fills in the facts; ``str()``
    gives the English sentence.
    """

    exit_code = 1

    def __init__(self, template: str, **facts: object) -> None:
        super().__init__(template)
        self.template = template
        self.facts = facts

    def __str__(self) -> str:
        return self.template.format(**self.facts)


class ConfigError(AllocationError):
    """The configuration or the command line is wrong."""

    exit_code = 2


class InputRefused(AllocationError):
    """The night's export cannot be used; nothing is published."""

    exit_code = 3

    def __init__(self, template: str, places: tuple[Place, ...] = (), **facts: object) -> None:
        super().__init__(template, **facts)
        self.places = places


class GateRefused(AllocationError):
    """A gate before publishing refuses: a floor, a leak, the ledger."""

    exit_code = 4


class LockHeld(AllocationError):
    """Another run is busy with the same state."""

    exit_code = 5


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the input something stands; ``row`` counts from 1 with the header as row 1."""

    file: str
    row: int | None = None
    column: str | None = None

"""The rules as the public may read them: their words, their basis and the SQL that runs.

Decides which shared tables belong to a rule's text: those that it reads, and
those that these read.  It tells nothing of any letting.
"""

from __future__ import annotations

import re
from functools import cache

from allocation.public import Catalogue, OwnFunction, PublicRule, SharedTable
from allocation.rules import DERIVATIONS, RULES
from allocation.rules.functions import FUNCTIONS
from allocation.rules.model import Rule

_WORD = re.compile(r"[a-z_]+")
_COMMENT = re.compile(r"--[^\n]*")


@cache
def public_catalogue() -> Catalogue:
    """Return every rule, with the shared tables that they read and our own functions."""
    rules = tuple(_public(rule) for rule in RULES)
    read = {name for rule in rules for name in rule.shared}
    shared = tuple(
        SharedTable(entry.name, entry.nl, entry.en, entry.sql)
        for entry in DERIVATIONS
        if entry.name in read
    )
    functions = tuple(OwnFunction(called, nl, en) for called, (nl, en) in FUNCTIONS.items())
    return Catalogue(rules, shared, functions)


def shared_tables(sql: str) -> tuple[str, ...]:
    """Return the shared tables that a text reads, directly or not, in the order of deriving."""
    texts = {entry.name: entry.sql for entry in DERIVATIONS}
    found: set[str] = set()
    waiting = [sql]
    while waiting:
        named = set(_WORD.findall(_COMMENT.sub("", waiting.pop()))) & texts.keys()
        waiting += [texts[name] for name in named - found]
        found |= named
    return tuple(name for name in texts if name in found)


def _public(rule: Rule) -> PublicRule:
    return PublicRule(
        id=rule.id,
        title_nl=rule.title_nl,
        title_en=rule.title_en,
        explanation_nl=rule.explanation_nl,
        explanation_en=rule.explanation_en,
        basis_nl=rule.basis_nl,
        basis_en=rule.basis_en,
        severity=rule.severity,
        in_force_from=rule.in_force_from,
        in_force_until=rule.in_force_until,
        sql=rule.sql,
        shared=shared_tables(rule.sql),
        verdicts_public=not rule.internal,
    )

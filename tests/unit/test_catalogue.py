"""The catalogue holds every public rule and every table that its text needs."""

from __future__ import annotations

import sqlglot
from sqlglot import exp

from allocation.catalogue import public_catalogue, shared_tables
from allocation.rules import DERIVATIONS, RULES

NAMES = {entry.name for entry in DERIVATIONS}


def tables_in(sql: str) -> set[str]:
    return {table.name for table in sqlglot.parse_one(sql, "duckdb").find_all(exp.Table)} & NAMES


def test_every_rule_is_in_it_once_and_says_whether_its_verdicts_are_public():
    assert [(rule.id, rule.verdicts_public) for rule in public_catalogue().rules] == [
        (rule.id, not rule.internal) for rule in RULES
    ]


def test_the_text_is_the_text_that_runs():
    running = {rule.id: rule.sql for rule in RULES}
    assert all(rule.sql == running[rule.id] for rule in public_catalogue().rules)


def test_a_text_comes_with_every_table_that_it_reads():
    texts = {entry.name: entry.sql for entry in DERIVATIONS}
    for rule in public_catalogue().rules:
        closed = set(rule.shared)
        assert tables_in(rule.sql) <= closed
        for name in closed:
            assert tables_in(texts[name]) <= closed
    shown = {table.name for table in public_catalogue().shared}
    assert shown == {name for rule in public_catalogue().rules for name in rule.shared}


def test_a_word_in_a_comment_is_no_table():
    assert shared_tables("-- like the adverts\nSELECT 1") == ()

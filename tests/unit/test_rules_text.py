"""The text of every rule and shared table keeps to the portable subset."""

from __future__ import annotations

import re
from datetime import date

import pytest
import sqlglot
from sqlglot import exp

from allocation import contract
from allocation.config import Agreement
from allocation.engine import PARAMETER, PORTABLE_FUNCTIONS
from allocation.rules import DERIVATIONS, RULES
from allocation.rules.functions import FUNCTIONS as FUNCTIONS_TOLD
from allocation.rules.model import FOLDER, Scope
from allocation.rules.run import parameters_of

TEXTS = {
    path.relative_to(FOLDER).as_posix(): path.read_text("utf-8")
    for path in sorted(FOLDER.rglob("*.sql"))
}

FUNCTIONS = {
    "COALESCE",
    "COUNT",
    "COUNT_IF",
    "EXTRACT",
    "LAG",
    "LEAST",
    "MAX",
    "MIN",
    "REPLACE",
    "ROW_NUMBER",
    "SPLIT_PART",
    "TRIM",
    "TRY_CAST",
    "UPPER",
    "CAST",
    "CASE",
    "EXISTS",
    *(signature.partition("(")[0].upper() for signature in PORTABLE_FUNCTIONS),
}
"""The functions that both engines have, with the same meaning."""

TYPES = {"INT", "TIMESTAMP", "DATE"}

UNIQUE = {"file_row", "response_id", "offer_id", "allocation_id", "dwelling_id"}
"""Columns that end an ORDER BY so that no two rows are level (within one partition)."""

LEVEL_LEFT_OUT = {("shared/rank_steps.sql", "step"), ("rsp_2.sql", "mark")}
"""Where two rows may be level, because nothing is then said that depends on their order."""

FORBIDDEN = {
    "integer division": r"//|\bdiv\b",
    "date difference": r"\bdate_?diff\b|\bdate_sub\b|\bdate_trunc\b",
    "engine's own clause": r"\bqualify\b|\bexclude\b|\bgroup by all\b|\blateral\b|\bpivot\b",
    "cast by colons": r"::",
    "ordered aggregate": r"\bstring_agg\b|\blistagg\b|\bstrip_accents\b",
    "quoted identifier": r"[\"`]",
    "similarity": r"jaro|levenshtein|soundex",
    "the clock": r"\bnow\(|\bcurrent_",
    "every column of a join": r"select\s+\*",
}


def tree_of(name: str, dialect: str) -> exp.Expression:
    text = PARAMETER.sub(r"$\1", TEXTS[name]) if dialect == "duckdb" else TEXTS[name]
    return sqlglot.parse_one(text, read=dialect)


def without_comments(text: str) -> str:
    return re.sub(r"--[^\n]*", "", text)


def test_every_function_of_our_own_is_explained():
    assert set(FUNCTIONS_TOLD) == set(PORTABLE_FUNCTIONS)


def test_every_name_that_is_kept_small_is_used():
    used = {name for text in TEXTS.values() for name in re.findall(r"column_name\('(.*?)'\)", text)}
    known = set(re.findall("'(.*?)'", PORTABLE_FUNCTIONS["column_name(t)"]))
    assert used == known
    for table, _, column in (name.partition(".") for name in known):
        assert column in contract.table(table).names


def test_every_file_is_a_rule_a_shared_table_or_a_snapshot():
    files = {rule.file for rule in RULES} | {table.file for table in DERIVATIONS}
    files |= set((FOLDER / "snapshots").glob("*.sql"))
    assert files == set(FOLDER.rglob("*.sql"))


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("dialect", ["duckdb", "spark"])
def test_parses_as_one_select(name, dialect):
    assert isinstance(tree_of(name, dialect), exp.Select)


@pytest.mark.parametrize("name", TEXTS)
def test_uses_only_listed_functions(name):
    tree = tree_of(name, "duckdb")
    used = {function.sql_name().upper() for function in tree.find_all(exp.Func)}
    used |= {function.name.upper() for function in tree.find_all(exp.Anonymous)}
    operators = {"AND", "OR", "XOR", "ANONYMOUS", "CASE", "IF", "TIMESTAMP"}
    assert used - operators <= FUNCTIONS


@pytest.mark.parametrize("name", TEXTS)
def test_casts_only_to_types_that_both_engines_know(name):
    tree = tree_of(name, "duckdb")
    assert {cast.to.sql("duckdb") for cast in tree.find_all(exp.Cast, exp.TryCast)} <= TYPES


@pytest.mark.parametrize("name", TEXTS)
def test_every_order_has_nulls_last_and_a_unique_end(name):
    tree = tree_of(name, "duckdb")
    ordered = list(tree.find_all(exp.Ordered))
    assert len(ordered) == len(re.findall("NULLS LAST", without_comments(TEXTS[name])))
    for order in tree.find_all(exp.Order):
        last = order.expressions[-1].this.name
        unique = last in UNIQUE or grouped_by(order) == [last]
        assert unique or (name, last) in LEVEL_LEFT_OUT


def grouped_by(order: exp.Order) -> list[str]:
    """Return the columns that the SELECT around an ORDER BY groups by: each stands once there."""
    group = order.find_ancestor(exp.Select).args.get("group")
    return [column.name for column in group.expressions] if group else []


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("what", FORBIDDEN)
def test_holds_nothing_that_engines_disagree_on(name, what):
    assert not re.search(FORBIDDEN[what], without_comments(TEXTS[name]), re.IGNORECASE)


@pytest.mark.parametrize("name", TEXTS)
def test_subtracts_no_dates(name):
    tree = tree_of(name, "duckdb")
    counts = {"eligible", "ranked_eligible", "open_responses", "again", "mark"}
    for minus in tree.find_all(exp.Sub):
        assert {column.name for column in minus.find_all(exp.Column)} <= counts


@pytest.mark.parametrize("name", TEXTS)
def test_names_every_column_by_its_table(name):
    for column in tree_of(name, "duckdb").find_all(exp.Column):
        assert column.table, column.sql()


@pytest.mark.parametrize("name", TEXTS)
def test_starts_with_words_and_fits_the_line(name):
    lines = TEXTS[name].splitlines()
    assert lines[0].startswith("-- ")
    assert max(map(len, lines)) <= 100


@pytest.mark.parametrize("name", TEXTS)
def test_names_only_known_parameters(name):
    known = parameters_of(Agreement(), date(2026, 11, 22), Scope.ALL)
    assert set(PARAMETER.findall(without_comments(TEXTS[name]))) <= {*known, "night"}
    assert PARAMETER.findall(TEXTS[name]) == PARAMETER.findall(without_comments(TEXTS[name]))

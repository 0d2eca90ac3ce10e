"""SQL that turns what stands in a file into a value of the contract's type.

Decides, per kind of column, which texts are a value.  Every function returns
an expression over one column ``t`` that gives NULL for what is no value; none
of them guesses.  Naive moments are Europe/Amsterdam: an hour that came twice
is the later one, an hour that never was moves on by one.
"""

from __future__ import annotations

import re

from allocation.contract import SQL_TYPES, Kind
from allocation.sources.staging import Style, literal

CLEAN_MACRO = (
    r"CREATE OR REPLACE MACRO _clean(x) AS CASE WHEN regexp_full_match(x, '[!-~]+') THEN x "
    r"WHEN regexp_full_match(x, '[ -~]*') AND NOT contains(x, '  ') THEN nullif(trim(x), '') "
    r"ELSE nullif(trim(nfc_normalize(regexp_replace(regexp_replace(x, '[\s\p{Z}]+', ' ', 'g'), "
    r"'[\p{Cc}\p{Cf}]', '', 'g'))), '') END"
)
"""A text without surrounding space, control and bidirectional characters; NULL if empty."""

INVISIBLE = r"[^\P{Cc}\t\r\n]|\p{Cf}"
"""Characters whose removal is worth a note; tabs and ends of line are not."""

_ZONE = "'Europe/Amsterdam'"
_ISO = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_ISO_TIME = _ISO + r"[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?"
_ISO_ZONED = _ISO_TIME + r" ?(Z|[+-][0-9]{2}(:?[0-9]{2})?)"
_INTEGERS = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?")
_TRUE = "('true', '1', 'ja', 'j', 'yes', 'y', 'waar')"
_FALSE = "('false', '0', 'nee', 'n', 'no', 'onwaar')"

_WORDS = {
    "januari": "January",
    "februari": "February",
    "maart": "March",
    "mrt": "Mar",
    "mei": "May",
    "juni": "June",
    "juli": "July",
    "augustus": "August",
    "okt": "Oct",
    "oktober": "October",
    "maandag": "Monday",
    "dinsdag": "Tuesday",
    "woensdag": "Wednesday",
    "donderdag": "Thursday",
    "vrijdag": "Friday",
    "zaterdag": "Saturday",
    "zondag": "Sunday",
    "ma": "Mon",
    "di": "Tue",
    "wo": "Wed",
    "do": "Thu",
    "vr": "Fri",
    "za": "Sat",
    "zo": "Sun",
}
"""Dutch names of months and days that differ from the English ones."""


def has_names(style: Style, kind: Kind) -> bool:
    """Tell whether a date or moment may be written with the name of a month or day."""
    formats = style.date_formats + style.instant_formats
    return kind in {Kind.DATE, Kind.INSTANT} and any(
        mark in text for text in formats for mark in ("%B", "%b", "%A", "%a")
    )


def english(t: str) -> str:
    """Return an expression that writes Dutch names of months and days in English."""
    for dutch, name in _WORDS.items():
        t = rf"regexp_replace({t}, '\b{dutch}\b[.]?', '{name}', 'gi')"
    return t


def parse_text(kind: Kind, t: str, style: Style) -> str:  # noqa: PLR0911 - one for each kind
    """Return an expression that reads a text as a value of a kind."""
    match kind:
        case Kind.TEXT | Kind.CODE:
            return t
        case Kind.INTEGER:
            return _number(t, style, "")
        case Kind.MONEY:
            amount = rf"regexp_replace({t}, '^(€|EUR) ?|,-+$', '', 'g')"
            return _number(amount, style, "[0-9]{1,2}0*", kind)
        case Kind.DECIMAL:
            return _number(t, style, "[0-9]+", kind)
        case Kind.BOOLEAN:
            word = f"lower({t})"
            return f"CASE WHEN {word} IN {_TRUE} THEN true WHEN {word} IN {_FALSE} THEN false END"
        case Kind.DATE:
            return _date(t, style)
        case Kind.INSTANT:
            return _instant(t, style.instant_formats)


def parse_native(  # noqa: PLR0911 - one for each pair of types
    kind: Kind, t: str, its_type: str
) -> str | None:
    """Return an expression that reads a typed column; None if it is to be read as text."""
    number = bool(_INTEGERS.fullmatch(its_type)) or its_type.startswith("DECIMAL")
    floating = its_type in {"FLOAT", "DOUBLE"}
    zoned = its_type == "TIMESTAMP WITH TIME ZONE"
    naive = its_type.startswith("TIMESTAMP") and not zoned
    match kind:
        case Kind.INTEGER if number or floating:
            whole = f"CASE WHEN {t} = floor({t}) THEN TRY_CAST({t} AS BIGINT) END"
            return f"TRY_CAST({t} AS BIGINT)" if _INTEGERS.fullmatch(its_type) else whole
        case Kind.MONEY | Kind.DECIMAL if number or floating:
            return f"TRY_CAST({t} AS {SQL_TYPES[kind]})"
        case Kind.BOOLEAN if its_type == "BOOLEAN":
            return t
        case Kind.DATE if its_type == "DATE":
            return t
        case Kind.DATE if naive:
            return f"CAST({t} AS DATE)"
        case Kind.DATE if zoned:
            return f"CAST(timezone({_ZONE}, {t}) AS DATE)"
        case Kind.INSTANT if zoned:
            return f"make_timestamp(epoch_us({t}))"
        case Kind.INSTANT if naive:
            return f"make_timestamp(epoch_us(timezone({_ZONE}, CAST({t} AS TIMESTAMP))))"
        case _:
            return None


def _number(t: str, style: Style, decimals: str, kind: Kind = Kind.INTEGER) -> str:
    """Return an expression that reads digits, with the declared signs and no others."""
    digits = "[0-9]+"
    if style.thousands:
        digits = rf"([0-9]+|[0-9]{{1,3}}({re.escape(style.thousands)}[0-9]{{3}})+)"
    tail = f"({re.escape(style.decimal)}{decimals})?" if decimals else ""
    pattern = literal(f"[+-]?{digits}{tail}")
    plain = t
    if style.thousands:
        plain = f"replace({plain}, {literal(style.thousands)}, '')"
    if decimals and style.decimal != ".":
        plain = f"replace({plain}, {literal(style.decimal)}, '.')"
    return (
        f"CASE WHEN regexp_full_match({t}, {pattern}) "
        f"THEN TRY_CAST({plain} AS {SQL_TYPES[kind]}) END"
    )


def _strptime(t: str, formats: list[str]) -> str:
    return f"try_strptime({t}, [{', '.join(literal(text) for text in formats)}])"


def _instant(t: str, formats: tuple[str, ...]) -> str:
    """Return an expression that reads a moment, in UTC without zone.

    Formats with and without a zone are never given to the engine in one list:
    it would let the offset of one row leak into the next.
    """
    zoned = [text for text in formats if "%z" in text]
    naive = [text for text in formats if "%z" not in text and "%Z" not in text]
    tries = [
        f"CASE WHEN regexp_full_match({t}, '{_ISO_ZONED}') "
        f"THEN make_timestamp(epoch_us(TRY_CAST({t} AS TIMESTAMPTZ))) "
        f"WHEN regexp_full_match({t}, '{_ISO_TIME}') "
        f"THEN make_timestamp(epoch_us(timezone({_ZONE}, TRY_CAST({t} AS TIMESTAMP)))) END"
    ]
    if zoned:
        numeric = f"regexp_replace({t}, 'Z$', '+00:00')"
        tries.append(f"make_timestamp(epoch_us({_strptime(numeric, zoned)}))")
    if naive:
        tries.append(f"make_timestamp(epoch_us(timezone({_ZONE}, {_strptime(t, naive)})))")
    return f"coalesce({', '.join(tries)})"


def _date(t: str, style: Style) -> str:
    """Return an expression that reads a date; a moment gives its date in Europe/Amsterdam."""
    moment = _instant(t, style.instant_formats)
    local = f"CAST(timezone({_ZONE}, timezone('UTC', {moment})) AS DATE)"
    tries = [f"CASE WHEN regexp_full_match({t}, '{_ISO}') THEN TRY_CAST({t} AS DATE) END"]
    if style.date_formats:
        tries.append(f"CAST({_strptime(t, list(style.date_formats))} AS DATE)")
    return f"coalesce({', '.join([*tries, local])})"

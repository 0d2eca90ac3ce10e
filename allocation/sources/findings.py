"""What reading can find: the kinds of problems and notes, and their sentences.

Decides the closed list of findings and the words for each, in English and in
Dutch.  A finding holds a table, a file, a row and a column; never a value.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ProblemKind(StrEnum):
    """Every kind of finding of reading."""

    MISSING_VALUE = "missing_value"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_DATE = "not_a_date"
    NOT_AN_INSTANT = "not_an_instant"
    NOT_A_BOOLEAN = "not_a_boolean"
    OUT_OF_RANGE = "out_of_range"
    UNKNOWN_CODE = "unknown_code"
    MISSING_CODE = "missing_code"
    BAD_PATTERN = "bad_pattern"
    DUPLICATE_KEY = "duplicate_key"
    ORPHAN = "orphan"
    FOLLOWS = "follows"
    TOO_FEW_FIELDS = "too_few_fields"
    TOO_MANY_FIELDS = "too_many_fields"
    CELL_ERROR = "cell_error"
    OPEN_END = "open_end"
    HTML_REMOVED = "html_removed"
    CHARACTERS_REMOVED = "characters_removed"
    CAPITALS = "capitals"
    HOUSE_NUMBER_SPLIT = "house_number_split"
    ROW_REPEATED = "row_repeated"
    IGNORED_COLUMNS = "ignored_columns"
    COLUMN_ABSENT = "column_absent"


SENTENCES: dict[ProblemKind, tuple[str, str]] = {
    ProblemKind.MISSING_VALUE: ("a required value is missing", "een verplichte waarde ontbreekt"),
    ProblemKind.NOT_A_NUMBER: ("this is not a number", "dit is geen getal"),
    ProblemKind.NOT_A_DATE: ("this is not a date", "dit is geen datum"),
    ProblemKind.NOT_AN_INSTANT: (
        "this is not a date with a time",
        "dit is geen datum met een tijd",
    ),
    ProblemKind.NOT_A_BOOLEAN: ("this is neither yes nor no", "dit is geen ja of nee"),
    ProblemKind.OUT_OF_RANGE: (
        "the value is lower or higher than possible",
        "de waarde is lager of hoger dan mogelijk is",
    ),
    ProblemKind.UNKNOWN_CODE: (
        "this code is not in the code list",
        "deze code staat niet in de codelijst",
    ),
    ProblemKind.MISSING_CODE: (
        "a code that decides about publishing is missing",
        "een code die nodig is om te mogen publiceren ontbreekt",
    ),
    ProblemKind.BAD_PATTERN: (
        "the value does not have the right form",
        "de waarde heeft niet de juiste vorm",
    ),
    ProblemKind.DUPLICATE_KEY: (
        "another row has the same key",
        "een andere regel heeft dezelfde sleutel",
    ),
    ProblemKind.ORPHAN: (
        "the row refers to something that is not in the export",
        "de regel verwijst naar iets dat niet in de export staat",
    ),
    ProblemKind.FOLLOWS: (
        "the row belongs to another row that cannot be read",
        "de regel hoort bij een andere regel die niet te lezen is",
    ),
    ProblemKind.TOO_FEW_FIELDS: (
        "the row has fewer fields than the header",
        "de regel heeft minder velden dan de kopregel",
    ),
    ProblemKind.TOO_MANY_FIELDS: (
        "the row has more fields than the header",
        "de regel heeft meer velden dan de kopregel",
    ),
    ProblemKind.CELL_ERROR: (
        "the cell holds an error, such as #N/A",
        "in de cel staat een fout, zoals #N/B",
    ),
    ProblemKind.OPEN_END: (
        "an end date far in the future was read as: no end",
        "een einddatum ver in de toekomst is gelezen als: geen einde",
    ),
    ProblemKind.HTML_REMOVED: (
        "HTML was removed from a text",
        "HTML is uit een tekst gehaald",
    ),
    ProblemKind.CHARACTERS_REMOVED: (
        "invisible characters were removed from a text",
        "onzichtbare tekens zijn uit een tekst gehaald",
    ),
    ProblemKind.CAPITALS: (
        "a name in capitals was written in the usual way",
        "een naam in hoofdletters is gewoon geschreven",
    ),
    ProblemKind.HOUSE_NUMBER_SPLIT: (
        "a house number was split into number, letter and addition",
        "een huisnummer is gesplitst in nummer, letter en toevoeging",
    ),
    ProblemKind.ROW_REPEATED: (
        "rows say the same as an earlier row and were read once",
        "regels zeggen hetzelfde als een eerdere regel en zijn een keer gelezen",
    ),
    ProblemKind.IGNORED_COLUMNS: (
        "columns were left out, as the configuration says",
        "kolommen zijn overgeslagen, zoals de instellingen zeggen",
    ),
    ProblemKind.COLUMN_ABSENT: (
        "this column is not in the file and was read as empty",
        "deze kolom staat niet in het bestand en is als leeg gelezen",
    ),
}
"""The sentence of each kind: (English, Dutch)."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: where it stands and what it is; never a value.

    ``row`` counts from 1 with the header as row 1 (JSON: the element of the
    array, from 1); None with ``count`` stands for so many rows together.
    """

    table: str
    file: str
    row: int | None
    column: str | None
    kind: ProblemKind
    count: int = 1


KEPT = 1_000
"""How many single problems of one table are kept; the rest is counted per column and kind."""

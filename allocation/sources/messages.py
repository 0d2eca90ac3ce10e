"""The sentences with which reading refuses, in one place to translate.

Templates in English; facts between braces.  A fact is a file, a table, a row,
a column, a number or one of the sentences of ``findings``: never a value that
stands in a row.
"""

from __future__ import annotations

NO_EXPORTS = "There is no export of {night} in {folder}."
NO_COMPLETE_NIGHT = "There is no complete export in {folder}."
NO_NIGHT_DATE = "{folder} does not say of which night it is: name the folder like 2026-11-22."
NO_MANIFEST = "The manifest {file} is missing: the export is not complete."
MANIFEST_UNREADABLE = "The manifest {file} cannot be read."
MANIFEST_NIGHT = "{file} is of another night ({manifest}) than the folder ({night})."
MANIFEST_FILE_ABSENT = "The manifest names {file}, but it is not in the folder."
MANIFEST_FILE_UNLISTED = "{file} is in the folder, but not in the manifest."
MANIFEST_HASH = "{file} is not the file that the manifest describes (SHA-256 differs)."
MANIFEST_ROWS = "{file} holds {rows} rows; the manifest says {expected}."
TABLE_MISSING = "The table {table} is missing from the export."
SOURCE_MISSING = "{file} is not in the export; the mapping of {table} names it."
TWO_CANDIDATES = "There are two files for the table {table}: {first} and {second}."
UNKNOWN_FORM = "{file} is no CSV, Parquet, XLSX or JSON file."
FILE_EMPTY = "{file} is empty."
NO_HEADER = "{file} seems to have no header: the first row names no column that is known."
NO_ROWS = "{file} holds a header but no rows."
NONE_READABLE = "{file}: no row can be read; the first is row {row}, column {column}: {what}."
UNREADABLE = "{file} cannot be read: the file is damaged or of another kind."
CLOSED = "{file} cannot be read: the account that runs this program has no permission for it."
SAME_SIGNS = "The settings for {file}: decimal and thousands must be two signs."
BROKEN_CSV = "{file}, row {row}: a quotation mark is not closed, or stands inside a field."
TRUNCATED = "{file}, row {row}: the file stops in the middle of a row."
LINE_ENDS = "{file}, row {row}: the line ends differ; this row ends in another way than the first."
ROWS_LOST = "{file} holds {expected} rows, but {rows} could be told apart."
WRONG_ENCODING = "{file} is not written in {encoding}; row {row} is the first that shows it."
WRONG_DELIMITER = "{file}: the columns are not separated by {delimiter!r}."
COLUMN_TWICE = "{file} has the column {column} twice."
COLUMN_UNMAPPED = "{file} has a column {column} that is neither mapped nor ignored."
COLUMN_MISSING = "{file} has no column {column} for {table}.{name}."
COLUMN_NOT_PLAIN = (
    "{file}: the column {column} holds lists, groups or bytes where one value is needed."
)
SEVERAL_SHEETS = "{file} holds several sheets, none with the name {table}."
XLSX_NOT_INSTALLED = "Reading {file} needs the extra 'xlsx': pip install allocation[xlsx]"
ONE_ARRAY_ONLY = "The mapping of {table} goes into two different arrays of {file}."
TOO_MANY_UNREADABLE = (
    "{file}: {bad} of {rows} rows cannot be read; the first is row {row}, column {column}: {what}."
)
TOO_MANY_UNKNOWN_CODES = (
    "{file}: {bad} of {rows} rows have an unknown code in {column}, first in row {row}."
)
BELOW_FLOOR = "{file}: {rows} readable rows, where the last good night had {expected}."
REGISTER_OPEN = "{file} can be read by others than its owner: run chmod 600 on it."
REGISTER_ABSENT = "The register {file} is not there."
REGISTER_NO_HEADER = "The first row of {file} does not name the columns of the register."
REGISTER_FORM = "{file}: the register is a CSV, Parquet or XLSX file."
REGISTER_COMMAND_ABSENT = "The command for the register, {command}, cannot be started: {what}."
REGISTER_COMMAND_FAILED = "The command for the register, {command}, ended with code {code}."
REGISTER_COMMAND_SLOW = "The command for the register, {command}, took over {seconds} seconds."
REGISTER_COMMAND_LONG = "The command for the register, {command}, gave more than {limit} bytes."
REGISTER_COMMAND_EMPTY = "The command for the register, {command}, gave nothing."

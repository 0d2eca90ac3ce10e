"""What is said of a wrong setting: one line that names it and says what may stand there.

Decides the words for each kind of mistake that the checks of the configuration
find.  A value of the configuration is never repeated.
"""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from allocation.errors import ConfigError

_HOW_IT_IS_WRITTEN = {
    "site.brand_colour": "#0b5d63",
    "site.base_url": "https://verantwoording.example.nl/",
    "association.email": "verhuur@example.nl",
    "association.website": "https://www.example.nl/",
    "site.program_url": "https://code.example.nl/allocation/",
    "engine.memory_limit": "4GB",
    "engine.spark_master": "spark://cluster.example:7077",
}
"""An example of each setting that has a form of its own; a test holds the list complete."""

_HOW_EACH_IS_WRITTEN = {
    "date_formats": "%d-%m-%Y",
    "instant_formats": "%d-%m-%Y %H:%M:%S",
}
"""An example of one of the texts of each list whose texts have a form."""

_OUR_OWN = "Value error, "
_AT_LINE = re.compile(r"at line (\d+)")


def wrong_setting(file: str, found: ValidationError, model: type[BaseModel]) -> ConfigError:
    """Return the error for the first mistake in a configuration file, which is a ``model``."""
    errors = found.errors(include_input=False, include_url=False)
    error = errors[0]
    where = _where(error["loc"])
    at = {"file": file, "where": where}
    context = error.get("ctx", {})
    match error["type"]:
        case "extra_forbidden":
            told = ConfigError("{file}: there is no setting {where}.", **at)
        case "missing":
            told = ConfigError("{file}: the setting {where} is missing.", **at)
        case "literal_error" | "enum":
            same = [each for each in errors if _where(each["loc"]) == where]
            choices = ", ".join(str(each["ctx"]["expected"]) for each in same)
            told = ConfigError(
                "{file}, {where}: choose from {choices}.",
                **at,
                choices=choices.replace(" or ", ", "),
            )
        case "string_pattern_mismatch" if where in _HOW_IT_IS_WRITTEN:
            told = ConfigError(
                "{file}, {where}: write it like {example}",
                **at,
                example=_HOW_IT_IS_WRITTEN[where],
            )
        case "string_pattern_mismatch" if (
            name := where.rpartition(".")[2]
        ) in _HOW_EACH_IS_WRITTEN:
            told = ConfigError(
                "{file}, {where}: write each form like {example}",
                **at,
                example=_HOW_EACH_IS_WRITTEN[name],
            )
        case "same_signs":
            told = ConfigError("{file}, {where}: decimal and thousands must be two signs.", **at)
        case "value_error":
            own = error["msg"].removeprefix(_OUR_OWN)
            told = ConfigError("{file}: {what}", file=file, what=own)
        case "string_too_short":
            told = ConfigError(
                "{file}, {where}: write at least {count} characters.",
                **at,
                count=context["min_length"],
            )
        case "string_too_long":
            told = ConfigError(
                "{file}, {where}: write at most {count} characters.",
                **at,
                count=context["max_length"],
            )
        case _:
            told = _of_another_kind(at, error, model)
    return told


def _of_another_kind(at: dict[str, str], error: Any, model: type[BaseModel]) -> ConfigError:
    """Return the error for a number out of its bounds, or a value of another kind."""
    match error["type"].partition("_")[0]:
        case "int" | "float" | "greater" | "less":
            told = _wrong_number(at, _field(error["loc"], model))
        case "bool":
            told = ConfigError("{file}, {where}: write true or false.", **at)
        case "string" | "path":
            told = ConfigError("{file}, {where}: write a text between quotes.", **at)
        case "tuple":
            told = ConfigError('{file}, {where}: write a list, like ["one", "two"].', **at)
        case "dict" | "model":
            told = ConfigError(
                "{file}: {where} is a section: write [{where}] on a line of its own.",
                **at,
            )
        case _:
            told = ConfigError("{file}, {where}: {what}", **at, what=error["msg"])
    return told


def _wrong_number(at: dict[str, str], field: FieldInfo) -> ConfigError:
    """Return the error for a number; a test holds that each has a lowest and a highest value."""
    low = next(str(each.ge) for each in field.metadata if hasattr(each, "ge"))
    high = next(str(each.le) for each in field.metadata if hasattr(each, "le"))
    facts = at | {"low": low, "high": high}
    if field.annotation is int:
        return ConfigError("{file}, {where}: write a whole number from {low} to {high}.", **facts)
    return ConfigError("{file}, {where}: write a number from {low} to {high}.", **facts)


def _field(location: tuple[int | str, ...], model: type[BaseModel]) -> FieldInfo:
    """Return the setting at a place of the configuration."""
    *sections, name = location
    inside: Any = model
    for section in sections:
        fields = {field.alias or own: field for own, field in inside.model_fields.items()}
        inside = fields[str(section)].annotation
    found: FieldInfo = inside.model_fields[name]
    return found


def not_written_as_settings(file: str, error: Exception) -> ConfigError:
    """Return the error for a file that cannot be read as settings at all."""
    if isinstance(error, UnicodeDecodeError):
        return ConfigError("{file} is not saved as UTF-8. Save it as UTF-8.", file=file)
    line = _AT_LINE.search(str(error))
    if line is None:
        return ConfigError("{file}: a quote or a bracket is opened and never closed.", file=file)
    return ConfigError(
        '{file}, line {line}: no setting is written like this. Write it like name = "value", '
        "each name once.",
        file=file,
        line=int(line[1]),
    )


def _where(location: tuple[int | str, ...]) -> str:
    """Return the name of a setting; what stands behind it in a location is not its name."""
    return ".".join(part for part in location if isinstance(part, str) and "[" not in part)

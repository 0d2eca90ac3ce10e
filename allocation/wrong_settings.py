"""What is said of a wrong setting: one line that names it and says what may stand there.

Decides the words for each kind of mistake that the checks of the configuration
find.  A value of the configuration is never repeated.
"""

from __future__ import annotations

from pydantic import ValidationError

from allocation.errors import ConfigError

_HOW_IT_IS_WRITTEN = {
    "site.brand_colour": "#0b5d63",
    "site.base_url": "https://verantwoording.example.nl/",
    "association.email": "verhuur@example.nl",
    "association.website": "https://www.example.nl/",
    "engine.memory_limit": "4GB",
    "engine.spark_master": "spark://cluster.example:7077",
}
"""An example of each setting that has a form of its own; a test holds the list complete."""

_OUR_OWN = "Value error, "


def wrong_setting(file: str, found: ValidationError) -> ConfigError:
    """Return the error for the first mistake in a configuration file."""
    error = found.errors(include_input=False, include_url=False)[0]
    where = ".".join(str(part) for part in error["loc"])
    what, context = error["msg"], error.get("ctx", {})
    match error["type"]:
        case "extra_forbidden":
            told = ConfigError("{file}: there is no setting {where}.", file=file, where=where)
        case "missing":
            told = ConfigError("{file}: the setting {where} is missing.", file=file, where=where)
        case "literal_error":
            choices = str(context["expected"]).replace(" or ", ", ")
            told = ConfigError(
                "{file}, {where}: choose from {choices}.", file=file, where=where, choices=choices
            )
        case "string_pattern_mismatch" if where in _HOW_IT_IS_WRITTEN:
            told = ConfigError(
                "{file}, {where}: write it like {example}",
                file=file,
                where=where,
                example=_HOW_IT_IS_WRITTEN[where],
            )
        case "bool_type" | "bool_parsing":
            told = ConfigError("{file}, {where}: write true or false.", file=file, where=where)
        case "value_error":
            own = what.removeprefix(_OUR_OWN)
            told = ConfigError("{file}: {what}", file=file, what=own)
        case _:
            told = ConfigError("{file}, {where}: {what}", file=file, where=where, what=what)
    return told

"""The configuration: what a clerk reads about a wrong setting."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pydantic import BaseModel, ValidationError

from allocation.config import Config, read_config
from allocation.errors import ConfigError
from allocation.messages import catalogue
from allocation.resources import data_path
from allocation.sources.staging import style_of
from allocation.wrong_settings import _HOW_IT_IS_WRITTEN, wrong_setting

GIVEN = """
[association]
name = "Wonen"
work_area = "Venlo"
email = "hallo@maas.example"

[paths]
exports = "exports"
"""


LINE = (
    "allocation.toml, line {}: no setting is written like this. "
    'Write it like name = "value", each name once.'
)


def forms(section: type[BaseModel], above: str = "") -> set[str]:
    """Return every setting whose text has a form of its own."""
    found = set()
    for name, field in section.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            found |= forms(kind, f"{above}{field.alias or name}.")
        elif any(getattr(rule, "pattern", None) for rule in field.metadata):
            found.add(f"{above}{name}")
    return found


def test_every_setting_with_a_form_has_an_example() -> None:
    assert forms(Config) == set(_HOW_IT_IS_WRITTEN)


def refusal(folder: Path, text: str) -> str:
    path = folder / "allocation.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as found:
        read_config(path)
    return str(found.value)


@pytest.mark.parametrize("name", sorted(_HOW_IT_IS_WRITTEN))
def test_a_wrong_form_shows_the_right_one(tmp_path: Path, name: str) -> None:
    section, _, key = name.partition(".")
    lines = [line for line in GIVEN.splitlines() if not line.startswith(f"{key} =")]
    text = "\n".join(lines)
    head = f"[{section}]"
    text = text if head in text else f"{text}\n{head}"
    told = refusal(tmp_path, text.replace(head, f'{head}\n{key} = "een twee"'))
    assert told == f"allocation.toml, {name}: write it like {_HOW_IT_IS_WRITTEN[name]}"


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("[site]\nlgo = 'x'", "allocation.toml: there is no setting site.lgo."),
        ("[site]\nenglish = 'ja hoor'", "allocation.toml, site.english: write true or false."),
        ("[texts.nl]\nbelofte = 'x'", "allocation.toml: there is no setting texts.nl.belofte."),
        (
            "[texts.nl]\ncomplaint = 'x'",
            "allocation.toml: [texts] complaint: write it under [texts.nl] and under [texts.en], "
            "or set english = false under [site]",
        ),
        ("[format]\ndecimal = ';'", "allocation.toml, format.decimal: choose from ',', '.'."),
        (
            "[publication]\noutcome_days = 3.5",
            "allocation.toml, publication.outcome_days: write a whole number from 1 to 365.",
        ),
        (
            "[agreement]\ndaeb_share_agreed = 92.5",
            "allocation.toml, agreement.daeb_share_agreed: write a number from 0.85 to 1.",
        ),
        (
            "[format]\ndate_formats = [1]",
            "allocation.toml, format.date_formats: write a text between quotes.",
        ),
        (
            "[register]\ncommand = 'ls'",
            'allocation.toml, register.command: write a list, like ["one", "two"].',
        ),
        (
            "[texts]\nnl = 'x'",
            "allocation.toml: texts.nl is a section: write [texts.nl] on a line of its own.",
        ),
        ("[site]\nenglish = ja", LINE.format(11)),
        ("[site]\n[site]", LINE.format(11)),
        (
            "[site]\nlogo = ['a'",
            "allocation.toml: a quote or a bracket is opened and never closed.",
        ),
    ],
)
def test_a_wrong_setting_is_told_in_one_line(tmp_path: Path, more: str, told: str) -> None:
    assert refusal(tmp_path, f"{GIVEN}\n{more}\n") == told


def settings_of(section: type[BaseModel], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield every place of the configuration, sections included."""
    for name, field in section.model_fields.items():
        place = (*above, field.alias or name)
        yield place
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from settings_of(field.annotation, place)


@pytest.mark.parametrize("place", list(settings_of(Config)), ids=".".join)
@pytest.mark.parametrize(
    "value", ["x", "", "x" * 5000, 3, -1, 10**9, 0.3, True, [], [3], ["x"], {"x": 3}, {"x": "y"}]
)
def test_whatever_is_wrong_is_told_in_words_of_our_own(place: tuple[str, ...], value: Any) -> None:
    given: dict[str, Any] = tomllib.loads(GIVEN)
    inside = given
    for section in place[:-1]:
        inside = inside.setdefault(section, {})
    inside[place[-1]] = value
    try:
        Config.model_validate(given)
    except ValidationError as found:
        error = wrong_setting("allocation.toml", found, Config)
        assert error.template in catalogue("nl")
        assert error.template != "{file}, {where}: {what}"


def test_texts_in_dutch_alone_suit_a_site_in_dutch_alone(tmp_path: Path) -> None:
    path = tmp_path / "allocation.toml"
    more = "[site]\nenglish = false\nlogo = 'beeld/logo.png'\n[texts.nl]\npromise = 'Eerlijk.'\n"
    path.write_text(f"{GIVEN}\n{more}", encoding="utf-8")
    config = read_config(path)
    assert config.texts.nl.promise == "Eerlijk."
    assert config.site.logo == tmp_path / "beeld" / "logo.png"


def test_the_example_names_every_setting_of_the_site(tmp_path: Path) -> None:
    """A clerk finds each setting in the file that ``allocation init`` writes."""
    text = data_path("allocation.example.toml").read_text(encoding="utf-8")
    for section in ("association", "publication", "site"):
        kind = Config.model_fields[section].annotation
        assert isinstance(kind, type)
        for name in kind.model_fields:
            assert f"{name} = " in text, f"[{section}] {name}"
    assert "[texts.nl]" in text
    assert "[texts.en]" in text
    path = tmp_path / "allocation.toml"
    path.write_text(text, encoding="utf-8")
    assert read_config(path).publication.hidden_fields == ()


def test_a_file_that_notepad_saved_is_read(tmp_path: Path) -> None:
    path = tmp_path / "allocation.toml"
    path.write_text(GIVEN, encoding="utf-8-sig")
    assert read_config(path).association.name == "Wonen"


@pytest.mark.parametrize("wrong", ["", "%d-%m-%Q", "%d-%m-%", "100%"])
@pytest.mark.parametrize("section", ["format", "mapping.dwellings"])
def test_a_form_of_dates_that_is_none_is_a_wrong_setting(
    tmp_path: Path, section: str, wrong: str
) -> None:
    told = refusal(tmp_path, f'{GIVEN}\n[{section}]\ndate_formats = ["%d-%m-%Y", "{wrong}"]\n')
    assert told == f"allocation.toml, {section}.date_formats: write each form like %d-%m-%Y"


def test_every_mark_of_a_form_is_one_of_the_engine(tmp_path: Path) -> None:
    marks = ["%" + mark for mark in "aAwdbBmyYHIpMSfnzZjUWcxXGVu%"]
    marks += ["%-" + mark for mark in "dmyHIMSj"]
    for mark in marks:
        settings = Config.model_validate(
            tomllib.loads(GIVEN) | {"format": {"date_formats": [mark]}}
        )
        duckdb.execute("SELECT try_strptime('x', ?)", settings.format.date_formats).fetchall()


@pytest.mark.parametrize("section", ["format", "mapping.dwellings"])
def test_one_sign_cannot_mean_two_things_in_a_number(tmp_path: Path, section: str) -> None:
    told = refusal(tmp_path, f'{GIVEN}\n[{section}]\ndecimal = "."\nthousands = "."\n')
    assert told == f"allocation.toml, {section}: decimal and thousands must be two signs."


def test_one_sign_cannot_mean_two_things_over_two_sections(tmp_path: Path) -> None:
    raw = tomllib.loads(GIVEN) | {"format": {"thousands": "."}}
    settings = Config.model_validate(raw | {"mapping": {"dwellings": {"decimal": "."}}})
    mapping = settings.table_mapping("dwellings")
    with pytest.raises(ConfigError):
        style_of(settings, mapping, Path("dwellings.csv"))
    assert style_of(settings, mapping, Path("eenheden.json")).thousands == ""

"""The public settings as the open data tells them, and read back."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import pytest

from allocation.config import read_config
from allocation.logo import Logo
from allocation.periods import Period
from allocation.public_pages import site_settings
from allocation.site.settings import SiteSettings, read_settings

FULL = SiteSettings(
    association="Woonstichting <b>Zuid</b>",
    work_area="Zuid",
    email="post@zuid.example",
    phone="",
    website="https://zuid.example/",
    base_url="https://zuid.example/verdeling/",
    brand_colour="#8a1538",
    data_until=date(2026, 11, 22),
    languages=("nl",),
    logo=Logo("logo.svg", b"<svg/>", 100, 40),
    logo_holds_name=True,
    program_url="https://code.zuid.example/",
    hidden=frozenset({"room_count", "label"}),
    texts={"nl": {"promise": "Eén\n\ntwee", "complaint": ""}, "en": {}},
    reports=(Period(2026, 3), Period(2025)),
)


def test_every_setting_has_another_value_here() -> None:
    empty = {field.name for field in fields(FULL) if not getattr(FULL, field.name)}
    assert empty == {"phone"}


@pytest.mark.parametrize("settings", [FULL, replace(FULL, logo=None, reports=())])
def test_what_is_told_is_read_back(settings: SiteSettings) -> None:
    told = json.loads(json.dumps(settings.told()))
    found = read_settings(told)
    logo = settings.logo and replace(settings.logo, content=b"")
    assert found == replace(settings, logo=logo)
    assert b"<svg/>".decode() not in json.dumps(told)


@pytest.mark.parametrize("name", sorted(FULL.told()))
def test_a_setting_that_is_missing_or_another_thing_is_refused(name: str) -> None:
    told = FULL.told()
    for wrong in (told | {name: {"a": [1]}}, {k: v for k, v in told.items() if k != name}):
        with pytest.raises(ValueError, match=r".+"):
            read_settings(wrong)


def test_words_in_a_language_that_the_site_is_not_in_are_not_told(tmp_path: Path) -> None:
    path = tmp_path / "allocation.toml"
    path.write_text(
        '[association]\nname = "Wonen"\nwork_area = "Venlo"\nemail = "a@b.example"\n'
        '[paths]\nexports = "exports"\n'
        "[site]\nenglish = false\n[texts.nl]\npromise = 'Ja'\n[texts.en]\npromise = 'Not yet'\n",
        encoding="utf-8",
    )
    told = site_settings(read_config(path), date(2026, 11, 22)).told()
    assert told["texts"] == {"nl": {"promise": "Ja", "complaint": ""}}
    assert "Not yet" not in json.dumps(told)

"""The configuration: one frozen value, read once from ``allocation.toml``.

Decides which settings exist and what they may be.  Unknown keys and wrong
values are refused, never defaulted.  Nothing is read or created at import,
and no other module reads the file.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from allocation import contract
from allocation.errors import ConfigError
from allocation.forms import ADDRESS, BASE_URL, LONGEST_TEXT
from allocation.resources import data_path
from allocation.vocabulary import RELEASE, Ground, code_lists
from allocation.wrong_settings import not_written_as_settings, wrong_setting

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
HideableField = Literal[
    "municipality",
    "neighbourhood",
    "room_count",
    "floor_area_m2",
    "energy_label",
    "bare_rent",
    "label",
]
Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
TimeFormat = Annotated[
    str, Field(pattern=r"^([^%]|%-[dmyHIMSj]|%[aAwdbBmyYHIpMSfnzZjUWcxXGVu%])+$")
]
"""How a date or a moment is written, in the marks that the engine knows."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Association(_Section):
    """Who publishes: shown on every page."""

    name: str = Field(min_length=2, max_length=80)
    work_area: str = Field(min_length=2, max_length=120)
    email: str = Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
    phone: str = ""
    website: str = Field(default="", pattern=ADDRESS)


class Paths(_Section):
    """Where things stand; relative paths count from the configuration file."""

    exports: Path
    public: Path = Path("public")
    state: Path = Path("state")
    register_file: Path | None = Field(default=None, alias="register")


class Register(_Section):
    """Where the register comes from when it is no file: a command's standard output.

    ``command`` is a program and its arguments; no shell reads them.  A program
    named with a slash counts from the configuration file.  Its output is CSV, as
    ``[format]`` and ``[mapping.register]`` say.
    """

    command: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    seconds: int = Field(default=60, ge=1, le=3600)


class Screening(_Section):
    """Whom a letting is compared with, and how long casework is kept.

    Somebody counts until ``look_back_months`` after leaving the register.  The
    content of a case that was cleared is erased after ``keep_cleared_months``.
    """

    look_back_months: int = Field(default=12, ge=0, le=120)
    keep_cleared_months: int = Field(default=12, ge=1, le=120)


class Format(_Section):
    """How text files are written, unless a table's mapping says otherwise."""

    encoding: Literal["utf-8", "windows-1252"] = "utf-8"
    delimiter: Literal[";", ",", "\t", "|"] = ";"
    decimal: Literal[",", "."] = ","
    thousands: Literal["", ".", ",", " "] = ""
    date_formats: tuple[TimeFormat, ...] = ("%Y-%m-%d", "%d-%m-%Y")
    instant_formats: tuple[TimeFormat, ...] = (
        "%Y-%m-%dT%H:%M:%S%z",
        "%Y-%m-%dT%H:%M:%S",
        "%Y-%m-%d %H:%M:%S%z",
        "%Y-%m-%d %H:%M:%S",
        "%d-%m-%Y %H:%M:%S",
        "%d-%m-%Y %H:%M",
    )

    @model_validator(mode="after")
    def _signs_differ(self) -> Format:
        return _require_two_signs(self)


_Signed = TypeVar("_Signed", "Format", "TableMapping")


def _require_two_signs(section: _Signed) -> _Signed:
    """Require that one sign does not mean two things in a number."""
    if section.decimal is not None and section.decimal == section.thousands:
        raise PydanticCustomError("same_signs", "decimal and thousands are the same")
    return section


class TableMapping(_Section):
    """How one table is found in a supplier's file.

    ``columns`` maps our name to theirs; ``constants`` gives a column one value
    for every row; ``codes`` translates their text to our code per column (the
    empty text may be translated too); ``nulls`` lists texts that mean "not
    given" per column; ``ignored`` names the supplier's columns that are not
    read.  ``source`` is a file name in the night's folder, default the name
    of the table; two tables may read one file.
    """

    source: str = ""
    encoding: Literal["utf-8", "windows-1252"] | None = None
    delimiter: Literal[";", ",", "\t", "|"] | None = None
    decimal: Literal[",", "."] | None = None
    thousands: Literal["", ".", ",", " "] | None = None
    date_formats: tuple[TimeFormat, ...] | None = None
    instant_formats: tuple[TimeFormat, ...] | None = None
    columns: dict[str, str] = {}
    constants: dict[str, str] = {}
    codes: dict[str, dict[str, str]] = {}
    nulls: dict[str, tuple[str, ...]] = {}
    ignored: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _signs_differ(self) -> TableMapping:
        return _require_two_signs(self)


class Reading(_Section):
    """When an export is good enough to build on."""

    require_manifest: bool = True
    floor: float = Field(default=0.8, ge=0, le=1)
    max_quarantined_share: float = Field(default=0.01, ge=0, le=1)


class Publication(_Section):
    """What is published, and when.

    ``hidden_fields`` describe a dwelling; what tells how it was allocated cannot be hidden.
    """

    delay_days: int = Field(default=14, ge=0, le=365)
    release_day: Weekday | Literal["daily"] = "monday"
    outcome_days: int = Field(default=60, ge=1, le=365)
    retention_months: int = Field(default=24, ge=1, le=240)
    show_house_number: bool = True
    hidden_fields: tuple[HideableField, ...] = ()
    keep_releases: int = Field(default=7, ge=1, le=365)


class Site(_Section):
    """How the public site presents itself.

    ``logo`` is an SVG or PNG file; where the name can be read in it, it does
    not stand beside it as well.  ``english`` makes every page in English too.
    ``program_url`` is where anybody can get this program, to check the site with.
    """

    base_url: str = Field(default="http://localhost:8000/", pattern=BASE_URL)
    brand_colour: Colour = "#0b5d63"
    logo: Path | None = None
    logo_holds_name: bool = False
    english: bool = True
    program_url: str = Field(default="", pattern=ADDRESS)


class Texts(_Section):
    """The association's own words in one language; an empty text leaves ours.

    Plain text: an empty line begins a new paragraph, and an address that
    begins with https:// becomes a link.
    """

    promise: str = Field(default="", max_length=LONGEST_TEXT)
    complaint: str = Field(default="", max_length=LONGEST_TEXT)


class TextsByLanguage(_Section):
    """The same texts in each language of the site."""

    nl: Texts = Texts()
    en: Texts = Texts()


class Engine(_Section):
    """The machine that the night may use.

    With ``spark_master`` the rules run on Spark; ``spark_folder`` is a folder
    that the cluster reaches by the same path, through which the night's tables
    go (by default a private folder of this machine, which suits ``local``).
    """

    memory_limit: str = Field(default="4GB", pattern=r"^[0-9]+(\.[0-9]+)? ?(MB|GB)$")
    threads: int = Field(default=2, ge=1, le=256)
    spark_master: str = Field(default="", pattern=r"^(local(\[(\*|[0-9]+)\])?|[a-z0-9]+://\S+)?$")
    spark_folder: Path | None = None


class Agreement(_Section):
    """What was agreed with the tenants' association and the municipalities.

    Days are days of 24 hours (``min_days_open``) or calendar days; shares are
    fractions.  ``daeb_share_agreed`` is the share that the law asks (Woningwet
    art. 48: 92.5 %) or the lower one agreed locally, never below 85 %.
    """

    min_days_open: int = Field(default=5, ge=0, le=365)
    max_open_responses: int = Field(default=3, ge=1, le=1000)
    parallel_offers: int = Field(default=1, ge=1, le=100)
    outcome_days: int = Field(default=60, ge=1, le=365)
    explanation_days: int = Field(default=30, ge=1, le=365)
    offer_model_share: float = Field(default=0.75, ge=0, le=1)
    daeb_share_agreed: float = Field(default=0.925, ge=0.85, le=1)
    appropriate_share: float = Field(default=0.95, ge=0.95, le=1)
    local_connection_share: float = Field(default=0.5, ge=0, le=0.5)


class Config(_Section):
    """Everything that ``allocation.toml`` can say."""

    association: Association
    paths: Paths
    format: Format = Format()
    mapping: dict[str, TableMapping] = {}
    reading: Reading = Reading()
    publication: Publication = Publication()
    withholding: dict[str, dict[str, Ground | Literal["release"]]] = {}
    site: Site = Site()
    texts: TextsByLanguage = TextsByLanguage()
    engine: Engine = Engine()
    agreement: Agreement = Agreement()
    register_source: Register = Field(default=Register(), alias="register")
    screening: Screening = Screening()

    @model_validator(mode="after")
    def _one_register(self) -> Config:
        if self.paths.register_file and self.register_source.command:
            raise ValueError("name the register in [paths] or in [register], not in both")
        return self

    @model_validator(mode="after")
    def _texts_in_every_language(self) -> Config:
        for name in Texts.model_fields:
            given = {code: getattr(texts, name).strip() for code, texts in self.texts}
            if self.site.english and bool(given["nl"]) != bool(given["en"]):
                raise ValueError(
                    f"[texts] {name}: write it under [texts.nl] and under [texts.en], "
                    "or set english = false under [site]"
                )
        return self

    @field_validator("mapping")
    @classmethod
    def _mapping_names_exist(cls, mapping: dict[str, TableMapping]) -> dict[str, TableMapping]:
        for name, entry in mapping.items():
            table = next((t for t in contract.TABLES if t.name == name), None)
            if table is None:
                raise ValueError(f"[mapping.{name}]: there is no table of this name")
            for part in ("columns", "constants", "codes", "nulls"):
                for column in getattr(entry, part):
                    if column not in table.names:
                        raise ValueError(f"[mapping.{name}.{part}] {column}: no such column")
            for column, codes in entry.codes.items():
                code_list = table[column].code_list
                if not code_list:
                    raise ValueError(f"[mapping.{name}.codes.{column}]: not a column of codes")
                for code in codes.values():
                    if code not in code_lists()[code_list]:
                        raise ValueError(f"[mapping.{name}.codes.{column}]: no code {code}")
        return mapping

    @field_validator("withholding")
    @classmethod
    def _withholding_codes_exist(
        cls, withholding: dict[str, dict[str, Ground | Literal["release"]]]
    ) -> dict[str, dict[str, Ground | Literal["release"]]]:
        for name, codes in withholding.items():
            known = code_lists().get(name, {})
            for code in codes:
                if code not in known or not known[code].withhold:
                    raise ValueError(f"[withholding.{name}] {code}: no code that can withhold")
        return withholding

    def table_mapping(self, name: str) -> TableMapping:
        """Return the mapping of a table, or the empty one."""
        return self.mapping.get(name, TableMapping())

    def ground(self, code_list: str, code: str) -> Ground | None:
        """Return on which ground a code withholds; None if it releases.

        An unknown code withholds (fail closed).
        """
        known = code_lists()[code_list].get(code)
        if known is None:
            return Ground.UNKNOWN
        effect = self.withholding.get(code_list, {}).get(code, known.withhold)
        return None if effect == RELEASE else Ground(effect)


def read_config(path: Path) -> Config:
    """Read and check ``allocation.toml``.

    Raises:
        ConfigError: the file is absent, no TOML, or holds a wrong key or value.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise ConfigError("There is no configuration file {file}.", file=path.name) from None
    except IsADirectoryError:
        raise ConfigError("{file} is a folder, not a configuration.", file=path.name) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise not_written_as_settings(path.name, error) from None
    try:
        config = Config.model_validate(raw)
    except ValidationError as error:
        raise wrong_setting(path.name, error, Config) from None
    return _anchored(config, path.resolve().parent)


def _anchored(config: Config, base: Path) -> Config:
    paths = config.paths
    register = paths.register_file
    command = config.register_source.command
    logo = config.site.logo
    if command and "/" in command[0]:
        command = (str(base / command[0]), *command[1:])
    return config.model_copy(
        update={
            "register_source": config.register_source.model_copy(update={"command": command}),
            "site": config.site.model_copy(update={"logo": base / logo if logo else None}),
            "paths": Paths(
                exports=base / paths.exports,
                public=base / paths.public,
                state=base / paths.state,
                register=base / register if register else None,
            ),
        }
    )


def write_example_config(folder: Path) -> Path:
    """Write the commented example configuration into a folder and return its path.

    Raises:
        ConfigError: there is a configuration already, or the folder cannot be written.
    """
    path = folder / "allocation.toml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(data_path("allocation.example.toml").read_text(encoding="utf-8"))
    except FileExistsError:
        raise ConfigError("{file} exists already; it is left as it is.", file=path.name) from None
    except OSError as error:
        raise ConfigError(
            "The folder {folder} cannot be used: {what}", folder=folder, what=error.strerror
        ) from None
    return path

"""What describes the open data: a Data Package, DCAT-AP-NL and OpenAPI.

Decides what a national data portal, a program and a person read about the
files.  Everything here follows from the list of files and the publisher; it
holds no value of a letting.

Sources: Data Package 2.0 (datapackage.org), DCAT-AP-NL 3.0 (Geonovum), the
authority tables of the Publications Office of the EU, OpenAPI 3.1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from allocation.opendata.fields import SCHEMA_VERSION, Field

LICENCE = "CC-BY-4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"
_AUTHORITY = "http://publications.europa.eu/resource/authority"

TITLE_NL = "Verdeling van huurwoningen van {association}"
TITLE_EN = "Allocation of rented dwellings of {association}"
ABOUT_NL = (
    "Voor elke woning die {association} openbaar heeft aangeboden: hoeveel mensen reageerden, "
    "wat ervan is geworden, en of de regels zijn gevolgd. Zonder persoonsgegevens."
)
ABOUT_EN = (
    "For every dwelling that {association} advertised: how many people responded, what became "
    "of it, and whether the rules were followed. Without personal data."
)


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes: public values of the association; ``base_url`` ends with a slash.

    ``made_from`` is what the site is made from beside the tables, as plain values.
    """

    association: str
    work_area: str
    email: str
    website: str
    base_url: str
    data_until: date
    made_from: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class File:
    """One file of a table, as it stands below ``data/``."""

    path: str
    kind: str
    table: str
    title_nl: str
    title_en: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class _Kind:
    media_type: str
    file_type: str


KINDS = {
    "csv": _Kind("text/csv", "CSV"),
    "json": _Kind("application/json", "JSON"),
    "parquet": _Kind("application/vnd.apache.parquet", "PARQUET"),
}

_TYPES: tuple[tuple[object, str], ...] = (
    (pa.types.is_integer, "integer"),
    (pa.types.is_decimal, "number"),
    (pa.types.is_boolean, "boolean"),
    (pa.types.is_date, "date"),
    (pa.types.is_string, "string"),
)


def table_schema(fields: Sequence[Field], key: Sequence[str]) -> dict[str, object]:
    """Return the Table Schema (2.0) of a table, words in both languages."""
    described = []
    for field in fields:
        entry: dict[str, object] = {
            "name": field.name,
            "type": _type_name(field.type),
            "title": field.title_nl,
            "title_en": field.title_en,
            "description": field.nl,
            "description_en": field.en,
        }
        if field.unit:
            entry["unit"] = field.unit
        constraints: dict[str, object] = {"required": True} if field.required else {}
        if field.codes:
            entry["categories"] = [{"value": c, "label": nl} for c, nl, _ in field.codes]
            entry["categories_en"] = [{"value": c, "label": en} for c, _, en in field.codes]
            constraints["enum"] = [code for code, _, _ in field.codes]
        if constraints:
            entry["constraints"] = constraints
        described.append(entry)
    return {
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "fieldsMatch": "exact",
        "fields": described,
        "missingValues": [""],
        **({"primaryKey": list(key)} if key else {}),
    }


def _type_name(kind: pa.DataType) -> str:
    for test, name in _TYPES:
        if test(kind):  # type: ignore[operator]
            return name
    raise TypeError(f"no Table Schema type for {kind}")


def data_package(publisher: Publisher, files: Sequence[File]) -> dict[str, object]:
    """Return the Data Package (2.0) of all files; schemas stand in files of their own."""
    names = {"association": publisher.association}
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "woningverdeling",
        "id": f"{publisher.base_url}data/datapackage.json",
        "title": TITLE_NL.format(**names),
        "title_en": TITLE_EN.format(**names),
        "description": ABOUT_NL.format(**names),
        "description_en": ABOUT_EN.format(**names),
        "homepage": f"{publisher.base_url}data/",
        "version": SCHEMA_VERSION,
        "created": f"{publisher.data_until.isoformat()}T00:00:00Z",
        "licenses": [
            {
                "name": LICENCE,
                "path": LICENCE_URL,
                "title": "Creative Commons Attribution 4.0 International",
            }
        ],
        "contributors": [
            {"title": publisher.association, "email": publisher.email, "roles": ["publisher"]}
        ],
        "keywords": ["woningtoewijzing", "sociale huur", "woningcorporatie", "verantwoording"],
        "resources": [_resource(file) for file in files],
        "made_from": dict(publisher.made_from),
    }


def _resource(file: File) -> dict[str, object]:
    kind = KINDS[file.kind]
    resource: dict[str, object] = {
        "name": file.path.replace(".", "-"),
        "path": file.path,
        "title": file.title_nl,
        "title_en": file.title_en,
        "format": file.kind,
        "mediatype": kind.media_type,
        "bytes": file.size,
        "hash": f"sha256:{file.sha256}",
        "schema": f"schema/{file.table}.json",
    }
    if file.kind != "parquet":
        resource["type"] = "table"
        resource["encoding"] = "utf-8"
    if file.kind == "csv":
        resource["dialect"] = {
            "$schema": "https://datapackage.org/profiles/2.0/tabledialect.json",
            "delimiter": ",",
            "lineTerminator": "\n",
            "quoteChar": '"',
            "doubleQuote": True,
            "header": True,
        }
    if file.kind == "json":
        resource["dialect"] = {
            "$schema": "https://datapackage.org/profiles/2.0/tabledialect.json",
            "itemType": "array",
            "header": True,
        }
    return resource


_CONTEXT: dict[str, object] = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def dcat(
    publisher: Publisher, files: Sequence[File], covered: tuple[date, date] | None
) -> dict[str, object]:
    """Return the catalogue as DCAT-AP-NL 3.0 in JSON-LD.

    ``covered`` is the first and the last day of the adverts, None without any.
    """
    base = publisher.base_url
    names = {"association": publisher.association}
    modified = _typed(publisher.data_until.isoformat(), "xsd:date")
    agent: dict[str, object] = {
        "@id": f"{base}#organisatie",
        "@type": "foaf:Agent",
        "foaf:name": _in("nl", publisher.association),
    }
    if publisher.website:
        agent["foaf:homepage"] = _id(publisher.website)
    contact = {
        "@id": f"{base}#contact",
        "@type": "vcard:Kind",
        "vcard:fn": _in("nl", publisher.association),
        "vcard:hasEmail": _id(f"mailto:{publisher.email}"),
    }
    dataset: dict[str, object] = {
        "@id": f"{base}data/#dataset",
        "@type": "dcat:Dataset",
        "dct:identifier": f"{base}data/#dataset",
        "dct:title": _both(TITLE_NL.format(**names), TITLE_EN.format(**names)),
        "dct:description": _both(ABOUT_NL.format(**names), ABOUT_EN.format(**names)),
        "dct:publisher": _id(agent["@id"]),
        "dct:creator": _id(agent["@id"]),
        "dcat:contactPoint": _id(contact["@id"]),
        "dct:accessRights": _id(f"{_AUTHORITY}/access-right/PUBLIC"),
        "dct:accrualPeriodicity": _id(f"{_AUTHORITY}/frequency/DAILY"),
        "dct:language": _id(f"{_AUTHORITY}/language/NLD"),
        "dcat:theme": _id(f"{_AUTHORITY}/data-theme/SOCI"),
        "dcat:keyword": [
            *(_in("nl", word) for word in ("woningtoewijzing", "sociale huur", "verantwoording")),
            *(_in("en", word) for word in ("housing allocation", "social rent", "accountability")),
        ],
        "dcat:version": SCHEMA_VERSION,
        "dcat:landingPage": _id(f"{base}data/"),
        "dct:modified": modified,
        "adms:status": _id(f"{_AUTHORITY}/dataset-status/COMPLETED"),
        "dct:spatial": {"@type": "dct:Location", "skos:prefLabel": _in("nl", publisher.work_area)},
        "dcat:distribution": [_distribution(base, file) for file in files],
    }
    if covered is not None:
        first, last = covered
        dataset["dct:temporal"] = {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _typed(first.isoformat(), "xsd:date"),
            "dcat:endDate": _typed(last.isoformat(), "xsd:date"),
        }
    catalogue = {
        "@id": f"{base}data/#catalogus",
        "@type": "dcat:Catalog",
        "dct:title": _both(
            f"Open data van {publisher.association}", f"Open data of {publisher.association}"
        ),
        "dct:description": _both(
            "Alle open data over de verdeling van huurwoningen.",
            "All open data about the allocation of rented dwellings.",
        ),
        "dct:publisher": _id(agent["@id"]),
        "dcat:contactPoint": _id(contact["@id"]),
        "dct:language": _id(f"{_AUTHORITY}/language/NLD"),
        "dct:license": _id(f"{_AUTHORITY}/licence/CC_BY_4_0"),
        "dct:modified": modified,
        "foaf:homepage": _id(f"{base}data/"),
        "dcat:dataset": _id(dataset["@id"]),
    }
    return {"@context": _CONTEXT, "@graph": [catalogue, dataset, agent, contact]}


def _distribution(base: str, file: File) -> dict[str, object]:
    kind = KINDS[file.kind]
    address = f"{base}data/{file.path}"
    return {
        "@id": f"{address}#distributie",
        "@type": "dcat:Distribution",
        "dct:title": _both(file.title_nl, file.title_en),
        "dct:description": _both(file.title_nl, file.title_en),
        "dcat:accessURL": _id(address),
        "dcat:downloadURL": _id(address),
        "dct:license": _id(f"{_AUTHORITY}/licence/CC_BY_4_0"),
        "dct:format": _id(f"{_AUTHORITY}/file-type/{kind.file_type}"),
        "dcat:mediaType": _id(f"https://www.iana.org/assignments/media-types/{kind.media_type}"),
        "dcat:byteSize": _typed(str(file.size), "xsd:nonNegativeInteger"),
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": _id("http://spdx.org/rdf/terms#checksumAlgorithm_sha256"),
            "spdx:checksumValue": _typed(file.sha256, "xsd:hexBinary"),
        },
        "dct:conformsTo": _id(f"{base}data/schema/{file.table}.json"),
    }


def _id(address: object) -> dict[str, object]:
    return {"@id": address}


def _in(language: str, text: str) -> dict[str, object]:
    return {"@value": text, "@language": language}


def _both(nl: str, en: str) -> list[dict[str, object]]:
    return [_in("nl", nl), _in("en", en)]


def _typed(text: str, kind: str) -> dict[str, object]:
    return {"@value": text, "@type": kind}

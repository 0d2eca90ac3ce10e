"""The static files as an interface: OpenAPI 3.1.

Decides which addresses are promised to stay.  The file of one dwelling's group
follows from its key alone, so that a program needs no list to find it.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from allocation.keys import MARK_LENGTH
from allocation.opendata.fields import DWELLINGS, SCHEMA_VERSION, Field
from allocation.opendata.metadata import LICENCE, LICENCE_URL, Publisher

GROUP_LENGTH = 2
"""Characters of the mark that name the group of a dwelling: at most 1,024 groups."""


def group_of(key: str) -> str:
    """Return the group in which the JSON of a dwelling stands."""
    start = len(key) - MARK_LENGTH
    return key[start : start + GROUP_LENGTH]


def open_api(publisher: Publisher, years: Sequence[int]) -> dict[str, object]:
    """Return the OpenAPI description of the files below ``data/``."""
    paths: dict[str, object] = {
        "/data/woning/{group}.json": {
            "get": {
                "operationId": "getDwellings",
                "summary": "The dwellings of one group, each under its key",
                "description": (
                    f"The group is characters 1 and {GROUP_LENGTH} of the last {MARK_LENGTH} of a "
                    "key: key dorpsstraat-14-voorbeeldstad-k3x9p2qa stands in group k3. A member "
                    "that has no value is left out. A group without dwellings has no file."
                ),
                "parameters": [
                    {
                        "name": "group",
                        "in": "path",
                        "required": True,
                        "schema": {"type": "string", "pattern": f"^[a-z2-7]{{{GROUP_LENGTH}}}$"},
                    }
                ],
                "responses": {
                    "200": {
                        "description": "The dwellings",
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "object",
                                    "additionalProperties": {
                                        "$ref": "#/components/schemas/Dwelling"
                                    },
                                }
                            }
                        },
                    },
                    "404": {"description": "No dwelling in this group"},
                },
            }
        }
    }
    for stem, title in (("woningen", "All dwellings"), *((f"woningen-{y}", str(y)) for y in years)):
        for kind, media in (
            ("csv", "text/csv"),
            ("json", "application/json"),
            ("parquet", "application/vnd.apache.parquet"),
        ):
            schema: dict[str, object] = {"type": "string"}
            if kind == "json":
                schema = {"type": "array", "items": {"type": "array"}}
            paths[f"/data/{stem}.{kind}"] = _file(f"{title}, {kind}", media, schema)
    for name, kind, media in (
        ("toetsen", "parquet", "application/vnd.apache.parquet"),
        ("afwijkingen", "csv", "text/csv"),
        ("toetsen-per-maand", "csv", "text/csv"),
        ("jaarcijfers", "csv", "text/csv"),
        ("regels", "csv", "text/csv"),
    ):
        paths[f"/data/{name}.{kind}"] = _file(f"{name}, {kind}", media, {"type": "string"})
    for name in ("datapackage.json", "dcat.jsonld"):
        paths[f"/data/{name}"] = _file(name, "application/json", {"type": "object"})
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"Open data: {publisher.association}",
            "version": SCHEMA_VERSION,
            "description": "Static files; every address stays. Changed once a night at most.",
            "license": {"name": LICENCE, "url": LICENCE_URL},
            "contact": {"name": publisher.association, "email": publisher.email},
        },
        "servers": [{"url": publisher.base_url.rstrip("/")}],
        "paths": paths,
        "components": {"schemas": {"Dwelling": _dwelling()}},
    }


def _file(summary: str, media: str, schema: dict[str, object]) -> dict[str, object]:
    return {
        "get": {
            "summary": summary,
            "responses": {
                "200": {"description": "The file", "content": {media: {"schema": schema}}}
            },
        }
    }


def _dwelling() -> dict[str, object]:
    members = [field for field in DWELLINGS if field.name != "key"]
    return {
        "type": "object",
        "required": [field.name for field in members if field.required],
        "additionalProperties": False,
        "properties": {field.name: _property(field) for field in members},
    }


def _property(field: Field) -> dict[str, object]:
    described: dict[str, object] = {"description": field.en}
    if pa.types.is_integer(field.type):
        described["type"] = "integer"
    elif pa.types.is_decimal(field.type):
        described["type"] = "number"
    else:
        described["type"] = "string"
        if pa.types.is_date(field.type):
            described["format"] = "date"
        if field.codes:
            described["enum"] = [code for code, _, _ in field.codes]
    return described

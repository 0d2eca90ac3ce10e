"""The descriptions of the open data before validators that others made.

Frictionless knows the Data Package standard and reads the tables by their
schemas; RDFLib reads the DCAT as a portal does, and pySHACL holds it against
shapes for DCAT-AP-NL.  Each must also refuse what was broken on purpose.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import frictionless
import pyshacl
import pytest
import rdflib

from tests.unit.tables import history
from tests.unit.test_opendata import write

SHAPES = Path(__file__).parents[1] / "shapes" / "dcat-ap-nl.ttl"
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")

Change = Callable[[dict[str, Any]], object]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = history(300, date(2025, 1, 1), 650)
    return write(tmp_path_factory.mktemp("valid") / "tree", rows).root / "data"


def package(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))


def test_the_data_package_is_one_by_the_standard(data: Path) -> None:
    told = package(data)
    assert told["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert list(frictionless.Package.metadata_validate(told)) == []
    for path in sorted((data / "schema").glob("*.json")):
        schema = json.loads(path.read_text(encoding="utf-8"))
        assert list(frictionless.Schema.metadata_validate(schema)) == [], path.name


def _tables(folder: Path) -> frictionless.Report:
    read = frictionless.Package(str(folder / "datapackage.json"))
    read.resources = [r for r in read.resources if r.path and r.path.endswith(".csv")]
    assert len(read.resources) >= 5
    return read.validate()


def test_every_table_is_what_its_schema_says(data: Path) -> None:
    report = _tables(data)
    assert report.valid, report.flatten(["type", "message"])[:5]


def test_a_wrong_value_and_a_changed_file_are_noticed(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(data, folder)
    path = folder / "woningen.csv"
    path.write_text(path.read_text(encoding="utf-8").replace('"let"', '"lent"', 1), "utf-8")
    kinds = {kind for (kind,) in _tables(folder).flatten(["type"])}
    assert kinds & {"constraint-error", "type-error"}
    assert kinds & {"hash-count", "byte-count"}


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told["resources"][0].pop("name"),
        lambda told: told.update(licenses="CC BY"),
        lambda told: told["resources"][1].update(path="/etc/woningen.csv"),
    ],
)
def test_a_broken_data_package_is_refused(data: Path, change: Change) -> None:
    told = package(data)
    change(told)
    assert list(frictionless.Package.metadata_validate(told))


def conforms(told: dict[str, Any]) -> tuple[bool, str]:
    graph = rdflib.Graph().parse(data=json.dumps(told), format="json-ld")
    fits, _, text = pyshacl.validate(graph, shacl_graph=str(SHAPES), inference="none")
    return bool(fits), text


def dcat(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "dcat.jsonld").read_text(encoding="utf-8"))


def test_the_catalogue_fits_dcat_ap_nl(data: Path) -> None:
    graph = rdflib.Graph().parse(data=json.dumps(dcat(data)), format="json-ld")
    kinds = {str(kind).rpartition("#")[2] for kind in graph.objects(None, rdflib.RDF.type)}
    assert {"Catalog", "Dataset", "Distribution", "Checksum", "Kind"} <= kinds
    fits, text = conforms(dcat(data))
    assert fits, text


def _node(told: dict[str, Any], kind: str) -> dict[str, Any]:
    found = next((n for n in told["@graph"] if n["@type"] == kind), None)
    if found is None:
        found = _node(told, "dcat:Dataset")["dcat:distribution"][0]
    return found


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("dcat:Catalog", "dct:publisher"),
        ("dcat:Catalog", "dcat:contactPoint"),
        ("dcat:Catalog", "dcat:dataset"),
        ("dcat:Dataset", "dct:title"),
        ("dcat:Dataset", "dct:identifier"),
        ("dcat:Dataset", "dct:creator"),
        ("dcat:Dataset", "dct:accessRights"),
        ("dcat:Dataset", "dcat:theme"),
        ("dcat:Dataset", "dct:language"),
        ("dcat:Distribution", "dct:license"),
        ("dcat:Distribution", "dcat:accessURL"),
        ("foaf:Agent", "foaf:name"),
        ("vcard:Kind", "vcard:fn"),
    ],
)
def test_a_catalogue_without_what_is_mandatory_is_refused(data: Path, kind: str, name: str) -> None:
    told = dcat(data)
    del _node(told, kind)[name]
    assert not conforms(told)[0]

"""The description of the layers keeps the published schema and names licence and findings."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from tests.report.books import without
from tests.report.sample import results

from renlin.errors import DataFault
from renlin.report.rdls import ROLES, SCHEMA, Publication, dataset, write_rdls
from renlin.study.results import Results

OPEN = Publication("CC-BY-4.0", "https://example.org/community.gpkg", "office@example.org")
HELD = Path(os.environ.get("RENLIN_DATA", "")) / "space" / "rdls_schema.json"
TYPES = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float)}


def faults(value, rule, schema, at="dataset"):
    """Yield where a value breaks a rule: the part of JSON schema that the standard uses."""
    if "$ref" in rule:
        part = schema
        for step in rule["$ref"].removeprefix("#/").split("/"):
            part = part[step]
        yield from faults(value, part, schema, at)
    if "type" in rule and not isinstance(value, TYPES[rule["type"]]):
        yield f"{at}: no {rule['type']}"
        return
    if "enum" in rule and value not in rule["enum"]:
        yield f"{at}: {value!r} is not listed"
    if "const" in rule and value != rule["const"]:
        yield f"{at}: {value!r} is not {rule['const']!r}"
    if isinstance(value, str | list) and len(value) < rule.get(
        "minItems", rule.get("minLength", 0)
    ):
        yield f"{at}: too short"
    if "anyOf" in rule and all(list(faults(value, one, schema)) for one in rule["anyOf"]):
        yield f"{at}: none of what it may be"
    if isinstance(value, dict):
        yield from (
            f"{at}.{name}: missing" for name in rule.get("required", []) if name not in value
        )
        known = rule.get("properties", {})
        for name, own in value.items():
            if name in known:
                yield from faults(own, known[name], schema, f"{at}.{name}")
            elif known and "$ref" not in rule:
                yield f"{at}.{name}: the standard knows no such field"
    if isinstance(value, list):
        first = rule.get("prefixItems", [])
        for number, own in enumerate(value):
            part = first[number] if number < len(first) else rule.get("items", {})
            yield from faults(own, part, schema, f"{at}[{number}]")


@pytest.mark.skipif(not HELD.is_file(), reason="no schema: space/rdls_schema.json in RENLIN_DATA")
def test_the_description_keeps_the_published_schema():
    schema = json.loads(HELD.read_text(encoding="utf-8"))
    assert list(faults(dataset(results(), OPEN), schema, schema)) == []


@pytest.mark.skipif(not HELD.is_file(), reason="no schema: space/rdls_schema.json in RENLIN_DATA")
def test_the_check_finds_a_missing_licence_and_a_code_that_is_not_listed():
    schema = json.loads(HELD.read_text(encoding="utf-8"))
    told = dataset(results(), OPEN)
    told.pop("license")
    told["risk_data_type"] = ["fire"]
    found = list(faults(told, schema, schema))
    assert any("license: missing" in one for one in found)
    assert any("'fire' is not listed" in one for one in found)


def test_licence_holder_place_and_every_finding_are_named():
    told = dataset(results(), OPEN)
    assert told["license"] == "CC-BY-4.0"
    assert {one["role"] for one in told["attributions"]} == set(ROLES)
    named = {one["id"] for one in told["sources"]}
    for name in ("space.hazard", "space.coverage", "space.points"):
        assert results()[name].id in named
    west, south, east, north = told["spatial"]["bbox"]
    assert 116 < west < east < 118
    assert 31 < south < north < 32
    assert told["links"][0] == {"href": SCHEMA, "rel": "describedby"}


def test_only_exposure_and_reach_are_claimed_for_no_intensity_is_in_the_layers():
    told = dataset(results(), OPEN)
    assert told["risk_data_type"] == ["exposure", "vulnerability"]
    assert "hazard" not in told
    assert "loss" not in told
    assert [one["id"] for one in told["vulnerability"]["socio_economic"]] == ["reach_shelter"]


def test_without_licence_address_or_coverage_every_fault_is_told_at_once(tmp_path):
    with pytest.raises(DataFault) as caught:
        write_rdls(without("space"), tmp_path / "rdls.json", Publication("", " ", ""))
    assert {fault.column for fault in caught.value.faults} == {"license", "url", "email", None}
    assert list(tmp_path.iterdir()) == []


def test_layers_from_openstreetmap_keep_their_licence():
    run = results()
    settings = run.community.settings.model_copy(
        update={"attribution": "© OpenStreetMap contributors (ODbL 1.0)"}
    )
    drawn = Results(replace(run.community, settings=settings), run.findings)
    with pytest.raises(DataFault, match="ODbL"):
        dataset(drawn, OPEN)
    assert dataset(drawn, replace(OPEN, license="ODbL-1.0"))["license"] == "ODbL-1.0"


def test_the_same_run_gives_the_same_file(tmp_path):
    first = write_rdls(results(), tmp_path / "a.json", OPEN).read_bytes()
    assert write_rdls(results(), tmp_path / "b.json", OPEN).read_bytes() == first
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.json", "b.json"]

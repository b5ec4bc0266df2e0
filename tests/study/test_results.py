"""Results on disk: whole or not at all, and the same when they come back."""

import json

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point
from tests.community.drawn import willow

from renlin.finding import Lineage, find
from renlin.study import results as module
from renlin.study.results import Results, entries, gather, keep, reopen


def made(value=1.0, **names):
    tiers = find("needs.tiers", pd.DataFrame({"person": ["a", "b"]}), key=["person"])
    finding = find(
        "study.example",
        pd.DataFrame(
            {
                "key": ["a", "b"], "number": [value, float("nan")],
                "flag": pd.array([True, None], dtype="boolean"),
                "count": pd.array([3, None], dtype="Int64"), "word": ["路", ""],
                "day": pd.to_datetime(["2026-11-01", None]),
            }
        ),
        key=["key"], seeds=[1, 2], policy={"epsilon": 0.15}, privacy="personal", parents=[tiers],
        lineage={"number": Lineage("by hand", ("parameters/epsilon",), (("needs.tiers", "key", "person"),))},
    )  # fmt: skip
    places = gpd.GeoDataFrame(
        {"key": ["a"]}, geometry=[Point(500_000, 3_500_000)], crs="EPSG:32650"
    )
    shapes = find("study.places", places, key=["key"], parents=[finding])
    return Results(willow(), {"study.example": finding, "study.places": shapes, **names})


def test_what_was_kept_comes_back_the_same(tmp_path):
    first = made()
    assert keep(first, tmp_path) == tmp_path / "findings"
    back = reopen(willow(), tmp_path)
    assert set(back.findings) == set(first.findings)
    for name, finding in first.findings.items():
        assert back[name].id == finding.id
        assert back[name].content == finding.content
        assert back[name].provenance == finding.provenance
    assert back["study.places"].table.crs == first["study.places"].table.crs


def test_a_second_run_replaces_the_first_whole(tmp_path):
    keep(made(), tmp_path)
    only = made(2.0)
    keep(Results(willow(), {"study.example": only["study.example"]}), tmp_path)
    assert set(reopen(willow(), tmp_path).findings) == {"study.example"}
    assert {path.name for path in tmp_path.iterdir()} == {"findings"}


def test_a_run_that_fails_while_writing_leaves_the_old_one_untouched(tmp_path, monkeypatch):
    keep(made(), tmp_path)
    written = []

    def fail(finding, folder):
        if written:
            raise OSError("disk full")
        written.append(finding.name)
        return folder

    monkeypatch.setattr(module, "save", fail)
    with pytest.raises(OSError, match="disk full"):
        keep(made(9.0), tmp_path)
    back = reopen(willow(), tmp_path)
    assert back["study.example"].table["number"].iloc[0] == 1.0
    assert set(back.findings) == {"study.example", "study.places"}


def test_when_the_new_run_cannot_take_its_place_the_old_one_is_put_back(tmp_path, monkeypatch):
    keep(made(), tmp_path)
    path = type(tmp_path)
    rename = path.rename

    def stubborn(self, target):
        if self.name == "findings.partial":
            raise OSError("held open")
        return rename(self, target)

    monkeypatch.setattr(path, "rename", stubborn)
    with pytest.raises(OSError, match="held open"):
        keep(made(9.0), tmp_path)
    assert reopen(willow(), tmp_path)["study.example"].table["number"].iloc[0] == 1.0


def test_what_an_earlier_stop_left_lying_about_is_no_hindrance(tmp_path):
    (tmp_path / "findings.partial").mkdir()
    (tmp_path / "findings.partial" / "half.parquet").write_bytes(b"")
    (tmp_path / "findings.before").mkdir()
    keep(made(), tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"findings"}
    assert set(reopen(willow(), tmp_path).findings) == {"study.example", "study.places"}


def test_an_empty_folder_holds_no_results(tmp_path):
    assert reopen(willow(), tmp_path).findings == {}


def test_the_catalogue_is_kept_beside_the_findings_with_every_source(tmp_path):
    catalogue = willow().catalogue
    kept = json.loads((keep(made(), tmp_path) / "catalogue.json").read_text(encoding="utf-8"))
    assert kept == dict(entries(catalogue))
    for part in ("parameters", "responses", "classes", "hazards", "facilities", "scenarios",
                 "supplies", "indicators", "standards", "premovement"):  # fmt: skip
        codes = {f"{part}/{code}" for code in getattr(catalogue, part)}
        assert codes <= set(kept), part
    assert {f"tiers/{name}" for name in catalogue.tier_files} <= set(kept)
    assert all(f"slow_share/{row.code}/{row.share:g}" in kept for row in catalogue.slow_share)
    assert all(entry["source"] for entry in kept.values())


def test_a_source_is_cited_in_full_and_an_assumption_says_so():
    kept = dict(entries(willow().catalogue))
    assert kept["parameters/plan_margin"]["source"] == "assumption"
    assert kept["parameters/plan_margin"]["value"] == "60.0"
    title = willow().catalogue.sources["weidmann1993"].title
    assert title in kept["speed_density/weidmann"]["source"]


def test_findings_are_gathered_from_stages_and_from_single_findings():
    first = made()
    alone = first["study.example"]
    assert gather(alone) == {"study.example": alone}


def test_a_finding_is_asked_for_by_its_name():
    first = made()
    assert first["study.example"] is first.findings["study.example"]
    with pytest.raises(KeyError):
        first["study.nothing"]

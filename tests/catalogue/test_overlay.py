"""A community's own entries lie over the shipped ones; a wrong one is refused, named."""

from __future__ import annotations

from pathlib import Path

import pytest

from renlin.catalogue import load
from renlin.errors import CatalogueFault

NEED = """
[{code}]
zh = "{zh}"
en = "{en}"
source = "assumption"
unit = "pairs"
phase = ["response"]
per = "household"
kind = "service"
"""


def overlay(folder: Path, name: str, text: str) -> Path:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def refused(folder: Path) -> CatalogueFault:
    with pytest.raises(CatalogueFault) as caught:
        load(folder)
    return caught.value


def test_an_entry_of_the_community_replaces_the_shipped_one_whole(tmp_path: Path) -> None:
    ours = load(overlay(tmp_path, "needs.toml", NEED.format(code="pair", zh="邻里结对", en="pair")))

    assert ours.needs["pair"].zh == "邻里结对"
    assert ours.needs["pair"].note == ""
    assert ours.origins["needs", "pair"] == "overlay"
    assert ours.origins["needs", "guide"] == "package"


def test_a_new_code_of_the_community_is_added(tmp_path: Path) -> None:
    shipped = load()
    ours = load(overlay(tmp_path, "needs.toml", NEED.format(code="boat", zh="船", en="boat")))

    assert set(ours.needs) - set(shipped.needs) == {"boat"}


def test_a_number_of_the_community_replaces_the_shipped_one(tmp_path: Path) -> None:
    text = 'storey_height = { value = 3.1, unit = "m", source = "assumption", note = "measured" }'
    ours = load(overlay(tmp_path, "parameters.toml", text))

    assert ours.number("storey_height") == 3.1
    assert ours.number("landing_length") == load().number("landing_length")


def test_a_community_may_cite_a_source_of_its_own(tmp_path: Path) -> None:
    overlay(
        tmp_path,
        "sources.bib",
        "@misc{liulin2026,\n  title = {柳林入户调查},\n  year = {2026}\n}\n",
    )
    text = 'storey_height = { value = 3.1, unit = "m", source = "liulin2026" }'
    ours = load(overlay(tmp_path, "parameters.toml", text))

    assert ours.parameters["storey_height"].source == "liulin2026"
    assert "weidmann1993" in ours.sources


def test_a_row_of_words_of_the_community_replaces_the_shipped_one(tmp_path: Path) -> None:
    ours = load(overlay(tmp_path, "words.csv", "code,zh,en\ntier_1,头等,first\n"))

    assert ours.word("tier_1", "zh") == "头等"
    assert ours.word("tier_2", "zh") == "二级"


def test_a_rule_file_of_the_same_name_replaces_the_shipped_one(tmp_path: Path) -> None:
    ours = load(overlay(tmp_path, "tiers/elderly.yaml", "规则集: 我们的\n"))

    assert ours.tier_files["elderly.yaml"] == "规则集: 我们的\n"
    assert ours.tier_files["power.yaml"] == load().tier_files["power.yaml"]


def test_a_new_boolean_indicator_understands_the_common_words(tmp_path: Path) -> None:
    text = """
[keeps_dog]
zh = "养狗"
en = "keeps a dog"
source = "assumption"
subject = "households"
kind = "boolean"
group = "person"
expiry = { value = 365, unit = "days", source = "assumption" }
values = { "两条" = "true" }
"""
    ours = load(overlay(tmp_path, "indicators.toml", text))

    assert ours.indicators["keeps_dog"].values["两条"] == "true"
    assert ours.indicators["keeps_dog"].values["否"] == "false"


def test_without_an_overlay_folder_the_shipped_catalogue_stands(tmp_path: Path) -> None:
    assert load(tmp_path / "absent").digest("needs") == load().digest("needs")


def test_an_entry_without_source_is_refused_with_file_and_code(tmp_path: Path) -> None:
    text = NEED.format(code="boat", zh="船", en="boat").replace('source = "assumption"\n', "")
    fault = refused(overlay(tmp_path, "needs.toml", text)).faults[0]

    assert (fault.place, fault.column, fault.got.en) == ("needs.toml", "boat.source", "nothing")


def test_a_number_without_source_is_refused_with_file_and_code(tmp_path: Path) -> None:
    text = 'stair_riser = { value = 0.17, unit = "m" }'
    fault = refused(overlay(tmp_path, "parameters.toml", text)).faults[0]

    assert (fault.place, fault.column) == ("parameters.toml", "stair_riser.source")


def test_an_unknown_source_offers_the_nearest(tmp_path: Path) -> None:
    text = 'stair_riser = { value = 0.17, unit = "m", source = "weidman1993" }'
    fault = refused(overlay(tmp_path, "parameters.toml", text)).faults[0]

    assert fault.column == "stair_riser.source"
    assert "weidmann1993" in fault.remedy.en


def test_a_source_inside_an_entry_is_checked_too(tmp_path: Path) -> None:
    text = """
[boat_store]
zh = "船库"
en = "boat store"
source = "assumption"
walk_limit = { value = 300, unit = "s", source = "hearsay" }
"""
    fault = refused(overlay(tmp_path, "facilities.toml", text)).faults[0]

    assert fault.column == "boat_store.walk_limit.source"


def test_an_unknown_key_offers_the_nearest(tmp_path: Path) -> None:
    text = NEED.format(code="boat", zh="船", en="boat").replace("unit =", "unitt =")
    faults = refused(overlay(tmp_path, "needs.toml", text)).faults
    unknown = next(fault for fault in faults if fault.column == "boat.unitt")

    assert unknown.remedy.zh == "是不是「unit」？"


def test_all_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    overlay(
        tmp_path, "parameters.toml", 'a = { value = 1, unit = "m" }\nb = { value = 2, unit = "m" }'
    )
    overlay(tmp_path, "standards.csv", "code,zh,en,source,standard,clause,value,unit,rule,binding\n"
            "door,门,door,assumption,x,1,wide,m,at_least,mandatory\n")  # fmt: skip
    places = [(fault.place, fault.row) for fault in refused(tmp_path).faults]

    assert places == [("parameters.toml", None), ("parameters.toml", None), ("standards.csv", 2)]


def test_bounds_the_wrong_way_round_are_refused(tmp_path: Path) -> None:
    text = 'a = { value = 1, low = 2, high = 1, unit = "m", source = "assumption" }'

    assert "low must not exceed high" in refused(overlay(tmp_path, "parameters.toml", text)).text(
        "en"
    )


@pytest.mark.parametrize(
    ("shape", "wanted"),
    [("normal", "sd"), ("lognormal", "sd"), ("gamma", "shape"), ("uniform", "low and high")],
)
def test_a_spread_without_its_figure_is_refused(tmp_path: Path, shape: str, wanted: str) -> None:
    text = f'a = {{ value = 1, unit = "m", source = "assumption", distribution = "{shape}" }}'

    assert f"needs {wanted}" in refused(overlay(tmp_path, "parameters.toml", text)).text("en")


def test_a_published_speed_without_mean_and_bounds_is_refused(tmp_path: Path) -> None:
    text = "code,population,motion,mean,sd,low,high,unit,source\nx,nobody,level,,,0.5,,m/s,sfpe\n"
    fault = refused(overlay(tmp_path, "speeds.csv", text)).faults[0]

    assert (fault.place, fault.row) == ("speeds.csv", 2)


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    assert refused(overlay(tmp_path, "needs.toml", "[pair")).faults[0].place == "needs.toml"


def test_a_number_nobody_wrote_down_is_refused_with_the_nearest() -> None:
    with pytest.raises(CatalogueFault) as caught:
        load().number("storey_hight")

    assert "storey_height" in caught.value.text("en")


def test_a_word_nobody_wrote_down_is_refused_with_the_nearest() -> None:
    with pytest.raises(CatalogueFault) as caught:
        load().word("tier_one", "zh")

    assert "tier_" in caught.value.text("en")


def test_the_digest_of_an_entry_changes_with_the_entry_alone(tmp_path: Path) -> None:
    shipped = load()
    ours = load(overlay(tmp_path, "needs.toml", NEED.format(code="pair", zh="邻里结对", en="pair")))

    assert ours.digest("needs", "pair") != shipped.digest("needs", "pair")
    assert ours.digest("needs", "guide") == shipped.digest("needs", "guide")
    assert ours.digest("hazards") == shipped.digest("hazards")

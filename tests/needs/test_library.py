"""The indicator library: each one with all that is to be known of it; the three disadvantages."""

import numpy as np
import pandas as pd
import pytest

from renlin.catalogue import load
from renlin.errors import SchemeFault
from renlin.needs.capacities import score_capacities, score_dimensions
from renlin.needs.identify import identify, rules_in_force
from renlin.needs.library import COLUMNS, library
from renlin.needs.values import typed

CATALOGUE = load()
DISADVANTAGES = {
    "information_access": ("prevention", "0.1", "0.9"),
    "resource_mobilisation": ("recovery", "0.2", "0.8"),
    "participation": ("recovery", "0", "4"),
}
ASKED_FOR = (
    "adl_level", "iadl_dependent", "age", "lives_alone", "empty_nest", "old_supports_disabled",
    "chronic_count", "daily_medicine", "cognitive_impairment", "has_smart_device",
    "vision_level", "hearing_level", "speech_level", "limb_level", "intellectual_level",
    "mental_level", "wheelchair", "power_dependent", "power_device", "power_hours",
    "oxygen_hours", "dialysis_weekly", "dialysis_gap_days", "pregnant_weeks", "postpartum_days",
    "child_alone_daytime", "left_behind", "dibao", "residence_years", "no_hukou",
    "group_rental", "mandarin", "storeys_to_walk", "building_structure", "helpers_within_30min",
    "information_access", "resource_mobilisation", "participation", "risk_awareness",
    "drill_reaction",
)  # fmt: skip


def test_every_indicator_says_unit_source_direction_missing_rule_and_expiry():
    table = library(CATALOGUE).set_index("indicator")
    assert list(table.reset_index().columns) == list(COLUMNS)
    assert set(table.index) == set(CATALOGUE.indicators)
    for column in ("zh", "en", "unit", "source", "source_field", "direction", "missing"):
        assert (table[column].str.len() > 0).all(), column
    assert (table["missing"] == "unknown").all()
    assert (table["expiry_days"] > 0).all()


def test_the_library_holds_what_the_reference_lists():
    assert set(ASKED_FOR) <= set(CATALOGUE.indicators)


def known(**values):
    columns = {
        code: typed(np.array([values.get(code)], dtype=object), entry)
        for code, entry in CATALOGUE.indicators.items()
    }
    return pd.DataFrame({"person": ["a"], "household": ["h"], **columns})


@pytest.mark.parametrize("code", sorted(DISADVANTAGES))
def test_each_disadvantage_lowers_its_capacity_and_its_absence_raises_it(code):
    capacity, bad, good = DISADVANTAGES[code]
    other = {"risk_awareness": "0.9"} if capacity == "prevention" else {"has_insurance": "true"}
    worse, better, open_ = (
        score_capacities(
            known(**other, **({code: value} if value else {})), CATALOGUE.indicators
        ).iloc[0]
        for value in (bad, good, None)
    )
    assert worse[capacity] < better[capacity]
    assert worse[capacity] <= open_[capacity] < better[capacity]
    assert (
        open_[f"{capacity}_unknown"] > worse[f"{capacity}_unknown"] == better[f"{capacity}_unknown"]
    )
    for elsewhere in {"prevention", "response", "recovery"} - {capacity}:
        assert worse[elsewhere] == better[elsewhere] or pd.isna(worse[elsewhere])


@pytest.mark.parametrize("code", sorted(DISADVANTAGES))
def test_each_disadvantage_lowers_adaptive_capacity_and_a_missing_one_widens_it(code):
    _, bad, good = DISADVANTAGES[code]
    worse, better, open_ = (
        score_dimensions(
            known(mandarin="true", **({code: v} if v else {})), CATALOGUE.indicators
        ).iloc[0]
        for v in (bad, good, None)
    )
    width = {name: row["adaptive_high"] - row["adaptive_low"]
             for name, row in (("told", worse), ("open", open_))}  # fmt: skip
    assert worse["adaptive"] < better["adaptive"]
    assert width["open"] > width["told"]
    assert open_["adaptive"] != 0


def test_perception_and_drill_reaction_never_count_as_exposure():
    for code in ("risk_awareness", "drill_reaction"):
        assert CATALOGUE.indicators[code].dimension != "exposure"


def chosen(willow, *names):
    return rules_in_force(
        type(willow)(
            **{**willow.__dict__, "policy": willow.policy.model_copy(update={"tiers": names})}
        )
    )


def test_a_policy_without_the_elderly_rules_still_puts_the_triple_first(willow):
    assert [r.file for r in chosen(willow, "power.yaml")] == ["power.yaml", "triple.yaml"]
    assert [r.file for r in chosen(willow, "elderly.yaml")] == ["elderly.yaml"]
    assert "triple.yaml" not in [r.file for r in rules_in_force(willow)]


def hurried(willow, days):
    """Return Willow whose only rules let it count for ``days`` that somebody lives alone."""
    from dataclasses import replace

    text = willow.catalogue.tier_files["elderly.yaml"]
    files = {**willow.catalogue.tier_files, "elderly.yaml": text.replace("180天, 英文: 'lives alone'",
             f"{days}天, 英文: 'lives alone'")}  # fmt: skip
    policy = willow.policy.model_copy(update={"tiers": ("elderly.yaml",)})
    catalogue = replace(willow.catalogue, tier_files=files)
    return replace(willow, catalogue=catalogue, policy=policy)


def test_rules_whose_evidence_runs_out_sooner_than_the_floors_get_the_floor_under_them(willow):
    assert [r.file for r in rules_in_force(hurried(willow, 180))] == ["elderly.yaml"]
    assert [r.file for r in rules_in_force(hurried(willow, 400))] == ["elderly.yaml"]
    short = rules_in_force(hurried(willow, 30))
    assert [r.file for r in short] == ["elderly.yaml", "triple.yaml"]


@pytest.mark.parametrize(("age", "sure"), [(20, 1), (60, 1), (180, 1), (181, 2)])
def test_the_triple_is_first_until_the_floors_own_time_is_over_and_possible_after(
    willow, tell, age, sure
):
    place = hurried(willow, 30)
    day = pd.Timestamp(place.settings.survey_date)
    seen, newly = day - pd.Timedelta(days=age), day - pd.Timedelta(days=5)
    none = place["facts"].iloc[0:0]
    place = tell(
        ("wu", "lives_alone", "true", seen),
        ("wu", "adl_level", "3", newly),
        ("wu", "has_smart_device", "false", newly),
        place=place.with_tables(facts=none),
    )
    tier = identify(place).tiers.table.set_index("person").loc["wu"]
    assert (tier["sure"], tier["possible"]) == (sure, 1)


def test_a_floor_that_was_filed_away_is_refused(willow):
    text = willow.catalogue.tier_files["triple.yaml"]
    lowered = text.replace("- 名: 一级(最高)", "- 名: 二级").replace(
        "应为: {等级: 一级", "应为: {等级: 二级"
    )
    lowered = lowered.replace("至多: 一级", "至多: 二级")
    files = {**willow.catalogue.tier_files, "triple.yaml": lowered}
    from dataclasses import replace

    place = replace(
        willow,
        catalogue=replace(willow.catalogue, tier_files=files),
        policy=willow.policy.model_copy(update={"tiers": ("power.yaml",)}),
    )
    with pytest.raises(SchemeFault, match=r"triple\.yaml"):
        rules_in_force(place)

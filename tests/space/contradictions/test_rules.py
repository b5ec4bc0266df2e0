"""Rules and needs are rows that a planner can correct; wrong rows are refused by name."""

from dataclasses import replace

import pytest
from tests.community.drawn import entrance, willow
from tests.space.contradictions.clashing import clash
from tests.space.contradictions.test_table import DOOR, IN_ORDER, way
from tests.space.needs_fixture import needs
from tests.space.street import street

from renlin.catalogue.load import load
from renlin.catalogue.place_rules import parts
from renlin.errors import CatalogueFault
from renlin.space.contradictions.rules import in_force

CATALOGUE = willow().catalogue


def found(place, *people):
    made = clash(place, needs(place, *(people or (("a", "h", "adult"),))))
    return made.contradictions.table.set_index("contradiction")


def changed(part, code, **facts):
    """Return the catalogue with one row changed."""
    rows = dict(getattr(CATALOGUE, part))
    rows[code] = rows[code].model_copy(update=facts)
    return replace(CATALOGUE, **{part: rows})


WRONG = [
    ("contradiction_rules", "fire_lane_narrow", {"check": "mesured"}, "check", "measured"),
    ("contradiction_rules", "fire_lane_narrow", {"table": "walk"}, "table", "walks"),
    ("contradiction_rules", "fire_lane_narrow", {"column": "bult_width"}, "column", "built_width"),
    ("contradiction_rules", "fire_lane_narrow", {"where": "knd=lane"}, "where", "kind"),
    ("contradiction_rules", "fire_lane_narrow", {"standard": "fire_lane_widht"}, "standard", "fire_lane_width"),
    ("contradiction_rules", "slow_to_open", {"parameter": "opening_minutes"}, "parameter", "opening_minutes_limit"),
    ("contradiction_rules", "fire_lane_narrow", {"remedy": "widn"}, "remedy", "widen"),
    ("place_needs", "seat_old", {"group": "over_8"}, "group", "over_80"),
    ("place_needs", "seat_old", {"hazards": "eartquake"}, "hazards", "earthquake"),
]  # fmt: skip


@pytest.mark.parametrize(("part", "code", "facts", "column", "meant"), WRONG)
def test_a_row_that_names_what_is_not_there_is_refused_with_the_nearest(
    part, code, facts, column, meant
):
    with pytest.raises(CatalogueFault) as error:
        in_force(changed(part, code, **facts))
    (fault,) = [one for one in error.value.faults if one.column == column]
    assert code in fault.got.en
    assert meant in fault.remedy.en


def test_all_wrong_rows_are_told_at_once():
    rows = {**CATALOGUE.contradiction_rules}
    for code in ("fire_lane_low", "ramp_steep"):
        rows[code] = rows[code].model_copy(update={"check": "nothing"})
    with pytest.raises(CatalogueFault) as error:
        in_force(replace(CATALOGUE, contradiction_rules=rows))
    assert len(error.value.faults) == 2


def test_a_standard_of_the_community_takes_the_place_of_the_national_one(tmp_path):
    head = "code,zh,en,source,verified,note,standard,clause,value,unit,rule,binding\n"
    row = "fire_lane_width,消防车道净宽,fire lane,assumption,true,,地方标准,3.1,3.5,m,at_least,mandatory\n"
    (tmp_path / "standards.csv").write_text(head + row, encoding="utf-8")
    place = street(**(IN_ORDER | way(width=3.4)))
    local = replace(place, catalogue=load(tmp_path))
    national, own = found(place), found(local)
    assert national.loc["fire_lane_narrow:street", "needed"] == 4.0
    assert own.loc["fire_lane_narrow:street", "needed"] == 3.5
    assert own.loc["fire_lane_narrow:street", "clause_verified"]
    assert not national.loc["fire_lane_narrow:street", "clause_verified"]


def test_a_rule_of_the_community_replaces_ours_of_its_code(tmp_path):
    rule = CATALOGUE.contradiction_rules["exit_door_narrow"]
    columns = list(type(rule).model_fields)
    told = {**rule.model_dump(), "check": "not_checked", "verified": "false", "note": "以后再看"}
    text = ",".join(columns) + "\n" + ",".join(f'"{told[name]}"' for name in columns) + "\n"
    (tmp_path / "contradiction_rules.csv").write_text(text, encoding="utf-8")
    narrow = {"entrances": [entrance("A-1", "A", 0, 4, **(DOOR | {"door_width": 0.9}))]}
    place = street(**(IN_ORDER | narrow))
    assert "exit_door_narrow:A-1" in found(place).index
    local = found(replace(place, catalogue=load(tmp_path)))
    assert "exit_door_narrow:A-1" not in local.index


class TestNeedsOfGroups:
    LOW = {"entrances": [entrance("A-1", "A", 0, 4, **(DOOR | {"handrail": "none"}))]}

    def test_a_need_names_its_group_and_counts_only_its_members(self):
        place = street(**(IN_ORDER | self.LOW))
        people = (("a", "h", "adult"), ("b", "g", "stick"), ("c", "g", "adult"))
        row = found(place, *people).loc["need_unmet:A-1:handrail_slow"]
        assert (row["group"], row["persons"], row["phase"]) == ("stick_slow", 1, "go")

    def test_where_nobody_of_the_group_lives_nothing_is_missing(self):
        place = street(**(IN_ORDER | self.LOW))
        assert "need_unmet:A-1:handrail_slow" not in found(place, ("a", "h", "adult")).index

    def test_every_group_has_a_need_or_shares_those_of_all(self):
        named = {need.group for need in CATALOGUE.place_needs.values()}
        vulnerable = {code for code, one in CATALOGUE.displays.items() if one.vulnerable}
        assert vulnerable - named <= {"low_vision"}
        assert "all" in named
        assert "cognitive" in named


class TestWhoBears:
    def test_the_mean_of_a_group_counts_each_of_its_contradictions(self):
        place = street(**(IN_ORDER | TestNeedsOfGroups.LOW | way(lit=False)))
        made = clash(place, needs(place, ("a", "h", "adult"), ("b", "g", "stick")))
        groups = made.contradiction_groups.table.set_index(["dimension", "display"])
        assert groups.loc[("all", "general"), "per_person"] == 1.0
        assert groups.loc[("all", "stick_slow"), "per_person"] == 2.0
        assert groups.loc[("all", "stick_slow"), "gap"] == 1.0
        assert groups.loc[("planning", "stick_slow"), "touched"] == 1

    def test_persons_of_a_contradiction_are_the_sum_over_its_groups(self):
        made = clash(
            willow(), needs(willow(), ("wu", "hu-wu", "adult"), ("lin", "hu-lin", "stick"))
        )
        people = made.contradiction_people.table.groupby("contradiction")["persons"].sum()
        table = made.contradictions.table.set_index("contradiction")
        assert len(people)
        assert (table.loc[people.index, "persons"] == people).all()


def test_every_guidance_sheet_answers_problems_that_exist():
    known = {f"rule:{code}" for code in CATALOGUE.contradiction_rules}
    known |= {f"need:{code}" for code in CATALOGUE.place_needs}
    known |= {f"hazard:{code}" for code in CATALOGUE.hazards}
    for sheet in CATALOGUE.guidance.values():
        assert set(parts(sheet.problems)) <= known
        assert set(parts(sheet.standards)) <= set(CATALOGUE.standards)
        assert set(parts(sheet.groups)) <= set(CATALOGUE.displays)
        assert sheet.remedy in CATALOGUE.remedies
        assert len(parts(sheet.steps_zh)) == len(parts(sheet.steps_en)) > 1


def test_every_rule_and_need_has_a_guidance_sheet_but_what_is_only_asked():
    told = {p for sheet in CATALOGUE.guidance.values() for p in parts(sheet.problems)}
    rules = {f"rule:{rule.code}" for rule in in_force(CATALOGUE)} - {
        "rule:need_unmet", "rule:told_by_residents", "rule:shelter_unit_large",
        "rule:shelter_units_close", "rule:shelter_management_small",
    }  # fmt: skip
    needs_of = {f"need:{code}" for code in CATALOGUE.place_needs}
    assert (rules | needs_of) - told == set()

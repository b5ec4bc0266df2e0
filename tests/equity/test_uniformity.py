"""One rule for all: whom it does not fit, and why."""

import pandas as pd
import pytest

from renlin.equity.uniformity import Requirement, check_rule
from renlin.errors import Said, SchemeFault

WILLOW = pd.DataFrame(
    {
        "seconds_to_gate": [70.0, 640.0, 600.0, None],
        "has_phone": pd.array([True, False, True, True], dtype="boolean"),
    },
    index=["chen", "lin", "wu", "li"],
)
IN_TIME = Requirement(
    "in_time", "seconds_to_gate", "at_most", 600.0, Said("十分钟内到不了", "not there in time")
)
BY_PHONE = Requirement("by_phone", "has_phone", "is", True, Said("没有手机", "has no phone"))
GROUPS = pd.Series(["able", "wheelchair", "able", "able"], index=WILLOW.index)


def test_every_household_that_cannot_follow_is_listed_with_every_reason():
    check = check_rule(WILLOW, [IN_TIME, BY_PHONE])
    rows = check.infeasible[["household", "requirement", "reason_zh"]].values.tolist()
    assert rows == [["lin", "in_time", "十分钟内到不了"], ["lin", "by_phone", "没有手机"]]


def test_the_bound_itself_is_good_enough():
    assert "wu" not in check_rule(WILLOW, [IN_TIME]).infeasible["household"].tolist()


def test_the_unknown_are_neither_able_nor_unable():
    check = check_rule(WILLOW, [IN_TIME, BY_PHONE])
    assert check.unknown["household"].tolist() == ["li"]
    assert (check.n_feasible, check.n_infeasible, check.n_unknown) == (2, 1, 1)
    assert not check_rule(WILLOW.loc[["chen", "li"]], [IN_TIME]).fits_all


def test_a_sure_failure_outweighs_an_unknown():
    table = WILLOW.loc[["li"]].assign(has_phone=False)
    check = check_rule(table, [IN_TIME, BY_PHONE])
    assert (check.n_infeasible, check.n_unknown) == (1, 0)


def test_a_rule_that_fits_all_gives_an_empty_list():
    check = check_rule(WILLOW.loc[["chen", "wu"]], [IN_TIME, BY_PHONE])
    assert check.infeasible.empty
    assert check.fits_all


def test_the_failing_share_is_shown_by_group_and_leaves_the_unknown_out():
    table = check_rule(WILLOW, [IN_TIME], groups=GROUPS).by_group.set_index("group")
    assert table.at["wheelchair", "share"] == 1.0
    assert (table.at["able", "n"], table.at["able", "n_unknown"]) == (2, 1)


def test_a_least_value_and_a_code_can_be_required():
    table = pd.DataFrame({"width": [0.7, 0.9], "exit": ["stairs", "ramp"]}, index=["a", "b"])
    wide = Requirement("wide", "width", "at_least", 0.9, Said("门太窄", "door too narrow"))
    ramp = Requirement("ramp", "exit", "is", "ramp", Said("没有坡道", "no ramp"))
    assert set(check_rule(table, [wide, ramp]).infeasible["household"]) == {"a"}


def test_faults_of_a_rule_come_at_once_with_the_nearest_column():
    wrong = Requirement("phone", "has_fone", "is", True, Said("无", "none"))
    text = Requirement("time", "seconds_to_gate", "at_most", "ten", Said("无", "none"))
    with pytest.raises(SchemeFault, match="Did you mean has_phone") as caught:
        check_rule(WILLOW, [wrong, text])
    assert len(caught.value.faults) == 2


def test_a_rule_that_asks_nothing_is_refused():
    with pytest.raises(SchemeFault, match="at least one requirement"):
        check_rule(WILLOW, [])

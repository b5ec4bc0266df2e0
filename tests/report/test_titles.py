"""A title states a finding only where the run supports it."""

import pytest

from renlin.report.readings.compared import Comparison, case, worst_group
from renlin.report.readings.dual import Giver, gainer, loser, verdict
from renlin.report.sentences_zh import (
    clearance_title_none,
    comparison_title,
    flag_state,
    frontier_title,
    headline_dual,
    headline_gain,
    map_title,
    price_mean,
)


def compared(**verdicts):
    """Return a comparison of one scheme; the wheelchair users are worst off today."""
    base = {"all": 560.0, "general": 490.0, "wheelchair": 1180.0}
    difference = {"faster": -60.0, "slower": 60.0, "undecided": 3.0}
    cells = {
        ("a", display): {
            "base": base[display],
            "value": base[display] + difference[word],
            "difference": difference[word],
            "verdict": word,
            "n": 40,
        }
        for display, word in verdicts.items()
    }
    return Comparison("fire", cells, ("a",), ("a",), ("wheelchair", "general"), (), {})


@pytest.mark.parametrize(
    ("mean", "general", "wheelchair", "expected"),
    [
        ("faster", "faster", "faster", ("all", "")),
        ("faster", "faster", "undecided", ("most", "")),
        ("faster", "faster", "slower", ("paradox", "wheelchair")),
        ("faster", "slower", "faster", ("trade", "general")),
        ("undecided", "faster", "undecided", ("undecided", "")),
        ("undecided", "undecided", "slower", ("undecided_loss", "wheelchair")),
        ("slower", "slower", "slower", ("worse", "general")),
    ],
)
def test_the_case_of_a_scheme_follows_from_its_verdicts(mean, general, wheelchair, expected):
    made = compared(all=mean, general=general, wheelchair=wheelchair)
    assert case(made, "a") == expected


def test_everybody_faster_is_said_only_when_every_group_surely_is():
    assert comparison_title([("方案 A", "all", "")]) == "方案 A人人都快"
    assert "未定" in comparison_title([("方案 A", "most", "")])


def test_the_worst_group_is_the_slowest_one_that_may_be_shown():
    made = compared(all="faster", general="faster", wheelchair="faster")
    assert worst_group(made, "base") == "wheelchair"


def giver(display, low, high, n=40):
    middle = (low + high) / 2
    return Giver(display, n, middle, low, high, verdict(low, high), -60.0, "faster")


def test_an_interval_that_touches_zero_makes_nobody_a_loser():
    assert loser([giver("general", 0.0, 50.0), giver("tenant", -5.0, 90.0)]) is None


def test_the_loser_is_the_group_that_surely_gives_most():
    found = loser([giver("general", 20.0, 60.0), giver("tenant", 5.0, 30.0)])
    assert found is not None
    assert found.display == "general"


def test_the_whole_is_neither_gainer_nor_loser():
    assert gainer([giver("all", -90.0, -30.0)]) is None
    assert loser([giver("all", 30.0, 90.0)]) is None


def test_the_headline_names_budget_gain_and_loss():
    lines = headline_dual(
        "86 万元", "普适方案", "公平方案", ("坐轮椅", "6.3 分钟"), ("其他居民", "0.9 分钟")
    )
    assert lines == (
        "同样 86 万元，公平方案比普适方案让坐轮椅的居民",
        "早到 6.3 分钟，其他居民晚到 0.9 分钟",
    )


def test_the_headline_does_not_claim_that_nobody_loses_while_that_is_undecided():
    lines = headline_gain("86 万元", "普适方案", "公平方案", ("坐轮椅", "6.3 分钟"), "undecided")
    assert "未定" in lines[1]


def test_an_undecided_average_has_no_winner():
    told = str(price_mean("普适方案", "公平方案", "undecided", "0.2", "−0.1 至 +0.5"))
    assert "未定" in told
    assert "慢 " not in told


def test_a_scheme_that_shares_the_floor_is_called_a_tie():
    assert frontier_title(["B", "E", "C"], ["B", "E"]) == "守住公平底线的是B、E、C；B 与 E 未分胜负"
    assert frontier_title([], []) == "没有方案守住公平底线"


def test_no_points_and_nobody_left_are_said_as_such():
    assert map_title(0, "") == "没有找到风险高又够不着的地方"
    assert clearance_title_none(30, rescue=False) == "推演里所有人都在 30 分钟内撤出"


def test_the_flag_has_three_states_in_words():
    assert flag_state("gap_widens", "方案 A") == "方案 A已标记：平均变好，组间差距拉大"
    told = {state: flag_state(state, "方案 A") for state in ("flagged", "not_found", "undecided")}
    assert "已标记" in told["flagged"]
    assert "未发现" in told["not_found"]
    assert "未定" in told["undecided"]

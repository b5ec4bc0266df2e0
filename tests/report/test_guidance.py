"""The pages of advised ways and of warning: what each reader may see, and honest titles."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from tests.report.books import book
from tests.report.sample import results

from renlin.finding import find
from renlin.report.pages.advice import advice_page
from renlin.report.pages.warnings import warning_page
from renlin.study.results import Results

FIRE = "fire-stair"
EFFECT = ("scenario", "display")
ADVICE = ("scenario", "entrance", "display", "part")
ORDER = ("scheme", "scenario", "household")
GROUPS = ("scheme", "scenario", "display")


def plain(page):
    """Return the words of a page without marks."""
    return re.sub(r"<[^>]+>", "", repr(page))


def with_findings(**tables):
    """Return the sample run with findings of guidance: name -> (table, key)."""
    run = results()
    made = {
        f"simulation.{name}": find(f"simulation.{name}", table, key=key, seeds=range(30))
        for name, (table, key) in tables.items()
    }
    return Results(run.community, {**run.findings, **made})


def effect(outcome="accepted", **worst):
    rows = [
        ("all", 3000, 1300.0, 1266.0, "faster"), ("general", 2100, 1268.0, 1225.0, "faster"),
        ("wheelchair", 42, 1688.0, 1679.0, "faster"), ("hard_of_hearing", 3, 1280.0, 1247.0, "faster"),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["display", "n", "before", "after", "verdict"])
    difference = table["after"] - table["before"]
    slowest = worst.get("worst", "wheelchair")
    return table.assign(
        scenario=FIRE, worst=table["display"] == slowest, difference=difference,
        low=difference - 3, high=difference + 3, limit_s=60.0, within_limit=True,
        bound=table["before"] - 200, above_bound=table["after"] - table["before"] + 200,
        outcome=outcome,
    )  # fmt: skip


def ways(persons=(30, 4)):
    doors = list(results().community["entrances"]["entrance"][:1]) * 2
    rows = {
        "scenario": FIRE, "entrance": doors, "display": ["general", "wheelchair"],
        "part": 1, "households": [12, 1], "persons": list(persons), "from_destination": "",
        "to_destination": "", "from_way": "a#0", "to_way": "b#0;b#1", "extra_m": [100.0, 140.0],
        "told_share": 1.0, "followed_share": [0.6, 0.4], "won_s": [-40.0, -90.0],
        "won_low": -50.0, "won_high": -30.0,
    }  # fmt: skip
    return pd.DataFrame(rows)


def advised(table=None, led=None, **reader):
    made = with_findings(
        advice_effect=(effect() if table is None else table, EFFECT),
        advice=(ways() if led is None else led, ADVICE),
    )
    return plain(advice_page(book(made, **reader)))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_run_without_advice_or_order_has_neither_page(language):
    assert advice_page(book(language=language)) is None
    assert warning_page(book(language=language)) is None


def test_an_accepted_title_says_who_wins_and_what_others_lose_at_most():
    assert "坐轮椅的居民平均少用 9 秒" in advised()
    assert "9 s less on average for wheelchair users" in advised(language="en")


@pytest.mark.parametrize(
    ("outcome", "said"),
    [("no_better", "没有比现在更好的走法"), ("harms", "没有采用：别的人群会慢得超过"),
     ("unsure", "没有采用：最慢的人群不一定变快")],
)  # fmt: skip
def test_a_refusal_is_the_title_and_the_ways_tried_are_not_to_be_given(outcome, said):
    told = advised(effect(outcome))
    assert said in told
    assert "不要照着通知" in told
    assert "建议谁走哪条路" not in told


def test_a_slowest_group_of_a_few_is_not_named_in_public():
    table = effect(worst="hard_of_hearing")
    assert "最慢的人群变快" in advised(table)
    assert "听不清的居民平均少用 33 秒" in advised(table, audience="internal")


def test_a_group_of_a_few_is_not_told_in_public_and_is_named_as_hidden():
    told = advised()
    assert "听不清少于 10 人，不单列" in told
    assert "20.8" not in told  # minutes of that group
    assert "20.8" in advised(audience="internal")


def test_in_public_a_stairwell_is_told_with_its_building_only():
    door = results().community["entrances"].iloc[0]
    inside = advised(audience="internal")
    outside = advised()
    assert "140 米" not in outside
    assert "140 米" in inside
    assert "105 米" in outside  # (30 x 100 + 4 x 140) / 34
    assert str(door["entrance"]) not in outside


def test_a_building_of_a_few_is_left_out_in_public():
    told = advised(led=ways(persons=(5, 2)))
    assert "建议谁走哪条路" not in told


def groups(**changes):
    rows = [
        ("all", 3100, 182, 14, 2904, 182, 181, 1006.0),
        ("general", 2167, 44, 3, 2120, 44, 44, 546.0),
        ("wheelchair", 42, 1, 0, 41, 1, 0, -781.0),
        ("tenant", 336, 100, 6, 230, 100, 100, 1077.0),
        ("over_80", 90, 6, 0, 84, 6, 6, 1009.0),
        ("stick_slow", 465, 31, 5, 429, 31, 31, 835.0),
    ]
    names = ["display", "n", "leave", "unknown", "stay", "limited", "too_late", "lead_p50"]
    table = pd.DataFrame(rows, columns=names)
    return table.assign(
        scheme="base", scenario=FIRE, nobody_home=0, before_event=table["too_late"],
        lead_p90=table["lead_p50"] + 300, **changes,
    )  # fmt: skip


def homes():
    place = results().community
    names = place["households"]["household"].astype(str).head(6).tolist()
    building = str(place["buildings"]["building"].iloc[0])
    return pd.DataFrame(
        {
            "scheme": "base", "scenario": FIRE, "household": names, "rank": range(1, 7),
            "instruction": ["unknown", *["leave"] * 4, "stay"],
            "needs_s": [np.nan, 600.0, 500.0, 400.0, 300.0, np.nan],
            "available_s": [np.nan, 120.0, 120.0, 120.0, 120.0, np.nan],
            "lead_s": [np.nan, 480.0, 380.0, 280.0, 180.0, np.nan],
            "slack_s": [np.nan, -480.0, -380.0, -280.0, -180.0, np.nan],
            "limited": pd.array([None, True, True, True, True, False], dtype="boolean"),
            "told_s": 90.0, "reached_share": 1.0, "channel": "message",
            "helped_share": [np.nan, 0.5, 0.0, 0.0, 0.0, np.nan], "missed_share": 0.0,
            "reason": ["no_helper", "", "", "", "", ""], "display": "general",
            "building": building, "n": [2, 3, 3, 3, 3, 1],
        }
    )  # fmt: skip


def warned(table=None, **reader):
    made = with_findings(
        warning_groups=(groups() if table is None else table, GROUPS),
        warning_order=(homes(), ORDER),
    )
    return plain(warning_page(book(made, **reader)))


def test_staff_read_how_many_are_told_too_late():
    assert "182 人路上有时限，按今天的通知方式 181 人来不及" in warned(audience="internal")


def test_the_public_cannot_subtract_the_one_who_is_in_time():
    told = warned()
    assert "181" not in told
    assert "182 人路上有时限，按今天的通知方式 10 人以上来不及" in told


def test_the_public_cannot_find_a_few_from_the_parts_of_a_group():
    """Of 90 people over 80 six leave and 84 stay: telling 84 would tell the six."""
    told = warned()
    assert "84" not in told
    assert "84" in warned(audience="internal")


def test_a_lead_of_a_few_is_hidden_in_public():
    late, inside = warned(), warned(audience="internal")
    assert "−13.0" not in late
    assert "−13.0" in inside


def test_households_are_named_to_the_staff_only():
    names = homes()["household"]
    outside, inside = warned(), warned(audience="internal")
    assert not any(name in outside for name in names)
    listed = [name for name in names if name in inside]
    assert listed == list(names[:5])
    assert "没等到帮手" in inside


def test_the_public_reads_how_early_a_building_of_enough_people_must_know():
    told = warned()
    assert "哪些楼要最早知道" in told
    assert "+5.5" in told  # the middle of 480, 380, 280 and 180 s


def test_when_nothing_ends_the_title_says_so():
    assert "谁的路上都没有时限" in warned(groups().assign(limited=0, too_late=0))
    assert "Nobody has a limit on their way" in warned(
        groups().assign(limited=0, too_late=0), language="en"
    )

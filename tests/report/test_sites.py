"""The page of sites: two lists side by side, what each step changes, every ground."""

from dataclasses import fields

import pytest
from tests.report.test_ties_section import book
from tests.space.needs_fixture import needs
from tests.space.siting.test_study import PEOPLE, place, space

from renlin.report.pages.sites import sites
from renlin.space.siting.assess import assess_siting


@pytest.fixture(scope="module")
def at():
    return place(
        space("near", 90, opening_cost=500.0),
        space("middle", 900),
        space("shut", 300, emergency_use="forbidden"),
    )


@pytest.fixture(scope="module")
def made(at):
    found = assess_siting(at, needs(at, *PEOPLE))
    return {f.name: f for f in (getattr(found, item.name) for item in fields(found))}


def read(at, made, audience="internal", language="zh"):
    return sites(book(at, made, audience, language)).pieces


def cells(table):
    return [[str(cell) for cell in row] for row in table.rows]


def test_both_lists_stand_under_one_line_where_they_open_the_same(at, made):
    lists = read(at, made)[0].parts[0]
    first = cells(lists)[1]
    assert first[:3] == ["再开 1 处", "两张清单", "near"]
    assert "500" in first[6]
    assert first[7] == "已证明最好"


def test_a_price_nobody_gave_reads_unknown(at, made):
    assert "未知" in cells(read(at, made)[0].parts[0])[2][6]


def test_the_title_says_what_one_more_site_does(at, made):
    assert read(at, made)[0].title.startswith("再开 1 处，时限里走不到的人从 2 降到 0")


def test_the_public_reads_no_count_of_few(at, made):
    pieces = read(at, made, audience="public")
    lists = cells(pieces[0].parts[0])
    assert "&lt;10" in lists[0][5] or "<10" in lists[0][5]


def test_every_ground_stands_with_its_step_or_with_the_reason(at, made):
    beside = read(at, made, language="en")[1]
    grounds = cells(beside.right[0].parts[0])
    named = {row[0]: row[-1] for row in grounds}
    assert named["near"] == "efficiency step 1 and equity step 1"
    assert named["shut"] == "its rule forbids use in an emergency"


def test_each_step_is_told_by_group(at, made):
    gains = read(at, made)[2].parts[0]
    rows = cells(gains)
    assert rows[0][0] == "再开 1 处"
    assert [row[0] for row in rows[1:5]] == [
        "新走得到的人",
        "近了的人",
        "远了的人",
        "平均变化（分）",
    ]


def test_without_plans_there_is_no_page(at):
    assert sites(book(at, {}, "internal")) is None

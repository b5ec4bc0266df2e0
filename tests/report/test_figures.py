"""Figures keep their rules: the average on its groups, unknown as a thing, no tiny text."""

import math
import re
from importlib.resources import files

import pytest

from renlin.community.settings import Scheme
from renlin.report import svg
from renlin.report.cite import Cite, number
from renlin.report.figures.axis import scale_for, ticks
from renlin.report.figures.clearance import Curve, Panel, clearance
from renlin.report.figures.clearance import Words as ClearanceWords
from renlin.report.figures.dumbbells import Mark, Row, dumbbells
from renlin.report.figures.dumbbells import Words as DumbbellWords
from renlin.report.figures.flag import sign
from renlin.report.figures.frontier import Spot, best_first, frontier
from renlin.report.figures.frontier import Words as FrontierWords
from renlin.report.figures.shares import Part, Shares, share_bars
from renlin.report.figures.shares import Words as ShareWords
from renlin.report.figures.timeline import Step, timeline
from renlin.report.figures.timeline import Words as TimelineWords
from renlin.report.palette import Look, scheme_looks

A = Look("var(--sch-a)", "square", letter="A")
B = Look("var(--sch-b)", "diamond", letter="B")
SAYS = DumbbellWords("A is faster", "min", "today", "95%", ("A", "B"), ("A v today", "B v today"))


def mark(look, value, verdict="faster", words="快 1.0"):
    return Mark(look, value, value - 0.5, value + 0.5, words, "−1.5 至 −0.5", verdict)


def rows(*names):
    return [
        Row(name, "41 人", 10.0, (mark(A, 9.0), mark(B, 8.0)), whole=i == 0)
        for i, name in enumerate(names)
    ]


def texts(drawn):
    return re.findall(r"<text[^>]*>([^<]*)", drawn)


def test_the_average_stands_on_ground_and_above_its_groups():
    drawn = dumbbells(rows("全体平均", "坐轮椅", "其他居民"), [A, B], SAYS)
    assert drawn.count("var(--ground)") == 1
    listed = [t for t in texts(drawn) if t in ("全体平均", "坐轮椅", "其他居民")]
    assert listed == ["全体平均", "坐轮椅", "其他居民"]


def test_an_undecided_change_is_grey_and_a_loss_has_its_own_sign():
    undecided = Row("看不清", "37 人", 15.0, (mark(A, 15.2, "undecided", "未定"),))
    slower = Row("坐轮椅", "41 人", 19.0, (mark(A, 21.0, "slower", "慢 1.5"),))
    words = DumbbellWords("x", "min", "today", "95%", ("A",), ("A v today",))
    assert '<text x="676" y="' in dumbbells([undecided], [A], words)
    assert 'class="q">未定' in dumbbells([undecided], [A], words)
    tips = [dumbbells([one], [A], words).count('Z"') for one in (undecided, slower)]
    assert tips[1] == tips[0] + 1


def test_a_level_that_is_not_known_is_not_drawn_at_zero():
    nothing = Mark(A, math.nan, math.nan, math.nan, "未定", "", "undecided")
    unknown = Row("听不清", "19 人", math.nan, (nothing,))
    words = DumbbellWords("x", "min", "today", "95%", ("A",), ("A v today",))
    drawn = dumbbells([unknown], [A], words)
    assert "nan" not in drawn.lower()


def test_a_curve_that_never_reaches_all_says_how_many_are_left():
    minutes = tuple(float(m) for m in range(31))
    share = tuple(min(0.8, m / 20) for m in minutes)
    curve = Curve(A, minutes, share, share, share, left="4")
    drawn = clearance(
        [Panel("现状", (curve,))], [A], ClearanceWords("x", ("坐轮椅",), "分", "没撤出")
    )
    assert "4" in texts(drawn)
    assert "没撤出" in texts(drawn)
    assert math.isnan(curve.when(0.9))
    assert curve.when(0.5) == pytest.approx(10.0)


def test_the_front_keeps_only_schemes_no_other_beats_in_both():
    def spot(name, mean, worst):
        return Spot(A, name, (mean, mean, mean), (worst, worst, worst))

    spots = [spot("a", 8.0, 21.0), spot("b", 8.4, 14.8), spot("c", 9.0, 13.9), spot("d", 9.4, 19.6)]
    assert [s.name for s in best_first(spots)] == ["a", "b", "c"]
    drawn = frontier(spots, 16.0, FrontierWords("x", "across", "up", "公平底线 16.0 分"))
    assert {"a", "b", "c", "d", "公平底线 16.0 分"} <= set(texts(drawn))


@pytest.mark.parametrize("state", ["flagged", "not_found", "undecided"])
def test_the_flag_is_never_red(state):
    drawn = sign(state)
    assert "off-red" not in drawn
    assert "#C8102E" not in drawn


def test_the_flag_differs_in_shape_between_its_states():
    assert len({sign(state) for state in ("flagged", "not_found", "undecided")}) == 3


def test_unknown_has_its_own_part_of_the_bar():
    parts = (Part("covered", 60, "60%"), Part("not_covered", 30, "30%"), Part("unknown", 10, "10%"))
    drawn = share_bars(
        [Shares("全体", "100 人", parts, True)], ShareWords("x", "够得着", "够不着", "未知")
    )
    assert 'class="m-unknown"' in drawn
    assert {"60%", "30%", "10%", "未知"} <= set(texts(drawn))


def test_steps_too_short_for_a_sign_still_carry_their_words():
    steps = [Step("stairs-down", "下楼", 0.1), Step("shelter", "到操场", 12.0)]
    drawn = timeline(
        steps, 12.1, 15.0, TimelineWords("x", "一半情况 13 分钟", "九成情况 15 分钟内", "分")
    )
    assert {"下楼", "到操场", "一半情况 13 分钟", "九成情况 15 分钟内"} <= set(texts(drawn))


def test_axes_end_on_round_values_around_the_data():
    assert ticks(6.1, 21.4) == [5.0, 10.0, 15.0, 20.0, 25.0]
    scale = scale_for([6.1, 21.4], 0.0, 100.0)
    assert (scale.low, scale.high, scale(15.0)) == (5.0, 25.0, 50.0)


def test_no_text_is_smaller_than_eight_points_on_paper():
    css = (files("renlin.report") / "assets" / "report.css").read_text(encoding="utf-8")
    sizes = [float(s) for s in re.findall(r"font-size:([\d.]+)px", css)]
    assert min(sizes) >= svg.NOTE
    assert all(
        float(s) >= svg.NOTE
        for s in re.findall(r"font-size:([\d.]+)px", dumbbells(rows("a"), [A, B], SAYS))
    )


def test_a_number_carries_its_finding_row_and_column():
    made = str(number("8.1", Cite("F-1", "a|fire|all", "value", "out")))
    assert 'data-finding="F-1"' in made
    assert 'data-row="a|fire|all"' in made
    assert "renlin explain out F-1 --row &#x27;a|fire|all&#x27; --column value" in made


def test_words_in_a_figure_cannot_break_out_of_it():
    assert "<script" not in svg.text((0, 0), "<script>alert(1)</script>")


@pytest.mark.parametrize(("last", "expected"), [(30, 10), (60, 20), (90, 30), (120, 60)])
def test_the_minutes_under_a_small_panel_are_few_and_round(last, expected):
    minutes = tuple(float(m) for m in range(last + 1))
    share = tuple(m / last for m in minutes)
    curve = Curve(A, minutes, share, share, share)
    said = ClearanceWords("says", ("group",), "min", "not out")
    told = texts(clearance([Panel("today", (curve,))], [A], said))
    assert str(last - expected) in told
    assert f"{last} min" in told
    assert str(last - expected // 2) not in told


def test_an_interval_of_a_time_is_not_drawn_below_zero():
    wide = Mark(A, 0.3, -0.9, 1.0, "", "", "faster")
    row = Row("坐轮椅", "42 人", 1.6, (wide, wide))
    assert not any(t.startswith("−") for t in texts(dumbbells([row], (A, B), SAYS)))


def test_two_schemes_without_a_view_differ_in_shape():
    plans = {c: Scheme(code=c, zh=c, en=c) for c in ("x", "y")}
    looks = scheme_looks(plans, ["x", "y"])
    assert looks["x"].marker != looks["y"].marker

"""The page on parameters nobody measured: it tells how often, and only when somebody asked."""

import re
from functools import cache

import numpy as np
import pandas as pd
import pytest
from tests.report.books import book
from tests.report.sample import results

from renlin.report.dossier import render
from renlin.report.pages.uncertainty import uncertainty
from renlin.report.readings.parameters import parameter_name
from renlin.study.results import Results
from renlin.study.uncertainty import ranks, traced
from renlin.study.uncertainty.doubts import Doubt
from renlin.study.uncertainty.held import values_of
from renlin.study.uncertainty.influence import influence
from renlin.study.uncertainty.latin import design
from renlin.study.uncertainty.runs import MEASURES, Tried

NAMES = ("parameters/assumed_lane_width", "classes/adult/n_stops")
DRAWS = 24
LUCK = np.array([0.0, 4.0, 9.0])


def doubts():
    values = values_of(results().community.catalogue)
    return [Doubt(n, values[n], "range", values[n].low, values[n].high) for n in NAMES]


def made(level):
    """Return the run with the findings of an outer loop whose schemes take ``level`` seconds."""
    run, listed = results(), doubts()
    scenario = str(run["simulation.groups"].table["scenario"].iloc[0])
    table = design(listed, DRAWS)
    numbers = np.vstack([[d.value.value for d in listed], table])
    schemes = ("base", "widen", "chairs")
    mean = np.array([level(row) for row in numbers])
    runs = mean[:, :, None] + LUCK
    answers = np.array([["", "flagged", "not_found"]] * (DRAWS + 1), dtype=object)
    row = {"n": 1.0, "mean_time": 1.0, "variance": 0.0, "not_evacuated": 0.0, "n_seeds": 3}
    rows = tuple(
        {"draw": d, "scheme": s, "scenario": scenario, "display": "all", **row}
        for d in range(DRAWS + 1)
        for s in schemes
    )
    tried = Tried(scenario, schemes, dict.fromkeys(MEASURES, runs), answers, rows)
    tables = {
        traced.TABLE: traced.parameter_rows(listed, table),
        traced.DRAWS: pd.DataFrame(rows),
        traced.RANKS: ranks.stability(tried, 0.95),
        traced.PARADOX: ranks.paradox_stability(tried, 0.95),
        traced.INFLUENCE: influence(tried, listed, table, confidence=0.95, n_resamples=200),
    }
    manifest = {"varied": {d.name: [d.low, d.high] for d in listed}, "one_sided": [NAMES[1]]}
    worlds = {"base": run.community}
    found = traced.findings(
        run.community, run["needs.profiles"], worlds, range(3), tables, manifest
    )
    return Results(run.community, {**run.findings, **{one.name: one for one in found}})


@cache
def lanes():
    """Return a run in which widening is first where lanes are wider than 1.6 m."""
    return made(lambda row: (700.0, 600.0 - 10.0 * (row[0] - 1.6), 600.0))


@cache
def alike():
    return made(lambda _row: (700.0, 700.0, 700.0))


def words(piece):
    text = re.sub(r"<[^>]+>", " ", str(piece)).replace("\u2009", "").replace("\u00a0", " ")
    return re.sub(r"\s+", " ", text)


def sheet(run, language="zh"):
    html = render(book(run, language=language), "public")
    parts = re.split(r'(?=<section class="sheet)', html)
    own = [s for s in parts if re.search('id="(uncertainty|drivers)-', s[:90])]
    assert len(own) == 2
    return "".join(own)


def test_without_the_outer_loop_there_is_no_page():
    assert uncertainty(book()) == []
    assert 'id="uncertainty-' not in render(book(), "public")


def test_the_title_says_in_how_many_tables_the_scheme_is_first():
    table = lanes()["study.rank_stability"].table
    own = table[(table["scheme"] == "widen") & (table["measure"] == "all")]
    first = int(own["rank_1"].iloc[0])
    assert 0 < first < DRAWS
    zh, en = sheet(lanes()), sheet(lanes(), "en")
    assert f"{DRAWS} 组参数里，看全体平均，方案 A 有 {first} 组排第一；看最慢组" in words(zh)
    assert f"On average Scheme A comes first in {first}; for the slowest group" in words(en)
    assert f"(of {DRAWS} tables of parameters)" in words(en)


def test_who_is_first_as_stated_is_told_beside_it():
    """Lanes of 2 m, the catalogue's value, put widening first."""
    assert "照目录原样：看全体平均，排第一的是方案 A；看最慢组，是方案 A" in words(sheet(lanes()))


def test_a_tie_of_all_names_no_winner():
    assert "分不出先后" in words(sheet(alike()))
    assert "组排第一" not in words(sheet(alike()))
    assert "没有变动" in words(sheet(alike()))


def test_the_parameter_that_decides_is_named_with_its_range_and_source():
    told = words(sheet(lanes()))
    assert "最看没量过的巷道宽" in told
    assert "2 m 1–4 假设" in told
    assert "成年人：歇几次" in told


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_figure_opens_the_cell_it_states(language):
    own = sheet(lanes(), language)
    for name in ("rank_stability", "paradox_stability", "influence"):
        assert lanes()[f"study.{name}"].id in own
    assert "rank_1" in own
    assert "epistemic_share" in own


def test_values_at_the_edge_of_their_range_are_counted():
    assert "其中 1 个值就在自己范围的边上" in words(sheet(lanes()))


def test_the_paradox_is_told_by_draws():
    assert "效率悖论有 24 组标出" in words(sheet(lanes()))


def test_every_value_with_bounds_has_a_name_in_words():
    reading = book()
    values = values_of(reading.community.catalogue)
    listed = [
        name for name, v in values.items()
        if name.startswith(("classes/adult", "premovement/volunteer", "scenarios", "presence/general"))
        and v.low is not None
    ]  # fmt: skip
    assert len(listed) > 40
    bare = [name for name in listed if not re.search("[一-鿿]", parameter_name(reading, name))]
    assert bare == []

"""A whole run of Willow, where every group is small: what everybody may read names nobody."""

import json
import re
from functools import cache
from pathlib import Path

import pytest
from tests.report.books import book
from tests.report.test_report import words

from renlin.community.folder import open_community
from renlin.report.dossier import render
from renlin.report.layers import write_geopackage
from renlin.report.readings import compared, dual
from renlin.report.readings.naming import place_name
from renlin.report.summary import summary
from renlin.study.chain import run

WILLOW = Path(__file__).parents[1] / "places" / "willow"


@cache
def willow():
    return run(open_community(WILLOW))


@cache
def page(language):
    return render(book(willow(), language=language), "public")


def ids_of_homes():
    place = willow().community
    return {*place["persons"]["person"], *place["households"]["household"]}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_person_household_or_helper_is_in_the_report(language):
    told = set(re.findall(r"[\w-]+", words(page(language))))
    assert told & ids_of_homes() == set()
    helpers = willow().community["helpers"]
    neighbours = helpers.loc[helpers["kind"] != "staff", "helper"]
    assert told & set(neighbours) == set()


def test_the_worst_group_of_a_few_is_neither_named_nor_measured_on_page_one():
    first = words(page("zh").split('<section class="sheet')[1])
    assert "公开版不给它的数" in first
    assert "坐轮椅" not in first


def test_the_gap_is_left_out_where_it_would_tell_the_time_of_a_few():
    read = book(willow())
    made = compared.compare(read, read.scenario_codes[0])
    assert not made.has("base", "gap")
    assert "公开版不给这个数" in words(page("zh"))


def test_staff_see_the_gap_and_the_worst_group():
    read = book(willow(), audience="internal")
    made = compared.compare(read, read.scenario_codes[0])
    assert made.has("base", "gap")
    assert made.hidden == ()


def test_the_eight_rows_of_table_1_are_the_words_of_the_study():
    found = willow()["study.dual_view"].table.set_index("row")
    lines = dual.theory(book(willow()))
    assert len(lines) == len(dual.THEORY)
    for name, line in zip(dual.THEORY, lines, strict=True):
        assert line["equity"].replace(" ", "") == found.loc[name, "equity_zh"].replace(" ", "")


def test_a_response_names_the_finding_it_rests_on_and_no_key_of_it():
    evidence = "".join(willow()["governance.responses"].table["evidence"].astype(str))
    assert any(key in evidence for key in ids_of_homes())
    known = {found.id for found in willow().findings.values()}
    told = re.findall(r'class="ev">[^<]*', page("en"))
    assert told
    assert all(set(re.findall(r"F-\w+", words)) <= known for words in told)


def test_the_summary_leaves_out_what_would_tell_the_figure_of_a_few():
    made = summary(willow())
    assert "worst" not in made["dual_view"]
    assert all(
        cell["worst_group"] is None
        for schemes in made["paradox"].values()
        for cell in schemes.values()
        if "worst_change_s" not in cell
    )
    gaps = [c["gap"] for schemes in made["comparison"].values() for c in schemes.values()]
    assert {"few": True} in gaps
    assert ids_of_homes() & set(re.findall(r"[\w-]+", json.dumps(made))) == set()


def test_the_package_of_a_real_run_is_written(tmp_path):
    assert write_geopackage(willow(), tmp_path).stat().st_size > 0


def test_a_home_is_never_named_as_a_place():
    read = book(willow())
    household = str(willow().community["households"]["household"].iloc[0])
    assert place_name(read, household) == read.language.word("one_home")

"""Guidance sheets answer the problems of the place, and tell nobody's door."""

import re

import pytest
from tests.report.books import book, changed, without

from renlin.report.dossier import pages
from renlin.report.guidance import sheets, write_guidance
from renlin.report.pages.contradictions import contradictions_page


def told(**how):
    return {sheet.title: sheet for sheet in sheets(book(**how))}


def test_only_sheets_whose_problem_the_place_has_are_written():
    titles = set(told())
    assert {"单元门：台阶改坡道", "权责清单：每件事有人"}.isdisjoint(titles)
    assert {"场地和大门：谁开、几分钟开", "楼梯：清、亮、两侧扶手"} <= titles


def test_a_closed_problem_calls_for_no_sheet():
    run = changed("space.contradictions", lambda table: table.assign(standing="closed"))
    assert "场地和大门：谁开、几分钟开" not in {sheet.title for sheet in sheets(book(run))}


def test_a_door_that_concerns_a_few_of_a_group_is_counted_and_not_named():
    sheet = told()["楼梯：清、亮、两侧扶手"]
    (problem,) = [p for p in sheet.problems if "扶手" in p.name]
    assert (problem.where, problem.n) == ("", 1)
    inside = told(audience="internal")["楼梯：清、亮、两侧扶手"]
    assert next(p for p in inside.problems if "扶手" in p.name).where


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_file_asks_nothing_of_the_network_and_marks_unchecked_clauses(language, tmp_path):
    path = write_guidance(book().results, tmp_path, language=language)
    html = path.read_text(encoding="utf-8")
    assert re.findall(r"(?:src|href)=\"(?!#)[^\"]*", html) == []
    assert ("未核对" if language == "zh" else "unchecked") in html
    assert path.name == ("guidance.html" if language == "zh" else "guidance.en.html")


def test_without_contradictions_there_is_no_page():
    empty = book(without("space.contradictions"))
    assert contradictions_page(empty, None) is None
    assert "contradictions" not in {getattr(page, "code", "") for page in pages(empty)}


def test_the_page_lists_what_has_no_data_apart():
    made = contradictions_page(book(), None)
    kickers = [getattr(piece, "kicker", "") for piece in made.pieces]
    assert kickers[-2] == "还要问" or kickers[-1] == "还要问"
    text = str(made)
    assert "不算通过" in text
    assert "净高" in text

"""The pages of public grounds: nothing unknown reads as there, few people are not shown."""

from dataclasses import fields
from pathlib import Path

import pytest
from tests.space.street import ground, street

from renlin.community.folder import open_community
from renlin.needs import identify
from renlin.report.book import Book
from renlin.report.language import speak
from renlin.report.pages.grounds import ground_pages
from renlin.report.privacy import reader
from renlin.space import assess
from renlin.study.results import Results

WILLOW = Path(__file__).parents[1] / "places" / "willow"
PLAN = {"conversion": "v", "space": "ground", "template": "school_yard_opened", "area": 640.0,
        "crew_day": 6, "crew_night": 1, "arrival_day": 5.0, "arrival_night": 30.0, "by": "小学",
        "source": "踏勘"}  # fmt: skip


@pytest.fixture(scope="module")
def willow():
    plans = street(spaces=[ground(space="ground")], conversions=[PLAN])["conversions"]
    return open_community(WILLOW).with_tables(conversions=plans)


@pytest.fixture(scope="module")
def made(willow):
    found = assess(willow, identify(willow))
    return {one.name: one for one in (getattr(found, item.name) for item in fields(found))}


def book(place, findings, audience, language="zh"):
    return Book(Results(place, findings), speak(language, place.catalogue),
                reader(audience, place.settings), "out")  # fmt: skip


def pieces(*asked):
    return [piece for page in ground_pages(book(*asked)) for piece in page.pieces]


def tables(*asked):
    """Return the words of the first head -> cells of every table."""
    found = {}
    for piece in pieces(*asked):
        for part in getattr(piece, "parts", ()):
            found.setdefault(
                str(part.head[0].words), [[str(cell) for cell in row] for row in part.rows]
            )
    return found


def test_staff_read_room_by_standard_at_the_tightest_hour(willow, made):
    (row,) = tables(willow, made, "internal")["场地"][:1]
    assert row[:2] == ["小学操场", "工作日 12:00"]
    assert "4.9" in row[3]
    assert set(row[5:]) <= {"够", "够?"}


def test_the_public_reads_no_number_of_fewer_than_k(willow, made):
    word = speak("en", willow.catalogue).word("group")
    rows = tables(willow, made, "public", "en")[word]
    assert rows[0][0] == "Average of all"
    for row in rows:
        assert not {"1", "2", "3", "4", "5", "6", "7", "8", "9"} & set(row[1:])


def test_what_nobody_looked_at_is_a_question_mark_and_a_question(willow, made):
    found = tables(willow, made, "internal")
    power = next(row for row in found["应急功能"] if row[0] == "供电")
    assert power[1:] == ["?"]
    assert ["停电时场地上有能用的电吗？", "1", "小学操场"] in found["到现场问"]


def test_a_plan_that_cannot_start_says_what_stops_it(willow, made):
    kinds = [piece.kind for piece in pieces(willow, made, "internal")]
    assert kinds.count("figure") == 3
    plans = [row for row in _plans(willow, made) if row[2] == "夜里"]
    assert plans[0][-1] == "人手不够"
    assert plans[0][5] == "?"


def _plans(willow, made):
    listed = [
        part for piece in pieces(willow, made, "internal") for part in getattr(piece, "parts", ())
    ]
    return next(
        [list(map(str, r)) for r in part.rows]
        for part in listed
        if len(part.head) == 9 and str(part.head[1].words) == "怎么转"
    )


def test_both_languages_have_the_same_pieces(willow, made):
    kinds = [
        [piece.kind for piece in pieces(willow, made, "public", code)] for code in ("zh", "en")
    ]
    assert kinds[0] == kinds[1]


def test_a_run_without_these_findings_has_no_such_page(willow):
    assert ground_pages(book(willow, {}, "internal")) == []

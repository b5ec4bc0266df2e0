"""The section of ties: bounds beside every share, few answers not shown to the public."""

from dataclasses import fields
from pathlib import Path

import pytest

from renlin.community.folder import open_community
from renlin.needs import identify
from renlin.report.book import Book
from renlin.report.language import speak
from renlin.report.pages.ties import MEASURES, tied
from renlin.report.privacy import reader
from renlin.study.results import Results

WILLOW = Path(__file__).parents[1] / "places" / "willow"


@pytest.fixture(scope="module")
def willow():
    return open_community(WILLOW)


@pytest.fixture(scope="module")
def made(willow):
    needs = identify(willow)
    found = [getattr(needs, item.name) for item in fields(needs)]
    return {one.name: one for one in found}


def book(place, findings, audience, language="zh"):
    return Book(Results(place, findings), speak(language, place.catalogue),
                reader(audience, place.settings), "out")  # fmt: skip


def test_staff_read_who_was_asked_and_the_bounds_of_everybody_else(willow, made):
    section = tied(book(willow, made, "internal"))
    assert section.title == "问到的 9 位里，2 位在家门外谁也叫不到"
    whole = [str(cell) for cell in section.parts[0].rows[0]]
    assert whole[0] == "所有人"
    assert "22 [10, 57]" in whole[1]
    assert "[43, 86]" in whole[2]


def test_the_public_reads_nothing_that_rests_on_few_answers(willow, made):
    section = tied(book(willow, made, "public", "en"))
    assert section.title.startswith("Of those asked, fewer than 10 can call on nobody")
    cells = [str(cell) for row in section.parts[0].rows for cell in row[3:]]
    assert set(cells) == {"–"}


def test_where_nobody_was_asked_there_is_no_section(willow):
    none = {name: willow[name].iloc[:0] for name in ("nominations", "attitudes")}
    needs = identify(willow.with_tables(**none))
    found = {f.name: f for f in (getattr(needs, item.name) for item in fields(needs))}
    assert tied(book(willow, found, "internal")) is None


def test_each_measure_has_its_column(willow, made):
    section = tied(book(willow, made, "internal", "en"))
    assert len(section.parts[0].head) == 1 + len(MEASURES)

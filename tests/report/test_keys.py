"""The page of key elements: in order, traceable, and silent about a few."""

from __future__ import annotations

import re
from functools import cache

import pytest
from tests.simulation import court

from renlin.report.book import Book
from renlin.report.dossier import render
from renlin.report.language import speak
from renlin.report.layers import layers
from renlin.report.pages.keys import edit_words, element_name, keys_pages
from renlin.report.privacy import reader
from renlin.report.tables import rows_of
from renlin.simulation import key_elements
from renlin.study.results import Results, gather


@cache
def _results():
    place = court.cell(court.sure(), "gates", "east", "width", 0.6)
    found = key_elements(
        place, court.needs(), scenarios=[court.quake()], seeds=range(4), most=8
    )  # fmt: skip
    return Results(place, gather(court.needs(), found))


def _book(language="zh", audience="internal", results=None):
    made = results or _results()
    place = made.community
    return Book(made, speak(language, place.catalogue), reader(audience, place.settings), "out")


def _cells(book, piece=0):
    (page,) = keys_pages(book, None)
    return page.pieces[piece].parts[0].rows


def test_elements_stand_in_the_order_of_their_rank():
    rows = _cells(_book())
    assert [row[0] for row in rows] == [str(n) for n in range(1, len(rows) + 1)]
    assert rows[0][1] == "东门"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_figure_of_the_list_opens_its_source(language):
    book = _book(language)
    known = {r["element"] for r in rows_of(book.rows("simulation.key_elements"))}
    for row in _cells(book):
        for cell in (row[2], row[3], row[5], row[6]):
            (told, *_) = re.findall(r'data-row="([^"]+)"', str(cell))
            assert told.split("|")[1] in known


def test_the_public_reads_no_count_of_fewer_than_k():
    book, k = _book(audience="public"), court.willow().settings.k_persons
    for row in _cells(book):
        shown = re.sub(r"<[^>]+>", "", str(row[2]))
        for n in re.findall(r"(\d+) 人", shown):
            assert int(n) >= k


def test_a_group_of_a_few_is_not_named_among_those_who_depend_on_it():
    book = _book(audience="public")
    rows = " ".join(str(row[2]) for row in _cells(book))
    assert book.group("pregnant_infant") not in rows
    assert book.group("pregnant_infant") in " ".join(str(row[2]) for row in _cells(_book()))


def test_improvements_are_told_in_words():
    book = _book()
    told = {r["element"]: str(edit_words(book, r)) for r in
            rows_of(book.rows("simulation.key_elements"))}  # fmt: skip
    assert "净宽 0.6 → 1.6 米" in told["gate/east"].replace("\u00a0", " ")
    assert "全天开放" in told["gate/east"]


def test_elements_are_called_what_they_are():
    book = _book("en")
    assert element_name(book, "stair", "B-1").startswith("stair")
    assert element_name(book, "door", "B-1").startswith("door")


def test_without_elements_the_page_says_how_to_try_them():
    bare = Results(court.willow(), gather(court.needs()))
    (page,) = keys_pages(_book(results=bare), None)
    assert "key_elements" in str(page.pieces[0].words)


def test_the_page_stands_in_the_report():
    text = render(_book(), "internal")
    assert 'id="keys"' in text


def test_the_layer_of_elements_leaves_counts_of_a_few_empty():
    made = dict(layers(_results(), _book(audience="public")))["simulation.key_elements"]
    k = court.willow().settings.k_persons
    assert len(made) == 8
    for column in ("depends", "users", "cut_off"):
        known = made[column].dropna()
        assert ((known == 0) | (known >= k)).all()

"""The page that asks whether coverage holds: hours in words, few people hidden, all told."""

from types import SimpleNamespace

import pytest
from tests.community.drawn import willow

from renlin.needs import identify
from renlin.report.book import Book
from renlin.report.language import speak
from renlin.report.layers import layers
from renlin.report.pages.firmness import _losers, firmness_page, spans
from renlin.report.privacy import reader
from renlin.space import assess
from renlin.study.results import Results, gather


@pytest.fixture(scope="module")
def results():
    needs = identify(willow())
    return Results(willow(), gather(needs, assess(willow(), needs)))


def book(results, language="zh", audience="public"):
    place = results.community
    told = speak(language, place.catalogue)
    return Book(results, told, reader(audience, place.settings), "out")


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ([0, 1, 22, 23], "22–2"),
        ([3, 4, 9], "3–5, 9–10"),
        ([21, 22, 23], "21–24"),
        (list(range(24)), "0–24"),
        ([], ""),
    ],
)
def test_hours_are_told_as_spans_past_midnight_too(hours, said):
    assert spans(hours) == said


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("audience", ["public", "internal"])
def test_the_page_tells_firmness_links_hours_circles_places_and_hollows(
    results, language, audience
):
    page = firmness_page(book(results, language, audience))
    words = speak(language, willow().catalogue).word
    kickers = [piece.kicker for piece in page.pieces]
    assert kickers == [
        words(f"kicker_{name}")
        for name in ("firm", "critical", "hours", "circles", "places", "hollow")
    ]


def test_few_people_are_hidden_from_the_public_and_not_from_staff(results):
    tables = {
        audience: firmness_page(book(results, "en", audience)).pieces[0].parts[0].rows
        for audience in ("public", "internal")
    }
    cells = {audience: [str(row[1]) for row in rows] for audience, rows in tables.items()}
    assert "1" not in cells["public"]
    assert "1" in cells["internal"]


def test_few_who_are_not_vulnerable_are_not_told_by_subtraction(results):
    row = {"persons": 84, "vulnerable": 83, "service": "shelter", "link": "w", "display": "all"}
    assert _losers(book(results), row, "persons") == "≈83"
    plain = _losers(book(results), row | {"persons": 83}, "persons")
    assert ">83<" in str(plain)


def test_without_the_finding_there_is_no_page(results):
    left = {n: f for n, f in results.findings.items() if n != "space.fragility_groups"}
    assert firmness_page(book(SimpleNamespace(community=willow(), findings=left))) is None


def test_the_map_layers_tell_of_links_for_everybody_only_and_no_small_share(results):
    told = dict(layers(results, book(results)))
    assert set(told["space.critical_links"]["display"]) == {"all"}
    assert "uncovered_around" not in told["space.hollows"]
    assert len(results.findings["space.critical_links"].table["display"].unique()) > 1

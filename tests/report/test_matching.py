"""The page of matching explains each doubtful pair by its fields, and names nobody."""

import re

import pandas as pd
import pytest
from tests.report.books import book
from tests.report.sample import results

from renlin.report.figures.waterfall import Step, fall, waterfall
from renlin.report.pages.matching import DRAWN, matching
from renlin.study.results import Results

CANARY = "欧阳金丝雀"
WEIGHTS = {"name": 10.5, "birth": -7.9, "phone": -1.8, "address": 14.8, "number": 0.0, "sex": 0.0}


def doubt(number, probability, **other):
    row = {
        "doubt": f"d{number:04d}", "file": "registers/clinic.csv", "row": number + 2,
        "person": f"P-{number}", "with_file": "registers/household.csv", "with_row": number + 20,
        "state": "open", "probability": probability, "agree": "name;address", "near": "birth",
        "differ": "phone", "weights": ";".join(f"{k}:{v:+.1f}" for k, v in WEIGHTS.items()),
        "reason": "resembles", "decision": None, "decided_by": None, "decided_on": None,
    }  # fmt: skip
    return row | other


def opened(*doubts, audience="internal", language="zh"):
    run = results()
    files = ["registers/household.csv", "registers/clinic.csv", "registers/clinic.csv"]
    links = pd.DataFrame(
        {"link": ["l1", "l2", "l3"], "person": ["P-1", "P-1", "P-2"], "file": files,
         "row": [2, 2, 3], "step": ["first", "identity", "alone"], "name": [CANARY] * 3}
    )  # fmt: skip
    place = run.community.with_tables(links=links, doubtful=pd.DataFrame(list(doubts)))
    return book(Results(place, run.findings), audience=audience, language=language)


def texts(drawn):
    return re.findall(r"<text[^>]*>([^<]*)", drawn)


def pieces(page):
    return {piece.kind: piece for piece in page.pieces}


def test_steps_add_up_from_strangers_to_the_probability():
    one = fall("d", 0.8, [Step("name", 10.0), Step("birth", -3.0)], "a", "b")
    assert one.ends == pytest.approx([2.0 - 7.0, 5.0, 2.0])


@pytest.mark.parametrize("probability", [0.0, 1.0, float("nan")])
def test_a_pair_without_odds_cannot_be_drawn(probability):
    with pytest.raises(ValueError, match="not between"):
        fall("d", probability, [], "a", "b")


def test_what_speaks_for_one_person_is_filled_and_what_speaks_against_is_hollow():
    steps = [Step("name", 10.0), Step("birth", -3.0)]
    drawn = waterfall([fall("d", 0.8, steps, "a", "b")], "says", "even")
    boxes = re.findall(r"<rect[^>]*style=\"([^\"]*)\"", drawn)
    assert [style.startswith("fill:var(--ink)") for style in boxes] == [True, False]
    assert "fill:#fff;stroke" in boxes[1]
    assert {"+10.0", "−3.0"} <= set(texts(drawn))
    assert not re.findall(r"#(?!fff)[0-9a-fA-F]{3,6}", drawn)


def test_the_page_draws_the_pairs_nearest_to_even_odds_and_lists_all():
    chances = [0.51, 0.94, 0.6, 0.7, 0.8, 0.9, 0.999]
    page = matching(opened(*[doubt(at, p) for at, p in enumerate(chances, start=1)]))
    drawn = str(pieces(page)["figure"].picture)
    titles = [text for text in texts(drawn) if text.startswith("d0")]
    assert titles[0].startswith("d0001")
    assert len(titles) == DRAWN
    assert "d0007" not in drawn
    queue = next(p for p in page.pieces if p.kind == "section" and "7" in str(p.title))
    assert [row[0] for row in queue.parts[0].rows] == [f"d{n:04d}" for n in range(1, 8)]


def test_a_pair_the_cascade_merged_without_weights_is_listed_and_not_drawn():
    page = matching(opened(doubt(1, None, state="merged", weights=None)))
    assert "figure" not in pieces(page)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("audience", ["internal", "public"])
def test_no_value_of_anybody_stands_on_the_page(language, audience):
    page = matching(opened(doubt(1, 0.6), audience=audience, language=language))
    assert CANARY not in repr(page)
    assert "P-1" not in repr(page)


def test_the_public_is_told_how_many_pairs_wait_and_not_which_rows():
    page = matching(opened(doubt(1, 0.6), audience="public"))
    assert "figure" not in pieces(page)
    assert "clinic.csv 3" not in repr(page)
    assert "household.csv 21" not in repr(page)

"""The reach ledger: by what each group was first told, and who was told by nothing."""

from __future__ import annotations

import re

from tests.report.books import book, changed, without

from renlin.report.pages.reach import CHANNELS, reach
from renlin.simulation.notification import CHANNELS as SIMULATED

SCENARIO = "fire-stair"


def _told(cell):
    return re.sub(r"<[^>]*>", "", str(cell)).strip()


def test_every_channel_of_the_simulation_but_an_empty_home_has_a_place_in_the_ledger():
    assert {*CHANNELS, "nobody_home"} == set(SIMULATED)


def test_shares_are_of_those_at_home_and_add_up_with_those_nobody_told():
    made = reach(book(), SCENARIO)
    table = made.parts[0]
    assert [head.words for head in table.head][1:] == ["手机", "挨户敲门", "没人告诉"]
    for row in table.rows:
        shares = [float(_told(cell).rstrip("%")) for cell in row[1:]]
        assert shares == [50.0, 25.0, 25.0]


def test_a_group_under_k_has_no_row():
    small = changed(
        "simulation.groups",
        lambda rows: rows.assign(n=rows["n"].mask(rows["display"] == "wheelchair", 3)),
    )
    whole, hidden = (len(reach(book(made), SCENARIO).parts[0].rows) for made in (None, small))
    assert hidden == whole - 1


def test_the_note_says_what_every_scheme_leaves_untold():
    note = reach(book(language="en"), SCENARIO).parts[0].note
    assert note.startswith("Told by nobody: ")
    assert note.count("25%") == len(book().scheme_codes) + 1


def test_without_the_finding_there_is_no_ledger():
    assert reach(book(without("simulation.reach")), SCENARIO) is None

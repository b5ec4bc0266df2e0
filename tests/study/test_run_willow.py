"""Change one row and run again: exactly what depends on it changes, and nothing hides.

What a finding rests on is read from its provenance: the layers it hashed and the findings
it names as parents. A finding must get another id when, and only when, one of those came
out different; and no table may change under an id that stayed.
"""

from dataclasses import replace

import pandas as pd
import pytest
from tests.community.drawn import willow

from renlin.catalogue.load import Catalogue
from renlin.finding import content_hash
from renlin.study import run
from renlin.study.results import entries

FEW = {"seeds": 3, "dual_view_seeds": 2}


def quick(place):
    """Return ``place`` with so few seeds that a run is a matter of a second."""
    return replace(place, study=place.study.model_copy(update=FEW))


@pytest.fixture(scope="module")
def before():
    return run(quick(willow()))


def edited(table, key, column, value):
    """Return Willow with one cell changed."""
    place = willow()
    frame = place[table].copy()
    hit = frame.index[frame.iloc[:, 0] == key]
    assert len(hit) == 1
    frame.loc[hit, column] = value
    return quick(place.with_tables(**{table: frame}))


def other_id(before, after):
    return {name for name, one in before.findings.items() if after[name].id != one.id}


def other_table(before, after):
    return {name for name, one in before.findings.items() if after[name].content != one.content}


def expected(before, after):
    """Return the findings of which a hashed layer or a parent came out different."""
    changed = other_table(before, after)
    found = set()
    for name, one in before.findings.items():
        mine, its = one.provenance, after[name].provenance
        layer = any(its.inputs.get(k) != digest for k, digest in mine.inputs.items())
        if layer or set(mine.inputs) != set(its.inputs) or set(mine.parents) & changed:
            found.add(name)
    return found


CASES = {
    "a fact of Grandma Lin": ("facts", "f05", "value", "none"),
    "a fact that changes nobody's class": ("facts", "f09", "row", 33),
    "a hazard": ("hazards", "h1", "measure", 12.0),
    "a duty": ("duties", "d2", "accountable", "committee"),
    "a helper": ("helpers", "wu-helps", "strong", False),
    "the price of a measure": ("measures", "gate-open", "cost", 900.0),
}


SHORT = ("a fact of Grandma Lin",)
"""Row changed in the short form; the others in the campaign only."""


def cases():
    for name in CASES:
        marks = () if name in SHORT else (pytest.mark.campaign,)
        yield pytest.param(name, id=name.replace(" ", "-"), marks=marks)


@pytest.fixture(scope="module", params=cases())
def rerun(request):
    return CASES[request.param], run(edited(*CASES[request.param]))


def test_exactly_what_depends_on_the_row_gets_another_id(before, rerun):
    _, after = rerun
    moved = other_id(before, after)
    assert moved == expected(before, after)
    assert moved


def test_no_table_changes_under_an_id_that_stayed(before, rerun):
    _, after = rerun
    assert other_table(before, after) <= other_id(before, after)


def test_what_changed_reads_the_layer_itself_or_something_that_does(before, rerun):
    """Followed from the layer through every parent: nothing outside that reach may move."""
    (table, *_), after = rerun
    reach = set()
    for _ in before.findings:
        for name, one in before.findings.items():
            layers = {layer.split(":")[-1] for layer in one.provenance.inputs}
            if table in layers or set(one.provenance.parents) & reach:
                reach.add(name)
    assert other_id(before, after) <= reach


def test_a_changed_fact_reaches_the_plan_and_the_plan_says_why(before):
    after = run(edited("facts", "f05", "value", "none"))
    assert "governance.plans" in other_id(before, after)
    plan = after["governance.plans"].provenance
    assert "needs.indicators" in plan.parents
    assert "needs.evidence" in after["needs.indicators"].provenance.parents
    assert "facts" in after["needs.evidence"].provenance.inputs
    home = after["governance.plans"].table.set_index(["household", "scenario"])
    assert "oxygen" not in home.loc[("hu-lin", "quake"), "take"]


@pytest.mark.campaign
def test_a_changed_hazard_moves_only_what_depends_on_hazards(before):
    after = run(edited("hazards", "h1", "measure", 12.0))
    moved = other_id(before, after)
    assert {"space.inspections", "space.hazard", "governance.responses"} <= moved
    assert {name for name in moved if name.startswith("needs.")} <= {"needs.type_risks"}
    assert not moved & {
        "space.coverage",
        "governance.pairs",
        "governance.shortages",
        "study.paradox",
    }


@pytest.mark.campaign
def test_a_changed_duty_moves_the_list_the_responses_and_the_contradictions_alone(before):
    after = run(edited("duties", "d2", "accountable", "committee"))
    assert other_id(before, after) == {
        "governance.duties", "governance.responses", "space.contradictions",
        "space.contradiction_people", "space.contradiction_groups", "space.objections",
    }  # fmt: skip


def test_what_a_finding_says_it_read_is_what_stood_in_the_layer(before):
    place = before.community
    for finding in before.findings.values():
        for name, digest in finding.provenance.inputs.items():
            if name in place.tables and finding.name.split(".")[0] in ("simulation", "study"):
                assert digest == content_hash(place[name]), (finding.name, name)


def test_every_catalogue_entry_a_finding_cites_is_kept_beside_it(before):
    known = set(dict(entries(before.community.catalogue)))
    parts = set(Catalogue.__dataclass_fields__)
    for finding in before.findings.values():
        for made in finding.provenance.lineage.values():
            assert set(made.catalogue) <= known | parts, finding.name
        assert {name.split("/")[0] for name in finding.provenance.catalogue} <= parts | {"tiers"}


def test_all_four_stages_and_the_answers_are_there(before):
    stages = {name.split(".")[0] for name in before.findings}
    assert stages == {"needs", "space", "simulation", "governance", "study"}
    for name in ("pairs", "shortages", "lost_pairs", "support", "plans", "actions", "responses",
                 "unevaluated", "duties"):  # fmt: skip
        assert f"governance.{name}" in before.findings
    for name in ("paradox", "dual_view", "price", "portfolios", "frontier"):
        assert f"study.{name}" in before.findings


def test_the_world_with_the_pairs_is_simulated_and_judged_like_any_scheme(before):
    schemes = set(before["simulation.comparison"].table["scheme"])
    assert schemes == {"gate", "pair", "paired"}
    assert set(before["study.paradox"].table["scheme"]) == schemes


def test_no_scheme_of_willow_is_a_winner_inside_the_noise(before):
    """A verdict stands only on an interval that lies wholly on one side of zero."""
    table = before["simulation.comparison"].table
    decided = table[table["verdict"] != "undecided"]
    assert ((decided["low"] > 0) | (decided["high"] < 0)).all()
    flagged = before["study.paradox"].table.query("verdict == 'flagged'")
    assert (flagged["mean_high"] < 0).all()
    figures = before["study.dual_view"].table.query("kind == 'figure' and unit == 's'")
    named = figures[figures["better"] != ""]
    assert ((named["low"] > 0) | (named["high"] < 0)).all()


def test_money_of_both_views_stays_within_the_budget_of_the_study(before):
    rows = before["study.dual_view"].table.set_index("row")
    for view in ("universal", "equity", "person"):
        assert rows.loc["cost", view] <= rows.loc["budget", view] == 2500.0


def test_progress_is_told_and_a_stop_from_it_stops_the_run():
    told = []

    def stop(what, done, total):
        told.append((what, done, total))
        if "pairing" in what:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(quick(willow()), progress=stop)
    assert [done for _, done, _ in told] == [0, 1]


def test_facts_of_persons_stand_in_no_public_finding(before):
    """Ids of persons and households stay out of what everybody may read."""
    place = before.community
    secret = set(place["persons"]["person"]) | set(place["households"]["household"])
    for finding in before.findings.values():
        if finding.provenance.privacy == "public" and finding.name.split(".")[0] in (
            "governance", "study",
        ):  # fmt: skip
            cells = pd.DataFrame(finding.table).astype(str).to_numpy().ravel()
            assert not secret & set(cells), finding.name

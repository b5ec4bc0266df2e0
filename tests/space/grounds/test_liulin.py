"""The example community: what was planted on its grounds is found, and nothing else."""

import shutil
import sys
from pathlib import Path

import pytest

from renlin.community.folder import open_community
from renlin.intake.build import build
from renlin.space.grounds.assess import LUCK, PLACED, _around
from renlin.space.grounds.conversion import convert
from renlin.space.grounds.fitness import fitness
from renlin.space.grounds.leftovers import leftovers

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def liulin(tmp_path_factory):
    folder = tmp_path_factory.mktemp("built") / "liulin"
    shutil.copytree(ROOT / "examples" / "liulin", folder)
    build(folder)
    return open_community(folder)


@pytest.fixture(scope="module")
def planted():
    sys.path.insert(0, str(ROOT / "examples"))
    try:
        from liulin_generator import places
    finally:
        sys.path.remove(str(ROOT / "examples"))
    return places


def test_every_lack_that_was_planted_is_found_and_no_other(liulin, planted):
    table = fitness(_around(liulin), liulin.catalogue)
    found = {(r.space, r.check) for r in table[table["answer"] == "no"].itertuples()}
    assert found == {(s, check) for s, checks in planted.GROUND_FAULTS.items() for check in checks}


def test_what_the_survey_did_not_look_at_stays_unknown(liulin):
    table = fitness(_around(liulin), liulin.catalogue).set_index(["space", "check"])
    assert table.loc[("pit", "power"), "answer"] == "unknown"
    assert table.loc[("south-yard", "drained"), "answer"] == "unknown"


def test_the_plans_that_cannot_start_are_those_that_were_planted(liulin, planted):
    plans = convert(
        liulin["conversions"], liulin["spaces"], _around(liulin), liulin.catalogue, seed=LUCK
    ).plans
    stopped = plans[plans["state"] != "ready"]
    found = {(r.conversion, r.period, r.state) for r in stopped.itertuples()}
    assert found == set(planted.CONVERSION_FAULTS)


def test_the_sunken_yard_opens_sooner_by_day_than_at_night_and_sooner_than_the_ledger_says(liulin):
    plans = convert(
        liulin["conversions"], liulin["spaces"], _around(liulin), liulin.catalogue, seed=LUCK
    ).plans.set_index(["conversion", "period"])
    day, night = (plans.loc[("v-pit", period)] for period in ("day", "night"))
    assert day["p90"] < night["p90"]
    assert day["p90"] < day["stated_minutes"]


def test_ground_is_left_over_between_the_slabs(liulin):
    pieces = leftovers({name: liulin[name] for name in PLACED}, liulin.catalogue)
    assert len(pieces[pieces["kind"] == "ground"]) > 50
    concrete = liulin["buildings"].query("structure == 'rc_frame'")["building"]
    assert (pieces["kind"] == "roof").sum() >= len(concrete)

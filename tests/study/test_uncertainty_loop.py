"""The outer loop on Willow: draw 0 is the main run, the same seed the same bytes, and it stops."""

from functools import cache

import pandas as pd
import pytest
from tests.community.drawn import willow

from renlin.errors import SchemeFault
from renlin.finding import Finding
from renlin.needs import identify
from renlin.simulation import simulate
from renlin.study.chain import worlds
from renlin.study.uncertainty import vary

PLACE = willow()
NEEDS = identify(PLACE)
WORLDS = worlds(PLACE, ["gate", "pair"])
ONLY = ("parameters/carry_speed_stairs", "classes/adult", "scenarios/earthquake")


def varied(**named):
    options = {"draws": 3, "seeds": range(2), "only": ONLY} | named
    scenarios = [PLACE.scenarios[code] for code in options.pop("codes", ["quake"])]
    return vary(PLACE, NEEDS, schemes=WORLDS, scenarios=scenarios, **options)


@cache
def once():
    return varied()


def findings_of(made):
    return [one for one in vars(made).values() if isinstance(one, Finding)]


def test_draw_0_is_the_main_run():
    main = simulate(
        PLACE, NEEDS, schemes=WORLDS, scenarios=[PLACE.scenarios["quake"]], seeds=range(2)
    )
    groups = main.groups.table
    wanted = groups.groupby(["scheme", "display"])["mean_time"].mean()
    drawn = once().uncertainty_draws.table
    own = drawn[drawn["draw"] == 0].set_index(["scheme", "display"])["mean_time"]
    shared = wanted.index.intersection(own.index)
    assert {"all", "worst_decile", "wheelchair"} <= set(shared.get_level_values("display"))
    pd.testing.assert_series_equal(own[shared], wanted[shared], rtol=1e-5, check_names=False)


def test_a_draw_differs_from_the_catalogue_as_it_stands():
    drawn = once().uncertainty_draws.table
    own = drawn[(drawn["display"] == "all") & (drawn["scheme"] == "base")]
    assert own["mean_time"].nunique() == 4


def test_the_same_seed_gives_the_same_bytes():
    for first, second in zip(findings_of(once()), findings_of(varied()), strict=True):
        assert (first.id, first.content) == (second.id, second.content)


def test_adding_runs_changes_no_draw():
    more = varied(seeds=range(3))
    assert more.parameter_draws.content == once().parameter_draws.content
    assert more.uncertainty_draws.content != once().uncertainty_draws.content


def test_only_what_is_asked_for_and_read_is_varied():
    names = set(once().parameter_draws.table["parameter"])
    assert "parameters/carry_speed_stairs" in names
    assert "classes/adult/speed_level" in names
    assert all(name.startswith(ONLY) for name in names)
    assert "scenarios/earthquake/aftershock_delay" not in names  # nobody reads it
    unbounded = once().rank_stability.provenance.parameters["read_without_bounds"]
    assert "parameters/time_step" in unbounded


def test_a_number_the_scenario_states_itself_is_not_varied():
    stated = PLACE.scenarios["quake"].model_copy(update={"parameters": {"shaking": 20.0}})
    made = vary(
        PLACE, NEEDS, schemes=WORLDS, scenarios=[stated], draws=2, seeds=range(2), only=ONLY
    )
    assert "scenarios/earthquake/shaking" in set(once().parameter_draws.table["parameter"])
    assert "scenarios/earthquake/shaking" not in set(made.parameter_draws.table["parameter"])


def test_every_scenario_has_its_own_rows_and_only_its_own_drivers():
    made = varied(codes=["quake", "fire-a"], draws=2)
    assert set(made.rank_stability.table["scenario"]) == {"quake", "fire-a"}
    drivers = made.influence.table
    fire = set(drivers[drivers["scenario"] == "fire-a"]["parameter"])
    assert "classes/adult/speed_level" in fire
    assert not any(name.startswith("scenarios/earthquake") for name in fire)


def test_places_of_a_scheme_are_counted_over_all_draws():
    table = once().rank_stability.table
    ranks = [name for name in table.columns if name.startswith("rank_")]
    assert len(ranks) == 3
    assert (table[ranks].sum(axis=1) == 3).all()
    assert table.loc[table["scheme"] == "base", "holds"].isna().all()


def test_every_finding_says_what_it_rests_on():
    made = once()
    assert made.influence.provenance.parents.keys() == {
        "study.uncertainty_draws", "study.parameter_draws",
    }  # fmt: skip
    for finding in findings_of(made):
        told, key = set(finding.provenance.lineage), set(finding.provenance.key)
        assert set(finding.table.columns) - key <= told, finding.name
        assert finding.provenance.seeds == (0, 1)


def test_progress_counts_every_run_and_can_stop_the_job():
    seen = []
    varied(progress=lambda what, done, total: seen.append((done, total)))
    assert seen[-1][0] == seen[-1][1] == len(seen)

    def stop(what, done, total):
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        varied(progress=stop)


def test_without_a_scheme_there_is_no_order():
    with pytest.raises(SchemeFault, match="at least one scheme"):
        vary(
            PLACE, NEEDS, schemes={"base": PLACE}, scenarios=[PLACE.scenarios["quake"]],
            draws=1, seeds=range(2),
        )  # fmt: skip

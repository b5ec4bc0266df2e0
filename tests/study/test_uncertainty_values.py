"""What may be off is found in the catalogue, moved within its bounds, and drawn evenly."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import triang

from renlin.catalogue.load import load
from renlin.catalogue.models import Value
from renlin.errors import SchemeFault
from renlin.simulation.luck import sample
from renlin.study.uncertainty.doubts import Doubt, doubts, narrowed, scaled
from renlin.study.uncertainty.held import values_of, watched, with_values
from renlin.study.uncertainty.latin import design, hypercube


@cache
def catalogue():
    return load()


@cache
def values():
    return values_of(catalogue())


def doubt(name):
    return doubts(values(), [name], catalogue())[name]


def point(low, value, high, unit="s"):
    stated = Value(value=value, low=low, high=high, unit=unit, source="assumption")
    return Doubt("parameters/made_up", stated, "range", low, high)


def test_values_are_named_by_part_entry_and_field():
    known = {
        "parameters/storey_height", "classes/adult/speed_level", "presence/general/2",
        "scenarios/flood/depth", "premovement/earthquake", "structures/timber/drift_per_g",
    }  # fmt: skip
    assert known <= set(values())


def test_a_catalogue_with_its_own_values_put_back_is_the_same():
    again = with_values(catalogue(), values())
    for part in ("parameters", "classes", "scenarios", "presence", "structures", "facilities"):
        assert again.digest(part) == catalogue().digest(part)


def test_putting_one_value_changes_that_one_alone():
    other = values()["classes/adult/dwell"].model_copy(update={"value": 7.0})
    again = values_of(with_values(catalogue(), {"classes/adult/dwell": other}))
    changed = {name for name, value in again.items() if value != values()[name]}
    assert changed == {"classes/adult/dwell"}


def test_a_watched_catalogue_tells_which_numbers_were_read_and_gives_the_same():
    seen = []
    spied = watched(catalogue(), seen.append)
    assert spied.number("storey_height") == catalogue().number("storey_height")
    assert spied.classes["adult"].speed_level.unit == "m/s"
    assert spied.classes["child"].dwell.value == 30.0
    assert seen == ["parameters/storey_height", "classes/child/dwell"]


def test_a_number_with_bounds_is_varied_over_them_and_one_without_is_not():
    found = doubts(values(), ["parameters/storey_height", "parameters/adult_age"], catalogue())
    assert list(found) == ["parameters/storey_height"]
    assert (found["parameters/storey_height"].low, found["parameters/storey_height"].high) == (
        2.6, 3.3,
    )  # fmt: skip


def test_where_persons_differ_only_the_location_is_in_doubt():
    adult = doubt("classes/adult/speed_level")  # 1.34 m/s, sd 0.26, confidence B: 0.25 sd
    assert adult.kind == "location"
    assert adult.low == pytest.approx(1.34 - 0.25 * 0.26)
    assert adult.high == pytest.approx(1.34 + 0.25 * 0.26)


def test_a_median_is_in_doubt_by_a_factor():
    fire = doubt("premovement/fire_same_stair")  # 90 s, sd of the logarithm 0.84, confidence C
    assert fire.high / fire.value.value == pytest.approx(np.exp(0.5 * 0.84))
    assert fire.low * fire.high == pytest.approx(90.0**2)


@given(st.floats(0.0, 1.0), st.floats(0, 10), st.floats(0, 10), st.floats(0.1, 10))
def test_the_draw_is_the_inverse_of_the_triangle(share, low, up, down):
    made = point(low, low + up, low + up + down)
    wide = up + down
    assert made.number(share) == pytest.approx(
        triang.ppf(share, up / wide, loc=low, scale=wide), abs=1e-6
    )


def test_a_value_at_its_bound_is_drawn_on_the_one_side():
    assert [point(0.5, 1.0, 1.0).number(share) for share in (0.0, 0.25, 1.0)] == [0.5, 0.75, 1.0]
    assert point(0.5, 1.0, 1.0).one_sided
    assert not point(0.5, 0.9, 1.0).one_sided


def test_counts_stay_whole():
    drawn = [point(1.0, 4.0, 12.0, unit="teams").number(s) for s in np.linspace(0, 1, 50)]
    assert all(number == int(number) for number in drawn)
    assert min(drawn) == 1.0
    assert max(drawn) == 12.0


@pytest.mark.parametrize(
    "name",
    ["classes/adult/speed_level", "classes/adult/speed_down", "premovement/fire_same_stair",
     "premovement/fds_gamma", "premovement/fds_weibull"],
)  # fmt: skip
def test_a_scaled_distribution_gives_the_scaled_draw_of_the_same_luck(name):
    luck = np.linspace(0.01, 0.99, 25)
    value = values()[name]
    assert sample(scaled(value, 1.2), luck) == pytest.approx(1.2 * sample(value, luck))


def test_what_a_scheme_improves_stays_improved_whatever_the_catalogue_says():
    stairs = doubt("parameters/carry_speed_stairs")  # 0.21, from 0.11 to 0.6
    chairs = stairs.value.model_copy(update={"value": 0.405})  # half way up to 0.6
    assert stairs.moved(stairs.value, 0.4).value == 0.4
    assert stairs.moved(chairs, 0.4).value == pytest.approx(0.5)
    assert stairs.moved(chairs, 0.6).value == pytest.approx(0.6)


def test_a_study_may_name_a_value_or_what_names_begin_with():
    known = doubts(values(), values(), catalogue())
    chosen = narrowed(known, values(), ["classes/adult", "parameters/storey_height"])
    assert "parameters/storey_height" in chosen
    assert "classes/adult/speed_level" in chosen
    assert len({name.rsplit("/", 1)[0] for name in chosen}) == 2


def test_an_unknown_name_is_refused_with_the_nearest_one():
    wanted = ["parameters/storey_hight", "classes/adult"]
    with pytest.raises(SchemeFault) as caught:
        narrowed(doubts(values(), values(), catalogue()), values(), wanted)
    [fault] = caught.value.faults
    assert fault.got.en == "parameters/storey_hight"
    assert "parameters/storey_height" in fault.remedy.en


def test_a_name_that_nothing_reads_here_leaves_nothing_to_vary():
    known = doubts(values(), ["parameters/storey_height"], catalogue())
    with pytest.raises(SchemeFault, match="scenarios/flood: none"):
        narrowed(known, values(), ["scenarios/flood"])


@given(st.integers(2, 60), st.integers(0, 5))
def test_every_stratum_of_every_value_is_drawn_once(n, seed):
    cube = hypercube(["a", "b", "c"], n, seed=seed)
    strata = np.sort((cube * n).astype(int), axis=0)
    assert (strata == np.arange(n)[:, None]).all()


def test_leaving_a_value_out_changes_no_other_column():
    whole, part = hypercube(["a", "b", "c"], 20), hypercube(["a", "c"], 20)
    assert (whole[:, [0, 2]] == part).all()


def test_the_same_seed_gives_the_same_draws_and_another_seed_others():
    assert (hypercube(["a"], 9, seed=1) == hypercube(["a"], 9, seed=1)).all()
    assert (hypercube(["a"], 9, seed=1) != hypercube(["a"], 9, seed=2)).any()


def test_columns_are_of_their_own_order():
    cube = hypercube([f"v{i}" for i in range(40)], 200)
    among = np.corrcoef(cube.T) - np.eye(40)
    assert np.abs(among).max() < 5 / np.sqrt(200)


def test_numbers_of_a_design_keep_their_bounds():
    listed = list(doubts(values(), values(), catalogue()).values())
    table = design(listed, 10)
    assert table.shape == (10, len(listed))
    assert (table >= [d.low for d in listed]).all()
    assert (table <= [d.high for d in listed]).all()

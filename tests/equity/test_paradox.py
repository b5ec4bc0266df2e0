"""The efficiency paradox: planted, mirrored, honest, noisy, unknown."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.equity.outcomes import Outcome, pair_persons
from renlin.equity.paradox import detect, detect_schemes, verdict_table
from renlin.errors import DataFault

SEEDS = list(range(30))
GROUPS = pd.Series(
    ["able"] * 80 + ["older"] * 15 + ["wheelchair"] * 5, index=[f"p{i:03d}" for i in range(100)]
)
LEVEL = {"able": 200.0, "older": 300.0, "wheelchair": 500.0}


def _times(change=None, *, noise=0.0, luck=1):
    """Seconds to the gate; everybody meets the same luck under every scheme."""
    rng = np.random.default_rng(luck)
    shared = rng.normal(0.0, 20.0, (100, 30))
    own = np.random.default_rng(99).normal(0.0, 1.0, (100, 30)) * noise
    base = GROUPS.map(LEVEL).to_numpy()[:, None] + shared + own
    shift = GROUPS.map(change or dict.fromkeys(LEVEL, 0.0)).to_numpy(dtype=float)
    return pd.DataFrame(base + shift[:, None], index=GROUPS.index, columns=SEEDS)


def _verdict(change, *, noise=0.0, groups=GROUPS, **options):
    pair = pair_persons(_times(), _times(change, noise=noise), None, groups)
    return detect(*pair, **options)


PARADOX = {"able": -20.0, "older": 0.0, "wheelchair": 90.0}
MIRROR = {name: -step for name, step in PARADOX.items()}


def test_a_better_mean_with_a_worse_wheelchair_group_is_flagged():
    verdict = _verdict(PARADOX)
    assert verdict.answer == "flagged"
    assert verdict.forms == ("worst_off_loses", "gap_widens")
    assert verdict.worst_off == ("wheelchair",)
    assert verdict.losing == ("wheelchair",)
    assert verdict.gaining == ("able",)


def test_the_mirror_image_is_not_flagged():
    assert _verdict(MIRROR).answer == "not_found"


def test_base_and_scheme_exchanged_are_not_flagged():
    base, scheme = pair_persons(_times(), _times(PARADOX), None, GROUPS)
    assert detect(scheme, base).answer == "not_found"


def test_an_honest_scheme_is_not_found():
    verdict = _verdict({"able": -10.0, "older": -20.0, "wheelchair": -60.0})
    assert verdict.answer == "not_found"
    assert verdict.forms == verdict.possible_forms == ()
    assert verdict.gap_after < verdict.gap_before


def test_everybody_gains_but_the_well_off_more_is_flagged_for_the_gap_alone():
    verdict = _verdict({"able": -50.0, "older": -20.0, "wheelchair": -10.0})
    assert verdict.answer == "flagged"
    assert verdict.forms == ("gap_widens",)
    assert verdict.losing == ()


def test_the_worst_off_lose_while_the_gap_narrows_is_flagged_for_them_alone():
    base = _outcome(mean=5.0, able=1.0, older=5.0, wheelchair=9.0)
    scheme = _outcome(mean=4.0, able=4.0, older=4.0, wheelchair=9.5)
    verdict = detect(base, scheme)
    assert verdict.forms == ("worst_off_loses",)
    assert (verdict.gap_before, verdict.gap_after) == (8.0, 5.5)


def test_losing_without_being_worst_off_is_reported_but_is_not_the_paradox():
    verdict = _verdict({"able": -20.0, "older": 15.0, "wheelchair": -60.0})
    assert verdict.losing == ("older",)
    assert verdict.answer == "not_found"


def test_a_group_that_becomes_worse_off_than_any_was_fires_the_first_form():
    verdict = _verdict({"able": -60.0, "older": 250.0, "wheelchair": -10.0})
    row = verdict.table.set_index("measure").loc["worst_level"]
    assert row["state"] == "worse"
    assert "worst_off_loses" in verdict.forms


def test_a_worse_mean_is_not_the_paradox_whatever_the_gap():
    verdict = _verdict({"able": 5.0, "older": 5.0, "wheelchair": 50.0})
    assert verdict.answer == "not_found"
    assert verdict.table.iloc[0]["state"] == "worse"


def test_a_scheme_that_changes_nothing_is_not_found_in_spite_of_float_noise():
    base = _times()
    again = base * 0.1 * 10.0
    assert (again != base).any(axis=None)
    verdict = detect(*pair_persons(base, again, None, GROUPS))
    assert verdict.answer == "not_found"
    assert set(verdict.table["state"]) == {"unchanged"}


def test_noise_around_no_change_is_undecided():
    verdict = _verdict(dict.fromkeys(LEVEL, 0.0), noise=400.0)
    assert verdict.answer == "undecided"
    assert verdict.possible_forms


def test_a_sure_loss_with_an_unsure_mean_is_undecided():
    verdict = _verdict({"able": -5.0, "older": 0.0, "wheelchair": 200.0}, noise=300.0)
    table = verdict.table.set_index(["measure", "group"])
    assert table.at[("mean", ""), "state"] == "undecided"
    assert table.at[("group", "wheelchair"), "state"] == "worse"
    assert verdict.answer == "undecided"
    assert "worst_off_loses" in verdict.possible_forms


def test_a_single_run_is_undecided():
    pair = pair_persons(_times()[[0]], _times(PARADOX)[[0]], None, GROUPS)
    verdict = detect(*pair)
    assert verdict.answer == "undecided"
    assert verdict.n_seeds == 1


def test_a_gap_that_widens_below_the_rounding_is_seen():
    base = _outcome(mean=10.0, able=5.0, slow=10.001)
    scheme = _outcome(mean=9.0, able=4.998, slow=10.0)
    verdict = detect(base, scheme)
    assert verdict.forms == ("gap_widens",)
    assert round(verdict.gap_before, 2) == round(verdict.gap_after, 2)
    assert verdict.gap_after - verdict.gap_before == pytest.approx(0.001)


def test_goods_are_judged_upside_down():
    times, other = _times(), _times(PARADOX)
    pair = pair_persons(-times, -other, None, GROUPS, worse="lower")
    verdict = detect(*pair, worse="lower")
    burden = _verdict(PARADOX)
    assert (verdict.answer, verdict.forms) == (burden.answer, burden.forms)
    assert (verdict.worst_off, verdict.losing) == (burden.worst_off, burden.losing)
    assert verdict.gap_after == pytest.approx(burden.gap_after)
    change = verdict.table.set_index(["measure", "group"])["change"]
    assert change[("group", "wheelchair")] == pytest.approx(-90.0)


@pytest.mark.parametrize("change", [PARADOX, MIRROR, {"able": -1.0, "older": 2.0, "wheelchair": 0}])
@settings(max_examples=15, deadline=None)
@given(names=st.permutations(["able", "older", "wheelchair"]), seed=st.integers(0, 99))
def test_names_and_order_of_groups_persons_and_seeds_play_no_part(change, names, seed):
    plain = _verdict(change)
    renamed = GROUPS.map(dict(zip(LEVEL, names, strict=True)))
    rows = np.random.default_rng(seed).permutation(100)
    runs = np.random.default_rng(seed + 1).permutation(30)
    base, scheme = _times().iloc[rows, runs], _times(change).iloc[rows]
    verdict = detect(*pair_persons(base, scheme, None, renamed))
    assert (verdict.answer, verdict.forms) == (plain.answer, plain.forms)
    assert (verdict.gap_before, verdict.gap_after) == pytest.approx(
        (plain.gap_before, plain.gap_after), rel=1e-12
    )
    back = dict(zip(names, LEVEL, strict=True))
    assert sorted(back[g] for g in verdict.losing) == list(plain.losing)


def test_two_groups_equally_worst_off_are_both_watched():
    base = _outcome(mean=5.0, able=1.0, alone=9.0, wheelchair=9.0)
    scheme = _outcome(mean=4.0, able=1.0, alone=9.5, wheelchair=3.0)
    for pair in ((base, scheme), (_swapped(base), _swapped(scheme))):
        verdict = detect(*pair)
        assert verdict.worst_off == ("alone", "wheelchair")
        assert verdict.answer == "flagged"


def test_the_worst_tenth_alone_can_fire():
    base = _outcome(mean=5.0, able=1.0, slow=9.0)
    scheme = replace(_outcome(mean=4.0, able=1.0, slow=8.0), worst_decile=_column(12.0))
    verdict = detect(base, scheme)
    assert verdict.forms == ("worst_off_loses",)


def test_overlapping_groups_and_the_rest_are_compared():
    membership = pd.DataFrame(
        {"wheelchair": GROUPS == "wheelchair", "elder": GROUPS != "able"}, index=GROUPS.index
    )
    verdict = _verdict(PARADOX, groups=membership)
    groups = verdict.table.query("measure == 'group'").set_index("group")
    assert groups["persons"].to_dict() == {"elder": 20, "rest": 80, "wheelchair": 5}
    assert verdict.answer == "flagged"


def test_a_person_lost_under_the_scheme_cannot_improve_the_mean():
    base, scheme = _times(), _times()
    scheme.loc["p099"] = np.nan
    pair = pair_persons(base, scheme, None, GROUPS)
    pd.testing.assert_series_equal(pair.base.mean, pair.scheme.mean)
    verdict = detect(*pair)
    assert verdict.n_unpaired == verdict.n_unknown == 30
    assert verdict.answer == "undecided"


def test_persons_unknown_on_both_sides_are_counted_and_do_not_block_the_verdict():
    base, scheme = _times(), _times({"able": -10.0, "older": -20.0, "wheelchair": -60.0})
    base.loc["p000"] = scheme.loc["p000"] = np.nan
    verdict = detect(*pair_persons(base, scheme, None, GROUPS))
    assert (verdict.n_unknown, verdict.n_unpaired) == (30, 0)
    assert verdict.answer == "not_found"


def test_the_pair_is_worked_by_hand():
    base = pd.DataFrame({7: [10.0, 20.0, 60.0]}, index=["wu", "chen", "lin"])
    scheme = pd.DataFrame({7: [70.0, 4.0, 10.0]}, index=["lin", "wu", "chen"])
    weights = pd.Series([1.0, 2.0, 1.0], index=["lin", "wu", "chen"])
    pair = pair_persons(base, scheme, weights, pd.Series(["a", "a", "b"], index=base.index))
    assert pair.base.mean[7] == 25.0
    assert pair.scheme.mean[7] == 22.0
    assert pair.base.groups.loc[7].to_dict() == {"a": pytest.approx(40 / 3), "b": 60.0}
    assert pair.scheme.worst_decile[7] == 70.0


def test_a_run_in_which_a_group_is_unknown_leaves_that_group_and_the_gap_out():
    base = _outcome(mean=5.0, able=1.0, slow=9.0)
    scheme = _outcome(mean=4.0, able=1.0, slow=8.0)
    scheme.groups.loc[SEEDS[:28], "slow"] = np.nan
    rows = detect(base, scheme).table.set_index(["measure", "group"])["n_seeds"]
    assert rows[("group", "slow")] == rows[("gap", "")] == 2
    assert rows[("mean", "")] == 30


def test_a_group_that_is_wholly_unknown_clears_nobody():
    base = _outcome(mean=5.0, able=1.0, slow=9.0)
    scheme = _outcome(mean=4.0, able=1.0, slow=np.nan)
    assert detect(base, scheme).answer == "undecided"


def test_other_seeds_or_groups_are_refused_together():
    base = _outcome(mean=5.0, able=1.0, slow=9.0)
    other = _outcome(mean=5.0, able=1.0, old=9.0)
    other = replace(other, mean=other.mean.iloc[1:])
    with pytest.raises(DataFault) as caught:
        detect(base, other)
    assert {fault.column for fault in caught.value.faults} == {"seeds", "groups"}


def test_one_group_has_no_gap_and_is_refused():
    with pytest.raises(DataFault, match="two groups"):
        detect(_outcome(mean=5.0, able=1.0), _outcome(mean=5.0, able=1.0))


def test_a_misspelt_direction_is_refused_before_it_turns_the_verdict_round():
    with pytest.raises(DataFault, match="Did you mean higher"):
        _verdict(PARADOX, worse="highr")


def test_the_same_seed_gives_the_same_verdict_to_the_last_bit():
    one, two = _verdict(PARADOX, noise=30.0, seed=5), _verdict(PARADOX, noise=30.0, seed=5)
    pd.testing.assert_frame_equal(one.table, two.table, check_exact=True)


def test_schemes_are_listed_together_with_p_values_adjusted_for_their_number():
    base = pair_persons(_times(), _times(), None, GROUPS).base
    schemes = {
        name: pair_persons(_times(), _times(change, noise=40.0), None, GROUPS).scheme
        for name, change in (("gate", PARADOX), ("ramp", MIRROR))
    }
    table = verdict_table(detect_schemes(base, schemes))
    assert table.groupby("scheme_name")["answer"].first().to_dict() == {
        "gate": "flagged",
        "ramp": "not_found",
    }
    means = table.query("measure == 'mean'")
    smallest = means["p"].idxmin()
    assert means.at[smallest, "p_holm"] == pytest.approx(2 * means.at[smallest, "p"])


def _column(value):
    return pd.Series([value] * 30, index=SEEDS)


def _outcome(*, mean, **groups):
    table = pd.DataFrame({name: _column(value) for name, value in groups.items()})
    return Outcome(_column(mean), table, _column(max(groups.values())))


def _swapped(outcome):
    return replace(outcome, groups=outcome.groups[outcome.groups.columns[::-1]])

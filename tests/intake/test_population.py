"""A synthetic population meets its margins, whole households, by lot and not by order."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.catalogue.load import load
from renlin.errors import DataFault
from renlin.intake.fitting import Constraint, fitted, largest_remainder, reached, whole_numbers
from renlin.intake.household_sample import household_sample
from renlin.intake.lodging import lodged
from renlin.intake.margins import Margin, band, conditions, in_order, margins_of
from renlin.intake.population import make_population
from renlin.intake.traits import Subjects, traits

KINDS = ("courtyard", "work_unit", "modern")


@pytest.fixture(scope="module")
def catalogue():
    return load()


@pytest.fixture(scope="module")
def homes():
    rows = [
        (f"b{b}", f"b{b}-{unit}", floor, 800.0 + 100 * b, b == 3)
        for b in range(4)
        for unit in (1, 2)
        for floor in range(1, 6)
    ]
    return pd.DataFrame(rows, columns=["building", "entrance", "floor", "area", "floor_doubtful"])


@pytest.fixture(scope="module")
def people(catalogue, homes):
    return make_population(2000, homes, catalogue, kind="work_unit", seed=7)


class TestFitting:
    def test_one_margin_scales_what_it_counts(self):
        a = Constraint("a", np.array([1.0, 0.0]), np.ones(2), 0.8)
        b = Constraint("b", np.array([0.0, 1.0]), np.ones(2), 0.2)
        assert fitted(np.array([0.5, 0.5]), [a, b]) == pytest.approx([0.8, 0.2])

    def test_two_margins_keep_the_odds_of_the_prior(self):
        """Row and column shares of a 2 x 2 table with odds ratio 1 are their products."""
        row, column = np.array([1.0, 1, 0, 0]), np.array([1.0, 0, 1, 0])
        wanted = [
            Constraint("row", row, np.ones(4), 0.6),
            Constraint("not row", 1 - row, np.ones(4), 0.4),
            Constraint("column", column, np.ones(4), 0.3),
            Constraint("not column", 1 - column, np.ones(4), 0.7),
        ]
        assert fitted(np.full(4, 0.25), wanted) == pytest.approx([0.18, 0.42, 0.12, 0.28], abs=1e-6)

    def test_households_and_persons_are_met_at_once(self):
        """Singles, couples without and with one old member: half singles, 1 in 4 persons old."""
        singles, persons = np.array([1.0, 0.0, 0.0]), np.array([1.0, 2.0, 2.0])
        old = np.array([0.0, 0.0, 1.0])
        wanted = [
            Constraint("singles", singles, np.ones(3), 0.5),
            Constraint("couples", 1 - singles, np.ones(3), 0.5),
            Constraint("old", old, persons, 0.25),
            Constraint("young", persons - old, persons, 0.75),
        ]
        shares = fitted(np.full(3, 1 / 3), wanted)
        assert shares == pytest.approx([0.5, 0.125, 0.375], abs=1e-6)
        assert reached(shares, wanted[2]) == pytest.approx(0.25, abs=1e-6)

    def test_margins_that_contradict_are_refused_with_what_was_reached(self):
        a = Constraint("a", np.array([1.0, 0.0]), np.ones(2), 0.8)
        b = Constraint("b", np.array([1.0, 0.0]), np.ones(2), 0.3)
        with pytest.raises(DataFault) as caught:
            fitted(np.array([0.5, 0.5]), [a, b])
        assert {fault.column for fault in caught.value.faults} <= {"a", "b"}

    def test_a_category_nobody_can_be_in_is_refused(self):
        a = Constraint("a", np.zeros(2), np.ones(2), 0.5)
        with pytest.raises(DataFault, match="no better than 0"):
            fitted(np.array([0.5, 0.5]), [a])

    @settings(max_examples=20, deadline=None)
    @given(shares=st.lists(st.integers(0, 9), min_size=1, max_size=6), total=st.integers(0, 500))
    def test_largest_remainder_sums_and_stays_within_one(self, shares, total):
        if sum(shares) == 0:
            return
        weights = np.array(shares, dtype=float)
        parts = largest_remainder(weights, total)
        assert parts.sum() == total
        assert (np.abs(parts - weights / weights.sum() * total) < 1).all()

    def test_whole_numbers_keep_the_first_target_exactly(self):
        size = np.array([1.0, 2.0, 3.0])
        counts = np.column_stack([size, np.eye(3)])
        expected = np.array([10.4, 7.3, 3.2])
        numbers = whole_numbers(
            expected, ("a", "b", "c"), np.array([35.0, 10, 8, 3]), counts, seed=1
        )
        assert numbers @ size == 35
        assert (np.abs(numbers - expected) < 1.5).all()


class TestSample:
    def test_every_household_is_possible_and_spelt_out_once(self, catalogue):
        sample = household_sample(catalogue)
        assert len(set(sample.codes)) == len(sample.codes)
        assert sample.prior.sum() == pytest.approx(1)
        least = catalogue.number("parent_gap_least")
        for group in sample.members:
            heads = [m for m in group if m.role == "head"]
            assert len(heads) == 1
            children = [m for m in group if m.role == "child"]
            assert all(heads[0].high - child.low >= least for child in children)

    def test_partners_are_a_man_and_a_woman_and_the_prior_does_not_prefer_either(self, catalogue):
        sample = household_sample(catalogue)
        couples = [g for g in sample.members if any(m.role == "spouse" for m in g)]
        assert all(
            {m.sex for m in g if m.role in ("head", "spouse")} == {"male", "female"}
            for g in couples
        )


class TestMargins:
    def test_shipped_margins_of_every_kind_are_sound(self, catalogue):
        for kind in KINDS:
            for margin in margins_of(catalogue, kind):
                assert sum(margin.shares.values()) == pytest.approx(1)

    def test_bands_and_conditions_are_read(self):
        assert band("60-69", oldest=100) == (60, 69)
        assert band("80+", oldest=100) == (80, 100)
        assert band("3", oldest=100) == (3, 3)
        assert band("old", oldest=100) is None
        assert band("9-3", oldest=100) is None
        assert conditions("age=60-69|80+;sex=female") == (
            ("age", ("60-69", "80+")),
            ("sex", ("female",)),
        )

    def overlaid(self, tmp_path, *rows):
        heading = "code,kind,level,margin,given,category,share,source,verified,note"
        lines = [f"x{n},{row},assumption,false," for n, row in enumerate(rows)]
        (tmp_path / "margins.csv").write_text("\n".join([heading, *lines]), encoding="utf-8")
        return load(tmp_path)

    def test_a_communitys_own_margin_replaces_the_shipped_one_whole(self, tmp_path):
        own = self.overlaid(
            tmp_path, "modern,household,size,,1,0.5", "modern,household,size,,2+,0.5"
        )
        sizes = next(m for m in margins_of(own, "modern") if m.name == "size")
        assert dict(sizes.shares) == {"1": 0.5, "2+": 0.5}

    def test_all_faults_of_margins_come_at_once(self, tmp_path):
        own = self.overlaid(
            tmp_path,
            "modern,household,size,,1,0.9",
            "modern,person,sex,,mal,1.0",
            "modern,person,has_smart_devise,,yes,1.0",
        )
        with pytest.raises(DataFault) as caught:
            margins_of(own, "modern")
        text = caught.value.text("en")
        assert "a sum of 0.9" in text
        assert "Did you mean male?" in text
        assert "Did you mean has_smart_device?" in text

    def test_an_age_category_that_cuts_a_band_is_refused_with_the_bands(self, tmp_path, homes):
        own = self.overlaid(tmp_path, "modern,person,age,,0-62,0.8", "modern,person,age,,63+,0.2")
        with pytest.raises(DataFault, match="60-64") as caught:
            make_population(50, homes, own, kind="modern", seed=1)
        assert len(caught.value.faults) == 2

    def test_a_margin_comes_after_what_its_condition_speaks_of(self):
        aid = Margin("walking_aid", "person", (("adl_level", ("3",)),), {"none": 1.0})
        level = Margin("adl_level", "person", (), {"3": 1.0})
        assert [m.name for m in in_order([aid, level])] == ["adl_level", "walking_aid"]

    def test_conditions_that_lead_back_are_refused(self):
        a = Margin("a", "person", (("b", ("x",)),), {"y": 1.0})
        b = Margin("b", "person", (("a", ("y",)),), {"x": 1.0})
        with pytest.raises(DataFault, match="wait for each other"):
            in_order([a, b])


class TestTraits:
    def subjects(self, n=10):
        ages = np.arange(55, 55 + n)
        return Subjects([f"p{i}" for i in range(n)], {"age": ages})

    def test_each_category_gets_its_share_of_those_it_speaks_of(self):
        margin = Margin("m", "person", (("age", ("60+",)),), {"no": 0.6, "yes": 0.4})
        words = traits(self.subjects(), [margin], seed=1, oldest=100)["m"]
        assert [w is None for w in words] == [True] * 5 + [False] * 5
        assert sorted(w for w in words if w) == ["no"] * 3 + ["yes"] * 2

    def test_the_lot_belongs_to_the_person_and_not_to_the_place(self):
        margin = Margin("m", "person", (), {"no": 0.5, "yes": 0.5})
        one = self.subjects()
        back = Subjects(one.ids[::-1], {"age": one.known["age"][::-1]})
        first = dict(zip(one.ids, traits(one, [margin], seed=1, oldest=100)["m"], strict=True))
        again = dict(zip(back.ids, traits(back, [margin], seed=1, oldest=100)["m"], strict=True))
        assert first == again

    def test_two_conditions_that_hold_for_one_person_are_refused(self):
        a = Margin("m", "person", (("age", ("50-60",)),), {"yes": 1.0})
        b = Margin("m", "person", (("age", ("60-70",)),), {"no": 1.0})
        with pytest.raises(DataFault, match="two that hold"):
            traits(self.subjects(), [a, b], seed=1, oldest=100)

    def test_a_condition_on_nothing_known_is_refused(self):
        margin = Margin("m", "person", (("income", ("low",)),), {"yes": 1.0})
        with pytest.raises(DataFault, match="income"):
            traits(self.subjects(), [margin], seed=1, oldest=100)


class TestLodging:
    def test_buildings_get_households_by_floor_area(self, homes):
        made = lodged([f"h{n:03d}" for n in range(100)], homes, seed=1)
        per_building = made["entrance"].str.slice(0, 2).value_counts().sort_index()
        areas = homes.groupby("building")["area"].sum()
        assert per_building.to_numpy() == pytest.approx(areas / areas.sum() * 100, abs=1)

    def test_landings_of_a_building_are_filled_evenly(self, homes):
        made = lodged([f"h{n:03d}" for n in range(100)], homes, seed=1)
        spots = made.groupby([made["entrance"].str.slice(0, 2), "entrance", "floor"]).size()
        for _, numbers in spots.groupby(level=0):
            assert numbers.max() - numbers.min() <= 1

    def test_no_two_households_share_a_door(self, homes):
        made = lodged([f"h{n:03d}" for n in range(100)], homes, seed=1)
        assert made["dwelling"].is_unique
        assert sorted(made["household"]) == [f"h{n:03d}" for n in range(100)]

    def test_neither_order_changes_who_lives_where(self, homes):
        ids = [f"h{n:03d}" for n in range(40)]
        one = lodged(ids, homes, seed=1)
        other = lodged(ids[::-1], homes.sample(frac=1, random_state=3), seed=1)
        pd.testing.assert_frame_equal(one, other)


class TestPopulation:
    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("n", [1, 2, 13, 400])
    def test_exactly_as_many_residents_as_asked(self, catalogue, homes, kind, n):
        made = make_population(n, homes, catalogue, kind=kind, seed=3)
        assert len(made.persons) == made.reached == made.requested == n

    @pytest.mark.parametrize("kind", KINDS)
    def test_every_margin_is_met_within_rounding(self, catalogue, homes, kind):
        made = make_population(1500, homes, catalogue, kind=kind, seed=5)
        off = (made.fit["n"] - made.fit["asked"] * made.fit["base"]).abs()
        assert off.max() <= 1, made.fit[off > 1]

    def test_margins_hold_of_the_tables_and_not_only_of_the_report(self, catalogue, people):
        wanted = {m.text: m.shares for m in margins_of(catalogue, "work_unit")}
        persons, n = people.persons, len(people.persons)
        for word, share in wanted["age"].items():
            low, high = band(word, oldest=200)
            assert persons["age"].between(low, high).sum() == pytest.approx(share * n, abs=2)
        sizes = persons.groupby("household").size()
        assert (sizes == 1).sum() == pytest.approx(wanted["size"]["1"] * len(sizes), abs=2)
        old = persons[persons["age"].between(60, 69)]
        alone = old["household"].map(sizes).eq(1)
        assert alone.sum() == pytest.approx(wanted["alone | age=60-69"]["yes"] * len(old), abs=2)

    def test_households_are_whole_and_everybody_has_a_home(self, people):
        assert set(people.persons["household"]) == set(people.households["household"])
        assert people.households["dwelling"].is_unique
        assert set(people.households["dwelling"]) == set(people.dwellings["dwelling"])
        heads = people.persons[people.persons["relation"] == "户主"]
        assert heads["household"].is_unique
        assert len(heads) == len(people.households)
        assert (heads["age"] >= 18).all()

    def test_parents_are_old_enough_for_their_children(self, catalogue, people):
        least = catalogue.number("parent_gap_least")
        for _, group in people.persons.groupby("household"):
            head = group.loc[group["relation"] == "户主", "age"].iloc[0]
            children = group.loc[group["relation"] == "子女", "age"]
            assert (head - children >= least).all()

    def test_traits_follow_their_margins_among_those_they_speak_of(self, catalogue, people):
        facts = people.facts[people.facts["indicator"] == "has_smart_device"]
        ages = people.persons.set_index("person")["age"]
        old = facts[facts["subject"].map(ages) >= 80]
        share = next(
            m.shares["yes"]
            for m in margins_of(catalogue, "work_unit")
            if m.text == "has_smart_device | age=80+"
        )
        assert (old["value"] == "yes").sum() == pytest.approx(share * len(old), abs=1)

    def test_who_is_bedridden_has_no_walking_aid_and_complete_loss(self, people):
        told = people.facts.set_index("subject")
        values = {name: group["value"] for name, group in told.groupby("indicator")}
        ids = values["bedridden"].index[values["bedridden"] == "yes"]
        lying = pd.DataFrame({name: values[name].loc[ids] for name in ("adl_level", "walking_aid")})
        assert len(lying) > 0
        assert (lying["adl_level"] == "4").all()
        assert (lying["walking_aid"] == "none").all()

    def test_everything_says_that_nobody_is_real(self, people):
        assert (people.persons["origin"] == "synthetic").all()
        assert (people.households["origin"] == "synthetic").all()
        assert (people.facts["source"] == "synthetic").all()

    def test_one_seed_one_population_and_another_seed_another(self, catalogue, homes, people):
        again = make_population(2000, homes.iloc[::-1], catalogue, kind="work_unit", seed=7)
        pd.testing.assert_frame_equal(again.persons, people.persons)
        pd.testing.assert_frame_equal(again.households, people.households)
        pd.testing.assert_frame_equal(again.dwellings, people.dwellings)
        pd.testing.assert_frame_equal(again.facts, people.facts)
        other = make_population(2000, homes, catalogue, kind="work_unit", seed=8)
        assert not other.persons.equals(people.persons)

    def test_doubtful_storeys_stay_doubtful(self, people):
        doubtful = people.dwellings.set_index("entrance")["floor_doubtful"]
        assert doubtful.loc[[e for e in doubtful.index if e.startswith("b3")]].all()
        assert not doubtful.loc[[e for e in doubtful.index if not e.startswith("b3")]].any()

    def test_households_that_cannot_sum_to_the_number_come_nearest(self, tmp_path, homes):
        overlay: Path = tmp_path / "catalogue"
        overlay.mkdir()
        (overlay / "margins.csv").write_text(
            "code,kind,level,margin,given,category,share,source\n"
            "a,modern,household,size,,2,1.0,assumption\n"
            "b,modern,person,alone,age=60-69,no,1.0,assumption\n"
            "c,modern,person,alone,age=70-79,no,1.0,assumption\n"
            "d,modern,person,alone,age=80+,no,1.0,assumption\n"
            "e,modern,person,age,,18-34,0.4,assumption\n"
            "f,modern,person,age,,35+,0.6,assumption\n"
            "g,modern,person,sex,,female,0.5,assumption\n"
            "h,modern,person,sex,,male,0.5,assumption\n",
            encoding="utf-8",
        )
        made = make_population(11, homes, load(overlay), kind="modern", seed=1)
        assert made.requested == 11
        assert made.reached in (10, 12)
        assert (made.persons.groupby("household").size() == 2).all()

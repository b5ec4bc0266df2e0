"""The ledger folds to what holds on a day; what is withdrawn is unknown, never no."""

from dataclasses import replace

import pandas as pd
import pytest

from renlin.needs import identify
from renlin.needs.consents import not_allowed
from renlin.privacy.consent import notices_due, standing, withdrawn

DAY = pd.Timestamp("2026-10-31")
COLUMNS = ("entry", "person", "purpose", "field", "decision", "decided_on", "until", "by", "form",
           "reason", "noticed_on")  # fmt: skip


def ledger(*rows):
    table = pd.DataFrame([dict(zip(COLUMNS, row, strict=False)) for row in rows], columns=COLUMNS)
    dates = dict.fromkeys(["decided_on", "until", "noticed_on"], "datetime64[s]")
    return table.astype(dates)


def states(*rows, ages=None, day=DAY):
    ages = pd.Series({"p": 70.0, "c": 9.0} if ages is None else ages)
    made = standing(ledger(*rows), day, ages, guardian_below=14)
    return {(r.person, r.field if isinstance(r.field, str) else None): r.state
            for r in made.itertuples()}  # fmt: skip


def test_the_newest_decision_on_or_before_the_day_holds():
    given = ("1", "p", "rescue", None, "given", "2026-01-01", None, "self")
    gone = ("2", "p", "rescue", None, "withdrawn", "2026-05-01", None, "self")
    again = ("3", "p", "rescue", None, "given", "2026-12-01", None, "self")
    assert states(given) == {("p", None): "given"}
    assert states(given, gone, again) == {("p", None): "withdrawn"}
    assert states(given, gone, again, day=pd.Timestamp("2026-12-31")) == {("p", None): "given"}


def test_entries_of_one_day_count_in_their_order():
    one = ("1", "p", "rescue", None, "withdrawn", "2026-05-01", None, "self")
    two = ("2", "p", "rescue", None, "given", "2026-05-01", None, "self")
    assert states(one, two) == {("p", None): "given"}
    assert states(two, one) == {("p", None): "withdrawn"}


def test_a_child_alone_cannot_consent_but_can_withdraw():
    alone = ("1", "c", "rescue", None, "given", "2026-01-01", None, "self")
    with_guardian = ("2", "c", "rescue", None, "given", "2026-02-01", None, "guardian")
    gone = ("3", "c", "rescue", None, "withdrawn", "2026-03-01", None, "self")
    assert states(alone) == {}
    assert states(alone, with_guardian) == {("c", None): "given"}
    assert states(with_guardian, gone) == {("c", None): "withdrawn"}


def test_an_emergency_holds_until_its_last_day_and_then_falls_back():
    gone = ("1", "p", "rescue", None, "withdrawn", "2026-03-01", None, "self")
    used = ("2", "p", "rescue", None, "emergency", "2026-10-01", "2026-10-31", "staff")
    assert states(gone, used) == {("p", None): "emergency"}
    assert states(gone, used, day=pd.Timestamp("2026-11-01")) == {("p", None): "withdrawn"}


def gone(*rows, fields=("bedridden", "power_device"), day=DAY):
    made = standing(ledger(*rows), day, pd.Series({"p": 70.0}), guardian_below=14)
    return withdrawn(made, "rescue", list(fields))["field"].tolist()


WHOLE = ("1", "p", "rescue", None, "withdrawn", "2026-03-01", None, "self")


def test_of_a_decision_on_one_field_and_on_the_purpose_the_later_holds():
    before = ("2", "p", "rescue", "bedridden", "given", "2026-01-01", None, "self")
    after = ("3", "p", "rescue", "bedridden", "given", "2026-04-01", None, "self")
    assert gone(before, WHOLE) == ["bedridden", "power_device"]
    assert gone(WHOLE, after) == ["power_device"]
    same = ("4", "p", "rescue", "bedridden", "given", "2026-03-01", None, "self")
    assert gone(same, WHOLE) == ["power_device"]


def test_another_purpose_is_not_touched():
    made = standing(ledger(WHOLE), DAY, pd.Series({"p": 70.0}), guardian_below=14)
    assert len(withdrawn(made, "plan", ["bedridden"])) == 0


def test_an_emergency_opens_a_field_withdrawn_by_name_until_its_last_day():
    own = ("1", "p", "rescue", "bedridden", "withdrawn", "2026-01-01", None, "self")
    used = ("2", "p", "rescue", None, "emergency", "2026-05-30", "2026-06-05", "staff")
    late = ("3", "p", "rescue", None, "withdrawn", "2026-06-02", None, "self")
    assert gone(own, used, day=pd.Timestamp("2026-06-01")) == []
    assert gone(own, used, late, day=pd.Timestamp("2026-06-03")) == []
    assert gone(own, used, day=pd.Timestamp("2026-06-06")) == ["bedridden"]


def test_an_emergency_without_a_last_day_holds_on_its_own_day_only():
    used = ("2", "p", "rescue", None, "emergency", "2026-05-30", None, "staff")
    assert gone(WHOLE, used, day=pd.Timestamp("2026-05-30")) == []
    assert gone(WHOLE, used, day=pd.Timestamp("2026-05-31")) == ["bedridden", "power_device"]


def test_emergency_use_asks_for_a_later_notice_until_one_is_recorded():
    due = ("1", "p", "rescue", None, "emergency", "2026-10-01", "2026-10-10", "staff")
    told = ("2", "p", "rescue", None, "emergency", "2026-10-01", "2026-10-10", "staff", "call",
            "fire", "2026-10-11")  # fmt: skip
    made = notices_due(ledger(due, told), DAY, 7)
    assert made["entry"].tolist() == ["1"]
    assert made["due"].tolist() == [pd.Timestamp("2026-10-17")]
    assert made["late"].tolist() == [True]


@pytest.fixture
def withdrawing(willow):
    def made(person, field=None, decision="withdrawn"):
        rows = ledger(("w1", person, "rescue", field, decision, "2026-10-01", None, "self", "said"))
        empty = willow["consents"]
        typed = rows.reindex(columns=empty.columns).astype(empty.dtypes.to_dict())
        return willow.with_tables(consents=typed)

    return made


def test_withdrawn_makes_a_field_unknown_and_the_tier_never_safer(withdrawing, found):
    after = identify(withdrawing("lin"))
    evidence = after.evidence.table
    mine = evidence[(evidence["subject"] == "lin") & (evidence["indicator"] == "adl_level")]
    assert mine["state"].tolist() == ["withdrawn"]
    assert after.indicators.table.set_index("person").loc["lin", "adl_level"] is pd.NA
    before = found.tiers.table.set_index("person").loc["lin"]
    now = after.tiers.table.set_index("person").loc["lin"]
    assert now["possible"] <= before["possible"]
    assert "adl_level" in now["missing"]
    others = after.tiers.table["person"] != "lin"
    same = found.tiers.table["person"] != "lin"
    pd.testing.assert_frame_equal(
        after.tiers.table[others].reset_index(drop=True),
        found.tiers.table[same].reset_index(drop=True),
    )


def test_a_field_that_rests_on_a_duty_cannot_be_withdrawn(withdrawing, found):
    after = identify(withdrawing("lin", "lives_alone"))
    pd.testing.assert_frame_equal(after.evidence.table, found.evidence.table)


def test_consent_given_changes_nothing(withdrawing, found):
    after = identify(withdrawing("lin", decision="given"))
    pd.testing.assert_frame_equal(after.tiers.table, found.tiers.table)


KEPT = "2026-01-01"
"""Day from which the ledger of a test is kept."""


@pytest.fixture
def keeping(willow):
    def made(*rows, since=KEPT):
        empty = willow["consents"]
        table = ledger(*rows)
        typed = table.reindex(columns=empty.columns).astype(empty.dtypes.to_dict())
        purposes = dict(willow.catalogue.purposes)
        day = None if since is None else pd.Timestamp(since).date()
        purposes["rescue"] = purposes["rescue"].model_copy(update={"ledger_since": day})
        catalogue = replace(willow.catalogue, purposes=purposes)
        return replace(willow, catalogue=catalogue).with_tables(consents=typed)

    return made


def given(person, by="self", field=None):
    return (f"g-{person}", person, "rescue", field, "given", "2026-09-01", None, by, "form")


def state_of(needs, subject, indicator):
    told = needs.evidence.table.set_index(["subject", "indicator"])["state"]
    return told.get((subject, indicator))


def test_where_a_ledger_is_kept_who_is_not_in_it_has_not_consented(keeping, found):
    after = identify(keeping(given("wu")))
    assert state_of(after, "lin", "adl_level") == "not_consented"
    assert state_of(after, "lin", "lives_alone") == state_of(found, "lin", "lives_alone")
    asked = after.work_list.table
    mine = asked[(asked["subject"] == "lin") & (asked["indicator"] == "adl_level")]
    assert mine["state"].tolist() == ["not_consented"]


def test_a_ledger_not_yet_kept_on_the_day_changes_nothing(keeping, found):
    after = identify(keeping(since="2027-01-01"))
    pd.testing.assert_frame_equal(after.evidence.table, found.evidence.table)


def test_consent_of_all_changes_nothing_where_a_ledger_is_kept(keeping, willow, found):
    everybody = willow.present()["person"]
    after = identify(keeping(*(given(one, by="guardian") for one in everybody)))
    pd.testing.assert_frame_equal(after.tiers.table, found.tiers.table)


def test_missing_consent_of_anybody_never_lowers_a_possible_tier(keeping, found):
    after = identify(keeping())
    before = found.tiers.table.set_index("person")["possible"]
    now = after.tiers.table.set_index("person")["possible"]
    assert (now <= before.reindex(now.index)).all()


def test_a_childs_own_consent_counts_for_nothing_and_its_guardians_counts(keeping, willow):
    ages = willow.present().set_index("person")["age"]
    child = str(ages.index[(ages < 14).to_numpy(dtype=bool, na_value=False)][0])
    day = pd.Timestamp(willow.settings.survey_date)
    for by, allowed in (("self", False), ("guardian", True)):
        place = keeping(given(child, by))
        gone = not_allowed(place["consents"], place.present(), place.catalogue, day)
        assert ((child, "bedridden") not in gone.index) == allowed
    assert willow.catalogue.number("guardian_age") == 14


def people(*rows):
    return pd.DataFrame(rows, columns=["person", "household", "age"]).astype({"age": "Float64"})


def reasons(place, persons):
    day = pd.Timestamp(place.settings.survey_date)
    return not_allowed(place["consents"], persons, place.catalogue, day)


def test_one_member_may_speak_for_the_home_and_nobody_for_another_member(keeping):
    home = people(("a", "h", 40.0), ("b", "h", 41.0))
    why = reasons(keeping(given("a")), home)
    assert ("h", "has_backup_power") not in why.index
    assert why["h", "bedridden"] == why["b", "bedridden"] == "not_consented"
    assert ("a", "bedridden") not in why.index
    nobody = reasons(keeping(), home)
    assert nobody["h", "has_backup_power"] == "not_consented"


def test_a_withdrawal_of_one_member_outweighs_consent_of_the_other(keeping):
    home = people(("a", "h", 40.0), ("b", "h", 41.0))
    gone = ("w", "b", "rescue", None, "withdrawn", "2026-09-02", None, "self", "said")
    why = reasons(keeping(given("a"), given("b"), gone), home)
    assert why["h", "has_backup_power"] == why["b", "bedridden"] == "withdrawn"


def test_consent_to_one_field_opens_that_field_only(keeping):
    home = people(("a", "h", 40.0))
    why = reasons(keeping(given("a", field="bedridden")), home)
    assert ("a", "bedridden") not in why.index
    assert why["a", "power_device"] == "not_consented"

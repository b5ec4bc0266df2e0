"""The work list: what is still to be asked, the answer that changes most first."""

from renlin.needs import identify


def rows_of(found, subject):
    table = found.work_list.table
    return table[table["subject"] == subject].set_index("indicator")


def test_nothing_is_asked_of_lin_because_no_answer_can_change_her_tier(found):
    assert rows_of(found, "lin").empty


def test_the_work_list_holds_exactly_what_the_tiers_miss(found, willow):
    shared = {c for c, e in willow.catalogue.indicators.items() if e.subject == "households"}
    wanted = {
        (row["household"] if code in shared else row["person"], code)
        for row in found.tiers.table.to_dict("records")
        for code in row["missing"].split(";")
        if code
    }
    table = found.work_list.table
    assert set(zip(table["subject"], table["indicator"], strict=True)) == wanted


def test_an_answer_weighs_by_the_tiers_it_can_move(found):
    assert rows_of(found, "zhao").loc["bedridden", "matters"] == 1
    assert rows_of(found, "he-1").loc["bedridden", "matters"] == 2
    assert rows_of(found, "wu").loc["bedridden", "matters"] == 3


def test_a_household_question_is_asked_once_for_all_it_concerns(found):
    row = rows_of(found, "hu-chen").loc["helpers_within_30min"]
    assert (row["n_persons"], row["matters"]) == (2, 2)
    assert row["subject_table"] == "households"


def test_the_list_says_whether_it_was_never_asked_or_has_expired_and_who_could_tell(found):
    wang = rows_of(found, "wang")
    assert wang.loc["lives_alone", "state"] == "expired"
    assert wang.loc["bedridden", "state"] == "never_asked"
    assert wang.loc["lives_alone", "who_could_tell_zh"] == "入户调查"
    assert rows_of(found, "liu").loc["age", "state"] == "unknown"


def test_rank_orders_by_weight(found):
    table = found.work_list.table.sort_values("rank")
    assert table["rank"].tolist() == list(range(1, len(table) + 1))
    assert table["matters"].is_monotonic_decreasing


def test_an_answer_takes_its_question_off_the_list(tell, found):
    after = identify(tell(("zhao", "bedridden", "no", "2026-10-20")))
    assert "bedridden" in rows_of(found, "zhao").index
    assert "bedridden" not in rows_of(after, "zhao").index

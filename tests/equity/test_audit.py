"""Whom a model misses, by group, over time, with a way to object."""

import numpy as np
import pandas as pd
import pytest

from renlin.equity.audit import audit_estimates, audit_flags
from renlin.errors import DataFault, Said

APPEAL = Said("向社区居委会当面提出", "in person at the residents' committee")
# Ten tenants in need of whom four are missed; ten owners in need, all seen; ten in no need.
WAS = [True] * 20 + [False] * 10
SAID = [False] * 4 + [True] * 16 + [True] * 2 + [False] * 8
WHO = ["tenant"] * 10 + ["owner"] * 10 + ["tenant"] * 5 + ["owner"] * 5


def _row(audit, error, group):
    return audit.by_group.set_index(["error", "group"]).loc[(error, group)]


def test_the_missed_are_counted_among_those_in_need_of_each_group():
    row = _row(audit_flags(SAID, WAS, WHO, appeal=APPEAL), "missed", "tenant")
    assert (row["n"], row["n_flagged"], row["share"], row["rest_share"]) == (10, 4, 0.4, 0.0)
    assert row["difference_low"] > 0


def test_false_alarms_are_counted_among_those_not_in_need():
    row = _row(audit_flags(SAID, WAS, WHO, appeal=APPEAL), "false_alarm", "tenant")
    assert (row["n"], row["n_flagged"], row["share"]) == (5, 2, 0.4)


def test_a_perfect_model_has_no_errors_and_a_reversed_one_only_errors():
    right = audit_flags(WAS, WAS, WHO, appeal=APPEAL).by_group
    wrong = audit_flags([not w for w in WAS], WAS, WHO, appeal=APPEAL).by_group
    assert (right["share"] == 0.0).all()
    assert (wrong["share"] == 1.0).all()


def test_drift_is_the_change_since_the_first_period():
    periods = ["2026-01", "2026-02"] * 10 + ["2026-01"] * 10
    said = [True] * 20 + [False] * 10
    for row in (1, 3, 5, 7, 9):
        said[row] = False
    audit = audit_flags(said, WAS, WHO, appeal=APPEAL, periods=periods)
    drift = audit.drift.set_index(["error", "group", "period"])
    assert drift.at[("missed", "tenant", "2026-01"), "change"] == 0.0
    assert drift.at[("missed", "tenant", "2026-02"), "change"] == 1.0
    assert drift.at[("missed", "tenant", "2026-02"), "change_low"] > 0


def test_what_cannot_be_judged_is_counted_and_never_filled():
    said = pd.Series([None, *SAID[1:]], dtype="boolean")
    audit = audit_flags(said, WAS, WHO, appeal=APPEAL)
    assert audit.n_unknown == 1
    assert _row(audit, "missed", "tenant")[["n", "n_unknown"]].tolist() == [9, 1]


def test_overlapping_groups_are_audited_too():
    groups = pd.DataFrame({"tenant": [w == "tenant" for w in WHO], "all": [True] * 30})
    audit = audit_flags(SAID, WAS, groups, appeal=APPEAL)
    assert _row(audit, "missed", "all")["share"] == 0.2


def test_rows_are_matched_by_label():
    frame = pd.DataFrame({"said": SAID, "was": WAS, "who": WHO})
    mixed = frame.sample(frac=1.0, random_state=3)
    audit = audit_flags(frame["said"], mixed["was"], mixed["who"], appeal=APPEAL)
    assert _row(audit, "missed", "tenant")["share"] == 0.4


def test_an_audit_without_a_way_to_appeal_is_refused():
    with pytest.raises(DataFault, match="appeal"):
        audit_flags(SAID, WAS, WHO, appeal=Said(" ", ""))


def test_groups_of_another_length_are_refused():
    with pytest.raises(DataFault, match="30 rows"):
        audit_flags(SAID, WAS, WHO[:-1], appeal=APPEAL)


def test_a_score_is_not_a_flag():
    with pytest.raises(DataFault, match="yes, no or unknown"):
        audit_flags([0.7] * 30, WAS, WHO, appeal=APPEAL)


def test_bias_keeps_its_sign_and_size_does_not():
    audit = audit_estimates(
        [100.0, 300.0, 90.0, np.nan],
        [200.0, 200.0, 100.0, 1.0],
        ["lame", "lame", "able", "able"],
        appeal=APPEAL,
    )
    assert audit.n_unknown == 1
    assert _row(audit, "bias", "lame")["mean"] == 0.0
    assert _row(audit, "size", "lame")["mean"] == 100.0
    assert _row(audit, "bias", "able")["mean"] == -10.0
    assert _row(audit, "bias", "able")["n_unknown"] == 1

"""Series: stretches, their direction, and a group that is safer and understands less."""

import pandas as pd
import pytest

from renlin.needs.inequality.monitoring import crossed, follow


def series(display, measure, kind, better, hits, n=60):
    dates = pd.date_range("2020-01-01", periods=len(hits), freq="QS")
    return pd.DataFrame(
        {"measured_on": dates, "display": display, "measure": measure, "name": None, "kind": kind,
         "better": better, "hits": pd.array(hits, dtype="Int64"), "n": n}
    )  # fmt: skip


def followed(*parts):
    return follow(pd.concat(parts, ignore_index=True), alarm=0.05, confidence=0.95, seed=1)


FALL, STILL = [40, 41, 39, 40, 12, 11, 13, 12], [20, 21, 19, 20, 21, 20, 19, 20]


def test_a_fall_is_better_or_worse_as_the_table_says():
    table = followed(
        series("old", "blocked", "exposure", "lower", FALL),
        series("old", "knows", "perception", "higher", FALL),
    )
    last = table[table["part"] == 2].set_index("measure")
    assert last["turned"].to_dict() == {"blocked": "better", "knows": "worse"}
    assert last.loc["blocked", "from_date"] == pd.Timestamp("2021-01-01")


def test_a_group_that_is_safer_and_understands_less_is_named():
    table = followed(
        series("old", "blocked", "exposure", "lower", FALL),
        series("old", "knows", "perception", "higher", FALL),
        series("tenant", "knows", "perception", "higher", STILL),
    )
    found = crossed(table)
    assert found[["display", "safer", "understands_less"]].values.tolist() == [
        ["old", "blocked", "knows"]
    ]
    row = found.iloc[0]
    shares = row[["safer_before", "safer_after", "less_before", "less_after"]].tolist()
    assert shares == pytest.approx([160 / 240, 48 / 240] * 2)
    assert row["less_first"] < row["less_last"] == pd.Timestamp("2021-01-01")


def test_a_group_whose_understanding_came_back_is_not_named():
    again = [40, 41, 39, 40, 12, 11, 13, 12, 40, 41, 39, 40]
    table = followed(
        series("old", "blocked", "exposure", "lower", FALL),
        series("old", "knows", "perception", "higher", again),
    )
    assert crossed(table).empty


def test_without_any_series_nobody_is_named():
    assert crossed(followed(series("old", "knows", "perception", "higher", STILL))).empty


def test_an_unknown_value_is_counted_and_no_zero():
    table = followed(series("old", "knows", "perception", "higher", [20, None, 20, 20, 20]))
    assert table[["part", "n_unknown", "n_points", "hits"]].values.tolist() == [[1, 1, 4, 80]]


def test_no_direction_declared_leaves_the_turn_unknown():
    table = followed(series("old", "knows", "perception", None, FALL))
    assert table.iloc[1]["turned"] == "unknown"

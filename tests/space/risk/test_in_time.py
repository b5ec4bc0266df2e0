"""Risk month by month: what does not change is not worked out again, and nothing else."""

from itertools import pairwise

import pandas as pd
from tests.community.drawn import willow

from renlin.needs import identify
from renlin.space.access.residents import living
from renlin.space.risk import assess
from renlin.space.risk.assess import DATED, assess_risk, told_alike

ENDS = list(pd.date_range("2024-01-31", "2026-10-31", freq="ME"))


def test_months_between_two_inspections_are_told_alike():
    place = willow()
    alike = told_alike(place, ENDS)
    moments = pd.concat(
        [place[table][column] for table, names in DATED.items() for column in names]
    )
    for one, other in pairwise(ENDS):
        same = not ((moments > one) & (moments <= other)).any()
        assert (alike[one] == alike[other]) is same
    assert all(alike[end] <= end for end in ENDS)


def test_the_forecast_is_that_of_every_month_worked_out_by_itself(monkeypatch):
    place = willow()
    people = living(place, identify(place))
    short = assess_risk(place, people)
    monkeypatch.setattr(assess, "told_alike", lambda _, days: {day: day for day in days})
    whole = assess_risk(place, people)
    for name in ("trend", "forecasts", "forecast_scores"):
        pd.testing.assert_frame_equal(getattr(short, name).table, getattr(whole, name).table)

"""Who left and who is here, from all dated records of one resident."""

import datetime as dt
from types import SimpleNamespace

import pytest

from renlin.intake.residents import left_on

MAY, JUNE, JULY = (dt.date(2025, month, 1) for month in (5, 6, 7))


def stays(*rows):
    return [SimpleNamespace(since=since, until=until) for since, until in rows]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([(None, None)], None),
        ([(None, JUNE)], JUNE),
        ([(None, JUNE), (MAY, None)], JUNE),
        ([(None, JUNE), (JULY, None)], None),
        ([(None, MAY), (JUNE, JULY)], JULY),
        ([(None, JULY), (None, MAY)], JULY),
        ([(None, JUNE), (JUNE, None)], None),
        ([], None),
    ],
)
def test_who_came_after_the_last_leaving_is_here(rows, expected):
    assert left_on(stays(*rows)) == expected
    assert left_on(stays(*reversed(rows))) == expected

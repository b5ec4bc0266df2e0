"""Who was helped in an emergency without consent is on a list until told of it."""

import datetime as dt
import shutil
from pathlib import Path

import pytest

from renlin.community.ledger import notices
from renlin.errors import DataFault

WILLOW = Path(__file__).parents[1] / "places" / "willow"
HEAD = "entry,person,purpose,field,decision,decided_on,until,by,form,reason,noticed_on\n"


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(WILLOW, tmp_path / "willow")


def test_an_emergency_use_is_listed_from_its_day_until_its_notice(folder):
    assert notices(folder, dt.date(2026, 11, 1)).empty
    (folder / "layers" / "consents.csv").write_text(
        HEAD
        + "e1,lin,rescue,,emergency,2026-10-01,2026-10-03,staff,radio,fire,\n"
        + "e2,wu,rescue,,emergency,2026-10-01,2026-10-03,staff,radio,fire,2026-10-05\n"
        + "e3,wu,rescue,,emergency,2026-12-01,,staff,radio,fire,\n",
        encoding="utf-8",
    )
    due = notices(folder, dt.date(2026, 10, 20))
    assert due[["entry", "late"]].values.tolist() == [["e1", True]]


def test_a_ledger_that_cannot_be_read_is_told(folder):
    (folder / "layers" / "consents.csv").write_text(HEAD + "e1,lin,rescue,,maybe,x,,,,,\n")
    with pytest.raises(DataFault):
        notices(folder, dt.date(2026, 10, 20))

"""A role gets the records of its task, with names where it may, and every reading is noted."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from renlin.community.read_log import log_state
from renlin.community.vault import keep_ring, ring_or_new, write_identities
from renlin.errors import PrivacyFault
from renlin.privacy.views import Reader
from renlin.report.single_records import read_records

WILLOW = Path(__file__).parents[1] / "places" / "willow"
NAMES = pd.DataFrame(
    {
        "person": ["lin", "wu"],
        "name": ["林桂芳", "吴强"],
        "phone": ["13900000001", "13900000002"],
        "identity_number": ["", ""],
        "address_text": ["柳树院1号楼", "柳树院2号楼"],
    }
)


@pytest.fixture
def folder(tmp_path):
    root = shutil.copytree(WILLOW, tmp_path / "willow")
    ring = ring_or_new(root)
    keep_ring(ring, root)
    (root / "vault").mkdir(mode=0o700)
    write_identities(NAMES, ring, root / "vault")
    return root


def noted(root):
    path = root / "vault" / "reads.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_grid_worker_gets_the_own_building_with_telephones_and_nothing_medical(folder):
    seen = read_records(folder, Reader("grid_worker", "rescue", ("A",)), account="g-3")
    told = seen.table.set_index("person")
    assert set(told["building"]) == {"A"}
    assert told.loc["lin", "phone"] == "13900000001"
    assert "wu" not in told.index
    assert not {"name", "identity_number", "bedridden", "dibao"} & set(told.columns)
    assert seen.withheld["bedridden"] == "role"
    assert seen.withheld["identity_number"] == "purpose"
    assert [(one["reader"], one["table"], one["n_rows"]) for one in noted(folder)] == [
        ("grid_worker:g-3", "needs.indicators", len(told)), ("grid_worker:g-3", "identities", 1),
    ]  # fmt: skip
    assert log_state(folder).broken_at is None


def test_only_the_identities_in_reach_are_opened(folder):
    read_records(folder, Reader("grid_worker", "rescue", ("B",)))
    assert noted(folder)[-1]["n_rows"] == 1


def test_a_resident_sees_the_own_record_whole_and_nobody_elses(folder):
    seen = read_records(folder, Reader("resident", "rescue", persons=("lin",)))
    assert seen.table["person"].tolist() == ["lin"]
    assert seen.table["name"].tolist() == ["林桂芳"]
    assert {"bedridden", "dibao", "identity_number"} <= set(seen.table.columns)
    assert seen.withheld == {}


@pytest.mark.parametrize(
    "reader",
    [
        Reader("committee", "rescue"),
        Reader("planner", "plan"),
        Reader("public", "rescue"),
        Reader("grid_worker", "rescue"),
        Reader("resident", "rescue"),
        Reader("resident", "rescue", persons=("nobody",)),
        Reader("grid_worker", "rescue", ("Z",)),
        Reader("grid_worker", "gossip", ("A",)),
        Reader("mayor", "rescue"),
    ],
)
def test_who_has_no_right_or_names_nothing_known_gets_nothing_and_nothing_is_noted(folder, reader):
    with pytest.raises(PrivacyFault):
        read_records(folder, reader)
    assert not (folder / "vault" / "reads.jsonl").exists()


def test_a_value_withdrawn_for_one_purpose_is_missing_for_it_and_stays_for_another(folder):
    (folder / "layers" / "consents.csv").write_text(
        "entry,person,purpose,field,decision,decided_on,until,by,form,reason,noticed_on\n"
        "c1,lin,plan,wheelchair,withdrawn,2026-10-01,,self,paper,,\n",
        encoding="utf-8",
    )
    worker = Reader("community_worker", "plan")
    planned = read_records(folder, worker).table.set_index("person")
    assert pd.isna(planned.loc["lin", "wheelchair"])
    rescued = read_records(folder, Reader("community_worker", "rescue")).table.set_index("person")
    assert rescued.loc["lin", "wheelchair"]

"""What may be kept no longer goes, all of it; who asks to be erased is found nowhere after."""

import datetime as dt
import shutil
from pathlib import Path

import pandas as pd
import pytest

from renlin.community.folder import open_community
from renlin.community.keeping import due, erase, erased_persons, expire, held, undated_rows
from renlin.errors import DataFault
from renlin.intake.build import build

WILLOW = Path(__file__).parents[1] / "places" / "willow"
REGISTER = """户号,姓名,身份证号,性别,出生日期,住址,与户主关系,户籍,居住性质,联系电话,独居,采集日期
1,林桂芳,,女,1942-03-01,柳树院1号楼1单元301,户主,本地,自有,13900000001,是,2026-09-01
2,吴强,,男,1996-06-05,柳树院2号楼1单元101,户主,本地,自有,13900000002,否,2022-01-01
"""
MAPPING = """
[registers.hukou]
file = "hukou.csv"
role = "household"
source = "police"
as_of = 2026-10-01
columns = {"采集日期" = "observed_on"}
"""


@pytest.fixture
def folder(tmp_path):
    root = shutil.copytree(WILLOW, tmp_path / "willow")
    for path in (root / "layers").glob("*.csv"):
        if path.stem in ("persons", "households", "dwellings", "facts", "ties", "corrections",
                         "helpers", "pairs", "sensors", "duties", "measures", "nominations",
                         "attitudes"):  # fmt: skip
            path.unlink()
    (root / "registers").mkdir()
    (root / "registers" / "hukou.csv").write_text(REGISTER, encoding="utf-8")
    (root / "registers" / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    build(root)
    return root


def persons(root):
    table = pd.read_csv(root / "layers" / "persons.csv")
    return dict(zip(table["sex"], table["person"], strict=True))


def test_a_build_reads_in_nothing_that_may_be_kept_no_longer(folder):
    facts = pd.read_csv(folder / "layers" / "facts.csv")
    assert facts["indicator"].tolist() == ["lives_alone"]
    assert facts["value"].tolist() == [True]


def test_what_becomes_overdue_is_listed_then_deleted_with_a_record(folder):
    later = dt.date(2030, 1, 1)
    assert due(folder, dt.date(2026, 11, 1)).empty
    listed = due(folder, later)
    assert listed[["table", "field", "n"]].values.tolist() == [["facts", "lives_alone", 1]]
    (folder / "findings").mkdir()
    expire(folder, later)
    assert due(folder, later).empty
    assert not (folder / "findings").exists()
    record = pd.read_csv(folder / "layers" / "deletions.csv")
    assert record[["field", "n", "ground"]].values.tolist() == [["lives_alone", 1, "PIPL 19"]]
    open_community(folder)


def test_a_person_may_see_everything_that_is_held_and_the_reading_is_noted(folder):
    found = held(folder, persons(folder)["female"], reader="worker-3")
    assert found["identities"][0]["name"] == "林桂芳"
    assert set(found) >= {"identities", "persons", "facts", "links"}
    assert "worker-3" in (folder / "vault" / "reads.jsonl").read_text(encoding="utf-8")


def test_an_erased_person_is_in_no_layer_and_stays_out_of_the_next_build(folder):
    gone = persons(folder)["female"]
    done = erase(folder, gone, dt.date(2026, 11, 28))
    assert done.rows["identities"] == done.rows["households"] == 1
    assert {trace.path for trace in done.traces} == {"registers/hukou.csv"}
    for path in (folder / "layers").glob("*.csv"):
        assert gone not in path.read_text(encoding="utf-8") or path.name == "erased.csv"
    assert gone in erased_persons(folder)
    build(folder)
    assert len(pd.read_csv(folder / "layers" / "households.csv")) == 1
    assert gone not in pd.read_csv(folder / "layers" / "persons.csv")["person"].tolist()
    with pytest.raises(DataFault):
        held(folder, gone, reader="worker-3")


def test_nobody_known_is_refused_and_nothing_is_written(folder):
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file() and "reads" not in p.name}
    with pytest.raises(DataFault):
        erase(folder, "P-0000000000", dt.date(2026, 11, 28))
    after = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file() and "reads" not in p.name}
    assert before == after


def test_what_a_workshop_put_right_expires_as_what_a_register_says(folder):
    (folder / "layers" / "corrections.csv").write_text(
        "correction,workshop,kind,subject,field,was,is,held_on,state,signed_by\n"
        f"c1,elders,person,{persons(folder)['female']},lives_alone,false,true,2026-10-01,active,x\n",
        encoding="utf-8",
    )
    listed = due(folder, dt.date(2030, 1, 1))
    assert listed[["table", "field", "n"]].values.tolist() == [
        ["corrections", "lives_alone", 1], ["facts", "lives_alone", 1],
    ]  # fmt: skip
    expire(folder, dt.date(2030, 1, 1))
    assert len(pd.read_csv(folder / "layers" / "corrections.csv")) == 0


def test_a_fact_without_a_date_has_that_of_its_register_or_is_counted(folder):
    path = folder / "layers" / "facts.csv"
    facts = pd.read_csv(path, dtype="str", keep_default_na=False)
    more = facts.assign(fact="f-x", observed_on="")
    other = more.assign(fact="f-y", file="elsewhere.csv")
    pd.concat([facts, more, other]).to_csv(path, index=False)
    assert due(folder, dt.date(2030, 1, 1))["n"].tolist() == [2]
    assert undated_rows(folder) == 1
    expire(folder, dt.date(2030, 1, 1))
    assert pd.read_csv(path)["fact"].tolist() == ["f-y"]


def test_whom_an_erased_helper_helped_is_left_without_and_the_folder_still_opens(folder):
    gone, home = persons(folder)["male"], households(folder)["female"]
    layers = folder / "layers"
    (layers / "helpers.csv").write_text(f"helper,person\nh1,{gone}\nh2,\n", encoding="utf-8")
    (layers / "pairs.csv").write_text(
        f"pair,household,helper\np1,{home},h1\np2,{home},h2\n", encoding="utf-8"
    )
    (folder / "notes").mkdir()
    (folder / "notes" / "visit.txt").write_text(f"saw {gone}", encoding="utf-8")
    done = erase(folder, gone, dt.date(2026, 11, 28))
    assert pd.read_csv(layers / "pairs.csv")["helper"].tolist() == ["h2"]
    assert {trace.path for trace in done.traces} == {"registers/hukou.csv", "notes/visit.txt"}


def households(root):
    table = pd.read_csv(root / "layers" / "persons.csv")
    return dict(zip(table["sex"], table["household"], strict=True))

"""Registers become residents: linked with a reason, nobody lost, nothing half-written."""

import json
import shutil
import stat
from pathlib import Path

import pandas as pd
import pytest

from renlin.community.folder import open_community
from renlin.errors import DataFault
from renlin.intake.build import build, is_stale

WILLOW = Path(__file__).parents[1] / "places" / "willow"
CANARY = "110105194912310021"

HUKOU = """户号,姓名,身份证号,性别,出生日期,住址,与户主关系,户籍,居住性质,联系电话
1,林桂芳,11010519420301234X,女,1942-03-01,柳树院1号楼1单元301,户主,本地,自有,13900000001
2,吴强,110105199606052317,男,1996-06-05,柳树院2号楼1单元101,户主,本地,自有,13900000002
3,郑兰,110105196001014528,女,1960-01-01,柳树院2号楼1单元102,户主,本地,自有,13900000003
3,郑国,110105195702021239,男,1957-02-02,柳树院2号楼1单元102,配偶,本地,自有,13900000003
"""
CIVIL = """姓名,公民身份号码,出生日期,地址,独居,评估日期
Lin Guifang,,1942-03-01,柳树院1栋1门301室,是,2026-09-01
陈明,,1999-05-05,柳树院2号楼1单元201,否,2026-09-01
郑过,,1957-02-03,柳树院2号楼,不详,2026-09-01
"""
MAPPING = """
[registers.hukou]
file = "hukou.csv"
role = "household"
source = "police"
as_of = 2026-10-01

[registers.civil]
file = "civil.csv"
role = "civil_affairs"
source = "civil affairs"
as_of = 2026-09-01
"""


def valid(first_17):
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(d) * w for d, w in zip(first_17, weights, strict=True))
    return first_17 + "10X98765432"[total % 11]


def with_valid_numbers(text):
    for number in (
        "11010519420301234X",
        "110105199606052317",
        "110105196001014528",
        "110105195702021239",
    ):
        text = text.replace(number, valid(number[:17]))
    return text


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "court"
    shutil.copytree(WILLOW, root)
    for name in (
        "persons",
        "households",
        "dwellings",
        "facts",
        "ties",
        "pairs",
        "helpers",
        "corrections",
        "nominations",
        "attitudes",
    ):
        (root / "layers" / f"{name}.csv").unlink()
    registers = root / "registers"
    registers.mkdir()
    (registers / "hukou.csv").write_text(with_valid_numbers(HUKOU), encoding="gb18030")
    (registers / "civil.csv").write_text(CIVIL, encoding="utf-8-sig")
    (registers / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    return root


def steps(folder):
    links = pd.read_csv(folder / "layers" / "links.csv")
    return {(row.file.split("/")[-1], row.row): row.step for row in links.itertuples()}


def test_residents_of_two_registers_open_as_a_community(folder):
    build(folder)
    place = open_community(folder)
    assert len(place["persons"]) == 6
    assert sorted(place["persons"]["origin"]) == ["registered"] * 4 + ["unregistered"] * 2


def test_a_name_in_pinyin_with_the_same_birth_date_is_the_same_person(folder):
    build(folder)
    assert steps(folder)["civil.csv", 2] == "name_birth"


def test_who_is_in_no_household_register_is_a_person_all_the_same(folder):
    build(folder)
    place = open_community(folder)
    chen = place["persons"][place["persons"]["origin"] == "unregistered"]
    homes = place["households"].set_index("household")["dwelling"]
    assert "B-1-201" in set(homes[chen["household"]])


def test_a_resemblance_is_listed_and_never_merged(folder):
    build(folder)
    doubtful = pd.read_csv(folder / "layers" / "doubtful.csv")
    assert steps(folder)["civil.csv", 4] == "alone"
    row = doubtful[doubtful["row"] == 4].iloc[0]
    assert "name" in row["agree"].split(";")
    assert {"birth", "address"} <= set(row["near"].split(";"))
    assert (row["with_file"], row["with_row"]) == ("registers/hukou.csv", 5)


def test_a_decision_of_people_joins_the_doubtful_row(folder):
    build(folder)
    decisions = (
        "file,row,decision,with_file,with_row\nregisters/civil.csv,4,same,registers/hukou.csv,5\n"
    )
    (folder / "registers" / "decisions.csv").write_text(decisions, encoding="utf-8")
    build(folder)
    assert steps(folder)["civil.csv", 4] == "reviewed"
    assert len(open_community(folder)["persons"]) == 5


def test_six_styles_of_address_lead_to_one_dwelling(folder):
    build(folder)
    place = open_community(folder)
    lin = place["residences"][place["residences"]["row"] == 2]
    assert set(lin["dwelling"]) == {"A-1-301"}


def test_facts_keep_their_file_row_and_date_and_asked_but_unknown_is_kept_apart(folder):
    build(folder)
    facts = open_community(folder)["facts"]
    alone = facts[facts["indicator"] == "lives_alone"].set_index("row")
    assert alone.loc[2, "value"] == "true"
    assert alone.loc[3, "value"] == "false"
    assert pd.isna(alone.loc[4, "value"])
    assert str(alone.loc[2, "observed_on"].date()) == "2026-09-01"
    assert alone.loc[2, "file"] == "registers/civil.csv"


def test_no_layer_holds_a_name_number_or_telephone(folder):
    build(folder)
    text = "".join(p.read_text(encoding="utf-8") for p in (folder / "layers").glob("*.csv"))
    for private in ("林桂芳", "Guifang", "13900000001", valid("11010519420301234")):
        assert private not in text


def test_identities_and_key_are_readable_by_the_owner_only(folder):
    build(folder)
    for name in ("identities.csv", "key"):
        mode = stat.S_IMODE((folder / "vault" / name).stat().st_mode)
        assert mode == 0o600


def test_building_twice_gives_the_same_bytes(folder):
    build(folder)
    first = {p.name: p.read_bytes() for p in (folder / "layers").glob("*.csv")}
    build(folder)
    assert {p.name: p.read_bytes() for p in (folder / "layers").glob("*.csv")} == first


def test_the_order_of_rows_changes_no_pseudonym(folder):
    build(folder)
    before = set(open_community(folder)["persons"]["person"])
    head, *rows = with_valid_numbers(HUKOU).splitlines()
    turned = "\n".join([head, *rows[::-1]]) + "\n"
    (folder / "registers" / "hukou.csv").write_text(turned, encoding="gb18030")
    build(folder)
    registered = open_community(folder)["persons"]
    kept = set(registered.loc[registered["origin"] == "registered", "person"])
    assert kept <= before


def test_layers_are_stale_when_a_register_changed(folder):
    assert is_stale(folder)
    build(folder)
    assert not is_stale(folder)
    (folder / "registers" / "civil.csv").write_text(CIVIL + "\n", encoding="utf-8")
    assert is_stale(folder)


def test_layers_are_stale_when_the_catalogue_they_were_linked_by_changed(folder):
    build(folder)
    own = folder / "catalogue" / "parameters.toml"
    own.parent.mkdir()
    own.write_text("", encoding="utf-8")
    assert is_stale(folder)


@pytest.mark.parametrize(
    ("old", "new", "column", "row"),
    [
        ("1单元301", "1单元901", "address", 2),
        ("1996-06-05", "1996-16-05", "出生日期", 3),
        ("户号,", "户号,宠物,", None, 1),
    ],
)
def test_a_wrong_cell_stops_the_build_with_its_row_and_writes_nothing(
    folder, old, new, column, row
):
    text = with_valid_numbers(HUKOU).replace(old, new, 1)
    if new.endswith("宠物,"):
        text = "\n".join(
            line.replace(",", ",狗,", 1) if i else line for i, line in enumerate(text.splitlines())
        )
    (folder / "registers" / "hukou.csv").write_text(text, encoding="gb18030")
    with pytest.raises(DataFault) as caught:
        build(folder)
    hits = [f for f in caught.value.faults if f.row == row]
    assert hits
    assert column is None or any(f.column == column for f in hits)
    assert not (folder / "layers" / "persons.csv").exists()
    assert not (folder / "layers" / "build.json").exists()


def test_all_faults_of_all_registers_are_told_at_once_without_private_values(folder):
    wrong = (
        with_valid_numbers(HUKOU)
        .replace("1942-03-01", "2942-03-01")
        .replace(valid("11010519960605231"), CANARY)
    )
    (folder / "registers" / "hukou.csv").write_text(wrong, encoding="gb18030")
    (folder / "registers" / "civil.csv").write_text(
        CIVIL.replace("是,2026", "是,2O26"), encoding="utf-8"
    )
    with pytest.raises(DataFault) as caught:
        build(folder)
    files = {fault.place for fault in caught.value.faults}
    assert files == {"registers/hukou.csv", "registers/civil.csv"}
    for language in ("zh", "en"):
        text = caught.value.text(language)
        assert CANARY not in text
        assert "林桂芳" not in text


def test_damage_the_holder_tolerates_is_listed_and_lived_with(folder):
    wrong = with_valid_numbers(HUKOU).replace(valid("11010519960605231"), CANARY)
    (folder / "registers" / "hukou.csv").write_text(wrong, encoding="gb18030")
    with pytest.raises(DataFault):
        build(folder)
    tolerant = MAPPING.replace(
        'source = "police"', 'source = "police"\ntolerate = ["identity_number"]'
    )
    (folder / "registers" / "mapping.toml").write_text(tolerant, encoding="utf-8")
    made = build(folder)
    assert [doubt.row for doubt in made.doubts if doubt.column == "身份证号"] == [3]
    assert made.counts["persons"] == 6


def test_a_list_vouched_as_complete_is_kept_as_a_statement_of_its_register(folder):
    complete = MAPPING.replace(
        'source = "civil affairs"', 'source = "civil affairs"\ncomplete = { adl_level = "0" }'
    )
    (folder / "registers" / "mapping.toml").write_text(complete, encoding="utf-8")
    build(folder)
    vouched = open_community(folder)["vouched"]
    assert vouched[["register", "indicator", "value"]].to_numpy().tolist() == [
        ["civil", "adl_level", "0"]
    ]


def test_without_a_vouched_list_not_being_listed_says_nothing(folder):
    build(folder)
    place = open_community(folder)
    assert len(place["vouched"]) == 0
    assert "adl_level" not in set(place["facts"]["indicator"])


def test_an_unknown_kind_of_damage_cannot_be_tolerated(folder):
    tolerant = MAPPING.replace('source = "police"', 'source = "police"\ntolerate = ["indentity"]')
    (folder / "registers" / "mapping.toml").write_text(tolerant, encoding="utf-8")
    with pytest.raises(DataFault, match="identity_number"):
        build(folder)


def test_one_number_under_two_names_is_a_fault(folder):
    text = with_valid_numbers(HUKOU).replace(valid("11010519570202123"), valid("11010519600101452"))
    (folder / "registers" / "hukou.csv").write_text(text, encoding="gb18030")
    with pytest.raises(DataFault) as caught:
        build(folder)
    assert any("another name" in fault.text("en") for fault in caught.value.faults)


def test_the_manifest_names_every_input(folder):
    build(folder)
    inputs = json.loads((folder / "layers" / "build.json").read_text())["inputs"]
    assert {"registers/hukou.csv", "registers/civil.csv", "registers/mapping.toml"} <= set(inputs)

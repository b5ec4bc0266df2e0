"""The example community: drawn again it is the same, it builds, and it holds what it says."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook

from renlin.community.check import check
from renlin.community.folder import open_community
from renlin.community.passage import passage
from renlin.community.paths import field, graph
from renlin.community.scheme import apply
from renlin.errors import DataFault
from renlin.intake.build import build
from renlin.intake.identity_number import read_number
from renlin.needs.identify import identify
from renlin.random_streams import draw
from renlin.space.lifelines.supply import losses
from renlin.space.risk.assets import failures
from renlin.space.risk.conflicts import conflicts

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "liulin"
LIMIT = 3_000_000  # bytes of the whole folder
NIGHT, DAY = 2.0, 14.0


def files(folder: Path) -> dict[str, Path]:
    """Return path within ``folder`` -> file."""
    return {str(p.relative_to(folder)): p for p in sorted(folder.rglob("*")) if p.is_file()}


def content(path: Path) -> object:
    """Return the bytes of a file; of a workbook the bytes of its members (zlib may differ)."""
    if path.suffix != ".xlsx":
        return path.read_bytes()
    with zipfile.ZipFile(path) as book:
        return {item.filename: (item.date_time, book.read(item)) for item in book.infolist()}


@pytest.fixture(scope="module")
def again(tmp_path_factory):
    """Return a folder into which the generator wrote the example once more."""
    folder = tmp_path_factory.mktemp("again") / "liulin"
    script = ROOT / "examples" / "generate_liulin.py"
    subprocess.run([sys.executable, str(script), "--out", str(folder)], check=True, timeout=300)
    return folder


@pytest.fixture(scope="module")
def folder(again, tmp_path_factory):
    """Return a copy of the example in which the residents were built."""
    copy = tmp_path_factory.mktemp("built") / "liulin"
    shutil.copytree(again, copy)
    build(copy)
    return copy


@pytest.fixture(scope="module")
def place(folder):
    return open_community(folder)


@pytest.fixture(scope="module")
def faults():
    text = (EXAMPLE / "registers" / "faults.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)["fault"]


@pytest.fixture(scope="module")
def rows():
    """Return file -> row number -> cells by heading, read without the project's own reader."""
    registers = EXAMPLE / "registers"
    texts = {
        "household.csv": ("utf-8-sig", ",", 0),
        "civil_affairs.csv": ("gb18030", ",", 1),
        "grid.txt": ("utf-16", "\t", 0),
    }
    found: dict[str, dict[int, dict[str, str]]] = {}
    for name, (encoding, delimiter, above) in texts.items():
        text = (registers / name).read_bytes().decode(encoding)
        lines = list(csv.reader(io.StringIO(text), delimiter=delimiter))[above:]
        found[name] = {
            number: dict(zip(lines[0], line, strict=True))
            for number, line in enumerate(lines[1:], start=above + 2)
        }
    sheet = load_workbook(registers / "medical.xlsx").active
    cells = [["" if c is None else c for c in row] for row in sheet.iter_rows(values_only=True)]
    found["medical.xlsx"] = {
        number: dict(zip(cells[2], row, strict=True))
        for number, row in enumerate(cells[3:], start=4)
    }
    return found


def planted(faults, file: str, code: str) -> list[int]:
    return next(f["rows"] for f in faults if f["file"] == file and f["code"] == code)


# --- drawn again ---------------------------------------------------------------------


def test_drawing_it_again_gives_the_same_content(again):
    drawn, committed = files(again), files(EXAMPLE)
    assert [name for name in drawn if name not in committed] == []
    assert [name for name in drawn if content(drawn[name]) != content(committed[name])] == []


def test_nothing_lies_in_the_example_but_what_is_drawn_or_built(again, folder):
    built = {name for name in files(folder) if name not in files(again)}
    spare = {name for name in files(EXAMPLE) if name not in files(again)}
    used = {"vault/reads.jsonl", "vault/published.json", "keys/reads.anchors"}
    assert {name for name in spare if not name.startswith("findings/")} <= built | used


def test_the_whole_example_stays_below_three_megabytes(again):
    assert sum(path.stat().st_size for path in files(again).values()) < LIMIT


def test_a_workbook_carries_no_time_of_its_own():
    with zipfile.ZipFile(EXAMPLE / "registers" / "medical.xlsx") as book:
        assert {item.date_time for item in book.infolist()} == {(2026, 10, 31, 9, 0, 0)}
        assert book.read("docProps/core.xml").count(b"2026-10-31T09:00:00Z") == 2


# --- nobody real ---------------------------------------------------------------------


def test_no_identity_number_carries_a_region_that_was_ever_issued(rows):
    columns = {"household.csv": "公民身份号码", "civil_affairs.csv": "身份证号"}
    for file, column in columns.items():
        for row in rows[file].values():
            number = read_number(row[column])
            if number.kind in ("citizen", "citizen_15"):
                assert number.text[2:4] == "99"


def test_every_telephone_lies_in_the_fictional_range(rows):
    columns = {
        "household.csv": "联系电话", "civil_affairs.csv": "电话", "grid.txt": "电话",
        "medical.xlsx": "联系方式",
    }  # fmt: skip
    for file, column in columns.items():
        assert all(
            re.fullmatch(r"(1540000\d{4})?", row.get(column) or "") for row in rows[file].values()
        )


# --- registers -----------------------------------------------------------------------


def test_every_fault_counts_as_many_rows_as_it_lists_and_no_row_twice(faults):
    assert all(fault["count"] == len(set(fault["rows"])) > 0 for fault in faults)
    by_file = defaultdict(list)
    for fault in faults:
        by_file[fault["file"]].extend(fault["rows"])
    for file, listed in by_file.items():
        shared = set(planted(faults, "grid.txt", "name_homophone")) if file == "grid.txt" else set()
        assert {row for row, n in Counter(listed).items() if n > 1} <= shared


def test_faults_of_numbers_stand_where_the_list_says(faults, rows):
    table, number = rows["household.csv"], "公民身份号码"

    def cells(code):
        return [table[row][number] for row in planted(faults, "household.csv", code)]

    assert set(cells("number_missing")) == {""}
    assert all(re.fullmatch("[０-９Ｘ]{18}", cell) for cell in cells("full_width"))
    assert all(re.fullmatch(r"\d{17}x", cell) for cell in cells("small_x"))
    assert all(re.fullmatch(r"\d{15}", cell) for cell in cells("fifteen_digits"))
    assert all(re.fullmatch(r"\d\.\d{5}E\+17", cell) for cell in cells("number_float"))
    assert all(not read_number(cell).valid for cell in cells("number_mistyped"))
    often = Counter(row[number] for row in table.values())
    assert all(often[cell] == 2 for cell in cells("number_doubled"))


def test_every_number_without_a_listed_fault_is_valid(faults, rows):
    wrong = {"number_missing", "number_float", "number_mistyped"}
    listed = {
        row
        for f in faults
        for row in f["rows"]
        if f["file"] == "household.csv" and f["code"] in wrong
    }
    table = rows["household.csv"]
    assert all(read_number(table[row]["公民身份号码"]).valid for row in table if row not in listed)


def test_other_faults_of_the_household_register_stand_where_the_list_says(faults, rows):
    table = rows["household.csv"]

    def cells(code, heading):
        return [table[row][heading] for row in planted(faults, "household.csv", code)]

    assert set(cells("address_missing", "住址")) == set(cells("birth_missing", "出生日期")) == {""}
    assert all(int(cell[5:7]) > 12 for cell in cells("birth_swapped", "出生日期"))
    assert all(cells("departed", "迁出日期"))
    assert sum(1 for row in table.values() if row["迁出日期"]) == len(cells("departed", "迁出日期"))
    heads = {row["户号"]: row["联系电话"] for row in table.values() if row["与户主关系"] == "户主"}
    shared = [table[row] for row in planted(faults, "household.csv", "phone_shared")]
    assert all(row["联系电话"] == heads[row["户号"]] for row in shared)
    twins = [(row["户号"], row["出生日期"]) for row in
             (table[n] for n in planted(faults, "household.csv", "twins"))]  # fmt: skip
    assert set(Counter(twins).values()) == {2}


def test_faults_of_the_other_registers_stand_where_the_list_says(faults, rows):
    civil, medical = rows["civil_affairs.csv"], rows["medical.xlsx"]
    proxy = {civil[row]["电话"] for row in planted(faults, "civil_affairs.csv", "phone_proxy")}
    proxy |= {medical[row]["联系方式"] for row in planted(faults, "medical.xlsx", "phone_proxy")}
    assert len(proxy) == 1
    floats = [medical[row]["证件号码"] for row in planted(faults, "medical.xlsx", "number_float")]
    assert all(isinstance(number, float) for number in floats)
    names = [medical[row]["患者姓名"] for row in planted(faults, "medical.xlsx", "name_pinyin")]
    assert all(re.fullmatch("[A-Z][a-z]+ [A-Z][a-z]+", name) for name in names)


def test_tenants_only_on_the_grid_list_have_no_address_in_the_household_register(faults, rows):
    known = {row["姓名"] + row["联系电话"] for row in rows["household.csv"].values()}
    only = [rows["grid.txt"][row] for row in planted(faults, "grid.txt", "only_here")]
    assert {row["租住情况"] for row in only} == {"租住"}
    assert not [row for row in only if row["电话"] and row["姓名"] + row["电话"] in known]


def test_addresses_are_written_in_six_styles(rows):
    styles = (
        r"柳林新村\d+号楼\d单元\d+室", r"柳林新村\d+栋\d单元\d+", r"\d+-\d-\d+",
        r"柳林新村[一二三四五六七八九十]+号楼[一二三四]单元\d+室",
        r"柳林新村 [０-９]+＃楼 [０-９]门 [０-９]+号",
        r"柳林新村\d+号楼",
    )  # fmt: skip
    seen = Counter()
    for row in rows["household.csv"].values():
        found = [i for i, style in enumerate(styles) if re.fullmatch(style, row["住址"])]
        assert len(found) == (1 if row["住址"] else 0)
        seen.update(found)
    assert sorted(seen) == list(range(6))


# --- building ------------------------------------------------------------------------


def test_before_building_the_folder_says_that_residents_are_missing(again):
    with pytest.raises(DataFault, match="renlin build"):
        open_community(again)


def test_building_lists_doubtful_rows_and_raises_nothing(place):
    assert len(place["doubtful"]) > 0
    assert 3000 <= len(place.present()) <= 3200
    assert 1250 <= len(place["households"]) <= 1400


@pytest.fixture(scope="module")
def truth():
    """Return (file, row) -> resident as the generator drew them, and (file, row) -> fault."""
    sys.path.insert(0, str(ROOT / "examples"))
    try:
        from liulin_generator import sheets, spoilt
    finally:
        sys.path.remove(str(ROOT / "examples"))
    who, wrong = {}, {}
    for messy in (spoilt.household(), spoilt.civil(), spoilt.medical(), spoilt.grid()):
        file = sheets.place(messy.register.name)
        for index, entry in enumerate(messy.entries):
            row = file, sheets.row_number(messy.register.name, index)
            who[row] = entry.person or str(row)
        for fault in messy.planted:
            for index in fault.entries:
                wrong[file, sheets.row_number(messy.register.name, index)] = fault.code
    return who, wrong


def test_building_joins_no_two_residents_and_splits_almost_none(place, truth):
    who, wrong = truth
    links = place["links"]
    found = dict(zip(zip(links["file"], links["row"], strict=True), links["person"], strict=True))
    joined, split = defaultdict(set), defaultdict(set)
    for row, person in who.items():
        joined[found[row]].add(person)
        split[person].add(found[row])
    assert [residents for residents in joined.values() if len(residents) > 1] == []
    apart = {row for row, person in who.items() if len(split[person]) > 1}
    assert len(apart) < 0.005 * len(who)
    for code in set(wrong.values()) - {"doubtful"}:  # these wait for people
        rows = {row for row, fault in wrong.items() if fault == code}
        assert len(rows & apart) <= 0.05 * len(rows), code


@pytest.fixture(scope="module")
def cases():
    """Return (register file, row) -> the doubt planted there, in the order of the rows."""
    sys.path.insert(0, str(ROOT / "examples"))
    try:
        from liulin_generator import doubts, sheets, spoilt
    finally:
        sys.path.remove(str(ROOT / "examples"))
    found = {}
    for messy in (spoilt.civil(), spoilt.medical()):
        name = messy.register.name
        own = [case for case in doubts.CASES if case.register == name]
        last = len(messy.entries) - len(own)
        for at, case in enumerate(own):
            found[sheets.place(name), sheets.row_number(name, last + at)] = case
    return found


def test_people_are_asked_about_every_doubtful_row_and_told_which_fields_speak_for_what(
    place, cases, truth
):
    who, _ = truth
    doubts = place["doubtful"]
    asked = {(row["file"], row["row"]): row for row in doubts.to_dict("records")}
    assert set(cases) <= set(asked)
    assert 6 <= len(doubts) <= 10
    assert doubts["probability"].between(0.5, 0.95).sum() >= 5
    assert set(doubts["state"]) == {"open"}
    for row, case in cases.items():
        told = asked[row]
        assert told["weights"].count(":") == 6
        other = who[told["with_file"], told["with_row"]]
        assert (who[row] == other) == case.same, case.code


def test_what_is_true_of_the_doubtful_rows_stands_in_no_file_of_the_example(faults, cases):
    listed = [fault for fault in faults if fault["code"] == "doubtful"]
    assert sum(fault["count"] for fault in listed) == len(cases)
    words = repr(listed)
    assert not [case.code for case in cases.values() if case.code in words]


def test_one_count_of_the_workshops_is_a_correction_and_one_is_too_little_evidence(needs):
    found = needs.prevalence.table.set_index(["display", "field"])
    seen = found.loc[("over_80", "has_smart_device")]
    assert (seen["evidence"], seen["n_workshops"]) == ("correction", 2)
    assert seen["before"] < seen["after_low"]
    few = found.loc[("wheelchair", "helpers_within_30min")]
    assert (few["evidence"], few["order_flips"]) == ("insufficient", True)


def test_the_oldest_are_safer_on_the_stairs_and_know_less(needs):
    crossed = needs.crossed.table
    assert crossed[["display", "safer", "understands_less"]].values.tolist() == [
        ["over_80", "stairs_blocked", "knows_way"]
    ]
    known = needs.perception.table.set_index(["measure", "display"])
    assert known.loc[("risk_awareness", "over_80"), "understands_less"]


def test_the_layers_hold_no_contradiction(place):
    assert [remark for remark in check(place) if remark.level == "error"] == []


def test_exactly_the_four_units_of_the_south_yard_lie_beyond_the_network_gap(place):
    component = place.network.component
    off = [e for e in place["entrances"]["entrance"]
           if component[place.network.node_of["entrances", e]] != 0]  # fmt: skip
    assert off == ["b01-1", "b01-2", "b02-1", "b02-2"]


def test_pairs_helpers_and_corrections_point_to_residents_who_are_there(place):
    present = set(place.present()["person"])
    assert set(place["helpers"]["person"].dropna()) <= present
    assert set(place["pairs"]["household"]) <= set(place.present()["household"])
    stated = place["corrections"][place["corrections"]["kind"] == "person"]
    assert set(stated["subject"]) <= present


# --- what is planted -----------------------------------------------------------------


def test_vulnerability_clusters_in_space(place):
    """Moran's I of the share of residents aged 80 or carried, by building, neighbours < 80 m."""
    persons = place.present().merge(place["households"][["household", "dwelling"]], on="household")
    unit = persons["dwelling"].str.rsplit("-", n=1).str[0]
    persons["building"] = unit.map(place["entrances"].set_index("entrance")["building"])
    facts = place["facts"]
    aids = facts[(facts["indicator"] == "walking_aid") & (facts["value"] != "none")]
    weak = persons["person"].isin(aids["subject"]) | (persons["age"] >= 80).fillna(False)
    share = weak.groupby(persons["building"]).mean()
    outlines = place["buildings"].set_index("building")["geometry"]
    x = np.array([(outlines[b].centroid.x, outlines[b].centroid.y) for b in share.index])
    near = np.linalg.norm(x[:, None] - x[None, :], axis=2)
    weights = ((near > 0) & (near < 80.0)).astype(float)

    def moran(values):
        z = values - values.mean()
        return len(z) / weights.sum() * (z @ weights @ z) / (z @ z)

    found = moran(share.to_numpy())
    shuffles = draw(1, "shuffle", list(share.index), count=99)
    shuffled = [moran(share.to_numpy()[np.argsort(shuffles[:, i])]) for i in range(99)]
    assert found > max(shuffled)
    assert found > 0.2


def test_two_duties_have_nobody_accountable_and_one_has_two_bodies(place):
    duties = place["duties"].set_index("duty")["accountable"]
    assert sorted(duties.index[duties.isna()]) == ["flood-warn", "gas-recover"]
    assert list(duties.index[duties.str.contains(";").fillna(False)]) == ["fire-respond"]
    assert (
        Counter(zip(place["duties"]["hazard"], place["duties"]["phase"], strict=True)).most_common(
            1
        )[0][1]
        == 1
    )


def test_spaces_contradict_in_use_management_and_planning(place):
    spaces = place["spaces"].set_index("space")
    assert spaces["manager"].str.contains(";").fillna(False).sum() == 2
    assert spaces["manager"].isna().sum() == 2
    shelters = place["facilities"].query("kind == 'shelter'").set_index("space")
    taken = place["uses"].groupby("space")["area_taken"].max()
    free = spaces["area"] - taken.reindex(spaces.index)
    assert (free.reindex(shelters.index) < shelters["area"]).all()
    assert place["walks"].set_index("walk")["width"]["row2-c"] < 4.0
    hydrants = place["facilities"].query("kind == 'hydrant'").geometry
    dry = [
        building
        for door, building in zip(
            place["entrances"].geometry, place["entrances"]["building"], strict=True
        )
        if hydrants.distance(door).min() > 150.0
    ]
    assert {f"b{number:02d}" for number in range(1, 8)} <= set(dry)


def test_some_places_were_inspected_again_and_two_buildings_never(place):
    hazards = place["hazards"]
    assert (hazards["inspected_on"].max() - hazards["inspected_on"].min()).days > 800
    again_ = hazards.groupby(["place", "kind"]).size()
    assert (again_ > 1).sum() > 50
    assert 0.2 < hazards["closed_on"].notna().mean() < 0.8
    units = place["entrances"].set_index("entrance")["building"]
    seen = set(hazards["place"]) | set(hazards["place"].map(units).dropna())
    slabs = set(place["buildings"].query("use != 'public'")["building"])
    assert sorted(slabs - seen) == ["b22", "b26"]


@pytest.fixture(scope="module")
def needs(place):
    return identify(place)


@pytest.fixture(scope="module")
def tiers(place, needs):
    """Return the tiers with the corrections of the workshops, and without them."""
    undone = place["corrections"].assign(state="undone")
    without = place.with_tables(corrections=undone)
    return [found.tiers.table.set_index("person") for found in (needs, identify(without))]


def test_the_two_meetings_move_the_tiers_of_exactly_the_two_residents_they_name(place, tiers):
    after, before = tiers
    moved = after.index[after["sure"] != before["sure"]]
    stated = place["corrections"].query("kind == 'person'")["subject"]
    assert sorted(moved) == sorted(stated)
    assert (after["sure"][moved] < before["sure"][moved]).all()


def test_living_alone_in_need_of_care_without_telephone_is_the_highest_tier(tiers):
    triple = tiers[0]["rules"].fillna("").str.contains("elderly.yaml#一级", regex=False)
    assert triple.sum() >= 1
    assert set(tiers[0].loc[triple, "sure"]) == {1}


# --- schemes -------------------------------------------------------------------------


def test_both_schemes_cost_the_budget_and_are_the_sums_of_their_measures(place):
    assert place.schemes["a"].cost == place.schemes["b"].cost == place.study.budget == 860_000
    for code in ("a", "b"):
        own = {edit.model_dump_json() for edit in place.schemes[code].edit}
        parts = [
            scheme for name, scheme in place.schemes.items()
            if name.startswith("measure-") and {e.model_dump_json() for e in scheme.edit} <= own
        ]  # fmt: skip
        assert sum(part.cost for part in parts) == 860_000


def test_every_scheme_applies_to_the_example(place):
    for scheme in place.schemes.values():
        assert apply(scheme, place).scheme == scheme.code


def test_the_budget_does_not_buy_all_measures_and_each_names_its_scheme(place):
    measures = place["measures"]
    assert 10 <= len(measures) <= 16
    assert measures["cost"].sum() > 2 * place.study.budget
    assert {name.removesuffix(".toml") for name in measures["scheme"]} == set(measures["measure"])
    assert {place.schemes[code].cost for code in measures["measure"]} == set(measures["cost"])


def door_times(place, kind: str, mode: str, hour: float) -> pd.Series:
    """Return seconds from every street door to the nearest shelter, without crowding."""
    network = place.network
    shelters = place["facilities"].query("kind == 'shelter'")["facility"]
    walked = passage(
        network, place.catalogue.classes[kind], place.catalogue,
        view="optimistic", mode=mode, hour=hour,
    )  # fmt: skip
    reached = field(graph(network, walked), [network.node_of["facilities", f] for f in shelters])
    doors = [network.node_of["entrances", e] for e in place["entrances"]["entrance"]]
    times = pd.Series(reached.time[doors], index=list(place["entrances"]["entrance"]))
    return times.drop([e for e in times.index if e[:3] in ("b01", "b02")])


@pytest.mark.parametrize(("hour", "least"), [(NIGHT, 120.0), (DAY, 60.0)])
def test_scheme_a_brings_walkers_nearer_and_takes_wheels_farther(place, hour, least):
    changed = apply(place.schemes["a"], place)
    walkers = door_times(changed, "adult", "alone", hour) - door_times(
        place, "adult", "alone", hour
    )
    assert walkers.mean() < -30.0
    for kind in ("wheelchair_manual", "wheelchair_electric"):
        before, after = (door_times(p, kind, "alone", hour) for p in (place, changed))
        assert (after >= before - 1e-6).all()
        assert (after - before).mean() > least


def test_scheme_a_slows_who_is_carried_in_the_south_even_with_help(place):
    changed = apply(place.schemes["a"], place)
    kind = "wheelchair_pushed"
    before, after = (door_times(p, kind, "helped", NIGHT) for p in (place, changed))
    south = [e for e in before.index if int(e[1:3]) <= 12]
    assert (after - before)[south].mean() > 60.0


@pytest.mark.parametrize("kind", ["adult", "oldest", "stick", "wheelchair_manual", "newcomer"])
@pytest.mark.parametrize("hour", [NIGHT, DAY])
def test_scheme_b_takes_nobody_farther(place, kind, hour):
    changed = apply(place.schemes["b"], place)
    before, after = (door_times(p, kind, "alone", hour) for p in (place, changed))
    assert (after <= before + 1e-6).all()


def test_scheme_b_gives_every_carried_household_two_strong_helpers_or_says_who_is_short(place):
    changed = apply(place.schemes["b"], place)
    strong = changed["helpers"].set_index("helper")["strong"]

    def carriers(pairs):
        lifting = pairs[pairs["role"].isin(["primary", "second"])]
        return lifting[lifting["helper"].map(strong).astype(bool)].groupby("household").size()

    today, then = carriers(place["pairs"]), carriers(changed["pairs"])
    assert (then >= 2).sum() > (today >= 2).sum() + 10
    assert (then.reindex(today.index) >= today).all()


@pytest.fixture(scope="module")
def pipes():
    """Return what the generator planted in the register of pipes."""
    sys.path.insert(0, str(ROOT / "examples"))
    try:
        from liulin_generator import pipes
    finally:
        sys.path.remove(str(ROOT / "examples"))
    return pipes


def test_the_planted_pipes_the_crossing_and_the_single_points_are_found_and_no_others(place, pipes):
    day = pd.Timestamp(place.settings.survey_date)
    table = failures(place["assets"], place.catalogue, day, pgv=13.0)
    worn = table["worn"].fillna(False).astype(bool)
    assert tuple(table.loc[worn, "asset"]) == pipes.OLD
    clashes = conflicts(place["assets"], place["buildings"], place.catalogue)
    found = clashes[["kind", "first", "second"]].to_numpy().tolist()
    assert found == [["crossing", *pipes.CROSSING]]
    single = {loss.part: loss.hours for loss in losses(place["utilities"]) if loss.kind == "node"}
    gas = {part for part, hours in single.items() if "gas" in {service for _, service in hours}}
    assert gas == {pipes.SINGLE_GAS}
    readme = (EXAMPLE / "README.md").read_text(encoding="utf-8")
    for name in (*pipes.OLD, *pipes.CROSSING, pipes.SINGLE_GAS):
        assert name in readme

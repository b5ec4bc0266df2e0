"""Case folders as people write them: odd but legal ones run, bad ones name every fault."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.errors import DataFault, RenlinError
from renlin.verification import verify
from renlin.verification.cases import read_case
from renlin.verification.drawing import drawn

TOML = """
zh = "房间和楼梯"
en = "room and stair"
source = "by hand"
horizon = 900
{more}

[[expect]]
measure = "{measure}"
of = {of}
{band}
source = "by hand"
"""
NODES = "node,exit,capacity\n1,false,\n2,,\n3,true,\n4,true,2\n"
LINKS = (
    "link,origin,target,length,width,kind,rises,one_way,area\n"
    "10,1,2,20,3,,,,\n11,2,3,10,1.2,stair,false,true,\n12,2,4,30,2,level,,,\n"
)
PERSONS = (
    "person,origin,exit,speed,speed_down,size,slow,group\n1,1,,1.0,0.5,,,old\n2,1,4,1.0,,2,1,\n"
)


def folder(tmp_path, name="case", *, measure="arrived", of="{}", band="low = 2", more="", **tables):
    made = tmp_path / name
    made.mkdir(parents=True)
    text = TOML.format(measure=measure, of=of, band=band, more=more)
    (made / "case.toml").write_text(text, encoding="utf-8")
    given = {"nodes": NODES, "links": LINKS, "persons": PERSONS, **tables}
    for table, rows in given.items():
        if rows is not None:
            (made / f"{table}.csv").write_bytes(rows if isinstance(rows, bytes) else rows.encode())
    return made


def got(path):
    return verify(path)["got"].iloc[0]


def faults(path):
    with pytest.raises(RenlinError) as error:
        verify(path)
    assert isinstance(error.value, DataFault)
    return [(f.place, f.row, f.column) for f in error.value.faults]


def columns(path):
    return [column for _, _, column in faults(path)]


def test_numbers_as_ids_empty_cells_and_a_stair_down_run(tmp_path):
    """20 m at 1 m/s and 10 m of stairs at 0.5 m/s: 40 s."""
    case = folder(tmp_path, measure="exit_time", of="{ person = 1 }", band="low = 40\nhigh = 40")
    assert verify(case)["verdict"].tolist() == ["within"]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: text.replace(",", " , "),
        lambda text: text.rstrip("\n"),
        lambda text: text + "\n\n,,\n",
        lambda text: text.replace("\n", ",\n"),
        lambda text: text.replace("true", "TRUE").replace("false", "No"),
        lambda text: "\n".join(f'"{line}"'.replace(",", '","') for line in text.split("\n") if line),
    ],
    ids=["bom", "crlf", "cr", "spaces", "no end", "empty rows", "empty column", "yes no", "quotes"],
)  # fmt: skip
def test_a_table_may_be_written_as_programs_write_it(tmp_path, change):
    of = "{ at = 'mean' }"
    plain = folder(tmp_path, measure="exit_time", of=of)
    odd = {"nodes": change(NODES), "links": change(LINKS), "persons": change(PERSONS)}
    other = folder(tmp_path / "odd", measure="exit_time", of=of, **odd)
    assert got(other) == got(plain)


def test_a_mark_before_case_toml_and_windows_line_ends_are_fine(tmp_path):
    case = folder(tmp_path)
    text = (case / "case.toml").read_text(encoding="utf-8")
    (case / "case.toml").write_bytes(("\ufeff" + text.replace("\n", "\r\n")).encode())
    assert got(case) == 2.0


def test_every_documented_column_may_be_there_and_empty(tmp_path):
    nodes = "node,exit,capacity,known,note\n1,,,,\n3,true,,,the gate\n"
    links = (
        "link,origin,target,length,width,kind,rises,area,boundary,flow,one_way,main,note\n"
        "10,1,3,20,3,,,,,,,,\n"
    )
    persons = (
        "person,origin,exit,release,speed,speed_down,speed_up,size,slow,group,party,body,"
        "familiar,via,note\n1,1,,,,,,,,,,,,,\n"
    )
    case = folder(tmp_path, nodes=nodes, links=links, persons=persons, band="low = 1\nhigh = 1")
    assert verify(case)["verdict"].tolist() == ["within"]


def test_nobody_to_walk_and_a_person_at_an_exit_are_no_faults(tmp_path):
    assert got(folder(tmp_path, persons="person,origin\n")) == 0.0
    there = folder(tmp_path, "there", persons="person,origin\np,3\n")
    assert got(there) == 1.0


def test_a_way_up_and_down_is_walked_at_its_own_speeds(tmp_path):
    persons = "person,origin,exit,speed,speed_up,speed_down\nu,3,4,1,0.25,0.5\n"
    links = LINKS.replace("stair,false,true", "stair,false,")
    case = folder(
        tmp_path, measure="exit_time", persons=persons, links=links, band="low = 70\nhigh = 70"
    )
    assert verify(case)["verdict"].tolist() == ["within"]


def test_a_one_way_link_is_not_walked_back(tmp_path):
    persons = "person,origin,exit\nu,3,4\n"
    assert got(folder(tmp_path, persons=persons)) == 1.0  # it stays at 3, which is an exit too


def test_several_seeds_are_drawn_and_averaged(tmp_path):
    more = (
        "seeds = [3, 4, 5]\n[draw.speed]\ndistribution = 'uniform'\nvalue = 1.0\nlow = 0.5\n"
        "high = 1.5\nunit = 'm/s'\nsource = 'by hand'"
    )
    persons = "person,origin,exit\n1,1,3\n"
    case = folder(tmp_path, measure="exit_time", more=more, persons=persons)
    alone = [
        got(folder(tmp_path / str(seed), measure="exit_time", persons=persons,
                   more=more.replace("[3, 4, 5]", f"[{seed}]")))
        for seed in (3, 4, 5)
    ]  # fmt: skip
    assert len(set(alone)) == 3
    assert got(case) == pytest.approx(np.mean(alone))


def test_the_least_or_the_greatest_over_the_seeds_can_be_asked_for(tmp_path):
    more = (
        "seeds = [1, 2, 3]\n[draw.release]\ndistribution = 'uniform'\nvalue = 5.0\nlow = 0.0\n"
        "high = 10.0\nunit = 's'\nsource = 'by hand'"
    )
    found = [
        got(folder(tmp_path / kind, measure="departure", more=more,
                   band=f"low = 0\nacross = '{kind}'"))
        for kind in ("least", "mean", "greatest")
    ]  # fmt: skip
    assert found[0] < found[1] < found[2]


def test_shares_are_drawn_per_person_whatever_the_order_of_rows(tmp_path):
    more = "[shares.exit]\n3 = 0.25\n4 = 0.75"
    rows = [f"{i:03d},1" for i in range(400)]
    nodes = NODES.replace("4,true,2", "4,true,")
    one = folder(tmp_path, measure="share", of="{ exit = 3 }", more=more, nodes=nodes,
                 persons="\n".join(["person,origin", *rows]))  # fmt: skip
    other = folder(tmp_path / "turned", measure="share", of="{ exit = 3 }", more=more, nodes=nodes,
                   persons="\n".join(["person,origin", *rows[::-1]]))  # fmt: skip
    assert 0.2 < got(one) < 0.3
    assert got(one) == got(other)


def test_draws_for_some_come_before_draws_for_all_and_never_over_a_stated_cell(tmp_path):
    point = "distribution = 'point', value = {}, unit = 'm/s', source = 'by hand'"
    more = (
        f"[[draws]]\ncolumn = 'speed'\nof = {{ group = 'old' }}\ndraw = {{ {point.format(0.5)} }}\n"
        f"[draw.speed]\n{point.format(2.0).replace(', ', chr(10))}"
    )
    persons = "person,origin,group,speed\na,1,old,\nb,1,young,\nc,1,old,1.25\n"
    case = read_case(folder(tmp_path, more=more, persons=persons))
    table = case.tables["base"]["persons"]
    assert drawn(case.code, case.stated, table, 0)["speed"].tolist() == [0.5, 2.0, "1.25"]


def test_a_series_tells_the_least_rise_from_one_variant_to_the_next(tmp_path):
    """30 m at 2.0, 1.0 and 0.5 m/s: 15, 30 and 60 s."""
    more = "[variants.slow]\npersons = 'slow.csv'\n[variants.fast]\npersons = 'fast.csv'"
    row = "person,origin,exit,speed,speed_down\np,1,4,{0},{0}\n"
    band = "low = 25\nhigh = 25\nseries = ['fast', 'base', 'slow']"
    case = folder(tmp_path, measure="exit_time", more=more, band=band, persons=row.format(1.0),
                  slow=row.format(0.5), fast=row.format(2.0))  # fmt: skip
    assert verify(case)["verdict"].tolist() == ["within"]


def test_who_never_arrives_is_never_within_a_band(tmp_path):
    persons = "person,origin,exit,speed\np,1,4,0\n"
    case = folder(tmp_path, measure="exit_time", persons=persons, band="low = 1")
    assert verify(case)[["got", "verdict"]].to_numpy().tolist() == [[np.inf, "outside"]]


def test_dividing_by_nothing_is_outside_and_no_crash(tmp_path):
    band = "low = 0\nover_of = { link = 12 }"
    case = folder(tmp_path, measure="queue", of="{ link = 11 }", band=band)
    assert verify(case)["verdict"].tolist() == ["outside"]


@pytest.mark.parametrize(
    ("how", "column"),
    [
        ({"measure": "exit_tme"}, "expect[1].measure"),
        ({"measure": "flow"}, "expect[1].of.link"),
        ({"measure": "flow", "of": "{ link = 99 }"}, "expect[1].of.link"),
        ({"measure": "flow", "of": "{ link = 11, directon = 1 }"}, "expect[1].of"),
        ({"measure": "flow", "of": "{ link = 11, direction = 2 }"}, "expect[1].of.direction"),
        ({"measure": "flow", "of": "{ link = 11, to = 7 }"}, "expect[1].of.to"),
        ({"measure": "peak_flow", "of": "{ link = 11, window = 0 }"}, "expect[1].of.window"),
        ({"measure": "exit_time", "of": "{ at = 'lst' }"}, "expect[1].of.at"),
        ({"of": "{ group = 'young' }"}, "expect[1].of.group"),
        ({"of": "{ exit = 'gate' }"}, "expect[1].of.exit"),
        ({"of": "{ person = 9 }"}, "expect[1].of.person"),
        ({"measure": "fit"}, "expect[1].of.distribution"),
        ({"measure": "fit", "of": "{ distribution = 'normal', value = 1 }"}, "expect[1].of"),
        ({"measure": "fit", "of": "{ distribution = 'bell' }"}, "expect[1].of"),
        ({"band": "low = 1\nvariant = 'two'"}, "expect[1].variant"),
        ({"band": "low = 1\nover = 'two'"}, "expect[1].over"),
        ({"band": "low = 1\nseries = ['base', 'two']"}, "expect[1].series"),
        ({"band": "low = 1\nseries = ['base']"}, "expect.0"),
        ({"band": "low = 2\nhigh = 1"}, "expect.0"),
        ({"band": ""}, "expect.0"),
        ({"band": "low = nan"}, "expect.0.low"),
        ({"band": "low = 1\nacross = 'median'"}, "expect.0.across"),
        ({"more": "seeds = []"}, "seeds"),
        ({"more": "horizon = 0"}, None),
        ({"more": "speed_density = { lvl = 'weidmann' }"}, "speed_density"),
        ({"more": "speed_density = { level = 'wiedmann' }"}, "speed_density.level"),
        ({"more": "[shares.exit]\n3 = 0.5\n4 = 0.6"}, "shares.exit"),
        ({"more": "[shares.exits]\n3 = 1.0"}, "shares.exits"),
        ({"more": "[variants.base]\nwithout = [10]"}, "variants.base"),
        ({"more": "[variants.two]\nwithout = [99]"}, "variants.two.without"),
        ({"more": "[variants.two]\nwihtout = [10]"}, "variants.two.wihtout"),
        ({"more": "[variants.two]\npersons = '../persons.csv'"}, None),
        ({"more": "[variants.two]\npersons = 'two.csv'"}, None),
    ],
)
def test_what_case_toml_says_wrong_is_told_by_name(tmp_path, how, column):
    assert columns(folder(tmp_path, **how)) == [column]


def test_a_draw_of_a_column_that_holds_no_number_is_told_by_name(tmp_path):
    draw = "distribution = 'point', value = 1, unit = '', source = 'by hand'"
    more = f"draw = {{ group = {{ {draw} }} }}\n[[draws]]\ncolumn = 'origin'\ndraw = {{ {draw} }}\n"
    assert columns(folder(tmp_path, more=more)) == ["draw.group", "draws[1].column"]


@pytest.mark.parametrize(
    ("tables", "place", "row", "column"),
    [
        ({"persons": None}, "case/persons.csv", None, None),
        ({"persons": ""}, "case/persons.csv", 1, None),
        ({"persons": "person,origin\np,1,7\n"}, "case/persons.csv", 2, None),
        ({"persons": 'person,origin\n"p,1\n'}, "case/persons.csv", 2, None),
        ({"persons": "person,origin\np,1\n".encode("utf-16")}, "case/persons.csv", None, None),
        ({"persons": "person\np\n"}, "case/persons", None, "origin"),
        ({"persons": "person,origin,origin\np,1,1\n"}, "case/persons", None, "origin"),
        ({"persons": "person,origin,sped\np,1,1\n"}, "case/persons", None, "sped"),
        ({"persons": "person,origin\np,9\n"}, "case/persons", 2, "origin"),
        ({"persons": "person,origin\np,1\np,1\n"}, "case/persons", 3, "person"),
        ({"persons": "person,origin\n,1\n"}, "case/persons", 2, "person"),
        ({"persons": "person,origin,speed\np,1,quick\n"}, "case/persons", 2, "speed"),
        ({"persons": "person,origin,speed\np,1,nan\n"}, "case/persons", 2, "speed"),
        ({"persons": "person,origin,exit\np,1,2\n"}, "case/persons", 2, "exit"),
        ({"persons": "person,origin,slow\np,1,maybe\n"}, "case/persons", 2, "slow"),
        ({"links": "link,origin,target,length,width\n"}, "case/links", None, None),
        ({"links": LINKS.replace("stair", "ladder")}, "case/links", 3, "kind"),
        ({"links": LINKS.replace("20,3", "-20,3")}, "case/links", 2, "length"),
        ({"links": LINKS.replace("20,3", "20,0")}, "case/links", 2, "width"),
    ],
)
def test_what_a_table_says_wrong_is_told_by_file_row_and_column(
    tmp_path, tables, place, row, column
):
    assert (place, row, column) in faults(folder(tmp_path, **tables))


def test_a_network_without_an_exit_is_told_by_name(tmp_path):
    nodes = "node,exit\n1,false\n2,\n3,\n4,\n"
    case = folder(tmp_path, nodes=nodes, persons="person,origin\np,1\n")
    assert faults(case) == [("case/nodes", None, "exit")]


def test_all_faults_of_all_cases_and_variants_come_at_once(tmp_path):
    more = "[variants.two]\npersons = 'two.csv'"
    two = "person,origin\np,9\nq,8\n"
    folder(tmp_path, "a", more=more, two=two)
    folder(tmp_path, "b", measure="exit_tme")
    folder(tmp_path, "c", links=LINKS.replace("stair", "ladder"))
    assert faults(tmp_path) == [
        ("a/two.csv", 2, "origin"),
        ("a/two.csv", 3, "origin"),
        ("b/case.toml", None, "expect[1].measure"),
        ("c/links", 3, "kind"),
    ]


def test_a_bad_folder_ends_with_1_and_no_traceback(tmp_path, run_cli):
    bad = folder(tmp_path, persons="person,origin\np,9\n")
    told = run_cli("verify", bad, "--json")
    assert told.exit_code == 1
    assert json.loads(told.stdout)["faults"][0]["column"] == "origin"
    assert "Traceback" not in told.output


@given(st.data())
@settings(deadline=None, max_examples=15)
def test_no_flow_beyond_capacity_persons_conserved_names_and_order_without_effect(
    tmp_path_factory, data
):
    n = data.draw(st.integers(1, 40))
    width = data.draw(st.sampled_from([0.8, 1.0, 1.6, 2.4]))
    speeds = data.draw(st.lists(st.sampled_from([0.5, 0.9, 1.3]), min_size=n, max_size=n))
    order = data.draw(st.permutations(range(n)))
    rows = [f"p{i:02d},1,{speed}" for i, speed in enumerate(speeds)]
    head = "person,origin,speed"
    links = f"link,origin,target,length,width,kind\na,1,2,10,4,\nb,2,3,0.2,{width},door\n"
    nodes = "node,exit\n1,\n2,\n3,1\n"
    base = tmp_path_factory.mktemp("cases")
    expects = "\n".join(
        f'[[expect]]\nmeasure = "{measure}"\nof = {of}\nlow = 0\nsource = "by hand"\n'
        for measure, of in (
            ("arrived", "{}"), ("peak_flow", "{ link = 'b' }"), ("exit_time", "{}"),
            ("exit_time", "{ at = 'mean' }"),
        )
    )  # fmt: skip
    plain = folder(base, "x", nodes=nodes, links=links, persons="\n".join([head, *rows]))
    other = folder(base, "y", nodes=nodes.replace("2,", "hall,"),
                   links=links.replace("1,2,", "1,hall,").replace("b,2,", "b,hall,"),
                   persons="\n".join([head, *(rows[i] for i in order)]))  # fmt: skip
    for case in (plain, other):
        with (case / "case.toml").open("a", encoding="utf-8") as file:
            file.write(expects)
    found, mixed = verify(plain), verify(other)
    assert found["got"].tolist() == mixed["got"].tolist()
    assert found["got"][1] == n
    assert found["got"][2] <= 1.33 * width + 2 / 10.0

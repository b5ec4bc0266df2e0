"""A folder with faults in several files tells them all at once, and nothing is half-written."""

import errno

import pytest
from tests.cli.conftest import CANARIES, hashes

from renlin.intake import build as building

READING = ("check", "needs", "space", "run")


def spoil(path, old, new, encoding="utf-8"):
    text = path.read_text(encoding=encoding)
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding=encoding)


@pytest.fixture
def spoiled(registers):
    """Return a folder with a fault planted in each kind of file."""
    folder = registers / "registers"
    spoil(folder / "hukou.csv", "1996-06-05", "1996-16-05", "gb18030")
    spoil(folder / "hukou.csv", "2号楼1单元101", "2号楼1单元501", "gb18030")
    spoil(folder / "civil.csv", "姓名,地址", "姓名,宠物", "utf-8-sig")
    spoil(
        registers / "layers" / "facilities.csv", "ground-shelter,shelter", "ground-shelter,shleter"
    )
    spoil(registers / "layers" / "duties.csv", "d2,fire", "d1,fire")
    spoil(registers / "study.toml", "seeds = 6", "seds = 6")
    spoil(registers / "scenarios" / "quake.toml", 'kind = "earthquake"', 'kind = "earthquak"')
    return registers


PLANTED = (
    "registers/hukou.csv 第 3 行「出生日期」",
    "registers/civil.csv 第 1 行「宠物」",
    "layers/facilities.csv 第 2 行「kind」",
    "layers/duties.csv 第 3 行「duty」",
    "study.toml「seds」",
    "study.toml「seeds」",
    "scenarios/quake.toml「kind」",
)


@pytest.mark.parametrize("verb", READING)
def test_the_faults_of_all_files_are_told_at_once_and_nothing_is_written(call, spoiled, verb):
    before = hashes(spoiled.parent)
    done = call(verb, spoiled)
    assert done.exit_code == 1
    assert done.stdout == ""
    assert [planted for planted in PLANTED if planted not in done.stderr] == []
    assert hashes(spoiled.parent) == before


def test_building_tells_the_faults_of_registers_mapping_and_map_and_writes_nothing(call, spoiled):
    spoil(spoiled / "registers" / "mapping.toml", 'role = "civil_affairs"', 'rol = "civil_affairs"')
    spoil(spoiled / "layers" / "buildings.geojson", '"floors": 3', '"floors": 99')
    spoil(spoiled / "community.toml", "kind =", "knid =")
    before = hashes(spoiled.parent)
    done = call("build", spoiled)
    assert done.exit_code == 1
    assert done.stdout == ""
    for place in (
        "community.toml「knid」",
        "mapping.toml[registers.civil]「rol」",
        "registers/hukou.csv 第 3",
    ):
        assert place in done.stderr
    assert hashes(spoiled.parent) == before


def test_no_message_about_a_folder_names_a_resident(call, spoiled):
    for verb in (*READING, "build"):
        for language in ("zh", "en"):
            for form in ((), ("--json",)) if verb in ("build", "check") else ((),):
                done = call("--lang", language, verb, spoiled, *form)
                assert not [canary for canary in CANARIES if canary in done.output]


def test_messages_in_english_hold_the_same_faults(call, read, spoiled):
    zh, en = read("check", spoiled), read("check", spoiled, "--lang", "en")
    assert zh["n_faults"] == en["n_faults"] >= len(PLANTED)
    assert [(f["place"], f["row"], f["column"]) for f in zh["faults"]] == [
        (f["place"], f["row"], f["column"]) for f in en["faults"]
    ]


def test_a_folder_never_built_is_told_to_be_built_and_nothing_else(call, registers):
    done = call("check", registers)
    assert done.exit_code == 1
    assert "renlin build willow" in done.stderr
    assert "共 1 处" in done.stderr


def test_building_makes_residents_and_says_how_many(read, call, registers):
    made = read("build", registers)
    assert made["counts"]["persons"] == 2
    assert made["counts"]["links.name_birth"] == 1
    assert made["guessed"]["civil"]["独居"] == "lives_alone"
    assert call("check", registers).exit_code == 0


def test_registers_that_changed_since_are_read_and_a_remark_says_so(call, registers):
    call("build", registers)
    path = registers / "registers" / "civil.csv"
    path.write_text(
        path.read_text(encoding="utf-8-sig") + "陈明,柳树院2号楼1单元201,否,1999-05-05\n"
    )
    done = call("check", registers)
    assert done.exit_code == 0
    assert "名册改过" in done.stdout
    spoil(path, "1999-05-05", "1999-15-05")
    before = hashes(registers.parent)
    done = call("check", registers)
    assert done.exit_code == 1
    assert "registers/civil.csv 第 3 行「出生日期」" in done.stderr
    assert hashes(registers.parent) == before


def test_contradicting_layers_are_errors_on_stderr_and_remarks_on_stdout(call, read, willow):
    spoil(willow / "layers" / "dwellings.csv", "A-1-301,A-1,3", "A-1-301,A-1,9")
    done = call("check", willow)
    assert done.exit_code == 1
    assert "layers/dwellings 第 6 行「floor」：应为不高于 3 层，实为更高的楼层" in done.stderr
    assert "1 处错，1 处提醒" in done.stdout
    value = read("check", willow)
    assert (value["n_errors"], value["n_remarks"]) == (1, 1)
    assert value["errors"][0]["row"] == 6


@pytest.mark.parametrize(
    "error",
    [KeyboardInterrupt(), OSError(errno.ENOSPC, "No space left on device", "persons.csv")],
    ids=["stopped", "disk full"],
)
@pytest.mark.parametrize("built", [False, True], ids=["first", "again"])
def test_a_build_that_is_cut_short_leaves_the_folder_as_it_was(
    call, registers, monkeypatch, error, built
):
    if built:
        call("build", registers)
        path = registers / "registers" / "civil.csv"
        path.write_text(
            path.read_text(encoding="utf-8-sig") + "陈明,柳树院2号楼1单元201,否,1999-05-05\n"
        )
    before = hashes(registers.parent)
    written = []

    def failing(table, name, folder):
        written.append(name)
        if len(written) > 3:
            raise error
        return write_layer(table, name, folder)

    write_layer = building.write_layer
    monkeypatch.setattr(building, "write_layer", failing)
    done = call("build", registers)
    assert done.exit_code == (130 if isinstance(error, KeyboardInterrupt) else 1)
    assert "Traceback" not in done.stderr
    assert hashes(registers.parent) == before


def test_map_layers_are_brought_in_before_the_registers_are_built(read, registers):
    import geopandas as gpd

    (registers / "maps").mkdir()
    frame = gpd.read_file(registers / "layers" / "gates.geojson")
    frame.to_crs("EPSG:4326").to_file(registers / "maps" / "gates.geojson")
    mapping = '[layers.gates]\nfile = "gates.geojson"\ntable = "gates"\ndatum = "wgs84"\n'
    (registers / "maps" / "layers.toml").write_text(mapping)
    made = read("build", registers, "--layers", registers / "maps" / "layers.toml")
    assert made["layers"] == {"gates": 1}
    assert made["counts"]["persons"] == 2


def test_map_layers_with_faults_change_nothing(call, registers):
    (registers / "maps").mkdir()
    mapping = '[layers.gates]\nfile = "none.geojson"\ntable = "gates"\ndatum = "mars"\n'
    (registers / "maps" / "layers.toml").write_text(mapping)
    call("build", registers)
    before = hashes(registers.parent)
    done = call("build", registers, "--layers", registers / "maps" / "layers.toml")
    assert done.exit_code == 1
    assert hashes(registers.parent) == before

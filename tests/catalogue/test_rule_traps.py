"""Bad rule files: each is refused with file, line, what was expected and what to do."""

import pytest

from renlin.catalogue import load
from renlin.catalogue.rule_files import read_rules
from renlin.errors import CatalogueFault

CATALOGUE = load()
FILE = """\
规则集: 楼里的规矩
版本: "2026.1"
依据: [议事会决议]
生效: 2026-01-01
指标:
  独居: {字段: lives_alone, 类型: 是否, 有效期: 180天}
  失能: {字段: adl_level, 类型: 等级, 为真: ">=3"}
  无智能设备: {字段: has_smart_device, 类型: 是否, 取反: 真}
  年龄: {字段: age, 类型: 数值}
等级:
  - 名: 一级(最高)
    条件: 全部 [独居, 失能, 无智能设备]
  - 名: 二级
    条件: 任一 [失能, 年龄 >= 85]
例:
  - {给: {独居: 是, 失能: 是, 无智能设备: 是}, 应为: {等级: 一级}}
  - {给: {独居: 否, 失能: 否, 年龄: 30}, 应为: {等级: 无}}
"""


def read(**files):
    return read_rules(
        {f"{name}.yaml": text for name, text in files.items()},
        indicators=CATALOGUE.indicators,
        needs=CATALOGUE.needs,
    )


def faults(text):
    with pytest.raises(CatalogueFault) as caught:
        read(own=text)
    return caught.value.faults


def line(text):
    return next(n for n, row in enumerate(FILE.split("\n"), start=1) if text in row)


def test_the_file_itself_is_read():
    assert read(own=FILE)[0].name == "楼里的规矩"


@pytest.mark.parametrize(
    ("old", "new", "at", "got"),
    [
        ('为真: ">=3"', '为真: ">=abc"', "  失能:", "abc"),
        ('为真: ">=3"', '为真: ">=nan"', "  失能:", "nan"),
        ('为真: ">=3"', '为真: ">=.inf"', "  失能:", ".inf"),
        ('为真: ">=3"', '为真: ">=7"', "  失能:", "7"),
        ('为真: ">=3"', '为真: "<=-1"', "  失能:", "-1"),
        ("年龄 >= 85", "年龄 >= 850", "年龄 >= 85", "850"),
        ('版本: "2026.1"', "版本:", "版本", "空的"),
        ("生效: 2026-01-01", "生效: ", "生效", "空的"),
        ("生效: 2026-01-01", "生效: 2026-13-01", "生效", "2026-13-01"),
        ("取反: 真", "取反: on", "  无智能设备:", "on"),
        ('版本: "2026.1"', "版本: &a 2026", "版本", "锚点"),
        ('版本: "2026.1"', "版本: !!python/name:os.system x", "版本", "类型标记"),
        ('版本: "2026.1"', '版本: "2026.1"\n版本: 2', "生效", "又写了"),
        ("年龄 >= 85]", "年龄 ~ 85]", "年龄 >= 85", "~"),
        ("年龄 >= 85]", '年龄 >= 85] "', "年龄 >= 85", '"'),
        ("年龄: 30", "年龄: 老", "年龄: 30", "老"),
        ("年龄: 30", "年龄: 300", "年龄: 30", "300"),
        ("独居: 否, ", "独居: 也许, ", "年龄: 30", "也许"),
        ("字段: adl_level,", '条件: "独居",', "  失能:", "条件之外"),
    ],
)
def test_a_trap_is_refused_at_its_line_and_says_what_was_found(old, new, at, got):
    found = faults(FILE.replace(old, new, 1))
    assert {fault.place for fault in found} == {"tiers/own.yaml"}
    wanted = line(at) if "又写了" not in got else line("版本") + 1
    assert wanted in {fault.row for fault in found}
    assert any(got in fault.got.zh for fault in found)
    assert all(fault.remedy.zh and fault.remedy.en for fault in found)


def test_a_wrong_definition_is_told_once_and_not_again_at_every_use():
    assert [f.column for f in faults(FILE.replace('">=3"', '">=abc"'))] == ["失能"]


@pytest.mark.parametrize(
    ("old", "new", "at", "said"),
    [
        ('版本: "2026.1"', "版本：2026.1", "版本", "半角"),
        ("{字段: lives_alone, ", "{字段：lives_alone，", "  独居:", "半角"),
        ("  失能: {", "\t失能: {", "  失能:", "空格"),
    ],
)
def test_full_width_signs_and_tabs_get_a_remedy_of_their_own(old, new, at, said):
    found = faults(FILE.replace(old, new, 1))
    assert (line(at), True) in {(f.row, said in f.remedy.zh) for f in found}


def test_a_control_character_is_refused_at_its_line():
    (found,) = faults(FILE.replace("生效: 2026", "生效: \x01 2026"))
    assert found.row == line("生效")


@pytest.mark.parametrize("deep", ["[" * 3000 + "]" * 3000, '"' + "非 " * 3000 + '独居"'])
def test_what_is_nested_too_deep_is_a_fault_and_never_a_crash(deep):
    assert faults(FILE.replace("任一 [失能, 年龄 >= 85]", deep))


def test_words_that_yaml_would_read_as_booleans_stay_words():
    text = FILE.replace("独居: 是, 失能: 是, 无", "独居: yes, 失能: true, 无")
    assert read(own=text)[0].examples[0].given["独居"] == "yes"


def test_two_rule_sets_of_one_name_are_refused():
    with pytest.raises(CatalogueFault) as caught:
        read(one=FILE, two=FILE)
    (found,) = caught.value.faults
    assert (found.place, found.row, found.column) == ("tiers/two.yaml", 1, "规则集")


def test_every_fault_of_every_file_comes_at_once():
    bad = FILE.replace('">=3"', '">=abc"').replace('"2026.1"', "")
    with pytest.raises(CatalogueFault) as caught:
        read(one=bad, two=FILE.replace("生效: 2026-01-01", "生效: 明天").replace("楼", "院"))
    assert len(caught.value.faults) == 3


@pytest.fixture
def overlay(tmp_path):
    (tmp_path / "tiers").mkdir()

    def written(name, content):
        (tmp_path / "tiers" / name).write_bytes(content)
        return tmp_path

    return written


def test_a_rule_file_in_another_coding_is_refused_with_its_line(overlay):
    folder = overlay("own.yaml", b"# rules\n" + FILE.encode("gb18030"))
    with pytest.raises(CatalogueFault) as caught:
        load(folder)
    (found,) = caught.value.faults
    assert (found.place, found.row) == ("tiers/own.yaml", 2)
    assert "GBK" in found.got.zh


def test_a_byte_order_mark_does_no_harm(overlay):
    text = load(overlay("own.yaml", FILE.encode("utf-8-sig"))).tier_files["own.yaml"]
    assert read(own=text)


def test_a_file_that_would_be_passed_over_because_of_its_ending_is_refused(overlay):
    with pytest.raises(CatalogueFault, match=r"\.yml"):
        load(overlay("own.yml", FILE.encode()))

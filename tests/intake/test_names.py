"""One person has one key, however the name is written; rare hanzi stay what they are."""

import pytest

from renlin.intake.names import latin_keys, read_name


@pytest.mark.parametrize(
    "text",
    [
        "李晓明", "李 晓 明", "李　晓明", "李晓明（户主）", "Li Xiaoming", "Xiaoming Li",
        "LI XIAOMING", "Li, Xiaoming", "Lǐ Xiǎomíng", "Li Xiao Ming", "Li Xiao-ming",
        "LiXiaoming", "lixiaoming",
    ],
)  # fmt: skip
def test_hanzi_and_pinyin_in_any_order_have_one_key(text):
    assert read_name(text).pinyin == "li xiaoming"


def test_only_names_in_hanzi_have_a_hanzi_key():
    assert read_name("李 晓明").hanzi == "李晓明"
    assert read_name("Li Xiaoming").hanzi is None


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("单雄信", "shan xiongxin"),
        ("仇英", "qiu ying"),
        ("区适子", "ou shizi"),
        ("查良镛", "liangyong zha"),
        ("解缙", "jin xie"),
        ("曾国藩", "guofan zeng"),
        ("任贤齐", "ren xianqi"),
        ("吕布", "bu lv"),
        ("欧阳修", "ouyang xiu"),
        ("司马光", "guang sima"),
        ("万俟卨", "moqi xie"),
        ("尉迟恭", "gong yuchi"),
        ("欧阳", "ou yang"),
        ("张", "zhang"),
    ],
)
def test_surnames_are_read_as_surnames(name, key):
    assert read_name(name).pinyin == key


def test_a_compound_surname_may_also_be_a_single_one():
    assert read_name("欧阳修").others == ("ou yangxiu",)
    assert read_name("Ou Yang Xiu").pinyin == "ouyang xiu"


def test_a_surname_with_two_readings_has_both_keys():
    found = read_name("覃伟")
    assert (found.pinyin, found.others) == ("qin wei", ("tan wei",))


@pytest.mark.parametrize("text", ["LYU BU", "Lü Bu", "Lǚ Bù"])
def test_the_letter_u_with_dots_is_one_key(text):
    assert read_name(text).pinyin == read_name("吕布").pinyin


@pytest.mark.parametrize(
    "text",
    ["买买提·吐尔逊", "买买提•吐尔逊", "买买提．吐尔逊", "买买提・吐尔逊", "买买提 · 吐尔逊"],
)
def test_dots_of_every_kind_are_one_dot_and_no_part_of_the_key(text):
    found = read_name(text)
    assert (found.text, found.hanzi) == ("买买提·吐尔逊", "买买提吐尔逊")
    assert found.pinyin == "maimaiti tuerxun"
    assert read_name("买买提吐尔逊").hanzi == found.hanzi


@pytest.mark.parametrize("name", ["𠮷野明", "㐂田明", "刘〇", "\ue000明"])
def test_rare_and_private_hanzi_are_kept(name):
    assert read_name(name).hanzi == name


def test_a_private_use_character_is_doubted():
    assert [d.got.en for d in read_name("\ue000明").reasons] == ["a private-use character"]


@pytest.mark.parametrize(
    "name",
    [
        "王某",
        "王某某",
        "王*",
        "王**",
        "王XX",
        "王×明",
        "王奶奶",
        "欧阳老师",
        "老王",
        "小李",
        "王秀英之子",
    ],
)
def test_forms_of_address_and_hidden_names_give_no_key(name):
    found = read_name(name)
    assert (found.kind, found.hanzi, found.pinyin) == ("masked", None, None)
    assert found.reasons


@pytest.mark.parametrize("name", ["张?明", "张�明", "张□明", "？？"])
def test_lost_characters_give_no_key(name):
    assert (read_name(name).kind, read_name(name).pinyin) == ("damaged", None)


@pytest.mark.parametrize("name", ["123", "王Xiao", "--1"])
def test_what_is_no_whole_name_gives_no_key(name):
    assert (read_name(name).kind, read_name(name).pinyin) == ("unknown", None)


def test_remarks_and_digits_are_kept_out_of_the_key_and_doubted():
    found = read_name("王秀英(已故)")
    assert (found.hanzi, found.remark, len(found.reasons)) == ("王秀英", "已故", 1)
    assert read_name("王秀英2").hanzi == "王秀英"
    assert read_name("王秀英2").reasons


@pytest.mark.parametrize("text", [None, "", " ", "无", "不详", "/", "（空）"])
def test_no_name_is_missing(text):
    assert read_name(text).kind == "missing"


def test_one_latin_word_is_cut_where_a_surname_ends_and_also_kept_whole():
    assert latin_keys("wangbo") == ("bo wang", "wangbo")
    assert set(latin_keys("fangang")) == {"ang fang", "fan gang", "fangang"}
    assert latin_keys("Martin") == ("martin",)


def test_names_of_other_alphabets_lose_accents_only():
    assert read_name("Hélène Martin").pinyin == "helene martin"

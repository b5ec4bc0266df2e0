"""Both languages say the same things, and every word that is used exists."""

import inspect
import re
from importlib.resources import files
from string import Formatter

import pytest

from renlin.catalogue.load import load
from renlin.catalogue.models import Word
from renlin.errors import CatalogueFault
from renlin.report import sentences_en, sentences_zh
from renlin.report.language import heading, own_words, speak

ROOT = files("renlin.report")
SOURCES = sorted(p for p in ROOT.rglob("*.py"))
TEMPLATES = sorted(ROOT.joinpath("templates").rglob("*.j2"))


def functions(module):
    return {
        name: list(inspect.signature(found).parameters)
        for name, found in inspect.getmembers(module, inspect.isfunction)
        if not name.startswith("_") and found.__module__ == module.__name__
    }


def test_both_languages_have_the_same_sentences():
    chinese, english = functions(sentences_zh), functions(sentences_en)
    english.pop("the")
    assert chinese == english


def test_a_word_has_the_same_places_to_fill_in_both_languages():
    def fields(text):
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    different = [code for code, (zh, en) in own_words().items() if not fields(en) <= fields(zh)]
    assert different == []


def test_every_word_a_template_asks_for_exists():
    known = speak("zh", load()).words
    asked = {w for t in TEMPLATES for w in re.findall(r"w\('([a-z_0-9]+)'\)", t.read_text("utf-8"))}
    assert asked
    assert sorted(asked - set(known)) == []


def test_every_word_the_code_asks_for_exists():
    known = set(speak("zh", load()).words)
    asked = {
        w for s in SOURCES for w in re.findall(r"\bword\(\s*\"([a-z_0-9]+)\"", s.read_text("utf-8"))
    }
    assert len(asked) > 100
    assert sorted(asked - known) == []


def test_the_list_of_words_names_each_once():
    lines = (ROOT / "assets" / "words.csv").read_text(encoding="utf-8").splitlines()
    codes = [line.split(",", 1)[0] for line in lines]
    assert sorted({c for c in codes if codes.count(c) > 1}) == []


def test_a_word_of_the_community_replaces_the_reports_own():
    catalogue = load()
    local = {**catalogue.words, "gap_no": Word(code="gap_no", zh="断头巷", en="dead end")}
    origins = {**catalogue.origins, ("words", "gap_no"): "overlay"}
    changed = type(catalogue)(**{**catalogue.__dict__, "words": local, "origins": origins})
    assert speak("zh", changed).word("gap_no") == "断头巷"


def test_an_unknown_word_is_a_fault_that_offers_the_nearest():
    with pytest.raises(CatalogueFault) as caught:
        speak("zh", load()).word("page_plan")
    assert "page_plans" in caught.value.text("en")


def test_a_third_language_is_refused():
    with pytest.raises(CatalogueFault):
        speak("fr", load())


@pytest.mark.parametrize(
    "word", ["弱势", "失能", "空巢", "残障人员", "请务必", "！", "赋能", "抓手"]
)
def test_the_reports_words_use_none_that_label_people(word):
    texts = [zh for zh, _ in own_words().values()]
    allowed = {"view_actors_equity", "view_allocation_equity"}
    found = [code for code, (zh, _) in own_words().items() if word in zh and code not in allowed]
    assert texts
    assert found == []


def test_people_are_named_by_what_they_need():
    assert sentences_zh.people("坐轮椅") == "坐轮椅的居民"
    assert sentences_zh.people("其他居民") == "其他居民"
    assert sentences_zh.people("租户") == "租户"
    assert sentences_en.people("80 and over") == "residents aged 80 and over"
    assert sentences_en.people("wheelchair users") == "wheelchair users"


def test_hours_are_said_as_people_say_them():
    assert sentences_zh.hour_words(2.0) == "凌晨 2 点"
    assert sentences_zh.hour_words(14.5) == "下午 2 点半"
    assert sentences_zh.hour_words(12.0) == "中午 12 点"
    assert sentences_en.hour_words(2.0) == "At 02:00"


def test_what_staff_wrote_is_told_in_english_where_it_is_known_and_else_as_written():
    catalogue = load()
    english, chinese = speak("en", catalogue), speak("zh", catalogue)
    assert english.told("社区工作者", catalogue.roles) == "community worker"
    assert english.told("举手", {}) == "show of hands"
    assert english.told("画图说", {}) == "画图说"
    assert chinese.told("举手", {}) == "举手"


def test_a_column_in_english_begins_with_a_capital_unless_it_is_a_file_or_a_letter():
    assert [heading(word, "en") for word in ("signed by", "grid.txt", "n", "A v today")] == [
        "Signed by", "grid.txt", "n", "A v today",
    ]  # fmt: skip
    assert heading("signed by", "zh") == "signed by"

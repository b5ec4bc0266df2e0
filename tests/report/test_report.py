"""The report opens from disk, can be traced, and says only what the run found."""

import math
import re
from functools import cache
from html import unescape

import pytest
from tests.report.books import book, changed, synthetic, without
from tests.report.sample import results

from renlin.report.dossier import render, write_report


@cache
def page(language="zh", audience="public"):
    return render(book(language=language, audience=audience), audience)


def sheets(html):
    return re.split(r'<section class="sheet', html)[1:]


def words(html):
    bare = re.sub(r"<(script|style)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", " ", bare))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_asks_nothing_of_the_network(language):
    html = page(language)
    assert re.findall(r"(?:src|href)=\"(?!#)[^\"]*", html) == []
    assert "url(http" not in html
    assert "@import" not in html
    assert "@font-face" not in html


def test_the_same_run_gives_the_same_bytes(tmp_path):
    first = write_report(results(), tmp_path / "out").read_bytes()
    second = write_report(results(), tmp_path / "out").read_bytes()
    assert first == second
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["report.html"]


def test_both_languages_come_from_the_same_templates():
    chinese, english = (
        re.findall(r'<section class="sheet[^"]*" id="([^"]+)"', page(c)) for c in ("zh", "en")
    )
    assert chinese == english
    assert len(chinese) > 15


def test_english_sentences_hold_no_chinese_but_names():
    names = "".join(
        str(v)
        for table in ("buildings", "entrances", "gates", "spaces", "facilities")
        for v in results().community[table]["name"]
    )
    place = results().community
    data = set(names) | set("拓宽主通道北门常开搬运椅结对帮扶坡道分流楼照明示意底图")
    data |= set(place.policy.decided_by + "街道社区帮手网格员医生座谈入户小学钥匙放在门卫和两处")
    data |= set(
        "先到西夜里留一个人能推开的锁把补四对邻居第排宽米号常用药没有负责单位不止同件事代班"
    )
    left = {c for c in words(page("en")) if "\u4e00" <= c <= "\u9fff"} - data
    assert left == set()


def test_every_number_that_opens_its_source_names_a_cell_that_exists():
    by_id = {found.id: found for found in results().findings.values()}
    rows = {}
    for name, found in by_id.items():
        key = list(found.provenance.key)
        rows[name] = set(found.table[key].astype(str).agg("|".join, axis=1)) if key else set()
    cited = re.findall(
        r'data-finding="([^"]+)"(?: data-row="([^"]*)")?(?: data-column="([^"]*)")?', page()
    )
    assert len(cited) > 400
    for finding, row, column in set(cited):
        assert finding in by_id
        assert not row or unescape(row) in rows[finding], (by_id[finding].name, row)
        assert not column or column in by_id[finding].table.columns


def test_numbers_can_be_reached_and_opened_with_the_keyboard():
    cited = re.findall(r"<[a-z]+ [^>]*data-finding[^>]*>", page())
    assert all('tabindex="0"' in tag for tag in cited)


def test_no_person_and_no_household_is_in_it():
    place = results().community
    html = page()
    told = set(re.findall(r"[\w-]+", html))
    assert not told & set(place["persons"]["person"])
    assert not told & set(place["households"]["household"])
    assert not told & set(place["dwellings"]["dwelling"])


def test_a_sample_says_so_on_every_page():
    assert all("示例数据 SAMPLE" in sheet for sheet in sheets(page()))
    assert '@top-right{content:"示例数据 SAMPLE"' in page()


def test_synthetic_people_are_named_as_such_on_every_page():
    html = render(book(synthetic()), "public")
    assert all("合成人口 SYNTHETIC" in sheet for sheet in sheets(html))
    assert "示例数据" not in words(html)
    assert '@top-right{content:"合成人口 SYNTHETIC"' in html


def test_the_internal_version_says_so_on_every_page():
    assert all("内部版" in sheet for sheet in sheets(page(audience="internal")))
    assert "内部版，" not in "".join(s.split('class="stamps"')[1][:200] for s in sheets(page()))


def test_a_group_under_k_is_named_and_its_figures_are_not():
    def shrink(table):
        small = table["display"] == "wheelchair"
        return table.assign(n=table["n"].mask(small, 4), value=table["value"].mask(small, 7777.0))

    run = changed("simulation.comparison", shrink)
    html = render(book(run), "public")
    assert "坐轮椅少于 10 人，不单列" in words(html).replace("\xa0", " ")
    comparison = next(s for s in sheets(html) if 'id="comparison"' in s)
    assert "129.6" not in words(comparison)
    internal = render(
        book(changed("simulation.comparison", shrink), audience="internal"), "internal"
    )
    assert "129.6" in words(internal)


def test_the_headline_is_that_of_the_dual_view():
    told = words(sheets(page())[0]).replace("\xa0", " ")
    assert "同样 86 万元，公平方案比普适方案让坐轮椅的居民" in told
    assert "早到 6.4 分钟，其他居民晚到 0.9 分钟" in told


def test_no_winner_is_named_inside_the_interval():
    def blur(table):
        return table.assign(universal_low=-900.0, universal_high=900.0)

    told = words(sheets(render(book(changed("study.price", blur)), "public"))[0])
    assert "谁快谁慢未定：区间跨零" in told
    assert "早到" not in told


def test_an_unflagged_scheme_is_not_spoken_of_as_flagged():
    def clear(table):
        return table.assign(verdict="not_found", forms="")

    told = words(sheets(render(book(changed("study.paradox", clear)), "public"))[0])
    assert "未发现" in told
    assert "已标记" not in told
    assert "却让" not in told


def test_without_schemes_the_report_says_that_the_paradox_cannot_be_tested():
    html = render(book(without("simulation.comparison", "study.")), "public")
    told = words(html)
    assert "效率悖论无从检验" in told
    assert "才到安全处" in words(sheets(html)[0])
    assert "没有推演方案" in told


def test_without_any_finding_every_page_says_what_is_missing():
    html = render(book(without()), "public")
    told = words(html)
    assert "还没有空间研判" in told
    assert "还没有识别需求" in told
    assert "None" not in told
    assert "nan" not in told.lower()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_missing_is_written_as_a_machine_would(language):
    told = words(page(language))
    assert re.findall(r"\b(?:None|nan|NaN|NaT|inf|True|False)\b", told) == []


def test_every_average_stands_on_its_groups_and_the_gap():
    equity = next(s for s in sheets(page()) if 'id="equity"' in s)
    head = re.findall(r"<thead>(.*?)</thead>", equity, re.DOTALL)
    assert len(head) == 2
    assert all("全体平均" in h and "坐轮椅" in h and "差距" in h for h in head)


def test_covered_not_covered_and_unknown_add_up_to_everybody():
    unknown = words(next(s for s in sheets(page()) if 'id="unknown"' in s))
    table = results()["space.coverage"].table
    states = table["state"].value_counts()
    for n in (states["covered"], states["not_covered"], states["unknown"], len(table)):
        assert f"{n:,}" in unknown


def test_the_policy_in_force_and_who_decided_it_are_printed():
    told = words(next(s for s in sheets(page()) if 'id="policy"' in s))
    assert "ε = 15%" in told.replace("\xa0", " ")
    assert "社区韧性治理委员会，2026-10-12 定" in told


def test_every_finding_of_the_run_is_listed_with_its_id():
    told = next(s for s in sheets(page()) if 'id="policy"' in s)
    assert all(found.id in told for found in results().findings.values())


def test_print_numbers_the_pages_and_repeats_the_heads():
    html = page()
    assert "@page{size:A4" in html
    assert 'counter(page) " / " counter(pages)' in html
    assert "thead{display:table-header-group}" in html


def test_the_words_of_the_place_cannot_break_the_page():
    def nasty(table):
        return table.assign(text_zh="<script>alert(1)</script>")

    html = render(book(changed("governance.responses", nasty)), "public")
    assert "<script>alert" not in html


def test_unknown_reach_is_hatched_and_counted():
    first = sheets(page())[0]
    assert 'class="m-unknown"' in first
    assert "未知 5：缺路网或检查资料" in words(first)


def test_levels_that_are_not_known_are_called_unknown():
    def lose(table):
        return table.assign(risk=math.nan, low=math.nan, high=math.nan)

    html = render(book(changed("space.hazard", lose)), "public")
    assert "0.00" not in words(next(s for s in sheets(html) if 'id="themes"' in s))


def test_every_column_in_english_begins_with_a_capital():
    heads = re.findall(r'<th scope="col"[^>]*>(.*?)</th>', page("en"), flags=re.DOTALL)
    plain = [unescape(re.sub(r"<[^>]+>", "", head)).strip() for head in heads]
    small = [head for head in plain if len(head.split(" ")[0]) > 1 and head[0].islower()]
    assert len(plain) > 50
    assert [head for head in small if not {".", "_"} & set(head.split(" ")[0])] == []

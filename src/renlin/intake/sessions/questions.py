"""List the questions of one form, the same on paper, on a telephone and in a table."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import combinations
from typing import Literal

from renlin.catalogue.load import Catalogue
from renlin.errors import CatalogueFault, Fault, Said, did_you_mean

Kind = Literal["text", "date", "whole", "one", "many"]
CODE = r"[a-z0-9][a-z0-9-]{2,59}"
"""A session's code, which is also the name of its file."""
YES_NO = (
    ("yes", "是", "yes"),
    ("no", "否", "no"),
    ("unknown", "不知道或不想说", "not known or not said"),
)
_RULE_SET = re.compile(r"^规则集:\s*(.+?)\s*$", re.MULTILINE)
MEASURE, PAIR, BETWEEN = "m_", "p_", "__"


@dataclass(frozen=True)
class Question:
    """One question.

    Attributes
    ----------
    name
        Column of the answer; letters, digits and ``_``.
    kind
        How it is answered.
    zh, en
        The question in both languages.
    choices
        (code, Chinese, English), for ``one`` and ``many``.
    section
        Part of the form: session, person, measure, wish, case, mention.
    required
        Whether the form insists on an answer.
    constraint
        XPath condition on the answer, with what to say when it fails.
    words
        Other headings the column may have in a table.
    """

    name: str
    kind: Kind
    zh: str
    en: str
    section: str
    choices: tuple[tuple[str, str, str], ...] = ()
    required: bool = False
    constraint: str = ""
    message: tuple[str, str] = ("", "")
    words: tuple[str, ...] = field(default=())


AGE = (
    ("under_60", "60 岁以下", "under 60"),
    ("60_79", "60 到 79 岁", "60 to 79"),
    ("80_over", "80 岁以上", "80 and over"),
)
LIVING = (("alone", "一个人住", "alone"), ("together", "和别人住", "with others"))
TENURE = (("owner", "自家的房", "own dwelling"), ("tenant", "租的房", "rented"))
IMPAIRMENT = (
    ("yes", "有残疾证或行动、视听不便", "a disability of any kind"),
    ("no", "没有", "none"),
)
DIRECTION = (
    ("higher", "应该更急", "should be more urgent"),
    ("lower", "应该没那么急", "should be less urgent"),
)
LISTED = (
    ("workshop", "会上提到", "named at the workshop"),
    ("visit", "上门见到", "seen on a visit"),
)


def questions(catalogue: Catalogue, form: str) -> tuple[Question, ...]:
    """Return the questions of form ``form``, in order.

    Raises
    ------
    CatalogueFault
        When the catalogue holds no such form, or the form names what it does not hold.
    """
    if form not in catalogue.forms:
        expected = Said("目录 forms.toml 里的表", "a form of forms.toml")
        remedy = did_you_mean(form, catalogue.forms)
        raise CatalogueFault(Fault("forms.toml", expected, Said(form, form), remedy))
    entry = catalogue.forms[form]
    _known(catalogue, form)
    made = [*_head(catalogue), *_person(catalogue, entry.displays)]
    made += [_measure(catalogue, code) for code in entry.indicators]
    made += [_pair(catalogue, one, other) for one, other in combinations(entry.wishes, 2)]
    made += _case(catalogue) if entry.cases else []
    made += _mention() if entry.mentions else []
    return tuple(made)


def every_question(catalogue: Catalogue) -> dict[str, Question]:
    """Return name -> question of all forms, and of every indicator and pair of wishes."""
    made = [*_head(catalogue), *_person(catalogue, list(catalogue.displays))]
    made += [_measure(catalogue, code) for code in catalogue.indicators]
    made += [
        _pair(catalogue, one, other)
        for one in catalogue.wishes
        for other in catalogue.wishes
        if one != other
    ]
    return {one.name: one for one in [*made, *_case(catalogue), *_mention(), *_minutes(catalogue)]}


def _known(catalogue: Catalogue, form: str) -> None:
    entry = catalogue.forms[form]
    faults = [
        Fault(
            "forms.toml",
            Said(f"{part} 里的代码", f"a code of {part}"),
            Said(code, code),
            did_you_mean(code, known),
            None,
            form,
        )
        for part, codes, known in (
            ("displays.toml", entry.displays, catalogue.displays),
            ("indicators.toml", entry.indicators, catalogue.indicators),
            ("wishes.toml", entry.wishes, catalogue.wishes),
        )
        for code in codes
        if code not in known
    ]
    if faults:
        raise CatalogueFault(faults)


def _head(catalogue: Catalogue) -> list[Question]:
    ways = tuple((code, one.zh, one.en) for code, one in sorted(catalogue.recruitments.items()))
    forms = tuple((code, one.zh, one.en) for code, one in sorted(catalogue.forms.items()))
    code = (f"regex(., '^{CODE}$')", ("小写字母、数字和短横", "small letters, digits and hyphens"))
    return [
        Question(
            "session",
            "text",
            "会的编号",
            "code of the session",
            "session",
            (),
            True,
            *code,
            words=("会", "会议编号", "场次", "会次"),
        ),
        Question(
            "form",
            "one",
            "哪种会",
            "kind of session",
            "session",
            forms,
            True,
            words=("会议类型", "表"),
        ),
        Question(
            "held_on",
            "date",
            "日期",
            "date",
            "session",
            (),
            True,
            ". <= today()",
            ("不能晚于今天", "not after today"),
            words=("会议日期", "时间", "开会日期"),
        ),
        Question("venue", "text", "地点", "place", "session", (), True, words=("会议地点",)),
        Question(
            "recruitment",
            "one",
            "怎么请来的",
            "how people were found",
            "session",
            ways,
            True,
            words=("招募方式", "征集方式"),
        ),
        Question(
            "method",
            "text",
            "怎么问的（举手、逐个问、填表）",
            "how it was asked",
            "session",
            (),
            True,
            words=("方式", "方法"),
        ),
        Question(
            "signed_by",
            "text",
            "谁签字（写职务，不写姓名）",
            "signed by (role, no name)",
            "session",
            (),
            True,
            words=("签字", "签字人", "签名"),
        ),
    ]


def _person(catalogue: Catalogue, displays: list[str]) -> list[Question]:
    groups = tuple(
        (code, catalogue.displays[code].zh, catalogue.displays[code].en) for code in displays
    )
    return [
        Question(
            "voter",
            "text",
            "纸的号码（不写姓名）",
            "number of this paper (no name)",
            "person",
            words=("票号", "编号"),
        ),
        Question(
            "displays",
            "many",
            "你属于哪些（可多选）",
            "which apply to you (several)",
            "person",
            groups,
            words=("人群", "属于"),
        ),
        Question("age_band", "one", "年纪", "age", "person", AGE, words=("年龄", "年龄段")),
        Question(
            "living", "one", "和谁住", "living with", "person", LIVING, words=("居住", "居住方式")
        ),
        Question("tenure", "one", "房子", "dwelling", "person", TENURE, words=("住房",)),
        Question(
            "impairment", "one", "残疾或不便", "disability", "person", IMPAIRMENT, words=("残疾",)
        ),
    ]


def _measure(catalogue: Catalogue, code: str) -> Question:
    entry = catalogue.indicators[code]
    return Question(
        f"{MEASURE}{code}",
        "one",
        f"你是不是：{entry.zh}",
        f"do you: {entry.en}",
        "measure",
        YES_NO,
        words=(entry.zh, code),
    )


def _pair(catalogue: Catalogue, one: str, other: str) -> Question:
    names = [(c, catalogue.wishes[c].zh, catalogue.wishes[c].en) for c in (one, other)]
    (_, a, x), (_, b, y) = names
    return Question(
        f"{PAIR}{one}{BETWEEN}{other}",
        "one",
        f"哪件更急：{a}，还是{b}",
        f"more urgent: {x} or {y}",
        "wish",
        (*names, ("tie", "一样急", "both alike")),
        words=(f"{a}/{b}", f"{a}、{b}"),
    )


def _rules(catalogue: Catalogue) -> tuple[tuple[str, str, str], ...]:
    """Return the rule files by the name each gives itself; where two share one, by the file."""
    named = {}
    for file, text in sorted(catalogue.tier_files.items()):
        found = _RULE_SET.search(text)
        named[file] = found[1] if found else file
    often = Counter(named.values())
    return tuple(
        (file, name if often[name] == 1 else file, file.removesuffix(".yaml"))
        for file, name in named.items()
    )


def _case(catalogue: Catalogue) -> list[Question]:
    facts = tuple((code, one.zh, one.en) for code, one in catalogue.indicators.items())
    rules = _rules(catalogue)
    return [
        Question(
            "case_subject",
            "text",
            "个案：假名编号（P-… 或 H-…）",
            "case: pseudonym (P-… or H-…)",
            "case",
            words=("假名", "个案编号", "对象"),
        ),
        Question(
            "case_age",
            "whole",
            "个案：年龄（写了户编号时用）",
            "case: age (with a household)",
            "case",
            (),
            False,
            ". >= 0 and . <= 130",
            ("0 到 130", "0 to 130"),
        ),
        Question(
            "case_name",
            "text",
            "个案：姓名（只用来对名册，不保存）",
            "case: name (to find the record, not kept)",
            "case",
            words=("姓名", "个案姓名"),
        ),
        Question(
            "case_address",
            "text",
            "个案：楼号、单元、室（不保存）",
            "case: building, unit, room (not kept)",
            "case",
            words=("地址", "住址", "个案地址"),
        ),
        Question(
            "case_indicator",
            "one",
            "个案：哪一项不对",
            "case: what is wrong",
            "case",
            facts,
            words=("指标", "更正项"),
        ),
        Question(
            "case_value",
            "text",
            "个案：实际是",
            "case: what is true",
            "case",
            words=("实际", "更正为"),
        ),
        Question(
            "case_rule",
            "one",
            "个案：哪份规则判得不对",
            "case: which rule is wrong",
            "case",
            rules,
            words=("规则",),
        ),
        Question(
            "case_direction",
            "one",
            "个案：应该怎样",
            "case: which way",
            "case",
            DIRECTION,
            words=("方向",),
        ),
        Question(
            "case_why",
            "text",
            "个案：说了什么（不写姓名）",
            "case: what was said (no name)",
            "case",
            words=("理由", "说明"),
        ),
    ]


def _mention() -> list[Question]:
    return [
        Question(
            "seen_list",
            "one",
            "名册上可能没有的人：怎么知道的",
            "perhaps on no register: how known",
            "mention",
            LISTED,
            words=("名单", "怎么知道的"),
        ),
        Question(
            "seen_name",
            "text",
            "名册上可能没有的人：姓名（不保存）",
            "perhaps on no register: name (not kept)",
            "mention",
            words=("提到的人",),
        ),
        Question(
            "seen_address",
            "text",
            "名册上可能没有的人：住在哪里（不保存）",
            "perhaps on no register: where (not kept)",
            "mention",
            words=("提到的住址",),
        ),
    ]


def _minutes(catalogue: Catalogue) -> list[Question]:
    """Return the columns of minutes: whole counts by group, where nobody filled in a paper."""
    groups = tuple((code, one.zh, one.en) for code, one in catalogue.displays.items())
    everybody = (("all", "全体", "everybody"), *groups)
    facts = tuple((code, one.zh, one.en) for code, one in catalogue.indicators.items())
    return [
        Question("came", "one", "到会人群", "group that came", "minutes", everybody),
        Question("came_n", "whole", "到会人数", "how many came", "minutes"),
        Question("count_group", "one", "统计人群", "group counted", "minutes", everybody),
        Question("count_indicator", "one", "统计指标", "indicator counted", "minutes", facts),
        Question("count_value", "text", "统计的回答", "answer counted", "minutes"),
        Question(
            "count_asked", "whole", "问了几人", "how many asked", "minutes", words=("参加人数",)
        ),
        Question(
            "count_yes", "whole", "几人这样答", "how many said so", "minutes", words=("赞同人数",)
        ),
    ]

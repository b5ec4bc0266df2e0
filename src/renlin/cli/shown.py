"""Print what a stage found for people, in their words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from renlin.cli.output import is_unknown, language, table
from renlin.cli.views import VIEWS
from renlin.errors import Said

if TYPE_CHECKING:
    from renlin.community.community import Community
    from renlin.study.results import Results


_HEADS = {
    "accountable": Said("负责单位", "accountable"),
    "after": Said("之后", "after"),
    "against": Said("对比", "against"),
    "alert": Said("警示", "alert"),
    "amount": Said("金额(元)", "yuan"),
    "apart": Said("分得开", "apart"),
    "at_risk": Said("高风险楼里(人)", "in high-risk buildings"),
    "away": Said("外出(人)", "away"),
    "base": Said("现状", "as it is"),
    "before": Said("之前", "before"),
    "between": Said("组间", "between"),
    "beyond": Said("圈外够得着", "reached beyond"),
    "bound": Said("至少要(s)", "at least, s"),
    "by_chance": Said("随机也有", "by chance"),
    "capacity": Said("容量", "capacity"),
    "cause": Said("原因", "cause"),
    "clear": Said("净宽剩(m)", "clear width left, m"),
    "coefficient": Said("秩相关", "rank correlation"),
    "coefficient_high": Said("高", "high"),
    "coefficient_low": Said("低", "low"),
    "covered": Said("够得着", "covered"),
    "covered_share": Said("占比", "share"),
    "cut_off_households": Said("封掉后断路户数", "households cut off"),
    "declared": Said("写的", "declared"),
    "difference": Said("变化", "change"),
    "difference_high": Said("差 高", "difference, high"),
    "difference_low": Said("差 低", "difference, low"),
    "display": Said("人群", "group"),
    "distance_to_main": Said("离主路网(m)", "to the main part, m"),
    "doubt": Said("存疑", "doubt"),
    "element": Said("要素", "element"),
    "en": Said("做什么", "what is done"),
    "entrance": Said("单元", "unit"),
    "entrances": Said("单元门数", "street doors"),
    "epistemic_share": Said("参数占", "share of parameters"),
    "equivalent": Said("等价水平", "equivalent"),
    "erreygers": Said("集中指数", "Erreygers"),
    "extra_m": Said("多走(m)", "longer by, m"),
    "facility": Said("设施", "facility"),
    "factor": Said("与无慢行者之比", "against no slow walkers"),
    "fails": Said("靠不住", "fails"),
    "few_clusters": Said("楼太少", "few buildings"),
    "fewer_left": Said("少困人数", "fewer left"),
    "first": Said("第一处", "first"),
    "first_sure": Said("确定第一", "surely first"),
    "fix": Said("最省的办法", "cheapest remedy"),
    "flagged": Said("标出", "flagged"),
    "flow": Said("流量(人/(s·m))", "flow, persons/(s m)"),
    "followed_share": Said("照做占比", "share that follow"),
    "from_date": Said("从", "from"),
    "full_share": Said("满员占比", "share full"),
    "gain": Said("最慢的人快(s)", "gain of worst-off, s"),
    "gain_all": Said("人均快(s)", "gain of all, s"),
    "gain_both": Said("一起改快(s)", "gain of both, s"),
    "gain_high": Said("高", "high"),
    "gain_low": Said("低", "low"),
    "gain_slowest": Said("最慢人群快(s)", "gain of slowest group, s"),
    "gap": Said("缺口", "gap"),
    "harm": Said("封掉后慢(s)", "lost when closed, s"),
    "hazard": Said("隐患", "hazard"),
    "high": Said("高", "high"),
    "holds": Said("结论不变", "verdict holds"),
    "hour": Said("钟点", "hour"),
    "households": Said("户数", "households"),
    "in_circle": Said("圈里户数", "inside the circle"),
    "in_force": Said("推演所用", "in force"),
    "indicator": Said("哪一项", "indicator"),
    "inside": Said("洼地里", "inside"),
    "interaction": Said("比分开改多(s)", "beyond the sum, s"),
    "issue": Said("议题", "issue"),
    "item": Said("项目", "item"),
    "kendall_w": Said("一致性 W", "concordance W"),
    "lead": Said("按余地", "by time to spare"),
    "lead_p50": Said("提前量中位(s)", "median lead, s"),
    "lead_p90": Said("提前量 90%(s)", "lead of 90 %, s"),
    "leave": Said("撤离", "leave"),
    "length": Said("长(m)", "length, m"),
    "level": Said("水平", "level"),
    "limited": Said("有时限", "with a limit"),
    "low": Said("低", "low"),
    "matters": Said("可差几级", "tiers it may move"),
    "mean": Said("从街上到门口(s)", "street to door, s"),
    "mean_change": Said("平均变化(s)", "mean change, s"),
    "mean_wait": Said("平均等(s)", "mean wait, s"),
    "measure": Said("量", "measure"),
    "more_left": Said("封掉后多困人数", "more left when closed"),
    "n": Said("人数", "persons"),
    "n_before": Said("原来", "before"),
    "n_came": Said("来", "came"),
    "n_draws": Said("组数", "draws"),
    "n_entrances": Said("单元数", "units"),
    "n_households": Said("户数", "households"),
    "n_left": Said("走", "left"),
    "n_no_account": Said("没有账的人数", "without accounts"),
    "n_persons": Said("人数", "persons"),
    "n_runs": Said("次数", "runs"),
    "n_stayed": Said("留", "stayed"),
    "n_stuck": Said("卡死次数", "jammed"),
    "n_unknown": Said("未知", "unknown"),
    "n_waiting": Said("没过去", "not through"),
    "needed": Said("要(m)", "needed, m"),
    "not_covered": Said("够不着", "not covered"),
    "on_foot": Said("步行(m)", "on foot, m"),
    "not_found": Said("没有", "not found"),
    "outcome": Said("结果", "outcome"),
    "outdoors": Said("在户外(人)", "outdoors"),
    "outside": Said("洼地外", "outside"),
    "owner": Said("负责人", "owner"),
    "p50": Said("中位", "median"),
    "p90_wait": Said("九成以内(s)", "90 % within, s"),
    "p95": Said("95%", "95 %"),
    "parameter": Said("参数", "parameter"),
    "part": Said("第几段", "stretch"),
    "partition": Said("按什么分", "split by"),
    "per_head": Said("每人(元)", "yuan per head"),
    "per_risk": Said("每个有风险的人(元)", "yuan per person at risk"),
    "persons": Said("人数", "persons"),
    "persons_sure": Said("乐观也断", "lost in either view"),
    "phase": Said("阶段", "phase"),
    "place": Said("地点", "place"),
    "posterior": Said("把握", "posterior"),
    "present": Said("在家(人)", "at home"),
    "present_uncovered": Said("在家够不着(人)", "at home, not covered"),
    "quantity": Said("确定要", "surely needed"),
    "quantity_high": Said("最多要", "at most"),
    "radius": Said("半径(m)", "radius, m"),
    "rank": Said("序", "rank"),
    "rank_1": Said("第一", "first"),
    "rank_2": Said("第二", "second"),
    "rank_3": Said("第三", "third"),
    "rank_first": Said("名次 从", "rank from"),
    "rank_last": Said("名次 到", "rank to"),
    "rate_ratio": Said("搬走率比", "rate ratio"),
    "rate_ratio_high": Said("率比 高", "rate ratio, high"),
    "rate_ratio_low": Said("率比 低", "rate ratio, low"),
    "ratio": Said("比", "ratio"),
    "ratio_high": Said("比 高", "ratio, high"),
    "ratio_low": Said("比 低", "ratio, low"),
    "recognised": Said("看出", "recognised"),
    "remain": Said("留下的人", "who remain"),
    "renewal": Said("更新", "renewal"),
    "response": Said("响应", "response"),
    "rest_per_head": Said("其余每人(元)", "others per head"),
    "rest_per_risk": Said("其余每个有风险的人(元)", "others per person at risk"),
    "review_on": Said("复核日期", "review on"),
    "risk": Said("风险", "risk"),
    "scenario": Said("情景", "scenario"),
    "scheme": Said("方案", "scheme"),
    "second": Said("第二处", "second"),
    "service": Said("服务", "service"),
    "share": Said("慢行者占比", "share of slow walkers"),
    "shown_by": Said("凭什么", "shown by"),
    "side": Said("哪一边", "side"),
    "spot": Said("地点", "spot"),
    "stands": Said("靠得住", "holds"),
    "stands_share": Said("占比", "share"),
    "state": Said("状态", "state"),
    "status": Said("状态", "status"),
    "stay": Said("留在家", "stay"),
    "stopped_share": Said("车进不去的占比", "share whose vehicle stops"),
    "subject": Said("谁", "who"),
    "table": Said("类别", "kind"),
    "theil": Said("Theil", "Theil"),
    "tier": Said("按等级", "by tier"),
    "to_date": Said("到", "to"),
    "to_destination": Said("改去", "to"),
    "too_late": Said("来不及", "too late"),
    "transfer_head": Said("按人拉平(元)", "transfer by head, yuan"),
    "transfer_risk": Said("按风险拉平(元)", "transfer by risk, yuan"),
    "turned": Said("变好变坏", "turned"),
    "type": Said("类型", "type"),
    "uncovered": Said("够不着(人)", "not covered"),
    "undecided": Said("未定", "undecided"),
    "unit": Said("单位", "unit"),
    "unknown": Said("未知", "unknown"),
    "unserved_vulnerable": Said("够不着的弱势居民", "unserved vulnerable"),
    "value": Said("值", "value"),
    "vehicle": Said("车", "vehicle"),
    "verdict": Said("结论", "verdict"),
    "vulnerable": Said("优先保护的人", "vulnerable"),
    "who_could_tell_zh": Said("问谁", "ask whom"),
    "within": Said("组内", "within"),
    "won_high": Said("高", "high"),
    "won_low": Said("低", "low"),
    "won_s": Said("省下(s)", "won, s"),
    "worst_change": Said("最差组变化(s)", "worst group's change, s"),
    "worst_group": Said("最差组", "worst group"),
    "wrongly_covered": Said("圈说错的户", "wrongly covered"),
    "zh": Said("做什么", "what is done"),
}
_PARTS = {
    "display": "displays",
    "fix": "responses",
    "indicator": "indicators",
    "item": "supplies",
    "response": "responses",
    "service": "facilities",
    "worst_group": "displays",
}
"""Column -> part of the catalogue that has the words for its codes."""
_COMMON = (
    "accountable", "against", "cause", "display", "hazard", "outcome", "owner", "phase", "scheme",
    "state", "status", "unit", "vehicle", "verdict", "worst_group",
)  # fmt: skip
"""Columns whose other codes are common words."""
_MEASURES = {
    "all": Said("全体平均用时", "mean time of all"),
    "gap": Said("组间差距", "gap between groups"),
    "mean_time": Said("平均用时(s)", "mean time, s"),
    "not_evacuated": Said("未撤出人数", "not evacuated"),
    "persons_in_time": Said("赶在危险前离开的人", "persons out in time"),
    "persons_safe": Said("最后安全的人", "persons safe in the end"),
    "redundant": Said("两处设施、两条不重的路", "two facilities by ways apart"),
    "robust": Said("断哪条路都够得着", "whichever way closes"),
    "sturdy": Said("两样都有", "both"),
    "tier_1_share": Said("一级的占比", "share in tier 1"),
    "tier_1_2_share": Said("一、二级的占比", "share in tiers 1 and 2"),
    "unknown_share": Said("未知项的占比", "share not known"),
    "worst_decile": Said("最慢一成人的用时", "time of the slowest tenth"),
    "worst_group": Said("最慢组的用时", "time of the slowest group"),
}


OTHER = {"zh": "en", "en": "zh"}
"""Language -> column of the same words in the other one, which is left out."""


def shown(results: Results, verb: str) -> Iterator[str]:
    """Yield the tables a verb shows, in the chosen language."""
    for view in VIEWS[verb]:
        finding = results.findings.get(view.finding)
        if finding is None:
            continue
        frame = finding.table
        if view.only:
            column, values = view.only
            frame = frame[frame[column].isin(values)]
        if view.order:
            frame = frame.sort_values(list(view.order), kind="stable")
        other = OTHER[language()]
        frame = frame[[name for name in view.columns if name in frame.columns and name != other]]
        yield f"{view.finding} {finding.id}"
        yield from table(in_words(frame, results.community))
        yield ""


def in_words(frame: Any, place: Community) -> Any:
    """Return a table whose headings and codes are words."""
    told = frame.copy()
    for name in told.columns:
        if told[name].dtype.kind not in "fiub" and str(told[name].dtype) not in (
            "Int64",
            "Float64",
        ):
            told[name] = [_word(name, value, place) for value in told[name]]
    said = language()
    heads = {name: _HEADS[name].in_language(said) for name in told.columns if name in _HEADS}
    return told.rename(columns=heads)


def _word(column: str, value: Any, place: Community) -> Any:
    """Return the word for a code: the folder's own, its part of the catalogue's, a common one."""
    if is_unknown(value) or not isinstance(value, str):
        return value
    said = language()
    if column == "measure" and value in _MEASURES:
        return _MEASURES[value].in_language(said)
    entry = next((named[value] for named in _named(column, place) if value in named), None)
    if entry is None:
        return value
    return str(entry.zh if said == "zh" else entry.en)


def _named(column: str, place: Community) -> Iterator[Mapping[str, Any]]:
    """Yield what may hold the words of a column's codes, the nearest first."""
    if column in ("scheme", "scenario", "against"):
        yield place.scenarios if column == "scenario" else place.schemes
    if column in _PARTS:
        yield getattr(place.catalogue, _PARTS[column])
    if column == "item":
        yield place.catalogue.needs
    if column in _COMMON:
        words = place.catalogue.words
        for head in (f"{column}_", f"duty_{column}_", "paradox_"):
            yield {c.removeprefix(head): w for c, w in words.items() if c.startswith(head)}
        yield words

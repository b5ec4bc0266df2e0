"""Say findings in Chinese: one function per sentence, called only when the run supports it."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

Lines = tuple[str, ...]


def people(group: str) -> str:
    """Return the residents of a group: 坐轮椅 -> 坐轮椅的居民."""
    return group if group.endswith(("居民", "户", "人")) else f"{group}的居民"


def headline_dual(
    budget: str, a: str, b: str, gain: tuple[str, str], loss: tuple[str, str]
) -> Lines:
    """Say who gains and who gives when the same money is spent the other way."""
    first = f"同样 {budget}，{b}比{a}让{people(gain[0])}"
    return (first, f"早到 {gain[1]}，{people(loss[0])}晚到 {loss[1]}")


def headline_gain(budget: str, a: str, b: str, gain: tuple[str, str], others: str) -> Lines:
    """Say who gains where no group surely gives anything."""
    rest = {
        "none": "没有一组因此变慢",
        "undecided": "有没有人变慢还未定",
    }[others]
    return (f"同样 {budget}，{b}比{a}让{people(gain[0])}", f"早到 {gain[1]}，{rest}")


def headline_undecided(budget: str, a: str, b: str) -> Lines:
    """Say that the two ways of spending cannot be told apart."""
    return (f"同样 {budget}，{a}和{b}", "谁快谁慢未定：区间跨零")


def headline_scheme(scheme: str, gain: tuple[str, str], mean: str) -> Lines:
    """Say what the best scheme does for the worst-off and on average."""
    return (f"{scheme}让{people(gain[0])}早到 {gain[1]}，", f"全体平均{mean}")


def headline_base(worst: tuple[str, str], reference: tuple[str, str]) -> Lines:
    """Say how it stands when no scheme was compared."""
    return (
        f"照现在这样，{people(worst[0])}要 {worst[1]}",
        f"才到安全处，{people(reference[0])}只要 {reference[1]}",
    )


def headline_space(share: str, service: str) -> Lines:
    """Say how many reach a service when nothing was simulated."""
    return (f"{share} 的居民按自己的速度", f"走得到{service}")


def hour_words(hour: float) -> str:
    """Return an hour as people say it: 凌晨 2 点."""
    parts = ((5, "凌晨"), (8, "早上"), (12, "上午"), (14, "中午"), (18, "下午"), (24, "晚上"))
    part = next(name for until, name in parts if hour < until)
    shown = int(hour) if hour < 13 else int(hour) - 12
    half = "半" if hour % 1 >= 0.5 else ""
    return f"{part} {shown} 点{half}"


def scene(hour: float, scenario: str, n_schemes: int, n_runs: int) -> str:
    """Set the scene of the comparison in one paragraph."""
    told = {0: "只推演了现状，", 1: "现状和一个方案", 2: "两个方案"}.get(
        n_schemes, f"{n_schemes} 个方案"
    )
    luck = "" if n_schemes == 0 else "，每次运气相同"
    each = "共" if n_schemes == 0 else "各"
    return f"{hour_words(hour)}，{scenario}。{told}{each}推演 {n_runs} 次{luck}。"


def scene_flag(scheme: str, group: str, n: str) -> str:
    """Add to the scene what the average hides."""
    return (
        f"{scheme}的平均数更好看，却让{group}的 {n}比现在还慢。"
        if n
        else f"{scheme}的平均数更好看，却让{people(group)}比现在还慢。"
    )


def flag_state(state: str, scheme: str) -> str:
    """Say the state of the paradox flag; ``gap_widens`` where nobody surely got slower."""
    return {
        "flagged": f"{scheme}已标记：平均变好，最慢组变差",
        "gap_widens": f"{scheme}已标记：平均变好，组间差距拉大",
        "not_found": f"{scheme}未发现：平均与最慢组同向",
        "undecided": f"{scheme}未定：区间跨零，还不能下结论",
    }[state]


def flag_text(mean: str, group: str, change: str, interval: str, *, opposed: bool) -> Markup:
    """Say both numbers the flag rests on."""
    link = "却" if opposed else ""
    words = Markup("平均{mean}，{group}{link}{change}{interval}。")
    return words.format(mean=mean, group=people(group), link=link, change=change, interval=interval)


def flag_text_hidden(mean: str, k: str) -> Markup:
    """Say the number of the average where the slowest group is too small to be told."""
    words = Markup("平均{mean}。最慢的一组少于 {k} 人，公开版不给它的数。")
    return words.format(mean=mean, k=k)


def took(verdict: str, amount: str) -> Markup:
    """Say a change of time: 快了 1.3 分钟; 快慢未定."""
    if verdict in ("undecided", "unchanged"):
        return Markup("快慢未定" if verdict == "undecided" else "没有变化")
    return Markup("{word} <b>{amount}</b>").format(
        word="快了" if verdict == "faster" else "慢了", amount=amount
    )


def interval(level: str, span: str) -> Markup:
    """Put an interval into brackets, kept on one line."""
    return Markup('<span class="nb">（{level} 区间 {span}）</span>').format(level=level, span=span)


def gap_text(before: str, after: str, state: str) -> Markup:
    """Say how the gap between groups moved."""
    word = {
        "worse": "拉大到",
        "better": "缩小到",
        "undecided": "到",
        "unchanged": "仍是",
    }[state]
    tail = "，拉大还是缩小未定" if state == "undecided" else ""
    return Markup("最慢与最快的组相差从 {before} {word} <b>{after}</b>{tail}。").format(
        before=before, word=word, after=after, tail=tail
    )


def flag_note(forms: Sequence[str]) -> str:
    """Say which forms of the paradox fired."""
    words = {"worst_off_loses": "最慢的人变差", "gap_widens": "组间差距拉大"}
    told = "、".join(words[form] for form in forms if form in words)
    return f"依据：{told}，各看配对区间。" if told else ""


def flag_none() -> str:
    """Say that no scheme was held against the base."""
    return "没有推演方案，效率悖论无从检验。"


def price_mean(a: str, b: str, verdict: str, amount: str, span: str) -> Markup:
    """Say what the average pays for fairness."""
    if verdict == "undecided":
        return Markup("{b}与{a}的平均数谁快谁慢未定（{span}）。").format(a=a, b=b, span=span)
    word = "慢" if verdict == "slower" else "快"
    words = Markup("{b}的平均数比{a}{word} {amount}（{span}）。")
    return words.format(a=a, b=b, word=word, amount=amount, span=span)


def price_giver(group: str, n: str, a: str, amount: str, against_base: str) -> Markup:
    """Say who gives, how much, and what they keep against today."""
    words = Markup("让出时间的是{group} {n}：比{a}慢 {amount}{base}。")
    return words.format(group=people(group), n=n, a=a, amount=amount, base=against_base)


def price_none() -> str:
    """Say that no group surely gives anything."""
    return "没有一组确定变慢。"


def keeps(verdict: str, amount: str) -> Markup:
    """Say how a giver stands against today."""
    if verdict == "undecided":
        return Markup("，比现状快慢未定")
    word = "仍比现状快" if verdict == "faster" else "也比现状慢"
    return Markup("，{word} {amount}").format(word=word, amount=amount)


def appeal() -> str:
    """Say where reasons and appeal stand."""
    return "不同意可向社区韧性治理委员会申诉，理由见「准则」页。"


def map_title(n: int, side: str) -> str:
    """Say how many places are at high risk and out of reach, and where most of them are."""
    if n == 0:
        return "没有找到风险高又够不着的地方"
    return f"{n} 处风险高又够不着" + (f"，多在{side}" if side else "")


def map_title_unknown() -> str:
    """Say that no building was inspected, so that no place can be named."""
    return "没有检查记录：哪里风险高还不知道"


def side_words(side: str) -> str:
    """Return a side of the community."""
    return {"north": "北边", "south": "南边", "east": "东边", "west": "西边"}.get(side, "")


def household_title(scenario: str, destination: str) -> str:
    """Say what the sample household's plan is."""
    return (
        f"样例户：{scenario}，到{destination}，推演过才印出来"
        if destination
        else f"样例户：{scenario}，推演过才印出来"
    )


def household_note(n_runs: int, n_arrived: int, most: str, need: str) -> str:
    """Say how the runs of the sample household ended, without saying who it is."""
    runs = f"{n_runs} 次推演中 {n_arrived} 次到达，九成在 {most}内。"
    return f"{runs}{need}楼号、姓名已隐去，本页可公开。"


def need_words(kind: str) -> str:
    """Say what help a household needs."""
    return {
        "carry": "住户需要：下楼要人抬。",
        "assist": "住户需要：下楼要人扶。",
        "guide": "住户需要：路上要人引。",
    }.get(kind, "")


def decided(epsilon: str, factor: str, body: str, date: str) -> str:
    """Say by which rule it was decided and who set it."""
    who = f"（ε = {epsilon}，{body}，{date}）"
    return f"准则：最慢组不超过最好可能值的 {factor} 倍{who}，再求总伤害最小。"


def comparison_title(parts: Sequence[tuple[str, str, str]]) -> str:
    """Say of each scheme what it does; parts are (scheme, case, group)."""
    said = []
    for scheme, case, group in parts:
        said.append(
            {
                "all": f"{scheme}人人都快",
                "most": f"{scheme}快了多数组，其余未定",
                "paradox": f"{scheme}快了多数人，{people(group)}却更慢",
                "trade": f"{scheme}平均更快，{people(group)}更慢",
                "undecided": f"{scheme}平均快慢未定",
                "undecided_loss": f"{scheme}平均未定，{people(group)}更慢",
                "worse": f"{scheme}平均更慢",
            }[case]
        )
    return "；".join(said)


def clearance_title(
    scheme: str, group: tuple[str, str], left: tuple[str, str], minutes: int, *, rescue: bool
) -> str:
    """Say how many of a group (its count, its name) are left at the end (count, share)."""
    case = "没等到帮助" if rescue else "没撤出"
    who = f"{people(group[1])} {group[0]}".rstrip()
    return f"{scheme}里，{who}中有 {left[0]} 人（{left[1]}）{minutes} 分钟后还{case}"


def clearance_title_none(minutes: int, *, rescue: bool) -> str:
    """Say that nobody is left at the end."""
    case = "等到了帮助" if rescue else "撤出"
    return f"推演里所有人都在 {minutes} 分钟内{case}"


def frontier_title(passed: Sequence[str], tied: Sequence[str]) -> str:
    """Say which schemes keep the fair floor and which of them cannot be told apart."""
    if not passed:
        return "没有方案守住公平底线"
    title = f"守住公平底线的是{'、'.join(passed)}"
    return title + (f"；{' 与 '.join(tied)} 未分胜负" if tied else "")


def floor_text(best: str, scheme: str, epsilon: str, floor: str) -> str:
    """Say how the fair floor was found."""
    return f"最慢组最好能做到 {best}（{scheme}）。ε 定为 {epsilon}，底线就是 {floor}。"


def chosen_text(passed: Sequence[str], smallest: str) -> str:
    """Say which scheme the rule picks."""
    if not passed:
        return "没有一个方案守住底线，准则选不出方案。"
    return f"{'、'.join(passed)} 守住底线，其中 {smallest} 的平均数最小。"


def tie_text(a: str, b: str, amount: str, span: str) -> Markup:
    """Say that two schemes cannot be told apart."""
    words = Markup(
        "{a} 与 {b} 平均差 {amount}（{span}），<b>区间跨零，未分胜负</b>。都交委员会定。"
    )
    return words.format(a=a, b=b, amount=amount, span=span)


def no_tie_text(scheme: str) -> str:
    """Say that the first scheme is surely first."""
    return f"{scheme} 与其余守住底线的方案差别都不跨零。"


def undecided_groups(scheme: str, groups: Sequence[str]) -> str:
    """Name the groups of which a scheme's effect is not decided."""
    return f"{scheme}里还未定的：{'、'.join(groups)}。"


def tiers_title(n: str, share: str) -> str:
    """Say how many must be reached first."""
    return f"{n}要先到或次到" + (f"，占 {share}" if share else "")


def unknown_title(share: str, n: str) -> str:
    """Say how many people's tier could still change."""
    return f"{n}（{share}）的等级还可能变：资料不全"


def unknown_none() -> str:
    """Say that nobody's tier depends on a missing answer."""
    return "没有人的等级因缺资料而未定"


def coverage_title(share: str, service: str, group: str, group_share: str) -> str:
    """Say how many reach a service, and the worst-off group."""
    return f"{share} 的人走得到{service}；{people(group)}只有 {group_share}"


def coverage_plain(share: str, service: str) -> str:
    """Say how many reach a service where no group may be shown apart."""
    return f"{share} 的人走得到{service}"


def paper_title(service: str, places: int, persons: str) -> str:
    """Say how many are covered on paper only."""
    return f"图上圈得到、实际走不到{service}：{places} 处，{persons}"


def paper_none() -> str:
    """Say that nobody is covered on paper only."""
    return "没有发现仅纸面覆盖的地方"


def gaps_title(share: str, n_gaps: int, unchecked: str) -> str:
    """Say how many are unknown because the walk network has holes, and how many for the rest."""
    told = f"路网有 {n_gaps} 处断头，{share}的居民因此未知" if n_gaps else "路网没有断头"
    return told + (f"；另有 {unchecked}要到现场核" if unchecked else "")


def gaps_none() -> str:
    """Say that the walk network has no holes."""
    return "路网没有断头，没有人因此未知"


def hazard_title(n: int, line: str, n_unknown: int, n_known: int) -> str:
    """Say how many buildings are in the two highest classes."""
    if n_known == 0:
        return f"{n_unknown} 栋楼都没有检查记录，隐患未知"
    tail = f"；{n_unknown} 栋没有检查记录" if n_unknown else ""
    return f"{n} 栋楼的风险在每百人每年 {line} 人以上{tail}"


def totals_title(item: str, quantity: str) -> str:
    """Say the largest supply needed."""
    return f"全社区要备{item} {quantity}，按户加总一分不差"


def plans_title(n: str, short: str) -> str:
    """Say how many households have a plan and how many lack a helper (empty: none)."""
    tail = f"，{short}还缺帮手" if short else "，帮手都已配齐"
    return f"{n}有推演过的一户一策{tail}"


def duties_title(n_gap: int, n_overlap: int) -> str:
    """Say the holes and overlaps of the responsibility list."""
    if n_gap == 0 and n_overlap == 0:
        return "每件事都有且只有一个负责单位"
    told = [f"{n_gap} 件没有人负责"] if n_gap else []
    told += [f"{n_overlap} 件负责的不止一家"] if n_overlap else []
    return "，".join(told)


def responses_title(called: tuple[int, int], undecided: tuple[int, int]) -> str:
    """Say how many responses the rules call for, at how many places, and how many are open."""
    tail = f"，另有 {undecided[0]} 件、{undecided[1]} 处效果未定" if undecided[0] else ""
    return f"按规则该做 {called[0]} 件事、{called[1]} 处{tail}"


def corrections_title(n: int, n_tiers: int) -> str:
    """Say what the workshops changed."""
    return f"工作坊改了 {n} 处，{n_tiers} 人的等级因此变动"


def scenario_title(worst: tuple[str, str], mean: str) -> str:
    """Say who is slowest in a scenario."""
    return f"平均 {mean}；最慢的是{people(worst[0])}，{worst[1]}"


def keys_title(place: str, share: str, amount: str, n: int) -> str:
    """Say which element to improve first, and what it gains whom; "" when none surely does."""
    if not place:
        return f"试过的 {n} 处里，没有一处改了能确定让最慢的 {share} 的人更快"
    return f"先改{place}：现在最慢的 {share} 的人能快 {amount}"


def equity_title(n: int) -> str:
    """Say what the equity table holds."""
    return f"{n} 个平均数，每个下面都有人群和差距"


def replay_title(scheme: str, scenario: str) -> str:
    """Say which run is replayed."""
    return f"回放一次推演：{scheme}，{scenario}"


def replay_says(n: str, arrived: str, minutes: str) -> str:
    """Say the replay in words."""
    return f"{n}从各单元走向避难场所；{minutes}时 {arrived}已到。"


def data_title(share: str) -> str:
    """Say how complete the answers are."""
    return f"每 100 个该知道的答案里，{share} 个还不知道"


def order_title(draws: int, all_first: Sequence[str], worst_first: Sequence[str]) -> str:
    """Say which scheme is first in how many tables: for the average, and for the slowest."""
    told = [f"看{what}，{who}" for what, who in zip(("全体平均", "最慢组"),
            (order_part(*all_first), order_part(*worst_first)), strict=True)]  # fmt: skip
    return f"{draws} 组参数里，{'；'.join(told)}"


def order_part(schemes: str = "", first: str = "") -> str:
    """Say who is first how often; without anybody that nobody can be told apart."""
    return f"{schemes}有 {first} 组排第一" if schemes else "各方案分不出先后"


def order_stated(all_first: str, worst_first: str) -> str:
    """Say who is first with the catalogue as it stands."""
    return f"照目录原样：看全体平均，排第一的是{all_first}；看最慢组，是{worst_first}。"


def drivers_title(measure: str, first: str, second: str, named: Sequence[str]) -> str:
    """Say what the difference of two schemes hangs on."""
    if not named:
        return f"看{measure}，{first}和{second}差多少，没有哪个参数站得住地说了算"
    return f"看{measure}，{first}和{second}差多少，最看{'、'.join(named)}"


def paradox_draws_title(scheme: str, flagged: int, draws: int) -> str:
    """Say in how many tables the paradox of a scheme is flagged."""
    return f"{draws} 组参数里，{scheme}的效率悖论有 {flagged} 组标出"

"""Say findings in English: one function per sentence, called only when the run supports it."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

Lines = tuple[str, ...]


def people(group: str) -> str:
    """Return the residents of a group: 80 and over -> residents aged 80 and over."""
    if group.endswith(("users", "residents", "tenants", "people")):
        return group
    if group[:1].isdigit():
        return f"residents aged {group}"
    if group.startswith(("with ", "pregnant", "hard ")):
        return f"residents {group}"
    return f"residents with {group}"


def headline_dual(
    budget: str, a: str, b: str, gain: tuple[str, str], loss: tuple[str, str]
) -> Lines:
    """Say who gains and who gives when the same money is spent the other way."""
    first = f"Same {budget}: {the(b)} brings {people(gain[0])} out {gain[1]} sooner"
    return (first, f" than {the(a)}, {people(loss[0])} {loss[1]} later")


def headline_gain(budget: str, a: str, b: str, gain: tuple[str, str], others: str) -> Lines:
    """Say who gains where no group surely gives anything."""
    rest = {
        "none": "no group is slower for it",
        "undecided": "whether any group is slower is undecided",
    }[others]
    first = f"Same {budget}: {the(b)} brings {people(gain[0])} out {gain[1]} sooner"
    return (first, f" than {the(a)}; {rest}")


def headline_undecided(budget: str, a: str, b: str) -> Lines:
    """Say that the two ways of spending cannot be told apart."""
    return (
        f"Same {budget}: {the(a)} and {the(b)}",
        " cannot be told apart, the interval crosses zero",
    )


def headline_scheme(scheme: str, gain: tuple[str, str], mean: str) -> Lines:
    """Say what the best scheme does for the worst-off and on average."""
    return (
        f"{scheme} brings {people(gain[0])} out {gain[1]} sooner;",
        f" the average of all is {mean}",
    )


def headline_base(worst: tuple[str, str], reference: tuple[str, str]) -> Lines:
    """Say how it stands when no scheme was compared."""
    return (
        f"As things stand, {people(worst[0])} need {worst[1]}",
        f" to reach safety, {people(reference[0])} {reference[1]}",
    )


def headline_space(share: str, service: str) -> Lines:
    """Say how many reach a service when nothing was simulated."""
    return (f"{share} of the residents reach {service}", " at their own walking speed")


def hour_words(hour: float) -> str:
    """Return an hour as a clock time."""
    return f"At {int(hour):02d}:{round(hour % 1 * 60):02d}"


def scene(hour: float, scenario: str, n_schemes: int, n_runs: int) -> str:
    """Set the scene of the comparison in one paragraph."""
    told = {
        0: "The place as it stands was",
        1: "Today and one scheme were each",
        2: "Two schemes were each",
    }
    what = told.get(n_schemes, f"{_count(n_schemes)} schemes were each")
    luck = "" if n_schemes == 0 else ", under the same luck each time"
    return f"{hour_words(hour)}: {_in(scenario)}. {_up(what)} simulated {n_runs} times{luck}."


def scene_flag(scheme: str, group: str, n: str) -> str:
    """Add to the scene what the average hides."""
    told = f" ({n})" if n else ""
    return f"{scheme} has the better average, yet leaves {people(group)}{told} slower than today."


def flag_state(state: str, scheme: str) -> str:
    """Say the state of the paradox flag; ``gap_widens`` where nobody surely got slower."""
    return {
        "flagged": f"{scheme} flagged: average better, slowest worse",
        "gap_widens": f"{scheme} flagged: average better, gap wider",
        "not_found": f"{scheme}: not found, average and slowest move together",
        "undecided": f"{scheme}: undecided, the interval crosses zero",
    }[state]


def flag_text(mean: str, group: str, change: str, interval: str, *, opposed: bool) -> Markup:
    """Say both numbers the flag rests on."""
    link = "yet" if opposed else "and"
    words = Markup("The average is {mean}, {link} {group} are {change} {interval}.")
    return words.format(mean=mean, group=people(group), link=link, change=change, interval=interval)


def flag_text_hidden(mean: str, k: str) -> Markup:
    """Say the number of the average where the slowest group is too small to be told."""
    words = Markup(
        "The average is {mean}. The slowest group is fewer than {k}: not told in public."
    )
    return words.format(mean=mean, k=k)


def took(verdict: str, amount: str) -> Markup:
    """Say a change of time: 1.3 min faster; undecided."""
    if verdict in ("undecided", "unchanged"):
        return Markup(verdict)
    return Markup("<b>{amount}</b> {word}").format(word=verdict, amount=amount)


def interval(level: str, span: str) -> Markup:
    """Put an interval into brackets, kept on one line."""
    return Markup('<span class="nb">({level} interval {span})</span>').format(
        level=level, span=span
    )


def gap_text(before: str, after: str, state: str) -> Markup:
    """Say how the gap between groups moved."""
    word = {
        "worse": "widens",
        "better": "narrows",
        "undecided": "moves, which way undecided,",
        "unchanged": "stays",
    }[state]
    return Markup(
        "The span from slowest to fastest group {word} from {before} to <b>{after}</b>."
    ).format(before=before, word=word, after=after)


def flag_note(forms: Sequence[str]) -> str:
    """Say which forms of the paradox fired."""
    words = {"worst_off_loses": "the worst-off lose", "gap_widens": "the gap widens"}
    told = " and ".join(words[form] for form in forms if form in words)
    return f"Because {told} (paired intervals)." if told else ""


def flag_none() -> str:
    """Say that no scheme was held against the base."""
    return "No scheme was simulated, so the paradox cannot be tested."


def price_mean(a: str, b: str, verdict: str, amount: str, span: str) -> Markup:
    """Say what the average pays for fairness."""
    if verdict == "undecided":
        words = Markup("Whether {b} or {a} has the better average is undecided ({span}).")
        return words.format(a=the(a), b=the(b), span=span)
    words = Markup("On average {b} is {amount} {word} than {a} ({span}).")
    return words.format(a=the(a), b=the(b), word=verdict, amount=amount, span=span)


def price_giver(group: str, n: str, a: str, amount: str, against_base: str) -> Markup:
    """Say who gives, how much, and what they keep against today."""
    words = Markup("{group} ({n}) give {amount} against {a}{base}.")
    return words.format(group=_up(people(group)), n=n, a=the(a), amount=amount, base=against_base)


def price_none() -> str:
    """Say that no group surely gives anything."""
    return "No group is surely slower."


def keeps(verdict: str, amount: str) -> Markup:
    """Say how a giver stands against today."""
    if verdict == "undecided":
        return Markup(", against today undecided")
    word = "still" if verdict == "faster" else "also"
    return Markup(" and are {word} {amount} {verdict} than today").format(
        word=word, amount=amount, verdict=verdict
    )


def appeal() -> str:
    """Say where reasons and appeal stand."""
    return "Appeals go to the committee; reasons: policy page."


def map_title(n: int, side: str) -> str:
    """Say how many places are at high risk and out of reach, and where most of them are."""
    if n == 0:
        return "No place found at high risk and out of reach"
    noun = "1 place" if n == 1 else f"{n} places"
    return f"{noun} at high risk and out of reach" + (f", mostly {side}" if side else "")


def map_title_unknown() -> str:
    """Say that no building was inspected, so that no place can be named."""
    return "No inspections: where risk is high is not known"


def side_words(side: str) -> str:
    """Return a side of the community."""
    return side


def household_title(scenario: str, destination: str) -> str:
    """Say what the sample household's plan is."""
    to = f", to {destination}" if destination else ""
    return f"A household: {_in(scenario)}{to}; simulated, then printed"


def household_note(n_runs: int, n_arrived: int, most: str, need: str) -> str:
    """Say how the runs of the sample household ended, without saying who it is."""
    return (
        f"{n_arrived} of {n_runs} runs arrived, nine in ten within {most}. {need}"
        "Building and names are left out; this page may be public."
    )


def need_words(kind: str) -> str:
    """Say what help a household needs."""
    return {
        "carry": "Needs to be carried downstairs. ",
        "assist": "Needs an arm on the stairs. ",
        "guide": "Needs a guide on the way. ",
    }.get(kind, "")


def decided(epsilon: str, factor: str, body: str, date: str) -> str:
    """Say by which rule it was decided and who set it."""
    return (
        f"Rule: the worst group within {factor} times its best attainable value "
        f"(ε = {epsilon}; {body}, {date}), then least total harm."
    )


def comparison_title(parts: Sequence[tuple[str, str, str]]) -> str:
    """Say of each scheme what it does; parts are (scheme, case, group)."""
    said = []
    for scheme, case, group in parts:
        said.append(
            {
                "all": f"{scheme} is faster for every group",
                "most": f"{scheme} is faster for most groups, the rest undecided",
                "paradox": f"{scheme} is faster for most, yet slower for {people(group)}",
                "trade": f"{scheme} is faster on average, slower for {people(group)}",
                "undecided": f"{scheme} is undecided on average",
                "undecided_loss": f"{scheme} is undecided on average, slower for {people(group)}",
                "worse": f"{scheme} is slower on average",
            }[case]
        )
    return "; ".join(said)


def clearance_title(
    scheme: str, group: tuple[str, str], left: tuple[str, str], minutes: int, *, rescue: bool
) -> str:
    """Say how many of a group (its count, its name) are left at the end (count, share)."""
    case = "have had no help" if rescue else "are not out"
    size = group[0].split(" ")[0]
    whole = f"{size} {people(group[1])}" if size.isdigit() else people(group[1])
    return f"{scheme}: {left[0]} of {whole} ({left[1]}) {case} after {minutes} min"


def clearance_title_none(minutes: int, *, rescue: bool) -> str:
    """Say that nobody is left at the end."""
    case = "has had help" if rescue else "is out"
    return f"Everybody {case} within {minutes} min in the runs"


def frontier_title(passed: Sequence[str], tied: Sequence[str]) -> str:
    """Say which schemes keep the fair floor and which of them cannot be told apart."""
    if not passed:
        return "No scheme keeps the fair floor"
    title = f"{', '.join(passed)} keep{'s' if len(passed) == 1 else ''} the fair floor"
    return title + (f"; {' and '.join(tied)} tied" if tied else "")


def floor_text(best: str, scheme: str, epsilon: str, floor: str) -> str:
    """Say how the fair floor was found."""
    found = f"The worst group can do {best} at best ({_in(scheme)})."
    return f"{found} With ε = {epsilon} the floor is {floor}."


def chosen_text(passed: Sequence[str], smallest: str) -> str:
    """Say which scheme the rule picks."""
    if not passed:
        return "No scheme keeps the floor, so the rule picks none."
    kept = "keep" if len(passed) > 1 else "keeps"
    return f"{', '.join(passed)} {kept} the floor; among these {smallest} has the smallest average."


def tie_text(a: str, b: str, amount: str, span: str) -> Markup:
    """Say that two schemes cannot be told apart."""
    words = Markup(
        "{a} and {b} differ by {amount} on average ({span}): "
        "<b>the interval crosses zero, a tie</b>. Both go to the committee."
    )
    return words.format(a=a, b=b, amount=amount, span=span)


def no_tie_text(scheme: str) -> str:
    """Say that the first scheme is surely first."""
    return f"{scheme} differs surely from every other scheme that keeps the floor."


def undecided_groups(scheme: str, groups: Sequence[str]) -> str:
    """Name the groups of which a scheme's effect is not decided."""
    return f"Undecided under {_in(scheme)}: {', '.join(groups)}."


def tiers_title(n: str, share: str) -> str:
    """Say how many must be reached first."""
    return f"{n} to reach first or second" + (f", {share} of all" if share else "")


def unknown_title(share: str, n: str) -> str:
    """Say how many people's tier could still change."""
    return f"The tier of {n} ({share}) may still change: records are missing"


def unknown_none() -> str:
    """Say that nobody's tier depends on a missing answer."""
    return "Nobody's tier depends on a missing answer"


def coverage_title(share: str, service: str, group: str, group_share: str) -> str:
    """Say how many reach a service, and the worst-off group."""
    return f"{share} of people reach the {service}; of {people(group)} only {group_share}"


def coverage_plain(share: str, service: str) -> str:
    """Say how many reach a service where no group may be shown apart."""
    return f"{share} of people reach the {service}"


def paper_title(service: str, places: int, persons: str) -> str:
    """Say how many are covered on paper only."""
    return f"In the circle of the {service}, out of reach on foot: {places} places, {persons}"


def paper_none() -> str:
    """Say that nobody is covered on paper only."""
    return "No place found that is covered on paper only"


def gaps_title(share: str, n_gaps: int, unchecked: str) -> str:
    """Say how many are unknown because the walk network has holes, and how many for the rest."""
    holes = "a gap" if n_gaps == 1 else f"{n_gaps} gaps"
    told = f"The walk network has {holes}: unknown for {share} of residents"
    if n_gaps == 0:
        told = "The walk network has no gaps"
    return told + (f"; {unchecked} to be checked on site" if unchecked else "")


def gaps_none() -> str:
    """Say that the walk network has no holes."""
    return "The walk network has no gaps; nobody is unknown for that reason"


def hazard_title(n: int, line: str, n_unknown: int, n_known: int) -> str:
    """Say how many buildings are in the two highest classes."""
    if n_known == 0:
        return f"None of {n_unknown} buildings was inspected: hazards unknown"
    tail = f"; {n_unknown} never inspected" if n_unknown else ""
    return f"{n} buildings at {line} harmed per hundred residents and year or more{tail}"


def totals_title(item: str, quantity: str) -> str:
    """Say the largest supply needed."""
    return f"The community must hold {item}, {quantity}; households add up to it exactly"


def plans_title(n: str, short: str) -> str:
    """Say how many households have a plan and how many lack a helper (empty: none)."""
    tail = f", {short} still lack a helper" if short else ", all with helpers"
    return f"{n} with a simulated plan{tail}"


def duties_title(n_gap: int, n_overlap: int) -> str:
    """Say the holes and overlaps of the responsibility list."""
    if n_gap == 0 and n_overlap == 0:
        return "Every task has exactly one accountable body"
    told = [f"{n_gap} tasks with nobody accountable"] if n_gap else []
    told += [f"{n_overlap} with more than one"] if n_overlap else []
    return ", ".join(told)


def responses_title(called: tuple[int, int], undecided: tuple[int, int]) -> str:
    """Say how many responses the rules call for, at how many places, and how many are open."""
    tail = f"; {undecided[0]} more at {undecided[1]} places undecided" if undecided[0] else ""
    return f"The rules call for {called[0]} responses at {called[1]} places{tail}"


def corrections_title(n: int, n_tiers: int) -> str:
    """Say what the workshops changed."""
    return f"Workshops corrected {n} entries; the tier of {n_tiers} people changed"


def scenario_title(worst: tuple[str, str], mean: str) -> str:
    """Say who is slowest in a scenario."""
    return f"{mean} on average; slowest are {people(worst[0])} with {worst[1]}"


def keys_title(place: str, share: str, amount: str, n: int) -> str:
    """Say which element to improve first, and what it gains whom; "" when none surely does."""
    if not place:
        return f"Of {n} elements tried, none surely makes the slowest {share} faster"
    return f"Improve {place} first: the slowest {share} of today gain {amount}"


def equity_title(n: int) -> str:
    """Say what the equity table holds."""
    return f"{n} averages, each with its groups and its gap"


def replay_title(scheme: str, scenario: str) -> str:
    """Say which run is replayed."""
    return f"Replay of one run: {_in(scheme)}, {_in(scenario)}"


def replay_says(n: str, arrived: str, minutes: str) -> str:
    """Say the replay in words."""
    return (
        f"{n} walk from their stairwells to the shelter; after {minutes}, {arrived} have arrived."
    )


def data_title(share: str) -> str:
    """Say how complete the answers are."""
    return f"Of 100 answers we should have, {share} are still unknown"


def _in(name: str) -> str:
    """Return a name as it stands inside a sentence: first letter small unless it is proper."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


def _up(text: str) -> str:
    """Return a sentence with a capital letter."""
    return text[:1].upper() + text[1:]


def _count(n: int) -> str:
    """Return a small number in words."""
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return words[n] if n < len(words) else str(n)


def the(plan: str) -> str:
    """Return a plan or scheme as it stands inside a sentence: the equity plan; scheme A."""
    inner = _in(plan)
    return f"the {inner}" if inner.endswith("plan") else inner


def order_title(draws: int, all_first: Sequence[str], worst_first: Sequence[str]) -> str:
    """Say which scheme is first in how many tables: for the average, and for the slowest."""
    both = f"On average {order_part(*all_first)}; for the slowest group {order_part(*worst_first)}"
    return f"{both} (of {draws} tables of parameters)"


def order_part(schemes: str = "", first: str = "") -> str:
    """Say who is first how often; without anybody that nobody can be told apart."""
    return f"{schemes} comes first in {first}" if schemes else "no scheme can be told from another"


def order_stated(all_first: str, worst_first: str) -> str:
    """Say who is first with the catalogue as it stands."""
    both = f"on average {all_first} comes first, for the slowest group {worst_first}"
    return f"With the catalogue as stated, {both}."


def drivers_title(measure: str, first: str, second: str, named: Sequence[str]) -> str:
    """Say what the difference of two schemes hangs on."""
    if not named:
        return f"{measure}: no parameter surely decides how {first} differs from {second}"
    return f"{measure}: how {first} differs from {second} hangs on {' and '.join(named)}"


def paradox_draws_title(scheme: str, flagged: int, draws: int) -> str:
    """Say in how many tables the paradox of a scheme is flagged."""
    return f"The paradox of {scheme} is flagged in {flagged} of {draws} tables of parameters"

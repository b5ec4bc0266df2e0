"""Say of every column of the study how it was made and what it rests on."""

from __future__ import annotations

from collections.abc import Iterable

from renlin.finding import Lineage
from renlin.study.panel import CONTROL, EQUITY, UNIVERSAL
from renlin.study.portfolios import RULE_OF
from renlin.study.times import BASE

Parents = tuple[tuple[str, str, str], ...]
BOUNDS = ("low", "high")
OF_GROUPS: Parents = (("simulation.groups", "scheme+scenario", "scheme+scenario"),)
OF_PEOPLE: Parents = (("needs.profiles", "", ""),)
OF_GROUP: Parents = (("needs.profiles", "display", "display"),)
OF_MEASURES: Parents = (("study.portfolios", "", ""),)


def _made(rule: str, columns: Iterable[str], behind: Parents = ()) -> dict[str, Lineage]:
    return dict.fromkeys(columns, Lineage(rule, (), behind))


def _around(name: str) -> tuple[str, ...]:
    return tuple(f"{name}_{part}" for part in ("change", *BOUNDS))


def paradox_lineage() -> dict[str, Lineage]:
    """Return how the verdict and every number beside it were made."""
    verdict = (
        "flagged when the mean improves while a worst-off group, the worst tenth or the gap "
        "gets worse, each by its paired interval; undecided when an interval spans zero"
    )
    levels = "mean over the runs of {}, today and under the scheme, s"
    interval = "paired difference by run, scheme less today, with its t interval, s"
    worst = "the group of the greatest sure loss; where none loses, the slowest today"
    what = {
        "mean": "the mean time of everybody",
        "worst": "the mean time of worst_group",
        "gap": "the slowest group's mean time less the reference's",
        "decile": "the mean time of the slowest tenth",
    }
    made = _made(verdict, ("verdict", "forms", "possible_forms"), OF_GROUPS)
    made |= _made("groups whose interval lies above, below zero", ("losing", "gaining"), OF_GROUPS)
    made |= _made("the slowest groups today, which may be several alike", ("worst_off",), OF_GROUPS)
    made |= _made("runs met by both", ("n_seeds",), OF_GROUPS)
    made |= _made(worst, ("worst_group", "worst_persons"), OF_GROUPS)
    for name, of in what.items():
        levelled = (f"{name}_before", f"{name}_after")
        made |= _made(levels.format(of), levelled, OF_GROUPS)
        made |= _made(interval, _around(name), OF_GROUPS)
        state = "worse, better or undecided, by whether the interval spans zero"
        made |= _made(state, (f"{name}_state",), OF_GROUPS)
    return made


def view_lineage() -> dict[str, Lineage]:
    """Return how both views' figures and words were made."""
    rule = "portfolio simulated whole under paired seeds; chosen by {} from single effects"
    behind = (*OF_MEASURES, *OF_PEOPLE)
    made = {
        view: Lineage(rule.format(RULE_OF.get(view, "nothing")), (), behind)
        for view in (UNIVERSAL, EQUITY, CONTROL, BASE)
    }
    decided = "paired interval of equity less universal; inside it no side is named"
    made |= _made(decided, ("difference", *BOUNDS, "better"), behind)
    made |= _made("the slowest group under this view", ("note", "universal_note"), behind)
    told = [f"{view}_{code}" for view in (UNIVERSAL, EQUITY) for code in ("zh", "en")]
    words = "words of table 1 of the framework, by view, from words.csv"
    return made | _made(words, ("label_zh", "label_en", *told))


def price_lineage() -> dict[str, Lineage]:
    """Return how who gives and who gains was made."""
    whole = "portfolios simulated whole under paired seeds: equity less {}, s per resident"
    behind = (*OF_GROUP, *OF_MEASURES)
    named = ((UNIVERSAL, "universal"), (BASE, "today"), (CONTROL, "the plan of equal persons"))
    made = _made("residents of the group compared", ("n",), OF_GROUP)
    for view, told in named:
        columns = (f"against_{view}", *(f"{view}_{bound}" for bound in BOUNDS))
        made |= _made(whole.format(told), columns, behind)
    state = "persons by whether the interval of their own difference to universal spans zero"
    counted = ("n_slower", "n_faster", "n_undecided", "n_unchanged")
    made |= _made(state, counted, behind)
    made |= _made("greatest mean loss of one who is surely slower, s", ("largest_loss",), behind)
    fair = "what the mean loses against the plan that counts every person alike, as a share"
    return made | _made(fair, ("price_of_fairness",), behind)


def portfolio_lineage() -> dict[str, Lineage]:
    """Return how each measure's effect, price and place in a plan were made."""
    alone = Lineage(
        "each measure simulated alone under paired seeds; seconds saved per household",
        ("parameters/removable_share",),
        OF_PEOPLE,
    )
    plan = "taken by the rule of this view within the budget, see {}"
    made = dict.fromkeys(("mean_change", "worst_change", "acts", "worst_group"), alone)
    for view in (UNIVERSAL, EQUITY, CONTROL):
        made |= _made(plan.format(RULE_OF[view]), (view,), OF_PEOPLE)
    made |= _made("which view takes it", ("why_zh", "why_en"))
    made |= _made("optimal, or as far as the solver came", ("status",))
    made |= _made("as the community's measures state it", ("name", "strategy"))
    made |= _made("as the community's measures state it, see cost_source", ("cost", "cost_source"))
    ordered = "order by seconds saved per yuan, of {}"
    made |= _made(ordered.format("everybody"), (f"rank_{UNIVERSAL}",), OF_PEOPLE)
    return made | _made(ordered.format("the slowest group"), (f"rank_{EQUITY}",), OF_PEOPLE)


def frontier_lineage() -> dict[str, Lineage]:
    """Return how each step between equity and efficiency was made."""
    rule = "the best plan that leaves no group more than epsilon behind, from single effects"
    numbers = ("harm", "worst", "gap", "price_of_fairness", "no_harm_share", "zero_spend", "status")
    made = _made(rule, numbers, OF_MEASURES)
    return made | _made("the committee's own epsilon", ("in_force",))

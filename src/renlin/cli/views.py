"""Say which findings, columns and rows each stage prints for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class View(NamedTuple):
    """One finding as people are shown it.

    Attributes
    ----------
    finding
        Its name.
    columns
        Columns shown, in order.
    order
        Columns to sort by; as it stands when empty.
    only
        Column and the values of the rows shown; all rows when empty.
    """

    finding: str
    columns: tuple[str, ...]
    order: tuple[str, ...] = ()
    only: tuple[str, tuple[str, ...]] | tuple[()] = ()


VIEWS: Mapping[str, tuple[View, ...]] = {
    "advise": (
        View(
            "simulation.advice_effect",
            (
                "scenario",
                "display",
                "n",
                "before",
                "after",
                "difference",
                "low",
                "high",
                "verdict",
                "bound",
                "outcome",
            ),
        ),
        View(
            "simulation.advice",
            (
                "entrance",
                "display",
                "persons",
                "to_destination",
                "extra_m",
                "followed_share",
                "won_s",
                "won_low",
                "won_high",
            ),
        ),
    ),
    "warn": (
        View(
            "simulation.warning_groups",
            (
                "scheme",
                "scenario",
                "display",
                "n",
                "leave",
                "limited",
                "lead_p50",
                "lead_p90",
                "too_late",
                "stay",
                "unknown",
            ),
        ),
        View(
            "simulation.warning_effect",
            (
                "scenario",
                "display",
                "measure",
                "n",
                "tier",
                "lead",
                "difference",
                "low",
                "high",
                "verdict",
            ),
        ),
    ),
    "circulate": (
        View(
            "simulation.rescue_groups",
            ("vehicle", "display", "n", "n_unknown", "mean", "on_foot", "stopped_share",
             "difference", "difference_low", "difference_high", "few_clusters"),
        ),
        View(
            "simulation.rescue_stops",
            ("vehicle", "place", "cause", "clear", "needed", "entrances", "persons", "vulnerable",
             "on_foot"),
        ),
        View("simulation.circulation_measures", ("measure", "zh", "en")),
        View(
            "simulation.circulation",
            ("measure", "outcome", "scenario", "display", "n", "before", "after", "difference",
             "low", "high", "verdict"),
        ),
    ),
    "needs": (
        View(
            "needs.groups",
            ("measure", "display", "n", "value", "low", "high", "n_unknown"),
            only=("measure", ("tier_1_share", "tier_1_2_share", "unknown_share")),
        ),
        View(
            "needs.totals",
            ("item", "unit", "quantity", "quantity_high", "n_persons", "n_households"),
            only=("display", ("all",)),
        ),
        View(
            "needs.work_list",
            ("rank", "subject", "indicator", "matters", "n_persons", "who_could_tell_zh"),
            order=("rank",),
        ),
    ),
    "inequality": (
        View(
            "needs.gaps",
            ("measure", "display", "n", "n_unknown", "difference", "difference_low",
             "difference_high", "ratio", "ratio_low", "ratio_high", "apart", "few_clusters"),
        ),
        View(
            "needs.inequality",
            ("measure", "partition", "n", "theil", "between", "within", "erreygers", "equivalent"),
            only=("partition", ("building",)),
        ),
        View(
            "needs.movers",
            ("renewal", "display", "n_before", "n_left", "n_stayed", "n_came", "n_unknown",
             "rate_ratio", "rate_ratio_low", "rate_ratio_high", "alert"),
        ),
        View("needs.remaining", ("renewal", "measure", "before", "remain", "difference", "low",
                                 "high", "alert")),
        View("needs.spending", ("side", "amount", "persons", "per_head", "per_risk",
                                "transfer_head", "transfer_risk")),
        View("needs.spending_groups", ("display", "persons", "n_no_account", "per_head",
                                       "rest_per_head", "per_risk", "rest_per_risk", "small")),
        View("needs.disagreement", ("issue", "n", "value", "low", "high", "by_chance", "verdict",
                                    "rank_first", "rank_last")),
        View("needs.series", ("display", "measure", "part", "from_date", "to_date", "level",
                              "low", "high", "turned")),
        View("needs.community_type", ("type", "posterior", "recognised", "declared", "doubt")),
        View("needs.type_risks", ("type", "risk", "state", "shown_by")),
        View("needs.tie_reach", ("steps", "display", "n", "n_asked", "n_reached", "n_perhaps",
                                 "share_low", "share_high", "gap_low", "gap_high")),
        View("needs.tie_scores", ("measure", "part", "unit", "n", "n_known", "value",
                                  "open_low", "open_high", "small")),
    ),
    "space": (
        View(
            "space.coverage_groups",
            ("service", "display", "n", "covered", "not_covered", "unknown", "covered_share"),
        ),
        View(
            "space.points",
            ("rank", "entrance", "risk", "persons", "unserved_vulnerable", "cause", "fix"),
            order=("rank",),
        ),
        View(
            "space.fragility_groups",
            ("service", "measure", "display", "n", "stands", "fails", "unknown", "stands_share"),
        ),
        View(
            "space.critical_links",
            ("service", "rank", "place", "display", "persons", "persons_sure", "vulnerable"),
            order=("rank",),
        ),
        View("space.circles", ("service", "households", "in_circle", "wrongly_covered", "unknown")),
        View("space.hollow_groups", ("display", "n", "inside", "outside", "unknown")),
        View(
            "space.network_gaps",
            ("gap", "n_entrances", "persons", "length", "distance_to_main"),
            order=("persons",),
        ),
    ),
    "simulate": (
        View(
            "simulation.comparison",
            ("scheme", "scenario", "display", "n", "value", "difference", "low", "high", "verdict"),
        ),
        View(
            "simulation.shelters",
            ("scheme", "scenario", "facility", "capacity", "p50", "p95", "full_share"),
        ),
    ),
    "keys": (
        View(
            "simulation.key_elements",
            (
                "scenario",
                "rank",
                "element",
                "gain",
                "gain_low",
                "gain_high",
                "verdict",
                "gain_slowest",
                "gain_all",
                "fewer_left",
                "harm",
                "more_left",
                "cut_off_households",
            ),
            order=("scenario", "rank"),
        ),
        View(
            "simulation.key_pairs",
            ("scenario", "first", "second", "gain_both", "interaction", "low", "high", "verdict"),
        ),
    ),
    "compare": (
        View(
            "study.paradox",
            ("scheme", "scenario", "verdict", "mean_change", "worst_group", "worst_change"),
        ),
        View(
            "simulation.comparison",
            ("scheme", "scenario", "display", "n", "base", "difference", "low", "high", "verdict"),
        ),
    ),
    "micro": (
        View(
            "simulation.micro",
            ("spot", "share", "flow", "low", "high", "factor", "in_force", "n_runs", "n_stuck"),
        ),
        View(
            "simulation.micro_waits",
            ("spot", "display", "persons", "mean_wait", "p90_wait", "n_waiting"),
        ),
    ),
    "govern": (
        View(
            "governance.responses",
            ("response", "place", "persons", "display", "owner", "state", "review_on"),
        ),
        View("governance.duties", ("hazard", "phase", "status", "accountable")),
    ),
    "vary": (
        View(
            "study.rank_stability",
            ("scenario", "measure", "scheme", "n_draws", "rank_1", "rank_2", "rank_3",
             "first_sure", "verdict", "holds", "epistemic_share", "kendall_w"),
        ),
        View(
            "study.paradox_stability",
            ("scenario", "scheme", "n_draws", "verdict", "flagged", "undecided", "not_found"),
        ),
        View(
            "study.influence",
            ("scenario", "measure", "scheme", "against", "parameter", "coefficient",
             "coefficient_low", "coefficient_high", "state"),
            order=("scenario", "measure", "p_holm", "parameter"),
            only=("state", ("raises", "lowers")),
        ),
    ),
}  # fmt: skip
"""Verb -> what it shows."""

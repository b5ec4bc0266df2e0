"""Make findings of the outer loop: what was varied, what it rests on, how columns came about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

import pandas as pd

from renlin.community.community import Community
from renlin.finding import Finding, Lineage, find
from renlin.simulation.traced import CATALOGUE, inputs_of
from renlin.study.uncertainty import influence, ranks
from renlin.study.uncertainty.doubts import Doubt
from renlin.study.uncertainty.latin import Floats

DRAWS_KEY = ("draw", "scheme", "scenario", "display")
TABLE_KEY = ("draw", "parameter")
DRAWS, TABLE = "study.uncertainty_draws", "study.parameter_draws"
RANKS, PARADOX, INFLUENCE = "study.rank_stability", "study.paradox_stability", "study.influence"
Parents = tuple[tuple[str, str, str], ...]
OF_GROUP: Parents = (("needs.profiles", "display", "display"),)
OF_DRAWS: Parents = ((DRAWS, "scenario", "scenario"),)
OF_BOTH: Parents = (*OF_DRAWS, (TABLE, "parameter", "parameter"))


def parameter_rows(doubts: Sequence[Doubt], table: Floats) -> pd.DataFrame:
    """Return the number of every parameter in every draw; draw 0 is the catalogue's."""
    rows = [
        {"draw": at, "parameter": doubt.name, "number": float(number), "unit": doubt.value.unit}
        for at, numbers in enumerate([[d.value.value for d in doubts], *table])
        for doubt, number in zip(doubts, numbers, strict=True)
    ]
    return pd.DataFrame(rows)


def findings(
    place: Community,
    profiles: Finding,
    worlds: Mapping[str, Community],
    seeds: Sequence[int],
    tables: Mapping[str, pd.DataFrame],
    manifest: Mapping[str, object],
) -> list[Finding]:
    """Return the five findings of the outer loop.

    Parameters
    ----------
    tables
        Finding name -> table.
    manifest
        What was in force: draws, scenarios, what was varied, what has no bounds.
    """
    keep = partial(
        find,
        inputs=inputs_of(worlds),
        catalogue={part: place.catalogue.digest(part) for part in CATALOGUE},
        policy={
            name: getattr(place.policy, name)
            for name in ("reference", "worst_share", "confidence", "speed_density")
        },
        parameters=dict(manifest),
        seeds=seeds,
        synthetic=place.synthetic,
    )
    drawn = keep(TABLE, tables[TABLE], key=TABLE_KEY, lineage=_table_lineage())
    runs = keep(
        DRAWS, tables[DRAWS], key=DRAWS_KEY, parents=[profiles, drawn], lineage=_draw_lineage()
    )
    return [
        drawn,
        runs,
        keep(RANKS, tables[RANKS], key=ranks.KEY, parents=[runs],
             lineage=_rank_lineage(tables[RANKS].columns)),
        keep(PARADOX, tables[PARADOX], key=ranks.PARADOX_KEY, parents=[runs],
             lineage=_paradox_lineage()),
        keep(INFLUENCE, tables[INFLUENCE], key=influence.KEY, parents=[runs, drawn],
             lineage=_influence_lineage()),
    ]  # fmt: skip


def _made(rule: str, columns: Iterable[str], behind: Parents = ()) -> dict[str, Lineage]:
    return dict.fromkeys(columns, Lineage(rule, (), behind))


def _table_lineage() -> dict[str, Lineage]:
    rule = (
        "Latin hypercube, one stratum of each parameter's range per draw; triangle from low to "
        "high with its peak at the catalogue's value; draw 0 is the catalogue as it stands"
    )
    behind = tuple(f"parameters/location_doubt_{level}" for level in "abc")
    return {"number": Lineage(rule, behind)} | _made("unit of the entry", ("unit",))


def _draw_lineage() -> dict[str, Lineage]:
    whole: Parents = ((TABLE, "draw", "draw"),)
    mean = "mean over the runs of the mean seconds to safety, as simulation.groups counts them"
    made = _made(mean, ("mean_time",), (*whole, *OF_GROUP))
    made |= _made("variance of that mean from run to run, s2", ("variance",), whole)
    made |= _made("persons not safe at the horizon, mean over the runs", ("not_evacuated",), whole)
    return made | _made("persons there, mean over the runs; runs", ("n", "n_seeds"), OF_GROUP)


def _rank_lineage(columns: Iterable[str]) -> dict[str, Lineage]:
    numbered = [name for name in columns if name.startswith("rank_")]
    place = "place among the schemes by the mean over the runs, the least burden first"
    made = _made(f"draws in which it takes this {place}", numbered, OF_DRAWS)
    made |= _made(f"{place}, over the draws and as stated", ("mean_rank", "stated_rank"), OF_DRAWS)
    share = "share of draws in which it is first, with Wilson's interval"
    made |= _made(share, ("first_share", "first_low", "first_high"), OF_DRAWS)
    sure = "draws in which its paired t interval against every other scheme lies below zero"
    made |= _made(sure, ("first_sure",), OF_DRAWS)
    verdict = "paired t interval against today: as stated, and draws that say each"
    states = ("verdict", "holds", "better", "worse", "undecided", "unchanged")
    made |= _made(verdict, states, OF_DRAWS)
    level = "mean over the runs: as stated; 5 per cent, median and 95 per cent of the draws"
    made |= _made(level, ("level", "level_low", "level_median", "level_high"), OF_DRAWS)
    law = (
        "law of total variance of the difference to today (of the level, for today): between "
        "draws less the residual of draws by seeds; mean within draws"
    )
    made |= _made(law, ("epistemic", "aleatory", "epistemic_share"), OF_DRAWS)
    order = "Kendall's W over the draws; mean tau-b of each draw's order with the stated one"
    made |= _made(order, ("kendall_w", "kendall_tau"), OF_DRAWS)
    return made | _made("counted", ("n_draws", "n_seeds"), OF_DRAWS)


def _paradox_lineage() -> dict[str, Lineage]:
    rule = "the paradox detector in every draw, counted; verdict: the catalogue as it stands"
    columns = ("verdict", "flagged", "undecided", "not_found", "flagged_share", "flagged_low",
               "flagged_high", "holds", "n_draws")  # fmt: skip
    return _made(rule, columns, OF_DRAWS)


def _influence_lineage() -> dict[str, Lineage]:
    rule = (
        "rank correlation over the draws of the parameter with the difference scheme less "
        "against, partial where method says so; bootstrap interval over the draws"
    )
    columns = ("coefficient", "coefficient_low", "coefficient_high", "method", "n_draws")
    made = _made(rule, columns, OF_BOTH)
    decided = "undecided unless the interval leaves out zero and Holm's p over all parameters does"
    made |= _made(decided, ("state", "p_value", "p_holm"), OF_BOTH)
    stated = "as the catalogue states it; bounds of its location where persons differ"
    entry = ("kind", "unit", "value", "low", "high", "source", "note")
    return made | _made(stated, entry, ((TABLE, "parameter", "parameter"),))

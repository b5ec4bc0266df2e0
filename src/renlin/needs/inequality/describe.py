"""Introduce the rooms of inequality to one another and hand on their findings."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from renlin.catalogue.rules import RuleSet
from renlin.community.community import Community
from renlin.finding import Finding
from renlin.needs import classes, groups
from renlin.needs.assessment import Known, by_rules, learn
from renlin.needs.capacities import holds, score_dimensions
from renlin.needs.inequality import community_type, gaps, monitoring, movers, spending, survey
from renlin.needs.inequality.homes import building_of, clusters
from renlin.needs.inequality.traced import InequalityTracer
from renlin.needs.values import Told, any_list

SEED = 1
"""Number of the one repetition of every resampling here; any other would do as well."""
TOP = groups.TOP
TRAITS = ("wheelchair", "stick_slow", "low_vision", "hard_of_hearing", "tenant")
"""Groups of the catalogue whose coming and going is told beside age and income."""


def describe(
    place: Community,
    rule_sets: Sequence[RuleSet],
    known: Known,
    tiers: Finding,
    profiles: Finding,
    memberships: Finding,
) -> dict[str, Finding]:
    """Return the findings of inequality, field of ``Needs`` -> finding.

    Parameters
    ----------
    place, rule_sets
        Community and the rules in force.
    known
        What is known of the residents of the survey date.
    tiers, profiles, memberships
        Findings of the stage about the same residents, sorted by person.
    """
    trace = InequalityTracer(place, SEED)
    homes = known.table["household"]
    measures = groups.measures(tiers.table, profiles.table, known.table)
    members = classes.comparable(memberships.table, known.table["age"], place.catalogue.displays)
    block = clusters(homes, place.tables)
    compared = gaps.compare(
        measures,
        members,
        block,
        few=int(place.catalogue.number("few_clusters")),
        small_below=place.settings.k_persons,
        seed=SEED,
        confidence=place.policy.confidence,
    )
    four = gaps.side_by_side(
        measures, members, block, epsilon=place.catalogue.number("gap_epsilon")
    )
    moved, remaining = _movers(place, rule_sets)
    shown = community_type.features(place.tables, place.catalogue.community_features)
    turned = trace.series(_series(place))
    return {
        "gaps": trace.gaps(compared, tiers, profiles, memberships),
        "inequality": trace.inequality(four, tiers, profiles, memberships),
        "movers": trace.movers(moved),
        "remaining": trace.remaining(remaining),
        "spending": trace.spending(_spending(place, tiers.table, homes), tiers),
        "spending_groups": trace.spending_groups(
            _spending_groups(place, tiers.table, homes, members), tiers, memberships
        ),
        "disagreement": trace.disagreement(_survey(place)),
        "community_type": trace.community_type(_type(place, shown)),
        "type_risks": trace.type_risks(
            community_type.type_risks(shown, place.catalogue.community_types, place["hazards"])
        ),
        "series": turned,
        "crossed": trace.crossed(monitoring.crossed(turned.table), turned),
    }


def _type(place: Community, shown: pd.DataFrame) -> pd.DataFrame:
    return community_type.recognise(
        shown,
        place.catalogue.community_types,
        declared=place.settings.kind,
        margin=place.catalogue.number("type_margin"),
    )


def _spending(place: Community, tiers: pd.DataFrame, homes: pd.Series) -> pd.DataFrame:
    if len(place["spending"]) == 0:
        return pd.DataFrame(columns=list(spending.COLUMNS))
    return spending.compare(_units(place, tiers, homes))


def _spending_groups(
    place: Community, tiers: pd.DataFrame, homes: pd.Series, members: pd.DataFrame
) -> pd.DataFrame:
    if len(place["spending"]) == 0:
        return pd.DataFrame(columns=list(spending.BY_GROUP))
    return spending.by_group(
        _units(place, tiers, homes),
        building_of(homes, place.tables),
        members,
        tiers["sure"] <= TOP,
        tiers["possible"] <= TOP,
        small_below=place.settings.k_persons,
    )


def _units(place: Community, tiers: pd.DataFrame, homes: pd.Series) -> pd.DataFrame:
    return spending.units_of(
        place["spending"],
        building_of(homes, place.tables),
        tiers["sure"] <= TOP,
        tiers["possible"] <= TOP,
    )


def _survey(place: Community) -> pd.DataFrame:
    return survey.disagreement(
        place["survey"],
        least=int(place.catalogue.number("survey_least")),
        seed=SEED,
        confidence=place.policy.confidence,
    )


def _series(place: Community) -> pd.DataFrame:
    return monitoring.follow(
        place["series"],
        alarm=place.catalogue.number("series_alarm"),
        confidence=place.policy.confidence,
        seed=SEED,
    )


def _movers(place: Community, rule_sets: Sequence[RuleSet]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return composition and remaining risk over every renewal of the community."""
    day = pd.Timestamp(place.settings.survey_date)
    renewals = place["renewals"]
    begun = renewals[renewals["began_on"] <= day]
    if len(begun) == 0:
        return pd.DataFrame(columns=list(movers.COMPOSITION)), pd.DataFrame(
            columns=list(movers.RISK)
        )
    everybody = place["persons"][~(place["persons"]["since"] > day)]
    known = learn(
        place.tables, everybody, place.catalogue, day, corrections=place["corrections"].iloc[0:0]
    )
    measures = _measures(place, rule_sets, known)
    members = _traits(place, known)
    block = clusters(known.table["household"], place.tables)
    moved, remaining = [], []
    for row in begun.sort_values("renewal").to_dict("records"):
        began = pd.Timestamp(row["began_on"])
        ended = min(pd.Timestamp(row["ended_on"]), day) if pd.notna(row["ended_on"]) else day
        state = movers.states(known.persons, began, ended)
        moved.append(
            movers.composition(
                str(row["renewal"]),
                known.persons,
                state,
                members,
                began=began,
                ended=ended,
                confidence=place.policy.confidence,
                small_below=place.settings.k_persons,
            )
        )
        remaining.append(
            movers.remaining_risk(
                str(row["renewal"]),
                state,
                measures,
                block,
                seed=SEED,
                confidence=place.policy.confidence,
            )
        )
    whole = movers.protect(pd.concat(moved, ignore_index=True))
    risk = pd.concat(remaining, ignore_index=True)
    return whole, movers.protect_risk(risk, small_below=place.settings.k_persons)


def _measures(
    place: Community, rule_sets: Sequence[RuleSet], known: Known
) -> dict[str, pd.DataFrame]:
    scores = score_dimensions(known.table, place.catalogue.indicators)
    tiers = by_rules(known, rule_sets)
    sure = pd.Series(tiers.sure <= TOP, dtype="float64")
    may = pd.Series(tiers.possible <= TOP, dtype="float64")
    return {
        "tier_1_2_share": pd.DataFrame({"value": sure, "low": sure, "high": may}),
        "exposure": pd.DataFrame(
            {
                "value": scores["exposure"],
                "low": scores["exposure_low"],
                "high": scores["exposure_high"],
            }
        ),
    }


def _traits(place: Community, known: Known) -> pd.DataFrame:
    """Return age, income, disability and tenure of everybody, yes, no or unknown."""
    table, catalogue = known.table, place.catalogue
    age = table["age"].astype("Float64")
    adult, older = catalogue.number("adult_age"), catalogue.number("older_age")
    made = {
        "children": age < adult,
        "working_age": (age >= adult) & (age < older),
        "older": age >= older,
        "dibao": _nullable(holds(table, catalogue.indicators["dibao"], "risk")),
    }
    for code in TRAITS:
        made[code] = _nullable(any_list(table, catalogue.displays[code].member_when))
    return pd.DataFrame({name: column.astype("boolean") for name, column in made.items()})


def _nullable(told: Told) -> pd.Series:
    return pd.Series(told.yes).astype("boolean").mask(told.unknown)

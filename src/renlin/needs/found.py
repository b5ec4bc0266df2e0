"""What needs identification hands on: one finding per table."""

from __future__ import annotations

from dataclasses import dataclass

from renlin.finding import Finding


@dataclass(frozen=True)
class Needs:
    """What needs identification found; each attribute is the finding of that name.

    Attributes
    ----------
    evidence
        Newest statement on each subject and indicator, with its state and source.
    indicators
        One row per resident, one nullable column per indicator.
    tiers
        Sure and possible tier, reason, what would change it, what is missing.
    households
        The same by household, with its place and scores.
    profiles
        Class, group, exposure, sensitivity and capacities of every resident.
    memberships
        Every group somebody belongs to; unknown stays unknown.
    combinations
        Residents by combination of groups, small cells merged.
    list, totals
        What each household surely needs; what all and each group need together.
    work_list
        What is still to be asked, most telling first.
    population
        Who is there by day and by night, with bounds.
    records
        Every resident ever on record: since, until, how old the record is.
    groups
        Every average with its groups and the gap.
    corrections
        What workshops changed, and what they were kept from changing.
    review
        What a person must look at: objections, lapsed confirmations, asked lowerings.
    overrides
        Every tier set by hand and what it does today.
    audit
        How often people agreed with the rules, by group.
    household_profiles, group_profiles
        One readable row per household; per group and for the community.
    perception
        How well residents know their risk, before and after, apart from exposure.
    personas, persona_members
        Types residents are described by, and who is of which; they decide nothing.
    sessions, prevalence, preferences, hidden, rule_questions
        What participation brought (``renlin.needs.workshops``).
    gaps, inequality
        Each group against the rest with intervals; numbers of inequality side by side.
    movers, remaining
        Who left, stayed and came over a renewal; the risk of those who remain.
    spending, spending_groups, disagreement, series, crossed
        Money per head and per risk; where bodies stand apart; what changed in time.
    community_type, type_risks
        Which type of community the data show, and its risks here.
    ties, tie_bridges, tie_reach, tie_scores, tie_gaps
        Who is tied to whom, what hangs on one tie, whom a message reaches; isolation,
        belonging and readiness to act by building and group, and the gaps.
    """

    evidence: Finding
    indicators: Finding
    tiers: Finding
    households: Finding
    profiles: Finding
    memberships: Finding
    combinations: Finding
    list: Finding
    totals: Finding
    work_list: Finding
    population: Finding
    records: Finding
    groups: Finding
    corrections: Finding
    review: Finding
    overrides: Finding
    audit: Finding
    household_profiles: Finding
    group_profiles: Finding
    perception: Finding
    personas: Finding
    persona_members: Finding
    sessions: Finding
    prevalence: Finding
    preferences: Finding
    hidden: Finding
    rule_questions: Finding
    gaps: Finding
    inequality: Finding
    movers: Finding
    remaining: Finding
    spending: Finding
    spending_groups: Finding
    disagreement: Finding
    community_type: Finding
    type_risks: Finding
    series: Finding
    ties: Finding
    tie_bridges: Finding
    tie_reach: Finding
    tie_scores: Finding
    tie_gaps: Finding
    crossed: Finding

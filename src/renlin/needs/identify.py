"""Introduce the steps of the stage to one another and hand on findings that can be traced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from renlin.catalogue.decisions import Decision
from renlin.catalogue.rule_files import read_rules
from renlin.catalogue.rules import RuleSet, decide, merged
from renlin.community.community import Community
from renlin.errors import Fault, Said, SchemeFault, did_you_mean, raise_all
from renlin.finding import Finding
from renlin.needs import classes, groups, indicators, lists, population, wrapping
from renlin.needs.capacities import score_capacities, score_dimensions
from renlin.needs.corrections import corrections_table
from renlin.needs.evidence import applicable
from renlin.needs.households import summarise
from renlin.needs.reasons import Wording, word_all
from renlin.needs.tiers import Facts, Levels, codes, evaluate, fields_of
from renlin.needs.work_list import sources_of, work_list


@dataclass(frozen=True)
class Needs:
    """What needs identification found; each attribute is a finding of that name.

    Attributes
    ----------
    evidence
        Newest statement on each subject and indicator, with its state and source.
    indicators
        One row per resident, one nullable column per indicator.
    tiers
        Sure and possible tier, reason, what would change it, what is missing.
    households
        The same by household, with its place.
    profiles
        Class, group, exposure, sensitivity, capacities.
    memberships
        Every group somebody belongs to; unknown stays unknown.
    combinations
        Residents by combination of groups, small cells merged.
    list, totals
        What each household needs; what all and each group need together.
    work_list
        What is still to be asked, most telling first.
    population
        Who is there by day and by night, with bounds.
    records
        Every resident ever on record: since, until, how old the record is.
    groups
        Every average with its groups and the gap.
    corrections
        What workshops changed.
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

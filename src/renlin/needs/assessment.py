"""Work out the tiers with and without the workshops' corrections, and keep the higher."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.catalogue.rules import RuleSet, decide, merged
from renlin.needs.indicators import ages_of_evidence, ever_asked, gather, lay_out
from renlin.needs.reasons import Wording, word_all
from renlin.needs.tiers import Facts, Levels, codes, evaluate, fields_of

KEPT_ZH = "居民会上的说法会把等级降低，核实以前仍按原来的最高可能算。"
IDS = ";"


@dataclass(frozen=True)
class Known:
    """What is known of the residents present: evidence, and the wide table made from it."""

    persons: pd.DataFrame
    evidence: pd.DataFrame
    table: pd.DataFrame

    def facts(self, fields: Sequence[str]) -> Facts:
        """Return the fields the rules read, with the age of their evidence."""
        return Facts(
            self.table,
            ages_of_evidence(self.evidence, self.persons, fields),
            ever_asked(self.evidence, self.persons, fields),
        )


@dataclass(frozen=True)
class Assessed:
    """The tiers of the residents, and what is said about each set of facts.

    ``changes`` has one row per correction and resident it could touch: raised, kept, and
    the sure and possible tier before and after, 1 to 4 (4: none).
    """

    tiers: pd.DataFrame
    wordings: Sequence[Wording]
    told: np.ndarray
    changes: pd.DataFrame


def learn(
    place: Mapping[str, pd.DataFrame],
    persons: pd.DataFrame,
    catalogue: Catalogue,
    day: pd.Timestamp,
    *,
    corrections: pd.DataFrame,
) -> Known:
    """Return what is known of ``persons`` on ``day`` with these corrections."""
    ordered = persons.sort_values("person", kind="stable").reset_index(drop=True)
    evidence = gather(place, ordered, catalogue, day, corrections=corrections)
    return Known(ordered, evidence, lay_out(evidence, ordered, catalogue))


def touched(known: Known, corrections: pd.DataFrame, applied: Mapping[str, bool]) -> pd.DataFrame:
    """Return (correction, person) for every resident an applied correction speaks of."""
    newest = [bool(applied.get(code)) for code in corrections["correction"]]
    used = corrections[np.array(newest, dtype=bool)]
    people = known.persons[["person", "household"]]
    own = used.merge(people, left_on="subject", right_on="person")
    home = used.merge(people, left_on="subject", right_on="household")
    both = pd.concat([own, home], ignore_index=True)
    return both[["correction", "person"]].drop_duplicates().reset_index(drop=True)


def assess(
    known: Known,
    before: Known,
    pairs: pd.DataFrame,
    rule_sets: Sequence[RuleSet],
    catalogue: Catalogue,
) -> Assessed:
    """Return the tier of every resident and why.

    Parameters
    ----------
    known
        With the corrections that count.
    before
        The residents those corrections could touch, without any correction.
    pairs
        As :func:`touched` returns.
    rule_sets
        Rules in force, in order.

    Returns
    -------
    Tiers with columns person, household, sure, indicated, possible, missing, n_missing,
    file, ruleset, version, rule, rules, reason_zh, reason_en, change_zh, lowered,
    confirmed_by. A correction moves the sure tier either way; the possible tier it only
    ever raises, so that nobody is lowered before it is confirmed.
    """
    fields = fields_of(rule_sets)
    facts = known.facts(fields)
    levels, old = _both(facts, before.facts(fields), rule_sets)
    decision = decide(merged(rule_sets), catalogue.indicators)
    wordings, told = word_all(codes(facts, decision), decision, rule_sets, catalogue.indicators)
    place = {person: at for at, person in enumerate(known.persons["person"])}
    rows = np.array([place[person] for person in before.persons["person"]], dtype=np.int64)
    possible = levels.possible.copy()
    possible[rows] = np.minimum(possible[rows], old.possible)
    lowered = possible < levels.possible
    lowered[rows] |= levels.sure[rows] > old.sure
    final = Levels(levels.sure, np.clip(levels.indicated, possible, levels.sure), possible)
    raised = np.zeros(len(lowered), dtype=bool)
    raised[rows] = levels.sure[rows] < old.sure
    return Assessed(
        _table(known, final, wordings, told, lowered),
        wordings,
        told,
        pairs.assign(
            raised=[bool(raised[place[person]]) for person in pairs["person"]],
            kept=[bool(lowered[place[person]]) for person in pairs["person"]],
            **_before_and_after(pairs["person"], before.persons["person"], old, final, place),
        ),
    )


def by_rules(known: Known, rule_sets: Sequence[RuleSet]) -> Levels:
    """Return the level of every resident as the rules alone have it, without the reasons."""
    return evaluate(known.facts(fields_of(rule_sets)), rule_sets).highest()


def _both(now: Facts, before: Facts, rule_sets: Sequence[RuleSet]) -> tuple[Levels, Levels]:
    """Return the levels with and without corrections, worked out in one go."""
    if len(before.values) == 0:
        levels = evaluate(now, rule_sets).highest()
        return levels, Levels(*(one[:0] for one in levels))
    pairs = zip(now, before, strict=True)
    together = Facts(*(pd.concat(pair, ignore_index=True) for pair in pairs))
    levels = evaluate(together, rule_sets).highest()
    n = len(now.values)
    return Levels(*(one[:n] for one in levels)), Levels(*(one[n:] for one in levels))


def _before_and_after(
    told: pd.Series, touched_people: pd.Series, old: Levels, new: Levels, place: Mapping[str, int]
) -> dict[str, list[int]]:
    """Return the tiers of the residents told of, without the corrections and with them."""
    of = {person: at for at, person in enumerate(touched_people)}
    sides = {"tier_before": old.sure, "possible_before": old.possible}
    made = {name: [int(side[of[one]]) for one in told] for name, side in sides.items()}
    sides = {"tier_after": new.sure, "possible_after": new.possible}
    return made | {name: [int(side[place[one]]) for one in told] for name, side in sides.items()}


def _table(
    known: Known,
    levels: Levels,
    wordings: Sequence[Wording],
    told: np.ndarray,
    lowered: np.ndarray,
) -> pd.DataFrame:
    words = [wordings[at] for at in told]
    made = pd.DataFrame(
        {
            "person": known.persons["person"],
            "household": known.persons["household"],
            "sure": levels.sure,
            "indicated": levels.indicated,
            "possible": levels.possible,
            "missing": pd.Series([IDS.join(one.missing) for one in words], dtype="str"),
            "n_missing": [len(one.missing) for one in words],
        }
    )
    for name in ("file", "ruleset", "version", "rule", "reason_zh", "reason_en", "change_zh"):
        made[name] = pd.Series([getattr(one, name) for one in words], dtype="str")
    made["rules"] = pd.Series([IDS.join(one.rules) for one in words], dtype="str")
    said = made["change_zh"].to_numpy(dtype=object)
    made["change_zh"] = pd.Series(np.where(lowered, KEPT_ZH + said, said), dtype="str")
    made["lowered"] = lowered
    made["confirmed_by"] = pd.Series(None, index=made.index, dtype="str")
    return made

"""Work out what nobody stated from what is stated, by rules that are written down.

An inference never overrides a statement: a fact that is expired, withdrawn or was asked
without an answer keeps its subject unknown. Each inference carries the date of what it
rests on, so it expires like evidence does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.needs.evidence import STATED
from renlin.needs.records import located, seen
from renlin.needs.values import applies

ADULT, INFANT, OLDER = "adult_age", "infant_age", "older_age"
"""Parameters: ages, years, from which one is adult, up to which carried, from which older."""
KINDS = ("vision", "hearing", "speech", "limb", "intellectual", "mental")
NO_DISABILITY = "5"
"""Level that says there is none. Source: catalogue indicators, note of ``vision_level``."""
RULES: Mapping[str, str] = {
    "lives_alone": "one resident on record, and the record of the household is fresh",
    "empty_nest": "every resident of the household is older",
    "carries_infant": "the youngest adults of a household, one for each child in arms",
    "power_dependent": "a powered device is known, or known to be absent",
    "wheelchair": "the walking aid is known to be a wheelchair, or not to be one",
    "adl_level": "care score against the least score of each level",
    "disability": "grade of the certificate for its kind; no disability for kind none",
    "otherwise": "the indicator surely does not apply to the person",
}


def from_households(
    persons: pd.DataFrame,
    households: pd.DataFrame,
    place: Mapping[str, pd.DataFrame],
    catalogue: Catalogue,
) -> pd.DataFrame:
    """Return ``lives_alone``, ``empty_nest`` and ``carries_infant`` from who lives together.

    A household whose members' ages are not all known leaves the last two unknown where
    the missing age could decide. Dates are those of the household's newest record.
    """
    checked = seen(persons).groupby(persons["household"]).max()
    own = pd.Series(seen(households).to_numpy(), index=households["household"])
    newest = pd.concat([checked, own.reindex(checked.index)], axis=1).max(axis=1)
    ages = persons[["person", "household", "age"]].astype({"age": "Float64"})
    n_members = persons.groupby("household")["person"].transform("size")
    alone = _stated(persons["person"], "persons", "lives_alone", _words(n_members == 1))
    nest = _empty_nest(ages, catalogue.number(OLDER))
    arms = _in_arms(ages, catalogue)
    made = pd.concat([alone, nest, arms], ignore_index=True)
    home = persons.set_index("person")["household"]
    at = made["subject"].where(made["subject_table"] == "households", made["subject"].map(home))
    made["observed_on"] = at.map(newest).astype("datetime64[s]")
    return located(made, place)


def _empty_nest(ages: pd.DataFrame, older: float) -> pd.DataFrame:
    """Say of each household whether every resident is older: one younger decides against it."""
    told = pd.DataFrame(
        {
            "younger": (ages["age"] < older).fillna(False).astype(bool),
            "unknown": ages["age"].isna(),
        }
    )
    homes = told.groupby(ages["household"]).any()
    words = _words(~homes["younger"]).mask(homes["unknown"] & ~homes["younger"])
    return _stated(pd.Series(homes.index), "households", "empty_nest", words)


def _in_arms(ages: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Say who carries: in each household the youngest adults, one for each infant."""
    adult = (ages["age"] >= catalogue.number(ADULT)).fillna(False)
    infant = (ages["age"] <= catalogue.number(INFANT)).fillna(False)
    unknown = ages["age"].isna().groupby(ages["household"]).transform("any")
    n_infants = infant.groupby(ages["household"]).transform("sum")
    order = ages.assign(adult=adult).sort_values(["age", "person"], na_position="last")
    place = order[order["adult"]].groupby("household").cumcount().reindex(ages.index)
    carries = adult & (place < n_infants)
    words = _words(carries).mask(~carries & unknown & (adult | ages["age"].isna()))
    return _stated(ages["person"], "persons", "carries_infant", words)


def from_evidence(evidence: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Return what one indicator says about another.

    ``power_dependent`` from ``power_device``; ``wheelchair`` from ``walking_aid``;
    ``adl_level`` from ``adl_score``; the level of each kind of disability from
    ``disability_kind`` and ``disability_grade``. File, row and date are those of the
    evidence they rest on.
    """
    known = evidence[evidence["known"]]
    rules: list[tuple[str, str, Callable[[str], str | None]]] = [
        ("power_device", "power_dependent", lambda device: str(device != "none").lower()),
        ("walking_aid", "wheelchair", lambda aid: str(aid.startswith("wheelchair")).lower()),
        ("adl_score", "adl_level", lambda score: _care_level(float(score), catalogue)),
    ]
    parts = [_translated(known, given, made, rule) for given, made, rule in rules]
    return pd.concat([*parts, *_disabilities(known)], ignore_index=True)[list(STATED)]


def _care_level(score: float, catalogue: Catalogue) -> str | None:
    """Return the level whose least score is the highest not above ``score``."""
    for level in range(5):
        if score >= catalogue.number(f"adl_score_level_{level}"):
            return str(level)
    return None


def _translated(
    known: pd.DataFrame, given: str, made: str, rule: Callable[[str], str | None]
) -> pd.DataFrame:
    rows = known[known["indicator"] == given]
    return rows.assign(
        indicator=made,
        text=rows["value"].map(rule).astype("object"),
        source=f"from {given}: " + rows["source"],
        origin="inferred",
    )


def _disabilities(known: pd.DataFrame) -> Iterable[pd.DataFrame]:
    kinds = known[known["indicator"] == "disability_kind"]
    grades = known[known["indicator"] == "disability_grade"].set_index("subject")["value"]
    for kind in KINDS:
        none = kinds["value"] == "none"
        own = kinds["subject"].map(grades).where(kinds["value"] == kind)
        rows = kinds.assign(
            indicator=f"{kind}_level",
            text=own.mask(none, NO_DISABILITY).astype("object"),
            source="from disability_kind: " + kinds["source"],
            origin="inferred",
        )
        yield rows[rows["text"].notna()]


def from_scope(
    table: pd.DataFrame,
    catalogue: Catalogue,
    place: Mapping[str, pd.DataFrame],
    day: pd.Timestamp,
) -> pd.DataFrame:
    """Return the value of indicators that surely do not apply, such as pregnancy of a man.

    Parameters
    ----------
    table
        Wide table of indicators with ``sex``, one row per person.
    """
    parts = [_stated(pd.Series(dtype="str"), "persons", "", pd.Series(dtype="object"))]
    for code, entry in catalogue.indicators.items():
        if entry.otherwise and entry.subject == "persons":
            outside = applies(table, entry).no & table[code].isna().to_numpy(dtype=bool)
            who = table.loc[outside, "person"].reset_index(drop=True)
            words = pd.Series([entry.otherwise] * len(who), dtype="object")
            parts.append(_stated(who, "persons", code, words))
    made = pd.concat(parts, ignore_index=True)
    made["observed_on"] = pd.Series(day, index=made.index).astype("datetime64[s]")
    return located(made, place)


def unstated(inferred: pd.DataFrame, stated: pd.DataFrame, persons: pd.DataFrame) -> pd.DataFrame:
    """Return the inferences on which nothing was stated, of the person or the household."""
    subjects = pd.Index(stated["subject"].unique(), dtype="object")
    indicators = pd.Index(stated["indicator"].unique(), dtype="object")
    home = inferred["subject"].map(persons.set_index("person")["household"])

    def pairs(subject: pd.Series, indicator: pd.Series) -> npt.NDArray[np.int64]:
        own = subjects.get_indexer(subject.to_numpy(dtype=object)).astype(np.int64)
        code = indicators.get_indexer(indicator.to_numpy(dtype=object))
        return np.where((own < 0) | (code < 0), -1, own * len(indicators) + code)

    said = np.unique(pairs(stated["subject"], stated["indicator"]))
    told = np.isin(pairs(inferred["subject"], inferred["indicator"]), said)
    told |= np.isin(pairs(home, inferred["indicator"]), said)
    return inferred[~told].reset_index(drop=True)


def _stated(subject: pd.Series, table: str, indicator: str, words: pd.Series) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "subject": subject.to_numpy(),
            "subject_table": table,
            "indicator": indicator,
            "text": words.to_numpy(dtype=object),
            "source": f"inferred: {RULES.get(indicator, RULES['otherwise'])}",
            "fact": None,
            "origin": "inferred",
        }
    )


def _words(claims: pd.Series) -> pd.Series:
    return claims.map({True: "true", False: "false"}).astype("object")

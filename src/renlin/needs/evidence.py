"""Take, of all that was ever stated, the newest word on each subject and indicator.

Evidence that is too old, withdrawn, unreadable or was asked without an answer is unknown;
it stays in the table with its reason, so that nothing vanishes and somebody can ask again.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.needs.values import NOT_CONSENTED, WITHDRAWN, counts_as_risk, read_word

COLUMNS = (
    "subject", "indicator", "subject_table", "value", "known", "state", "source", "file", "row",
    "observed_on", "age_days", "fact", "note",
)  # fmt: skip
STATED = ("subject", "subject_table", "indicator", "text", "source", "file", "row", "observed_on",
          "fact", "origin")  # fmt: skip
_ORDER = {"inferred": 0, "record": 1, "fact": 2, "correction": 3}
"""Of statements of one day, the later kind wins: a correction was made to correct."""


def from_facts(facts: pd.DataFrame, persons: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Return the facts about ``persons`` and their households as statements.

    A fact without a date has the date of its register: the newest date in the same file
    (Assumption: a register is exported as a whole). A household indicator stated of one
    member is a statement about the household.

    Returns
    -------
    Columns of ``STATED``, origin ``fact``.
    """
    present = set(persons["person"]) | set(persons["household"])
    made = facts[facts["subject"].isin(present)].rename(columns={"value": "text"})
    made["origin"] = "fact"
    if made["observed_on"].isna().any():
        newest = facts.groupby("file", dropna=False)["observed_on"].max()
        made["observed_on"] = made["observed_on"].fillna(made["file"].map(newest))
    shared = [c for c, entry in catalogue.indicators.items() if entry.subject == "households"]
    moved = made["indicator"].isin(shared) & (made["subject_table"] == "persons")
    home = persons.set_index("person")["household"]
    made.loc[moved, "subject"] = made.loc[moved, "subject"].map(home)
    made.loc[moved, "subject_table"] = "households"
    return made[list(STATED)].reset_index(drop=True)


def from_corrections(
    corrections: pd.DataFrame, place: Mapping[str, pd.DataFrame], catalogue: Catalogue
) -> pd.DataFrame:
    """Return the active corrections of single residents or households as statements.

    Each is a new row beside what the registers say; an undone one is left out here and
    stays in the table of corrections.
    """
    active = applicable(corrections, place, catalogue)
    chosen = corrections[active.to_numpy(dtype=bool)]
    persons = set(place["persons"]["person"])
    made = pd.DataFrame(
        {
            "subject": chosen["subject"],
            "subject_table": [
                "persons" if one in persons else "households" for one in chosen["subject"]
            ],
            "indicator": chosen["field"],
            "text": chosen["is"],
            "source": chosen["workshop"],
            "file": chosen.get("file", "layers/corrections.csv"),
            "row": chosen.get(
                "row", pd.Series(chosen.index + 2, index=chosen.index, dtype="Int64")
            ),
            "observed_on": chosen["held_on"],
            "fact": chosen["correction"],
            "origin": "correction",
        }
    )
    return made.reset_index(drop=True)


def applicable(
    corrections: pd.DataFrame, place: Mapping[str, pd.DataFrame], catalogue: Catalogue
) -> pd.Series:
    """Return which corrections state one indicator of one known resident or household."""
    subjects = set(place["persons"]["person"]) | set(place["households"]["household"])
    return (
        (corrections["kind"] == "person")
        & (corrections["state"].fillna("active") == "active")
        & corrections["field"].isin(catalogue.indicators)
        & corrections["subject"].isin(subjects)
    )


def newest(stated: pd.DataFrame, catalogue: Catalogue, day: pd.Timestamp) -> pd.DataFrame:
    """Return the newest statement on each subject and indicator, and what it is worth.

    Later days win; on one day a correction wins over a fact and a fact over a record, then
    an answer over none, then the answer that counts as a risk. Statements after the survey
    date are not yet known. State: ``unknown`` (asked without an answer, unreadable or
    undated), ``expired`` (older than the indicator's expiry, in days; exactly as old is
    still valid), ``withdrawn``, ``not_consented``, ``corrected`` (by a workshop) or ``known``.

    Returns
    -------
    One row per subject and indicator with the columns of ``needs.evidence``.

    Source: reference needs 4.3.
    """
    usable = stated["indicator"].isin(catalogue.indicators)
    usable &= ~(stated["observed_on"] > day)
    rows = stated[usable].reset_index(drop=True)
    rows["value"], rows["note"] = _read(rows, catalogue)
    rows["risk"] = _risky(rows, catalogue)
    rows["rank"] = rows["origin"].map(_ORDER)
    rows["told"] = rows["value"].notna()
    order = ["subject", "indicator", "observed_on", "rank", "told", "risk", "value", "fact"]
    rows = rows.sort_values(order, na_position="first", kind="stable")
    last = rows.drop_duplicates(["subject", "indicator"], keep="last").reset_index(drop=True)
    return _judged(last, catalogue, day)


def nothing(catalogue: Catalogue, day: pd.Timestamp) -> pd.DataFrame:
    """Return no evidence, with typed columns."""
    none = pd.DataFrame({name: pd.Series(dtype="object") for name in STATED})
    return newest(none.astype({"observed_on": "datetime64[s]", "row": "Int64"}), catalogue, day)


def _judged(rows: pd.DataFrame, catalogue: Catalogue, day: pd.Timestamp) -> pd.DataFrame:
    limits = {code: entry.expiry.value for code, entry in catalogue.indicators.items()}
    age = (day - rows["observed_on"]).dt.days.astype("Int64")
    undated = age.isna().to_numpy(dtype=bool)
    old = (age > rows["indicator"].map(limits)).fillna(False).to_numpy(dtype=bool)
    told = rows["value"].notna().to_numpy(dtype=bool)
    corrected = (rows["origin"] == "correction").to_numpy(dtype=bool)
    states = [
        *((rows["text"] == word, word) for word in (WITHDRAWN, NOT_CONSENTED)),
        (~told | undated, "unknown"),
        (old, "expired"),
        (corrected, "corrected"),
    ]
    state = np.select([mask for mask, _ in states], [word for _, word in states], "known")
    rows["state"] = pd.Series(state, dtype="str")
    rows["known"] = rows["state"].isin(["known", "corrected"])
    rows["age_days"] = age
    rows.loc[undated & told, "note"] = "undated"
    words = ("subject", "indicator", "subject_table", "source", "file", "fact", "note")
    rows = rows[list(COLUMNS)].astype(dict.fromkeys(words, "str"))
    return rows.sort_values(["subject", "indicator"], kind="stable").reset_index(drop=True)


def _read(rows: pd.DataFrame, catalogue: Catalogue) -> tuple[pd.Series, pd.Series]:
    """Return canonical values and, where a word could not be read, a note."""
    pairs, back = _pairs(rows["indicator"], rows["text"])
    read: list[str | None] = [""] * len(pairs)
    unused = (WITHDRAWN, NOT_CONSENTED)
    for at, (code, text) in enumerate(pairs):
        if isinstance(text, str) and text.strip() and text not in unused:
            read[at] = read_word(text, catalogue.indicators[code], catalogue.answers)
    values = np.array([one or None for one in read], dtype=object)[back]
    notes = np.array(["unreadable" if one is None else "" for one in read], dtype=object)[back]
    index = rows.index
    return pd.Series(values, index=index, dtype="str"), pd.Series(notes, index=index, dtype="str")


def _risky(rows: pd.DataFrame, catalogue: Catalogue) -> npt.NDArray[np.bool_]:
    """Return which values count as a risk by the indicator's own conditions."""
    pairs, back = _pairs(rows["indicator"], rows["value"])
    risky = [
        isinstance(value, str) and counts_as_risk(catalogue.indicators[code], value)
        for code, value in pairs
    ]
    return np.array(risky, dtype=bool)[back]


def _pairs(
    left: pd.Series, right: pd.Series
) -> tuple[list[tuple[str, object]], npt.NDArray[np.intp]]:
    """Return the distinct pairs of two columns and which of them each row has."""
    one, lefts = pd.factorize(left)
    other, rights = pd.factorize(right, use_na_sentinel=False)
    both, back = np.unique(one * max(len(rights), 1) + other, return_inverse=True)
    n = max(len(rights), 1)
    names, words = list(lefts), list(rights)
    return [(names[at // n], words[at % n]) for at in both], back.reshape(-1)

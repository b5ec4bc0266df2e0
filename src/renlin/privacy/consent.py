"""Fold the ledger of consents into what holds on a day, per person and purpose.

The ledger is only ever added to: a withdrawal is a new entry. What was withdrawn is unknown
in every rule, never "no". Source: 个人信息保护法 arts. 13 to 18, 29, 31 (text read in the
reference).
"""

from __future__ import annotations

import pandas as pd

GIVEN, WITHDRAWN, EMERGENCY = "given", "withdrawn", "emergency"
STATE_COLUMNS = ("person", "purpose", "field", "state", "since", "entry")


def standing(
    ledger: pd.DataFrame, day: pd.Timestamp, ages: pd.Series, *, guardian_below: float
) -> pd.DataFrame:
    """Return the newest valid decision of each person, purpose and field on ``day``.

    A decision a child took alone counts for nothing when it gives consent, and counts when
    it withdraws. An emergency entry (art. 13(4)) holds until its last day, whatever was
    decided meanwhile, and then falls back to that; without a last day it holds on its own day
    only. Entries of one day count in the order they stand.

    Parameters
    ----------
    ledger
        Columns entry, person, purpose, field, decision, decided_on, until, by.
    day
        Day the ledger is read for; later entries are not yet known.
    ages
        Person -> age in years on that day; missing is unknown, and counts as grown.
    guardian_below
        Age below which a guardian must consent, years (art. 31).

    Returns
    -------
    Columns of ``STATE_COLUMNS``, sorted; ``field`` is missing for the whole purpose.
    """
    known = ledger[ledger["decided_on"].notna() & (ledger["decided_on"] <= day)]
    child = known["person"].map(ages).astype("Float64") < guardian_below
    alone = child.fillna(False).to_numpy(dtype=bool) & (known["by"] == "self").to_numpy(dtype=bool)
    urgent = known["decision"] == EMERGENCY
    last_day = known["until"].fillna(known["decided_on"])
    over = (urgent & (last_day < day)).to_numpy(dtype=bool)
    left_out = (alone & (known["decision"] == GIVEN).to_numpy(dtype=bool)) | over
    valid = known.assign(_urgent=urgent)[~left_out]
    ordered = valid.sort_values(["_urgent", "decided_on"], kind="stable")
    last = ordered.drop_duplicates(["person", "purpose", "field"], keep="last")
    made = last.rename(columns={"decision": "state", "decided_on": "since"})
    order = ["person", "purpose", "field"]
    return made[list(STATE_COLUMNS)].sort_values(order, kind="stable").reset_index(drop=True)


def withdrawn(states: pd.DataFrame, purpose: str, fields: list[str]) -> pd.DataFrame:
    """Return (person, field) of every field that may not be used for ``purpose``.

    Of a decision on the whole purpose and one on a single field the later one holds, on one
    day that on the field; an emergency opens both.

    Parameters
    ----------
    states
        As :func:`standing` returns.
    fields
        Fields that rest on consent for the purpose.
    """
    mine = states[states["purpose"] == purpose]
    whole = mine.loc[mine["field"].isna(), ["person", "state", "since"]]
    spread = whole.merge(pd.DataFrame({"field": fields}), how="cross")
    own = mine.loc[mine["field"].isin(fields), ["person", "field", "state", "since"]]
    both = pd.concat([spread[own.columns], own], ignore_index=True)
    both["urgent"] = both["state"] == EMERGENCY
    last = both.sort_values(["urgent", "since"], kind="stable").drop_duplicates(
        ["person", "field"], keep="last"
    )
    gone = last.loc[last["state"] == WITHDRAWN, ["person", "field"]]
    return gone.sort_values(["person", "field"], kind="stable").reset_index(drop=True)


def missing(
    states: pd.DataFrame, purpose: str, fields: list[str], persons: pd.Series
) -> pd.DataFrame:
    """Return (person, field) of every field nobody decided on for ``purpose``.

    Where a ledger is kept, such a field may not be used: sensitive information needs a
    consent of its own (arts. 13(1), 29), a child's its guardian's (art. 31).

    Parameters
    ----------
    states
        As :func:`standing` returns.
    fields
        Fields that rest on consent for the purpose.
    persons
        Whose fields are asked for, each once.
    """
    mine = states[states["purpose"] == purpose]
    whole = set(mine.loc[mine["field"].isna(), "person"])
    open_ = pd.DataFrame({"person": persons[~persons.isin(whole)].to_numpy()})
    asked = open_.merge(pd.DataFrame({"field": fields}), how="cross")
    decided = pd.MultiIndex.from_frame(mine.loc[mine["field"].notna(), ["person", "field"]])
    none = asked[~pd.MultiIndex.from_frame(asked).isin(decided)]
    return none.sort_values(["person", "field"], kind="stable").reset_index(drop=True)


def notices_due(ledger: pd.DataFrame, day: pd.Timestamp, within_days: float) -> pd.DataFrame:
    """Return the emergency entries whose later notice is not recorded, with its last day.

    Source: art. 18, notice without delay once the emergency is over; the number of days is
    a parameter of the catalogue.

    Returns
    -------
    Columns entry, person, purpose, due, late.
    """
    used = ledger[(ledger["decision"] == EMERGENCY) & ledger["noticed_on"].isna()]
    ends = used["until"].fillna(used["decided_on"])
    due = ends + pd.to_timedelta(within_days, unit="D")
    made = used[["entry", "person", "purpose"]].assign(due=due, late=due < day)
    return made.sort_values(["due", "entry"], kind="stable").reset_index(drop=True)

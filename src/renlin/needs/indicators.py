"""Gather the evidence of a community and lay it out, one row per resident.

A household's evidence counts for each of its members; a member's own comes first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.needs import evidence as stated_on
from renlin.needs import inferred as worked_out
from renlin.needs.records import from_dwellings, from_records
from renlin.needs.values import typed


def gather(
    place: Mapping[str, pd.DataFrame],
    persons: pd.DataFrame,
    catalogue: Catalogue,
    day: pd.Timestamp,
    *,
    corrections: pd.DataFrame,
) -> pd.DataFrame:
    """Return all evidence on the residents present, newest first, inferences last.

    Parameters
    ----------
    place
        Tables of the community.
    persons
        Residents present on ``day``.
    corrections
        Workshop corrections that count; an empty table to leave them all out.

    Returns
    -------
    One row per subject and indicator, columns of ``needs.evidence``.
    """
    households = inhabited(place["households"], persons)
    present = set(persons["person"]) | set(households["household"])
    facts = stated_on.from_facts(place["facts"], persons, catalogue)
    said = [
        facts[facts["subject"].isin(present)],
        stated_on.from_corrections(corrections, place, catalogue),
        from_records(persons, households, place, day),
        from_dwellings(households, place, day),
    ]
    stated = _joined(said)
    together = worked_out.from_households(persons, households, place, catalogue)
    both = _joined([stated, worked_out.unstated(together, stated, persons)])
    found = stated_on.newest(both, catalogue, day)
    more = worked_out.unstated(worked_out.from_evidence(found, catalogue), found, persons)
    found = _stacked([found, stated_on.newest(more, catalogue, day)])
    table = lay_out(found, persons, catalogue)
    scope = worked_out.from_scope(table, catalogue, place, day)
    scope = worked_out.unstated(scope, found, persons)
    return _stacked([found, stated_on.newest(scope, catalogue, day)])


def inhabited(households: pd.DataFrame, persons: pd.DataFrame) -> pd.DataFrame:
    """Return the households somebody present belongs to."""
    return households[households["household"].isin(set(persons["household"]))]


def lay_out(evidence: pd.DataFrame, persons: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Return one row per resident with one nullable column per indicator.

    Unknown is missing, whatever its reason. Columns person, household, then the
    indicators in the order of their codes; ``age`` is whole years.
    """
    known = evidence[evidence["known"]]
    texts = _wide(known, "value", persons, sorted(catalogue.indicators))
    made = {code: typed(texts[code], catalogue.indicators[code]) for code in texts}
    if "age" in made:
        made["age"] = (made["age"] // 1).astype("Int64")
    return pd.DataFrame(
        {
            "person": persons["person"].to_numpy(),
            "household": persons["household"].to_numpy(),
            **made,
        }
    )


def ages_of_evidence(
    evidence: pd.DataFrame, persons: pd.DataFrame, codes: Sequence[str]
) -> pd.DataFrame:
    """Return how many days old the evidence on each indicator is, one row per resident."""
    return pd.DataFrame(_wide(evidence[evidence["known"]], "age_days", persons, codes))


def ever_asked(
    evidence: pd.DataFrame, persons: pd.DataFrame, codes: Sequence[str]
) -> pd.DataFrame:
    """Return whether anything at all was recorded on each indicator, one row per resident."""
    rows = evidence.assign(told=True)
    wide = _wide(rows, "told", persons, codes)
    return pd.DataFrame({code: told.notna() for code, told in wide.items()})


def _wide(
    known: pd.DataFrame, column: str, persons: pd.DataFrame, codes: Sequence[str]
) -> dict[str, pd.Series]:
    """Return one series per indicator: the person's own evidence, else the household's."""
    found = {}
    groups = dict(iter(known.groupby("indicator", sort=False)))
    for code in codes:
        part = groups.get(code)
        if part is None:
            found[code] = pd.Series(pd.NA, index=range(len(persons)), dtype=known[column].dtype)
            continue
        values = part.set_index("subject")[column]
        own = persons["person"].map(values)
        found[code] = own.fillna(persons["household"].map(values)).reset_index(drop=True)
    return found


def _joined(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    filled = [part for part in parts if len(part)]
    made = pd.concat(filled, ignore_index=True) if filled else parts[0]
    return made.astype({"observed_on": "datetime64[s]", "row": "Int64"})


def _stacked(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    made = pd.concat([part for part in parts if len(part)], ignore_index=True)
    return made.sort_values(["subject", "indicator"], kind="stable").reset_index(drop=True)

"""Gather the evidence of a community and lay it out, one row per resident.

A household's evidence counts for each of its members; a member's own comes first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.needs import evidence as stated_on
from renlin.needs import inferred as worked_out
from renlin.needs.consents import not_allowed, unusable, withheld
from renlin.needs.nominations import from_nominations
from renlin.needs.records import from_dwellings, from_records
from renlin.needs.values import typed
from renlin.needs.vouched import from_vouched


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
    if len(persons) == 0:
        return stated_on.nothing(catalogue, day)
    households = inhabited(place["households"], persons)
    gone = not_allowed(place["consents"], persons, catalogue, day)
    said = [
        withheld(stated_on.from_facts(place["facts"], persons, catalogue), gone),
        withheld(stated_on.from_corrections(corrections, place, catalogue), gone),
        from_records(persons, households, place, day),
        from_dwellings(households, place, day),
        withheld(from_nominations(place, persons, day, unusable(gone)), gone),
    ]
    listed = withheld(from_vouched(place, persons, catalogue), gone)
    heard = _joined(said)
    stated = _joined([heard, worked_out.unstated(listed, heard, persons)])
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
    codes = sorted(catalogue.indicators)
    cells = _wide(evidence[evidence["known"]], "value", persons, codes)
    made = {code: typed(cells[:, at], catalogue.indicators[code]) for at, code in enumerate(codes)}
    if "age" in made:
        made["age"] = (made["age"] // 1).astype("Int64")
    keys = {name: persons[name].to_numpy() for name in ("person", "household")}
    return pd.DataFrame({**keys, **made})


def ages_of_evidence(
    evidence: pd.DataFrame, persons: pd.DataFrame, codes: Sequence[str]
) -> pd.DataFrame:
    """Return how many days old the evidence on each indicator is, one row per resident."""
    cells = _wide(evidence[evidence["known"]], "age_days", persons, codes)
    return pd.DataFrame(cells, columns=list(codes)).astype("Int64")


def ever_asked(evidence: pd.DataFrame, persons: pd.DataFrame, codes: Sequence[str]) -> pd.DataFrame:
    """Return whether anything at all was recorded on each indicator, one row per resident."""
    cells = _wide(evidence.assign(told=True), "told", persons, codes)
    return pd.DataFrame(cells == True, columns=list(codes))  # noqa: E712


def _wide(
    evidence: pd.DataFrame, column: str, persons: pd.DataFrame, codes: Sequence[str]
) -> npt.NDArray[np.object_]:
    """Return cells of shape (n_persons, n_codes): the person's own evidence, else the home's."""
    cells = np.full((len(persons), len(codes)), None, dtype=object)
    place = {code: at for at, code in enumerate(codes)}
    rows = evidence[evidence["indicator"].isin(place)]
    people = persons[["person", "household"]].assign(at=np.arange(len(persons)))
    for table, key in (("households", "household"), ("persons", "person")):
        part = rows.loc[rows["subject_table"] == table, ["subject", "indicator", column]]
        found = part.merge(people[[key, "at"]], left_on="subject", right_on=key)
        at = found["indicator"].map(place).to_numpy(dtype=np.int64)
        cells[found["at"].to_numpy(), at] = found[column].to_numpy(dtype=object)
    return cells


def _joined(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    filled = [part for part in parts if len(part)]
    made = pd.concat(filled, ignore_index=True) if filled else parts[0]
    return made.astype({"observed_on": "datetime64[s]", "row": "Int64"})


def _stacked(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    made = pd.concat([part for part in parts if len(part)], ignore_index=True)
    return made.sort_values(["subject", "indicator"], kind="stable").reset_index(drop=True)

"""Give a role the single records its task needs, and nothing else; note that it was read.

The one way to single records for a list, an export and, later, a page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.community.community import Community
from renlin.community.folder import open_community
from renlin.community.read_log import note_read
from renlin.community.vault import COLUMNS, PERSON, identities, sealed_identities
from renlin.errors import Fault, PrivacyFault, Said, did_you_mean
from renlin.needs.assessment import learn
from renlin.needs.consents import not_allowed
from renlin.needs.inequality.homes import building_of
from renlin.needs.workshops.cases import with_sessions
from renlin.privacy.views import Reader, view, visible, withheld

TABLE = "needs.indicators"
SEALED: Mapping[str, str] = {"address_text": "address"}
"""Column of the vault -> its field in the register, where the names differ."""
WHERE = ("person", "household", "building")


@dataclass(frozen=True)
class Records:
    """What a role was given.

    Attributes
    ----------
    table
        One row per resident in reach: person, household, building, then the columns of the
        role.
    withheld
        Column that was not given -> why, as ``privacy.views.WHY`` says it.
    """

    table: pd.DataFrame
    withheld: dict[str, str]


def read_records(folder: Path, reader: Reader, *, account: str = "") -> Records:
    """Return the records ``reader`` may see, with names from the vault where it may.

    A value whose consent does not hold for the purpose is missing, as in every rule. The
    reading is noted before anything is handed on: role and account, purpose, columns and
    number of rows; a reading that cannot be noted gives nothing.

    Parameters
    ----------
    folder
        The community folder.
    reader
        Role, purpose, and the buildings or the resident that are the reader's.
    account
        Who of that role reads; never a resident's name.

    Raises
    ------
    PrivacyFault
        When role or purpose is not known, the role sees counts only, a building or
        resident is not on record, or the vault does not open.
    """
    place = open_community(folder)
    fields, roles = place.catalogue.fields, place.catalogue.roles
    _checked(place, reader)
    sealed = [] if sealed_identities(folder) is None else list(COLUMNS[1:])
    everything = _allowed(place, reader)
    seen = view(everything, reader, fields, roles)
    seen = everything[list(WHERE)].merge(seen, on=PERSON, how="right")
    shown = [c for c in sealed if visible([_field(c)], reader, fields, roles)]
    who = f"{reader.role}:{account}" if account else reader.role
    columns = [str(c) for c in seen.columns]
    note_read(folder, reader=who, purpose=reader.purpose, table=TABLE, columns=columns,
              n_rows=len(seen))  # fmt: skip
    if shown:
        opened = identities(folder, columns=shown, reader=who, purpose=reader.purpose,
                            persons=frozenset(seen[PERSON]))  # fmt: skip
        seen = seen.merge(opened, on=PERSON, how="left")
    asked = [str(c) for c in everything.columns if c not in WHERE] + [_field(c) for c in sealed]
    return Records(seen, withheld(asked, reader, fields, roles))


def _field(column: str) -> str:
    return SEALED.get(column, column)


def _allowed(place: Community, reader: Reader) -> pd.DataFrame:
    """Return all residents with their indicators, those not allowed for the purpose missing."""
    place, day = with_sessions(place), pd.Timestamp(place.settings.survey_date)
    known = learn(
        place.tables, place.present(), place.catalogue, day, corrections=place["corrections"]
    )
    table = known.table.copy()
    gone = not_allowed(
        place["consents"], known.persons, place.catalogue, day, purpose=reader.purpose
    )
    subject, indicator = (gone.index.get_level_values(level) for level in (0, 1))
    for field in sorted(set(indicator) & set(table.columns)):
        subjects = subject[indicator == field]
        hit = table[PERSON].isin(subjects) | table["household"].isin(subjects)
        table[field] = table[field].mask(hit)
    table.insert(2, "building", building_of(table["household"], place.tables))
    return table


def _checked(place: Community, reader: Reader) -> None:
    """Refuse a purpose, building or resident nobody knows; residents are never quoted."""
    faults = [*_unknown_purpose(place.catalogue, reader.purpose)]
    buildings = set(place["buildings"]["building"].astype("str"))
    for one in reader.buildings:
        if one not in buildings:
            expected = Said("地图上的楼栋", "a building of the map")
            remedy = did_you_mean(one, sorted(buildings))
            faults.append(Fault("buildings", expected, Said(one, one), remedy))
    if set(reader.persons) - set(place["persons"][PERSON]):
        faults.append(
            Fault(
                "persons",
                Said("在册的假名", "a pseudonym on record"),
                Said("没有这个人", "nobody of that name"),
                Said(
                    "用 renlin needs 的结论表里的编号（P-…）。", "Use the key (P-…) of a finding."
                ),
            )
        )
    if faults:
        raise PrivacyFault(faults)


def _unknown_purpose(catalogue: Catalogue, purpose: str) -> list[Fault]:
    if purpose in catalogue.purposes:
        return []
    expected = Said("信息项登记里的用途", "a purpose of the field register")
    remedy = did_you_mean(purpose, sorted(catalogue.purposes))
    return [Fault("purposes.csv", expected, Said(purpose, purpose), remedy)]

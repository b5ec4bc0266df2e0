"""Say which rows and columns of a table a role sees for a purpose.

One place for purpose, role and area, so that a page, a list and an export cannot differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from renlin.catalogue.field_register import FieldEntry, Role
from renlin.errors import Fault, PrivacyFault, Said, did_you_mean

WHY: Mapping[str, Said] = {
    "unregistered": Said("信息项登记里没有", "not in the field register"),
    "purpose": Said("不用于这个用途", "not for this purpose"),
    "role": Said("这个角色的任务用不到", "not needed for the task of this role"),
}
"""Why a column is withheld."""


@dataclass(frozen=True)
class Reader:
    """Who reads, what for, and which buildings or residents are theirs.

    Attributes
    ----------
    role
        Code of the catalogue's roles.
    purpose
        Code of a purpose of the field register.
    buildings
        Buildings of the reader's area, for a role that sees an area.
    persons
        Pseudonyms of the reader's own records, for a role that sees its own.
    """

    role: str
    purpose: str
    buildings: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()


def withheld(
    columns: Sequence[str],
    reader: Reader,
    fields: Mapping[str, FieldEntry],
    roles: Mapping[str, Role],
) -> dict[str, str]:
    """Return column -> key of :data:`WHY` for every column the reader does not see.

    Who reads the own record sees every registered field. Source: 个人信息保护法 arts. 6
    (least extent), 44 and 45 (knowledge of and access to one's own).

    Raises
    ------
    PrivacyFault
        When the role is not known.
    """
    own = _known(reader, roles).sees == "own"
    found: dict[str, str] = {}
    for name in columns:
        entry = fields.get(name)
        if entry is None:
            found[name] = "unregistered"
        elif not own and reader.purpose not in entry.purposes:
            found[name] = "purpose"
        elif not own and reader.role not in entry.roles:
            found[name] = "role"
    return found


def visible(
    columns: Sequence[str],
    reader: Reader,
    fields: Mapping[str, FieldEntry],
    roles: Mapping[str, Role],
) -> list[str]:
    """Return the columns the reader sees: registered for the purpose and open to the role.

    Raises
    ------
    PrivacyFault
        When the role is not known.
    """
    shut = withheld(columns, reader, fields, roles)
    return [name for name in columns if name not in shut]


def view(
    table: pd.DataFrame,
    reader: Reader,
    fields: Mapping[str, FieldEntry],
    roles: Mapping[str, Role],
    *,
    key: str = "person",
) -> pd.DataFrame:
    """Return the rows and columns of ``table`` the reader may see, with its key.

    Parameters
    ----------
    table
        One row per resident with column ``building``; other columns are fields.

    Raises
    ------
    PrivacyFault
        When the role is not known, sees counts only, or names no building or resident of
        its own.
    """
    role = _known(reader, roles)
    _may_ask(reader, role)
    columns = visible([str(c) for c in table.columns], reader, fields, roles)
    if role.sees == "area":
        rows = table["building"].isin(reader.buildings)
    elif role.sees == "own":
        rows = table[key].isin(reader.persons)
    else:
        rows = table[key].notna()
    return table.loc[rows, [key, *(c for c in columns if c != key)]].reset_index(drop=True)


def _may_ask(reader: Reader, role: Role) -> None:
    """Refuse single records to who sees counts, or does not say which are theirs."""
    got = Said(f"「{role.zh}」要看单人记录", f"{role.en} asking for single records")
    if role.sees == "counts":
        expected = Said("汇总数（renlin publish）", "counts (renlin publish)")
        remedy = Said("这个角色只看汇总。", "This role sees counts only.")
    elif role.sees == "area" and not reader.buildings:
        expected = Said("负责的楼栋", "the buildings of the area")
        remedy = Said("写明负责哪几栋楼。", "Name the buildings.")
    elif role.sees == "own" and not reader.persons:
        expected = Said("本人的假名（P-…）", "the pseudonym of the resident (P-…)")
        remedy = Said("写明是谁本人。", "Name whose record it is.")
    else:
        return
    raise PrivacyFault(Fault("roles.csv", expected, got, remedy, column=reader.role))


def _known(reader: Reader, roles: Mapping[str, Role]) -> Role:
    if reader.role in roles:
        return roles[reader.role]
    raise PrivacyFault(
        Fault(
            "roles.csv",
            Said("目录里的角色", "a role of the catalogue"),
            Said(reader.role, reader.role),
            did_you_mean(reader.role, roles),
        )
    )

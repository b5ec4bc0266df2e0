"""Say which rows and columns of a table a role sees for a purpose.

One place for purpose, role and area, so that a page, a list and an export cannot differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from renlin.catalogue.field_register import FieldEntry, Role
from renlin.errors import Fault, PrivacyFault, Said, did_you_mean


@dataclass(frozen=True)
class Reader:
    """Who reads, what for, and which buildings are theirs.

    Attributes
    ----------
    role
        Code of the catalogue's roles.
    purpose
        Code of a purpose of the field register.
    buildings
        Buildings of the reader's area; roles without an area see all.
    """

    role: str
    purpose: str
    buildings: tuple[str, ...] = ()


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
    _known(reader, roles)
    return [
        name
        for name in columns
        if name in fields
        and reader.purpose in fields[name].purposes
        and reader.role in fields[name].roles
    ]


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
        When the role is not known, or sees counts only.
    """
    role = _known(reader, roles)
    if role.sees == "counts":
        raise PrivacyFault(
            Fault(
                key,
                Said("汇总数（renlin publish）", "counts (renlin publish)"),
                Said(f"「{role.zh}」要看单人记录", f"{role.en} asking for single records"),
                Said("这个角色只看汇总。", "This role sees counts only."),
            )
        )
    columns = visible([str(c) for c in table.columns], reader, fields, roles)
    rows = table["building"].isin(reader.buildings) if role.sees == "area" else table[key].notna()
    return table.loc[rows, [key, *(c for c in columns if c != key)]].reset_index(drop=True)


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

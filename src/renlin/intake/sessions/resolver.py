"""Find whom a record speaks of: by pseudonym, or through the vault; keep nothing else.

Names and addresses are compared and forgotten. Whoever cannot be told apart from others is
reported by row, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from renlin.community.read_log import VAULT
from renlin.community.vault import identities
from renlin.errors import Said
from renlin.intake.characters import half_width, plain_heading
from renlin.intake.reading import Doubt
from renlin.intake.residents import pseudonym

_FIND = Said("名册上的一位居民", "one resident on record")
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class Vault:
    """What the resolver may compare with; never printed, never written.

    Attributes
    ----------
    persons
        Columns person, household, age.
    identities
        Person -> (name in plain form, digits of the address).
    key
        Key of the pseudonyms; empty without a vault.
    """

    persons: pd.DataFrame = field(repr=False)
    identities: Mapping[str, tuple[str, tuple[str, ...]]] = field(repr=False)
    key: bytes = field(repr=False)

    @property
    def names(self) -> frozenset[str]:
        """Return the names nobody may write into free text."""
        return frozenset(name for name, _ in self.identities.values() if len(name) > 1)


def open_vault(root: Path, persons: pd.DataFrame) -> Vault:
    """Return the vault of a folder; without one only pseudonyms can be resolved.

    Raises
    ------
    PrivacyFault
        When the folder keeps identities and the keys that open them are not there.
    """
    opened = identities(
        root, columns=("name", "address_text"), reader="workshop", purpose="link"
    ).fillna("")
    known = {
        person: (plain_heading(name), digits(address))
        for person, name, address in opened.itertuples(index=False)
    }
    key = root / VAULT / "key"
    secret = key.read_text(encoding="utf-8").encode() if key.is_file() else b""
    return Vault(persons, known, secret)


def digits(address: str) -> tuple[str, ...]:
    """Return the numbers of an address in order: building, unit, room."""
    return tuple(number.lstrip("0") or "0" for number in _DIGITS.findall(half_width(address)))


def resolve(vault: Vault, cells: Mapping[str, str]) -> str | Doubt:
    """Return the pseudonym a case speaks of, or what is doubtful about it.

    Parameters
    ----------
    cells
        case_subject (a person, or a household with case_age), else case_name and
        case_address.
    """
    stated, persons = cells.get("case_subject", ""), vault.persons
    if stated and (persons["person"] == stated).any():
        return stated
    if stated and (persons["household"] == stated).any():
        return _in_household(persons[persons["household"] == stated], cells, stated)
    if stated:
        got = Said("没有这个编号", "no such pseudonym")
        return Doubt(_FIND, got, Said("查假名编号。", "Check the pseudonym."))
    return _one(found_by_name(vault, cells.get("case_name", ""), cells.get("case_address", "")))


def found_by_name(vault: Vault, name: str, address: str) -> list[str]:
    """Return the residents of that name whose address ends in the same numbers."""
    wanted, numbers = plain_heading(name), digits(address)
    return [
        person
        for person, (own, at) in sorted(vault.identities.items())
        if wanted and own == wanted and (not numbers or at[-len(numbers) :] == numbers)
    ]


def token(vault: Vault, name: str, address: str) -> str:
    """Return the mark of somebody no register knows: the same words give the same mark."""
    text = "|".join(("mention", plain_heading(name), "-".join(digits(address))))
    return pseudonym("M", text, vault.key)


def _in_household(members: pd.DataFrame, cells: Mapping[str, str], stated: str) -> str | Doubt:
    age = cells.get("case_age", "")
    if not age:
        return stated
    return _one(members.loc[members["age"].astype("str") == age, "person"].tolist())


def _one(found: list[str]) -> str | Doubt:
    if len(found) == 1:
        return found[0]
    got = (
        Said("没有找到", "nobody")
        if not found
        else Said(f"{len(found)} 人都像", f"{len(found)} alike")
    )
    remedy = Said(
        "写假名编号，或姓名加楼号、单元、室。",
        "Give the pseudonym, or the name with building, unit and room.",
    )
    return Doubt(_FIND, got, remedy)

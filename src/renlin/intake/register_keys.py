"""Read whole registers into tables of keys, each distinct value once.

One row a record, text columns, missing where unknown: ``number`` (valid, 18 digits),
``number_text`` (any number written), ``hanzi``, ``pinyin``, ``birth`` (YYYYMMDD),
``phone``, ``address`` (down to the flat), ``building``, ``community``, ``sex``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from renlin.intake.address import Address, read_address
from renlin.intake.characters import half_width, is_missing
from renlin.intake.dates import read_date
from renlin.intake.gazetteer import Gazetteer, gazetteer, plain_address
from renlin.intake.identity_number import read_number
from renlin.intake.names import read_name
from renlin.intake.roll import Record

KEYS = (
    "number", "number_text", "hanzi", "pinyin", "birth", "phone", "address", "building",
    "community", "sex",
)  # fmt: skip
SEXES = {
    "男": "male",
    "女": "female",
    "male": "male",
    "female": "female",
    "M": "male",
    "F": "female",
}
_STAND_IN = "某某小区"  # a name the grammar can read, in place of one found in the gazetteer
Read = Callable[[str], tuple[str | None, ...]]


def keys_of_records(records: Sequence[Record]) -> pd.DataFrame:
    """Return the keys of records that were read one by one.

    The community is left out of the address: a folder is one community, and registers
    name it or not.
    """
    rows = [
        (
            record.number.key if record.number.evidence == "strong" else None,
            record.number.text or None,
            record.name.hanzi,
            record.name.pinyin,
            record.birth.strftime("%Y%m%d") if record.birth else None,
            record.phone,
            _flat(record.address) if record.address.level == "room" else None,
            record.address.building,
            None,
            record.sex if record.sex in ("female", "male") else None,
        )
        for record in records
    ]
    return pd.DataFrame(rows, columns=list(KEYS), dtype=object).astype("str")


def keys_of_table(
    table: pd.DataFrame, places: Gazetteer | None = None, *, as_of: dt.date | None = None
) -> pd.DataFrame:
    """Return the keys of a register's raw text.

    Parameters
    ----------
    table
        name, identity_number, sex, birth_date, address, phone as text.
    places
        Names of the communities of the city and their buildings, which no grammar can
        tell from the numbers behind them.
    as_of
        Day the register was exported.
    """
    made = pd.DataFrame(index=range(len(table)))
    made[["number", "number_text", "_birth", "_sex"]] = _read(
        table["identity_number"], lambda text: _number(text, as_of), 4
    )
    made[["hanzi", "pinyin"]] = _read(table["name"], _name, 2)
    made[["birth"]] = _read(table["birth_date"], lambda text: (_date(text, as_of),), 1)
    made[["sex"]] = _read(table["sex"], lambda text: (SEXES.get(half_width(text).strip()),), 1)
    made[["phone"]] = _read(table["phone"], lambda text: (_digits(text),), 1)
    made[["community", "building", "address"]] = _addresses(
        table["address"], places or gazetteer(())
    )
    made["birth"] = made["birth"].fillna(made["_birth"])
    made["sex"] = made["sex"].fillna(made["_sex"])
    return made[list(KEYS)].astype("str")


def _read(column: pd.Series, read: Read, width: int) -> np.ndarray:
    """Return what each cell says, reading each distinct text once."""
    codes, texts = pd.factorize(column.to_numpy(dtype=object), use_na_sentinel=False)
    found = np.empty((len(texts), width), dtype=object)
    for at, text in enumerate(texts):
        known = isinstance(text, str) and not is_missing(text)
        found[at] = read(text) if known else (None,) * width
    return np.asarray(found[codes])


def _number(text: str, as_of: dt.date | None) -> tuple[str | None, ...]:
    read = read_number(text, as_of=as_of)
    birth = read.birth.strftime("%Y%m%d") if read.valid and read.birth else None
    strong = read.key if read.evidence == "strong" else None
    return strong, read.text or None, birth, read.sex if read.valid else None


def _name(text: str) -> tuple[str | None, ...]:
    read = read_name(text)
    return read.hanzi, read.pinyin


def _date(text: str, as_of: dt.date | None) -> str | None:
    read = read_date(text, as_of=as_of)
    if read.value is None or read.precision != "day":
        return None
    return read.value.strftime("%Y%m%d")


def _digits(text: str) -> str | None:
    return "".join(c for c in half_width(text) if c.isdigit()) or None


def _addresses(column: pd.Series, places: Gazetteer) -> np.ndarray:
    """Return community, building and flat of each address.

    Addresses that differ only in the name at their head are read once: the names of the
    gazetteer that stand there are replaced by stand-ins with the same endings and the
    same buildings, so that 和平里23号楼 stays the same question.
    """
    codes, texts = pd.factorize(column.to_numpy(dtype=object), use_na_sentinel=False)
    known: dict[tuple[object, ...], tuple[str | None, ...]] = {}
    asked: dict[tuple[tuple[str, frozenset[str]], ...], Gazetteer] = {}
    longest = max(map(len, places.official), default=0)
    found = np.empty((len(texts), 3), dtype=object)
    for at, text in enumerate(texts):
        if not isinstance(text, str) or is_missing(text):
            continue
        plain = plain_address(text)
        heads = [plain[:n] for n in range(2, longest + 1) if plain[:n] in places.official]
        if not heads:
            found[at] = _parts(read_address(text, places))
            continue
        first = heads[0]
        ends = tuple(
            (name[len(first) :], places.buildings.get(places.official[name], frozenset()))
            for name in dict.fromkeys(heads)
        )
        key = (ends, plain[len(first) :])
        if key not in known:
            if ends not in asked:
                buildings = {_STAND_IN + end: numbers for end, numbers in ends if numbers}
                asked[ends] = gazetteer([_STAND_IN + end for end, _ in ends], buildings)
            known[key] = _parts(read_address(_STAND_IN + plain[len(first) :], asked[ends]))
        community, building, flat = known[key]
        if community is None or not community.startswith(_STAND_IN):
            found[at] = community, building, flat
            continue
        read = first + community[len(_STAND_IN) :]
        official = places.official.get(read, read)
        found[at] = (official, _under(official, building), _under(official, flat))
    return np.asarray(found[codes])


def _under(community: str, key: str | None) -> str | None:
    """Return a key below another community."""
    return None if key is None else f"{community}|{key.partition('|')[2]}"


def _parts(address: Address) -> tuple[str | None, ...]:
    """Return community, building and flat as keys, the finer ones below the community."""
    name = address.community
    building = None if address.building is None else f"{name or ''}|{address.building}"
    flat = f"{name or ''}|{_flat(address)}" if address.level == "room" else None
    return name, building, flat


def _flat(address: Address) -> str:
    return "|".join(part or "" for part in (address.building, address.unit, address.room))

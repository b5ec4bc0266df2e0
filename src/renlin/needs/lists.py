"""List what every household needs, how much of it and for how many days.

Amounts are whole millionths of a unit, so that the sum over households, the sum over
groups and the total of the community are one number, to the last digit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.catalogue.models import Indicator, Need, Supply
from renlin.needs.values import Told, any_list, applies, compare

SUPPLY_PHASE = "prevention;response"
"""Supplies are laid in before and used in the event."""
MILLIONTHS = 1_000_000
"""Parts an amount is counted in."""
ITEM_COLUMNS = ("item", "kind", "unit", "days", "phase")
DETAIL = ("person", "household", "display", *ITEM_COLUMNS, "rule", "amount", "amount_high", "sure")
Amounts = npt.NDArray[np.int64]


def detail(
    table: pd.DataFrame,
    displays: pd.Series,
    tier_needs: Mapping[str, Sequence[tuple[str, str]]],
    catalogue: Catalogue,
) -> pd.DataFrame:
    """Return one row per resident and item that is needed, or may be.

    Services and spaces come from the tier and from the indicators that count as a risk (or,
    where the catalogue gives none, are not met); supplies from their own conditions, and
    from a tier or indicator that names them. What belongs to a household is one row, under
    its first resident for whom it is sure.

    Parameters
    ----------
    table
        Wide table of indicators, one row per resident.
    displays
        Display group of each row of ``table``.
    tier_needs
        Person -> (need, rule) pairs that the tiers bring.
    catalogue
        Needs, supplies and indicators.

    Returns
    -------
    Columns of ``DETAIL``; ``amount`` and ``amount_high`` in millionths of the unit, the
    second as if every unknown condition held; ``sure`` whether the need is known.
    """
    who = {
        "person": table["person"].to_numpy(dtype=object),
        "household": table["household"].to_numpy(dtype=object),
        "display": displays.to_numpy(dtype=object),
    }
    named = _named(table, tier_needs, catalogue)
    parts = []
    for code, supply in sorted(catalogue.supplies.items()):
        one = named.pop(code, None) or _Named(len(table))
        one.add(_supply_rule(table, supply), f"supplies/{code}")
        parts.append(_rows(who, supply, one, _supplied(table, supply)))
    for code, one in sorted(named.items()):
        need = catalogue.needs[code]
        amounts = np.full(len(table), in_millionths(need.quantity), dtype=np.int64)
        parts.append(_rows(who, need, one, amounts))
    return _together(parts)


def _together(parts: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return the columns of all items as one table."""
    sizes = [len(part["person"]) for part in parts]
    columns: dict[str, Any] = {}
    for name in DETAIL:
        pieces = [
            part[name] if isinstance(part[name], np.ndarray) else np.repeat(part[name], size)
            for part, size in zip(parts, sizes, strict=True)
        ]
        columns[name] = np.concatenate(pieces)
    words = ("person", "household", "display", "item", "kind", "unit", "phase", "rule")
    return pd.DataFrame(columns).astype(dict.fromkeys(words, "str"))


class _Named:
    """Where an item is named: surely or perhaps, by which rules, per resident."""

    def __init__(self, n: int) -> None:
        self.told: dict[str, Told] = {}
        self.yes = np.zeros(n, dtype=bool)
        self.perhaps = np.zeros(n, dtype=bool)

    def add(self, told: Told, rule: str) -> None:
        self.told[rule] = told
        self.yes |= told.yes
        self.perhaps |= told.unknown

    def rules(self, chosen: npt.NDArray[np.int64]) -> npt.NDArray[np.object_]:
        """Return the rules of each chosen resident; the open ones only where none is sure."""
        names = list(self.told)
        sure = np.column_stack([one.yes[chosen] for one in self.told.values()])
        open_ = np.column_stack([one.unknown[chosen] for one in self.told.values()])
        named = np.where(self.yes[chosen][:, None], sure, open_)
        rows, back = np.unique(named, axis=0, return_inverse=True)
        words = [";".join(n for n, own in zip(names, row, strict=True) if own) for row in rows]
        return np.array(words, dtype=object)[back.reshape(-1)]


def _named(
    table: pd.DataFrame,
    tier_needs: Mapping[str, Sequence[tuple[str, str]]],
    catalogue: Catalogue,
) -> dict[str, _Named]:
    """Return need -> who needs it, from tiers and from indicators."""
    found: dict[str, _Named] = {}
    for code, rule, told in (*_from_indicators(table, catalogue), *_from_tiers(table, tier_needs)):
        if code not in found:
            found[code] = _Named(len(table))
        found[code].add(told, rule)
    return found


def _from_tiers(
    table: pd.DataFrame, tier_needs: Mapping[str, Sequence[tuple[str, str]]]
) -> Iterator[tuple[str, str, Told]]:
    place = {person: at for at, person in enumerate(table["person"])}
    who: dict[tuple[str, str], list[int]] = {}
    for person, pairs in tier_needs.items():
        for pair in pairs:
            who.setdefault(pair, []).append(place[person])
    for (need, rule), rows in sorted(who.items()):
        yes = np.zeros(len(table), dtype=bool)
        yes[rows] = True
        yield need, rule, Told(yes, ~yes)


def _from_indicators(table: pd.DataFrame, catalogue: Catalogue) -> Iterator[tuple[str, str, Told]]:
    for code, entry in sorted(catalogue.indicators.items()):
        if not entry.needs or not (entry.risk_when or entry.met_when):
            continue
        scope, risk = applies(table, entry), _risk(table, entry)
        asked = Told(risk.yes & scope.yes, risk.no | scope.no)
        for need in entry.needs:
            yield need, f"indicators/{code}", _narrowed(table, asked, catalogue.needs[need])


def _risk(table: pd.DataFrame, indicator: Indicator) -> Told:
    """Return where the indicator is a risk; without such a condition, where it is not met."""
    if indicator.risk_when:
        parts = [compare(table, one) for one in indicator.risk_when]
    else:
        met = [compare(table, one) for one in indicator.met_when]
        parts = [Told(one.no, one.yes) for one in met]
    yes = np.logical_and.reduce([part.yes for part in parts])
    return Told(yes, np.logical_or.reduce([part.no for part in parts]))


def _narrowed(table: pd.DataFrame, told: Told, need: Need) -> Told:
    if not need.when:
        return told
    limit = any_list(table, need.when)
    return Told(told.yes & limit.yes, told.no | limit.no)


def _rows(
    who: Mapping[str, npt.NDArray[np.object_]],
    entry: Supply | Need,
    named: _Named,
    amounts: Amounts,
) -> dict[str, Any]:
    """Return the columns of one item: every resident it is for, or may be for."""
    chosen = np.flatnonzero(named.yes | named.perhaps)
    if entry.per == "household":
        chosen = _once_a_household(chosen, named.yes, who["household"])
    supply = isinstance(entry, Supply)
    return {
        **{name: values[chosen] for name, values in who.items()},
        "item": entry.code,
        "kind": entry.kind if isinstance(entry, Need) else "supply",
        "unit": entry.unit,
        "days": entry.days.value if isinstance(entry, Supply) and not entry.once else 1.0,
        "phase": SUPPLY_PHASE if supply else ";".join(getattr(entry, "phase", ())),
        "rule": named.rules(chosen),
        "amount": np.where(named.yes, amounts, 0)[chosen],
        "amount_high": amounts[chosen],
        "sure": named.yes[chosen],
    }


def _once_a_household(
    chosen: npt.NDArray[np.int64], sure: npt.NDArray[np.bool_], homes: npt.NDArray[np.object_]
) -> npt.NDArray[np.int64]:
    """Return one row per household: the first resident for whom it is sure, else the first."""
    order = np.concatenate([chosen[sure[chosen]], chosen[~sure[chosen]]])
    _, first = np.unique(homes[order].astype(str), return_index=True)
    return np.sort(order[first])


def _supply_rule(table: pd.DataFrame, supply: Supply) -> Told:
    """Return for whom a supply is meant; without conditions for everybody."""
    if supply.when:
        return any_list(table, supply.when)
    everybody = np.ones(len(table), dtype=bool)
    return Told(everybody, ~everybody)


def _supplied(table: pd.DataFrame, supply: Supply) -> Amounts:
    """Return rate x days in millionths; a known rate of the resident's own counts first."""
    days = Decimal(1) if supply.once else Decimal(str(supply.days.value))
    usual = in_millionths(Decimal(str(supply.rate.value)) * days)
    amounts = np.full(len(table), usual, dtype=np.int64)
    if supply.rate_from:
        own = table[supply.rate_from]
        for at in np.flatnonzero((own.notna() & (own != 0)).to_numpy(dtype=bool)):
            amounts[at] = in_millionths(Decimal(str(own.iloc[at])) * days)
    return amounts


def in_millionths(quantity: Decimal | float) -> int:
    """Return ``quantity`` in whole millionths, half to even."""
    exact = Decimal(str(quantity)) * MILLIONTHS
    return int(exact.to_integral_value(rounding=ROUND_HALF_EVEN))


def by_household(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the needs list: one row per household and item.

    Returns
    -------
    Columns ``household``, the columns of ``ITEM_COLUMNS``, ``quantity`` and
    ``quantity_high`` (unit of the item; the second as if every unknown condition held),
    ``millionths`` and ``millionths_high`` (the same, exact), ``n_persons`` (residents it
    is sure for), ``n_unknown`` (residents it may be for), ``rule``.
    """
    keys = ["household", *ITEM_COLUMNS]
    made = _summed(rows.groupby(keys, sort=True))
    named = rows[[*keys, "rule"]].drop_duplicates()
    several = named.duplicated(["household", "item"], keep=False)
    joined = named[several].groupby(keys, sort=True)["rule"].agg(_unique).reset_index()
    return made.merge(pd.concat([named[~several], joined], ignore_index=True), on=keys)


def totals(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the totals: per item and display group, and over all (display ``all``).

    Returns
    -------
    Columns ``item``, ``display``, ``kind``, ``unit``, ``days``, ``phase``, the quantities
    of :func:`by_household`, ``n_persons``, ``n_unknown``, ``n_households``.
    """
    keys = ["display", *ITEM_COLUMNS]
    both = pd.concat([rows, rows.assign(display="all")], ignore_index=True)
    groups = both.groupby(keys, sort=True)
    homes = both[both["sure"].astype(bool)].groupby(keys)["household"].nunique()
    made = _summed(groups)
    counted = homes.rename("n_households").reset_index()
    made = made.merge(counted, on=keys, how="left")
    made["n_households"] = made["n_households"].fillna(0).astype("int64")
    return made


def _summed(groups: Any) -> pd.DataFrame:
    made: pd.DataFrame = groups.agg(
        millionths=("amount", "sum"),
        millionths_high=("amount_high", "sum"),
        n_persons=("sure", "sum"),
        n_rows=("sure", "size"),
    ).reset_index()
    for name in ("millionths", "millionths_high", "n_persons"):
        made[name] = made[name].astype("int64")
    made["n_unknown"] = made.pop("n_rows").astype("int64") - made["n_persons"]
    made["quantity"] = made["millionths"] / MILLIONTHS
    made["quantity_high"] = made["millionths_high"] / MILLIONTHS
    return made


def _unique(names: pd.Series) -> str:
    return ";".join(dict.fromkeys(name for joined in names for name in joined.split(";") if name))

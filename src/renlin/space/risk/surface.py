"""Sum what inspections found into the harm to be expected in a building, with its bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.catalogue.models import Value

Floats = npt.NDArray[np.float64]
Side = Literal["value", "low", "high"]

ACCESS = "access"
FAMILIES = ("fire", "electric", "structure", "flood", ACCESS, "gas")
INCIDENTS = tuple(family for family in FAMILIES if family != ACCESS)
PER = 100.0  # residents; risk is told per hundred residents and year
COLUMNS = ("building", *FAMILIES, "risk", "low", "high", "quality", "n_open", "newest")
LONG = (
    "building",
    "family",
    "hazard",
    "exposed_share",
    "vulnerability",
    "risk",
    "low",
    "high",
    "rates_low",
    "rates_high",
    "quality",
    "inspected",
    "n_open",
)


@dataclass(frozen=True)
class Terms:
    """What the findings of a building add, by (building, family of incident).

    Attributes
    ----------
    causes
        Incidents with what was found, over incidents without, less one.
    worsens, blocks
        Harm of an incident with what was found, over harm without, less one: by findings
        of the family itself and its kin, and by blocked ways (``access``).
    """

    causes: Floats
    worsens: Floats
    blocks: Floats


def surface(
    buildings: gpd.GeoDataFrame, found: pd.DataFrame, long: pd.DataFrame
) -> gpd.GeoDataFrame:
    """Return the risk of every building: by family and in all.

    The unit is residents killed, hurt or driven from home, per hundred residents and
    year. A family is NaN where none of its kinds was inspected and graded, and so is
    ``risk`` where no kind was.

    Parameters
    ----------
    found
        Table of :func:`renlin.space.risk.inspections.by_building`.
    long
        Table of :func:`by_family`.

    Returns
    -------
    Columns of ``COLUMNS`` and geometry, in the order of ``buildings``.
    """
    names = pd.Index(buildings["building"], name="building")
    told = long.assign(risk=long["risk"].where(long["inspected"]))
    table = told.pivot(index="building", columns="family", values="risk").reindex(names)  # noqa: PD010
    table = table.reindex(columns=list(FAMILIES)).astype("float64")
    whole = long[long["family"] == "all"].set_index("building").reindex(names)
    for column in ("low", "high", "quality", "n_open"):
        table[column] = whole[column]
    table["risk"] = whole["risk"].where(whole["inspected"].astype(bool))
    table["newest"] = found.groupby("building")["inspected_on"].max().reindex(names)
    ordered = table.reset_index()[list(COLUMNS)]
    shapes = buildings["geometry"].to_numpy()
    return gpd.GeoDataFrame(ordered, geometry=shapes, crs=buildings.crs)


def by_family(
    buildings: pd.DataFrame,
    found: pd.DataFrame,
    stock: pd.DataFrame,
    catalogue: Catalogue,
    *,
    watched: pd.DataFrame | None = None,
    failing: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return hazard, exposure and vulnerability of every building, by family.

    For a family f with incidents::

        hazard        = base_f * units * (1 + sum (m_k - 1) * rate * share) + failures
        vulnerability = min(1, harmed_f * (1 + sum (m_k - 1) * rate * share))
        risk          = 100 * hazard * exposed_share * vulnerability

    ``hazard`` is incidents a year in the building, over the kinds that cause them;
    ``vulnerability`` the share of the residents reached who come to harm, over the kinds
    that make it worse; ``exposed_share`` the share of the residents one incident reaches.
    ``m_k`` is the multiplier of a kind, ``rate`` how bad the finding is and ``share`` the
    part of the stairs it is found at; ``failures`` come from pipes and wires. Causes add
    up: each is one more source of incidents, so nothing saturates and no finding lowers.

    ``access`` has no incidents of its own: it is what blocked ways add to the harm of all
    others (where everybody reached is harmed already, they add nothing). ``all`` is the
    sum, every other family at its base where nobody inspected it.

    ``low`` counts what is known and nothing else. ``high`` also takes findings without
    measure or grade at their worst, and lets every kind hide ``uninspected_rate`` of its
    own as far as nobody looked lately. ``rates_low`` and ``rates_high`` are the risk under
    the bounds of the catalogue's base rates, shares and multipliers, all at once.

    Parameters
    ----------
    found
        Table of :func:`renlin.space.risk.inspections.by_building`.
    stock
        Table of :func:`renlin.space.risk.stock.stock`.
    watched
        building, kind, quality (0-1): sensors that report; absent is none.
    failing
        building, family, incidents, low, high (1/year): assets that fail; absent is none.

    Returns
    -------
    Columns of ``LONG``, by building and family (``all`` last). ``quality`` is how far the
    kinds are known, 0-1, weighted by what they may add.
    """
    names = pd.Index(buildings["building"], name="building")
    built = stock.set_index("building").reindex(names)
    known = {k: _terms(names, found, catalogue, k) for k in ("value", "low", "high")}
    certain = certainty(names, found, catalogue, watched)
    worst = _worst(names, found, certain, catalogue)
    extra = {side: _failures(names, failing, side) for side in ("value", "low", "high")}
    value = _risk(built, known["value"], extra["value"], catalogue, "value")
    high = _risk(built, worst, extra["value"], catalogue, "value")
    rates = [_risk(built, known[s], extra[s], catalogue, s)["risk"] for s in ("low", "high")]
    seen = _inspected(names, found)
    n_open = _open(names, found)
    quality = _quality(certain, catalogue)
    parts = [
        pd.DataFrame(
            {
                "building": names,
                "family": family,
                **{column: value[column][:, at] for column in ("hazard", "vulnerability")},
                "exposed_share": value["exposed_share"][:, at],
                "risk": value["risk"][:, at],
                "low": value["risk"][:, at],
                "high": np.maximum(high["risk"][:, at], value["risk"][:, at]),
                "rates_low": rates[0][:, at],
                "rates_high": rates[1][:, at],
                "quality": quality[family],
                "inspected": seen[family],
                "n_open": n_open[family],
            }
        )
        for at, family in enumerate((*INCIDENTS, ACCESS, "all"))
    ]
    order = {family: at for at, family in enumerate((*FAMILIES, "all"))}
    table = pd.concat(parts, ignore_index=True)
    table = table.assign(at=table["family"].map(order)).sort_values(["building", "at"])
    return table[list(LONG)].reset_index(drop=True)


def known_risk(
    buildings: pd.DataFrame, found: pd.DataFrame, stock: pd.DataFrame, catalogue: Catalogue
) -> pd.Series:
    """Return the risk of each building by what was inspected, NaN where nothing was.

    As ``risk`` of ``all`` in :func:`by_family`, without its bounds: for many dates.
    """
    names = pd.Index(buildings["building"], name="building")
    built = stock.set_index("building").reindex(names)
    terms = _terms(names, found, catalogue, "value")
    whole = _risk(built, terms, _failures(names, None, "value"), catalogue, "value")["risk"][:, -1]
    seen = set(found.loc[found["rate"].notna(), "building"])
    return pd.Series(whole, index=names).where(names.isin(seen))


def certainty(
    names: pd.Index, found: pd.DataFrame, catalogue: Catalogue, watched: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return how far each kind is known in each building, 0-1, shape (n, n_kinds).

    ``1 - (1 - inspected) * (1 - watched)``; inspections of single stairs count by their
    share. A silent sensor adds nothing.
    """
    kinds = sorted(catalogue.hazards)
    seen = _table(names, kinds, found.assign(quality=found["quality"] * found["share"]))
    eyes = _table(names, kinds, watched) if watched is not None else 0.0 * seen
    return 1.0 - (1.0 - seen) * (1.0 - eyes)


def _table(names: pd.Index, kinds: list[str], rows: pd.DataFrame) -> pd.DataFrame:
    ordered = rows.sort_values(["building", "kind", "quality"])
    summed = ordered.groupby(["building", "kind"])["quality"].sum().clip(upper=1.0)
    return summed.unstack().reindex(index=names, columns=kinds).astype("float64").fillna(0.0)  # noqa: PD010


def _terms(names: pd.Index, found: pd.DataFrame, catalogue: Catalogue, side: Side) -> Terms:
    graded = found[found["rate"].notna()].astype({"rate": "float64", "share": "float64"})
    adds = graded["rate"] * graded["share"] * _excess(graded["kind"], catalogue, side)
    return _spread(names, graded.assign(adds=adds), catalogue)


def _worst(
    names: pd.Index, found: pd.DataFrame, certain: pd.DataFrame, catalogue: Catalogue
) -> Terms:
    """Return the terms with the ungraded at their worst and the unseen at their prior."""
    prior = catalogue.number("uninspected_rate")
    hidden = pd.DataFrame(
        {
            "building": np.repeat(certain.index.to_numpy(), certain.shape[1]),
            "kind": np.tile(certain.columns.to_numpy(), len(certain)),
            "rate": prior * (1.0 - certain.to_numpy().ravel()),
        }
    )
    told = found.astype({"rate": "float64", "share": "float64"})
    told["rate"] = told["rate"].fillna(1.0) * told["share"]
    rows = pd.concat([told[["building", "kind", "rate"]], hidden], ignore_index=True)
    adds = rows["rate"] * _excess(rows["kind"], catalogue, "value")
    return _spread(names, rows.assign(adds=adds), catalogue)


def _excess(kinds: pd.Series, catalogue: Catalogue, side: Side) -> pd.Series:
    excess = {k: _side(e.multiplier, side) - 1.0 for k, e in catalogue.hazards.items()}
    return kinds.map(excess).astype("float64")


def _side(value: Value, side: Side) -> float:
    told: float | None = getattr(value, side)
    return value.value if told is None else told


def _spread(names: pd.Index, rows: pd.DataFrame, catalogue: Catalogue) -> Terms:
    """Return what the rows add, sorted first so that their order never matters."""
    each = rows.groupby(["building", "kind"])["adds"].agg(lambda own: float(np.sort(own).sum()))
    kinds = sorted(catalogue.hazards)
    table = each.unstack().reindex(index=names, columns=kinds).astype("float64").fillna(0.0)  # noqa: PD010
    hazards = catalogue.hazards
    causes = _matrix(kinds, lambda k, f: not hazards[k].aggravates and hazards[k].family == f)
    worse = _matrix(kinds, lambda k, f: f in hazards[k].aggravates and hazards[k].family != ACCESS)
    block = _matrix(kinds, lambda k, f: f in hazards[k].aggravates and hazards[k].family == ACCESS)
    values = table.to_numpy()
    return Terms(values @ causes, values @ worse, values @ block)


def _matrix(kinds: list[str], acts: object) -> Floats:
    """Return 1 where a kind acts on a family, shape (n_kinds, n_families)."""
    return np.array([[float(acts(kind, f)) for f in INCIDENTS] for kind in kinds])  # type: ignore[operator]


def _risk(
    built: pd.DataFrame, terms: Terms, failures: Floats, catalogue: Catalogue, side: Side
) -> Mapping[str, Floats]:
    """Return hazard, exposed share, vulnerability and risk, shape (n, families + 2)."""
    families = [catalogue.hazard_families[f] for f in INCIDENTS]
    base = np.array([_side(f.base, side) for f in families])
    harmed = np.array([_side(f.harmed, side) for f in families])
    units = np.column_stack([built["homes" if f.per == "household" else "one"] for f in families])
    reached = np.column_stack([built[f"{f.reach}_share"] for f in families])
    hazard = base * units * (1.0 + terms.causes) + failures
    alone = np.minimum(1.0, harmed * (1.0 + terms.worsens))
    harm = np.minimum(1.0, harmed * (1.0 + terms.worsens + terms.blocks))
    own, whole = PER * hazard * reached * alone, PER * hazard * reached * harm
    total = hazard.sum(axis=1)
    blocked, everything = (whole - own).sum(axis=1), whole.sum(axis=1)
    nothing = np.full(len(built), np.nan)
    return {
        "hazard": np.column_stack([hazard, nothing, total]),
        "exposed_share": np.column_stack([reached, nothing, nothing]),
        "vulnerability": np.column_stack([harm, nothing, nothing]),
        "risk": np.column_stack([own, blocked, everything]),
    }


def _failures(names: pd.Index, failing: pd.DataFrame | None, side: Side) -> Floats:
    column = "incidents" if side == "value" else side
    if failing is None or len(failing) == 0:
        return np.zeros((len(names), len(INCIDENTS)))
    summed = failing.sort_values(column).groupby(["building", "family"])[column].sum()
    table = summed.unstack().reindex(index=names, columns=list(INCIDENTS))  # noqa: PD010
    return np.asarray(table.astype("float64").fillna(0.0))


def _inspected(names: pd.Index, found: pd.DataFrame) -> pd.DataFrame:
    """Return whether anything of a family was inspected and graded; ``all``: of any."""
    graded = found[found["rate"].notna()]
    seen = pd.crosstab(graded["building"], graded["family"]) > 0
    seen = seen.reindex(index=names, columns=list(FAMILIES), fill_value=False).astype(bool)
    return seen.assign(all=seen.any(axis=1)).reset_index(drop=True)


def _open(names: pd.Index, found: pd.DataFrame) -> pd.DataFrame:
    ours = found[~found["closed"].astype(bool)]
    count = pd.crosstab(ours["building"], ours["family"])
    count = count.reindex(index=names, columns=list(FAMILIES), fill_value=0)
    return count.assign(all=count.sum(axis=1)).astype("Int64").reset_index(drop=True)


def _quality(certain: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Return the certainty of each family, its kinds weighted by what they may add."""
    excess = _excess(pd.Series(certain.columns, index=certain.columns), catalogue, "value")
    made = {}
    for family in (*FAMILIES, "all"):
        own = [k for k in certain.columns if family in (catalogue.hazards[k].family, "all")]
        weight = excess[own]
        made[family] = (certain[own] * weight).sum(axis=1) / weight.sum()
    return pd.DataFrame(made).reset_index(drop=True)

"""Write counts of a community for everybody to read: small cells hidden, or noise added."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pandas as pd

from renlin.catalogue.decisions import NO_TIER
from renlin.catalogue.load import Catalogue
from renlin.community.community import Community
from renlin.community.folder import open_community
from renlin.community.read_log import VAULT
from renlin.community.spreadsheet import sheet
from renlin.community.staging import OWNER_ONLY, staged
from renlin.community.vault import for_owner
from renlin.errors import DataFault, Fault, PrivacyFault, Said, did_you_mean
from renlin.needs import identify
from renlin.needs.found import Needs
from renlin.privacy.noise import Budget, noisy
from renlin.privacy.publishing import UNKNOWN, Limits
from renlin.privacy.tables import published, published_inside

BUDGET = "published.json"
GRAIN = 1000
"""Privacy parameters are kept in thousandths, so that they add up exactly."""
PLACES = ("building", "entrance")
"""Places residents are counted in, each inside the one before."""
PROFILE, TIERS = ("display", "class"), ("sure", "possible")


@dataclass(frozen=True)
class Publication:
    """A table for everybody, what was hidden in it and what it cost."""

    table: pd.DataFrame
    hidden: int
    spent: float | None
    note: Said


def publish_counts(
    folder: Path, rows: str, columns: str, out: Path, *, epsilon: float | None = None
) -> Publication:
    """Write counts of residents by two features to ``out`` and return them.

    Parameters
    ----------
    rows, columns
        ``display``, ``sure``, ``possible``, ``building`` or an indicator of at most a few
        levels; rows also ``entrance``, which counts entrances, buildings and the whole in
        one table whose levels do not give one another away.
    epsilon
        None hides small cells and those that would give them away, and rounds. A number
        adds discrete Laplace noise of that parameter to every inner cell instead and
        spends it from the community's budget, kept in ``vault/published.json``.

    Raises
    ------
    DataFault
        When a feature is not known.
    PrivacyFault
        When the budget does not reach; nothing is written then.
    """
    place = open_community(folder)
    around = PLACES[:-1] if rows == PLACES[-1] else ()
    people = chosen_features(residents(identify(place)), (*around, rows, columns))
    number = place.catalogue.number
    if epsilon is None:
        limits = Limits(place.settings.k_persons, place.settings.k_households,
                        number("published_width"), int(number("publish_values")))  # fmt: skip
        base = int(number("publish_rounding"))
        table = (published_inside(people, PLACES, columns, limits, base=base)
                 if rows == PLACES[-1] else published(people, rows, columns, limits, base=base)
                 )  # fmt: skip
        made = Publication(table, int(table["hidden"].sum()), None, _hiding(place, base))
    else:
        made = _with_noise(folder, people, rows, columns, epsilon, place.catalogue)
    with staged(out.parent) as fresh:
        sheet(made.table).to_csv(fresh / out.name, index=False, lineterminator="\n")
    return made


def residents(found: Needs) -> pd.DataFrame:
    """Return one row per resident: household, place, group, class, tiers and indicators."""
    tiers, profiles = found.tiers.table, found.profiles.table
    known = tiers[["person", "household", *TIERS]].merge(
        profiles[["person", *(c for c in PROFILE if c in profiles)]], on="person"
    )
    indicators = found.indicators.table.drop(columns=["household"])
    homes = found.households.table[["household", *PLACES]]
    return known.merge(indicators, on="person").merge(homes, on="household", how="left")


def chosen_features(people: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Return the household and the named features of ``people``.

    Raises
    ------
    DataFault
        When a feature is not known.
    """
    features = people.columns.drop(["person", "household"])
    faults = [
        Fault(
            "renlin publish",
            Said("人群、等级、楼栋或指标", "display, sure, possible, building or an indicator"),
            Said(name, name),
            did_you_mean(name, features),
        )
        for name in names
        if name not in features
    ]
    if faults:
        raise DataFault(faults)
    return people[["household", *dict.fromkeys(names)]]


def _hiding(place: Community, base: int) -> Said:
    k, h = place.settings.k_persons, place.settings.k_households
    return Said(
        f"少于 {k} 人或 {h} 户的格子和会暴露它们的格子不公布；其余按 {base} 取整，合计可能差几个。",
        f"Cells under {k} persons or {h} households, and those that would give them away, are "
        f"hidden; the rest is rounded to {base}, so sums may differ.",
    )


def _with_noise(
    folder: Path,
    people: pd.DataFrame,
    rows: str,
    columns: str,
    epsilon: float,
    catalogue: Catalogue,
) -> Publication:
    """Return every cell there could be with noise: which ones occur must not tell either."""
    limit = catalogue.number("open_data_epsilon")
    budget, step = _budget(folder, limit), Fraction(round(epsilon * GRAIN), GRAIN)
    after = budget.after(step)
    exact = published(people, rows, columns, Limits(0, 0, 0.0)).set_index(["row", "column"])["n"]
    domains = [_domain(name, catalogue) for name in (rows, columns)]
    cells = pd.MultiIndex.from_product(domains, names=["row", "column"])
    inner = exact.reindex(cells, fill_value=0).reset_index().assign(hidden=False)
    inner["n"] = [noisy(int(n), step) for n in inner["n"]]
    with staged(folder / VAULT, mode=OWNER_ONLY) as fresh, for_owner(fresh / BUDGET) as out:
        out.write(json.dumps({"spent_thousandths": int(after.spent * GRAIN)}))
    left = float(after.limit - after.spent)
    note = Said(
        f"开放数据：每格加了 ε={epsilon:g} 的噪声，可能为负；本社区还剩 ε={left:g}。"
        "不能当工作清单用。",
        f"Open data: noise of epsilon {epsilon:g} in every cell, which may be negative; {left:g} "
        "is left for this community. Not a list to work from.",
    )
    return Publication(inner, 0, float(after.spent), note)


def _domain(name: str, catalogue: Catalogue) -> list[str]:
    """Return every value a feature may have, whoever lives there; unknown is one.

    Raises
    ------
    PrivacyFault
        When there is no such list, as for a number.
    """
    entry = catalogue.indicators.get(name)
    if name in TIERS:
        found = [str(level) for level in range(1, NO_TIER + 1)]
    elif name == "display":
        found = [*catalogue.displays]
    elif name == "class":
        found = [*catalogue.classes]
    elif entry is not None and entry.kind == "boolean":
        found = ["False", "True", UNKNOWN]
    elif entry is not None and entry.kind == "category" and entry.levels:
        found = [*entry.levels, UNKNOWN]
    else:
        expected = Said("只有几种取值的特征", "a feature of a few stated values")
        remedy = Said("换成人群、等级或分类的指标。", "Take a group, a tier or a category.")
        raise PrivacyFault(Fault("renlin publish", expected, Said(name, name), remedy))
    return found


def _budget(folder: Path, limit: float) -> Budget:
    path = folder / VAULT / BUDGET
    kept = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    spent = kept.get("spent_thousandths", 0)
    return Budget(Fraction(round(limit * GRAIN), GRAIN), Fraction(int(spent), GRAIN))

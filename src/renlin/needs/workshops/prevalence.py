"""Put every measurement of a group together: before, after, shift, and whether it stands."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.catalogue.models import Indicator
from renlin.needs.capacities import holds
from renlin.needs.values import counts_as_risk, read_word
from renlin.needs.workshops.respondents import RAKED, margins, weigh
from renlin.needs.workshops.updating import (
    Count,
    Register,
    Shift,
    order_flips,
    update,
    with_absent,
)

ALL = "all"
COLUMNS = (
    "display", "field", "n_residents", "n_unknown", "n_workshops", "n_asked", "n_yes", "weight",
    "weighted", "before", "before_low", "before_high", "after", "after_low", "after_high",
    "shift", "shift_low", "shift_high", "absent_less", "absent_more", "order_flips", "evidence",
)  # fmt: skip
CORRECTION, SAME, INSUFFICIENT = "correction", "no_correction", "insufficient"


@dataclass(frozen=True)
class Rules:
    """How much register, workshop and absence weigh; all from the catalogue."""

    cap: float
    interval: float
    odds_less: float
    odds_more: float
    default_effect: float
    weight_cap: float
    least: int


def rules(catalogue: Catalogue) -> Rules:
    """Return the parameters of the catalogue."""
    return Rules(
        cap=catalogue.number("workshop_prior_cap"),
        interval=catalogue.number("workshop_interval"),
        odds_less=catalogue.number("workshop_odds_low"),
        odds_more=catalogue.number("workshop_odds_high"),
        default_effect=catalogue.number("workshop_design_effect"),
        weight_cap=catalogue.number("raking_weight_cap"),
        least=int(catalogue.number("raking_least_cell")),
    )


def registers(table: pd.DataFrame, members: pd.DataFrame, entry: Indicator) -> dict[str, Register]:
    """Return group -> what the register says of it; ``all`` for everybody."""
    told = holds(table, entry, "risk" if entry.risk_when else "met")
    groups = {
        name: members[name].fillna(False).to_numpy(bool) for name in members if name != "person"
    }
    groups = {ALL: np.ones(len(table), dtype=bool), **groups}
    return {
        str(name): Register(
            int((told.yes & inside).sum()),
            int((told.no & inside).sum()),
            int((told.unknown & inside).sum()),
        )
        for name, inside in groups.items()
    }


def counted(
    n_yes: float, n_asked: float, value: Any, entry: Indicator, catalogue: Catalogue
) -> float:
    """Return for how many of those asked the indicator counts, as the register counts it.

    A workshop may count who has a thing or who lacks it; the register counts the side that
    is a risk (or, without a risk rule, the side that is met).
    """
    read = read_word(str(value), entry, catalogue.answers) if pd.notna(value) else None
    if not read or entry.kind != "boolean":
        return n_yes
    same = counts_as_risk(entry, read) if entry.risk_when else read == "true"
    return n_yes if same else n_asked - n_yes


def measurements(
    corrections: pd.DataFrame,
    answers: pd.DataFrame,
    sessions: pd.DataFrame,
    table: pd.DataFrame,
    catalogue: Catalogue,
) -> pd.DataFrame:
    """Return every active count: display, field, n_yes, n_asked, effect, source, weighted.

    Counts of a group come from ``corrections`` of kind prevalence; answers of respondents
    whose age, living, tenure and impairment are known are raked to the community and count
    for everybody, ``n_asked`` then being Kish's effective number. Where the margins cannot
    be met they count for nothing and the row says ``refused``.
    """
    by = rules(catalogue)
    effects = {
        str(session): catalogue.recruitments[str(way)].design_effect.value
        for session, way in zip(sessions["session"], sessions["recruitment"], strict=True)
    }
    rows = [
        _of_group(row, effects.get(str(row["workshop"]), by.default_effect), catalogue)
        for row in corrections.to_dict("records")
        if _counts(row, catalogue)
    ]
    active = set(sessions.loc[sessions["state"] == "active", "session"])
    own = answers[answers["session"].isin(active) & answers["field"].isin(catalogue.indicators)]
    wanted = margins(table) if len(own) else {}
    for (session, field), part in own.groupby(["session", "field"], sort=True):
        found = weigh(part, wanted, cap=by.weight_cap, least=by.least)
        if found.n_asked == 0:
            continue
        entry = catalogue.indicators[str(field)]
        n = found.n_effective if found.state == RAKED else 0.0
        yes = counted(found.share * n, n, "true", entry, catalogue)
        rows.append(
            {
                "display": ALL, "field": field, "n_yes": yes, "n_asked": n, "n": found.n_asked,
                "effect": effects[str(session)], "source": session, "weighted": found.state,
            }
        )  # fmt: skip
    names = ["display", "field", "n_yes", "n_asked", "n", "effect", "source", "weighted"]
    return pd.DataFrame(rows, columns=names).sort_values(
        ["display", "field", "source", "n_asked", "n_yes"], kind="stable"
    )


def _counts(row: Mapping[Any, Any], catalogue: Catalogue) -> bool:
    return (
        row["kind"] == "prevalence"
        and row["state"] != "undone"
        and row["field"] in catalogue.indicators
        and pd.notna(row["n_asked"])
        and pd.notna(row["n_yes"])
        and row["n_asked"] > 0
    )


def _of_group(row: Mapping[Any, Any], effect: float, catalogue: Catalogue) -> dict[str, Any]:
    asked, entry = float(row["n_asked"]), catalogue.indicators[str(row["field"])]
    return {
        "display": ALL if pd.isna(row["subject"]) else str(row["subject"]),
        "field": row["field"],
        "n_yes": counted(float(row["n_yes"]), asked, row["is"], entry, catalogue),
        "n_asked": asked,
        "n": asked,
        "effect": effect,
        "source": row["workshop"],
        "weighted": "not_weighted",
    }


def prevalence(
    measured: pd.DataFrame, table: pd.DataFrame, members: pd.DataFrame, catalogue: Catalogue
) -> pd.DataFrame:
    """Return each measured share of each group before and after, and whether it stands.

    ``evidence``: ``insufficient`` when nothing could be weighted, or the order of the groups
    on that indicator flips once those who stayed away have half or double the participants'
    odds; else ``correction`` when the interval of the shift excludes 0; else
    ``no_correction``.

    Parameters
    ----------
    measured
        As :func:`measurements` returns.
    table, members
        Wide indicators and memberships by the registers alone, rows aligned.
    catalogue
        Indicators and parameters.

    Returns
    -------
    Columns of ``COLUMNS``. ``absent_less`` and ``absent_more``: the share after when the
    absent have half, double the odds. No tier is touched.

    Source: reference needs 7.
    """
    by = rules(catalogue)
    rows: list[dict[str, Any]] = []
    for field, part in measured.groupby("field", sort=True):
        known = registers(table, members, catalogue.indicators[str(field)])
        told = part[part["display"].isin(list(known))]
        rows += _of_field(str(field), told, known, by)
    made = pd.DataFrame(rows, columns=list(COLUMNS))
    words = ("display", "field", "weighted", "evidence")
    whole = ("n_residents", "n_unknown", "n_workshops")
    types = dict.fromkeys(COLUMNS, "float64") | dict.fromkeys(words, "str")
    types |= dict.fromkeys(whole, "int64") | {"order_flips": "bool"}
    return made.astype(types)


def _of_field(
    field: str, told: pd.DataFrame, known: Mapping[str, Register], by: Rules
) -> list[dict[str, Any]]:
    """Return one row per group measured on one indicator."""
    counts = {
        str(display): _counts_of(part) for display, part in told.groupby("display", sort=True)
    }
    groups = [name for name in known if name != ALL]
    shares = {
        factor: _shares(known, counts, factor, by) for factor in (1.0, by.odds_less, by.odds_more)
    }
    flips = dict.fromkeys(known, False)
    for factor in (by.odds_less, by.odds_more):
        one, other = ([shares[f][name] for name in groups] for f in (1.0, factor))
        for name, flipped in zip(groups, order_flips(one, other), strict=True):
            flips[name] |= flipped
    rows = []
    for display, own in counts.items():
        found = update(known[display], own, cap=by.cap, interval=by.interval)
        part = told[told["display"] == display]
        evidence = CORRECTION if found.is_correction else SAME
        weight = math.fsum(part["n_asked"] / part["effect"])
        rows.append(
            {
                "display": display,
                "field": field,
                "n_residents": known[display].n,
                "n_unknown": known[display].n_unknown,
                "n_workshops": part["source"].nunique(),
                "n_asked": part["n"].sum(),
                "n_yes": math.fsum(part["n_yes"]),
                "weight": weight,
                "weighted": ";".join(sorted(set(part["weighted"]))),
                "absent_less": shares[by.odds_less][display],
                "absent_more": shares[by.odds_more][display],
                "order_flips": flips[display],
                "evidence": INSUFFICIENT if flips[display] or not weight else evidence,
                **_numbers(found),
            }
        )
    return rows


def _counts_of(part: pd.DataFrame) -> list[Count]:
    columns = (part[name].astype("float64") for name in ("n_yes", "n_asked", "effect"))
    return [Count(*one) for one in zip(*columns, strict=True)]


def _shares(
    known: Mapping[str, Register], counts: Mapping[str, list[Count]], factor: float, by: Rules
) -> dict[str, float]:
    """Return group -> share after, with the absent's odds; unmeasured groups keep theirs."""
    made = {}
    for name, register in known.items():
        if name not in counts:
            made[name] = register.share
            continue
        told = [with_absent(one, register.n, factor) for one in counts[name]]
        made[name] = update(register, told, cap=by.cap, interval=by.interval).after.mean
    return made


def _numbers(found: Shift) -> dict[str, float]:
    made: dict[str, float] = {}
    for name, one in (("before", found.before), ("after", found.after), ("shift", found.shift)):
        made |= {name: one.mean, f"{name}_low": one.low, f"{name}_high": one.high}
    return made


def reordered(work_list: pd.DataFrame, found: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """Return the work list with those first of whom a workshop says the register is too low.

    The rule: among questions that matter equally (same ``matters``), a resident of a group
    whose share a correction raised on that indicator is asked before others; all else keeps
    its order. Nobody's tier is touched, and no question appears or vanishes.

    Parameters
    ----------
    work_list
        As ``needs.work_list`` has it: subject, indicator, matters, rank.
    found
        As :func:`prevalence` returns.
    members
        Columns person and one nullable boolean per group.
    """
    raised = found[(found["evidence"] == CORRECTION) & (found["shift"] > 0)]
    if len(raised) == 0:
        return work_list
    first: set[tuple[str, str]] = set()
    for row in raised.itertuples(index=False):
        inside = members["person"]
        if row.display != ALL:
            inside = members.loc[members[str(row.display)].fillna(False).astype(bool), "person"]
        first |= {(str(person), str(row.field)) for person in inside}
    pairs = zip(work_list["subject"], work_list["indicator"], strict=True)
    later = np.array([pair not in first for pair in pairs], dtype=bool)
    order = np.lexsort((work_list["rank"], later, -work_list["matters"].to_numpy()))
    made = work_list.iloc[order].reset_index(drop=True)
    return made.assign(rank=np.arange(1, len(made) + 1))

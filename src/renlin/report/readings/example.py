"""Read one simulated household as an example that tells nobody who it is."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

import pandas as pd

from renlin.report.book import Book

PHASES = ("premove", "wait", "prepare", "stairs", "lanes", "queue")
SIGNS = {
    "premove": "button", "wait": "neighbour", "prepare": "help", "stairs": "stairs-down",
    "lanes": "route", "queue": "shelter",
}  # fmt: skip


@dataclass(frozen=True)
class Example:
    """One plan: its scenario, steps as (sign, zh, en, seconds), times, runs, helpers.

    ``kind`` is the help needed, shown only when enough residents need the same.
    """

    scenario: str
    steps: tuple[tuple[str, str, str, float], ...]
    half: float
    most: float
    n_runs: int
    arrived: int
    destination: str
    kind: str
    helpers: tuple[tuple[str, float, str], ...]


def example(book: Book) -> Example | None:
    """Return the plan nearest to the middle of those that need most help, None without plans."""
    plans = book.rows("governance.plans")
    plans = plans[plans["go"] != "stay"] if len(plans) else plans
    plans = plans[plans["p50"].notna() & plans["p90"].notna()] if len(plans) else plans
    if len(plans) == 0 or not book.reader.sees(len(plans), plans["household"].nunique()):
        return None
    kinds = _kinds(book)
    plans = plans.assign(kind=plans["household"].map(kinds).fillna("none"))
    wanted = next((k for k in ("carry", "assist", "guide") if (plans["kind"] == k).any()), "none")
    chosen = plans[plans["kind"] == wanted].sort_values(["p50", "household", "scenario"])
    row = chosen.iloc[len(chosen) // 2]
    enough = book.reader.sees(float((kinds == wanted).sum()), float((kinds == wanted).sum()))
    return Example(
        str(row["scenario"]), _steps(book, row), float(row["p50"]), float(row["p90"]),
        int(row["n_runs"]), round(float(row["arrived_share"]) * int(row["n_runs"])),
        destination(book, row["destination"]), wanted if enough else "none",
        _helpers(book, str(row["household"])),
    )  # fmt: skip


def _kinds(book: Book) -> pd.Series:
    """Return household -> the greatest help any of its people needs."""
    profiles = book.rows("needs.profiles")
    if len(profiles) == 0:
        return pd.Series(dtype=str)
    order = ("none", "guide", "assist", "carry")
    rank = profiles["needs_help"].map({k: i for i, k in enumerate(order)}).fillna(0)
    return rank.groupby(profiles["household"]).max().astype(int).map(dict(enumerate(order)))


def _steps(book: Book, row: Any) -> tuple[tuple[str, str, str, float], ...]:
    """Return the steps as printed on the card; without any, the phases of the simulation."""
    told = row["steps"]
    listed = json.loads(told) if isinstance(told, str) and told else []
    steps = [(s["pictogram"], s["zh"], s["en"], float(s.get("seconds") or 0.0)) for s in listed]
    if steps and sum(s[3] for s in steps) > 0:
        return tuple(steps)
    found = book.rows("simulation.households", household=row["household"], scenario=row["scenario"])
    if len(found) == 0:
        return ()
    runs = found.iloc[0]
    made = []
    for phase in PHASES:
        seconds = float(runs.get(f"{phase}_p50", 0.0))
        if seconds > 0:
            words = book.language.word(f"phase_{phase}")
            made.append((SIGNS[phase], words, words, seconds))
    return tuple(made)


def destination(book: Book, facility: Any) -> str:
    """Return the name of a place to go to."""
    facilities = book.community["facilities"].set_index("facility")["name"]
    return book.language.set(str(facilities[facility])) if facility in facilities.index else ""


def _helpers(book: Book, household: str) -> tuple[tuple[str, float, str], ...]:
    """Return (role, seconds to the door, where from) of the helpers, unnamed."""
    pairs = book.rows("governance.pairs", household=household)
    homes = book.rows("needs.households", household=household)
    own = str(homes["building"].iloc[0]) if len(homes) and "building" in homes else ""
    made = []
    for role in ("primary", "second", "backup"):
        found = pairs[pairs["role"] == role] if len(pairs) else pairs
        if len(found) == 0:
            continue
        row = found.iloc[0]
        origin = "same" if str(row["building"]) == own else "near"
        kind = _kind(book, row["helper"])
        seconds = float(row["time_to_door"])
        if not math.isnan(seconds):
            made.append((role, seconds, "duty" if kind == "staff" else origin))
    return tuple(made)


def _kind(book: Book, helper: Any) -> str:
    helpers = book.community["helpers"]
    found = helpers.loc[helpers["helper"] == helper, "kind"]
    return str(found.iloc[0]) if len(found) else ""

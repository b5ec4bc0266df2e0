"""Describe residents by types (画像类型): latent classes of what is known; they decide nothing.

A resident may be of several types, each with a probability. What is not known is left out
of the likelihood (full information), never filled in. Types below the privacy floor are
not shown. No rule, tier, list or plan reads this room.

Source: reference needs 6.6; dempster1977 (EM); schwarz1978 (BIC).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.catalogue.models import Indicator
from renlin.needs.values import all_of, applies
from renlin.random_streams import draw

Floats = npt.NDArray[np.float64]
SMALLEST = 1e-6
"""Share an answer keeps at least, so that no likelihood is 0. A bound of arithmetic."""
STOP = 1e-6
"""Gain in log-likelihood per resident below which EM stops. A bound of arithmetic."""
MOST_STEPS = 500
SHARPNESS = 8
"""Power that sets the classes of a start apart: EM leaves a start without any only slowly."""
DEPTH = 3
"""Questions a summary asks at most. Source: reference needs 6.6."""
NAMED = 3
"""Traits a type is described by. A matter of reading, not of value."""
PERSONAS = (
    "persona", "n_persons", "share", "certainty", "rule_zh", "rule_en", "traits_zh", "traits_en",
    "rule_agrees", "n_classes", "bic", "note_zh", "note_en",
)  # fmt: skip
MEMBERS = ("person", "persona", "probability", "n_known")
NOTE_ZH = "画像类型只用来描述，不决定等级、需求和顺序。"
NOTE_EN = "Types describe; they decide no tier, need or order."
OTHER = "other"


@dataclass(frozen=True)
class Fit:
    """A latent class model: class shares (k,), chances of yes (k, m), log-likelihood, BIC."""

    shares: Floats
    chances: Floats
    loglik: float
    bic: float

    @property
    def k(self) -> int:
        """Return the number of classes."""
        return len(self.shares)


def answers(table: pd.DataFrame, indicators: Mapping[str, Indicator]) -> tuple[Floats, list[str]]:
    """Return yes (1), no (0) and unknown (nan) of every risk and capacity of the catalogue.

    Shape (n_persons, n_items) and the codes; items everybody answers alike, or nobody
    answers, tell no types apart and are left out. What does not apply is a no.
    """
    columns, codes = [], []
    for code, entry in sorted(indicators.items()):
        if code not in table or not (entry.risk_when or entry.met_when):
            continue
        told = all_of(table, entry.risk_when or entry.met_when)
        scope = applies(table, entry)
        column = np.where(told.yes & ~scope.no, 1.0, np.where(told.no | scope.no, 0.0, np.nan))
        known = column[~np.isnan(column)]
        if len(known) and 0 < known.sum() < len(known):
            columns.append(column)
            codes.append(code)
    empty = np.zeros((len(table), 0))
    return (np.column_stack(columns) if columns else empty), codes


def fit(data: Floats, k: int, *, seed: int, starts: int) -> Fit:
    """Return the best of ``starts`` seeded fits with ``k`` classes.

    Local independence: within a class the answers are independent; an unknown answer adds
    nothing to the likelihood. ``bic = -2 loglik + (k - 1 + k m) ln n``.

    Parameters
    ----------
    data
        Shape (n_persons, n_items): 1, 0 or nan.
    k
        Classes, at least 1.
    """
    rows, weights = _patterns(data)
    found = [_climb(rows, weights, _start(rows.shape, k, seed, at)) for at in range(starts)]
    best = max(found, key=lambda one: one[2])
    m, n = data.shape[1], len(data)
    bic = -2 * best[2] + (k - 1 + k * m) * np.log(max(n, 1))
    order = np.lexsort((best[1][:, 0] if m else best[0], -best[0]))
    return Fit(best[0][order], best[1][order], best[2], float(bic))


def choose(data: Floats, *, most: int, seed: int, starts: int) -> Fit:
    """Return the fit whose number of classes has the least BIC; of equals the fewest classes."""
    found: list[Fit] = []
    for k in range(1, most + 1):
        found.append(fit(data, k, seed=seed, starts=starts))
        if k > 2 and found[-1].bic > found[-2].bic > found[-3].bic:
            break  # two more classes have both made it worse
    return min(found, key=lambda one: (round(one.bic, 6), one.k))


def probabilities(data: Floats, fitted: Fit) -> Floats:
    """Return the probability of each class for each resident, shape (n_persons, k)."""
    return _posterior(data, fitted.shares, fitted.chances)[0]


def describe(
    table: pd.DataFrame,
    indicators: Mapping[str, Indicator],
    *,
    seed: int,
    most: int,
    starts: int,
    sample: int,
    k_persons: int,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the types and who is of which.

    Parameters
    ----------
    table
        Wide table of indicators.
    seed, most, starts
        Of the starts; classes tried at most; starts for each number of classes.
    sample
        Residents the model is fitted to at most, a seeded sample; all are placed.
    k_persons
        Residents a type must hold to be shown; smaller ones are ``other`` together.

    Returns
    -------
    Columns ``PERSONAS`` and ``MEMBERS``. ``certainty`` is the mean probability of its own
    residents, ``rule_agrees`` the share of them the summary rule puts there too. Nothing
    is returned for fewer than ``k_persons`` residents or no answers to tell them apart.
    """
    data, codes = answers(table, indicators)
    if len(data) < max(k_persons, 2) or not codes:
        return _typed([]), _members([])
    luck = draw(seed, "personas.sample", list(table["person"]))
    learnt = data[np.argsort(luck, kind="stable")[:sample]]
    most = min(most, max(1, len(data) // max(k_persons, 1)))
    fitted = choose(learnt, most=most, seed=seed, starts=starts)
    chance = probabilities(data, fitted)
    chosen = chance.argmax(axis=1)
    sizes = np.bincount(chosen, minlength=fitted.k)
    shown = [at for at in range(fitted.k) if sizes[at] >= k_persons]
    names = {at: f"p{number}" for number, at in enumerate(shown, start=1)}
    rules = _rules(data, chosen, codes, indicators, seed)
    rows = [_row(names[at], at, fitted, chance, chosen, codes, indicators, rules) for at in shown]
    members = [
        {
            "person": person,
            "persona": names.get(int(at), OTHER),
            "probability": float(chance[place, at]) if int(at) in names else float("nan"),
            "n_known": int((~np.isnan(data[place])).sum()),
        }
        for place, (person, at) in enumerate(zip(table["person"], chosen, strict=True))
    ]
    return _typed(rows), _members(members)


def _row(
    name: str,
    at: int,
    fitted: Fit,
    chance: Floats,
    chosen: npt.NDArray[np.int64],
    codes: list[str],
    indicators: Mapping[str, Indicator],
    rules: tuple[npt.NDArray[np.int64], Mapping[int, tuple[str, str]]],
) -> dict[str, object]:
    own = chosen == at
    given, said = rules
    zh, en = said.get(at, ("没有一条简单的规则说得清这一类", "no short rule tells this type"))
    traits = _traits(fitted, at, codes, indicators)
    return {
        "persona": name,
        "n_persons": int(own.sum()),
        "share": float(own.mean()),
        "certainty": float(chance[own, at].mean()),
        "rule_zh": zh,
        "rule_en": en,
        "traits_zh": traits[0],
        "traits_en": traits[1],
        "rule_agrees": float((given[own] == at).mean()),
        "n_classes": fitted.k,
        "bic": fitted.bic,
        "note_zh": NOTE_ZH,
        "note_en": NOTE_EN,
    }


def _traits(
    fitted: Fit, at: int, codes: list[str], indicators: Mapping[str, Indicator]
) -> tuple[str, str]:
    """Return what sets a type apart: the largest differences from everybody, with shares."""
    whole = fitted.shares @ fitted.chances
    apart = fitted.chances[at] - whole
    order = sorted(range(len(codes)), key=lambda item: (-abs(apart[item]), codes[item]))[:NAMED]
    zh, en = [], []
    for item in order:
        entry, share = indicators[codes[item]], fitted.chances[at, item]
        zh.append(f"{_claim(entry)[0]} {100 * share:.0f}%")
        en.append(f"{_claim(entry)[1]} {100 * share:.0f}%")
    return "、".join(zh), ", ".join(en)


def _claim(entry: Indicator) -> tuple[str, str]:
    """Return what a yes means: the risk of the indicator, or that it is met."""
    if entry.kind == "boolean":
        conditions = entry.risk_when or entry.met_when
        turned = conditions[0].value is False
        return (f"没有「{entry.zh}」", f"not: {entry.en}") if turned else (entry.zh, entry.en)
    if entry.kind == "category":
        return f"「{entry.zh}」属有风险的一类", f"{entry.en}: of a kind at risk"
    signs = {">=": "≥", "<=": "≤", "!=": "≠"}
    parts = [
        f"{signs.get(one.op, one.op)}{one.value:g}"
        for one in entry.risk_when or entry.met_when
        if isinstance(one.value, int | float)
    ]
    said = " ".join(parts)
    return f"{entry.zh}{said}", f"{entry.en} {said}"


def _rules(
    data: Floats,
    chosen: npt.NDArray[np.int64],
    codes: list[str],
    indicators: Mapping[str, Indicator],
    seed: int,
) -> tuple[npt.NDArray[np.int64], dict[int, tuple[str, str]]]:
    """Return what a tree of depth 3 says each resident is, and the way to each type in words."""
    # slow to load, and needed here only
    from sklearn.tree import DecisionTreeClassifier  # type: ignore[import-untyped]

    # unknown is an answer of its own here: the tree asks "is it a yes", "is it known"
    columns = np.column_stack([data == 1, np.isnan(data)]).astype(np.float64)
    tree = DecisionTreeClassifier(
        max_depth=DEPTH, min_samples_leaf=2, random_state=seed % 2**32
    ).fit(columns, chosen)
    given = np.asarray(tree.predict(columns), dtype=np.int64)
    said = [_claim(indicators[code]) for code in codes]
    asked = [*said, *((f"{zh}未知", f"{en} unknown") for zh, en in said)]
    ways: dict[int, tuple[float, list[tuple[int, bool]]]] = {}
    inner, labels = tree.tree_, tree.classes_
    left: list[tuple[int, list[tuple[int, bool]]]] = [(0, [])]
    while left:
        node, way = left.pop()
        low, high = int(inner.children_left[node]), int(inner.children_right[node])
        if low == high:
            label = int(labels[int(np.argmax(inner.value[node][0]))])
            n = float(inner.weighted_n_node_samples[node])
            if label not in ways or n > ways[label][0]:
                ways[label] = (n, way)
            continue
        item = int(inner.feature[node])
        left += [(high, [*way, (item, True)]), (low, [*way, (item, False)])]
    return given, {label: _way(way, asked) for label, (_, way) in ways.items()}


def _way(way: list[tuple[int, bool]], asked: list[tuple[str, str]]) -> tuple[str, str]:
    """Return the answers that lead to a type as one line in each language."""
    zh = [asked[item][0] if yes else f"不是：{asked[item][0]}" for item, yes in way]
    en = [asked[item][1] if yes else f"not ({asked[item][1]})" for item, yes in way]
    return "，且".join(zh) or "所有人", " and ".join(en) or "everybody"


def _patterns(data: Floats) -> tuple[Floats, Floats]:
    """Return the distinct rows and how many residents have each; order never matters."""
    coded = np.where(np.isnan(data), -1, data).astype(np.int8)
    rows, counts = np.unique(coded, axis=0, return_counts=True)
    return np.where(rows < 0, np.nan, rows).astype(np.float64), counts.astype(np.float64)


def _start(shape: tuple[int, ...], k: int, seed: int, at: int) -> Floats:
    """Return seeded responsibilities to start from, shape (n_patterns, k)."""
    ids = np.arange(shape[0])
    luck = np.asarray(draw(seed, f"personas.{k}.{at}", ids, count=k)).reshape(shape[0], k)
    apart = (luck + SMALLEST) ** SHARPNESS
    made: Floats = apart / apart.sum(axis=1, keepdims=True)
    return made


def _climb(rows: Floats, weights: Floats, given: Floats) -> tuple[Floats, Floats, float]:
    """Return class shares, chances and log-likelihood once EM no longer gains."""
    yes, known = np.nan_to_num(rows), (~np.isnan(rows)).astype(np.float64)
    before, n = -np.inf, weights.sum()
    shares, chances, loglik = np.ones(given.shape[1]), np.zeros((given.shape[1], 0)), -np.inf
    for _ in range(MOST_STEPS):
        mass = given * weights[:, None]
        shares = np.maximum(mass.sum(axis=0) / n, SMALLEST)
        shares = shares / shares.sum()
        chances = (mass.T @ yes) / np.maximum(mass.T @ known, SMALLEST)
        chances = np.clip(chances, SMALLEST, 1 - SMALLEST)
        given, each = _posterior(rows, shares, chances)
        loglik = float(weights @ each)
        if loglik - before < STOP * n:
            break
        before = loglik
    return shares, chances, loglik


def _posterior(rows: Floats, shares: Floats, chances: Floats) -> tuple[Floats, Floats]:
    """Return class probabilities (n, k) and the log-likelihood of each row (n,)."""
    yes = np.nan_to_num(rows)
    no = np.where(np.isnan(rows), 0.0, 1.0 - yes)
    logs = np.log(shares)[None, :] + yes @ np.log(chances).T + no @ np.log1p(-chances).T
    top = logs.max(axis=1, keepdims=True)
    whole = np.exp(logs - top).sum(axis=1, keepdims=True)
    made: Floats = np.exp(logs - top) / whole
    each: Floats = (top + np.log(whole)).reshape(-1)
    return made, each


def _typed(rows: list[dict[str, object]]) -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=list(PERSONAS))
    words = ("persona", "rule_zh", "rule_en", "traits_zh", "traits_en", "note_zh", "note_en")
    types: dict[str, str] = dict.fromkeys(words, "str")
    types |= dict.fromkeys(("n_persons", "n_classes"), "int64")
    types |= dict.fromkeys(("share", "certainty", "rule_agrees", "bic"), "float64")
    return made.astype(types)


def _members(rows: list[dict[str, object]]) -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=list(MEMBERS))
    return made.astype(
        {"person": "str", "persona": "str", "probability": "float64", "n_known": "int64"}
    )

"""Train a model on the tables themselves, or on labelled pairs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from renlin.errors import Said
from renlin.intake.matching.blocking import (
    Rule,
    exploded,
    fields_of,
    join,
    n_pairs,
    n_pairs_of_any,
    training_rules,
)
from renlin.intake.matching.comparing import Comparison
from renlin.intake.matching.learning import Learnt, Source, clear_share, learn
from renlin.intake.matching.model import Level, Model
from renlin.intake.matching.prepared import Prepared, Tables, prepare
from renlin.intake.matching.spec import Spec, kinds
from renlin.random_streams import draw

SAID = 0.5
"""Pairs of a level below which its default stands: not half a pair showed it."""


def train(tables: Tables, spec: Spec, *, labels: pd.DataFrame | None = None) -> Model:
    """Return a model learnt from the tables: how fields agree among true pairs and by chance.

    Chance comes from random pairs with the expected true pairs taken out. True pairs come
    from the same random pairs where these are all pairs, and from training rules
    otherwise; from ``labels`` when given.

    Parameters
    ----------
    tables
        Two tables, or one and None.
    spec
        What is compared.
    labels
        Pairs known to be true: ``id_a``, ``id_b``.

    Raises
    ------
    DataFault
        As :func:`renlin.intake.matching.prepared.prepare`.
    """
    return trained(prepare(tables, spec), labels=labels)


def trained(prepared: Prepared, *, labels: pd.DataFrame | None = None) -> Model:
    """Return a model learnt from prepared records."""
    rule = kinds()["learning"]
    few = prepared.n_pairs < rule["least_pairs"]
    random = _random(prepared)
    sources = [random]
    exhaustive = random.counts.sum() >= prepared.n_pairs
    picked: list[tuple[Rule, int]] = []
    if labels is not None and len(labels):
        sources.append(_labelled(prepared, labels))
        random.teaches = False
    elif not exhaustive and not few:
        picked = [(r, n_pairs(prepared, r)) for r in training_rules(prepared)]
        sources += [_block(prepared, r, n) for r, n in picked]
        random.teaches = random.most * random.counts.sum() >= rule["enough"]
    if few:
        random.teaches = False
    n_levels = [len(c.levels) for c in prepared.comparisons]
    shares = [s.share for s in sources]
    learnt = learn(sources, n_levels, rule)
    apart = few or clear_share(sources, rule["clear"]) >= rule["clear_share"]
    if not apart:
        for source, share in zip(sources, shares, strict=True):
            source.share = share
        learnt = learn(sources, n_levels, rule, anchored=True)
    prior = _prior(prepared, sources, picked, learnt, few)
    return _model(prepared, learnt, prior, few, apart)


def _model(prepared: Prepared, learnt: Learnt, prior: float, few: bool, apart: bool) -> Model:
    made = {
        c.name: _levels(c, *(part[j] for part in (learnt.m, learnt.u, learnt.seen, learnt.seen_u)))
        for j, c in enumerate(prepared.comparisons)
    }
    n_b = len(prepared.ids_b) if prepared.two else None
    notes = tuple(_notes(made, few) if apart else [_not_apart()])
    return Model(made, prior, prepared.spec.training.seed, len(prepared.ids_a), n_b, notes, apart)


def _levels(
    comparison: Comparison, m: np.ndarray, u: np.ndarray, seen: np.ndarray, seen_u: np.ndarray
) -> tuple[Level, ...]:
    def origin(count: float) -> str:
        return "learnt" if count >= SAID else "default"

    top = len(comparison.levels) - 1
    return tuple(
        Level(name, _rounded(m[k]), _rounded(u[k]), origin(seen[k]), origin(seen_u[k]))
        for k, name in ((top - i, name) for i, name in enumerate(comparison.levels))
    )


def _rounded(chance: float) -> float:
    """Return a chance with the digits a saved model keeps."""
    return float(f"{chance:.9g}")


def _not_apart() -> Said:
    return Said(
        "真配对与碰巧的配对分不开（可能没有重复，或字段太弱）：权重用目录里的起始值，"
        "没有一对自动合并，都交给人。请加字段，或用 --labels。",
        "True pairs and chance could not be told apart (no duplicates, or weak fields): the "
        "weights are the defaults of the catalogue and no learnt pair is merged, people "
        "decide. Add fields, or give --labels.",
    )


def _notes(made: dict[str, tuple[Level, ...]], few: bool) -> Iterable[Said]:
    if few:
        yield Said(
            "记录太少，没有学习：权重用目录里的起始值。",
            "Too few records to learn from: the weights are the defaults of the catalogue.",
        )
        return
    for name, levels in made.items():
        unseen = [lv.level for lv in levels if lv.m_from == "default"]
        if unseen:
            told = "; ".join(unseen)
            yield Said(
                f"「{name}」的这些档没有见到，用起始值：{told}",
                f"{name}: levels not seen among true pairs keep their default: {told}",
            )


def patterns(prepared: Prepared, pairs: str, *, fixed: Iterable[str] = ()) -> Source:
    """Return how many pairs of a query show each pattern.

    Parameters
    ----------
    pairs
        SQL after ``from`` that joins ``l`` and ``r``.
    fixed
        Fields that agree by construction.
    """
    held = frozenset(fixed)
    names = [c for c in _columns(prepared) if c != "row"]
    sides = ", ".join(f"{s}.{c} as {c}_{s}" for c in names for s in "lr")
    cases = [
        "-1" if held & frozenset(c.fields) else c.case() for c in prepared.comparisons
    ]  # fmt: skip
    listed = ", ".join(f"({case})::int as g{j}" for j, case in enumerate(cases))
    keys = ", ".join(f"g{j}" for j in range(len(cases)))
    query = (
        f"select {keys}, count(*) as n from (select {listed} from (select {sides} from {pairs})) "
        f"group by all order by {keys}"
    )
    found = prepared.connection.execute(query).fetchnumpy()
    shown = np.stack([np.asarray(found[f"g{j}"], dtype=np.int64) for j in range(len(cases))], 1)
    return Source(shown, np.asarray(found["n"], dtype=np.float64), 0.0)


def _columns(prepared: Prepared) -> list[str]:
    rows = prepared.connection.execute("describe a").fetchall()
    return [str(row[0]) for row in rows if not str(row[0]).endswith("w")]


def _random(prepared: Prepared) -> Source:
    """Return random pairs: all of them where they are few enough."""
    rule = kinds()["learning"]
    wanted = prepared.spec.training.sample_pairs or rule["sample_pairs"]
    share = min(1.0, (wanted / max(prepared.n_pairs, 1)) ** 0.5)
    left = _sampled(prepared, "a", share)
    right = _sampled(prepared, "b", share) if prepared.two else left
    found = patterns(prepared, f"{left} l join {right} r on {prepared.apart}")
    found.random = True
    smaller = min(len(prepared.ids_a), len(prepared.ids_b))
    n = max(prepared.n_pairs, 1)
    found.most = min(0.5, smaller * (1 if prepared.two else rule["most_per_record"]) / n)
    found.most = max(found.most, 1e-9)
    found.share = found.most / 2
    return found


def _sampled(prepared: Prepared, table: str, share: float) -> str:
    """Return a table of randomly picked rows, always the same for one seed."""
    n = len(prepared.ids_a if table == "a" else prepared.ids_b)
    if share >= 1.0:
        return table
    seed = prepared.spec.training.seed
    luck = draw(seed, f"matching.{table}", np.arange(n))
    picked = np.sort(np.argsort(luck, kind="stable")[: max(2, round(share * n))])
    return _kept(prepared, table, picked, "sample")


def _kept(prepared: Prepared, table: str, rows: np.ndarray, word: str) -> str:
    name = f"{table}_{word}"
    chosen = pd.DataFrame({"row": rows})
    prepared.connection.register("picked", chosen)
    prepared.connection.execute(
        f"create or replace table {name} as "
        f"select {table}.* from {table} semi join picked on {table}.row = picked.row"
    )
    prepared.connection.unregister("picked")
    return name


def _block(prepared: Prepared, rule: Rule, size: int) -> Source:
    """Return the pairs, or some of them, that agree on a training rule."""
    wanted = kinds()["learning"]["block_pairs"]
    left = "a"
    if size > wanted:
        n = len(prepared.ids_a)
        luck = draw(prepared.spec.training.seed, f"matching.block.{'+'.join(rule)}", np.arange(n))
        left = _kept(prepared, "a", np.flatnonzero(luck < wanted / size), "block")
    apart = prepared.apart if left == "a" or prepared.two else "l.row <> r.row"
    if exploded(prepared, rule):
        apart += " and false"
    found = patterns(
        prepared,
        f"{left} l join {prepared.right} r on {join(prepared, rule)} and {apart}",
        fixed=fields_of(rule),
    )
    found.share = 0.5
    return found


def _labelled(prepared: Prepared, labels: pd.DataFrame) -> Source:
    at_a = {name: i for i, name in enumerate(prepared.ids_a)}
    at_b = {name: i for i, name in enumerate(prepared.ids_b)}
    rows = pd.DataFrame({
        "one": labels["id_a"].map(at_a), "other": labels["id_b"].map(at_b)
    }).dropna().astype("int64")  # fmt: skip
    prepared.connection.register("labelled", rows)
    found = patterns(
        prepared,
        f"labelled p join a l on l.row = p.one join {prepared.right} r on r.row = p.other",
    )
    prepared.connection.unregister("labelled")
    found.known = True
    return found


def _prior(
    prepared: Prepared,
    sources: Sequence[Source],
    picked: Sequence[tuple[Rule, int]],
    learnt: Learnt,
    few: bool,
) -> float:
    """Return the probability that two records taken at random are one."""
    stated = prepared.spec.prior
    n = max(prepared.n_pairs, 1)
    if stated.probability is not None:
        return stated.probability
    if stated.rules and stated.recall:
        hits = n_pairs_of_any(prepared, stated.rules)
        return _bounded(hits / stated.recall / n, n)
    random = sources[0]
    if few or not sources[1:] or sources[1].known:
        fallback = 1 / max(len(prepared.ids_a), len(prepared.ids_b), 2)
        return _bounded(fallback if few else random.share, n)
    if random.share * random.counts.sum() >= kinds()["learning"]["enough"]:
        return _bounded(random.share, n)
    return _bounded(_from_blocks(prepared, sources[1:], picked, learnt) / n, n)


def _bounded(probability: float, n: int) -> float:
    return float(f"{min(max(probability, 0.5 / n), 0.5):.9g}")


def _from_blocks(
    prepared: Prepared, sources: Sequence[Source], picked: Sequence[tuple[Rule, int]],
    learnt: Learnt,
) -> float:  # fmt: skip
    """Return the true pairs there are: those found by a rule over the share it finds.

    A rule finds the true pairs that agree exactly on, and know, each of its fields.
    """
    index = {c.name: j for j, c in enumerate(prepared.comparisons)}
    totals = []
    for source, (rule, size) in zip(sources, picked, strict=True):
        found = 1.0
        for name in sorted(fields_of(rule)):
            found *= learnt.m[index[name]][-1] * _known(prepared, name)
        totals.append(source.share * size / max(found, 0.05))
    return float(np.median(totals)) if totals else 1.0


def _known(prepared: Prepared, name: str) -> float:
    """Return the share of pairs in which both records know a field."""
    column = prepared.column(name)
    shares = [
        prepared.count(f"select count({column}) from {t}")
        / max(prepared.count(f"select count(*) from {t}"), 1)
        for t in ("a", prepared.right)
    ]
    return shares[0] * shares[1]

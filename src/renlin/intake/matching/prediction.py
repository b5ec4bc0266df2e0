"""Score pairs of records with a trained model, by Splink on DuckDB."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import pandas as pd

from renlin.errors import DataFault, Fault, Said
from renlin.intake.matching.blocking import Rule, exploded, join, prediction_rules
from renlin.intake.matching.comparing import Comparison
from renlin.intake.matching.model import TRAIN_ANEW, Model
from renlin.intake.matching.prepared import Prepared, Tables, prepare
from renlin.intake.matching.reasons import reasons
from renlin.intake.matching.spec import Spec, kinds

UNKNOWN, DIFFERS, NEAR, AGREES = "unknown", "differ", "near", "agree"


def predict(tables: Tables, spec: Spec, model: Model) -> pd.DataFrame:
    """Return the pairs that may be one, best first.

    Parameters
    ----------
    tables
        Two tables, or one and None.
    spec, model
        What is compared, and what was learnt about it.

    Returns
    -------
    ``id_a``, ``id_b``, ``probability``, ``match_weight`` (log2 of the odds), ``reason``
    (Chinese), ``reason_en``, and for each comparison ``level_NAME`` (agree, near, differ,
    unknown) and ``bayes_NAME`` (Bayes factor; the prior times all of them gives the odds).

    Raises
    ------
    DataFault
        When the model was trained for other comparisons.
    """
    prepared = prepare(tables, spec)
    return named(prepared, predicted(prepared, model), model)


def predicted(prepared: Prepared, model: Model) -> pd.DataFrame:
    """Return scored pairs by row number: ``row_a``, ``row_b``, ``probability`` and parts.

    Parts are ``gamma_J`` (level, -1 unknown) and ``weight_J`` (log2 of the Bayes factor) of
    the comparison number J.
    """
    refuse_other(prepared.comparisons, model)
    rules = prediction_rules(prepared)
    if not rules or not len(prepared.ids_a) or prepared.n_pairs < 1:
        return _none(prepared)
    keep = prepared.spec.thresholds.value("keep")
    with silent():
        frame = _scored(prepared, model, rules, keep)
    by = ["probability", "row_a", "row_b"]
    ordered = frame.sort_values(by, ascending=[False, True, True], kind="stable")
    return ordered.reset_index(drop=True)


def _none(prepared: Prepared) -> pd.DataFrame:
    n = len(prepared.comparisons)
    floats = ["probability", "match_weight", *(f"weight_{j}" for j in range(n))]
    whole = ["row_a", "row_b", *(f"gamma_{j}" for j in range(n))]
    columns = {c: pd.Series(dtype="int64") for c in whole}
    return pd.DataFrame(columns | {c: pd.Series(dtype="float64") for c in floats})


def refuse_other(comparisons: Sequence[Comparison], model: Model, *, place: str = "model") -> None:
    """Refuse a model that was trained for other comparisons than these.

    Raises
    ------
    DataFault
        With every comparison that differs; ``place`` names the file.
    """
    ours = {c.name: c.levels for c in comparisons}
    theirs = {name: tuple(lv.level for lv in levels) for name, levels in model.comparisons.items()}
    differing = [name for name in {**ours, **theirs} if ours.get(name) != theirs.get(name)]
    if not differing:
        return
    expected = Said("同样的字段和档", "the same fields and levels")
    got = Said("说明与模型不一致", "a spec unlike the model's")
    raise DataFault([Fault(place, expected, got, TRAIN_ANEW, None, name) for name in differing])


def _scored(prepared: Prepared, model: Model, rules: Sequence[Rule], keep: float) -> pd.DataFrame:
    from splink import Linker
    from splink.backends.duckdb import DuckDBAPI

    api = DuckDBAPI(connection=prepared.connection)
    names = ["a", "b"] if prepared.two else ["a"]
    frames = [api.register(n, dataset_display_name=f"table_{n}") for n in names]
    linker = Linker(frames, _settings(prepared, model, rules))
    _register_frequencies(linker, api, prepared)
    found = linker.inference.predict(threshold_match_probability=keep or None, warning_mode="never")
    n = len(prepared.comparisons)
    parts = ", ".join(f"gamma_c{j}::int as gamma_{j}, {_weight(prepared, j)} as weight_{j}"
                      for j in range(n))  # fmt: skip
    swap = _swapped(prepared)
    scored: pd.DataFrame = prepared.connection.execute(
        f"select case when {swap} then row_r else row_l end as row_a, "
        f"case when {swap} then row_l else row_r end as row_b, "
        f"match_probability as probability, match_weight, {parts} from {found.physical_name}"
    ).df()
    return scored


def _swapped(prepared: Prepared) -> str:
    return "source_dataset_l = 'table_b'" if prepared.two else "row_l > row_r"


def _weight(prepared: Prepared, j: int) -> str:
    rare = prepared.comparisons[j].rarity
    return f"mw_c{j} + coalesce(mw_tf_adj_c{j}, 0)" if rare else f"mw_c{j}"


def _settings(prepared: Prepared, model: Model, rules: Sequence[Rule]) -> dict[str, Any]:
    return {
        "link_type": "link_only" if prepared.two else "dedupe_only",
        "unique_id_column_name": "row",
        "probability_two_random_records_match": model.prior,
        "comparisons": [_splink(j, c, model) for j, c in enumerate(prepared.comparisons)],
        "blocking_rules_to_generate_predictions": [_rule(prepared, rule) for rule in rules],
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": True,
        "linker_uid": "renlin",
    }


def _rule(prepared: Prepared, rule: Rule) -> dict[str, Any]:
    made: dict[str, Any] = {"blocking_rule": join(prepared, rule) if rule else "1 = 1"}
    words = exploded(prepared, rule)
    return made | ({"arrays_to_explode": words} if words else {})


def _splink(j: int, comparison: Comparison, model: Model) -> dict[str, Any]:
    learnt = model.comparisons[comparison.name]
    levels: list[dict[str, Any]] = [
        {"sql_condition": comparison.unknown, "label_for_charts": UNKNOWN, "is_null_level": True}
    ]
    conditions = [*comparison.conditions, "ELSE"]
    for i, (condition, level) in enumerate(zip(conditions, learnt, strict=True)):
        made = {
            "sql_condition": condition,
            "label_for_charts": f"{i} {level.level}",
            "m_probability": level.m,
            "u_probability": level.u,
        }
        if i == 0 and comparison.rarity:
            made |= {
                "tf_adjustment_column": comparison.rarity,
                "tf_adjustment_weight": 1.0,
                "tf_minimum_u_value": level.u * kinds()["learning"]["tf_floor"],
                "disable_tf_exact_match_detection": True,
            }
        levels.append(made)
    return {"output_column_name": f"c{j}", "comparison_levels": levels}


def _register_frequencies(linker: Any, api: Any, prepared: Prepared) -> None:
    """Give the frequency of each value; fields that are exchanged share the larger one."""
    partner = {one: other for p in prepared.spec.exchanged() for one, other in (p, p[::-1])}
    tables = ("a", "b") if prepared.two else ("a",)
    for comparison in (c for c in prepared.comparisons if c.rarity):
        column = str(comparison.rarity)
        both = [column]
        if comparison.name in partner:
            both.append(prepared.column(partner[comparison.name]))
        counted = " union all ".join(
            f"select v, count(*) / (sum(count(*)) over ()) as share from "
            f"({' union all '.join(f'select {c} as v from {t}' for t in tables)}) "
            "where v is not null group by v"
            for c in both
        )
        name = f"frequency_{column}"
        prepared.connection.execute(
            f"create or replace table {name} as select v as {column}, "
            f"max(share)::double as tf_{column} from ({counted}) group by v"
        )
        frame = api.register(name, dataset_display_name=f"given_{name}")
        linker.table_management.register_term_frequency_lookup(frame, column)


@contextmanager
def silent() -> Iterator[None]:
    """Keep what Splink says on its way out of the output and the log."""
    log = logging.getLogger("splink")
    level, propagate, handlers = log.level, log.propagate, log.handlers
    log.handlers, log.propagate = [logging.NullHandler()], False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        log.setLevel(level)
        log.propagate, log.handlers = propagate, handlers


def named(prepared: Prepared, frame: pd.DataFrame, model: Model) -> pd.DataFrame:
    """Return scored pairs with ids, levels in words, Bayes factors and reasons."""
    made = pd.DataFrame({
        "id_a": prepared.ids_a[frame["row_a"].to_numpy(dtype=np.int64)],
        "id_b": prepared.ids_b[frame["row_b"].to_numpy(dtype=np.int64)],
        "probability": frame["probability"].to_numpy(),
        "match_weight": frame["match_weight"].to_numpy(),
    })  # fmt: skip
    told = {}
    for j, comparison in enumerate(prepared.comparisons):
        top = len(comparison.levels) - 1
        words = np.array([UNKNOWN, DIFFERS, *[NEAR] * (top - 1), AGREES], dtype=object)
        gamma = frame[f"gamma_{j}"].to_numpy(dtype=np.int64)
        told[f"level_{comparison.name}"] = words[gamma + 1]
        told[f"bayes_{comparison.name}"] = np.exp2(frame[f"weight_{j}"].to_numpy(dtype=float))
    said = reasons(prepared.comparisons, frame, model)
    made["reason"], made["reason_en"] = said
    return pd.concat([made, pd.DataFrame(told, index=made.index)], axis=1)

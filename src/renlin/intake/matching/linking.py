"""Link two tables, or one with itself: learn, score, apply decisions, settle who is one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from renlin.intake.matching.assigning import CLOSE, assigned, grouped, settled, with_implied
from renlin.intake.matching.model import Model
from renlin.intake.matching.prediction import named, predicted
from renlin.intake.matching.prepared import Prepared, prepare
from renlin.intake.matching.spec import Output, Spec
from renlin.intake.matching.training import trained

DECISIONS = ("same", "different", "ask")


@dataclass(frozen=True)
class Linked:
    """What linking found.

    Attributes
    ----------
    pairs
        Pairs that stand from ``review`` on, best first: ``id_a``, ``id_b``, ``probability``,
        ``match_weight``, ``reason``, ``reason_en``, ``implied`` (by the group, not by the
        pair alone), ``decision``, ``level_*``, ``bayes_*``.
    review
        Those of them that go to people: from ``review`` to below ``merge``, or ``ask``.
    model
        What was learnt, or the model given.
    output
        What ``auto`` became.
    clusters
        ``id``, ``cluster`` (first id of the group) of every record; empty for two tables.
    """

    pairs: pd.DataFrame
    review: pd.DataFrame
    model: Model
    output: Output
    clusters: pd.DataFrame


def link_tables(
    a: pd.DataFrame,
    b: pd.DataFrame | None,
    spec: Spec,
    model: Model | None = None,
    *,
    decisions: pd.DataFrame | None = None,
    labels: pd.DataFrame | None = None,
) -> Linked:
    """Return who is one in two tables, or within one when ``b`` is None.

    1. Clean both tables. 2. Learn a model, unless one is given. 3. Score pairs; pairs of
    the cascade and of decisions are sure. 4. Settle: each record's best partner, or groups.

    Parameters
    ----------
    model
        Trained before, for the same spec.
    decisions
        ``id_a``, ``id_b``, ``decision`` (same, different, ask) of people; they overrule.
    labels
        True pairs to learn from: ``id_a``, ``id_b``.

    Raises
    ------
    DataFault
        Columns that are not there, ids that occur twice, too many pairs, another spec's
        model.
    """
    prepared = prepare((a, b), spec)
    if model is None:
        model = trained(prepared, labels=labels)
    frame = _held_back(predicted(prepared, model), prepared, model)
    frame = _certain(frame, _cascade(prepared), "cascade")
    decided = _decided(prepared, decisions)
    frame = _certain(frame, decided["same"], "same")
    frame = _without(frame, decided["different"])
    return _settled(prepared, frame, model, decided)


def _held_back(frame: pd.DataFrame, prepared: Prepared, model: Model) -> pd.DataFrame:
    """Return the pairs, all below ``merge`` when the model could not tell parts apart."""
    if model.told_apart:
        return frame
    below = prepared.spec.thresholds.value("merge") * (1 - CLOSE)
    return frame.assign(probability=frame["probability"].clip(upper=below))


def _settled(
    prepared: Prepared, frame: pd.DataFrame, model: Model, decided: dict[str, pd.DataFrame]
) -> Linked:
    limits = prepared.spec.thresholds
    merge, review = limits.value("merge"), limits.value("review")
    output = settled(frame, two=prepared.two, output=prepared.spec.output, merge=merge)
    frame["implied"] = False
    groups = np.arange(len(prepared.ids_a))
    if output == "clusters" and not prepared.two:
        no = decided["different"]
        apart = set(zip(no["row_a"].tolist(), no["row_b"].tolist(), strict=True))
        groups, implied = grouped(
            frame, len(prepared.ids_a), merge=merge, chain=limits.value("chain"), apart=apart
        )
        frame = with_implied(frame, groups, implied, merge=merge)
    stands = assigned(frame[frame["probability"] >= review].reset_index(drop=True), output)
    pairs = _told(prepared, stands, model, decided["ask"])
    asked = (pairs["probability"] < merge) | (pairs["decision"] == "ask")
    clusters = pd.DataFrame({"id": prepared.ids_a, "cluster": prepared.ids_a[groups]})
    empty = clusters.iloc[:0]
    return Linked(
        pairs,
        pairs[asked].reset_index(drop=True),
        model,
        output,
        empty if prepared.two else clusters,
    )


def _told(prepared: Prepared, frame: pd.DataFrame, model: Model, ask: pd.DataFrame) -> pd.DataFrame:
    for j in range(len(prepared.comparisons)):
        frame[f"gamma_{j}"] = frame[f"gamma_{j}"].fillna(-1).astype("int64")
        frame[f"weight_{j}"] = frame[f"weight_{j}"].fillna(0.0)
    made = named(prepared, frame, model)
    made.insert(4, "implied", frame["implied"].to_numpy(dtype=bool))
    how = frame["how"].fillna("") if "how" in frame else pd.Series("", index=frame.index)
    asked = frame[["row_a", "row_b"]].merge(ask.assign(ask=True), how="left")["ask"].notna()
    decision = np.where(asked.to_numpy(), "ask", np.where(how == "same", "same", ""))
    made.insert(5, "decision", decision)
    for mask, zh, en in (
        (made["implied"], "经同组记录推得。", "Follows from other records of the group. "),
        (
            how == "cascade",
            "确定性规则，两边唯一。",
            "A deterministic step, unique on both sides. ",
        ),
        (how == "same", "人工判定为同一。", "People decided: the same. "),
    ):
        on = mask.to_numpy(dtype=bool)
        made.loc[on, "reason"] = zh + made.loc[on, "reason"]
        made.loc[on, "reason_en"] = en + made.loc[on, "reason_en"]
    return made


def _cascade(prepared: Prepared) -> pd.DataFrame:
    """Return the pairs of the deterministic steps, each on records not matched before."""
    con = prepared.connection
    con.execute("create or replace table stepped (row_a bigint, row_b bigint)")
    for step in prepared.spec.cascade:
        columns = [prepared.column(name) for name in step.fields]
        keys = ", ".join(columns)
        known = " and ".join(f"{c} is not null" for c in columns)
        once = f"group by {keys} having count(*) = 1"
        if prepared.two:
            sides = [
                f"(select {keys}, min(row) as row_{s} from {s} where {known} "
                f"and row not in (select row_{s} from stepped) {once})"
                for s in "ab"
            ]
            con.execute(
                f"insert into stepped select row_a, row_b from {sides[0]} join {sides[1]} "
                f"using ({keys})"
            )
        else:
            con.execute(
                f"insert into stepped select min(row), max(row) from a where {known} and row "
                "not in (select row_a from stepped union all select row_b from stepped) "
                f"group by {keys} having count(*) = 2"
            )
    found: pd.DataFrame = con.execute("select * from stepped order by row_a, row_b").df()
    return found


def _decided(prepared: Prepared, decisions: pd.DataFrame | None) -> dict[str, pd.DataFrame]:
    """Return the pairs of each decision by row; ids that are not there any more are left out."""
    empty = pd.DataFrame({"row_a": [], "row_b": []}, dtype="int64")
    if decisions is None or not len(decisions):
        return dict.fromkeys(DECISIONS, empty)
    at_a = {name: i for i, name in enumerate(prepared.ids_a)}
    at_b = {name: i for i, name in enumerate(prepared.ids_b)}
    rows = pd.DataFrame({
        "row_a": decisions["id_a"].map(at_a),
        "row_b": decisions["id_b"].map(at_b),
        "decision": decisions["decision"],
    }).dropna(subset=["row_a", "row_b"]).astype({"row_a": "int64", "row_b": "int64"})  # fmt: skip
    if not prepared.two:
        low, high = rows[["row_a", "row_b"]].min(axis=1), rows[["row_a", "row_b"]].max(axis=1)
        rows["row_a"], rows["row_b"] = low, high
    rows = rows.drop_duplicates(["row_a", "row_b"], keep="last")
    return {
        word: rows.loc[rows["decision"] == word, ["row_a", "row_b"]].reset_index(drop=True)
        for word in DECISIONS
    }


def _certain(frame: pd.DataFrame, sure: pd.DataFrame, how: str) -> pd.DataFrame:
    """Return the pairs with ``sure`` ones at probability 1, first."""
    if "how" not in frame:
        frame = frame.assign(how=pd.Series(None, index=frame.index, dtype=object))
    if not len(sure):
        return frame
    both = frame.merge(sure.assign(sure=True), how="outer", on=["row_a", "row_b"], sort=True)
    on = both["sure"].notna()
    both.loc[on, "probability"] = 1.0
    both.loc[on, "how"] = how
    ordered = both.drop(columns="sure").sort_values(
        ["probability", "row_a", "row_b"], ascending=[False, True, True], kind="stable"
    )
    return ordered.reset_index(drop=True)


def _without(frame: pd.DataFrame, refused: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs without those that people decided are not one."""
    if not len(refused):
        return frame
    both = frame.merge(refused.assign(no=True), how="left", on=["row_a", "row_b"])
    return both[both["no"].isna()].drop(columns="no").reset_index(drop=True)

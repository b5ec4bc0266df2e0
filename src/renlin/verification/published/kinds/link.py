"""Records of one person found again: linked without labels, then held against the labels."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import pandas as pd
from pydantic import Field, field_validator

from renlin.errors import DataFault, Fault, Said
from renlin.intake.matching import link_tables, read_spec, scored
from renlin.intake.matching.files import read, read_labels
from renlin.intake.matching.scoring import pairs_of_clusters
from renlin.verification.published.places import absent, placed
from renlin.verification.published.stated import Band, Files, Got, Kind, PublishedCase


class LinkBand(Band):
    """A band of precision, recall or the number of pairs, of pairs from ``threshold`` on."""

    measure: Literal["precision", "recall", "f1", "n_pairs"]
    threshold: float = Field(default=0.95, ge=0.0, le=1.0)


class LinkCase(PublishedCase):
    """What ``case.toml`` of a linkage says.

    ``table`` (and ``other``, when two tables are linked) are read as text and linked by
    ``spec``, a shipped name or a file beside the case. The truth is the file ``labels``, or
    ``cluster``, a pattern whose first group is the person in a record's id.
    """

    kind: Literal["link"]
    table: str
    other: str = ""
    spec: str
    labels: str = ""
    cluster: str = ""
    expect: tuple[LinkBand, ...] = Field(min_length=1)

    @field_validator("cluster")
    @classmethod
    def _grouped(cls, pattern: str) -> str:
        try:
            groups = re.compile(pattern).groups
        except re.error as error:
            raise ValueError(f"a regular expression · 正则表达式: {error}") from error
        if pattern and groups < 1:
            raise ValueError("a group that holds the person · 要有一个括号括住人的编号")
        return pattern


def run(stated: LinkCase, files: Files) -> Iterator[Got]:
    """Yield what every band got; none is run when a file of the case is not there."""
    lost = absent(files, [n for n in (stated.table, stated.other, stated.labels) if n])
    if lost is not None:
        yield from (Got(band, float("nan"), _of(band), not_run=lost) for band in stated.expect)
        return
    own = files.folder / stated.spec
    spec = read_spec(own if own.is_file() else stated.spec)
    table = _table(files, stated.table)
    other = _table(files, stated.other) if stated.other else None
    found = link_tables(table, other, spec)
    truth = _truth(stated, files, table, other, str(spec.id))
    for band in stated.expect:
        line = scored(
            found.pairs, truth, thresholds=[band.threshold], ordered=other is not None
        ).iloc[0]
        yield Got(band, float(line[band.measure]), _of(band))


KIND = Kind(LinkCase, run)


def _of(band: LinkBand) -> str:
    return f"threshold={band.threshold:g}"


def _table(files: Files, name: str) -> pd.DataFrame:
    path = placed(files, name)
    if path is None:
        raise AssertionError("a file that is not there was told before")
    return read(path)


def _truth(
    stated: LinkCase, files: Files, table: pd.DataFrame, other: pd.DataFrame | None, key: str
) -> pd.DataFrame:
    """Return the true pairs: of the labels, or of the persons that ids name."""
    if stated.labels:
        path = placed(files, stated.labels)
        return read_labels(path) if path is not None else pd.DataFrame()
    named = re.compile(stated.cluster)
    ids = [str(one) for part in (table, other) if part is not None for one in part[key]]
    hits = [named.search(one) for one in ids]
    if not stated.cluster or not all(hits):
        raise DataFault(
            Fault(
                "case.toml",
                Said("labels，或能从每个编号认出人的 cluster", "labels, or a cluster in every id"),
                Said("认不出", "ids without one"),
                Said("写明真值从哪里来。", "State where the truth comes from."),
                column="cluster",
            )
        )
    pairs = pairs_of_clusters(ids, [hit.group(1) for hit in hits if hit])
    if other is None:
        return pairs
    first = set(table[key].astype(str))
    across = pairs["id_a"].isin(first) != pairs["id_b"].isin(first)
    return pairs[across].reset_index(drop=True)

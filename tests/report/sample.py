"""Put the invented run together: every finding of the contract, marked 示例数据."""

from __future__ import annotations

from functools import cache

import pandas as pd
from tests.report.sample_needs import needs_findings, space_findings
from tests.report.sample_place import community
from tests.report.sample_runs import governance_findings, simulation_findings, study_findings

from renlin.study.results import Results

FAMILY = "王李张刘陈杨赵黄周吴"
GIVEN = ("桂芳", "秀英", "建国", "玉兰", "志强", "丽华", "德明", "淑珍")


@cache
def results() -> Results:
    """Return the invented run of the sample place."""
    place = community()
    found = {**needs_findings(place), **space_findings(place)}
    found |= simulation_findings(place)
    found |= governance_findings(place, found)
    found |= study_findings(place, found)
    return Results(place, found)


def identities() -> pd.DataFrame:
    """Return invented names for everybody; real ones live only in the vault."""
    persons = results().community["persons"]["person"].reset_index(drop=True)
    names = [FAMILY[i % len(FAMILY)] + GIVEN[i % len(GIVEN)] for i in range(len(persons))]
    return pd.DataFrame(
        {"person": persons, "name": names, "phone": "", "identity_number": "", "address_text": ""}
    )

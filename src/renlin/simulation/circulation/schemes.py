"""Hand the measures of circulation on as schemes, to be run, compared and combined."""

from __future__ import annotations

import tomllib

import pandas as pd

from renlin.community.settings import Edit, Scheme
from renlin.simulation.circulation.measures import CHARGING, LANES, VEHICLES


def codes(lanes: int) -> tuple[str, ...]:
    """Return the codes measures may have when ``lanes`` openings are tried at most."""
    return (*(f"{LANES}-{n}" for n in range(1, lanes + 1)), VEHICLES, CHARGING)


def schemes(measures: pd.DataFrame) -> list[Scheme]:
    """Return each row of ``simulation.circulation_measures`` as a scheme; costs are unknown."""
    return [
        Scheme(
            code=str(row["measure"]), zh=str(row["zh"]), en=str(row["en"]), view="other",
            edit=tuple(Edit(**edit) for edit in tomllib.loads(str(row["edits"]))["edit"]),
        )
        for row in measures.to_dict("records")
    ]  # fmt: skip
